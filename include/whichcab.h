/*
 * whichcab.h - the public interface of libwhichcab.
 */
#ifndef WHICHCAB_H
#define WHICHCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports; everything else is hidden. */
#define WCAB_API __attribute__((visibility("default")))

/*
 * Errors.  Every function that can fail returns one of these; WCAB_OK (0) is success.
 * Output parameters are written only on success.
 */
enum wcab_err {
    WCAB_OK = 0,
    WCAB_ERR_NOMEM,       /* out of memory */
    WCAB_ERR_IO,          /* the system failed to read or write; `sys` holds errno */
    WCAB_ERR_NOTFOUND,    /* no such file, image, medium or name */
    WCAB_ERR_FORMAT,      /* the bytes are not of the format asked for (try another) */
    WCAB_ERR_UNSUPPORTED, /* the format is known, this variant of it can't be read */
    WCAB_ERR_CORRUPT,     /* the format is known and the bytes contradict it */
    WCAB_ERR_LIMIT,       /* a stated limit (depth, entries, bytes) was reached */
    WCAB_ERR_CHANGED,     /* an image is no longer what was indexed */
    WCAB_ERR_BUSY,        /* another process holds the lock */
    WCAB_ERR_VERSION,     /* the catalog is of another format version */
    WCAB_ERR_USAGE,       /* the caller's arguments contradict each other */
    WCAB_ERR_CANCELLED,   /* the caller asked to stop */
    WCAB_ERR_ENCRYPTED    /* the bytes can't be read without a password */
};

/* Byte offset of an error when none applies. */
#define WCAB_NO_OFFSET UINT64_MAX

/*
 * What went wrong and where.  Fixed space: reporting never allocates.  `place` is a chain from the
 * outside inwards, "disc.iso > WIN95_02.CAB > mapi32.dll"; names from media stand there as raw
 * bytes (mask them before a terminal sees them).  `text` is a sentence without a full stop.
 */
struct wcab_error {
    enum wcab_err code;
    int sys;         /* errno or the code of the library below; 0 when none */
    uint64_t offset; /* byte offset in the innermost item of `place`, or WCAB_NO_OFFSET */
    char place[480];
    char text[256];
};

/* Fixed English text of a code, e.g. "out of memory".  Never NULL.  Thread-safe. */
WCAB_API const char *wcab_err_text(enum wcab_err code);

/* ---- indexing (libwhichcab) -------------------------------------------------------------- */

/* What wcab_index tells while it runs. */
enum wcab_index_event_kind {
    WCAB_INDEX_PROGRESS,  /* only the counts have changed */
    WCAB_INDEX_IMAGE,     /* an image was read and stored */
    WCAB_INDEX_PART,      /* behind IMAGE: one of several media in it, a floppy in a ZIP */
    WCAB_INDEX_UNCHANGED, /* an image is as it was when last indexed */
    WCAB_INDEX_OFFLINE,   /* an image on record is gone; its rows stay, marked offline */
    WCAB_INDEX_FAULT      /* something could not be read; `error` says where and why */
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
};

/* What reading one image may cost; 0: as by default.  Reaching one is a fault of the image (LIMIT),
 * and what lies beyond it is not read.  An image is opened again (extracted from, verified) with
 * the limits that it was indexed with. */
struct wcab_limits {
    uint64_t depth;      /* containers in containers, the image included; 12, at most 32 */
    uint64_t entries;    /* files of one container; 4,000,000, which is the most, too */
    uint64_t containers; /* in one image; 100,000, which is the most, too */
    uint64_t bytes;   /* that may be unpacked; 8 GiB (a thousand times the image's size if that is
                         less, but at least 1 GiB); at most 4 TiB */
    uint64_t ratio;   /* times its own size that an archive may unfold to, once that is more than
                         64 MiB; 1,000 */
    uint64_t seconds; /* of unpacking; 600 */
};

