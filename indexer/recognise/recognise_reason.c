/*
 * recognise_reason - why an image was recognised, in words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "indexer/recognise/recognise_run.h"

/* ---- reasons ------------------------------------------------------------------------------ */

void wci_recognise_put(struct wci_recognise_writer *writer, struct wci_bytes bytes)
{
    size_t room = writer->size - 1 - writer->length;

    if (bytes.length > room)
        bytes.length = room;
    while (bytes.length > 0 && !wci_text_is_utf8(bytes))
        bytes.length--; /* never cut inside a character */
    memcpy(writer->text + writer->length, bytes.data, bytes.length);
    writer->length += bytes.length;
    writer->text[writer->length] = '\0';
}

void wci_recognise_put_text(struct wci_recognise_writer *writer, const char *text)
{
    wci_recognise_put(writer, wci_bytes_of(text));
}

void wci_recognise_put_number(struct wci_recognise_writer *writer, uint32_t number)
{
    char digits[16];

    snprintf(digits, sizeof(digits), "%u", (unsigned)number);
    wci_recognise_put_text(writer, digits);
}

/* A name from a medium, fit for a terminal. */
void wci_recognise_put_name(struct wci_recognise_writer *writer, struct wci_bytes name)
{
    struct wci_buffer buffer;
    struct wci_bytes masked;

    wci_buffer_init(&buffer);
    wci_text_mask(name, &buffer);
    masked.data = (const char *)buffer.data;
    masked.length = buffer.ok ? buffer.size : 0;
    if (masked.length > 0)
        wci_recognise_put(writer, masked);
    wci_buffer_free(&buffer);
}

/* Whether a row of this profile stands under the key. */
static bool profile_has(const struct wci_recognise_run *run, uint32_t profile, uint64_t key)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        if (run->index->groups[refs[i].group].profile == profile)
            return true;
    }
    return false;
}

static bool write_difference_in(struct wci_recognise_writer *writer,
                                const struct wci_recognise_run *run, uint32_t profile,
                                const struct wci_container *container)
{
    struct wci_bytes cabinet = wci_bytes_base_name(container->name);
    uint64_t cabinet_key = wci_index_cabinet_key(cabinet);
    uint32_t i;

    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];
        char buffer[2 * WCI_LIMIT_NAME];
        struct wci_bytes name = wci_recognise_listed_name(entry, true, buffer);

        if ((entry->flags & WCI_ENTRY_CONTINUED) != 0 || !wci_recognise_has_extension(name) ||
            profile_has(run, profile, wci_index_file_key(cabinet_key, name, entry->size)) ||
            profile_has(run, profile, wci_index_short_key(cabinet_key, name, entry->size)))
            continue;
        wci_recognise_put_text(writer, "; first difference: ");
        wci_recognise_put_name(writer, name);
        wci_recognise_put_text(writer, " in ");
        wci_recognise_put_name(writer, cabinet);
        return true;
    }
    return false;
}

/* Names the first file of a cabinet that the profile's listing doesn't have like this. */
void wci_recognise_put_difference(struct wci_recognise_writer *writer,
                                  const struct wci_recognise_run *run, uint32_t profile)
{
    uint32_t c;
    size_t count, g;

    for (c = 0; c < run->image->container_count; c++) {
        const struct wci_container *container = &run->image->containers[c];
        const uint32_t *groups;

        if (container->kind != WCI_CONTAINER_CABINET)
            continue;
        groups = wci_index_find_cabinet(
            run->index, wci_index_cabinet_key(wci_bytes_base_name(container->name)), &count);
        for (g = 0; g < count; g++) {
            if (run->index->groups[groups[g]].profile == profile &&
                write_difference_in(writer, run, profile, container))
                return;
        }
    }
}

