/*
 * shield_library - see shield_library.h.
 *
 * The child lists in records of a fixed head and three texts, ended by one of a number that no file
 * has; unpacked bytes go through the pipe as they are.
 */
#include "media/archive/shield_library.h"

#include <libunshield.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/mem.h"
#include "media/bytes/child.h"

enum {
    HEAD = 18, /* number, size, three lengths */
    PIECE = 64 * 1024,
    LIST_SECONDS = 30,
    SAVE_SECONDS = 300,
    DONE = 0,
    CANT_OPEN = 1,
    CANT_SAVE = 2
};

/* What the child is to do. */
struct task {
    const struct wci_named_files *files;
    uint32_t index;
    bool old;
};

/* ---- in the child -------------------------------------------------------------------------- */

/* By a name without a folder: libunshield makes a format of it for printf. */
static Unshield *open_cabinet(const struct task *task)
{
    char name[WCI_NAMED_FILES_PREFIX + WCI_NAMED_FILES_SUFFIX];

    unshield_set_log_level(0); /* it tells its every step to stderr otherwise */
    if (fchdir(task->files->folder) != 0)
        return NULL;
    (void)snprintf(name, sizeof(name), "%s1.hdr", task->files->prefix);
    return unshield_open(name);
}

static struct wci_bytes text_of(const char *text)
{
    return (struct wci_bytes){text, text == NULL ? 0 : strnlen(text, WCI_LIMIT_NAME)};
}

static void put_text(struct wci_buffer *out, struct wci_bytes text)
{
    if (text.length > 0)
        wci_buffer_put(out, text.data, text.length);
}

/* The file group that the file is in; NULL when it is in none. */
static const char *group_of(Unshield *cabinet, int index)
{
    int count = unshield_file_group_count(cabinet), i;

    for (i = 0; i < count; i++) {
        const UnshieldFileGroup *group = unshield_file_group_get(cabinet, i);

        if (group->first_file <= (unsigned)index && (unsigned)index <= group->last_file)
            return group->name;
    }
    return NULL;
}

static void put_file(Unshield *cabinet, int index, struct wci_buffer *out)
{
    struct wci_bytes group = text_of(group_of(cabinet, index)), folder, name;

    folder = text_of(unshield_directory_name(cabinet, unshield_file_directory(cabinet, index)));
    name = text_of(unshield_file_name(cabinet, index));
    wci_buffer_u32(out, (uint32_t)index);
    wci_buffer_u64(out, unshield_file_size(cabinet, index));
    wci_buffer_u16(out, (uint16_t)group.length);
    wci_buffer_u16(out, (uint16_t)folder.length);
    wci_buffer_u16(out, (uint16_t)name.length);
    put_text(out, group);
    put_text(out, folder);
    put_text(out, name);
}

static bool flush(struct wci_buffer *buffer, int out)
{
    const uint8_t *bytes = buffer->data;
    size_t left = buffer->size;

    while (left > 0) {
        ssize_t count = write(out, bytes, left);

        if (count <= 0)
            return false;
        bytes += count;
        left -= (size_t)count;
    }
    wci_buffer_clear(buffer);
    return true;
}

static int list_work(void *context, int out)
{
    const struct task *task = context;
    Unshield *cabinet = open_cabinet(task);
    struct wci_buffer buffer;
    int count, i;

    if (cabinet == NULL)
        return CANT_OPEN;
    wci_buffer_init(&buffer);
    count = unshield_file_count(cabinet);
    for (i = 0; i < count; i++) {
        if (unshield_file_is_valid(cabinet, i))
            put_file(cabinet, i, &buffer);
        if (!buffer.ok || !flush(&buffer, out)) /* file by file: the next may be its death */
            return CANT_OPEN;
    }
    wci_buffer_u32(&buffer, WCI_SHIELD_NO_FILE);
    wci_buffer_u64(&buffer, 0);
    wci_buffer_u16(&buffer, 0);
    wci_buffer_u32(&buffer, 0);
    return buffer.ok && flush(&buffer, out) ? DONE : CANT_OPEN;
}

static int save_work(void *context, int out)
{
    const struct task *task = context;
    Unshield *cabinet = open_cabinet(task);
    char pipe_name[40];
    bool saved;

    if (cabinet == NULL)
        return CANT_OPEN;
    (void)snprintf(pipe_name, sizeof(pipe_name), "/proc/self/fd/%d", out);
    saved = task->old ? unshield_file_save_old(cabinet, (int)task->index, pipe_name)
                      : unshield_file_save(cabinet, (int)task->index, pipe_name);
    return saved ? DONE : CANT_SAVE;
}

