/*
 * fields - see fields.h.  Offsets of fields are those of the formats' own descriptions, named
 * below.
 */
#include "fields.h"

#include <string.h>

enum { SECTOR = 512, CD_SECTOR = 2048, RAW_SECTOR = 2352, RAW_HEAD = 16, FAT_ENTRY = 32 };

/* Offset and width of a field in its structure. */
struct field_place {
    uint16_t at;
    uint8_t width;
};

static void add(struct sample *sample, const struct sample_image *image, size_t at, unsigned width)
{
    struct sample_field *field = &sample->fields[sample->field_count];

    if (sample->field_count == FIELDS_MAX || at + width > image->bytes.size)
        return;
    field->image = image;
    field->at = at;
    field->width = width;
    sample->field_count++;
}

static void add_all(struct sample *sample, const struct sample_image *image, size_t base,
                    const struct field_place *places, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        add(sample, image, base + places[i].at, places[i].width);
}

#define ADD_ALL(base, places)                                                                      \
    add_all(sample, image, (base), (places), sizeof(places) / sizeof((places)[0]))

/* Microsoft Cabinet Format: CFHEADER, CFFOLDER, CFFILE, CFDATA. */
static const struct field_place cab_header[] = {{8, 4},  {16, 4}, {24, 1}, {25, 1}, {26, 2},
                                                {28, 2}, {30, 2}, {32, 2}, {34, 2}};
static const struct field_place cab_folder[] = {{0, 4}, {4, 2}, {6, 2}};
static const struct field_place cab_file[] = {{0, 4},  {4, 4},  {8, 2},  {10, 2},
                                              {12, 2}, {14, 2}, {16, 1}, {17, 4}};
static const struct field_place cab_data[] = {{0, 4}, {4, 2}, {6, 2}, {8, 2}, {10, 4}};

static void find_cabinets(struct sample *sample, const struct sample_image *image)
{
    const uint8_t *data = image->bytes.data, *found = data;
    size_t size = image->bytes.size, i, base;
    struct cabinet_layout layout;

    while ((found = memmem(found, size - (size_t)(found - data), "MSCF\0\0\0", 8)) != NULL) {
        base = (size_t)(found - data);
        found += 8;
        ADD_ALL(base, cab_header);
        if (!cabinet_layout(data + base, size - base, &layout))
            continue;
        for (i = 0; i < layout.folder_count; i++)
            ADD_ALL(base + layout.folders_at + 8 * i, cab_folder);
        for (i = 0; i < layout.file_count; i++)
            ADD_ALL(base + layout.files[i].at, cab_file);
        for (i = 0; i < layout.block_count; i++)
            ADD_ALL(base + layout.blocks[i].at, cab_data);
    }
}

/* Microsoft FAT specification: the boot sector's BPB, the FAT, entries of the root directory. */
static const struct field_place fat_boot[] = {{0, 1},  {11, 2}, {13, 1}, {14, 2}, {16, 1},
                                              {17, 2}, {19, 2}, {21, 1}, {22, 2}, {24, 2},
                                              {26, 2}, {28, 4}, {32, 4}, {38, 1}, {510, 2}};
static const struct field_place fat_entry[] = {{0, 1},  {8, 1},  {11, 1}, {13, 1}, {20, 2},
                                               {22, 2}, {24, 2}, {26, 2}, {28, 4}};

static void find_fat(struct sample *sample, const struct sample_image *image)
{
    const uint8_t *data = image->bytes.data;
    size_t base, i, fat, root;

    for (base = 0; base + SECTOR <= image->bytes.size; base += SECTOR) {
        const uint8_t *boot = data + base;

        if ((boot[0] != 0xEB && boot[0] != 0xE9) || le16(boot + 11) != SECTOR || boot[13] == 0 ||
            boot[16] == 0 || boot[16] > 2 || le16(boot + 22) == 0)
            continue;
        ADD_ALL(base, fat_boot);
        fat = base + le16(boot + 14) * SECTOR;
        for (i = 0; i < 96; i += 3)
            add(sample, image, fat + i, 1 + (unsigned)(i & 1));
        root = fat + boot[16] * le16(boot + 22) * SECTOR;
        for (i = 0; i < 8; i++)
            ADD_ALL(root + FAT_ENTRY * i, fat_entry);
    }
}

/* ECMA-119: volume descriptors (8.4), directory records (9.1); El Torito's boot record. */
static const struct field_place iso_descriptor[] = {
    {0, 1},   {6, 1},   {71, 4},  {80, 4},  {120, 2}, {124, 2}, {128, 2}, {132, 4}, {140, 4},
    {148, 4}, {156, 1}, {158, 4}, {166, 4}, {174, 2}, {181, 1}, {188, 1}, {190, 4}};
static const struct field_place iso_record[] = {{0, 1},  {1, 1},  {2, 4},  {10, 4}, {18, 2},
                                                {25, 1}, {26, 1}, {28, 2}, {32, 1}, {33, 2}};

