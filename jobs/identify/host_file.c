/*
 * host_file - see host_file.h.
 */
#include "jobs/identify/host_file.h"

#include <stdlib.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"
#include "media/bytes/digest.h"
#include "media/cabinet/expand.h"

enum { READ_BYTES = 256 * 1024 };

/* A stream that is being looked at. */
struct stream {
    const struct wci_host_reading *reading;
    struct wci_digest *hash; /* owned */
    struct wci_host_content content;
};

static enum wcab_err begin(struct stream *stream, uint64_t size, struct wcab_error *err)
{
    stream->hash = wci_digest_new(WCI_DIGEST_SHA256);
    if (stream->hash == NULL)
        return wci_error_nomem(err);
    wci_version_scan_begin(stream->reading->versions, size);
    return WCAB_OK;
}

static enum wcab_err put(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    struct stream *stream = context;

    if (wci_cancel_is_set(stream->reading->cancel))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (!wci_digest_put(stream->hash, data, size))
        return wci_error_nomem(err);
    wci_version_scan_feed(stream->reading->versions, data, size);
    stream->content.size += size;
    return WCAB_OK;
}

static enum wcab_err end(struct stream *stream, struct wci_arena *arena, struct wcab_error *err)
{
    struct wci_version version;
    enum wcab_err code = wci_version_scan_end(stream->reading->versions, arena, &version, err);

    if (code != WCAB_OK)
        return code;
    if (!wci_digest_end(stream->hash, stream->content.sha256))
        return wci_error_nomem(err);
    stream->content.has_version = version.kind != WCI_VERSION_NONE && version.has_fixed;
    stream->content.version = version.file_version;
    stream->content.language = version.has_language ? version.language : 0;
    return WCAB_OK;
}

static enum wcab_err read_all(struct stream *stream, struct wci_source *source,
                              struct wcab_error *err)
{
    uint64_t size = wci_source_size(source), at = 0;
    uint8_t *buffer = malloc(READ_BYTES);
    enum wcab_err code = buffer == NULL ? wci_error_nomem(err) : WCAB_OK;

    while (code == WCAB_OK && at < size) {
        size_t piece = size - at < READ_BYTES ? (size_t)(size - at) : (size_t)READ_BYTES;

        code = wci_source_read_at(source, at, buffer, piece, err);
        if (code == WCAB_OK)
            code = put(stream, buffer, piece, err);
        at += piece;
        *stream->reading->bytes += piece;
    }
    free(buffer);
    return code;
}

static enum wcab_err read_plain(const struct wci_host_reading *reading, struct wci_source *source,
                                struct wci_arena *arena, struct wci_host_content *content,
                                struct wcab_error *err)
{
    struct stream stream = {.reading = reading};
    enum wcab_err code = begin(&stream, wci_source_size(source), err);

    if (code == WCAB_OK)
        code = read_all(&stream, source, err);
    if (code == WCAB_OK)
        code = end(&stream, arena, err);
    if (code == WCAB_OK)
        *content = stream.content;
    wci_digest_free(stream.hash);
    return code;
}

static enum wcab_err read_packed(const struct wci_host_reading *reading, struct wci_source *source,
                                 struct wci_bytes name, struct wci_arena *arena,
                                 struct wci_host_file *file, struct wcab_error *err)
{
    struct stream stream = {.reading = reading};
    struct wci_byte_sink sink = {&stream, put};
    struct wci_expand_info info;
    enum wcab_err code = wci_expand_probe(source, name, arena, &info, err);

    if (code != WCAB_OK)
        return code;
    code = begin(&stream, info.size_known ? info.size : WCI_VERSION_SIZE_UNKNOWN, err);
    if (code == WCAB_OK)
        code = wci_expand_decode(source, info.size_known ? info.size : WCI_LIMIT_SPOOL_BYTES, &sink,
                                 err);
    if (code == WCAB_OK)
        code = end(&stream, arena, err);
    if (code == WCAB_OK) {
        file->packed = true;
        file->unpacked_name = info.names.names[0];
        file->unpacked = stream.content;
    }
    wci_digest_free(stream.hash);
    return code;
}

enum wcab_err wci_host_file_read(const struct wci_host_reading *reading, struct wci_source *source,
                                 struct wci_bytes name, struct wci_arena *arena,
                                 struct wci_host_file *file, struct wcab_error *err)
{
    struct wci_host_file found = {.packed = false};
    enum wcab_err code = read_plain(reading, source, arena, &found.plain, err);

    if (code != WCAB_OK)
        return code;
    code = read_packed(reading, source, name, arena, &found, err);
    if (wci_error_ends_run(code))
        return code;
    *file = found;
    return WCAB_OK;
}
