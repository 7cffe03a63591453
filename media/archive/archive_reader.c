/*
 * archive_reader - see archive_reader.h.
 */
#include "media/archive/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "media/archive/archive_remote.h"
#include "media/bytes/gzip_check.h"

enum { BUFFER_BYTES = 64 * 1024, MOST_DAMAGED_HEADERS = 64, ZIP_LOCAL_HEADER = 30 };

struct wci_archive_reader {
    struct archive *archive;
    struct wci_archive_remote *remote; /* then there is no `archive` here; else NULL */
    struct wci_source *source;         /* borrowed */
    struct wci_budget *budget;         /* borrowed */
    enum wci_wrapper_kind kind;
    locale_t locale; /* (locale_t)0 when the system has no UTF-8 locale */
    uint64_t at;     /* where libarchive reads next */
    uint32_t next_ordinal, damaged;
    bool over;
    bool is_volume;   /* of an archive in several */
    uint64_t claimed; /* of the current member */
    bool claimed_known;
    struct wcab_error fault; /* why a callback failed; code WCAB_OK when none did */
    uint8_t buffer[BUFFER_BYTES];
};

/* ---- what libarchive calls ---------------------------------------------------------------- */

static la_ssize_t on_read(struct archive *archive, void *context, const void **buffer)
{
    struct wci_archive_reader *reader = context;
    size_t got = 0;
    enum wcab_err code = wci_budget_check_time(reader->budget, &reader->fault);

    if (code == WCAB_OK)
        code = wci_source_read_some(reader->source, reader->at, reader->buffer, BUFFER_BYTES, &got,
                                    &reader->fault);
    if (code != WCAB_OK) {
        reader->fault.code = code;
        archive_set_error(archive, EIO, "the source can't be read");
        return ARCHIVE_FATAL;
    }
    reader->at += got;
    *buffer = reader->buffer;
    return (la_ssize_t)got;
}

static la_int64_t on_skip(struct archive *archive, void *context, la_int64_t request)
{
    struct wci_archive_reader *reader = context;
    uint64_t left = wci_source_size(reader->source) - reader->at;
    uint64_t skipped = request < 0 ? 0 : (uint64_t)request;

    (void)archive;
    if (skipped > left)
        skipped = left;
    reader->at += skipped;
    return (la_int64_t)skipped;
}

static la_int64_t on_seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct wci_archive_reader *reader = context;
    int64_t size = (int64_t)wci_source_size(reader->source);
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)reader->at : size;
    int64_t target;

    if (__builtin_add_overflow(base, offset, &target) || target < 0) {
        archive_set_error(archive, EINVAL, "a place before the start is pointed to");
        return ARCHIVE_FATAL;
    }
    if (target > size)
        target = size;
    reader->at = (uint64_t)target;
    return target;
}

/* ---- errors ------------------------------------------------------------------------------- */

/* What libarchive says it can't do is told in words only. */
static bool says_unsupported(const char *text)
{
    return strcasestr(text, "support") != NULL || strcasestr(text, "multivolume") != NULL ||
           strcasestr(text, "codec ID") != NULL;
}

static bool says_encrypted(const char *text)
{
    return strcasestr(text, "encrypt") != NULL || strcasestr(text, "passphrase") != NULL;
}

/* What is damage in an archive that is whole may lie in another volume. */
static enum wcab_err tell_damage(const struct wci_archive_reader *reader, const char *text,
                                 struct wcab_error *err)
{
    if (reader->is_volume)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, WCI_ARCHIVE_VOLUME);
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, reader->at, "archive: %.180s", text);
}

static enum wcab_err told_error(struct wci_archive_reader *reader, struct wcab_error *err)
{
    const char *text = archive_error_string(reader->archive);
    int number = archive_errno(reader->archive);

    if (reader->fault.code != WCAB_OK) {
        if (err != NULL)
            *err = reader->fault;
        return reader->fault.code;
    }
    if (number == ENOMEM) /* as much as its headers ask for, which may be anything */
        return wci_error_set_at(err, WCAB_ERR_LIMIT, reader->at,
                                "archive: asks for more memory than there is");
    if (text == NULL)
        text = "cut off or damaged";
    if (says_encrypted(text))
        return wci_error_set(err, WCAB_ERR_ENCRYPTED, WCI_ARCHIVE_ENCRYPTED);
    if (says_unsupported(text))
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "%.180s; unpack it: 7z x ARCHIVE", text);
    return tell_damage(reader, text, err);
}

