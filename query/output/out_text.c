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
#include "core/text.h"
#include "query/media/image_tails.h"
#include "query/output/columns.h"
#include "query/output/link.h"
#include "query/output/out_remarks.h"

enum { MOST_ROWS = 500, COLUMNS = 6, SHORT_DATE = 10, TEXT_BYTES = 6144 };
enum { COLUMN_MEDIUM, COLUMN_DISK, COLUMN_CABINET, COLUMN_SIZE, COLUMN_DATE, COLUMN_IMAGE };

static const char *const headings[COLUMNS] = {"medium", "disk", "cabinet", "size", "date", "image"};
/* Widths that most answers fit in, so that blocks are aligned with each other. */
static const size_t least_widths[COLUMNS] = {13, 4, 12, 9, 16, 5};

struct row {
    char *cells[COLUMNS]; /* owned; NULL: there are only remarks */
    uint8_t *image;       /* owned: bytes of the image's path, for a link; NULL: there is none */
    size_t image_length;
    char *remarks;  /* owned: lines, laid out */
    bool published; /* it is left out when another row is of an image */
    /* What equal copies on media that nobody knows are told by: */
    bool groups;
    char sha256[65]; /* "" when it is not known */
    uint64_t size;
    char modified[20];
    uint32_t more; /* images with an equal copy, which have no row */
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
    size_t columns;                 /* of the terminal; 0: there is none */
    struct wcab_image_names *tails; /* owned: what images are called; NULL: by their paths */
    bool any_own;                   /* the block has an answer that is no mere listing */
    size_t hidden;                  /* rows of the block that were left out */
    enum wcab_err code;             /* the first failure: nothing is written after it */
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

/* "1995-07-11 09:50" of an ISO date. */
static void put_date(const struct wcab_answer *answer, char text[20])
{
    (void)snprintf(text, 20, "%.16s", or_dash(answer->modified));
    if (strlen(text) > 10)
        text[10] = ' ';
}

/* ---- command lines ------------------------------------------------------------------------ */

/* A remark that is typed or put into a batch file: DOS acts on some characters of it all the same. */
static void mask_remark(char *text)
{
    for (text += strcspn(text, "<>|&^%"); *text != '\0'; text += strcspn(text, "<>|&^%"))
        *text = '_';
}

static void put_line(struct wci_buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put_line(struct wci_buffer *out, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (strncmp(text, "REM", 3) == 0)
        mask_remark(text);
    wci_columns_put(out, text);
    wci_buffer_u8(out, '\n');
}

static void put_commands(const struct wcab_answer *answer, struct wci_buffer *out)
{
    size_t i;

    put_line(out, "REM %s, %s%s", answer->name,
             answer->title != NULL                  ? answer->title
             : answer->source == WCAB_SOURCE_MEDIUM ? or_dash(answer->told_by)
                                                    : or_dash(answer->image),
             answer->source == WCAB_SOURCE_PUBLISHED ? " (published)"
             : answer->source == WCAB_SOURCE_MEDIUM  ? " (told by the medium)"
                                                     : "");
    if (answer->command_count == 0 && answer->no_commands != NULL)
        put_line(out, "REM %s", answer->no_commands);
    else if (answer->command_count == 0)
        put_line(out, "REM no plain DOS command gets it out: %s",
                 or_dash(answer->container != NULL ? answer->container : answer->path));
    else if (answer->need_count > 0)
        put_line(out, "REM put in: %s", answer->needs[0].insert);
    for (i = 0; i < answer->command_count; i++)
        put_line(out, "%s", answer->commands[i]);
    for (i = 1; answer->command_count > 0 && i < answer->need_count; i++)
        put_line(out, "REM when it asks for %s: %s", or_dash(answer->needs[i].cabinet),
                 answer->needs[i].insert);
    if (answer->command_count > 0 && answer->need_count > 1)
        put_line(out, "REM it would search the cabinets after that as well: CTRL+C ends it");
    if (answer->machine != NULL)
        put_line(out, "REM for %s machines, not for a PC", answer->machine);
    if (!answer->complete)
        put_line(out, "REM not complete in the catalog: %s", or_dash(answer->trouble));
}

static char *laid_out_commands(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct wci_buffer out;
    char *commands = NULL;

    wci_buffer_init(&out);
    put_commands(answer, &out);
    wci_buffer_u8(&out, 0);
    if (out.ok)
        commands = copy_of(table, (const char *)out.data);
    else
        fail(table, WCAB_ERR_NOMEM);
    wci_buffer_free(&out);
    return commands;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void free_row(struct row *row)
{
    size_t i;

    for (i = 0; i < COLUMNS; i++)
        free(row->cells[i]);
    free(row->image);
    free(row->remarks);
}

/* The cells before the image; one that its column has no room for stands on a line of its own. */
static size_t put_cells(const struct wcab_table *table, const struct row *row,
                        struct wci_buffer *out)
{
    bool over = wci_columns_width(row->cells[COLUMN_MEDIUM]) > table->widths[COLUMN_MEDIUM];
    size_t used = 2, i;

    wci_buffer_put(out, "  ", 2);
    if (over) {
        wci_columns_put(out, row->cells[COLUMN_MEDIUM]);
        wci_buffer_put(out, "\n  ", 3);
    }
    for (i = 0; i < COLUMN_IMAGE; i++) {
        wci_columns_pad(out, over && i == COLUMN_MEDIUM ? "" : row->cells[i], table->widths[i],
                        i == COLUMN_SIZE);
        wci_buffer_put(out, "  ", 2);
        used += table->widths[i] + 2;
    }
    return used;
}

static void put_row(const struct wcab_table *table, const struct row *row, struct wci_buffer *out)
{
    static const char below[] = "\n      in ";
    bool colour = table->flags & WCAB_TABLE_COLOUR;

    if (row->cells[COLUMN_MEDIUM] != NULL) {
        const char *image = row->cells[COLUMN_IMAGE];
        size_t used;

        if (row->published)
            wci_columns_colour(out, colour, WCI_COLOUR_DIM);
        used = put_cells(table, row, out);
        if (table->columns > 0 && used + wci_columns_width(image) > table->columns) {
            while (out->ok && out->size > 0 && out->data[out->size - 1] == ' ')
                out->size--;
            wci_buffer_put(out, below, sizeof(below) - 1);
        }
        wci_link_put(out, row->image != NULL,
                     (struct wci_bytes){(const char *)row->image, row->image_length}, image);
        if (row->published)
            wci_columns_colour(out, colour, WCI_COLOUR_NONE);
        wci_buffer_u8(out, '\n');
    }
    if (row->remarks != NULL)
        wci_buffer_put(out, row->remarks, strlen(row->remarks));
    if (row->more > 0) {
        struct wci_remarks remarks = {.columns = WCI_COLUMNS_WIDTH};

        wci_buffer_init(&remarks.text);
        wci_out_remark(&remarks, "the same%s on %" PRIu32 " more image%s: --all shows them",
                       row->sha256[0] != '\0' ? "" : " size and date", row->more,
                       wci_columns_s(row->more));
        wci_buffer_put(out, remarks.text.data, remarks.text.size);
        out->ok = out->ok && remarks.text.ok;
        wci_buffer_free(&remarks.text);
    }
}

static void put_heading(struct wcab_table *table, struct wci_buffer *out)
{
    size_t i;

    if (table->any_block)
        wci_buffer_u8(out, '\n');
    wci_columns_colour(out, table->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_BOLD);
    wci_columns_put(out, table->heading);
    wci_columns_colour(out, table->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_NONE);
    wci_buffer_put(out, "\n  ", 3);
    for (i = 0; i < COLUMN_IMAGE; i++) {
        wci_columns_pad(out, headings[i], table->widths[i], i == COLUMN_SIZE);
        wci_buffer_put(out, "  ", 2);
    }
    wci_columns_put(out, headings[COLUMN_IMAGE]);
    wci_buffer_u8(out, '\n');
    table->heading_written = true;
    table->any_block = true;
}

/* Takes columns from the date, then from the medium, as far as the terminal has too few. */
static void fit_widths(struct wcab_table *table)
{
    size_t total = 2, medium = table->widths[COLUMN_MEDIUM], least = least_widths[COLUMN_MEDIUM], i;

    for (i = 0; i < COLUMNS; i++)
        total += table->widths[i] + (i < COLUMN_IMAGE ? 2 : 0);
    if (table->columns == 0 || total <= table->columns)
        return;
    total -= table->widths[COLUMN_DATE] - SHORT_DATE;
    table->widths[COLUMN_DATE] = SHORT_DATE;
    for (i = 0; i < table->row_count; i++) {
        char *date = table->rows[i].cells[COLUMN_DATE];

        if (date != NULL && strlen(date) > SHORT_DATE)
            date[SHORT_DATE] = '\0';
    }
    if (total > table->columns && medium > least)
        table->widths[COLUMN_MEDIUM] =
            medium - least > total - table->columns ? medium - (total - table->columns) : least;
}

static void measure(struct wcab_table *table)
{
    size_t i, j;

    for (i = 0; i < COLUMNS; i++) {
        table->widths[i] = least_widths[i];
        for (j = 0; j < table->row_count; j++) {
            const char *cell = table->rows[j].cells[i];
            size_t width = cell == NULL ? 0 : wci_columns_width(cell);

            if (width > table->widths[i])
                table->widths[i] = width;
        }
    }
    fit_widths(table);
}

/* Published rows give way to those of images. */
static void drop_published(struct wcab_table *table)
{
    size_t kept = 0, i;

    if (!table->any_own)
        return;
    for (i = 0; i < table->row_count; i++) {
        if (table->rows[i].published) {
            free_row(&table->rows[i]);
            table->hidden++;
        } else {
            table->rows[kept++] = table->rows[i];
        }
    }
    table->row_count = kept;
}

/* Writes the rows that wait. */
static void flush_rows(struct wcab_table *table)
{
    struct wci_buffer out;
    size_t i;

    drop_published(table);
    if (table->row_count == 0)
        return;
    wci_buffer_init(&out);
    if (table->code == WCAB_OK) {
        measure(table);
        if (!table->heading_written && !(table->flags & WCAB_TABLE_COMMANDS))
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

/* Writes what is left of the block, and how much of it is not shown. */
static void end_block(struct wcab_table *table)
{
    char text[128];
    struct wci_buffer out;

    flush_rows(table);
    if (table->hidden > 0) {
        (void)snprintf(text, sizeof(text),
                       "%s %zu published listing%s of media that are not indexed: --published",
                       table->flags & WCAB_TABLE_COMMANDS ? "REM and" : "and", table->hidden,
                       wci_columns_s(table->hidden));
        wci_buffer_init(&out);
        wci_columns_colour(&out, table->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_DIM);
        wci_columns_wrap(&out, table->flags & WCAB_TABLE_COMMANDS ? 0 : 2, text);
        wci_columns_colour(&out, table->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_NONE);
        write_out(table, &out);
        wci_buffer_free(&out);
    }
    table->hidden = 0;
    table->any_own = false;
}

static char *laid_out_remarks(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct wci_remarks out = {.flags = table->flags,
                              .columns = table->columns > 0 ? table->columns : WCI_COLUMNS_WIDTH,
                              .heading = table->heading};
    char *remarks = NULL;

    wci_buffer_init(&out.text);
    wci_out_remarks(answer, &out);
    wci_buffer_u8(&out.text, 0);
    if (out.text.ok)
        remarks = copy_of(table, (const char *)out.text.data);
    else
        fail(table, WCAB_ERR_NOMEM);
    wci_buffer_free(&out.text);
    return remarks;
}

static const char *image_cell(const struct wcab_table *table, const struct wcab_answer *answer)
{
    if (answer->source == WCAB_SOURCE_PUBLISHED)
        return "(published)";
    if (answer->source == WCAB_SOURCE_MEDIUM)
        return "(not indexed)";
    if (answer->image == NULL || table->tails == NULL)
        return or_dash(answer->image);
    return wcab_image_name(table->tails, answer->image);
}

/* Keeps what the image's cell leads to. */
static void fill_link(struct wcab_table *table, const struct wcab_answer *answer, struct row *row)
{
    if (!(table->flags & WCAB_TABLE_LINKS) || answer->source != WCAB_SOURCE_INDEXED ||
        answer->image_raw == NULL || answer->image_raw_length == 0)
        return;
    row->image = malloc(answer->image_raw_length);
    if (row->image == NULL) {
        fail(table, WCAB_ERR_NOMEM);
        return;
    }
    memcpy(row->image, answer->image_raw, answer->image_raw_length);
    row->image_length = answer->image_raw_length;
}

static void fill_cells(struct wcab_table *table, const struct wcab_answer *answer, struct row *row)
{
    char size[WCI_COLUMNS_NUMBER] = "-", date[20];

    if (answer->size_known)
        wci_columns_number(size, answer->size);
    put_date(answer, date);
    row->cells[COLUMN_MEDIUM] =
        copy_of(table, answer->medium != NULL ? answer->medium : "(unknown)");
    row->cells[COLUMN_DISK] = copy_of(table, or_dash(answer->disk));
    row->cells[COLUMN_CABINET] = copy_of(table, or_dash(answer->cabinet));
    row->cells[COLUMN_SIZE] = copy_of(table, size);
    row->cells[COLUMN_DATE] = copy_of(table, date);
    row->cells[COLUMN_IMAGE] = copy_of(table, image_cell(table, answer));
    row->remarks = laid_out_remarks(table, answer);
    fill_link(table, answer, row);
}

/* Whether the answer's copy is one that a row of the block shows already; then it is counted. */
static bool joins_a_row(struct wcab_table *table, const struct row *made)
{
    size_t i;

    for (i = 0; made->groups && i < table->row_count; i++) {
        struct row *row = &table->rows[i];
        bool by_hash = made->sha256[0] != '\0' && row->sha256[0] != '\0';

        if (!row->groups || row->size != made->size)
            continue;
        if (by_hash ? strcmp(row->sha256, made->sha256) != 0
                    : strcmp(row->modified, made->modified) != 0)
            continue;
        if (!by_hash)
            row->sha256[0] = '\0'; /* not all of the group are known by their bytes */
        row->more++;
        return true;
    }
    return false;
}

/* What the table has to know of an answer beside its text. */
static struct row judged(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct row row = {.size = answer->size};

    row.published = (table->flags & WCAB_TABLE_OWN) && answer->source == WCAB_SOURCE_PUBLISHED &&
                    answer->complete;
    row.groups = (table->flags & WCAB_TABLE_GROUP) && !(table->flags & WCAB_TABLE_COMMANDS) &&
                 answer->source == WCAB_SOURCE_INDEXED && answer->medium == NULL &&
                 answer->complete && answer->size_known && answer->unread == NULL;
    (void)snprintf(row.sha256, sizeof(row.sha256), "%s",
                   answer->sha256 != NULL ? answer->sha256 : "");
    (void)snprintf(row.modified, sizeof(row.modified), "%s", answer->modified);
    return row;
}

static void add_row(struct wcab_table *table, const struct wcab_answer *answer)
{
    struct row row = judged(table, answer);

    table->any_own = table->any_own || !row.published;
    if (joins_a_row(table, &row))
        return;
    if (!wci_mem_grow(&table->rows, table->row_count, &table->row_capacity, sizeof(*table->rows))) {
        fail(table, WCAB_ERR_NOMEM);
        return;
    }
    if (table->flags & WCAB_TABLE_COMMANDS)
        row.remarks = laid_out_commands(table, answer);
    else
        fill_cells(table, answer, &row);
    if (table->code == WCAB_OK)
        table->rows[table->row_count++] = row;
    else
        free_row(&row);
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
    const char *asked = wci_text_base_name(or_dash(answer->query));

    end_block(table);
    free(table->heading);
    table->heading = copy_of(table, asked);
    if (table->heading != NULL && !is_of_block(table, answer)) {
        free(table->heading); /* a pattern was asked for */
        table->heading = copy_of(table, answer->name);
    }
    table->heading_written = false;
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

enum wcab_err wcab_table_fit(struct wcab_table *table, unsigned columns,
                             struct wcab_catalog *catalog, struct wcab_error *err)
{
    struct wcab_image_names *tails = NULL;
    enum wcab_err code;

    if (table == NULL || catalog == NULL)
        return wci_error_null(err);
    code = wcab_image_names_open(catalog, &tails, err);
    if (code != WCAB_OK)
        return code;
    wcab_image_names_close(table->tails);
    table->tails = tails;
    table->columns = columns;
    return WCAB_OK;
}

static enum wcab_err do_table_answer(struct wcab_table *table, const struct wcab_answer *answer)
{
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
    end_block(table);
    code = table->code;
    wcab_image_names_close(table->tails);
    free(table->heading);
    free(table->rows);
    free(table);
    return code;
}
