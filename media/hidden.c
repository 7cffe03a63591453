/*
 * hidden - see hidden.h.
 */
#include "media/hidden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "media/bytes/spool.h"
#include "media/cabinet/embedded.h"
#include "media/cabinet/expand.h"
#include "media/disc/nest.h"

/* ---- packed files ------------------------------------------------------------------------- */

struct packed_volume {
    struct wci_volume base;
    struct wci_arena *arena; /* of the names */
    struct wci_expand_info info;
    struct wci_budget own_budget; /* used when the volume was given none */
};

static enum wcab_err packed_describe(struct wci_volume *volume, struct wci_arena *arena,
                                     struct wci_container *container, struct wcab_error *err)
{
    const struct packed_volume *packed = (const struct packed_volume *)volume;

    container->kind = WCI_CONTAINER_WRAPPER;
    container->format = wci_arena_bytes(arena, wci_bytes_of(packed->info.format));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err packed_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                                 struct wcab_error *err)
{
    const struct packed_volume *packed = (const struct packed_volume *)volume;
    const struct wci_packed_names *names = &packed->info.names;
    struct wci_entry entry = {.cab_folder = WCI_NONE, .size = packed->info.size};
    size_t i;

    entry.name.bytes = names->names[0];
    entry.name.encoding = WCI_ENCODING_RAW;
    for (i = 1; i < names->count && entry.alias_count < WCI_ALIAS_MAX; i++)
        entry.alias[entry.alias_count++] = (struct wci_name){names->names[i], WCI_ENCODING_RAW};
    if (names->probable)
        entry.flags |= WCI_ENTRY_PROBABLE;
    if (!packed->info.size_known)
        entry.flags |= WCI_ENTRY_SIZE_UNKNOWN;
    return visitor->entry(visitor->context, &entry, err);
}

struct unpacking {
    struct wci_spool spool;
    uint64_t done;
};

static enum wcab_err on_unpacked(void *context, const uint8_t *data, size_t size,
                                 struct wcab_error *err)
{
    struct unpacking *unpacking = context;
    enum wcab_err code = wci_spool_write(&unpacking->spool, unpacking->done, data, size, err);

    unpacking->done += size;
    return code;
}

static enum wcab_err packed_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                       struct wci_source **source, struct wcab_error *err)
{
    struct packed_volume *packed = (struct packed_volume *)volume;
    struct unpacking unpacking = {.done = 0};
    struct wci_byte_sink sink = {&unpacking, on_unpacked};
    enum wcab_err code;

    (void)entry; /* there is one */
    wci_spool_init(&unpacking.spool, wci_volume_start_budget(volume, &packed->own_budget),
                   wci_source_size(volume->source));
    code = wci_expand_decode(volume->source,
                             packed->info.size_known ? packed->info.size : WCI_LIMIT_SPOOL_BYTES,
                             &sink, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&unpacking.spool, source, err);
    wci_spool_discard(&unpacking.spool);
    return code;
}

static void packed_close(struct wci_volume *volume)
{
    struct packed_volume *packed = (struct packed_volume *)volume;

    wci_arena_free(packed->arena);
    free(packed);
}

static const struct wci_volume_ops packed_ops = {.describe = packed_describe,
                                                 .walk = packed_walk,
                                                 .open_entry = packed_open_entry,
                                                 .close = packed_close};

/* What stands behind the last '/' of a path. */
static struct wci_bytes file_name(const struct wci_siblings *siblings)
{
    const char *name = siblings == NULL ? NULL : siblings->own_name;
    const char *slash = name == NULL ? NULL : strrchr(name, '/');

    if (name == NULL)
        return wci_bytes_of("contents");
    return wci_bytes_of(slash == NULL ? name : slash + 1);
}

enum wcab_err wci_hidden_packed_open(struct wci_source *source, const struct wci_siblings *siblings,
                                     struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct packed_volume *packed = calloc(1, sizeof(*packed));
    enum wcab_err code;

    if (arena == NULL || packed == NULL)
        code = wci_error_nomem(err);
    else
        code = wci_expand_probe(source, file_name(siblings), arena, &packed->info, err);
    if (code != WCAB_OK) {
        wci_arena_free(arena);
        free(packed);
        return code;
    }
    packed->base.ops = &packed_ops;
    packed->base.source = source;
    packed->arena = arena;
    (void)snprintf(packed->base.reason, sizeof(packed->base.reason), "packed file: %s at byte 0",
                   packed->info.format);
    *volume = &packed->base;
    return WCAB_OK;
}

/* ---- executables -------------------------------------------------------------------------- */

static enum wcab_err add_found(struct wci_nest *nest, struct wci_source *source,
                               const struct wci_embedded *found, struct wcab_error *err)
{
    struct wci_source *window = NULL;
    char name[64];
    enum wcab_err code = wci_source_open_window(source, found->offset, found->size, &window, err);

    (void)snprintf(name, sizeof(name), "embedded at %llu", (unsigned long long)found->offset);
    return code == WCAB_OK ? wci_nest_add_take(nest, name, found->offset, window, err) : code;
}

/* What is said of where they were found. */
struct origin {
    const char *format, *reason;
};

static enum wcab_err open_found(struct wci_source *source, const struct wci_embedded *found,
                                size_t count, const struct origin *origin,
                                struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_nest *nest = NULL;
    size_t i;
    enum wcab_err code = wci_nest_new(source, origin->format, origin->reason, &nest, err);

    for (i = 0; code == WCAB_OK && i < count; i++)
        code = add_found(nest, source, &found[i], err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

enum wcab_err wci_hidden_program_open(struct wci_source *source, struct wci_volume **volume,
                                      struct wcab_error *err)
{
    static const struct origin program = {"executable",
                                          "executable: MZ at byte 0, and what lies in it"};
    struct wci_embedded found[WCI_EMBEDDED_MAX];
    size_t count = 0;
    enum wcab_err code = wci_embedded_find(source, found, &count, err);

    if (code == WCAB_OK && count == 0)
        code = wci_error_set(err, WCAB_ERR_FORMAT, "executable with no cabinet or archive in it");
    return code == WCAB_OK ? open_found(source, found, count, &program, volume, err) : code;
}

enum wcab_err wci_hidden_cabinets_open(struct wci_source *source, struct wci_volume **volume,
                                       struct wcab_error *err)
{
    static const struct origin other = {"other data", "cabinets behind other data: MSCF"};
    struct wci_embedded found[WCI_EMBEDDED_MAX];
    size_t count = 0;
    enum wcab_err code = wci_embedded_search(source, found, &count, err);

    if (code == WCAB_OK && count == 0)
        code = wci_error_set(err, WCAB_ERR_FORMAT, "no cabinet anywhere in it");
    return code == WCAB_OK ? open_found(source, found, count, &other, volume, err) : code;
}
