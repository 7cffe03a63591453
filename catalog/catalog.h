/*
 * catalog - records <-> LMDB.  Nothing outside this folder knows LMDB.
 *
 * What is stored (docs/catalog-format.md has the bytes):
 *   image     one indexed item with its tree of containers (no rows)
 *   listing   the rows of one container, packed; equal containers (equal digest) share one listing
 *   name      dictionary of folded names; each leads to postings (listing, row)
 *   reference listing -> every (image, container) that has it
 *   joint     joint hash of a cut -> listings on either side of it; link: the neighbour chosen
 *   deep      SHA-256 and version facts of a container's rows, when known
 *   profile   texts of media profiles
 *
 * Ids are small numbers, local to one catalog, never shown to users.
 */
#ifndef WCI_CATALOG_H
#define WCI_CATALOG_H

#include "core/record.h"
#include "whichcab.h"

/* ---- the store: one open catalog ---------------------------------------------------------- */

struct wci_store;

enum wci_store_mode {
    WCI_STORE_READ,  /* must exist; never written, works on a read-only file system */
    WCI_STORE_WRITE, /* created when missing, with its folder */
};

/*
 * Opens the catalog in the folder `path` (files data.mdb, lock.mdb, writer.lock), or, in READ mode,
 * a single catalog file `path` (the published one: opened without locking). NOTFOUND: no catalog
 * there.  VERSION: of another format version (text says what to run). CORRUPT: not a catalog, or
 * damaged.  UNSUPPORTED: on a network file system.  IO, NOMEM. Stores of one
 * catalog share what LMDB keeps for it in this process, so there may be any number of them; one
 * store may be used by several threads.  BUSY: see wci_environment_open.
 */
enum wcab_err wci_store_open(const char *path, enum wci_store_mode mode, struct wci_store **store,
                             struct wcab_error *err);
void wci_store_close(struct wci_store *store);
/* Whether its file is still the one of that name: compaction and repair replace it. */
bool wci_store_is_current(const struct wci_store *store);
/* Another number, never 0, after each commit and for each file. */
uint64_t wci_store_moment(const struct wci_store *store);
/* What all that reads through the store asks: it may then end with CANCELLED.  Borrowed; NULL:
 * nothing. */
void wci_store_set_cancel(struct wci_store *store, const struct wcab_cancel *cancel);
/* What fetches for who opens images that are on record here; only handed on. */
void wci_store_set_fetch(struct wci_store *store, struct wcab_fetch *fetch);

/* Around fork(2), where the child is to open catalogs: no other thread is then at the table of what
 * the process has open.  The child ends it, too. */
void wci_store_begin_fork(void);
void wci_store_end_fork(void);

/* ---- reading ------------------------------------------------------------------------------ */

/* A consistent view of the catalog at one moment; belongs to one thread.  All bytes it returns are
 * borrowed from it and die with it.  Stored bytes are not trusted: CORRUPT when they contradict
 * themselves. */
struct wci_reader;

enum wcab_err wci_reader_open(struct wci_store *store, struct wci_reader **reader,
                              struct wcab_error *err);
void wci_reader_close(struct wci_reader *reader);
/* What the reader's store asks; NULL: nothing. */
const struct wcab_cancel *wci_reader_cancel(const struct wci_reader *reader);
/* What fetches; NULL: nothing does. */
struct wcab_fetch *wci_reader_fetch(const struct wci_reader *reader);

/* Each visitor below returns WCAB_OK to go on; any other code ends the walk with it. */

/* Every row that has `folded` (see wci_text_fold) as name or alias, in (listing, row) order.
 * NOTFOUND when there is none. */
typedef enum wcab_err wci_hit_visitor(void *context, uint32_t listing, uint32_t row);
enum wcab_err wci_reader_find(struct wci_reader *reader, struct wci_bytes folded,
                              wci_hit_visitor *visit, void *context, struct wcab_error *err);

/* Every distinct folded name that starts with `prefix` (may be empty), in byte order. */
typedef enum wcab_err wci_name_visitor(void *context, struct wci_bytes folded);
enum wcab_err wci_reader_each_name(struct wci_reader *reader, struct wci_bytes prefix,
                                   wci_name_visitor *visit, void *context, struct wcab_error *err);

