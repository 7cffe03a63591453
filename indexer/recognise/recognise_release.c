/*
 * recognise_release - a known release in another layout.
 *
 * The same release came on CDs and on floppies, cut into other cabinets.  Its files are the same:
 * so names, sizes and days are compared with all that a profile lists, whatever cabinet it is in.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "indexer/recognise/recognise_run.h"

/* Of the image's files in cabinets so many have to be the release's. */
enum { RELEASE_PERCENT = 90, RELEASE_FILES = 8 };

/* A file of the image. */
struct file {
    uint64_t key; /* of name and size */
    uint32_t day;
    bool found;
};

static int by_key(const void *a, const void *b)
{
    const struct file *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

static bool counts(const struct wci_entry *entry)
{
    return (entry->flags & (WCI_ENTRY_CONTINUED | WCI_ENTRY_SIZE_UNKNOWN)) == 0 &&
           wci_recognise_has_extension(entry->name.bytes);
}

/* The files in the image's own cabinets; those of cabinets inside of cabinets are no evidence. */
static bool is_own_cabinet(const struct wci_image *image, const struct wci_container *container)
{
    return container->kind == WCI_CONTAINER_CABINET &&
           (container->parent == WCI_NONE ||
            wci_recognise_is_volume(&image->containers[container->parent]));
}

static struct file *collect_files(const struct wci_image *image, uint32_t *count)
{
    struct file *files;
    uint32_t c, e, room = 0;

    *count = 0;
    for (c = 0; c < image->container_count; c++) {
        if (is_own_cabinet(image, &image->containers[c]))
            room += image->containers[c].entry_count;
    }
    files = wci_mem_calloc((size_t)room + 1, sizeof(*files));
    for (c = 0; files != NULL && c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];

        if (!is_own_cabinet(image, container))
            continue;
        for (e = 0; e < container->entry_count; e++) {
            const struct wci_entry *entry = &container->entries[e];
            char buffer[2 * WCI_LIMIT_NAME];

            if (!counts(entry))
                continue;
            files[*count].key =
                wci_index_file_key(0, wci_recognise_listed_name(entry, true, buffer), entry->size);
            files[(*count)++].day = entry->modified >> 16;
        }
    }
    if (*count > 1)
        qsort(files, *count, sizeof(*files), by_key);
    return files;
}

static uint32_t first_with(const struct file *files, uint32_t count, uint64_t key)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (files[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t count_agreeing(const struct wci_profile *profile, struct file *files,
                               uint32_t count)
{
    uint32_t agreeing = 0, i;
    size_t r;

    for (i = 0; i < count; i++)
        files[i].found = false;
    for (r = 0; r < profile->row_count; r++) {
        const struct wci_profile_row *row = &profile->rows[r];
        uint64_t key;

        if (row->cabinet.length == 0 || row->status == WCI_ROW_DOUBTFUL ||
            row->size == WCI_ROW_SIZE_UNKNOWN)
            continue;
        key = wci_index_file_key(0, row->name, row->size);
        for (i = first_with(files, count, key); i < count && files[i].key == key; i++) {
            if (files[i].found || (row->modified != 0 && row->modified >> 16 != files[i].day))
                continue;
            files[i].found = true;
            agreeing++;
        }
    }
    return agreeing;
}

/* Whether the profile has cabinets called as some of the image's are. */
static bool shares_a_cabinet(const struct wci_recognise_run *run, uint32_t profile)
{
    size_t count, g;
    uint32_t c;

    for (c = 0; c < run->image->container_count; c++) {
        const struct wci_container *container = &run->image->containers[c];
        const uint32_t *groups;

        if (!is_own_cabinet(run->image, container))
            continue;
        groups = wci_index_find_cabinet(
            run->index, wci_index_cabinet_key(wci_bytes_base_name(container->name)), &count);
        for (g = 0; g < count; g++) {
            if (run->index->groups[groups[g]].profile == profile)
                return true;
        }
    }
    return false;
}

/* Which of two releases that have as many of the files: one of the image's own kind. */
static bool is_better(const struct wci_recognise_run *run, uint32_t agreeing,
                      uint32_t best_agreeing, uint32_t profile, uint32_t best)
{
    if (best == WCI_NONE || agreeing != best_agreeing)
        return best == WCI_NONE || agreeing > best_agreeing;
    return !wci_recognise_kind_is_possible(run->image, run->index->profiles[best]->kind) &&
           wci_recognise_kind_is_possible(run->image, run->index->profiles[profile]->kind);
}

enum wcab_err wci_recognise_release_find(const struct wci_recognise_run *run, uint32_t *profile,
                                         uint32_t *agreeing, uint32_t *compared,
                                         struct wcab_error *err)
{
    uint32_t i;
    struct file *files = collect_files(run->image, compared);

    *profile = WCI_NONE;
    *agreeing = 0;
    if (files == NULL)
        return wci_error_nomem(err);
    for (i = 0; *compared >= RELEASE_FILES && i < run->index->profile_count; i++) {
        const struct wci_profile *candidate = run->index->profiles[i];
        uint32_t here;

        if (candidate->row_count == 0 || !shares_a_cabinet(run, i))
            continue;
        here = count_agreeing(candidate, files, *compared);
        if (is_better(run, here, *agreeing, i, *profile)) {
            *profile = i;
            *agreeing = here;
        }
    }
    if (*agreeing < RELEASE_FILES ||
        (uint64_t)*agreeing * 100 < (uint64_t)*compared * RELEASE_PERCENT)
        *profile = WCI_NONE;
    free(files);
    return WCAB_OK;
}
