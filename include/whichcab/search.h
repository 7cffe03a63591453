/*
 * search.h - where is it: searches, answers, the DOS batch file.
 */
#ifndef WHICHCAB_SEARCH_H
#define WHICHCAB_SEARCH_H

#include "whichcab/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

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
                           title, or the path of an image or of a folder of images, or the end of
                           such a path that no other one has; the name of image files, a volume
                           label, a note ("box=B3") or its text, * and ? as in names */
    bool all;           /* every copy, not only the best of each medium */
    bool suggest;       /* collect names that are nearly those not found */
    /* Only files with these contents, among those that were read in full (wcab_verify).  `hash`:
     * hexadecimal digits of a SHA-256 (64, or its first 8 and more), SHA-1 (40) or MD5 (32); with it there may be no names:
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
    /* The one file that an answer's `id` stands for; no names and no hash then.  USAGE: no id;
     * CHANGED: the catalog has other contents there now. */
    const char *id;
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
    /* How to ask for it: "Windows 95 disk 7 of 13 (DMF set)", with the notes that tell where it lies,
     * "... (box B3)"; never NULL. */
    const char *insert;
    bool present;                  /* an image has it and is at its path */
    bool damaged;                  /* what was read of it is damaged */
    const struct wcab_note *notes; /* of its image */
    size_t note_count;
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
    char modified[20];        /* "1995-07-11T09:50:00", local; "" when unknown */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
    char attributes[8];       /* of "rhsa" those that are set; valid when attributes_known */
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
    /* Gives this very file to wcab_read; NULL when no image has its bytes.  Good for any handle of
     * this catalog until the image is indexed with other contents. */
    const char *id;
    /* "MIPS", "Alpha", "PowerPC" ...: by its header, or it lies in the folder that Windows NT keeps such
     * machines' files in; NULL: nothing says that it is for another one than a PC */
    const char *machine;
    /* Hexadecimal; NULL unless the image was read with `md5_sha1` of struct wcab_verify_options */
    const char *md5, *sha1;
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
/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_suggestion_json(const struct wcab_suggestion *suggestion,
                                            wcab_text_sink *sink, void *context);
/* What could not be judged by its contents, up to now: *copies, on images, that fit a name but were
 * not read in full, and for a hash without names *images that were not; for MD5 and SHA-1 also what
 * was read without recording these. */
WCAB_API void wcab_search_unread(const struct wcab_search *search, uint64_t *copies,
                                 uint64_t *images);
WCAB_API void wcab_search_close(struct wcab_search *search);

/* Writes the answer as one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_answer_json(const struct wcab_answer *answer, wcab_text_sink *sink,
                                        void *context);

/* A table of answers for people; what comes from media is masked, so that it can be shown on a
 * terminal.  Remarks are broken to 80 columns, and nothing is cut. */
struct wcab_table;
enum wcab_table_flags {
    WCAB_TABLE_VERBOSE = 1,  /* every detail of each answer */
    WCAB_TABLE_COMMANDS = 2, /* instead of a table: command lines with remarks (REM) */
    WCAB_TABLE_CONTENTS = 4, /* version and SHA-256 with each answer */
    WCAB_TABLE_COLOUR = 8,   /* with the terminal's colours (ECMA-48) */
    WCAB_TABLE_GROUP = 16,   /* of equal copies on media that nobody knows only the first */
    /* What only published listings tell is left out, and its number told, where an image has the
     * name; not what is missing from a medium that is indexed. */
    WCAB_TABLE_OWN = 32,
    WCAB_TABLE_LINKS = 64 /* images are links to their files: see wcab_link_text */
};
WCAB_API enum wcab_err wcab_table_open(unsigned flags, wcab_text_sink *sink, void *context,
                                       struct wcab_table **table, struct wcab_error *err);
/*
 * Lays the table out for a terminal: no row is wider than `columns`, and an image's path is cut to
 * the end of it that no other image of the catalog has, which options->medium understands.  Before
 * the first answer; the catalog is not kept.  CORRUPT, IO, NOMEM.
 */
WCAB_API enum wcab_err wcab_table_fit(struct wcab_table *table, unsigned columns,
                                      struct wcab_catalog *catalog, struct wcab_error *err);
WCAB_API enum wcab_err wcab_table_answer(struct wcab_table *table,
                                         const struct wcab_answer *answer);
/* Writes what is left and frees the table. */
WCAB_API enum wcab_err wcab_table_close(struct wcab_table *table);

/* ---- a DOS batch file --------------------------------------------------------------------- */

/*
 * Command lines of many answers as one batch file for the real machine: disk by disk in the order
 * they are inserted, files of one cabinet taken out in one go, each disk asked for until it is
 * there.  One thread at a time uses it; answers need not live longer than the call that adds them.
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

#ifdef __cplusplus
}
#endif

#endif