/* A listing, opened for access to its rows; a plain value, nothing to free. */
enum { WCI_LISTING_COLUMNS = 9 + WCI_ALIAS_MAX };
struct wci_listing {
    uint32_t id;
    enum wci_container_kind kind;
    uint32_t row_count;
    bool has_digest;
    uint8_t digest[16]; /* the container's, zeros when it has none */
    /* private: */
    struct wci_reader *reader;
    struct wci_bytes cab, folder_ends, folders, rows;
    uint32_t folder_count, stride;
    uint64_t bases[WCI_LISTING_COLUMNS];
    uint8_t widths[WCI_LISTING_COLUMNS];
};
enum wcab_err wci_reader_listing(struct wci_reader *reader, uint32_t id,
                                 struct wci_listing *listing, struct wcab_error *err);
/* Unpacks one row. */
enum wcab_err wci_listing_row(const struct wci_listing *listing, uint32_t row,
                              struct wci_entry *entry, struct wcab_error *err);
/* The cabinet's header facts, folders included, from `arena`; NOTFOUND when it is no cabinet. */
enum wcab_err wci_listing_cab(const struct wci_listing *listing, struct wci_arena *arena,
                              struct wci_cab **cab, struct wcab_error *err);
/* typeCompress of one of the cabinet's folders; NOTFOUND when it has none of that number. */
enum wcab_err wci_listing_method(const struct wci_listing *listing, uint32_t folder,
                                 uint16_t *type_compress, struct wcab_error *err);
/* The joints of its cabinet (struct wci_cab); 0 when it is none. */
enum wcab_err wci_listing_joints(const struct wci_listing *listing, uint64_t *previous,
                                 uint64_t *next, struct wcab_error *err);

/* Every place that has this listing, in (image, container) order. */
typedef enum wcab_err wci_place_visitor(void *context, uint32_t image, uint32_t container);
enum wcab_err wci_reader_each_place(struct wci_reader *reader, uint32_t listing,
                                    wci_place_visitor *visit, void *context,
                                    struct wcab_error *err);

/* An image with its containers (entries NULL, entry_count set, cab NULL) and faults, from `arena`
 * (image->arena stays NULL), and what belongs to it beside the record. */
struct wci_image_state {
    uint32_t *listings; /* of each container, from the arena */
    bool offline;       /* was gone when last looked for */
};
enum wcab_err wci_reader_image(struct wci_reader *reader, uint32_t id, struct wci_arena *arena,
                               struct wci_image *image, struct wci_image_state *state,
                               struct wcab_error *err);
/* Every image id in ascending order. */
typedef enum wcab_err wci_image_visitor(void *context, uint32_t image);
enum wcab_err wci_reader_each_image(struct wci_reader *reader, wci_image_visitor *visit,
                                    void *context, struct wcab_error *err);

/* The medium of every image, then of each of its parts, empty for those not recognised, without
 * reading more of them. */
typedef enum wcab_err wci_medium_visitor(void *context, uint32_t image, struct wci_bytes medium);
enum wcab_err wci_reader_each_medium(struct wci_reader *reader, wci_medium_visitor *visit,
                                     void *context, struct wcab_error *err);

/* What is needed to skip an unchanged image: one key.  NOTFOUND when the path is not indexed. */
struct wci_image_stamp {
    uint32_t id;
    uint64_t size;
    int64_t mtime_ns;
    uint64_t inode, device; /* as in struct wci_image */
    int64_t changed_ns;
    uint8_t quick[WCI_QUICK_BYTES];
    bool deep; /* all its deep facts were recorded */
    bool offline;
    bool unread; /* it has no container: the record's fault says why */
};
enum wcab_err wci_reader_stamp(struct wci_reader *reader, struct wci_bytes path,
                               struct wci_image_stamp *stamp, struct wcab_error *err);
/* Every indexed path below `prefix` in byte order, with its stamp. */
typedef enum wcab_err wci_stamp_visitor(void *context, struct wci_bytes path,
                                        const struct wci_image_stamp *stamp);
enum wcab_err wci_reader_each_stamp(struct wci_reader *reader, struct wci_bytes prefix,
                                    wci_stamp_visitor *visit, void *context,
                                    struct wcab_error *err);

/* The listing that follows / comes before a cabinet's listing in its set: the link recorded by the
 * set joiner.  NOTFOUND when none was found (a missing disk, or an end of the set). */
enum wcab_err wci_reader_next(struct wci_reader *reader, uint32_t listing, uint32_t *next,
                              struct wcab_error *err);
enum wcab_err wci_reader_previous(struct wci_reader *reader, uint32_t listing, uint32_t *previous,
                                  struct wcab_error *err);

/* Every listing that has a joint, by joint hash: side 0 = it ends in that cut (joint_next), side 1
 * = it begins there (joint_previous).  Sorted by (joint, side, listing). */
