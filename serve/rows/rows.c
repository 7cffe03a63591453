/*
 * rows - see rows.h.
 */
#include "serve/rows/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "serve/rows/collected.h"

struct serve_rows {
    struct wcab_catalog *catalog;        /* borrowed */
    struct serve_shelves *shelves;       /* borrowed */
    const struct serve_request *request; /* borrowed */
    struct wcab_search_options options;  /* of the search at hand */
    struct wcab_search *search;          /* owned, as the next ones */
    struct wcab_versions *versions;
    struct wcab_diff *diff;
    struct serve_shelf *shelf;
    struct serve_text wanted; /* text to be found, in one letter case */
    struct serve_collected collected;
    size_t at; /* which hash or medium is next */
    bool at_suggestions, done, quickly, postponed;
    size_t suggestion;
    uint64_t unread_copies, unread_images;
    enum wcab_err (*next)(struct serve_rows *rows, struct serve_text *text, bool *end,
                          struct wcab_error *err);
};

static const char *first_of(const struct serve_list *list)
{
    return list->count > 0 ? list->items[0] : NULL;
}

static void set_options(struct serve_rows *rows)
{
    const struct serve_request *request = rows->request;

    rows->options = (struct wcab_search_options){.sizeof_options = sizeof(rows->options),
                                                 .names = request->names.items,
                                                 .name_count = request->names.count,
                                                 .match = request->match,
                                                 .medium = first_of(&request->media),
                                                 .all = request->all,
                                                 .suggest = !rows->quickly,
                                                 .hash = first_of(&request->hashes),
                                                 .file_version = request->file_version,
                                                 .floppy_drive = request->floppy,
                                                 .cd_drive = request->cd,
                                                 .target_folder = request->to};
}

/* ---- where, and files by their hash or id ------------------------------------------------- */

/* Moves on to the next hash, if there is one. */
static enum wcab_err end_search(struct serve_rows *rows, struct wcab_error *err)
{
    uint64_t copies = 0, images = 0;

    wcab_search_unread(rows->search, &copies, &images);
    rows->unread_copies += copies;
    if (images > rows->unread_images) /* the same ones for each hash */
        rows->unread_images = images;
    wcab_search_close(rows->search);
    rows->search = NULL;
    rows->at_suggestions = false;
    rows->suggestion = 0;
    rows->at++;
    rows->done = rows->request->route != SERVE_HASHES || rows->at >= rows->request->hashes.count;
    if (rows->done)
        return WCAB_OK;
    rows->options.hash = rows->request->hashes.items[rows->at];
    return wcab_search_open(rows->catalog, &rows->options, &rows->search, err);
}

static enum wcab_err put_suggestion(struct serve_rows *rows, struct serve_text *text,
                                    struct wcab_error *err)
{
    const struct wcab_suggestion *suggestions = NULL;
    size_t count = 0;
    enum wcab_err code = wcab_search_suggestions(rows->search, &suggestions, &count, err);

    if (code != WCAB_OK)
        return code;
    if (rows->quickly && count > 0) { /* names that are not there: the next ones take a while */
        rows->postponed = rows->done = true;
        return WCAB_OK;
    }
    if (rows->suggestion < count)
        return wcab_suggestion_json(&suggestions[rows->suggestion++], serve_text_sink, text);
    return end_search(rows, err);
}

static enum wcab_err next_answer(struct serve_rows *rows, struct serve_text *text, bool *end,
                                 struct wcab_error *err)
{
    const struct wcab_answer *answer = NULL;
    size_t before = text->used;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && !rows->done && text->used == before) {
        if (rows->at_suggestions) {
            code = put_suggestion(rows, text, err);
            continue;
        }
        code = wcab_search_next(rows->search, &answer, err);
        if (code == WCAB_OK && answer != NULL)
            code = wcab_answer_json(answer, serve_text_sink, text);
        rows->at_suggestions = code == WCAB_OK && answer == NULL;
    }
    *end = rows->done;
    return code;
}

static enum wcab_err open_search(struct serve_rows *rows, struct wcab_error *err)
{
    rows->next = next_answer;
    if (rows->request->route == SERVE_FILE || rows->request->route == SERVE_CONTENT) {
        rows->options.id = rows->request->id;
        rows->options.suggest = false;
    }
    return wcab_search_open(rows->catalog, &rows->options, &rows->search, err);
}

