/*
 * w4 - the archives of virtual device drivers that Windows/386 loads as one file: W3 (WIN386.EXE of
 * Windows 3.x) and its compressed form W4 (VMM32.VXD of Windows 95 and later).
 *
 * Behind a DOS program stands "W3", a version, the number of members, and for each of them eight
 * characters of name, the place of its LE header in the file, and that header's size.  A W4 has
 * instead a header with the size (8192) and number of chunks, "DS" for the method, and the places
 * of the chunks; these are, one after the other and each packed by itself, the W3 from its header
 * on. The method is DoubleSpace's "DS": an LZ77 of 4414 bytes' reach in bits, least significant
 * first. (Pietrek and Davis, "Undocumented Windows File Formats", chapter 9; the notes on
 * DoubleSpace of the dmsdos project.)
 */
#ifndef WCI_W4_H
#define WCI_W4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "media/bytes/source.h"
#include "whichcab.h"

enum { WCI_W4_CHUNK_BYTES = 8192 };

struct wci_w4_member {
    struct wci_bytes name; /* UTF-8, without the padding: VMM, VDD, IOS ... */
    uint64_t offset;       /* of its LE header in the unpacked file */
    uint32_t header_size;  /* of that header, as the directory says */
    uint64_t size;         /* up to the next member's header, or the unpacked file's end */
};

/* Plain value; the members lie in the arena. */
struct wci_w4_archive {
    bool compressed;  /* W4 */
    uint16_t version; /* as stored: 030Ah, 0400h */
    uint64_t size;    /* of the unpacked file, DOS program included */
    size_t count;
    struct wci_w4_member *members; /* in the directory's order */
};

/*
 * Lists the members of the file in `source`.  Reads the headers, the directory and, of a W4, only
 * the chunks that the directory lies in, and the last one.  Memory: 16 bytes a member beside the
 * list, 4 a chunk. Errors: FORMAT (neither W3 nor W4), UNSUPPORTED (a W4 with another method or
 * chunk size), CORRUPT (with the offset), NOMEM, and the source's.
 */
enum wcab_err wci_w4_list(struct wci_source *source, struct wci_arena *arena,
                          struct wci_w4_archive *archive, struct wcab_error *err);

/* Unpacks every chunk of a W4, to see whether it is whole.  As wci_w4_list. */
enum wcab_err wci_w4_verify(struct wci_source *source, struct wcab_error *err);

/* Unpacks one chunk: fills out[0 .. *size), at most WCI_W4_CHUNK_BYTES.  False when it is damaged;
 * *size is then what could be made of it. */
bool wci_w4_unpack(struct wci_bytes packed, uint8_t out[WCI_W4_CHUNK_BYTES], size_t *size);

#endif
