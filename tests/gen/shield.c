/* shield.c: see shield.h. */
#include "shield.h"
#include "spec.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    GROUPS_MAX = 70, /* the header has room for 71 lists of them */
    CHUNK = 32768,   /* unpacked */
    DATA_AT = 0x200, /* volumes: the first file; headers: the descriptor */
    DESCRIPTOR = 0x276,
    LISTS = 0x280,  /* of groups and components, behind the descriptor */
    COUNTED = 0x20, /* bytes of the table of files that the descriptor's size takes in, no more */
    FILE_V5 = 0x3A,
    FILE_V6 = 0x57,
    FLAG_SPLIT = 1,
    FLAG_COMPRESSED = 4
};

#define NONE 0xFFFFFFFFU /* no file */

struct packed_file {
    char *name;
    unsigned folder;
    uint16_t flags;
    uint32_t size;    /* as the header says */
    uint32_t volume;  /* that it starts in, from 1 on */
    uint32_t data_at; /* in that volume */
    struct wcgen_buffer plain, packed;
};

struct group {
    char *name;
    uint32_t first, last;
    bool loop;  /* its list leads back to itself */
    bool empty; /* holds no file: its first is none */
};

/* What lies in a volume of the file that is its first, and of its last. */
struct share {
    uint32_t index, at, plain, packed;
};

struct volume {
    struct wcgen_buffer bytes;
    uint32_t data_at; /* where the bytes of files begin */
    struct share first, last;
    bool used;
};

struct shield {
    struct wcgen_spec spec;
    struct wcgen_content content;
    unsigned version;
    bool first_release; /* of version 5: says version 0 */
    const char *name;
    uint32_t volume_size; /* 0: no limit */
    bool header_inside;   /* of the first volume */
    uint32_t claimed_files;
    char **folders;
    unsigned folder_count;
    struct group groups[GROUPS_MAX];
    unsigned group_count;
    struct packed_file *files;
    uint32_t file_count;
    struct volume *volumes;
    unsigned volume_count;
    struct wcgen_buffer header;
};

/* ---- packing ------------------------------------------------------------------------------- */

