/*
 * records - see records.h.
 */
#include "cli/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/record_fields.h"

const struct opt records_table[RECORDS_OPTION_COUNT + 1] = {
    {'J', "json", NULL, OPT_FLAG, offsetof(struct records_options, json), 0, 0,
     "a JSON object for each row, one a line"},
    {'j', "json", NULL, OPT_FLAG, offsetof(struct records_options, json), 0, 0, NULL},
    {0, "csv", NULL, OPT_FLAG, offsetof(struct records_options, csv), 0, 0,
     "rows of comma-separated values below a row with the names of their fields"},
    {0, "tsv", NULL, OPT_FLAG, offsetof(struct records_options, tsv), 0, 0,
     "the same with tabs between them"},
    {0, "format", "TEMPLATE", OPT_TEXT, offsetof(struct records_options, format), 0, 0,
     "rows by a template: {name} {size}, with \\t, \\n and {{ for themselves"},
    {0, "print0", NULL, OPT_FLAG, offsetof(struct records_options, nul_ended), 0, 0,
     "with --format: rows end with a NUL byte (xargs -0)"},
    {0, "fields", "LIST", OPT_TEXT, offsetof(struct records_options, fields), 0, 0,
     "with --csv and --tsv: which fields, in which order, with commas between"},
    {0, "sort", "FIELD", OPT_TEXT, offsetof(struct records_options, sort), 0, 0,
     "such rows in order of a field; a - in front: the largest first"},
    {0, "limit-rows", "NUMBER", OPT_NUMBER, offsetof(struct records_options, limit), 1, UINT64_MAX,
     "at most so many such rows"},
    {0, "count", NULL, OPT_FLAG, offsetof(struct records_options, count), 0, 0,
     "only the number of rows"},
};

struct line {
    char *text; /* owned */
    char *key;  /* owned: what it is sorted by */
    bool key_is_number;
    size_t order; /* as it came */
};

struct records {
    struct records_options options;
    char *text; /* owned: of the line that is being written */
    size_t used, capacity;
    FILE *own;      /* open while an object of the program's own is written */
    char *own_text; /* owned while it is */
    size_t own_size;
    bool comma;         /* a member came before */
    struct line *lines; /* owned: with --sort, all of them */
    size_t line_count, line_capacity;
    char *summary; /* owned: the object that comes last, whatever the order */
    uint64_t rows; /* taken */
    uint64_t shown;
    char **columns; /* owned: of --csv and --tsv */
    size_t column_count;
    bool failed;         /* there is no memory, or a field that no row has */
    bool tells_controls; /* a terminal must not get some characters */
};

static void fail(struct records *records, const char *why)
{
    if (!records->failed)
        output_error("%s", why);
    records->failed = true;
}

static void append(struct records *records, const char *text, size_t length)
{
    if (records->used + length + 1 > records->capacity) {
        size_t larger = 2 * (records->used + length) + 1024;
        char *grown = realloc(records->text, larger);

        if (grown == NULL) {
            fail(records, "out of memory");
            return;
        }
        records->text = grown;
        records->capacity = larger;
    }
    memcpy(records->text + records->used, text, length);
    records->used += length;
    records->text[records->used] = '\0';
}

/* ---- values ------------------------------------------------------------------------------- */

static void put_plain(const struct records *records, const char *text)
{
    if (records->tells_controls)
        output_masked(stdout, text);
    else
        (void)fputs(text, stdout);
}

static void put_csv(const struct records *records, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        put_plain(records, text);
        return;
    }
    (void)putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)putchar('"');
        (void)putchar(*text);
    }
    (void)putchar('"');
}

static void put_tsv(const struct records *records, const char *text)
{
    static const char from[] = "\t\n\r\\", to[] = "tnr\\";

    if (strpbrk(text, from) == NULL) {
        put_plain(records, text);
        return;
    }
    for (; *text != '\0'; text++) {
        const char *escaped = strchr(from, *text);

        if (escaped != NULL)
            (void)printf("\\%c", to[escaped - from]);
        else
            (void)putchar(*text);
    }
}