/* ---- opening ------------------------------------------------------------------------------ */

static const struct {
    enum wci_wrapper_kind kind;
    int filter; /* for streams: taken as it is, without asking other filters */
    int (*enable)(struct archive *archive);
} formats[] = {
    {WCI_WRAPPER_GZIP, ARCHIVE_FILTER_GZIP, archive_read_support_format_raw},
    {WCI_WRAPPER_BZIP2, ARCHIVE_FILTER_BZIP2, archive_read_support_format_raw},
    {WCI_WRAPPER_XZ, ARCHIVE_FILTER_XZ, archive_read_support_format_raw},
    {WCI_WRAPPER_LZIP, ARCHIVE_FILTER_LZIP, archive_read_support_format_raw},
    {WCI_WRAPPER_ZSTD, ARCHIVE_FILTER_ZSTD, archive_read_support_format_raw},
    {WCI_WRAPPER_LZ4, ARCHIVE_FILTER_LZ4, archive_read_support_format_raw},
    {WCI_WRAPPER_COMPRESS, ARCHIVE_FILTER_COMPRESS, archive_read_support_format_raw},
    {WCI_WRAPPER_ZIP, ARCHIVE_FILTER_NONE, archive_read_support_format_zip},
    {WCI_WRAPPER_7ZIP, ARCHIVE_FILTER_NONE, archive_read_support_format_7zip},
    {WCI_WRAPPER_RAR, ARCHIVE_FILTER_NONE, archive_read_support_format_rar},
    {WCI_WRAPPER_RAR5, ARCHIVE_FILTER_NONE, archive_read_support_format_rar5},
    {WCI_WRAPPER_TAR, ARCHIVE_FILTER_NONE, archive_read_support_format_tar},
    {WCI_WRAPPER_CPIO, ARCHIVE_FILTER_NONE, archive_read_support_format_cpio},
    {WCI_WRAPPER_LHA, ARCHIVE_FILTER_NONE, archive_read_support_format_lha},
};

/* Where libarchive was built without a compressor it would start a program: refused. */
static enum wcab_err enable_format(struct wci_archive_reader *reader, struct wcab_error *err)
{
    struct archive *archive = reader->archive;
    size_t i = 0;
    int status;

    while (formats[i].kind != reader->kind)
        i++;
    status = formats[i].enable(archive);
    if (status == ARCHIVE_OK && formats[i].filter != ARCHIVE_FILTER_NONE) {
        status = archive_read_support_format_empty(archive);
        if (status == ARCHIVE_OK && reader->kind == WCI_WRAPPER_COMPRESS)
            /* libarchive 3.6 crashes when this one is appended: it reads before there is input */
            status = archive_read_support_filter_compress(archive);
        else if (status == ARCHIVE_OK)
            status = archive_read_append_filter(archive, formats[i].filter);
    }
    if (status == ARCHIVE_OK)
        return WCAB_OK;
    if (status == ARCHIVE_WARN)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "the libarchive installed here was built without this compression");
    return told_error(reader, err);
}

/* archive_read_open1 reads the first block already and recognises the format. */
static enum wcab_err start(struct wci_archive_reader *reader, struct wcab_error *err)
{
    struct archive *archive = reader->archive;
    enum wcab_err code = enable_format(reader, err);

    if (code != WCAB_OK)
        return code;
    (void)archive_read_set_read_callback(archive, on_read);
    (void)archive_read_set_skip_callback(archive, on_skip);
    (void)archive_read_set_seek_callback(archive, on_seek);
    (void)archive_read_set_callback_data(archive, reader);
    if (archive_read_open1(archive) < ARCHIVE_WARN)
        return told_error(reader, err);
    /* without a filter the bytes themselves would be what is unpacked */
    if (wci_wrapper_is_stream(reader->kind) && archive_filter_count(archive) < 2)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 0,
                                "begins as a compressed file does, and is none");
    /* a stream that breaks before its first byte is taken for an empty one */
    if (wci_wrapper_is_stream(reader->kind) && archive_errno(archive) != 0)
        return told_error(reader, err);
    return WCAB_OK;
}

