/*
 * walk - see walk.h.
 *
 * A container is read in two steps: first its own directory, then those of its entries that may be
 * containers themselves, so that a container's index precedes those of its children and each child
 * knows which entry it is.  Which entries are opened is decided in look: by their first bytes, and
 * by their names where those cost unpacking.
 */
#include "indexer/walk/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cancel.h"
#include "core/url/url.h"
#include "indexer/stamp.h"
#include "indexer/walk/cabinet_files.h"
#include "indexer/walk/hope.h"
#include "indexer/walk/look.h"
#include "indexer/walk/msi_alias.h"
#include "indexer/walk/packed_entry.h"
#include "indexer/walk/w4.h"
#include "indexer/walk/walk_run.h"
#include "media/bytes/fetch.h"
#include "media/bytes/spool.h"
#include "media/cabinet/cab.h"
#include "media/cabinet/embedded.h"
#include "media/probe.h"
#include "media/volume/volume.h"
#include "media/volume/volume_siblings.h"

static enum wcab_err walk_source(const struct wci_walk_place *around, struct wci_source *source,
                                 const struct wci_siblings *siblings, struct wci_bytes name,
                                 uint32_t entry, struct wcab_error *err);

#define TOO_DEEP "more than %u containers deep (index --limit depth=N allows more)"

/* ---- containers --------------------------------------------------------------------------- */

static bool is_worth_opening(const struct wci_walk_place *place, enum wci_hope hope)
{
    const struct wci_image *image = place->walk->image;

    /* Images in a folder of the host are indexed as images of their own. */
    if (hope == WCI_HOPE_IMAGE &&
        image->containers[place->container].kind == WCI_CONTAINER_DIRECTORY)
        return false;
    /* Unpacking goes file by file, in a process each: as for cabinets. */
    if (image->containers[place->container].kind == WCI_CONTAINER_INSTALLSHIELD)
        return wci_hope_is_worth_unpacking(hope);
    return hope != WCI_HOPE_NONE;
}

static enum wcab_err walk_embedded(struct wci_walk_place *place, struct wci_source *source,
                                   struct wci_bytes path, uint32_t entry, struct wcab_error *err)
{
    struct wci_embedded found[WCI_EMBEDDED_MAX];
    struct wci_source *window;
    size_t count, i;
    enum wcab_err code = place->walk->anywhere ? wci_embedded_search(source, found, &count, err)
                                               : wci_embedded_find(source, found, &count, err);

    if (code != WCAB_OK)
        return code == WCAB_ERR_FORMAT ? WCAB_OK : code;
    for (i = 0; code == WCAB_OK && i < count; i++) {
        uint32_t before = place->walk->image->container_count;

        code = wci_source_open_window(source, found[i].offset, found[i].size, &window, err);
        if (code != WCAB_OK)
            break;
        code = walk_source(place, window, NULL, path, entry, err);
        if (place->walk->image->container_count > before)
            place->walk->image->containers[before].offset = found[i].offset;
        wci_source_close(window);
    }
    return code;
}

/* The name that a driver in an archive has as a file of its own; its alias is the one there. */
static enum wcab_err name_driver(struct wci_arena *arena, const struct wci_w4_archive *archive,
                                 const struct wci_w4_member *member, struct wci_entry *entry,
                                 struct wcab_error *err)
{
    /* what Windows calls drivers since version 4, and what it called them before */
    const char *extension = archive->version >= 0x0400 ? ".VXD" : ".386";
    size_t length = member->name.length, extra = strlen(extension);
    char *name = wci_arena_alloc(arena, length + extra + 1);

    if (name == NULL)
        return wci_error_nomem(err);
    if (length > 0)
        memcpy(name, member->name.data, length);
    memcpy(name + length, extension, extra + 1);
    entry->name.bytes = (struct wci_bytes){name, length + extra};
    if (length > 0)
        entry->alias[entry->alias_count++].bytes = member->name;
    entry->size = member->size;
    entry->locator = member->offset;
    entry->cab_folder = WCI_NONE;
    return WCAB_OK;
}

