/*
 * walk_toc - tables of contents found by a walk, on volumes and in cabinets.
 */

#include <stdio.h>

#include "indexer/toc/collect.h"
#include "indexer/toc/unpack_once.h"
#include "indexer/walk/cabinet_files.h"
#include "indexer/walk/walk.h"
#include "indexer/walk/walk_run.h"
#include "media/archive/volume_is3.h"
#include "media/volume/volume.h"

static bool wants_tables(const struct wci_walk_place *place)
{
    const struct wci_walk_tables *tables = place->walk->options->tables;

    return tables != NULL && tables->wanted(tables->context, place->walk->image);
}

/* Adds the table that was read, in a container of its own; `name` is that of its first file. */
static enum wcab_err keep_toc(struct wci_walk_place *place, const struct wci_toc *toc,
                              struct wci_bytes name, struct wcab_error *err)
{
    struct wci_walk *walk = place->walk;
    uint32_t index = 0;
    enum wcab_err code;

    if (wci_toc_is_empty(toc) || wci_walk_is_too_deep(place))
        return WCAB_OK;
    code = wci_walk_add_container(walk, name, place->container, WCI_NONE, &index, err);
    if (code == WCAB_OK)
        code = wci_toc_record(toc, walk->image->arena, &walk->image->containers[index], err);
    return code;
}

/* Opens one file of a volume that may be a table of contents and adds what it says. */
static enum wcab_err read_loose_table(struct wci_volume *volume, const struct wci_entry *entry,
                                      struct wci_toc *toc, struct wcab_error *err)
{
    struct wci_source *source = NULL;
    struct wcab_error why;
    enum wcab_err code = wci_volume_open_entry(volume, entry, &source, &why);

    if (code == WCAB_OK)
        code = wci_toc_collect(toc, entry, source, &why);
    wci_source_close(source);
    if (!wci_error_ends_run(code))
        return WCAB_OK; /* what is damaged is no table; verification tells of it */
    *err = why;
    return code;
}

enum wcab_err wci_walk_tables(struct wci_walk_place *place, struct wci_volume *volume,
                              struct wcab_error *err)
{
    const struct wci_container container = place->walk->image->containers[place->container];
    struct wci_arena *arena = place->walk->image->arena;
    struct wci_bytes name = {NULL, 0}, folder = {NULL, 0};
    struct wci_toc toc;
    bool asked = false, known;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    wci_toc_init(&toc, arena);
    for (i = 0; code == WCAB_OK && i < container.entry_count; i++) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(&container, i, &room);

        if (!wci_toc_is_candidate(container.kind, entry))
            continue;
        known = wci_toc_kind_of(entry->name.bytes) != WCI_TOC_INF;
        if (!known && place->other_tables++ >= WCI_TOC_OTHERS)
            continue;
        if (!asked && !wants_tables(place))
            return WCAB_OK;
        asked = true;
        if (name.data != NULL && !wci_bytes_equal(folder, entry->folder)) {
            code = keep_toc(place, &toc, name, err);
            wci_toc_init(&toc, arena);
            name.data = NULL;
        }
        if (name.data == NULL || wci_toc_is_empty(&toc)) {
            name = wci_walk_entry_path(arena, entry);
            folder = entry->folder;
        }
        if (name.data == NULL)
            code = wci_error_nomem(err);
        if (code == WCAB_OK)
            code = read_loose_table(volume, entry, &toc, err);
    }
    return code == WCAB_OK && name.data != NULL ? keep_toc(place, &toc, name, err) : code;
}

/* The table that each part of an InstallShield 3 archive has tells of the files in the other parts. */
enum wcab_err wci_walk_parts_away(struct wci_walk_place *place, const struct wci_volume *volume,
                                  struct wcab_error *err)
{
    const struct wci_container *container = &place->walk->image->containers[place->container];
    struct wci_is3_away away;
    struct wci_toc toc;
    size_t at = 0;

    if (container->kind != WCI_CONTAINER_INSTALLSHIELD)
        return WCAB_OK;
    wci_toc_init(&toc, place->walk->image->arena);
    while (wci_volume_is3_next_away(volume, &at, &away)) {
        struct wci_toc_file file = {.name = away.name, .has_size = true, .size = away.size};
        char number[16];

        (void)snprintf(number, sizeof(number), "%u", away.part);
        file.disk = wci_toc_disk(&toc, wci_bytes_of(number));
        if (file.disk == WCI_NONE)
            break;
        if (toc.disks[file.disk].cabinet.length == 0)
            toc.disks[file.disk].cabinet = wci_toc_text(&toc, wci_bytes_of(away.archive));
        wci_toc_add(&toc, &file);
    }
    return keep_toc(place, &toc, container->name, err);
}

enum wcab_err wci_walk_cabinet_tables(struct wci_walk_place *place, struct wcab_error *err)
{
    enum { MOST_TABLES = 16 };
    struct wci_walk *walk = place->walk;
    const struct wci_container cabinet = walk->image->containers[place->container];
    struct wci_toc_cabinet tables = {
        .source = place->source, .container = &cabinet, .budget = &walk->budget};
    uint32_t rows[MOST_TABLES];
    struct wci_toc toc;
    size_t count, whole = 0, i;
    enum wcab_err code;

    count = wci_toc_cabinet_rows(
        &cabinet, walk->options->tables != NULL && walk->options->tables->all, rows, MOST_TABLES);
    for (i = 0; i < count; i++) {
        if (wci_cabinet_files_is_whole(&cabinet, rows[i]))
            rows[whole++] = rows[i];
    }
    if (whole == 0 || !wants_tables(place))
        return WCAB_OK;
    wci_toc_init(&toc, walk->image->arena);
    tables.rows = rows;
    tables.row_count = whole;
    code = wci_toc_unpack_once(walk->options->tables->cache, &toc, &tables, err);
    if (code != WCAB_OK)
        return code;
    return keep_toc(place, &toc, cabinet.entries[rows[0]].name.bytes, err);
}
