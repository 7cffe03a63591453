/*
 * volume_is3 - see volume_is3.h.
 *
 * A file that does not fit goes on in the next part, behind its header; its last bytes lie in the
 * part that the table names.
 */
#include "media/archive/volume_is3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "media/archive/is3_table.h"
#include "media/archive/unpack.h"
#include "media/bytes/member_path.h"

enum { PARTS_MAX = 255, NAME_BYTES = 256, PIECE = 16 * 1024 };

struct is3 {
    struct wci_volume base;
    struct wci_budget own_budget; /* used when the volume was given none */
    struct wci_is3_table table;
    struct wcab_error fault; /* what is wrong with the table; code WCAB_OK: nothing */
    char stem[NAME_BYTES];   /* of the parts' names, with the dot; empty: not called so */
    struct wci_source *parts[PARTS_MAX + 1]; /* by number, owned; NULL: not there */
    uint32_t part_ends[PARTS_MAX + 1];
    bool away[PARTS_MAX + 1]; /* a part that files begin in is not beside this one */
};

/* ---- list ---------------------------------------------------------------------------------- */

static bool begins_here(const struct is3 *is3, const struct wci_is3_file *file)
{
    return is3->table.part == 0 || file->first_part == is3->table.part;
}

static bool make_path(const struct wci_is3_file *file, size_t number, struct wci_member_path *path)
{
    wci_member_path_start(path);
    if (!wci_member_path_add(path, file->folder, "/\\") ||
        !wci_member_path_add(path, file->name, "/\\"))
        return false;
    wci_member_path_end(path, number + 1);
    return true;
}

static enum wcab_err visit(const struct wci_is3_file *file, size_t number,
                           const struct wci_visitor *visitor, struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = number};
    struct wci_member_path path;

    if (!make_path(file, number, &path)) {
        struct wcab_error fault;

        (void)wci_error_set(&fault, WCAB_ERR_LIMIT, "name of file %zu is too long", number + 1);
        visitor->fault(visitor->context, &fault);
        return WCAB_OK;
    }
    wci_member_path_put(&path, &entry);
    entry.size = file->size;
    entry.attributes = file->attributes;
    entry.modified = file->modified;
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err is3_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct is3 *is3 = (struct is3 *)volume;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (is3->fault.code != WCAB_OK)
        visitor->fault(visitor->context, &is3->fault);
    for (i = 0; code == WCAB_OK && i < is3->table.count; i++) {
        if (begins_here(is3, &is3->table.files[i]))
            code = visit(&is3->table.files[i], i, visitor, err);
    }
    return code;
}

static enum wcab_err is3_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    const struct is3 *is3 = (const struct is3 *)volume;
    char format[60] = "InstallShield 3 archive";

    if (is3->table.part > 0)
        (void)snprintf(format, sizeof(format), "InstallShield 3 archive, part %u", is3->table.part);
    container->kind = WCI_CONTAINER_INSTALLSHIELD;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* ---- files --------------------------------------------------------------------------------- */

/* A file's bytes in one part; *left: packed bytes that are still missing. */
static enum wcab_err add_extent(struct wci_source *part, uint32_t end, uint64_t from,
                                uint64_t *left, struct wci_source **piece, struct wcab_error *err)
{
    uint64_t here = end > from ? end - from : 0;

    if (here > *left)
        here = *left;
    *left -= here;
    return wci_source_open_window(part, from, here, piece, err);
}

static enum wcab_err find_part(const struct is3 *is3, unsigned number, struct wci_source **part,
                               struct wcab_error *err)
{
    *part = number == is3->table.part ? is3->base.source : is3->parts[number];
    if (*part != NULL)
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_NOTFOUND,
                         "goes on in part %u of the InstallShield 3 archive: %s%u is missing "
                         "beside it",
                         number, is3->stem[0] == '\0' ? "NAME." : is3->stem, number);
}

static enum wcab_err copy(struct wci_source *piece, struct wci_spool *spool, struct wcab_error *err)
{
    uint64_t size = wci_source_size(piece), at = 0;
    uint8_t bytes[PIECE];
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && at < size) {
        size_t got = 0;

        code = wci_source_read_some(piece, at, bytes, sizeof(bytes), &got, err);
        if (code == WCAB_OK)
            code = wci_spool_write(spool, spool->size, bytes, got, err);
        at += got;
    }
    return code;
}

