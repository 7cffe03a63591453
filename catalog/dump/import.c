/*
 * import - an export's text into the catalog (dump.h, docs/catalog-format.md).
 *
 * The text is untrusted: every line is checked for its place, the number of its fields and the
 * range of each.  An image is gathered from its lines and put when it is complete.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/dump/dump.h"
#include "catalog/dump/import_run.h"
#include "catalog/writer.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"

enum wcab_err wci_import_wrong(struct wci_import *in, const char *what)
{
    return wci_error_set(in->err, WCAB_ERR_CORRUPT, "line %" PRIu64 " of the export: %s",
                         in->line_number, what);
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Reads one line without its end; *more is false at the end of the text. */
static enum wcab_err read_line(struct wci_import *in, bool *more)
{
    enum wcab_err code;

    wci_buffer_clear(&in->line);
    in->line_number++;
    for (;;) {
        const char *start = in->buffer + in->at;
        const char *end = memchr(start, '\n', in->filled - in->at);
        size_t length = end != NULL ? (size_t)(end - start) : in->filled - in->at;

        wci_buffer_put(&in->line, start, length);
        if (!in->line.ok)
            return wci_error_nomem(in->err);
        if (in->line.size > WCI_IMPORT_LONGEST_LINE)
            return wci_import_wrong(in, "it is too long");
        in->at += length;
        if (end != NULL) {
            in->at++;
            *more = true;
            return WCAB_OK;
        }
        in->at = 0;
        in->filled = 0;
        code = wci_cancel_check(in->writer->store->cancel, in->err);
        if (code != WCAB_OK)
            return code;
        code = in->get(in->context, in->buffer, sizeof(in->buffer), &in->filled);
        if (code != WCAB_OK)
            return wci_error_set(in->err, code, "the export could not be read");
        if (in->filled == 0) {
            *more = false;
            return in->line.size > 0 ? wci_import_wrong(in, "it is not ended") : WCAB_OK;
        }
    }
}

/* Splits the line at its tabs and undoes escapes; word and fields stay in the line's buffer. */
static enum wcab_err split_line(struct wci_import *in, struct wci_bytes *word, size_t *count)
{
    char *text = (char *)in->line.data;
    size_t left = in->line.size, fields = 0;

    while (true) {
        char *tab = left > 0 ? memchr(text, '\t', left) : NULL;
        size_t length = tab != NULL ? (size_t)(tab - text) : left;
        struct wci_bytes field = {text, length};

        if (fields > WCI_DUMP_MOST_FIELDS)
            return wci_import_wrong(in, "it has too many fields");
        if (!wci_dump_unescape(text, &field.length))
            return wci_import_wrong(in, "it has a wrong escape");
        if (fields == 0)
            *word = field;
        else
            in->fields[fields - 1] = field;
        fields++;
        if (tab == NULL)
            break;
        text = tab + 1;
        left -= length + 1;
    }
    *count = fields - 1;
    return WCAB_OK;
}

/* ---- putting an image --------------------------------------------------------------------- */

struct wci_container *wci_import_container_at_hand(struct wci_import *in)
{
    if (in->image == NULL || in->image->container_count == 0)
        return NULL;
    return &in->image->containers[in->image->container_count - 1];
}

enum wcab_err wci_import_close_container(struct wci_import *in)
{
    struct wci_container *container = wci_import_container_at_hand(in);
    struct wci_import_gathered *gathered;

    if (container == NULL)
        return WCAB_OK;
    gathered = &in->gathered[in->image->container_count - 1];
    if (gathered->brings) {
        container->entries =
            wci_arena_calloc(in->image->arena, container->entry_count, sizeof(struct wci_entry));
        if (container->entries == NULL)
            return wci_error_nomem(in->err);
        if (container->entry_count > 0)
            memcpy(container->entries, in->entries,
                   container->entry_count * sizeof(struct wci_entry));
        in->known[gathered->number - 1].row_count = container->entry_count;
    }
    if (container->cab != NULL && container->cab->folder_count > 0) {
        size_t size = container->cab->folder_count * sizeof(struct wci_cab_folder);

        container->cab->folders = wci_arena_alloc(in->image->arena, size);
        if (container->cab->folders == NULL)
            return wci_error_nomem(in->err);
        memcpy(container->cab->folders, in->folders, size);
    }
    if (!gathered->facts_follow)
        return WCAB_OK;
    if (gathered->fact_count != gathered->fact_limit)
        return wci_import_wrong(in, "facts are missing before it");
    gathered->facts =
        wci_arena_calloc(in->image->arena, gathered->fact_count, sizeof(struct wci_deep));
    if (gathered->facts == NULL)
        return wci_error_nomem(in->err);
    if (gathered->fact_count > 0)
        memcpy(gathered->facts, in->facts, gathered->fact_count * sizeof(struct wci_deep));
    return WCAB_OK;
}

