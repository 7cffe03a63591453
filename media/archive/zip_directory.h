/*
 * zip_directory - the members of a ZIP archive: from the directory at its end, or, where that is
 * damaged or missing, from the headers in front of the members themselves.
 *
 * Source: PKWARE's APPNOTE.TXT, 4.3 (records), 4.5 (ZIP64) and 4.6.9 (Unicode paths).
 */
#ifndef WCI_ZIP_DIRECTORY_H
#define WCI_ZIP_DIRECTORY_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "media/bytes/source.h"
#include "media/bytes/spool.h"

enum { WCI_ZIP_ENCRYPTED = 0x0001, WCI_ZIP_SIZES_BEHIND = 0x0008, WCI_ZIP_AES = 99 };

struct wci_zip_member {
    struct wci_bytes name; /* as stored */
    uint64_t header;       /* where its local header lies in the source */
    uint64_t packed, size;
    uint32_t crc;
    uint32_t modified;   /* DOS date and time */
    uint32_t attributes; /* external ones; what they mean tells the system */
    uint16_t method, flags;
    uint8_t system; /* it was made on: 0 DOS, 3 Unix, 10 and 11 Windows */
};

struct wci_zip_directory {
    struct wci_zip_member *members; /* malloc'ed; by ascending place */
    size_t count, capacity;
    struct wci_arena *names;
    struct wcab_error fault; /* what is wrong with the archive; code WCAB_OK: nothing */
};

/*
 * UNSUPPORTED: a part of an archive that was cut into several files.  CORRUPT: no member can be
 * found.  What costs only some of the members is told in directory->fault.  LIMIT, CANCELLED, IO,
 * NOMEM.  wci_zip_directory_free also after an error.
 */
enum wcab_err wci_zip_directory_read(struct wci_source *source, const struct wci_budget *budget,
                                     struct wci_zip_directory *directory, struct wcab_error *err);
void wci_zip_directory_free(struct wci_zip_directory *directory);

/* Where the bytes of a member begin, behind its local header.  CORRUPT: there is none, or the
 * bytes do not lie within the source.  IO. */
enum wcab_err wci_zip_directory_data(struct wci_source *source, const struct wci_zip_member *member,
                                     uint64_t *data, struct wcab_error *err);

#endif
