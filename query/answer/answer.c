/*
 * answer - see answer.h.
 */
#include "query/answer/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "query/answer/answer_run.h"
#include "query/file_id.h"
#include "query/notes.h"
#include "query/version_range.h"

/* Room for a sentence with a path in it. */
enum { FORMATTED_BYTES = 6144 };

/* ---- texts -------------------------------------------------------------------------------- */

const char *wci_answer_text(struct wci_arena *arena, struct wci_name name, int code_page,
                            bool *exact, bool *ok)
{
    struct wci_bytes copy;

    if (name.bytes.length == 0)
        return NULL;
    if (name.encoding == WCI_ENCODING_RAW || !wci_text_is_utf8(name.bytes)) {
        struct wci_buffer text;

        wci_buffer_init(&text);
        (void)wci_text_to_utf8(name, code_page, &text);
        copy.data = (const char *)text.data;
        copy.length = text.size;
        if (exact != NULL)
            *exact = wci_bytes_equal(copy, name.bytes);
        copy = text.ok ? wci_arena_bytes(arena, copy) : (struct wci_bytes){NULL, 0};
        wci_buffer_free(&text);
    } else {
        copy = wci_arena_bytes(arena, name.bytes);
        if (exact != NULL)
            *exact = true;
    }
    if (copy.data == NULL)
        *ok = false;
    return copy.data;
}

const char *wci_answer_path(struct wci_arena *arena, struct wci_bytes path, bool *ok)
{
    return wci_answer_text(arena, (struct wci_name){path, WCI_ENCODING_UTF8}, 0, NULL, ok);
}

const char *wci_answer_text_of(struct wci_answer_building *building, struct wci_bytes bytes)
{
    return wci_answer_text(building->context->arena, wci_text_name_of(bytes), building->code_page,
                           NULL, &building->ok);
}

const char *wci_answer_name_text(struct wci_answer_building *building, struct wci_name name)
{
    return wci_answer_text(building->context->arena, name, building->code_page, NULL,
                           &building->ok);
}

static const char *formatted(struct wci_answer_building *building, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *formatted(struct wci_answer_building *building, const char *format, ...)
{
    char text[FORMATTED_BYTES];
    const char *copy;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    copy = wci_arena_strdup(building->context->arena, text);
    if (copy == NULL)
        building->ok = false;
    return copy;
}

/* "a<separator>b", or only one of them when the other is empty; empty parts give NULL. */
static const char *joined(struct wci_answer_building *building, struct wci_bytes a, char separator,
                          struct wci_bytes b)
{
    struct wci_buffer text;
    struct wci_bytes both;
    const char *result;

    wci_buffer_init(&text);
    wci_buffer_put(&text, a.data, a.length);
    if (a.length > 0 && b.length > 0)
        wci_buffer_u8(&text, (uint8_t)separator);
    wci_buffer_put(&text, b.data, b.length);
    both.data = (const char *)text.data;
    both.length = text.size;
    building->ok = building->ok && text.ok;
    result = wci_answer_text_of(building, both);
    wci_buffer_free(&text);
    return result;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Its other name: the first that reads otherwise than the name itself; a raw name has its converted
 * form beside it, which reads the same. */
static const char *alias_text(struct wci_answer_building *building, const char *name)
{
    const struct wci_entry *entry = &building->found->entry;
    uint8_t i;

    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        const char *text = wci_answer_name_text(building, entry->alias[i]);

        if (text == NULL || strcmp(text, name) != 0)
            return text;
    }
    return NULL;
}

static void put_name(struct wci_answer_building *building)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_entry *entry = &building->found->entry;

    answer->name = wci_answer_text(building->context->arena, entry->name, building->code_page,
                                   &answer->name_exact, &building->ok);
    if (answer->name == NULL) { /* a medium may hold a file without a name */
        answer->name = "";
        answer->name_exact = true;
    }
    answer->name_raw = (const uint8_t *)entry->name.bytes.data;
    answer->name_raw_length = entry->name.bytes.length;
    answer->alias = entry->stored != 0 && entry->stored <= entry->alias_count
                        ? wci_answer_name_text(building, entry->alias[entry->stored - 1])
                        : alias_text(building, answer->name);
    answer->name_probable = entry->flags & WCI_ENTRY_PROBABLE;
    if (building->found->rename != NULL) {
        answer->installed_as = wci_answer_text_of(building, building->found->rename->installed);
        answer->installed_as_probable = building->found->rename->probable;
    }
}

