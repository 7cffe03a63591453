/*
 * answer - see answer.h.
 */
#include "query/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "query/version_range.h"

/* Room for a sentence with a path in it. */
enum { FORMATTED_BYTES = 6144 };

struct building {
    const struct wci_answer_context *context;
    const struct wci_found *found;
    const struct wci_needs *needs;
    struct wcab_answer *answer;
    int code_page;
    bool ok; /* false: out of memory */
};

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

static const char *text_of(struct building *building, struct wci_bytes bytes)
{
    return wci_answer_text(building->context->arena, wci_text_name_of(bytes), building->code_page,
                           NULL, &building->ok);
}

static const char *name_text(struct building *building, struct wci_name name)
{
    return wci_answer_text(building->context->arena, name, building->code_page, NULL,
                           &building->ok);
}

static const char *formatted(struct building *building, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *formatted(struct building *building, const char *format, ...)
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
static const char *joined(struct building *building, struct wci_bytes a, char separator,
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
    result = text_of(building, both);
    wci_buffer_free(&text);
    return result;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Its other name: the first that reads otherwise than the name itself; a raw name has its converted
 * form beside it, which reads the same. */
static const char *alias_text(struct building *building, const char *name)
{
    const struct wci_entry *entry = &building->found->entry;
    uint8_t i;

    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        const char *text = name_text(building, entry->alias[i]);

        if (text == NULL || strcmp(text, name) != 0)
            return text;
    }
    return NULL;
}

static void put_name(struct building *building)
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
                        ? name_text(building, entry->alias[entry->stored - 1])
                        : alias_text(building, answer->name);
    answer->name_probable = entry->flags & WCI_ENTRY_PROBABLE;
    if (building->found->rename != NULL) {
        answer->installed_as = text_of(building, building->found->rename->installed);
        answer->installed_as_probable = building->found->rename->probable;
    }
}

static void put_facts(struct building *building)
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
    answer->attributes_known =
        !building->found->image->published && building->found->contents == NULL;
    for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (entry->attributes & letters[i].bit)
            answer->attributes[used++] = letters[i].letter;
    }
    answer->attributes[used] = '\0';
    answer->role = wci_role_name(building->found->role);
    answer->purpose = text_of(building, building->found->purpose);
}

static void put_medium(struct building *building)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_known_image *image = building->found->image;

    answer->medium = text_of(building, image->image.medium);
    if (image->profile != NULL) {
        answer->title = text_of(building, image->profile->title);
        answer->release = text_of(building, image->profile->release);
    }
    answer->source = image->published ? WCAB_SOURCE_PUBLISHED : WCAB_SOURCE_INDEXED;
    if (building->found->contents != NULL) {
        answer->source = WCAB_SOURCE_MEDIUM;
        answer->disk = text_of(building, building->needs->steps[0].disk);
        answer->told_by = text_of(building, image->image.path);
        return;
    }
    answer->disk = text_of(building, image->image.disk);
    answer->volume_label =
        name_text(building, wci_known_image_label(image, building->found->container));
    if (image->published)
        return;
    answer->image = wci_answer_path(building->context->arena, image->image.path, &building->ok);
    answer->image_raw = (const uint8_t *)image->image.path.data;
    answer->image_raw_length = image->image.path.length;
}

/* The containers below the image's own volume, " > " between them. */
static const char *container_chain(struct building *building)
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
    result = text_of(building, all);
    wci_buffer_free(&text);
    return result;
}

static enum wcab_err put_method(struct building *building, struct wcab_error *err)
{
    const struct wci_found *found = building->found;
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_cab *cab;
    enum wcab_err code;

    if (found->cabinet.length == 0 || found->contents != NULL)
        return WCAB_OK;
    code = wci_handle_reader(building->context->images->catalog, found->image->published, &reader,
                             err);
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, found->listing, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, building->context->arena, &cab, err);
    if (code == WCAB_OK && found->entry.cab_folder < cab->folder_count)
        building->answer->method =
            wci_method_name(cab->folders[found->entry.cab_folder].type_compress);
    return code;
}

/* Whether it lies in no cabinet or archive, directly on its disk. */
static bool is_loose(const struct wci_found *found)
{
    return found->contents != NULL
               ? found->cabinet.length == 0
               : wci_known_image_is_volume(found->image->image.containers[found->container].kind);
}

static enum wcab_err put_place(struct building *building, struct wcab_error *err)
{
    struct wcab_answer *answer = building->answer;
    const struct wci_found *found = building->found;
    const struct wci_container *container = &found->image->image.containers[found->container];
    bool loose = is_loose(found);