/* Lists an archive of drivers.  FORMAT: it is none. */
static enum wcab_err walk_drivers(struct wci_walk_place *place, struct wci_source *source,
                                  struct wci_bytes path, uint32_t row, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_arena *arena = walk->image->arena;
    struct wci_w4_archive archive;
    struct wci_container *container;
    uint32_t index = 0;
    size_t i;
    enum wcab_err code = wci_w4_list(source, arena, &archive, err);

    if (code == WCAB_OK)
        code = wci_walk_add_container(walk, path, place->container, row, &index, err);
    if (code != WCAB_OK)
        return code;
    container = &walk->image->containers[index];
    container->kind = WCI_CONTAINER_W4;
    container->format = wci_arena_bytes(arena, wci_bytes_of(archive.compressed ? "W4" : "W3"));
    container->size = wci_source_size(source);
    container->entries = wci_arena_calloc(arena, archive.count, sizeof(*container->entries));
    if (container->format.data == NULL || (archive.count > 0 && container->entries == NULL))
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < archive.count; i++)
        code = name_driver(arena, &archive, &archive.members[i], &container->entries[i], err);
    container->entry_count = (uint32_t)archive.count;
    return code;
}

static enum wcab_err entry_of_row(void *context, uint32_t row, struct wci_entry *entry,
                                  struct wcab_error *err)
{
    const struct wci_walk_place *place = context;

    (void)err;
    *entry = *wci_container_entry(&place->walk->image->containers[place->container], row, entry);
    return WCAB_OK;
}

/* What was packed alone, and keeps no date, has that of the file that it was packed to. */
static void pass_date(struct wci_walk_place *place, uint32_t inner, uint32_t row)
{
    const struct wci_image *image = place->walk->image;
    struct wci_container *made = &image->containers[inner];
    struct wci_entry room;

    if (image->container_count > inner && made->kind == WCI_CONTAINER_WRAPPER &&
        made->entry_count == 1 && made->entries[0].modified == 0)
        made->entries[0].modified =
            wci_container_entry(&image->containers[place->container], row, &room)->modified;
}

/* Walks a file of a volume, which may belong together with others beside it. */
static enum wcab_err walk_with_siblings(struct wci_walk_place *place, struct wci_source *source,
                                        struct wci_bytes path, uint32_t row, struct wcab_error *err)
{
    uint32_t inner = place->walk->image->container_count;
    enum wcab_err code;
    struct wci_volume_siblings siblings = {
        .volume = place->volume,
        .row = row,
        .row_count = place->walk->image->containers[place->container].entry_count,
        .context = place,
        .entry = entry_of_row};

    wci_volume_siblings_init(&siblings, path.data);
    code = walk_source(place, source, place->volume != NULL ? &siblings.siblings : NULL, path, row,
                       err);
    if (code == WCAB_OK)
        pass_date(place, inner, row);
    return code;
}

/* Reads what is in an entry whose bytes are at hand. */
static enum wcab_err walk_opened(struct wci_walk_place *place, struct wci_source *source,
                                 struct wci_bytes path, uint32_t row, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_container *container = &walk->image->containers[place->container];
    struct wci_entry entry, room;
    enum wci_hope hope;
    enum wcab_err code = WCAB_ERR_FORMAT;

    entry = *wci_container_entry(container, row, &room);
    hope = wci_look_at_source(container->kind, &entry, source, walk->thorough);
    if (walk->anywhere && wci_walk_is_too_deep(place))
        return wci_error_set(err, WCAB_ERR_LIMIT, TOO_DEEP, walk->image->limits.depth);
    if (walk->anywhere)
        return hope == WCI_HOPE_NONE || hope == WCI_HOPE_EXECUTABLE
                   ? walk_embedded(place, source, path, row, err)
                   : WCAB_ERR_FORMAT;
    if (hope == WCI_HOPE_PACKED) {
        code = wci_packed_entry_name(source, &entry, walk->image->arena, err);
        if (code == WCAB_OK && !wci_container_set_entry(container, row, &entry))
            code = wci_error_nomem(err);
        return code;
    }
    if (hope == WCI_HOPE_NONE && !wci_hope_is_sure(container->kind))
        return WCAB_ERR_FORMAT;
    if (wci_walk_is_too_deep(place))
        return wci_error_set(err, WCAB_ERR_LIMIT, TOO_DEEP, walk->image->limits.depth);
    if (hope == WCI_HOPE_DRIVER || hope == WCI_HOPE_EXECUTABLE)
        code = walk_drivers(place, source, path, row, err);
    if (code == WCAB_ERR_FORMAT && hope == WCI_HOPE_EXECUTABLE)
        code = walk_embedded(place, source, path, row, err);
    else if (code == WCAB_ERR_FORMAT && hope != WCI_HOPE_DRIVER)
        code = walk_with_siblings(place, source, path, row, err);
    return code;
}