static void put_facts(struct wci_answer_building *building)
{
    static const struct {
        uint8_t bit;
        char letter;
    } letters[] = {{WCI_ATTRIBUTE_READONLY, 'r'},
                   {WCI_ATTRIBUTE_HIDDEN, 'h'},
                   {WCI_ATTRIBUTE_SYSTEM, 's'},
                   {WCI_ATTRIBUTE_ARCHIVE, 'a'}};
    struct wcab_answer *answer = building->answer;
    const struct wci_entry *entry = &building->found->entry;
    size_t used = 0, i;

    answer->size = entry->size;
    answer->size_known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    answer->packed = entry->flags & WCI_ENTRY_PACKED;
    (void)wci_dostime_format(entry->modified, answer->modified);
    answer->modified_seconds = wci_dostime_seconds(entry->modified);
    answer->attributes_known =
        !building->found->image->published && building->found->contents == NULL;
    for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (entry->attributes & letters[i].bit)
            answer->attributes[used++] = letters[i].letter;
    }
    answer->attributes[used] = '\0';
    answer->role = wci_role_name(building->found->role);
    answer->purpose = wci_answer_text_of(building, building->found->purpose);
}

/* What wcab_read takes: see there. */
static void put_id(struct wci_answer_building *building)
{
    const struct wci_found *found = building->found;
    const struct wci_file_id id = {found->image->id, found->container, found->row, found->listing};
    char text[WCI_FILE_ID_BYTES];

    if (found->contents != NULL)
        return;
    wci_file_id_format(&id, text);
    building->answer->id = wci_arena_strdup(building->context->arena, text);
    building->ok = building->ok && building->answer->id != NULL;
}

static void put_medium(struct wci_answer_building *building)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_known_image *image = building->found->image;

    answer->medium = wci_answer_text_of(building, image->image.identity.medium);
    if (image->profile != NULL) {
        answer->title = wci_answer_text_of(building, image->profile->title);
        answer->release = wci_answer_text_of(building, image->profile->release);
    }
    answer->source = image->published ? WCAB_SOURCE_PUBLISHED : WCAB_SOURCE_INDEXED;
    if (building->found->contents != NULL) {
        answer->source = WCAB_SOURCE_MEDIUM;
        answer->disk = wci_answer_text_of(building, building->needs->steps[0].disk);
        answer->told_by = wci_answer_text_of(building, image->image.path);
        return;
    }
    answer->disk = wci_answer_text_of(building, image->image.identity.disk);
    answer->volume_label =
        wci_answer_name_text(building, wci_known_image_label(image, building->found->container));
    if (image->published)
        return;
    answer->image = wci_answer_path(building->context->arena, image->image.path, &building->ok);
    put_id(building);
    answer->image_raw = (const uint8_t *)image->image.path.data;
    answer->image_raw_length = image->image.path.length;
}

/* The containers below the image's own volume, " > " between them. */
static const char *container_chain(struct wci_answer_building *building)
{
    const struct wci_image *image = &building->found->image->image;
    uint32_t container = building->found->container, chain[WCI_LIMIT_DEPTH_MOST];
    struct wci_buffer text;
    struct wci_bytes all;
    const char *result;
    size_t count = 0;

    while (image->containers[container].parent != WCI_NONE &&
           image->containers[container].parent < container && count < WCI_LIMIT_DEPTH_MOST) {
        chain[count++] = container;
        container = image->containers[container].parent;
    }
    wci_buffer_init(&text);
    while (count > 0) {
        struct wci_bytes name = image->containers[chain[--count]].name;

        if (text.size > 0)
            wci_buffer_put(&text, " > ", 3);
        wci_buffer_put(&text, name.data, name.length);
    }
    all.data = (const char *)text.data;
    all.length = text.size;
    building->ok = building->ok && text.ok;
    result = wci_answer_text_of(building, all);
    wci_buffer_free(&text);
    return result;
}

