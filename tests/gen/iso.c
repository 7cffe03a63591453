/* iso.c: see iso.h. Structure: ECMA-119; Joliet: Microsoft's specification; Rock Ridge: IEEE P1281
 * and P1282 (SP, ER, PX, NM); El Torito: the specification of Phoenix and IBM. */
#include "iso.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRIMARY = 0, JOLIET = 1, SYSTEM_SECTORS = 16, RECORD_HEAD = 33, BOOT_FLOPPY = 2 };

/* The folders of one tree in path table order, and that table's places. */
struct directory_tree {
    struct wcgen_node **folders;
    size_t *parents;
    size_t count;
    uint32_t table_size, table_little, table_big;
};

struct writer {
    const struct wcgen_iso_format *format;
    struct wcgen_node *root;
    struct directory_tree trees[2];
    unsigned tree_count;
    uint32_t sectors; /* given away so far */
    uint32_t boot_catalog;
    struct wcgen_buffer head; /* everything before the files */
};

static void append_both_u16(struct wcgen_buffer *out, unsigned value)
{
    uint8_t bytes[4];
    wcgen_put_u16(bytes, value);
    wcgen_put_u16_big(bytes + 2, value);
    wcgen_buffer_append(out, bytes, sizeof bytes);
}

static void append_both_u32(struct wcgen_buffer *out, uint32_t value)
{
    uint8_t bytes[8];
    wcgen_put_u32(bytes, value);
    wcgen_put_u32_big(bytes + 4, value);
    wcgen_buffer_append(out, bytes, sizeof bytes);
}

static uint32_t sectors_of(size_t size)
{
    return (uint32_t)((size + WCGEN_SECTOR - 1) / WCGEN_SECTOR);
}

/* The name as it stands in the tree's records, without ";1". */
static void record_name(const struct wcgen_node *node, unsigned tree, struct wcgen_buffer *out)
{
    const char *name = tree == PRIMARY && node->alias ? node->alias : node->name;
    size_t length = strlen(name);
    if (tree == PRIMARY) {
        for (size_t i = 0; i < length && i < 30; i++)
            wcgen_buffer_append_u8(out, (uint8_t)toupper((unsigned char)name[i]));
        if (!strchr(name, '.') && !(node->attributes & WCGEN_FOLDER))
            wcgen_buffer_append_u8(out, '.');
    } else {
        for (size_t i = 0; i < length && i < 64; i++) { /* Latin-1 is enough for Joliet here */
            wcgen_buffer_append_u8(out, 0);
            wcgen_buffer_append_u8(out, (uint8_t)name[i]);
        }
    }
    if (!(node->attributes & WCGEN_FOLDER))
        wcgen_buffer_append(out, tree == PRIMARY ? ";1" : "\0;\0001", tree == PRIMARY ? 2 : 4);
}

/* The seven bytes of a record's date. */
static void append_record_date(struct wcgen_buffer *out, uint16_t date, uint16_t time)
{
    uint8_t bytes[7] = {0};
    if (date) {
        bytes[0] = (uint8_t)((date >> 9) + 80);
        bytes[1] = (uint8_t)(date >> 5 & 15);
        bytes[2] = (uint8_t)(date & 31);
        bytes[3] = (uint8_t)(time >> 11);
        bytes[4] = (uint8_t)(time >> 5 & 63);
        bytes[5] = (uint8_t)((time & 31) * 2);
    }
    wcgen_buffer_append(out, bytes, sizeof bytes);
}

static void append_name_field(struct wcgen_buffer *out, const char *name)
{
    size_t length = strlen(name) < 200 ? strlen(name) : 200;
    wcgen_buffer_append(out, "NM", 2);
    wcgen_buffer_append_u8(out, (unsigned)length + 5);
    wcgen_buffer_append_u8(out, 1);
    wcgen_buffer_append_u8(out, 0);
    wcgen_buffer_append(out, name, length);
}

