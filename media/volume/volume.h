/*
 * volume - what all readers of file systems and archives have in common: describe, walk, open.
 *
 * A volume lists its files as `wci_entry` and opens each as a source.  Cabinets are not volumes:
 * their files need decoding (see cab.h, cab_folder.h).
 */
#ifndef WCI_VOLUME_H
#define WCI_VOLUME_H

#include "core/record.h"
#include "media/bytes/source.h"

struct wci_volume;
struct wci_budget; /* spool.h */

/* Receives what a walk finds.  Everything passed is borrowed for the call only. */
struct wci_visitor {
    void *context;
    /* A file (or an empty folder).  A code other than WCAB_OK ends the walk with it. */
    enum wcab_err (*entry)(void *context, const struct wci_entry *entry, struct wcab_error *err);
    /* A volume inside that is no file: El Torito image, partition, track.  `name` is UTF-8.
     * wci_volume_open_nested opens it; while offset and size lie within the volume's own bytes
     * they are those. */
    enum wcab_err (*nested)(void *context, const char *name, uint64_t offset, uint64_t size,
                            struct wcab_error *err);
    /* Something could not be read (err says what and where); the walk goes on. */
    void (*fault)(void *context, const struct wcab_error *err);
};

/* Which clusters of the volume bytes of a file lie in: runs of numbers, in the file's order. */
enum { WCI_CLUSTER_RUNS = 8 };
struct wci_cluster_list {
    uint64_t offset, size; /* in the file */
    struct wci_cluster_run {
        uint32_t first, last;
    } runs[WCI_CLUSTER_RUNS];
    size_t count;
    bool more; /* than WCI_CLUSTER_RUNS */
};

struct wci_volume_ops {
    /* Fills kind, format, label, serial, created of `container` from `arena`. */
    enum wcab_err (*describe)(struct wci_volume *volume, struct wci_arena *arena,
                              struct wci_container *container, struct wcab_error *err);
    enum wcab_err (*walk)(struct wci_volume *volume, const struct wci_visitor *visitor,
                          struct wcab_error *err);
    enum wcab_err (*open_entry)(struct wci_volume *volume, const struct wci_entry *entry,
                                struct wci_source **source, struct wcab_error *err);
    /* May be NULL: what is nested is a run of the volume's own bytes. */
    enum wcab_err (*open_nested)(struct wci_volume *volume, uint64_t offset, uint64_t size,
                                 struct wci_source **source, struct wcab_error *err);
    void (*close)(struct wci_volume *volume); /* frees the volume itself too */
    /* May be NULL: files lie in no clusters that have numbers. */
    enum wcab_err (*clusters)(struct wci_volume *volume, const struct wci_entry *entry,
                              struct wci_cluster_list *list, struct wcab_error *err);
};

enum { WCI_VOLUME_REASON = 200 };

/* Embedded as first member by each reader. */
struct wci_volume {
    const struct wci_volume_ops *ops;
    struct wci_source *source; /* the volume's bytes, borrowed; NULL for a folder of the host */
    char reason[WCI_VOLUME_REASON]; /* by what it was known: "ISO 9660: CD001 at byte 32769" */
    /* What decoding may cost: set, borrowed, by who walks an image, for all volumes in it the same
     * one.  NULL: a volume that has to decode gives each call a budget of its own. */
    struct wci_budget *budget;
    const struct wci_limits *limits;  /* of such budgets, borrowed; NULL: wci_limits_default */
    const struct wcab_cancel *cancel; /* of such budgets, borrowed; NULL: never */
    /* Set by who wants what is left of damaged files: open_entry then gives the bytes up to where a
     * chain or extent goes wrong, in readers of file systems. */
    bool salvage;
};

/* For the readers of formats: fills in the base of a new volume; `reason` is copied. */
void wci_volume_begin(struct wci_volume *volume, const struct wci_volume_ops *ops,
                      struct wci_source *source, const char *reason);

/* And for those whose `describe` has nothing but the kind and the format's name to say.  NOMEM. */
enum wcab_err wci_volume_say_format(struct wci_arena *arena, struct wci_container *container,
                                    enum wci_container_kind kind, const char *format,
                                    struct wcab_error *err);

