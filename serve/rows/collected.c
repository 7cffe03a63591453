/*
 * collected - see collected.h.
 */
#include "serve/rows/collected.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum wcab_err serve_collected_fail(struct wcab_error *err, enum wcab_err code, const char *text)
{
    memset(err, 0, sizeof(*err));
    err->code = code;
    err->offset = WCAB_NO_OFFSET;
    (void)snprintf(err->text, sizeof(err->text), "%s", text);
    return code;
}

/* Whether the row at hand is one of the page; *full ends the collecting. */
static bool is_wanted(struct serve_collected *collected, bool *full)
{
    collected->cut = collected->cut || collected->lines.used > SERVE_PAGE_BYTES;
    *full = collected->room == 0 || collected->cut;
    if (*full)
        return false;
    if (collected->skip > 0) {
        collected->skip--;
        return false;
    }
    collected->room--;
    return true;
}

/* Whether the item is a file that is asked for: by its name, or the last part of that. */
static bool is_named(const struct serve_list *names, const struct wcab_list_item *item)
{
    const char *slash = item->name != NULL ? strrchr(item->name, '/') : NULL;
    bool any = names->count == 0;
    size_t i;

    for (i = 0; !any && i < names->count && !item->is_container && item->name != NULL; i++)
        any = fnmatch(names->items[i], item->name, FNM_CASEFOLD) == 0 ||
              (slash != NULL && fnmatch(names->items[i], slash + 1, FNM_CASEFOLD) == 0);
    return any;
}

static enum wcab_err on_item(void *context, const struct wcab_list_item *item)
{
    struct serve_collected *collected = context;
    bool full;

    if (!is_named(collected->names, item))
        return WCAB_OK;
    if (!is_wanted(collected, &full))
        return full ? WCAB_ERR_LIMIT : WCAB_OK;
    return wcab_list_item_json(item, collected->image, serve_text_sink, &collected->lines);
}

static enum wcab_err on_content(void *context, const struct wcab_content *content)
{
    struct serve_collected *collected = context;
    bool full;

    if (!is_wanted(collected, &full))
        return full ? WCAB_ERR_LIMIT : WCAB_OK;
    return wcab_content_json(content, serve_text_sink, &collected->lines);
}

static enum wcab_err on_unread(void *context, const struct wcab_unread *item)
{
    struct serve_collected *collected = context;
    bool full;

    if (!is_wanted(collected, &full))
        return full ? WCAB_ERR_LIMIT : WCAB_OK;
    return wcab_unread_json(item, serve_text_sink, &collected->lines);
}

static enum wcab_err collect_dups(struct serve_collected *collected, struct wcab_catalog *catalog,
                                  const struct serve_request *request, struct wcab_error *err)
{
    const struct wcab_dups_options options = {
        .sizeof_options = sizeof(options),
        .names = request->names.items,
        .name_count = request->names.count,
        .media = request->media.items,
        .medium_count = request->media.count,
        .least_size = request->least_size > 0 ? request->least_size : 1};

    return wcab_dups_each(catalog, &options, on_content, collected, &collected->unread, err);
}

enum wcab_err serve_collected_make(struct serve_collected *collected, struct wcab_catalog *catalog,
                                   const struct serve_request *request, struct wcab_error *err)
{
    const struct wcab_list_options options = {.sizeof_options = sizeof(options),
                                              .container = request->container,
                                              .context = collected,
                                              .item = on_item};
    enum wcab_err code;

    collected->skip = request->offset;
    collected->room = request->limit + 1;
    collected->image = request->id;
    collected->names = &request->names;
    if (request->route == SERVE_LS)
        code = wcab_list_indexed(catalog, request->id, &options, err);
    else if (request->route == SERVE_DUPS)
        code = collect_dups(collected, catalog, request, err);
    else
        code = wcab_unread_each(catalog, request->media.count > 0 ? request->media.items[0] : NULL,
                                on_unread, collected, err);
    /* the page is full; a limit of the library's own would leave room */
    return code == WCAB_ERR_LIMIT && (collected->room == 0 || collected->cut) ? WCAB_OK : code;
}

bool serve_collected_next(struct serve_collected *collected, struct serve_text *text)
{
    const char *line = collected->lines.data + collected->at, *end;

    if (collected->at >= collected->lines.used)
        return false;
    end = memchr(line, '\n', collected->lines.used - collected->at);
    if (end == NULL)
        return false;
    serve_text_put(text, line, (size_t)(end - line) + 1);
    collected->at += (size_t)(end - line) + 1;
    return true;
}

void serve_collected_free(struct serve_collected *collected)
{
    serve_text_free(&collected->lines);
}
