/*
 * out_content - files of the same bytes as text and as JSON.
 */
#include "query/output/out_content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "query/output/columns.h"

enum { MOST_PLACES = 12, PLACE_INDENT = 6 };
enum { VERSION_WIDTH = 15, BYTES_WIDTH = 12, WHEN_WIDTH = 16, HASH_PREFIX = 16 };

static const char *state_name(enum wcab_content_state state)
{
    static const char *const names[] = {NULL,     "whole",       "damaged",  "missing",
                                        "unread", "unsupported", "encrypted"};

    return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : NULL;
}

/* ---- text --------------------------------------------------------------------------------- */

static void put_columns(struct wci_buffer *out, const char *version, const char *size,
                        const char *date, const char *hash)
{
    wci_buffer_put(out, "  ", 2);
    wci_columns_pad(out, version, VERSION_WIDTH, false);
    wci_buffer_put(out, "  ", 2);
    wci_columns_pad(out, size, BYTES_WIDTH, true);
    wci_buffer_put(out, "  ", 2);
    wci_columns_pad(out, date, WHEN_WIDTH, false);
    wci_buffer_put(out, "  ", 2);
    wci_columns_put(out, hash);
    wci_buffer_u8(out, '\n');
}

/* What stands in the version's column. */
static const char *version_text(const struct wcab_content *content)
{
    switch (content->state) {
    case WCAB_CONTENT_DAMAGED:
        return "damaged";
    case WCAB_CONTENT_MISSING:
        return "not whole";
    case WCAB_CONTENT_ENCRYPTED:
        return "encrypted";
    case WCAB_CONTENT_UNSUPPORTED:
    case WCAB_CONTENT_UNREAD:
        return "not read";
    default:
        return content->file_version != NULL ? content->file_version : "-";
    }
}

static void put_facts(const struct wcab_content *content, struct wci_buffer *out)
{
    char size[WCI_COLUMNS_NUMBER] = "-", date[20] = "-", hash[HASH_PREFIX + 1] = "-";

    if (content->size_known)
        wci_columns_number(size, content->size);
    if (content->modified[0] != '\0')
        (void)snprintf(date, sizeof(date), "%.16s", content->modified);
    if (strlen(date) > 10)
        date[10] = ' ';
    if (content->sha256 != NULL)
        (void)snprintf(hash, sizeof(hash), "%.*s", HASH_PREFIX, content->sha256);
    put_columns(out, version_text(content), size, date, hash);
}

void wci_out_content_place(const struct wcab_content_place *place, bool named,
                           char text[WCI_OUT_CONTENT_TEXT])
{
    const char *where = place->cabinet != NULL ? place->cabinet : place->path;
    const char *on = place->medium != NULL  ? place->medium
                     : place->image != NULL ? place->image
                                            : "(unknown)";

    named = named && place->name != NULL;
    (void)snprintf(text, WCI_OUT_CONTENT_TEXT, "%s%s%s%s%s%s%s%s", named ? place->name : "",
                   named ? " in " : "", on, place->disk != NULL ? ", disk " : "",
                   place->disk != NULL ? place->disk : "", where != NULL ? ", " : "",
                   where != NULL ? where : "",
                   place->source == WCAB_SOURCE_PUBLISHED ? " (published)"
                   : place->source == WCAB_SOURCE_MEDIUM  ? " (told by the medium)"
                                                          : "");
}

static void put_place(const struct wcab_content *content, const struct wcab_content_place *place,
                      unsigned flags, struct wci_buffer *out)
{
    bool named = flags & WCAB_CONTENT_NAMES || content->name == NULL ||
                 (place->name != NULL && strcasecmp(place->name, content->name) != 0);
    char text[WCI_OUT_CONTENT_TEXT];

    wci_out_content_place(place, named, text);
    wci_columns_wrap(out, PLACE_INDENT, text);
    if (flags & WCAB_CONTENT_VERBOSE && place->image != NULL) {
        (void)snprintf(text, sizeof(text), "image: %s", place->image);
        wci_columns_wrap(out, PLACE_INDENT + 2, text);
    }
}

