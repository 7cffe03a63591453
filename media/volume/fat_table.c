/*
 * fat_table - see fat_table.h.
 */
#include "media/volume/fat_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/mem.h"

enum {
    PAGE_BYTES = 24576, /* divides by 3 and 4, so that no entry crosses pages */
    PAGES = 64
};

struct page {
    uint8_t *bytes; /* owned; NULL until used */
    uint64_t number;
    size_t size;
};

struct wci_fat_table {
    struct wci_source *source;               /* borrowed */
    const struct wci_fat_geometry *geometry; /* borrowed */
    struct page pages[PAGES];
};

enum wcab_err wci_fat_table_new(struct wci_source *source, const struct wci_fat_geometry *geometry,
                                struct wci_fat_table **table, struct wcab_error *err)
{
    struct wci_fat_table *made = wci_mem_calloc(1, sizeof(*made));

    if (made == NULL)
        return wci_error_nomem(err);
    made->source = source;
    made->geometry = geometry;
    *table = made;
    return WCAB_OK;
}

void wci_fat_table_free(struct wci_fat_table *table)
{
    size_t i;

    if (table == NULL)
        return;
    for (i = 0; i < PAGES; i++)
        free(table->pages[i].bytes);
    free(table);
}

/* ---- entries ------------------------------------------------------------------------------ */

/* Reads a page from the copy to begin with, else from the others. */
static enum wcab_err load_page(struct wci_fat_table *table, uint64_t number, struct page *page,
                               struct wcab_error *err)
{
    const struct wci_fat_geometry *g = table->geometry;
    uint64_t start = number * PAGE_BYTES;
    size_t size = g->fat_size - start < PAGE_BYTES ? (size_t)(g->fat_size - start) : PAGE_BYTES;
    enum wcab_err code = WCAB_OK;
    unsigned i;

    if (page->bytes == NULL && (page->bytes = malloc(PAGE_BYTES)) == NULL)
        return wci_error_nomem(err);
    page->size = 0;
    for (i = 0; i < g->fat_copies; i++) {
        unsigned copy = (g->fat_copy + i) % g->fat_copies;

        code = wci_source_read_some(table->source, g->fat_offset + copy * g->fat_size + start,
                                    page->bytes, size, &page->size, err);
        if (code == WCAB_OK)
            break;
    }
    page->number = number;
    return code;
}

/* The table's value for a cluster, which must be one of the volume's. */
static enum wcab_err value_of(struct wci_fat_table *table, uint32_t cluster, uint32_t *value,
                              struct wcab_error *err)
{
    unsigned bits = table->geometry->bits;
    uint64_t offset = (uint64_t)cluster * bits / 8;
    uint64_t number = offset / PAGE_BYTES;
    struct page *page = &table->pages[number % PAGES];
    struct wci_cursor cursor;
    enum wcab_err code = WCAB_OK;

    if (page->bytes == NULL || page->size == 0 || page->number != number)
        code = load_page(table, number, page, err);
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(page->bytes, page->size);
    wci_cursor_seek(&cursor, (size_t)(offset % PAGE_BYTES));
    if (bits == 32)
        *value = wci_cursor_u32(&cursor) & 0x0FFFFFFFU;
    else
        *value = wci_cursor_u16(&cursor);
    if (bits == 12)
        *value = cluster & 1 ? *value >> 4 : *value & 0xFFFU;
    if (!cursor.ok)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, table->geometry->fat_offset + offset,
                                "allocation table is cut off before cluster %lu",
                                (unsigned long)cluster);
    return WCAB_OK;
}

static bool is_cluster(const struct wci_fat_geometry *g, uint32_t value)
{
    return value >= 2 && value < g->clusters + 2;
}

static uint32_t highest_value(const struct wci_fat_geometry *g)
{
    return g->bits == 12 ? 0xFFFU : g->bits == 16 ? 0xFFFFU : 0x0FFFFFFFU;
}

static bool is_end(const struct wci_fat_geometry *g, uint32_t value)
{
    return value >= highest_value(g) - 7;
}

/* ---- marks -------------------------------------------------------------------------------- */

enum wcab_err wci_fat_marks_init(struct wci_fat_marks *marks, const struct wci_fat_table *table,
                                 struct wcab_error *err)
{
    const struct wci_fat_geometry *g = table->geometry;
    uint64_t end = wci_source_size(table->source);
    uint64_t there = end > g->data_offset ? (end - g->data_offset) / g->cluster_size + 1 : 0;

    /* what the volume claims beyond the image's end is never reached */
    if (there > g->clusters)
        there = g->clusters;
    marks->bits = wci_mem_calloc((size_t)(there + 2) / 8 + 1, 1);
    return marks->bits == NULL ? wci_error_nomem(err) : WCAB_OK;
}

void wci_fat_marks_free(struct wci_fat_marks *marks)
{
    free(marks->bits);
    marks->bits = NULL;
}

static bool is_marked(const struct wci_fat_marks *marks, uint32_t cluster)
{
    return marks != NULL && marks->bits[cluster / 8] & 1U << cluster % 8;
}

static void mark(struct wci_fat_marks *marks, uint32_t cluster)
{
    if (marks != NULL)
        marks->bits[cluster / 8] = (uint8_t)(marks->bits[cluster / 8] | 1U << cluster % 8);
}

/* ---- chains ------------------------------------------------------------------------------- */

void wci_fat_chain_free(struct wci_fat_chain *chain)
{
    free(chain->extents);
    memset(chain, 0, sizeof(*chain));
}

