/*
 * registry_nt - the registry files (hives) of Windows NT.
 *
 * A header of 4096 bytes ("regf"; at 36 the place of the root key), then cells, whose places count from the
 * header's end: a size, negative when in use, then a key ("nk"), a value ("vk"), a list of places of
 * keys ("lf", "lh": each with a hash; "li"; "ri": of lists), or plain data.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/registry_read.h"

enum {
    HEADER = 4096,
    ROOT_AT = 36,
    LIST_DEPTH = 4,
    VALUES_MOST = 65536,
    NAME_IS_ASCII_KEY = 0x20,
    NAME_IS_ASCII_VALUE = 0x01
};
static const uint32_t none = 0xFFFFFFFF, data_inside = 0x80000000;

/* The content of the cell at `place`, with a mark of two letters in front where `mark` is not NULL. */
static bool open_cell(const struct wci_registry_reading *reading, uint32_t place, const char *mark,
                      struct wci_cursor *cell)
{
    struct wci_cursor cursor = wci_registry_at(reading, (uint64_t)HEADER + place);
    uint32_t size = 0 - wci_cursor_u32(&cursor);
    const uint8_t *magic;

    if (!cursor.ok || size < 8 || size > INT32_MAX)
        return false;
    size -= 4;
    if (size > wci_cursor_left(&cursor))
        size = (uint32_t)wci_cursor_left(&cursor);
    *cell = wci_cursor_of(reading->data + cursor.at, size);
    magic = mark == NULL ? NULL : wci_cursor_bytes(cell, 2);
    return mark == NULL || (magic != NULL && memcmp(magic, mark, 2) == 0);
}

static void note_damage(struct wci_registry_reading *reading, uint32_t place)
{
    wci_registry_note_damage(reading, (uint64_t)HEADER + place,
                             "a cell of the registry is damaged");
}

/* A name in ASCII, or converted. */
static struct wci_bytes take_name(struct wci_registry_reading *reading, struct wci_cursor *cell,
                                  size_t length, bool ascii)
{
    const uint8_t *bytes = wci_cursor_bytes(cell, length);

    if (bytes == NULL)
        return (struct wci_bytes){NULL, 0};
    if (ascii)
        return (struct wci_bytes){(const char *)bytes, length};
    wci_buffer_clear(&reading->name);
    wci_text_from_utf16(bytes, length / 2, false, &reading->name);
    return wci_buffer_view(&reading->name);
}

static enum wcab_err tell_value(struct wci_registry_reading *reading, uint32_t place)
{
    struct wci_cursor cell, content;
    uint32_t size, data_at, type;
    struct wci_bytes name, data = {"", 0};
    uint16_t length, flags;
    uint8_t inside[4];
    size_t i;

    if (!open_cell(reading, place, "vk", &cell)) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    length = wci_cursor_u16(&cell);
    size = wci_cursor_u32(&cell);
    data_at = wci_cursor_u32(&cell);
    type = wci_cursor_u32(&cell);
    flags = wci_cursor_u16(&cell);
    wci_cursor_skip(&cell, 2);
    name = take_name(reading, &cell, length, flags & NAME_IS_ASCII_VALUE);
    if (size & data_inside) {
        size &= ~data_inside;
        for (i = 0; i < sizeof(inside); i++)
            inside[i] = (uint8_t)(data_at >> 8 * i);
        data = (struct wci_bytes){(const char *)inside, size < 4 ? size : 4};
    } else if (size > 0) {
        if (!open_cell(reading, data_at, NULL, &content) || wci_cursor_left(&content) < size)
            return WCAB_OK; /* long data, in several cells: no file's name */
        data = (struct wci_bytes){(const char *)wci_cursor_bytes(&content, size), size};
    }
    if (!cell.ok) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    return wci_registry_tell(reading, name, type, data, true);
}