/* Ids of listings that were put with earlier images; 0 for those that this one brings.  What it
 * brings and has a second time is looked at twice, and found to be equal. */
static void fill_known(struct wci_import *in, uint32_t *known)
{
    uint32_t i;

    for (i = 0; i < in->image->container_count; i++) {
        const struct wci_import_listing *listing = &in->known[in->gathered[i].number - 1];
        struct wci_container *container = &in->image->containers[i];

        known[i] = listing->id;
        container->entry_count = listing->row_count;
        if (listing->id == 0 && !in->gathered[i].brings) {
            container->entries = in->image->containers[listing->container].entries;
            container->cab = in->image->containers[listing->container].cab;
        }
    }
}

static enum wcab_err put_facts(struct wci_import *in, uint32_t id)
{
    enum wcab_err code = WCAB_OK;
    bool all = in->image->container_count > 0;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < in->image->container_count; i++) {
        if (in->gathered[i].facts_follow)
            code = wci_writer_put_deep(in->writer, id, i, in->gathered[i].facts,
                                       in->gathered[i].fact_count, in->err);
        else if (in->image->containers[i].entry_count > 0)
            all = false;
    }
    return code == WCAB_OK && all ? wci_writer_set_deep(in->writer, id, true, in->err) : code;
}

static enum wcab_err put_whole_image(struct wci_import *in, uint32_t *known, uint32_t *listings)
{
    uint32_t id = 0, i;
    enum wcab_err code;

    fill_known(in, known);
    code = wci_writer_put_known(in->writer, in->image, known, &id, listings, in->err);
    if (code == WCAB_ERR_USAGE)
        return wci_import_wrong(in, "the image before it contradicts itself");
    for (i = 0; code == WCAB_OK && i < in->image->container_count; i++)
        in->known[in->gathered[i].number - 1].id = listings[i];
    if (code == WCAB_OK && in->offline)
        code = wci_writer_set_offline(in->writer, id, true, in->err);
    return code != WCAB_OK ? code : put_facts(in, id);
}

static enum wcab_err close_image(struct wci_import *in)
{
    uint32_t *ids = NULL;
    enum wcab_err code;

    if (in->image == NULL)
        return WCAB_OK;
    code = wci_import_close_container(in);
    if (code != WCAB_OK)
        return code;
    ids = wci_mem_calloc(2 * (size_t)in->image->container_count + 1, sizeof(*ids));
    if (ids == NULL)
        return wci_error_nomem(in->err);
    code = put_whole_image(in, ids, ids + in->image->container_count);
    free(ids);
    free(in->image->containers);
    free(in->image->faults);
    free(in->image->parts);
    wci_image_free(in->image);
    in->image = NULL;
    in->container_capacity = 0;
    in->fault_capacity = 0;
    in->part_capacity = 0;
    return code;
}

/* ---- the kinds of lines ------------------------------------------------------------------- */

static enum wcab_err take_head(struct wci_import *in)
{
    bool ok = in->line_number == 1;

    in->version = wci_import_number(in->fields[0], UINT32_MAX, &ok);
    if (ok && (in->version < 1 || in->version > WCI_DUMP_VERSION))
        return wci_error_set(in->err, WCAB_ERR_VERSION,
                             "the export is of version %.*s, this program reads %d: use the "
                             "program that wrote it",
                             (int)in->fields[0].length, in->fields[0].data, WCI_DUMP_VERSION);
    return ok ? WCAB_OK : wci_import_wrong(in, "no export begins like this");
}

