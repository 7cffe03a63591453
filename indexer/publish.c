/*
 * publish - see publish.h.
 */
#include "indexer/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "media/bytes/digest.h"

/* Stands first in the digest of a joint, so that none equals a real one. */
static const char joint_domain[] = "published joint";

/* A file goes on in another cabinet. */
struct join {
    const struct wci_profile_row *row;  /* the file */
    struct wci_bytes before, after;     /* cabinets */
    const struct wci_profile_row *home; /* a row that tells disk and path of `after`, or NULL */
    bool goes_on;                       /* and in a further one after that */
};

struct publisher {
    const struct wci_profile *profile;
    struct wci_bytes disk; /* of the image being made */
    struct wci_image *image;
    size_t container_capacity; /* of image->containers, from the arena */
    size_t *entry_capacities;  /* owned; while entries are collected they are malloced */
    struct join *joins;        /* owned; of the whole listing, in its order */
    size_t join_count;
    struct wcab_error *err;
};

/* ---- digests ------------------------------------------------------------------------------ */

static bool sha256(const struct wci_buffer *buffer, uint8_t digest[32])
{
    return buffer->ok && wci_digest_sha256(buffer->data, buffer->size, digest);
}

static void put_entry(struct wci_buffer *buffer, const struct wci_entry *entry)
{
    uint8_t i;

    wci_buffer_bytes(buffer, entry->folder);
    wci_buffer_bytes(buffer, entry->name.bytes);
    wci_buffer_u8(buffer, entry->alias_count);
    for (i = 0; i < entry->alias_count; i++)
        wci_buffer_bytes(buffer, entry->alias[i].bytes);
    wci_buffer_u16(buffer, entry->flags);
    wci_buffer_u32(buffer, entry->modified);
    wci_buffer_u64(buffer, entry->size);
}

/* Equal digests must mean equal listings: everything that is stored with one goes in. */
static bool digest_container(struct wci_container *container)
{
    struct wci_buffer buffer;
    uint8_t digest[32];
    uint32_t i;
    bool ok;

    wci_buffer_init(&buffer);
    wci_buffer_put(&buffer, "published", sizeof("published"));
    wci_buffer_u8(&buffer, (uint8_t)container->kind);
    if (container->cab != NULL) {
        wci_buffer_u64(&buffer, container->cab->joint_previous);
        wci_buffer_u64(&buffer, container->cab->joint_next);
        wci_buffer_bytes(&buffer, container->cab->previous_cabinet);
        wci_buffer_bytes(&buffer, container->cab->next_cabinet);
        wci_buffer_bytes(&buffer, container->cab->previous_disk);
        wci_buffer_bytes(&buffer, container->cab->next_disk);
        wci_buffer_u32(&buffer, container->cab->size);
    }
    for (i = 0; i < container->entry_count; i++)
        put_entry(&buffer, &container->entries[i]);
    ok = sha256(&buffer, digest);
    if (ok)
        memcpy(container->digest, digest, sizeof(container->digest));
    wci_buffer_free(&buffer);
    return ok;
}

/* What both sides of the cut between two published cabinets know; never 0. */
static uint64_t joint_of(const struct wci_profile *profile, struct wci_bytes before,
                         struct wci_bytes after)
{
    struct wci_folded folded;
    const struct wci_bytes names[] = {before, after};
    struct wci_buffer buffer;
    uint8_t digest[32] = {0};
    uint64_t joint = 0;
    size_t i;

    wci_buffer_init(&buffer);
    wci_buffer_put(&buffer, joint_domain, sizeof(joint_domain));
    wci_buffer_bytes(&buffer, profile->id);
    for (i = 0; i < 2; i++)
        wci_buffer_bytes(&buffer, wci_text_fold_name(names[i], &folded));
    if (sha256(&buffer, digest)) {
        for (i = 0; i < sizeof(joint); i++)
            joint = joint << 8 | digest[i];
    }
    wci_buffer_free(&buffer);
    return joint == 0 ? 1 : joint;
}

/* ---- entries ------------------------------------------------------------------------------ */

/* Splits a name stored in a cabinet at its last backslash. */
static void split_stored(struct wci_bytes stored, struct wci_bytes *folder, struct wci_bytes *name)
{
    size_t i;

    *name = stored;
    for (i = stored.length; i > 0; i--) {
        if (stored.data[i - 1] != '\\')
            continue;
        folder->data = stored.data;
        folder->length = i - 1;
        name->data = stored.data + i;
        name->length = stored.length - i;
        return;
    }
}