static void append_mode_field(struct wcgen_buffer *out, bool folder)
{
    wcgen_buffer_append(out, "PX\x24\1", 4);
    append_both_u32(out, folder ? 040555 : 0100444);
    append_both_u32(out, 1);
    append_both_u32(out, 0);
    append_both_u32(out, 0);
}

static void append_extension_fields(struct wcgen_buffer *out)
{
    static const char id[] = "RRIP_1991A";
    wcgen_buffer_append(out, "SP\7\1\xBE\xEF\0", 7);
    wcgen_buffer_append(out, "ER", 2);
    wcgen_buffer_append_u8(out, 8 + sizeof id - 1);
    wcgen_buffer_append_u8(out, 1);
    wcgen_buffer_append_u8(out, sizeof id - 1);
    wcgen_buffer_append_u8(out, 0);
    wcgen_buffer_append_u8(out, 0);
    wcgen_buffer_append_u8(out, 1);
    wcgen_buffer_append(out, id, sizeof id - 1);
}

/* One directory record. name NULL: `special` is the one-byte name, 0 itself or 1 the parent. */
static void append_record(const struct writer *writer, unsigned tree, const struct wcgen_node *node,
                          const struct wcgen_buffer *name, unsigned special,
                          struct wcgen_buffer *out)
{
    bool folder = node->attributes & WCGEN_FOLDER;
    struct wcgen_buffer system = {0};
    if (tree == PRIMARY && writer->format->rock_ridge) {
        if (!name && !special && node == writer->root)
            append_extension_fields(&system);
        append_mode_field(&system, folder);
        if (name)
            append_name_field(&system, node->name);
    }
    size_t name_length = name ? name->length : 1;
    size_t head = RECORD_HEAD + name_length;
    size_t pad = head % 2;
    size_t start = out->length;
    wcgen_buffer_append_u8(out, 0);
    wcgen_buffer_append_u8(out, 0);
    append_both_u32(out, node->place[folder ? tree : 0]);
    append_both_u32(out, folder ? node->extent_size[tree] : (uint32_t)node->size);
    append_record_date(out, node->date, node->time);
    wcgen_buffer_append_u8(out, (folder ? 2u : 0u) | (node->attributes & WCGEN_HIDDEN ? 1u : 0u));
    wcgen_buffer_append_u16(out, 0);
    append_both_u16(out, 1);
    wcgen_buffer_append_u8(out, (unsigned)name_length);
    if (name)
        wcgen_buffer_append(out, name->bytes, name->length);
    else
        wcgen_buffer_append_u8(out, special);
    wcgen_buffer_append_zeros(out, pad);
    wcgen_buffer_append(out, system.bytes, system.length);
    wcgen_buffer_append_zeros(out, (out->length - start) % 2);
    out->bytes[start] = (uint8_t)(out->length - start);
    wcgen_buffer_free(&system);
}

struct sorted {
    struct wcgen_node *node;
    struct wcgen_buffer name;
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    size_t common = a->name.length < b->name.length ? a->name.length : b->name.length;
    int order = memcmp(a->name.bytes, b->name.bytes, common);
    if (order)
        return order;
    return (a->name.length > b->name.length) - (a->name.length < b->name.length);
}

static struct sorted *sort_children(const struct wcgen_node *folder, unsigned tree)
{
    struct sorted *sorted = wcgen_util_alloc(folder->child_count, sizeof *sorted);
    for (size_t i = 0; i < folder->child_count; i++) {
        sorted[i].node = folder->children[i];
        record_name(sorted[i].node, tree, &sorted[i].name);
    }
    if (folder->child_count > 1)
        qsort(sorted, folder->child_count, sizeof *sorted, compare_sorted);
    return sorted;
}

static void free_sorted(struct sorted *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        wcgen_buffer_free(&sorted[i].name);
    free(sorted);
}

