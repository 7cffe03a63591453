/*
 * fat12_image - see fat12_image.h.
 */
#include "jobs/repair/fat12_image.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECTOR = 512,
    ENTRY = 32,
    FATS = 2,
    RESERVED_SECTORS = 1,
    FIRST_CLUSTER = 2,
    LAST_OF_CHAIN = 0xFFF,
    ATTRIBUTE_LABEL = 0x08,
    ATTRIBUTE_ARCHIVE = 0x20
};

struct wci_fat12_format {
    uint16_t sectors, root_entries, fat_sectors, track_sectors;
    uint8_t cluster_sectors, media;
};

const struct wci_fat12_format wci_fat12_1440 = {2880, 224, 9, 18, 1, 0xF0};
const struct wci_fat12_format wci_fat12_720 = {1440, 112, 3, 9, 2, 0xF9};

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value & 0xFFFF);
    put16(at + 2, value >> 16);
}

/* ---- where what lies ---------------------------------------------------------------------- */

static size_t root_at(const struct wci_fat12_format *format)
{
    return ((size_t)RESERVED_SECTORS + (size_t)FATS * format->fat_sectors) * SECTOR;
}

static size_t data_at(const struct wci_fat12_format *format)
{
    return root_at(format) + (size_t)format->root_entries * ENTRY;
}

static size_t cluster_bytes(const struct wci_fat12_format *format)
{
    return (size_t)format->cluster_sectors * SECTOR;
}

static unsigned cluster_count(const struct wci_fat12_format *format)
{
    return (unsigned)(((size_t)format->sectors * SECTOR - data_at(format)) / cluster_bytes(format));
}

static unsigned clusters_of(const struct wci_fat12_format *format, size_t size)
{
    return (unsigned)((size + cluster_bytes(format) - 1) / cluster_bytes(format));
}

size_t wci_fat12_capacity(const struct wci_fat12_format *format)
{
    return cluster_count(format) * cluster_bytes(format);
}

/* ---- writing ------------------------------------------------------------------------------ */

/* An entry of both FATs: one and a half bytes. */
static void put_fat(struct wci_fat12_image *image, unsigned cluster, unsigned value)
{
    unsigned copy;

    for (copy = 0; copy < FATS; copy++) {
        uint8_t *fat = image->bytes +
                       (RESERVED_SECTORS + (size_t)copy * image->format->fat_sectors) * SECTOR +
                       cluster * 3 / 2;

        if (cluster % 2 == 0) {
            fat[0] = (uint8_t)value;
            fat[1] = (uint8_t)((fat[1] & 0xF0) | value >> 8);
        } else {
            fat[0] = (uint8_t)((fat[0] & 0x0F) | (value & 0x0F) << 4);
            fat[1] = (uint8_t)(value >> 4);
        }
    }
}

/* "MAPI32.DLL" as "MAPI32  DLL". */
static void put_name(uint8_t *at, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t base = dot == NULL ? strlen(name) : (size_t)(dot - name);

    memset(at, ' ', 11);
    memcpy(at, name, base < 8 ? base : 8);
    if (dot != NULL)
        memcpy(at + 8, dot + 1, strlen(dot + 1) < 3 ? strlen(dot + 1) : 3);
}

static uint8_t *put_entry(struct wci_fat12_image *image, uint8_t attributes, uint32_t modified)
{
    uint8_t *entry = image->bytes + root_at(image->format) + (size_t)image->files++ * ENTRY;

    entry[11] = attributes;
    put32(entry + 22, modified);
    return entry;
}

/* Boot sector: no code but a message would fit nowhere shorter; INT 18h tells that it boots not. */
static void put_boot_sector(struct wci_fat12_image *image, const char *label, uint32_t serial)
{
    static const uint8_t code[] = {0xCD, 0x18, 0xEB, 0xFE}; /* int 18h; jmp $ */
    const struct wci_fat12_format *format = image->format;
    uint8_t *boot = image->bytes;

    memcpy(boot, "\xEB\x3C\x90MSDOS5.0", 11);
    put16(boot + 11, SECTOR);
    boot[13] = format->cluster_sectors;
    put16(boot + 14, RESERVED_SECTORS);
    boot[16] = FATS;
    put16(boot + 17, format->root_entries);
    put16(boot + 19, format->sectors);
    boot[21] = format->media;
    put16(boot + 22, format->fat_sectors);
    put16(boot + 24, format->track_sectors);
    put16(boot + 26, 2); /* heads */
    boot[38] = 0x29;     /* serial number, label and type follow */
    put32(boot + 39, serial);
    memset(boot + 43, ' ', 11);
    memcpy(boot + 43, label, strlen(label) < 11 ? strlen(label) : 11);
    memcpy(boot + 54, "FAT12   ", 8);
    memcpy(boot + 62, code, sizeof(code));
    boot[510] = 0x55;
    boot[511] = 0xAA;
}

bool wci_fat12_image_init(struct wci_fat12_image *image, const struct wci_fat12_format *format,
                          const char *label, uint32_t serial)
{
    uint8_t *entry;

    *image = (struct wci_fat12_image){
        .format = format, .size = (size_t)format->sectors * SECTOR, .next_cluster = FIRST_CLUSTER};
    image->bytes = calloc(1, image->size);
    if (image->bytes == NULL)
        return false;
    put_boot_sector(image, label, serial);
    put_fat(image, 0, 0xF00U | format->media);
    put_fat(image, 1, LAST_OF_CHAIN);
    entry = put_entry(image, ATTRIBUTE_LABEL, 0);
    memset(entry, ' ', 11);
    memcpy(entry, label, strlen(label) < 11 ? strlen(label) : 11);
    return true;
}

void wci_fat12_image_free(struct wci_fat12_image *image)
{
    free(image->bytes);
    image->bytes = NULL;
}

/* Whether a file of that size has room. */
static bool has_room(const struct wci_fat12_image *image, size_t size)
{
    const struct wci_fat12_format *format = image->format;
    unsigned used = image->next_cluster - FIRST_CLUSTER;

    return size <= image->size && image->files + 1U <= format->root_entries &&
           used + clusters_of(format, size) <= cluster_count(format);
}

bool wci_fat12_image_add(struct wci_fat12_image *image, const char *name, struct wci_bytes content,
                         uint32_t modified)
{
    const struct wci_fat12_format *format = image->format;
    unsigned clusters = clusters_of(format, content.length), i;
    uint8_t *entry;

    if (!has_room(image, content.length))
        return false;
    entry = put_entry(image, ATTRIBUTE_ARCHIVE, modified);
    put_name(entry, name);
    put16(entry + 26, clusters > 0 ? image->next_cluster : 0);
    put32(entry + 28, (uint32_t)content.length);
    if (content.length > 0)
        memcpy(image->bytes + data_at(format) +
                   (image->next_cluster - FIRST_CLUSTER) * cluster_bytes(format),
               content.data, content.length);
    for (i = 0; i < clusters; i++) {
        put_fat(image, image->next_cluster,
                i + 1 < clusters ? image->next_cluster + 1 : LAST_OF_CHAIN);
        image->next_cluster++;
    }
    return true;
}