/* Sets one by its name ("depth").  USAGE, with what is allowed, for another name or value. */
WCAB_API enum wcab_err wcab_limits_set(struct wcab_limits *limits, const char *name, uint64_t value,
                                       struct wcab_error *err);

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
    /* An image that was read with others is read again, unless all are 0. */
    struct wcab_limits limits;
    const char *profiles;      /* folder of media profiles; NULL: the installed one */
    const char *user_profiles; /* a second folder, read over the first, which may be missing; NULL:
                                  `profiles` in the catalog's folder */
    const volatile bool *cancel; /* set it true from anywhere to stop; may be NULL */
    void *context;
    void (*on_event)(void *context, const struct wcab_index_event *event); /* may be NULL */
};

struct wcab_index_result {
    uint64_t images_stored, images_unchanged, images_offline, images_failed;
    uint64_t images_unread; /* of images_failed: files that were given or found and not read */
    uint64_t files, faults, bytes_read;
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
    char modified[20];  /* "1995-07-11T09:50:00" local; "" when it has none */
    char attributes[7]; /* "-a----": folder, archive, system, hidden, readonly, packed */
    bool continued;     /* began in the cabinet before */
    bool continues;     /* goes on in the next cabinet */
    bool damaged;
};

struct wcab_list_options {
    size_t sizeof_options;
    const char *container; /* only containers whose chain or name is this (any case); NULL: all */
    int code_page;         /* of names that are not Unicode; 0: the likeliest */
    struct wcab_limits limits;
    void *context;
    /* Another code than WCAB_OK ends the listing with it. */
    enum wcab_err (*item)(void *context, const struct wcab_list_item *item);
    /* Something inside could not be read; the listing goes on.  May be NULL. */
    void (*fault)(void *context, const struct wcab_error *err);
};

/* Lists what is inside an image, drive or folder.  NOTFOUND: no such file, or no container of that
 * name; FORMAT: nothing in it is known; IO, NOMEM, or what `item` returned. */
WCAB_API enum wcab_err wcab_list(const char *path, const struct wcab_list_options *options,
                                 struct wcab_error *err);

/* ---- the catalog (libwhichcab-query) ------------------------------------------------------ */

/* Pieces of text that the library hands to its caller: `text` has `length` bytes, no NUL.  Any
 * other code than WCAB_OK ends the call that writes with that code. */
typedef enum wcab_err wcab_text_sink(void *context, const char *text, size_t length);

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
 * published listings that were not installed.  A handle belongs to one thread.
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

/* The folder of the catalog; borrowed from the handle. */
WCAB_API const char *wcab_catalog_path(const struct wcab_catalog *catalog);

/* Whether the catalog exists (true), or is only the empty one that a missing folder stands for.
 * VERSION, CORRUPT, IO, UNSUPPORTED: it is there and can't be used. */
WCAB_API enum wcab_err wcab_catalog_exists(struct wcab_catalog *catalog, bool *exists,
                                           struct wcab_error *err);

/* ---- where is it -------------------------------------------------------------------------- */

/* How the names of a search are meant. */
enum wcab_match {
    WCAB_MATCH_AUTO = 0, /* a glob when it has * or ? or [...], else the exact name */
    WCAB_MATCH_EXACT,    /* the name; case does not matter here nor below */
    WCAB_MATCH_GLOB,     /* * any run, ? any one character, [a-c] one of a set; as in DOS, *.* is
                            every name and NAME.* also NAME without extension */
    WCAB_MATCH_REGEX,    /* POSIX extended regular expression, found anywhere in the name */
    WCAB_MATCH_SUBSTRING /* found anywhere in the name */
};