/* What becomes of the run after an entry: only faults of the run itself end it. */
static enum wcab_err end_entry(struct wci_walk_place *place, enum wcab_err code,
                               struct wci_bytes path, struct wcab_error *err)
{
    if (code == WCAB_ERR_FORMAT)
        return WCAB_OK; /* only named like a container */
    if (code == WCAB_OK || wci_error_ends_run(code))
        return code;
    if (err->place[0] == '\0')
        wci_error_push_place(err, path.data, path.length);
    wci_walk_add_fault(place->walk, place->container, true, err);
    return WCAB_OK;
}

/* ---- entries and nested volumes ------------------------------------------------------------ */

/* Opens one entry of a volume and reads what is in it. */
static enum wcab_err walk_entry(struct wci_walk_place *place, struct wci_volume *volume,
                                uint32_t index, enum wci_hope hope, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_entry room;
    const struct wci_entry *entry =
        wci_container_entry(&walk->image->containers[place->container], index, &room);
    struct wci_bytes path = wci_walk_entry_path(walk->image->arena, entry);
    struct wci_source *source = NULL;
    bool damaged;
    enum wcab_err code;

    if (path.data == NULL)
        return wci_error_nomem(err);
    /* before it is opened, which may unpack it */
    if (hope != WCI_HOPE_PACKED && wci_walk_is_too_deep(place)) {
        code = wci_error_set(err, WCAB_ERR_LIMIT, TOO_DEEP, walk->image->limits.depth);
        return end_entry(place, code, path, err);
    }
    /* Of a damaged file what comes before the damage is looked into: a cabinet's directory lies at
     * its start.  That it is damaged has been told. */
    damaged = entry->flags & WCI_ENTRY_DAMAGED;
    volume->salvage = damaged;
    code = wci_volume_open_entry(volume, entry, &source, err);
    volume->salvage = false;
    if (damaged && code != WCAB_OK && !wci_error_ends_run(code))
        return WCAB_OK;
    if (code == WCAB_OK)
        code = walk_opened(place, source, path, index, err);
    wci_source_close(source);
    return end_entry(place, code, path, err);
}

static enum wcab_err walk_entries(struct wci_walk_place *place, struct wci_volume *volume,
                                  struct wcab_error *err)
{
    const struct wci_container *container = &place->walk->image->containers[place->container];
    uint32_t count = container->entry_count, i;
    uint8_t *hopes = NULL;
    enum wcab_err code = wci_look_at_entries(volume, container, &hopes, err);

    for (i = 0; code == WCAB_OK && i < count; i++) {
        if (wci_walk_is_cancelled(place->walk))
            code = wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
        else if (is_worth_opening(place, (enum wci_hope)hopes[i]))
            code = walk_entry(place, volume, i, (enum wci_hope)hopes[i], err);
    }
    free(hopes);
    return code;
}

static enum wcab_err on_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                               struct wcab_error *err)
{
    struct wci_walk_place *place = context;
    uint32_t before = place->walk->image->container_count;
    struct wci_source *window = NULL;
    enum wcab_err code = WCAB_OK;

    if (wci_walk_is_too_deep(place))
        code = wci_error_set_at(err, WCAB_ERR_LIMIT, offset, TOO_DEEP,
                                place->walk->image->limits.depth);
    if (code == WCAB_OK)
        code = wci_volume_open_nested(place->volume, offset, size, &window, err);
    if (code == WCAB_OK) {
        code = walk_source(place, window, NULL, wci_bytes_of(name), WCI_NONE, err);
        if (place->walk->image->container_count > before)
            place->walk->image->containers[before].offset = offset;
    }
    wci_source_close(window);
    if (wci_error_ends_run(code))
        return code;
    if (code == WCAB_ERR_FORMAT && place->walk->image->containers[place->container].kind !=
                                       WCI_CONTAINER_ISO9660) /* that has boot code */
        code = wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, offset,
                                "no file system or image that is known");
    if (code != WCAB_OK && place->walk->image->container_count == before)
        wci_error_push_place(err, name, strlen(name));
    if (code != WCAB_OK && code != WCAB_ERR_FORMAT)
        wci_walk_add_fault(place->walk, place->container, false, err);
    return WCAB_OK;
}