static void fill_entry(const struct wci_profile_row *row, struct wci_entry *entry)
{
    struct wci_bytes short_name = row->name;

    memset(entry, 0, sizeof(*entry));
    if (row->cabinet.length == 0)
        entry->folder = row->path;
    else
        split_stored(row->name, &entry->folder, &short_name);
    entry->name.bytes = short_name;
    if (row->long_name.length > 0) {
        struct wci_bytes long_name;

        if (row->cabinet.length == 0)
            long_name = row->long_name;
        else
            split_stored(row->long_name, &entry->folder, &long_name);
        entry->name.bytes = long_name;
        if (!wci_text_equal_folded(long_name, short_name)) {
            entry->alias[0].bytes = short_name;
            entry->alias_count = 1;
        }
    }
    if (row->status == WCI_ROW_DOUBTFUL)
        entry->flags |= WCI_ENTRY_DOUBTFUL;
    if (row->size == WCI_ROW_SIZE_UNKNOWN)
        entry->flags |= WCI_ENTRY_SIZE_UNKNOWN;
    else
        entry->size = row->size;
    entry->modified = row->modified;
    entry->cab_folder = WCI_NONE;
}

static enum wcab_err add_entry(struct publisher *publisher, uint32_t container,
                               const struct wci_entry *entry)
{
    struct wci_container *target = &publisher->image->containers[container];

    if (target->entry_count >= WCI_LIMIT_ENTRIES)
        return wci_error_set(publisher->err, WCAB_ERR_LIMIT, "too many rows in one cabinet");
    if (!wci_mem_grow(&target->entries, target->entry_count,
                      &publisher->entry_capacities[container], sizeof(*target->entries)))
        return wci_error_nomem(publisher->err);
    target->entries[target->entry_count++] = *entry;
    return WCAB_OK;
}

/* ---- containers --------------------------------------------------------------------------- */

static uint32_t find_cabinet(const struct wci_image *image, struct wci_bytes cabinet)
{
    uint32_t i;

    for (i = image->container_count; i > 1; i--) { /* the last one is the most likely */
        if (wci_text_equal_folded(wci_bytes_base_name(image->containers[i - 1].name), cabinet))
            return i - 1;
    }
    return WCI_NONE;
}

/* The volume's entry for the cabinet's file, made up when the listing has none. */
static enum wcab_err find_cabinet_file(struct publisher *publisher, struct wci_bytes path,
                                       struct wci_bytes cabinet, uint32_t *entry)
{
    const struct wci_container *volume = &publisher->image->containers[0];
    struct wci_entry made = {.folder = path,
                             .name.bytes = cabinet,
                             .flags = WCI_ENTRY_SIZE_UNKNOWN,
                             .cab_folder = WCI_NONE};
    uint32_t i;

    for (i = 0; i < volume->entry_count; i++) {
        if (wci_text_equal_folded(volume->entries[i].name.bytes, cabinet) &&
            wci_text_equal_folded(volume->entries[i].folder, path)) {
            *entry = i;
            return WCAB_OK;
        }
    }
    *entry = volume->entry_count;
    return add_entry(publisher, 0, &made);
}

static enum wcab_err join_path(struct publisher *publisher, struct wci_bytes path,
                               struct wci_bytes name, struct wci_bytes *joined)
{
    char *place = wci_arena_alloc(publisher->image->arena, path.length + name.length + 2);

    if (place == NULL)
        return wci_error_nomem(publisher->err);
    joined->data = place;
    if (path.length > 0) {
        memcpy(place, path.data, path.length);
        place += path.length;
        *place++ = '/';
    }
    memcpy(place, name.data, name.length);
    place[name.length] = '\0';
    joined->length = (size_t)(place - joined->data) + name.length;
    return WCAB_OK;
}

static enum wcab_err add_cabinet(struct publisher *publisher, struct wci_bytes path,
                                 struct wci_bytes name, uint32_t *number)
{
    struct wci_image *image = publisher->image;
    struct wci_container *container;
    const struct wci_entry *file;
    uint32_t entry = 0;
    enum wcab_err code = find_cabinet_file(publisher, path, name, &entry);

    if (code != WCAB_OK)
        return code;
    if (image->container_count >= publisher->container_capacity)
        return wci_error_set(publisher->err, WCAB_ERR_LIMIT, "too many cabinets on one disk");
    container = &image->containers[image->container_count];
    code = join_path(publisher, path, name, &container->name);
    if (code != WCAB_OK)
        return code;
    container->cab = wci_arena_calloc(image->arena, 1, sizeof(*container->cab));
    if (container->cab == NULL)
        return wci_error_nomem(publisher->err);
    file = &image->containers[0].entries[entry];
    container->kind = WCI_CONTAINER_CABINET;
    container->parent = 0;
    container->parent_entry = entry;
    container->size = file->size;
    if (file->size <= UINT32_MAX)
        container->cab->size = (uint32_t)file->size;
    *number = image->container_count++;
    return WCAB_OK;
}

