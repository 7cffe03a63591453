/* fat.c: see fat.h. */
#include "fat.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY = 32, LONG_NAME = 0x0F, LONG_NAME_PART = 13 };

static const struct {
    const char *name;
    struct wcgen_fat_format format;
} known[] = {
    /* OEM id, bits, sector, cluster, reserved, FATs, root, sectors, media, FAT size, track, heads
     */
    {"dmf", {"MSDMF3.2", 12, 512, 4, 1, 2, 16, 3360, 0xF0, 3, 21, 2, false, false, 0, NULL, 0, 0}},
    {"1440",
     {"MSDOS4.0", 12, 512, 1, 1, 2, 224, 2880, 0xF0, 9, 18, 2, false, false, 0, NULL, 0, 0}},
    {"2880",
     {"MSDOS5.0", 12, 512, 2, 1, 2, 240, 5760, 0xF0, 9, 36, 2, false, false, 0, NULL, 0, 0}},
    {"1200",
     {"MSDOS3.3", 12, 512, 1, 1, 2, 224, 2400, 0xF9, 7, 15, 2, false, false, 0, NULL, 0, 0}},
    {"720", {"MSDOS3.3", 12, 512, 2, 1, 2, 112, 1440, 0xF9, 3, 9, 2, false, false, 0, NULL, 0, 0}},
    {"360", {"MSDOS3.3", 12, 512, 2, 1, 2, 112, 720, 0xFD, 2, 9, 2, false, false, 0, NULL, 0, 0}},
    {"320", {"MSDOS1.1", 12, 512, 2, 1, 2, 112, 640, 0xFF, 1, 8, 2, false, false, 0, NULL, 0, 0}},
    {"180", {"MSDOS3.3", 12, 512, 1, 1, 2, 64, 360, 0xFC, 2, 9, 1, false, false, 0, NULL, 0, 0}},
    {"160", {"MSDOS1.0", 12, 512, 1, 1, 2, 64, 320, 0xFE, 1, 8, 1, false, false, 0, NULL, 0, 0}},
};

/* An image while it is written. */
struct writer {
    const struct wcgen_fat_format *format;
    struct wcgen_buffer image;
    uint32_t next; /* cluster not yet used */
    uint32_t clusters;
};

const struct wcgen_fat_format *wcgen_fat_known(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return &known[i].format;
    return NULL;
}

struct wcgen_fat_format wcgen_fat_volume(unsigned fat_bits, uint32_t sectors)
{
    struct wcgen_fat_format format = {.oem_id = fat_bits == 32 ? "MSWIN4.1" : "MSWIN4.0",
                                      .fat_bits = fat_bits,
                                      .sector_size = 512,
                                      .sectors_per_cluster = fat_bits == 32 ? 1 : 4,
                                      .reserved_sectors = fat_bits == 32 ? 32 : 1,
                                      .fats = 2,
                                      .root_entries = fat_bits == 32 ? 0 : 512,
                                      .sectors = sectors,
                                      .media_byte = 0xF8,
                                      .sectors_per_track = 63,
                                      .heads = 16,
                                      .serial = 0x19950711};
    while (fat_bits == 16 && sectors / format.sectors_per_cluster > 65000)
        format.sectors_per_cluster *= 2;
    while (fat_bits == 32 && sectors / format.sectors_per_cluster > 4000000)
        format.sectors_per_cluster *= 2;
    uint32_t clusters = sectors / format.sectors_per_cluster + 2;
    format.sectors_per_fat = (clusters * fat_bits / 8 + 511) / 512 + 1;
    return format;
}

static uint32_t data_sector(const struct wcgen_fat_format *format)
{
    return format->reserved_sectors + format->fats * format->sectors_per_fat +
           (format->root_entries * ENTRY + format->sector_size - 1) / format->sector_size;
}

static size_t cluster_size(const struct wcgen_fat_format *format)
{
    return (size_t)format->sector_size * format->sectors_per_cluster;
}

size_t wcgen_fat_cluster_offset(const struct wcgen_fat_format *format, uint32_t cluster)
{
    return (size_t)data_sector(format) * format->sector_size +
           (size_t)(cluster - 2) * cluster_size(format);
}