/* Describes and lists an open volume, then what its entries hold. */
static enum wcab_err walk_volume(struct wci_walk_place *place, struct wci_volume *volume,
                                 struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_visitor visitor = {place, wci_walk_on_entry, on_nested, wci_walk_on_fault};
    enum wcab_err code = wci_volume_describe(volume, walk->image->arena,
                                             &walk->image->containers[place->container], err);

    if (code != WCAB_OK)
        goto out;
    place->volume = volume;
    wci_entries_init(&place->entries, walk->image->arena);
    code = wci_volume_walk(volume, &visitor, err);
    if (code != WCAB_OK && code != WCAB_ERR_NOMEM && code != WCAB_ERR_CANCELLED) {
        wci_walk_add_fault(walk, place->container, false, err); /* what was listed before stays */
        code = WCAB_OK;
    }
    if (code == WCAB_OK)
        code = wci_walk_keep_entries(place, err);
    if (code == WCAB_OK)
        code = walk_entries(place, volume, err);
    if (code == WCAB_OK)
        code = wci_walk_tables(place, volume, err);
    if (code == WCAB_OK)
        code = wci_walk_parts_away(place, volume, err);
    if (code == WCAB_OK)
        code = wci_msi_alias_add(walk->image, place->container, volume, err);
out:
    wci_entries_free(&place->entries);
    return code;
}

static enum wcab_err on_cabinet_file(void *context, uint32_t row, struct wci_source *source,
                                     struct wcab_error *err)
{
    struct wci_walk_place *place = context;
    struct wci_walk *walk = place->walk;
    const struct wci_container *cabinet = &walk->image->containers[place->container];
    const struct wci_entry *entry = &cabinet->entries[row];
    struct wci_bytes path = wci_walk_entry_path(walk->image->arena, entry);
    enum wcab_err code;

    if (path.data == NULL)
        return wci_error_nomem(err);
    code = source == NULL ? err->code : walk_opened(place, source, path, row, err);
    return end_entry(place, code, path, err);
}

/* Unpacks those files of a cabinet that are archives or images by their names. */
static enum wcab_err walk_cabinet_files(struct wci_walk_place *place, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    const struct wci_container cabinet = walk->image->containers[place->container];
    struct wci_cabinet_files_visitor visitor = {&walk->budget, place, on_cabinet_file};
    struct wci_hope_memo memo = {.known = {{0}}};
    uint32_t *rows = NULL;
    size_t count = 0, capacity = 0;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < cabinet.entry_count; i++) {
        if (!wci_hope_is_worth_unpacking(wci_hope_next(&memo, cabinet.kind, &cabinet.entries[i])) ||
            !wci_cabinet_files_is_whole(&cabinet, i))
            continue;
        if (wci_mem_grow(&rows, count, &capacity, sizeof(*rows)))
            rows[count++] = i;
        else
            code = wci_error_nomem(err);
    }
    if (code == WCAB_OK)
        code = wci_cabinet_files_open(place->source, &cabinet, rows, count, &visitor, err);
    free(rows);
    return code;
}

static enum wcab_err walk_cabinet(struct wci_walk_place *place, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_visitor visitor = {.context = place, .fault = wci_walk_on_fault};
    struct wci_container read = walk->image->containers[place->container];
    enum wcab_err code = wci_cab_read(place->source, 0, walk->image->arena, &visitor, &read, err);

    if (code != WCAB_OK)
        return code;
    read.partial = read.partial || walk->image->containers[place->container].partial;
    walk->image->containers[place->container] = read;
    code = walk_cabinet_files(place, err);
    return code == WCAB_OK ? wci_walk_cabinet_tables(place, err) : code;
}

/* Takes back a container that turned out to be none; it is always the newest. */
static void drop_container(struct wci_walk *walk, uint32_t index)
{
    if (walk->image->container_count == index + 1)
        walk->image->container_count = index;
}

static bool starts_with_cabinet(struct wci_source *source)
{
    uint8_t signature[4];
    size_t got;

    return wci_source_read_some(source, 0, signature, sizeof(signature), &got, NULL) == WCAB_OK &&
           got == sizeof(signature) && memcmp(signature, "MSCF", 4) == 0;
}

static void note_reason(struct wci_walk *walk, uint32_t parent, const char *reason)
{
    if (parent == WCI_NONE)
        walk->image->identity.reason = wci_arena_bytes(walk->image->arena, wci_bytes_of(reason));
}

/* `around` is the container whose `entry` (WCI_NONE: none of its files) the source is; WCI_NONE as
 * its container: the source is the image itself. */
