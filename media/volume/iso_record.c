/*
 * iso_record - see iso_record.h.
 */
#include "media/volume/iso_record.h"

#include "core/cursor.h"
#include "core/dostime.h"

enum { RECORD_FIXED = 33 };

/* A number in both byte orders. */
struct both_orders {
    uint32_t little, big;
};

static struct both_orders read_both(struct wci_cursor *cursor)
{
    struct both_orders number;

    number.little = wci_cursor_u32(cursor);
    number.big = wci_cursor_be32(cursor);
    return number;
}

/* Some old mastering programs left one of the two empty. */
static bool agree(struct both_orders number)
{
    return number.little == number.big || number.little == 0 || number.big == 0;
}

static uint32_t choose(struct both_orders number, uint64_t limit)
{
    if (number.little == 0 || (number.little > limit && number.big <= limit))
        return number.big;
    return number.little;
}

static uint32_t record_time(const uint8_t *time)
{
    return wci_dostime_make(1900 + time[0], time[1], time[2], time[3], time[4], time[5]);
}

bool wci_iso_record_read(const uint8_t *bytes, size_t size, enum wci_iso_variant variant,
                         uint64_t blocks, struct wci_iso_record *record)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    size_t length = wci_cursor_u8(&cursor);
    uint8_t attribute_blocks, name_length, unit, gap;
    struct both_orders block, bytes_of_file;
    const uint8_t *time, *flags;

    if (length <= RECORD_FIXED || length > size)
        return false;
    cursor.size = length;
    attribute_blocks = wci_cursor_u8(&cursor);
    block = read_both(&cursor);
    bytes_of_file = read_both(&cursor);
    time = wci_cursor_bytes(&cursor, 6);
    flags = wci_cursor_bytes(&cursor, 2);
    unit = wci_cursor_u8(&cursor);
    gap = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 4); /* volume sequence number */
    name_length = wci_cursor_u8(&cursor);
    record->name.data = (const char *)wci_cursor_bytes(&cursor, name_length);
    record->name.length = name_length;
    if (!cursor.ok || name_length == 0 || (!agree(block) && !agree(bytes_of_file)))
        return false;
    record->length = length;
    record->block = (uint64_t)choose(block, blocks) + attribute_blocks;
    record->size = choose(bytes_of_file, UINT32_MAX);
    record->modified = record_time(time);
    record->flags = flags[variant == WCI_ISO_HIGH_SIERRA ? 0 : 1];
    record->interleaved = unit != 0 || gap != 0;
    if ((name_length & 1) == 0 && wci_cursor_left(&cursor) > 0)
        wci_cursor_skip(&cursor, 1);
    record->susp.length = wci_cursor_left(&cursor);
    record->susp.data = (const char *)wci_cursor_bytes(&cursor, record->susp.length);
    return true;
}

bool wci_iso_record_is_dot(const struct wci_iso_record *record)
{
    return record->name.length == 1 && (record->name.data[0] == 0 || record->name.data[0] == 1);
}

struct wci_bytes wci_iso_record_bare_name(struct wci_bytes name)
{
    size_t i = name.length;

    while (i > 1 && name.data[i - 1] >= '0' && name.data[i - 1] <= '9')
        i--;
    if (i > 1 && name.data[i - 1] == ';')
        name.length = i - 1;
    while (name.length > 1 && name.data[name.length - 1] == '.')
        name.length--;
    return name;
}

uint32_t wci_iso_record_descriptor_time(const uint8_t digits[14])
{
    static const int widths[6] = {4, 2, 2, 2, 2, 2};
    int fields[6];
    int i, k;

    for (i = 0; i < 6; i++) {
        fields[i] = 0;
        for (k = 0; k < widths[i]; k++, digits++) {
            if (*digits < '0' || *digits > '9')
                return 0;
            fields[i] = fields[i] * 10 + (*digits - '0');
        }
    }
    return wci_dostime_make(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
}
