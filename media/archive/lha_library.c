/*
 * lha_library - see lha_library.h.
 *
 * The child hands over each header as it stands in the archive beside what liblhasa made of it:
 * that changes the case of names, and takes the second byte of a Japanese character for a
 * separator.  Source of the headers' layout: the description of LHA headers by "gigo" and H.
 * Yoshizaki.
 */
#include "media/archive/lha_library.h"

#include <errno.h>
#include <lhasa.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/mem.h"
#include "media/bytes/child.h"

enum {
    PIECE = 64 * 1024,
    LIST_SECONDS = 30,
    SAVE_SECONDS = 300,
    TEXT_MOST = 4096,
    RAW_MOST = 65536,
    NAME_FIELD = 21, /* of a header of level 0 or 1 */
    DONE = 0,
    CANT_OPEN = 1,
    UNKNOWN_METHOD = 2,
    DAMAGED = 3,
    KIND_FILE = 0,
    KIND_OTHER = 1,
    KIND_END = 2,
    EXTENDED_NAME = 1,
    EXTENDED_FOLDER = 2
};

/* What the child is to do. */
struct task {
    int fd;
    size_t number;
};

/* ---- in the child -------------------------------------------------------------------------- */

static int on_read(void *handle, void *bytes, size_t size)
{
    const struct task *task = handle;
    ssize_t got = read(task->fd, bytes, size);

    return got < 0 ? -1 : (int)got;
}

static int on_skip(void *handle, size_t size)
{
    const struct task *task = handle;

    return lseek(task->fd, (off_t)size, SEEK_CUR) >= 0;
}

static const LHAInputStreamType input = {on_read, on_skip, NULL};

static LHAReader *start_reader(struct task *task)
{
    LHAInputStream *stream;
    LHAReader *reader;

    if (lseek(task->fd, 0, SEEK_SET) < 0)
        return NULL;
    stream = lha_input_stream_new(&input, task);
    reader = stream == NULL ? NULL : lha_reader_new(stream);
    if (reader != NULL)
        lha_reader_set_dir_policy(reader, LHA_READER_DIR_PLAIN);
    return reader;
}

static bool put(int out, const void *bytes, size_t left)
{
    const uint8_t *at = bytes;

    while (left > 0) {
        ssize_t count = write(out, at, left);

        if (count <= 0)
            return false;
        at += count;
        left -= (size_t)count;
    }
    return true;
}

static void put_text(struct wci_buffer *out, const char *text)
{
    size_t length = text == NULL ? 0 : strnlen(text, TEXT_MOST);

    wci_buffer_u16(out, (uint16_t)length);
    if (length > 0)
        wci_buffer_put(out, text, length);
}

static void put_header(const LHAFileHeader *header, struct wci_buffer *out)
{
    bool is_folder = strcmp(header->compress_method, LHA_COMPRESS_TYPE_DIR) == 0;
    size_t raw = header->raw_data_len < RAW_MOST ? header->raw_data_len : RAW_MOST;

    wci_buffer_u8(out, is_folder || header->symlink_target != NULL ? KIND_OTHER : KIND_FILE);
    wci_buffer_u32(out, (uint32_t)header->length);
    wci_buffer_u32(out, header->timestamp);
    wci_buffer_u8(out, header->header_level);
    wci_buffer_u8(out, header->os_type);
    wci_buffer_put(out, header->compress_method, WCI_LHA_METHOD);
    put_text(out, header->path);
    put_text(out, header->filename);
    wci_buffer_u32(out, (uint32_t)raw);
    if (raw > 0)
        wci_buffer_put(out, header->raw_data, raw);
}

/* Whether a header begins at a byte: where liblhasa ended and this is so, the header is damaged. */
static bool goes_on(int fd, off_t at)
{
    uint8_t bytes[7] = {0};

    return pread(fd, bytes, sizeof(bytes), at) == (ssize_t)sizeof(bytes) && bytes[0] != 0 &&
           bytes[2] == '-' && bytes[6] == '-';
}