/* The container of a cabinet of this disk, made when it is not there yet. */
static enum wcab_err cabinet_of(struct publisher *publisher, struct wci_bytes path,
                                struct wci_bytes name, uint32_t *number)
{
    *number = find_cabinet(publisher->image, name);
    if (*number != WCI_NONE)
        return WCAB_OK;
    return add_cabinet(publisher, path, name, number);
}

static void describe_volume(const struct publisher *publisher, struct wci_container *volume)
{
    const struct wci_profile_disk *disk =
        wci_profile_find_disk(publisher->profile, publisher->disk);

    volume->parent = WCI_NONE;
    volume->parent_entry = WCI_NONE;
    switch (publisher->profile->kind) {
    case WCI_PROFILE_FLOPPIES:
        volume->kind = WCI_CONTAINER_FAT;
        volume->format = wci_bytes_of("FAT12");
        break;
    case WCI_PROFILE_CD:
        volume->kind = WCI_CONTAINER_ISO9660;
        volume->format = wci_bytes_of("ISO 9660");
        break;
    case WCI_PROFILE_DOWNLOAD:
    case WCI_PROFILE_FOLDER:
        volume->kind = WCI_CONTAINER_DIRECTORY;
        break;
    }
    if (disk == NULL)
        return;
    if (wci_bytes_equal(disk->format, wci_bytes_of("DMF")))
        volume->format = wci_bytes_of("FAT12 (DMF)");
    volume->label.bytes = disk->label;
    volume->serial = disk->serial;
}

/* ---- files that go on in further cabinets -------------------------------------------------- */

/* Cuts the first word off *text. */
static struct wci_bytes next_word(struct wci_bytes *text)
{
    struct wci_bytes word = *text;
    const char *blank = text->length == 0 ? NULL : memchr(text->data, ' ', text->length);

    if (blank == NULL) {
        text->length = 0;
        return word;
    }
    word.length = (size_t)(blank - text->data);
    text->data += word.length + 1;
    text->length -= word.length + 1;
    return word;
}

static size_t count_joins(const struct wci_profile *profile)
{
    size_t count = 0, i, j;

    for (i = 0; i < profile->row_count; i++) {
        struct wci_bytes text = profile->rows[i].continues_in;

        count += text.length > 0;
        for (j = 0; j < text.length; j++)
            count += text.data[j] == ' ';
    }
    return count;
}

/* Finds every place where a row goes on in another cabinet, with that cabinet's own place. */
static enum wcab_err find_joins(struct publisher *publisher)
{
    const struct wci_profile *profile = publisher->profile;
    size_t count = count_joins(profile), i;

    if (count == 0)
        return WCAB_OK;
    publisher->joins = wci_mem_calloc(count, sizeof(*publisher->joins));
    if (publisher->joins == NULL)
        return wci_error_nomem(publisher->err);
    for (i = 0; i < profile->row_count; i++) {
        struct wci_bytes rest = profile->rows[i].continues_in;
        struct wci_bytes before = profile->rows[i].cabinet;

        while (rest.length > 0) {
            struct wci_bytes after = next_word(&rest);
            struct join *join = &publisher->joins[publisher->join_count];

            if (after.length == 0)
                continue;
            join->row = &profile->rows[i];
            join->before = before;
            join->after = after;
            join->home = wci_profile_find_cabinet(profile, after);
            join->goes_on = rest.length > 0;
            before = after;
            publisher->join_count++;
        }
    }
    return WCAB_OK;
}

/* Notes in both cabinets, as far as they are on this disk, that one goes on in the other. */
static void link_cabinets(const struct publisher *publisher, const struct join *join)
{
    uint64_t joint = joint_of(publisher->profile, join->before, join->after);
    uint32_t first = find_cabinet(publisher->image, join->before);
    uint32_t second = find_cabinet(publisher->image, join->after);

    if (first != WCI_NONE) {
        struct wci_cab *cab = publisher->image->containers[first].cab;

        cab->flags |= WCI_CAB_HAS_NEXT;
        cab->next_cabinet = join->after;
        if (join->home != NULL)
            cab->next_disk = join->home->disk;
        cab->joint_next = joint;
    }
    if (second != WCI_NONE) {
        struct wci_cab *cab = publisher->image->containers[second].cab;

        cab->flags |= WCI_CAB_HAS_PREVIOUS;
        cab->previous_cabinet = join->before;
        cab->previous_disk = join->row->disk;
        cab->joint_previous = joint;
    }
}

