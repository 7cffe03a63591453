/*
 * check_run - a Windows folder under examination: what its parts share.  Only for jobs/check.
 */
#ifndef WCI_CHECK_RUN_H
#define WCI_CHECK_RUN_H

#include "jobs/check/imports.h"
#include "jobs/check/windows.h"
#include "jobs/identify/identify_match.h"

/* The folder below the Windows folder where a repair kit keeps what it replaces. */
#define WCI_CHECK_KEPT "WHICHCAB"

/* A file that is looked at, or one that is missing (entry NULL). */
struct wci_checked {
    const struct wci_entry *entry; /* of the volume */
    struct wci_bytes name;         /* last part of its path */
    struct wci_bytes path;         /* in the target, NUL-terminated, raw bytes */
    bool in_windows;               /* in the Windows folder or below */
    bool is_read;                  /* content and imports are there */
    struct wci_host_file content;
    struct wci_imports imports;
    enum wcab_check_state state; /* 0: no file of the release */
    const char *reason;          /* arena */
    const char **needed_by;      /* owned */
    size_t needed_by_count, needed_by_capacity;
};

/* Names of the files of the volume, and those that 16-bit modules call themselves. */
struct wci_check_names {
    struct wci_bytes *items; /* owned; sorted, folded */
    size_t count, capacity;
};

struct wci_check {
    struct wcab_catalog *catalog;
    const struct wcab_check_options *options;
    struct wcab_check_result *result;
    struct wci_matcher *all;           /* owned: every medium on record */
    struct wci_matcher *release;       /* owned: the one to hold it against; NULL: none is known */
    struct wci_version_scan *versions; /* owned */
    struct wci_target *target;         /* owned */
    const char *target_path;
    /* The folder at hand. */
    struct wci_arena *arena; /* owned */
    struct wci_windows windows;
    struct wcab_checked_windows told;
    struct wci_checked *files; /* owned */
    size_t count, capacity;
    struct wci_check_names names;
    struct wcab_error *err;
};

/* A file of the folder by its place below it, "SYSTEM/KERNEL32.DLL", in any letter case; NULL when
 * it is not there. */
struct wci_checked *wci_check_find(struct wci_check *check, const char *below);

/* Appends a file; NULL without memory. */
struct wci_checked *wci_check_add(struct wci_check *check);

/* Adds the bytes of an error or a sentence to the arena; NULL without memory. */
const char *wci_check_sentence(struct wci_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* check_judge.c: what most files are from, and what each file is. */
enum wcab_err wci_check_choose(struct wci_check *check);
enum wcab_err wci_check_judge(struct wci_check *check);

/* check_missing.c: adds what is not there and is asked for. */
enum wcab_err wci_check_missing(struct wci_check *check);

/* Whether the volume has a file or a module of that name.  Once names are listed. */
bool wci_check_has_name(const struct wci_check *check, struct wci_bytes name);

/* Adds a file that is not there, unless it was added before: those from `first` on are missing ones.
 * *missing is NULL when there are too many. */
enum wcab_err wci_check_add_missing(struct wci_check *check, size_t first, struct wci_bytes name,
                                    struct wci_checked **missing);
/* A text file of the disk as a whole; empty when it is too long or can't be read.  Arena. */
enum wcab_err wci_check_read_text(struct wci_check *check, const struct wci_checked *file,
                                  struct wci_bytes *text);

/* check_sections.c: adds what belongs to a component most of which is there. */
enum wcab_err wci_check_sections(struct wci_check *check, size_t first);

#endif
