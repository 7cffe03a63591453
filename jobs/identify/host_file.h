/*
 * host_file - what a file of the host tells of itself: hash and version, of its bytes and, when it
 * is a packed one (MAPI32.DL_), of what it holds.
 */
#ifndef WCI_HOST_FILE_H
#define WCI_HOST_FILE_H

#include "core/mem.h"
#include "indexer/version/version.h"
#include "media/bytes/source.h"

/* Of one stream of bytes. */
struct wci_host_content {
    uint64_t size;
    uint8_t sha256[32];
    bool has_version;
    uint64_t version;  /* four 16-bit numbers, most significant first */
    uint16_t language; /* Windows language id of its version resource; 0: it tells none */
};

struct wci_host_file {
    struct wci_host_content plain;
    bool packed; /* the next two are valid */
    struct wci_bytes unpacked_name;
    struct wci_host_content unpacked;
};

struct wci_host_reading {
    struct wci_version_scan *versions; /* borrowed */
    const struct wcab_cancel *cancel;  /* may be NULL */
    uint64_t *bytes;                   /* is increased by what was read */
};

/*
 * Reads `source`, a file called `name`, from its start to its end.  What looks packed and does not
 * unpack is an ordinary file.  Texts go into the arena.  IO, CORRUPT (it became shorter),
 * CANCELLED, NOMEM.
 */
enum wcab_err wci_host_file_read(const struct wci_host_reading *reading, struct wci_source *source,
                                 struct wci_bytes name, struct wci_arena *arena,
                                 struct wci_host_file *file, struct wcab_error *err);

#endif
