/* imagespec.c: see imagespec.h. */
#include "imagespec.h"
#include "fat.h"
#include "iso.h"
#include "spec.h"

#include <stdlib.h>
#include <string.h>

static const char usual_date[] = "1995-07-11 09:50";

/* The image being made. */
struct image {
    struct wcgen_spec spec;
    struct wcgen_content content;
    struct wcgen_node *root;
    bool is_iso;
    struct wcgen_fat_format fat;
    struct wcgen_iso_format iso;
};

static bool is_no(struct wcgen_spec_line *line, const char *key)
{
    const char *value = wcgen_spec_value(line, key);
    return value && strcmp(value, "no") == 0;
}

static void read_fat(struct image *image, struct wcgen_spec_line *line)
{
    const char *format = wcgen_spec_value(line, "format");
    const char *oem = wcgen_spec_value(line, "oem");
    if (!format)
        wcgen_spec_fail(line, "a FAT image needs a format: dmf, 1440, 720, ... fat16, fat32");
    if (strcmp(format, "fat16") == 0 || strcmp(format, "fat32") == 0) {
        image->fat = wcgen_fat_volume(format[3] == '1' ? 16 : 32,
                                      (uint32_t)wcgen_spec_number(line, "sectors", 81920));
    } else {
        const struct wcgen_fat_format *known = wcgen_fat_known(format);
        if (!known)
            wcgen_spec_fail(line, "no format of this name");
        image->fat = *known;
    }
    if (oem && strlen(oem) != 8)
        wcgen_spec_fail(line, "an OEM id has eight characters");
    if (oem)
        image->fat.oem_id = oem;
    image->fat.label = wcgen_spec_value(line, "label");
    image->fat.no_signature = is_no(line, "signature");
    image->fat.no_bpb = is_no(line, "bpb");
    image->fat.serial = (uint32_t)wcgen_spec_number(line, "serial", image->fat.serial);
    wcgen_tree_dos_time(usual_date, &image->fat.label_date, &image->fat.label_time);
}

static void read_iso(struct image *image, struct wcgen_spec_line *line)
{
    const char *modified = wcgen_spec_value(line, "modified");
    image->is_iso = true;
    image->iso.label = wcgen_spec_value(line, "label");
    image->iso.joliet_label = wcgen_spec_value(line, "joliet-label");
    image->iso.joliet = wcgen_spec_has(line, "joliet");
    image->iso.rock_ridge = wcgen_spec_has(line, "rock-ridge");
    image->iso.boot = wcgen_spec_value(line, "boot");
    image->iso.modified = modified ? modified : usual_date;
}

static void read_image(struct image *image, struct wcgen_spec_line *line)
{
    const char *kind = wcgen_spec_word(line, 1);
    uint64_t seed = wcgen_spec_number(line, "seed", 1);
    wcgen_content_free(&image->content);
    wcgen_content_start(&image->content, seed, true);
    if (kind && strcmp(kind, "fat") == 0)
        read_fat(image, line);
    else if (kind && strcmp(kind, "iso") == 0)
        read_iso(image, line);
    else
        wcgen_spec_fail(line, "images are of the kind fat or iso");
}

static void read_node(struct image *image, struct wcgen_spec_line *line, bool is_folder)
{
    const char *path = wcgen_spec_word(line, 1);
    const char *modified = wcgen_spec_value(line, "modified");
    const char *alias = wcgen_spec_value(line, "alias");
    uint16_t date, time;
    struct wcgen_node *node;
    if (!path || !*path)
        wcgen_spec_fail(line, "the path is missing");
    wcgen_tree_dos_time(modified ? modified : usual_date, &date, &time);
    if (is_folder) {
        node = wcgen_tree_add_folder(image->root, path, date, time);
    } else {
        const char *name = strrchr(path, '/');
        struct wcgen_buffer content =
            wcgen_spec_content(&image->spec, line, &image->content, name ? name + 1 : path);
        node = wcgen_tree_add(image->root, path, &content, date, time,
                              (unsigned)wcgen_spec_number(line, "attributes", WCGEN_ARCHIVE));
    }
    if (alias && !node->alias)
        node->alias = wcgen_util_copy(alias);
}

static void read_description(struct image *image)
{
    for (size_t i = 0; i < image->spec.count; i++) {
        struct wcgen_spec_line *line = &image->spec.lines[i];
        const char *keyword = wcgen_spec_word(line, 0);
        if (strcmp(keyword, "image") == 0)
            read_image(image, line);
        else if (strcmp(keyword, "file") == 0)
            read_node(image, line, false);
        else if (strcmp(keyword, "folder") == 0)
            read_node(image, line, true);
        else if (strcmp(keyword, "defect") != 0)
            wcgen_spec_fail(line, "known are image, file, folder and defect");
        if (strcmp(keyword, "defect") != 0)
            wcgen_spec_end_line(line);
    }
    if (!image->is_iso && !image->fat.sectors)
        wcgen_util_fail("%s has no image line", image->spec.path);
}

