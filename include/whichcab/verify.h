/*
 * verify.h - reading all of it.
 */
#ifndef WHICHCAB_VERIFY_H
#define WHICHCAB_VERIFY_H

#include "whichcab/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- reading all of it (libwhichcab) ------------------------------------------------------ */

enum wcab_verify_event_kind {
    WCAB_VERIFY_PROGRESS, /* only the counts have changed */
    WCAB_VERIFY_IMAGE,    /* an image was read to its end */
    WCAB_VERIFY_SKIPPED,  /* an image is as it was when last verified; its files were counted */
    WCAB_VERIFY_DAMAGED,  /* a file is damaged: `error` says where and how */
    WCAB_VERIFY_MISSING,  /* a file can't be read whole because a part of its set is missing */
    WCAB_VERIFY_UNREAD, /* a file was not read, and nothing is wrong with it as far as is known: its
                           method is not read here (`error` has UNSUPPORTED, or LIMIT), or it is
                           encrypted (ENCRYPTED) */
    WCAB_VERIFY_FAULT,  /* something could not be read when the image was indexed, so that files
                           in it are not known at all: `error` */
    WCAB_VERIFY_LISTING, /* the disk differs from its published listing: `difference` */
    WCAB_VERIFY_DIGEST,  /* the image, or the file `name` on it, was held against the digest of a
                            known good dump: `matches` */
    WCAB_VERIFY_COPY,    /* last, for each damaged or missing file: `elsewhere` has an equal one */
    WCAB_VERIFY_CONTRADICTION /* a set of disks, `image` the first of them, contradicts itself, which is no
                                 damage of any file: `error` says how */
};

/* How a disk differs from what was published about it. */
enum wcab_listing_difference {
    WCAB_LISTING_MISSING = 1, /* the file is not on the disk */
    WCAB_LISTING_EXTRA = 2,   /* the file was not published */
    WCAB_LISTING_SIZE = 3,    /* other size, and perhaps another date */
    WCAB_LISTING_DATE = 4,    /* same size, other date */
    WCAB_LISTING_BYTES = 5    /* same size, other bytes than the real medium's */
};

/* Size and date of a file in one of two listings. */
struct wcab_listed {
    bool size_known;
    uint64_t size;            /* bytes */
    char modified[20];        /* "1995-07-11T09:50:00" local; "" when unknown */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
};

struct wcab_verify_event {
    enum wcab_verify_event_kind kind;
    const char *image;         /* path, raw bytes; NULL for PROGRESS */
    const char *medium, *disk; /* as in struct wcab_index_event */
    const char *container;     /* DAMAGED, MISSING, COPY: chain below the image, "" for the
                                  outermost; LISTING: file name of the cabinet, or "" */
    const char *name; /* DAMAGED, MISSING, COPY, LISTING, DIGEST: of the file, UTF-8; DIGEST:
                         NULL for the whole image */
    const struct wcab_error *error;          /* DAMAGED, MISSING, FAULT, CONTRADICTION */
    const char *elsewhere;                   /* COPY: a sentence that names the equal copy */
    enum wcab_listing_difference difference; /* LISTING */
    bool told_by_medium; /* LISTING: the list is the medium's own table of contents */
    struct wcab_listed published, found; /* LISTING: zeroes for the one that there is not */
    bool matches;                        /* DIGEST */
    /* IMAGE, SKIPPED, of this image: */
    uint64_t files, damaged, missing, faults;
    uint64_t unsupported, encrypted; /* not read, and not damaged */
    bool has_listing;                /* it was held against its published listing */
    uint64_t listing_missing, listing_other, listing_extra;
    uint64_t images_done, images_total, bytes; /* of the run */
    /* IMAGE, SKIPPED: where the bytes of a real medium are published, how many files have them, and
     * how many have others */
    uint64_t bytes_same, bytes_other;
    const char *real_medium; /* its title; NULL when none are */
    uint64_t zeroes; /* IMAGE, SKIPPED: sound files that hold nothing but zeroes, as a bad copy of a
                        disc may */
};

struct wcab_verify_options {
    size_t sizeof_options; /* sizeof(struct wcab_verify_options) */
    /* Paths of images or folders of images, or profile ids; none: everything on record. */
    const char *const *targets;
    size_t target_count;
    unsigned threads;      /* 0: one for each processor */
    bool force;            /* read images again that have been verified and are unchanged */
    bool md5_sha1;         /* record MD5 and SHA-1, too */
    bool wait;             /* as in struct wcab_index_options */
    const char *published; /* as in struct wcab_catalog_options */
    enum wcab_decoder decoder;
    const struct wcab_cancel *cancel; /* may be NULL */
    void *context;
    void (*on_event)(void *context, const struct wcab_verify_event *event); /* may be NULL */
    struct wcab_fetch *fetch; /* for images behind HTTP, see index.h; NULL: they are not read */
};

struct wcab_verify_result {
    size_t sizeof_result; /* sizeof(struct wcab_verify_result), set by the caller */
    uint64_t images, skipped, files, damaged, missing, faults, bytes;
    uint64_t unsupported, encrypted; /* files that were not read and are not damaged */
    uint64_t listing_missing, listing_other, listing_extra; /* against published listings */
    uint64_t digests_equal, digests_other;                  /* against known good dumps */
    uint64_t bytes_same, bytes_other; /* files against the bytes of real media */
    uint64_t zeroes;                  /* sound files that hold nothing but zeroes */
};

/*
 * Reads and decodes every file of the images on record, checks the checksums of CFDATA blocks, and
 * stores each file's SHA-256, version facts and soundness in the catalog.  Images that were read
 * before and have not changed are skipped, so an interrupted run is taken up again by the next.
 * Events come in the calling thread, in the order of images and of files in them, whatever the
 * number of threads.  Each image of a known medium is held against its published listing and, when
 * it was read, against the digests of known good dumps in the medium's profile; such differences
 * may as well mean another pressing, and change nothing in the catalog.
 *
 * WCAB_OK when the run came to its end, also with damage (see result).  NOTFOUND: no catalog, or a
 * target that is not in it.  CANCELLED: what was finished is stored.  BUSY, VERSION, CORRUPT, IO,
 * NOMEM.
 */
WCAB_API enum wcab_err wcab_verify(const char *catalog, const struct wcab_verify_options *options,
                                   struct wcab_verify_result *result, struct wcab_error *err);

/* Writes an event other than PROGRESS, or the result, as one JSON object and a newline
 * (docs/json.md).  NOMEM, or what `sink` returned. */
WCAB_API enum wcab_err wcab_verify_event_json(const struct wcab_verify_event *event,
                                              wcab_text_sink *sink, void *context);
WCAB_API enum wcab_err wcab_verify_result_json(const struct wcab_verify_result *result,
                                               wcab_text_sink *sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
