/*
 * profile - what is known of a medium: its text form, its published listing, and what they answer.
 *
 * A media profile is a readable text (docs/profiles.md): title, release, disks, roles of cabinets,
 * renames on installation, notes on bad media, digests, recognition rules.  Its listing is a
 * tab-separated table of the files that were published for the medium.  Both are untrusted: users
 * may add their own.  A profile is read-only once it is parsed; threads may share it.
 */
#ifndef WCI_PROFILE_H
#define WCI_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "whichcab.h"

/* Bounds of untrusted profile texts. */
enum {
    WCI_PROFILE_TEXT_BYTES = 1024 * 1024,
    WCI_PROFILE_LINE_BYTES = 2000,
    WCI_PROFILE_ITEMS = 4096, /* disks, roles, renames ... of one profile, each */
    WCI_PROFILE_DISKS = 999,
    WCI_PROFILE_LISTING_BYTES = 64 * 1024 * 1024,
    WCI_PROFILE_LISTING_ROWS = 1000000,
    WCI_PROFILE_CABINETS = 4096 /* times that a listing turns to another cabinet, and rows that go
                                   on in another one */
};

enum wci_profile_kind {
    WCI_PROFILE_CD = 1,
    WCI_PROFILE_FLOPPIES = 2,
    WCI_PROFILE_DOWNLOAD = 3,
    WCI_PROFILE_FOLDER = 4
};

/* What a copy of a file is for.  The order is the order of preference. */
enum wci_role {
    WCI_ROLE_UNKNOWN = 0, /* the profile doesn't say */
    WCI_ROLE_SYSTEM = 1,  /* the copy that an installed system uses */
    WCI_ROLE_SETUP = 2,   /* used by Setup; may be another version of the file */
    WCI_ROLE_MINI = 3     /* of the mini-Windows in MINI.CAB: never right for an installed system */
};

struct wci_profile_disk {
    struct wci_bytes id;     /* "boot", "7" */
    struct wci_bytes label;  /* volume label; empty when unknown */
    struct wci_bytes format; /* "1.44 MB", "DMF"; empty when unknown */
    uint32_t serial;         /* volume serial number; 0 when unknown */
    struct wci_bytes insert; /* how to ask for the disk; never empty */
};

/* A pattern of a cabinet and a file in it, as sections [roles] and [renames] have them. */
struct wci_profile_place {
    struct wci_bytes cabinet; /* glob, folded; empty for loose files */
    struct wci_bytes name;    /* glob, folded; "*" for every file */
};

struct wci_profile_role {
    struct wci_profile_place place;
    enum wci_role role;
    struct wci_bytes text; /* what it is for; may be empty */
};

struct wci_profile_rename {
    struct wci_profile_place place; /* the name is no glob here */
    struct wci_bytes installed;     /* name on an installed system, as written */
    bool probable;                  /* concluded, not documented */
    struct wci_bytes text;          /* source */
};

struct wci_profile_digest {
    uint8_t md5[16];
    struct wci_bytes disk; /* empty: the medium has no disks */
    struct wci_bytes file; /* file on it; empty: the whole image */
};

struct wci_profile_note {
    bool bad;              /* a known damaged pressing, not just a remark */
    struct wci_bytes disk; /* empty: the whole medium */
    struct wci_bytes text;
};

/* One condition of a recognition rule; see docs/profiles.md. */
enum wci_rule_test {
    WCI_RULE_HAS = 1,    /* a file or cabinet whose name matches `pattern` */
    WCI_RULE_LACKS,      /* no such file */
    WCI_RULE_FOLDER,     /* a folder whose whole path on the volume matches */
    WCI_RULE_LABEL,      /* the label of the outermost volume matches */
    WCI_RULE_FORMAT,     /* the format text of the outermost volume matches */
    WCI_RULE_DATED,      /* a file whose name matches, last written on the day `number` */
    WCI_RULE_SIZE,       /* a file whose name matches has `number` bytes */
    WCI_RULE_ENTRY_TIME, /* most files in cabinets whose name matches have the DOS time `number`, in
                            hours and minutes */
    WCI_RULE_SET_ID,     /* a cabinet has the set id `number` */
    WCI_RULE_SAYS /* a fact of the medium's own, "key=value" without blanks around: matches */
};

struct wci_rule_condition {
    enum wci_rule_test test;
    struct wci_bytes pattern; /* folded glob */
    uint64_t number;          /* bytes, set id, or DOS date */
};

/* All conditions hold: the image is this medium. */
struct wci_profile_rule {
    struct wci_bytes name;
    struct wci_bytes disk; /* which disk it is; empty when it doesn't tell */
    struct wci_bytes text; /* the reason in words; empty: made from the conditions */
    size_t condition_count;
    struct wci_rule_condition *conditions;
};

enum wci_row_status {
    WCI_ROW_PRINTED = 0,
    WCI_ROW_ADDED = 1,     /* an erratum adds it */
    WCI_ROW_CORRECTED = 2, /* differs from what was printed, `note` says how */
    WCI_ROW_DOUBTFUL = 3   /* suspect: shown, never an answer */
};

#define WCI_ROW_SIZE_UNKNOWN UINT64_MAX

/* A row of the published listing. */
struct wci_profile_row {
    struct wci_bytes disk, path, cabinet, name;
    uint64_t size;     /* bytes, or WCI_ROW_SIZE_UNKNOWN */
    uint32_t modified; /* DOS date << 16 | time; 0 = unknown */
    bool has_time;     /* a time was given with the date */
    struct wci_bytes long_name;
    enum wci_row_status status;
    struct wci_bytes note, source;
    struct wci_bytes continues_in; /* cabinets it goes on in, blank between; empty when none */
    bool has_sha256, has_version;  /* known of the real medium's file: */
    uint8_t sha256[32];
    uint64_t version; /* four 16-bit numbers, most significant first */
};

