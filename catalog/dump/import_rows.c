/*
 * import_rows - the lines of an export that tell of containers, their rows, and facts of these.
 */
#include <string.h>

#include "catalog/dump/dump.h"
#include "catalog/dump/import_run.h"
#include "core/error.h"
#include "core/limits.h"

/* Looks the container's listing up, or expects it to follow. */
static enum wcab_err note_listing(struct wci_import *in, const struct wci_container *container,
                                  struct wci_import_gathered *gathered)
{
    struct wci_import_listing *listing;

    if (gathered->number == 0 || gathered->number > in->known_count + 1)
        return wci_import_wrong(in, "its listing's number is not the next one");
    gathered->brings = gathered->number == in->known_count + 1;
    if (gathered->brings) {
        if (!wci_mem_grow(&in->known, in->known_count, &in->known_capacity, sizeof(*in->known)))
            return wci_error_nomem(in->err);
        listing = &in->known[in->known_count++];
        memset(listing, 0, sizeof(*listing));
        listing->kind = container->kind;
        listing->container = in->image->container_count;
    } else if (in->known[gathered->number - 1].kind != container->kind) {
        return wci_import_wrong(in, "its listing is of another kind");
    }
    return WCAB_OK;
}

static enum wcab_err add_container(struct wci_import *in, const struct wci_container *container,
                                   const struct wci_import_gathered *gathered)
{
    size_t count = in->image->container_count;

    if (count >= WCI_LIMIT_CONTAINERS)
        return wci_import_wrong(in, "the image has too many containers");
    if (!wci_mem_grow(&in->image->containers, count, &in->container_capacity, sizeof(*container)) ||
        !wci_mem_grow(&in->gathered, count, &in->gathered_capacity, sizeof(*gathered)))
        return wci_error_nomem(in->err);
    in->image->containers[count] = *container;
    in->gathered[count] = *gathered;
    in->image->container_count++;
    return WCAB_OK;
}

enum wcab_err wci_import_take_container(struct wci_import *in)
{
    const struct wci_bytes *fields = in->fields;
    struct wci_container container;
    struct wci_import_gathered gathered;
    enum wcab_err code;
    bool ok = true;

    if (in->image == NULL)
        return wci_import_wrong(in, "a container without an image");
    code = wci_import_close_container(in);
    if (code != WCAB_OK)
        return code;
    memset(&container, 0, sizeof(container));
    memset(&gathered, 0, sizeof(gathered));
    container.kind = (enum wci_container_kind)wci_dump_container_kind(fields[0]);
    container.parent = (uint32_t)wci_import_optional(fields[1], UINT32_MAX - 1, WCI_NONE, &ok);
    container.parent_entry =
        (uint32_t)wci_import_optional(fields[2], UINT32_MAX - 1, WCI_NONE, &ok);
    container.name = wci_import_text(in, fields[3], &ok);
    if (in->image->container_count == 0 && wci_bytes_equal(container.name, in->path))
        container.name = in->image->path; /* a folder of the host */
    container.offset = wci_import_number(fields[4], UINT64_MAX, &ok);
    container.size = wci_import_number(fields[5], UINT64_MAX, &ok);
    container.format = wci_import_text(in, fields[6], &ok);
    container.label = wci_import_name(in, &fields[7], &ok);
    container.serial = (uint32_t)wci_import_hex(fields[9], 8, &ok);
    container.created = wci_import_hex(fields[10], 16, &ok);
    container.partial = wci_import_choice(fields[11], "partial", "whole", &ok);
    gathered.number = (size_t)wci_import_number(fields[12], UINT32_MAX, &ok);
    (void)wci_import_digest(fields[13], container.digest, sizeof(container.digest), &ok);
    if (!ok || container.kind == 0)
        return wci_import_wrong(in, "a field of the container is wrong");
    code = note_listing(in, &container, &gathered);
    return code != WCAB_OK ? code : add_container(in, &container, &gathered);
}

/* The container at hand when it brings rows that may still follow. */
static struct wci_container *bringing_container(struct wci_import *in)
{
    struct wci_container *container = wci_import_container_at_hand(in);
    const struct wci_import_gathered *gathered;

    if (container == NULL)
        return NULL;
    gathered = &in->gathered[in->image->container_count - 1];
    return gathered->brings && !gathered->facts_follow ? container : NULL;
}

