/*
 * zip_member - see zip_member.h.
 *
 * Deflate goes through zlib, the methods of PKZIP 0.9 and 1.x through decoders of our own
 * (unpack.h), the newer ones (Deflate64, bzip2, LZMA, xz, PPMd, Zstandard) through libarchive,
 * which is handed the member alone.
 */
#include "media/archive/zip_member.h"

#include <stdlib.h>
#include <zlib.h>

#include "media/archive/archive_reader.h"
#include "media/archive/unpack.h"
#include "media/bytes/source_checked.h"

enum {
    METHOD_STORED = 0,
    METHOD_SHRUNK = 1,
    METHOD_REDUCED_1 = 2,
    METHOD_REDUCED_4 = 5,
    METHOD_IMPLODED = 6,
    METHOD_DEFLATED = 8,
    LARGE_WINDOW = 0x0002, /* imploded: flags */
    CODED_LITERALS = 0x0004,
    BEHIND_MOST = 24, /* sizes and checksum behind a member */
    PIECE = 32 * 1024
};

struct job {
    struct wci_source *source;
    const struct wci_zip_member *member;
    struct wci_budget *budget;
    uint64_t data; /* where the packed bytes begin */
};

/* ---- checksums ----------------------------------------------------------------------------- */

static enum wcab_err check(const struct job *job, struct wci_source *bytes, struct wcab_error *err)
{
    uint64_t size = wci_source_size(bytes), at;
    uint8_t *piece = malloc(PIECE);
    uint32_t crc = 0;
    enum wcab_err code = piece == NULL ? wci_error_nomem(err) : WCAB_OK;

    for (at = 0; code == WCAB_OK && at < size;) {
        size_t got = 0;

        code = wci_source_read_some(bytes, at, piece, PIECE, &got, err);
        crc = (uint32_t)crc32_z(crc, piece, got);
        at += got;
    }
    free(piece);
    if (code != WCAB_OK || crc == job->member->crc)
        return code;
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, job->data,
                            "the checksum (CRC-32) is %08lX, not %08lX", (unsigned long)crc,
                            (unsigned long)job->member->crc);
}

/* ---- stored -------------------------------------------------------------------------------- */

static enum wcab_err open_stored(const struct job *job, struct wci_source **bytes,
                                 struct wcab_error *err)
{
    struct wci_source *window = NULL;
    enum wcab_err code;

    if (job->member->packed != job->member->size)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, job->member->header,
                                "stored, but %llu bytes are said to be %llu",
                                (unsigned long long)job->member->packed,
                                (unsigned long long)job->member->size);
    code = wci_source_open_window(job->source, job->data, job->member->size, &window, err);
    if (code != WCAB_OK)
        return code;
    return wci_source_open_checked_take(window, job->member->crc, bytes, err);
}

/* ---- deflated ------------------------------------------------------------------------------ */

/* Packed bytes on their way through zlib. */
struct inflating {
    z_stream stream;
    uint64_t at, end; /* of the source */
    bool over;
    uint8_t in[PIECE], out[PIECE];
};

static enum wcab_err inflate_piece(const struct job *job, struct inflating *state,
                                   struct wci_spool *spool, struct wcab_error *err)
{
    uint64_t left = state->end - state->at;
    size_t wanted = left < PIECE ? (size_t)left : PIECE;
    int status;
    enum wcab_err code = WCAB_OK;

    if (state->stream.avail_in == 0 && wanted > 0) {
        code = wci_source_read_at(job->source, state->at, state->in, wanted, err);
        state->at += wanted;
        state->stream.next_in = state->in;
        state->stream.avail_in = (uInt)wanted;
    }
    if (code != WCAB_OK)
        return code;
    state->stream.next_out = state->out;
    state->stream.avail_out = PIECE;
    status = inflate(&state->stream, Z_NO_FLUSH);
    state->over = status == Z_STREAM_END;
    if (status == Z_MEM_ERROR)
        return wci_error_nomem(err);
    if (status != Z_OK && status != Z_STREAM_END)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, state->at - state->stream.avail_in,
                                "packed data: %s",
                                status == Z_BUF_ERROR       ? "the packed data end too early"
                                : state->stream.msg != NULL ? state->stream.msg
                                                            : "no deflated data");
    return wci_spool_write(spool, spool->size, state->out, PIECE - state->stream.avail_out, err);
}

static enum wcab_err unpack_deflated(const struct job *job, struct wci_spool *spool,
                                     struct wcab_error *err)
{
    struct inflating *state = calloc(1, sizeof(*state));
    enum wcab_err code = WCAB_OK;

    if (state == NULL || inflateInit2(&state->stream, -MAX_WBITS) != Z_OK) {
        free(state);
        return wci_error_nomem(err);
    }
    state->at = job->data;
    state->end = job->data + job->member->packed;
    while (code == WCAB_OK && !state->over && spool->size <= job->member->size)
        code = inflate_piece(job, state, spool, err);
    (void)inflateEnd(&state->stream);
    free(state);
    if (code == WCAB_OK && spool->size != job->member->size)
        code = wci_error_set_at(
            err, WCAB_ERR_CORRUPT, job->data, "unpacks to %llu of %llu bytes or more",
            (unsigned long long)spool->size, (unsigned long long)job->member->size);
    return code;
}