/* The thread's locale while libarchive runs; what it was is put back after each call. */
static locale_t enter(const struct wci_archive_reader *reader)
{
    return uselocale(reader->locale);
}

/* Opens libarchive here. */
static enum wcab_err open_archive(struct wci_archive_reader *reader, struct wcab_error *err)
{
    enum wcab_err code;
    locale_t before;

    reader->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    reader->archive = archive_read_new();
    if (reader->archive == NULL)
        return wci_error_nomem(err);
    before = enter(reader);
    code = start(reader, err);
    (void)uselocale(before);
    return code;
}

static enum wcab_err open_reader(const struct wci_archive_reader *how, bool here,
                                 struct wci_archive_reader **reader, struct wcab_error *err)
{
    struct wci_archive_reader *made = calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->source = how->source;
    made->budget = how->budget;
    made->kind = how->kind;
    made->is_volume = wci_wrapper_is_volume(made->source, made->kind);
    if (here || !wci_archive_remote_is_for(made->kind))
        code = open_archive(made, err);
    else
        code = wci_archive_remote_open(made->source, made->kind, made->budget, &made->remote, err);
    if (code != WCAB_OK)
        wci_archive_reader_close(made);
    else
        *reader = made;
    return code;
}

enum wcab_err wci_archive_reader_open(struct wci_source *source, enum wci_wrapper_kind kind,
                                      struct wci_budget *budget, struct wci_archive_reader **reader,
                                      struct wcab_error *err)
{
    const struct wci_archive_reader how = {.source = source, .kind = kind, .budget = budget};

    return open_reader(&how, false, reader, err);
}

enum wcab_err wci_archive_reader_open_here(struct wci_source *source, enum wci_wrapper_kind kind,
                                           struct wci_budget *budget,
                                           struct wci_archive_reader **reader,
                                           struct wcab_error *err)
{
    const struct wci_archive_reader how = {.source = source, .kind = kind, .budget = budget};

    return open_reader(&how, true, reader, err);
}

void wci_archive_reader_close(struct wci_archive_reader *reader)
{
    if (reader == NULL)
        return;
    wci_archive_remote_close(reader->remote);
    if (reader->archive != NULL)
        (void)archive_read_free(reader->archive);
    if (reader->locale != (locale_t)0)
        freelocale(reader->locale);
    free(reader);
}

bool wci_archive_reader_is_over(const struct wci_archive_reader *reader)
{
    return reader->over;
}

uint32_t wci_archive_reader_at(const struct wci_archive_reader *reader)
{
    return reader->next_ordinal;
}

/* ---- members ------------------------------------------------------------------------------ */

static uint32_t dos_time(struct archive_entry *entry)
{
    return archive_entry_mtime_is_set(entry) ? wci_dostime_local(archive_entry_mtime(entry)) : 0;
}

/* Where the member's bytes lie as they are, so that they need no decoding and no copy: the headers
 * of these formats stand right before the bytes and have just been consumed. */
static uint64_t plain_data(struct wci_archive_reader *reader, struct archive_entry *entry,
                           const struct wci_archive_member *member)
{
    const char *format = archive_format_name(reader->archive);
    uint64_t size = wci_source_size(reader->source);
    uint64_t data = (uint64_t)archive_filter_bytes(reader->archive, 0);

    if (member->kind != WCI_MEMBER_FILE || !member->size_known || member->encrypted ||
        archive_entry_sparse_count(entry) > 0 || data > size || member->size > size - data)
        return UINT64_MAX;
    if (reader->kind == WCI_WRAPPER_TAR)
        return data;
    if (reader->kind == WCI_WRAPPER_ZIP && format != NULL && strstr(format, "(uncompressed)"))
        return data;
    return UINT64_MAX;
}

/* Some RAR archives of Unix have attributes of DOS, of which libarchive makes no type: those are
 * files but for the paths of folders. */