    answer->cabinet = text_of(building, found->cabinet);
    if (found->contents == NULL) {
        answer->format = container->kind == WCI_CONTAINER_CABINET && container->format.length == 0
                             ? "cabinet"
                             : text_of(building, container->format);
        answer->container = container_chain(building);
    }
    if (loose) {
        answer->path = joined(building, found->path, '/', found->entry.name.bytes);
    } else if (found->contents != NULL) {
        answer->path = text_of(building, found->path);
        answer->stored_path = answer->name;
    } else {
        answer->path = text_of(building, found->path);
        answer->stored_path =
            joined(building, found->entry.folder,
                   container->kind == WCI_CONTAINER_CABINET ? '\\' : '/', found->entry.name.bytes);
    }
    answer->starts_in = text_of(building, building->needs->starts_in);
    answer->ends_in = text_of(building, building->needs->ends_in);
    return put_method(building, err);
}

/* ---- needs and what is missing ------------------------------------------------------------ */

static void put_needs(struct building *building)
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

        need->disk = text_of(building, step->disk);
        need->cabinet = text_of(building, step->cabinet);
        need->volume_label = name_text(building, step->label);
        need->insert = text_of(building, step->insert);
        if (need->insert == NULL)
            need->insert = "the disk";
        if (step->image != NULL && !step->image->published)
            need->image =
                wci_answer_path(building->context->arena, step->image->image.path, &building->ok);
        need->present = step->present;
        need->damaged = step->damaged;
    }
    building->answer->needs = list;
    building->answer->need_count = needs->count;
}

static const char *or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

/* The fault that was recorded for the container of a step, in words. */
static const char *fault_text(struct building *building, const struct wci_step *step)
{
    const struct wci_fault *fault = step->image == NULL || step->container == WCI_NONE
                                        ? NULL
                                        : wci_known_image_fault(step->image, step->container);

    return fault == NULL ? NULL : text_of(building, fault->text);
}

static const char *trouble_of_step(struct building *building, size_t at)
{
    const struct wci_step *step = &building->needs->steps[at];
    const struct wcab_need *need = &building->answer->needs[at];
    const char *what = need->cabinet != NULL ? need->cabinet : "the disk";
    const char *fault;

    if (need->image == NULL)
        return formatted(building, "%s is missing: insert %s", what, need->insert);
    if (!step->present)
        return formatted(building, "%s is offline: its image %s is gone", what,
                         or_nothing(need->image));
    fault = fault_text(building, step);
    if (fault == NULL)
        return formatted(building, "%s is damaged", what);
    return formatted(building, "%s is damaged: %s", what, fault);
}

static void put_completeness(struct building *building)
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

