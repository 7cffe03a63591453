/*
 * on_record - which images are on record already: unchanged, touched, at another path, or as a copy.
 *
 * Size, time and the quick digest say whether an image is the one on record.  Device, inode and the
 * time of the last change of status are hints: where all three are as they were, the digest is not
 * asked for.
 */
#ifndef WCI_ON_RECORD_H
#define WCI_ON_RECORD_H

#include "catalog/catalog.h"
#include "indexer/items.h"

struct wci_on_record_options {
    struct wci_reader *reader;       /* the catalog as it was at the start; NULL when it is new */
    bool force;                      /* nothing is taken for unchanged */
    int code_page;                   /* that is asked for; 0: any */
    const struct wci_limits *limits; /* that are asked for; NULL: any */
    struct wcab_fetch *fetch;        /* for addresses; may be NULL */
};

/* What was found to have moved. */
struct wci_on_record_move {
    uint32_t id;
    const char *from, *to; /* arena */
    bool is_copy;
};

struct wci_on_record {
    struct wci_on_record_options options;
    struct wci_arena *arena;               /* owned */
    struct wci_on_record_known *known;     /* owned: images with a quick digest, in order of it */
    struct wci_on_record_known **by_inode; /* owned: the same, by inode and time of last change */
    size_t known_count, known_capacity;
    bool gathered;
    struct wci_on_record_move *moves; /* owned: images moved or copied */
    struct wci_image *stamps;         /* owned: of each of them what its file has now */
    size_t move_count, move_capacity, stamp_capacity;
    size_t told;                            /* moves asked for by wci_on_record_from */
    struct wci_on_record_renewal *renewals; /* owned: stamps to be renewed */
    size_t renewal_count, renewal_capacity;
};

/* NOMEM. */
enum wcab_err wci_on_record_init(struct wci_on_record *record,
                                 const struct wci_on_record_options *options,
                                 struct wcab_error *err);
void wci_on_record_free(struct wci_on_record *record);

/* What is known of the file or folder at a path; see struct wci_items_options. */
enum wci_item_state wci_on_record_state(struct wci_on_record *record, const char *path,
                                        enum wci_item_kind kind, struct wci_image *stamp);

/* Stores what was found: images get their new paths, copies their records, stamps are renewed. */
enum wcab_err wci_on_record_apply(struct wci_on_record *record, struct wci_writer *writer,
                                  struct wcab_error *err);

/* The path at which the image at `path` stood on record; NULL when it was this one.  Quick when it is
 * asked in the order of the items. */
const char *wci_on_record_from(struct wci_on_record *record, const char *path);

/* The images that get another path, by ascending id, so that their old one says nothing of them;
 * the caller frees them.  NOMEM. */
enum wcab_err wci_on_record_moved_ids(const struct wci_on_record *record, uint32_t **ids,
                                      size_t *count, struct wcab_error *err);

#endif
