/*
 * disc_sessions - see disc_sessions.h.
 */
#include "media/disc/disc_sessions.h"

#include <stdlib.h>

#include "core/mem.h"
#include "media/volume/volume.h"

enum { START_BYTES = 2048 };

/* A hash for each file of a session. */
struct file_set {
    struct wci_volume *volume; /* being walked */
    uint64_t *hashes;          /* owned */
    size_t count, capacity;
    bool complete;
};

static uint64_t hash_bytes(uint64_t hash, struct wci_bytes bytes)
{
    size_t i;

    for (i = 0; i < bytes.length; i++)
        hash = (hash ^ (uint8_t)bytes.data[i]) * 0x100000001B3ULL;
    return (hash ^ 0xFF) * 0x100000001B3ULL;
}

/* With the file's first bytes: a file of the same name and size may be another. */
static uint64_t hash_start(struct file_set *set, const struct wci_entry *entry, uint64_t hash)
{
    struct wci_source *source = NULL;
    uint8_t bytes[START_BYTES];
    size_t got = 0;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
        return hash;
    if (wci_volume_open_entry(set->volume, entry, &source, NULL) != WCAB_OK ||
        wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, NULL) != WCAB_OK)
        set->complete = false;
    wci_source_close(source);
    return hash_bytes(hash, (struct wci_bytes){(const char *)bytes, got});
}

static enum wcab_err add_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    struct file_set *set = context;
    uint64_t hash = hash_bytes(0xCBF29CE484222325ULL ^ entry->size, entry->folder);

    if (!wci_mem_grow(&set->hashes, set->count, &set->capacity, sizeof(*set->hashes)))
        return wci_error_nomem(err);
    set->hashes[set->count++] = hash_start(set, entry, hash_bytes(hash, entry->name.bytes));
    return WCAB_OK;
}

static void note_fault(void *context, const struct wcab_error *err)
{
    struct file_set *set = context;

    (void)err;
    set->complete = false;
}

static void collect(struct wci_source *sectors, struct file_set *set)
{
    struct wci_visitor visitor = {.context = set, .entry = add_entry, .fault = note_fault};

    set->complete = true;
    if (wci_volume_iso_open(sectors, &set->volume, NULL) != WCAB_OK ||
        wci_volume_walk(set->volume, &visitor, NULL) != WCAB_OK)
        set->complete = false;
    wci_volume_close(set->volume);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

bool wci_disc_session_adds(struct wci_source *newest, struct wci_source *older)
{
    struct file_set have = {.complete = true}, old = {.complete = true};
    bool adds;
    size_t i;

    collect(newest, &have);
    collect(older, &old);
    if (have.count > 0)
        qsort(have.hashes, have.count, sizeof(*have.hashes), by_value);
    adds = !old.complete;
    for (i = 0; !adds && i < old.count; i++)
        adds = have.count == 0 || bsearch(&old.hashes[i], have.hashes, have.count,
                                          sizeof(*have.hashes), by_value) == NULL;
    free(have.hashes);
    free(old.hashes);
    return adds;
}
