/*
 * expand - see expand.h.
 */
#include "expand.h"

#include <ctype.h>
#include <string.h>

#include "cursor.h"

enum {
    HEADER_READ = 512,
    KWAJ_HAS_LENGTH = 0x01,
    KWAJ_HAS_UNKNOWN1 = 0x02,
    KWAJ_HAS_UNKNOWN2 = 0x04,
    KWAJ_HAS_NAME = 0x08,
    KWAJ_HAS_EXTENSION = 0x10
};

/* The packed name with its last underscore replaced, in the case of the letters before it. */
static struct wci_bytes restore_name(struct wci_arena *arena, struct wci_bytes packed, char missing)
{
    struct wci_bytes none = {NULL, 0};
    char *name = wci_arena_alloc(arena, packed.length + 1);
    size_t i;
    bool lower = false;

    if (name == NULL)
        return none;
    memcpy(name, packed.data, packed.length);
    name[packed.length] = '\0';
    none.data = name;
    none.length = packed.length;
    if (packed.length == 0 || name[packed.length - 1] != '_')
        return none;
    if (missing == '\0') { /* nothing was there */
        none.length--;
        if (none.length > 0 && name[none.length - 1] == '.')
            none.length--;
        name[none.length] = '\0';
        return none;
    }
    for (i = 0; i < packed.length; i++) {
        if (isalpha((unsigned char)name[i]))
            lower = islower((unsigned char)name[i]);
    }
    name[packed.length - 1] =
        (char)(lower ? tolower((unsigned char)missing) : toupper((unsigned char)missing));
    return none;
}

static enum wcab_err cut_off(struct wcab_error *err, const char *format)
{
    return wci_error_set(err, WCAB_ERR_CORRUPT, "header of the %s file is cut off", format);
}

static enum wcab_err probe_szdd(struct wci_cursor *cursor, struct wci_bytes packed,
                                struct wci_arena *arena, struct wci_expand_info *info,
                                struct wcab_error *err)
{
    char missing;

    wci_cursor_seek(cursor, 9);
    missing = (char)wci_cursor_u8(cursor);
    info->format = "SZDD";
    info->size = wci_cursor_u32(cursor);
    info->size_known = true;
    if (!cursor->ok)
        return cut_off(err, "SZDD");
    if (missing != '\0' && !isgraph((unsigned char)missing))
        missing = '_';
    info->name = restore_name(arena, packed, missing);
    return info->name.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err kwaj_name(struct wci_cursor *cursor, unsigned flags, struct wci_bytes packed,
                               struct wci_arena *arena, struct wci_expand_info *info,
                               struct wcab_error *err)
{
    char text[16];
    size_t length = 0, part;
    const char *bytes;
    struct wci_bytes name = packed;

    if (flags & KWAJ_HAS_NAME) {
        bytes = wci_cursor_cstring(cursor, 8, &part);
        if (bytes != NULL) {
            memcpy(text, bytes, part);
            length = part;
        }
    }
    if (flags & KWAJ_HAS_EXTENSION) {
        bytes = wci_cursor_cstring(cursor, 3, &part);
        if (bytes != NULL && part > 0 && length > 0) {
            text[length++] = '.';
            memcpy(text + length, bytes, part);
            length += part;
        }
    }
    if (!cursor->ok)
        return cut_off(err, "KWAJ");
    if (length > 0) {
        name.data = text;
        name.length = length;
    }
    info->name = wci_arena_bytes(arena, name);
    return info->name.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err probe_kwaj(struct wci_cursor *cursor, struct wci_bytes packed,
                                struct wci_arena *arena, struct wci_expand_info *info,
                                struct wcab_error *err)
{
    unsigned flags;

    wci_cursor_seek(cursor, 12);
    flags = wci_cursor_u16(cursor);
    info->format = "KWAJ";
    info->size_known = flags & KWAJ_HAS_LENGTH;
    info->size = info->size_known ? wci_cursor_u32(cursor) : 0;
    if (flags & KWAJ_HAS_UNKNOWN1)
        wci_cursor_skip(cursor, 2);
    if (flags & KWAJ_HAS_UNKNOWN2)
        wci_cursor_skip(cursor, wci_cursor_u16(cursor));
    return kwaj_name(cursor, flags, packed, arena, info, err);
}

enum wcab_err wci_expand_probe(struct wci_source *source, struct wci_bytes packed_name,
                               struct wci_arena *arena, struct wci_expand_info *info,
                               struct wcab_error *err)
{
    uint8_t header[HEADER_READ];
    struct wci_cursor cursor;
    size_t got;
    enum wcab_err code = wci_source_read_some(source, 0, header, sizeof(header), &got, err);

    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(header, got);
    if (got >= 8 && memcmp(header, "SZDD\x88\xF0\x27\x33", 8) == 0)
        return probe_szdd(&cursor, packed_name, arena, info, err);
    if (got >= 8 && memcmp(header, "KWAJ\x88\xF0\x27\xD1", 8) == 0)
        return probe_kwaj(&cursor, packed_name, arena, info, err);
    return wci_error_set(err, WCAB_ERR_FORMAT, "no packed file: neither SZDD nor KWAJ");
}