static enum wcab_err put_method(struct wci_answer_building *building, struct wcab_error *err)
{
    const struct wci_found *found = building->found;
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    uint16_t type_compress;
    enum wcab_err code;

    if (found->cabinet.length == 0 || found->entry.cab_folder == WCI_NONE ||
        found->contents != NULL)
        return WCAB_OK;
    code = wci_handle_reader(building->context->images->catalog, found->image->published, &reader,
                             err);
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, found->listing, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_method(&listing, found->entry.cab_folder, &type_compress, err);
    if (code == WCAB_OK)
        building->answer->method = wci_method_name(type_compress);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

bool wci_answer_is_loose(const struct wci_found *found)
{
    return found->contents != NULL
               ? found->cabinet.length == 0
               : wci_known_image_is_volume(found->image->image.containers[found->container].kind);
}

static enum wcab_err put_place(struct wci_answer_building *building, struct wcab_error *err)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_found *found = building->found;
    const struct wci_container *container = &found->image->image.containers[found->container];
    bool loose = wci_answer_is_loose(found);

    answer->cabinet = wci_answer_text_of(building, found->cabinet);
    if (found->contents == NULL) {
        answer->format = container->kind == WCI_CONTAINER_CABINET && container->format.length == 0
                             ? "cabinet"
                             : wci_answer_text_of(building, container->format);
        answer->container = container_chain(building);
    }
    if (loose) {
        answer->path = joined(building, found->path, '/', found->entry.name.bytes);
    } else if (found->contents != NULL) {
        answer->path = wci_answer_text_of(building, found->path);
        answer->stored_path = answer->name;
    } else {
        answer->path = wci_answer_text_of(building, found->path);
        answer->stored_path =
            joined(building, found->entry.folder,
                   container->kind == WCI_CONTAINER_CABINET ? '\\' : '/', found->entry.name.bytes);
    }
    answer->starts_in = wci_answer_text_of(building, building->needs->starts_in);
    answer->ends_in = wci_answer_text_of(building, building->needs->ends_in);
    return put_method(building, err);
}

/* ---- needs and what is missing ------------------------------------------------------------ */

static void put_needs(struct wci_answer_building *building)
{
    const struct wci_needs *needs = building->needs;
    struct wcab_need *list =
        wci_arena_calloc(building->context->arena, needs->count, sizeof(*list));
    size_t i;

    if (list == NULL) {
        building->ok = false;
        return;
    }
    for (i = 0; i < needs->count; i++) {
        const struct wci_step *step = &needs->steps[i];
        struct wcab_need *need = &list[i];

        need->disk = wci_answer_text_of(building, step->disk);
        need->cabinet = wci_answer_text_of(building, step->cabinet);
        need->volume_label = wci_answer_name_text(building, step->label);
        need->insert = wci_answer_text_of(building, step->insert);
        if (need->insert == NULL)
            need->insert = "the disk";
        if (step->image != NULL) {
            need->insert = wci_notes_insert(building->context->arena, &step->image->image,
                                            wci_bytes_of(need->insert))
                               .data;
            building->ok = building->ok && need->insert != NULL &&
                           wci_notes_give(building->context->arena, &step->image->image,
                                          &need->notes, &need->note_count);
        }
        if (step->image != NULL && !step->image->published)
            need->image =
                wci_answer_path(building->context->arena, step->image->image.path, &building->ok);
        need->present = step->present;
        need->damaged = step->damaged;
    }
    building->answer->needs = list;
    building->answer->need_count = needs->count;
}