static enum wcab_err take_profile(struct wci_import *in)
{
    if (in->image != NULL)
        return wci_import_wrong(in, "profiles come before images");
    return wci_writer_put_profile(in->writer, in->fields[0], in->fields[1], in->err);
}

/* Paths ascend, so that no image can replace one that others of the export refer to. */
static enum wcab_err note_path(struct wci_import *in, struct wci_bytes path)
{
    struct wci_bytes last = wci_buffer_view(&in->last_path);

    if (wci_bytes_compare(path, last) <= 0)
        return wci_import_wrong(in, "images are not in order of their paths");
    wci_buffer_clear(&in->last_path);
    wci_buffer_put(&in->last_path, path.data, path.length);
    return in->last_path.ok ? WCAB_OK : wci_error_nomem(in->err);
}

/* The number of a set of disks, behind those that the catalog has already. */
static uint64_t take_group(struct wci_import *in, struct wci_bytes field, bool *ok)
{
    uint64_t group = wci_import_number(field, UINT32_MAX, ok);

    if (group == 0)
        return 0;
    if (in->group_base + group > in->group_highest)
        in->group_highest = in->group_base + group;
    return in->group_base + group;
}

/* The path that what lies at `path` gets; *path stays when no map fits.  False without memory. */
static bool map_path(struct wci_import *in, struct wci_bytes *path)
{
    size_t i;

    for (i = 0; i < in->map_count; i++) {
        struct wci_bytes from = in->maps[i].from, to = in->maps[i].to, rest;
        char *text;

        if (path->length < from.length || memcmp(path->data, from.data, from.length) != 0 ||
            (path->length > from.length && path->data[from.length] != '/'))
            continue;
        rest = (struct wci_bytes){path->data + from.length, path->length - from.length};
        if (to.length == 0 && rest.length == 0) /* the root itself */
            to = wci_bytes_of("/");
        text = wci_arena_alloc(in->image->arena, to.length + rest.length + 1);
        if (text == NULL)
            return false;
        memcpy(text, to.data, to.length);
        memcpy(text + to.length, rest.data, rest.length);
        text[to.length + rest.length] = '\0';
        *path = (struct wci_bytes){text, to.length + rest.length};
        return true;
    }
    return true;
}

/* Gives the image its path here, which no other image of the export may have got. */
static enum wcab_err place_image(struct wci_import *in)
{
    struct wci_image *image = in->image;
    uint64_t line;

    in->path = image->path;
    if (in->map_count == 0 || image->kind == WCI_IMAGE_PUBLISHED)
        return WCAB_OK;
    if (!map_path(in, &image->path))
        return wci_error_nomem(in->err);
    if (image->path.length > UINT16_MAX)
        return wci_import_wrong(in, "its new path is too long");
    if (wci_hash_table_find(&in->mapped, image->path, 0, &line))
        return wci_import_wrong(in, "another image of the export gets the same path");
    return wci_hash_table_add(&in->mapped, image->path, 0, in->line_number)
               ? WCAB_OK
               : wci_error_nomem(in->err);
}

static enum wcab_err take_image(struct wci_import *in)
{
    enum wcab_err code = close_image(in);
    const struct wci_bytes *fields = in->fields;
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    in->image = wci_image_new();
    if (in->image == NULL)
        return wci_error_nomem(in->err);
    in->image->path = wci_import_text(in, fields[0], &ok);
    in->image->kind = (enum wci_image_kind)wci_dump_image_kind(fields[1]);
    in->image->size = wci_import_number(fields[2], UINT64_MAX, &ok);
    in->image->mtime_ns = wci_import_signed(fields[3], &ok);
    in->image->inode = wci_import_number(fields[4], UINT64_MAX, &ok);
    in->image->device = wci_import_number(fields[5], UINT64_MAX, &ok);
    in->image->identity.group = take_group(in, fields[6], &ok);
    in->offline = wci_import_choice(fields[7], "offline", "online", &ok);
    in->image->identity.medium = wci_import_text(in, fields[8], &ok);
    in->image->identity.disk = wci_import_text(in, fields[9], &ok);
    in->image->identity.reason = wci_import_text(in, fields[10], &ok);
    in->image->faults_dropped = (uint32_t)wci_import_number(fields[11], UINT32_MAX, &ok);
    if (in->version > 1) {
        in->image->identity.code_page = (uint16_t)wci_import_number(fields[12], UINT16_MAX, &ok);
        in->image->identity.code_page_reason = wci_import_text(in, fields[13], &ok);
    }
    if (in->version > 3)
        (void)wci_import_digest(fields[14], in->image->quick, sizeof(in->image->quick), &ok);
    if (!ok || in->image->kind == 0)
        return wci_import_wrong(in, "a field of the image is wrong");
    code = note_path(in, in->image->path);
    return code == WCAB_OK ? place_image(in) : code;
}

