/*
 * out_diff - two media compared, as text and as JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "query/output/columns.h"
#include "query/output/out_content.h"

enum { NAME_WIDTH = 12, INDENT = 2, DATE_BYTES = 17, TEXT_BYTES = 1024 };

static enum wcab_err give(struct wci_buffer *out, wcab_text_sink *sink, void *context)
{
    enum wcab_err code =
        out->ok ? sink(context, (const char *)out->data, out->size) : WCAB_ERR_NOMEM;

    wci_buffer_free(out);
    return code;
}

/* ---- a file as text ----------------------------------------------------------------------- */

static char mark_of(enum wcab_difference difference)
{
    switch (difference) {
    case WCAB_DIFFERENCE_LEFT:
        return '<';
    case WCAB_DIFFERENCE_RIGHT:
        return '>';
    case WCAB_DIFFERENCE_CHANGED:
        return '!';
    case WCAB_DIFFERENCE_SAME:
        break;
    }
    return '=';
}

static void size_text(const struct wcab_content *content, char text[WCI_COLUMNS_NUMBER])
{
    if (content->size_known)
        wci_columns_number(text, content->size);
    else
        (void)snprintf(text, WCI_COLUMNS_NUMBER, "-");
}

/* "1995-07-11 09:50" */
static void date_text(const struct wcab_content *content, char text[DATE_BYTES])
{
    (void)snprintf(text, DATE_BYTES, "%.16s", content->modified);
    if (strlen(text) > 10)
        text[10] = ' ';
}

static void append(char list[TEXT_BYTES], const char *what)
{
    size_t used = strlen(list), length = strlen(what);

    if (length > TEXT_BYTES - 1 - used)
        length = TEXT_BYTES - 1 - used;
    memcpy(list + used, what, length);
    list[used + length] = '\0';
}

/* Appends ", what" or "what" to a list, as far as it has room. */
static void add(char list[TEXT_BYTES], const char *what)
{
    if (list[0] != '\0')
        append(list, ", ");
    append(list, what);
}

static void add_size(const struct wcab_diff_file *file, char list[TEXT_BYTES])
{
    char left[WCI_COLUMNS_NUMBER], right[WCI_COLUMNS_NUMBER], text[80];

    size_text(file->left, left);
    size_text(file->right, right);
    (void)snprintf(text, sizeof(text), "size %s -> %s", left, right);
    add(list, text);
}

static void add_date(const struct wcab_diff_file *file, char list[TEXT_BYTES])
{
    char left[DATE_BYTES], right[DATE_BYTES], text[80];

    date_text(file->left, left);
    date_text(file->right, right);
    if (strcmp(left, right) == 0) /* in the seconds */
        (void)snprintf(text, sizeof(text), "date %s -> %s", file->left->modified,
                       file->right->modified);
    else
        (void)snprintf(text, sizeof(text), "date %s -> %s", left, right);
    add(list, text);
}

static void add_version(const struct wcab_diff_file *file, char list[TEXT_BYTES])
{
    char text[80];

    (void)snprintf(text, sizeof(text), "version %s -> %s",
                   file->left->file_version != NULL ? file->left->file_version : "-",
                   file->right->file_version != NULL ? file->right->file_version : "-");
    add(list, text);
}

static void changes_text(const struct wcab_diff_file *file, char list[TEXT_BYTES])
{
    list[0] = '\0';
    if (file->differs & WCAB_DIFFERS_VERSION)
        add_version(file, list);
    if (file->differs & WCAB_DIFFERS_SIZE)
        add_size(file, list);
    if (file->differs & WCAB_DIFFERS_DATE)
        add_date(file, list);
    if (file->differs & WCAB_DIFFERS_SOUNDNESS)
        add(list, file->left->state == WCAB_CONTENT_DAMAGED ? "the left one does not decode"
                                                            : "the right one does not decode");
    if (file->differs & WCAB_DIFFERS_BYTES && !(file->differs & WCAB_DIFFERS_SIZE))
        add(list, "other bytes");
    else if (file->bytes_compared && !(file->differs & WCAB_DIFFERS_BYTES))
        add(list, "the same bytes");
}

static void facts_text(const struct wcab_content *content, char list[TEXT_BYTES])
{
    char size[WCI_COLUMNS_NUMBER], date[DATE_BYTES];
    const struct wcab_content_place *place = &content->places[0];
    char text[WCI_OUT_CONTENT_TEXT];

    list[0] = '\0';
    if (content->file_version != NULL) {
        add(list, "version ");
        append(list, content->file_version);
    }
    size_text(content, size);
    (void)snprintf(text, sizeof(text), "%s byte%s", size, wci_columns_s(content->size));
    if (content->size_known)
        add(list, text);
    date_text(content, date);
    if (date[0] != '\0')
        add(list, date);
    (void)snprintf(text, sizeof(text), "%s%s%s", place->disk != NULL ? "disk " : "",
                   place->disk != NULL ? place->disk : "",
                   place->disk != NULL && place->cabinet != NULL ? ", " : "");
    if (place->cabinet != NULL)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", place->cabinet);
    if (text[0] != '\0')
        add(list, text);
}

