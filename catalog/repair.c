/*
 * repair - what can still be read of a damaged catalog, put into a new one.  See catalog.h.
 *
 * LMDB is kept away from the damaged file: each record is looked for by its id through the own
 * reader of pages, so that a broken page costs what stands on it and no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/load.h"
#include "catalog/store.h"
#include "catalog/writer.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"

/* Images that are looked for where the counters can't be read. */
enum { IDS_TRIED = 1 << 20, IMAGES_PER_COMMIT = 256 };

struct repair {
    struct wci_store *old;    /* never opened: names the files, and what cancels */
    struct wci_reader reader; /* of the damaged file */
    struct wci_store *store;  /* the new catalog */
    struct wci_writer *writer;
    uint32_t last_image, last_listing;
    uint32_t *listings, *images; /* owned: new ids by the old ones, 0: lost */
    wci_check_report *report;
    void *context;
    struct wci_repair_result *result;
    struct wcab_error *err;
};

static void lost(struct repair *repair, struct wci_bytes path, const char *what)
{
    char text[400];

    (void)snprintf(text, sizeof(text), "%.*s: %s", (int)(path.length < 250 ? path.length : 250),
                   path.data, what);
    repair->result->lost++;
    repair->report(repair->context, text);
}

/* ---- the damaged file --------------------------------------------------------------------- */

static enum wcab_err map_damaged(struct repair *repair)
{
    struct wci_reader *reader = &repair->reader;
    int file = open(repair->old->data_path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (file < 0)
        return wci_error_set_sys(repair->err, errno, "can't open the catalog's data file");
    if (fstat(file, &status) == 0 && status.st_size > 0) {
        reader->map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
        reader->map = reader->map == MAP_FAILED ? NULL : reader->map;
        reader->map_size = (size_t)status.st_size;
    }
    (void)close(file);
    return reader->map != NULL
               ? WCAB_OK
               : wci_error_set(repair->err, WCAB_ERR_CORRUPT, "nothing of it can be read");
}

/* By the newer of the two meta pages, or by the other one where that can't be read. */
static enum wcab_err open_damaged(struct repair *repair)
{
    struct wci_reader *reader = &repair->reader;
    struct wci_counters counters;
    enum wcab_err code = map_damaged(repair);

