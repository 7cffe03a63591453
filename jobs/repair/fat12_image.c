/*
 * fat12_image - see fat12_image.h.
 */
#include "jobs/repair/fat12_image.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECTOR = 512,
    ENTRY = 32,
    FIRST_CLUSTER = 2,
    LAST_OF_CHAIN = 0xFFF,
    ATTRIBUTE_LABEL = 0x08,
    ATTRIBUTE_ARCHIVE = 0x20,
    DELETED = 0xE5,
    CLUSTERS_MOST = 4084 /* more make it FAT16 */
};

const struct wci_fat12_format wci_fat12_1440 = {2880, 224, 9, 18, 1, 1, 2, 0xF0};
const struct wci_fat12_format wci_fat12_720 = {1440, 112, 3, 9, 1, 2, 2, 0xF9};

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
    return (format->reserved + (size_t)format->fats * format->fat_sectors) * SECTOR;
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

static size_t fat_at(const struct wci_fat12_image *image, unsigned copy, unsigned cluster)
{
    return (image->format.reserved + (size_t)copy * image->format.fat_sectors) * SECTOR +
           cluster * 3 / 2;
}

/* An entry of all FATs: one and a half bytes. */
static void put_fat(struct wci_fat12_image *image, unsigned cluster, unsigned value)
{
    unsigned copy;

    for (copy = 0; copy < image->format.fats; copy++) {
        uint8_t *fat = image->bytes + fat_at(image, copy, cluster);

        if (cluster % 2 == 0) {
            fat[0] = (uint8_t)value;
            fat[1] = (uint8_t)((fat[1] & 0xF0) | value >> 8);
        } else {
            fat[0] = (uint8_t)((fat[0] & 0x0F) | (value & 0x0F) << 4);
            fat[1] = (uint8_t)(value >> 4);
        }
    }
}

static bool is_free(const struct wci_fat12_image *image, unsigned cluster)
{
    const uint8_t *fat = image->bytes + fat_at(image, 0, cluster);

    return cluster % 2 == 0 ? fat[0] == 0 && (fat[1] & 0x0F) == 0
                            : (fat[0] & 0xF0) == 0 && fat[1] == 0;
}

/* The first free cluster from `cluster` on; 0 when there is none. */
static unsigned next_free(const struct wci_fat12_image *image, unsigned cluster)
{
    unsigned end = cluster_count(&image->format) + FIRST_CLUSTER;

    while (cluster < end && !is_free(image, cluster))
        cluster++;
    return cluster < end ? cluster : 0;
}

static uint8_t *root_entry(const struct wci_fat12_image *image, unsigned number)
{
    return image->bytes + root_at(&image->format) + (size_t)number * ENTRY;
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

/* A free entry of the root folder, filled but for the name; NULL when there is none. */
static uint8_t *put_entry(struct wci_fat12_image *image, uint8_t attributes, uint32_t modified)
{
    unsigned i;

    for (i = 0; i < image->format.root_entries; i++) {
        uint8_t *entry = root_entry(image, i);

        if (entry[0] != 0 && entry[0] != DELETED)
            continue;
        memset(entry, 0, ENTRY);
        entry[11] = attributes;
        put32(entry + 22, modified);
        return entry;
    }
    return NULL;
}

/* A field of the disk: filled up with spaces, without a NUL. */
static void put_field(uint8_t *field, size_t width, const char *text)
{
    size_t i;

    for (i = 0; i < width; i++)
        field[i] = *text != '\0' ? (uint8_t)*text++ : (uint8_t)' ';
}

/* Boot sector: no code but a message would fit nowhere shorter; INT 18h tells that it boots not. */
static void put_boot_sector(struct wci_fat12_image *image, const char *label, uint32_t serial)
{
    static const uint8_t jump[] = {0xEB, 0x3C, 0x90};
    static const uint8_t code[] = {0xCD, 0x18, 0xEB, 0xFE}; /* int 18h; jmp $ */
    const struct wci_fat12_format *format = &image->format;
    uint8_t *boot = image->bytes;

    memcpy(boot, jump, sizeof(jump));
    put_field(boot + 3, 8, "MSDOS5.0");
    put16(boot + 11, SECTOR);
    boot[13] = format->cluster_sectors;
    put16(boot + 14, format->reserved);
    boot[16] = format->fats;
    put16(boot + 17, format->root_entries);
    put16(boot + 19, format->sectors);
    boot[21] = format->media;
    put16(boot + 22, format->fat_sectors);
    put16(boot + 24, format->track_sectors);
    put16(boot + 26, 2); /* heads */
    boot[38] = 0x29;     /* serial number, label and type follow */
    put32(boot + 39, serial);
    put_field(boot + 43, 11, label);
    put_field(boot + 54, 8, "FAT12");
    memcpy(boot + 62, code, sizeof(code));
    boot[510] = 0x55;
    boot[511] = 0xAA;
}

bool wci_fat12_image_init(struct wci_fat12_image *image, const struct wci_fat12_format *format,
                          const char *label, uint32_t serial)
{
    uint8_t *entry;

    *image = (struct wci_fat12_image){.format = *format, .size = (size_t)format->sectors * SECTOR};
    image->bytes = calloc(1, image->size);
    if (image->bytes == NULL)
        return false;
    put_boot_sector(image, label, serial);
    put_fat(image, 0, 0xF00U | format->media);
    put_fat(image, 1, LAST_OF_CHAIN);
    entry = put_entry(image, ATTRIBUTE_LABEL, 0);
    put_field(entry, 11, label);
    return true;
}

void wci_fat12_image_free(struct wci_fat12_image *image)
{
    free(image->bytes);
    image->bytes = NULL;
}

/* ---- a copy ------------------------------------------------------------------------------- */

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

/* What the boot sector of at least SECTOR bytes says; false when it makes no sense for a floppy. */
static bool read_format(const uint8_t *boot, size_t size, struct wci_fat12_format *format)
{
    *format = (struct wci_fat12_format){.sectors = get16(boot + 19),
                                        .root_entries = get16(boot + 17),
                                        .fat_sectors = get16(boot + 22),
                                        .track_sectors = get16(boot + 24),
                                        .reserved = get16(boot + 14),
                                        .cluster_sectors = boot[13],
                                        .fats = boot[16],
                                        .media = boot[21]};
    return get16(boot + 11) == SECTOR && format->reserved > 0 && format->cluster_sectors > 0 &&
           format->fats > 0 && format->fats <= 2 && format->root_entries > 0 &&
           (size_t)format->sectors * SECTOR <= size &&
           data_at(format) < (size_t)format->sectors * SECTOR &&
           cluster_count(format) <= CLUSTERS_MOST &&
           (size_t)format->fat_sectors * SECTOR >=
               ((size_t)cluster_count(format) + FIRST_CLUSTER) * 3 / 2 + 1;
}

enum wcab_err wci_fat12_image_copy(struct wci_fat12_image *image, struct wci_bytes bytes,
                                   struct wcab_error *err)
{
    *image = (struct wci_fat12_image){.size = bytes.length};
    if (bytes.length < SECTOR ||
        !read_format((const uint8_t *)bytes.data, bytes.length, &image->format))
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "is no image of a floppy with a file system that files can be put in");
    image->bytes = malloc(bytes.length);
    if (image->bytes == NULL)
        return wci_error_nomem(err);
    memcpy(image->bytes, bytes.data, bytes.length);
    return WCAB_OK;
}

