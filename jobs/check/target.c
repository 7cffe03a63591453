/*
 * target - see target.h.
 */
#include "jobs/check/target.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cancel.h"
#include "core/error.h"
#include "media/probe.h"

/* A volume inside another one that is no file of it, or the one file of a wrapper. */
struct inner {
    struct wci_bytes name;
    uint64_t offset, size;
    bool is_file;
    struct wci_entry entry;
};

/* Closed from the last one backwards: later ones rest on earlier ones. */
struct layer {
    struct wci_source *source; /* owned; NULL for a folder of the host */
    struct wci_volume *volume; /* owned */
};

enum { LAYERS = WCI_TARGET_VOLUMES * 2 };

struct wci_target {
    struct wci_arena *arena; /* owned */
    const struct wci_target_faults *faults;
    const struct wcab_cancel *cancel;
    const char *path;
    struct layer layers[LAYERS];
    size_t layer_count;
    struct wci_target_volume volumes[WCI_TARGET_VOLUMES];
    size_t volume_count;
    size_t files; /* of all volumes */
};

/* What the walk over one volume finds. */
struct finding {
    struct wci_target *target;
    struct wci_target_volume *volume;
    struct wci_bytes last_folder; /* of the file before */
    struct inner *inner;
    size_t inner_count, inner_capacity;
};

void wci_target_close(struct wci_target *target)
{
    size_t i;

    if (target == NULL)
        return;
    for (i = 0; i < target->volume_count; i++)
        free(target->volumes[i].files);
    while (target->layer_count > 0) {
        struct layer *layer = &target->layers[--target->layer_count];

        wci_volume_close(layer->volume);
        wci_source_close(layer->source);
    }
    wci_arena_free(target->arena);
    free(target);
}

size_t wci_target_volume_count(const struct wci_target *target)
{
    return target->volume_count;
}

struct wci_target_volume *wci_target_volume(struct wci_target *target, size_t number)
{
    return &target->volumes[number];
}

static bool copy_bytes(struct wci_arena *arena, struct wci_bytes *bytes)
{
    if (bytes->length == 0) {
        *bytes = (struct wci_bytes){"", 0};
        return true;
    }
    *bytes = wci_arena_bytes(arena, *bytes);
    return bytes->data != NULL;
}

static enum wcab_err on_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    struct finding *finding = context;
    struct wci_target *target = finding->target;
    struct wci_target_volume *volume = finding->volume;

    if (wci_cancel_is_set(target->cancel))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (target->files >= WCI_TARGET_FILES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d files", WCI_TARGET_FILES);
    if (!wci_mem_grow(&volume->files, volume->count, &volume->capacity, sizeof(*volume->files)))
        return wci_error_nomem(err);
    volume->files[volume->count] = *entry;
    if (!wci_entry_keep(&volume->files[volume->count], target->arena, &finding->last_folder))
        return wci_error_nomem(err);
    volume->count++;
    target->files++;
    return WCAB_OK;
}

static enum wcab_err on_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                               struct wcab_error *err)
{
    struct finding *finding = context;
    struct inner *inner;

    if (finding->inner_count >= WCI_TARGET_VOLUMES)
        return WCAB_OK;
    if (!wci_mem_grow(&finding->inner, finding->inner_count, &finding->inner_capacity,
                      sizeof(*finding->inner)))
        return wci_error_nomem(err);
    inner = &finding->inner[finding->inner_count];
    *inner = (struct inner){.name = wci_bytes_of(name), .offset = offset, .size = size};
    if (!copy_bytes(finding->target->arena, &inner->name))
        return wci_error_nomem(err);
    finding->inner_count++;
    return WCAB_OK;
}

static void tell_fault(const struct wci_target *target, struct wci_bytes name,
                       const struct wcab_error *err)
{
    struct wcab_error told = *err;

    if (name.length > 0)
        wci_error_push_place(&told, name.data, name.length);
    wci_error_push_place(&told, target->path, strlen(target->path));
    if (target->faults != NULL && target->faults->fault != NULL)
        target->faults->fault(target->faults->context, &told);
}

static void on_fault(void *context, const struct wcab_error *err)
{
    const struct finding *finding = context;

    tell_fault(finding->target, finding->volume->name, err);
}

static enum wcab_err list_volume(struct wci_target *target, struct wci_source *source,
                                 struct wci_volume *volume, struct wci_bytes name, unsigned depth,
                                 struct wcab_error *err);

/* Opens what lies in the newest layer; takes `source` over. */
static enum wcab_err open_layer(struct wci_target *target, struct wci_source *source,
                                struct wci_bytes name, unsigned depth, struct wcab_error *err)
{
    struct wci_volume *volume = NULL;
    char reason[WCI_PROBE_REASON];
    enum wcab_err code = wci_probe_volume(source, name.data, &volume, reason, err);

    if (code == WCAB_OK)
        return list_volume(target, source, volume, name, depth, err);
    wci_source_close(source);
    return code;
}