static void put_hash(struct building *building, const uint8_t sha256[32])
{
    char text[65];
    size_t i;

    for (i = 0; i < 32; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", sha256[i]);
    building->answer->sha256 = formatted(building, "%s", text);
}

static void put_version(struct building *building, uint64_t version)
{
    char text[WCI_VERSION_TEXT];

    wci_version_format(version, text);
    building->answer->file_version = formatted(building, "%s", text);
}

static void put_damage(struct building *building, const struct wci_deep *deep)
{
    const char *text = text_of(building, deep->text);

    building->answer->complete = false;
    if (building->answer->trouble == NULL)
        building->answer->trouble =
            formatted(building, "it does not decode: %s",
                      text != NULL ? text : wcab_err_text((enum wcab_err)deep->code));
}

static void put_unread(struct building *building, const struct wci_deep *deep)
{
    bool encrypted = deep->status == WCI_DEEP_ENCRYPTED;
    const char *text = text_of(building, deep->text);

    building->answer->unread = encrypted ? "encrypted" : "unsupported";
    building->answer->unread_reason =
        text != NULL ? text : wcab_err_text((enum wcab_err)deep->code);
}

static enum wcab_err put_deep(struct building *building, struct wcab_error *err)
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
    if (deep.has_sha256)
        put_hash(building, deep.sha256);
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

/* ---- DOS commands ------------------------------------------------------------------------- */

/* Which drive the real disk goes into; 0 when it is neither floppy nor CD. */
static unsigned drive_of(const struct wci_known_image *image)
{
    enum { LARGEST_FLOPPY = 3 * 1024 * 1024 };

    if (image->profile != NULL)
        return image->profile->kind == WCI_PROFILE_FLOPPIES ? WCI_DOS_FLOPPY
               : image->profile->kind == WCI_PROFILE_CD     ? WCI_DOS_CD
                                                            : 0;
    switch (image->image.containers[0].kind) {
    case WCI_CONTAINER_FAT:
        return image->image.size <= LARGEST_FLOPPY ? WCI_DOS_FLOPPY : 0;
    case WCI_CONTAINER_ISO9660:
        return WCI_DOS_CD;
    default:
        return 0;
    }
}

/* Whether the disk of a step is DMF, by its image or by its profile. */
static bool is_dmf(const struct building *building, const struct wci_step *step)
{
    static const char dmf[] = "DMF";
    const struct wci_profile *profile = building->found->image->profile;
    const struct wci_profile_disk *disk;
    uint32_t volume;

    if (step->image != NULL && !step->image->published) {
        struct wci_bytes format;

        volume =
            wci_known_image_volume(step->image, step->container != WCI_NONE ? step->container : 0);
        if (volume == WCI_NONE)
            return false;
        format = step->image->image.containers[volume].format;
        return format.length > 0 && memmem(format.data, format.length, dmf, 3) != NULL;
    }
    disk = profile == NULL ? NULL : wci_profile_find_disk(profile, step->disk);
    return disk != NULL && wci_bytes_equal(disk->format, wci_bytes_of(dmf));
}

/* A name that DOS can use, among those that the entry has; else its longest. */
static struct wci_name short_name(struct building *building, const struct wci_entry *entry)
{
    uint8_t i;

    for (i = 0; i <= entry->alias_count && i <= WCI_ALIAS_MAX; i++) {
        struct wci_name name = i == 0 ? entry->name : entry->alias[i - 1];
        const char *text = name_text(building, name);

        if (text != NULL && wci_dos_command_is_short(text))
            return name;
    }
    return entry->name;
}

/* The file name of a step's cabinet as DOS sees it. */
static enum wcab_err cabinet_for_dos(struct building *building, const struct wci_step *step,
                                     const char **name, struct wcab_error *err)
{
    const struct wci_container *container;
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code;

    *name = text_of(building, step->cabinet);
    if (*name == NULL || wci_dos_command_is_short(*name) || step->image == NULL ||
        step->image->published || step->container == WCI_NONE)
        return WCAB_OK;
    container = &step->image->image.containers[step->container];
    if (container->parent == WCI_NONE || container->parent_entry == WCI_NONE)
        return WCAB_OK;
    code = wci_handle_reader(building->context->images->catalog, false, &reader, err);
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, step->image->state.listings[container->parent], &listing,
                                  err);
    if (code == WCAB_OK && container->parent_entry < listing.row_count) {
        code = wci_listing_row(&listing, container->parent_entry, &entry, err);
        if (code == WCAB_OK)
            *name = name_text(building, short_name(building, &entry));
    }
    return code;
}

/* Folder of the cabinet, or of the loose file, on its disk. */
static const char *folder_for_dos(struct building *building)
{
    struct wci_bytes path = building->found->path;
    const struct wci_found *found = building->found;

    if (!is_loose(found)) {
        while (path.length > 0 && path.data[path.length - 1] != '/')
            path.length--;
        if (path.length > 0)
            path.length--;
    }
    /* A folder of cabinets copied from a CD: on the CD they are where its profile says. */
    if (path.length == 0 && found->cabinet.length > 0 && found->image->profile != NULL &&
        found->image->profile->kind == WCI_PROFILE_CD)
        path = found->image->profile->folder;
    return or_nothing(text_of(building, path));
}

static const char *stored_name(struct building *building)
{
    const struct wci_entry *entry = &building->found->entry;

    if (building->found->cabinet.length > 0)
        return building->answer->stored_path;
    return name_text(building, short_name(building, entry));
}

/* EXTRACT opens cabinets only, not the programs that bring one along. */
static bool is_program(const char *cabinet)
{
    size_t length = strlen(cabinet);

    return length > 4 && strcasecmp(cabinet + length - 4, ".EXE") == 0;
}

/* Where the medium's own system keeps the file: the folder at hand when that is not known. */
static const char *target_for_dos(const struct building *building, const struct wci_dos_file *file)
{
    const struct wci_known_image *image = building->found->image;
    const char *name = file->installed_as != NULL ? file->installed_as : file->name;

    if (image->family == WCI_FAMILY_WINDOWS_9X)
        return wci_dos_command_target(name);
    if (image->family == WCI_FAMILY_WINDOWS_NT ||
        (image->profile == NULL && wci_family_is_nt_path(building->found->path)))
        return wci_dos_command_nt_target(name);
    return image->profile != NULL ? wci_dos_command_target(name) : ".";
}

/* Q129605: the EXTRACT that Windows 95 came with is older than LZX, which Internet Explorer 4 and
 * Windows 98 brought along. */
static bool is_beyond_extract(const struct building *building)
{
    const struct wci_known_image *image = building->found->image;
    const char *method = building->answer->method, *medium = building->answer->medium;

    if (method == NULL || strcmp(method, "lzx") != 0)
        return false;
    return medium != NULL && medium[0] != '\0' ? strncasecmp(medium, "win95", 5) == 0
                                               : image->family == WCI_FAMILY_UNKNOWN;
}

