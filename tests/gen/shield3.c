/* shield3.c: see shield3.h. */
#include "shield3.h"
#include "oldpack.h"

#include <stdlib.h>
#include <string.h>

enum { DATA_AT = 255, PARTS_MAX = 200, FLAG_STORED = 0x10, FLAG_SPLIT = 0x100 };

struct file {
    char *folder;
    const char *name;
    struct wcgen_buffer plain, packed;
    bool stored;
    unsigned first_part, last_part;
    uint32_t offset;
};

struct archive {
    struct file *files;
    size_t count;
    size_t part_size, table_size;
    struct wcgen_buffer parts[PARTS_MAX];
    uint32_t whole_from[PARTS_MAX], whole_to[PARTS_MAX]; /* files that lie in one part */
    unsigned part_count;
};

static int by_folder(const void *a, const void *b)
{
    const struct file *one = a, *other = b;
    return strcmp(one->folder, other->folder);
}

static void read_files(struct archive *archive, char *const *paths, size_t count)
{
    archive->files = wcgen_util_alloc(count, sizeof(*archive->files));
    archive->count = count;
    for (size_t i = 0; i < count; i++) {
        struct file *file = &archive->files[i];
        const char *path = strchr(paths[i], '='), *slash;
        if (!path)
            wcgen_util_fail("%s: no FOLDER=FILE", paths[i]);
        file->folder = wcgen_util_copy(paths[i]);
        file->folder[path - paths[i]] = '\0';
        slash = strrchr(++path, '/');
        file->name = slash ? slash + 1 : path;
        file->plain = wcgen_file_read(path);
        file->stored = i % 3 == 2;
        if (file->stored)
            wcgen_buffer_append(&file->packed, file->plain.bytes, file->plain.length);
        else
            file->packed = wcgen_oldpack_explode(file->plain.bytes, file->plain.length,
                                                 4 + (unsigned)i % 3, i % 2);
        archive->table_size += 43 + strlen(file->name) + 11 + strlen(file->folder);
    }
    qsort(archive->files, count, sizeof(*archive->files), by_folder);
}

static struct wcgen_buffer *start_part(struct archive *archive)
{
    struct wcgen_buffer *part = &archive->parts[archive->part_count++];
    if (archive->part_count == PARTS_MAX)
        wcgen_util_fail("too many parts");
    wcgen_buffer_append_zeros(part, DATA_AT);
    archive->whole_from[archive->part_count - 1] = archive->whole_to[archive->part_count - 1] =
        DATA_AT;
    return part;
}

static void put_file(struct archive *archive, struct file *file)
{
    struct wcgen_buffer *part = &archive->parts[archive->part_count - 1];
    size_t most = archive->part_size ? archive->part_size - archive->table_size : SIZE_MAX, at = 0;
    if (part->length >= most)
        part = start_part(archive);
    file->first_part = archive->part_count;
    file->offset = (uint32_t)part->length;
    for (;;) {
        size_t left = file->packed.length - at, room = most - part->length;
        size_t here = left < room ? left : room;
        wcgen_buffer_append(part, file->packed.bytes + at, here);
        at += here;
        if (at == file->packed.length)
            break;
        part = start_part(archive);
    }
    file->last_part = archive->part_count;
    archive->whole_to[archive->part_count - 1] = (uint32_t)part->length;
    if (file->last_part > file->first_part)
        archive->whole_from[archive->part_count - 1] = (uint32_t)part->length;
}

/* Files of the same folder stand together. */
static unsigned append_folders(const struct archive *archive, struct wcgen_buffer *out)
{
    unsigned folders = 0;
    for (size_t i = 0, next; i < archive->count; i = next, folders++) {
        const char *name = archive->files[i].folder;
        next = i;
        while (next < archive->count && strcmp(archive->files[next].folder, name) == 0)
            next++;
        wcgen_buffer_append_u16(out, (unsigned)(next - i));
        wcgen_buffer_append_u16(out, (unsigned)(11 + strlen(name)));
        wcgen_buffer_append_u16(out, (unsigned)strlen(name));
        wcgen_buffer_append_text(out, name);
        wcgen_buffer_append_zeros(out, 4);
    }
    return folders;
}