enum wcab_err wci_volume_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err);

/* Lists every file in on-medium order, folder by folder.  One bad folder costs that folder: it is
 * reported through `fault`.  Returns the visitor's own error, NOMEM, or IO when nothing can be
 * read. */
enum wcab_err wci_volume_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err);

/*
 * Opens a listed file.  `entry->locator` leads to its record on the volume, which is read again and
 * held against the entry's name and size.  CHANGED when it is another file now; CORRUPT for bad
 * chains and extents; IO; NOMEM.  The source borrows the volume.
 */
enum wcab_err wci_volume_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err);

/* Lists the clusters of `list->size` bytes of a file from `list->offset` on; none where the volume
 * numbers none.  What opening the file says. */
enum wcab_err wci_volume_clusters(struct wci_volume *volume, const struct wci_entry *entry,
                                  struct wci_cluster_list *list, struct wcab_error *err);

/*
 * Opens what `nested` was told of, by the offset and size told.  A volume in an image whose sectors
 * carry headers, or that lies in another file, has no run of bytes of its own: only the volume
 * knows how to read it.  CORRUPT, IO, NOMEM, NOTFOUND.  The source borrows the volume.
 */
enum wcab_err wci_volume_open_nested(struct wci_volume *volume, uint64_t offset, uint64_t size,
                                     struct wci_source **source, struct wcab_error *err);

void wci_volume_close(struct wci_volume *volume); /* NULL is fine */

/* For readers that decode, at the start of each call: the budget that the volume was given, else
 * `own`, set up anew by the volume's limits and its source's size. */
struct wci_budget *wci_volume_start_budget(struct wci_volume *volume, struct wci_budget *own);

/* For readers of file systems, while they are walked: a source that ends before byte `stated`,
 * where the volume says that it ends, is told. */
void wci_volume_tell_cut(const struct wci_volume *volume, uint64_t stated,
                         const struct wci_visitor *visitor);

/*
 * The readers.  Each returns FORMAT when the bytes are not its own (nothing is wrong then; err says
 * by what it would have been known), CORRUPT or UNSUPPORTED when they are and can't be read, IO,
 * NOMEM. `source` is borrowed and must outlive the volume.
 */

/* ISO 9660 (ECMA-119) with Joliet and Rock Ridge names; see volume_iso.c. locator: byte offset of
 * the directory record in the tree that was walked. */
enum wcab_err wci_volume_iso_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err);

/* As wci_volume_iso_open for a volume whose first descriptor is at byte `descriptors` and whose
 * block 0 is at byte `origin`: behind other data, or a later session of a disc. */
enum wcab_err wci_volume_iso_open_at(struct wci_source *source, uint64_t descriptors,
                                     int64_t origin, struct wci_volume **volume,
                                     struct wcab_error *err);

/* FAT12/16/32, with or without 55AA and BPB; see volume_fat.c. locator: byte offset of the 32-byte
 * short entry. */
enum wcab_err wci_volume_fat_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err);

/* Archives (ZIP, 7z, RAR, TAR, cpio, LHA) and single compressed files (gzip, xz, bzip2, zstd, LZ4,
 * lzip, compress); see volume_archive.c.  `name_hint` (may be NULL) is what the file is called: a
 * compressed file's contents have no other name.  Further errors of walk and open_entry: LIMIT for
 * what unfolds to more than it may, UNSUPPORTED for encrypted members and unknown methods. locator:
 * ordinal of the member. */
enum wcab_err wci_volume_archive_open(struct wci_source *source, const char *name_hint,
                                      struct wci_volume **volume, struct wcab_error *err);

/* OLE2 compound files, such as Windows Installer's MSI; see volume_ole.c.  locator: index of the
 * stream's directory entry. */
enum wcab_err wci_volume_ole_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err);

/* A folder of the host, never following symbolic links below it; see volume_dir.c. locator: 0,
 * files open by path. */
enum wcab_err wci_volume_dir_open(const char *path, struct wci_volume **volume,
                                  struct wcab_error *err);

#endif