/* The mark of a file that was packed alone: its bytes are no use under that name. */
static bool has_mark(const char *name)
{
    size_t length = name == NULL ? 0 : strlen(name);

    return length > 1 && (name[length - 1] == '_' || name[length - 1] == '$');
}

/* How the file is packed, if it is. */
static void set_packing(struct building *building, struct wci_dos_file *file)
{
    const struct wci_entry *entry = &building->found->entry;

    if (building->answer->packed) {
        file->name = building->answer->name;
        file->packed_name = entry->stored != 0 ? building->answer->alias : building->answer->name;
    } else if (has_mark(file->cabinet)) { /* NT's cabinets of one file are for EXPAND, too */
        file->packed_name = file->cabinet;
        file->cabinet = NULL;
    } else if (file->cabinet == NULL && has_mark(file->name)) {
        building->answer->no_commands = "looks packed: ask for what is in it";
    } else if (file->cabinet != NULL && is_beyond_extract(building)) {
        building->answer->no_commands =
            "EXTRACT of Windows 95 can't read its cabinet (LZX, Q129605); that of Internet "
            "Explorer 4 or Windows 98 can";
    }
}

static enum wcab_err put_commands(struct building *building, struct wcab_error *err)
{
    const struct wci_found *found = building->found;
    const struct wci_step *first = &building->needs->steps[0];
    unsigned drive = drive_of(found->image);
    struct wci_dos_file file = {.drive = (enum wci_dos_drive)drive};
    struct wci_dos_options dos = building->context->dos;
    const char *lines[WCI_DOS_COMMAND_LINES];
    const char **list;
    size_t count;
    enum wcab_err code = WCAB_OK;

    /* No plain command reaches into archives, or into a cabinet inside something else. */
    if (drive == 0 || (found->cabinet.length == 0 && !is_loose(found)))
        return WCAB_OK;
    file.folder = folder_for_dos(building);
    file.name = stored_name(building);
    file.installed_as = building->answer->installed_as;
    file.dmf = is_dmf(building, first);
    file.spans = building->needs->count > 1;
    if (found->cabinet.length > 0) {
        code = cabinet_for_dos(building, first, &file.cabinet, err);
        /* Nobody may know what the first cabinet is called. */
        if (code == WCAB_OK && (file.cabinet == NULL || is_program(file.cabinet)))
            return WCAB_OK;
    }
    if (code != WCAB_OK || file.name == NULL)
        return code;
    set_packing(building, &file);
    if (building->answer->no_commands != NULL)
        return WCAB_OK;
    if (dos.target_folder == NULL)
        dos.target_folder = target_for_dos(building, &file);
    count = wci_dos_command_lines(&file, &dos, building->context->arena, lines);
    list = wci_arena_calloc(building->context->arena, WCI_DOS_COMMAND_LINES, sizeof(*list));
    if (count == 0 || list == NULL)
        return wci_error_nomem(err);
    memcpy(list, lines, count * sizeof(*list));
    building->answer->commands = list;
    building->answer->command_count = count;
    return WCAB_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

enum wcab_err wci_answer_fill(const struct wci_answer_context *context,
                              const struct wci_found *found, struct wci_needs *needs,
                              struct wcab_answer *answer, struct wcab_error *err)
{
    struct building building = {.context = context,
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
        code = put_commands(&building, err);
    return code == WCAB_OK && !building.ok ? wci_error_nomem(err) : code;
}

enum wcab_err wci_answer_add_copies(const struct wci_answer_context *context,
                                    const struct wci_found *const *copies, size_t count,
                                    struct wcab_answer *answer, struct wcab_error *err)
{
    struct building building = {.context = context, .answer = answer, .ok = true};
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
        copy->disk = text_of(&building, found->image->image.disk);
        copy->cabinet = text_of(&building, found->cabinet);
        copy->path = found->cabinet.length > 0
                         ? text_of(&building, found->path)
                         : joined(&building, found->path, '/', found->entry.name.bytes);
        copy->size = found->entry.size;
        copy->size_known = !(found->entry.flags & WCI_ENTRY_SIZE_UNKNOWN);
        copy->role = wci_role_name(found->role);
        copy->purpose = text_of(&building, found->purpose);
        (void)wci_dostime_format(found->entry.modified, modified);
        copy->same_size_and_date = copy->size_known && answer->size_known &&
                                   copy->size == answer->size &&
                                   strcmp(modified, answer->modified) == 0;
    }
    answer->copies = list;
    answer->copy_count = count;
    return building.ok ? WCAB_OK : wci_error_nomem(err);
}