/* The records of a folder; none crosses a sector's end. */
static struct wcgen_buffer folder_records(const struct writer *writer, unsigned tree,
                                          const struct wcgen_node *folder,
                                          const struct wcgen_node *parent)
{
    struct wcgen_buffer out = {0}, record = {0};
    struct sorted *sorted = sort_children(folder, tree);
    append_record(writer, tree, folder, NULL, 0, &out);
    append_record(writer, tree, parent, NULL, 1, &out);
    for (size_t i = 0; i < folder->child_count; i++) {
        record.length = 0;
        append_record(writer, tree, sorted[i].node, &sorted[i].name, 0, &record);
        size_t left = WCGEN_SECTOR - out.length % WCGEN_SECTOR;
        if (record.length > left)
            wcgen_buffer_append_zeros(&out, left);
        wcgen_buffer_append(&out, record.bytes, record.length);
    }
    free_sorted(sorted, folder->child_count);
    wcgen_buffer_free(&record);
    wcgen_buffer_append_zeros(&out, (WCGEN_SECTOR - out.length % WCGEN_SECTOR) % WCGEN_SECTOR);
    return out;
}

/* Folders level by level, in each by parent and name: the order of the path table. */
static void collect_folders(struct writer *writer, unsigned tree)
{
    struct directory_tree *all = &writer->trees[tree];
    all->folders = wcgen_util_grow(NULL, 1, sizeof *all->folders);
    all->parents = wcgen_util_grow(NULL, 1, sizeof *all->parents);
    all->folders[0] = writer->root;
    all->parents[0] = 0;
    all->count = 1;
    for (size_t i = 0; i < all->count; i++) {
        struct wcgen_node *folder = all->folders[i];
        folder->number[tree] = i + 1;
        struct sorted *sorted = sort_children(folder, tree);
        for (size_t c = 0; c < folder->child_count; c++) {
            if (!(sorted[c].node->attributes & WCGEN_FOLDER))
                continue;
            all->folders = wcgen_util_grow(all->folders, all->count + 1, sizeof *all->folders);
            all->parents = wcgen_util_grow(all->parents, all->count + 1, sizeof *all->parents);
            all->folders[all->count] = sorted[c].node;
            all->parents[all->count++] = i;
        }
        free_sorted(sorted, folder->child_count);
    }
}

static struct wcgen_buffer path_table(const struct writer *writer, unsigned tree, bool big)
{
    const struct directory_tree *all = &writer->trees[tree];
    struct wcgen_buffer out = {0};
    for (size_t i = 0; i < all->count; i++) {
        struct wcgen_buffer name = {0};
        uint8_t fields[6];
        if (i)
            record_name(all->folders[i], tree, &name);
        else
            wcgen_buffer_append_u8(&name, 0);
        uint32_t place = all->folders[i]->place[tree];
        unsigned parent = (unsigned)all->parents[i] + 1;
        big ? wcgen_put_u32_big(fields, place) : wcgen_put_u32(fields, place);
        big ? wcgen_put_u16_big(fields + 4, parent) : wcgen_put_u16(fields + 4, parent);
        wcgen_buffer_append_u8(&out, (unsigned)name.length);
        wcgen_buffer_append_u8(&out, 0);
        wcgen_buffer_append(&out, fields, sizeof fields);
        wcgen_buffer_append(&out, name.bytes, name.length);
        wcgen_buffer_append_zeros(&out, name.length % 2);
        wcgen_buffer_free(&name);
    }
    return out;
}

static void place_tree(struct writer *writer, unsigned tree)
{
    struct directory_tree *all = &writer->trees[tree];
    collect_folders(writer, tree);
    struct wcgen_buffer table = path_table(writer, tree, false);
    all->table_size = (uint32_t)table.length;
    all->table_little = writer->sectors;
    all->table_big = writer->sectors + sectors_of(table.length);
    writer->sectors += 2 * sectors_of(table.length);
    wcgen_buffer_free(&table);
    for (size_t i = 0; i < all->count; i++) {
        struct wcgen_buffer records =
            folder_records(writer, tree, all->folders[i], all->folders[all->parents[i]]);
        all->folders[i]->place[tree] = writer->sectors;
        all->folders[i]->extent_size[tree] = (uint32_t)records.length;
        writer->sectors += sectors_of(records.length);
        wcgen_buffer_free(&records);
    }
}

