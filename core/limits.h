/*
 * limits - every bound of the library in one place.
 *
 * Media are untrusted: each loop, depth and size that input decides is held against one of these.
 * Reaching one is a recorded fault (WCAB_ERR_LIMIT), never a crash or a hang.
 */
#ifndef WCI_LIMITS_H
#define WCI_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    /* containers inside containers: image > volume > archive > cabinet > ... */
    WCI_LIMIT_DEPTH = 12,
    /* what a user may raise that to */
    WCI_LIMIT_DEPTH_MOST = 32,
    /* folders below folders on one volume (ISO 9660 itself allows 8; Joliet and hosts more) */
    WCI_LIMIT_FOLDER_DEPTH = 64,
    /* entries of one container, and containers of one image */
    WCI_LIMIT_ENTRIES = 4000000,
    WCI_LIMIT_CONTAINERS = 100000,
    /* bytes of a name, and of a path on a volume */
    WCI_LIMIT_NAME = 1024,
    /* what the user says of an image: bytes of a note's key and text, notes of one image */
    WCI_LIMIT_NOTE_KEY = 32,
    WCI_LIMIT_NOTE = 1024,
    WCI_LIMIT_NOTES = 64,
    WCI_LIMIT_PATH = 4096,
    /* faults kept for one image; further ones are only counted */
    WCI_LIMIT_FAULTS = 1000,
    /* cabinets of one set (iCabinet is 16 bits wide) */
    WCI_LIMIT_SET_CABINETS = 65535,
    /* bytes of one folder on an ISO 9660 volume, and of the directory of an OLE file */
    WCI_LIMIT_FOLDER_BYTES = 64 * 1024 * 1024,
    /* times its own size that an archive may unfold to, once it is more than
     * WCI_LIMIT_SPOOL_FREE_BYTES: deflate's best is 1,032 to 1, images of real media stay below
     * 100 to 1 */
    WCI_LIMIT_SPOOL_RATIO = 1000,
    WCI_LIMIT_SPOOL_FREE_BYTES = 64 * 1024 * 1024,
    /* seconds that unpacking may take for one image */
    WCI_LIMIT_DECODE_SECONDS = 600
};

/* Bytes that a nested image or archive may be spooled to when its container can't be read at random
 * places, and bytes decoded out of wrappers for one image. */
#define WCI_LIMIT_SPOOL_BYTES (8ULL << 30)

/* Those that a user may set for an image, as they are in effect. */
struct wci_limits {
    uint32_t depth, entries, containers; /* at most WCI_LIMIT_DEPTH_MOST, _ENTRIES, _CONTAINERS */
    uint64_t bytes, ratio, seconds;      /* what unpacking may cost */
};

extern const struct wci_limits wci_limits_default;
bool wci_limits_equal(const struct wci_limits *a, const struct wci_limits *b);
/* None of them 0 or above its bound. */
bool wci_limits_are_valid(const struct wci_limits *limits);

/* What a user may raise the cost of unpacking to. */
#define WCI_LIMIT_SPOOL_BYTES_MOST (1ULL << 42)
#define WCI_LIMIT_SPOOL_RATIO_MOST 1000000000ULL
#define WCI_LIMIT_DECODE_SECONDS_MOST 1000000ULL

/* CAB specification: a CFDATA block holds at most 32 KiB, and its compressed form at most 6 KiB
 * more. */
#define WCI_CAB_BLOCK_BYTES 32768U
#define WCI_CAB_PAYLOAD_BYTES (WCI_CAB_BLOCK_BYTES + 6144U)
/* A folder has at most 65535 blocks in a cabinet; over a whole set far less than this. */
#define WCI_CAB_FOLDER_BYTES (4ULL << 30)

#endif