struct wcab_search_options {
    size_t sizeof_options; /* sizeof(struct wcab_search_options) */
    /* Names in UTF-8.  Exact names and globs may be paths, parts divided by / or \: then the parts
     * before the name have to be the last ones of the file's path through volume and cabinet
     * ("WIN95/SETUP.EXE", "WIN95_07.CAB/MAPI32.DLL", "OS\System\Vba32.dll"). */
    const char *const *names;
    size_t name_count;
    enum wcab_match match;
    const char *medium; /* NULL, or only this: a profile id, the start of a single one, part of a
                           title, or the path of an image or of a folder of images */
    bool all;           /* every copy, not only the best of each medium */
    bool suggest;       /* collect names that are nearly those not found */
    /* Only files with these contents, among those that were read in full (wcab_verify).  `hash`:
     * hexadecimal digits of a SHA-256 (64), SHA-1 (40) or MD5 (32); with it there may be no names:
     * then every file of these bytes is an answer, whatever it is called.  `file_version`: "<V",
     * "<=V", ">V", ">=V", "=V" or "V..V", V being one to four numbers with dots between them.
     * Numbers left out at the end count as 0, "=V" looks at the given ones only, "V..V" ends with
     * all that is like its end.  Three numbers are major, minor and build; a file's build is its
     * third number, or its fourth when that is 0: 4.0.1111 and 4.00.1111 are 4.0.0.1111.  NULL
     * each: any. */
    const char *hash, *file_version;
    /* For the EXTRACT command lines; NULL each: "A:", "D:", and a folder by the kind of file.
     * Drives with or without the colon; USAGE when they are none. */
    const char *floppy_drive, *cd_drive, *target_folder;
};

enum wcab_source {
    WCAB_SOURCE_INDEXED = 1,   /* read from an image */
    WCAB_SOURCE_PUBLISHED = 2, /* from a published listing: the disk itself is not in the catalog */
    WCAB_SOURCE_MEDIUM = 3     /* from the table of contents of another disk of the medium */
};

/* "indexed", "published", "medium". */
WCAB_API const char *wcab_source_name(enum wcab_source source);

/* A disk or cabinet that has to be at hand to get a file out, in the order they are asked for. */
struct wcab_need {
    const char *disk;         /* "7", "boot"; NULL: the medium has no disks, or it is not known */
    const char *image;        /* path of an image that has it; NULL: none */
    const char *cabinet;      /* file name of the cabinet; NULL for a loose file's disk */
    const char *volume_label; /* of that disk; NULL when unknown */
    const char *insert; /* how to ask for it: "Windows 95 disk 7 of 13 (DMF set)"; never NULL */
    bool present;       /* an image has it and was there when last looked for */
    bool damaged;       /* what was read of it is damaged */
};

/* A further copy of a file on the same medium that is not the best one. */
struct wcab_copy {
    const char *disk, *path, *cabinet; /* as in struct wcab_answer */
    uint64_t size;
    bool size_known;
    const char *role, *purpose; /* as in struct wcab_answer */
    bool same_size_and_date;    /* as the answer's */
};

/*
 * One copy of a file: where it is and what it takes to get it.  Strings are valid UTF-8, NULL when
 * unknown or not applicable; they live until the next call for the same search.
 */
