/*
 * volume_archive - archives (7z, RAR, TAR, cpio, LHA) and single compressed files (gzip, xz,
 * bzip2, zstd, LZ4, lzip, compress) as volumes.
 *
 * An archive can be read forwards only, so the reader stays where it is between calls: members that
 * are opened in the order of the listing cost one pass.  A member's bytes are spooled, unless they
 * lie plainly in the archive (TAR, stored in ZIP): then they are a window of it.  A compressed
 * stream is decoded once, by the walk or the first opening, and kept until the volume is closed;
 * its size is not known before.  A TAR in a compressed stream is thus a member like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"
#include "media/archive/archive_reader.h"
#include "media/archive/volume_lha.h"
#include "media/archive/volume_zip.h"
#include "media/bytes/member_path.h"
#include "media/bytes/spool.h"
#include "media/bytes/wrapper.h"
#include "media/volume/volume.h"

struct archive_volume {
    struct wci_volume base;
    struct wci_wrapper wrapper;
    struct wci_budget own_budget;      /* used when the volume was given none */
    struct wci_archive_reader *reader; /* NULL before the first pass */
    struct wci_source *stream;         /* decoded stream; NULL before, and for archives */
    struct wcab_error stream_fault;    /* what cut the stream short; code WCAB_OK: nothing */
    uint32_t stream_modified;
    char inner_name[WCI_WRAPPER_NAME + 1]; /* of what a stream holds */
    size_t inner_length;
};

/* ---- paths -------------------------------------------------------------------------------- */

static enum wcab_err make_path(const struct wci_archive_member *member,
                               struct wci_member_path *path, struct wcab_error *err)
{
    wci_member_path_start(path);
    if (!wci_member_path_add(path, member->path, "/"))
        return wci_error_set(err, WCAB_ERR_LIMIT, "name of member %u is too long",
                             (unsigned)member->ordinal + 1);
    wci_member_path_end(path, member->ordinal + 1);
    return WCAB_OK;
}

/* ---- passes ------------------------------------------------------------------------------- */

static void stop_reader(struct archive_volume *archive)
{
    wci_archive_reader_close(archive->reader);
    archive->reader = NULL;
}

static enum wcab_err restart(struct archive_volume *archive, struct wcab_error *err)
{
    stop_reader(archive);
    return wci_archive_reader_open(archive->base.source, archive->wrapper.kind,
                                   wci_volume_start_budget(&archive->base, &archive->own_budget),
                                   &archive->reader, err);
}

/* Brings the reader to a member, forwards where it can.  With `drain` what is passed over is
 * decoded. */
static enum wcab_err go_to(struct archive_volume *archive, uint64_t ordinal, bool drain,
                           struct wci_archive_member *member, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    bool more = true;

    if (archive->reader == NULL || wci_archive_reader_at(archive->reader) > ordinal ||
        wci_archive_reader_is_over(archive->reader))
        code = restart(archive, err);
    else
        (void)wci_volume_start_budget(&archive->base, &archive->own_budget);
    if (code != WCAB_OK)
        return code;
    while (wci_archive_reader_at(archive->reader) <= ordinal) {
        code = wci_archive_reader_next(archive->reader, member, &more, err);
        if (code != WCAB_OK && (wci_archive_reader_is_over(archive->reader) ||
                                wci_archive_reader_at(archive->reader) > ordinal))
            return code;
        if (code == WCAB_OK && !more)
            break;
        if (code == WCAB_OK && drain && member->ordinal < ordinal) {
            code = wci_archive_reader_drain(archive->reader, err);
            if (code != WCAB_OK)
                return code;
        }
    }
    if (!more)
        return wci_error_set(err, WCAB_ERR_CHANGED, "the archive has no member %llu any more",
                             (unsigned long long)ordinal + 1);
    return WCAB_OK;
}

/* ---- compressed streams ------------------------------------------------------------------- */

