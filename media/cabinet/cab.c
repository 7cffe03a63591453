/*
 * cab - see cab.h.
 *
 * Where the format lies: cbCabinet may be wrong in damaged files, coffCabStart of a folder may
 * point anywhere, cFiles times the smallest entry may exceed the file, names may lack their NUL.
 * iFolder has three special values for files that cross into a neighbour cabinet:
 *
 *   FFFD  began in the previous cabinet, lies in the first folder here
 *   FFFE  goes on in the next cabinet, lies in the last folder here
 *   FFFF  both: the cabinet's one folder is a middle part
 */
#include "media/cabinet/cab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/text.h"
#include "media/bytes/digest.h"
#include "media/cabinet/decode.h"

enum {
    HEADER_BYTES = 36,
    FOLDER_BYTES = 8,
    FILE_BYTES = 16,
    DATA_HEADER_BYTES = 8,
    FIRST_READ = 4096,
    NAME_BYTES_MAX = 256, /* szName: 255 bytes and NUL; longer ones are met and cut nowhere */
    FOLDER_CONTINUED = 0xFFFD,
    FOLDER_CONTINUES = 0xFFFE,
    FOLDER_BOTH = 0xFFFF,
    ATTRIBUTE_NAME_IS_UTF = 0x80
};

/* The start of the cabinet as far as it was read: grows on demand. */
struct cab_head {
    struct wci_source *source;
    uint64_t offset; /* of the cabinet in the source */
    uint64_t room;   /* bytes from there to the source's end */
    uint8_t *bytes;
    size_t size;
};

struct cab_reading {
    struct cab_head head;
    struct wci_arena *arena;
    const struct wci_visitor *visitor;
    struct wci_container *container;
    struct wci_cab *cab;
    uint32_t files_at; /* coffFiles */
    uint16_t file_count;
    uint8_t folder_reserve;
};

bool wci_cab_is_header(const uint8_t *bytes, size_t size, uint64_t room)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    uint32_t cabinet_size, files_at;
    uint16_t folders, files;

    if (size < HEADER_BYTES || memcmp(bytes, "MSCF", 4) != 0)
        return false;
    wci_cursor_skip(&cursor, 4);
    if (wci_cursor_u32(&cursor) != 0)
        return false;
    cabinet_size = wci_cursor_u32(&cursor);
    if (wci_cursor_u32(&cursor) != 0)
        return false;
    files_at = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 5);
    if (wci_cursor_u8(&cursor) != 1)
        return false;
    folders = wci_cursor_u16(&cursor);
    files = wci_cursor_u16(&cursor);
    return cursor.ok && cabinet_size >= HEADER_BYTES && files_at >= HEADER_BYTES &&
           files_at <= cabinet_size && files_at < room && (folders > 0 || files == 0);
}

/* Makes the first `wanted` bytes available, or as many as there are. */
static enum wcab_err head_need(struct cab_head *head, size_t wanted, struct wcab_error *err)
{
    uint8_t *grown;
    size_t got;
    enum wcab_err code;

    if (wanted > head->room)
        wanted = (size_t)head->room;
    if (wanted <= head->size)
        return WCAB_OK;
    grown = realloc(head->bytes, wanted);
    if (grown == NULL)
        return wci_error_nomem(err);
    head->bytes = grown;
    code = wci_source_read_some(head->source, head->offset + head->size, grown + head->size,
                                wanted - head->size, &got, err);
    if (code != WCAB_OK)
        return code;
    head->size += got;
    return WCAB_OK;
}

static enum wcab_err take_string(struct cab_reading *reading, struct wci_cursor *cursor,
                                 struct wci_bytes *string, struct wcab_error *err)
{
    struct wci_bytes bytes;
    size_t at = cursor->at;

    bytes.data = wci_cursor_cstring(cursor, NAME_BYTES_MAX, &bytes.length);
    if (bytes.data == NULL)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at,
                                "cabinet header: name of a neighbour cabinet has no end");
    *string = wci_arena_bytes(reading->arena, bytes);
    return string->data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err read_neighbours(struct cab_reading *reading, struct wci_cursor *cursor,
                                     struct wcab_error *err)
{
    struct wci_cab *cab = reading->cab;
    enum wcab_err code = WCAB_OK;

