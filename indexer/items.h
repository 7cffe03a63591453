/*
 * items - from the user's paths to the list of images to walk.
 *
 * A file, drive or address that is named is an item, whatever it holds.  In a folder (searched through all
 * its subfolders, never following symbolic links) each file that is an image by content is an item,
 * but for those whose sheet lies beside them (the BIN of a CUE): the sheet is.  So is each that
 * can't be read though it was expected to be (see indexer/unread): walking it tells why.
 * What else lies in it is a medium copied to the host when there are cabinets among it, or when the
 * folder is named: a subfolder tree without any image in it is one item, named by its topmost
 * folder that holds no image; a folder with both images and cabinets is an item for the files
 * directly in it. The copy or mount of a disc (indexer/disc_folder) is one item with all that is no
 * image in it, and subfolders with the same cabinets are items each.
 */
#ifndef WCI_ITEMS_H
#define WCI_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "core/record.h"
#include "whichcab.h"

/* What a path may be, as far as is known when it is asked for. */
enum wci_item_kind {
    WCI_ITEM_FILE,       /* nothing is known: only a path on record counts */
    WCI_ITEM_IMAGE,      /* an image */
    WCI_ITEM_FOLDER,     /* a folder with all in it */
    WCI_ITEM_FOLDER_TOP, /* a folder with the files directly in it */
};

enum wci_item_state {
    WCI_ITEM_NEW,         /* to be read */
    WCI_ITEM_TOUCHED,     /* to be read; most likely it is as it stands on record */
    WCI_ITEM_UNCHANGED,   /* it is as it stands on record at this path */
    WCI_ITEM_KNOWN_AGAIN, /* it stands on record at another path */
};

struct wci_item {
    const char *path; /* absolute, arena */
    bool top_only;    /* a folder: only the files directly in it */
    bool is_directory;
    enum wci_item_state state;
    struct wci_image stamp; /* only size, times, device, inode and quick digest are set */
};

struct wci_items {
    struct wci_arena *arena; /* owns the paths */
    struct wci_item *items;
    size_t count, capacity;
};

struct wci_items_options {
    void *context;
    /* What is known of a path.  Of a FILE all but NEW say that it is an image, so that it is not
     * opened to find out.  Fills in the stamp's quick digest, at the latest when it is no FILE. */
    enum wci_item_state (*state_of)(void *context, const char *path, enum wci_item_kind kind,
                                    struct wci_image *stamp);
    /* A path that can't be looked at; the search goes on. */
    void (*fault)(void *context, const struct wcab_error *err);
    const struct wcab_cancel *cancel; /* may be NULL */
    struct wcab_fetch *fetch;         /* for addresses; may be NULL */
};

void wci_items_init(struct wci_items *items);
void wci_items_free(struct wci_items *items);

/* Adds what is under `path`, in byte order of paths.  A path that does not exist is told to
 * `fault`. NOMEM, CANCELLED. */
enum wcab_err wci_items_gather(const char *path, const struct wci_items_options *options,
                               struct wci_items *items, struct wcab_error *err);

#endif