static void put_places(const struct wcab_content *content, unsigned flags, struct wci_buffer *out)
{
    size_t shown = content->place_count, i;
    char text[80];

    if (!(flags & WCAB_CONTENT_VERBOSE) && shown > MOST_PLACES)
        shown = MOST_PLACES;
    for (i = 0; i < shown; i++)
        put_place(content, &content->places[i], flags, out);
    if (shown < content->place_count) {
        (void)snprintf(text, sizeof(text), "and in %zu more place%s: --verbose shows them",
                       content->place_count - shown, wci_columns_s(content->place_count - shown));
        wci_columns_wrap(out, PLACE_INDENT, text);
    }
}

static enum wcab_err do_content_text(const struct wcab_content *content, unsigned flags,
                                     wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;
    char text[80];
    enum wcab_err code;

    wci_buffer_init(&out);
    if (content->first) {
        if (content->query != NULL && content->name != NULL) {
            wci_columns_put(&out, content->name);
            wci_buffer_u8(&out, '\n');
        }
        put_columns(&out, "version", "size", "date", "SHA-256");
    }
    put_facts(content, &out);
    if (flags & WCAB_CONTENT_VERBOSE && content->sha256 != NULL) {
        (void)snprintf(text, sizeof(text), "%s", content->sha256);
        wci_columns_wrap(&out, PLACE_INDENT, text);
    }
    put_places(content, flags, &out);
    code = out.ok ? sink(context, (const char *)out.data, out.size) : WCAB_ERR_NOMEM;
    wci_buffer_free(&out);
    return code;
}

enum wcab_err wcab_content_text(const struct wcab_content *content, unsigned flags,
                                wcab_text_sink *sink, void *context)
{
    return content == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_content_text(content, flags, sink, context);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put_place_json(struct wci_json *json, const struct wcab_content_place *place)
{
    wci_json_begin(json, NULL, '{');
    wci_json_text(json, "name", place->name);
    wci_json_text(json, "medium", place->medium);
    wci_json_text(json, "title", place->title);
    wci_json_text(json, "source", wcab_source_name(place->source));
    wci_json_text(json, "image", place->image);
    wci_json_text(json, "disk", place->disk);
    wci_json_text(json, "path", place->path);
    wci_json_text(json, "cabinet", place->cabinet);
    wci_json_text(json, "modified", place->modified[0] != '\0' ? place->modified : NULL);
    wci_json_end(json, '}');
}

static void put_members(struct wci_json *json, const struct wcab_content *content)
{
    size_t i;

    wci_json_text(json, "name", content->name);
    wci_json_text(json, "state", state_name(content->state));
    wci_json_text(json, "sha256", content->sha256);
    wci_json_text(json, "file_version", content->file_version);
    if (content->size_known)
        wci_json_number(json, "size", content->size);
    else
        wci_json_null(json, "size");
    wci_json_text(json, "modified", content->modified[0] != '\0' ? content->modified : NULL);
    wci_json_begin(json, "places", '[');
    for (i = 0; i < content->place_count; i++)
        put_place_json(json, &content->places[i]);
    wci_json_end(json, ']');
}

void wci_out_content_json(struct wci_json *json, const char *key,
                          const struct wcab_content *content)
{
    if (content == NULL) {
        wci_json_null(json, key);
        return;
    }
    wci_json_begin(json, key, '{');
    put_members(json, content);
    wci_json_end(json, '}');
}

static enum wcab_err do_content_json(const struct wcab_content *content, wcab_text_sink *sink,
                                     void *context)
{
    struct wci_json json;

    wci_json_open(&json, NULL);
    wci_json_text(&json, "query", content->query);
    put_members(&json, content);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_content_json(const struct wcab_content *content, wcab_text_sink *sink,
                                void *context)
{
    return content == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_content_json(content, sink, context);
}
