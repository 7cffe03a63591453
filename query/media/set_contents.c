/*
 * set_contents - see set_contents.h.
 */
#include "query/media/set_contents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"

/* A file that the table puts loose on a disk which no cabinet and no tag tells. */
struct told_name {
    struct wci_bytes key; /* folded; from the arena */
    uint32_t disk;
};

struct told_names {
    struct told_name *names; /* owned; by key */
    size_t count, capacity;
};

struct matching {
    struct wci_known_images *images;
    const struct told_names *told;
    struct wci_set_contents *set;
    size_t member; /* at hand */
    const struct wci_known_image *image;
    bool fits;
    uint32_t real; /* that the member's disks so far belong to; WCI_NONE: none yet */
    bool several;
    struct wcab_error *err;
};

/* The image has the disk's cabinet, or the file or label that tells it. */
static void note_disk(struct matching *matching, uint32_t disk)
{
    struct wci_set_contents *set = matching->set;
    uint32_t real = set->contents->disks[disk].real;

    set->disk_present[disk] = true;
    matching->fits = true;
    if (real == WCI_NONE)
        return;
    matching->several = matching->several || (matching->real != WCI_NONE && matching->real != real);
    matching->real = real;
}

static void match_cabinet(struct matching *matching, struct wci_bytes name)
{
    const struct wci_contents *contents = matching->set->contents;
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        if (contents->disks[i].cabinet.length > 0 &&
            wci_text_equal_folded(contents->disks[i].cabinet, name))
            note_disk(matching, i);
    }
}

static void match_tag(struct matching *matching, struct wci_bytes name)
{
    const struct wci_contents *contents = matching->set->contents;
    uint32_t i;

    for (i = 0; name.length > 0 && i < contents->disk_count; i++) {
        struct wci_bytes tag = wci_bytes_base_name(contents->disks[i].tag);

        if (contents->disks[i].cabinet.length == 0 && tag.length > 0 &&
            wci_text_equal_folded(tag, name))
            note_disk(matching, i);
    }
}

/* ---- disks that only their files tell ------------------------------------------------------- */

static bool only_files_tell(const struct wci_contents *contents, uint32_t disk)
{
    return disk < contents->disk_count && contents->disks[disk].cabinet.length == 0 &&
           contents->disks[disk].tag.length == 0 && contents->disks[disk].real != WCI_NONE;
}

static bool has_disk_of_files(const struct wci_contents *contents)
{
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        if (only_files_tell(contents, i))
            return true;
    }
    return false;
}

static enum wcab_err add_told(struct told_names *told, struct wci_bytes name, uint32_t disk,
                              struct wci_arena *arena, struct wcab_error *err)
{
    struct wci_folded folded;
    struct told_name added = {.disk = disk};

    if (name.length == 0 || name.length > WCI_LIMIT_NAME)
        return WCAB_OK;
    added.key = wci_arena_bytes(arena, wci_text_fold_name(name, &folded));
    if (added.key.data == NULL ||
        !wci_mem_grow(&told->names, told->count, &told->capacity, sizeof(*told->names)))
        return wci_error_nomem(err);
    told->names[told->count++] = added;
    return WCAB_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct told_name *x = a, *y = b;
    int order = wci_bytes_compare(x->key, y->key);

    return order != 0 ? order : (x->disk > y->disk) - (x->disk < y->disk);
}

static enum wcab_err find_told(struct wci_known_images *images, const struct wci_contents *contents,
                               struct wci_arena *arena, struct told_names *told,
                               struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    uint32_t i;
    enum wcab_err code;

    if (!has_disk_of_files(contents))
        return WCAB_OK;
    code = wci_handle_reader(images->catalog, false, &reader, err);
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, contents->listing, &listing, err);
    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        code = wci_listing_row(&listing, i, &entry, err);
        if (code != WCAB_OK || !only_files_tell(contents, entry.cab_folder))
            continue;
        code = add_told(told, entry.name.bytes, entry.cab_folder, arena, err);
        if (code == WCAB_OK && entry.alias_count > 0)
            code = add_told(told, entry.alias[0].bytes, entry.cab_folder, arena, err);
    }
    if (told->count > 1)
        qsort(told->names, told->count, sizeof(*told->names), by_key);
    return code;
}

