/*
 * content.h - files by their bytes: versions, duplicates, two media compared.
 */
#ifndef WHICHCAB_CONTENT_H
#define WHICHCAB_CONTENT_H

#include "whichcab/search.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the same bytes ----------------------------------------------------------------------- */

/* Whether a file was read in full. */
enum wcab_content_state {
    WCAB_CONTENT_WHOLE = 1,       /* read and decoded, checksums right */
    WCAB_CONTENT_DAMAGED = 2,     /* it does not decode */
    WCAB_CONTENT_MISSING = 3,     /* a part of its set was not at hand */
    WCAB_CONTENT_UNREAD = 4,      /* not tried: indexed without contents, or published */
    WCAB_CONTENT_UNSUPPORTED = 5, /* its method is not read here */
    WCAB_CONTENT_ENCRYPTED = 6
};

/* Where a copy lies; strings as in struct wcab_answer. */
struct wcab_content_place {
    const char *name;
    const char *medium, *title;
    enum wcab_source source;
    const char *image;
    const char *disk, *path, *cabinet;
    char modified[20];
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
};

/* Files of the same bytes.  When they were not read (sha256 NULL): of the same size and date.
 * Strings are UTF-8, borrowed as the function that gives it says. */
struct wcab_content {
    const char *query; /* the name or pattern that it answers; NULL for wcab_dups_each */
    const char *name;  /* the name that the versions are of, or of the first place */
    bool first;        /* the first content of this name */
    enum wcab_content_state state;
    const char *sha256;       /* hexadecimal; NULL unless WHOLE */
    const char *file_version; /* "4.0.0.950"; NULL: has none, or not read */
    uint64_t size;            /* bytes, unpacked */
    bool size_known;
    char modified[20];        /* the oldest date of the places, "" when none is known */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
    const struct wcab_content_place *places; /* medium by medium */
    size_t place_count;
};

struct wcab_versions;
/*
 * Every version of the files that `options` asks for, over all media (options->all does not matter;
 * options->hash, too, needs names here).  `options` and what it points to must live as long as the
 * result.  Errors as wcab_search_open.
 */
WCAB_API enum wcab_err wcab_versions_open(struct wcab_catalog *catalog,
                                          const struct wcab_search_options *options,
                                          struct wcab_versions **versions, struct wcab_error *err);
/*
 * The next content, NULL at the end; borrowed until the next call.  Name by name as in
 * wcab_search_next; within a name those with a version come first, oldest version first, then the
 * others, oldest date first.  CORRUPT, IO, NOMEM.
 */
WCAB_API enum wcab_err wcab_versions_next(struct wcab_versions *versions,
                                          const struct wcab_content **content,
                                          struct wcab_error *err);
/* As wcab_search_suggestions; borrowed from `versions`. */
WCAB_API enum wcab_err wcab_versions_suggestions(struct wcab_versions *versions,
                                                 const struct wcab_suggestion **suggestions,
                                                 size_t *count, struct wcab_error *err);
WCAB_API void wcab_versions_close(struct wcab_versions *versions);

struct wcab_dups_options {
    size_t sizeof_options; /* sizeof(struct wcab_dups_options) */
    /* Only bytes that one of these names or globs fits a copy of; none: all.  Without folders. */
    const char *const *names;
    size_t name_count;
    /* Only copies on these media (as in struct wcab_search_options), and only bytes that are on
     * each of them; none: all media. */
    const char *const *media;
    size_t medium_count;
    uint64_t least_size; /* bytes; 1 leaves out empty files */
};
/*
 * Calls `visit` for all bytes that more than one file has, in order of their SHA-256; another code
 * than WCAB_OK ends it with that.  What the visitor gets lives for the call only.  Memory depends
 * on the copies of one content, not on the catalog.  *unread gets the number of images that were
 * not read in full.  NOTFOUND: no file was ever read in full, or no such medium; USAGE; VERSION,
 * CORRUPT, UNSUPPORTED, IO, NOMEM.
 */
WCAB_API enum wcab_err
wcab_dups_each(struct wcab_catalog *catalog, const struct wcab_dups_options *options,
               enum wcab_err (*visit)(void *context, const struct wcab_content *content),
               void *context, uint64_t *unread, struct wcab_error *err);

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_content_json(const struct wcab_content *content, wcab_text_sink *sink,
                                         void *context);

enum wcab_content_flags {
    WCAB_CONTENT_VERBOSE = 1, /* the whole SHA-256, every place, and its image */
    WCAB_CONTENT_NAMES = 2    /* the name at each place (by default: where it differs) */
};
/* As lines for people; before the `first` content of a name stands what the columns are.  What
 * comes from media is masked. */
WCAB_API enum wcab_err wcab_content_text(const struct wcab_content *content, unsigned flags,
                                         wcab_text_sink *sink, void *context);

