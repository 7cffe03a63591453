/*
 * reader - a view of the catalog, private to this folder.  The calls for others: catalog.h.
 */
#ifndef WCI_READER_H
#define WCI_READER_H

#include "catalog/catalog.h"
#include "catalog/tree.h"

enum { WCI_READER_SPELLINGS = 256 };

/* Listings of which a writer has written the names alone, so far: their rows are nobody's. */
enum { WCI_UNFINISHED_MOST = 4 };
#define WCI_META_UNFINISHED "unfinished"
struct wci_unfinished {
    uint32_t ids[WCI_UNFINISHED_MOST];
    size_t count;
};

struct wci_reader {
    struct wci_tree tree;
    void *map; /* of the data file; NULL in a writer's */
    size_t map_size;
    struct wci_pages pages; /* over the map */
    struct wci_unfinished unfinished;
    bool of_writer; /* the transaction is a writer's: what was read moves when it writes */
    /* The spellings met last, by id: the hits of a search share a few of them. */
    struct {
        uint32_t id; /* 0 = free */
        struct wci_name name;
    } spellings[WCI_READER_SPELLINGS];
};

/* A spelling by its id; 0 is the empty name.  CORRUPT when there is none. */
enum wcab_err wci_reader_spelling(struct wci_reader *reader, uint64_t id, struct wci_name *name,
                                  struct wcab_error *err);
/* The name id that a spelling belongs to.  CORRUPT when there is no such spelling. */
enum wcab_err wci_reader_name_of(struct wci_reader *reader, uint64_t spelling, uint32_t *name_id,
                                 struct wcab_error *err);

/* The value of a text in a table with long keys.  NOTFOUND (without a text), CORRUPT. */
enum wcab_err wci_reader_long_get(const struct wci_tree *tree, enum wci_table table,
                                  struct wci_bytes text, struct wci_bytes *value,
                                  struct wcab_error *err);

/* Every text with `prefix` of a table with long keys, in byte order. */
typedef enum wcab_err wci_long_visitor(void *context, struct wci_bytes text, struct wci_bytes value,
                                       struct wcab_error *err);
enum wcab_err wci_reader_each_long(const struct wci_tree *tree, enum wci_table table,
                                   struct wci_bytes prefix, wci_long_visitor *visit, void *context,
                                   struct wcab_error *err);

/* All values of one key of a table with several; none is no error. */
typedef enum wcab_err wci_value_visitor(void *context, const uint8_t *value,
                                        struct wcab_error *err);
enum wcab_err wci_reader_each_value(const struct wci_tree *tree, enum wci_table table,
                                    const void *key, size_t key_size, wci_value_visitor *visit,
                                    void *context, struct wcab_error *err);

/* A number of four bytes by a number of four bytes.  NOTFOUND, CORRUPT. */
enum wcab_err wci_reader_number(const struct wci_tree *tree, enum wci_table table, uint32_t key,
                                uint32_t *value, struct wcab_error *err);

enum wcab_err wci_reader_counters(const struct wci_tree *tree, struct wci_counters *counters,
                                  struct wcab_error *err);

enum wcab_err wci_reader_unfinished(const struct wci_tree *tree, struct wci_unfinished *unfinished,
                                    struct wcab_error *err);
static inline bool wci_unfinished_has(const struct wci_unfinished *unfinished, uint32_t listing)
{
    size_t i;

    for (i = 0; i < unfinished->count; i++) {
        if (unfinished->ids[i] == listing)
            return true;
    }
    return false;
}

/* A path's stamp.  NOTFOUND (without a text), CORRUPT. */
enum wcab_err wci_reader_get_stamp(const struct wci_tree *tree, struct wci_bytes path,
                                   struct wci_image_stamp *stamp, struct wcab_error *err);
/* Gives the image what the stamp has of the file itself. */
void wci_reader_put_stamp(const struct wci_image_stamp *stamp, struct wci_image *image);

/* The facts of a container, still packed.  NOTFOUND (without a text), CORRUPT. */
enum wcab_err wci_reader_facts(struct wci_reader *reader, uint32_t image, uint32_t container,
                               uint32_t *facts_id, struct wci_bytes *facts, struct wcab_error *err);

/* "the catalog is damaged: ..." */
enum wcab_err wci_reader_damaged(struct wcab_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__ /* see core/error.h */
#define wci_reader_damaged(err, ...) (wci_reader_damaged(err, __VA_ARGS__), WCAB_ERR_CORRUPT)
#endif

/* Kinds of hash in the keys of WCI_TABLE_HASHES. */
enum { WCI_HASH_SHA256 = 1, WCI_HASH_MD5 = 2, WCI_HASH_SHA1 = 3, WCI_HASH_KEY = 9 };
void wci_reader_hash_key(uint8_t kind, const uint8_t *hash, uint8_t key[WCI_HASH_KEY]);

#endif
