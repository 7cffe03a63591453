/*
 * index.h - indexing images, and listing one without a catalog.
 */
#ifndef WHICHCAB_INDEX_H
#define WHICHCAB_INDEX_H

#include "whichcab/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what this build can do (libwhichcab) ------------------------------------------------- */

/* Names of the optional parts that the library was built with, in order, NULL at the end: "isal"
 * (MSZIP quicker), "http" (images behind HTTP), "lhasa" (LHA archives), "libdsk" (Teledisk, CopyQM and other floppy dumps),
 * "libyal" (EnCase, QCOW, VMDK, VHDX), "unshield" (InstallShield cabinets). */
WCAB_API const char *const *wcab_features(void);
WCAB_API bool wcab_has_feature(const char *name);

/* ---- images behind HTTP, or handed out by the caller (libwhichcab) ----------------------------------------------------- */

/*
 * What fetches.  With one, "http://" and "https://" addresses may stand where paths of images do;
 * without, they are told as not read.  Only what is named is fetched, and of it only the parts that
 * are looked at.  It is a process of its own: this one needs no network, also not later.
 */
struct wcab_fetch;

struct wcab_fetch_options {
    size_t sizeof_options; /* sizeof(struct wcab_fetch_options) */
    const char *program;   /* whichcab-fetch; NULL: the installed one */
    /* Bytes that are fetched of an image as a whole from a server that gives no parts; 16 MiB. */
    uint64_t whole;
    unsigned seconds; /* that a server may take to answer, or be silent; 20, at most 3600 */
    const struct wcab_cancel
        *cancel; /* asked while an answer is waited for; NULL: nothing; copied */
    /*
     * Images of the caller's own: a part of a file, memory, what another library reads.  "own://NAME"
     * stands where a path of an image does, and on record; NAME is of letters, digits and -._~/ (other
     * bytes come as %XX).  Both functions or none; they are called from several threads at once, and
     * not after wcab_fetch_close.  A result other than WCAB_OK is told as what is wrong with the
     * image: NOTFOUND, IO ...
     */
    void *own_context;
    /* How large it is, and any number that is another one when its bytes are: 0 when there is none, and
     * the image is then known again by a digest of some of its blocks. */
    enum wcab_err (*own_look)(void *context, const char *name, uint64_t *size, uint64_t *version);
    /* Reads all of `length` bytes at `offset`, which lie within its size. */
    enum wcab_err (*own_read)(void *context, const char *name, uint64_t offset, void *buffer,
                              size_t length);
};

/* Makes ready: the program is started when something is first fetched.  It may be used by several
 * calls, also at once, and outlives them.  UNSUPPORTED: the library was built without; NOTFOUND: there
 * is no such program (neither matters to images of the caller's own); IO, NOMEM, USAGE. */
WCAB_API enum wcab_err wcab_fetch_open(const struct wcab_fetch_options *options,
                                       struct wcab_fetch **fetch, struct wcab_error *err);
WCAB_API void wcab_fetch_close(struct wcab_fetch *fetch); /* NULL is harmless */

struct wcab_fetch_stats {
    size_t sizeof_stats; /* sizeof(struct wcab_fetch_stats), set by the caller */
    uint64_t requests;   /* that were made so far */
    uint64_t received;   /* bytes of the answers, with headers */
};
WCAB_API enum wcab_err wcab_fetch_figures(const struct wcab_fetch *fetch,
                                          struct wcab_fetch_stats *stats, struct wcab_error *err);

/* ---- indexing (libwhichcab) -------------------------------------------------------------- */

/* What wcab_index tells while it runs. */
enum wcab_index_event_kind {
    WCAB_INDEX_PROGRESS,   /* only the counts have changed */
    WCAB_INDEX_IMAGE,      /* an image was read and stored */
    WCAB_INDEX_PART,       /* behind IMAGE: one of several media in it, a floppy in a ZIP */
    WCAB_INDEX_UNCHANGED,  /* an image is as it was when last indexed */
    WCAB_INDEX_OFFLINE,    /* an image on record is gone; its rows stay, marked offline */
    WCAB_INDEX_FAULT,      /* something could not be read; `error` says where and why */
    WCAB_INDEX_KNOWN_AGAIN /* an image on record was moved here from the path `from`, or copied */
};

struct wcab_index_event {
    enum wcab_index_event_kind kind;
    const char *image;              /* path of the image, raw bytes; NULL for PROGRESS */
    const char *container;          /* PART: chain of containers down to it, UTF-8 */
    const char *medium;             /* profile id, or NULL when it was not recognised */
    const char *disk;               /* "boot", "7"; NULL when it has none */
    const char *reason;             /* why it was taken for what it is; NULL when there is none */
    int code_page;                  /* IMAGE, PART: of names in it that are not Unicode; 0: none */
    const char *code_page_reason;   /* why that one; NULL when there is none */
    uint64_t files;                 /* names in this image */
    uint32_t faults;                /* recorded for this image */
    const struct wcab_error *error; /* only for FAULT */
    uint64_t images_done, images_total; /* of the run */
    uint64_t bytes_read;                /* of the run */
    /* KNOWN_AGAIN: its path on record, raw bytes; IMAGE: where a server sent us on to, or NULL */
    const char *from;
};

