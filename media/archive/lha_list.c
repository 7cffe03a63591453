/*
 * lha_list - see lha_list.h.
 *
 * Source of the headers' layout: the description of LHA headers by "gigo" and H. Yoshizaki.
 */
#include "media/archive/lha_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/mem.h"

enum {
    NAME_FIELD = 21, /* of a header of level 0 or 1 */
    EXTENDED_NAME = 1,
    EXTENDED_FOLDER = 2,
    OF_MACINTOSH = 'm'
};

/* ---- names ---------------------------------------------------------------------------------- */

/* The fields behind a header: size with its own two (level 3: four) bytes, kind, contents. */
static void take_extended(struct wci_cursor *cursor, unsigned level, struct wci_lha_member *member)
{
    size_t own = level == 3 ? 4 : 2;

    for (;;) {
        size_t size = level == 3 ? wci_cursor_u32(cursor) : wci_cursor_u16(cursor);
        struct wci_bytes contents;
        uint8_t kind;

        if (!cursor->ok || size <= own + 1)
            return;
        kind = wci_cursor_u8(cursor);
        contents.length = size - own - 1;
        contents.data = (const char *)wci_cursor_bytes(cursor, contents.length);
        if (contents.data == NULL)
            return;
        if (kind == EXTENDED_NAME) {
            member->name = contents;
            member->has_path = false;
        }
        if (kind == EXTENDED_FOLDER)
            member->folder = contents;
    }
}

/* The name as it stands in the header; that of liblhasa stays where there is none. */
static void take_raw_name(struct wci_bytes raw, unsigned level, struct wci_lha_member *member)
{
    struct wci_cursor cursor = wci_cursor_of(raw.data, raw.length);
    struct wci_bytes name;

    if (level <= 1) {
        wci_cursor_seek(&cursor, NAME_FIELD);
        name.length = wci_cursor_u8(&cursor);
        name.data = (const char *)wci_cursor_bytes(&cursor, name.length);
        if (!cursor.ok)
            return;
        if (name.length > 0) {
            member->name = name;
            member->has_path = true;
            member->folder = (struct wci_bytes){"", 0};
        }
        wci_cursor_skip(&cursor, 3); /* checksum and system */
        if (level == 1)
            take_extended(&cursor, level, member);
        return;
    }
    wci_cursor_seek(&cursor, level == 2 ? 24 : 28);
    take_extended(&cursor, level, member);
}

static bool take_text(struct wci_cursor *cursor, struct wci_bytes *text)
{
    text->length = wci_cursor_u16(cursor);
    text->data = (const char *)wci_cursor_bytes(cursor, text->length);
    return cursor->ok;
}

/* Reads the record at the cursor; false at the end, or when there is no whole one. */
static bool take_member(struct wci_cursor *cursor, struct wci_lha_list *list,
                        struct wci_lha_member *member)
{
    uint8_t kind = wci_cursor_u8(cursor), level, system;
    const uint8_t *method;
    struct wci_bytes raw;

    memset(member, 0, sizeof(*member));
    if (cursor->ok && kind == WCI_LHA_END) {
        list->end = wci_cursor_u64(cursor);
        list->broke = wci_cursor_u8(cursor) != 0;
        list->whole = cursor->ok;
        return false;
    }
    member->is_file = kind == WCI_LHA_FILE;
    member->size = wci_cursor_u32(cursor);
    member->time = wci_cursor_u32(cursor);
    level = wci_cursor_u8(cursor);
    system = wci_cursor_u8(cursor);
    /* of a file with a MacBinary header, that is taken off */
    member->size_known = system != OF_MACINTOSH;
    method = wci_cursor_bytes(cursor, WCI_LHA_METHOD);
    if (method != NULL)
        memcpy(member->method, method, WCI_LHA_METHOD);
    if (!take_text(cursor, &member->folder) || !take_text(cursor, &member->name))
        return false;
    raw.length = wci_cursor_u32(cursor);
    raw.data = (const char *)wci_cursor_bytes(cursor, raw.length);
    if (cursor->ok)
        take_raw_name(raw, level, member);
    return cursor->ok;
}

/* ---- the list ------------------------------------------------------------------------------- */

void wci_lha_list_free(struct wci_lha_list *list)
{
    wci_buffer_free(&list->bytes);
    free(list->members);
    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
}

enum wcab_err wci_lha_list_take_members(struct wci_lha_list *list, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(list->bytes.data, list->bytes.size);
    struct wci_lha_member member;
    size_t capacity = 0;

    while (take_member(&cursor, list, &member)) {
        if (!wci_mem_grow(&list->members, list->count, &capacity, sizeof(*list->members)))
            return wci_error_nomem(err);
        list->members[list->count++] = member;
    }
    return WCAB_OK;
}
