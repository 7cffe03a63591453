/*
 * notes - see notes.h and wcab_image_note.
 */
#include "query/notes.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/sized.h"
#include "query/filter.h"
#include "query/handle.h"

/* ---- for answers -------------------------------------------------------------------------- */

bool wci_notes_give(struct wci_arena *arena, const struct wci_image *image,
                    const struct wcab_note **notes, size_t *count)
{
    struct wcab_note *list;
    uint32_t i;

    *notes = NULL;
    *count = 0;
    if (image->note_count == 0)
        return true;
    list = wci_arena_calloc(arena, image->note_count, sizeof(*list));
    for (i = 0; list != NULL && i < image->note_count; i++) {
        list[i].key = wci_arena_bytes(arena, image->notes[i].key).data;
        list[i].value = wci_arena_bytes(arena, image->notes[i].value).data;
        if (list[i].key == NULL || list[i].value == NULL)
            return false;
    }
    *notes = list;
    *count = list == NULL ? 0 : image->note_count;
    return list != NULL;
}

struct wci_bytes wci_notes_insert(struct wci_arena *arena, const struct wci_image *image,
                                  struct wci_bytes insert)
{
    struct wci_bytes result = insert;
    struct wci_buffer text;
    bool any = false;
    uint32_t i;

    wci_buffer_init(&text);
    for (i = 0; i < image->note_count; i++) {
        const struct wci_note *note = &image->notes[i];

        if (wci_bytes_equal(note->key, wci_bytes_of("note")) ||
            wci_bytes_equal(note->key, wci_bytes_of("known")))
            continue; /* these don't tell where it lies */
        if (!any)
            wci_buffer_put(&text, insert.data, insert.length);
        wci_buffer_put(&text, any ? ", " : " (", 2);
        wci_buffer_put(&text, note->key.data, note->key.length);
        wci_buffer_u8(&text, ' ');
        wci_buffer_put(&text, note->value.data, note->value.length);
        any = true;
    }
    if (any) {
        wci_buffer_u8(&text, ')');
        result =
            text.ok ? wci_arena_bytes(arena, wci_buffer_view(&text)) : (struct wci_bytes){NULL, 0};
    }
    wci_buffer_free(&text);
    return result;
}

/* ---- changing them ------------------------------------------------------------------------ */

struct noting {
    struct wci_reader *reader; /* of the writer */
    struct wci_writer *writer;
    const struct wcab_note *notes;
    size_t note_count;
    uint32_t *ids; /* owned */
    size_t id_count, id_capacity;
    struct wcab_error *err;
};

static bool is_removal(const struct wcab_note *note)
{
    return note->value == NULL || note->value[0] == '\0';
}

static enum wcab_err check_notes(const struct wcab_note *notes, size_t count,
                                 struct wcab_error *err)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (notes[i].key == NULL || !wci_note_key_is_valid(wci_bytes_of(notes[i].key)))
            return wci_error_set(err, WCAB_ERR_USAGE,
                                 "'%.40s' is no key of a note: 1 to %d of a-z, 0-9, - and _",
                                 notes[i].key == NULL ? "" : notes[i].key, WCI_LIMIT_NOTE_KEY);
        if (!is_removal(&notes[i]) && !wci_note_value_is_valid(wci_bytes_of(notes[i].value)))
            return wci_error_set(err, WCAB_ERR_USAGE,
                                 "the note '%s' is longer than %d bytes, no UTF-8, or has control "
                                 "characters",
                                 notes[i].key, WCI_LIMIT_NOTE);
    }
    return WCAB_OK;
}

static enum wcab_err add_image(void *context, uint32_t id)
{
    struct noting *noting = context;

    if (!wci_mem_grow(&noting->ids, noting->id_count, &noting->id_capacity, sizeof(*noting->ids)))
        return wci_error_nomem(noting->err);
    noting->ids[noting->id_count++] = id;
    return WCAB_OK;
}