/* gzip may hold the name; else it is the wrapper's without its extension. */
static void take_stream_name(struct archive_volume *archive,
                             const struct wci_archive_member *member)
{
    struct wci_member_path path;

    if (member->path.length == 0 || wci_bytes_equal(member->path, wci_bytes_of("data")) ||
        make_path(member, &path, NULL) != WCAB_OK || path.name.length > WCI_WRAPPER_NAME)
        return;
    memcpy(archive->inner_name, path.name.data, path.name.length);
    archive->inner_length = path.name.length;
}

/* Decodes the whole stream.  Damage behind its start costs only what comes after it. */
static enum wcab_err decode_stream(struct archive_volume *archive, struct wcab_error *err)
{
    struct wci_archive_member member = {0};
    struct wci_spool spool;
    bool more = false;
    enum wcab_err code = restart(archive, err);

    wci_spool_init(&spool, wci_volume_start_budget(&archive->base, &archive->own_budget),
                   wci_source_size(archive->base.source));
    if (code == WCAB_OK)
        code = wci_archive_reader_next(archive->reader, &member, &more, err);
    if (code == WCAB_OK && more) {
        take_stream_name(archive, &member);
        archive->stream_modified = member.modified;
        code = wci_archive_reader_decode(archive->reader, &spool, err);
        if (code == WCAB_ERR_CORRUPT && spool.size > 0) {
            if (err != NULL)
                archive->stream_fault = *err;
            archive->stream_fault.code = code;
            code = WCAB_OK;
        }
    }
    stop_reader(archive);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, &archive->stream, err);
    wci_spool_discard(&spool);
    return code;
}

static enum wcab_err walk_stream(struct archive_volume *archive, const struct wci_visitor *visitor,
                                 struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE};

    if (archive->stream == NULL) {
        enum wcab_err code = decode_stream(archive, err);

        if (code != WCAB_OK)
            return code;
    }
    if (archive->stream_fault.code != WCAB_OK)
        visitor->fault(visitor->context, &archive->stream_fault);
    entry.name.bytes = (struct wci_bytes){archive->inner_name, archive->inner_length};
    entry.name.encoding = wci_text_is_utf8(entry.name.bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    entry.size = wci_source_size(archive->stream);
    entry.modified = archive->stream_modified;
    return visitor->entry(visitor->context, &entry, err);
}

/* ---- archives ----------------------------------------------------------------------------- */

static void fill_entry(const struct wci_archive_member *member, const struct wci_member_path *path,
                       struct wci_entry *entry)
{
    memset(entry, 0, sizeof(*entry));
    wci_member_path_put(path, entry);
    entry->size = member->size;
    if (!member->size_known || member->kind == WCI_MEMBER_LINK)
        entry->flags = WCI_ENTRY_SIZE_UNKNOWN;
    entry->attributes = member->readonly ? WCI_ATTRIBUTE_READONLY : 0;
    entry->modified = member->modified;
    entry->cab_folder = WCI_NONE;
    entry->locator = member->ordinal;
    entry->data = member->data == UINT64_MAX ? 0 : member->data;
}

static enum wcab_err visit_member(const struct wci_archive_member *member,
                                  const struct wci_visitor *visitor, struct wcab_error *err)
{
    struct wci_member_path path;
    struct wci_entry entry;

    if (member->kind == WCI_MEMBER_OTHER)
        return WCAB_OK;
    if (make_path(member, &path, err) != WCAB_OK) {
        visitor->fault(visitor->context, err);
        return WCAB_OK;
    }
    fill_entry(member, &path, &entry);
    return visitor->entry(visitor->context, &entry, err);
}

/* The walk has a reader of its own, so that a visitor may open what it is told of. */
static enum wcab_err walk_members(struct archive_volume *archive, const struct wci_visitor *visitor,
                                  struct wcab_error *err)
{
    struct wci_archive_reader *reader = NULL;
    struct wci_archive_member member;
    bool more = true;
    enum wcab_err code = wci_archive_reader_open(
        archive->base.source, archive->wrapper.kind,
        wci_volume_start_budget(&archive->base, &archive->own_budget), &reader, err);

