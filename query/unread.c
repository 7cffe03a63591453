/*
 * unread - wcab_unread_each: what was found and not read: whole files, places in images, and files
 * that verification could not read although nothing is known to be wrong with them.
 */
#include <stdio.h>
#include <string.h>

#include "core/chain.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/filter.h"
#include "query/handle.h"
#include "query/output/columns.h"
#include "query/output/json.h"

enum { STATE_WIDTH = 11 };

struct telling {
    struct wci_reader *reader;
    struct wci_arena *arena; /* of the image at hand */
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err (*visit)(void *context, const struct wcab_unread *item);
    void *context;
    bool ok; /* false: out of memory */
    struct wcab_error *err;
};

static const char *state_of(int code)
{
    switch (code) {
    case WCAB_ERR_FORMAT:
        return "unknown";
    case WCAB_ERR_UNSUPPORTED:
        return "unsupported";
    case WCAB_ERR_ENCRYPTED:
        return "encrypted";
    case WCAB_ERR_LIMIT:
        return "limit";
    case WCAB_ERR_CORRUPT:
        return "damaged";
    default:
        return "unreadable";
    }
}

static enum wcab_err tell(struct telling *telling, struct wcab_unread *item)
{
    item->image = wci_answer_path(telling->arena, telling->image.path, &telling->ok);
    item->image_raw = (const uint8_t *)telling->image.path.data;
    item->image_raw_length = telling->image.path.length;
    if (!telling->ok)
        return wci_error_nomem(telling->err);
    return telling->visit(telling->context, item);
}

static const char *text_of(struct telling *telling, struct wci_bytes bytes)
{
    return wci_answer_text(telling->arena, wci_text_name_of(bytes),
                           telling->image.identity.code_page, NULL, &telling->ok);
}

static enum wcab_err tell_fault(struct telling *telling, const struct wci_fault *fault)
{
    struct wcab_unread item = {.state = state_of(fault->code), .offset = fault->offset};
    struct wci_image_stamp stamp;
    enum wcab_err code;

    item.is_whole = telling->image.container_count == 0;
    item.place = text_of(telling, fault->place);
    item.reason = text_of(telling, fault->text);
    code = wci_reader_stamp(telling->reader, telling->image.path, &stamp, telling->err);
    if (code != WCAB_OK)
        return code;
    item.size = item.is_whole ? stamp.size : 0;
    return tell(telling, &item);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether indexing has said the same of the file. */
static bool is_told(struct telling *telling, const struct wcab_unread *item,
                    const struct wci_deep *deep)
{
    uint32_t i;

    for (i = 0; i < telling->image.fault_count; i++) {
        const struct wci_fault *fault = &telling->image.faults[i];

        if (fault->code == deep->code && wci_bytes_equal(fault->text, deep->text) &&
            same_text(text_of(telling, fault->place), item->place))
            return true;
    }
    return false;
}

/* A file that verification could not read. */
static enum wcab_err tell_row(struct telling *telling, uint32_t container,
                              const struct wci_entry *entry, const struct wci_deep *deep)
{
    struct wcab_unread item = {.state = state_of(deep->code), .offset = deep->offset};
    struct wci_buffer place;

    wci_buffer_init(&place);
    wci_chain_put(&telling->image, container, telling->image.identity.code_page, &place);
    if (place.size > 0)
        wci_buffer_put(&place, " > ", 3);
    (void)wci_text_to_utf8(entry->name, telling->image.identity.code_page, &place);
    item.place = text_of(telling, wci_buffer_view(&place));
    telling->ok = telling->ok && place.ok;
    wci_buffer_free(&place);
    item.reason = text_of(telling, deep->text);
    item.size = entry->size;
    return telling->ok && is_told(telling, &item, deep) ? WCAB_OK : tell(telling, &item);
}

/* Whether the fault before says the same, as damaged headers in a row do. */
static bool is_repeated(const struct telling *telling, uint32_t at)
{
    const struct wci_fault *fault = &telling->image.faults[at];
    const struct wci_fault *before = at > 0 ? fault - 1 : NULL;

    return before != NULL && fault->code == before->code && fault->offset == before->offset &&
           wci_bytes_equal(fault->place, before->place) &&
           wci_bytes_equal(fault->text, before->text);
}

static enum wcab_err tell_rows(struct telling *telling, uint32_t id, uint32_t container)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(telling->reader, telling->state.listings[container],
                                            &listing, telling->err);
    uint32_t row;

    for (row = 0; code == WCAB_OK && row < listing.row_count; row++) {
        struct wci_deep deep;
        struct wci_entry entry;

        code = wci_reader_deep(telling->reader, id, container, row, &deep, telling->err);
        if (code == WCAB_ERR_NOTFOUND)
            return WCAB_OK; /* nothing is known of this container */
        if (code != WCAB_OK ||
            (deep.status != WCI_DEEP_UNSUPPORTED && deep.status != WCI_DEEP_ENCRYPTED))
            continue;
        code = wci_listing_row(&listing, row, &entry, telling->err);
        if (code == WCAB_OK)
            code = tell_row(telling, container, &entry, &deep);
    }
    return code;
}

