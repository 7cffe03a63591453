/*
 * container_facts - see container_facts.h.
 *
 * Each folder of a cabinet is decoded once, from where it begins, and its stream cut into files.  A
 * file belongs to the cabinet where it starts; in the later cabinets that list it, too, nothing is
 * recorded.
 */
#include "jobs/verify/container_facts.h"

#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"
#include "indexer/version/version.h"
#include "indexer/walk/look.h"
#include "indexer/walk/walk.h"
#include "jobs/verify/block_check.h"
#include "jobs/verify/folder_rows.h"
#include "jobs/verify/passing.h"
#include "media/bytes/digest.h"
#include "media/bytes/spool.h"
#include "media/cabinet/folder_take.h"
#include "reopen/folder_decode.h"
#include "reopen/folder_parts.h"
#include "reopen/loose_file.h"
#include "reopen/open_container.h"

struct work {
    struct wci_reader *reader;
    const struct wci_facts_options *options;
    struct wci_container_facts *facts;
    struct wci_listing listing;
    struct file_work *version_owner; /* the file that the version scan is for */
    struct wci_limits limits;        /* of the image */
    unsigned depth;                  /* containers around this one */
    bool *known_inside; /* of each row: whether what it holds is on record; arena of the facts */
    struct wci_budget budget; /* of time; and for what is kept of files, to look into them */
    uint64_t unpacked;        /* bytes out of the cabinet */
    struct wci_folder_rows folder_rows;
    struct wci_folder_parts parts; /* of the folder at hand */
    struct wci_arena *scratch;     /* owned: what one folder takes */
};

/* One file while its bytes come by. */
struct file_work {
    struct work *work;
    struct wci_deep *deep;
    struct wci_digest *sha256, *sha1, *md5;
    /* of files in cabinets: */
    uint32_t row;
    enum wci_hope hope; /* what its name promises */
    bool curious;       /* its bytes are kept while they may hold something */
    bool programs_only; /* everything else in it was looked for when it was indexed */
    uint64_t size, done;
    struct wci_passing passing;
    struct wci_spool spool;
    struct wcab_error not_kept; /* why the bytes could not be kept; code OK: they are */
};

static bool is_cancelled(const struct work *work)
{
    return wci_cancel_is_set(work->options->cancel);
}

static void drop_file(struct file_work *file)
{
    if (file->work->version_owner == file)
        file->work->version_owner = NULL;
    wci_digest_free(file->sha256);
    wci_digest_free(file->sha1);
    wci_digest_free(file->md5);
    file->sha256 = file->sha1 = file->md5 = NULL;
    if (file->curious)
        wci_spool_discard(&file->spool);
}

/* ---- looking into a file of a cabinet ------------------------------------------------------ */

static bool is_promising(const struct file_work *file, const uint8_t *data, size_t size)
{
    struct wci_format_head head = {data, size, file->size};
    enum wci_hope hope = wci_look_at_head(&head);

    if (file->programs_only)
        return hope == WCI_HOPE_EXECUTABLE;
    return hope != WCI_HOPE_NONE || wci_hope_is_worth_unpacking(file->hope);
}

/* Keeps a file's bytes by the way, while it may hold something. */
static enum wcab_err keep(struct file_work *file, const uint8_t *data, size_t size,
                          struct wcab_error *err)
{
    enum wcab_err code;

    if (!file->curious || file->not_kept.code != WCAB_OK)
        return WCAB_OK;
    if (file->done == 0 && !is_promising(file, data, size)) {
        file->curious = false;
        return WCAB_OK;
    }
    code = wci_spool_write(&file->spool, file->done, data, size, &file->not_kept);
    file->done += size;
    if (!wci_error_ends_run(code))
        return WCAB_OK; /* a fault of this file only */
    if (err != NULL)
        *err = file->not_kept;
    return code;
}

/* `source`: NULL when the file's bytes could not be kept. */
static enum wcab_err look_into_source(struct file_work *file, struct wci_source *source,
                                      bool anywhere, struct wcab_error *err)
{
    struct work *work = file->work;
    struct wci_container_facts *facts = work->facts;
    struct wci_walk_options options = {.limits = &work->limits, .cancel = work->options->cancel};
    struct wci_image *image = NULL;
    struct wci_entry entry;
    enum wcab_err code = wci_listing_row(&work->listing, file->row, &entry, err);

    if (code == WCAB_OK)
        code = wci_walk_inside(
            &(struct wci_walk_unpacked){source, &file->not_kept, &entry, work->depth, anywhere},
            &options, &image, err);
    if (code != WCAB_OK || image == NULL)
        return code;
    if (!wci_mem_grow(&facts->inside, facts->inside_count, &facts->inside_capacity,
                      sizeof(*facts->inside))) {
        wci_image_free(image);
        return wci_error_nomem(err);
    }
    facts->inside[facts->inside_count++] = (struct wci_facts_inside){file->row, image};
    return WCAB_OK;
}