static int list_work(void *context, int out)
{
    struct task *task = context;
    LHAReader *reader = start_reader(task);
    off_t size = lseek(task->fd, 0, SEEK_END), end = 0;
    struct wci_buffer buffer;
    LHAFileHeader *header;

    if (reader == NULL || lseek(task->fd, 0, SEEK_SET) < 0)
        return CANT_OPEN;
    wci_buffer_init(&buffer);
    while ((header = lha_reader_next_file(reader)) != NULL) {
        end = lseek(task->fd, 0, SEEK_CUR) + (off_t)header->compressed_length;
        put_header(header, &buffer);
        if (!buffer.ok || !put(out, buffer.data, buffer.size)) /* the next may be its death */
            return CANT_OPEN;
        wci_buffer_clear(&buffer);
    }
    wci_buffer_u8(&buffer, KIND_END);
    wci_buffer_u64(&buffer, (uint64_t)(end < size ? end : size));
    wci_buffer_u8(&buffer, end > size || goes_on(task->fd, end));
    return buffer.ok && put(out, buffer.data, buffer.size) ? DONE : CANT_OPEN;
}

/* Goes to the task's member. */
static LHAFileHeader *go_to(LHAReader *reader, const struct task *task)
{
    LHAFileHeader *header = NULL;
    size_t i;

    for (i = 0; i <= task->number; i++) {
        header = lha_reader_next_file(reader);
        if (header == NULL)
            return NULL;
    }
    return header;
}

static int save_work(void *context, int out)
{
    struct task *task = context;
    static uint8_t piece[PIECE];
    LHAReader *reader = start_reader(task);
    LHAFileHeader *header = reader == NULL ? NULL : go_to(reader, task);
    size_t got;

    if (header == NULL)
        return CANT_OPEN;
    if (lha_decoder_for_name(header->compress_method) == NULL)
        return UNKNOWN_METHOD;
    while ((got = lha_reader_read(reader, piece, sizeof(piece))) > 0) {
        if (!put(out, piece, got))
            return CANT_OPEN;
    }
    /* the checksum is asked for in a second pass: reading does not tell it */
    reader = start_reader(task);
    if (reader == NULL || go_to(reader, task) == NULL)
        return CANT_OPEN;
    return lha_reader_check(reader, NULL, NULL) ? DONE : DAMAGED;
}

/* ---- in the caller: names ------------------------------------------------------------------- */

/* The fields behind a header: size with its own two (level 3: four) bytes, kind, contents. */
static void take_extended(struct wci_cursor *cursor, unsigned level, struct wci_lha_member *member)
{
    size_t own = level == 3 ? 4 : 2;

    for (;;) {
        size_t size = level == 3 ? wci_cursor_u32(cursor) : wci_cursor_u16(cursor);
        struct wci_bytes contents;
        uint8_t kind;

        if (!cursor->ok || size <= own + 1)
            return;
        kind = wci_cursor_u8(cursor);
        contents.length = size - own - 1;
        contents.data = (const char *)wci_cursor_bytes(cursor, contents.length);
        if (contents.data == NULL)
            return;
        if (kind == EXTENDED_NAME) {
            member->name = contents;
            member->has_path = false;
        }
        if (kind == EXTENDED_FOLDER)
            member->folder = contents;
    }
}

/* The name as it stands in the header; that of liblhasa stays where there is none. */
static void take_raw_name(struct wci_bytes raw, unsigned level, struct wci_lha_member *member)
{
    struct wci_cursor cursor = wci_cursor_of(raw.data, raw.length);
    struct wci_bytes name;

    if (level <= 1) {
        wci_cursor_seek(&cursor, NAME_FIELD);
        name.length = wci_cursor_u8(&cursor);
        name.data = (const char *)wci_cursor_bytes(&cursor, name.length);
        if (!cursor.ok)
            return;
        if (name.length > 0) {
            member->name = name;
            member->has_path = true;
            member->folder = (struct wci_bytes){"", 0};
        }
        wci_cursor_skip(&cursor, 3); /* checksum and system */
        if (level == 1)
            take_extended(&cursor, level, member);
        return;
    }
    wci_cursor_seek(&cursor, level == 2 ? 24 : 28);
    take_extended(&cursor, level, member);
}

static bool take_text(struct wci_cursor *cursor, struct wci_bytes *text)
{
    text->length = wci_cursor_u16(cursor);
    text->data = (const char *)wci_cursor_bytes(cursor, text->length);
    return cursor->ok;
}

/* Reads the record at the cursor; false at the end, or when there is no whole one. */
static bool take_member(struct wci_cursor *cursor, struct wci_lha_list *list,
                        struct wci_lha_member *member)
{
    uint8_t kind = wci_cursor_u8(cursor), level, system;
    const uint8_t *method;
    struct wci_bytes raw;

