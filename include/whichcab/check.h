/*
 * check.h - what is wrong with the Windows on a PC's disk.
 */
#ifndef WHICHCAB_CHECK_H
#define WHICHCAB_CHECK_H

#include "whichcab/content.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- an installed Windows, held against its media (libwhichcab) ----------------------------- */

/* What a file of an installed Windows is; the higher, the worse. */
enum wcab_check_state {
    WCAB_CHECK_OTHER = 0,      /* no file of the release: the user's, other software's */
    WCAB_CHECK_INTACT = 1,     /* bytes of a medium of the release */
    WCAB_CHECK_PROBABLE = 2,   /* name, size and date of one, whose bytes are not on record */
    WCAB_CHECK_UPDATED = 3,    /* bytes of another known medium: a service pack, IE */
    WCAB_CHECK_NEWER = 4,      /* a higher version than the release's, from no known medium */
    WCAB_CHECK_OLDER = 5,      /* a lower one */
    WCAB_CHECK_ALTERED = 6,    /* the release's version, size or date, but other bytes */
    WCAB_CHECK_WRONG_COPY = 7, /* Setup's own or the mini-Windows' file in the system's place */
    WCAB_CHECK_MISSING = 8,
    WCAB_CHECK_DAMAGED = 9 /* cut off, unreadable, overwritten by fillers or zeroes */
};
enum { WCAB_CHECK_STATES = 10 };

/* "intact", "probable", "updated", "newer", "older", "altered", "wrong-copy", "missing", "damaged". */
WCAB_API const char *wcab_check_state_name(enum wcab_check_state state);

/* A Windows folder of a target. Strings are UTF-8 and live until the check ends. */
struct wcab_checked_windows {
    const char *target;  /* as the caller named it; raw bytes */
    const char *folder;  /* in the target: "partition 1/WINDOWS"; "" when the target is it */
    const char *volume;  /* that part of it which is no folder: "partition 1"; "" */
    const char *family;  /* "Windows 3.x", "Windows 95/98/Me", "Windows NT" */
    const char *medium;  /* profile id of the medium that it is held against; NULL: none is known */
    const char *title;   /* of that medium */
    const char *release; /* "Windows 95 OSR2"; NULL when it is not known */
    /* Most of its files have other bytes than the medium's: it is of another language or edition, of which no
     * medium is on record.  Only damage and what is missing can be told then. */
    bool other_edition;
    const char *language;     /* tag by the files' own versions: "de-DE"; NULL: not told */
    const char *core_version; /* of KERNEL32.DLL, else KRNL386.EXE; NULL: none is there */
    uint64_t states[WCAB_CHECK_STATES]; /* number of files in each state */
    uint64_t others; /* files that no medium of the release has: other software, the user's */
};

struct wcab_checked_file {
    const struct wcab_checked_windows *windows;
    const char *path; /* in the target; of a missing file where it should be, or its name alone */
    const char *name;
    enum wcab_check_state state;
    const char *reason;       /* a sentence without a full stop; NULL for INTACT */
    uint64_t size;            /* bytes; 0 when missing */
    char modified[20];        /* "1995-07-11T09:50:00" local; "" when missing */
    const char *sha256;       /* hexadecimal; NULL when it was not read */
    const char *file_version; /* NULL: none */
    /* What it is (INTACT, UPDATED, WRONG_COPY), or should be; NULL when no medium has the name. */
    const struct wcab_content *match;
    /* Present programs that ask for it by name when they are loaded, without folders. */
    const char *const *needed_by;
    size_t needed_by_count;
};

struct wcab_check_options {
    size_t sizeof_options;      /* sizeof(struct wcab_check_options) */
    const char *const *targets; /* images of hard disks, drives, folders */
    size_t target_count;
    const char *medium; /* what to hold it against, as in struct wcab_search_options; NULL: what
                           most files are from */
    void *context;
    /* Another code than WCAB_OK ends the check with it.  Each may be NULL.  A Windows folder is told
     * when all its files have been: the worst first, then by path. */
    enum wcab_err (*on_file)(void *context, const struct wcab_checked_file *file);
    enum wcab_err (*on_windows)(void *context, const struct wcab_checked_windows *windows);
    void (*on_fault)(void *context, const struct wcab_error *fault); /* could not be read */
    /* States whose files are told, bits 1 << enum wcab_check_state; 0: all but OTHER.  What is not
     * told is not looked up a second time. */
    unsigned states;
    /* Files of the folder at hand that were read, of how many, and bytes of all so far.  May be NULL. */
    void (*on_progress)(void *context, uint64_t files, uint64_t files_total, uint64_t bytes);
};