    if (code == WCAB_OK)
        code = wci_pages_salvage(reader->map, reader->map_size, &reader->pages, repair->err);
    if (code != WCAB_OK)
        return code;
    reader->tree.store = repair->old;
    reader->tree.pages = &reader->pages;
    repair->last_image = repair->last_listing = IDS_TRIED;
    if (wci_reader_counters(&reader->tree, &counters, NULL) == WCAB_OK) {
        repair->last_image = counters.image;
        repair->last_listing = counters.listing;
    }
    /* no more than the file could hold */
    if (repair->last_image > reader->map_size / 8)
        repair->last_image = (uint32_t)(reader->map_size / 8);
    if (repair->last_listing > reader->map_size / 8)
        repair->last_listing = (uint32_t)(reader->map_size / 8);
    repair->listings = wci_mem_calloc((size_t)repair->last_listing + 1, sizeof(uint32_t));
    repair->images = wci_mem_calloc((size_t)repair->last_image + 1, sizeof(uint32_t));
    return repair->listings == NULL || repair->images == NULL ? wci_error_nomem(repair->err)
                                                              : WCAB_OK;
}

/* ---- images ------------------------------------------------------------------------------- */

/* The facts of a container, when all can be read. */
static enum wcab_err copy_facts(struct repair *repair, uint32_t from, uint32_t to,
                                uint32_t container, uint32_t rows, bool *readable)
{
    struct wci_deep *deep;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    *readable = true;
    if (rows == 0)
        return WCAB_OK;
    deep = wci_mem_calloc(rows, sizeof(*deep));
    if (deep == NULL)
        return wci_error_nomem(repair->err);
    for (i = 0; code == WCAB_OK && i < rows; i++)
        code = wci_reader_deep(&repair->reader, from, container, i, &deep[i], NULL);
    if (code == WCAB_OK)
        code = wci_writer_put_deep(repair->writer, to, container, deep, rows, repair->err);
    if (code != WCAB_OK && !wci_error_ends_run(code) && !repair->writer->failed) {
        *readable = code == WCAB_ERR_NOTFOUND;
        code = WCAB_OK;
    }
    free(deep);
    return code;
}

static void note_ids(struct repair *repair, uint32_t from, uint32_t to,
                     const struct wci_image_state *state, const uint32_t *listings, uint32_t count)
{
    uint32_t i;

    repair->images[from] = to;
    for (i = 0; i < count; i++) {
        if (state->listings[i] <= repair->last_listing)
            repair->listings[state->listings[i]] = listings[i];
    }
}

static enum wcab_err put_image(struct repair *repair, uint32_t from, const struct wci_image *image,
                               const struct wci_image_stamp *stamp,
                               const struct wci_image_state *state)
{
    uint32_t *listings = wci_mem_calloc((size_t)image->container_count + 1, sizeof(*listings));
    bool whole = true, readable;
    uint32_t to = 0, i;
    enum wcab_err code;

    if (listings == NULL)
        return wci_error_nomem(repair->err);
    code = wci_writer_put_known(repair->writer, image, NULL, &to, listings, repair->err);
    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        code = copy_facts(repair, from, to, i, image->containers[i].entry_count, &readable);
        whole = whole && readable;
    }
    if (code == WCAB_OK && !whole)
        lost(repair, image->path, "what was found in some of its files is lost");
    if (code == WCAB_OK && whole && stamp->deep)
        code = wci_writer_set_deep(repair->writer, to, true, repair->err);
    if (code == WCAB_OK && stamp->offline)
        code = wci_writer_set_offline(repair->writer, to, true, repair->err);
    if (code == WCAB_OK) {
        note_ids(repair, from, to, state, listings, image->container_count);
        repair->result->images++;
    }
    free(listings);
    return code;
}

/* An image of which the record can be read, whatever else of it. */
static enum wcab_err salvage_record(struct repair *repair, uint32_t id, struct wci_image *image,
                                    struct wci_bytes value)
{
    struct wci_image_stamp stamp = {.id = 0}, there;
    struct wci_image_state state;
    struct wci_arena *arena = image->arena;
    struct wci_reader *view;
    enum wcab_err code = wci_schema_get_image(value, id, arena, image, &state, NULL);

    image->arena = arena;
    if (code != WCAB_OK) {
        lost(repair, wci_bytes_of("an image"), "its record is damaged");
        return wci_error_ends_run(code) ? wci_error_nomem(repair->err) : WCAB_OK;
    }
    code = wci_load_rows(&repair->reader, image, &state, NULL);
    if (code != WCAB_OK) {
        lost(repair, image->path, "its lists of files are damaged; index it again");
        return wci_error_ends_run(code) ? wci_error_nomem(repair->err) : WCAB_OK;
    }
    /* without a stamp it is read again when it is next indexed */
    if (wci_reader_get_stamp(&repair->reader.tree, image->path, &stamp, NULL) != WCAB_OK ||
        stamp.id != id)
        memset(&stamp, 0, sizeof(stamp));
    wci_reader_put_stamp(&stamp, image);
    code = wci_writer_reader(repair->writer, &view, repair->err);
    if (code == WCAB_OK && wci_reader_stamp(view, image->path, &there, NULL) == WCAB_OK) {
        lost(repair, image->path, "there is a second record of it");
        return WCAB_OK;
    }
    if (code == WCAB_OK && wci_writer_accepts(image, NULL) != WCAB_OK) {
        lost(repair, image->path, "its record contradicts itself; index it again");
        return WCAB_OK;
    }
    return code == WCAB_OK ? put_image(repair, id, image, &stamp, &state) : code;
}

