/*
 * toc - tables of contents: the files that name a medium's disks and what lies on them.
 *
 * Setup programs carry a list of all that they may have to ask for: on which disk, in which
 * cabinet, under which packed name, how large.  Each kind has a parser of its own; all are pure
 * functions over bytes, and add to one `wci_toc`.
 */
#ifndef WCI_TOC_H
#define WCI_TOC_H

#include "core/error.h"
#include "core/mem.h"
#include "core/record.h"

enum {
    /* bytes of one table that are read; the largest known one has half a megabyte */
    WCI_TOC_BYTES = 4 * 1024 * 1024,
    WCI_TOC_FILES = 200000,
    WCI_TOC_DISKS = 4000,
    WCI_TOC_FACTS = 16,
    WCI_TOC_TEXT = 256 /* bytes of a title or another text that is kept */
};

enum wci_toc_kind {
    WCI_TOC_NONE = 0,
    WCI_TOC_LAYOUT,   /* LAYOUT.INF, LAYOUT1.INF ..., TXTSETUP.SIF: [SourceDisksFiles] */
    WCI_TOC_DOSNET,   /* DOSNET.INF of Windows NT */
    WCI_TOC_INF,      /* another INF: Windows 3.x's SETUP.INF, MSSETUP's */
    WCI_TOC_LST,      /* SETUP.LST, SET.LST of Visual Basic and MSSETUP */
    WCI_TOC_PACKING,  /* PACKING.LST of MS-DOS */
    WCI_TOC_DOSSETUP, /* DOSSETUP.INI of MS-DOS: binary */
    WCI_TOC_PKG,      /* SETUP.PKG of InstallShield 3: binary */
    WCI_TOC_CIF,      /* component list of Internet Explorer */
    WCI_TOC_LOCALE,   /* LOCALE.INF: the language */
    WCI_TOC_SETUPPP   /* SETUPPP.INF: the release's letter */
};

struct wci_toc_disk {
    struct wci_bytes id;      /* as rows name it: "3" */
    struct wci_bytes title;   /* "Windows 95 Disk 2"; how Setup asks for it */
    struct wci_bytes cabinet; /* that all its files lie in; empty: they lie loose */
    struct wci_bytes tag;     /* file or volume label that tells the disk */
    struct wci_bytes folder;  /* on the disk, without a separator at either end */
};

enum { WCI_TOC_ROUNDED = 0x01 /* the size is rounded up to 512 bytes */ };

struct wci_toc_file {
    struct wci_bytes name;   /* real name */
    struct wci_bytes packed; /* name on the disk; empty: not told */
    struct wci_bytes folder; /* on the disk, '/' between parts */
    uint32_t disk;           /* index; WCI_NONE: not told */
    bool has_size;
    uint64_t size, version; /* version: four 16-bit numbers, 0: not told */
    uint8_t flags;
};

/* "locale" = "0416" */
struct wci_toc_fact {
    struct wci_bytes key, value;
};

struct wci_toc {
    struct wci_arena *arena; /* borrowed: texts and arrays */
    struct wci_toc_disk *disks;
    size_t disk_count, disk_capacity;
    struct wci_toc_file *files;
    size_t file_count, file_capacity;
    struct wci_toc_fact facts[WCI_TOC_FACTS];
    size_t fact_count;
    bool ok; /* false: out of memory */
};

void wci_toc_init(struct wci_toc *toc, struct wci_arena *arena);

/* What a file may be by its name, which may be a packed one (WIN32S.IN_, SETUP.LS_). */
enum wci_toc_kind wci_toc_kind_of(struct wci_bytes name);

/*
 * Adds what `text` says, a table of this kind (or, for an INF, of the kind that its sections show).
 * Text that is none adds nothing; true when it was one.  Everything is copied into the arena.
 */
bool wci_toc_parse(struct wci_toc *toc, enum wci_toc_kind kind, struct wci_bytes text);

/* ---- for the parsers ---------------------------------------------------------------------- */

/* The disk with this id, made when it is not there; WCI_NONE without memory or beyond the limit. */
uint32_t wci_toc_disk(struct wci_toc *toc, struct wci_bytes id);
/* A copy that is cut to WCI_TOC_TEXT bytes. */
struct wci_bytes wci_toc_text(struct wci_toc *toc, struct wci_bytes text);
/* Adds a file whose `name` is not empty and no path; its texts are copied. */
void wci_toc_add(struct wci_toc *toc, const struct wci_toc_file *file);
void wci_toc_fact(struct wci_toc *toc, const char *key, struct wci_bytes value);
/* The value of a fact; empty when there is none. */
struct wci_bytes wci_toc_fact_of(const struct wci_toc *toc, const char *key);

bool wci_toc_parse_layout(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_dosnet(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_mssetup(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_win3(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_lst(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_packing(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_dossetup(struct wci_toc *toc, struct wci_bytes bytes);
bool wci_toc_parse_pkg(struct wci_toc *toc, struct wci_bytes bytes);
bool wci_toc_parse_cif(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_locale(struct wci_toc *toc, struct wci_bytes text);
bool wci_toc_parse_setuppp(struct wci_toc *toc, struct wci_bytes text);

#endif