static enum wcab_err walk_source(const struct wci_walk_place *around, struct wci_source *source,
                                 const struct wci_siblings *siblings, struct wci_bytes name,
                                 uint32_t entry, struct wcab_error *err)
{
    struct wci_walk *walk = around->walk;
    uint32_t parent = around->container;
    struct wci_walk_place place = {
        .walk = walk, .depth = parent == WCI_NONE ? 0 : around->depth + 1, .source = source};
    struct wci_volume *volume = NULL;
    char reason[WCI_PROBE_REASON];
    enum wcab_err code = wci_walk_add_container(walk, name, parent, entry, &place.container, err);

    if (code != WCAB_OK)
        return code;
    walk->image->containers[place.container].size = wci_source_size(source);
    if (starts_with_cabinet(source)) {
        code = walk_cabinet(&place, err);
        note_reason(walk, parent, "cabinet: MSCF at byte 0");
    } else {
        code = parent == WCI_NONE
                   ? wci_probe_file(source,
                                    &(struct wci_probe_place){name.data, walk->options->fetch,
                                                              walk->options->bytes_read},
                                    &volume, reason, err)
               : siblings != NULL ? wci_probe_volume_beside(source, siblings, &volume, reason, err)
                                  : wci_probe_volume(source, name.data, &volume, reason, err);
        if (code == WCAB_OK) {
            note_reason(walk, parent, reason);
            volume->budget = &walk->budget;
            code = walk_volume(&place, volume, err);
        }
    }
    wci_volume_close(volume);
    if (code != WCAB_OK)
        drop_container(walk, place.container);
    return code;
}

/* ---- the image itself --------------------------------------------------------------------- */

static enum wcab_err walk_directory(struct wci_walk *walk, const char *path, struct wcab_error *err)
{
    struct wci_walk_place place = {.walk = walk};
    struct wci_volume *volume = NULL;
    enum wcab_err code = wci_volume_dir_open(path, &volume, err);

    if (code == WCAB_OK)
        code = wci_walk_add_container(walk, wci_bytes_of(path), WCI_NONE, WCI_NONE,
                                      &place.container, err);
    if (code == WCAB_OK) {
        wci_budget_init(&walk->budget, &walk->image->limits, walk->image->limits.bytes,
                        walk->options->cancel);
        note_reason(walk, WCI_NONE, "folder");
        code = walk_volume(&place, volume, err);
    }
    wci_volume_close(volume);
    return code;
}

static enum wcab_err walk_file(struct wci_walk *walk, const char *path, struct wcab_error *err)
{
    const struct wci_walk_place host = {.walk = walk, .container = WCI_NONE};
    struct wci_source *source = NULL;
    enum wcab_err code =
        wci_fetch_open(walk->options->fetch, path, walk->options->bytes_read, &source, err);

    if (code == WCAB_OK) {
        if (walk->image->kind == WCI_IMAGE_DEVICE)
            walk->image->size = wci_source_size(source);
        wci_budget_init(&walk->budget, &walk->image->limits, wci_source_size(source),
                        walk->options->cancel);
        code = walk_source(&host, source, NULL, wci_bytes_of(path), WCI_NONE, err);
    }
    wci_source_close(source);
    return code;
}

/* Moves the arrays that grew by malloc into the arena. */
static enum wcab_err settle(struct wci_walk *walk, struct wcab_error *err)
{
    struct wci_image *image = walk->image;
    struct wci_container *containers = image->containers;
    struct wci_fault *faults = image->faults;
    size_t container_bytes = image->container_count * sizeof(*containers);
    size_t fault_bytes = image->fault_count * sizeof(*faults);
    enum wcab_err code = WCAB_OK;

    image->containers = wci_arena_alloc(image->arena, container_bytes);
    image->faults = wci_arena_alloc(image->arena, fault_bytes);
    if (image->containers == NULL || image->faults == NULL) {
        code = wci_error_nomem(err);
    } else {
        if (container_bytes > 0)
            memcpy(image->containers, containers, container_bytes);
        if (fault_bytes > 0)
            memcpy(image->faults, faults, fault_bytes);
    }
    free(containers);
    free(faults);
    return code;
}

/* What kind of image it is, and what tells it from another one. */
static enum wcab_err stamp_image(struct wci_walk *walk, const char *path, struct wcab_error *err)
{
    struct stat status;
    enum wcab_err code;

    walk->image->kind = WCI_IMAGE_FILE;
    if (wci_url_is(wci_bytes_of(path))) {
        struct wci_fetch_facts facts;

        code = wci_fetch_look(walk->options->fetch, path, &facts, err);
        if (code == WCAB_OK)
            wci_stamp_of_url(&facts, walk->image);
        return code;
    }
    if (stat(path, &status) != 0)
        return wci_error_set_sys(err, errno, "can't be read");
    wci_stamp_of(path, &status, walk->image);
    if (!S_ISREG(status.st_mode))
        walk->image->kind = S_ISDIR(status.st_mode) ? WCI_IMAGE_DIRECTORY : WCI_IMAGE_DEVICE;
    return WCAB_OK;
}

