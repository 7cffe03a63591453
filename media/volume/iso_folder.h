/*
 * iso_folder - one folder of an ISO 9660 volume as a list of items, and two such lists held against
 * each other.
 *
 * A volume may have two trees over the same files: the primary one with 8.3 names (and Rock
 * Ridge's) and Joliet's.  A folder is read from both, and the items that are the same file are made
 * partners.
 */
#ifndef WCI_ISO_FOLDER_H
#define WCI_ISO_FOLDER_H

#include "core/mem.h"
#include "core/record.h"
#include "media/bytes/source.h"
#include "media/volume/iso_record.h"
#include "media/volume/iso_susp.h"

/* One tree of a volume. */
struct wci_iso_tree {
    bool present;
    enum wci_iso_variant variant;
    struct wci_source *source; /* borrowed */
    int64_t origin;            /* byte offset of block 0: not 0 when something precedes the volume,
                                  negative for a session that was cut out of its disc */
    uint32_t block_size;
    uint64_t root_block;
    uint32_t root_size;
    bool rock_ridge;
    uint64_t bytes_left;      /* that folders may still have together: they can't overlap */
    uint64_t look_bytes_left; /* that may still be read ahead of the walk to match folders */
    uint64_t items_left;      /* files and folders that may still be listed */
    struct wci_iso_susp susp;
};

/* A file or subfolder. */
struct wci_iso_item {
    uint64_t locator; /* byte offset of its (first) directory record */
    uint64_t block;   /* of the first extent */
    uint64_t size;    /* bytes of all extents */
    uint32_t modified;
    uint32_t partner; /* index of the same item in the other tree's folder, WCI_NONE */
    uint8_t flags;    /* WCI_ISO_HIDDEN, WCI_ISO_FOLDER */
    bool damaged;
    struct wci_name name;  /* Rock Ridge's, Joliet's, or else the bare ISO name */
    struct wci_name plain; /* bare ISO name when `name` is Rock Ridge's; else empty */
};

/* Told of each thing that can't be read; `name` is of the item, empty for the folder. */
struct wci_iso_faults {
    void *context;
    void (*tell)(void *context, struct wci_bytes name, struct wcab_error *err);
};

struct wci_iso_folder {
    struct wci_arena *arena; /* names that don't lie in `bytes`; made on first use */
    uint8_t *bytes;          /* the folder itself */
    size_t bytes_capacity;
    struct wci_iso_item *items;
    size_t count, capacity;
    bool empty; /* nothing but "." and ".." */
};

/* Byte offset of a block; false when it does not lie within the source. */
bool wci_iso_folder_offset(const struct wci_iso_tree *tree, uint64_t block, uint64_t *offset);

/* How many blocks there are up to the end of the source: numbers that lie within are likely. */
uint64_t wci_iso_folder_blocks(const struct wci_iso_tree *tree);

/*
 * Reads the folder of `size` bytes at `block` (0 bytes: as many as its own first record says) into
 * *folder, whose memory is used again.  A bad sector or record is told to `faults` (may be NULL)
 * and costs that sector.  CORRUPT: it is no folder, or lies outside of the image.  LIMIT, NOMEM.
 */
enum wcab_err wci_iso_folder_read(struct wci_iso_tree *tree, uint64_t block, uint64_t size,
                                  const struct wci_iso_faults *faults,
                                  struct wci_iso_folder *folder, struct wcab_error *err);
void wci_iso_folder_free(struct wci_iso_folder *folder); /* the parts, not the struct */

/*
 * Makes partners of the items of the same folder in two trees: files by block and size, in order
 * where several share them (hard links, empty files); folders by name, then by the files in them.
 * NOMEM.
 */
enum wcab_err wci_iso_folder_match(struct wci_iso_tree *primary, struct wci_iso_folder *a,
                                   struct wci_iso_tree *joliet, struct wci_iso_folder *b,
                                   struct wcab_error *err);

#endif
