/*
 * images - wcab_image_each and wcab_image_files: what is on record, image by image, without a search.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chain.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/paths.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/filter.h"
#include "query/known_image.h"
#include "query/notes.h"
#include "query/presence.h"

struct walking {
    struct wci_reader *reader;
    struct wci_arena *arena; /* of the image or file at hand */
    uint32_t *ids;           /* owned: those that pass, ascending */
    size_t id_count, id_capacity;
    enum wcab_err (*visit)(void *context, const struct wcab_image *image);
    void *context;
    struct wcab_error *err;
};

/* ---- images ------------------------------------------------------------------------------- */

static enum wcab_err add_id(void *context, uint32_t id)
{
    struct walking *walking = context;

    if (!wci_mem_grow(&walking->ids, walking->id_count, &walking->id_capacity,
                      sizeof(*walking->ids)))
        return wci_error_nomem(walking->err);
    walking->ids[walking->id_count++] = id;
    return WCAB_OK;
}

static int compare_ids(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static const char *kind_name(enum wci_image_kind kind)
{
    return kind == WCI_IMAGE_DIRECTORY ? "folder" : kind == WCI_IMAGE_DEVICE ? "device" : "file";
}

/* The label of the image's first volume that has one. */
static struct wci_name label_of(const struct wci_image *image)
{
    uint32_t i;

    for (i = 0; i < image->container_count; i++) {
        if (image->containers[i].label.bytes.length > 0)
            return image->containers[i].label;
    }
    return (struct wci_name){{NULL, 0}, WCI_ENCODING_UTF8};
}

static const char *text_or_null(struct walking *walking, const struct wci_image *image,
                                struct wci_name name, bool *ok)
{
    return name.bytes.length == 0
               ? NULL
               : wci_answer_text(walking->arena, name, image->identity.code_page, NULL, ok);
}

static enum wcab_err tell_image(struct walking *walking, const struct wci_image *image,
                                const struct wci_image_stamp *stamp)
{
    struct wcab_image told = {.path = NULL};
    bool ok = true;
    uint32_t i;

    told.path = wci_answer_path(walking->arena, image->path, &ok);
    told.path_raw = (const uint8_t *)image->path.data;
    told.path_raw_length = image->path.length;
    told.kind = kind_name(image->kind);
    told.size = image->size;
    told.medium = text_or_null(walking, image, wci_text_name_of(image->identity.medium), &ok);
    told.disk = text_or_null(walking, image, wci_text_name_of(image->identity.disk), &ok);
    told.label = text_or_null(walking, image, label_of(image), &ok);
    told.containers = image->container_count;
    for (i = 0; i < image->container_count; i++) {
        if (image->containers[i].kind != WCI_CONTAINER_CONTENTS)
            told.files += image->containers[i].entry_count;
    }
    told.faults = image->fault_count + image->faults_dropped;
    told.offline = wci_presence_is_gone(image, stamp->offline);
    told.unread = stamp->unread;
    told.deep = stamp->deep;
    ok = wci_notes_give(walking->arena, image, &told.notes, &told.note_count) && ok;
    return ok ? walking->visit(walking->context, &told) : wci_error_nomem(walking->err);
}

static enum wcab_err on_stamp(void *context, struct wci_bytes path,
                              const struct wci_image_stamp *stamp)
{
    struct walking *walking = context;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;

    (void)path;
    if (walking->id_count == 0 || bsearch(&stamp->id, walking->ids, walking->id_count,
                                          sizeof(*walking->ids), compare_ids) == NULL)
        return WCAB_OK;
    wci_arena_reset(walking->arena);
    code =
        wci_reader_image(walking->reader, stamp->id, walking->arena, &image, &state, walking->err);
    return code == WCAB_OK ? tell_image(walking, &image, stamp) : code;
}

static enum wcab_err do_image_each(struct wcab_catalog *catalog, const char *filter,
                                   struct walking *walking)
{
    static const struct wci_bytes all = {NULL, 0};
    struct wci_filter *passing = NULL;
    enum wcab_err code = wci_filter_open(catalog, filter, &passing, walking->err);

    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, false, &walking->reader, walking->err);
    if (code == WCAB_OK && walking->reader != NULL)
        code = wci_filter_each_image(passing, walking->reader, add_id, walking, walking->err);
    if (walking->id_count > 0)
        qsort(walking->ids, walking->id_count, sizeof(*walking->ids), compare_ids);
    if (code == WCAB_OK && walking->reader != NULL)
        code = wci_reader_each_stamp(walking->reader, all, on_stamp, walking, walking->err);
    wci_filter_free(passing);
    free(walking->ids);
    return code;
}

