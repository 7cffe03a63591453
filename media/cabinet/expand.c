/*
 * expand - see expand.h.
 */
#include "media/cabinet/expand.h"

#include <ctype.h>
#include <mspack.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"

enum {
    HEADER_READ = 512,
    KWAJ_HEADER = 14, /* without the parts that flags announce */
    KWAJ_HAS_LENGTH = 0x01,
    KWAJ_HAS_UNKNOWN1 = 0x02,
    KWAJ_HAS_UNKNOWN2 = 0x04,
    KWAJ_HAS_NAME = 0x08,
    KWAJ_HAS_EXTENSION = 0x10
};

static enum wcab_err cut_off(struct wcab_error *err, const char *format)
{
    return wci_error_set(err, WCAB_ERR_CORRUPT, "header of the %s file is cut off", format);
}

static enum wcab_err probe_szdd(struct wci_cursor *cursor, struct wci_bytes packed,
                                struct wci_arena *arena, struct wci_expand_info *info,
                                struct wcab_error *err)
{
    struct wci_packed_hints hints = {.missing = '\0'};

    wci_cursor_seek(cursor, 9); /* behind the method, of which there is one */
    hints.missing = (char)wci_cursor_u8(cursor);
    info->format = "SZDD";
    info->size = wci_cursor_u32(cursor);
    info->size_known = true;
    if (!cursor->ok)
        return cut_off(err, "SZDD");
    if (!isgraph((unsigned char)hints.missing))
        hints.missing = '\0';
    return wci_packed_names_find(packed, &hints, arena, &info->names, err);
}

/* The form that QuickBASIC's and C's Setup use: no letter. */
static enum wcab_err probe_sz(struct wci_cursor *cursor, struct wci_bytes packed,
                              struct wci_arena *arena, struct wci_expand_info *info,
                              struct wcab_error *err)
{
    struct wci_packed_hints hints = {.missing = '\0'};

    wci_cursor_seek(cursor, 8);
    info->format = "SZ";
    info->size = wci_cursor_u32(cursor);
    info->size_known = true;
    if (!cursor->ok)
        return cut_off(err, "SZ");
    return wci_packed_names_find(packed, &hints, arena, &info->names, err);
}

/* A text of at most `most` characters and its end; empty when the header has none. */
static struct wci_bytes header_text(struct wci_cursor *cursor, bool has, size_t most)
{
    struct wci_bytes text = {NULL, 0};

    if (has)
        text.data = wci_cursor_cstring(cursor, most, &text.length);
    return text.data == NULL ? (struct wci_bytes){"", 0} : text;
}

static enum wcab_err probe_kwaj(struct wci_cursor *cursor, struct wci_bytes packed,
                                struct wci_arena *arena, struct wci_expand_info *info,
                                struct wcab_error *err)
{
    struct wci_packed_hints hints = {.missing = '\0'};
    unsigned flags;

    wci_cursor_seek(cursor, 12);
    flags = wci_cursor_u16(cursor);
    info->format = "KWAJ";
    info->size_known = flags & KWAJ_HAS_LENGTH;
    info->size = info->size_known ? wci_cursor_u32(cursor) : 0;
    if (flags & KWAJ_HAS_UNKNOWN1)
        wci_cursor_skip(cursor, 2);
    if (flags & KWAJ_HAS_UNKNOWN2)
        wci_cursor_skip(cursor, wci_cursor_u16(cursor));
    hints.base = header_text(cursor, flags & KWAJ_HAS_NAME, 8);
    hints.extension = header_text(cursor, flags & KWAJ_HAS_EXTENSION, 3);
    if (!cursor->ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, KWAJ_HEADER,
                                "header of the KWAJ file is cut off, or a name in it has no end");
    return wci_packed_names_find(packed, &hints, arena, &info->names, err);
}

/* Whether a file that begins so is a packed one. */
static bool is_packed(const uint8_t *head, size_t size)
{
    return size >= 8 && (memcmp(head, "SZDD\x88\xF0\x27\x33", 8) == 0 ||
                         memcmp(head, "SZ \x88\xF0\x27\x33\xD1", 8) == 0 ||
                         memcmp(head, "KWAJ\x88\xF0\x27\xD1", 8) == 0);
}

enum wcab_err wci_expand_probe(struct wci_source *source, struct wci_bytes packed_name,
                               struct wci_arena *arena, struct wci_expand_info *info,
                               struct wcab_error *err)
{
    uint8_t header[HEADER_READ];
    struct wci_cursor cursor;
    size_t got;
    enum wcab_err code = wci_source_read_some(source, 0, header, sizeof(header), &got, err);

    if (code != WCAB_OK)
        return code;
    memset(info, 0, sizeof(*info));
    cursor = wci_cursor_of(header, got);
    if (!is_packed(header, got))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no packed file: neither SZDD nor KWAJ");
    if (header[0] == 'K')
        return probe_kwaj(&cursor, packed_name, arena, info, err);
    return header[2] == 'D' ? probe_szdd(&cursor, packed_name, arena, info, err)
                            : probe_sz(&cursor, packed_name, arena, info, err);
}

