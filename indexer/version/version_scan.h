/*
 * version_scan - what the readers of the executable formats share: asking the stream for a range,
 * texts, and the facts under construction.  Only for version*.c.
 *
 * A format's reader is run over and over while the stream passes: whenever a range it asked for has
 * come in, it starts again from the top, gets further and asks for more.  It asks for everything it
 * can already name before it gives up, for a range that has passed can't be had any more.  After
 * the last byte it is run once more, with an arena: only then does it put facts down.
 */
#ifndef WCI_VERSION_SCAN_H
#define WCI_VERSION_SCAN_H

#include "core/cursor.h"
#include "indexer/version/version.h"

enum {
    WCI_VERSION_RANGE = 64 * 1024, /* longest range that is kept */
    WCI_VERSION_RANGES = 16,
    WCI_VERSION_DOS_HEADER = 0x40
};

/* Bytes that are kept (or to be kept) of the file. */
struct wci_version_range {
    uint64_t at;
    size_t size; /* wanted */
    size_t have; /* come in so far */
    uint8_t *data;
    size_t capacity; /* of data, kept from file to file */
};

struct wci_version_scan {
    uint64_t size; /* of the file; SIZE_UNKNOWN until it ends */
    uint64_t position;
    struct wci_version_range head; /* the file's start */
    struct wci_version_range ranges[WCI_VERSION_RANGES];
    size_t range_count;
    uint64_t wake;  /* position at which the reader is to be run again; UINT64_MAX: never */
    unsigned runs;  /* of the reader, for this file */
    bool idle;      /* nothing more is wanted of this file */
    bool final;     /* the file has ended */
    bool no_memory; /* something could not be kept */
    struct wci_arena *arena;
    struct wci_version facts;
};

/*
 * The bytes `at .. at + size` of the file (size cut to 64 KiB) as a cursor over what has come in of
 * them: all of them, or NULL data and not ok while they are still to come, or, when the stream has
 * ended, those that exist.  Bytes that can't be had mark the facts incomplete.
 */
struct wci_cursor wci_version_want(struct wci_version_scan *scan, uint64_t at, uint64_t size);

/* Keeps what comes in of a range that parts will be asked of, without waiting for it. */
void wci_version_keep(struct wci_version_scan *scan, uint64_t at, uint64_t size);

/* Hands the next bytes of the stream to the ranges that want them. */
void wci_version_take(struct wci_version_scan *scan, const uint8_t *data, size_t size);

/* False while the stream still runs: facts are not wanted yet. */
bool wci_version_is_final(const struct wci_version_scan *scan);

/* The facts to fill, and the arena for their texts (NULL while not final). */
struct wci_version *wci_version_facts(struct wci_version_scan *scan);

/* Text of code page 1252 (or `code_page`, when it is known to the system), control characters and
 * blanks at its end cut off, as UTF-8 in the arena; not longer than `limit` bytes.  Only when
 * final. */
struct wci_bytes wci_version_ansi(struct wci_version_scan *scan, struct wci_bytes text,
                                  int code_page, size_t limit);
/* The same for `units` UTF-16 units. */
struct wci_bytes wci_version_wide(struct wci_version_scan *scan, const uint8_t *text, size_t units,
                                  size_t limit);

/* The name at `at`: a length byte and as many characters of code page 1252, at most `size` bytes in
 * all.  Empty when at or size is 0, and while not final. */
struct wci_bytes wci_version_counted(struct wci_version_scan *scan, uint64_t at, size_t size);

/* The formats (`header`: where the newer header is).  Each fills the facts when final. */
void wci_version_pe(struct wci_version_scan *scan, uint64_t header); /* version_pe.c */
void wci_version_ne(struct wci_version_scan *scan, uint64_t header); /* version_ne.c */
void wci_version_le(struct wci_version_scan *scan, uint64_t header); /* version_le.c */

/* A VS_VERSIONINFO block, 16- or 32-bit (version_info.c).  Only when final. */
void wci_version_info(struct wci_version_scan *scan, struct wci_cursor block);

#endif