    if (cab->flags & WCI_CAB_HAS_PREVIOUS) {
        code = take_string(reading, cursor, &cab->previous_cabinet, err);
        if (code == WCAB_OK)
            code = take_string(reading, cursor, &cab->previous_disk, err);
    }
    if (code == WCAB_OK && cab->flags & WCI_CAB_HAS_NEXT) {
        code = take_string(reading, cursor, &cab->next_cabinet, err);
        if (code == WCAB_OK)
            code = take_string(reading, cursor, &cab->next_disk, err);
    }
    return code;
}

/* CFHEADER's fixed part into reading; the cursor stands behind it. */
static enum wcab_err read_fixed(struct cab_reading *reading, struct wci_cursor *cursor,
                                struct wcab_error *err)
{
    struct wci_cab *cab = reading->cab;

    wci_cursor_seek(cursor, 8);
    cab->size = wci_cursor_u32(cursor);
    wci_cursor_skip(cursor, 4);
    reading->files_at = wci_cursor_u32(cursor);
    wci_cursor_skip(cursor, 4);
    cab->version = wci_cursor_u16(cursor);
    cab->folder_count = wci_cursor_u16(cursor);
    reading->file_count = wci_cursor_u16(cursor);
    cab->flags = wci_cursor_u16(cursor);
    cab->set_id = wci_cursor_u16(cursor);
    cab->index = wci_cursor_u16(cursor);
    if (!cursor->ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, cursor->size,
                                "cabinet header is cut off: %zu of 36 bytes", cursor->size);
    if (cab->version >> 8 != 1)
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, 24, "cabinet format version %u.%u",
                                (unsigned)(cab->version >> 8), (unsigned)(cab->version & 0xFF));
    return WCAB_OK;
}

static enum wcab_err check_counts(const struct cab_reading *reading, struct wcab_error *err)
{
    const struct wci_cab *cab = reading->cab;
    uint64_t room = reading->head.room;
    uint64_t least = (uint64_t)reading->file_count * (FILE_BYTES + 1);

    if (reading->files_at > room)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 16,
                                "cabinet directory at byte %u lies outside of the file's %llu "
                                "bytes",
                                reading->files_at, (unsigned long long)room);
    if (least > room - reading->files_at ||
        (uint64_t)cab->folder_count * FOLDER_BYTES > room - HEADER_BYTES)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 26,
                                "cabinet claims %u folder%s and %u file%s, more than its %llu "
                                "bytes can hold",
                                cab->folder_count, cab->folder_count == 1 ? "" : "s",
                                (unsigned)reading->file_count, reading->file_count == 1 ? "" : "s",
                                (unsigned long long)room);
    if (cab->folder_count == 0 && reading->file_count > 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 26, "cabinet has files but no folder");
    return WCAB_OK;
}

static enum wcab_err read_folders(struct cab_reading *reading, size_t at, struct wcab_error *err)
{
    struct wci_cab *cab = reading->cab;
    size_t each = (size_t)FOLDER_BYTES + reading->folder_reserve;
    struct wci_cursor cursor;
    enum wcab_err code;
    uint32_t i;

    if (cab->folder_count == 0)
        return WCAB_OK;
    code = head_need(&reading->head, at + each * cab->folder_count, err);
    if (code != WCAB_OK)
        return code;
    cab->folders = wci_arena_calloc(reading->arena, cab->folder_count, sizeof(*cab->folders));
    if (cab->folders == NULL)
        return wci_error_nomem(err);
    cursor = wci_cursor_of(reading->head.bytes, reading->head.size);
    wci_cursor_seek(&cursor, at);
    for (i = 0; i < cab->folder_count; i++) {
        cab->folders[i].first_block = wci_cursor_u32(&cursor);
        cab->folders[i].block_count = wci_cursor_u16(&cursor);
        cab->folders[i].type_compress = wci_cursor_u16(&cursor);
        wci_cursor_skip(&cursor, reading->folder_reserve);
    }
    if (!cursor.ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "cabinet's folder table is cut off");
    return WCAB_OK;
}

