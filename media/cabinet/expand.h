/*
 * expand - single packed files: SZDD and KWAJ (COMPRESS.EXE), such as MAPI32.DL_.
 *
 * Sources: the formats as libmspack documents them; EXPAND.EXE's rule that the last character of
 * the name, replaced by an underscore, stands in the header.
 */
#ifndef WCI_EXPAND_H
#define WCI_EXPAND_H

#include "core/mem.h"
#include "media/bytes/source.h"
#include "media/cabinet/decode.h"

struct wci_expand_info {
    const char *format; /* "SZDD", "KWAJ" */
    struct wci_bytes
        name; /* the name when unpacked; the packed one where it can't be told; arena */
    bool size_known;
    uint64_t size; /* bytes when unpacked, as the header says */
};

/* Reads the header of a packed file that is called `packed_name`.  FORMAT: not packed.  CORRUPT:
 * its header is cut off.  IO, NOMEM. */
enum wcab_err wci_expand_probe(struct wci_source *source, struct wci_bytes packed_name,
                               struct wci_arena *arena, struct wci_expand_info *info,
                               struct wcab_error *err);

/*
 * Unpacks a packed file to `sink`, through libmspack; SZDD, QBasic's form of it, and KWAJ with all
 * its methods.  Every byte unpacked before an error has gone to the sink.  LIMIT: it is, or says it
 * is, larger than `size_limit` bytes.  FORMAT: not packed.  CORRUPT: does not unpack, or not to the
 * size that its header says.  UNSUPPORTED: unknown method.  What the sink returns, IO, NOMEM.
 */
enum wcab_err wci_expand_decode(struct wci_source *source, uint64_t size_limit,
                                const struct wci_byte_sink *sink, struct wcab_error *err);

#endif
