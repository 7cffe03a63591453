/*
 * catalog.h - an open catalog, and what keeps it: check, compact, remove, export, import.
 */
#ifndef WHICHCAB_CATALOG_H
#define WHICHCAB_CATALOG_H

#include "whichcab/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the catalog (libwhichcab-query) ------------------------------------------------------ */

struct wcab_catalog_options {
    size_t sizeof_options;  /* sizeof(struct wcab_catalog_options) */
    const char *published;  /* catalog of published listings; NULL: $WHICHCAB_PUBLISHED, else the
                               installed one */
    bool without_published; /* use no published listings at all */
    const char *profiles;   /* folder of the user's own media profiles; NULL: `profiles` in the
                               catalog's folder */
};

/*
 * A catalog of indexed media together with the published listings.  Opening touches nothing: each
 * half is opened when it is first asked.  A catalog that does not exist is an empty one, and so are
 * published listings that were not installed.  One thread at a time uses it:
 * see whichcab.h.
 */
struct wcab_catalog;

/*
 * Makes a handle for the catalog in the folder `path` (NULL: $XDG_DATA_HOME/whichcab, else
 * ~/.local/share/whichcab).  `options` may be NULL.  NOMEM.
 */
WCAB_API enum wcab_err wcab_catalog_open(const char *path,
                                         const struct wcab_catalog_options *options,
                                         struct wcab_catalog **catalog, struct wcab_error *err);
/* Everything that was made from the handle must be closed before.  NULL is harmless. */
WCAB_API void wcab_catalog_close(struct wcab_catalog *catalog);

/* What every call that uses the handle, or what was made from it, asks from now on; copied. NULL:
 * nothing any more.  Any of these calls may then end with CANCELLED. */
WCAB_API void wcab_catalog_set_cancel(struct wcab_catalog *catalog,
                                      const struct wcab_cancel *cancel);

/* What fetches for the calls that read images on record, where these lie behind HTTP (wcab_fetch_open);
 * borrowed.  NULL: nothing is fetched. */
struct wcab_fetch;
WCAB_API void wcab_catalog_set_fetch(struct wcab_catalog *catalog, struct wcab_fetch *fetch);

/* The folder of the catalog; borrowed from the handle. */
WCAB_API const char *wcab_catalog_path(const struct wcab_catalog *catalog);

/* Whether the catalog exists (true), or is only the empty one that a missing folder stands for.
 * VERSION, CORRUPT, IO, UNSUPPORTED: it is there and can't be used. */
WCAB_API enum wcab_err wcab_catalog_exists(struct wcab_catalog *catalog, bool *exists,
                                           struct wcab_error *err);

/*
 * For programs that keep a handle for long.  *moment is another number whenever something else has
 * been written to the catalog, or it was made, replaced or removed; 0: there is none.  Costs two
 * system calls at most.  Errors as wcab_catalog_exists.
 */
WCAB_API enum wcab_err wcab_catalog_moment(struct wcab_catalog *catalog, uint64_t *moment,
                                           struct wcab_error *err);
/* The next use of the handle sees the catalog, and the user's profiles, as they are then; until then
 * it holds nothing back that a writer could use again.  What was made from the handle must be closed
 * before. */
WCAB_API void wcab_catalog_refresh(struct wcab_catalog *catalog);

/* ---- keeping the catalog ------------------------------------------------------------------ */

struct wcab_catalog_stats {
    size_t sizeof_stats; /* sizeof(struct wcab_catalog_stats), set by the caller */
    uint64_t images, containers, listings, rows, names, deep_rows;
    uint64_t bytes_used, bytes_file;
    uint32_t format_version;
};
/* NOTFOUND: there is no catalog. */
WCAB_API enum wcab_err wcab_catalog_stats(struct wcab_catalog *catalog,
                                          struct wcab_catalog_stats *stats, struct wcab_error *err);

/* Cross-checks everything stored; each contradiction is told to `report`.  CORRUPT when there was
 * any; NOTFOUND. */
WCAB_API enum wcab_err wcab_catalog_check(struct wcab_catalog *catalog,
                                          void (*report)(void *context, const char *what),
                                          void *context, struct wcab_error *err);

