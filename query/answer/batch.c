/*
 * batch - command lines of many answers as one DOS batch file.
 *
 * Files are sorted by the disk that reading begins with.  Those that lie in one cabinet share an
 * EXTRACT line, so that a folder is decoded once on a machine that takes minutes for it; files that
 * go on on another disk come last, because they leave that disk in the drive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/error.h"
#include "core/mem.h"
#include "query/answer/dos_command.h"
#include "whichcab.h"

/* COMMAND.COM's buffer for a line of a batch file has 127 characters and the end. */
enum { LINE_MAX_BYTES = 126 };

/* One file.  Strings lie in the batch's arena. */
struct item {
    const char *disk;   /* "7", "boot", or "" */
    const char *insert; /* how to ask for the disk */
    const char *then;   /* the further disks that EXTRACT will ask for; "" for none */
    const char *line;   /* the first command line */
    struct wci_bytes words[WCI_DOS_COMMAND_WORDS]; /* of it */
    size_t word_count;
    bool in_cabinet;
    const char *rest[WCI_DOS_COMMAND_LINES]; /* what has to follow it */
    size_t rest_count;
    size_t order; /* among the items as they were added */
};

struct wcab_batch {
    struct wci_arena *arena;
    const char *medium; /* id or image of the first file */
    const char *title;
    bool long_names;
    struct item *items;
    size_t count, capacity;
};

/* ---- adding ------------------------------------------------------------------------------- */

/* Bytes that it takes in the file, where a % is doubled. */
static size_t length_of(const char *line, size_t length)
{
    size_t bytes = length, i;

    for (i = 0; i < length; i++)
        bytes += line[i] == '%';
    return bytes;
}

static bool is_plain(const char *line)
{
    const char *at;

    if (length_of(line, strlen(line)) > LINE_MAX_BYTES)
        return false;
    for (at = line; *at != '\0'; at++) {
        if (*at < 0x20 || *at == 0x7F || strchr("<>|", *at) != NULL)
            return false;
    }
    return true;
}

/* No name on a DOS disk has a quotation mark; it would end the quotes around it. */
static bool has_quote(const char *name)
{
    return name != NULL && strchr(name, '"') != NULL;
}

/* Whether no part of a path is a device, or leads out of the folder: EXTRACT and COPY take them as
 * they are. */
static bool is_tame(const char *path)
{
    const char *rest = path == NULL ? "" : path;

    while (*rest != '\0') {
        struct wci_bytes part = {rest, strcspn(rest, "/\\:")};

        if (wci_dos_command_is_device(part) || wci_bytes_equal(part, wci_bytes_of("..")))
            return false;
        rest += part.length;
        rest += *rest != '\0';
    }
    return true;
}

static bool is_harmless(const struct wcab_answer *answer)
{
    return is_tame(answer->name) && is_tame(answer->alias) && is_tame(answer->path) &&
           is_tame(answer->stored_path) && is_tame(answer->cabinet) &&
           is_tame(answer->installed_as);
}

static bool is_quotable(const struct wcab_answer *answer)
{
    return !has_quote(answer->name) && !has_quote(answer->alias) && !has_quote(answer->path) &&
           !has_quote(answer->stored_path) && !has_quote(answer->cabinet);
}

static enum wcab_err check(struct wcab_batch *batch, const struct wcab_answer *answer,
                           struct wcab_error *err)
{
    const char *medium = answer->medium != NULL ? answer->medium : answer->image;
    size_t i;

    if (answer->command_count == 0 && answer->no_commands != NULL)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "%s", answer->no_commands);
    if (medium == NULL || answer->command_count == 0 || answer->need_count == 0)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "no command line of DOS reaches it where it lies");
    if (batch->medium != NULL && strcasecmp(batch->medium, medium) != 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "the files are on several media: %s and %s",
                             batch->medium, medium);
    for (i = 0; i < answer->command_count; i++) {
        if (!is_plain(answer->commands[i]) || !is_quotable(answer) || !is_harmless(answer))
            return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                                 "its name can't stand in a batch file of DOS");
    }
    return WCAB_OK;
}