/* The file's packed bytes, of all parts, one after the other. */
static enum wcab_err gather(struct is3 *is3, const struct wci_is3_file *file,
                            struct wci_source **packed, struct wcab_error *err)
{
    unsigned number = file->first_part;
    uint64_t left = file->packed, from = file->offset;
    struct wci_spool spool;
    enum wcab_err code = WCAB_OK;

    wci_spool_init(&spool, wci_volume_start_budget(&is3->base, &is3->own_budget), file->packed);
    for (; code == WCAB_OK && left > 0 && number <= file->last_part; number++) {
        struct wci_source *part = NULL, *piece = NULL;
        uint32_t end = is3->table.data_end;

        code = find_part(is3, number, &part, err);
        if (code == WCAB_OK && number != is3->table.part)
            end = is3->part_ends[number];
        if (code == WCAB_OK)
            code = add_extent(part, end, from, &left, &piece, err);
        if (code == WCAB_OK)
            code = copy(piece, &spool, err);
        wci_source_close(piece);
        from = WCI_IS3_DATA;
    }
    if (code == WCAB_OK && left > 0)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "%llu of %lu packed bytes are not there",
                             (unsigned long long)left, (unsigned long)file->packed);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, packed, err);
    wci_spool_discard(&spool);
    return code;
}

static enum wcab_err unpack(struct is3 *is3, const struct wci_is3_file *file,
                            struct wci_source *packed, struct wci_source **bytes,
                            struct wcab_error *err)
{
    struct wci_unpack *state = malloc(sizeof(*state));
    struct wci_spool spool;
    enum wcab_err code = state == NULL ? wci_error_nomem(err) : WCAB_OK;

    wci_spool_init(&spool, wci_volume_start_budget(&is3->base, &is3->own_budget), file->packed);
    spool.expected = file->size;
    if (code == WCAB_OK)
        code = wci_spool_check_claim(&spool, file->size, err);
    if (code == WCAB_OK) {
        wci_unpack_start(state, packed, 0, wci_source_size(packed), &spool, file->size);
        wci_unpack_explode(state);
        code = wci_unpack_finish(state, err);
    }
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, bytes, err);
    wci_spool_discard(&spool);
    free(state);
    return code;
}

/* A file in one part is a run of it. */
static enum wcab_err open_packed(struct is3 *is3, const struct wci_is3_file *file,
                                 struct wci_source **packed, struct wcab_error *err)
{
    bool is_split = is3->table.part != 0 && file->last_part > file->first_part;
    uint64_t end = (uint64_t)file->offset + file->packed;

    if (is_split)
        return gather(is3, file, packed, err);
    if (end > is3->table.data_end)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, is3->table.data_end,
                                "cut off: its packed bytes end at byte %llu, the archive's at %lu",
                                (unsigned long long)end, (unsigned long)is3->table.data_end);
    return wci_source_open_window(is3->base.source, file->offset, file->packed, packed, err);
}

static enum wcab_err open_file(struct is3 *is3, const struct wci_is3_file *file,
                               struct wci_source **bytes, struct wcab_error *err)
{
    struct wci_source *packed = NULL;
    enum wcab_err code = open_packed(is3, file, &packed, err);

    if (code != WCAB_OK)
        return code;
    if (!file->stored) {
        code = unpack(is3, file, packed, bytes, err);
    } else if (file->packed != file->size) {
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "stored, but %lu bytes are said to be %lu",
                             (unsigned long)file->packed, (unsigned long)file->size);
    } else {
        *bytes = packed;
        packed = NULL;
    }
    wci_source_close(packed);
    return code;
}

static enum wcab_err is3_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct is3 *is3 = (struct is3 *)volume;
    const struct wci_is3_file *file = NULL;
    struct wci_member_path path;

    if (entry->locator < is3->table.count)
        file = &is3->table.files[entry->locator];
    if (file == NULL || !begins_here(is3, file) ||
        !make_path(file, (size_t)entry->locator, &path) ||
        !wci_member_path_is(&path, file->size, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "file %llu of the archive is another one",
                             (unsigned long long)entry->locator + 1);
    return open_file(is3, file, source, err);
}

/* ---- opening ------------------------------------------------------------------------------- */

static void is3_close(struct wci_volume *volume)
{
    struct is3 *is3 = (struct is3 *)volume;
    unsigned i;

    for (i = 0; i <= PARTS_MAX; i++)
        wci_source_close(is3->parts[i]);
    wci_is3_table_free(&is3->table);
    free(is3);
}

static const struct wci_volume_ops is3_ops = {
    .describe = is3_describe, .walk = is3_walk, .open_entry = is3_open_entry, .close = is3_close};