static bool is_in_chain(const struct wci_fat_geometry *g, const struct wci_fat_chain *chain,
                        uint32_t cluster)
{
    uint64_t offset = wci_fat_geometry_cluster(g, cluster);
    size_t i;

    for (i = 0; i < chain->count; i++) {
        if (offset >= chain->extents[i].offset &&
            offset - chain->extents[i].offset < chain->extents[i].size)
            return true;
    }
    return false;
}

static enum wcab_err append(const struct wci_fat_geometry *g, struct wci_fat_chain *chain,
                            uint32_t cluster, uint64_t size, struct wcab_error *err)
{
    uint64_t offset = wci_fat_geometry_cluster(g, cluster);
    struct wci_extent *last = chain->count > 0 ? &chain->extents[chain->count - 1] : NULL;

    chain->size += size;
    if (last != NULL && last->offset + last->size == offset) {
        last->size += size;
        return WCAB_OK;
    }
    if (!wci_mem_grow(&chain->extents, chain->count, &chain->capacity, sizeof(*chain->extents)))
        return wci_error_nomem(err);
    chain->extents[chain->count++] = (struct wci_extent){offset, size};
    return WCAB_OK;
}

/* A chain that is being followed. */
struct following {
    struct wci_fat_table *table;
    uint32_t previous; /* 0 before the first cluster */
    struct wci_fat_marks *marks;
    const struct wci_fat_marks *others;
    struct wci_fat_chain *chain;
};

/* What is wrong with a value that is no cluster of the volume. */
static enum wcab_err bad_value(const struct following *following, uint32_t value, uint64_t missing,
                               struct wcab_error *err)
{
    const struct wci_fat_geometry *g = following->table->geometry;
    uint64_t at = g->fat_offset + (uint64_t)following->previous * g->bits / 8;
    char from[40] = "begins";
    const char *what = "outside of the volume";

    if (following->previous != 0)
        (void)snprintf(from, sizeof(from), "goes on from cluster %lu",
                       (unsigned long)following->previous);
    if (is_end(g, value) && following->previous != 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at,
                                "chain of clusters ends with cluster %lu, %llu bytes early",
                                (unsigned long)following->previous, (unsigned long long)missing);
    if (value == 0)
        what = "a free cluster";
    else if (value == highest_value(g) - 8)
        what = "a cluster marked bad";
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, at,
                            "chain of clusters %s at %lu: %s, the volume has clusters 2 to %lu",
                            from, (unsigned long)value, what, (unsigned long)g->clusters + 1);
}

/* Holds a cluster against the image's end and against the other chains.  The chain gets what is
 * there of one that the end cuts. */
static enum wcab_err check_cluster(const struct following *following, uint32_t cluster,
                                   uint64_t size, struct wcab_error *err)
{
    const struct wci_fat_geometry *g = following->table->geometry;
    uint64_t offset = wci_fat_geometry_cluster(g, cluster);
    uint64_t end = wci_source_size(following->table->source);

    if (offset < end && size > end - offset &&
        append(g, following->chain, cluster, end - offset, err) != WCAB_OK)
        return WCAB_ERR_NOMEM;
    if (offset > end || size > end - offset)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                                "cluster %lu lies behind the end of the image (%llu bytes)",
                                (unsigned long)cluster, (unsigned long long)end);
    if (!is_marked(following->marks, cluster) && !is_marked(following->others, cluster))
        return WCAB_OK;
    if (is_in_chain(g, following->chain, cluster))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                                "chain of clusters runs in a circle from cluster %lu to %lu",
                                (unsigned long)following->previous, (unsigned long)cluster);
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                            "cluster %lu belongs to another file or folder, too",
                            (unsigned long)cluster);
}

static enum wcab_err take_cluster(struct following *following, uint32_t cluster, uint64_t size,
                                  struct wcab_error *err)
{
    enum wcab_err code = check_cluster(following, cluster, size, err);

    if (code == WCAB_OK)
        code = append(following->table->geometry, following->chain, cluster, size, err);
    if (code != WCAB_OK)
        return code;
    mark(following->marks, cluster);
    following->previous = cluster;
    return WCAB_OK;
}

enum wcab_err wci_fat_table_follow(struct wci_fat_table *table, const struct wci_fat_wish *wish,
                                   struct wci_fat_chain *chain, struct wcab_error *err)
{
    const struct wci_fat_geometry *g = table->geometry;
    struct following following = {table, 0, wish->marks, wish->others, chain};
    uint64_t size = wish->size;
    bool whole = size == WCI_FAT_WHOLE_CHAIN;
    uint32_t cluster = wish->first, steps = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && (whole || chain->size < size)) {
        uint64_t left = size - chain->size;

        if (whole && following.previous != 0 && is_end(g, cluster))
            return WCAB_OK;
        if (!is_cluster(g, cluster))
            return bad_value(&following, cluster, left, err);
        if (steps++ >= g->clusters) /* only without marks */
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "chain of clusters from cluster %lu runs in a circle",
                                 (unsigned long)wish->first);
        if (whole && chain->size >= wish->limit)
            return wci_error_set(err, WCAB_ERR_LIMIT,
                                 "chain of clusters from cluster %lu has more than %llu bytes",
                                 (unsigned long)wish->first, (unsigned long long)wish->limit);
        code =
            take_cluster(&following, cluster, left < g->cluster_size ? left : g->cluster_size, err);
        if (code == WCAB_OK && (whole || chain->size < size))
            code = value_of(table, cluster, &cluster, err);
    }
    return code;
}
