/*
 * w4 - see w4.h.
 */
#include "indexer/walk/w4.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/error.h"
#include "core/text.h"

enum {
    DOS_HEADER_BYTES = 0x40,
    HEADER_BYTES = 16,
    ENTRY_BYTES = 16,
    NAME_BYTES = 8,
    CODE_PAGE = 437,
    /* of the packed form */
    NEAR_DEPTH = 64,   /* distances of 6 bits begin at 0 (which is the end's mark), */
    FAR_DEPTH = 320,   /* of 8 bits at 64, of 12 at 320 */
    SECTOR_MARK = 4415 /* no distance: half a kilobyte is full */
};

/* A file with the directory's bytes as they are unpacked. */
struct w4_file {
    struct wci_source *source;
    uint64_t file_size;
    uint64_t header; /* where W3 or W4 stands */
    bool compressed;
    uint16_t chunk_count;
    uint32_t *chunks; /* owned: where each begins */
    uint64_t size;    /* unpacked, from the header on */
    uint8_t *packed;  /* owned: one chunk as stored */
    uint8_t *chunk;   /* owned: one chunk unpacked */
};

/* ---- DoubleSpace's "DS" -------------------------------------------------------------------- */

/* Bits, the least significant of a byte first. */
struct bit_reader {
    struct wci_cursor bytes;
    uint32_t held;
    unsigned count;
};

static uint32_t read_bits(struct bit_reader *bits, unsigned count)
{
    uint32_t value;

    while (bits->count < count) {
        bits->held |= (uint32_t)wci_cursor_u8(&bits->bytes) << bits->count;
        bits->count += 8;
    }
    value = bits->held & ((1U << count) - 1);
    bits->held >>= count;
    bits->count -= count;
    return value;
}

/* n zeros and a one, then n bits: 2, 3..4, 5..8 ... 257..512; 0 for what can't be. */
static uint32_t read_length(struct bit_reader *bits)
{
    unsigned zeros = 0;

    while (bits->bytes.ok && read_bits(bits, 1) == 0) {
        if (++zeros > 8)
            return 0;
    }
    return (1U << zeros) + read_bits(bits, zeros) + 1;
}

/* The two bits read before say how a distance begins. */
static uint32_t read_depth(struct bit_reader *bits, uint32_t tag)
{
    if (tag == 0)
        return read_bits(bits, 6);
    if (read_bits(bits, 1) == 0)
        return read_bits(bits, 8) + NEAR_DEPTH;
    return read_bits(bits, 12) + FAR_DEPTH;
}

bool wci_w4_unpack(struct wci_bytes packed, uint8_t out[WCI_W4_CHUNK_BYTES], size_t *size)
{
    struct bit_reader bits = {wci_cursor_of(packed.data, packed.length), 0, 0};
    size_t at = 0;
    bool whole = false;

    while (bits.bytes.ok) {
        uint32_t tag = read_bits(&bits, 2);
        uint32_t depth, length;

        if (tag == 1 || tag == 2) { /* a byte: its high bit, as the tag, then the others */
            uint32_t byte = read_bits(&bits, 7) | (tag & 1) << 7;

            if (!bits.bytes.ok || at == WCI_W4_CHUNK_BYTES)
                break;
            out[at++] = (uint8_t)byte;
            continue;
        }
        depth = read_depth(&bits, tag);
        if (!bits.bytes.ok)
            break;
        whole = depth == 0;
        if (whole)
            break;
        if (depth == SECTOR_MARK)
            continue;
        length = read_length(&bits);
        if (!bits.bytes.ok || length == 0 || depth > at || length > WCI_W4_CHUNK_BYTES - at)
            break;
        for (; length > 0; length--, at++)
            out[at] = out[at - depth];
    }
    *size = at;
    return whole;
}

/* ---- the file ------------------------------------------------------------------------------ */

/* Unpacks chunk `index` into file->chunk; a chunk of full length is stored as it is. */
static enum wcab_err load_chunk(struct w4_file *file, unsigned index, size_t *size,
                                struct wcab_error *err)
{
    bool last = index + 1U == file->chunk_count;
    uint64_t from = file->chunks[index];
    uint64_t to = last ? file->file_size : file->chunks[index + 1];
    enum wcab_err code;
    size_t length;

    if (from >= to || to - from > WCI_W4_CHUNK_BYTES || to > file->file_size)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, from,
                                "chunk %u of a W4 archive can't lie from %llu to %llu", index,
                                (unsigned long long)from, (unsigned long long)to);
    length = (size_t)(to - from);
    code = wci_source_read_at(file->source, from, file->packed, length, err);
    if (code != WCAB_OK)
        return code;
    if (length == WCI_W4_CHUNK_BYTES) {
        memcpy(file->chunk, file->packed, length);
        *size = length;
        return WCAB_OK;
    }
    if (!wci_w4_unpack((struct wci_bytes){(const char *)file->packed, length}, file->chunk, size) ||
        (!last && *size != WCI_W4_CHUNK_BYTES))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, from, "chunk %u of a W4 archive is damaged",
                                index);
    return WCAB_OK;
}

