/*
 * fat_table - the allocation table of a FAT volume, and the chains of clusters in it.
 *
 * The table is read by pages when they are asked for: a floppy's is one page, a disk's may have
 * megabytes of which a walk needs few.  A page that can't be read is taken from another copy.
 */
#ifndef WCI_FAT_TABLE_H
#define WCI_FAT_TABLE_H

#include "media/volume/fat_geometry.h"

struct wci_fat_table;

enum wcab_err wci_fat_table_new(struct wci_source *source, const struct wci_fat_geometry *geometry,
                                struct wci_fat_table **table, struct wcab_error *err);
void wci_fat_table_free(struct wci_fat_table *table); /* NULL is fine */

/* One bit for each cluster that lies within the image. */
struct wci_fat_marks {
    uint8_t *bits; /* owned */
};
enum wcab_err wci_fat_marks_init(struct wci_fat_marks *marks, const struct wci_fat_table *table,
                                 struct wcab_error *err);
void wci_fat_marks_free(struct wci_fat_marks *marks);

/* A file's or folder's clusters as runs of bytes. */
struct wci_fat_chain {
    struct wci_extent *extents; /* owned */
    size_t count, capacity;
    uint64_t size; /* bytes of all runs */
};
void wci_fat_chain_free(struct wci_fat_chain *chain); /* leaves it empty */

/* WCI_FAT_WHOLE_CHAIN as a size: to the chain's end, at most `limit` bytes. */
#define WCI_FAT_WHOLE_CHAIN UINT64_MAX

/* The chain from cluster `first` for `size` bytes. */
struct wci_fat_wish {
    uint32_t first;
    uint64_t size, limit;               /* limit: of a whole chain */
    struct wci_fat_marks *marks;        /* get a mark for each cluster; may be NULL */
    const struct wci_fat_marks *others; /* other clusters that are taken; may be NULL */
};

/*
 * Follows a chain into *chain, which must be empty.  What
 * was found before an error stays in it, the part of a cluster before the image's end included.
 * A cluster that has a mark already belongs to two files. CORRUPT, with the cluster's number: leaves the
 * volume or the image, runs into a free or bad cluster, ends early, is in two files, or runs in a
 * circle.  LIMIT: a whole chain is longer than `limit` bytes.  IO, NOMEM.
 */
enum wcab_err wci_fat_table_follow(struct wci_fat_table *table, const struct wci_fat_wish *wish,
                                   struct wci_fat_chain *chain, struct wcab_error *err);

#endif
