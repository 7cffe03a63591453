/*
 * listed - the containers and files of an image as items for people (struct wcab_list_item), from a
 * record in memory or from the catalog.
 */
#ifndef WCI_LISTED_H
#define WCI_LISTED_H

#include "core/record.h"
#include "whichcab.h"

struct wci_listed {
    const struct wcab_list_options *options;
    const struct wci_image *image;
    int code_page;                                    /* of the container at hand */
    struct wci_buffer chain, name, alias, own, label; /* text of the current item, NUL-terminated */
    struct wcab_list_item item;                       /* of the container at hand */
    bool found;                                       /* a container was asked for */
};

void wci_listed_begin(struct wci_listed *listed, const struct wcab_list_options *options,
                      const struct wci_image *image);
void wci_listed_end(struct wci_listed *listed);

/* Hands on a container when it is *wanted; its files may follow.  NOMEM, or what was returned. */
enum wcab_err wci_listed_container(struct wci_listed *listed, uint32_t index, bool *wanted);
/* Hands on a file of that container; `id` may be NULL. */
enum wcab_err wci_listed_entry(struct wci_listed *listed, const struct wci_entry *entry,
                               const char *id);

#endif