struct wcab_answer {
    const char *query;       /* the caller's name or pattern that it answers */
    const char *name;        /* last part of its name, the longest form that the medium has */
    const uint8_t *name_raw; /* the name's bytes as they are on the medium */
    size_t name_raw_length;
    bool name_exact;            /* name has the same bytes: nothing was converted or replaced */
    const char *alias;          /* its other name (8.3) */
    const char *installed_as;   /* name it gets when it is installed (KOMMCTRL.DLL: COMMCTRL.DLL) */
    bool installed_as_probable; /* that was concluded; no article says so */
    const char *medium;         /* profile id; NULL when the medium was not recognised */
    const char *title;          /* of the medium, for people */
    const char *release;
    enum wcab_source source;
    const char *image;        /* path of the image; NULL unless it was indexed */
    const char *told_by;      /* of WCAB_SOURCE_MEDIUM: path of the image with the table */
    const uint8_t *image_raw; /* its bytes as the host has them */
    size_t image_raw_length;
    const char *disk; /* "7", "boot" */
    const char *volume_label;
    const char *path;        /* on the volume, / between parts: of the cabinet, or of the file
                                itself when it is loose */
    const char *stored_path; /* of the file inside its cabinet or archive with the folders stored
                                there; NULL for a loose file */
    const char *cabinet;     /* file name of the cabinet; NULL when it lies in none */
    const char *container;   /* the containers below the image down to the file's, " > " between
                                them; NULL when it lies on the image's own volume */
    const char *format;      /* of the innermost container: "FAT12 (DMF)", "cabinet" */
    uint64_t size;           /* bytes, unpacked */
    bool size_known;
    char modified[20];  /* "1995-07-11T09:50:00", local; "" when unknown */
    char attributes[8]; /* of "rhsa" those that are set; valid when attributes_known */
    bool attributes_known;
    const char *starts_in, *ends_in; /* file names of cabinets; NULL for a loose file */
    const struct wcab_need *needs;
    size_t need_count;
    const char *method;       /* "stored", "mszip", "quantum", "lzx"; NULL for a loose file */
    bool packed;              /* a packed single file (MAPI32.DL_): EXPAND or EXTRACT unpacks it */
    const char *role;         /* "system", "setup", "mini" */
    const char *purpose;      /* what this copy is for, in words */
    const char *sha256;       /* hexadecimal; NULL unless indexed deep */
    const char *file_version; /* "4.0.0.950"; NULL unless indexed deep */
    bool complete;            /* false: a part of it is missing or damaged, or only a disk that is
                                 missing from an indexed medium has it */
    const char *trouble;      /* why it is not complete; NULL when it is */
    bool
        name_probable; /* `name` of a packed file was concluded from `alias`, which it is stored under
                         */
    const char *no_commands;     /* why there are none, where that is known; else NULL */
    const char *const *commands; /* DOS command lines for the real machine, in order */
    size_t command_count;
    const struct wcab_copy *copies; /* other copies on this medium that were left out; with `all`
                                       there are none */
    size_t copy_count;
    uint32_t copies_unlisted; /* more of them than `copies` lists */
    uint32_t same_elsewhere;  /* further images with the very same copy that were left out */
    /* "unsupported": its method is not read here; "encrypted"; and why, with the command that
     * unpacks it.  NULL: neither, as far as is known.  It is not damaged. */
    const char *unread, *unread_reason;
    /* A single name was asked for, the medium has several different files of it, and nothing tells
     * which is the right one. */
    bool undecided;
};

struct wcab_search;

/*
 * Starts a search.  `options` and what it points to must live as long as the search.
 * USAGE: no name, a name too long, a bad or too costly regular expression, an ambiguous medium, no
 * hash, no range of versions; NOTFOUND: no such medium or image, or no file was ever read in full
 * and contents were asked for; VERSION, CORRUPT, UNSUPPORTED, IO: the catalog can't be used;
 * NOMEM.
 */
WCAB_API enum wcab_err wcab_search_open(struct wcab_catalog *catalog,
                                        const struct wcab_search_options *options,
                                        struct wcab_search **search, struct wcab_error *err);
/*
 * The next answer, NULL at the end.  Answers come name by name in the order of the options, for a
 * pattern in byte order of the names that fit; within a name medium by medium, the best copy first:
 * an installed system's before Setup's, that before the mini-Windows' of MINI.CAB.
 * CORRUPT, IO, NOMEM.
 */
WCAB_API enum wcab_err wcab_search_next(struct wcab_search *search,
                                        const struct wcab_answer **answer, struct wcab_error *err);

/* One of the search's names that was not found, with what it may have meant. */
struct wcab_suggestion {
    const char *query;
    const char *const *names; /* known names, nearest first */
    size_t name_count;
    bool elsewhere; /* the name is known, but not on that medium or in that folder */
};
/* After wcab_search_next has come to its end: one for each name without an answer, in their order;
 * with no names in it unless options->suggest was set.  Borrowed from the search. */
WCAB_API enum wcab_err wcab_search_suggestions(struct wcab_search *search,
                                               const struct wcab_suggestion **suggestions,
                                               size_t *count, struct wcab_error *err);
/* What could not be judged by its contents, up to now: *copies, on images, that fit a name but were
 * not read in full, and for a hash without names *images that were not; for MD5 and SHA-1 also what
 * was read without recording these. */