/* ---- versions ----------------------------------------------------------------------------- */

static enum wcab_err next_version(struct serve_rows *rows, struct serve_text *text, bool *end,
                                  struct wcab_error *err)
{
    const struct wcab_content *content = NULL;
    const struct wcab_suggestion *suggestions = NULL;
    size_t count = 0;
    enum wcab_err code = WCAB_OK;

    if (!rows->at_suggestions)
        code = wcab_versions_next(rows->versions, &content, err);
    if (code != WCAB_OK)
        return code;
    if (content != NULL)
        return wcab_content_json(content, serve_text_sink, text);
    rows->at_suggestions = true;
    code = wcab_versions_suggestions(rows->versions, &suggestions, &count, err);
    *end = code == WCAB_OK && rows->suggestion >= count;
    if (code == WCAB_OK && !*end)
        code = wcab_suggestion_json(&suggestions[rows->suggestion++], serve_text_sink, text);
    return code;
}

static enum wcab_err open_versions(struct serve_rows *rows, struct wcab_error *err)
{
    rows->next = next_version;
    return wcab_versions_open(rows->catalog, &rows->options, &rows->versions, err);
}

/* ---- diff --------------------------------------------------------------------------------- */

static enum wcab_err next_difference(struct serve_rows *rows, struct serve_text *text, bool *end,
                                     struct wcab_error *err)
{
    const struct wcab_diff_file *file = NULL;
    enum wcab_err code = WCAB_OK;

    *end = rows->done;
    if (!rows->done)
        code = wcab_diff_next(rows->diff, &file, err);
    if (code != WCAB_OK || *end)
        return code;
    if (file != NULL)
        return wcab_diff_file_json(file, serve_text_sink, text);
    rows->done = true;
    return wcab_diff_summary_json(wcab_diff_result(rows->diff), serve_text_sink, text);
}

/* "left,changed" as bits; USAGE for another word. */
static enum wcab_err parse_show(const char *list, unsigned *show, struct wcab_error *err)
{
    static const struct {
        const char *name;
        unsigned difference;
    } known[] = {{"left", WCAB_DIFFERENCE_LEFT},
                 {"right", WCAB_DIFFERENCE_RIGHT},
                 {"changed", WCAB_DIFFERENCE_CHANGED},
                 {"same", WCAB_DIFFERENCE_SAME}};
    const size_t count = sizeof(known) / sizeof(known[0]);

    *show = 0;
    for (;;) {
        size_t length = strcspn(list, ","), i;

        for (i = 0; i < count; i++) {
            if (strlen(known[i].name) == length && strncmp(known[i].name, list, length) == 0)
                break;
        }
        if (i == count)
            return serve_collected_fail(err, WCAB_ERR_USAGE,
                                        "show is of left, right, changed and same");
        *show |= known[i].difference;
        if (list[length] == '\0')
            return WCAB_OK;
        list += length + 1;
    }
}

static enum wcab_err open_diff(struct serve_rows *rows, struct wcab_error *err)
{
    const struct serve_request *request = rows->request;
    struct wcab_diff_options options = {.sizeof_options = sizeof(options),
                                        .left = request->left,
                                        .right = request->right,
                                        .names = request->names.items,
                                        .name_count = request->names.count,
                                        .show = WCAB_DIFFERENCE_LEFT | WCAB_DIFFERENCE_RIGHT |
                                                WCAB_DIFFERENCE_CHANGED,
                                        .ignore_date = request->ignore_date};
    enum wcab_err code = WCAB_OK;

    rows->next = next_difference;
    if (request->show != NULL)
        code = parse_show(request->show, &options.show, err);
    return code == WCAB_OK ? wcab_diff_open(rows->catalog, &options, &rows->diff, err) : code;
}

/* ---- media -------------------------------------------------------------------------------- */

static enum wcab_err next_medium(struct serve_rows *rows, struct serve_text *text, bool *end,
                                 struct wcab_error *err)
{
    const size_t before = text->used;

    (void)err;
    do {
        if (rows->wanted.data == NULL || serve_shelf_fits(rows->shelf, rows->at, rows->wanted.data))
            *end = !serve_shelf_row(rows->shelf, rows->at, text);
        else
            *end = rows->at >= serve_shelf_size(rows->shelf);
        rows->at++;
    } while (!*end && text->used == before && !text->failed);
    return text->failed ? WCAB_ERR_NOMEM : WCAB_OK;
}

