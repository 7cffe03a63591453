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

#include "core/limits.h"
#include "media/bytes/child.h"

enum {
    PIECE = 64 * 1024,
    LIST_SECONDS = 30,
    SAVE_SECONDS = 300,
    TEXT_MOST = 4096,
    RAW_MOST = 65536,
    DONE = 0,
    CANT_OPEN = 1,
    UNKNOWN_METHOD = 2,
    DAMAGED = 3
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

    wci_buffer_u8(out, is_folder || header->symlink_target != NULL ? WCI_LHA_OTHER : WCI_LHA_FILE);
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
    wci_buffer_u8(&buffer, WCI_LHA_END);
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

/* ---- in the caller: the list ---------------------------------------------------------------
 */

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

enum wcab_err wci_lha_library_list(const struct wci_named_files *files,
                                   const struct wci_budget *budget, struct wci_lha_list *list,
                                   struct wcab_error *err)
{
    struct task task = {files->files[0].fd, 0};
    struct wci_child_job job = {
        .work = list_work, .context = &task, .kept = task.fd, .seconds = LIST_SECONDS};
    struct wci_child child;
    enum wcab_err code = wci_child_start(&job, &child, err);

    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
    if (code != WCAB_OK)
        return code;
    code = receive(&child, budget, &list->bytes, err);
    (void)wci_child_end(&child);
    if (code == WCAB_OK)
        code = wci_lha_list_take_members(list, err);
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
    struct wci_child_job job = {
        .work = save_work, .context = &task, .kept = task.fd, .seconds = SAVE_SECONDS};
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