static enum wcab_err salvage_image(struct repair *repair, uint32_t id)
{
    struct wci_image *image;
    struct wci_bytes value;
    uint8_t key[4];
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&repair->reader.tree, WCI_TABLE_IMAGES, key, sizeof(key), &value, NULL);
    if (code != WCAB_OK) {
        repair->result->unreadable += code == WCAB_ERR_CORRUPT;
        return wci_error_ends_run(code) ? wci_error_set(repair->err, code, "interrupted") : WCAB_OK;
    }
    image = wci_image_new();
    if (image == NULL)
        return wci_error_nomem(repair->err);
    code = salvage_record(repair, id, image, value);
    wci_image_free(image);
    return code;
}

static enum wcab_err salvage_images(struct repair *repair)
{
    enum wcab_err code = WCAB_OK;
    uint32_t id;

    for (id = 1; code == WCAB_OK && id <= repair->last_image && id != 0; id++) {
        code = salvage_image(repair, id);
        if (code == WCAB_OK && id % IMAGES_PER_COMMIT == 0)
            code = wci_writer_commit(repair->writer, repair->err);
    }
    return code;
}

/* ---- what ties them ----------------------------------------------------------------------- */

static enum wcab_err salvage_links(struct repair *repair)
{
    enum wcab_err code = WCAB_OK;
    uint32_t id, next;

    for (id = 1; code == WCAB_OK && id <= repair->last_listing && id != 0; id++) {
        if (repair->listings[id] == 0 ||
            wci_reader_next(&repair->reader, id, &next, NULL) != WCAB_OK ||
            next > repair->last_listing || repair->listings[next] == 0)
            continue;
        code = wci_writer_set_next(repair->writer, repair->listings[id], repair->listings[next],
                                   repair->err);
    }
    return code;
}

/* A group is called after its first image. */
static uint64_t new_group(const struct repair *repair, uint64_t group)
{
    uint32_t leader = (uint32_t)group;

    if (group == 0 || leader > repair->last_image || repair->images[leader] == 0)
        return 0;
    return (group & ~(uint64_t)UINT32_MAX) | repair->images[leader];
}

static enum wcab_err salvage_groups_of(struct repair *repair, uint32_t id, struct wci_arena *arena)
{
    struct wci_image image;
    struct wci_image_state state;
    struct wci_bytes value;
    uint8_t key[4];
    enum wcab_err code;
    uint32_t i;

    wci_schema_put32(key, id);
    if (wci_tree_get(&repair->reader.tree, WCI_TABLE_IMAGES, key, sizeof(key), &value, NULL) !=
            WCAB_OK ||
        wci_schema_get_image(value, id, arena, &image, &state, NULL) != WCAB_OK)
        return WCAB_OK;
    code = wci_writer_set_group(repair->writer, repair->images[id], WCI_NONE,
                                new_group(repair, image.identity.group), repair->err);
    for (i = 0; code == WCAB_OK && i < image.part_count; i++)
        code = wci_writer_set_group(repair->writer, repair->images[id], i,
                                    new_group(repair, image.parts[i].identity.group), repair->err);
    return code;
}

static enum wcab_err salvage_groups(struct repair *repair)
{
    struct wci_arena *arena = wci_arena_new();
    enum wcab_err code = arena == NULL ? wci_error_nomem(repair->err) : WCAB_OK;
    uint32_t id;

    for (id = 1; code == WCAB_OK && id <= repair->last_image && id != 0; id++) {
        if (repair->images[id] != 0)
            code = salvage_groups_of(repair, id, arena);
        wci_arena_reset(arena);
    }
    wci_arena_free(arena);
    return code;
}

static enum wcab_err take_profile(void *context, struct wci_bytes id, struct wci_bytes text)
{
    struct repair *repair = context;

    return wci_writer_put_profile(repair->writer, id, text, repair->err);
}

static enum wcab_err salvage_all(struct repair *repair)
{
    enum wcab_err code = salvage_images(repair);

    if (code == WCAB_OK)
        code = salvage_links(repair);
    if (code == WCAB_OK)
        code = salvage_groups(repair);
    if (code == WCAB_OK &&
        wci_reader_each_profile(&repair->reader, take_profile, repair, NULL) != WCAB_OK)
        lost(repair, wci_bytes_of("profiles"), "not all can be read");
    if (repair->result->unreadable > 0)
        lost(repair, wci_bytes_of("images"), "some records can't be read; index again");
    return code == WCAB_OK ? wci_writer_commit(repair->writer, repair->err) : code;
}