static enum wcab_err open_media(struct serve_rows *rows, struct wcab_error *err)
{
    const struct serve_request *request = rows->request;
    const char *wanted = request->id != NULL ? request->id : first_of(&request->media);

    rows->next = next_medium;
    if (request->find != NULL && request->find[0] != '\0')
        serve_shelf_fold(&rows->wanted, request->find);
    else
        rows->at = request->offset;
    if (rows->wanted.failed)
        return serve_collected_fail(err, WCAB_ERR_NOMEM, "out of memory");
    return serve_shelf_get(rows->shelves, rows->catalog, wanted, &rows->shelf, err);
}

/* ---- what the library hands to a callback -------------------------------------------------- */

static enum wcab_err next_collected(struct serve_rows *rows, struct serve_text *text, bool *end,
                                    struct wcab_error *err)
{
    (void)err;
    *end = !serve_collected_next(&rows->collected, text);
    return WCAB_OK;
}

static enum wcab_err open_collected(struct serve_rows *rows, struct wcab_error *err)
{
    rows->next = next_collected;
    return serve_collected_make(&rows->collected, rows->catalog, rows->request, err);
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err open_route(struct serve_rows *rows, struct wcab_error *err)
{
    switch (rows->request->route) {
    case SERVE_VERSIONS:
        return open_versions(rows, err);
    case SERVE_DIFF:
        return open_diff(rows, err);
    case SERVE_MEDIA:
        return open_media(rows, err);
    case SERVE_LS:
    case SERVE_DUPS:
    case SERVE_UNREAD:
        return open_collected(rows, err);
    default:
        return open_search(rows, err);
    }
}

enum wcab_err serve_rows_open(const struct serve_rows_source *source,
                              const struct serve_request *request, struct serve_rows **rows,
                              struct wcab_error *err)
{
    struct serve_rows *made = calloc(1, sizeof(*made));
    enum wcab_err code;
    bool exists;

    if (made == NULL)
        return serve_collected_fail(err, WCAB_ERR_NOMEM, "out of memory");
    made->catalog = source->catalog;
    made->shelves = source->shelves;
    made->request = request;
    made->quickly = source->quickly;
    set_options(made);
    code = wcab_catalog_exists(made->catalog, &exists, err);
    if (code == WCAB_OK)
        code = open_route(made, err);
    if (code != WCAB_OK) {
        serve_rows_close(made);
        return code;
    }
    *rows = made;
    return WCAB_OK;
}

enum wcab_err serve_rows_next(struct serve_rows *rows, struct serve_text *text, bool *end,
                              struct wcab_error *err)
{
    enum wcab_err code;

    *end = false;
    code = rows->next(rows, text, end, err);
    if (code == WCAB_ERR_NOMEM && text->failed)
        return serve_collected_fail(err, code, "out of memory");
    return code;
}

void serve_rows_notes(const struct serve_rows *rows, struct serve_text *text)
{
    const char *comma = "";

    serve_text_puts(text, "[");
    if (rows->unread_copies > 0) {
        serve_text_printf(text,
                          "\"%" PRIu64 " copies were not read in full and could not be judged\"",
                          rows->unread_copies);
        comma = ",";
    }
    if (rows->unread_images > 0 || rows->collected.unread > 0)
        serve_text_printf(
            text, "%s\"%" PRIu64 " images were not read in full and could not be judged\"", comma,
            rows->unread_images > 0 ? rows->unread_images : rows->collected.unread);
    serve_text_puts(text, "]");
}

bool serve_rows_are_placed(const struct serve_rows *rows)
{
    return serve_request_is_collected(rows->request) ||
           (rows->request->route == SERVE_MEDIA && rows->wanted.data == NULL);
}

bool serve_rows_are_postponed(const struct serve_rows *rows)
{
    return rows->postponed;
}

bool serve_rows_are_cut(const struct serve_rows *rows)
{
    return rows->collected.cut;
}

void serve_rows_close(struct serve_rows *rows)
{
    if (rows == NULL)
        return;
    wcab_search_close(rows->search);
    wcab_versions_close(rows->versions);
    wcab_diff_close(rows->diff);
    serve_shelf_release(rows->shelf);
    serve_text_free(&rows->wanted);
    serve_collected_free(&rows->collected);
    free(rows);
}