/* ---- in the caller: the list --------------------------------------------------------------- */

void wci_shield_list_free(struct wci_shield_list *list)
{
    wci_buffer_free(&list->bytes);
    free(list->at);
    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
}

static enum wcab_err receive_list(const struct wci_child *child, const struct wci_budget *budget,
                                  struct wci_shield_list *list, struct wcab_error *err)
{
    size_t got = 1;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && got > 0) {
        uint8_t *room = wci_buffer_reserve(&list->bytes, PIECE);

        if (room == NULL)
            return wci_error_nomem(err);
        code = wci_child_read(child, budget, room, PIECE, &got, err);
        if (code == WCAB_OK)
            list->bytes.size += got;
        if (list->bytes.size > WCI_LIMIT_FOLDER_BYTES)
            code = wci_error_set(err, WCAB_ERR_LIMIT, "its list of files has more than %d bytes",
                                 (int)WCI_LIMIT_FOLDER_BYTES);
    }
    return code;
}

/* Reads the entry at the cursor; false: there is no whole one. */
static bool take_entry(struct wci_cursor *cursor, struct wci_shield_entry *entry)
{
    entry->index = wci_cursor_u32(cursor);
    entry->size = wci_cursor_u64(cursor);
    entry->group.length = wci_cursor_u16(cursor);
    entry->folder.length = wci_cursor_u16(cursor);
    entry->name.length = wci_cursor_u16(cursor);
    entry->group.data = (const char *)wci_cursor_bytes(cursor, entry->group.length);
    entry->folder.data = (const char *)wci_cursor_bytes(cursor, entry->folder.length);
    entry->name.data = (const char *)wci_cursor_bytes(cursor, entry->name.length);
    return cursor->ok;
}

struct wci_shield_entry wci_shield_list_entry(const struct wci_shield_list *list, size_t position)
{
    struct wci_cursor cursor = wci_cursor_of(list->bytes.data, list->bytes.size);
    struct wci_shield_entry entry;

    wci_cursor_seek(&cursor, list->at[position]);
    (void)take_entry(&cursor, &entry);
    return entry;
}

static enum wcab_err find_entries(struct wci_shield_list *list, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(list->bytes.data, list->bytes.size);
    size_t capacity = 0, at = 0;
    struct wci_shield_entry entry;

    while (take_entry(&cursor, &entry)) {
        if (entry.index == WCI_SHIELD_NO_FILE) {
            list->whole = true;
            break;
        }
        if (!wci_mem_grow(&list->at, list->count, &capacity, sizeof(*list->at)))
            return wci_error_nomem(err);
        list->at[list->count++] = at;
        at = cursor.at;
    }
    return WCAB_OK;
}

enum wcab_err wci_shield_library_list(const struct wci_named_files *files,
                                      const struct wci_budget *budget, struct wci_shield_list *list,
                                      struct wcab_error *err)
{
    struct task task = {files, 0, false};
    struct wci_child_job job = {
        .work = list_work, .context = &task, .kept = files->folder, .seconds = LIST_SECONDS};
    struct wci_child child;
    enum wcab_err code = wci_child_start(&job, &child, err);

    if (code != WCAB_OK)
        return code;
    memset(list, 0, sizeof(*list));
    wci_buffer_init(&list->bytes);
    code = receive_list(&child, budget, list, err);
    (void)wci_child_end(&child);
    if (code == WCAB_OK)
        code = find_entries(list, err);
    if (code == WCAB_OK && !list->whole && list->count == 0)
        code = wci_error_set(err, WCAB_ERR_CORRUPT,
                             "InstallShield cabinet: libunshield can't read its header");
    if (code != WCAB_OK)
        wci_shield_list_free(list);
    return code;
}

/* ---- in the caller: a file ----------------------------------------------------------------- */

enum wcab_err wci_shield_library_save(const struct wci_named_files *files, uint32_t index, bool old,
                                      struct wci_spool *spool, struct wcab_error *err)
{
    struct task task = {files, index, old};
    struct wci_child_job job = {
        .work = save_work, .context = &task, .kept = files->folder, .seconds = SAVE_SECONDS};
    int status = DONE;
    enum wcab_err code = wci_child_spool(&job, spool, &status, err);

    if (code != WCAB_OK || status == DONE)
        return code;
    return wci_error_set(err, WCAB_ERR_CORRUPT,
                         status < 0 ? "damaged: libunshield gave up after %llu bytes"
                                    : "damaged: libunshield could unpack %llu bytes",
                         (unsigned long long)spool->size);
}