/* ---- one disk ----------------------------------------------------------------------------- */

static bool on_this_disk(const struct publisher *publisher, const struct wci_profile_row *row)
{
    return wci_bytes_equal(row->disk, publisher->disk);
}

static enum wcab_err add_loose_rows(struct publisher *publisher)
{
    const struct wci_profile *profile = publisher->profile;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < profile->row_count; i++) {
        const struct wci_profile_row *row = &profile->rows[i];
        struct wci_entry entry;

        if (row->cabinet.length > 0 || !on_this_disk(publisher, row))
            continue;
        fill_entry(row, &entry);
        code = add_entry(publisher, 0, &entry);
    }
    return code;
}

/* Whether the cabinet that the join leads to is on this disk. */
static bool leads_here(const struct publisher *publisher, const struct join *join)
{
    return join->home != NULL && on_this_disk(publisher, join->home);
}

/* Makes this disk's cabinets in the listing's order. */
static enum wcab_err add_cabinets(struct publisher *publisher)
{
    const struct wci_profile *profile = publisher->profile;
    enum wcab_err code = WCAB_OK;
    uint32_t number;
    size_t i, at = 0;

    for (i = 0; code == WCAB_OK && i < profile->row_count; i++) {
        const struct wci_profile_row *row = &profile->rows[i];

        if (row->cabinet.length > 0 && on_this_disk(publisher, row))
            code = cabinet_of(publisher, row->path, row->cabinet, &number);
        for (; code == WCAB_OK && at < publisher->join_count; at++) {
            const struct join *join = &publisher->joins[at];

            if (join->row != row)
                break;
            if (leads_here(publisher, join))
                code = cabinet_of(publisher, join->home->path, join->after, &number);
        }
    }
    return code;
}

/* Files that began in another cabinet stand first, as on real media. */
static enum wcab_err add_continued_entries(struct publisher *publisher)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < publisher->join_count; i++) {
        const struct join *join = &publisher->joins[i];
        struct wci_entry entry;
        uint32_t number = 0;

        link_cabinets(publisher, join);
        if (!leads_here(publisher, join))
            continue;
        fill_entry(join->row, &entry);
        entry.flags |= WCI_ENTRY_CONTINUED;
        if (join->goes_on)
            entry.flags |= WCI_ENTRY_CONTINUES;
        code = cabinet_of(publisher, join->home->path, join->after, &number);
        if (code == WCAB_OK)
            code = add_entry(publisher, number, &entry);
    }
    return code;
}

static enum wcab_err add_own_entries(struct publisher *publisher)
{
    const struct wci_profile *profile = publisher->profile;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < profile->row_count; i++) {
        const struct wci_profile_row *row = &profile->rows[i];
        struct wci_entry entry;
        uint32_t number = 0;

        if (row->cabinet.length == 0 || !on_this_disk(publisher, row))
            continue;
        fill_entry(row, &entry);
        if (row->continues_in.length > 0)
            entry.flags |= WCI_ENTRY_CONTINUES;
        code = cabinet_of(publisher, row->path, row->cabinet, &number);
        if (code == WCAB_OK)
            code = add_entry(publisher, number, &entry);
    }
    return code;
}

/* Upper bound of the containers of one image: the volume, and each run of rows and each join may
 * bring a cabinet. */
static size_t count_containers(const struct publisher *publisher)
{
    const struct wci_profile *profile = publisher->profile;
    size_t count = 2 + publisher->join_count, i;

    for (i = 0; i < profile->row_count; i++)
        count += i == 0 || !wci_bytes_equal(profile->rows[i].cabinet, profile->rows[i - 1].cabinet);
    return count < WCI_LIMIT_CONTAINERS ? count : WCI_LIMIT_CONTAINERS;
}

/* Moves the entries into the arena and closes each container. */
static enum wcab_err settle(struct publisher *publisher)
{
    struct wci_image *image = publisher->image;
    bool ok = true;
    uint32_t i;

    for (i = 0; i < image->container_count; i++) {
        struct wci_container *container = &image->containers[i];
        struct wci_entry *collected = container->entries;

        container->entries = NULL;
        if (ok && container->entry_count > 0) {
            container->entries =
                wci_arena_calloc(image->arena, container->entry_count, sizeof(*container->entries));
            ok = container->entries != NULL;
        }
        if (container->entries != NULL && collected != NULL)
            memcpy(container->entries, collected,
                   container->entry_count * sizeof(*container->entries));
        free(collected);
        ok = ok && digest_container(container);
    }
    for (i = 0; !ok && i < image->container_count; i++)
        image->containers[i].entries = NULL; /* nothing left that drop_entries could free */
    return ok ? WCAB_OK : wci_error_nomem(publisher->err);
}

