/*
 * filter_words - see filter_words.h.
 */
#include "query/filter_words.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"
#include "query/pattern.h"

/* How an image is called, best first. */
enum { BY_FILE_NAME, BY_LABEL, BY_NOTE, BY_NOTE_TEXT, NOT_AT_ALL };

struct calling {
    struct wci_reader *reader;
    struct wci_arena *arena; /* of the image at hand */
    struct wci_bytes word;   /* all of it */
    struct wci_pattern
        *pattern; /* of it; NULL: it has a '/' or can't be one, and is taken as it is */
    struct wci_bytes key, text; /* of "key=text"; key empty: it is no such word */
    struct wci_pattern *text_pattern;
    struct wci_called_image *list; /* owned */
    size_t count, capacity;
    unsigned best;
    struct wcab_error *err;
};

/* NULL when it has to be taken as it stands. */
static struct wci_pattern *pattern_of(struct wci_bytes text)
{
    struct wci_pattern *pattern = NULL;

    if (memchr(text.data, '/', text.length) != NULL || memchr(text.data, '\\', text.length) != NULL)
        return NULL;
    return wci_pattern_compile(text.data, WCAB_MATCH_AUTO, &pattern, NULL) == WCAB_OK ? pattern
                                                                                      : NULL;
}

static bool fits(const struct wci_pattern *pattern, struct wci_bytes word, struct wci_bytes text)
{
    struct wci_folded room;
    struct wci_bytes folded = wci_text_fold_name(text, &room);

    if (pattern == NULL)
        return wci_text_equal_folded(word, text);
    return folded.length > 0 && wci_pattern_fits(pattern, folded);
}

static enum wcab_err add(struct calling *calling, uint32_t id, uint32_t part, bool all_parts,
                         unsigned how)
{
    const struct wci_called_image called = {
        .id = id, .part = part, .all_parts = all_parts, .how = how};

    if (how > calling->best)
        return WCAB_OK;
    calling->best = how;
    if (!wci_mem_grow(&calling->list, calling->count, &calling->capacity, sizeof(called)))
        return wci_error_nomem(calling->err);
    calling->list[calling->count++] = called;
    return WCAB_OK;
}

/* How the image as a whole is called. */
static unsigned how_called(const struct calling *calling, const struct wci_image *image)
{
    unsigned how = NOT_AT_ALL;
    uint32_t i;

    if (fits(calling->pattern, calling->word, wci_bytes_base_name(image->path)))
        return BY_FILE_NAME;
    for (i = 0; i < image->note_count; i++) {
        if (calling->key.length > 0 && wci_text_equal_folded(image->notes[i].key, calling->key) &&
            fits(calling->text_pattern, calling->text, image->notes[i].value))
            return BY_NOTE;
        if (fits(calling->pattern, calling->word, image->notes[i].value))
            how = BY_NOTE_TEXT;
    }
    return how;
}

static enum wcab_err add_labels(struct calling *calling, uint32_t id, const struct wci_image *image)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        struct wci_bytes label = image->containers[i].label.bytes;

        if (label.length > 0 && fits(calling->pattern, calling->word, label))
            code = add(calling, id, wci_part_of(image, i), false, BY_LABEL);
    }
    return code;
}

static enum wcab_err on_image(void *context, uint32_t id)
{
    struct calling *calling = context;
    struct wci_image image;
    struct wci_image_state state;
    unsigned how;
    enum wcab_err code;

    wci_arena_reset(calling->arena);
    code = wci_reader_image(calling->reader, id, calling->arena, &image, &state, calling->err);
    if (code != WCAB_OK)
        return code;
    how = how_called(calling, &image);
    if (how != BY_FILE_NAME)
        code = add_labels(calling, id, &image);
    return code == WCAB_OK && how != NOT_AT_ALL ? add(calling, id, WCI_NONE, true, how) : code;
}

/* Leaves those that are called so in the best way. */
static void keep_best(struct calling *calling)
{
    size_t i, kept = 0;

    for (i = 0; i < calling->count; i++) {
        if (calling->list[i].how == calling->best)
            calling->list[kept++] = calling->list[i];
    }
    calling->count = kept;
}

static void cut_word(struct calling *calling)
{
    const char *equals = memchr(calling->word.data, '=', calling->word.length);
    const char *end = calling->word.data + calling->word.length;

    if (equals == NULL || equals == calling->word.data || equals + 1 == end)
        return;
    calling->key = (struct wci_bytes){calling->word.data, (size_t)(equals - calling->word.data)};
    calling->text = (struct wci_bytes){equals + 1, (size_t)(end - equals - 1)};
    calling->text_pattern = pattern_of(calling->text);
}

enum wcab_err wci_filter_words_find(struct wcab_catalog *catalog, const char *word,
                                    struct wci_called_image **list, size_t *count,
                                    struct wcab_error *err)
{
    struct calling calling = {.word = wci_bytes_of(word), .best = NOT_AT_ALL, .err = err};
    enum wcab_err code = wci_handle_reader(catalog, false, &calling.reader, err);

    *list = NULL;
    *count = 0;
    if (code != WCAB_OK || calling.reader == NULL || calling.word.length == 0)
        return code;
    calling.arena = wci_arena_new();
    if (calling.arena == NULL)
        return wci_error_nomem(err);
    calling.pattern = pattern_of(calling.word);
    cut_word(&calling);
    code = wci_reader_each_image(calling.reader, on_image, &calling, err);
    wci_pattern_free(calling.pattern);
    wci_pattern_free(calling.text_pattern);
    wci_arena_free(calling.arena);
    if (code != WCAB_OK || calling.best == NOT_AT_ALL) {
        free(calling.list);
        return code;
    }
    keep_best(&calling);
    *list = calling.list;
    *count = calling.count;
    return WCAB_OK;
}