typedef enum wcab_err wci_joint_visitor(void *context, uint64_t joint, int side, uint32_t listing);
enum wcab_err wci_reader_each_joint(struct wci_reader *reader, wci_joint_visitor *visit,
                                    void *context, struct wcab_error *err);

/* The newest listing of the catalog by id (ids grow and are never used again; 0: none yet), and up
 * to which one the cabinets have been joined into sets (see wci_writer_set_settled). */
enum wcab_err wci_reader_settled(struct wci_reader *reader, uint32_t *settled, uint32_t *newest,
                                 struct wcab_error *err);

/* Profile texts: id -> text, in id order. */
typedef enum wcab_err wci_profile_visitor(void *context, struct wci_bytes id,
                                          struct wci_bytes text);
enum wcab_err wci_reader_each_profile(struct wci_reader *reader, wci_profile_visitor *visit,
                                      void *context, struct wcab_error *err);
enum wcab_err wci_reader_profile(struct wci_reader *reader, struct wci_bytes id,
                                 struct wci_bytes *text, struct wcab_error *err);

/* Deep facts of one row of one container. */
enum wci_deep_status {
    WCI_DEEP_NONE = 0,    /* nothing is said of it: a folder, or a file that began in the cabinet
                             before, whose facts stand there */
    WCI_DEEP_OK = 1,      /* decoded whole, checksums right */
    WCI_DEEP_DAMAGED = 2, /* could not be decoded, or checksum wrong: code, block, text say how */
    WCI_DEEP_MISSING = 3, /* a needed cabinet of the set was not at hand */
    /* Not read, and nothing is known to be wrong with it: */
    WCI_DEEP_UNSUPPORTED = 4, /* its method is not read here, or a limit was reached */
    WCI_DEEP_ENCRYPTED = 5
};
struct wci_deep {
    enum wci_deep_status status;
    uint8_t sha256[32];
    bool has_sha256;
    uint8_t md5[16], sha1[20];
    bool has_md5_sha1;
    bool has_size; /* where the listing doesn't have it: of a packed file, once unpacked */
    uint64_t size;
    bool has_version;
    uint64_t file_version, product_version; /* four 16-bit numbers, most significant first */
    struct wci_bytes version_text; /* "key\0value\0..." UTF-8: FileVersion, FileDescription ...;
                                      module, linker, language, timestamp of executables
                                      likewise; WCI_DEEP_ZEROES */
    int code;                      /* enum wcab_err when not OK */
    uint64_t offset;               /* where in the folder, or WCAB_NO_OFFSET */
    struct wci_bytes text;
};
/* The version_text of a file that holds nothing but zeroes. */
#define WCI_DEEP_ZEROES "contents\0zeroes\0"
bool wci_deep_is_zeroes(const struct wci_deep *deep);
enum wcab_err wci_reader_deep(struct wci_reader *reader, uint32_t image, uint32_t container,
                              uint32_t row, struct wci_deep *deep, struct wcab_error *err);
/* Every row whose SHA-256 (or MD5, SHA-1: size 16, 20) is this. */
typedef enum wcab_err wci_row_visitor(void *context, uint32_t image, uint32_t container,
                                      uint32_t row);
enum wcab_err wci_reader_find_hash(struct wci_reader *reader, const uint8_t *hash, size_t hash_size,
                                   wci_row_visitor *visit, void *context, struct wcab_error *err);
/* Rows whose SHA-256 begins with these digits, halves of bytes; what is behind them in `begins` is 0, and
 * behind the 16th digit the rows may have others: the visitor looks. */
enum wcab_err wci_reader_find_sha256(struct wci_reader *reader, const uint8_t *begins,
                                     size_t digits, wci_row_visitor *visit, void *context,
                                     struct wcab_error *err);
/* Whether any row has a hash of that size. */
enum wcab_err wci_reader_has_hashes(struct wci_reader *reader, size_t hash_size, bool *has,
                                    struct wcab_error *err);
/* Every known SHA-256 with its rows, in hash order. */
typedef enum wcab_err wci_hash_visitor(void *context, const uint8_t sha256[32], uint32_t image,
                                       uint32_t container, uint32_t row);
enum wcab_err wci_reader_each_hash(struct wci_reader *reader, wci_hash_visitor *visit,
                                   void *context, struct wcab_error *err);

/* Figures of the catalog. */
struct wci_catalog_stats {
    uint64_t images, containers, listings, rows, names, postings, deep_rows, profiles;
    uint64_t bytes_used, bytes_file, map_size;
    uint32_t format_version;
};
enum wcab_err wci_reader_stats(struct wci_reader *reader, struct wci_catalog_stats *stats,
                               struct wcab_error *err);

