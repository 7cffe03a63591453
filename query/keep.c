/*
 * keep - wcab_catalog_*: figures, check, compaction, removal, export and import of a catalog.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"
#include "core/sized.h"
#include "query/handle.h"
#include "query/presence.h"

static enum wcab_err do_catalog_stats(struct wcab_catalog *catalog,
                                      struct wcab_catalog_stats *stats, struct wcab_error *err)
{
    struct wci_catalog_stats all;
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_existing(catalog, &reader, err);

    if (code == WCAB_OK)
        code = wci_reader_stats(reader, &all, err);
    if (code != WCAB_OK)
        return code;
    stats->images = all.images;
    stats->containers = all.containers;
    stats->listings = all.listings;
    stats->rows = all.rows;
    stats->names = all.names;
    stats->deep_rows = all.deep_rows;
    stats->bytes_used = all.bytes_used;
    stats->bytes_file = all.bytes_file;
    stats->format_version = all.format_version;
    return WCAB_OK;
}

enum wcab_err wcab_catalog_stats(struct wcab_catalog *catalog, struct wcab_catalog_stats *stats,
                                 struct wcab_error *err)
{
    struct wcab_catalog_stats made = {.images = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || stats == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_check(stats, &own);
    if (code == WCAB_OK)
        code = do_catalog_stats(catalog, &made, &own);
    if (code == WCAB_OK)
        wci_sized_give(stats, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}

static enum wcab_err do_catalog_check(struct wcab_catalog *catalog,
                                      void (*report)(void *context, const char *what),
                                      void *context, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_existing(catalog, &reader, err);

    return code == WCAB_OK ? wci_catalog_check(reader, report, context, err) : code;
}

enum wcab_err wcab_catalog_check(struct wcab_catalog *catalog,
                                 void (*report)(void *context, const char *what), void *context,
                                 struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || report == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_check(catalog, report, context, &own), &own, err);
}

static void ignore_report(void *context, const char *what)
{
    (void)context;
    (void)what;
}

/* Of data.mdb.damaged.NUMBER, which is short. */
static void name_of(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *from = slash == NULL ? path : slash + 1;
    size_t length = strnlen(from, size - 1);

    memcpy(name, from, length);
    name[length] = '\0';
}

static enum wcab_err do_catalog_repair(struct wcab_catalog *catalog,
                                       void (*report)(void *context, const char *what),
                                       void *context, struct wcab_repair_result *result,
                                       struct wcab_error *err)
{
    struct wci_repair_result repaired;
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_existing(catalog, &reader, err);

    if (code == WCAB_OK)
        code = wci_catalog_check(reader, ignore_report, NULL, err);
    if (code != WCAB_ERR_CORRUPT)
        return code;
    wci_handle_refresh(catalog);
    code = wci_catalog_repair(catalog->path, &catalog->cancel, report, context, &repaired, err);
    result->images = repaired.images;
    result->lost = repaired.lost;
    if (code == WCAB_OK)
        name_of(repaired.kept, result->kept, sizeof(result->kept));
    return code;
}

enum wcab_err wcab_catalog_repair(struct wcab_catalog *catalog,
                                  void (*report)(void *context, const char *what), void *context,
                                  struct wcab_repair_result *result, struct wcab_error *err)
{
    struct wcab_repair_result made = {.images = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || report == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_check(result, &own);
    if (code == WCAB_OK)
        code = do_catalog_repair(catalog, report, context, &made, &own);
    if (code == WCAB_OK)
        wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}

/* ---- compaction --------------------------------------------------------------------------- */

static enum wcab_err compact_in_place(struct wcab_catalog *catalog, struct wcab_error *err)
{
    struct wci_store *store = NULL;
    struct wci_writer *writer = NULL;
    enum wcab_err code = wci_handle_write(catalog, true, &store, &writer, err);