    while (code == WCAB_OK && more) {
        code = wci_archive_reader_next(reader, &member, &more, err);
        if (code == WCAB_OK && more) {
            code = visit_member(&member, visitor, err);
        } else if (code == WCAB_ERR_CORRUPT || wci_error_is_unread(code)) {
            if (wci_archive_reader_is_over(reader))
                break;
            visitor->fault(visitor->context, err);
            code = WCAB_OK;
        }
    }
    wci_archive_reader_close(reader);
    if (code == WCAB_OK && wci_wrapper_is_volume(archive->base.source, archive->wrapper.kind)) {
        struct wcab_error fault;

        (void)wci_error_set(&fault, WCAB_ERR_UNSUPPORTED, WCI_ARCHIVE_VOLUME);
        visitor->fault(visitor->context, &fault);
    }
    return code;
}

static bool is_same_member(const struct wci_archive_member *member, const struct wci_entry *entry)
{
    struct wci_member_path path;

    return member->kind != WCI_MEMBER_OTHER && make_path(member, &path, NULL) == WCAB_OK &&
           wci_member_path_is(&path, member->size, entry);
}

/* Brings the reader to the member whose bytes a link shares; *found: there is one. */
static enum wcab_err go_to_target(struct archive_volume *archive, struct wci_archive_member *member,
                                  bool *found, struct wcab_error *err)
{
    char text[WCI_LIMIT_PATH];
    struct wci_bytes wanted = member->target.length > 0 ? member->target : member->path;
    bool more = true;
    enum wcab_err code;

    if (wanted.length > sizeof(text))
        return wci_error_set(err, WCAB_ERR_LIMIT, "a hard link to a path of %zu bytes",
                             wanted.length);
    memcpy(text, wanted.data, wanted.length);
    wanted.data = text;
    *found = false;
    code = restart(archive, err);
    while (code == WCAB_OK && more && !*found) {
        code = wci_archive_reader_next(archive->reader, member, &more, err);
        *found = code == WCAB_OK && more && member->kind == WCI_MEMBER_FILE &&
                 (wci_bytes_equal(member->path, wanted) || wci_bytes_equal(member->target, wanted));
    }
    /* links to an empty file are all that cpio keeps of it */
    if (code == WCAB_OK && !*found && archive->wrapper.kind != WCI_WRAPPER_CPIO)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "a hard link to a member that is not there");
    return code;
}

static enum wcab_err try_member(struct archive_volume *archive, const struct wci_entry *entry,
                                bool drain, struct wci_source **source, struct wcab_error *err)
{
    struct wci_archive_member member;
    struct wci_spool spool;
    bool found = true;
    enum wcab_err code = go_to(archive, entry->locator, drain, &member, err);

    if (code != WCAB_OK)
        return code;
    if (!is_same_member(&member, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "member %llu of the archive is another file",
                             (unsigned long long)entry->locator + 1);
    if (member.kind == WCI_MEMBER_LINK) {
        code = go_to_target(archive, &member, &found, err);
        if (code != WCAB_OK)
            return code;
    }
    if (!found)
        return wci_source_open_window(archive->base.source, 0, 0, source, err);
    if (member.encrypted)
        return wci_error_set(err, WCAB_ERR_ENCRYPTED, WCI_ARCHIVE_ENCRYPTED);
    if (member.data != UINT64_MAX)
        return wci_source_open_window(archive->base.source, member.data, member.size, source, err);
    wci_spool_init(&spool,
                   archive->base.budget != NULL ? archive->base.budget : &archive->own_budget,
                   wci_source_size(archive->base.source));
    code = wci_archive_reader_decode(archive->reader, &spool, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, source, err);
    else
        stop_reader(archive); /* where it stands is not sure any more */
    wci_spool_discard(&spool);
    return code;
}

/* libarchive 3.6 loses its place when it skips members of a solid 7z archive, now and then:
 * "damaged" counts only when nothing was skipped. */
static enum wcab_err open_member(struct archive_volume *archive, const struct wci_entry *entry,
                                 struct wci_source **source, struct wcab_error *err)
{
    enum wcab_err code = try_member(archive, entry, false, source, err);

    if (code != WCAB_ERR_CORRUPT || archive->wrapper.kind != WCI_WRAPPER_7ZIP)
        return code;
    stop_reader(archive);
    return try_member(archive, entry, true, source, err);
}

/* ---- the volume --------------------------------------------------------------------------- */

static enum wcab_err archive_describe(struct wci_volume *volume, struct wci_arena *arena,
                                      struct wci_container *container, struct wcab_error *err)
{
    const struct archive_volume *archive = (const struct archive_volume *)volume;

    container->kind = wci_wrapper_is_stream(archive->wrapper.kind) ? WCI_CONTAINER_WRAPPER
                                                                   : WCI_CONTAINER_ARCHIVE;
    container->format = wci_arena_bytes(arena, wci_bytes_of(archive->wrapper.name));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err archive_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                                  struct wcab_error *err)
{
    struct archive_volume *archive = (struct archive_volume *)volume;

    if (wci_wrapper_is_stream(archive->wrapper.kind))
        return walk_stream(archive, visitor, err);
    return walk_members(archive, visitor, err);
}

static enum wcab_err archive_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                        struct wci_source **source, struct wcab_error *err)
{
    struct archive_volume *archive = (struct archive_volume *)volume;