static enum wcab_err tell_values(struct wci_registry_reading *reading, uint32_t list,
                                 uint32_t count)
{
    struct wci_cursor cell;
    enum wcab_err code = WCAB_OK;

    if (count == 0)
        return WCAB_OK;
    if (count > VALUES_MOST || !open_cell(reading, list, NULL, &cell)) {
        note_damage(reading, list);
        return WCAB_OK;
    }
    while (code == WCAB_OK && count-- > 0 && wci_cursor_left(&cell) >= 4 && reading->values > 0) {
        reading->values--;
        code = tell_value(reading, wci_cursor_u32(&cell));
    }
    return code;
}

static enum wcab_err tell_key(struct wci_registry_reading *reading, uint32_t place, unsigned depth);

static enum wcab_err tell_list(struct wci_registry_reading *reading, uint32_t place, unsigned depth,
                               unsigned nesting)
{
    struct wci_cursor cell;
    const uint8_t *mark;
    bool hashes, lists;
    unsigned count;
    enum wcab_err code = WCAB_OK;

    if (!open_cell(reading, place, NULL, &cell) || nesting > LIST_DEPTH || reading->budget == 0) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    reading->budget--;
    mark = wci_cursor_bytes(&cell, 2);
    count = wci_cursor_u16(&cell);
    if (!cell.ok || (memcmp(mark, "lf", 2) != 0 && memcmp(mark, "lh", 2) != 0 &&
                     memcmp(mark, "li", 2) != 0 && memcmp(mark, "ri", 2) != 0)) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    hashes = mark[1] == 'f' || mark[1] == 'h';
    lists = mark[0] == 'r';
    while (code == WCAB_OK && count-- > 0 && wci_cursor_left(&cell) >= 4) {
        uint32_t item = wci_cursor_u32(&cell);

        if (hashes)
            wci_cursor_skip(&cell, 4);
        code =
            lists ? tell_list(reading, item, depth, nesting + 1) : tell_key(reading, item, depth);
    }
    return code;
}

static enum wcab_err tell_key(struct wci_registry_reading *reading, uint32_t place, unsigned depth)
{
    struct wci_cursor cell;
    uint32_t subkeys, subkeys_at, values, values_at;
    uint16_t flags, name_length;
    struct wci_bytes name;
    size_t length;
    enum wcab_err code = WCAB_OK;

    if (depth > WCI_REGISTRY_DEPTH || reading->budget == 0 ||
        !open_cell(reading, place, "nk", &cell)) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    reading->budget--;
    flags = wci_cursor_u16(&cell);
    wci_cursor_seek(&cell, 20);
    subkeys = wci_cursor_u32(&cell);
    wci_cursor_seek(&cell, 28);
    subkeys_at = wci_cursor_u32(&cell);
    wci_cursor_seek(&cell, 36);
    values = wci_cursor_u32(&cell);
    values_at = wci_cursor_u32(&cell);
    wci_cursor_seek(&cell, 72);
    name_length = wci_cursor_u16(&cell);
    wci_cursor_skip(&cell, 2);
    name = take_name(reading, &cell, name_length, flags & NAME_IS_ASCII_KEY);
    if (!cell.ok) {
        note_damage(reading, place);
        return WCAB_OK;
    }
    if (depth == 0)
        name.length = 0; /* the root's own name is none of the path */
    if (wci_registry_enter(reading, name, &length)) {
        code = tell_values(reading, values_at, values);
        if (code == WCAB_OK && subkeys > 0 && subkeys_at != none)
            code = tell_list(reading, subkeys_at, depth + 1, 0);
    }
    wci_registry_leave(reading, length);
    return code;
}

enum wcab_err wci_registry_nt_read(struct wci_registry_reading *reading)
{
    struct wci_cursor cursor = wci_registry_at(reading, ROOT_AT);
    uint32_t root = wci_cursor_u32(&cursor);

    if (cursor.ok)
        return tell_key(reading, root, 0);
    wci_registry_note_damage(reading, ROOT_AT, "the registry has no root");
    return WCAB_OK;
}