const char *wci_answer_or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

/* The fault that was recorded for the container of a step, in words. */
static const char *fault_text(struct wci_answer_building *building, const struct wci_step *step)
{
    const struct wci_fault *fault = step->image == NULL || step->container == WCI_NONE
                                        ? NULL
                                        : wci_known_image_fault(step->image, step->container);

    if (fault == NULL && step->fault.length > 0)
        return wci_answer_text_of(building, step->fault);
    return fault == NULL ? NULL : wci_answer_text_of(building, fault->text);
}

static const char *trouble_of_step(struct wci_answer_building *building, size_t at)
{
    const struct wci_step *step = &building->needs->steps[at];
    const struct wcab_need *need = &building->answer->needs[at];
    const char *what = need->cabinet != NULL ? need->cabinet : "the disk";
    const char *fault;

    if (need->image == NULL)
        return formatted(building, "%s is missing: insert %s", what, need->insert);
    if (!step->present)
        return formatted(building, "%s is offline: its image %s is gone", what,
                         wci_answer_or_nothing(need->image));
    fault = fault_text(building, step);
    if (fault == NULL)
        return formatted(building, "%s is damaged", what);
    return formatted(building, "%s is damaged: %s", what, fault);
}

static void put_completeness(struct wci_answer_building *building)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_found *found = building->found;
    const struct wci_needs *needs = building->needs;
    size_t i;

    /* Nothing can be missing of a medium of which nothing is indexed. */
    if (found->image->published && !found->missing) {
        answer->complete = true;
        return;
    }
    answer->complete = needs->complete && !(found->entry.flags & WCI_ENTRY_DAMAGED);
    for (i = 0; i < needs->count && answer->trouble == NULL; i++) {
        if (!needs->steps[i].present || needs->steps[i].damaged)
            answer->trouble = trouble_of_step(building, i);
    }
    if (!answer->complete && answer->trouble == NULL)
        answer->trouble = "the file is damaged on its disk";
}

/* ---- deep facts --------------------------------------------------------------------------- */