static void put_cell(const struct records *records, size_t column, const char *text)
{
    if (column > 0)
        (void)putchar(records->options.csv ? ',' : '\t');
    if (records->options.csv)
        put_csv(records, text);
    else
        put_tsv(records, text);
}

/* ---- columns ------------------------------------------------------------------------------ */

static void add_column(struct records *records, const char *name, size_t length)
{
    char **grown = realloc(records->columns, (records->column_count + 1) * sizeof(*grown));

    if (grown != NULL)
        records->columns = grown;
    if (grown == NULL || (grown[records->column_count] = strndup(name, length)) == NULL) {
        fail(records, "out of memory");
        return;
    }
    records->column_count++;
}

/* Those that were asked for, else the first row's that are no lists. */
static void choose_columns(struct records *records, const struct record_fields *fields)
{
    const char *list = records->options.fields;
    size_t i;

    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, ",");

        add_column(records, list, length);
        list += length + (list[length] == ',');
    }
    for (i = 0; records->options.fields == NULL && i < fields->count; i++) {
        const struct record_field *field = &fields->items[i];

        if (!field->is_list && strcmp(field->name, "format_version") != 0)
            add_column(records, field->name, strlen(field->name));
    }
    for (i = 0; i < records->column_count; i++)
        put_cell(records, i, records->columns[i]);
    (void)putchar('\n');
}

/* The value of a field that the user named; one that no row can have ends the run. */
static const char *value_of(struct records *records, const struct record_fields *fields,
                            const char *name, size_t length)
{
    const struct record_field *field = record_fields_find(fields, name, length);

    if (field == NULL && records->rows == 0 && !records->failed) {
        output_error("the rows have no field '%.*s'; --json shows their fields", (int)length, name);
        records->failed = true;
    }
    return field != NULL ? field->value : "";
}

static void print_table_row(struct records *records, const struct record_fields *fields)
{
    size_t i;

    if (records->columns == NULL)
        choose_columns(records, fields);
    for (i = 0; i < records->column_count; i++) {
        const char *name = records->columns[i];
        const struct record_field *field = record_fields_find(fields, name, strlen(name));

        put_cell(records, i, field != NULL ? field->value : "");
    }
    (void)putchar('\n');
}

/* ---- templates ---------------------------------------------------------------------------- */

/* Whether the first row has all fields that the template names; nothing is printed otherwise. */
static bool fits_template(struct records *records, const struct record_fields *fields)
{
    const char *at = records->options.format;

    for (; records->rows == 0 && *at != '\0'; at++) {
        size_t length = at[0] == '{' ? strcspn(at, "}") : 0;

        if (at[0] == '{' && at[1] == '{')
            at++;
        else if (at[0] == '{' && at[length] == '}')
            (void)value_of(records, fields, at + 1, length - 1);
    }
    return !records->failed;
}

static void print_by_template(struct records *records, const struct record_fields *fields)
{
    const char *at = records->options.format;

    if (!fits_template(records, fields))
        return;
    while (*at != '\0') {
        size_t length = at[0] == '{' ? strcspn(at, "}") : 0;

        if (at[0] == '{' && at[1] == '{') {
            (void)putchar('{');
            at += 2;
        } else if (at[0] == '{' && at[length] == '}') {
            put_plain(records, value_of(records, fields, at + 1, length - 1));
            at += length + 1;
        } else if (at[0] == '\\' && at[1] != '\0' && strchr("tn\\", at[1]) != NULL) {
            (void)putchar(at[1] == 't' ? '\t' : at[1] == 'n' ? '\n' : '\\');
            at += 2;
        } else {
            (void)putchar(*at++);
        }
    }
    (void)putchar(records->options.nul_ended ? '\0' : '\n');
}

