/*
 * file_id - the ids of answers: "image.container.row.listing", where a file's row lies in the catalog,
 * and which contents the container had.  One may come from anywhere, so every number is held against
 * the record.
 */
#ifndef WCI_FILE_ID_H
#define WCI_FILE_ID_H

#include "catalog/catalog.h"

enum { WCI_FILE_ID_BYTES = 64 };

struct wci_file_id {
    uint32_t image, container, row, listing;
};

/* USAGE: it is no id. */
enum wcab_err wci_file_id_parse(const char *text, struct wci_file_id *id, struct wcab_error *err);
void wci_file_id_format(const struct wci_file_id *id, char text[WCI_FILE_ID_BYTES]);

/* What the id stands for. */
struct wci_file_place {
    struct wci_image image;
    struct wci_image_state state;
    struct wci_listing listing; /* of the container */
};
/* Finds it; what it points to is from the arena.  CHANGED: the catalog has other contents there now
 * (`reader` NULL: none).  CORRUPT, IO, NOMEM. */
enum wcab_err wci_file_id_find(struct wci_reader *reader, const struct wci_file_id *id,
                               struct wci_arena *arena, struct wci_file_place *place,
                               struct wcab_error *err);

#endif