static struct wcgen_node *wanted_node(struct image *image, struct wcgen_spec_line *line,
                                      const char *key)
{
    const char *path = wcgen_spec_value(line, key);
    struct wcgen_node *node = path ? wcgen_tree_find(image->root, path) : NULL;
    if (!node)
        wcgen_spec_fail(line, "there is no such file or folder");
    return node;
}

/* The file's second cluster (its first, if it has but one) points back to its first. */
static void make_cyclic_chain(struct image *image, struct wcgen_spec_line *line,
                              struct wcgen_buffer *bytes)
{
    const struct wcgen_node *node = wanted_node(image, line, "file");
    size_t cluster = (size_t)image->fat.sector_size * image->fat.sectors_per_cluster;
    uint32_t from = node->place[0] + (node->size > cluster ? 1 : 0);
    wcgen_fat_set_entry(&image->fat, bytes, from, node->place[0]);
}

/* The entry of the file's cluster number `cluster` (from 0) says `next`, or leads into another file. */
static void make_chain(struct image *image, struct wcgen_spec_line *line,
                       struct wcgen_buffer *bytes)
{
    const struct wcgen_node *node = wanted_node(image, line, "file");
    uint32_t from = node->place[0] + (uint32_t)wcgen_spec_number(line, "cluster", 0);
    uint32_t next = (uint32_t)wcgen_spec_number(line, "next", 0);
    if (wcgen_spec_value(line, "into"))
        next = wanted_node(image, line, "into")->place[0] + 1;
    wcgen_fat_set_entry(&image->fat, bytes, from, next);
}

/* The folder's first child folder gets the extent of the folder itself, in the ISO tree. */
static void make_folder_loop(struct image *image, struct wcgen_spec_line *line,
                             struct wcgen_buffer *bytes)
{
    const struct wcgen_node *folder = wanted_node(image, line, "folder");
    uint32_t place = folder->place[0];
    size_t at = (size_t)place * WCGEN_SECTOR;
    size_t end = at + folder->extent_size[0];
    for (size_t n = 0; at < end && bytes->bytes[at]; at += bytes->bytes[at]) {
        if (n++ < 2 || !(bytes->bytes[at + 25] & 2))
            continue;
        wcgen_put_u32(bytes->bytes + at + 2, place);
        wcgen_put_u32_big(bytes->bytes + at + 6, place);
        wcgen_put_u32(bytes->bytes + at + 10, folder->extent_size[0]);
        wcgen_put_u32_big(bytes->bytes + at + 14, folder->extent_size[0]);
        return;
    }
    wcgen_spec_fail(line, "the folder holds no folder");
}

static void apply_defects(struct image *image, struct wcgen_buffer *bytes)
{
    for (size_t i = 0; i < image->spec.count; i++) {
        struct wcgen_spec_line *line = &image->spec.lines[i];
        if (strcmp(wcgen_spec_word(line, 0), "defect") != 0)
            continue;
        const char *name = wcgen_spec_word(line, 1);
        if (name && strcmp(name, "cyclic-chain") == 0 && !image->is_iso)
            make_cyclic_chain(image, line, bytes);
        else if (name && strcmp(name, "chain") == 0 && !image->is_iso)
            make_chain(image, line, bytes);
        else if (name && strcmp(name, "folder-loop") == 0 && image->is_iso)
            make_folder_loop(image, line, bytes);
        else if (!wcgen_spec_byte_defect(line, bytes))
            wcgen_spec_fail(line, "there is no such defect of this kind of image");
        wcgen_spec_end_line(line);
    }
}

static bool has_defects(const struct image *image)
{
    for (size_t i = 0; i < image->spec.count; i++)
        if (strcmp(image->spec.lines[i].words[0].value, "defect") == 0)
            return true;
    return false;
}

void wcgen_imagespec_build(const char *description, const char *path)
{
    struct image image = {.root = wcgen_tree_new()};
    wcgen_content_start(&image.content, 1, true);
    wcgen_spec_read(&image.spec, description);
    read_description(&image);
    struct wcgen_buffer bytes = {0};
    if (!image.is_iso) {
        bytes = wcgen_fat_write(&image.fat, image.root, NULL);
        apply_defects(&image, &bytes);
        wcgen_file_write(path, bytes.bytes, bytes.length);
    } else {
        wcgen_iso_write(&image.iso, image.root, path);
        if (has_defects(&image)) {
            bytes = wcgen_file_read(path);
            apply_defects(&image, &bytes);
            wcgen_file_write(path, bytes.bytes, bytes.length);
        }
    }
    wcgen_buffer_free(&bytes);
    wcgen_content_free(&image.content);
    wcgen_tree_free(image.root);
    wcgen_spec_free(&image.spec);
}