enum wcab_err wci_import_take_cabinet(struct wci_import *in)
{
    struct wci_container *container = bringing_container(in);
    const struct wci_bytes *fields = in->fields;
    struct wci_cab *cab;
    bool ok = true;

    if (container == NULL || container->cab != NULL || container->entry_count > 0)
        return wci_import_wrong(in, "a cabinet's header stands behind its container");
    cab = wci_arena_calloc(in->image->arena, 1, sizeof(*cab));
    if (cab == NULL)
        return wci_error_nomem(in->err);
    cab->size = (uint32_t)wci_import_number(fields[0], UINT32_MAX, &ok);
    cab->version = (uint16_t)wci_import_hex(fields[1], 4, &ok);
    cab->flags = (uint16_t)wci_import_hex(fields[2], 4, &ok);
    cab->set_id = (uint16_t)wci_import_number(fields[3], UINT16_MAX, &ok);
    cab->index = (uint16_t)wci_import_number(fields[4], UINT16_MAX, &ok);
    cab->data_reserve = (uint8_t)wci_import_number(fields[5], UINT8_MAX, &ok);
    cab->joint_previous = wci_import_hex(fields[6], 16, &ok);
    cab->joint_next = wci_import_hex(fields[7], 16, &ok);
    cab->previous_cabinet = wci_import_text(in, fields[8], &ok);
    cab->previous_disk = wci_import_text(in, fields[9], &ok);
    cab->next_cabinet = wci_import_text(in, fields[10], &ok);
    cab->next_disk = wci_import_text(in, fields[11], &ok);
    if (!ok)
        return wci_import_wrong(in, "a field of the cabinet is wrong");
    container->cab = cab;
    return WCAB_OK;
}

enum wcab_err wci_import_take_folder(struct wci_import *in)
{
    struct wci_container *container = bringing_container(in);
    struct wci_cab_folder folder;
    bool ok = true;

    if (container == NULL || container->cab == NULL || container->entry_count > 0 ||
        container->cab->folder_count >= UINT16_MAX)
        return wci_import_wrong(in, "a folder stands behind its cabinet's header");
    folder.first_block = (uint32_t)wci_import_number(in->fields[0], UINT32_MAX, &ok);
    folder.block_count = (uint16_t)wci_import_number(in->fields[1], UINT16_MAX, &ok);
    folder.type_compress = (uint16_t)wci_import_hex(in->fields[2], 4, &ok);
    if (!ok)
        return wci_import_wrong(in, "a field of the folder is wrong");
    if (!wci_mem_grow(&in->folders, container->cab->folder_count, &in->folder_capacity,
                      sizeof(folder)))
        return wci_error_nomem(in->err);
    in->folders[container->cab->folder_count++] = folder;
    return WCAB_OK;
}

/* Attributes, flags and names behind the row's number of the CFFOLDER; before version 3 a packed
 * file's last name was the one it is stored under. */
static void get_row_names(struct wci_import *in, struct wci_entry *entry, bool *ok)
{
    const struct wci_bytes *fields = in->fields + 7;
    bool old = in->version < 3;
    uint64_t bits = wci_import_hex(fields[0], old ? 4 : 6, ok);
    size_t count = old ? 2 : WCI_ALIAS_MAX, i;

    entry->attributes = (uint8_t)(bits >> (old ? 8 : 16));
    entry->flags = (uint16_t)(old ? bits & UINT8_MAX : bits & UINT16_MAX);
    if (!old)
        entry->stored = (uint8_t)wci_import_number(fields[1], WCI_ALIAS_MAX, ok);
    fields += old ? 1 : 2;
    for (i = 0; i < count; i++) {
        struct wci_name alias = wci_import_name(in, &fields[2 * i], ok);

        if (alias.bytes.length > 0)
            entry->alias[entry->alias_count++] = alias;
    }
    if (old && entry->flags & WCI_ENTRY_PACKED)
        entry->stored = entry->alias_count;
    *ok = *ok && entry->stored <= entry->alias_count;
}

enum wcab_err wci_import_take_row(struct wci_import *in)
{
    struct wci_container *container = bringing_container(in);
    const struct wci_bytes *fields = in->fields;
    struct wci_entry entry;
    bool ok = true;