static enum wcab_err read_header(struct cab_reading *reading, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(reading->head.bytes, reading->head.size);
    enum wcab_err code = read_fixed(reading, &cursor, err);

    if (code == WCAB_OK)
        code = check_counts(reading, err);
    if (code != WCAB_OK)
        return code;
    if (reading->cab->flags & WCI_CAB_HAS_RESERVE) {
        uint16_t header_reserve = wci_cursor_u16(&cursor);

        reading->folder_reserve = wci_cursor_u8(&cursor);
        reading->cab->data_reserve = wci_cursor_u8(&cursor);
        code = head_need(&reading->head, cursor.at + header_reserve + 4 * NAME_BYTES_MAX, err);
        if (code != WCAB_OK)
            return code;
        cursor.data = reading->head.bytes;
        cursor.size = reading->head.size;
        wci_cursor_skip(&cursor, header_reserve);
    }
    code = read_neighbours(reading, &cursor, err);
    if (code != WCAB_OK)
        return code;
    if (!cursor.ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, HEADER_BYTES, "cabinet header is cut off");
    return read_folders(reading, cursor.at, err);
}

/* Splits a stored path at its last separator. */
static void split_path(struct wci_bytes path, struct wci_bytes *folder, struct wci_bytes *name)
{
    size_t cut = path.length;

    while (cut > 0 && path.data[cut - 1] != '\\' && path.data[cut - 1] != '/')
        cut--;
    folder->data = path.data;
    folder->length = cut > 0 ? cut - 1 : 0;
    name->data = path.data + cut;
    name->length = path.length - cut;
}

static bool place_in_folder(const struct wci_cab *cab, uint16_t folder, struct wci_entry *entry)
{
    switch (folder) {
    case FOLDER_CONTINUED:
        entry->flags = WCI_ENTRY_CONTINUED;
        entry->cab_folder = 0;
        break;
    case FOLDER_CONTINUES:
        entry->flags = WCI_ENTRY_CONTINUES;
        entry->cab_folder = cab->folder_count - 1;
        break;
    case FOLDER_BOTH:
        entry->flags = WCI_ENTRY_CONTINUED | WCI_ENTRY_CONTINUES;
        entry->cab_folder = 0;
        break;
    default:
        entry->cab_folder = folder;
        break;
    }
    return entry->cab_folder < cab->folder_count;
}

/* One CFFILE at the cursor.  The cursor is not ok when it is cut off. */
static enum wcab_err read_file(struct cab_reading *reading, struct wci_cursor *cursor,
                               struct wci_entry *entry, struct wcab_error *err)
{
    size_t at = cursor->at;
    struct wci_bytes path;
    uint32_t date, time;
    uint16_t folder, attributes;

    memset(entry, 0, sizeof(*entry));
    entry->size = wci_cursor_u32(cursor);
    entry->locator = wci_cursor_u32(cursor);
    folder = wci_cursor_u16(cursor);
    date = wci_cursor_u16(cursor);
    time = wci_cursor_u16(cursor);
    attributes = wci_cursor_u16(cursor);
    path.data = wci_cursor_cstring(cursor, WCI_LIMIT_NAME, &path.length);
    if (!cursor->ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "cabinet directory is cut off");
    entry->modified = date << 16 | time;
    entry->attributes = (uint8_t)(attributes & (WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_HIDDEN |
                                                WCI_ATTRIBUTE_SYSTEM | WCI_ATTRIBUTE_ARCHIVE));
    path = wci_arena_bytes(reading->arena, path);
    if (path.data == NULL)
        return wci_error_nomem(err);
    split_path(path, &entry->folder, &entry->name.bytes);
    entry->name.encoding =
        attributes & ATTRIBUTE_NAME_IS_UTF ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    if (!place_in_folder(reading->cab, folder, entry))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at + 8,
                                "file entry names folder %u, of %u in all", (unsigned)folder,
                                reading->cab->folder_count);
    if (entry->name.bytes.length == 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at + FILE_BYTES, "file entry has no name");
    return WCAB_OK;
}