static void set_entry(const struct wcgen_fat_format *format, uint8_t *fat, uint32_t cluster,
                      uint32_t value)
{
    if (format->fat_bits == 32) {
        wcgen_put_u32(fat + (size_t)cluster * 4, value & 0x0FFFFFFF);
    } else if (format->fat_bits == 16) {
        wcgen_put_u16(fat + (size_t)cluster * 2, value & 0xFFFF);
    } else {
        uint8_t *at = fat + (size_t)cluster * 3 / 2;
        unsigned old = wcgen_get_u16(at);
        unsigned low = value & 0xFFF;
        wcgen_put_u16(at, cluster % 2 ? (old & 0x000F) | low << 4 : (old & 0xF000) | low);
    }
}

void wcgen_fat_set_entry(const struct wcgen_fat_format *format, struct wcgen_buffer *image,
                         uint32_t cluster, uint32_t value)
{
    for (unsigned i = 0; i < format->fats; i++)
        set_entry(format,
                  image->bytes + ((size_t)format->reserved_sectors + i * format->sectors_per_fat) *
                                     format->sector_size,
                  cluster, value);
}

/* Takes clusters for so many bytes, in one chain; returns the first, 0 for none. */
static uint32_t take_clusters(struct writer *writer, size_t size, const char *name)
{
    uint32_t count =
        (uint32_t)((size + cluster_size(writer->format) - 1) / cluster_size(writer->format));
    if (!count)
        return 0;
    if (count > writer->clusters + 2 - writer->next)
        wcgen_util_fail("%s doesn't fit: %u clusters needed, %u free", name, count,
                        writer->clusters + 2 - writer->next);
    uint32_t first = writer->next;
    for (uint32_t i = 0; i < count; i++)
        wcgen_fat_set_entry(writer->format, &writer->image, first + i,
                            i + 1 < count ? first + i + 1 : 0x0FFFFFFF);
    writer->next += count;
    return first;
}

/* The 8.3 form of a name: 11 bytes, blanks at the end; false when it isn't one. */
static bool short_name(const char *name, uint8_t field[11])
{
    memset(field, ' ', 11);
    const char *dot = strrchr(name, '.');
    size_t base = dot ? (size_t)(dot - name) : strlen(name);
    size_t type = dot ? strlen(dot + 1) : 0;
    if (base < 1 || base > 8 || type > 3 || (dot && !type))
        return false;
    memcpy(field, name, base);
    if (dot)
        memcpy(field + 8, dot + 1, type);
    for (size_t i = 0; i < 11; i++) {
        if (islower(field[i]) || strchr("+,;=[]\"*/:<>?\\|", field[i]))
            return false;
        if (i < base && field[i] == ' ')
            return false;
    }
    for (size_t i = 0; i < base; i++)
        if (name[i] == '.')
            return false;
    return true;
}

/* NAME~n.EXT of a long name, as VFAT makes it. */
static void alias_name(const char *name, unsigned number, uint8_t field[11])
{
    char tail[12];
    memset(field, ' ', 11);
    const char *dot = strrchr(name, '.');
    if (dot == name)
        dot = NULL;
    size_t length = 0, tail_length = (size_t)snprintf(tail, sizeof tail, "~%u", number);
    for (const char *c = name; *c && c != dot && length < 8 - tail_length; c++)
        if (*c != ' ' && *c != '.')
            field[length++] = strchr("+,;=[]", *c) || (uint8_t)*c >= 0x80
                                  ? '_'
                                  : (uint8_t)toupper((unsigned char)*c);
    memcpy(field + length, tail, tail_length);
    for (size_t i = 0; dot && dot[i + 1] && i < 3; i++)
        field[8 + i] = (uint8_t)toupper((unsigned char)dot[i + 1]);
}

static bool alias_is_taken(const struct wcgen_buffer *folder, const uint8_t field[11])
{
    for (size_t at = 0; at < folder->length; at += ENTRY)
        if (memcmp(folder->bytes + at, field, 11) == 0)
            return true;
    return false;
}

static void append_entry(struct wcgen_buffer *folder, const uint8_t field[11], unsigned attributes,
                         uint16_t date, uint16_t time, uint32_t cluster, uint32_t size)
{
    uint8_t entry[ENTRY] = {0};
    memcpy(entry, field, 11);
    if (entry[0] == 0xE5)
        entry[0] = 0x05;
    entry[11] = (uint8_t)attributes;
    wcgen_put_u16(entry + 20, cluster >> 16);
    wcgen_put_u16(entry + 22, time);
    wcgen_put_u16(entry + 24, date);
    wcgen_put_u16(entry + 26, cluster & 0xFFFF);
    wcgen_put_u32(entry + 28, size);
    wcgen_buffer_append(folder, entry, sizeof entry);
}