/* A file that the table has on one such disk and on no other tells it. */
static void match_told(struct matching *matching, struct wci_bytes name)
{
    const struct told_names *told = matching->told;
    struct wci_folded folded;
    struct told_name wanted = {.disk = 0};
    size_t low = 0, high = told->count;

    if (told->count == 0 || name.length > WCI_LIMIT_NAME)
        return;
    wanted.key = wci_text_fold_name(name, &folded);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_key(&told->names[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == told->count || !wci_bytes_equal(told->names[low].key, wanted.key))
        return;
    for (high = low + 1; high < told->count; high++) {
        if (!wci_bytes_equal(told->names[high].key, wanted.key))
            break;
        if (told->names[high].disk != told->names[low].disk)
            return;
    }
    note_disk(matching, told->names[low].disk);
}

/* Files of a volume, for tables that know disks by a file: that in its root, or any of those they put there. */
static enum wcab_err match_files(struct matching *matching, uint32_t container)
{
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    uint32_t i;
    enum wcab_err code =
        wci_handle_reader(matching->images->catalog, false, &reader, matching->err);

    if (code == WCAB_OK)
        code = wci_reader_listing(reader, matching->image->state.listings[container], &listing,
                                  matching->err);
    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        code = wci_listing_row(&listing, i, &entry, matching->err);
        if (code == WCAB_OK && entry.folder.length == 0)
            match_tag(matching, entry.name.bytes);
        if (code == WCAB_OK)
            match_told(matching, wci_entry_stored_name(&entry));
    }
    return code;
}

/* Whether any disk of the table is known by a file or label. */
static bool has_tags(const struct wci_contents *contents)
{
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        if (contents->disks[i].cabinet.length == 0 && contents->disks[i].tag.length > 0)
            return true;
    }
    return false;
}

static enum wcab_err match_member(struct matching *matching)
{
    const struct wci_known_image *image = matching->image;
    bool tags = has_tags(matching->set->contents);
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->image.container_count; i++) {
        const struct wci_container *container = &image->image.containers[i];

        if (!wci_known_image_holds(image, i))
            continue;
        if (container->kind == WCI_CONTAINER_CABINET) {
            match_cabinet(matching, wci_known_image_file_name(image, i));
        } else if ((tags || matching->told->count > 0) &&
                   wci_known_image_is_volume(container->kind)) {
            match_tag(matching, container->label.bytes);
            code = match_files(matching, i);
        }
    }
    matching->set->member_real[matching->member] = matching->several ? WCI_NONE : matching->real;
    matching->set->member_fits[matching->member] = matching->fits;
    return code;
}

/* ---- the set ------------------------------------------------------------------------------ */

/* The first table that tells a fact is believed. */
static void take_facts(struct wci_set_contents *set, const struct wci_contents *contents)
{
    if (set->locale.length == 0)
        set->locale = contents->locale;
    if (set->setup_version.length == 0)
        set->setup_version = contents->setup_version;
    if (set->subversion.length == 0)
        set->subversion = contents->subversion;
}

static enum wcab_err find_facts(struct wci_known_images *images,
                                const struct wci_known_image *image, struct wci_set_contents *set,
                                struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->image.container_count; i++) {
        const struct wci_contents *contents;

        if (image->image.containers[i].kind != WCI_CONTAINER_CONTENTS ||
            wci_part_of(&image->image, i) != image->part)
            continue;
        code = wci_contents_get(images, image->state.listings[i], &contents, err);
        if (code == WCAB_OK)
            take_facts(set, contents);
    }
    return code;
}

static enum wcab_err find_table(struct wci_known_images *images, const struct wci_member *members,
                                size_t count, struct wci_set_contents *set, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < count; i++) {
        const struct wci_contents *found = NULL;

        if (members[i].foreign)
            continue;
        code = find_facts(images, members[i].image, set, err);
        if (code == WCAB_OK)
            code = wci_contents_of(images, members[i].image, &found, err);
        if (code == WCAB_OK && found != NULL &&
            (set->contents == NULL || found->file_count > set->contents->file_count)) {
            set->contents = found;
            set->holder = members[i].image;
        }
    }
    return code;
}