/* Reads bytes of the W3, counted from its header. */
static enum wcab_err read_unpacked(struct w4_file *file, uint64_t at, uint8_t *buffer,
                                   size_t length, struct wcab_error *err)
{
    enum wcab_err code;

    if (at > file->size || length > file->size - at)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, file->header,
                                "a W3 directory is longer than its file");
    if (!file->compressed)
        return wci_source_read_at(file->source, file->header + at, buffer, length, err);
    while (length > 0) {
        size_t skip = (size_t)(at % WCI_W4_CHUNK_BYTES), size = 0, part;

        code = load_chunk(file, (unsigned)(at / WCI_W4_CHUNK_BYTES), &size, err);
        if (code != WCAB_OK)
            return code;
        if (skip >= size)
            return wci_error_set_at(err, WCAB_ERR_CORRUPT, file->header,
                                    "the last chunk of a W4 archive is too short");
        part = size - skip < length ? size - skip : length;
        memcpy(buffer, file->chunk + skip, part);
        buffer += part;
        at += part;
        length -= part;
    }
    return WCAB_OK;
}

/* The chunks' places behind a W4's header; with the last one the unpacked size is known. */
static enum wcab_err open_chunks(struct w4_file *file, struct wci_cursor header,
                                 struct wcab_error *err)
{
    uint64_t table = file->header + HEADER_BYTES;
    uint16_t chunk_size, i;
    uint16_t method;
    struct wci_cursor cursor;
    enum wcab_err code;
    size_t length, last = 0;

    wci_cursor_seek(&header, 4);
    chunk_size = wci_cursor_u16(&header);
    file->chunk_count = wci_cursor_u16(&header);
    method = wci_cursor_u16(&header);
    if (chunk_size != WCI_W4_CHUNK_BYTES || method != 0x5344) /* "DS" */
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, file->header,
                                "a W4 archive has chunks of %u bytes and method %04X, not 8192 "
                                "and DS",
                                chunk_size, method);
    length = (size_t)file->chunk_count * 4;
    if (length == 0 || table > file->file_size || length > file->file_size - table)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, table,
                                "a W4 archive's table of %u chunks doesn't fit into its file",
                                file->chunk_count);
    file->chunks = wci_mem_calloc(file->chunk_count, sizeof(uint32_t));
    file->packed = wci_mem_calloc(WCI_W4_CHUNK_BYTES, 1);
    file->chunk = wci_mem_calloc(WCI_W4_CHUNK_BYTES, 1);
    if (file->chunks == NULL || file->packed == NULL || file->chunk == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(file->source, table, file->chunks, length, err);
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(file->chunks, length); /* in place, to the host's byte order */
    for (i = 0; i < file->chunk_count; i++)
        file->chunks[i] = wci_cursor_u32(&cursor);
    code = load_chunk(file, file->chunk_count - 1U, &last, err);
    file->size = (uint64_t)(file->chunk_count - 1U) * WCI_W4_CHUNK_BYTES + last;
    return code;
}

static enum wcab_err open_file(struct wci_source *source, struct w4_file *file,
                               struct wcab_error *err)
{
    uint8_t bytes[DOS_HEADER_BYTES] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, DOS_HEADER_BYTES);
    uint16_t magic = 0;
    enum wcab_err code;

    file->source = source;
    file->file_size = wci_source_size(source);
    if (file->file_size >= DOS_HEADER_BYTES + HEADER_BYTES) {
        code = wci_source_read_at(source, 0, bytes, DOS_HEADER_BYTES, err);
        if (code != WCAB_OK)
            return code;
        if (wci_cursor_u16(&cursor) == 0x5A4D) { /* MZ */
            wci_cursor_seek(&cursor, 0x3C);
            file->header = wci_cursor_u32(&cursor);
        }
    }
    if (file->header >= DOS_HEADER_BYTES && file->header <= file->file_size - HEADER_BYTES) {
        code = wci_source_read_at(source, file->header, bytes, HEADER_BYTES, err);
        if (code != WCAB_OK)
            return code;
        cursor = wci_cursor_of(bytes, HEADER_BYTES);
        magic = wci_cursor_u16(&cursor);
    }
    file->compressed = magic == 0x3457;
    if (file->compressed)
        return open_chunks(file, cursor, err);
    if (magic != 0x3357)
        return wci_error_set_at(err, WCAB_ERR_FORMAT, file->header, "neither W3 nor W4");
    file->size = file->file_size - file->header;
    return WCAB_OK;
}

/* ---- the directory ------------------------------------------------------------------------- */