/* "36 of 37 published files in 2 cabinets agree in name and size, 3 of them with another date" */
void wci_recognise_put_agreement(struct wci_recognise_writer *writer,
                                 const struct wci_recognise_score *score)
{
    if (score->agreeing == score->compared) {
        wci_recognise_put_text(writer, "all ");
    } else {
        wci_recognise_put_number(writer, score->agreeing);
        wci_recognise_put_text(writer, " of ");
    }
    wci_recognise_put_number(writer, score->compared);
    if (score->by_loose) {
        wci_recognise_put_text(writer,
                               " loose files agree in name, size and date with the published ones");
    } else {
        wci_recognise_put_text(writer, " files in ");
        wci_recognise_put_number(writer, score->groups);
        wci_recognise_put_text(writer, score->groups == 1 ? " cabinet" : " cabinets");
        wci_recognise_put_text(writer, " agree in cabinet, name and size with the published ones");
    }
    if (score->dates > 0) {
        wci_recognise_put_text(writer, ", ");
        wci_recognise_put_number(writer, score->dates);
        wci_recognise_put_text(writer, " of them with another date");
    }
}

/* The folder that the medium's cabinets lie in, and the volume it is on; NULL when none counted. */
static const struct wci_container *home_of(const struct wci_recognise_run *run, uint32_t profile,
                                           struct wci_bytes *folder)
{
    const struct wci_recognise_score *score = &run->scores[profile];
    const struct wci_container *container, *parent;
    struct wci_entry room;

    if (score->by_loose || score->container >= run->image->container_count)
        return NULL;
    container = &run->image->containers[score->container];
    if (container->parent == WCI_NONE || container->parent >= run->image->container_count)
        return NULL;
    parent = &run->image->containers[container->parent];
    if (!wci_recognise_is_volume(parent) || container->parent_entry >= parent->entry_count)
        return NULL;
    *folder = wci_container_entry(parent, container->parent_entry, &room)->folder;
    return parent;
}

/* Says where the cabinets are when that isn't where the medium has them. */
void wci_recognise_put_folder(struct wci_recognise_writer *writer,
                              const struct wci_recognise_run *run, uint32_t profile)
{
    struct wci_bytes folder;

    if (home_of(run, profile, &folder) == NULL || folder.length == 0 ||
        wci_text_equal_folded(folder, run->index->profiles[profile]->folder))
        return;
    wci_recognise_put_text(writer, "; in folder ");
    wci_recognise_put_name(writer, folder);
}

/* Whether the profile has loose files of this name, and all of them of other sizes.  Cabinets don't
 * count: their contents were compared. */
static bool contradicts(const struct wci_recognise_run *run, uint32_t profile,
                        const struct wci_entry *entry)
{
    size_t count, i;
    const struct wci_row_ref *refs =
        wci_index_find(run->index, wci_index_name_key(entry->name.bytes), &count);
    bool known = false;

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = wci_recognise_row_of(run->index, &refs[i]);

        if (run->index->groups[refs[i].group].profile != profile)
            continue;
        if (refs[i].opened || row->status == WCI_ROW_DOUBTFUL || row->size == entry->size ||
            row->size == WCI_ROW_SIZE_UNKNOWN)
            return false;
        known = true;
    }
    return known;
}

bool wci_recognise_contradiction(const struct wci_recognise_run *run, uint32_t profile,
                                 struct wci_entry *file)
{
    struct wci_bytes folder;
    const struct wci_container *home = home_of(run, profile, &folder);
    uint32_t i;

    for (i = 0; home != NULL && i < home->entry_count; i++) {
        const struct wci_entry *entry = wci_container_entry(home, i, file);

        if ((entry->attributes & (WCI_ATTRIBUTE_FOLDER | WCI_ATTRIBUTE_LABEL)) == 0 &&
            (entry->flags & WCI_ENTRY_SIZE_UNKNOWN) == 0 &&
            wci_bytes_equal(entry->folder, folder) && contradicts(run, profile, entry)) {
            *file = *entry;
            return true;
        }
    }
    return false;
}
