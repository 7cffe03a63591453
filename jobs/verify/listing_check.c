/*
 * listing_check - see listing_check.h.
 */
#include "jobs/verify/listing_check.h"

#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"

/* A file under one of its names. */
struct key {
    struct wci_bytes folded; /* cabinet, a zero byte, stored path */
    uint32_t row;            /* in the rows */
};

struct row {
    struct wci_bytes cabinet;
    struct wci_entry entry;
    uint32_t image, container, number; /* where it is on record; WCI_NONE: in a table */
    bool matched;
};

/* The files of one record. */
struct rows {
    struct wci_reader *reader;
    struct wci_arena *arena; /* borrowed */
    uint32_t image;          /* being gathered */
    struct row *rows;        /* owned */
    size_t count, capacity;
    struct key *keys; /* owned */
    size_t key_count, key_capacity;
    bool only_cabinets;         /* loose files are left out */
    const struct rows *only_in; /* not NULL: and so are cabinets that have no row here */
};

static void free_rows(struct rows *rows)
{
    free(rows->rows);
    free(rows->keys);
}

/* ---- gathering ---------------------------------------------------------------------------- */

/* Cabinets divide stored folders by backslashes. */
static size_t fold_stored(struct wci_bytes text, char *out, size_t out_size)
{
    size_t used = wci_text_fold(text, out, out_size), i;

    for (i = 0; i < used; i++) {
        if (out[i] == '\\')
            out[i] = '/';
    }
    return used;
}

static enum wcab_err add_key(struct rows *rows, const struct row *row, struct wci_bytes name,
                             struct wcab_error *err)
{
    struct wci_bytes folder = row->entry.folder;
    size_t room = 2 * (row->cabinet.length + folder.length + name.length) + 2, used;
    char *text = wci_arena_alloc(rows->arena, room);

    if (text == NULL ||
        !wci_mem_grow(&rows->keys, rows->key_count, &rows->key_capacity, sizeof(*rows->keys)))
        return wci_error_nomem(err);
    used = fold_stored(row->cabinet, text, room);
    text[used++] = '\0';
    used += fold_stored(folder, text + used, room - used);
    if (folder.length > 0)
        text[used++] = '/';
    used += fold_stored(name, text + used, room - used);
    rows->keys[rows->key_count].folded = (struct wci_bytes){text, used};
    rows->keys[rows->key_count++].row = (uint32_t)rows->count;
    return WCAB_OK;
}