struct wci_profile {
    struct wci_arena *arena; /* owns everything below */
    struct wci_bytes id, title, release, publisher, language;
    enum wci_profile_kind kind;
    int code_page;           /* of names on the medium, as for wci_text_to_utf8 */
    struct wci_bytes folder; /* where the cabinets are, '/' between parts; empty: root */
    struct wci_bytes extract_path, extract_disk; /* where EXTRACT.EXE is; empty when unknown */
    size_t chain_count;                          /* cabinets that EXTRACT /A should start from */
    struct wci_bytes *chains;
    struct wci_bytes disk_text; /* how the cabinets call a disk, "%" stands for its number */
    size_t disk_count;
    struct wci_profile_disk *disks; /* in order; none on a medium without disks */
    size_t role_count;
    struct wci_profile_role *roles; /* the first that matches counts */
    size_t rename_count;
    struct wci_profile_rename *renames;
    size_t digest_count;
    struct wci_profile_digest *digests;
    size_t note_count;
    struct wci_profile_note *notes;
    size_t rule_count;
    struct wci_profile_rule *rules;
    size_t row_count; /* 0: no listing */
    struct wci_profile_row *rows;
    struct wci_bytes text; /* the profile's own text, to be stored */
};

/*
 * Parses a profile text (UTF-8, copied).  The caller frees *profile.  CORRUPT: a line breaks the
 * format (text has its number, offset the byte where it starts).  LIMIT: a bound above.  NOMEM.
 */
enum wcab_err wci_profile_parse(struct wci_bytes text, struct wci_profile **profile,
                                struct wcab_error *err);

/*
 * The profile of a release in another layout than `text` describes: `id` is that of the text, a
 * mark and a kind ("win95-osr2-cd~floppies").  Roles, renames and notes stay; disks, folders and
 * digests are those of the layout, and go.  NOTFOUND: `id` isn't of that form.  As
 * wci_profile_parse.
 */
#define WCI_PROFILE_LAYOUT_MARK '~'
enum { WCI_PROFILE_ID_BYTES = 96 };
struct wci_bytes wci_profile_release_id(struct wci_bytes id);
/* Whether a medium on record is the one called `id`, or its release in another layout. */
bool wci_profile_is_medium(struct wci_bytes id,
                           struct wci_bytes medium); /* without mark and kind */
enum wcab_err wci_profile_parse_layout(struct wci_bytes text, struct wci_bytes id,
                                       struct wci_profile **profile, struct wcab_error *err);

/*
 * Parses a listing (docs/profiles.md) into profile->rows; the profile must have none yet (USAGE).
 * On failure the profile is as it was.  CORRUPT, LIMIT, NOMEM as above.
 */
enum wcab_err wci_profile_add_listing(struct wci_profile *profile, struct wci_bytes text,
                                      struct wcab_error *err);

void wci_profile_free(struct wci_profile *profile);

/* Profiles in byte order of their ids. */
struct wci_profile_list {
    struct wci_profile **profiles; /* owned, each */
    size_t count;
};

/*
 * Reads every `*.profile` of the folder `path` with the `*.tsv` of the same stem beside it when
 * there is one, and adds them to *list (zeroed at first).  The id in the text must be the stem; a
 * profile whose id the list has already replaces it, so that a user's folder read last wins.  On
 * failure *list is as it was: a broken profile is an error, its file the error's place.
 * NOTFOUND, IO, CORRUPT, LIMIT, NOMEM.
 */
enum wcab_err wci_profile_load_folder(const char *path, struct wci_profile_list *list,
                                      struct wcab_error *err);
/* The same by several threads at once. */
enum wcab_err wci_profile_load_folder_with(const char *path, unsigned threads,
                                           struct wci_profile_list *list, struct wcab_error *err);
void wci_profile_list_free(struct wci_profile_list *list); /* leaves it empty */
/* NULL when there is none with that id. */
const struct wci_profile *wci_profile_list_find(const struct wci_profile_list *list,
                                                struct wci_bytes id);

/* "system", "setup", "mini"; NULL for unknown. */
const char *wci_role_name(enum wci_role role);
/* "cd", "floppies", "download", "folder". */
const char *wci_profile_kind_name(enum wci_profile_kind kind);

/* What the copy of `name` in `cabinet` (empty: loose) is for; names in any case.  *text (may be
 * NULL) gets the profile's explanation, empty when there is none. */
enum wci_role wci_profile_role(const struct wci_profile *profile, struct wci_bytes cabinet,
                               struct wci_bytes name, struct wci_bytes *text);

/* The rename that `name` of `cabinet` undergoes when it is installed, or NULL. */
const struct wci_profile_rename *wci_profile_installed_as(const struct wci_profile *profile,
                                                          struct wci_bytes cabinet,
                                                          struct wci_bytes name);

/* The next rename from *at on whose installed name is `installed`; *at (0 at first) moves behind
 * it.  NULL when there is no further one. */
const struct wci_profile_rename *wci_profile_next_source(const struct wci_profile *profile,
                                                         struct wci_bytes installed, size_t *at);

/* The disk with that id, or NULL. */
const struct wci_profile_disk *wci_profile_find_disk(const struct wci_profile *profile,
                                                     struct wci_bytes id);

/* The listing's loose row of the cabinet file `cabinet` or, without one, its first row in the
 * cabinet: tells disk and path of a cabinet.  NULL when the listing doesn't have it. */
const struct wci_profile_row *wci_profile_find_cabinet(const struct wci_profile *profile,
                                                       struct wci_bytes cabinet);

#endif