static enum wcab_err look_into(struct file_work *file, struct wcab_error *err)
{
    struct wci_source *source = NULL;
    enum wcab_err code;

    if (file->not_kept.code == WCAB_OK &&
        wci_error_ends_run(wci_spool_finish(&file->spool, &source, &file->not_kept)))
        return wci_error_nomem(err);
    code = look_into_source(file, source, false, err);
    wci_source_close(source);
    return code;
}

/* Looks for cabinets in a file of no format that is known, where their mark has come by. */
static enum wcab_err look_anywhere(struct file_work *file, struct wci_source *source,
                                   struct wcab_error *err)
{
    const struct wci_container_facts *facts = file->work->facts;

    if (!file->passing.marked ||
        (facts->inside_count > 0 && facts->inside[facts->inside_count - 1].row == file->row))
        return WCAB_OK;
    return look_into_source(file, source, true, err);
}

/* A damaged file can't be opened again: what was seen in it is forgotten. */
static void forget_inside(struct wci_container_facts *facts)
{
    size_t i, kept = 0;

    for (i = 0; i < facts->inside_count; i++) {
        if (facts->rows[facts->inside[i].row].status == WCI_DEEP_OK)
            facts->inside[kept++] = facts->inside[i];
        else
            wci_image_free(facts->inside[i].image);
    }
    facts->inside_count = kept;
}

/* ---- one file ----------------------------------------------------------------------------- */

static enum wcab_err begin_file(struct file_work *file, uint64_t size, struct wcab_error *err)
{
    const struct wci_facts_options *options = file->work->options;

    file->sha256 = wci_digest_new(WCI_DIGEST_SHA256);
    if (options->md5_sha1) {
        file->sha1 = wci_digest_new(WCI_DIGEST_SHA1);
        file->md5 = wci_digest_new(WCI_DIGEST_MD5);
    }
    if (file->sha256 == NULL || (options->md5_sha1 && (file->sha1 == NULL || file->md5 == NULL)))
        return wci_error_nomem(err);
    if (options->versions != NULL && file->work->version_owner == NULL) {
        file->work->version_owner = file;
        wci_version_scan_begin(options->versions, size);
    }
    file->size = size;
    if (file->curious)
        wci_spool_init(&file->spool, &file->work->budget, size);
    return WCAB_OK;
}

static enum wcab_err put_file(struct file_work *file, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    const struct wci_facts_options *options = file->work->options;

    if (is_cancelled(file->work))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (!wci_digest_put(file->sha256, data, size) ||
        (file->sha1 != NULL && !wci_digest_put(file->sha1, data, size)) ||
        (file->md5 != NULL && !wci_digest_put(file->md5, data, size)))
        return wci_error_nomem(err);
    if (file->work->version_owner == file)
        wci_version_scan_feed(options->versions, data, size);
    wci_passing_feed(&file->passing, data, size);
    if (options->bytes != NULL)
        atomic_fetch_add_explicit(options->bytes, size, memory_order_relaxed);
    return keep(file, data, size, err);
}

static enum wcab_err note_version(struct file_work *file, struct wcab_error *err)
{
    struct wci_arena *arena = file->work->facts->arena;
    struct wci_version version;
    struct wci_buffer text;
    enum wcab_err code = wci_version_scan_end(file->work->options->versions, arena, &version, err);

    if (code != WCAB_OK || version.kind == WCI_VERSION_NONE)
        return code;
    wci_buffer_init(&text);
    wci_version_text(&version, &text);
    file->deep->has_version = version.has_fixed;
    file->deep->file_version = version.file_version;
    file->deep->product_version = version.product_version;
    file->deep->version_text = wci_arena_bytes(arena, wci_buffer_view(&text));
    if (!text.ok || file->deep->version_text.data == NULL)
        code = wci_error_nomem(err);
    wci_buffer_free(&text);
    return code;
}