/* Puts a note in order of keys into a list that has room for one more. */
static void put_note(struct wci_note *list, uint32_t *count, const struct wcab_note *note)
{
    const struct wci_bytes key = wci_bytes_of(note->key);
    bool is_there;
    uint32_t at = 0;

    while (at < *count && wci_bytes_compare(list[at].key, key) < 0)
        at++;
    is_there = at < *count && wci_bytes_equal(list[at].key, key);
    if (is_removal(note)) {
        if (is_there)
            memmove(&list[at], &list[at + 1], (--*count - at) * sizeof(*list));
        return;
    }
    if (!is_there)
        memmove(&list[at + 1], &list[at], ((*count)++ - at) * sizeof(*list));
    list[at].key = key;
    list[at].value = wci_bytes_of(note->value);
}

static enum wcab_err note_image(struct noting *noting, uint32_t id, struct wci_arena *arena)
{
    struct wci_image image;
    struct wci_image_state state;
    struct wci_note *list;
    size_t i;
    enum wcab_err code = wci_reader_image(noting->reader, id, arena, &image, &state, noting->err);

    if (code != WCAB_OK)
        return code;
    list = wci_arena_calloc(arena, image.note_count + noting->note_count + 1, sizeof(*list));
    if (list == NULL)
        return wci_error_nomem(noting->err);
    if (image.note_count > 0)
        memcpy(list, image.notes, image.note_count * sizeof(*list));
    for (i = 0; i < noting->note_count; i++)
        put_note(list, &image.note_count, &noting->notes[i]);
    if (image.note_count > WCI_LIMIT_NOTES)
        return wci_error_set(noting->err, WCAB_ERR_USAGE, "an image has at most %d notes",
                             WCI_LIMIT_NOTES);
    return wci_writer_set_notes(noting->writer, id, list, image.note_count, noting->err);
}

static enum wcab_err note_images(struct noting *noting, const struct wci_filter *filter)
{
    struct wci_arena *arena = wci_arena_new();
    enum wcab_err code = arena == NULL
                             ? wci_error_nomem(noting->err)
                             : wci_writer_reader(noting->writer, &noting->reader, noting->err);
    size_t i;

    if (code == WCAB_OK)
        code = wci_filter_each_image(filter, noting->reader, add_image, noting, noting->err);
    if (code == WCAB_OK && noting->id_count == 0)
        code = wci_error_set(noting->err, WCAB_ERR_NOTFOUND, "no such image is in the catalog");
    for (i = 0; code == WCAB_OK && i < noting->id_count; i++) {
        code = note_image(noting, noting->ids[i], arena);
        wci_arena_reset(arena);
    }
    wci_arena_free(arena);
    return code == WCAB_OK ? wci_writer_commit(noting->writer, noting->err) : code;
}

static enum wcab_err do_image_note(struct wcab_catalog *catalog, const char *filter,
                                   struct noting *noting)
{
    struct wci_filter *passing = NULL;
    struct wci_store *store = NULL;
    enum wcab_err code = check_notes(noting->notes, noting->note_count, noting->err);

    if (code == WCAB_OK)
        code = wci_filter_open(catalog, filter, &passing, noting->err);
    if (code == WCAB_OK)
        code = wci_handle_write(catalog, true, &store, &noting->writer, noting->err);
    if (code == WCAB_OK)
        code = note_images(noting, passing);
    wci_writer_close(noting->writer);
    wci_store_close(store);
    wci_filter_free(passing);
    free(noting->ids);
    return code;
}

enum wcab_err wcab_image_note(struct wcab_catalog *catalog, const char *filter,
                              const struct wcab_note *notes, size_t note_count,
                              struct wcab_note_result *result, struct wcab_error *err)
{
    struct wcab_note_result made = {.images = 0};
    struct wcab_error own;
    struct noting noting = {.notes = notes, .note_count = note_count, .err = &own};
    enum wcab_err code;

    if (catalog == NULL || filter == NULL || notes == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_check(result, &own);
    if (code == WCAB_OK)
        code = do_image_note(catalog, filter, &noting);
    made.images = noting.id_count;
    if (code == WCAB_OK)
        wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