/* What EXTRACT asks for after the first disk: "disk 12, disk 13". */
static const char *further_disks(struct wci_arena *arena, const struct wcab_answer *answer)
{
    struct wci_buffer text;
    const char *copy;
    size_t i;

    wci_buffer_init(&text);
    for (i = 1; i < answer->need_count; i++) {
        if (strcmp(answer->needs[i].insert, answer->needs[i - 1].insert) == 0)
            continue;
        if (text.size > 0)
            wci_buffer_put(&text, ", ", 2);
        wci_buffer_put(&text, answer->needs[i].insert, strlen(answer->needs[i].insert));
    }
    wci_buffer_u8(&text, 0);
    copy = text.ok ? wci_arena_strdup(arena, (const char *)text.data) : NULL;
    wci_buffer_free(&text);
    return copy;
}

static enum wcab_err do_batch_add(struct wcab_batch *batch, const struct wcab_answer *answer,
                                  struct wcab_error *err)
{
    struct item *item;
    enum wcab_err code = check(batch, answer, err);
    const char *medium = answer->medium != NULL ? answer->medium : answer->image;
    const char *disk;
    size_t i;

    if (code != WCAB_OK)
        return code;
    if (!wci_mem_grow(&batch->items, batch->count, &batch->capacity, sizeof(*batch->items)))
        return wci_error_nomem(err);
    if (batch->medium == NULL) {
        batch->title =
            wci_arena_strdup(batch->arena, answer->title != NULL ? answer->title : medium);
        batch->medium = wci_arena_strdup(batch->arena, medium);
    }
    item = &batch->items[batch->count];
    memset(item, 0, sizeof(*item));
    disk = answer->needs[0].disk;
    item->disk = wci_arena_strdup(batch->arena, disk != NULL ? disk : "");
    item->insert = wci_arena_strdup(batch->arena, answer->needs[0].insert);
    item->then = further_disks(batch->arena, answer);
    item->line = wci_arena_strdup(batch->arena, answer->commands[0]);
    item->order = batch->count;
    if (batch->medium == NULL || batch->title == NULL || item->disk == NULL ||
        item->insert == NULL || item->then == NULL || item->line == NULL)
        return wci_error_nomem(err);
    item->word_count = wci_dos_command_words(item->line, item->words, WCI_DOS_COMMAND_WORDS);
    for (i = 0; i < item->word_count; i++)
        item->in_cabinet = item->in_cabinet || wci_bytes_equal(item->words[i], wci_bytes_of("/L"));
    for (i = 1; i < answer->command_count && i < WCI_DOS_COMMAND_LINES; i++) {
        item->rest[i - 1] = wci_arena_strdup(batch->arena, answer->commands[i]);
        if (item->rest[i - 1] == NULL)
            return wci_error_nomem(err);
        item->rest_count++;
    }
    batch->long_names = batch->long_names || !wci_dos_command_is_short(answer->name);
    batch->count++;
    return WCAB_OK;
}

enum wcab_err wcab_batch_add(struct wcab_batch *batch, const struct wcab_answer *answer,
                             struct wcab_error *err)
{
    struct wcab_error own;

    if (batch == NULL || answer == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_batch_add(batch, answer, &own), &own, err);
}

/* ---- order -------------------------------------------------------------------------------- */

/* The source of an item: the last word but one. */
static struct wci_bytes source_of(const struct item *item)
{
    static const struct wci_bytes none = {NULL, 0};

    return item->word_count < 2 ? none : item->words[item->word_count - 2];
}

/* The folder that files of a cabinet go to; empty for a loose file. */
static struct wci_bytes target_of(const struct item *item)
{
    static const struct wci_bytes none = {NULL, 0};

    return !item->in_cabinet || item->word_count < 3 ? none : item->words[item->word_count - 3];
}