static bool is_file(struct archive_entry *entry, const char *path)
{
    size_t length = path == NULL ? 0 : strlen(path);

    return archive_entry_filetype(entry) == AE_IFREG ||
           (archive_entry_filetype(entry) == 0 && length > 0 && path[length - 1] != '/');
}

/* Of the links to a file, cpio's newer formats have the bytes with one of them, mostly the last:
 * that is the file. */
static enum wci_member_kind kind_of(const struct wci_archive_reader *reader,
                                    struct archive_entry *entry, const char *path, bool is_link)
{
    bool is_cpio = reader->kind == WCI_WRAPPER_CPIO && is_file(entry, path);

    if (is_cpio && archive_entry_size(entry) > 0)
        return WCI_MEMBER_FILE;
    if (is_link || (is_cpio && archive_entry_nlink(entry) > 1))
        return WCI_MEMBER_LINK;
    return is_file(entry, path) ? WCI_MEMBER_FILE : WCI_MEMBER_OTHER;
}

static void fill_member(struct wci_archive_reader *reader, struct archive_entry *entry,
                        struct wci_archive_member *member)
{
    const char *path = archive_entry_pathname(entry), *target = archive_entry_hardlink(entry);
    la_int64_t size = archive_entry_size(entry);

    if (path == NULL)
        path = archive_entry_pathname_utf8(entry);
    memset(member, 0, sizeof(*member));
    member->ordinal = reader->next_ordinal;
    member->path = path == NULL ? (struct wci_bytes){"", 0} : wci_bytes_of(path);
    member->target = target == NULL ? (struct wci_bytes){"", 0} : wci_bytes_of(target);
    member->kind = kind_of(reader, entry, path, target != NULL);
    member->size_known = archive_entry_size_is_set(entry) && size >= 0;
    member->size = member->size_known ? (uint64_t)size : 0;
    member->encrypted = archive_entry_is_encrypted(entry) != 0;
    member->readonly = (archive_entry_perm(entry) & 0222) == 0;
    member->modified = dos_time(entry);
    member->data = plain_data(reader, entry, member);
    reader->claimed = member->size;
    reader->claimed_known = member->size_known;
}

static enum wcab_err next_remote(struct wci_archive_reader *reader,
                                 struct wci_archive_member *member, bool *more,
                                 struct wcab_error *err)
{
    enum wcab_err code = wci_archive_remote_next(reader->remote, member, more, &reader->over, err);

    if (code == WCAB_OK && !*more)
        return WCAB_OK;
    if (code == WCAB_OK) {
        reader->claimed = member->size;
        reader->claimed_known = member->size_known;
    }
    reader->next_ordinal++;
    return code;
}

static enum wcab_err next_header(struct wci_archive_reader *reader,
                                 struct wci_archive_member *member, bool *more,
                                 struct wcab_error *err)
{
    struct archive_entry *entry = NULL;
    int status = archive_read_next_header(reader->archive, &entry);

    if (status == ARCHIVE_EOF && reader->fault.code == WCAB_OK) {
        reader->over = true;
        *more = false;
        return WCAB_OK;
    }
    if (status < ARCHIVE_WARN || entry == NULL) {
        reader->over = status == ARCHIVE_FATAL || status == ARCHIVE_EOF ||
                       reader->fault.code != WCAB_OK || ++reader->damaged >= MOST_DAMAGED_HEADERS;
        reader->next_ordinal++;
        return told_error(reader, err);
    }
    fill_member(reader, entry, member);
    reader->next_ordinal++;
    *more = true;
    return WCAB_OK;
}

enum wcab_err wci_archive_reader_next(struct wci_archive_reader *reader,
                                      struct wci_archive_member *member, bool *more,
                                      struct wcab_error *err)
{
    enum wcab_err code;
    locale_t before;

    if (reader->over) {
        *more = false;
        return WCAB_OK;
    }
    if (reader->next_ordinal >= WCI_LIMIT_ENTRIES) {
        reader->over = true;
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d members", (int)WCI_LIMIT_ENTRIES);
    }
    code = wci_budget_check_time(reader->budget, err);
    if (code != WCAB_OK) {
        reader->over = true;
        return code;
    }
    if (reader->remote != NULL)
        return next_remote(reader, member, more, err);
    before = enter(reader);
    code = next_header(reader, member, more, err);
    (void)uselocale(before);
    return code;
}