/* ---- writing ------------------------------------------------------------------------------ */

/*
 * The one writer of a catalog; belongs to one thread.  Nothing is visible to readers before commit;
 * what was not committed is as if never put.  Opening takes the catalog's writer lock: BUSY says
 * which process holds it; with `wait` it waits (until *cancel, when given, turns true: CANCELLED).
 */
struct wci_writer;
enum wcab_err wci_writer_open(struct wci_store *store, bool wait, const struct wcab_cancel *cancel,
                              struct wci_writer **writer, struct wcab_error *err);
/* Lets the names of very large containers be committed before the image that they belong to, so that
 * memory is bounded; nobody sees them until it is committed. */
void wci_writer_set_in_pieces(struct wci_writer *writer);
/* Stores an image, replacing the one of the same path; returns its id (kept when replaced).  Its
 * containers' listings are shared with equal ones. */
enum wcab_err wci_writer_put_image(struct wci_writer *writer, const struct wci_image *image,
                                   uint32_t *id, struct wcab_error *err);
/* As wci_writer_put_image; where known[i] is not 0, container i has that listing, which must be on
 * record, and its entries are not looked at.  `listings` (may be NULL) gets the listing of each
 * container. */
enum wcab_err wci_writer_put_known(struct wci_writer *writer, const struct wci_image *image,
                                   const uint32_t *known, uint32_t *id, uint32_t *listings,
                                   struct wcab_error *err);
/* As wci_writer_put_image for an image whose record is most likely still right: where all that was
 * read stands in it, it is *kept with its deep facts, and only its stamp is new. */
enum wcab_err wci_writer_put_again(struct wci_writer *writer, const struct wci_image *image,
                                   bool *kept, uint32_t *id, struct wcab_error *err);
/* Gives an image's record the size, times, device, inode and quick digest that its file has now, and
 * marks it as there. */
enum wcab_err wci_writer_renew_stamp(struct wci_writer *writer, uint32_t id,
                                     const struct wci_image *now, struct wcab_error *err);
/* Gives images new paths, all at once: they may take each other's.  Another image that stands at
 * one of them is removed.  Ids, deep facts and groups stay. */
struct wci_move {
    uint32_t id;
    struct wci_bytes path;
    struct wci_image_stamp stamp; /* private */
};
enum wcab_err wci_writer_move_images(struct wci_writer *writer, struct wci_move *moves,
                                     size_t count, struct wcab_error *err);
/* As wci_reader_stamp, of what this writer put, too. */
enum wcab_err wci_writer_stamp(struct wci_writer *writer, struct wci_bytes path,
                               struct wci_image_stamp *stamp, struct wcab_error *err);
/* Puts an image of the same bytes as another: `as` has its path and stamp, all else is taken from
 * the record of `from`, deep facts, too.  The image that stands at the path is replaced. */
enum wcab_err wci_writer_copy_image(struct wci_writer *writer, uint32_t from,
                                    const struct wci_image *as, uint32_t *id,
                                    struct wcab_error *err);
enum wcab_err wci_writer_remove_image(struct wci_writer *writer, uint32_t id,
                                      struct wcab_error *err);
enum wcab_err wci_writer_set_offline(struct wci_writer *writer, uint32_t id, bool offline,
                                     struct wcab_error *err);
/* Whether all deep facts of the image have been put; false again once it is replaced. */
enum wcab_err wci_writer_set_deep(struct wci_writer *writer, uint32_t id, bool deep,
                                  struct wcab_error *err);
/* Of a part of the image, or (WCI_NONE) of the image itself. */
enum wcab_err wci_writer_set_group(struct wci_writer *writer, uint32_t id, uint32_t part,
                                   uint64_t group, struct wcab_error *err);
/* Replaces the notes of an image.  USAGE: they are not valid. */
enum wcab_err wci_writer_set_notes(struct wci_writer *writer, uint32_t id,
                                   const struct wci_note *notes, uint32_t count,
                                   struct wcab_error *err);
/* What recognition settled later, from an image's neighbours: its medium, disk and reason; `part` as
 * above. */
enum wcab_err wci_writer_set_medium(struct wci_writer *writer, uint32_t id, uint32_t part,
                                    const struct wci_identity *medium, struct wcab_error *err);
