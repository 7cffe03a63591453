/*
 * answer_dos - the command lines of an answer: how DOS gets the file off its medium.
 */
#include <string.h>
#include <strings.h>

#include "core/error.h"
#include "core/mem.h"
#include "query/answer/answer_run.h"

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
static bool is_dmf(const struct wci_answer_building *building, const struct wci_step *step)
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
static struct wci_name short_name(struct wci_answer_building *building,
                                  const struct wci_entry *entry)
{
    uint8_t i;

    for (i = 0; i <= entry->alias_count && i <= WCI_ALIAS_MAX; i++) {
        struct wci_name name = i == 0 ? entry->name : entry->alias[i - 1];
        const char *text = wci_answer_name_text(building, name);

        if (text != NULL && wci_dos_command_is_short(text))
            return name;
    }
    return entry->name;
}

/* The file name of a step's cabinet as DOS sees it. */
static enum wcab_err cabinet_for_dos(struct wci_answer_building *building,
                                     const struct wci_step *step, const char **name,
                                     struct wcab_error *err)
{
    const struct wci_container *container;
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code;

    *name = wci_answer_text_of(building, step->cabinet);
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
            *name = wci_answer_name_text(building, short_name(building, &entry));
    }
    return code;
}

/* Folder of the cabinet, or of the loose file, on its disk. */
static const char *folder_for_dos(struct wci_answer_building *building)
{
    struct wci_bytes path = building->found->path;
    const struct wci_found *found = building->found;

    if (!wci_answer_is_loose(found)) {
        while (path.length > 0 && path.data[path.length - 1] != '/')
            path.length--;
        if (path.length > 0)
            path.length--;
    }
    /* A folder of cabinets copied from a CD: on the CD they are where its profile says. */
    if (path.length == 0 && found->cabinet.length > 0 && found->image->profile != NULL &&
        found->image->profile->kind == WCI_PROFILE_CD)
        path = found->image->profile->folder;
    return wci_answer_or_nothing(wci_answer_text_of(building, path));
}

static const char *stored_name(struct wci_answer_building *building)
{
    const struct wci_entry *entry = &building->found->entry;

    if (building->found->cabinet.length > 0)
        return building->answer->stored_path;
    return wci_answer_name_text(building, short_name(building, entry));
}

/* EXTRACT opens cabinets only, not the programs that bring one along. */
static bool is_program(const char *cabinet)
{
    size_t length = strlen(cabinet);

    return length > 4 && strcasecmp(cabinet + length - 4, ".EXE") == 0;
}

/* Where the medium's own system keeps the file: the folder at hand when that is not known. */
static const char *target_for_dos(const struct wci_answer_building *building,
                                  const struct wci_dos_file *file)
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
static bool is_beyond_extract(const struct wci_answer_building *building)
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
static void set_packing(struct wci_answer_building *building, struct wci_dos_file *file)
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

enum wcab_err wci_answer_put_commands(struct wci_answer_building *building, struct wcab_error *err)
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
    if (drive == 0 || (found->cabinet.length == 0 && !wci_answer_is_loose(found)))
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
