/*
 * out_text - answers as a table for people, or as command lines for the real machine.
 *
 * Answers about one name form a block: its name, a line for each answer, and below a line what else
 * is to be known: disks to insert, what is missing, what another copy is for.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/error.h"
#include "core/mem.h"
#include "query/media/layout.h"
#include "whichcab.h"

enum { REMARK_INDENT = 6, MOST_ROWS = 500, MOST_COPIES = 3, COLUMNS = 6, TEXT_BYTES = 6144 };
enum { COLUMN_MEDIUM, COLUMN_DISK, COLUMN_CABINET, COLUMN_SIZE, COLUMN_DATE, COLUMN_IMAGE };

static const char *const headings[COLUMNS] = {"medium", "disk", "cabinet", "size", "date", "image"};
/* Widths that most answers fit in, so that blocks are aligned with each other. */
static const size_t least_widths[COLUMNS] = {13, 4, 12, 9, 16, 5};

struct row {
    char *cells[COLUMNS]; /* owned */
    char *remarks;        /* owned: lines, laid out */
};

struct wcab_table {
    unsigned flags;
    wcab_text_sink *sink;
    void *context;
    char *heading; /* owned: name of the current block */
    bool heading_written, any_block;
    struct row *rows; /* owned: of the block, not written yet */
    size_t row_count, row_capacity;
    size_t widths[COLUMNS];
    enum wcab_err code; /* the first failure: nothing is written after it */
};

/* ---- small helpers ------------------------------------------------------------------------ */

static void fail(struct wcab_table *table, enum wcab_err code)
{
    if (table->code == WCAB_OK)
        table->code = code;
}

static void write_out(struct wcab_table *table, const struct wci_buffer *text)
{
    if (table->code != WCAB_OK || (text->ok && text->size == 0))
        return;
    if (!text->ok)
        fail(table, WCAB_ERR_NOMEM);
    else
        fail(table, table->sink(table->context, (const char *)text->data, text->size));
}

static char *copy_of(struct wcab_table *table, const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        fail(table, WCAB_ERR_NOMEM);
    return copy;
}

static const char *or_dash(const char *text)
{
    return text == NULL || text[0] == '\0' ? "-" : text;
}