struct wcab_index_options {
    size_t sizeof_options; /* sizeof(struct wcab_index_options) */
    const char *const *paths;
    size_t path_count;
    unsigned threads; /* 0: one for each processor */
    bool force;       /* read unchanged images, too */
    bool dry_run;     /* find and recognise, store nothing */
    bool wait;        /* wait for another process's writing instead of BUSY */
    /* of names that are not Unicode: 437, 850, 932, 1252 ... (USAGE for one that is not known); 0:
     * the one of the medium's profile, else the likeliest.  An image whose names were read in
     * another one is read again. */
    int code_page;
    /* Read tables of contents (LAYOUT.INF and its like) of every medium, not only of those that no
     * listing explains. */
    bool all_tables;
    /* An image that was read with others is read again, unless all are 0.  NULL: as by default. */
    const struct wcab_limits *limits;
    const char *profiles;      /* folder of media profiles; NULL: the installed one */
    const char *user_profiles; /* a second folder, read over the first, which may be missing; NULL:
                                  `profiles` in the catalog's folder */
    const struct wcab_cancel *cancel; /* may be NULL */
    void *context;
    void (*on_event)(void *context, const struct wcab_index_event *event); /* may be NULL */
    /* Of what is found only share `shard` of `shards`, 1 to 65535; 0 and 0: all.  Which share an
     * image belongs to hangs on its absolute path alone; floppies of one folder are of one share.
     * What only several images together tell is left to be settled by `settle`. */
    unsigned shard, shards;
    /* Without paths: settles what stands on record, as behind an import of several shares. */
    bool settle;
    struct wcab_fetch *fetch; /* for images behind HTTP; NULL: they are not read */
};

struct wcab_index_result {
    size_t sizeof_result; /* sizeof(struct wcab_index_result), set by the caller */
    uint64_t images_stored, images_unchanged, images_offline, images_failed;
    uint64_t images_unread; /* of images_failed: files that were given or found and not read */
    uint64_t files, faults, bytes_read;
    uint64_t images_known_again; /* of images_unchanged: moved or copied from another path */
};

/*
 * Indexes images, folders and drives into the catalog in the folder `catalog` (NULL: the default
 * place), which is made when it is missing.  What is damaged is told and recorded, and the run goes
 * on; each image is wholly in the catalog or wholly as before, however the run ends.  Sets of
 * cabinets are joined across all images on record at the end.
 *
 * Returns WCAB_OK when the run came to its end, also with faults (see result->faults and
 * images_failed).  CANCELLED: stopped by `cancel`; what was finished is stored.  BUSY: another
 * process writes; VERSION, CORRUPT, UNSUPPORTED: the catalog can't be used; IO, NOMEM, USAGE.
 * `result` is written in every case.  Events come in the calling thread only.
 */
WCAB_API enum wcab_err wcab_index(const char *catalog, const struct wcab_index_options *options,
                                  struct wcab_index_result *result, struct wcab_error *err);

/* ---- listing an image without a catalog (libwhichcab) ------------------------------------ */

/* A container of the image, then each file in it.  Strings are UTF-8 and live for the call only. */
struct wcab_list_item {
    bool is_container;
    unsigned depth;        /* of the container: 0 is the image itself */
    const char *container; /* chain of containers below the image, "WIN95/WIN95_02.CAB"; "" for
                              the outermost */
    const char *format;    /* of the container: "ISO 9660 + Joliet", "quantum" */
    const char *label;     /* volume label of the container; "" when it has none */
    const char *name;      /* of the file, with its folders, '/' between; NULL for a container */
    const char *alias;     /* its other name (8.3), or NULL */
    uint64_t size;         /* bytes, unpacked */
    bool size_known;
    char modified[20];        /* "1995-07-11T09:50:00" local; "" when it has none */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
    char attributes[7];       /* "-a----": folder, archive, system, hidden, readonly, packed */
    bool continued;           /* began in the cabinet before */
    bool continues;           /* goes on in the next cabinet */
    bool damaged;
    const char *id; /* wcab_list_indexed: of the file, as in struct wcab_answer; else NULL */
};

struct wcab_list_options {
    size_t sizeof_options;
    const char *container; /* only containers whose chain or name is this (any case); NULL: all */
    int code_page;         /* of names that are not Unicode; 0: the likeliest */
    const struct wcab_limits *limits; /* NULL: as by default */
    const struct wcab_cancel *cancel; /* may be NULL */
    void *context;
    /* Another code than WCAB_OK ends the listing with it. */
    enum wcab_err (*item)(void *context, const struct wcab_list_item *item);
    /* Something inside could not be read; the listing goes on.  May be NULL. */
    void (*fault)(void *context, const struct wcab_error *err);
    struct wcab_fetch *fetch; /* for an image behind HTTP; NULL: it is not read */
};

/* Lists what is inside an image, drive or folder.  NOTFOUND: no such file, or no container of that
 * name; FORMAT: nothing in it is known; IO, NOMEM, or what `item` returned. */
WCAB_API enum wcab_err wcab_list(const char *path, const struct wcab_list_options *options,
                                 struct wcab_error *err);

/* The same from what stands on record of an indexed image (libwhichcab-query): its path as answers
 * have it, the id of its answers' files up to the first dot, or the end of its path that no other one
 * has.  Nothing is read but the catalog; `limits`, `code_page` and `cancel` don't matter (the handle
 * has its own).  NOTFOUND: no such image or container; VERSION, CORRUPT, UNSUPPORTED, IO, NOMEM, or
 * what `item` returned. */
WCAB_API enum wcab_err wcab_list_indexed(struct wcab_catalog *catalog, const char *image,
                                         const struct wcab_list_options *options,
                                         struct wcab_error *err);
/* As one JSON object and a newline (docs/json.md); `image` is what the image is called in it. */
WCAB_API enum wcab_err wcab_list_item_json(const struct wcab_list_item *item, const char *image,
                                           wcab_text_sink *sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