static void tell_fault(const struct cab_reading *reading, const struct wcab_error *err)
{
    reading->container->partial = true;
    if (reading->visitor != NULL && reading->visitor->fault != NULL)
        reading->visitor->fault(reading->visitor->context, err);
}

/* The bytes of the file table: up to the first CFDATA when that is where it should be. */
static size_t directory_end(const struct cab_reading *reading)
{
    size_t least = reading->files_at + (size_t)reading->file_count * (FILE_BYTES + 1);
    size_t most = reading->files_at + (size_t)reading->file_count * (FILE_BYTES + NAME_BYTES_MAX);
    uint32_t first = UINT32_MAX;
    uint32_t i;

    for (i = 0; i < reading->cab->folder_count; i++) {
        if (reading->cab->folders[i].first_block < first)
            first = reading->cab->folders[i].first_block;
    }
    if (first >= least && first <= most)
        return (size_t)first + DATA_HEADER_BYTES;
    return most;
}

/* Reads every CFFILE; stores where the table ends. */
static enum wcab_err read_files(struct cab_reading *reading, size_t *end, struct wcab_error *err)
{
    struct wci_container *container = reading->container;
    struct wcab_error fault;
    struct wci_cursor cursor;
    enum wcab_err code = head_need(&reading->head, directory_end(reading), err);
    uint32_t i;

    *end = reading->files_at;
    if (code != WCAB_OK || reading->file_count == 0)
        return code;
    container->entries =
        wci_arena_calloc(reading->arena, reading->file_count, sizeof(*container->entries));
    if (container->entries == NULL)
        return wci_error_nomem(err);
    cursor = wci_cursor_of(reading->head.bytes, reading->head.size);
    wci_cursor_seek(&cursor, reading->files_at);
    for (i = 0; i < reading->file_count; i++) {
        struct wci_entry *entry = &container->entries[container->entry_count];

        code = read_file(reading, &cursor, entry, &fault);
        if (code == WCAB_ERR_NOMEM)
            return wci_error_nomem(err);
        if (code == WCAB_OK)
            container->entry_count++;
        else
            tell_fault(reading, &fault);
        if (!cursor.ok)
            break;
        *end = cursor.at;
    }
    return WCAB_OK;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    size_t i;