WCAB_API void wcab_search_unread(const struct wcab_search *search, uint64_t *copies,
                                 uint64_t *images);
WCAB_API void wcab_search_close(struct wcab_search *search);

/* Writes the answer as one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_answer_json(const struct wcab_answer *answer, wcab_text_sink *sink,
                                        void *context);

/* A table of answers for people, 80 columns wide where names allow; what comes from media is
 * masked, so that it can be shown on a terminal. */
struct wcab_table;
enum wcab_table_flags {
    WCAB_TABLE_VERBOSE = 1,  /* every detail of each answer */
    WCAB_TABLE_COMMANDS = 2, /* instead of a table: command lines with remarks (REM) */
    WCAB_TABLE_CONTENTS = 4  /* version and SHA-256 with each answer */
};
WCAB_API enum wcab_err wcab_table_open(unsigned flags, wcab_text_sink *sink, void *context,
                                       struct wcab_table **table, struct wcab_error *err);
WCAB_API enum wcab_err wcab_table_answer(struct wcab_table *table,
                                         const struct wcab_answer *answer);
/* Writes what is left and frees the table. */
WCAB_API enum wcab_err wcab_table_close(struct wcab_table *table);

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
    char modified[20]; /* the oldest date of the places, "" when none is known */
    const struct wcab_content_place *places; /* medium by medium */
    size_t place_count;
};

struct wcab_versions;
/*
 * Every version of the files that `options` asks for, over all media (options->all does not matter;
 * options->hash, too, needs names here).  `options` and what it points to must live as long as the
 * result, which belongs to the handle's thread.  Errors as wcab_search_open.
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
 * `options` and what it points to must live as long as the result, which belongs to the handle's
 * thread.  NOTFOUND: no such medium, or nothing is known of its files; USAGE; VERSION, CORRUPT,
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

/* ---- a DOS batch file --------------------------------------------------------------------- */

/*
 * Command lines of many answers as one batch file for the real machine: disk by disk in the order
 * they are inserted, files of one cabinet taken out in one go, each disk asked for until it is
 * there.  It belongs to one thread; answers need not live longer than the call that adds them.
 */
struct wcab_batch;
/* NOMEM. */
WCAB_API enum wcab_err wcab_batch_open(struct wcab_batch **batch, struct wcab_error *err);
/*
 * Adds a file.  USAGE: it is on another medium than those before.  UNSUPPORTED: no command line
 * reaches it (it lies in an archive, or on a hard disk), or its name can't stand in a batch file.
 * NOMEM.  A file that was refused is left out, the others stay.
 */
WCAB_API enum wcab_err wcab_batch_add(struct wcab_batch *batch, const struct wcab_answer *answer,
                                      struct wcab_error *err);
/* Writes the batch file: ASCII, CR LF, no line longer than COMMAND.COM reads.  NOTFOUND: no file
 * was added; NOMEM, or what `sink` returned. */
WCAB_API enum wcab_err wcab_batch_write(struct wcab_batch *batch, wcab_text_sink *sink,
                                        void *context, struct wcab_error *err);
/* NULL is harmless. */
WCAB_API void wcab_batch_close(struct wcab_batch *batch);

/* ---- media -------------------------------------------------------------------------------- */

enum wcab_disk_status {
    WCAB_DISK_PRESENT = 1,
    WCAB_DISK_MISSING = 2,   /* no image of it is in the catalog */
    WCAB_DISK_OFFLINE = 3,   /* its image was gone when last looked for */
    WCAB_DISK_DAMAGED = 4,   /* something on it could not be read */
    WCAB_DISK_DUPLICATE = 5, /* a further image of a disk that is there already */
    WCAB_DISK_FOREIGN = 6    /* an image that belongs to no known medium, or to another set */
};