enum wcab_err wci_walk_image(const char *path, const struct wci_walk_options *options,
                             struct wci_image **image, struct wcab_error *err)
{
    struct wci_walk walk = {.options = options};
    enum wcab_err code, settled;

    walk.image = wci_image_new();
    if (walk.image == NULL)
        return wci_error_nomem(err);
    code = stamp_image(&walk, path, err);
    if (code != WCAB_OK)
        goto out;
    if (options->limits != NULL)
        walk.image->limits = *options->limits;
    walk.image->path = wci_arena_bytes(walk.image->arena, wci_bytes_of(path));
    if (walk.image->kind == WCI_IMAGE_DIRECTORY)
        code = walk_directory(&walk, path, err);
    else
        code = walk_file(&walk, path, err);
    if (code == WCAB_OK && wci_url_is(wci_bytes_of(path)))
        code = wci_fetch_check(options->fetch, path, err);
    settled = settle(&walk, code == WCAB_OK ? err : NULL);
    if (code == WCAB_OK)
        code = settled;
out:
    if (code != WCAB_OK) {
        wci_image_free(walk.image);
        return code;
    }
    *image = walk.image;
    return WCAB_OK;
}

/* ---- a file of a cabinet ------------------------------------------------------------------ */

/* The cabinet's place, with a copy of the one entry. */
static enum wcab_err put_cabinet(struct wci_walk_place *place, const struct wci_entry *entry,
                                 struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    struct wci_container *container;
    struct wci_entry *copy = wci_arena_calloc(walk->image->arena, 1, sizeof(*copy));
    struct wci_bytes last_folder = {NULL, 0};
    enum wcab_err code;

    if (copy == NULL)
        return wci_error_nomem(err);
    *copy = *entry;
    if (!wci_entry_keep(copy, walk->image->arena, &last_folder))
        return wci_error_nomem(err);
    code = wci_walk_add_container(walk, (struct wci_bytes){"", 0}, WCI_NONE, WCI_NONE,
                                  &place->container, err);
    if (code != WCAB_OK)
        return code;
    container = &walk->image->containers[place->container];
    container->kind = WCI_CONTAINER_CABINET;
    container->entries = copy;
    container->entry_count = 1;
    return WCAB_OK;
}

static enum wcab_err walk_one(struct wci_walk_place *place, const struct wci_walk_unpacked *file,
                              struct wcab_error *err)
{
    struct wci_bytes path;
    enum wcab_err code = put_cabinet(place, file->entry, err);

    if (code != WCAB_OK)
        return code;
    /* the copy's names end in NUL */
    path = wci_walk_entry_path(place->walk->image->arena,
                               &place->walk->image->containers[place->container].entries[0]);
    if (path.data == NULL)
        return wci_error_nomem(err);
    if (file->source != NULL) {
        code = walk_opened(place, file->source, path, 0, err);
    } else {
        *err = *file->why;
        code = file->why->code;
    }
    return end_entry(place, code, path, err);
}

enum wcab_err wci_walk_inside(const struct wci_walk_unpacked *file,
                              const struct wci_walk_options *options, struct wci_image **image,
                              struct wcab_error *err)
{
    struct wcab_error ignored;
    struct wci_walk walk = {
        .options = options, .image = wci_image_new(), .thorough = true, .anywhere = file->anywhere};
    struct wci_walk_place place = {.walk = &walk, .depth = file->depth};
    enum wcab_err code, settled;

    *image = NULL;
    if (err == NULL)
        err = &ignored;
    if (walk.image == NULL)
        return wci_error_nomem(err);
    if (options->limits != NULL)
        walk.image->limits = *options->limits;
    wci_budget_init(&walk.budget, &walk.image->limits,
                    file->source == NULL ? 0 : wci_source_size(file->source), options->cancel);
    code = walk_one(&place, file, err);
    settled = settle(&walk, code == WCAB_OK ? err : NULL);
    if (code == WCAB_OK)
        code = settled;
    if (code != WCAB_OK || (walk.image->container_count == 1 && walk.image->fault_count == 0))
        wci_image_free(walk.image);
    else
        *image = walk.image;
    return code;
}