enum wcab_err wcab_image_each(struct wcab_catalog *catalog, const char *filter,
                              enum wcab_err (*visit)(void *context, const struct wcab_image *image),
                              void *context, struct wcab_error *err)
{
    struct wcab_error own;
    struct walking walking = {.visit = visit, .context = context, .err = &own};
    enum wcab_err code;

    if (catalog == NULL || visit == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    walking.arena = wci_arena_new();
    code = walking.arena == NULL ? wci_error_nomem(&own) : do_image_each(catalog, filter, &walking);
    wci_arena_free(walking.arena);
    return wci_error_give(code, &own, err);
}

/* ---- files of one ------------------------------------------------------------------------- */

struct filing {
    struct wci_reader *reader;
    struct wci_arena *arena; /* of the image */
    struct wci_arena *row;   /* of the file at hand */
    uint32_t id;
    struct wci_image image;
    struct wci_image_state state;
    int code_page; /* of the container at hand */
    enum wcab_err (*visit)(void *context, const struct wcab_image_file *file);
    void *context;
    bool ok; /* false: out of memory */
    struct wcab_error *err;
};

static const char *text_of(struct filing *filing, struct wci_name name)
{
    return wci_answer_text(filing->row, name, filing->code_page, NULL, &filing->ok);
}

static void put_name(struct filing *filing, const struct wci_entry *entry,
                     struct wcab_image_file *file)
{
    struct wci_buffer text;

    wci_buffer_init(&text);
    wci_entry_put_path_utf8(entry, filing->code_page, &text);
    file->name = text.ok ? wci_arena_bytes(filing->row, wci_buffer_view(&text)).data : NULL;
    filing->ok = filing->ok && file->name != NULL;
    wci_buffer_free(&text);
    if (entry->alias_count > 0)
        file->alias = text_of(filing, entry->alias[0]);
}

static const char *hex_of(struct filing *filing, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = wci_arena_alloc(filing->row, 2 * size + 1);
    size_t i;

    if (text == NULL) {
        filing->ok = false;
        return NULL;
    }
    for (i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = '\0';
    return text;
}

static enum wcab_err put_deep(struct filing *filing, uint32_t container, uint32_t row,
                              struct wcab_image_file *file)
{
    static const char *const states[] = {NULL,      "ok",          "damaged",
                                         "missing", "unsupported", "encrypted"};
    struct wci_deep deep;
    enum wcab_err code =
        wci_reader_deep(filing->reader, filing->id, container, row, &deep, filing->err);

    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    file->state = states[deep.status];
    if (deep.has_sha256)
        file->sha256 = hex_of(filing, deep.sha256, sizeof(deep.sha256));
    if (deep.has_size && !file->size_known) {
        file->size = deep.size;
        file->size_known = true;
    }
    if (deep.has_version) {
        char text[32];

        (void)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)(deep.file_version >> 48),
                       (unsigned)(deep.file_version >> 32 & 0xFFFF),
                       (unsigned)(deep.file_version >> 16 & 0xFFFF),
                       (unsigned)(deep.file_version & 0xFFFF));
        file->file_version = wci_arena_strdup(filing->row, text);
        filing->ok = filing->ok && file->file_version != NULL;
    }
    return WCAB_OK;
}

