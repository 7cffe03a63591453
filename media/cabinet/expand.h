/*
 * expand - single packed files: SZDD and KWAJ (COMPRESS.EXE), such as MAPI32.DL_, and the form of
 * SZDD that QuickBASIC and C 6 came in ("SZ ").
 *
 * Sources: the formats as libmspack documents them.
 */
#ifndef WCI_EXPAND_H
#define WCI_EXPAND_H

#include "core/mem.h"
#include "media/bytes/source.h"
#include "media/cabinet/decode.h"
#include "media/cabinet/packed_name.h"

struct wci_expand_info {
    const char *format;            /* "SZDD", "SZ", "KWAJ" */
    struct wci_packed_names names; /* when unpacked */
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