/* Counts the real disks of which nothing is missing. */
static void count_reals(struct wci_set_contents *set, const struct told_names *told)
{
    const struct wci_contents *contents = set->contents;
    uint32_t known = 0, i;

    memset(set->real_present, 1, contents->real_count * sizeof(bool));
    for (i = 0; i < contents->disk_count; i++) {
        const struct wci_contents_disk *disk = &contents->disks[i];

        if (disk->real == WCI_NONE)
            continue;
        known += disk->cabinet.length > 0 || disk->tag.length > 0 || told->count > 0;
        if (!set->disk_present[i])
            set->real_present[disk->real] = false;
    }
    for (i = 0; i < contents->real_count; i++)
        set->reals_present += set->real_present[i];
    set->countable = contents->real_count > 0 && known >= contents->real_count;
}

enum wcab_err wci_set_contents_find(struct wci_known_images *images,
                                    const struct wci_member *members, size_t count,
                                    struct wci_arena *arena, struct wci_set_contents *set,
                                    struct wcab_error *err)
{
    struct told_names told = {NULL, 0, 0};
    size_t i;
    enum wcab_err code;

    memset(set, 0, sizeof(*set));
    code = find_table(images, members, count, set, err);
    if (code != WCAB_OK || set->contents == NULL)
        return code;
    set->member_real = wci_arena_calloc(arena, count, sizeof(*set->member_real));
    set->member_fits = wci_arena_calloc(arena, count, sizeof(*set->member_fits));
    set->disk_present =
        wci_arena_calloc(arena, (size_t)set->contents->disk_count + 1, sizeof(bool));
    set->real_present =
        wci_arena_calloc(arena, (size_t)set->contents->real_count + 1, sizeof(bool));
    if (set->member_real == NULL || set->member_fits == NULL || set->disk_present == NULL ||
        set->real_present == NULL)
        return wci_error_nomem(err);
    code = find_told(images, set->contents, arena, &told, err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        struct matching matching = {.images = images,
                                    .told = &told,
                                    .set = set,
                                    .member = i,
                                    .image = members[i].image,
                                    .real = WCI_NONE,
                                    .err = err};

        set->member_real[i] = WCI_NONE;
        if (!members[i].foreign)
            code = match_member(&matching);
    }
    if (code == WCAB_OK)
        count_reals(set, &told);
    free(told.names);
    return code;
}

/* ---- the release -------------------------------------------------------------------------- */

static struct wci_bytes without_blanks(struct wci_bytes text)
{
    while (text.length > 0 && text.data[0] == ' ') {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && text.data[text.length - 1] == ' ')
        text.length--;
    return text;
}

/* Windows 95 shows the number of its first release in all later ones, with a letter behind it. */
static const char *version_text(unsigned minor, unsigned build, char *text, size_t size)
{
    enum { FIRST_95 = 950 };

    if (minor < 10 && build >= FIRST_95)
        (void)snprintf(text, size, "4.00.%d", FIRST_95);
    else
        (void)snprintf(text, size, "4.%02u.%u", minor, build);
    return minor < 10 ? "Windows 95" : minor < 90 ? "Windows 98" : "Windows Me";
}

bool wci_set_contents_release(const struct wci_set_contents *set, struct wci_arena *arena,
                              struct wci_bytes *release, const char **title)
{
    struct wci_bytes letter = without_blanks(set->subversion);
    char version[32], text[64];
    unsigned major = 0, minor = 0, middle = 0, build = 0;

    *release = (struct wci_bytes){NULL, 0};
    *title = NULL;
    if (set->setup_version.length == 0 || set->setup_version.length >= sizeof(version))
        return true;
    memcpy(version, set->setup_version.data, set->setup_version.length);
    version[set->setup_version.length] = '\0';
    if (sscanf(version, "%5u.%5u.%5u.%5u", &major, &minor, &middle, &build) != 4 || major != 4 ||
        minor > 99)
        return true;
    *title = version_text(minor, build, version, sizeof(version));
    (void)snprintf(text, sizeof(text), "%s%s%.*s", version, letter.length > 0 ? " " : "",
                   letter.length > 8 ? 8 : (int)letter.length,
                   letter.length > 0 ? letter.data : "");
    *release = wci_arena_bytes(arena, wci_bytes_of(text));
    return release->data != NULL;
}