/* ---- unpacking ---------------------------------------------------------------------------- */

enum { INPUT_BUFFER = 32768 };

/* What libmspack works on: its input file is the source, its output file the sink. */
struct unpacking {
    struct mspack_system system; /* first: libmspack hands it back to unpacking_open */
    struct wci_source *source;
    const struct wci_byte_sink *sink;
    struct wcab_error *err;
    enum wcab_err code; /* what source or sink said */
    uint64_t size;      /* bytes unpacked so far */
    uint64_t size_limit;
    uint64_t at; /* in the source */
    uint64_t buffer_start;
    size_t buffer_size;
    uint8_t buffer[INPUT_BUFFER];
};

/* The two files are told apart by the address that stands for each. */
static struct unpacking *unpacking_of_input(struct mspack_file *file)
{
    return (struct unpacking *)(void *)((char *)file - offsetof(struct unpacking, at));
}

static struct mspack_file *unpacking_open(struct mspack_system *self, const char *name, int mode)
{
    struct unpacking *unpacking = (struct unpacking *)self;

    (void)name;
    if (mode == MSPACK_SYS_OPEN_WRITE)
        return (struct mspack_file *)(void *)unpacking;
    unpacking->at = 0;
    return (struct mspack_file *)(void *)&unpacking->at;
}

static void unpacking_close(struct mspack_file *file)
{
    (void)file;
}

/* The bytes of the buffer that lie at `at`; fills it when there are none. */
static enum wcab_err fill_buffer(struct unpacking *unpacking)
{
    uint64_t within = unpacking->at - unpacking->buffer_start;

    if (unpacking->at >= unpacking->buffer_start && within < unpacking->buffer_size)
        return WCAB_OK;
    unpacking->buffer_start = unpacking->at;
    unpacking->buffer_size = 0;
    return wci_source_read_some(unpacking->source, unpacking->at, unpacking->buffer,
                                sizeof(unpacking->buffer), &unpacking->buffer_size, unpacking->err);
}

static int unpacking_read(struct mspack_file *file, void *buffer, int bytes)
{
    struct unpacking *unpacking = unpacking_of_input(file);
    size_t wanted = bytes > 0 ? (size_t)bytes : 0, got = 0;

    while (got < wanted) {
        size_t skip, run;

        unpacking->code = fill_buffer(unpacking);
        if (unpacking->code != WCAB_OK)
            return -1;
        skip = (size_t)(unpacking->at - unpacking->buffer_start);
        run = unpacking->buffer_size - skip;
        if (run == 0)
            break;
        run = run < wanted - got ? run : wanted - got;
        memcpy((uint8_t *)buffer + got, unpacking->buffer + skip, run);
        unpacking->at += run;
        got += run;
    }
    return (int)got;
}

static int unpacking_write(struct mspack_file *file, void *buffer, int bytes)
{
    struct unpacking *unpacking = (struct unpacking *)(void *)file;

    if (bytes <= 0)
        return 0;
    if ((unsigned)bytes > unpacking->size_limit - unpacking->size)
        unpacking->code = wci_error_set(unpacking->err, WCAB_ERR_LIMIT,
                                        "packed file becomes larger than %llu bytes",
                                        (unsigned long long)unpacking->size_limit);
    else
        unpacking->code =
            unpacking->sink->put(unpacking->sink->context, buffer, (size_t)bytes, unpacking->err);
    if (unpacking->code != WCAB_OK)
        return -1;
    unpacking->size += (unsigned)bytes;
    return bytes;
}

static int unpacking_seek(struct mspack_file *file, off_t offset, int mode)
{
    struct unpacking *unpacking = unpacking_of_input(file);
    uint64_t size = wci_source_size(unpacking->source);
    off_t base = mode == MSPACK_SYS_SEEK_CUR   ? (off_t)unpacking->at
                 : mode == MSPACK_SYS_SEEK_END ? (off_t)size
                                               : 0;

    if (offset < -base || (uint64_t)(base + offset) > size)
        return -1;
    unpacking->at = (uint64_t)(base + offset);
    return 0;
}

static off_t unpacking_tell(struct mspack_file *file)
{
    return (off_t)unpacking_of_input(file)->at;
}

static void unpacking_message(struct mspack_file *file, const char *format, ...)
{
    (void)file;
    (void)format;
}

/* Zeroed: libmspack 0.11 frees pointers it has not set when a KWAJ header is cut off. */
static void *unpacking_alloc(struct mspack_system *self, size_t bytes)
{
    (void)self;
    return calloc(1, bytes);
}

static void unpacking_copy(void *from, void *to, size_t bytes)
{
    memcpy(to, from, bytes);
}