    if (container == NULL)
        return wci_import_wrong(in, "a row without a listing");
    if (container->entry_count >= WCI_LIMIT_ENTRIES)
        return wci_import_wrong(in, "the listing has too many rows");
    memset(&entry, 0, sizeof(entry));
    entry.folder = wci_import_text(in, fields[0], &ok);
    entry.name = wci_import_name(in, &fields[1], &ok);
    entry.size = wci_import_number(fields[3], UINT64_MAX, &ok);
    entry.modified = (uint32_t)wci_import_hex(fields[4], 8, &ok);
    entry.locator = wci_import_number(fields[5], UINT64_MAX, &ok);
    entry.cab_folder = (uint32_t)wci_import_optional(fields[6], UINT32_MAX - 1, WCI_NONE, &ok);
    get_row_names(in, &entry, &ok);
    if (!ok)
        return wci_import_wrong(in, "a field of the row is wrong");
    if (!wci_mem_grow(&in->entries, container->entry_count, &in->entry_capacity, sizeof(entry)))
        return wci_error_nomem(in->err);
    in->entries[container->entry_count++] = entry;
    return WCAB_OK;
}

enum wcab_err wci_import_take_facts(struct wci_import *in)
{
    struct wci_container *container = wci_import_container_at_hand(in);
    struct wci_import_gathered *gathered;
    bool ok = true;

    if (container == NULL || in->gathered[in->image->container_count - 1].facts_follow)
        return wci_import_wrong(in, "facts stand behind their container");
    gathered = &in->gathered[in->image->container_count - 1];
    gathered->facts_follow = true;
    gathered->fact_limit = (uint32_t)wci_import_number(in->fields[0], WCI_IMPORT_MOST_FACTS, &ok);
    return ok ? WCAB_OK : wci_import_wrong(in, "it has no number");
}

static enum wcab_err add_fact(struct wci_import *in, const struct wci_deep *deep)
{
    struct wci_import_gathered *gathered = &in->gathered[in->image->container_count - 1];

    if (!wci_mem_grow(&in->facts, gathered->fact_count, &in->fact_capacity, sizeof(*deep)))
        return wci_error_nomem(in->err);
    in->facts[gathered->fact_count++] = *deep;
    return WCAB_OK;
}

static enum wci_deep_status get_fact_status(struct wci_bytes field, bool *ok)
{
    unsigned status = 0;

    while (status < WCI_DUMP_FACT_WORDS && !wci_import_is_word(field, wci_dump_fact_words[status]))
        status++;
    *ok = *ok && status < WCI_DUMP_FACT_WORDS;
    return *ok ? (enum wci_deep_status)status : WCI_DEEP_NONE;
}

enum wcab_err wci_import_take_fact(struct wci_import *in)
{
    const struct wci_container *container = wci_import_container_at_hand(in);
    const struct wci_import_gathered *gathered;
    const struct wci_bytes *fields = in->fields;
    struct wci_deep deep;
    bool ok = true;

    if (container == NULL)
        return wci_import_wrong(in, "a fact without a container");
    gathered = &in->gathered[in->image->container_count - 1];
    if (!gathered->facts_follow || gathered->fact_count >= gathered->fact_limit)
        return wci_import_wrong(in, "more facts than announced");
    memset(&deep, 0, sizeof(deep));
    deep.status = get_fact_status(fields[0], &ok);
    deep.has_sha256 = wci_import_digest(fields[1], deep.sha256, sizeof(deep.sha256), &ok);
    deep.has_md5_sha1 = wci_import_digest(fields[2], deep.md5, sizeof(deep.md5), &ok);
    if (wci_import_digest(fields[3], deep.sha1, sizeof(deep.sha1), &ok) != deep.has_md5_sha1)
        ok = false;
    deep.has_version = !wci_import_is_word(fields[4], "-");
    if (deep.has_version) {
        deep.file_version = wci_import_hex(fields[4], 16, &ok);
        deep.product_version = wci_import_hex(fields[5], 16, &ok);
    } else {
        ok = ok && wci_import_is_word(fields[5], "-");
    }
    if (in->version >= 3) {
        deep.has_size = !wci_import_is_word(fields[6], "-");
        deep.size = wci_import_optional(fields[6], UINT64_MAX - 1, 0, &ok);
        fields++;
    }
    deep.code = (int)wci_import_number(fields[6], INT32_MAX, &ok);
    deep.offset = wci_import_optional(fields[7], UINT64_MAX - 1, WCAB_NO_OFFSET, &ok);
    deep.text = wci_import_text(in, fields[8], &ok);
    deep.version_text = wci_import_text(in, fields[9], &ok);
    return ok ? add_fact(in, &deep) : wci_import_wrong(in, "a field of the fact is wrong");
}