static void drop_entries(struct publisher *publisher)
{
    uint32_t i;

    for (i = 0; i < publisher->image->container_count; i++) {
        free(publisher->image->containers[i].entries);
        publisher->image->containers[i].entries = NULL;
    }
}

static enum wcab_err name_image(struct publisher *publisher)
{
    struct wci_image *image = publisher->image;
    const struct wci_profile *profile = publisher->profile;
    size_t size = sizeof("profile:/") + profile->id.length + publisher->disk.length;
    char *path = wci_arena_alloc(image->arena, size);

    if (path == NULL)
        return wci_error_nomem(publisher->err);
    snprintf(path, size, "profile:%.*s%s%.*s", (int)profile->id.length, profile->id.data,
             publisher->disk.length > 0 ? "/" : "", (int)publisher->disk.length,
             publisher->disk.length > 0 ? publisher->disk.data : "");
    image->path = wci_bytes_of(path);
    image->kind = WCI_IMAGE_PUBLISHED;
    image->identity.medium = profile->id;
    image->identity.disk = publisher->disk;
    image->identity.reason = wci_bytes_of("published listing");
    return WCAB_OK;
}

static enum wcab_err fill_image(struct publisher *publisher)
{
    struct wci_image *image = publisher->image;
    enum wcab_err code = name_image(publisher);

    if (code != WCAB_OK)
        return code;
    publisher->container_capacity = count_containers(publisher);
    image->containers =
        wci_arena_calloc(image->arena, publisher->container_capacity, sizeof(*image->containers));
    publisher->entry_capacities =
        wci_mem_calloc(publisher->container_capacity, sizeof(*publisher->entry_capacities));
    if (image->containers == NULL || publisher->entry_capacities == NULL)
        return wci_error_nomem(publisher->err);
    image->container_count = 1;
    describe_volume(publisher, &image->containers[0]);
    if ((code = add_loose_rows(publisher)) != WCAB_OK ||
        (code = add_cabinets(publisher)) != WCAB_OK ||
        (code = add_continued_entries(publisher)) != WCAB_OK ||
        (code = add_own_entries(publisher)) != WCAB_OK)
        return code;
    return settle(publisher);
}

/* The image of publisher->disk, or NULL in *image when the listing has nothing on it. */
static enum wcab_err publish_disk(struct publisher *publisher, struct wci_image **image)
{
    const struct wci_profile *profile = publisher->profile;
    enum wcab_err code;
    size_t i;

    *image = NULL;
    for (i = 0; i < profile->row_count; i++) {
        if (on_this_disk(publisher, &profile->rows[i]))
            break;
    }
    if (i == profile->row_count)
        return WCAB_OK;
    publisher->image = wci_image_new();
    if (publisher->image == NULL)
        return wci_error_nomem(publisher->err);
    code = fill_image(publisher);
    free(publisher->entry_capacities);
    publisher->entry_capacities = NULL;
    if (code == WCAB_OK) {
        *image = publisher->image;
    } else {
        drop_entries(publisher);
        wci_image_free(publisher->image);
    }
    publisher->image = NULL;
    return code;
}

enum wcab_err wci_publish_profile(const struct wci_profile *profile, struct wci_image ***images,
                                  size_t *count, struct wcab_error *err)
{
    struct publisher publisher = {.profile = profile, .err = err};
    struct wci_image **made = wci_mem_calloc(profile->disk_count + 1, sizeof(*made));
    size_t made_count = 0, i;
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    code = find_joins(&publisher);
    for (i = 0; code == WCAB_OK && i <= profile->disk_count; i++) {
        struct wci_image *image = NULL;

        if (i < profile->disk_count)
            publisher.disk = profile->disks[i].id;
        else
            publisher.disk.length = 0; /* rows without a disk */
        code = publish_disk(&publisher, &image);
        if (image != NULL)
            made[made_count++] = image;
    }
    free(publisher.joins);
    if (code != WCAB_OK || made_count == 0) {
        wci_publish_free(made, made_count);
        made = NULL;
        made_count = 0;
    }
    if (code == WCAB_OK) {
        *images = made;
        *count = made_count;
    }
    return code;
}

void wci_publish_free(struct wci_image **images, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        wci_image_free(images[i]);
    free(images);
}
