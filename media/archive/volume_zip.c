/*
 * volume_zip - see volume_zip.h.
 */
#include "media/archive/volume_zip.h"

#include <stdlib.h>

#include "core/text.h"
#include "media/archive/zip_directory.h"
#include "media/archive/zip_member.h"
#include "media/bytes/member_path.h"

enum {
    SYSTEM_DOS = 0,
    SYSTEM_UNIX = 3,
    UNIX_TYPE = 0170000,
    UNIX_FILE = 0100000,
    UNIX_WRITE = 0222,
    DOS_SHOWN = WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_HIDDEN | WCI_ATTRIBUTE_SYSTEM
};

struct zip_volume {
    struct wci_volume base;
    struct wci_budget own_budget; /* used when the volume was given none */
    bool is_read;
    struct wci_zip_directory directory;
};

static enum wcab_err need_directory(struct zip_volume *zip, struct wcab_error *err)
{
    const struct wci_budget *budget = wci_volume_start_budget(&zip->base, &zip->own_budget);
    enum wcab_err code;

    if (zip->is_read)
        return WCAB_OK;
    code = wci_zip_directory_read(zip->base.source, budget, &zip->directory, err);
    zip->is_read = code == WCAB_OK;
    if (code != WCAB_OK)
        wci_zip_directory_free(&zip->directory);
    return code;
}

/* Folders, symbolic links and devices are no files. */
static bool is_file(const struct wci_zip_member *member)
{
    uint32_t type = member->attributes >> 16 & UNIX_TYPE;
    struct wci_bytes name = member->name;

    if (name.length > 0 && name.data[name.length - 1] == '/')
        return false;
    if (member->system == SYSTEM_UNIX && type != 0)
        return type == UNIX_FILE;
    return (member->attributes & WCI_ATTRIBUTE_FOLDER) == 0 || member->system != SYSTEM_DOS ||
           member->size > 0;
}

static uint8_t attributes_of(const struct wci_zip_member *member)
{
    uint32_t mode = member->attributes >> 16;

    if (member->system == SYSTEM_UNIX)
        return mode != 0 && (mode & UNIX_WRITE) == 0 ? WCI_ATTRIBUTE_READONLY : 0;
    return (uint8_t)(member->attributes & DOS_SHOWN);
}

static bool make_path(const struct wci_zip_member *member, uint64_t ordinal,
                      struct wci_member_path *path)
{
    wci_member_path_start(path);
    if (!wci_member_path_add(path, member->name, "/"))
        return false;
    wci_member_path_end(path, ordinal + 1);
    return true;
}

static enum wcab_err visit(struct wci_source *source, const struct wci_zip_member *member,
                           uint64_t ordinal, const struct wci_visitor *visitor,
                           struct wcab_error *err)
{
    struct wci_member_path path;
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = ordinal};

    if (!is_file(member))
        return WCAB_OK;
    if (!make_path(member, ordinal, &path)) {
        struct wcab_error fault;

        (void)wci_error_set_at(&fault, WCAB_ERR_LIMIT, member->header,
                               "name of member %llu is too long", (unsigned long long)ordinal + 1);
        visitor->fault(visitor->context, &fault);
        return WCAB_OK;
    }
    wci_member_path_put(&path, &entry);
    entry.size = member->size;
    entry.attributes = attributes_of(member);
    entry.modified = member->modified;
    if (member->method == 0 && (member->flags & WCI_ZIP_ENCRYPTED) == 0 &&
        wci_zip_directory_data(source, member, &entry.data, NULL) != WCAB_OK)
        entry.data = 0;
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err zip_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct zip_volume *zip = (struct zip_volume *)volume;
    enum wcab_err code = need_directory(zip, err);
    size_t i;

    if (code == WCAB_OK && zip->directory.fault.code != WCAB_OK)
        visitor->fault(visitor->context, &zip->directory.fault);
    for (i = 0; code == WCAB_OK && i < zip->directory.count; i++)
        code = visit(zip->base.source, &zip->directory.members[i], i, visitor, err);
    return code;
}

static enum wcab_err zip_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct zip_volume *zip = (struct zip_volume *)volume;
    const struct wci_zip_member *member;
    struct wci_member_path path;
    enum wcab_err code = need_directory(zip, err);

    if (code != WCAB_OK)
        return code;
    if (entry->locator >= zip->directory.count)
        return wci_error_set(err, WCAB_ERR_CHANGED, "the archive has no member %llu any more",
                             (unsigned long long)entry->locator + 1);
    member = &zip->directory.members[entry->locator];
    if (!is_file(member) || !make_path(member, entry->locator, &path) ||
        !wci_member_path_is(&path, member->size, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "member %llu of the archive is another file",
                             (unsigned long long)entry->locator + 1);
    return wci_zip_member_open(zip->base.source, member,
                               wci_volume_start_budget(&zip->base, &zip->own_budget), source, err);
}

static enum wcab_err zip_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    (void)volume;
    return wci_volume_say_format(arena, container, WCI_CONTAINER_ARCHIVE, "ZIP", err);
}

static void zip_close(struct wci_volume *volume)
{
    struct zip_volume *zip = (struct zip_volume *)volume;

    wci_zip_directory_free(&zip->directory);
    free(zip);
}

static const struct wci_volume_ops zip_ops = {
    .describe = zip_describe, .walk = zip_walk, .open_entry = zip_open_entry, .close = zip_close};

enum wcab_err wci_volume_zip_open(struct wci_source *source, const char *reason,
                                  struct wci_volume **volume, struct wcab_error *err)
{
    struct zip_volume *zip = calloc(1, sizeof(*zip));

    if (zip == NULL)
        return wci_error_nomem(err);
    wci_volume_begin(&zip->base, &zip_ops, source, reason);
    *volume = &zip->base;
    return WCAB_OK;
}