/* Records of the first sector of the folder in block `block`, and of the folders in it. */
static void find_iso_folder(struct sample *sample, const struct sample_image *image, size_t block,
                            bool raw, unsigned depth)
{
    size_t base = raw ? block * RAW_SECTOR + RAW_HEAD : block * CD_SECTOR, at = 0, count = 0;

    while (at + 34 < CD_SECTOR && base + CD_SECTOR <= image->bytes.size) {
        const uint8_t *record = image->bytes.data + base + at;

        if (record[0] < 34)
            break;
        ADD_ALL(base + at, iso_record);
        if ((record[25] & 2) && count > 1 && depth > 0)
            find_iso_folder(sample, image, le32(record + 2), raw, depth - 1);
        at += record[0];
        count++;
    }
}

static void find_iso(struct sample *sample, const struct sample_image *image)
{
    const uint8_t *data = image->bytes.data, *found = data;
    size_t size = image->bytes.size;

    while ((found = memmem(found, size - (size_t)(found - data), "CD001", 5)) != NULL) {
        size_t base = (size_t)(found - data) - 1;
        bool raw = base % RAW_SECTOR == RAW_HEAD;

        found += 5;
        if (!raw && base % CD_SECTOR != 0)
            continue;
        ADD_ALL(base, iso_descriptor);
        if (base + CD_SECTOR <= size && (data[base] == 1 || data[base] == 2))
            find_iso_folder(sample, image, le32(data + base + 158), raw, 2);
    }
}

/* The partition table of a sector that is no file system's. */
static const struct field_place partition[] = {{0, 1}, {4, 1}, {8, 4}, {12, 4}};

static void find_partitions(struct sample *sample, const struct sample_image *image)
{
    static const uint8_t nothing[440];
    size_t base, i;

    for (base = 0; base + SECTOR <= image->bytes.size; base += SECTOR) {
        const uint8_t *sector = image->bytes.data + base;

        if (le16(sector + 510) != 0xAA55 || memcmp(sector, nothing, sizeof(nothing)) != 0)
            continue;
        for (i = 0; i < 4; i++)
            ADD_ALL(base + 446 + 16 * i, partition);
        add(sample, image, base + 510, 2);
    }
}

/* PKWARE APPNOTE 4.3: local headers, the central directory, its end. */
static const struct field_place zip_local[] = {{4, 2},  {6, 2},  {8, 2},  {14, 4},
                                               {18, 4}, {22, 4}, {26, 2}, {28, 2}};
static const struct field_place zip_central[] = {{8, 2},  {10, 2}, {16, 4}, {20, 4}, {24, 4},
                                                 {28, 2}, {30, 2}, {32, 2}, {42, 4}};
static const struct field_place zip_end[] = {{4, 2}, {8, 2}, {10, 2}, {12, 4}, {16, 4}, {20, 2}};

static void find_zip(struct sample *sample, const struct sample_image *image)
{
    const uint8_t *data = image->bytes.data, *found = data;
    size_t size = image->bytes.size;

    if (size < 4 || memcmp(data, "PK\3\4", 4) != 0)
        return;
    while ((found = memmem(found, size - (size_t)(found - data), "PK", 2)) != NULL) {
        size_t base = (size_t)(found - data);

        found += 2;
        if (base + 4 <= size && memcmp(data + base, "PK\3\4", 4) == 0)
            ADD_ALL(base, zip_local);
        if (base + 4 <= size && memcmp(data + base, "PK\1\2", 4) == 0)
            ADD_ALL(base, zip_central);
        if (base + 4 <= size && memcmp(data + base, "PK\5\6", 4) == 0)
            ADD_ALL(base, zip_end);
    }
}

/* [MS-CFB] 2.2 and 2.6: the header, then the entries of the directory. */
static const struct field_place ole_header[] = {{24, 2}, {26, 2}, {28, 2}, {30, 2}, {32, 2},
                                                {44, 4}, {48, 4}, {56, 4}, {60, 4}, {64, 4},
                                                {68, 4}, {72, 4}, {76, 4}, {80, 4}};
static const struct field_place ole_entry[] = {{0, 2},  {64, 2}, {66, 1},  {68, 4},
                                               {72, 4}, {76, 4}, {116, 4}, {120, 4}};

static void find_ole(struct sample *sample, const struct sample_image *image)
{
    const uint8_t *data = image->bytes.data;
    size_t size = image->bytes.size, at, i, directory;

    if (size < SECTOR || le32(data) != 0xE011CFD0)
        return;
    ADD_ALL(0, ole_header);
    directory = (le32(data + 48) + 1) * SECTOR;
    for (i = 0; i < 8; i++)
        ADD_ALL(directory + 128 * i, ole_entry);
    for (at = (le32(data + 76) + 1) * SECTOR, i = 0; i < 64; i++)
        add(sample, image, at + 4 * i, 4);
}

void fields_find(struct sample *sample)
{
    size_t i, at;

    for (i = 0; i < sample->image_count; i++) {
        const struct sample_image *image = &sample->images[i];
        size_t before = sample->field_count;

        find_cabinets(sample, image);
        find_fat(sample, image);
        find_iso(sample, image);
        find_partitions(sample, image);
        find_zip(sample, image);
        find_ole(sample, image);
        if (sample->field_count - before > 40)
            continue;
        for (at = 0; at < 256; at += 4)
            add(sample, image, at, 1 + (unsigned)(at / 4 % 4));
        for (at = 4; at <= 128 && at <= image->bytes.size; at += 4)
            add(sample, image, image->bytes.size - at, 1 + (unsigned)(at / 4 % 4));
    }
}
