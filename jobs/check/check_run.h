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

/* Media that are told apart while the release is chosen. */
enum { WCI_CHECK_MEDIA = 256 };

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
    const struct wci_bytes
        *copy_of; /* arena; of a wrong copy: files of the release whose bytes it has */
    size_t copy_of_count;
    uint8_t media[WCI_CHECK_MEDIA / 8]; /* bits: those that have it for an installed system */
    const char **needed_by;             /* owned */
    size_t needed_by_count, needed_by_capacity;
};

/* A name of a file of the volume, or what a 16-bit module calls itself. */
struct wci_check_name {
    struct wci_bytes name; /* folded */
    struct wci_bytes folder;
};

struct wci_check_names {
    struct wci_check_name *items; /* owned; sorted by name */
    size_t count, capacity;
};

enum { WCI_CHECK_FOLDERS = 64 };

/* Where programs look for what they name without a folder. */
struct wci_check_path {
    struct wci_bytes folders[WCI_CHECK_FOLDERS]; /* on the volume, '/' between parts */
    size_t count;
};

struct wci_check {
    struct wcab_catalog *catalog;
    const struct wcab_check_options *options;
    struct wcab_check_result *result;
    struct wci_matcher *all;           /* owned: every medium on record */
    struct wci_matcher *release;       /* owned: the one to hold it against; NULL: none is known */
    size_t release_number;             /* of its bit in wci_checked.media; WCI_CHECK_MEDIA: none */
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
    struct wci_check_path path;
    struct wci_check_names drivers; /* of VMM32.VXD or WIN386.EXE */
    bool knows_drivers;
    struct wci_check_sections *sections; /* of the information files; of check_sections.c */
    struct wcab_error *err;
};

/* A file of the folder by its place below it, "SYSTEM/KERNEL32.DLL", in any letter case; NULL when
 * it is not there. */
struct wci_checked *wci_check_find(struct wci_check *check, const char *below);

/* Whether RESTORE.BAT of a repair kit keeps in `folder` what was wrong before. */
bool wci_check_is_kept(const struct wci_check *check, struct wci_bytes folder);

/* Appends a file; NULL without memory. */
struct wci_checked *wci_check_add(struct wci_check *check);

/* Adds the bytes of an error or a sentence to the arena; NULL without memory. */
const char *wci_check_sentence(struct wci_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether `part` stands in the text, in any letter case. */
bool wci_check_contains(struct wci_bytes text, const char *part);

/* check_choose.c: what most files are from. */
enum wcab_err wci_check_choose(struct wci_check *check);
/* Whether the medium with this number has the file's bytes under its name, for an installed system. */
bool wci_check_is_of(const struct wci_checked *file, size_t number);

/* check_judge.c: what each file is. */
struct wci_matched wci_check_matched(const struct wci_checked *file);
enum wcab_err wci_check_judge(struct wci_check *check);

/* check_missing.c: adds what is not there and is asked for. */
enum wcab_err wci_check_missing(struct wci_check *check);

/* check_names.c: lists what is there.  NOMEM, CANCELLED. */
enum wcab_err wci_check_list_names(struct wci_check *check);
void wci_check_forget_names(struct wci_check *check);
/* Folded, in the arena; data NULL without memory. */
struct wci_bytes wci_check_fold(struct wci_check *check, struct wci_bytes name);

/* Once names are listed, whether the volume has a file or a module of that name: */
bool wci_check_has_name(const struct wci_check *check, struct wci_bytes name); /* anywhere */
/* in the Windows folder or below, or on the search path; */
bool wci_check_is_installed(const struct wci_check *check, struct wci_bytes name);
/* where a program in `folder` looks for it (NULL: anywhere). */
bool wci_check_is_on_path(const struct wci_check *check, struct wci_bytes name,
                          const struct wci_bytes *folder);

/* Whether programs find modules in that folder of the volume wherever they lie themselves. */
bool wci_check_is_path_folder(const struct wci_check *check, struct wci_bytes folder);

/* Where one of that name lies, wherever that is; false: nowhere. */
bool wci_check_find_elsewhere(const struct wci_check *check, struct wci_bytes name,
                              struct wci_bytes *folder);

/* Whether the release has a file of that name. */
enum wcab_err wci_check_is_of_release(struct wci_check *check, struct wci_bytes name, bool *is);

/* check_drivers.c: lists the drivers that VMM32.VXD holds, and judges it. */
enum wcab_err wci_check_drivers(struct wci_check *check);
/* Whether "*vshare" is there; true when it is not known what VMM32.VXD holds. */
bool wci_check_has_driver(const struct wci_check *check, struct wci_bytes name);

/* A word of a setting that names a file: "*vshare", "C:\\WINDOWS\\MOUSE.DRV /v". */
struct wci_check_setting {
    size_t first;           /* as of wci_check_add_missing */
    struct wci_bytes value; /* quotes, folder and arguments are cut off */
    bool only_known;        /* it counts only if the release has a file of that name */
    const char *where;      /* "SYSTEM.INI, [boot] shell," */
};
enum wcab_err wci_check_named(struct wci_check *check, const struct wci_check_setting *setting);

/* check_inis.c: adds what SYSTEM.INI and WIN.INI name and is not there. */
enum wcab_err wci_check_inis(struct wci_check *check, size_t first);

/* check_boot.c: the same of what starts Windows 9x. */
enum wcab_err wci_check_boot(struct wci_check *check, size_t first);

/* check_registry.c: the same of the registry, which is judged, too. */
enum wcab_err wci_check_registry(struct wci_check *check, size_t first);

/* Adds a file that is not there, unless it was added before: those from `first` on are missing ones.
 * *missing is NULL when there are too many. */
enum wcab_err wci_check_add_missing(struct wci_check *check, size_t first, struct wci_bytes name,
                                    struct wci_checked **missing);
/* A text file of the disk as a whole; empty when it is too long or can't be read.  Arena. */
enum wcab_err wci_check_read_text(struct wci_check *check, const struct wci_checked *file,
                                  struct wci_bytes *text);

/* check_medium_infs.c: each information file of the release's medium, from an image; strings in the arena. */
enum wcab_err wci_check_each_medium_inf(struct wci_check *check,
                                        enum wcab_err (*inf)(struct wci_check *check,
                                                             struct wci_bytes name,
                                                             struct wci_bytes text));

/* check_sections.c: lists the sections of the information files, once names are listed. */
enum wcab_err wci_check_list_sections(struct wci_check *check);
void wci_check_forget_sections(struct wci_check *check);
/* Adds what belongs to a component most of which is there. */
enum wcab_err wci_check_tell_sections(struct wci_check *check, size_t first);
/* Whether the file belongs to components alone that Setup has not installed on this disk. */
bool wci_check_is_left_out(const struct wci_check *check, struct wci_bytes name);
/* Whether an information file says that `name` is `source` of the medium. */
bool wci_check_is_made_from(const struct wci_check *check, struct wci_bytes name,
                            struct wci_bytes source);

#endif
