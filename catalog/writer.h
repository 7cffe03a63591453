/*
 * writer - the one writer of a catalog, private to this folder.  The calls for others: catalog.h.
 *
 * writer.c has the transaction, links of sets and profiles; writer_value.c single values;
 * writer_listing.c listings, writer_large.c very large ones; writer_image.c images; writer_move.c
 * images that are known again; postings.c the dictionary of names and what
 * leads from a name to its rows; writer_deep.c the deep facts.
 */
#ifndef WCI_WRITER_H
#define WCI_WRITER_H

#include "catalog/hash.h"
#include "catalog/reader.h"

/* What is being done when LMDB refuses: for messages. */
#define WCI_WRITER_WRITING "writing to the catalog"

/* A row that a name leads to. */
struct wci_posting {
    uint32_t name, listing, row;
};

/* Postings wait here until there are many, which are then written in order of their names. */
struct wci_posting_list {
    struct wci_posting *items; /* owned */
    size_t count, capacity;
};

/* Waiting postings before they are written: 6 MiB of memory in each list, as much again while they
 * are sorted. */
enum { WCI_WRITER_POSTINGS = 512 * 1024 };
/* Bounds of the table of known spellings; when one is reached it starts anew. */
enum { WCI_WRITER_SPELLINGS = 96 * 1024, WCI_WRITER_SPELLING_BYTES = 3 * 1024 * 1024 };

struct wci_writer {
    struct wci_store *store;
    int lock;
    uint32_t in_pieces; /* rows of a listing that is written in several transactions; 0: none is */
    bool tidied;        /* what a killed writer has left was taken back */
    bool checked;       /* the pages were looked at before the first transaction */
    unsigned calls;     /* of wci_writer_begin */
    bool has_written;   /* a transaction was committed */
    bool failed;        /* an error has cost the transaction: nothing more is taken */
    struct wci_reader view; /* of the open transaction; view.tree.transaction NULL when none is */
    struct wci_counters counters;
    struct wci_hash_table spellings; /* known spelling (tag: encoding) -> spelling id, name id */
    struct wci_posting_list added, removed;
    struct wci_buffer value, packed;
};

/* LMDB must not be let loose on damaged pages: looks at those of a file of at most `most` bytes.
 * CORRUPT: some are. */
enum wcab_err wci_writer_check_pages(struct wci_store *store, uint64_t most,
                                     struct wcab_error *err);

/* Begins a transaction when none is open.  USAGE after a failure. */
enum wcab_err wci_writer_begin(struct wci_writer *writer, struct wcab_error *err);
/* Ends a call that has written: on failure all that was not committed is dropped. */
enum wcab_err wci_writer_end(struct wci_writer *writer, enum wcab_err code);

/* Single values.  Any failure is one of the catalog itself: also to take away what isn't there. */
enum wcab_err wci_writer_put(struct wci_writer *writer, enum wci_table table, const void *key,
                             size_t key_size, const void *value, size_t value_size,
                             struct wcab_error *err);
/* The same for the largest key of the table: its pages are filled, not halved, when they come one
 * behind the other. */
enum wcab_err wci_writer_append(struct wci_writer *writer, enum wci_table table,
                                struct wci_bytes key, struct wci_bytes value,
                                struct wcab_error *err);
/* `value` NULL: all values of the key. */
enum wcab_err wci_writer_take(struct wci_writer *writer, enum wci_table table, const void *key,
                              size_t key_size, const void *value, size_t value_size,
                              struct wcab_error *err);
/* The same in tables with long keys. */
enum wcab_err wci_writer_long_put(struct wci_writer *writer, enum wci_table table,
                                  struct wci_bytes text, struct wci_bytes value,
                                  struct wcab_error *err);
enum wcab_err wci_writer_long_take(struct wci_writer *writer, enum wci_table table,
                                   struct wci_bytes text, struct wcab_error *err);

/* The id at a key of `table`; 0 when there is none. */
enum wcab_err wci_writer_id_at(struct wci_writer *writer, enum wci_table table,
                               const uint8_t key[16], uint32_t *id, struct wcab_error *err);

/*
 * Looks for a value by the hash of its content in `table` (16 bytes -> id): *id is that of the
 * equal value in `values`, or 0; *key is where it stands, or would stand.  LIMIT never comes from
 * honest data: it would take many values with the same hash.
 */
enum wcab_err wci_writer_find_content(struct wci_writer *writer, enum wci_table table,
                                      struct wci_bytes content, uint8_t key[16], uint32_t *id,
                                      struct wcab_error *err);
/* Takes away the key by which the content of `id` is found. */
enum wcab_err wci_writer_take_content(struct wci_writer *writer, enum wci_table table,
                                      struct wci_bytes content, uint32_t id,
                                      struct wcab_error *err);

/* ---- writer_image.c ----------------------------------------------------------------------- */

/* The record of an image, as wci_reader_image but for its stamp and what its listings say.
 * NOTFOUND. */
enum wcab_err wci_writer_read_image(struct wci_writer *writer, uint32_t id, struct wci_arena *arena,
                                    struct wci_image *image, struct wci_image_state *state,
                                    struct wcab_error *err);
/* The same, begun for a change of it; close it in any case. */
struct wci_writer_record {
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
};
enum wcab_err wci_writer_open_record(struct wci_writer *writer, uint32_t id,
                                     struct wci_writer_record *record, struct wcab_error *err);
