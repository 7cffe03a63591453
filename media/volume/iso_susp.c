/*
 * iso_susp - see iso_susp.h.
 */
#include "media/volume/iso_susp.h"

#include <string.h>

#include "core/cursor.h"
#include "core/limits.h"

enum {
    FIELD_HEADER = 4,
    CONTINUATIONS_MAX = 32,
    XA_BYTES = 14, /* CD-ROM XA puts its own fields before SP */
    NAME_CURRENT = 0x02,
    NAME_PARENT = 0x04
};

/* A further area, announced by CE. */
struct continuation {
    bool present;
    uint64_t block;
    uint32_t offset, size;
};

static bool is_announcement(struct wci_bytes area, size_t at)
{
    return area.length >= at + 7 && memcmp(area.data + at, "SP\x07\x01\xBE\xEF", 6) == 0;
}

bool wci_iso_susp_announced(struct wci_bytes area, uint8_t *skip)
{
    size_t at = is_announcement(area, XA_BYTES) ? XA_BYTES : 0;

    if (!is_announcement(area, at))
        return false;
    *skip = (uint8_t)area.data[at + 6];
    return true;
}

static uint32_t field_number(const uint8_t *field, size_t length, size_t at)
{
    struct wci_cursor cursor = wci_cursor_of(field, length);

    wci_cursor_seek(&cursor, at);
    return wci_cursor_u32(&cursor);
}

static void read_name(const uint8_t *field, size_t length, struct wci_buffer *name)
{
    if (length <= 5 || field[4] & (NAME_CURRENT | NAME_PARENT) ||
        name->size + length > WCI_LIMIT_NAME)
        return;
    wci_buffer_put(name, field + 5, length - 5);
}

static void read_field(const uint8_t *field, size_t length, struct wci_iso_susp_fields *fields,
                       struct continuation *next)
{
    if (memcmp(field, "NM", 2) == 0) {
        read_name(field, length, &fields->name);
    } else if (memcmp(field, "CE", 2) == 0 && length >= 28) {
        next->present = true;
        next->block = field_number(field, length, 4);
        next->offset = field_number(field, length, 12);
        next->size = field_number(field, length, 20);
    } else if (memcmp(field, "CL", 2) == 0 && length >= 12) {
        fields->has_child = true;
        fields->child = field_number(field, length, 4);
    } else if (memcmp(field, "RE", 2) == 0) {
        fields->moved = true;
    } else if (memcmp(field, "PX", 2) == 0 && length >= 12) {
        uint32_t type = field_number(field, length, 4) & 0170000U;

        fields->special = type != 0100000U && type != 0040000U && type != 0;
    }
}

static void read_fields(const uint8_t *bytes, size_t size, struct wci_iso_susp_fields *fields,
                        struct continuation *next)
{
    next->present = false;
    while (size >= FIELD_HEADER) {
        size_t length = bytes[2];

        if (length < FIELD_HEADER || length > size || memcmp(bytes, "ST", 2) == 0)
            return;
        read_field(bytes, length, fields, next);
        bytes += length;
        size -= length;
    }
}

/* Makes `susp->area` hold the continuation; false when it can't be read. */
static bool load_area(struct wci_iso_susp *susp, const struct continuation *next)
{
    int64_t offset = susp->origin + (int64_t)(next->block * susp->block_size);
    size_t got;

    if (offset < 0 || next->size > sizeof(susp->area) ||
        next->offset > sizeof(susp->area) - next->size)
        return false;
    if (susp->area_size > 0 && susp->area_offset == (uint64_t)offset)
        return next->offset + next->size <= susp->area_size;
    susp->area_size = 0;
    if (wci_source_read_some(susp->source, (uint64_t)offset, susp->area, sizeof(susp->area), &got,
                             NULL) != WCAB_OK)
        return false;
    susp->area_offset = (uint64_t)offset;
    susp->area_size = got;
    return next->offset + next->size <= got;
}

void wci_iso_susp_read(struct wci_iso_susp *susp, struct wci_bytes area,
                       struct wci_iso_susp_fields *fields)
{
    struct continuation next;
    unsigned jumps;

    wci_buffer_clear(&fields->name);
    fields->has_child = fields->moved = fields->special = false;
    if (area.length <= susp->skip)
        return;
    read_fields((const uint8_t *)area.data + susp->skip, area.length - susp->skip, fields, &next);
    for (jumps = 0; next.present && jumps < CONTINUATIONS_MAX && load_area(susp, &next); jumps++)
        read_fields(susp->area + next.offset, next.size, fields, &next);
}