    memset(member, 0, sizeof(*member));
    if (cursor->ok && kind == KIND_END) {
        list->end = wci_cursor_u64(cursor);
        list->broke = wci_cursor_u8(cursor) != 0;
        list->whole = cursor->ok;
        return false;
    }
    member->is_file = kind == KIND_FILE;
    member->size = wci_cursor_u32(cursor);
    member->time = wci_cursor_u32(cursor);
    level = wci_cursor_u8(cursor);
    system = wci_cursor_u8(cursor);
    /* of a file with a MacBinary header, that is taken off */
    member->size_known = system != LHA_OS_TYPE_MACOS;
    method = wci_cursor_bytes(cursor, WCI_LHA_METHOD);
    if (method != NULL)
        memcpy(member->method, method, WCI_LHA_METHOD);
    if (!take_text(cursor, &member->folder) || !take_text(cursor, &member->name))
        return false;
    raw.length = wci_cursor_u32(cursor);
    raw.data = (const char *)wci_cursor_bytes(cursor, raw.length);
    if (cursor->ok)
        take_raw_name(raw, level, member);
    return cursor->ok;
}

/* ---- in the caller: the list ---------------------------------------------------------------
 */

void wci_lha_list_free(struct wci_lha_list *list)
{
    wci_buffer_free(&list->bytes);
    free(list->members);
    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
}

static enum wcab_err receive(const struct wci_child *child, const struct wci_budget *budget,
                             struct wci_buffer *bytes, struct wcab_error *err)
{
    size_t got = 1;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && got > 0) {
        uint8_t *room = wci_buffer_reserve(bytes, PIECE);

        if (room == NULL)
            return wci_error_nomem(err);
        code = wci_child_read(child, budget, room, PIECE, &got, err);
        if (code == WCAB_OK)
            bytes->size += got;
        if (bytes->size > WCI_LIMIT_FOLDER_BYTES)
            code = wci_error_set(err, WCAB_ERR_LIMIT, "its headers have more than %d bytes",
                                 (int)WCI_LIMIT_FOLDER_BYTES);
    }
    return code;
}

static enum wcab_err take_members(struct wci_lha_list *list, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(list->bytes.data, list->bytes.size);
    struct wci_lha_member member;
    size_t capacity = 0;

    while (take_member(&cursor, list, &member)) {
        if (!wci_mem_grow(&list->members, list->count, &capacity, sizeof(*list->members)))
            return wci_error_nomem(err);
        list->members[list->count++] = member;
    }
    return WCAB_OK;
}

enum wcab_err wci_lha_library_list(const struct wci_named_files *files,
                                   const struct wci_budget *budget, struct wci_lha_list *list,
                                   struct wcab_error *err)
{
    struct task task = {files->files[0].fd, 0};
    struct wci_child_job job = {list_work, &task, task.fd, LIST_SECONDS};
    struct wci_child child;
    enum wcab_err code = wci_child_start(&job, &child, err);

    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
    if (code != WCAB_OK)
        return code;
    code = receive(&child, budget, &list->bytes, err);
    (void)wci_child_end(&child);
    if (code == WCAB_OK)
        code = take_members(list, err);
    if (code == WCAB_OK && list->count == 0)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "LHA archive: no member can be read");
    if (code != WCAB_OK)
        wci_lha_list_free(list);
    return code;
}

/* ---- in the caller: a member ----------------------------------------------------------------
 */

enum wcab_err wci_lha_library_save(const struct wci_named_files *files, size_t number,
                                   struct wci_spool *spool, struct wcab_error *err)
{
    struct task task = {files->files[0].fd, number};
    struct wci_child_job job = {save_work, &task, task.fd, SAVE_SECONDS};
    int status = DONE;
    enum wcab_err code = wci_child_spool(&job, spool, &status, err);

    if (code != WCAB_OK || status == DONE)
        return code;
    if (status == UNKNOWN_METHOD)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "a method of packing that is not known; unpack it: 7z x ARCHIVE");
    return wci_error_set(err, WCAB_ERR_CORRUPT,
                         status == DAMAGED
                             ? "the checksum (CRC-16) is another one, after %llu bytes"
                             : "liblhasa gave up after %llu bytes",
                         (unsigned long long)spool->size);
}