/* The file has come by whole. */
static enum wcab_err end_file(struct file_work *file, struct wcab_error *err)
{
    struct wci_deep *deep = file->deep;
    enum wcab_err code = WCAB_OK;

    deep->status = WCI_DEEP_OK;
    deep->has_sha256 = wci_digest_end(file->sha256, deep->sha256);
    if (file->sha1 != NULL)
        deep->has_md5_sha1 =
            wci_digest_end(file->sha1, deep->sha1) && wci_digest_end(file->md5, deep->md5);
    if (file->work->version_owner == file)
        code = note_version(file, err);
    if (code == WCAB_OK && file->passing.size > 0 && !file->passing.not_zero)
        deep->version_text =
            (struct wci_bytes){WCI_DEEP_ZEROES, sizeof(WCI_DEEP_ZEROES) - 1}; /* no program */
    if (code == WCAB_OK && file->curious && file->done > 0)
        code = look_into(file, err);
    drop_file(file);
    return code;
}

/* What is wrong with a file that could not be read for this reason. */
static enum wci_deep_status status_of(enum wcab_err code)
{
    if (code == WCAB_ERR_ENCRYPTED)
        return WCI_DEEP_ENCRYPTED;
    return code == WCAB_ERR_UNSUPPORTED || code == WCAB_ERR_LIMIT ? WCI_DEEP_UNSUPPORTED
                                                                  : WCI_DEEP_DAMAGED;
}

/* What is wrong with a file takes the place of what was found of it. */
static void mark(struct work *work, struct wci_deep *deep, enum wci_deep_status status,
                 const struct wcab_error *err)
{
    if (deep->status != WCI_DEEP_NONE && deep->status != WCI_DEEP_OK)
        return; /* the first reason stays */
    memset(deep, 0, sizeof(*deep));
    deep->status = status;
    deep->code = (int)err->code;
    deep->offset = err->offset;
    deep->text = wci_arena_bytes(work->facts->arena, wci_bytes_of(err->text));
}

/* Whether a failure is the host's; it is kept, and no fact. */
static bool is_of_host(struct work *work, const struct wcab_error *err)
{
    if (!wci_error_is_of_host(err))
        return false;
    if (work->facts->host.code == WCAB_OK)
        work->facts->host = *err;
    return true;
}

/* ---- a folder of a cabinet ---------------------------------------------------------------- */

struct folder_work {
    struct work *work;
    struct wci_folder_take take;
    struct file_work *works; /* parallel to the rows that are wanted */
};

/* What unpacking may cost: the folders of a cabinet may all lead to the same blocks. */
static enum wcab_err charge(struct work *work, size_t size, struct wcab_error *err)
{
    work->unpacked += size;
    if (work->unpacked > work->limits.bytes)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "more than %llu bytes to unpack from it (index --limit bytes=N allows "
                             "more)",
                             (unsigned long long)work->limits.bytes);
    return wci_budget_check_time(&work->budget, err);
}

static enum wcab_err on_begin(struct wci_folder_file *file, struct wcab_error *err)
{
    const struct file_work *own = file->context;
    enum wcab_err code = charge(own->work, 0, err);

    return code == WCAB_OK ? begin_file(file->context, file->size, err) : code;
}

static enum wcab_err on_put(struct wci_folder_file *file, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    const struct file_work *own = file->context;
    enum wcab_err code = charge(own->work, size, err);

    return code == WCAB_OK ? put_file(file->context, data, size, err) : code;
}

static enum wcab_err on_end(struct wci_folder_file *file, struct wcab_error *err)
{
    return end_file(file->context, err);
}

/* The rows of a folder whose files start here, with `headless` also those that go on from a cabinet
 * that is not on record. */
static enum wcab_err gather_rows(struct work *work, uint32_t folder, bool headless,
                                 struct folder_work *out, struct wcab_error *err)
{
    uint32_t first = work->folder_rows.starts[folder],
             count = work->folder_rows.starts[folder + 1] - first;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    out->works = wci_arena_calloc(work->scratch, (size_t)count + 1, sizeof(*out->works));
    out->take.files = wci_arena_calloc(work->scratch, (size_t)count + 1, sizeof(*out->take.files));
    if (out->works == NULL || out->take.files == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        uint32_t row = work->folder_rows.rows[first + i];
        struct wci_entry entry;
        struct wci_folder_file *file = &out->take.files[out->take.count];

        code = wci_listing_row(&work->listing, row, &entry, err);
        if (code != WCAB_OK || (entry.flags & WCI_ENTRY_CONTINUED && !headless))
            continue;
        out->works[out->take.count].work = work;
        out->works[out->take.count].deep = &work->facts->rows[row];
        out->works[out->take.count].row = row;
        out->works[out->take.count].hope = wci_hope_of(WCI_CONTAINER_CABINET, &entry);
        out->works[out->take.count].curious = !work->known_inside[row];
        out->works[out->take.count].spool.fd = -1;
        file->context = &out->works[out->take.count];
        file->start = entry.locator;
        file->size = entry.size;
        out->take.count++;
    }
    return code;
}