/* ---- rows --------------------------------------------------------------------------------- */

static void print_row(struct records *records, const char *line)
{
    struct record_fields fields = {NULL, 0, 0};

    if (records->options.limit > 0 && records->shown == records->options.limit)
        return;
    records->shown++;
    if (records->options.json) {
        (void)puts(line);
        return;
    }
    if (!record_fields_parse(line, &fields))
        fail(records, "out of memory");
    else if (records->options.format != NULL)
        print_by_template(records, &fields);
    else
        print_table_row(records, &fields);
    record_fields_free(&fields);
}

static void keep_row(struct records *records, const char *line, const struct record_fields *fields)
{
    const char *name = records->options.sort + (records->options.sort[0] == '-');
    const struct record_field *field = record_fields_find(fields, name, strlen(name));
    struct line *made;

    (void)value_of(records, fields, name, strlen(name));
    if (records->line_count == records->line_capacity) {
        size_t larger = records->line_capacity == 0 ? 256 : 2 * records->line_capacity;
        struct line *grown = realloc(records->lines, larger * sizeof(*grown));

        if (grown == NULL) {
            fail(records, "out of memory");
            return;
        }
        records->lines = grown;
        records->line_capacity = larger;
    }
    made = &records->lines[records->line_count];
    made->order = records->line_count++;
    made->text = strdup(line);
    made->key = strdup(field != NULL ? field->value : "");
    made->key_is_number = field != NULL && field->is_number;
    if (made->text == NULL || made->key == NULL)
        fail(records, "out of memory");
}

/* Rows come before the summary, which is none. */
static void take_line(struct records *records, const char *line)
{
    struct record_fields fields = {NULL, 0, 0};
    const struct record_field *event;

    if (!record_fields_parse(line, &fields)) {
        fail(records, "out of memory");
        record_fields_free(&fields);
        return;
    }
    event = record_fields_find(&fields, "event", strlen("event"));
    if (event != NULL && strcmp(event->value, "summary") == 0) {
        free(records->summary);
        records->summary = strdup(line);
    } else {
        if (records->options.sort != NULL && !records->options.count)
            keep_row(records, line, &fields);
        else if (!records->options.count)
            print_row(records, line);
        records->rows++;
    }
    record_fields_free(&fields);
}

enum wcab_err records_sink(void *context, const char *text, size_t length)
{
    struct records *records = context;
    bool plain = records->options.json && records->options.sort == NULL &&
                 records->options.limit == 0 && !records->options.count;

    if (plain) /* as they are */
        return fwrite(text, 1, length, stdout) == length ? WCAB_OK : WCAB_ERR_IO;
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t taken = end != NULL ? (size_t)(end - text) : length;

        append(records, text, taken);
        text += taken;
        length -= taken;
        if (end != NULL && !records->failed) {
            take_line(records, records->text);
            records->used = 0;
        }
        text += end != NULL;
        length -= end != NULL;
    }
    if (records->failed)
        return WCAB_ERR_USAGE;
    return ferror(stdout) ? WCAB_ERR_IO : WCAB_OK;
}

/* ---- beginning and end -------------------------------------------------------------------- */

bool records_open(const struct records_options *options, struct records **records)
{
    int forms = options->json + options->csv + options->tsv + (options->format != NULL);

    *records = NULL;
    if (forms > 1) {
        output_error("--json, --csv, --tsv and --format exclude each other");
        return false;
    }
    if (forms == 0 && (options->sort != NULL || options->limit > 0 || options->fields != NULL)) {
        output_error("--sort, --limit-rows and --fields are for --json, --csv, --tsv and --format");
        return false;
    }
    if ((options->fields != NULL && !options->csv && !options->tsv) ||
        (options->nul_ended && options->format == NULL)) {
        output_error(options->nul_ended ? "--print0 is for --format"
                                        : "--fields is for --csv and --tsv");
        return false;
    }
    if (forms == 0 && !options->count)
        return true;
    *records = calloc(1, sizeof(**records));
    if (*records == NULL) {
        output_error("out of memory");
        return false;
    }
    (*records)->options = *options;
    (*records)->tells_controls = isatty(STDOUT_FILENO) == 1;
    return true;
}