static void append_files(const struct archive *archive, struct wcgen_buffer *out)
{
    unsigned folder = 0;
    for (size_t i = 0; i < archive->count; i++) {
        const struct file *file = &archive->files[i];
        bool several = archive->part_size > 0, split = file->last_part > file->first_part;
        if (i > 0 && strcmp(file->folder, archive->files[i - 1].folder) != 0)
            folder++;
        wcgen_buffer_append_u8(out, several ? file->last_part : 0);
        wcgen_buffer_append_u16(out, folder);
        wcgen_buffer_append_u32(out, (uint32_t)file->plain.length);
        wcgen_buffer_append_u32(out, (uint32_t)file->packed.length);
        wcgen_buffer_append_u32(out, file->offset);
        wcgen_buffer_append_u16(out, 0x1EEB); /* 1995-07-11 */
        wcgen_buffer_append_u16(out, 0x4E40); /* 09:50:00 */
        wcgen_buffer_append_u32(out, 0x20);
        wcgen_buffer_append_u16(out, (unsigned)(43 + strlen(file->name)));
        wcgen_buffer_append_u16(out, (file->stored ? FLAG_STORED : 0U) | (split ? FLAG_SPLIT : 0U));
        wcgen_buffer_append_u8(out, 0);
        wcgen_buffer_append_u8(out, several ? file->first_part : 0);
        wcgen_buffer_append_u8(out, (unsigned)strlen(file->name));
        wcgen_buffer_append_text(out, file->name);
        wcgen_buffer_append_zeros(out, 12);
    }
}

static void finish_part(struct archive *archive, unsigned number)
{
    struct wcgen_buffer *part = &archive->parts[number - 1];
    uint32_t table = (uint32_t)part->length, files;
    unsigned folders = append_folders(archive, part);
    uint8_t *header;
    files = (uint32_t)part->length;
    append_files(archive, part);
    header = part->bytes;
    memcpy(header, "\x13\x5D\x65\x8C\x3A\x01\x02", 7);
    if (archive->part_size > 0) {
        wcgen_put_u16(header + 10, 1);
        header[30] = number == 1 ? (uint8_t)archive->part_count : 0;
        header[31] = (uint8_t)number;
        wcgen_put_u32(header + 33, archive->whole_to[number - 1]);
        wcgen_put_u32(header + 37, archive->whole_from[number - 1]);
    }
    wcgen_put_u16(header + 12, (unsigned)archive->count);
    wcgen_put_u32(header + 14, 0x4E401EEBU);
    wcgen_put_u32(header + 18, (uint32_t)part->length);
    wcgen_put_u32(header + 41, table);
    wcgen_put_u32(header + 45, files - table);
    wcgen_put_u16(header + 49, folders);
    wcgen_put_u32(header + 51, files);
    wcgen_put_u32(header + 55, (uint32_t)part->length - files);
}

void wcgen_shield3_build(const char *out, size_t part_size, char *const *paths, size_t count)
{
    struct archive archive = {.part_size = part_size};
    read_files(&archive, paths, count);
    if (part_size > 0 && part_size < archive.table_size + DATA_AT + 100)
        wcgen_util_fail("parts of %zu bytes have no room for the table", part_size);
    start_part(&archive);
    for (size_t i = 0; i < count; i++)
        put_file(&archive, &archive.files[i]);
    for (unsigned number = 1; number <= archive.part_count; number++) {
        char *path = part_size > 0 ? wcgen_util_format("%s.%u", out, number) : wcgen_util_copy(out);
        finish_part(&archive, number);
        wcgen_file_write(path, archive.parts[number - 1].bytes, archive.parts[number - 1].length);
        wcgen_buffer_free(&archive.parts[number - 1]);
        free(path);
    }
    for (size_t i = 0; i < count; i++) {
        wcgen_buffer_free(&archive.files[i].plain);
        wcgen_buffer_free(&archive.files[i].packed);
        free(archive.files[i].folder);
    }
    free(archive.files);
}
