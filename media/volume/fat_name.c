/*
 * fat_name - see fat_name.h.
 */
#include "media/volume/fat_name.h"

#include <string.h>

#include "core/text.h"

enum {
    BASE_BYTES = 8,
    NAME_BYTES = 11,
    KANJI_E5 = 0x05, /* stands for a first byte E5, which would mean "deleted" */
    CASE_AT = 12,    /* Windows NT's case bits */
    LOWER_BASE = 0x08,
    LOWER_EXTENSION = 0x10,
    ATTRIBUTES_AT = 11,
    LONG_NAME = 0x0F,
    LAST_PART = 0x40,
    PART_NUMBER = 0x3F,
    CHECKSUM_AT = 13
};

static size_t put_part(const uint8_t *bytes, size_t length, bool lower, char *out)
{
    size_t i;

    while (length > 0 && bytes[length - 1] == ' ')
        length--;
    for (i = 0; i < length; i++) {
        bool letter = bytes[i] >= 'A' && bytes[i] <= 'Z';

        out[i] = (char)(lower && letter ? bytes[i] + 32 : bytes[i]);
    }
    return length;
}

size_t wci_fat_name_short(const uint8_t entry[32], char name[WCI_FAT_SHORT_NAME])
{
    size_t length = put_part(entry, BASE_BYTES, entry[CASE_AT] & LOWER_BASE, name);
    size_t extension = put_part(entry + BASE_BYTES, NAME_BYTES - BASE_BYTES,
                                entry[CASE_AT] & LOWER_EXTENSION, name + length + 1);

    if (length > 0 && entry[0] == KANJI_E5)
        name[0] = (char)0xE5;
    if (extension > 0) {
        name[length] = '.';
        length += 1 + extension;
    }
    name[length] = '\0';
    return length;
}

bool wci_fat_name_is_part(const uint8_t entry[32])
{
    return (entry[ATTRIBUTES_AT] & 0x3F) == LONG_NAME;
}

void wci_fat_name_add_part(struct wci_fat_long_name *long_name, const uint8_t entry[32])
{
    unsigned number = entry[0] & PART_NUMBER;
    uint8_t *units;

    if (entry[0] & LAST_PART) {
        long_name->parts = number <= WCI_FAT_LONG_PARTS ? number : 0;
        long_name->next = number;
        long_name->checksum = entry[CHECKSUM_AT];
    }
    if (long_name->parts == 0 || number == 0 || number != long_name->next ||
        entry[CHECKSUM_AT] != long_name->checksum) {
        long_name->parts = 0;
        return;
    }
    units = long_name->units + (size_t)(number - 1) * WCI_FAT_PART_UNITS * 2;
    memcpy(units, entry + 1, 10);
    memcpy(units + 10, entry + 14, 12);
    memcpy(units + 22, entry + 28, 4);
    long_name->next--;
}

static uint8_t checksum_of(const uint8_t *name)
{
    uint8_t sum = 0;
    size_t i;

    for (i = 0; i < NAME_BYTES; i++)
        sum = (uint8_t)((sum & 1 ? 0x80 : 0) + (sum >> 1) + name[i]);
    return sum;
}

bool wci_fat_name_take(struct wci_fat_long_name *long_name, const uint8_t entry[32],
                       struct wci_buffer *out)
{
    size_t units = 0, most = (size_t)long_name->parts * WCI_FAT_PART_UNITS;
    bool complete =
        long_name->parts > 0 && long_name->next == 0 && long_name->checksum == checksum_of(entry);

    long_name->parts = 0;
    if (!complete)
        return false;
    while (units < most && (long_name->units[2 * units] | long_name->units[2 * units + 1]) != 0)
        units++;
    wci_text_from_utf16(long_name->units, units, false, out);
    return units > 0;
}