static bool same_name(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

static const char *base_name(const char *path)
{
    const char *at;

    for (at = path; *at != '\0'; at++) {
        if (*at == '/' || *at == '\\')
            path = at + 1;
    }
    return path;
}

/* "1995-07-11 09:50" of an ISO date. */
static void put_date(const struct wcab_answer *answer, char text[20])
{
    (void)snprintf(text, 20, "%.16s", or_dash(answer->modified));
    if (strlen(text) > 10)
        text[10] = ' ';
}

/* ---- remarks ------------------------------------------------------------------------------ */

static void remark(struct wci_buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void remark(struct wci_buffer *out, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    wci_layout_wrap(out, REMARK_INDENT, text);
}

static void put_name_remarks(const struct wcab_table *table, const struct wcab_answer *answer,
                             struct wci_buffer *out)
{
    if (answer->installed_as != NULL)
        remark(out, "%s, %s %s when installed", answer->name,
               answer->installed_as_probable ? "probably becomes" : "becomes",
               answer->installed_as);
    else if (!same_name(answer->name, table->heading))
        remark(out, "%s%s%s", answer->name, answer->alias != NULL ? ", in short " : "",
               answer->alias != NULL ? answer->alias : "");
    if (answer->cabinet == NULL && answer->path != NULL && strchr(answer->path, '/') != NULL)
        remark(out, "at %s", answer->path);
    if (answer->stored_path != NULL && !same_name(answer->stored_path, answer->name))
        remark(out, "stored as %s", answer->stored_path);
    if (answer->container != NULL &&
        (answer->cabinet == NULL || strstr(answer->container, " > ") != NULL))
        remark(out, "inside %s", answer->container);
    if (answer->packed)
        remark(out, "%s %s", answer->name_probable ? "probably its name; packed as" : "packed as",
               or_dash(answer->alias != NULL ? answer->alias : answer->name));
}

static void put_needs(const struct wcab_answer *answer, struct wci_buffer *out)
{
    char text[TEXT_BYTES] = "insert ";
    size_t used = strlen(text), i;

    if (answer->disk == NULL && answer->need_count < 2)
        return;
    for (i = 0; i < answer->need_count && used < sizeof(text) - 1; i++) {
        const struct wcab_need *need = &answer->needs[i];
        bool same_disk = i > 0 && strcmp(need->insert, answer->needs[i - 1].insert) == 0;
        int wrote;

        if (same_disk)
            wrote = snprintf(text + used, sizeof(text) - used, ", then %s", or_dash(need->cabinet));
        else if (answer->need_count > 1)
            wrote = snprintf(text + used, sizeof(text) - used, "%s%s for %s",
                             i > 0 ? ", then " : "", need->insert, or_dash(need->cabinet));
        else
            wrote = snprintf(text + used, sizeof(text) - used, "%s", need->insert);
        used += wrote < 0 ? 0 : (size_t)wrote;
    }
    remark(out, "%s", text);
}

/* "disk 1's MINI.CAB", "WIN95/SETUP.EXE". */
static void copy_place(const struct wcab_copy *copy, char *text, size_t size)
{
    const char *where = copy->cabinet != NULL ? copy->cabinet : or_dash(copy->path);

    if (copy->disk != NULL)
        (void)snprintf(text, size, "disk %s's %s", copy->disk, where);
    else
        (void)snprintf(text, size, "%s", where);
}

static void put_copy(const struct wcab_copy *copy, struct wci_buffer *out)
{
    bool wrong = copy->role != NULL && strcmp(copy->role, "system") != 0;
    char size[WCI_LAYOUT_NUMBER + 8] = "", place[TEXT_BYTES / 2];

    copy_place(copy, place, sizeof(place));
    if (copy->size_known) {
        char number[WCI_LAYOUT_NUMBER];

        wci_layout_number(number, copy->size);
        (void)snprintf(size, sizeof(size), " (%s)", number);
    }
    if (wrong)
        remark(out, "not the copy in %s%s%s%s", place, size, copy->purpose != NULL ? ": " : "",
               copy->purpose != NULL ? copy->purpose : "");
    else
        remark(out, "another copy in %s%s%s", place, size,
               copy->same_size_and_date ? ", the same size and date" : "");
}

static void put_copies(const struct wcab_answer *answer, struct wci_buffer *out)
{
    size_t shown = answer->copy_count < MOST_COPIES ? answer->copy_count : MOST_COPIES, i;
    uint64_t left = answer->copies_unlisted + (answer->copy_count - shown);

    for (i = 0; i < shown; i++)
        put_copy(&answer->copies[i], out);
    if (left > 0)
        remark(out, "and %" PRIu64 " more on this medium: --all shows them", left);
    if (answer->undecided)
        remark(out, "nothing tells which copy is the right one");
    if (answer->same_elsewhere > 0)
        remark(out, "the same on %" PRIu32 " more image%s", answer->same_elsewhere,
               answer->same_elsewhere > 1 ? "s" : "");
}

static void put_contents(const struct wcab_answer *answer, struct wci_buffer *out)
{
    if (answer->file_version != NULL)
        remark(out, "version: %s", answer->file_version);
    if (answer->sha256 != NULL)
        remark(out, "SHA-256: %s", answer->sha256);
}

static void put_details(const struct wcab_table *table, const struct wcab_answer *answer,
                        struct wci_buffer *out)
{
    size_t i;

    remark(out, "medium: %s%s%s", or_dash(answer->title), answer->release != NULL ? ", " : "",
           answer->release != NULL ? answer->release : "");
    if (answer->image != NULL)
        remark(out, "image: %s", answer->image);
    if (answer->volume_label != NULL)
        remark(out, "volume label: %s", answer->volume_label);
    remark(out, "path: %s%s%s", or_dash(answer->path), answer->stored_path != NULL ? " > " : "",
           answer->stored_path != NULL ? answer->stored_path : "");
    if (answer->alias != NULL)
        remark(out, "other name: %s", answer->alias);
    if (answer->starts_in != NULL)
        remark(out, "starts in %s, ends in %s, %s", answer->starts_in, or_dash(answer->ends_in),
               answer->method != NULL ? answer->method : "compression unknown");
    if (answer->attributes_known)
        remark(out, "attributes: %s", or_dash(answer->attributes));
    if (answer->role != NULL)
        remark(out, "role: %s%s%s", answer->role, answer->purpose != NULL ? ": " : "",
               answer->purpose != NULL ? answer->purpose : "");
    if (!(table->flags & WCAB_TABLE_CONTENTS))
        put_contents(answer, out);
    for (i = 0; i < answer->command_count; i++)
        remark(out, "%s", answer->commands[i]);
}

static void put_remarks(const struct wcab_table *table, const struct wcab_answer *answer,
                        struct wci_buffer *out)
{
    bool wrong = answer->role != NULL && strcmp(answer->role, "system") != 0;

    put_name_remarks(table, answer, out);
    if (wrong && answer->purpose != NULL && !(table->flags & WCAB_TABLE_VERBOSE))
        remark(out, "%s: %s", answer->role, answer->purpose);
    if (table->flags & WCAB_TABLE_CONTENTS)
        put_contents(answer, out);
    put_needs(answer, out);
    if (!answer->complete)
        remark(out, "not complete: %s", or_dash(answer->trouble));
    if (answer->unread != NULL)
        remark(out, "not read here: %s", or_dash(answer->unread_reason));
    if (table->flags & WCAB_TABLE_VERBOSE)
        put_details(table, answer, out);
    put_copies(answer, out);
}

/* ---- rows --------------------------------------------------------------------------------- */

static void free_row(struct row *row)
{
    size_t i;

    for (i = 0; i < COLUMNS; i++)
        free(row->cells[i]);
    free(row->remarks);
}

static void put_row(const struct wcab_table *table, const struct row *row, struct wci_buffer *out)
{
    size_t used = 2, i;

    wci_buffer_put(out, "  ", 2);
    for (i = 0; i < COLUMN_IMAGE; i++) {
        wci_layout_pad(out, row->cells[i], table->widths[i], i == COLUMN_SIZE);
        wci_buffer_put(out, "  ", 2);
        used += table->widths[i] + 2;
    }
    if (table->flags & WCAB_TABLE_VERBOSE)
        wci_layout_put(out, row->cells[COLUMN_IMAGE]);
    else
        wci_layout_path(out, row->cells[COLUMN_IMAGE],
                        used < WCI_LAYOUT_WIDTH ? WCI_LAYOUT_WIDTH - used : 0);
    wci_buffer_u8(out, '\n');
    if (row->remarks != NULL)
        wci_buffer_put(out, row->remarks, strlen(row->remarks));
}

static void put_heading(struct wcab_table *table, struct wci_buffer *out)
{
    size_t i;

    if (table->any_block)
        wci_buffer_u8(out, '\n');
    wci_layout_put(out, table->heading);
    wci_buffer_put(out, "\n  ", 3);
    for (i = 0; i < COLUMN_IMAGE; i++) {
        wci_layout_pad(out, headings[i], table->widths[i], i == COLUMN_SIZE);
        wci_buffer_put(out, "  ", 2);
    }
    wci_layout_put(out, headings[COLUMN_IMAGE]);
    wci_buffer_u8(out, '\n');
    table->heading_written = true;
    table->any_block = true;
}

static void measure(struct wcab_table *table)
{
    size_t i, j;

    for (i = 0; i < COLUMNS; i++) {
        table->widths[i] = least_widths[i];
        for (j = 0; j < table->row_count; j++) {
            size_t width = wci_layout_width(table->rows[j].cells[i]);

            if (width > table->widths[i])
                table->widths[i] = width;
        }
    }
}

/* Writes the rows that wait. */
static void flush_rows(struct wcab_table *table)
{
    struct wci_buffer out;
    size_t i;

    if (table->row_count == 0)
        return;
    wci_buffer_init(&out);
    if (table->code == WCAB_OK) {
        measure(table);
        if (!table->heading_written)
            put_heading(table, &out);
        for (i = 0; i < table->row_count; i++)
            put_row(table, &table->rows[i], &out);
        write_out(table, &out);
    }
    wci_buffer_free(&out);
    for (i = 0; i < table->row_count; i++)
        free_row(&table->rows[i]);
    table->row_count = 0;
}

static char *laid_out_remarks(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct wci_buffer out;
    char *remarks = NULL;

    wci_buffer_init(&out);
    put_remarks(table, answer, &out);
    wci_buffer_u8(&out, 0);
    if (out.ok)
        remarks = copy_of(table, (const char *)out.data);
    else
        fail(table, WCAB_ERR_NOMEM);
    wci_buffer_free(&out);
    return remarks;
}

static void add_row(struct wcab_table *table, const struct wcab_answer *answer)
{
    char size[WCI_LAYOUT_NUMBER] = "-", date[20];
    struct row *row;

    if (!wci_mem_grow(&table->rows, table->row_count, &table->row_capacity, sizeof(*table->rows))) {
        fail(table, WCAB_ERR_NOMEM);
        return;
    }
    if (answer->size_known)
        wci_layout_number(size, answer->size);
    put_date(answer, date);
    row = &table->rows[table->row_count];
    row->cells[COLUMN_MEDIUM] =
        copy_of(table, answer->medium != NULL ? answer->medium : "(unknown)");
    row->cells[COLUMN_DISK] = copy_of(table, or_dash(answer->disk));
    row->cells[COLUMN_CABINET] = copy_of(table, or_dash(answer->cabinet));
    row->cells[COLUMN_SIZE] = copy_of(table, size);
    row->cells[COLUMN_DATE] = copy_of(table, date);
    row->cells[COLUMN_IMAGE] =
        copy_of(table, answer->source == WCAB_SOURCE_PUBLISHED ? "(published)"
                       : answer->source == WCAB_SOURCE_MEDIUM  ? "(not indexed)"
                                                               : or_dash(answer->image));
    row->remarks = laid_out_remarks(table, answer);
    if (table->code == WCAB_OK)
        table->row_count++;
    else
        free_row(row);
}

/* ---- blocks ------------------------------------------------------------------------------- */

/* Whether the answer is about the name of the current block. */
static bool is_of_block(const struct wcab_table *table, const struct wcab_answer *answer)
{
    return same_name(answer->name, table->heading) || same_name(answer->alias, table->heading) ||
           same_name(answer->installed_as, table->heading);
}

static void begin_block(struct wcab_table *table, const struct wcab_answer *answer)
{
    const char *asked = base_name(or_dash(answer->query));

    flush_rows(table);
    free(table->heading);
    table->heading = copy_of(table, asked);
    if (table->heading != NULL && !is_of_block(table, answer)) {
        free(table->heading); /* a pattern was asked for */
        table->heading = copy_of(table, answer->name);
    }
    table->heading_written = false;
}

/* ---- command lines ------------------------------------------------------------------------ */

static void put_line(struct wci_buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put_line(struct wci_buffer *out, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    wci_layout_put(out, text);
    wci_buffer_u8(out, '\n');
}

static void write_commands(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct wci_buffer out;
    size_t i;

    wci_buffer_init(&out);
    put_line(&out, "REM %s, %s%s", answer->name,
             answer->title != NULL                  ? answer->title
             : answer->source == WCAB_SOURCE_MEDIUM ? or_dash(answer->told_by)
                                                    : or_dash(answer->image),
             answer->source == WCAB_SOURCE_PUBLISHED ? " (published)"
             : answer->source == WCAB_SOURCE_MEDIUM  ? " (told by the medium)"
                                                     : "");
    if (answer->command_count == 0 && answer->no_commands != NULL)
        put_line(&out, "REM %s", answer->no_commands);
    else if (answer->command_count == 0)
        put_line(&out, "REM no plain DOS command gets it out: %s",
                 or_dash(answer->container != NULL ? answer->container : answer->path));
    else if (answer->need_count > 0)
        put_line(&out, "REM put in: %s", answer->needs[0].insert);
    for (i = 0; i < answer->command_count; i++)
        put_line(&out, "%s", answer->commands[i]);
    for (i = 1; answer->command_count > 0 && i < answer->need_count; i++)
        put_line(&out, "REM when it asks for %s: %s", or_dash(answer->needs[i].cabinet),
                 answer->needs[i].insert);
    if (answer->command_count > 0 && answer->need_count > 1)
        put_line(&out, "REM it would search the cabinets after that as well: CTRL+C ends it");
    if (!answer->complete)
        put_line(&out, "REM not complete in the catalog: %s", or_dash(answer->trouble));
    write_out(table, &out);
    wci_buffer_free(&out);
}

/* ---- the public functions ----------------------------------------------------------------- */

static enum wcab_err do_table_open(unsigned flags, wcab_text_sink *sink, void *context,
                                   struct wcab_table **table, struct wcab_error *err)
{
    struct wcab_table *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return wci_error_nomem(err);
    made->flags = flags;
    made->sink = sink;
    made->context = context;
    *table = made;
    return WCAB_OK;
}

enum wcab_err wcab_table_open(unsigned flags, wcab_text_sink *sink, void *context,
                              struct wcab_table **table, struct wcab_error *err)
{
    struct wcab_error own;

    if (sink == NULL || table == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_table_open(flags, sink, context, table, &own), &own, err);
}

static enum wcab_err do_table_answer(struct wcab_table *table, const struct wcab_answer *answer)
{
    if (table->flags & WCAB_TABLE_COMMANDS) {
        write_commands(table, answer);
        return table->code;
    }
    if (table->heading == NULL || !is_of_block(table, answer))
        begin_block(table, answer);
    if (table->heading != NULL)
        add_row(table, answer);
    if (table->row_count == MOST_ROWS)
        flush_rows(table);
    return table->code;
}

enum wcab_err wcab_table_answer(struct wcab_table *table, const struct wcab_answer *answer)
{
    return table == NULL || answer == NULL ? WCAB_ERR_USAGE : do_table_answer(table, answer);
}

enum wcab_err wcab_table_close(struct wcab_table *table)
{
    enum wcab_err code;

    if (table == NULL)
        return WCAB_OK;
    flush_rows(table);
    code = table->code;
    free(table->heading);
    free(table->rows);
    free(table);
    return code;
}
