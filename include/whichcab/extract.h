/*
 * extract.h - taking files out.
 */
#ifndef WHICHCAB_EXTRACT_H
#define WHICHCAB_EXTRACT_H

#include "whichcab/search.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- taking files out (libwhichcab) ------------------------------------------------------- */

enum wcab_extract_event_kind {
    WCAB_EXTRACT_DONE,     /* a file was written whole, its checksums right */
    WCAB_EXTRACT_SALVAGED, /* written as NAME.damaged; `ranges` says which bytes of it are wrong */
    WCAB_EXTRACT_FAILED,   /* not written; `error` says why, `elsewhere` where an equal copy lies */
    WCAB_EXTRACT_NOTFOUND, /* before all others: no indexed image has what `name` of the options
                             asks for; `error` says so, with names that may be meant */
    WCAB_EXTRACT_UNDECIDED /* different files have the name that was asked for, and nothing tells
                              which is meant: none is taken; `error` says how to choose */
};

/* Bytes of a salvaged file that are not what they should be. */
struct wcab_damaged_range {
    uint64_t start, size; /* bytes of the file */
    bool lost;            /* zeroes stand for them, or the file ends
                             before them; else they were decoded, but with doubt */
};

struct wcab_extract_event {
    enum wcab_extract_event_kind kind;
    const char *name;    /* of the file on its medium, UTF-8 */
    const char *written; /* name in the output folder, with `paths` its path there; NULL when it was
                            not written there */
    const char *image, *cabinet;             /* where it came from; cabinet NULL for a loose file */
    uint64_t size, lost;                     /* bytes; lost: of the ranges that are */
    const struct wcab_damaged_range *ranges; /* SALVAGED: in order */
    size_t range_count;
    const struct wcab_error *error; /* for FAILED and SALVAGED, else NULL */
    const char *elsewhere;          /* FAILED: a sentence that names an equal copy, or NULL */
    const char *installed_as;       /* DONE: name that it gets on installation, or NULL */
    bool installed_as_probable;
    bool renamed; /* `name` could not be made as it is: see wcab_extract */
};

struct wcab_extract_options {
    size_t sizeof_options;                    /* sizeof(struct wcab_extract_options) */
    const struct wcab_search_options *search; /* what to extract; `all`: every copy */
    const char *folder; /* where to; made when missing, with the folders around it; NULL: everything
                           goes to `put` */
    bool replace;       /* overwrite files that are there */
    bool salvage;       /* write what can be decoded, zeroes for the rest, and tell */
    enum wcab_decoder decoder;
    void *context;
    void (*on_event)(void *context, const struct wcab_extract_event *event); /* may be NULL */
    /* For folder NULL: the files' bytes one after the other. */
    enum wcab_err (*put)(void *context, const void *data, size_t size);
    bool paths; /* keep the folders of the medium: see wcab_extract */
};

struct wcab_extract_result {
    size_t sizeof_result; /* sizeof(struct wcab_extract_result), set by the caller */
    uint64_t written, salvaged, failed, bytes;
    uint64_t not_found; /* names of the options that no indexed image has */
    uint64_t
        undecided;    /* names of the options that different files have (WCAB_EXTRACT_UNDECIDED) */
    uint64_t renamed; /* of those written, under a name that is not their own (event->renamed) */
};

/*
 * Extracts files of indexed images, through image, volume and cabinet set, without mounting or
 * unpacking anything to disk first.  Files that share a folder (compression stream) are taken out
 * in one pass over it; memory does not depend on their sizes.  Checksums of CFDATA blocks are
 * checked, and that each image is still the one that was indexed.
 *
 * Only the last part of a stored name is used; two different files of one name become NAME and
 * NAME.2.  What a name must not have on a disk becomes _: control characters, those that turn the
 * direction of writing, a colon, a dot at its beginning (a hidden file of the host), dots and
 * blanks at its end; a device of DOS gets a _ behind it (CON_).  A name with a path in it, or
 * that is no UTF-8, is refused.
 *
 * With `paths` a file lies in the folders that it has on its medium, and a container's files in a
 * folder NAME.files beside where it lies itself: WIN95/WIN95_02.CAB.files/mapi32.dll.  Files of more
 * than one image lie in a folder for each of them, IMAGE.files.
 *
 * WCAB_OK when the run came to its end, also with files that failed (see result).  NOTFOUND: no
 * name was found on an indexed image.  CANCELLED; USAGE; IO: the output folder can't be used;
 * NOMEM; and what wcab_search_open returns, or what `put` returned.
 */
WCAB_API enum wcab_err wcab_extract(struct wcab_catalog *catalog,
                                    const struct wcab_extract_options *options,
                                    struct wcab_extract_result *result, struct wcab_error *err);

/*
 * Reads one file that a search found, through image and cabinets as wcab_extract does, by the `id`
 * of the answer, in any thread with a handle of its own.  `put` gets its bytes in order; another
 * code than WCAB_OK ends the reading with it.  What is wrong with the file is known behind its last
 * bytes only: CORRUPT, IO, NOTFOUND (a disk that it takes is missing), UNSUPPORTED, ENCRYPTED tell
 * that what came is not the whole file.  CHANGED: the catalog has other contents there now, or the
 * image is not the one that was indexed.  USAGE: no id.  CANCELLED, NOMEM.
 */
WCAB_API enum wcab_err wcab_read(struct wcab_catalog *catalog, const char *id,
                                 enum wcab_err (*put)(void *context, const void *data, size_t size),
                                 void *context, struct wcab_error *err);
/* The same into a buffer; *got (never NULL) tells how many bytes there are.  LIMIT: the file is
 * larger than the buffer, which has the beginning of it. */
WCAB_API enum wcab_err wcab_read_into(struct wcab_catalog *catalog, const char *id, void *buffer,
                                      size_t size, size_t *got, struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