/* ---- two media, compared ------------------------------------------------------------------ */

enum wcab_difference {
    WCAB_DIFFERENCE_SAME = 1,  /* as far as is known: see bytes_compared */
    WCAB_DIFFERENCE_LEFT = 2,  /* only the left medium has it */
    WCAB_DIFFERENCE_RIGHT = 4, /* only the right medium has it */
    WCAB_DIFFERENCE_CHANGED = 8
};

/* In what a changed file differs; only what is known of both is compared. */
enum wcab_differs {
    WCAB_DIFFERS_SIZE = 1,
    WCAB_DIFFERS_DATE = 2,
    WCAB_DIFFERS_VERSION = 4,
    WCAB_DIFFERS_BYTES = 8,     /* other SHA-256 */
    WCAB_DIFFERS_SOUNDNESS = 16 /* one of the two does not decode */
};

struct wcab_diff_file {
    enum wcab_difference difference;
    const char *name;    /* of the left one, else of the right one */
    unsigned differs;    /* enum wcab_differs; 0 unless CHANGED */
    bool bytes_compared; /* both were read in full; else size and date alone were compared */
    /* One file each, at its one place; NULL on the side that has none. */
    const struct wcab_content *left, *right;
};

/* What one side is. */
struct wcab_diff_side {
    const char *asked;  /* as the caller wrote it */
    const char *medium; /* profile id; NULL when it is none, or several */
    const char *title;  /* of that profile */
    uint64_t images;    /* indexed ones that it was read from */
    uint64_t files;     /* that were compared, up to now */
    uint64_t published; /* those among them that only a published listing tells of */
    uint64_t unread;    /* those among them without a SHA-256 on record */
};

struct wcab_diff_summary {
    struct wcab_diff_side left, right;
    uint64_t same, only_left, only_right, changed; /* up to now */
    uint64_t bytes_compared;                       /* pairs of which both were read in full */
};

struct wcab_diff_options {
    size_t sizeof_options;    /* sizeof(struct wcab_diff_options) */
    const char *left, *right; /* media, as in struct wcab_search_options */
    /* Only files that one of these names or globs fits; none: all.  Without folders. */
    const char *const *names;
    size_t name_count;
    unsigned show;    /* enum wcab_difference of those that wcab_diff_next gives */
    bool ignore_date; /* files that differ in their date alone are the same */
};

struct wcab_diff;
/*
 * Compares the files of two media: what is indexed of them, and of disks that are not the published
 * listings.  The same file lies in another cabinet on each medium, so files are matched by name (in
 * any letter case, long or 8.3, or the name on installation), wherever they are; where a medium has
 * several of one name, equal ones are matched first.  Cabinets and archives are compared by what is
 * in them.  Memory: about 150 bytes for each file of the two media.
 *
 * `options` and what it points to must live as long as the result.  NOTFOUND: no such medium, or
 * nothing is known of its files; USAGE; VERSION, CORRUPT,
 * UNSUPPORTED, IO, NOMEM.
 */
WCAB_API enum wcab_err wcab_diff_open(struct wcab_catalog *catalog,
                                      const struct wcab_diff_options *options,
                                      struct wcab_diff **diff, struct wcab_error *err);
/* The next file, NULL at the end; borrowed until the next call.  In byte order of the folded names
 * that they were matched by.  CORRUPT, IO, NOMEM. */
WCAB_API enum wcab_err wcab_diff_next(struct wcab_diff *diff, const struct wcab_diff_file **file,
                                      struct wcab_error *err);
/* Counts up to the last file that was looked at, so complete after wcab_diff_next has come to its
 * end.  Borrowed. */
WCAB_API const struct wcab_diff_summary *wcab_diff_result(const struct wcab_diff *diff);
WCAB_API void wcab_diff_close(struct wcab_diff *diff);

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_diff_file_json(const struct wcab_diff_file *file, wcab_text_sink *sink,
                                           void *context);
WCAB_API enum wcab_err wcab_diff_summary_json(const struct wcab_diff_summary *summary,
                                              wcab_text_sink *sink, void *context);
/* As lines for people, masked: "<" what only the left has, ">" the right, "!" changed, "=" same;
 * `verbose` adds where they lie. */
WCAB_API enum wcab_err wcab_diff_file_text(const struct wcab_diff_file *file, bool verbose,
                                           wcab_text_sink *sink, void *context);
/* What the sides are, to stand before the files, and the counts, behind them. */
WCAB_API enum wcab_err wcab_diff_sides_text(const struct wcab_diff_summary *summary,
                                            wcab_text_sink *sink, void *context);
WCAB_API enum wcab_err wcab_diff_summary_text(const struct wcab_diff_summary *summary,
                                              wcab_text_sink *sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