/* ---- room --------------------------------------------------------------------------------- */

size_t wci_fat12_image_cluster(const struct wci_fat12_image *image)
{
    return cluster_bytes(&image->format);
}

unsigned wci_fat12_image_free_clusters(const struct wci_fat12_image *image)
{
    unsigned count = 0, cluster = next_free(image, FIRST_CLUSTER);

    for (; cluster != 0; cluster = next_free(image, cluster + 1))
        count++;
    return count;
}

unsigned wci_fat12_image_free_entries(const struct wci_fat12_image *image)
{
    unsigned count = 0, i;

    for (i = 0; i < image->format.root_entries; i++) {
        uint8_t first = root_entry(image, i)[0];

        count += first == 0 || first == DELETED;
    }
    return count;
}

bool wci_fat12_image_has(const struct wci_fat12_image *image, const char *name)
{
    uint8_t wanted[11];
    unsigned i;

    put_name(wanted, name);
    for (i = 0; i < image->format.root_entries; i++) {
        const uint8_t *entry = root_entry(image, i);

        if (!(entry[11] & ATTRIBUTE_LABEL) && memcmp(entry, wanted, sizeof(wanted)) == 0)
            return true;
    }
    return false;
}

/* ---- files -------------------------------------------------------------------------------- */

bool wci_fat12_image_add(struct wci_fat12_image *image, const char *name, struct wci_bytes content,
                         uint32_t modified)
{
    const struct wci_fat12_format *format = &image->format;
    size_t length = cluster_bytes(format), done;
    unsigned cluster = next_free(image, FIRST_CLUSTER), next;
    uint8_t *entry;

    if (content.length > image->size || wci_fat12_image_free_entries(image) == 0 ||
        clusters_of(format, content.length) > wci_fat12_image_free_clusters(image))
        return false;
    entry = put_entry(image, ATTRIBUTE_ARCHIVE, modified);
    if (entry == NULL)
        return false;
    put_name(entry, name);
    put16(entry + 26, content.length > 0 ? cluster : 0);
    put32(entry + 28, (uint32_t)content.length);
    for (done = 0; done < content.length; done += length, cluster = next) {
        size_t left = content.length - done;

        memcpy(image->bytes + data_at(format) + (cluster - FIRST_CLUSTER) * length,
               content.data + done, left < length ? left : length);
        put_fat(image, cluster, LAST_OF_CHAIN); /* so that it is free no more */
        next = next_free(image, cluster + 1);
        if (left > length)
            put_fat(image, cluster, next);
    }
    return true;
}