static enum wcab_err take_limits(struct wci_import *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_limits limits;
    bool ok = true;

    if (image == NULL || image->part_count > 0 || image->fault_count > 0 ||
        image->container_count > 0)
        return wci_import_wrong(in, "limits stand behind their image");
    limits.depth = (uint32_t)wci_import_number(fields[0], UINT32_MAX, &ok);
    limits.entries = (uint32_t)wci_import_number(fields[1], UINT32_MAX, &ok);
    limits.containers = (uint32_t)wci_import_number(fields[2], UINT32_MAX, &ok);
    limits.bytes = wci_import_number(fields[3], UINT64_MAX, &ok);
    limits.ratio = wci_import_number(fields[4], UINT64_MAX, &ok);
    limits.seconds = wci_import_number(fields[5], UINT64_MAX, &ok);
    if (!ok || !wci_limits_are_valid(&limits))
        return wci_import_wrong(in, "a field of the limits is wrong");
    image->limits = limits;
    return WCAB_OK;
}

static enum wcab_err take_note(struct wci_import *in)
{
    struct wci_image *image = in->image;
    struct wci_note *note;
    bool ok = true;

    if (image == NULL || image->part_count > 0 || image->fault_count > 0 ||
        image->container_count > 0)
        return wci_import_wrong(in, "a note stands behind its image");
    if (image->note_count == WCI_LIMIT_NOTES)
        return wci_import_wrong(in, "the image has too many notes");
    if (image->notes == NULL)
        image->notes = wci_arena_calloc(image->arena, WCI_LIMIT_NOTES, sizeof(*image->notes));
    if (image->notes == NULL)
        return wci_error_nomem(in->err);
    note = &image->notes[image->note_count++];
    note->key = wci_import_text(in, in->fields[0], &ok);
    note->value = wci_import_text(in, in->fields[1], &ok);
    if (!ok || !wci_notes_are_valid(image->notes, image->note_count))
        return wci_import_wrong(in, "the note can't be kept");
    return WCAB_OK;
}

static enum wcab_err take_part(struct wci_import *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_part part = {0};
    bool ok = true;

    if (image == NULL || image->fault_count > 0 || image->container_count > 0)
        return wci_import_wrong(in, "a part stands behind its image");
    part.container = (uint32_t)wci_import_number(fields[0], UINT32_MAX, &ok);
    part.identity.group = take_group(in, fields[1], &ok);
    part.identity.medium = wci_import_text(in, fields[2], &ok);
    part.identity.disk = wci_import_text(in, fields[3], &ok);
    part.identity.reason = wci_import_text(in, fields[4], &ok);
    part.identity.code_page = (uint16_t)wci_import_number(fields[5], UINT16_MAX, &ok);
    part.identity.code_page_reason = wci_import_text(in, fields[6], &ok);
    if (!ok)
        return wci_import_wrong(in, "a field of the part is wrong");
    if (!wci_mem_grow(&image->parts, image->part_count, &in->part_capacity, sizeof(part)))
        return wci_error_nomem(in->err);
    image->parts[image->part_count++] = part;
    return WCAB_OK;
}

