/*
 * read - wcab_read: one file by the id that its answer carries.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/extract/extract_run.h"
#include "query/file_id.h"
#include "query/handle.h"

/* The name as text, for messages. */
static const char *name_of(struct wci_arena *arena, const struct wci_entry *entry)
{
    struct wci_buffer text;
    const char *name;

    wci_buffer_init(&text);
    (void)wci_text_to_utf8(entry->name, 0, &text);
    wci_buffer_u8(&text, 0);
    name = text.ok ? wci_arena_strdup(arena, (const char *)text.data) : NULL;
    wci_buffer_free(&text);
    return name;
}

/* Makes the row that the id names the only target. */
static enum wcab_err choose_target(struct wci_extraction *run, struct wci_target *target,
                                   const struct wci_file_id *id, struct wcab_error *err)
{
    struct wci_file_place place;
    enum wcab_err code = wci_file_id_find(run->reader, id, run->arena, &place, err);

    if (code == WCAB_OK)
        code = wci_listing_row(&place.listing, id->row, &target->entry, err);
    if (code != WCAB_OK)
        return code;
    target->run = run;
    target->image = id->image;
    target->container = id->container;
    target->row = id->row;
    target->listing = id->listing;
    target->folder =
        place.listing.kind == WCI_CONTAINER_CABINET ? target->entry.cab_folder : (uint32_t)WCI_NONE;
    target->image_path = wci_arena_strdup(run->arena, place.image.path.data);
    target->name = name_of(run->arena, &target->entry);
    target->complete = true;
    if (target->image_path == NULL || target->name == NULL)
        return wci_error_nomem(err);
    run->targets = target;
    run->count = 1;
    return WCAB_OK;
}

/* What is wrong with the file. */
static void on_event(void *context, const struct wcab_extract_event *event)
{
    struct wcab_error *found = context;

    if (event->error != NULL)
        *found = *event->error;
}

struct reading {
    enum wcab_err (*put)(void *context, const void *data, size_t size);
    void *context;
    struct wcab_error found;
};

static enum wcab_err on_put(void *context, const void *data, size_t size)
{
    const struct reading *reading = context;

    return reading->put(reading->context, data, size);
}

static void on_reading_event(void *context, const struct wcab_extract_event *event)
{
    struct reading *reading = context;

    on_event(&reading->found, event);
}

static enum wcab_err read_file(struct wcab_catalog *catalog, const struct wci_file_id *id,
                               struct reading *reading, struct wcab_error *err)
{
    const struct wcab_extract_options options = {
        .context = reading, .put = on_put, .on_event = on_reading_event};
    struct wcab_extract_result result = {.written = 0};
    struct wci_target target = {.run = NULL, .folders = "", .below = {.fd = -1}};
    struct wci_extraction run = {
        .catalog = catalog, .options = &options, .result = &result, .folder = {.fd = -1}};
    enum wcab_err code;

    run.arena = wci_arena_new();
    code = run.arena == NULL ? wci_error_nomem(err)
                             : wci_handle_reader(catalog, false, &run.reader, err);
    if (code == WCAB_OK)
        code = choose_target(&run, &target, id, err);
    if (code == WCAB_OK)
        code = wci_extract_targets(&run, err);
    if (code == WCAB_OK && result.written == 0) {
        *err = reading->found;
        code = err->code;
    }
    wci_folder_parts_free(&run.parts);
    wci_opened_close(run.opened);
    wci_arena_free(run.arena);
    return code;
}

enum wcab_err wcab_read(struct wcab_catalog *catalog, const char *id,
                        enum wcab_err (*put)(void *context, const void *data, size_t size),
                        void *context, struct wcab_error *err)
{
    struct reading reading = {.put = put, .context = context};
    struct wci_file_id numbers;
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || id == NULL || put == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_file_id_parse(id, &numbers, &own);
    if (code != WCAB_OK)
        return wci_error_give(code, &own, err);
    wci_error_set(&reading.found, WCAB_ERR_CORRUPT, "it could not be read");
    return wci_error_give(read_file(catalog, &numbers, &reading, &own), &own, err);
}

struct filling {
    uint8_t *buffer;
    size_t size, got;
};

static enum wcab_err fill(void *context, const void *data, size_t size)
{
    struct filling *filling = context;
    size_t room = filling->size - filling->got;
    size_t part = size < room ? size : room;

    if (part > 0)
        memcpy(filling->buffer + filling->got, data, part);
    filling->got += part;
    return part == size ? WCAB_OK : WCAB_ERR_LIMIT;
}

enum wcab_err wcab_read_into(struct wcab_catalog *catalog, const char *id, void *buffer,
                             size_t size, size_t *got, struct wcab_error *err)
{
    struct filling filling = {.buffer = buffer, .size = size};
    enum wcab_err code;

    if (got == NULL || (buffer == NULL && size > 0))
        return wci_error_null(err);
    code = wcab_read(catalog, id, fill, &filling, err);
    *got = filling.got;
    return code;
}
