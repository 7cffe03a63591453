/*
 * wrapper - which packed or archived form a source has: recognised by its first bytes alone, so
 * that asking costs one small read.
 *
 * Sources of the signatures: PKWARE APPNOTE.TXT (ZIP), 7zFormat.txt (7z), RFC 1952 (gzip), RFC 8878
 * (Zstandard), the xz and LZ4 frame format specifications, POSIX pax (tar, cpio), the file(1)
 * database (LHA).
 */
#ifndef WCI_WRAPPER_H
#define WCI_WRAPPER_H

#include <stdbool.h>

#include "core/bytes.h"
#include "media/bytes/source.h"

enum wci_wrapper_kind {
    /* one compressed stream */
    WCI_WRAPPER_GZIP = 1,
    WCI_WRAPPER_BZIP2,
    WCI_WRAPPER_XZ,
    WCI_WRAPPER_LZIP,
    WCI_WRAPPER_ZSTD,
    WCI_WRAPPER_LZ4,
    WCI_WRAPPER_COMPRESS, /* Unix compress, .Z */
    /* archives with members */
    WCI_WRAPPER_ZIP,
    WCI_WRAPPER_7ZIP,
    WCI_WRAPPER_RAR,
    WCI_WRAPPER_RAR5,
    WCI_WRAPPER_TAR,
    WCI_WRAPPER_CPIO,
    WCI_WRAPPER_LHA
};

struct wci_wrapper {
    enum wci_wrapper_kind kind;
    const char *name;   /* "ZIP", "gzip" */
    const char *reason; /* "ZIP: PK 03 04 at byte 0" */
};

/* The form of a file that begins with these bytes; false when it is none. */
bool wci_wrapper_of_head(const uint8_t *bytes, size_t size, struct wci_wrapper *wrapper);

/* Reads at most 512 bytes.  FORMAT: none of these.  IO. */
enum wcab_err wci_wrapper_recognise(struct wci_source *source, struct wci_wrapper *wrapper,
                                    struct wcab_error *err);

/* Whether the source, an archive of that kind, says that it is one volume of several (RAR). */
bool wci_wrapper_is_volume(struct wci_source *source, enum wci_wrapper_kind kind);

/* A single compressed stream, not an archive with members. */
bool wci_wrapper_is_stream(enum wci_wrapper_kind kind);

/*
 * The name of what is packed in a stream called `name` (path or file name, may be empty): without
 * the last extension when it is one of a packed file (disk1.img.gz: disk1.img; set.tgz: set.tar),
 * else as it is.  Borrowed from `name`, or from `buffer` when the extension is replaced.
 */
enum { WCI_WRAPPER_NAME = 1100 };
struct wci_bytes wci_wrapper_inner_name(struct wci_bytes name, char buffer[WCI_WRAPPER_NAME]);

#endif