static enum wcab_err status_error(const struct unpacking *unpacking, int status)
{
    if (unpacking->code != WCAB_OK)
        return unpacking->code;
    switch (status) {
    case MSPACK_ERR_OK:
        return WCAB_OK;
    case MSPACK_ERR_NOMEMORY:
        return wci_error_nomem(unpacking->err);
    case MSPACK_ERR_SIGNATURE:
        return wci_error_set(unpacking->err, WCAB_ERR_FORMAT,
                             "no packed file: neither SZDD nor KWAJ");
    case MSPACK_ERR_DATAFORMAT:
        return wci_error_set(unpacking->err, WCAB_ERR_UNSUPPORTED,
                             "packed file of an unknown method");
    default:
        return wci_error_set_at(unpacking->err, WCAB_ERR_CORRUPT, unpacking->at,
                                "packed file does not unpack, after %llu bytes of it",
                                (unsigned long long)unpacking->size);
    }
}

static enum wcab_err check_claim(const struct unpacking *unpacking, uint64_t size)
{
    if (size > unpacking->size_limit)
        return wci_error_set(unpacking->err, WCAB_ERR_LIMIT,
                             "packed file says it holds %llu bytes, above the limit of %llu",
                             (unsigned long long)size, (unsigned long long)unpacking->size_limit);
    return WCAB_OK;
}

static enum wcab_err check_size(const struct unpacking *unpacking, uint64_t size)
{
    if (size != unpacking->size)
        return wci_error_set(unpacking->err, WCAB_ERR_CORRUPT,
                             "packed file unpacks to %llu bytes, its header says %llu",
                             (unsigned long long)unpacking->size, (unsigned long long)size);
    return WCAB_OK;
}

static enum wcab_err unpack_szdd(struct unpacking *unpacking)
{
    struct msszdd_decompressor *szddd = mspack_create_szdd_decompressor(&unpacking->system);
    struct msszddd_header *header;
    enum wcab_err code;

    if (szddd == NULL)
        return wci_error_nomem(unpacking->err);
    header = szddd->open(szddd, "in");
    if (header == NULL) {
        code = status_error(unpacking, szddd->last_error(szddd));
    } else {
        uint64_t size = (uint64_t)header->length;

        code = check_claim(unpacking, size);
        if (code == WCAB_OK)
            code = status_error(unpacking, szddd->extract(szddd, header, "out"));
        if (code == WCAB_OK)
            code = check_size(unpacking, size);
        szddd->close(szddd, header);
    }
    mspack_destroy_szdd_decompressor(szddd);
    return code;
}

static enum wcab_err unpack_kwaj(struct unpacking *unpacking)
{
    struct mskwaj_decompressor *kwajd = mspack_create_kwaj_decompressor(&unpacking->system);
    struct mskwajd_header *header;
    enum wcab_err code;

    if (kwajd == NULL)
        return wci_error_nomem(unpacking->err);
    header = kwajd->open(kwajd, "in");
    if (header == NULL) {
        code = status_error(unpacking, kwajd->last_error(kwajd));
    } else {
        bool known = header->headers & MSKWAJ_HDR_HASLENGTH;
        uint64_t size = known ? (uint64_t)header->length : 0;

        code = check_claim(unpacking, size);
        if (code == WCAB_OK)
            code = status_error(unpacking, kwajd->extract(kwajd, header, "out"));
        if (code == WCAB_OK && known)
            code = check_size(unpacking, size);
        kwajd->close(kwajd, header);
    }
    mspack_destroy_kwaj_decompressor(kwajd);
    return code;
}

enum wcab_err wci_expand_decode(struct wci_source *source, uint64_t size_limit,
                                const struct wci_byte_sink *sink, struct wcab_error *err)
{
    struct unpacking *unpacking;
    uint8_t magic[4] = {0};
    size_t got;
    int selftest;
    enum wcab_err code = wci_source_read_some(source, 0, magic, sizeof(magic), &got, err);

    if (code != WCAB_OK)
        return code;
    MSPACK_SYS_SELFTEST(selftest);
    if (selftest != MSPACK_ERR_OK)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "libmspack was built with another size of file offsets");
    unpacking = calloc(1, sizeof(*unpacking));
    if (unpacking == NULL)
        return wci_error_nomem(err);
    unpacking->system = (struct mspack_system){
        .open = unpacking_open,
        .close = unpacking_close,
        .read = unpacking_read,
        .write = unpacking_write,
        .seek = unpacking_seek,
        .tell = unpacking_tell,
        .message = unpacking_message,
        .alloc = unpacking_alloc,
        .free = free,
        .copy = unpacking_copy,
    };
    unpacking->source = source;
    unpacking->sink = sink;
    unpacking->err = err;
    unpacking->size_limit = size_limit;
    code = memcmp(magic, "KWAJ", 4) == 0 ? unpack_kwaj(unpacking) : unpack_szdd(unpacking);
    free(unpacking);
    return code;
}