/* _SETUP.1: the other parts are called _SETUP.2 ... */
static void take_stem(struct is3 *is3, const char *name)
{
    const char *base = strrchr(name, '/') == NULL ? name : strrchr(name, '/') + 1;
    const char *dot = strrchr(base, '.');
    size_t length = dot == NULL ? 0 : (size_t)(dot - base) + 1;

    if (length > 0 && length + 4 < NAME_BYTES)
        memcpy(is3->stem, base, length);
}

/* Opens the parts that the files beginning here go on in; one that is missing is told when a file
 * is opened. */
static enum wcab_err open_parts(struct is3 *is3, const struct wci_siblings *siblings,
                                struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    unsigned last = is3->table.part, number;
    size_t i;

    for (i = 0; i < is3->table.count; i++) {
        const struct wci_is3_file *file = &is3->table.files[i];

        if (file->first_part == is3->table.part && file->last_part > last)
            last = file->last_part;
    }
    for (number = is3->table.part + 1; code == WCAB_OK && number <= last; number++) {
        char name[NAME_BYTES + 16];

        (void)snprintf(name, sizeof(name), "%s%u", is3->stem, number);
        code = siblings->open(siblings->context, name, &is3->parts[number], err);
        if (code == WCAB_OK)
            code = wci_is3_table_part(is3->parts[number], number, &is3->part_ends[number], err);
        if (code == WCAB_ERR_CORRUPT || code == WCAB_ERR_NOTFOUND) {
            wci_source_close(is3->parts[number]);
            is3->parts[number] = NULL;
            code = WCAB_OK;
        }
    }
    return code;
}

/* Which of the parts that other files begin in are not there. */
static enum wcab_err find_away(struct is3 *is3, const struct wci_siblings *siblings,
                               struct wcab_error *err)
{
    bool asked[PARTS_MAX + 1] = {false};
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < is3->table.count; i++) {
        unsigned number = is3->table.files[i].first_part;
        struct wci_source *part = NULL;
        char name[NAME_BYTES + 16];

        if (number == is3->table.part || number == 0 || asked[number])
            continue;
        asked[number] = true;
        (void)snprintf(name, sizeof(name), "%s%u", is3->stem, number);
        code = siblings->open(siblings->context, name, &part, err);
        is3->away[number] = code == WCAB_ERR_NOTFOUND;
        wci_source_close(part);
        if (code == WCAB_ERR_NOTFOUND || code == WCAB_ERR_CORRUPT)
            code = WCAB_OK;
    }
    return code;
}

bool wci_volume_is3_next_away(const struct wci_volume *volume, size_t *at,
                              struct wci_is3_away *file)
{
    const struct is3 *is3 = (const struct is3 *)volume;

    if (volume->ops != &is3_ops)
        return false;
    for (; *at < is3->table.count; (*at)++) {
        const struct wci_is3_file *row = &is3->table.files[*at];

        if (!is3->away[row->first_part])
            continue;
        file->folder = row->folder;
        file->name = row->name;
        file->size = row->size;
        file->part = row->first_part;
        (void)snprintf(file->archive, sizeof(file->archive), "%s%u", is3->stem, file->part);
        (*at)++;
        return true;
    }
    return false;
}

enum wcab_err wci_volume_is3_open(struct wci_source *source, const struct wci_siblings *siblings,
                                  struct wci_volume **volume, struct wcab_error *err)
{
    struct is3 *is3 = calloc(1, sizeof(*is3));
    enum wcab_err code;

    if (is3 == NULL)
        return wci_error_nomem(err);
    is3->base.ops = &is3_ops;
    is3->base.source = source;
    code = wci_is3_table_read(source, &is3->table, &is3->fault);
    if (code == WCAB_ERR_CORRUPT && is3->table.count > 0)
        code = WCAB_OK;
    else if (code != WCAB_OK && err != NULL)
        *err = is3->fault;
    if (code == WCAB_OK && siblings != NULL && is3->table.part > 0) {
        take_stem(is3, siblings->own_name);
        if (is3->stem[0] != '\0')
            code = open_parts(is3, siblings, err);
        if (code == WCAB_OK && is3->stem[0] != '\0')
            code = find_away(is3, siblings, err);
    }
    if (code != WCAB_OK) {
        is3_close(&is3->base);
        return code;
    }
    (void)snprintf(is3->base.reason, sizeof(is3->base.reason),
                   "InstallShield 3 archive: 13 5D 65 8C at byte 0");
    *volume = &is3->base;
    return WCAB_OK;
}