struct wcab_disk {
    const char *disk;         /* "7", "boot"; NULL when the medium has no disks */
    const char *insert;       /* how to ask for it */
    const char *label;        /* volume label: of the image, or as it should be */
    const char *format;       /* of the image's volume, or as it should be */
    const char *image;        /* path; NULL when it is missing */
    const uint8_t *image_raw; /* its bytes as the host has them */
    size_t image_raw_length;
    const char *container; /* of one of several in the image: "disk07.img", or
                              "set.zip > disk07.img"; NULL for a whole image */
    enum wcab_disk_status status;
    const char *reason;     /* why the image was taken for what it is */
    uint64_t files;         /* names on it, those in cabinets included */
    uint32_t faults;        /* places that could not be read */
    const char *fault;      /* the first of them */
    uint32_t damaged_files; /* found by decoding them (deep index or verify) */
    uint32_t unread_places; /* of faults: what is not read here or encrypted, and not damaged */
    uint32_t unread_files;  /* found by verification: the same of files */
    int code_page; /* of names on it that are not Unicode; 0: there are none but ASCII ones */
    const char *code_page_reason; /* why that one; NULL when there is none */
};

/* A medium of the catalog: one set of disks, or one CD. */
struct wcab_medium {
    const char *medium; /* profile id; NULL: not recognised */
    const char *title;
    const char *release;
    const char *kind;          /* "cd", "floppies", "download", "folder"; NULL when unknown */
    const char *language;      /* "pt-BR"; NULL when nothing tells */
    const char *language_name; /* "Portuguese (Brazil)" */
    const char *layout;        /* "22 DMF disks", "CD-ROM"; NULL when nothing tells */
    bool told;                 /* its disks are those that its own table of contents names */
    uint32_t set;              /* 1 for the first set of this medium, 2 for the second ... */
    uint32_t disks_known, disks_present; /* 0 when the medium has no disks */
    bool complete;                       /* nothing is missing, offline or damaged */
    const struct wcab_disk *disks; /* in the medium's order, then duplicates and foreign ones */
    size_t disk_count;
    const char *const *notes; /* of the profile: known bad pressings, remarks */
    size_t note_count;
};

struct wcab_media;
/* `filter` as medium of struct wcab_search_options, may be NULL.  Errors as wcab_search_open. */
WCAB_API enum wcab_err wcab_media_open(struct wcab_catalog *catalog, const char *filter,
                                       struct wcab_media **media, struct wcab_error *err);
/* The media in order of their ids, those not recognised last.  Borrowed. */
WCAB_API const struct wcab_medium *wcab_media_get(const struct wcab_media *media, size_t index);
WCAB_API void wcab_media_close(struct wcab_media *media);
/* As one JSON object and a newline; as text for people. */
WCAB_API enum wcab_err wcab_medium_json(const struct wcab_medium *medium, wcab_text_sink *sink,
                                        void *context);
WCAB_API enum wcab_err wcab_medium_text(const struct wcab_medium *medium, bool verbose,
                                        wcab_text_sink *sink, void *context);

/* ---- what was not read ----------------------------------------------------------------------- */

/* A file or place that was found and not read.  Strings are UTF-8 and live for the call. */
struct wcab_unread {
    const char *image;
    const uint8_t *image_raw; /* its bytes as the host has them */
    size_t image_raw_length;
    bool is_whole;     /* nothing of the image is on record */
    const char *place; /* in the image, "disk1.img > WIN95_02.CAB"; NULL: the image itself */
    uint64_t size;     /* bytes, of a file; 0 when it is not known */
    /* "unknown" no reader knows it; "unsupported" the format or method is known and not read here;
     * "encrypted"; "damaged" it contradicts its format; "limit" a stated limit was reached;
     * "unreadable" the host could not read it */
    const char *state;
    const char *reason; /* with the command that helps, where there is one */
    uint64_t offset;    /* byte of the innermost item, or WCAB_NO_OFFSET */
};

/* Tells of each, image by image.  `filter` as medium of struct wcab_search_options, may be NULL.
 * Errors as wcab_search_open, or what `visit` returned. */
WCAB_API enum wcab_err wcab_unread_each(struct wcab_catalog *catalog, const char *filter,
                                        enum wcab_err (*visit)(void *context,
                                                               const struct wcab_unread *item),
                                        void *context, struct wcab_error *err);