/* A boot disk comes before numbered ones. */
static int compare_disks(const char *a, const char *b)
{
    unsigned long x = strtoul(a, NULL, 10), y = strtoul(b, NULL, 10);

    if (x != y)
        return x < y ? -1 : 1;
    return strcasecmp(a, b);
}

static int by_disk(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    int order = compare_disks(x->disk, y->disk);

    if (order == 0)
        order = (x->then[0] != '\0') - (y->then[0] != '\0');
    if (order == 0)
        order = wci_bytes_compare(source_of(x), source_of(y));
    if (order == 0)
        order = wci_bytes_compare(target_of(x), target_of(y));
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put(struct wci_buffer *out, const char *text)
{
    wci_buffer_put(out, text, strlen(text));
}

static void put_end(struct wci_buffer *out)
{
    put(out, "\r\n");
}

/* Text for ECHO and REM: what COMMAND.COM or CMD.EXE would act on is left out, too much of it cut off. */
static void put_remark(struct wci_buffer *out, const char *text, size_t most)
{
    for (; *text != '\0' && most > 0; text++, most--) {
        bool plain = *text >= 0x20 && *text < 0x7F && strchr("<>|%&^!\"", *text) == NULL;

        wci_buffer_u8(out, plain ? (uint8_t)*text : '_');
    }
}

/* A command: % begins a parameter in a batch file unless it is doubled. */
static void put_command(struct wci_buffer *out, const char *line, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (line[i] == '%')
            wci_buffer_u8(out, '%');
        wci_buffer_u8(out, (uint8_t)line[i]);
    }
}

/* Makes the folders on the way to the target, as far as they are missing. */
static void put_folders(struct wci_buffer *out, struct wci_bytes target)
{
    bool quoted = target.length > 1 && target.data[0] == '"';
    const char *path = target.data + quoted;
    size_t length = target.length - (quoted ? 2U : 0U), i;
    const char *quote = quoted ? "\"" : "";

    for (i = 3; i <= length; i++) {
        if (i < length && path[i] != '\\')
            continue;
        put(out, "IF NOT EXIST ");
        put(out, quote);
        put_command(out, path, i);
        put(out, "\\NUL");
        put(out, quote);
        put(out, " MD ");
        put(out, quote);
        put_command(out, path, i);
        put(out, quote);
        put_end(out);
    }
}

static void put_target_folders(const struct wcab_batch *batch, struct wci_buffer *out)
{
    size_t i, k;

    for (i = 0; i < batch->count; i++) {
        struct wci_bytes target = target_of(&batch->items[i]);
        bool known = target.length == 0;

        for (k = 0; k < i && !known; k++)
            known = wci_bytes_equal(target_of(&batch->items[k]), target);
        if (!known)
            put_folders(out, target);
    }
}

static void put_heading(const struct wcab_batch *batch, struct wci_buffer *out)
{
    char text[64];

    put(out, "@ECHO OFF\r\nREM Restores files from ");
    put_remark(out, batch->title, 80);
    (void)snprintf(text, sizeof(text), "\r\nREM Number of files: %zu\r\n", batch->count);
    put(out, text);
    put(out,
        "REM Windows locks files in use: start with \"Command prompt only\" to replace them.\r\n");
    put(out,
        "REM EXTRACT.EXE has to be in the path; it is in C:\\WINDOWS\\COMMAND, and on disk 1.\r\n");
    if (batch->long_names)
        put(out, "REM Some names are longer than DOS allows: those need a window of Windows.\r\n");
}

/* Asks for the item's disk until what is to be read is there. */
static void put_disk(struct wci_buffer *out, const struct item *item, size_t number)
{
    struct wci_bytes source = source_of(item);
    char text[64];

    (void)snprintf(text, sizeof(text), "\r\n:DISK%zu\r\nIF EXIST ", number);
    put(out, text);
    put_command(out, source.data, source.length);
    (void)snprintf(text, sizeof(text), " GOTO READ%zu\r\nECHO.\r\nECHO Insert ", number);
    put(out, text);
    put_remark(out, item->insert, 90);
    put_end(out);
    (void)snprintf(text, sizeof(text), "PAUSE\r\nGOTO DISK%zu\r\n:READ%zu\r\n", number, number);
    put(out, text);
}