/* Marks the files that did not come out whole. */
static void mark_damaged(struct folder_work *folder)
{
    struct wcab_error why;
    size_t i;

    for (i = 0; i < folder->take.count; i++) {
        struct wci_folder_file *file = &folder->take.files[i];
        struct file_work *work = file->context;
        enum wci_taken taken = wci_folder_take_outcome(&folder->take, file, &why);

        if (taken != WCI_TAKEN_WHOLE)
            mark(folder->work, work->deep,
                 taken == WCI_TAKEN_MISSING ? WCI_DEEP_MISSING : status_of(why.code), &why);
        drop_file(work);
    }
}

/* Decodes what is there of a folder. */
static enum wcab_err decode_folder(struct folder_work *folder, struct wci_folder_parts *parts,
                                   struct wcab_error *err)
{
    enum wcab_err code = wci_folder_decode(parts, &folder->take, err);

    if (code != WCAB_OK && !wci_error_ends_run(code) && is_of_host(folder->work, err))
        return WCAB_OK;
    if (code == WCAB_OK || wci_error_is_unread(code) || code == WCAB_ERR_CORRUPT ||
        code == WCAB_ERR_IO || code == WCAB_ERR_LIMIT) {
        mark_damaged(folder);
        return WCAB_OK;
    }
    return code;
}

/* A part can't be opened.  IO: it is this very cabinet, for a reason of the host's. */
static enum wcab_err judge_part(struct work *work, const struct wci_folder_parts *parts,
                                const struct wcab_error *why)
{
    if (!wci_error_is_of_host(why))
        return WCAB_OK;
    if (parts->parts[parts->opened].listing == work->listing.id && is_of_host(work, why))
        return WCAB_ERR_IO;
    work->facts->passing = true;
    return WCAB_OK;
}

/* Reads the folder of which the parts were found. */
static enum wcab_err read_folder(struct folder_work *folder, struct wci_folder_parts *parts,
                                 struct wcab_error *err)
{
    struct work *work = folder->work;
    struct wcab_error missing = {.code = WCAB_OK};
    enum wcab_err code = WCAB_OK;

    if (wci_folder_parts_open(work->reader, work->facts->image, parts, &missing) != WCAB_OK)
        code = judge_part(work, parts, &missing);
    else if (wci_folder_parts_check(parts, &missing) == WCAB_OK)
        missing.code = WCAB_OK; /* of copies that were tried before */
    if (code == WCAB_ERR_IO)
        return WCAB_OK; /* the host's failure, which is kept */
    if (!parts->begins && parts->opened > 0)
        code = wci_block_check(parts, &folder->take.broken, err);
    if (code != WCAB_OK)
        return code;
    if (folder->take.broken.code != WCAB_OK && !is_of_host(work, &folder->take.broken)) {
        mark_damaged(folder);
        return WCAB_OK;
    }
    folder->take.missing = missing;
    return decode_folder(folder, parts, err);
}

static enum wcab_err folder_facts(struct work *work, uint32_t folder_index, struct wcab_error *err)
{
    struct folder_work folder = {.work = work};
    struct wci_folder_parts *parts = &work->parts;
    enum wcab_err code =
        wci_folder_parts_turn(work->reader, work->listing.id, folder_index, parts, err);
    size_t i;

    folder.take.decoder = work->options->decoder;
    folder.take.salvage = true;
    folder.take.begin = on_begin;
    folder.take.put = on_put;
    folder.take.end = on_end;
    if (code == WCAB_OK)
        code = gather_rows(work, folder_index,
                           !parts->begins && parts->parts[0].listing == work->listing.id, &folder,
                           err);
    if (code == WCAB_OK && folder.take.count > 0)
        code = read_folder(&folder, parts, err);
    for (i = 0; i < folder.take.count; i++)
        drop_file(folder.take.files[i].context);
    wci_folder_take_free(&folder.take);
    wci_arena_reset(work->scratch);
    return code;
}