void wci_writer_close_record(struct wci_writer_record *record);
enum wcab_err wci_writer_put_record(struct wci_writer *writer, uint32_t id,
                                    const struct wci_image *image,
                                    const struct wci_image_state *state, struct wcab_error *err);
enum wcab_err wci_writer_put_stamp(struct wci_writer *writer, struct wci_bytes path,
                                   const struct wci_image_stamp *stamp, struct wcab_error *err);
/* USAGE, LIMIT: the image contradicts itself, or has more than is stored. */
enum wcab_err wci_writer_accepts(const struct wci_image *image, struct wcab_error *err);
/* What a stamp has of the file itself. */
void wci_writer_copy_stamp(const struct wci_image *image, struct wci_image_stamp *stamp);

/* ---- writer_listing.c --------------------------------------------------------------------- */

/* A name whose id is not that of its spelling. */
struct wci_other_name {
    size_t at; /* in the spellings */
    uint32_t id;
};

/* What storing one listing needs: the ids of spellings, which are packed into the rows, and of the
 * names, of which all but a few are the same. */
struct wci_row_names {
    uint32_t *spellings; /* `slots` to a row; owned */
    uint32_t slots;
    struct wci_other_name *others; /* by ascending `at`; owned */
    size_t other_count, other_capacity, other_added;
};
enum wcab_err wci_writer_names_init(const struct wci_container *container,
                                    struct wci_row_names *names, struct wcab_error *err);
void wci_writer_names_free(struct wci_row_names *names);
/* Of the rows from..to: fills in the ids of their names, adds them to the postings. */
enum wcab_err wci_writer_resolve_rows(struct wci_writer *writer,
                                      const struct wci_container *container, uint32_t from,
                                      uint32_t to, struct wci_row_names *names,
                                      struct wcab_error *err);
enum wcab_err wci_writer_add_rows(struct wci_writer *writer, struct wci_row_names *names,
                                  uint32_t from, uint32_t to, uint32_t listing,
                                  struct wcab_error *err);

/* Whether the container brings a digest by which its listing is known. */
bool wci_writer_has_digest(const struct wci_container *container);
enum wcab_err wci_writer_new_listing_id(struct wci_writer *writer, uint32_t *id,
                                        struct wcab_error *err);
/* Stores a listing that is known to be new, without its postings. */
enum wcab_err wci_writer_put_listing(struct wci_writer *writer,
                                     const struct wci_container *container, uint32_t id,
                                     const struct wci_buffer *packed, struct wcab_error *err);

/* The id of the container's listing: one that is there already, or a new one. */
enum wcab_err wci_writer_keep_listing(struct wci_writer *writer,
                                      const struct wci_container *container, uint32_t *id,
                                      struct wcab_error *err);
/* Takes away a listing that no place has any more, and all that leads to it. */
enum wcab_err wci_writer_drop_listing(struct wci_writer *writer, uint32_t id,
                                      struct wcab_error *err);

/* ---- writer_large.c ----------------------------------------------------------------------- */

enum { WCI_WRITER_LARGE_ROWS = 256 * 1024 };

/* Listings of an image whose names were written before it. */
struct wci_large_listing {
    uint32_t container, id;
    struct wci_buffer packed;
};
struct wci_large {
    struct wci_large_listing listings[WCI_UNFINISHED_MOST];
    size_t count;
};
/* Writes the names of very large listings, in transactions of their own. Free it in any case. */
enum wcab_err wci_writer_large_begin(struct wci_writer *writer, const struct wci_image *image,
                                     struct wci_large *large, struct wcab_error *err);
/* Writes the listings; `known` gets their ids, by container. */
enum wcab_err wci_writer_large_store(struct wci_writer *writer, const struct wci_image *image,
                                     struct wci_large *large, uint32_t *known,
                                     struct wcab_error *err);
void wci_writer_large_free(struct wci_large *large);
/* Takes back what a writer that was killed has left of such listings. */
enum wcab_err wci_writer_large_take_back(struct wci_writer *writer, struct wcab_error *err);

/* ---- postings.c --------------------------------------------------------------------------- */

/* The ids of a spelling and of its name, made when they are new; both 0 for an empty name. */
enum wcab_err wci_postings_resolve(struct wci_writer *writer, struct wci_name name,
                                   uint32_t *spelling, uint32_t *name_id, struct wcab_error *err);
/* Whether there is such a spelling. */
enum wcab_err wci_postings_knows(struct wci_writer *writer, struct wci_name name, bool *known,
                                 struct wcab_error *err);
enum wcab_err wci_postings_add(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                               uint32_t row, struct wcab_error *err);
/* Not to be called while rows are being added: names that lose their last row are dropped. */
enum wcab_err wci_postings_remove(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                                  uint32_t row, struct wcab_error *err);
/* The same, without writing anything before wci_postings_flush.  False: there is no more room. */
bool wci_postings_note_removed(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                               uint32_t row);
enum wcab_err wci_postings_flush(struct wci_writer *writer, struct wcab_error *err);

/* ---- writer_deep.c ------------------------------------------------------------------------ */

/* Takes away a container's deep facts when it has some. */
enum wcab_err wci_writer_drop_deep(struct wci_writer *writer, uint32_t image, uint32_t container,
                                   struct wcab_error *err);
/* Gives the deep facts of a container, when it has some, to the same one of another image that has
 * none. */
enum wcab_err wci_writer_share_deep(struct wci_writer *writer, uint32_t from, uint32_t to,
                                    uint32_t container, struct wcab_error *err);

#endif