/* Writes a compacted copy to the file `path`, or with NULL replaces the catalog's file by one.
 * BUSY: another process writes.  NOTFOUND, IO. */
WCAB_API enum wcab_err wcab_catalog_compact(struct wcab_catalog *catalog, const char *path,
                                            struct wcab_error *err);

/*
 * Makes a new catalog of what can still be read of a damaged one, and puts it in its place; the old
 * data file is kept beside it under the name `kept`.  What is lost is told to `report`.  Of a sound
 * catalog nothing is changed, and `kept` is empty.  NOTFOUND: there is no catalog.  CORRUPT: nothing
 * can be read.  BUSY, VERSION, IO, NOMEM, CANCELLED: all is as before.
 */
struct wcab_repair_result {
    size_t sizeof_result; /* sizeof(struct wcab_repair_result), set by the caller */
    uint64_t images;      /* in the new catalog */
    uint64_t lost;        /* times `report` was called */
    char kept[64];        /* name of the old file, in the catalog's folder */
};
WCAB_API enum wcab_err wcab_catalog_repair(struct wcab_catalog *catalog,
                                           void (*report)(void *context, const char *what),
                                           void *context, struct wcab_repair_result *result,
                                           struct wcab_error *err);

/* Removes an image, or all images below a folder, from the catalog (nothing else is touched);
 * with `offline_only` only those that are gone.  *removed gets their number.
 * NOTFOUND: none is in the catalog.  BUSY, IO, NOMEM. */
WCAB_API enum wcab_err wcab_catalog_remove(struct wcab_catalog *catalog, const char *path,
                                           bool offline_only, uint64_t *removed,
                                           struct wcab_error *err);

/*
 * Gives an image, or all images below a folder, the paths that they have now: what stood at `from`
 * lies at `to`.  Nothing is read; all that is known stays.  Where an image of the same bytes is on
 * record at the new path already, the record that more is known of is kept; where it is another
 * image, the old record is left.  NOTFOUND: none is in the catalog.  BUSY, IO, NOMEM.
 */
struct wcab_move_result {
    size_t sizeof_result; /* sizeof(struct wcab_move_result), set by the caller */
    uint64_t moved, left;
};
WCAB_API enum wcab_err wcab_catalog_move(struct wcab_catalog *catalog, const char *from,
                                         const char *to, struct wcab_move_result *result,
                                         struct wcab_error *err);

/* The catalog as text (docs/catalog-format.md), the same for the same contents. NOTFOUND. */
WCAB_API enum wcab_err wcab_catalog_export(struct wcab_catalog *catalog, wcab_text_sink *sink,
                                           void *context, struct wcab_error *err);

/* Reads such text into the catalog, which is made when it is missing; all of it or, on failure,
 * nothing.  `read` fills a buffer and sets *got, 0 at the end.  CORRUPT names the line. */
typedef enum wcab_err wcab_text_source(void *context, char *buffer, size_t size, size_t *got);
WCAB_API enum wcab_err wcab_catalog_import(struct wcab_catalog *catalog, wcab_text_source *read,
                                           void *context, struct wcab_error *err);

/* Where things lie on another machine, and where they lie here. */
struct wcab_path_map {
    const char *from, *to; /* absolute paths; `to` is made so */
};

struct wcab_import_options {
    size_t sizeof_options; /* sizeof(struct wcab_import_options) */
    /* Of paths and what is below them; the first that fits counts. */
    const struct wcab_path_map *maps;
    size_t map_count;
    const char *const *names; /* of the texts, before what is wrong with one; may be NULL */
};

/* The same for several texts, one after the other, as those of the shares of `wcab_index`: one for
 * each of `contexts`, all of them or nothing.  Images of the same path are replaced by later ones.
 * `options` may be NULL.  CORRUPT, too, when two images of a text get one path.  USAGE: a map from a
 * path that is not absolute. */
WCAB_API enum wcab_err wcab_catalog_import_all(struct wcab_catalog *catalog,
                                               const struct wcab_import_options *options,
                                               wcab_text_source *read, void *const *contexts,
                                               size_t count, struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