/* The first key that is not before `folded`. */
static size_t first_key(const struct rows *rows, struct wci_bytes folded)
{
    size_t low = 0, high = rows->key_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (wci_bytes_compare(rows->keys[middle].folded, folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a row of the gathered ones lies in the cabinet of that folded name. */
static bool has_cabinet(const struct rows *rows, struct wci_bytes folded)
{
    size_t first = first_key(rows, folded);

    return first < rows->key_count && rows->keys[first].folded.length > folded.length &&
           memcmp(rows->keys[first].folded.data, folded.data, folded.length) == 0 &&
           rows->keys[first].folded.data[folded.length] == '\0';
}

/* Somebody's folder of files copied from a medium has what he cared to copy: only what lies in the
 * cabinets that he has is compared. */
static bool is_compared(const struct rows *rows, struct wci_bytes cabinet)
{
    struct wci_folded room;

    if (rows->only_in == NULL)
        return !rows->only_cabinets || cabinet.length > 0;
    if (cabinet.length > WCI_LIMIT_NAME)
        return false;
    return has_cabinet(
        rows->only_in,
        (struct wci_bytes){room.bytes, fold_stored(cabinet, room.bytes, sizeof(room.bytes))});
}

/* What compare_rows needs beside the rows. */
struct comparing {
    struct rows *own, *published;
    bool digests;
    wci_listing_difference_visitor *visit;
    void *context;
    struct wcab_error *err;
};

static enum wcab_err add_row(struct rows *rows, struct wci_bytes cabinet,
                             const struct wci_entry *entry, struct wcab_error *err)
{
    struct row *row;
    enum wcab_err code;
    uint8_t i;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER ||
        entry->flags & (WCI_ENTRY_CONTINUED | WCI_ENTRY_DOUBTFUL))
        return WCAB_OK;
    if (!wci_mem_grow(&rows->rows, rows->count, &rows->capacity, sizeof(*rows->rows)))
        return wci_error_nomem(err);
    row = &rows->rows[rows->count];
    row->cabinet = cabinet;
    row->entry = *entry;
    row->image = row->container = row->number = WCI_NONE;
    row->matched = false;
    code = add_key(rows, row, entry->name.bytes, err);
    for (i = 0; code == WCAB_OK && i < entry->alias_count; i++)
        code = add_key(rows, row, entry->alias[i].bytes, err);
    rows->count++;
    return code;
}

static int by_key(const void *a, const void *b)
{
    const struct key *x = a;
    const struct key *y = b;
    int order = wci_bytes_compare(x->folded, y->folded);

    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* The medium's own volume, and the cabinets that lie on it. */
static enum wcab_err gather(struct rows *rows, const struct wci_image *image,
                            const struct wci_image_state *state, uint32_t root,
                            struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t c, i;

    for (c = root; code == WCAB_OK && c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];
        struct wci_bytes cabinet = {NULL, 0};
        struct wci_listing listing;

        if (c > root && (container->parent != root || container->kind != WCI_CONTAINER_CABINET))
            continue;
        if (container->kind == WCI_CONTAINER_CABINET)
            cabinet = wci_bytes_base_name(container->name);
        if (!is_compared(rows, cabinet))
            continue;
        code = wci_reader_listing(rows->reader, state->listings[c], &listing, err);
        for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
            size_t before = rows->count;
            struct wci_entry entry;

            code = wci_listing_row(&listing, i, &entry, err);
            if (code == WCAB_OK)
                code = add_row(rows, cabinet, &entry, err);
            if (code == WCAB_OK && rows->count > before) {
                rows->rows[before].image = rows->image;
                rows->rows[before].container = c;
                rows->rows[before].number = i;
            }
        }
    }
    if (rows->key_count > 1)
        qsort(rows->keys, rows->key_count, sizeof(*rows->keys), by_key);
    return code;
}

/* ---- the published record ----------------------------------------------------------------- */

struct finding {
    struct rows *rows;
    struct wci_bytes medium, disk; /* wanted; disk empty: all disks, copied into one place */
    bool found;
    struct wcab_error *err;
};

/* Adds the rows of the wanted disk. */
static enum wcab_err on_medium(void *context, uint32_t id, struct wci_bytes medium)
{
    struct finding *finding = context;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;

    if (!wci_bytes_equal(medium, finding->medium))
        return WCAB_OK;
    code = wci_reader_image(finding->rows->reader, id, finding->rows->arena, &image, &state,
                            finding->err);
    if (code != WCAB_OK || (finding->disk.length > 0 && finding->found) ||
        (finding->disk.length > 0 && !wci_bytes_equal(image.identity.disk, finding->disk)))
        return code;
    finding->found = true;
    if (finding->disk.length == 0 &&
        image.identity.disk.length > 0) /* where its loose files went, who knows */
        finding->rows->only_cabinets = true;
    finding->rows->image = id;
    return gather(finding->rows, &image, &state, 0, finding->err);
}

/* ---- comparing ---------------------------------------------------------------------------- */

/* The first row of that key that nothing was matched with; else any of that key; NULL: none. */
static struct row *find_row(const struct rows *rows, struct wci_bytes folded)
{
    struct row *any = NULL;
    size_t i;

    for (i = first_key(rows, folded);
         i < rows->key_count && wci_bytes_equal(rows->keys[i].folded, folded); i++) {
        struct row *row = &rows->rows[rows->keys[i].row];

        if (!row->matched)
            return row;
        any = row;
    }
    return any;
}

/* The row's digest; false when it is not on record. */
static enum wcab_err digest_of(struct wci_reader *reader, const struct row *row, uint8_t sha256[32],
                               bool *has, struct wcab_error *err)
{
    struct wci_deep deep;
    enum wcab_err code =
        wci_reader_deep(reader, row->image, row->container, row->number, &deep, err);

    *has = code == WCAB_OK && deep.has_sha256;
    if (*has)
        memcpy(sha256, deep.sha256, sizeof(deep.sha256));
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err compare_bytes(const struct comparing *comparing, const struct row *own,
                                   const struct row *published, struct wci_listing_difference *what)
{
    uint8_t here[32], real[32];
    bool has = false;
    enum wcab_err code;

    if (!comparing->digests)
        return WCAB_OK;
    code = digest_of(comparing->published->reader, published, real, &has, comparing->err);
    if (code == WCAB_OK && has)
        code = digest_of(comparing->own->reader, own, here, &has, comparing->err);
    if (code != WCAB_OK || !has)
        return code;
    what->kind = memcmp(here, real, sizeof(here)) == 0 ? WCI_LISTING_SAME : WCI_LISTING_BYTES;
    return comparing->visit(comparing->context, what);
}

static enum wcab_err compare_row(const struct comparing *comparing, const struct row *own,
                                 const struct row *published)
{
    struct wci_listing_difference difference = {.cabinet = own->cabinet, .found = own->entry};
    bool sizes_known = published != NULL &&
                       !((published->entry.flags | own->entry.flags) & WCI_ENTRY_SIZE_UNKNOWN);
    enum wcab_err code;

    if (published == NULL) {
        difference.kind = WCI_LISTING_EXTRA;
        return comparing->visit(comparing->context, &difference);
    }
    difference.published = published->entry;
    if (sizes_known && published->entry.size != own->entry.size) {
        difference.kind = WCI_LISTING_SIZE;
        return comparing->visit(comparing->context, &difference);
    }
    code = compare_bytes(comparing, own, published, &difference);
    if (code != WCAB_OK || wci_dostime_as_printed(published->entry.modified, own->entry.modified))
        return code;
    difference.kind = WCI_LISTING_DATE;
    return comparing->visit(comparing->context, &difference);
}

/* The own rows that a published one has the name of. */
static enum wcab_err compare_matches(const struct comparing *comparing)
{
    struct rows *own = comparing->own;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < own->key_count; i++) {
        struct row *row = &own->rows[own->keys[i].row];
        struct row *match = find_row(comparing->published, own->keys[i].folded);

        if (row->matched || match == NULL)
            continue;
        row->matched = match->matched = true;
        code = compare_row(comparing, row, match);
    }
    return code;
}

static enum wcab_err compare_rows(const struct comparing *comparing)
{
    struct rows *own = comparing->own, *published = comparing->published;
    enum wcab_err code = compare_matches(comparing);
    size_t i;

    for (i = 0; code == WCAB_OK && i < own->key_count; i++) {
        struct row *row = &own->rows[own->keys[i].row];

        if (row->matched)
            continue;
        row->matched = true; /* its other names are not further files */
        code = compare_row(comparing, row, NULL);
    }
    for (i = 0; code == WCAB_OK && i < published->key_count; i++) {
        struct row *row = &published->rows[published->keys[i].row];
        struct wci_listing_difference difference = {
            .kind = WCI_LISTING_MISSING, .cabinet = row->cabinet, .published = row->entry};

        if (row->matched)
            continue;
        row->matched = true;
        code = comparing->visit(comparing->context, &difference);
    }
    return code;
}

/* Looks for what was published of the subject, and gathers both sides. */
static enum wcab_err gather_both(const struct wci_listing_subject *subject, struct finding *finding,
                                 struct rows *own)
{
    const struct wci_image *image = subject->image;
    struct rows *listed = finding->rows;
    enum wcab_err code;

    own->image = subject->id;
    if (image->kind == WCI_IMAGE_DIRECTORY) {
        own->only_cabinets = true;
        listed->only_in = own;
    }
    code = gather(own, image, subject->state, wci_part_root(image, subject->part), finding->err);
    if (code == WCAB_OK)
        code = wci_reader_each_medium(listed->reader, on_medium, finding, finding->err);
    if (code == WCAB_OK && !finding->found)
        code = wci_error_set(finding->err, WCAB_ERR_NOTFOUND, "nothing was published of this disk");
    if (listed->key_count > 1)
        qsort(listed->keys, listed->key_count, sizeof(*listed->keys), by_key);
    return code;
}

/* Of disks that were copied into one place only the cabinets count. */
static void leave_cabinets(struct rows *rows)
{
    size_t i;

    for (i = 0; i < rows->count; i++)
        rows->rows[i].matched = rows->rows[i].matched || rows->rows[i].cabinet.length == 0;
}

enum wcab_err wci_listing_check(const struct wci_listing_subject *subject,
                                struct wci_reader *published, wci_listing_difference_visitor *visit,
                                void *context, struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct rows own = {.reader = subject->reader, .arena = arena};
    struct rows listed = {.reader = published, .arena = arena};
    const struct wci_identity *identity = wci_part_identity(subject->image, subject->part);
    struct finding finding = {
        .rows = &listed, .medium = identity->medium, .disk = identity->disk, .err = err};
    struct comparing comparing = {&own, &listed, true, visit, context, err};
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = finding.medium.length == 0
               ? wci_error_set(err, WCAB_ERR_NOTFOUND, "nothing was published of this disk")
               : gather_both(subject, &finding, &own);
    if (listed.only_cabinets)
        leave_cabinets(&own);
    if (code == WCAB_OK)
        code = compare_rows(&comparing);
    free_rows(&own);
    free_rows(&listed);
    wci_arena_free(arena);
    return code;
}

/* ---- tables of contents ------------------------------------------------------------------- */

/* The cabinet in "id TAB title TAB cabinet TAB ..." of a table's disk. */
static struct wci_bytes cabinet_of_disk(struct wci_bytes text)
{
    struct wci_bytes part = text;
    int i;

    for (i = 0; i < 3; i++) {
        const char *tab = text.length == 0 ? NULL : memchr(text.data, '\t', text.length);

        part = text;
        if (tab == NULL)
            return i == 2 ? part : (struct wci_bytes){NULL, 0};
        part.length = (size_t)(tab - text.data);
        text.data += part.length + 1;
        text.length -= part.length + 1;
    }
    return part;
}

/* Adds the files of a table that lie in cabinets which own rows are of. */
static enum wcab_err gather_told(struct rows *told, uint32_t number, struct wcab_error *err)
{
    struct wci_listing listing;
    struct wci_entry entry, disk;
    uint32_t i;
    enum wcab_err code = wci_reader_listing(told->reader, number, &listing, err);

    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        struct wci_bytes cabinet;

        code = wci_listing_row(&listing, i, &entry, err);
        if (code != WCAB_OK || entry.name.bytes.length == 0 ||
            entry.cab_folder >= listing.row_count)
            continue;
        code = wci_listing_row(&listing, entry.cab_folder, &disk, err);
        cabinet = cabinet_of_disk(disk.folder);
        if (code != WCAB_OK || cabinet.length == 0 || !is_compared(told, cabinet))
            continue;
        entry.folder.length = 0;
        if (entry.attributes & WCI_CONTENTS_ROUNDED)
            entry.flags |= WCI_ENTRY_SIZE_UNKNOWN;
        code = add_row(told, cabinet, &entry, err);
    }
    return code;
}

