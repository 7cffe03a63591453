/*
 * identify.h - where a file of the host comes from.
 */
#ifndef WHICHCAB_IDENTIFY_H
#define WHICHCAB_IDENTIFY_H

#include "whichcab/content.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- where a file comes from (libwhichcab) ------------------------------------------------- */

enum wcab_identity {
    WCAB_IDENTITY_INTACT = 1,   /* a medium has a file of the same bytes */
    WCAB_IDENTITY_PROBABLE = 2, /* a medium has a file of the same name, size and date, whose bytes
                                   are not on record */
    WCAB_IDENTITY_ALTERED = 3,  /* it was such a file once: the same name, and the same version or,
                                   where none tells, the same size or date, but other bytes */
    WCAB_IDENTITY_UNKNOWN = 4,  /* another version of a file that is known, or nothing is known */
    WCAB_IDENTITY_FAILED = 5    /* it could not be read: `error` */
};

/* How the date of a file and that of its match are related. */
enum wcab_same_date {
    WCAB_DATE_UNKNOWN = 0, /* one of them has none */
    WCAB_DATE_SAME = 1,
    WCAB_DATE_ZONE = 2, /* whole hours apart, at most 14: a difference of time zones */
    WCAB_DATE_OTHER = 3
};

/* What was found of one file.  Strings are UTF-8 but for the path, and live for the call. */
struct wcab_identified {
    const char *path; /* raw bytes, as the caller named it or found below what was named */
    enum wcab_identity identity;
    const struct wcab_error *error; /* FAILED, else NULL */
    /* The file itself. */
    uint64_t size;
    char modified[20];        /* "1995-07-11T09:50:00" local */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
    const char *sha256;       /* hexadecimal; NULL when it could not be read */
    const char *file_version; /* "4.0.0.950"; NULL: it has none */
    /* What a packed file (MAPI32.DL_) holds; unpacked_sha256 NULL: it is not packed, or can't be
     * unpacked. */
    const char *unpacked_name, *unpacked_sha256, *unpacked_version;
    uint64_t unpacked_size;
    /* All files of one content: for INTACT those of the same bytes, those of the same name first;
     * for PROBABLE and ALTERED what it is or was; for UNKNOWN the nearest version of that name, or
     * NULL when no medium has a file of that name. */
    const struct wcab_content *match;
    bool by_unpacked; /* the match is for what the packed file holds */
    /* How the file, or what it holds, is related to the match. */
    bool same_name, same_size, same_version; /* same_version: both have one */
    enum wcab_same_date same_date;
};

struct wcab_identify_options {
    size_t sizeof_options;    /* sizeof(struct wcab_identify_options) */
    const char *const *paths; /* files; folders with `recursive` */
    size_t path_count;
    bool recursive;     /* look through folders; symbolic links below them are passed over */
    const char *medium; /* only this, as in struct wcab_search_options; NULL: all */
    void *context;
    /* Another code than WCAB_OK ends the run with it. */
    enum wcab_err (*on_file)(void *context, const struct wcab_identified *file);
};

struct wcab_identify_result {
    size_t sizeof_result; /* sizeof(struct wcab_identify_result), set by the caller */
    uint64_t intact, probable, altered, unknown, failed;
    uint64_t bytes;  /* read */
    bool has_hashes; /* some file on record was read in full, so that INTACT is possible */
};

/*
 * Tells of files of the host, from a broken computer say, which medium they are from and whether
 * they are intact.  Each is read once, without being held in memory.  Below a folder files come in
 * byte order, those of a folder before those of its subfolders.
 *
 * WCAB_OK when the run came to its end, also with files that failed (see result).  CANCELLED;
 * USAGE, NOTFOUND: no such medium; VERSION, CORRUPT, UNSUPPORTED, IO: the catalog can't be used;
 * NOMEM; or what `on_file` returned.  `result` is written in every case but USAGE.
 */
WCAB_API enum wcab_err wcab_identify(struct wcab_catalog *catalog,
                                     const struct wcab_identify_options *options,
                                     struct wcab_identify_result *result, struct wcab_error *err);

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_identified_json(const struct wcab_identified *file,
                                            wcab_text_sink *sink, void *context);
WCAB_API enum wcab_err wcab_identify_result_json(const struct wcab_identify_result *result,
                                                 wcab_text_sink *sink, void *context);
/* As lines for people, masked; `verbose` adds the file's own facts and every place of its match. */
WCAB_API enum wcab_err wcab_identified_text(const struct wcab_identified *file, bool verbose,
                                            wcab_text_sink *sink, void *context);

/* Digests of a file of the host, in hexadecimal, as lists of known files have them. */
struct wcab_file_digests {
    uint64_t size; /* bytes */
    char md5[33], sha1[41], sha256[65];
};
/* Reads a file, block device or drive once.  `cancel` may be NULL.  CANCELLED; IO, NOTFOUND; FORMAT:
 * it is a folder; NOMEM. */
WCAB_API enum wcab_err wcab_file_digests(const char *path, const struct wcab_cancel *cancel,
                                         struct wcab_file_digests *digests, struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