static void put_place(const char *mark, const struct wcab_content *content, struct wci_buffer *out)
{
    char place[WCI_OUT_CONTENT_TEXT], text[WCI_OUT_CONTENT_TEXT + 8];

    if (content == NULL)
        return;
    wci_out_content_place(&content->places[0], true, place);
    (void)snprintf(text, sizeof(text), "%s %s", mark, place);
    wci_columns_wrap(out, 2 * INDENT + 2, text);
}

static enum wcab_err do_diff_file_text(const struct wcab_diff_file *file, bool verbose,
                                       wcab_text_sink *sink, void *context)
{
    const struct wcab_content *one = file->left != NULL ? file->left : file->right;
    char list[TEXT_BYTES], line[WCI_OUT_CONTENT_TEXT];
    struct wci_buffer out;
    size_t width = wci_columns_width(file->name);
    int blanks = width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 0;

    if (file->difference == WCAB_DIFFERENCE_CHANGED)
        changes_text(file, list);
    else
        facts_text(one, list);
    (void)snprintf(line, sizeof(line), "%s", list);
    wci_buffer_init(&out);
    wci_buffer_u8(&out, (uint8_t)mark_of(file->difference));
    wci_buffer_u8(&out, ' ');
    wci_columns_put(&out, file->name);
    for (; blanks > 0; blanks--)
        wci_buffer_u8(&out, ' ');
    if (width > NAME_WIDTH && width + wci_columns_width(line) + 4 > WCI_COLUMNS_WIDTH) {
        wci_buffer_u8(&out, '\n');
        wci_columns_wrap(&out, 2 * INDENT, line);
    } else {
        wci_buffer_put(&out, "  ", 2);
        wci_columns_put(&out, line);
        wci_buffer_u8(&out, '\n');
    }
    if (verbose) {
        put_place("<", file->left, &out);
        put_place(">", file->right, &out);
    }
    return give(&out, sink, context);
}

enum wcab_err wcab_diff_file_text(const struct wcab_diff_file *file, bool verbose,
                                  wcab_text_sink *sink, void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE
                                        : do_diff_file_text(file, verbose, sink, context);
}

/* ---- sides and counts as text ------------------------------------------------------------- */

static void put_side(char mark, const struct wcab_diff_side *side, struct wci_buffer *out)
{
    char text[WCI_OUT_CONTENT_TEXT], count[WCI_COLUMNS_NUMBER];
    const char *name = side->medium != NULL ? side->medium : side->asked;

    wci_columns_number(count, side->images);
    if (side->images == 0)
        (void)snprintf(count, sizeof(count), "published listing");
    (void)snprintf(text, sizeof(text), "%c %s%s%s%s: %s%s", mark, name,
                   side->title != NULL ? " (" : "", side->title != NULL ? side->title : "",
                   side->title != NULL ? ")" : "", count,
                   side->images == 0   ? ""
                   : side->images == 1 ? " image"
                                       : " images");
    wci_columns_wrap(out, 0, text);
}

static enum wcab_err do_diff_sides_text(const struct wcab_diff_summary *summary,
                                        wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;

    wci_buffer_init(&out);
    put_side('<', &summary->left, &out);
    put_side('>', &summary->right, &out);
    return give(&out, sink, context);
}

enum wcab_err wcab_diff_sides_text(const struct wcab_diff_summary *summary, wcab_text_sink *sink,
                                   void *context)
{
    return summary == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_diff_sides_text(summary, sink, context);
}

static void put_published(const char *mark, const struct wcab_diff_side *side,
                          struct wci_buffer *out)
{
    char text[200], count[WCI_COLUMNS_NUMBER];

    if (side->published == 0 || side->images == 0)
        return;
    wci_columns_number(count, side->published);
    (void)snprintf(text, sizeof(text),
                   "%s: the disks of %s file%s are not indexed; their published listing was used.",
                   mark, count, wci_columns_s(side->published));
    wci_columns_wrap(out, 0, text);
}

