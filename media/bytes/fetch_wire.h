/*
 * fetch_wire - what the process that reads images and the one that fetches for it say to each other
 * (see fetch.h).
 *
 * Both are of one build on one machine: structs go through the pipes as they are.  Neither believes
 * the other's lengths.
 */
#ifndef WCI_FETCH_WIRE_H
#define WCI_FETCH_WIRE_H

#include <stdint.h>

enum {
    WCI_FETCH_CHANNELS = 4,           /* asked at once; each has a pipe to and one from */
    WCI_FETCH_FIRST_FD = 3,           /* in the fetcher: in, out, in, out ... */
    WCI_FETCH_URL = 4096,             /* bytes of an address, NUL included */
    WCI_FETCH_TAG = 256,              /* of an ETag or a Last-Modified, likewise */
    WCI_FETCH_PIECE = 64 * 1024,      /* bytes of a frame */
    WCI_FETCH_RANGE = 4 * 1024 * 1024 /* bytes of a range */
};

#define WCI_FETCH_UNKNOWN UINT64_MAX

enum wci_fetch_flags {
    WCI_FETCH_LOOK = 1,     /* only what the server says of it: no bytes are wanted */
    WCI_FETCH_WHOLE = 2,    /* all of it, from a server that gives no ranges */
    WCI_FETCH_FOLLOWED = 4, /* the address is where a server of the open network sent us to */
};

/* Asks for bytes offset .. offset + length. */
struct wci_fetch_ask {
    uint64_t offset, length;
    uint64_t size; /* of the file, where it is known */
    uint64_t most; /* WHOLE: bytes that are taken at most */
    uint32_t flags, seconds;
    char url[WCI_FETCH_URL];
    char tag[WCI_FETCH_TAG]; /* with its quotes; empty: none, or not known */
    char modified[WCI_FETCH_TAG];
};

/* The answer: frames, the last one is END. */
enum wci_fetch_kind { WCI_FETCH_HEAD = 1, WCI_FETCH_DATA = 2, WCI_FETCH_END = 3 };
struct wci_fetch_frame {
    uint32_t kind, length;
};

struct wci_fetch_head {
    uint64_t size;           /* UNKNOWN without ranges, when it does not tell */
    int64_t modified;        /* seconds since 1970; INT64_MIN: it does not tell */
    uint32_t ranges;         /* whether parts of it can be had */
    uint32_t from_open;      /* the first server is not of a private network */
    char url[WCI_FETCH_URL]; /* where it was found */
    char tag[WCI_FETCH_TAG];
    char last_modified[WCI_FETCH_TAG];
};

struct wci_fetch_end {
    uint32_t code;     /* enum wcab_err */
    uint32_t requests; /* that were made */
    uint64_t received; /* bytes of all answers, with headers */
    char text[200];
};

#endif
