/*
 * fuzz_names - the names of packed files, and those that a Windows Installer package gives: the first byte says
 * which; then the lengths of the first parts.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "indexer/walk/msi_names.h"
#include "media/cabinet/packed_name.h"

static void look_at(uint64_t *sum, struct wci_bytes bytes)
{
    size_t i;

    for (i = 0; i < bytes.length; i++)
        *sum += (uint8_t)bytes.data[i];
}

static void tell(void *context, struct wci_bytes key, struct wci_bytes name)
{
    look_at(context, key);
    look_at(context, name);
}

/* Takes up to `most` bytes from the front of what is left. */
static struct wci_bytes take(struct wci_bytes *left, size_t most)
{
    struct wci_bytes taken = {left->data, left->length < most ? left->length : most};

    left->data += taken.length;
    left->length -= taken.length;
    return taken;
}

static void find_packed(struct wci_bytes left, size_t first, size_t second, char letter)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_packed_hints hints = {.missing = letter};
    struct wci_packed_names names;
    uint64_t sum = 0;
    size_t i;

    hints.base = take(&left, first % 16);
    hints.extension = take(&left, second % 8);
    if (wci_packed_names_find(left, &hints, arena, &names, NULL) == WCAB_OK) {
        if (names.count == 0 || names.count > WCI_PACKED_NAMES)
            abort();
        for (i = 0; i < names.count; i++)
            look_at(&sum, names.names[i]);
    }
    (void)wci_packed_name_has_mark(left);
    wci_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded;
    struct wci_bytes left;
    uint64_t sum = 0;

    if (size < 5)
        return 0;
    guarded = fuzz_guard(data + 5, size - 5);
    left = (struct wci_bytes){(const char *)guarded.data, guarded.size};
    if (data[0] & 1) {
        find_packed(left, data[1], data[2], (char)data[3]);
    } else {
        struct wci_msi_tables tables;

        tables.pool = take(&left, data[1] | (size_t)data[2] << 8);
        tables.data = take(&left, data[3] | (size_t)data[4] << 8);
        tables.files = left;
        wci_msi_names_each(&tables, &sum, tell);
    }
    fuzz_unguard(&guarded);
    return 0;
}