    for (i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * 0x100000001B3ULL; /* FNV-1a */
    return hash;
}

static uint64_t mix_number(uint64_t hash, uint64_t number)
{
    uint8_t bytes[8];
    int i;

    for (i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return mix(hash, bytes, sizeof(bytes));
}

static uint64_t hash_entry(const struct wci_entry *entry)
{
    char folded[WCI_LIMIT_NAME];
    size_t length = wci_text_fold(entry->name.bytes, folded, sizeof(folded));
    uint64_t hash = mix(0xCBF29CE484222325ULL, folded, length);

    length = wci_text_fold(entry->folder, folded, sizeof(folded));
    hash = mix(hash, folded, length);
    hash = mix_number(hash, entry->size);
    hash = mix_number(hash, entry->locator);
    return mix_number(hash, entry->modified);
}

/* The hash of one cut: what both cabinets know of it.  The entries' hashes are added up, so that
 * their order does not matter. */
static uint64_t hash_joint(const struct wci_container *container, uint8_t flag, uint16_t cut,
                           const struct wci_cab_folder *folder)
{
    uint64_t hash = mix_number(0xCBF29CE484222325ULL, container->cab->set_id);
    uint64_t sum = 0;
    uint32_t i;

    hash = mix_number(hash, cut);
    for (i = 0; i < container->entry_count; i++) {
        if (container->entries[i].flags & flag)
            sum += hash_entry(&container->entries[i]);
    }
    hash = mix_number(hash, sum);
    if (sum != 0 && folder != NULL) /* without a file that crosses, the folders are not one */
        hash = mix_number(hash, folder->type_compress & 0x1F0FU);
    return hash == 0 ? 1 : hash;
}

static void set_joints(struct wci_container *container)
{
    struct wci_cab *cab = container->cab;
    const struct wci_cab_folder *last =
        cab->folder_count > 0 ? &cab->folders[cab->folder_count - 1] : NULL;

    if (cab->flags & WCI_CAB_HAS_PREVIOUS)
        cab->joint_previous =
            hash_joint(container, WCI_ENTRY_CONTINUED, (uint16_t)(cab->index - 1), cab->folders);
    if (cab->flags & WCI_CAB_HAS_NEXT)
        cab->joint_next = hash_joint(container, WCI_ENTRY_CONTINUES, cab->index, last);
}

/* Header, directory and the first CFDATA header, which holds a checksum of contents: two cabinets
 * that agree in all of it have the same listing. */
static enum wcab_err set_digest(struct cab_reading *reading, size_t directory_end_at,
                                struct wcab_error *err)
{
    struct wci_container *container = reading->container;
    size_t covered = directory_end_at + DATA_HEADER_BYTES;
    uint8_t digest[WCI_SHA256_BYTES];

    if (covered > reading->head.size)
        covered = reading->head.size;
    if (!wci_digest_sha256(reading->head.bytes, covered, digest))
        return wci_error_nomem(err);
    memcpy(container->digest, digest, sizeof(container->digest));
    return WCAB_OK;
}

/* "quantum", or "quantum, mszip" when folders differ. */
static enum wcab_err set_format(struct cab_reading *reading, struct wcab_error *err)
{
    static const uint16_t methods[] = {WCI_METHOD_STORED, WCI_METHOD_MSZIP, WCI_METHOD_QUANTUM,
                                       WCI_METHOD_LZX};
    char text[64] = "";
    size_t used = 0, m;
    uint32_t i;

    for (m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
        for (i = 0; i < reading->cab->folder_count; i++) {
            if ((reading->cab->folders[i].type_compress & 15) != methods[m])
                continue;
            used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used > 0 ? ", " : "",
                                     wci_decode_method_name(methods[m]));
            break;
        }
    }
    reading->container->format = wci_arena_bytes(reading->arena, wci_bytes_of(text));
    return reading->container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static void check_size(struct cab_reading *reading)
{
    struct wcab_error fault;

    reading->container->size = reading->cab->size;
    if (reading->cab->size <= reading->head.room)
        return;
    wci_error_set_at(&fault, WCAB_ERR_CORRUPT, 8,
                     "cabinet is truncated: its header says %u bytes, %llu are there",
                     reading->cab->size, (unsigned long long)reading->head.room);
    tell_fault(reading, &fault);
}

enum wcab_err wci_cab_read(struct wci_source *source, uint64_t offset, struct wci_arena *arena,
                           const struct wci_visitor *visitor, struct wci_container *container,
                           struct wcab_error *err)
{
    struct cab_reading reading = {.arena = arena, .visitor = visitor, .container = container};
    size_t directory_end_at = 0;
    enum wcab_err code;

    if (offset > wci_source_size(source))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "cabinet starts behind the end");
    reading.head.source = source;
    reading.head.offset = offset;
    reading.head.room = wci_source_size(source) - offset;
    code = head_need(&reading.head, FIRST_READ, err);
    if (code != WCAB_OK)
        goto out;
    if (reading.head.size < 4 || memcmp(reading.head.bytes, "MSCF", 4) != 0) {
        code = wci_error_set(err, WCAB_ERR_FORMAT, "no cabinet: it does not begin with MSCF");
        goto out;
    }
    container->kind = WCI_CONTAINER_CABINET;
    reading.cab = wci_arena_calloc(arena, 1, sizeof(*reading.cab));
    if (reading.cab == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    container->cab = reading.cab;
    code = read_header(&reading, err);
    if (code == WCAB_OK)
        code = read_files(&reading, &directory_end_at, err);
    if (code == WCAB_OK)
        code = set_digest(&reading, directory_end_at, err);
    if (code == WCAB_OK)
        code = set_format(&reading, err);
    if (code != WCAB_OK)
        goto out;
    check_size(&reading);
    set_joints(container);
out:
    free(reading.head.bytes);
    return code;
}