/* A deflate stream of its own without a wrapper, ended or, the old way, flushed. */
static void deflate_chunk(const uint8_t *bytes, size_t count, int flush, struct wcgen_buffer *out)
{
    z_stream stream = {0};
    uint8_t room[CHUNK + 1024];
    int result;
    if (deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        wcgen_util_fail("zlib can't be started");
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = room;
    stream.avail_out = sizeof(room);
    result = deflate(&stream, flush);
    if (result != (flush == Z_FINISH ? Z_STREAM_END : Z_OK) || stream.avail_in > 0)
        wcgen_util_fail("zlib can't pack a chunk");
    if (flush == Z_FINISH)
        wcgen_buffer_append_u16(out, (unsigned)(sizeof(room) - stream.avail_out));
    wcgen_buffer_append(out, room, sizeof(room) - stream.avail_out);
    deflateEnd(&stream);
}

static void pack(struct packed_file *file, const char *how)
{
    if (how && strcmp(how, "stored") == 0) {
        wcgen_buffer_append(&file->packed, file->plain.bytes, file->plain.length);
        return;
    }
    file->flags |= FLAG_COMPRESSED;
    for (size_t at = 0; at < file->plain.length; at += CHUNK) {
        size_t left = file->plain.length - at;
        deflate_chunk(file->plain.bytes + at, left < CHUNK ? left : CHUNK,
                      how && strcmp(how, "old") == 0 ? Z_SYNC_FLUSH : Z_FINISH, &file->packed);
    }
}

/* ---- description --------------------------------------------------------------------------- */

static void read_shield(struct shield *shield, struct wcgen_spec_line *line)
{
    const char *name = wcgen_spec_value(line, "name");
    const char *header = wcgen_spec_value(line, "header");
    const char *release = wcgen_spec_value(line, "release");
    shield->version = (unsigned)wcgen_spec_number(line, "version", 5);
    shield->first_release = release && strcmp(release, "first") == 0;
    if (shield->version != 5 && shield->version != 6)
        wcgen_spec_fail(line, "versions are 5 and 6");
    shield->name = name ? name : "data";
    shield->volume_size = (uint32_t)wcgen_spec_number(line, "size", 0);
    if (shield->volume_size && shield->volume_size < 2 * DATA_AT)
        wcgen_spec_fail(line, "volumes have at least 1,024 bytes");
    shield->header_inside = header && strcmp(header, "inside") == 0;
    shield->claimed_files = (uint32_t)wcgen_spec_number(line, "files", 0);
    wcgen_content_free(&shield->content);
    wcgen_content_start(&shield->content, wcgen_spec_number(line, "seed", 1), true);
}

static void read_group(struct shield *shield, struct wcgen_spec_line *line)
{
    const char *name = wcgen_spec_word(line, 1);
    if (!name || shield->group_count == GROUPS_MAX)
        wcgen_spec_fail(line, "a group needs a name, and there may be 70");
    shield->groups[shield->group_count++] = (struct group){.name = wcgen_util_copy(name),
                                                           .first = shield->file_count,
                                                           .last = shield->file_count,
                                                           .loop = wcgen_spec_has(line, "loop"),
                                                           .empty = true};
}

static void read_folder(struct shield *shield, struct wcgen_spec_line *line)
{
    const char *name = wcgen_spec_word(line, 1);
    shield->folders =
        wcgen_util_grow(shield->folders, shield->folder_count + 1, sizeof(*shield->folders));
    shield->folders[shield->folder_count++] = wcgen_util_copy(name ? name : "");
}

static void read_file(struct shield *shield, struct wcgen_spec_line *line)
{
    const char *name = wcgen_spec_word(line, 1), *how = wcgen_spec_value(line, "method");
    struct packed_file file = {0};
    if (!name)
        wcgen_spec_fail(line, "the name is missing");
    if (shield->group_count == 0)
        wcgen_spec_fail(line, "a group has to come first");
    if (shield->folder_count == 0)
        wcgen_spec_fail(line, "a folder has to come first");
    file.name = wcgen_util_copy(name);
    file.folder = shield->folder_count - 1;
    file.plain = wcgen_spec_content(&shield->spec, line, &shield->content, name);
    file.size = (uint32_t)wcgen_spec_number(line, "claims", file.plain.length);
    pack(&file, how);
    shield->groups[shield->group_count - 1].last = shield->file_count;
    shield->groups[shield->group_count - 1].empty = false;
    shield->files = wcgen_util_grow(shield->files, shield->file_count + 1, sizeof(*shield->files));
    shield->files[shield->file_count++] = file;
}

static void read_description(struct shield *shield)
{
    for (size_t i = 0; i < shield->spec.count; i++) {
        struct wcgen_spec_line *line = &shield->spec.lines[i];
        const char *keyword = wcgen_spec_word(line, 0);
        if (strcmp(keyword, "shield") == 0)
            read_shield(shield, line);
        else if (strcmp(keyword, "group") == 0)
            read_group(shield, line);
        else if (strcmp(keyword, "folder") == 0)
            read_folder(shield, line);
        else if (strcmp(keyword, "file") == 0)
            read_file(shield, line);
        else if (strcmp(keyword, "defect") == 0)
            continue;
        else
            wcgen_spec_fail(line, "known are shield, group, folder, file and defect");
        wcgen_spec_end_line(line);
    }
    if (!shield->file_count)
        wcgen_util_fail("%s has no file", shield->spec.path);
}

/* ---- volumes ------------------------------------------------------------------------------- */

static size_t header_size(const struct shield *shield);

/* The first has room for the header where that lies in it: before the bytes of the files. */
static struct volume *start_volume(struct shield *shield)
{
    bool with_header = shield->volume_count == 0 && shield->header_inside;
    struct volume *volume;
    shield->volumes =
        wcgen_util_grow(shield->volumes, shield->volume_count + 1, sizeof(*shield->volumes));
    volume = &shield->volumes[shield->volume_count++];
    *volume = (struct volume){0};
    wcgen_buffer_append_zeros(&volume->bytes, with_header ? header_size(shield) : DATA_AT);
    volume->data_at = (uint32_t)volume->bytes.length;
    return volume;
}

static size_t room_in(const struct shield *shield, const struct volume *volume)
{
    if (!shield->volume_size)
        return SIZE_MAX;
    return volume->bytes.length < shield->volume_size ? shield->volume_size - volume->bytes.length
                                                      : 0;
}

static void put_file(struct shield *shield, uint32_t index)
{
    struct packed_file *file = &shield->files[index];
    struct volume *volume = &shield->volumes[shield->volume_count - 1];
    size_t at = 0;
    bool first = true;
    do {
        if (room_in(shield, volume) == 0)
            volume = start_volume(shield);
        size_t left = file->packed.length - at, room = room_in(shield, volume);
        uint32_t here = (uint32_t)(left < room ? left : room);
        struct share share = {index, (uint32_t)volume->bytes.length, file->size, here};
        if (!(file->flags & FLAG_COMPRESSED))
            share.plain = here;
        if (here < left)
            file->flags |= FLAG_SPLIT;
        if (first) {
            file->volume = shield->volume_count;
            file->data_at = share.at;
        }
        wcgen_buffer_append(&volume->bytes, file->packed.bytes + at, here);
        if (!volume->used)
            volume->first = share;
        volume->last = share;
        volume->used = true;
        first = false;
        at += here;
    } while (at < file->packed.length);
}

static uint32_t version_field(const struct shield *shield)
{
    if (shield->first_release)
        return 0x01000004U;
    return shield->version == 5 ? 0x01005006U : 0x01006000U;
}

static void finish_volume(const struct shield *shield, struct volume *volume)
{
    const struct share *shares[2] = {&volume->first, &volume->last};
    uint8_t *bytes = volume->bytes.bytes;
    size_t wide = shield->version == 5 ? 4 : 8;
    memcpy(bytes, "ISc(", 4);
    wcgen_put_u32(bytes + 4, version_field(shield));
    wcgen_put_u32(bytes + 20, volume->data_at);
    wcgen_put_u32(bytes + 28, volume->first.index);
    wcgen_put_u32(bytes + 32, volume->last.index);
    for (size_t i = 0; i < 2; i++) {
        uint8_t *at = bytes + 36 + i * 3 * wide;
        wcgen_put_u32(at, shares[i]->at);
        wcgen_put_u32(at + wide, shares[i]->plain);
        wcgen_put_u32(at + 2 * wide, shares[i]->packed);
    }
}

/* ---- header -------------------------------------------------------------------------------- */

static void put_md5(const struct packed_file *file, uint8_t *at)
{
    unsigned length = 0;
    if (!EVP_Digest(file->plain.bytes, file->plain.length, at, &length, EVP_md5(), NULL))
        wcgen_util_fail("no MD5");
}

static void append_file(const struct shield *shield, uint32_t index, uint32_t name_at,
                        struct wcgen_buffer *out)
{
    const struct packed_file *file = &shield->files[index];
    uint8_t v5[FILE_V5] = {0}, v6[FILE_V6] = {0};
    if (shield->version == 5) {
        wcgen_put_u32(v5, name_at);
        wcgen_put_u32(v5 + 4, file->folder);
        wcgen_put_u16(v5 + 8, file->flags);
        wcgen_put_u32(v5 + 10, file->size);
        wcgen_put_u32(v5 + 14, (uint32_t)file->packed.length);
        wcgen_put_u32(v5 + 18, WCGEN_ARCHIVE);
        wcgen_put_u32(v5 + 38, file->data_at);
        put_md5(file, v5 + 42);
        wcgen_buffer_append(out, v5, sizeof(v5));
        return;
    }
    wcgen_put_u16(v6, file->flags);
    wcgen_put_u32(v6 + 2, file->size);
    wcgen_put_u32(v6 + 10, (uint32_t)file->packed.length);
    wcgen_put_u32(v6 + 18, file->data_at);
    put_md5(file, v6 + 26);
    wcgen_put_u32(v6 + 58, name_at);
    wcgen_put_u16(v6 + 62, file->folder);
    wcgen_put_u16(v6 + 85, file->volume);
    wcgen_buffer_append(out, v6, sizeof(v6));
}

/* The table of files: offsets of the folders' names and, version 5, of the descriptors; then
 * these; then the names. All offsets count from its start. */
static struct wcgen_buffer make_table(const struct shield *shield, uint32_t *descriptors)
{
    struct wcgen_buffer table = {0}, names = {0}, files = {0};
    size_t offsets =
        4 * ((size_t)shield->folder_count + (shield->version == 5 ? shield->file_count : 0));
    size_t size = shield->version == 5 ? FILE_V5 : FILE_V6;
    uint32_t names_at = (uint32_t)(offsets + size * shield->file_count);
    *descriptors = (uint32_t)offsets;
    for (unsigned i = 0; i < shield->folder_count; i++) {
        wcgen_buffer_append_u32(&table, names_at + (uint32_t)names.length);
        wcgen_buffer_append_text(&names, shield->folders[i]);
    }
    for (uint32_t i = 0; i < shield->file_count; i++) {
        if (shield->version == 5)
            wcgen_buffer_append_u32(&table, (uint32_t)(offsets + size * i));
        append_file(shield, i, names_at + (uint32_t)names.length, &files);
        wcgen_buffer_append_text(&names, shield->files[i].name);
    }
    wcgen_buffer_append(&table, files.bytes, files.length);
    wcgen_buffer_append(&table, names.bytes, names.length);
    wcgen_buffer_free(&names);
    wcgen_buffer_free(&files);
    return table;
}

/* A list of one: name, descriptor, next; the descriptor; the name. Offsets count from the start of
 * the cabinet descriptor. */
static uint32_t append_list(struct wcgen_buffer *out, size_t descriptor_size, bool loop,
                            const char *name, uint32_t *descriptor)
{
    uint32_t at = (uint32_t)out->length, name_at;
    *descriptor = at + 12;
    name_at = *descriptor + (uint32_t)descriptor_size;
    wcgen_buffer_append_u32(out, name_at);
    wcgen_buffer_append_u32(out, *descriptor);
    wcgen_buffer_append_u32(out, loop ? at : 0);
    wcgen_buffer_append_u32(out, name_at);
    wcgen_buffer_append_zeros(out, descriptor_size - 4);
    wcgen_buffer_append_text(out, name);
    return at;
}

/* Each group has a component of its own. */
static void append_groups(const struct shield *shield, struct wcgen_buffer *out)
{
    /* the first release of version 5 has a group's files where version 6 has them */
    bool is_late_five = shield->version == 5 && !shield->first_release;
    size_t group_files = is_late_five ? 4 + 0x48 : 4 + 0x12;
    size_t component_groups = shield->version == 5 ? 4 + 0x6C : 4 + 0x6B;
    for (unsigned i = 0; i < shield->group_count; i++) {
        const struct group *group = &shield->groups[i];
        uint32_t descriptor, group_name, list;
        char *component = wcgen_util_format("%s component", group->name);
        list = append_list(out, group_files + 8, group->loop, group->name, &descriptor);
        wcgen_put_u32(out->bytes + 0x3E + 4 * (size_t)i, list);
        wcgen_put_u32(out->bytes + descriptor + group_files, group->empty ? NONE : group->first);
        wcgen_put_u32(out->bytes + descriptor + group_files + 4, group->empty ? NONE : group->last);
        group_name = wcgen_get_u32(out->bytes + list);
        list = append_list(out, component_groups + 6, false, component, &descriptor);
        wcgen_put_u32(out->bytes + 0x15A + 4 * (size_t)i, list);
        wcgen_put_u16(out->bytes + descriptor + component_groups, 1);
        wcgen_put_u32(out->bytes + descriptor + component_groups + 2, (uint32_t)out->length);
        wcgen_buffer_append_u32(out, group_name);
        free(component);
    }
}

/* The descriptor, lists, table of files: what its size says ends soon after the table begins. */
static struct wcgen_buffer make_descriptor(const struct shield *shield, size_t *claimed)
{
    struct wcgen_buffer out = {0};
    uint32_t descriptors;
    struct wcgen_buffer table = make_table(shield, &descriptors);
    wcgen_buffer_append_zeros(&out, LISTS);
    append_groups(shield, &out);
    *claimed = out.length + (table.length < COUNTED ? table.length : COUNTED);
    wcgen_put_u32(out.bytes + 0x0C, (uint32_t)out.length);
    wcgen_put_u32(out.bytes + 0x14, (uint32_t)table.length);
    wcgen_put_u32(out.bytes + 0x18, (uint32_t)table.length);
    wcgen_put_u32(out.bytes + 0x1C, shield->folder_count);
    wcgen_put_u32(out.bytes + 0x28,
                  shield->claimed_files ? shield->claimed_files : shield->file_count);
    wcgen_put_u32(out.bytes + 0x2C, shield->version == 5 ? 0 : descriptors);
    wcgen_buffer_append(&out, table.bytes, table.length);
    wcgen_buffer_free(&table);
    return out;
}

/* It does not hang on where the files will lie. */
static size_t header_size(const struct shield *shield)
{
    size_t claimed;
    struct wcgen_buffer descriptor = make_descriptor(shield, &claimed);
    size_t size = DATA_AT + descriptor.length;
    wcgen_buffer_free(&descriptor);
    return size;
}

static void make_header(struct shield *shield)
{
    size_t claimed;
    struct wcgen_buffer descriptor = make_descriptor(shield, &claimed);
    struct wcgen_buffer *home = shield->header_inside ? &shield->volumes[0].bytes : &shield->header;
    if (!shield->header_inside) {
        wcgen_buffer_append_zeros(home, DATA_AT + descriptor.length);
        memcpy(home->bytes, "ISc(", 4);
        wcgen_put_u32(home->bytes + 4, version_field(shield));
        wcgen_put_u32(home->bytes + 20, (uint32_t)home->length);
    }
    wcgen_put_u32(home->bytes + 12, DATA_AT);
    wcgen_put_u32(home->bytes + 16, (uint32_t)claimed);
    memcpy(home->bytes + DATA_AT, descriptor.bytes, descriptor.length);
    wcgen_buffer_free(&descriptor);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void apply_defects(struct shield *shield)
{
    for (size_t i = 0; i < shield->spec.count; i++) {
        struct wcgen_spec_line *line = &shield->spec.lines[i];
        if (strcmp(wcgen_spec_word(line, 0), "defect") != 0)
            continue;
        uint64_t volume = wcgen_spec_number(line, "volume", 0);
        if (volume > shield->volume_count)
            wcgen_spec_fail(line, "there is no such volume");
        if (!wcgen_spec_byte_defect(line,
                                    volume ? &shield->volumes[volume - 1].bytes : &shield->header))
            wcgen_spec_fail(line, "there is no such defect");
        wcgen_spec_end_line(line);
    }
}

static void write_file(const char *folder, const char *name, unsigned number, const char *extension,
                       const struct wcgen_buffer *bytes)
{
    char *path = wcgen_util_format("%s/%s%u.%s", folder, name, number, extension);
    wcgen_file_write(path, bytes->bytes, bytes->length);
    free(path);
}

/* Each file's path, size and digest. */
static void write_manifest(const struct shield *shield, const char *folder)
{
    struct wcgen_buffer text = {0};
    char *path = wcgen_util_format("%s/manifest.tsv", folder), hex[65];
    unsigned group = 0;
    wcgen_buffer_append_format(&text, "group\tfolder\tname\tvolume\tsize\tsha256\n");
    for (uint32_t i = 0; i < shield->file_count; i++) {
        const struct packed_file *file = &shield->files[i];
        while (shield->groups[group].empty || i > shield->groups[group].last)
            group++;
        wcgen_sha256_hex(file->plain.bytes, file->plain.length, hex);
        wcgen_buffer_append_format(&text, "%s\t%s\t%s\t%u\t%zu\t%s\n", shield->groups[group].name,
                                   shield->folders[file->folder], file->name, file->volume,
                                   file->plain.length, hex);
    }
    wcgen_file_write(path, text.bytes, text.length);
    wcgen_buffer_free(&text);
    free(path);
}

static void free_shield(struct shield *shield)
{
    for (unsigned i = 0; i < shield->volume_count; i++)
        wcgen_buffer_free(&shield->volumes[i].bytes);
    for (uint32_t i = 0; i < shield->file_count; i++) {
        wcgen_buffer_free(&shield->files[i].plain);
        wcgen_buffer_free(&shield->files[i].packed);
        free(shield->files[i].name);
    }
    for (unsigned i = 0; i < shield->group_count; i++)
        free(shield->groups[i].name);
    for (unsigned i = 0; i < shield->folder_count; i++)
        free(shield->folders[i]);
    free(shield->volumes);
    free(shield->files);
    free(shield->folders);
    wcgen_buffer_free(&shield->header);
    wcgen_content_free(&shield->content);
    wcgen_spec_free(&shield->spec);
}

void wcgen_shield_build(const char *description, const char *folder)
{
    struct shield shield = {.version = 5, .name = "data"};
    wcgen_content_start(&shield.content, 1, true);
    wcgen_spec_read(&shield.spec, description);
    read_description(&shield);
    start_volume(&shield);
    for (uint32_t i = 0; i < shield.file_count; i++)
        put_file(&shield, i);
    for (unsigned i = 0; i < shield.volume_count; i++)
        finish_volume(&shield, &shield.volumes[i]);
    make_header(&shield);
    apply_defects(&shield);
    wcgen_folder_make(folder);
    if (!shield.header_inside)
        write_file(folder, shield.name, 1, "hdr", &shield.header);
    for (unsigned i = 0; i < shield.volume_count; i++)
        write_file(folder, shield.name, i + 1, "cab", &shield.volumes[i].bytes);
    write_manifest(&shield, folder);
    free_shield(&shield);
}
