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

void wci_image_set_path(struct wci_image *image, struct wci_bytes path)
{
    if (image->container_count > 0 && wci_bytes_equal(image->containers[0].name, image->path))
        image->containers[0].name = path;
    image->path = path;
}

void wci_image_free(struct wci_image *image)
{
    if (image != NULL)
        wci_arena_free(image->arena);
}

bool wci_note_key_is_valid(struct wci_bytes key)
{
    size_t i;

    for (i = 0; i < key.length; i++) {
        char c = key.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return key.length > 0 && key.length <= WCI_LIMIT_NOTE_KEY;
}

bool wci_note_value_is_valid(struct wci_bytes value)
{
    size_t i;

    for (i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if (c < 0x20 || c == 0x7F)
            return false;
    }
    return value.length > 0 && value.length <= WCI_LIMIT_NOTE && wci_text_is_utf8(value);
}

bool wci_notes_are_valid(const struct wci_note *notes, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (!wci_note_key_is_valid(notes[i].key) || !wci_note_value_is_valid(notes[i].value) ||
            (i > 0 && wci_bytes_compare(notes[i - 1].key, notes[i].key) >= 0))
            return false;
    }
    return count <= WCI_LIMIT_NOTES;
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

void wci_entry_put_path(const struct wci_entry *entry, struct wci_buffer *out)
{
    wci_buffer_put(out, entry->folder.data, entry->folder.length);
    if (entry->folder.length > 0)
        wci_buffer_u8(out, '/');
    wci_buffer_put(out, entry->name.bytes.data, entry->name.bytes.length);
}

void wci_entry_put_path_utf8(const struct wci_entry *entry, int code_page, struct wci_buffer *out)
{
    if (entry->folder.length > 0) {
        (void)wci_text_to_utf8(wci_text_name_of(entry->folder), code_page, out);
        wci_buffer_u8(out, '/');
    }
    (void)wci_text_to_utf8(entry->name, code_page, out);
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