/* Number of files of which nothing was read. */
WCAB_API enum wcab_err wcab_unread_count(struct wcab_catalog *catalog, uint64_t *count,
                                         struct wcab_error *err);
/* As one JSON object and a newline; as text for people. */
WCAB_API enum wcab_err wcab_unread_json(const struct wcab_unread *item, wcab_text_sink *sink,
                                        void *context);
WCAB_API enum wcab_err wcab_unread_text(const struct wcab_unread *item, wcab_text_sink *sink,
                                        void *context);

/* ---- keeping the catalog ------------------------------------------------------------------ */

struct wcab_catalog_stats {
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

/* Removes an image, or all images below a folder, from the catalog (nothing else is touched);
 * with `offline_only` only those that were gone when last looked for.  *removed gets their number.
 * NOTFOUND: none is in the catalog.  BUSY, IO, NOMEM. */
WCAB_API enum wcab_err wcab_catalog_remove(struct wcab_catalog *catalog, const char *path,
                                           bool offline_only, uint64_t *removed,
                                           struct wcab_error *err);

/* The catalog as text (docs/catalog-format.md), the same for the same contents. NOTFOUND. */
WCAB_API enum wcab_err wcab_catalog_export(struct wcab_catalog *catalog, wcab_text_sink *sink,
                                           void *context, struct wcab_error *err);

/* Reads such text into the catalog, which is made when it is missing; all of it or, on failure,
 * nothing.  `read` fills a buffer and sets *got, 0 at the end.  CORRUPT names the line. */
typedef enum wcab_err wcab_text_source(void *context, char *buffer, size_t size, size_t *got);
WCAB_API enum wcab_err wcab_catalog_import(struct wcab_catalog *catalog, wcab_text_source *read,
                                           void *context, struct wcab_error *err);

/* ---- media profiles ----------------------------------------------------------------------- */

struct wcab_profile_item {
    const char *id, *title, *release, *kind;
    bool user; /* the user's own, not the project's */
};
/* Every known profile in order of ids.  The strings live for the call only. */
WCAB_API enum wcab_err
wcab_profile_each(struct wcab_catalog *catalog,
                  enum wcab_err (*visit)(void *context, const struct wcab_profile_item *item),
                  void *context, struct wcab_error *err);
/* The text of a profile.  NOTFOUND. */
WCAB_API enum wcab_err wcab_profile_show(struct wcab_catalog *catalog, const char *id,
                                         wcab_text_sink *sink, void *context,
                                         struct wcab_error *err);
/* Checks the profile in the file `path` (and the listing of the same name beside it, NAME.tsv, if
 * there is one) and copies it to the user's profiles, over one of the same id.  CORRUPT names the
 * line; USAGE: the file is not named <id>.profile. */
WCAB_API enum wcab_err wcab_profile_add(struct wcab_catalog *catalog, const char *path,
                                        struct wcab_error *err);
/* Removes one of the user's profiles.  NOTFOUND: the user has none with that id. */
WCAB_API enum wcab_err wcab_profile_remove(struct wcab_catalog *catalog, const char *id,
                                           struct wcab_error *err);

/* Which decoders unpack cabinets: the library's own, which are faster; or libmspack, to compare. */
enum wcab_decoder { WCAB_DECODER_OWN = 0, WCAB_DECODER_LIBMSPACK = 1 };

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
    const char *name;            /* of the file on its medium, UTF-8 */
    const char *written;         /* name in the output folder; NULL when it was not written there */
    const char *image, *cabinet; /* where it came from; cabinet NULL for a loose file */
    uint64_t size, lost;         /* bytes; lost: of the ranges that are */
    const struct wcab_damaged_range *ranges; /* SALVAGED: in order */
    size_t range_count;
    const struct wcab_error *error; /* for FAILED and SALVAGED, else NULL */
    const char *elsewhere;          /* FAILED: a sentence that names an equal copy, or NULL */
    const char *installed_as;       /* DONE: name that it gets on installation, or NULL */
    bool installed_as_probable;
};