static enum wcab_err parse_entry(struct wci_cursor *cursor, struct wci_arena *arena, uint64_t size,
                                 struct wci_w4_member *member, struct wcab_error *err)
{
    struct wci_name name = {{(const char *)wci_cursor_bytes(cursor, NAME_BYTES), NAME_BYTES},
                            WCI_ENCODING_RAW};
    struct wci_buffer text;

    member->offset = wci_cursor_u32(cursor);
    member->header_size = wci_cursor_u32(cursor);
    if (!cursor->ok || member->offset >= size)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, member->offset,
                                "a W3 directory's member lies behind the end");
    while (name.bytes.length > 0 && (name.bytes.data[name.bytes.length - 1] == ' ' ||
                                     name.bytes.data[name.bytes.length - 1] == '\0'))
        name.bytes.length--;
    wci_buffer_init(&text);
    (void)wci_text_to_utf8(name, CODE_PAGE, &text);
    member->name = wci_arena_bytes(arena, wci_buffer_view(&text));
    if (!text.ok || (text.size > 0 && member->name.data == NULL)) {
        wci_buffer_free(&text);
        return wci_error_nomem(err);
    }
    wci_buffer_free(&text);
    return WCAB_OK;
}

static int compare_offsets(const void *left, const void *right)
{
    const struct wci_w4_member *a = *(const struct wci_w4_member *const *)left;
    const struct wci_w4_member *b = *(const struct wci_w4_member *const *)right;

    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* A member reaches up to the next one's header. */
static enum wcab_err measure_members(struct wci_w4_archive *archive, struct wcab_error *err)
{
    const size_t pointer = sizeof(struct wci_w4_member *);
    struct wci_w4_member **order = wci_mem_calloc(archive->count, pointer);
    uint64_t end = archive->size;
    size_t i;

    if (order == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < archive->count; i++)
        order[i] = &archive->members[i];
    qsort(order, archive->count, pointer, compare_offsets);
    for (i = archive->count; i > 0; i--) {
        order[i - 1]->size = end - order[i - 1]->offset;
        if (i > 1 && order[i - 2]->offset != order[i - 1]->offset)
            end = order[i - 1]->offset;
    }
    free(order);
    return WCAB_OK;
}

static enum wcab_err read_directory(struct w4_file *file, struct wci_arena *arena,
                                    struct wci_w4_archive *archive, struct wcab_error *err)
{
    uint8_t header[HEADER_BYTES];
    uint8_t *entries = NULL;
    struct wci_cursor cursor = wci_cursor_of(header, HEADER_BYTES);
    enum wcab_err code = read_unpacked(file, 0, header, HEADER_BYTES, err);
    size_t i, length;

    if (code != WCAB_OK)
        return code;
    if (wci_cursor_u16(&cursor) != 0x3357)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, file->header,
                                "what a W4 archive holds is not a W3");
    archive->compressed = file->compressed;
    archive->version = wci_cursor_u16(&cursor);
    archive->count = wci_cursor_u16(&cursor);
    archive->size = file->header + file->size;
    length = archive->count * ENTRY_BYTES;
    if (length > file->size)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, file->header,
                                "a W3 directory of %zu members doesn't fit into its file",
                                archive->count);
    if (archive->count == 0)
        return WCAB_OK;
    entries = wci_mem_calloc(length, 1);
    archive->members = wci_arena_calloc(arena, archive->count, sizeof(struct wci_w4_member));
    if (entries == NULL || archive->members == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    code = read_unpacked(file, HEADER_BYTES, entries, length, err);
    cursor = wci_cursor_of(entries, length);
    for (i = 0; code == WCAB_OK && i < archive->count; i++)
        code = parse_entry(&cursor, arena, archive->size, &archive->members[i], err);
    if (code == WCAB_OK)
        code = measure_members(archive, err);
out:
    free(entries);
    return code;
}

enum wcab_err wci_w4_list(struct wci_source *source, struct wci_arena *arena,
                          struct wci_w4_archive *archive, struct wcab_error *err)
{
    struct wci_w4_archive found = {0};
    struct w4_file file = {0};
    enum wcab_err code = open_file(source, &file, err);

    if (code == WCAB_OK)
        code = read_directory(&file, arena, &found, err);
    if (code == WCAB_OK)
        *archive = found;
    free(file.chunks);
    free(file.packed);
    free(file.chunk);
    return code;
}

enum wcab_err wci_w4_verify(struct wci_source *source, struct wcab_error *err)
{
    struct w4_file file = {0};
    enum wcab_err code = open_file(source, &file, err);
    unsigned i;
    size_t size;

    for (i = 0; code == WCAB_OK && file.compressed && i < file.chunk_count; i++)
        code = load_chunk(&file, i, &size, err);
    free(file.chunks);
    free(file.packed);
    free(file.chunk);
    return code;
}