static enum wcab_err next_block(struct wci_archive_reader *reader, struct wci_archive_block *block,
                                struct wcab_error *err)
{
    la_int64_t offset = 0;
    int status = archive_read_data_block(reader->archive, &block->data, &block->length, &offset);

    block->offset = (uint64_t)offset;
    block->end = status == ARCHIVE_EOF;
    if (block->end)
        block->length = 0;
    if (reader->fault.code != WCAB_OK ||
        (status != ARCHIVE_OK && status != ARCHIVE_RETRY && !block->end))
        return told_error(reader, err); /* a warning tells a bad checksum */
    return WCAB_OK;
}

enum wcab_err wci_archive_reader_block(struct wci_archive_reader *reader,
                                       struct wci_archive_block *block, struct wcab_error *err)
{
    enum wcab_err code;
    locale_t before;

    memset(block, 0, sizeof(*block));
    if (reader->remote != NULL)
        return wci_archive_remote_block(reader->remote, block, err);
    before = enter(reader);
    code = next_block(reader, block, err);
    (void)uselocale(before);
    return code;
}

static enum wcab_err decode(struct wci_archive_reader *reader, struct wci_spool *spool,
                            struct wcab_error *err)
{
    bool is_gzip = reader->kind == WCI_WRAPPER_GZIP;
    struct wci_archive_block block = {.end = false};
    uint32_t crc = 0;
    enum wcab_err code = WCAB_OK;

    spool->expected = spool->packed_size; /* of a stream: it rarely gets smaller */
    if (!wci_wrapper_is_stream(reader->kind))
        spool->expected = reader->claimed;
    if (reader->claimed_known)
        code = wci_spool_check_claim(spool, reader->claimed, err);
    while (code == WCAB_OK && !block.end) {
        code = wci_archive_reader_block(reader, &block, err);
        if (code == WCAB_OK && block.length > 0)
            code = wci_spool_write(spool, block.offset, block.data, block.length, err);
        else if (code == WCAB_OK)
            code = wci_budget_check_time(reader->budget, err);
        if (code == WCAB_OK && is_gzip && block.length > 0)
            crc = (uint32_t)crc32_z(crc, block.data, block.length);
    }
    if (code == WCAB_OK && is_gzip)
        code = wci_gzip_check(reader->source, spool->size, crc, reader->budget, err);
    return code;
}

enum wcab_err wci_archive_reader_drain(struct wci_archive_reader *reader, struct wcab_error *err)
{
    struct wci_archive_block block = {.end = false};
    enum wcab_err code = WCAB_OK, read = WCAB_OK;

    while (code == WCAB_OK && read == WCAB_OK && !block.end) {
        read = wci_archive_reader_block(reader, &block, err);
        code = wci_budget_check_time(reader->budget, err);
    }
    if (code == WCAB_OK && (reader->fault.code != WCAB_OK || wci_error_ends_run(read)))
        code = read;
    return code;
}

/* There are fewer bytes than claimed. */
static enum wcab_err end_early(const struct wci_archive_reader *reader, struct wci_spool *spool,
                               struct wcab_error *err)
{
    /* a sparse file may end in a hole, of which nothing is told */
    if (reader->kind == WCI_WRAPPER_TAR)
        return wci_spool_write(spool, reader->claimed, NULL, 0, err);
    if (reader->is_volume)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, WCI_ARCHIVE_VOLUME);
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, spool->size, "ends after %llu of %llu bytes",
                            (unsigned long long)spool->size, (unsigned long long)reader->claimed);
}

enum wcab_err wci_archive_reader_decode(struct wci_archive_reader *reader, struct wci_spool *spool,
                                        struct wcab_error *err)
{
    enum wcab_err code = decode(reader, spool, err);

    if (code == WCAB_OK && reader->claimed_known && spool->size < reader->claimed)
        code = end_early(reader, spool, err);
    return code;
}