static enum wcab_err take_fault(struct wci_import *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_fault fault;
    bool ok = true;

    if (image == NULL || image->container_count > 0)
        return wci_import_wrong(in, "a fault stands behind its image");
    if (image->fault_count >= WCI_LIMIT_FAULTS)
        return wci_import_wrong(in, "the image has too many faults");
    fault.container = (uint32_t)wci_import_optional(fields[0], UINT32_MAX - 1, WCI_NONE, &ok);
    fault.code = (int)wci_import_number(fields[1], INT32_MAX, &ok);
    fault.offset = wci_import_optional(fields[2], UINT64_MAX - 1, WCAB_NO_OFFSET, &ok);
    fault.place = wci_import_text(in, fields[3], &ok);
    fault.text = wci_import_text(in, fields[4], &ok);
    if (!ok)
        return wci_import_wrong(in, "a field of the fault is wrong");
    if (!wci_mem_grow(&image->faults, image->fault_count, &in->fault_capacity, sizeof(fault)))
        return wci_error_nomem(in->err);
    image->faults[image->fault_count++] = fault;
    return WCAB_OK;
}

static enum wcab_err take_next(struct wci_import *in)
{
    enum wcab_err code = close_image(in);
    uint64_t from, to;
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    from = wci_import_number(in->fields[0], in->known_count, &ok);
    to = wci_import_number(in->fields[1], in->known_count, &ok);
    if (!ok || from == 0 || to == 0)
        return wci_import_wrong(in, "there is no such listing");
    return wci_writer_set_next(in->writer, in->known[from - 1].id, in->known[to - 1].id, in->err);
}

static enum wcab_err take_settled(struct wci_import *in)
{
    enum wcab_err code = close_image(in);

    /* True of what was imported; not of what is joined with another catalog's. */
    if (code == WCAB_OK && in->writer->counters.listing == in->known_count)
        code = wci_writer_set_settled(in->writer, in->writer->counters.listing, in->err);
    return code;
}

static enum wcab_err take_end(struct wci_import *in)
{
    enum wcab_err code = close_image(in);
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    in->ended = wci_import_number(in->fields[0], UINT64_MAX, &ok) == in->line_number && ok;
    return in->ended ? WCAB_OK : wci_import_wrong(in, "lines are missing before it");
}

/* ---- all of it ---------------------------------------------------------------------------- */

static const struct line_kind {
    const char *word;
    size_t fields;
    enum wcab_err (*take)(struct wci_import *in);
} line_kinds[] = {
    {WCI_DUMP_ROW, WCI_DUMP_ROW_FIELDS, wci_import_take_row},
    {WCI_DUMP_FACT, WCI_DUMP_FACT_FIELDS, wci_import_take_fact},
    {WCI_DUMP_CONTAINER, WCI_DUMP_CONTAINER_FIELDS, wci_import_take_container},
    {WCI_DUMP_IMAGE, WCI_DUMP_IMAGE_FIELDS, take_image},
    {WCI_DUMP_CABINET, WCI_DUMP_CABINET_FIELDS, wci_import_take_cabinet},
    {WCI_DUMP_FOLDER, WCI_DUMP_FOLDER_FIELDS, wci_import_take_folder},
    {WCI_DUMP_LIMITS, WCI_DUMP_LIMITS_FIELDS, take_limits},
    {WCI_DUMP_NOTE, WCI_DUMP_NOTE_FIELDS, take_note},
    {WCI_DUMP_PART, WCI_DUMP_PART_FIELDS, take_part},
    {WCI_DUMP_FAULT, WCI_DUMP_FAULT_FIELDS, take_fault},
    {WCI_DUMP_FACTS, WCI_DUMP_FACTS_FIELDS, wci_import_take_facts},
    {WCI_DUMP_NEXT, WCI_DUMP_NEXT_FIELDS, take_next},
    {WCI_DUMP_PROFILE, WCI_DUMP_PROFILE_FIELDS, take_profile},
    {WCI_DUMP_HEAD, WCI_DUMP_HEAD_FIELDS, take_head},
    {WCI_DUMP_SETTLED, WCI_DUMP_SETTLED_FIELDS, take_settled},
    {WCI_DUMP_END, WCI_DUMP_END_FIELDS, take_end},
};

/* The number of fields of a line in the version at hand. */
static size_t fields_of(const struct wci_import *in, size_t kind)
{
    if (in->version < 2 && line_kinds[kind].take == take_image)
        return WCI_DUMP_IMAGE_FIELDS_1;
    if (in->version < 4 && line_kinds[kind].take == take_image)
        return WCI_DUMP_IMAGE_FIELDS_3;
    if (in->version < 3 && line_kinds[kind].take == wci_import_take_row)
        return WCI_DUMP_ROW_FIELDS_2;
    if (in->version < 3 && line_kinds[kind].take == wci_import_take_fact)
        return WCI_DUMP_FACT_FIELDS_2;
    return line_kinds[kind].fields;
}