static enum wcab_err cabinet_facts(struct work *work, struct wcab_error *err)
{
    struct wci_cab *cab;
    enum wcab_err code = wci_listing_cab(&work->listing, work->facts->arena, &cab, err);
    uint32_t i;

    work->scratch = wci_arena_new();
    if (code == WCAB_OK && work->scratch == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = wci_folder_rows_sort(&work->listing, cab->folder_count, work->facts->arena,
                                    &work->folder_rows, err);
    wci_budget_init(&work->budget, &work->limits, work->limits.bytes, work->options->cancel);
    for (i = 0; code == WCAB_OK && i < cab->folder_count; i++) {
        if (work->folder_rows.starts[i] < work->folder_rows.starts[i + 1])
            code = folder_facts(work, i, err);
    }
    wci_folder_parts_free(&work->parts);
    wci_arena_free(work->scratch);
    forget_inside(work->facts);
    return code;
}

/* ---- the files of a volume ---------------------------------------------------------------- */

static enum wcab_err on_loose(void *context, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    const struct file_work *file = context;
    enum wcab_err code = wci_budget_check_time(&file->work->budget, err);

    if (code != WCAB_OK)
        return code;
    return put_file(context, data, size, err);
}

/* Facts of a packed single file are those of what it holds. */
static enum wcab_err read_file(struct file_work *file, struct wci_source *source,
                               const struct wci_entry *entry, struct wcab_error *err)
{
    struct wci_byte_sink sink = {file, on_loose};
    bool packed = entry->flags & WCI_ENTRY_PACKED;
    bool unknown = entry->flags & WCI_ENTRY_SIZE_UNKNOWN;
    uint64_t size = !packed   ? wci_source_size(source)
                    : unknown ? WCI_VERSION_SIZE_UNKNOWN
                              : entry->size;
    enum wcab_err code = begin_file(file, size, err);

    if (code == WCAB_OK)
        code = wci_loose_file_read(source, entry, &sink, NULL, err);
    if (code == WCAB_OK)
        code = end_file(file, err);
    if (code == WCAB_OK && unknown) {
        file->deep->has_size = true;
        file->deep->size = file->passing.size;
    }
    drop_file(file);
    return code;
}

static void set_curiosity(const struct work *work, struct file_work *file,
                          const struct wci_entry *entry)
{
    enum wci_container_kind kind = work->listing.kind;

    file->hope = wci_hope_of(kind, entry);
    file->programs_only = kind != WCI_CONTAINER_ARCHIVE && kind != WCI_CONTAINER_INSTALLSHIELD;
    file->curious = !work->known_inside[file->row] && (entry->flags & WCI_ENTRY_PACKED) == 0 &&
                    kind != WCI_CONTAINER_WRAPPER && kind != WCI_CONTAINER_OLE &&
                    !wci_hope_is_worth_unpacking(file->hope) &&
                    (kind == WCI_CONTAINER_INSTALLSHIELD || file->hope != WCI_HOPE_EXECUTABLE);
    file->passing.searched = !work->known_inside[file->row] && !(entry->flags & WCI_ENTRY_PACKED);
    file->hope = WCI_HOPE_NONE; /* its name has been followed */
}

/* A volume of an InstallShield cabinet is not there. */
static bool lacks_volume(const struct work *work, enum wcab_err code)
{
    return code == WCAB_ERR_NOTFOUND && work->listing.kind == WCI_CONTAINER_INSTALLSHIELD;
}

static enum wcab_err volume_facts(struct work *work, struct wcab_error *err)
{
    struct wci_opened *opened = NULL;
    struct wcab_error open_err;
    enum wcab_err opening = wci_open_container(work->reader, work->facts->image,
                                               work->facts->container, &opened, &open_err);
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    if (opening != WCAB_OK && (wci_error_ends_run(opening) || is_of_host(work, &open_err)))
        return wci_error_ends_run(opening) ? wci_error_nomem(err) : WCAB_OK;
    wci_budget_init(&work->budget, &work->limits, work->limits.bytes, work->options->cancel);
    for (i = 0; code == WCAB_OK && i < work->listing.row_count; i++) {
        struct file_work file = {
            .work = work, .deep = &work->facts->rows[i], .row = i, .spool.fd = -1};
        struct wci_source *source = NULL;
        struct wci_entry entry;

        code = wci_listing_row(&work->listing, i, &entry, err);
        if (code != WCAB_OK || entry.attributes & WCI_ATTRIBUTE_FOLDER)
            continue;
        if (opening != WCAB_OK) {
            mark(work, file.deep, WCI_DEEP_MISSING, &open_err);
            continue;
        }
        set_curiosity(work, &file, &entry);
        code = wci_opened_file(opened, &entry, &source, err);
        if (code == WCAB_OK)
            code = read_file(&file, source, &entry, err);
        if (code == WCAB_OK)
            code = look_anywhere(&file, source, err);
        wci_source_close(source);
        if (code != WCAB_OK && !wci_error_ends_run(code) && is_of_host(work, err)) {
            memset(file.deep, 0, sizeof(*file.deep));
            code = WCAB_OK;
        }
        if (code != WCAB_OK && !wci_error_ends_run(code)) {
            mark(work, file.deep, lacks_volume(work, code) ? WCI_DEEP_MISSING : status_of(code),
                 err);
            code = WCAB_OK;
        }
    }
    wci_opened_close(opened);
    forget_inside(work->facts);
    return code;
}

/* ---- the container ------------------------------------------------------------------------ */

enum wcab_err wci_container_facts_new(uint32_t image, uint32_t container, uint32_t count,
                                      struct wci_container_facts **facts, struct wcab_error *err)
{
    struct wci_container_facts *made = calloc(1, sizeof(*made));