struct wcab_extract_options {
    size_t sizeof_options;             /* sizeof(struct wcab_extract_options) */
    struct wcab_search_options search; /* what to extract; `all`: every copy */
    const char *folder; /* where to; made when missing, with the folders around it; NULL: everything
                           goes to `put` */
    bool replace;       /* overwrite files that are there */
    bool salvage;       /* write what can be decoded, zeroes for the rest, and tell */
    enum wcab_decoder decoder;
    const volatile bool *cancel; /* may be NULL */
    void *context;
    void (*on_event)(void *context, const struct wcab_extract_event *event); /* may be NULL */
    /* For folder NULL: the files' bytes one after the other. */
    enum wcab_err (*put)(void *context, const void *data, size_t size);
};

struct wcab_extract_result {
    uint64_t written, salvaged, failed, bytes;
    uint64_t not_found; /* names of the options that no indexed image has */
    uint64_t
        undecided; /* names of the options that different files have (WCAB_EXTRACT_UNDECIDED) */
};

/*
 * Extracts files of indexed images, through image, volume and cabinet set, without mounting or
 * unpacking anything to disk first.  Files that share a folder (compression stream) are taken out
 * in one pass over it; memory does not depend on their sizes.  Checksums of CFDATA blocks are
 * checked, and that each image is still the one that was indexed.
 *
 * Only the last part of a stored name is used, and only when it is a plain file name; two different
 * files of one name become NAME and NAME.2.
 *
 * WCAB_OK when the run came to its end, also with files that failed (see result).  NOTFOUND: no
 * name was found on an indexed image.  CANCELLED; USAGE; IO: the output folder can't be used;
 * NOMEM; and what wcab_search_open returns, or what `put` returned.
 */
WCAB_API enum wcab_err wcab_extract(struct wcab_catalog *catalog,
                                    const struct wcab_extract_options *options,
                                    struct wcab_extract_result *result, struct wcab_error *err);

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
    WCAB_VERIFY_COPY     /* last, for each damaged or missing file: `elsewhere` has an equal one */
};

/* How a disk differs from what was published about it. */
enum wcab_listing_difference {
    WCAB_LISTING_MISSING = 1, /* the file is not on the disk */
    WCAB_LISTING_EXTRA = 2,   /* the file was not published */
    WCAB_LISTING_SIZE = 3,    /* other size, and perhaps another date */
    WCAB_LISTING_DATE = 4     /* same size, other date */
};

/* Size and date of a file in one of two listings. */
struct wcab_listed {
    bool size_known;
    uint64_t size;     /* bytes */
    char modified[20]; /* "1995-07-11T09:50:00" local; "" when unknown */
};

struct wcab_verify_event {
    enum wcab_verify_event_kind kind;
    const char *image;         /* path, raw bytes; NULL for PROGRESS */
    const char *medium, *disk; /* as in struct wcab_index_event */
    const char *container;     /* DAMAGED, MISSING, COPY: chain below the image, "" for the
                                  outermost; LISTING: file name of the cabinet, or "" */
    const char *name; /* DAMAGED, MISSING, COPY, LISTING, DIGEST: of the file, UTF-8; DIGEST:
                         NULL for the whole image */
    const struct wcab_error *error;          /* DAMAGED, MISSING, FAULT */
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
    const volatile bool *cancel; /* may be NULL */
    void *context;
    void (*on_event)(void *context, const struct wcab_verify_event *event); /* may be NULL */
};

struct wcab_verify_result {
    uint64_t images, skipped, files, damaged, missing, faults, bytes;
    uint64_t unsupported, encrypted; /* files that were not read and are not damaged */
    uint64_t listing_missing, listing_other, listing_extra; /* against published listings */
    uint64_t digests_equal, digests_other;                  /* against known good dumps */
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
    const volatile bool *cancel; /* may be NULL */
    void *context;
    /* Another code than WCAB_OK ends the run with it. */
    enum wcab_err (*on_file)(void *context, const struct wcab_identified *file);
};

struct wcab_identify_result {
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

#ifdef __cplusplus
}
#endif

#endif
