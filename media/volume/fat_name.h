/*
 * fat_name - names in FAT folders: 8.3, and the long names that VFAT puts in front of them.
 *
 * Source: Microsoft's FAT specification (fatgen103), sections on directories and long names.
 */
#ifndef WCI_FAT_NAME_H
#define WCI_FAT_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

enum {
    WCI_FAT_SHORT_NAME = 13, /* "12345678.123" and NUL */
    WCI_FAT_LONG_PARTS = 20,
    WCI_FAT_PART_UNITS = 13
};

/* The 8.3 name of a short entry, in the bytes of the volume's code page; returns its length.  Parts
 * that Windows NT marked as lower case are. */
size_t wci_fat_name_short(const uint8_t entry[32], char name[WCI_FAT_SHORT_NAME]);

/* A long name that is being put together: its parts stand in front of the short entry, the last
 * part first. */
struct wci_fat_long_name {
    uint8_t units[WCI_FAT_LONG_PARTS * WCI_FAT_PART_UNITS * 2]; /* UTF-16, little-endian */
    unsigned parts; /* of the whole name; 0 = none is being put together */
    unsigned next;  /* number of the part that must come next; 0 = complete */
    uint8_t checksum;
};

/* True when the entry is part of a long name. */
bool wci_fat_name_is_part(const uint8_t entry[32]);

/* Adds a part.  One out of order, or with another checksum, drops the name. */
void wci_fat_name_add_part(struct wci_fat_long_name *long_name, const uint8_t entry[32]);

/* Appends the complete name that belongs to the short entry (by its checksum) to `out` as UTF-8,
 * and starts anew.  False when there is none. */
bool wci_fat_name_take(struct wci_fat_long_name *long_name, const uint8_t entry[32],
                       struct wci_buffer *out);

#endif