    if (code == WCAB_OK)
        code = wci_catalog_compact(writer, err);
    wci_writer_close(writer); /* held until now, so that nobody writes to the old file */
    wci_store_close(store);
    return code;
}

static enum wcab_err compact_copy(struct wcab_catalog *catalog, const char *path,
                                  struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_existing(catalog, &reader, err);

    return code == WCAB_OK ? wci_catalog_copy(catalog->own.store, path, err) : code;
}

static enum wcab_err do_catalog_compact(struct wcab_catalog *catalog, const char *path,
                                        struct wcab_error *err)
{
    return path != NULL ? compact_copy(catalog, path, err) : compact_in_place(catalog, err);
}

enum wcab_err wcab_catalog_compact(struct wcab_catalog *catalog, const char *path,
                                   struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_compact(catalog, path, &own), &own, err);
}

/* ---- removal ------------------------------------------------------------------------------ */

struct removal {
    struct wci_bytes path; /* of an image or a folder; empty: all */
    bool offline_only;
    uint32_t *ids; /* owned */
    size_t count, capacity;
};

static enum wcab_err choose_image(void *context, struct wci_bytes path,
                                  const struct wci_image_stamp *stamp)
{
    struct removal *removal = context;
    size_t length = removal->path.length;

    if (removal->offline_only && !wci_presence_stamp_is_gone(path, stamp))
        return WCAB_OK;
    /* What starts with the folder's name need not be below it. */
    if (length > 0 && path.length > length && path.data[length] != '/' &&
        removal->path.data[length - 1] != '/')
        return WCAB_OK;
    if (!wci_mem_grow(&removal->ids, removal->count, &removal->capacity, sizeof(*removal->ids)))
        return WCAB_ERR_NOMEM;
    removal->ids[removal->count++] = stamp->id;
    return WCAB_OK;
}

static enum wcab_err remove_chosen(struct wci_writer *writer, struct removal *removal,
                                   struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_writer_reader(writer, &reader, err);
    size_t i;

    if (code == WCAB_OK)
        code = wci_reader_each_stamp(reader, removal->path, choose_image, removal, err);
    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    if (code == WCAB_OK && removal->count == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no such image is in the catalog");
    for (i = 0; code == WCAB_OK && i < removal->count; i++)
        code = wci_writer_remove_image(writer, removal->ids[i], err);
    return code == WCAB_OK ? wci_writer_commit(writer, err) : code;
}

static enum wcab_err do_catalog_remove(struct wcab_catalog *catalog, const char *path,
                                       bool offline_only, uint64_t *removed, struct wcab_error *err)
{
    struct removal removal = {.offline_only = offline_only};
    struct wci_store *store = NULL;
    struct wci_writer *writer = NULL;
    char *absolute = NULL;
    enum wcab_err code;

    if (path == NULL && !offline_only)
        return wci_error_set(err, WCAB_ERR_USAGE, "which image is to be removed?");
    if (path != NULL) {
        absolute = wci_paths_absolute(path);
        if (absolute == NULL)
            return wci_error_nomem(err);
        removal.path = wci_bytes_of(absolute);
    }
    code = wci_handle_write(catalog, true, &store, &writer, err);
    if (code == WCAB_OK)
        code = remove_chosen(writer, &removal, err);
    if (code == WCAB_OK && removed != NULL)
        *removed = removal.count;
    wci_writer_close(writer);
    wci_store_close(store);
    free(removal.ids);
    free(absolute);
    return code;
}

enum wcab_err wcab_catalog_remove(struct wcab_catalog *catalog, const char *path, bool offline_only,
                                  uint64_t *removed, struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_remove(catalog, path, offline_only, removed, &own), &own, err);
}

/* ---- as text ------------------------------------------------------------------------------ */

static enum wcab_err do_catalog_export(struct wcab_catalog *catalog, wcab_text_sink *sink,
                                       void *context, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_existing(catalog, &reader, err);

    return code == WCAB_OK ? wci_catalog_export(reader, sink, context, err) : code;
}

enum wcab_err wcab_catalog_export(struct wcab_catalog *catalog, wcab_text_sink *sink, void *context,
                                  struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || sink == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_export(catalog, sink, context, &own), &own, err);
}

