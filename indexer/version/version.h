/*
 * version - what an executable says of itself: version resource, module name, linker, language.
 *
 * Files come out of a decompressor in order and are never held whole, so that the facts are taken
 * from a stream: a scan keeps the file's first 64 KiB, and of the rest only the few ranges that the
 * headers seen so far point to (at most 16 of 64 KiB).  A range that had passed before anything
 * pointed to it is not there any more; the facts then say `incomplete`.
 *
 * Formats: Microsoft's PE/COFF specification; the NE header of KB article Q65260; the LE/LX header
 * of IBM's "OS/2 32-bit Linear eXecutable Module Format", with the two fields that the Windows 95
 * DDK adds for virtual device drivers (e32_winresoff, e32_winreslen); VS_VERSIONINFO of the Windows
 * SDK.
 */
#ifndef WCI_VERSION_H
#define WCI_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "whichcab.h"

enum {
    /* strings kept of one string table, and bytes (UTF-8) of one key and one value */
    WCI_VERSION_STRINGS = 32,
    WCI_VERSION_KEY_BYTES = 128,
    WCI_VERSION_VALUE_BYTES = 1024
};

/* Size of a file that isn't known when its scan begins. */
#define WCI_VERSION_SIZE_UNKNOWN UINT64_MAX

enum wci_version_kind {
    WCI_VERSION_NONE = 0, /* not an executable */
    WCI_VERSION_MZ = 1,   /* DOS program, or a newer header that isn't known or isn't there */
    WCI_VERSION_NE = 2,   /* 16-bit Windows (and OS/2 1.x) */
    WCI_VERSION_LE = 3,   /* virtual device driver (VxD) */
    WCI_VERSION_LX = 4,   /* 32-bit OS/2 */
    WCI_VERSION_PE32 = 5,
    WCI_VERSION_PE32_PLUS = 6,
    WCI_VERSION_W3 = 7, /* WIN386.EXE's archive of virtual device drivers, see w4.h */
    WCI_VERSION_W4 = 8  /* the same, compressed (VMM32.VXD) */
};

/* One entry of the string table; both valid UTF-8. */
struct wci_version_string {
    struct wci_bytes key, value;
};

/* Plain value; what it points to lies in the arena given to wci_version_scan_end. */
struct wci_version {
    enum wci_version_kind kind;
    bool has_fixed; /* VS_FIXEDFILEINFO is there: the two versions are valid */
    uint64_t file_version, product_version; /* four 16-bit numbers, most significant first */
    bool has_linker;
    uint8_t linker_major, linker_minor;
    bool has_timestamp; /* PE: when it was linked (or a digest, where builds are reproducible) */
    uint32_t timestamp; /* seconds since 1970, UTC */
    uint16_t machine;   /* PE: the processor that it is for, IMAGE_FILE_MACHINE_*; 0: none said */
    bool has_language;  /* of the string table; else of VarFileInfo\Translation */
    uint16_t language, code_page;
    struct wci_bytes module;      /* NE, LE, LX: UTF-8, empty when none */
    struct wci_bytes description; /* NE, LE, LX: UTF-8, empty when none */
    size_t string_count;
    struct wci_version_string strings[WCI_VERSION_STRINGS]; /* in the resource's order */
    bool incomplete; /* a header points to bytes that are not in the file, or that had passed; or a
                        table is damaged or beyond the limits: some facts may be missing */
};

/* A scan: belongs to one thread, is used for one file after the other, and keeps its memory (at
 * most 64 KiB + 16 * 64 KiB, usually a tenth of it) in between. */
struct wci_version_scan;

/* NULL without memory. */
struct wci_version_scan *wci_version_scan_new(void);
void wci_version_scan_free(struct wci_version_scan *scan);

/* Begins a file of `size` bytes (WCI_VERSION_SIZE_UNKNOWN when that isn't known); whatever the scan
 * knew of another one is forgotten. */
void wci_version_scan_begin(struct wci_version_scan *scan, uint64_t size);

/* The file's next bytes; borrowed for the call.  Costs next to nothing where nothing is wanted. */
void wci_version_scan_feed(struct wci_version_scan *scan, const uint8_t *data, size_t size);

/*
 * The file has ended (early, if damaged: then what was there is used).  Fills *facts; kind NONE and
 * nothing else for what isn't an executable.  The scan is then ready for wci_version_scan_begin.
 * Errors: NOMEM.
 */
enum wcab_err wci_version_scan_end(struct wci_version_scan *scan, struct wci_arena *arena,
                                   struct wci_version *facts, struct wcab_error *err);

/*
 * The form that the catalog stores: "key\0value\0..." in UTF-8, appended to `out` (whose `ok` tells
 * of missing memory).  First the facts under lower-case keys, each only where known: kind (PE32),
 * machine (x86, MIPS, Alpha ...), linker (2.60), timestamp (1995-07-11T09:50:00Z), language (0409), codepage (1252), module,
 * description, incomplete (yes); then the string table under its own keys (FileVersion ...).
 */
void wci_version_text(const struct wci_version *facts, struct wci_buffer *out);

#endif