struct wcab_check_result {
    size_t sizeof_result;  /* sizeof(struct wcab_check_result), set by the caller */
    uint64_t windows;      /* folders that were checked */
    uint64_t sound, wrong; /* files: INTACT to NEWER; all else */
    uint64_t faults;       /* of targets that could not be read in full */
    uint64_t bytes;        /* read */
    bool has_hashes;       /* some file on record was read in full: bytes can be compared */
};

/*
 * Checks the Windows folders of each target, which is only read.  FORMAT: no file system, or no
 * Windows, in a target; NOTFOUND: no such target or medium; USAGE, VERSION, CORRUPT, IO,
 * CANCELLED (wcab_catalog_set_cancel), NOMEM.  `result` is written in every case.
 */
WCAB_API enum wcab_err wcab_check(struct wcab_catalog *catalog,
                                  const struct wcab_check_options *options,
                                  struct wcab_check_result *result, struct wcab_error *err);

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_checked_file_json(const struct wcab_checked_file *file,
                                              wcab_text_sink *sink, void *context);
WCAB_API enum wcab_err wcab_checked_windows_json(const struct wcab_checked_windows *windows,
                                                 wcab_text_sink *sink, void *context);
/* As lines for people, masked; `verbose` adds sizes, versions and digests. */
WCAB_API enum wcab_err wcab_checked_file_text(const struct wcab_checked_file *file, bool verbose,
                                              wcab_text_sink *sink, void *context);
WCAB_API enum wcab_err wcab_checked_windows_text(const struct wcab_checked_windows *windows,
                                                 wcab_text_sink *sink, void *context);

/* ---- what programs import (libwhichcab) ------------------------------------------------------ */

/* A module that a program, or a module below it in the tree, asks the loader for.  Strings are UTF-8 but for the
 * paths, and live for the call. */
struct wcab_import {
    const char *path; /* of the file that the tree is of, as the caller named it */
    unsigned depth;   /* 1: the file itself asks for it */
    const char *
        module; /* as the program names it: "MAPI32.dll", "KERNEL"; NULL: the file itself, depth 0 */
    const char *name;  /* of its file: "KRNL386.EXE" */
    const char *found; /* path of that, NULL: it is nowhere where programs look */
    const char *kind;  /* of the file found: "PE", "NE", "LE"; NULL: no program, or not found */
    bool told_before;  /* its own imports stand further up in the tree */
    const struct wcab_error *error; /* found, but can't be read; else NULL */
};

struct wcab_imports_options {
    size_t sizeof_options; /* sizeof(struct wcab_imports_options) */
    const char *const
        *paths; /* programs, of the host or in images: "hdd.img:/WINDOWS/SYSTEM/MAPI32.DLL" */
    size_t path_count;
    void *context;
    /* Another code than WCAB_OK ends the run with it. */
    enum wcab_err (*on_import)(void *context, const struct wcab_import *import);
};

struct wcab_imports_result {
    size_t sizeof_result; /* sizeof(struct wcab_imports_result), set by the caller */
    uint64_t modules, missing,
        failed; /* told, once for each place in a tree; files that can't be read */
};

/*
 * Tells the tree of the imports of each file: modules are looked for in the file's folder and, when that lies in a
 * Windows folder or one is around it, in that and its SYSTEM or SYSTEM32.  Nothing is looked up in the catalog, which
 * only cancels. USAGE, CANCELLED, NOMEM; what on_import returned.
 */
WCAB_API enum wcab_err wcab_imports(struct wcab_catalog *catalog,
                                    const struct wcab_imports_options *options,
                                    struct wcab_imports_result *result, struct wcab_error *err);

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_import_json(const struct wcab_import *import, wcab_text_sink *sink,
                                        void *context);

#ifdef __cplusplus
}
#endif

#endif