bool records_are_json(const struct records *records)
{
    return records->options.json && !records->options.count;
}

static int compare(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    int order = 0;

    if (a->key_is_number && b->key_is_number) {
        uint64_t x = strtoull(a->key, NULL, 10), y = strtoull(b->key, NULL, 10);

        order = (x > y) - (x < y);
    } else {
        order = strcmp(a->key, b->key);
    }
    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static void print_sorted(struct records *records)
{
    bool falling = records->options.sort[0] == '-';
    size_t i;

    if (records->line_count > 0)
        qsort(records->lines, records->line_count, sizeof(*records->lines), compare);
    for (i = 0; i < records->line_count; i++)
        print_row(records, records->lines[falling ? records->line_count - 1 - i : i].text);
}

bool records_close(struct records *records)
{
    bool ok;
    size_t i;

    if (records == NULL)
        return true;
    if (!records->failed && records->options.sort != NULL && !records->options.count)
        print_sorted(records);
    if (!records->failed && records->options.count)
        (void)printf("%" PRIu64 "\n", records->rows);
    else if (!records->failed && records->options.json && records->summary != NULL)
        (void)puts(records->summary);
    ok = !records->failed;
    for (i = 0; i < records->line_count; i++) {
        free(records->lines[i].text);
        free(records->lines[i].key);
    }
    for (i = 0; i < records->column_count; i++)
        free(records->columns[i]);
    free(records->columns);
    free(records->lines);
    free(records->summary);
    free(records->text);
    free(records);
    return ok;
}

/* ---- objects of the program's own --------------------------------------------------------- */

static void put_key(struct records *records, const char *key)
{
    if (records->own == NULL)
        return;
    if (records->comma)
        (void)fputc(',', records->own);
    records->comma = true;
    output_json(records->own, key);
    (void)fputc(':', records->own);
}

void records_begin(struct records *records)
{
    records->own = open_memstream(&records->own_text, &records->own_size);
    if (records->own == NULL) {
        fail(records, "out of memory");
        return;
    }
    records->comma = false;
    (void)fputc('{', records->own);
    records_number(records, "format_version", 1);
}

void records_text(struct records *records, const char *key, const char *text)
{
    put_key(records, key);
    if (records->own == NULL)
        return;
    if (text == NULL)
        (void)fputs("null", records->own);
    else
        output_json(records->own, text);
}

void records_null(struct records *records, const char *key)
{
    records_text(records, key, NULL);
}

void records_number(struct records *records, const char *key, uint64_t number)
{
    put_key(records, key);
    if (records->own != NULL)
        (void)fprintf(records->own, "%" PRIu64, number);
}

void records_bool(struct records *records, const char *key, bool value)
{
    put_key(records, key);
    if (records->own != NULL)
        (void)fputs(value ? "true" : "false", records->own);
}

void records_texts(struct records *records, const char *key, const char *const *texts, size_t count)
{
    size_t i;

    put_key(records, key);
    if (records->own == NULL)
        return;
    (void)fputc('[', records->own);
    for (i = 0; i < count; i++) {
        if (i > 0)
            (void)fputc(',', records->own);
        output_json(records->own, texts[i]);
    }
    (void)fputc(']', records->own);
}

enum wcab_err records_end(struct records *records)
{
    enum wcab_err code = WCAB_ERR_NOMEM;

    if (records->own == NULL)
        return code;
    (void)fputs("}\n", records->own);
    if (fclose(records->own) == 0)
        code = records_sink(records, records->own_text, records->own_size);
    else
        fail(records, "out of memory");
    free(records->own_text);
    records->own = NULL;
    records->own_text = NULL;
    return code;
}