/* ---- the new file ------------------------------------------------------------------------- */

/* A folder for the new catalog inside the old one's.  What a repair that was killed left there goes:
 * only one may write. */
static void clear_folder(const char *folder)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = wci_paths_join(folder, names[i]);

        if (path != NULL)
            (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

/* Keeps the old file under the first free name, data.mdb.damaged or with a number. */
static enum wcab_err keep_old(struct repair *repair)
{
    struct wci_repair_result *result = repair->result;
    unsigned number;

    for (number = 0; number < 1000; number++) {
        if (number == 0)
            (void)snprintf(result->kept, sizeof(result->kept), "%s.damaged",
                           repair->old->data_path);
        else
            (void)snprintf(result->kept, sizeof(result->kept), "%s.damaged.%u",
                           repair->old->data_path, number);
        if (link(repair->old->data_path, result->kept) == 0)
            return WCAB_OK;
        if (errno != EEXIST)
            break;
    }
    return wci_error_set_sys(repair->err, errno, "the damaged file can't be kept beside");
}

static enum wcab_err exchange(struct repair *repair, const char *folder)
{
    char *data = wci_paths_join(folder, "data.mdb");
    enum wcab_err code = data == NULL ? wci_error_nomem(repair->err) : WCAB_OK;
    int file = data == NULL ? -1 : open(data, O_RDWR | O_CLOEXEC);

    if (code == WCAB_OK && file < 0)
        code = wci_error_set_sys(repair->err, errno, "can't open the new data file");
    if (code == WCAB_OK)
        code = wci_copy_keep_rights(repair->old, file, repair->err);
    if (code == WCAB_OK)
        code = keep_old(repair);
    if (code == WCAB_OK)
        code = wci_copy_replace_data(repair->old, data, repair->err);
    if (file >= 0)
        (void)close(file);
    free(data);
    return code;
}

static enum wcab_err repair_locked(struct repair *repair)
{
    char *folder = wci_paths_join(repair->old->folder, "repair.tmp");
    enum wcab_err code = folder == NULL ? wci_error_nomem(repair->err) : open_damaged(repair);

    if (code == WCAB_OK) {
        clear_folder(folder);
        code = wci_store_open(folder, WCI_STORE_WRITE, &repair->store, repair->err);
    }
    if (code == WCAB_OK) {
        repair->store->cancel = repair->old->cancel;
        code = wci_writer_open(repair->store, false, NULL, &repair->writer, repair->err);
    }
    if (code == WCAB_OK)
        code = salvage_all(repair);
    wci_writer_close(repair->writer);
    wci_store_close(repair->store);
    if (code == WCAB_OK)
        code = exchange(repair, folder);
    if (folder != NULL)
        clear_folder(folder);
    free(folder);
    return code;
}

enum wcab_err wci_catalog_repair(const char *path, const struct wcab_cancel *cancel,
                                 wci_check_report *report, void *context,
                                 struct wci_repair_result *result, struct wcab_error *err)
{
    struct wci_store old = {.mode = WCI_STORE_READ};
    struct repair repair = {
        .old = &old, .report = report, .context = context, .result = result, .err = err};
    enum wcab_err code = WCAB_OK;
    int lock = -1;

    memset(result, 0, sizeof(*result));
    old.folder = strdup(path);
    old.data_path = wci_paths_join(path, "data.mdb");
    old.cancel = cancel;
    if (old.folder == NULL || old.data_path == NULL)
        code = wci_error_nomem(err);
    else if (access(old.data_path, F_OK) != 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "there is no catalog");
    else
        code = wci_store_lock(&old, false, cancel, &lock, err);
    if (code == WCAB_OK) {
        code = repair_locked(&repair);
        wci_store_unlock(lock);
    }
    if (repair.reader.map != NULL)
        (void)munmap(repair.reader.map, repair.reader.map_size);
    free(repair.listings);
    free(repair.images);
    free(old.folder);
    free(old.data_path);
    return code;
}