static void place_files(struct writer *writer, struct wcgen_node *folder)
{
    for (size_t i = 0; i < folder->child_count; i++) {
        struct wcgen_node *node = folder->children[i];
        if (node->attributes & WCGEN_FOLDER) {
            place_files(writer, node);
        } else {
            node->place[0] = writer->sectors;
            writer->sectors += sectors_of(node->size);
        }
    }
}

/* A text field of a volume descriptor, filled with blanks; Joliet: big-endian UCS-2. */
static void put_text(uint8_t *at, size_t room, const char *text, unsigned tree)
{
    size_t length = strlen(text);
    for (size_t i = 0; tree == JOLIET && i + 1 < room; i += 2) {
        at[i] = 0;
        at[i + 1] = (uint8_t)(i / 2 < length ? text[i / 2] : ' ');
    }
    for (size_t i = 0; tree == PRIMARY && i < room; i++)
        at[i] = (uint8_t)(i < length ? text[i] : ' ');
}

/* The 17 bytes of a descriptor's date. */
static void put_volume_date(uint8_t *at, const char *modified)
{
    size_t digits = 0;
    memset(at, '0', 16);
    at[16] = 0;
    for (; modified && *modified && digits < 14; modified++)
        if (isdigit((unsigned char)*modified))
            at[digits++] = (uint8_t)*modified;
}

static void write_volume(struct writer *writer, unsigned tree)
{
    const struct wcgen_iso_format *format = writer->format;
    const struct directory_tree *all = &writer->trees[tree];
    struct wcgen_buffer out = {0};
    const char *label =
        tree == JOLIET && format->joliet_label ? format->joliet_label : format->label;
    wcgen_buffer_append(&out, tree == PRIMARY ? "\1CD001\1\0" : "\2CD001\1\0", 8);
    wcgen_buffer_append_zeros(&out, WCGEN_SECTOR - 8);
    uint8_t *at = out.bytes;
    put_text(at + 8, 32, "", tree);
    put_text(at + 40, 32, label ? label : "", tree);
    struct wcgen_buffer fields = {0};
    append_both_u32(&fields, writer->sectors);
    memcpy(at + 80, fields.bytes, 8);
    if (tree == JOLIET)
        memcpy(at + 88, "%/E", 3);
    fields.length = 0;
    append_both_u16(&fields, 1);
    append_both_u16(&fields, 1);
    append_both_u16(&fields, WCGEN_SECTOR);
    append_both_u32(&fields, all->table_size);
    memcpy(at + 120, fields.bytes, 20);
    wcgen_put_u32(at + 140, all->table_little);
    wcgen_put_u32_big(at + 148, all->table_big);
    fields.length = 0;
    append_record(&(struct writer){.format = &(struct wcgen_iso_format){0}}, tree, writer->root,
                  NULL, 0, &fields);
    memcpy(at + 156, fields.bytes, 34);
    put_text(at + 190, 623, "", tree);
    put_volume_date(at + 813, format->modified);
    put_volume_date(at + 830, format->modified);
    put_volume_date(at + 847, NULL);
    put_volume_date(at + 864, NULL);
    at[881] = 1;
    wcgen_buffer_append(&writer->head, at, WCGEN_SECTOR);
    wcgen_buffer_free(&fields);
    wcgen_buffer_free(&out);
}

static void write_boot_record(struct writer *writer)
{
    uint8_t sector[WCGEN_SECTOR] = {0};
    memcpy(sector, "\0CD001\1EL TORITO SPECIFICATION", 30);
    wcgen_put_u32(sector + 71, writer->boot_catalog);
    wcgen_buffer_append(&writer->head, sector, sizeof sector);
}