static bool same_prefix(const struct item *a, const struct item *b)
{
    size_t i;

    if (!a->in_cabinet || !b->in_cabinet || a->word_count != b->word_count)
        return false;
    for (i = 0; i + 1 < a->word_count; i++) {
        if (!wci_bytes_equal(a->words[i], b->words[i]))
            return false;
    }
    return true;
}

/* One line for items first .. returned value - 1, and what has to follow them. */
static size_t put_items(const struct wcab_batch *batch, struct wci_buffer *out, size_t first)
{
    const struct item *items = batch->items;
    size_t length = strlen(items[first].line), end = first + 1, i, k;
    size_t used = length_of(items[first].line, length);

    if (items[first].then[0] != '\0') {
        put(out, "ECHO EXTRACT will ask for ");
        put_remark(out, items[first].then, 90);
        put_end(out);
    }
    put_command(out, items[first].line, length);
    while (end < batch->count && same_prefix(&items[first], &items[end]) &&
           strcmp(items[first].then, items[end].then) == 0) {
        struct wci_bytes name = items[end].words[items[end].word_count - 1];

        used += 1 + length_of(name.data, name.length);
        if (used > LINE_MAX_BYTES)
            break;
        wci_buffer_u8(out, ' ');
        put_command(out, name.data, name.length);
        end++;
    }
    put_end(out);
    for (i = first; i < end; i++) {
        for (k = 0; k < items[i].rest_count; k++) {
            put_command(out, items[i].rest[k], strlen(items[i].rest[k]));
            put_end(out);
        }
    }
    return end;
}

static enum wcab_err do_batch_write(struct wcab_batch *batch, wcab_text_sink *sink, void *context,
                                    struct wcab_error *err)
{
    struct wci_buffer out;
    size_t i = 0, number = 0;
    enum wcab_err code;

    if (batch->count == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "there is no file for the batch file");
    qsort(batch->items, batch->count, sizeof(*batch->items), by_disk);
    wci_buffer_init(&out);
    put_heading(batch, &out);
    put_target_folders(batch, &out);
    while (i < batch->count) {
        put_disk(&out, &batch->items[i], ++number);
        i = put_items(batch, &out, i);
    }
    put(&out, "\r\nECHO.\r\nECHO Done.\r\n");
    code = !out.ok ? wci_error_nomem(err) : sink(context, (const char *)out.data, out.size);
    if (out.ok && code != WCAB_OK)
        wci_error_set(err, code, "the batch file could not be written");
    wci_buffer_free(&out);
    return code;
}

enum wcab_err wcab_batch_write(struct wcab_batch *batch, wcab_text_sink *sink, void *context,
                               struct wcab_error *err)
{
    struct wcab_error own;

    if (batch == NULL || sink == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_batch_write(batch, sink, context, &own), &own, err);
}

/* ---- the batch ---------------------------------------------------------------------------- */

static enum wcab_err do_batch_open(struct wcab_batch **batch, struct wcab_error *err)
{
    struct wcab_batch *made = calloc(1, sizeof(*made));

    if (made == NULL || (made->arena = wci_arena_new()) == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    *batch = made;
    return WCAB_OK;
}

enum wcab_err wcab_batch_open(struct wcab_batch **batch, struct wcab_error *err)
{
    struct wcab_error own;

    if (batch == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_batch_open(batch, &own), &own, err);
}

void wcab_batch_close(struct wcab_batch *batch)
{
    if (batch == NULL)
        return;
    wci_arena_free(batch->arena);
    free(batch->items);
    free(batch);
}