static enum wcab_err tell_file(struct filing *filing, uint32_t container, uint32_t row,
                               const struct wci_entry *entry, const char *chain)
{
    struct wcab_image_file file = {.container = chain};
    char id[64];
    enum wcab_err code;

    put_name(filing, entry, &file);
    file.size = entry->size;
    file.size_known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    (void)wci_dostime_format(entry->modified, file.modified);
    file.modified_seconds = wci_dostime_seconds(entry->modified);
    file.is_folder = entry->attributes & WCI_ATTRIBUTE_FOLDER;
    (void)snprintf(id, sizeof(id), "%u.%u.%u.%u", filing->id, container, row,
                   filing->state.listings[container]);
    file.id = id;
    code = put_deep(filing, container, row, &file);
    if (code != WCAB_OK)
        return code;
    return filing->ok ? filing->visit(filing->context, &file) : wci_error_nomem(filing->err);
}

static enum wcab_err tell_files(struct filing *filing, uint32_t container)
{
    const uint32_t part = wci_part_of(&filing->image, container);
    struct wci_listing listing;
    struct wci_buffer chain;
    uint32_t row;
    enum wcab_err code = wci_reader_listing(filing->reader, filing->state.listings[container],
                                            &listing, filing->err);

    if (code != WCAB_OK || listing.kind == WCI_CONTAINER_CONTENTS)
        return code;
    filing->code_page = part == WCI_NONE ? filing->image.identity.code_page
                                         : filing->image.parts[part].identity.code_page;
    wci_buffer_init(&chain);
    wci_chain_put(&filing->image, container, filing->code_page, &chain);
    wci_buffer_u8(&chain, 0);
    if (!chain.ok)
        code = wci_error_nomem(filing->err);
    for (row = 0; code == WCAB_OK && row < listing.row_count; row++) {
        struct wci_entry entry;

        wci_arena_reset(filing->row);
        code = wci_listing_row(&listing, row, &entry, filing->err);
        if (code == WCAB_OK)
            code = tell_file(filing, container, row, &entry, (const char *)chain.data);
    }
    wci_buffer_free(&chain);
    return code;
}

static enum wcab_err do_image_files(struct wcab_catalog *catalog, const char *path,
                                    struct filing *filing)
{
    struct wci_image_stamp stamp = {.id = 0};
    char *absolute = wci_paths_absolute(path);
    uint32_t i;
    enum wcab_err code = absolute == NULL
                             ? wci_error_nomem(filing->err)
                             : wci_handle_existing(catalog, &filing->reader, filing->err);

    if (code == WCAB_OK)
        code = wci_reader_stamp(filing->reader, wci_bytes_of(absolute), &stamp, filing->err);
    filing->id = stamp.id;
    if (code == WCAB_OK)
        code = wci_reader_image(filing->reader, stamp.id, filing->arena, &filing->image,
                                &filing->state, filing->err);
    for (i = 0; code == WCAB_OK && i < filing->image.container_count; i++)
        code = tell_files(filing, i);
    free(absolute);
    return code;
}

enum wcab_err wcab_image_files(struct wcab_catalog *catalog, const char *path,
                               enum wcab_err (*visit)(void *context,
                                                      const struct wcab_image_file *file),
                               void *context, struct wcab_error *err)
{
    struct wcab_error own;
    struct filing filing = {.visit = visit, .context = context, .ok = true, .err = &own};
    enum wcab_err code;

    if (catalog == NULL || path == NULL || visit == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    filing.arena = wci_arena_new();
    filing.row = wci_arena_new();
    code = filing.arena == NULL || filing.row == NULL ? wci_error_nomem(&own)
                                                      : do_image_files(catalog, path, &filing);
    wci_arena_free(filing.arena);
    wci_arena_free(filing.row);
    return wci_error_give(code, &own, err);
}