/* A hash of up to 32 bytes in hexadecimal. */
static const char *hex(struct wci_answer_building *building, const uint8_t *hash, size_t size)
{
    char text[65] = "";
    size_t i;

    for (i = 0; i < size; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return formatted(building, "%s", text);
}

static void put_hashes(struct wci_answer_building *building, const struct wci_deep *deep)
{
    struct wcab_answer *answer = building->answer;

    if (deep->has_sha256)
        answer->sha256 = hex(building, deep->sha256, sizeof(deep->sha256));
    if (!deep->has_md5_sha1)
        return;
    answer->md5 = hex(building, deep->md5, sizeof(deep->md5));
    answer->sha1 = hex(building, deep->sha1, sizeof(deep->sha1));
}

static void put_version(struct wci_answer_building *building, uint64_t version)
{
    char text[WCI_VERSION_TEXT];

    wci_version_format(version, text);
    building->answer->file_version = formatted(building, "%s", text);
}

static void put_damage(struct wci_answer_building *building, const struct wci_deep *deep)
{
    const char *text = wci_answer_text_of(building, deep->text);

    building->answer->complete = false;
    if (building->answer->trouble == NULL)
        building->answer->trouble =
            formatted(building, "it does not decode: %s",
                      text != NULL ? text : wcab_err_text((enum wcab_err)deep->code));
}

static void put_unread(struct wci_answer_building *building, const struct wci_deep *deep)
{
    bool encrypted = deep->status == WCI_DEEP_ENCRYPTED;
    const char *text = wci_answer_text_of(building, deep->text);

    building->answer->unread = encrypted ? "encrypted" : "unsupported";
    building->answer->unread_reason =
        text != NULL ? text : wcab_err_text((enum wcab_err)deep->code);
}

static enum wcab_err put_deep(struct wci_answer_building *building, struct wcab_error *err)
{
    const struct wci_found *found = building->found;
    struct wci_reader *reader = NULL;
    struct wci_deep deep;
    enum wcab_err code;

    if (found->image->published)
        return WCAB_OK;
    if (found->contents != NULL) {
        if (found->entry.locator != 0)
            put_version(building, found->entry.locator);
        return WCAB_OK;
    }
    code = wci_handle_reader(building->context->images->catalog, false, &reader, err);
    if (code == WCAB_OK)
        code = wci_reader_deep(reader, found->image->id, found->container, found->row, &deep, err);
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    if (code != WCAB_OK)
        return code;
    put_hashes(building, &deep);
    if (deep.has_version)
        put_version(building, deep.file_version);
    if (deep.has_size && !building->answer->size_known) {
        building->answer->size = deep.size;
        building->answer->size_known = true;
    }
    if (deep.status == WCI_DEEP_DAMAGED)
        put_damage(building, &deep);
    if (deep.status == WCI_DEEP_UNSUPPORTED || deep.status == WCI_DEEP_ENCRYPTED)
        put_unread(building, &deep);
    return WCAB_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

enum wcab_err wci_answer_fill(const struct wci_answer_context *context,
                              const struct wci_found *found, struct wci_needs *needs,
                              struct wcab_answer *answer, struct wcab_error *err)
{
    struct wci_answer_building building = {.context = context,
                                           .found = found,
                                           .needs = needs,
                                           .answer = answer,
                                           .code_page = wci_known_image_code_page(found->image),
                                           .ok = true};
    enum wcab_err code = wci_needs_find(context->images, found, context->arena, needs, err);

    if (code != WCAB_OK)
        return code;
    memset(answer, 0, sizeof(*answer));
    answer->query = context->query;
    put_name(&building);
    put_facts(&building);
    put_medium(&building);
    code = put_place(&building, err);
    if (code != WCAB_OK)
        return code;
    put_needs(&building);
    if (!building.ok)
        return wci_error_nomem(err);
    put_completeness(&building);
    code = put_deep(&building, err);
    if (code == WCAB_OK)
        code = wci_answer_put_commands(&building, err);
    return code == WCAB_OK && !building.ok ? wci_error_nomem(err) : code;
}

enum wcab_err wci_answer_add_copies(const struct wci_answer_context *context,
                                    const struct wci_found *const *copies, size_t count,
                                    struct wcab_answer *answer, struct wcab_error *err)
{
    struct wci_answer_building building = {.context = context, .answer = answer, .ok = true};
    char modified[WCI_DOSTIME_TEXT];
    struct wcab_copy *list;
    size_t i;

    if (count == 0)
        return WCAB_OK;
    list = wci_arena_calloc(context->arena, count, sizeof(*list));
    if (list == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < count; i++) {
        const struct wci_found *found = copies[i];
        struct wcab_copy *copy = &list[i];

        building.found = found;
        building.code_page = wci_known_image_code_page(found->image);
        copy->disk = wci_answer_text_of(&building, found->image->image.identity.disk);
        copy->cabinet = wci_answer_text_of(&building, found->cabinet);
        copy->path = found->cabinet.length > 0
                         ? wci_answer_text_of(&building, found->path)
                         : joined(&building, found->path, '/', found->entry.name.bytes);
        copy->size = found->entry.size;
        copy->size_known = !(found->entry.flags & WCI_ENTRY_SIZE_UNKNOWN);
        copy->role = wci_role_name(found->role);
        copy->purpose = wci_answer_text_of(&building, found->purpose);
        (void)wci_dostime_format(found->entry.modified, modified);
        copy->same_size_and_date = copy->size_known && answer->size_known &&
                                   copy->size == answer->size &&
                                   strcmp(modified, answer->modified) == 0;
    }
    answer->copies = list;
    answer->copy_count = count;
    return building.ok ? WCAB_OK : wci_error_nomem(err);
}
