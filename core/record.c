/*
 * record - see record.h.
 */
#include "core/record.h"

#include "core/text.h"

struct wci_image *wci_image_new(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image *image;

    if (arena == NULL)
        return NULL;
    image = wci_arena_calloc(arena, 1, sizeof(*image));
    if (image == NULL) {
        wci_arena_free(arena);
        return NULL;
    }
    image->arena = arena;
    image->limits = wci_limits_default;
    return image;
}

void wci_image_free(struct wci_image *image)
{
    if (image != NULL)
        wci_arena_free(image->arena);
}

static bool keep_name(struct wci_name *name, struct wci_arena *arena)
{
    name->bytes = wci_arena_bytes(arena, name->bytes);
    return name->bytes.data != NULL;
}

bool wci_entry_keep(struct wci_entry *entry, struct wci_arena *arena, struct wci_bytes *last_folder)
{
    bool kept = keep_name(&entry->name, arena);
    uint8_t i;

    for (i = 0; kept && i < entry->alias_count; i++)
        kept = keep_name(&entry->alias[i], arena);
    if (kept && (last_folder->data == NULL || !wci_bytes_equal(*last_folder, entry->folder)))
        *last_folder = wci_arena_bytes(arena, entry->folder);
    entry->folder = *last_folder;
    return kept && last_folder->data != NULL;
}

struct wci_bytes wci_entry_stored_name(const struct wci_entry *entry)
{
    if (entry->stored == 0 || entry->stored > entry->alias_count)
        return entry->name.bytes;
    return entry->alias[entry->stored - 1].bytes;
}

bool wci_entry_is_called(const struct wci_entry *entry, struct wci_bytes name)
{
    uint8_t i;

    if (wci_text_equal_folded(entry->name.bytes, name))
        return true;
    for (i = 0; i < entry->alias_count; i++) {
        if (wci_text_equal_folded(entry->alias[i].bytes, name))
            return true;
    }
    return false;
}

bool wci_container_is_volume(enum wci_container_kind kind)
{
    return kind == WCI_CONTAINER_DIRECTORY || kind == WCI_CONTAINER_ISO9660 ||
           kind == WCI_CONTAINER_FAT;
}

const char *wci_method_name(unsigned type_compress)
{
    switch (type_compress & 15U) {
    case WCI_METHOD_STORED:
        return "stored";
    case WCI_METHOD_MSZIP:
        return "mszip";
    case WCI_METHOD_QUANTUM:
        return "quantum";
    case WCI_METHOD_LZX:
        return "lzx";
    default:
        return NULL;
    }
}