/* UTF-8 to UTF-16 units; bytes that aren't UTF-8 become U+FFFD. */
static size_t to_utf16(const char *text, uint16_t *units, size_t room)
{
    size_t count = 0;
    const uint8_t *at = (const uint8_t *)text;
    while (*at && count + 2 <= room) {
        uint32_t c = *at++;
        unsigned more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
        if (c >= 0x80)
            c = more ? c & (0x3Fu >> more) : 0xFFFD;
        for (; more && (*at & 0xC0) == 0x80; more--)
            c = c << 6 | (*at++ & 0x3F);
        if (more)
            c = 0xFFFD;
        if (c > 0xFFFF) {
            c -= 0x10000;
            units[count++] = (uint16_t)(0xD800 + (c >> 10));
            c = 0xDC00 + (c & 0x3FF);
        }
        units[count++] = (uint16_t)c;
    }
    return count;
}

static void append_long_name(struct wcgen_buffer *folder, const char *name, const uint8_t alias[11])
{
    static const uint8_t places[LONG_NAME_PART] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    uint16_t units[256 + 2];
    size_t count = to_utf16(name, units, 256);
    uint8_t sum = 0;
    for (size_t i = 0; i < 11; i++)
        sum = (uint8_t)((sum << 7 | sum >> 1) + alias[i]);
    size_t parts = (count + LONG_NAME_PART - 1) / LONG_NAME_PART;
    for (size_t part = parts; part-- > 0;) {
        uint8_t entry[ENTRY] = {0};
        entry[0] = (uint8_t)((part + 1) | (part + 1 == parts ? 0x40 : 0));
        entry[11] = LONG_NAME;
        entry[13] = sum;
        for (size_t i = 0; i < LONG_NAME_PART; i++) {
            size_t unit = part * LONG_NAME_PART + i;
            wcgen_put_u16(entry + places[i], unit < count    ? units[unit]
                                             : unit == count ? 0
                                                             : 0xFFFF);
        }
        wcgen_buffer_append(folder, entry, sizeof entry);
    }
}

static void append_node(struct wcgen_buffer *folder, const struct wcgen_node *node)
{
    uint8_t field[11];
    bool is_short = node->alias ? short_name(node->alias, field) : short_name(node->name, field);
    if (!is_short) {
        unsigned number = 1;
        do
            alias_name(node->name, number++, field);
        while (alias_is_taken(folder, field));
    }
    if (!is_short || node->alias)
        append_long_name(folder, node->name, field);
    append_entry(folder, field, node->attributes, node->date, node->time, node->place[0],
                 node->attributes & WCGEN_FOLDER ? 0 : (uint32_t)node->size);
}

static void put_clusters(struct writer *writer, uint32_t first, const uint8_t *bytes, size_t count)
{
    if (count)
        memcpy(writer->image.bytes + wcgen_fat_cluster_offset(writer->format, first), bytes, count);
}

/* How many bytes the folder's entries take: counted by making them once without places. */
static size_t folder_size(const struct wcgen_node *folder, bool is_root)
{
    struct wcgen_buffer entries = {0};
    for (size_t i = 0; i < folder->child_count; i++)
        append_node(&entries, folder->children[i]);
    size_t size = entries.length + (is_root ? ENTRY : 2 * ENTRY);
    wcgen_buffer_free(&entries);
    return size;
}

static void write_folder(struct writer *writer, struct wcgen_node *folder, uint32_t parent,
                         bool is_root)
{
    const struct wcgen_fat_format *format = writer->format;
    bool fixed_root = is_root && format->fat_bits != 32;
    if (!fixed_root)
        folder->place[0] = take_clusters(writer, folder_size(folder, is_root), folder->name);
    struct wcgen_buffer entries = {0};
    if (!is_root) {
        append_entry(&entries, (const uint8_t *)".          ", WCGEN_FOLDER, folder->date,
                     folder->time, folder->place[0], 0);
        append_entry(&entries, (const uint8_t *)"..         ", WCGEN_FOLDER, folder->date,
                     folder->time, parent, 0);
    }
    for (size_t i = 0; i < folder->child_count; i++) {
        struct wcgen_node *child = folder->children[i];
        if (child->attributes & WCGEN_FOLDER) {
            write_folder(writer, child, is_root ? 0 : folder->place[0], false);
        } else {
            child->place[0] = take_clusters(writer, child->size, child->name);
            put_clusters(writer, child->place[0], child->bytes, child->size);
        }
        append_node(&entries, child);
    }
    if (is_root && format->label) {
        uint8_t field[12];
        snprintf((char *)field, sizeof field, "%-11.11s", format->label);
        append_entry(&entries, field, WCGEN_LABEL, format->label_date, format->label_time, 0, 0);
    }
    if (fixed_root) {
        if (entries.length > (size_t)format->root_entries * ENTRY)
            wcgen_util_fail("the root folder has room for %u entries, %zu are needed",
                            format->root_entries, entries.length / ENTRY);
        size_t at = ((size_t)format->reserved_sectors + format->fats * format->sectors_per_fat) *
                    format->sector_size;
        if (entries.length)
            memcpy(writer->image.bytes + at, entries.bytes, entries.length);
    } else {
        put_clusters(writer, folder->place[0], entries.bytes, entries.length);
    }
    wcgen_buffer_free(&entries);
}