/* ---- PKZIP 1.x ----------------------------------------------------------------------------- */

/* `twist`: the other least length of an imploded match; PKZIP 1.01 went by the window's size. */
static enum wcab_err unpack_old(const struct job *job, bool twist, struct wci_spool *spool,
                                struct wcab_error *err)
{
    uint16_t method = job->member->method, flags = job->member->flags;
    struct wci_unpack *unpack = malloc(sizeof(*unpack));
    struct wci_implode how = {(flags & LARGE_WINDOW) != 0, (flags & CODED_LITERALS) != 0, 2};
    enum wcab_err code;

    if (unpack == NULL)
        return wci_error_nomem(err);
    wci_unpack_start(unpack, job->source, job->data, job->member->packed, spool, job->member->size);
    if (how.coded != twist)
        how.least = 3;
    if (method == METHOD_SHRUNK)
        wci_unpack_shrink(unpack);
    else if (method == METHOD_IMPLODED)
        wci_unpack_implode(unpack, &how);
    else
        wci_unpack_reduce(unpack, method - METHOD_REDUCED_1 + 1U);
    code = wci_unpack_finish(unpack, err);
    free(unpack);
    return code;
}

/* ---- what libarchive reads ----------------------------------------------------------------- */

static enum wcab_err unpack_newer(const struct job *job, struct wci_spool *spool,
                                  struct wcab_error *err)
{
    uint64_t end = job->data + job->member->packed, size = wci_source_size(job->source);
    struct wci_archive_reader *reader = NULL;
    struct wci_archive_member member;
    struct wci_source *window = NULL;
    bool more = false;
    enum wcab_err code;

    end = size - end > BEHIND_MOST ? end + BEHIND_MOST : size;
    code = wci_source_open_window(job->source, job->member->header, end - job->member->header,
                                  &window, err);
    if (code == WCAB_OK)
        code = wci_archive_reader_open(window, WCI_WRAPPER_ZIP, job->budget, &reader, err);
    if (code == WCAB_OK)
        code = wci_archive_reader_next(reader, &member, &more, err);
    if (code == WCAB_OK && !more)
        code = wci_error_set_at(err, WCAB_ERR_CORRUPT, job->member->header,
                                "ZIP: no member where the directory says");
    if (code == WCAB_OK)
        code = wci_archive_reader_decode(reader, spool, err);
    wci_archive_reader_close(reader);
    wci_source_close(window);
    return code;
}

/* ---- all methods --------------------------------------------------------------------------- */

static enum wcab_err unpack_to(const struct job *job, bool twist, struct wci_spool *spool,
                               struct wcab_error *err)
{
    uint16_t method = job->member->method;
    enum wcab_err code = wci_spool_check_claim(spool, job->member->size, err);

    spool->expected = job->member->size;
    if (code != WCAB_OK)
        return code;
    if (method == METHOD_DEFLATED)
        return unpack_deflated(job, spool, err);
    if (method >= METHOD_SHRUNK && method <= METHOD_IMPLODED)
        return unpack_old(job, twist, spool, err);
    return unpack_newer(job, spool, err);
}

static enum wcab_err unpack(const struct job *job, bool twist, struct wci_source **bytes,
                            struct wcab_error *err)
{
    struct wci_spool spool;
    enum wcab_err code;

    wci_spool_init(&spool, job->budget, wci_source_size(job->source));
    code = unpack_to(job, twist, &spool, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, bytes, err);
    wci_spool_discard(&spool);
    if (code == WCAB_OK)
        code = check(job, *bytes, err);
    if (code != WCAB_OK) {
        wci_source_close(*bytes);
        *bytes = NULL;
    }
    return code;
}

enum wcab_err wci_zip_member_open(struct wci_source *source, const struct wci_zip_member *member,
                                  struct wci_budget *budget, struct wci_source **bytes,
                                  struct wcab_error *err)
{
    struct job job = {source, member, budget, 0};
    enum wcab_err code = wci_zip_directory_data(source, member, &job.data, err);

    *bytes = NULL;
    if (code != WCAB_OK)
        return code;
    if (member->flags & WCI_ZIP_ENCRYPTED || member->method == WCI_ZIP_AES)
        return wci_error_set(err, WCAB_ERR_ENCRYPTED, WCI_ARCHIVE_ENCRYPTED);
    if (member->method == METHOD_STORED)
        return open_stored(&job, bytes, err);
    code = unpack(&job, false, bytes, err);
    if (code == WCAB_ERR_CORRUPT && member->method == METHOD_IMPLODED &&
        unpack(&job, true, bytes, NULL) == WCAB_OK)
        code = WCAB_OK;
    return code;
}