static enum wcab_err open_inner(struct wci_target *target, struct wci_volume *outer,
                                const struct inner *inner, unsigned depth, struct wcab_error *err)
{
    struct wci_source *source = NULL;
    enum wcab_err code;

    if (inner->is_file)
        code = wci_volume_open_entry(outer, &inner->entry, &source, err);
    else
        code = wci_volume_open_nested(outer, inner->offset, inner->size, &source, err);
    if (code == WCAB_OK)
        code = open_layer(target, source, inner->name, depth + 1, err);
    if (code == WCAB_OK || wci_error_ends_run(code) || code == WCAB_ERR_LIMIT)
        return code;
    tell_fault(target, inner->name, err);
    return WCAB_OK;
}

/* A wrapper has one file, which is looked into; its listing is none of a file system. */
static enum wcab_err unwrap(struct finding *finding, const struct wci_container *container,
                            struct wcab_error *err)
{
    struct wci_target_volume *volume = finding->volume;
    size_t count = finding->inner_count, i;

    if (container->kind != WCI_CONTAINER_WRAPPER && container->kind != WCI_CONTAINER_PARTITIONS)
        return WCAB_OK;
    for (i = 0; i < volume->count && i < WCI_TARGET_VOLUMES; i++) {
        enum wcab_err code = on_nested(finding, "", 0, 0, err);

        if (code != WCAB_OK)
            return code;
        if (finding->inner_count == count)
            break;
        finding->inner[count].is_file = true;
        finding->inner[count].entry = volume->files[i];
        finding->inner[count].name = volume->files[i].name.bytes;
        count = finding->inner_count;
    }
    return WCAB_OK;
}

/* Whether files lie in it as on a disk: an archive may hold a copy of one. */
static bool is_file_system(enum wci_container_kind kind)
{
    return wci_container_is_volume(kind) || kind == WCI_CONTAINER_ARCHIVE;
}

/* Lists a volume, which is taken over with its source, and goes into what it wraps. */
static enum wcab_err list_volume(struct wci_target *target, struct wci_source *source,
                                 struct wci_volume *volume, struct wci_bytes name, unsigned depth,
                                 struct wcab_error *err)
{
    struct finding finding = {.target = target};
    const struct wci_visitor visitor = {&finding, on_entry, on_nested, on_fault};
    struct wci_container container = {0};
    enum wcab_err code;
    size_t i;

    if (target->layer_count == LAYERS || target->volume_count == WCI_TARGET_VOLUMES ||
        depth > WCI_TARGET_DEPTH) {
        wci_volume_close(volume);
        wci_source_close(source);
        return wci_error_set(err, WCAB_ERR_LIMIT, "too many file systems, or nested too deep");
    }
    target->layers[target->layer_count++] = (struct layer){source, volume};
    finding.volume = &target->volumes[target->volume_count++];
    *finding.volume = (struct wci_target_volume){.volume = volume, .name = name};
    code = wci_volume_describe(volume, target->arena, &container, err);
    if (code == WCAB_OK)
        code = wci_volume_walk(volume, &visitor, err);
    if (code == WCAB_OK)
        code = unwrap(&finding, &container, err);
    if (!is_file_system(container.kind)) {
        free(finding.volume->files);
        target->volume_count--; /* none has come behind it yet */
    }
    for (i = 0; code == WCAB_OK && i < finding.inner_count; i++)
        code = open_inner(target, volume, &finding.inner[i], depth, err);
    free(finding.inner);
    return code;
}

static enum wcab_err open_host(struct wci_target *target, struct wcab_error *err)
{
    const struct wci_bytes no_name = {"", 0};
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    char reason[WCI_PROBE_REASON];
    struct stat status;
    enum wcab_err code;

    if (stat(target->path, &status) == 0 && S_ISDIR(status.st_mode)) {
        code = wci_volume_dir_open(target->path, &volume, err);
    } else {
        code = wci_source_open_file(target->path, NULL, &source, err);
        if (code == WCAB_OK)
            code = wci_probe_file(source, &(struct wci_probe_place){target->path, NULL, NULL},
                                  &volume, reason, err);
    }
    if (code == WCAB_OK)
        return list_volume(target, source, volume, no_name, 0, err);
    wci_source_close(source);
    return code;
}

enum wcab_err wci_target_open(const char *path, const struct wci_target_faults *faults,
                              const struct wcab_cancel *cancel, struct wci_target **target,
                              struct wcab_error *err)
{
    struct wci_target *made = calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->arena = wci_arena_new();
    made->faults = faults;
    made->cancel = cancel;
    made->path = path;
    code = made->arena == NULL ? wci_error_nomem(err) : open_host(made, err);
    if (code == WCAB_OK && made->volume_count == 0)
        code = wci_error_set(err, WCAB_ERR_FORMAT, "no file system that is known");
    if (code != WCAB_OK) {
        wci_error_push_place(err, path, strlen(path));
        wci_target_close(made);
        return code;
    }
    *target = made;
    return WCAB_OK;
}