/* Replaces all links of `listing` to its next one; WCI_NONE removes. */
enum wcab_err wci_writer_set_next(struct wci_writer *writer, uint32_t listing, uint32_t next,
                                  struct wcab_error *err);
/* Remembers that all listings up to this id have been joined.  Removing a listing that was part of
 * a set takes it back to 0, for its neighbours may now join with others. */
enum wcab_err wci_writer_set_settled(struct wci_writer *writer, uint32_t listing,
                                     struct wcab_error *err);
/* Facts of all rows of a container (count = its row count). */
enum wcab_err wci_writer_put_deep(struct wci_writer *writer, uint32_t image, uint32_t container,
                                  const struct wci_deep *rows, uint32_t count,
                                  struct wcab_error *err);
enum wcab_err wci_writer_put_profile(struct wci_writer *writer, struct wci_bytes id,
                                     struct wci_bytes text, struct wcab_error *err);
/* A view that sees what this writer put and has not committed yet; for the set joiner. Borrowed:
 * valid until the next commit or close. */
enum wcab_err wci_writer_reader(struct wci_writer *writer, struct wci_reader **reader,
                                struct wcab_error *err);
enum wcab_err wci_writer_commit(struct wci_writer *writer, struct wcab_error *err);
/* Drops what is not committed.  After a commit the data file is made compact when more than half of
 * it is free: a run that rewrites much in many commits leaves several times what it needs. */
void wci_writer_close(struct wci_writer *writer);

/* ---- keeping ------------------------------------------------------------------------------ */

/* Cross-checks every reference and packed value; each contradiction is told to `report`.  Returns
 * CORRUPT when there was any. */
typedef void wci_check_report(void *context, const char *what);
enum wcab_err wci_catalog_check(struct wci_reader *reader, wci_check_report *report, void *context,
                                struct wcab_error *err);
/* Writes a compacted copy to a new file.  USAGE: there is a file of that name.  CORRUPT: the
 * catalog is damaged.  Nothing is left of a copy that failed.  IO, NOMEM. */
enum wcab_err wci_catalog_copy(struct wci_store *store, const char *path, struct wcab_error *err);
/* Replaces the catalog's file by a compact one with the same owner and mode; the writer is then to
 * be closed.  After an error the catalog is as it was. */
enum wcab_err wci_catalog_compact(struct wci_writer *writer, struct wcab_error *err);

/*
 * Puts what can still be read of the damaged catalog in the folder `path` into a new one, which takes
 * its place; the old data file is kept beside it.  What is lost is told to `report`.  Nothing changes
 * when it fails: NOTFOUND, BUSY, CORRUPT: nothing can be read; VERSION, IO, NOMEM, CANCELLED.
 */
struct wci_repair_result {
    uint64_t images;     /* that are in the new catalog */
    uint64_t lost;       /* things that were told */
    uint64_t unreadable; /* records of images that could not be read at all */
    char kept[4200];     /* the old file's new name */
};
enum wcab_err wci_catalog_repair(const char *path, const struct wcab_cancel *cancel,
                                 wci_check_report *report, void *context,
                                 struct wci_repair_result *result, struct wcab_error *err);

/* The catalog as lines of text (docs/catalog-format.md), sorted by image path and independent of
 * ids: equal contents give equal text.  `put` receives pieces of it. */
typedef enum wcab_err wci_text_sink(void *context, const char *text, size_t length);
enum wcab_err wci_catalog_export(struct wci_reader *reader, wci_text_sink *put, void *context,
                                 struct wcab_error *err);
/* Reads that text (untrusted) into the writer; CORRUPT names the line.  `get` fills a buffer, 0 at
 * the end. */
typedef enum wcab_err wci_text_source(void *context, char *buffer, size_t size, size_t *got);
enum wcab_err wci_catalog_import(struct wci_writer *writer, wci_text_source *get, void *context,
                                 struct wcab_error *err);
/* What lies at the path `from`, or below it, gets the path `to` in its place. */
struct wci_path_map {
    struct wci_bytes from, to;
};
/* The same when several are read one after the other. */
struct wci_import_plan {
    uint64_t groups; /* the highest number of a group so far, 0 in an empty catalog */
    const struct wci_path_map *maps; /* the first that fits counts */
    size_t map_count;
};
enum wcab_err wci_catalog_import_next(struct wci_writer *writer, struct wci_import_plan *plan,
                                      wci_text_source *get, void *context, struct wcab_error *err);
/* The highest number of a group that the catalog has. */
enum wcab_err wci_catalog_import_groups(struct wci_writer *writer, uint64_t *groups,
                                        struct wcab_error *err);

#endif
