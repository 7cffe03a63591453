/*
 * siblings - the files beside an image that belong to it, such as the BIN that a CUE names.
 *
 * Names come from the image and are untrusted: only their last part counts, and only files in the
 * image's own folder are opened.
 */
#ifndef WCI_SIBLINGS_H
#define WCI_SIBLINGS_H

#include <stdatomic.h>

#include "core/bytes.h"
#include "media/bytes/fetch.h"
#include "media/bytes/source.h"

struct wci_siblings {
    const char *own_name; /* the image's own file name, borrowed */
    void *context;
    /* Opens the file `name` beside the image, in any letter case.  NOTFOUND, IO, NOMEM. */
    enum wcab_err (*open)(void *context, const char *name, struct wci_source **source,
                          struct wcab_error *err);
    /* The same for a name that stands in the image, where no other file may be asked for; NULL: as
     * `open`. */
    enum wcab_err (*open_named)(void *context, const char *name, struct wci_source **source,
                                struct wcab_error *err);
};

enum { WCI_SIBLINGS_OPENED = 100 };

/* Files of a folder of the host, or of a server. */
struct wci_host_siblings {
    struct wci_siblings siblings;
    int folder;                        /* descriptor, owned; -1: of a server */
    const char *url;                   /* borrowed: the image's, of a server */
    struct wcab_fetch *fetch;          /* borrowed, or NULL */
    char *name;                        /* owned: siblings.own_name, of a server */
    _Atomic uint64_t *counter;         /* of bytes read; may be NULL */
    size_t opened_count;               /* at most WCI_SIBLINGS_OPENED are kept */
    char *opened[WCI_SIBLINGS_OPENED]; /* owned: names of the files that were opened */
};

/* For the image at `path`, which must outlive it.  Of an address the files beside it are fetched by
 * exactly the names that the image has for them.  IO, NOTFOUND. */
enum wcab_err wci_siblings_open_host(const char *path, struct wcab_fetch *fetch,
                                     _Atomic uint64_t *counter, struct wci_host_siblings *host,
                                     struct wcab_error *err);
void wci_siblings_close_host(struct wci_host_siblings *host);

/*
 * Opens the file that the image calls `name`, whatever folder it says; when there is none, the one
 * with the image's own name and the extension of `name` (images are renamed, sheets are not
 * edited).  USAGE: `siblings` is NULL, the image was given without its folder.
 */
enum wcab_err wci_siblings_find(const struct wci_siblings *siblings, struct wci_bytes name,
                                struct wci_source **source, struct wcab_error *err);

/* Opens the file with the image's own name and another extension, "img". */
enum wcab_err wci_siblings_with_extension(const struct wci_siblings *siblings,
                                          const char *extension, struct wci_source **source,
                                          struct wcab_error *err);

#endif