/* What the visitor is told of: not what lies beside the table. */
struct telling {
    wci_listing_difference_visitor *visit;
    void *context;
};

static enum wcab_err on_told(void *context, const struct wci_listing_difference *what)
{
    const struct telling *telling = context;
    struct wci_listing_difference told = *what;

    if (what->kind == WCI_LISTING_EXTRA)
        return WCAB_OK;
    told.told = true;
    return telling->visit(telling->context, &told);
}

enum wcab_err wci_contents_check(const struct wci_listing_subject *subject,
                                 wci_listing_difference_visitor *visit, void *context,
                                 struct wcab_error *err)
{
    const struct wci_image *image = subject->image;
    struct wci_arena *arena = wci_arena_new();
    struct rows own_rows = {.reader = subject->reader, .arena = arena, .only_cabinets = true};
    struct rows told = {.reader = subject->reader, .arena = arena, .only_in = &own_rows};
    struct telling telling = {visit, context};
    struct comparing comparing = {&own_rows, &told, false, on_told, &telling, err};
    bool gathered = false;
    enum wcab_err code = arena == NULL ? wci_error_nomem(err) : WCAB_OK;
    uint32_t c;

    for (c = 0; code == WCAB_OK && c < image->container_count; c++) {
        if (image->containers[c].kind != WCI_CONTAINER_CONTENTS ||
            wci_part_of(image, c) != subject->part)
            continue;
        if (!gathered)
            code =
                gather(&own_rows, image, subject->state, wci_part_root(image, subject->part), err);
        gathered = true;
        if (code == WCAB_OK)
            code = gather_told(&told, subject->state->listings[c], err);
    }
    if (told.key_count > 1)
        qsort(told.keys, told.key_count, sizeof(*told.keys), by_key);
    if (code == WCAB_OK)
        code = compare_rows(&comparing);
    free_rows(&own_rows);
    free_rows(&told);
    wci_arena_free(arena);
    return code;
}
