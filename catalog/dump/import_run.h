/*
 * import_run - an import: the image at hand, and what was read before it.
 */
#ifndef WCI_IMPORT_RUN_H
#define WCI_IMPORT_RUN_H

#include "catalog/dump/dump.h"
#include "catalog/hash.h"
#include "catalog/writer.h"
#include "core/limits.h"

enum {
    WCI_IMPORT_READ_BYTES = 64 * 1024,
    WCI_IMPORT_LONGEST_LINE = 16 * 1024 * 1024, /* a profile's text is one line */
    WCI_IMPORT_MOST_FACTS = WCI_LIMIT_ENTRIES
};

/* A listing by its number in the export. */
struct wci_import_listing {
    uint32_t id; /* 0 while the image that brings it is not put */
    enum wci_container_kind kind;
    uint32_t row_count;
    uint32_t container; /* of the image at hand, while id is 0 */
};

/* What belongs to one container of the image at hand. */
struct wci_import_gathered {
    size_t number;     /* its listing, from 1 */
    bool brings;       /* the first to have that listing: its rows follow */
    bool facts_follow; /* a facts line was read */
    uint32_t fact_count, fact_limit;
    struct wci_deep *facts; /* in the arena */
};

struct wci_import {
    struct wci_writer *writer;
    wci_text_source *get;
    void *context;
    struct wcab_error *err;
    char buffer[WCI_IMPORT_READ_BYTES];
    size_t at, filled;
    struct wci_buffer line;
    uint64_t line_number;
    uint64_t version; /* of the export */
    bool ended;
    struct wci_bytes fields[WCI_DUMP_MOST_FIELDS];

    const struct wci_path_map *maps; /* the first that fits counts */
    size_t map_count;
    struct wci_hash_table mapped; /* paths that images got, when there are maps */

    struct wci_image *image; /* at hand, or NULL */
    struct wci_bytes path;   /* of it in the export */
    bool offline;
    struct wci_import_gathered *gathered; /* of its containers, owned */
    size_t gathered_capacity, container_capacity, fault_capacity, part_capacity;
    struct wci_entry *entries; /* of the container at hand, owned: moved to the arena when full */
    size_t entry_capacity;
    struct wci_cab_folder *folders; /* likewise */
    size_t folder_capacity;
    struct wci_deep *facts; /* likewise */
    size_t fact_capacity;

    struct wci_buffer last_path;      /* of the image before: they come in order, each once */
    struct wci_import_listing *known; /* by number - 1, owned */
    size_t known_count, known_capacity;
    uint64_t group_base; /* groups that the catalog has already */
    uint64_t group_highest;
};

/* CORRUPT, with the line. */
enum wcab_err wci_import_wrong(struct wci_import *in, const char *what);

/* The field as a number up to `most`.  This and what follows turn *ok false when the
 * field is not of the kind. */
uint64_t wci_import_number(struct wci_bytes field, uint64_t most, bool *ok);

int64_t wci_import_signed(struct wci_bytes field, bool *ok);

bool wci_import_is_word(struct wci_bytes field, const char *word);

/* "-" is `none`. */
uint64_t wci_import_optional(struct wci_bytes field, uint64_t most, uint64_t none, bool *ok);

uint64_t wci_import_hex(struct wci_bytes field, size_t digits, bool *ok);

/* False when the field is "-". */
bool wci_import_digest(struct wci_bytes field, uint8_t *digest, size_t size, bool *ok);

/* One of two words. */
bool wci_import_choice(struct wci_bytes field, const char *yes, const char *no, bool *ok);

/* Copies into the image's arena; empty on failure, *ok false. */
struct wci_bytes wci_import_text(struct wci_import *in, struct wci_bytes field, bool *ok);

struct wci_name wci_import_name(struct wci_import *in, const struct wci_bytes *fields, bool *ok);

/* The last one of the image. */
struct wci_container *wci_import_container_at_hand(struct wci_import *in);

/* Moves what was gathered for the container at hand into the arena. */
enum wcab_err wci_import_close_container(struct wci_import *in);

/* The lines of these kinds. */
enum wcab_err wci_import_take_container(struct wci_import *in);
enum wcab_err wci_import_take_cabinet(struct wci_import *in);
enum wcab_err wci_import_take_folder(struct wci_import *in);
enum wcab_err wci_import_take_row(struct wci_import *in);
enum wcab_err wci_import_take_facts(struct wci_import *in);
enum wcab_err wci_import_take_fact(struct wci_import *in);

#endif
