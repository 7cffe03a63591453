/*
 * gzip_check - see gzip_check.h.
 */
#include "media/bytes/gzip_check.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/cursor.h"
#include "core/error.h"

enum { BUFFER_BYTES = 64 * 1024, TRAILER = 8, WITH_GZIP_HEADER = 16 };

struct checking {
    struct wci_source *source;
    uint64_t at; /* behind the bytes in `packed` */
    z_stream zlib;
    uint8_t packed[BUFFER_BYTES], unpacked[BUFFER_BYTES];
};

/* Fills the input when it is used up; whether there is any. */
static enum wcab_err fill(struct checking *checking, bool *any, struct wcab_error *err)
{
    size_t got = checking->zlib.avail_in;
    enum wcab_err code = WCAB_OK;

    if (got == 0) {
        code = wci_source_read_some(checking->source, checking->at, checking->packed, BUFFER_BYTES,
                                    &got, err);
        if (code != WCAB_OK)
            return code;
        checking->at += got;
        checking->zlib.next_in = checking->packed;
        checking->zlib.avail_in = (uInt)got;
    }
    *any = got > 0;
    return WCAB_OK;
}

/* Unpacks one member to nowhere. */
static enum wcab_err check_member(struct checking *checking, const struct wci_budget *budget,
                                  struct wcab_error *err)
{
    int status = Z_OK;

    while (status == Z_OK) {
        bool any;
        enum wcab_err code = wci_budget_check_time(budget, err);

        if (code == WCAB_OK)
            code = fill(checking, &any, err);
        if (code != WCAB_OK)
            return code;
        if (!any)
            return wci_error_set_at(err, WCAB_ERR_CORRUPT, checking->at,
                                    "gzip: ends before its checksum");
        checking->zlib.next_out = checking->unpacked;
        checking->zlib.avail_out = BUFFER_BYTES;
        status = inflate(&checking->zlib, Z_NO_FLUSH);
    }
    if (status == Z_STREAM_END)
        return WCAB_OK;
    if (status == Z_MEM_ERROR)
        return wci_error_nomem(err);
    return wci_error_set_at(
        err, WCAB_ERR_CORRUPT, checking->at - checking->zlib.avail_in, "gzip: %s",
        checking->zlib.msg != NULL ? checking->zlib.msg : "the data contradict the format");
}

/* Whether another member follows. */
static enum wcab_err find_member(const struct checking *checking, bool *more,
                                 struct wcab_error *err)
{
    uint8_t magic[3];
    size_t got;
    enum wcab_err code = wci_source_read_some(
        checking->source, checking->at - checking->zlib.avail_in, magic, sizeof(magic), &got, err);

    *more = code == WCAB_OK && got == sizeof(magic) && memcmp(magic, "\x1F\x8B\x08", 3) == 0;
    return code;
}

static enum wcab_err check_all(struct wci_source *source, const struct wci_budget *budget,
                               struct wcab_error *err)
{
    struct checking *checking = calloc(1, sizeof(*checking));
    enum wcab_err code;
    bool more = true;

    if (checking == NULL)
        return wci_error_nomem(err);
    checking->source = source;
    if (inflateInit2(&checking->zlib, MAX_WBITS + WITH_GZIP_HEADER) != Z_OK) {
        free(checking);
        return wci_error_nomem(err);
    }
    do {
        code = check_member(checking, budget, err);
        if (code == WCAB_OK)
            code = find_member(checking, &more, err);
        (void)inflateReset(&checking->zlib);
    } while (code == WCAB_OK && more);
    (void)inflateEnd(&checking->zlib);
    free(checking);
    return code;
}

enum wcab_err wci_gzip_check(struct wci_source *source, uint64_t size, uint32_t crc,
                             const struct wci_budget *budget, struct wcab_error *err)
{
    uint64_t packed_size = wci_source_size(source);
    uint8_t trailer[TRAILER];
    struct wci_cursor cursor;
    enum wcab_err code;

    if (packed_size >= TRAILER) {
        code = wci_source_read_at(source, packed_size - TRAILER, trailer, TRAILER, err);
        if (code != WCAB_OK)
            return code;
        cursor = wci_cursor_of(trailer, TRAILER);
        if (wci_cursor_u32(&cursor) == crc && wci_cursor_u32(&cursor) == (uint32_t)size)
            return WCAB_OK;
    }
    return check_all(source, budget, err);
}