/* Texts to be read one after the other. */
struct texts {
    const struct wcab_import_options *options;
    wcab_text_source *read;
    void *const *contexts;
    size_t count;
};

/* A path without the '/' at its end; empty for the root. */
static struct wci_bytes cut_slashes(const char *path)
{
    struct wci_bytes bytes = wci_bytes_of(path);

    while (bytes.length > 0 && bytes.data[bytes.length - 1] == '/')
        bytes.length--;
    return bytes;
}

/* The maps from `arena`. */
static enum wcab_err take_maps(const struct wcab_import_options *options, struct wci_arena *arena,
                               struct wci_import_plan *plan, struct wcab_error *err)
{
    struct wci_path_map *maps = wci_arena_calloc(arena, options->map_count + 1, sizeof(*maps));
    size_t i;

    if (maps == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < options->map_count; i++) {
        const struct wcab_path_map *map = &options->maps[i];
        char *to, *absolute;

        if (map->from == NULL || map->to == NULL || map->from[0] != '/' || map->to[0] == '\0')
            return wci_error_set(err, WCAB_ERR_USAGE, "'%.200s' is no absolute path to be mapped",
                                 map->from == NULL ? "" : map->from);
        absolute = wci_paths_absolute(map->to);
        to = absolute == NULL ? NULL : wci_arena_strdup(arena, absolute);
        free(absolute);
        if (to == NULL)
            return wci_error_nomem(err);
        maps[i].from = cut_slashes(map->from);
        maps[i].to = cut_slashes(to);
    }
    plan->maps = maps;
    plan->map_count = options->map_count;
    return WCAB_OK;
}

/* What is wrong with one is told with its name. */
static enum wcab_err import_texts(struct wci_writer *writer, const struct texts *texts,
                                  struct wcab_error *err)
{
    const char *const *names = texts->options->names;
    struct wci_import_plan plan = {.groups = 0};
    struct wci_arena *arena = wci_arena_new();
    enum wcab_err code =
        arena == NULL ? wci_error_nomem(err) : take_maps(texts->options, arena, &plan, err);
    size_t i;

    if (code == WCAB_OK)
        code = wci_catalog_import_groups(writer, &plan.groups, err);
    for (i = 0; code == WCAB_OK && i < texts->count; i++) {
        code = wci_catalog_import_next(writer, &plan, texts->read, texts->contexts[i], err);
        if (code != WCAB_OK && names != NULL)
            wci_error_push_place(err, names[i], strlen(names[i]));
    }
    wci_arena_free(arena);
    return code;
}

static enum wcab_err do_catalog_import(struct wcab_catalog *catalog, const struct texts *texts,
                                       struct wcab_error *err)
{
    struct wci_store *store = NULL;
    struct wci_writer *writer = NULL;
    enum wcab_err code = wci_handle_write(catalog, false, &store, &writer, err);

    if (code == WCAB_OK)
        code = import_texts(writer, texts, err);
    if (code == WCAB_OK)
        code = wci_writer_commit(writer, err);
    wci_writer_close(writer);
    wci_store_close(store);
    return code;
}

enum wcab_err wcab_catalog_import(struct wcab_catalog *catalog, wcab_text_source *read,
                                  void *context, struct wcab_error *err)
{
    return wcab_catalog_import_all(catalog, NULL, read, &context, 1, err);
}

enum wcab_err wcab_catalog_import_all(struct wcab_catalog *catalog,
                                      const struct wcab_import_options *options,
                                      wcab_text_source *read, void *const *contexts, size_t count,
                                      struct wcab_error *err)
{
    static const struct wcab_import_options none = {.sizeof_options = sizeof(none)};
    struct wcab_import_options taken;
    const struct texts texts = {&taken, read, contexts, count};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || read == NULL || contexts == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options != NULL ? options : &none, &own);
    if (code == WCAB_OK && taken.names != NULL)
        code = wci_sized_check_names(taken.names, count, &own);
    if (code == WCAB_OK && taken.map_count > 0 && taken.maps == NULL)
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = do_catalog_import(catalog, &texts, &own);
    return wci_error_give(code, &own, err);
}