static enum wcab_err on_image(void *context, uint32_t id)
{
    struct telling *telling = context;
    enum wcab_err code;
    uint32_t i;

    wci_arena_reset(telling->arena);
    code = wci_reader_image(telling->reader, id, telling->arena, &telling->image, &telling->state,
                            telling->err);
    for (i = 0; code == WCAB_OK && i < telling->image.fault_count; i++) {
        if (!is_repeated(telling, i))
            code = tell_fault(telling, &telling->image.faults[i]);
    }
    for (i = 0; code == WCAB_OK && i < telling->image.container_count; i++)
        code = tell_rows(telling, id, i);
    return code;
}

static enum wcab_err do_unread_each(struct wcab_catalog *catalog, const char *filter,
                                    enum wcab_err (*visit)(void *context,
                                                           const struct wcab_unread *item),
                                    void *context, struct wcab_error *err)
{
    struct telling telling = {
        .arena = wci_arena_new(), .visit = visit, .context = context, .ok = true, .err = err};
    struct wci_filter *passing = NULL;
    enum wcab_err code = telling.arena == NULL
                             ? wci_error_nomem(err)
                             : wci_handle_reader(catalog, false, &telling.reader, err);

    if (code == WCAB_OK)
        code = wci_filter_open(catalog, filter, &passing, err);
    if (code == WCAB_OK && telling.reader != NULL)
        code = wci_filter_each_image(passing, telling.reader, on_image, &telling, err);
    wci_filter_free(passing);
    wci_arena_free(telling.arena);
    return code;
}

enum wcab_err wcab_unread_each(struct wcab_catalog *catalog, const char *filter,
                               enum wcab_err (*visit)(void *context,
                                                      const struct wcab_unread *item),
                               void *context, struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || visit == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_unread_each(catalog, filter, visit, context, &own), &own, err);
}

static enum wcab_err count_stamp(void *context, struct wci_bytes path,
                                 const struct wci_image_stamp *stamp)
{
    uint64_t *count = context;

    (void)path;
    *count += stamp->unread;
    return WCAB_OK;
}

static enum wcab_err do_unread_count(struct wcab_catalog *catalog, uint64_t *count,
                                     struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    *count = 0;
    if (code != WCAB_OK || reader == NULL)
        return code;
    return wci_reader_each_stamp(reader, (struct wci_bytes){"", 0}, count_stamp, count, err);
}

enum wcab_err wcab_unread_count(struct wcab_catalog *catalog, uint64_t *count,
                                struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || count == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_unread_count(catalog, count, &own), &own, err);
}

/* ---- showing it --------------------------------------------------------------------------- */

static enum wcab_err do_unread_json(const struct wcab_unread *item, wcab_text_sink *sink,
                                    void *context)
{
    struct wci_json json;

    wci_json_open(&json, NULL);
    wci_json_text(&json, "image", item->image);
    wci_json_raw(&json, "image_raw", item->image_raw, item->image_raw_length);
    wci_json_text(&json, "place", item->is_whole ? NULL : item->place);
    if (item->is_whole || item->size > 0)
        wci_json_number(&json, "size", item->size);
    else
        wci_json_null(&json, "size");
    wci_json_text(&json, "state", item->state);
    wci_json_text(&json, "reason", item->reason);
    if (item->offset != WCAB_NO_OFFSET)
        wci_json_number(&json, "offset", item->offset);
    else
        wci_json_null(&json, "offset");
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_unread_json(const struct wcab_unread *item, wcab_text_sink *sink, void *context)
{
    return item == NULL || sink == NULL ? WCAB_ERR_USAGE : do_unread_json(item, sink, context);
}

static enum wcab_err do_unread_text(const struct wcab_unread *item, wcab_text_sink *sink,
                                    void *context)
{
    struct wci_buffer out;
    char at[40] = "", text[2048];
    enum wcab_err code = WCAB_ERR_NOMEM;

    wci_buffer_init(&out);
    wci_columns_pad(&out, item->state, STATE_WIDTH, false);
    wci_buffer_u8(&out, ' ');
    wci_columns_put(&out, item->image);
    if (item->place != NULL) {
        wci_buffer_put(&out, " > ", 3);
        wci_columns_put(&out, item->place);
    }
    wci_buffer_u8(&out, '\n');
    if (item->offset != WCAB_NO_OFFSET)
        (void)snprintf(at, sizeof(at), " (at byte %llu)", (unsigned long long)item->offset);
    (void)snprintf(text, sizeof(text), "%s%s", item->reason != NULL ? item->reason : "", at);
    wci_columns_wrap(&out, STATE_WIDTH + 1, text);
    if (out.ok)
        code = sink(context, (const char *)out.data, out.size);
    wci_buffer_free(&out);
    return code;
}

enum wcab_err wcab_unread_text(const struct wcab_unread *item, wcab_text_sink *sink, void *context)
{
    return item == NULL || sink == NULL ? WCAB_ERR_USAGE : do_unread_text(item, sink, context);
}