    if (made == NULL || (made->arena = wci_arena_new()) == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    made->image = image;
    made->container = container;
    made->count = count;
    if (count > 0)
        made->rows = wci_arena_calloc(made->arena, count, sizeof(*made->rows));
    if (count > 0 && made->rows == NULL) {
        wci_container_facts_free(made);
        return wci_error_nomem(err);
    }
    *facts = made;
    return WCAB_OK;
}

/* Notes what is on record of the container beside its listing. */
static enum wcab_err note_record(struct work *work, const struct wci_image *record,
                                 struct wcab_error *err)
{
    uint32_t own = work->facts->container, i;

    work->limits = record->limits;
    work->known_inside = wci_arena_calloc(work->facts->arena, (size_t)work->facts->count + 1,
                                          sizeof(*work->known_inside));
    if (work->known_inside == NULL)
        return wci_error_nomem(err);
    for (i = own + 1; i < record->container_count; i++) {
        if (record->containers[i].parent == own &&
            record->containers[i].parent_entry < work->facts->count)
            work->known_inside[record->containers[i].parent_entry] = true;
    }
    for (i = own; record->containers[i].parent < i; i = record->containers[i].parent)
        work->depth++;
    return WCAB_OK;
}

/* Finds the container on record and makes its facts. */
static enum wcab_err find_container(struct work *work, uint32_t image, uint32_t container,
                                    struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image record;
    struct wci_image_state state;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_image(work->reader, image, arena, &record, &state, err);
    if (code == WCAB_OK && container >= record.container_count)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "no such container on record");
    if (code == WCAB_OK)
        code = wci_reader_listing(work->reader, state.listings[container], &work->listing, err);
    if (code == WCAB_OK)
        code =
            wci_container_facts_new(image, container, work->listing.row_count, &work->facts, err);
    if (code == WCAB_OK)
        code = note_record(work, &record, err);
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_container_facts_find(struct wci_reader *reader, uint32_t image,
                                       uint32_t container, const struct wci_facts_options *options,
                                       struct wci_container_facts **facts, struct wcab_error *err)
{
    struct work work = {.reader = reader, .options = options};
    enum wcab_err code = find_container(&work, image, container, err);

    /* The drivers of a W3 or W4 archive are no files: their archive's facts are theirs. */
    if (code == WCAB_OK && work.facts != NULL && work.facts->count > 0 &&
        work.listing.kind != WCI_CONTAINER_W4 && work.listing.kind != WCI_CONTAINER_CONTENTS)
        code = work.listing.kind == WCI_CONTAINER_CABINET ? cabinet_facts(&work, err)
                                                          : volume_facts(&work, err);
    if (code != WCAB_OK) {
        wci_container_facts_free(work.facts);
        return code;
    }
    *facts = work.facts;
    return WCAB_OK;
}

void wci_container_facts_free(struct wci_container_facts *facts)
{
    size_t i;

    if (facts == NULL)
        return;
    for (i = 0; i < facts->inside_count; i++)
        wci_image_free(facts->inside[i].image);
    free(facts->inside);
    wci_arena_free(facts->arena);
    free(facts);
}
