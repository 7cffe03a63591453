/*
 * folder_parts - the cabinets over which one folder (one compression stream) runs, opened.
 *
 * A folder that began in an earlier cabinet can only be decoded from there.  The parts are found by
 * the links between cabinets, each is opened from the copy that lies nearest to a given image, or
 * from the next copy when that one can't be read.
 */
#ifndef WCI_FOLDER_PARTS_H
#define WCI_FOLDER_PARTS_H

#include "catalog/catalog.h"
#include "reopen/open_container.h"

struct wci_folder_part {
    uint32_t listing;
    uint32_t folder;           /* index of the CFFOLDER in this cabinet */
    struct wci_cab *cab;       /* arena of the parts */
    uint32_t image, container; /* the copy that was opened */
    struct wci_opened *opened; /* NULL until wci_folder_parts_open */
    struct wci_bytes name;     /* file name of the copy that was opened; arena of the parts */
};

struct wci_folder_parts {
    struct wci_arena *arena;
    struct wci_folder_part *parts; /* in order */
    size_t count, capacity;
    bool begins;   /* parts[0] is where the folder begins; else that part is missing */
    bool ends;     /* the last part is where it ends */
    size_t opened; /* leading parts that are open; fewer than count after an error */
    /* how many openings of files in cabinets this is for (see cabinet_file.h); 0 at first, and set
     * before the parts are opened */
    unsigned nesting;
};

/* Finds the parts of folder `folder` of a cabinet's listing.  Free with wci_folder_parts_free also
 * on error.  CORRUPT: the folder does not exist, or links run in a circle.  NOMEM. */
enum wcab_err wci_folder_parts_find(struct wci_reader *reader, uint32_t listing, uint32_t folder,
                                    struct wci_folder_parts *parts, struct wcab_error *err);

/* As wci_folder_parts_find, but what is found already stays, with what is open of it, where both
 * folders lie in this one cabinet alone: of thousands in it each would cost reading all its rows.  On
 * the first call `parts` is empty (count 0). */
enum wcab_err wci_folder_parts_turn(struct wci_reader *reader, uint32_t listing, uint32_t folder,
                                    struct wci_folder_parts *parts, struct wcab_error *err);

/* Whether the folder's first and last parts were found; else NOTFOUND, which of them was not. */
enum wcab_err wci_folder_parts_check(const struct wci_folder_parts *parts, struct wcab_error *err);

/* Opens the parts in order, copies near `near_image` first, up to the first that can't be opened:
 * its error is returned (NOTFOUND, CHANGED, CORRUPT, IO, NOMEM; the place names the copy tried
 * last), and `opened` says how many are. */
enum wcab_err wci_folder_parts_open(struct wci_reader *reader, uint32_t near_image,
                                    struct wci_folder_parts *parts, struct wcab_error *err);

void wci_folder_parts_free(struct wci_folder_parts *parts);

#endif