static void write_bpb(const struct wcgen_fat_format *format, uint8_t *boot, uint32_t root)
{
    wcgen_put_u16(boot + 11, format->sector_size);
    boot[13] = (uint8_t)format->sectors_per_cluster;
    wcgen_put_u16(boot + 14, format->reserved_sectors);
    boot[16] = (uint8_t)format->fats;
    wcgen_put_u16(boot + 17, format->root_entries);
    wcgen_put_u16(boot + 19,
                  format->sectors < 65536 && format->fat_bits != 32 ? format->sectors : 0);
    boot[21] = (uint8_t)format->media_byte;
    wcgen_put_u16(boot + 22, format->fat_bits == 32 ? 0 : format->sectors_per_fat);
    wcgen_put_u16(boot + 24, format->sectors_per_track);
    wcgen_put_u16(boot + 26, format->heads);
    if (format->sectors >= 65536 || format->fat_bits == 32)
        wcgen_put_u32(boot + 32, format->sectors);
    uint8_t *extended = boot + 36;
    if (format->fat_bits == 32) {
        wcgen_put_u32(boot + 36, format->sectors_per_fat);
        wcgen_put_u32(boot + 44, root);
        wcgen_put_u16(boot + 48, 1); /* FSInfo */
        wcgen_put_u16(boot + 50, 6); /* copy of the boot sector */
        extended = boot + 64;
    }
    extended[0] = format->media_byte == 0xF8 ? 0x80 : 0;
    extended[2] = 0x29;
    wcgen_put_u32(extended + 3, format->serial);
    const char *label = format->label ? format->label : "NO NAME";
    size_t length = strlen(label);
    memset(extended + 7, ' ', 11);
    memcpy(extended + 7, label, length < 11 ? length : 11);
    memcpy(extended + 18,
           format->fat_bits == 12   ? "FAT12   "
           : format->fat_bits == 16 ? "FAT16   "
                                    : "FAT32   ",
           8);
}

static void write_boot(struct writer *writer, uint32_t root)
{
    const struct wcgen_fat_format *format = writer->format;
    uint8_t *boot = writer->image.bytes;
    memcpy(boot, format->no_bpb ? "\xEB\x14\x90" : "\xEB\x3C\x90", 3);
    if (format->fat_bits == 32)
        boot[1] = 0x58;
    memcpy(boot + 3, format->oem_id, 8);
    if (!format->no_bpb)
        write_bpb(format, boot, root);
    if (!format->no_signature)
        wcgen_put_u16(boot + 510, 0xAA55);
    if (format->fat_bits == 32) {
        uint8_t *info = boot + format->sector_size;
        memcpy(info, "RRaA", 4);
        memcpy(info + 484, "rrAa", 4);
        wcgen_put_u32(info + 488, writer->clusters + 2 - writer->next);
        wcgen_put_u32(info + 492, writer->next);
        wcgen_put_u16(info + 510, 0xAA55);
        memcpy(boot + 6u * format->sector_size, boot, format->sector_size);
    }
}

struct wcgen_buffer wcgen_fat_write(const struct wcgen_fat_format *format, struct wcgen_node *root,
                                    size_t *used)
{
    struct writer writer = {.format = format, .next = 2};
    size_t size = (size_t)format->sectors * format->sector_size;
    writer.image = (struct wcgen_buffer){wcgen_util_alloc(size, 1), size, size};
    writer.clusters = (format->sectors - data_sector(format)) / format->sectors_per_cluster;
    wcgen_fat_set_entry(format, &writer.image, 0, 0x0FFFFF00 | format->media_byte);
    wcgen_fat_set_entry(format, &writer.image, 1, 0x0FFFFFFF);
    write_folder(&writer, root, 0, true);
    write_boot(&writer, root->place[0]);
    if (used)
        *used = wcgen_fat_cluster_offset(format, writer.next);
    return writer.image;
}