    if (!wci_wrapper_is_stream(archive->wrapper.kind))
        return open_member(archive, entry, source, err);
    if (archive->stream == NULL) {
        enum wcab_err code = decode_stream(archive, err);

        if (code != WCAB_OK)
            return code;
    }
    if (entry->size != wci_source_size(archive->stream) &&
        (entry->flags & (WCI_ENTRY_SIZE_UNKNOWN | WCI_ENTRY_PACKED)) == 0)
        return wci_error_set(err, WCAB_ERR_CHANGED, "unpacks to another size than when indexed");
    return wci_source_open_window(archive->stream, 0, wci_source_size(archive->stream), source,
                                  err);
}

static void archive_close(struct wci_volume *volume)
{
    struct archive_volume *archive = (struct archive_volume *)volume;

    stop_reader(archive);
    wci_source_close(archive->stream);
    free(archive);
}

static const struct wci_volume_ops archive_ops = {.describe = archive_describe,
                                                  .walk = archive_walk,
                                                  .open_entry = archive_open_entry,
                                                  .close = archive_close};

enum wcab_err wci_volume_archive_open(struct wci_source *source, const char *name_hint,
                                      struct wci_volume **volume, struct wcab_error *err)
{
    struct archive_volume *archive;
    struct wci_wrapper wrapper;
    struct wci_bytes inner = {"", 0};
    enum wcab_err code = wci_wrapper_recognise(source, &wrapper, err);

    if (code != WCAB_OK)
        return code;
    if (wrapper.kind == WCI_WRAPPER_ZIP)
        return wci_volume_zip_open(source, wrapper.reason, volume, err);
#ifdef WHICHCAB_LHASA
    if (wrapper.kind == WCI_WRAPPER_LHA)
        return wci_volume_lha_open(source, wrapper.reason, volume, err);
#endif
    archive = calloc(1, sizeof(*archive));
    if (archive == NULL)
        return wci_error_nomem(err);
    wci_volume_begin(&archive->base, &archive_ops, source, wrapper.reason);
    archive->wrapper = wrapper;
    if (name_hint != NULL)
        inner = wci_wrapper_inner_name(wci_bytes_of(name_hint), archive->inner_name);
    if (inner.length == 0 || inner.length > WCI_WRAPPER_NAME)
        inner = wci_bytes_of("contents");
    memmove(archive->inner_name, inner.data, inner.length);
    archive->inner_length = inner.length;
    *volume = &archive->base;
    return WCAB_OK;
}