static enum wcab_err take_line(struct wci_import *in)
{
    struct wci_bytes word = {NULL, 0};
    size_t count = 0, i;
    enum wcab_err code = split_line(in, &word, &count);

    if (code != WCAB_OK)
        return code;
    if ((in->line_number == 1) != wci_import_is_word(word, WCI_DUMP_HEAD))
        return wci_import_wrong(in, "this is no export, or two in one");
    if (in->ended)
        return wci_import_wrong(in, "it stands behind the end");
    for (i = 0; i < sizeof(line_kinds) / sizeof(line_kinds[0]); i++) {
        if (!wci_import_is_word(word, line_kinds[i].word))
            continue;
        if (count != fields_of(in, i))
            return wci_import_wrong(in, "it has a wrong number of fields");
        return line_kinds[i].take(in);
    }
    return wci_import_wrong(in, "it is of an unknown kind");
}

struct group_search {
    struct wci_reader *reader;
    uint64_t highest;
    struct wcab_error *err;
};

static enum wcab_err find_group(void *context, uint32_t image_id)
{
    struct group_search *search = context;
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;
    uint32_t i;

    if (arena == NULL)
        return wci_error_nomem(search->err);
    code = wci_reader_image(search->reader, image_id, arena, &image, &state, search->err);
    if (code == WCAB_OK && image.identity.group > search->highest)
        search->highest = image.identity.group;
    for (i = 0; code == WCAB_OK && i < image.part_count; i++) {
        if (image.parts[i].identity.group > search->highest)
            search->highest = image.parts[i].identity.group;
    }
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_catalog_import_groups(struct wci_writer *writer, uint64_t *groups,
                                        struct wcab_error *err)
{
    struct group_search search = {.err = err};
    enum wcab_err code = wci_writer_reader(writer, &search.reader, err);

    if (code == WCAB_OK)
        code = wci_reader_each_image(search.reader, find_group, &search, err);
    *groups = search.highest;
    return code;
}

static enum wcab_err import_lines(struct wci_import *in)
{
    enum wcab_err code = WCAB_OK;
    bool more = true;

    while (code == WCAB_OK) {
        code = read_line(in, &more);
        if (code != WCAB_OK || !more)
            break;
        code = take_line(in);
    }
    if (code == WCAB_OK && !in->ended)
        return wci_import_wrong(in, "the export ends before its end");
    return code;
}

enum wcab_err wci_catalog_import(struct wci_writer *writer, wci_text_source *get, void *context,
                                 struct wcab_error *err)
{
    struct wci_import_plan plan = {.groups = 0};
    enum wcab_err code = wci_catalog_import_groups(writer, &plan.groups, err);

    return code == WCAB_OK ? wci_catalog_import_next(writer, &plan, get, context, err) : code;
}

enum wcab_err wci_catalog_import_next(struct wci_writer *writer, struct wci_import_plan *plan,
                                      wci_text_source *get, void *context, struct wcab_error *err)
{
    struct wci_import *in = calloc(1, sizeof(*in));
    enum wcab_err code;

    if (in == NULL)
        return wci_error_nomem(err);
    in->group_base = plan->groups;
    in->group_highest = plan->groups;
    in->writer = writer;
    in->maps = plan->maps;
    in->map_count = plan->map_count;
    wci_hash_table_init(&in->mapped);
    in->get = get;
    in->context = context;
    in->err = err;
    wci_buffer_init(&in->line);
    wci_buffer_init(&in->last_path);
    code = import_lines(in);
    plan->groups = in->group_highest;
    wci_buffer_free(&in->line);
    wci_buffer_free(&in->last_path);
    wci_hash_table_free(&in->mapped);
    if (in->image != NULL) {
        free(in->image->containers);
        free(in->image->faults);
        free(in->image->parts);
        wci_image_free(in->image);
    }
    free(in->gathered);
    free(in->entries);
    free(in->folders);
    free(in->facts);
    free(in->known);
    free(in);
    return code;
}
