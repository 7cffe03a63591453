/*
 * schema - the catalog's tables, keys and values: encoding and decoding, nothing else.
 *
 * docs/catalog-format.md describes the same for readers.  Numbers in keys are big-endian, so that
 * they sort; values are little-endian or LEB128 (varint).  Any change to what is written here
 * changes WCI_SCHEMA_VERSION.
 */
#ifndef WCI_SCHEMA_H
#define WCI_SCHEMA_H

#include "catalog/catalog.h"
#include "core/cursor.h"

enum { WCI_SCHEMA_VERSION = 4 };
/* The oldest that is read.  A writer makes the newest of it. */
enum { WCI_SCHEMA_OLDEST = 3 };

enum wci_table {
    WCI_TABLE_META,        /* "format" and "counters" */
    WCI_TABLE_IMAGES,      /* image id -> image record */
    WCI_TABLE_PATHS,       /* image path (long key) -> stamp */
    WCI_TABLE_LISTINGS,    /* listing id -> packed listing */
    WCI_TABLE_DIGESTS,     /* digest, 16 bytes -> listing id */
    WCI_TABLE_PLACES,      /* listing id -> (image id, container) ... */
    WCI_TABLE_NAMES,       /* folded name (long key) -> name id */
    WCI_TABLE_SPELLINGS,   /* spelling id -> spelling; a name's id is that of its first spelling */
    WCI_TABLE_VARIANTS,    /* name id -> ids of its further spellings ... */
    WCI_TABLE_EXACT,       /* encoding and bytes of a further spelling (long key) -> its id */
    WCI_TABLE_POSTINGS,    /* name id -> (listing id, row) ... */
    WCI_TABLE_JOINTS,      /* joint hash -> (side, listing id) ... */
    WCI_TABLE_NEXT,        /* listing id -> listing id that follows */
    WCI_TABLE_PREVIOUS,    /* listing id -> listing ids that it follows ... */
    WCI_TABLE_DEEP,        /* (image id, container) -> facts id */
    WCI_TABLE_FACTS,       /* facts id -> facts of all rows */
    WCI_TABLE_FACT_HASHES, /* content hash of a facts value, 16 bytes -> facts id */
    WCI_TABLE_FACT_PLACES, /* facts id -> (image id, container) ... */
    WCI_TABLE_HASHES,      /* kind of hash and its first 8 bytes -> (facts id, row) ... */
    WCI_TABLE_PROFILES,    /* profile id -> text */
    WCI_TABLE_COUNT
};

struct wci_table_form {
    const char *name;
    uint8_t value_size; /* of a table with several values to a key (they sort as bytes), else 0 */
};
extern const struct wci_table_form wci_schema_tables[WCI_TABLE_COUNT];

/* ---- keys --------------------------------------------------------------------------------- */

void wci_schema_put32(uint8_t out[4], uint32_t value);
void wci_schema_put64(uint8_t out[8], uint64_t value);
static inline uint32_t wci_schema_get32(const uint8_t in[4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}
uint64_t wci_schema_get64(const uint8_t in[8]);

/*
 * LMDB's keys end at 511 bytes.  A text of up to WCI_KEY_CUT bytes is its own key; of a longer one
 * the key is its first WCI_KEY_CUT bytes and a hash of it all, and the value is a bucket: one
 * (text, value) pair for each text with that key.  Byte order of short texts is key order; texts
 * that were cut at the same bytes must be sorted by who walks.
 */
enum { WCI_KEY_CUT = 480, WCI_KEY_MAX = WCI_KEY_CUT + 8 };
struct wci_key {
    uint8_t bytes[WCI_KEY_MAX];
    size_t size;
    bool cut;
};
/* text is not empty. */
void wci_schema_long_key(struct wci_bytes text, struct wci_key *key);

/* The next pair of a bucket; false at its end, and when it is damaged (cursor not ok). */
bool wci_schema_bucket_next(struct wci_cursor *cursor, struct wci_bytes *text,
                            struct wci_bytes *value);
void wci_schema_bucket_put(struct wci_buffer *bucket, struct wci_bytes text,
                           struct wci_bytes value);

/* ---- values ------------------------------------------------------------------------------- */

void wci_schema_put_format(struct wci_buffer *out);
/* False when it is no catalog's. */
bool wci_schema_get_format(struct wci_bytes value, uint32_t *version);
/* VERSION, with what to do about it, when it is none that this program reads. */
enum wcab_err wci_schema_accept_version(uint32_t version, struct wcab_error *err);

struct wci_counters {
    uint32_t image, listing, spelling, facts; /* the last id given; ids are never used again */
    uint32_t settled;                         /* see wci_reader_settled */
    uint64_t rows, containers, deep_rows;     /* rows of all listings; facts of all places */
};
void wci_schema_put_counters(const struct wci_counters *counters, struct wci_buffer *out);
bool wci_schema_get_counters(struct wci_bytes value, struct wci_counters *counters);

void wci_schema_put_stamp(const struct wci_image_stamp *stamp, struct wci_buffer *out);
bool wci_schema_get_stamp(struct wci_bytes value, struct wci_image_stamp *stamp);

/* A spelling: the name id it belongs to, its encoding and its bytes. */
void wci_schema_put_spelling(uint32_t name_id, struct wci_name name, struct wci_buffer *out);
bool wci_schema_get_spelling(struct wci_bytes value, uint32_t *name_id, struct wci_name *name);

/*
 * An image's record: all but what its stamp and its listings hold.  Reading takes the memory from
 * `arena`; NOMEM, CORRUPT.
 */
void wci_schema_put_image(const struct wci_image *image, const struct wci_image_state *state,
                          struct wci_buffer *out);
enum wcab_err wci_schema_get_image(struct wci_bytes value, uint32_t id, struct wci_arena *arena,
                                   struct wci_image *image, struct wci_image_state *state,
                                   struct wcab_error *err);
/* Only the media of an image, without the rest of its record: call with *cursor over the value
 * until it gives false.  The first is the image's own, then come its parts'.  What it gives is
 * borrowed; the cursor is not ok when the record is damaged before the end of them. */
struct wci_schema_media {
    struct wci_cursor cursor;
    bool begun;
    uint64_t left; /* parts */
};
void wci_schema_media_begin(struct wci_bytes value, struct wci_schema_media *media);
bool wci_schema_media_next(struct wci_schema_media *media, struct wci_bytes *medium);

/* Facts of all rows of a container. */
void wci_schema_put_facts(const struct wci_deep *rows, uint32_t count, struct wci_buffer *out);
/* Number of rows in it; false when it is damaged. */
bool wci_schema_facts_count(struct wci_bytes value, uint32_t *count);
bool wci_schema_get_fact(struct wci_bytes value, uint32_t row, struct wci_deep *deep);

#endif