static void put_basis(const struct wcab_diff_summary *summary, struct wci_buffer *out)
{
    uint64_t pairs = summary->same + summary->changed;
    char text[200], count[WCI_COLUMNS_NUMBER];

    if (pairs == 0)
        return;
    if (summary->bytes_compared == pairs) {
        wci_columns_wrap(out, 0, "All that both have was compared by SHA-256.");
        return;
    }
    wci_columns_number(count, summary->bytes_compared);
    if (summary->bytes_compared == 0)
        (void)snprintf(text, sizeof(text),
                       "No hashes are on record: 'same' means the same size "
                       "and date.");
    else
        (void)snprintf(text, sizeof(text),
                       "Only %s of what both have could be compared by SHA-256; of the rest 'same' "
                       "means the same size and date.",
                       count);
    wci_columns_wrap(out, 0, text);
    if (summary->left.images > 0 && summary->right.images > 0)
        wci_columns_wrap(out, 0, "'whichcab verify' reads what is indexed in full.");
}

static enum wcab_err do_diff_summary_text(const struct wcab_diff_summary *summary,
                                          wcab_text_sink *sink, void *context)
{
    char same[WCI_COLUMNS_NUMBER], changed[WCI_COLUMNS_NUMBER], text[200];
    char left[WCI_COLUMNS_NUMBER], right[WCI_COLUMNS_NUMBER];
    struct wci_buffer out;

    wci_buffer_init(&out);
    wci_columns_number(same, summary->same);
    wci_columns_number(changed, summary->changed);
    wci_columns_number(left, summary->only_left);
    wci_columns_number(right, summary->only_right);
    (void)snprintf(text, sizeof(text), "%s same, %s changed, %s only left, %s only right.", same,
                   changed, left, right);
    wci_columns_wrap(&out, 0, text);
    put_published("left", &summary->left, &out);
    put_published("right", &summary->right, &out);
    put_basis(summary, &out);
    return give(&out, sink, context);
}

enum wcab_err wcab_diff_summary_text(const struct wcab_diff_summary *summary, wcab_text_sink *sink,
                                     void *context)
{
    return summary == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_diff_summary_text(summary, sink, context);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static const char *difference_name(enum wcab_difference difference)
{
    switch (difference) {
    case WCAB_DIFFERENCE_SAME:
        return "same";
    case WCAB_DIFFERENCE_LEFT:
        return "left";
    case WCAB_DIFFERENCE_RIGHT:
        return "right";
    case WCAB_DIFFERENCE_CHANGED:
        return "changed";
    }
    return NULL;
}

static void put_differs(struct wci_json *json, unsigned differs)
{
    static const char *const names[] = {"size", "date", "version", "bytes", "soundness"};
    size_t i;

    wci_json_begin(json, "differs", '[');
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (differs & 1U << i)
            wci_json_text(json, NULL, names[i]);
    }
    wci_json_end(json, ']');
}

static enum wcab_err do_diff_file_json(const struct wcab_diff_file *file, wcab_text_sink *sink,
                                       void *context)
{
    struct wci_json json;

    wci_json_open(&json, "file");
    wci_json_text(&json, "difference", difference_name(file->difference));
    wci_json_text(&json, "name", file->name);
    put_differs(&json, file->differs);
    wci_json_bool(&json, "bytes_compared", file->bytes_compared);
    wci_out_content_json(&json, "left", file->left);
    wci_out_content_json(&json, "right", file->right);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_diff_file_json(const struct wcab_diff_file *file, wcab_text_sink *sink,
                                  void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE : do_diff_file_json(file, sink, context);
}

static void put_side_json(struct wci_json *json, const char *key, const struct wcab_diff_side *side)
{
    wci_json_begin(json, key, '{');
    wci_json_text(json, "asked", side->asked);
    wci_json_text(json, "medium", side->medium);
    wci_json_text(json, "title", side->title);
    wci_json_number(json, "images", side->images);
    wci_json_number(json, "files", side->files);
    wci_json_number(json, "published", side->published);
    wci_json_number(json, "unread", side->unread);
    wci_json_end(json, '}');
}

static enum wcab_err do_diff_summary_json(const struct wcab_diff_summary *summary,
                                          wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    wci_json_open(&json, "summary");
    put_side_json(&json, "left", &summary->left);
    put_side_json(&json, "right", &summary->right);
    wci_json_number(&json, "same", summary->same);
    wci_json_number(&json, "changed", summary->changed);
    wci_json_number(&json, "only_left", summary->only_left);
    wci_json_number(&json, "only_right", summary->only_right);
    wci_json_number(&json, "bytes_compared", summary->bytes_compared);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_diff_summary_json(const struct wcab_diff_summary *summary, wcab_text_sink *sink,
                                     void *context)
{
    return summary == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_diff_summary_json(summary, sink, context);
}