/* A 1.44 MB image boots as a floppy, anything else as it is. */
static void write_boot_catalog(struct writer *writer)
{
    uint8_t sector[WCGEN_SECTOR] = {0};
    const struct wcgen_node *image = wcgen_tree_find(writer->root, writer->format->boot);
    if (!image)
        wcgen_util_fail("the image to boot from, %s, isn't in the tree", writer->format->boot);
    sector[0] = 1;
    sector[30] = 0x55;
    sector[31] = 0xAA;
    unsigned sum = 0;
    for (size_t i = 0; i < 32; i += 2)
        sum += wcgen_get_u16(sector + i);
    wcgen_put_u16(sector + 28, (0x10000 - sum) & 0xFFFF);
    sector[32] = 0x88;
    sector[33] = image->size == 1474560 ? BOOT_FLOPPY : 0;
    wcgen_put_u16(sector + 38, image->size == 1474560 ? 1 : 4);
    wcgen_put_u32(sector + 40, image->place[0]);
    wcgen_buffer_append(&writer->head, sector, sizeof sector);
}

static void pad_sector(struct wcgen_buffer *out)
{
    wcgen_buffer_append_zeros(out, (WCGEN_SECTOR - out->length % WCGEN_SECTOR) % WCGEN_SECTOR);
}

static void write_tree(struct writer *writer, unsigned tree)
{
    const struct directory_tree *all = &writer->trees[tree];
    for (unsigned big = 0; big < 2; big++) {
        struct wcgen_buffer table = path_table(writer, tree, big);
        wcgen_buffer_append(&writer->head, table.bytes, table.length);
        pad_sector(&writer->head);
        wcgen_buffer_free(&table);
    }
    for (size_t i = 0; i < all->count; i++) {
        struct wcgen_buffer records =
            folder_records(writer, tree, all->folders[i], all->folders[all->parents[i]]);
        wcgen_buffer_append(&writer->head, records.bytes, records.length);
        wcgen_buffer_free(&records);
    }
}

static void write_files(const struct wcgen_node *folder, FILE *file)
{
    static const uint8_t zeros[WCGEN_SECTOR];
    for (size_t i = 0; i < folder->child_count; i++) {
        const struct wcgen_node *node = folder->children[i];
        if (node->attributes & WCGEN_FOLDER) {
            write_files(node, file);
        } else if (node->size) {
            wcgen_file_append(file, node->bytes, node->size);
            wcgen_file_append(file, zeros,
                              (WCGEN_SECTOR - node->size % WCGEN_SECTOR) % WCGEN_SECTOR);
        }
    }
}

static void save(const struct writer *writer, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        wcgen_util_fail("can't make %s: %s", path, strerror(errno));
    fwrite(writer->head.bytes, 1, writer->head.length, file);
    write_files(writer->root, file);
    bool written = !ferror(file);
    written = fflush(file) == 0 && ftruncate(fileno(file), ftello(file)) == 0 && written;
    bool closed = fclose(file) == 0;
    if (!written || !closed)
        wcgen_util_fail("can't write %s", path);
}

void wcgen_iso_write(const struct wcgen_iso_format *format, struct wcgen_node *root,
                     const char *path)
{
    struct writer writer = {.format = format, .root = root, .tree_count = format->joliet ? 2 : 1};
    wcgen_tree_dos_time(format->modified ? format->modified : "", &root->date, &root->time);
    writer.sectors = SYSTEM_SECTORS + writer.tree_count + 1 + (format->boot ? 2 : 0);
    writer.boot_catalog = writer.sectors - 1;
    for (unsigned tree = 0; tree < writer.tree_count; tree++)
        place_tree(&writer, tree);
    place_files(&writer, root);
    wcgen_buffer_append_zeros(&writer.head, SYSTEM_SECTORS * WCGEN_SECTOR);
    write_volume(&writer, PRIMARY);
    if (format->boot)
        write_boot_record(&writer);
    if (format->joliet)
        write_volume(&writer, JOLIET);
    wcgen_buffer_append(&writer.head, "\377CD001\1", 7);
    pad_sector(&writer.head);
    if (format->boot)
        write_boot_catalog(&writer);
    for (unsigned tree = 0; tree < writer.tree_count; tree++)
        write_tree(&writer, tree);
    save(&writer, path);
    wcgen_buffer_free(&writer.head);
    for (unsigned tree = 0; tree < 2; tree++) {
        free(writer.trees[tree].folders);
        free(writer.trees[tree].parents);
    }
}
