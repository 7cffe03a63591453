/*
 * items - see items.h.
 */
#include "indexer/items.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/limits.h"
#include "core/url/url.h"
#include "indexer/disc_folder.h"
#include "indexer/stamp.h"
#include "indexer/unread.h"
#include "media/bytes/host_folder.h"
#include "media/bytes/source.h"
#include "media/formats.h"
#include "media/probe.h"
#include "media/split.h"
#include "media/volume/volume.h"

/* What a folder's tree was found to hold. */
struct findings {
    bool images;                 /* at least one image, at any depth */
    bool cabinets;               /* at least one cabinet or packed file, at any depth */
    bool own_cabinets;           /* directly in the folder */
    bool own_images;             /* directly in the folder */
    bool files;                  /* at least one file that is no image, at any depth */
    bool setup_folder;           /* a subfolder is one that Windows' Setup has on a CD */
    bool alike;                  /* subfolders hold cabinets of the same names */
    struct wci_disc_names names; /* of cabinets, at any depth */
    struct wci_image stamp;      /* of all files that are no images: sum of sizes, newest time */
    struct wci_image own_stamp;  /* the same for the files directly in it */
};

struct gathering {
    const struct wci_items_options *options;
    struct wci_items *items;
};

void wci_items_init(struct wci_items *items)
{
    memset(items, 0, sizeof(*items));
}

void wci_items_free(struct wci_items *items)
{
    free(items->items);
    wci_arena_free(items->arena);
    wci_items_init(items);
}

static bool is_cancelled(const struct gathering *gathering)
{
    return wci_cancel_is_set(gathering->options->cancel);
}

static void tell_fault(const struct gathering *gathering, const char *path, struct wcab_error *err)
{
    wci_error_push_place(err, path, strlen(path));
    gathering->options->fault(gathering->options->context, err);
}

static enum wcab_err add_item(struct gathering *gathering, const char *path,
                              const struct wci_image *stamp, enum wci_item_kind kind,
                              enum wci_item_state state, struct wcab_error *err)
{
    struct wci_items *items = gathering->items;
    struct wci_item *item;

    if (!wci_mem_grow(&items->items, items->count, &items->capacity, sizeof(*items->items)))
        return wci_error_nomem(err);
    item = &items->items[items->count];
    memset(item, 0, sizeof(*item));
    item->path = wci_arena_strdup(items->arena, path);
    if (item->path == NULL)
        return wci_error_nomem(err);
    item->stamp = *stamp;
    item->is_directory = kind == WCI_ITEM_FOLDER || kind == WCI_ITEM_FOLDER_TOP;
    item->top_only = kind == WCI_ITEM_FOLDER_TOP;
    item->state = state;
    items->count++;
    return WCAB_OK;
}

static enum wci_item_state state_of(const struct gathering *gathering, const char *path,
                                    enum wci_item_kind kind, struct wci_image *stamp)
{
    return gathering->options->state_of(gathering->options->context, path, kind, stamp);
}

/* UNREAD: walking it will fail, and tell why. */
enum file_kind { FILE_ORDINARY, FILE_IMAGE, FILE_CABINET, FILE_UNREAD };

/* What becomes of a file that can't be opened as an image. */
static enum file_kind kind_of_failure(const char *path, const struct wci_format_head *head,
                                      enum wcab_err code)
{
    bool may_be_other = code == WCAB_ERR_FORMAT || code == WCAB_ERR_CORRUPT;

    /* It begins as a format does and breaks off later, whatever else its first bytes look like. */
    if (code == WCAB_ERR_CORRUPT && wci_format_of_head(head) != NULL)
        return FILE_UNREAD;

    return !may_be_other || wci_unread_is_told(path, head) ? FILE_UNREAD : FILE_ORDINARY;
}

static enum file_kind kind_of_source(struct wci_source *source, const char *path)
{
    uint8_t start[WCI_FORMAT_HEAD];
    struct wci_format_head head = {start, 0, wci_source_size(source)};
    const struct wci_format *format;
    struct wci_volume *volume = NULL;
    char reason[WCI_PROBE_REASON];
    enum wcab_err code;

    if (wci_source_read_some(source, 0, start, sizeof(start), &head.size, NULL) != WCAB_OK)
        return FILE_UNREAD;
    format = wci_format_of_head(&head);
    if (format != NULL && format->in_folder)
        return FILE_CABINET;
    code =
        wci_probe_file(source, &(struct wci_probe_place){path, NULL, NULL}, &volume, reason, NULL);
    /* what holds cabinets belongs to the folder that it lies in, broken or not */
    if (format != NULL && format->use == WCI_FORMAT_CABINET && code == WCAB_ERR_CORRUPT)
        return FILE_CABINET;
    if (code != WCAB_OK)
        return kind_of_failure(path, &head, code);
    wci_volume_close(volume);
    return format != NULL &&
                   (format->use == WCI_FORMAT_PROGRAM || format->use == WCI_FORMAT_CABINET)
               ? FILE_CABINET
               : FILE_IMAGE;
}

static enum file_kind kind_of_file(const char *path)
{
    struct wci_source *source = NULL;
    enum file_kind kind;

    if (wci_source_open_file(path, NULL, &source, NULL) != WCAB_OK)
        return FILE_UNREAD;
    kind = kind_of_source(source, path);
    wci_source_close(source);
    return kind;
}

static void add_to_stamp(struct wci_image *stamp, const struct wci_image *part)
{
    stamp->size += part->size;
    if (part->mtime_ns > stamp->mtime_ns)
        stamp->mtime_ns = part->mtime_ns;
    if (part->changed_ns > stamp->changed_ns)
        stamp->changed_ns = part->changed_ns;
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static enum wcab_err gather_file(struct gathering *gathering, const char *path,
                                 const struct stat *status, struct findings *findings,
                                 struct wcab_error *err)
{
    struct wci_image stamp = {0};
    enum wci_item_state state;
    enum file_kind kind;

    wci_stamp_of(path, status, &stamp);
    state = state_of(gathering, path, WCI_ITEM_FILE, &stamp);
    kind = state != WCI_ITEM_NEW ? FILE_IMAGE : kind_of_file(path);
    if (kind == FILE_IMAGE) {
        findings->images = true;
        findings->own_images = true;
        if (state == WCI_ITEM_NEW)
            state = state_of(gathering, path, WCI_ITEM_IMAGE, &stamp);
        return add_item(gathering, path, &stamp, WCI_ITEM_IMAGE, state, err);
    }
    findings->files = true;
    add_to_stamp(&findings->own_stamp, &stamp);
    add_to_stamp(&findings->stamp, &stamp);
    if (kind == FILE_CABINET) {
        findings->cabinets = true;
        findings->own_cabinets = true;
        if (!wci_disc_names_add(&findings->names, name_in(path)))
            return wci_error_nomem(err);
    }
    /* it has no say in what the folder around it is */
    if (kind == FILE_UNREAD)
        return add_item(gathering, path, &stamp, WCI_ITEM_IMAGE, WCI_ITEM_NEW, err);
    return WCAB_OK;
}

/* The names in a folder, sorted. */
static enum wcab_err list_folder(const char *path, char ***names, size_t *count,
                                 struct wcab_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return wci_error_set_sys(err, errno, "folder can't be read");
    return wci_host_folder_names(fd, names, count, err);
}

/* ---- files that belong to an image beside them -------------------------------------------- */

/* Names of a folder; those dropped are freed and NULL. */
struct name_list {
    char **names;
    size_t count;
};

static void drop_name(void *context, const char *name)
{
    struct name_list *list = context;
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (list->names[i] != NULL && strcmp(list->names[i], name) == 0) {
            free(list->names[i]);
            list->names[i] = NULL;
        }
    }
}

/* Takes the sectors' files out of a folder's names: they come with their sheets. */
static void drop_companions(const char *path, char **names, size_t *count)
{
    struct name_list list = {names, *count};
    size_t i, kept = 0;

    for (i = 0; i < *count; i++) {
        char child[WCI_LIMIT_PATH];
        int length = names[i] == NULL || !wci_stamp_names_others(names[i])
                         ? 0
                         : snprintf(child, sizeof(child), "%s/%s", path, names[i]);

        if (length > 0 && (size_t)length < sizeof(child))
            (void)wci_probe_companions(&(struct wci_probe_place){child, NULL, NULL}, &list,
                                       drop_name, NULL);
    }
    for (i = 0; i < *count; i++) {
        if (names[i] != NULL)
            names[kept++] = names[i];
    }
    *count = kept;
}

/* ---- folders ------------------------------------------------------------------------------ */

static enum wcab_err gather_folder(struct gathering *gathering, const char *path, unsigned depth,
                                   struct findings *findings, struct wcab_error *err);

/* Adds what a subfolder holds; false without memory. */
static bool merge_findings(struct findings *into, const struct findings *from, const char *name)
{
    into->images = into->images || from->images;
    into->cabinets = into->cabinets || from->cabinets;
    into->files = into->files || from->files;
    into->setup_folder =
        into->setup_folder || (from->cabinets && wci_disc_folder_is_setup_folder(name));
    add_to_stamp(&into->stamp, &from->stamp);
    return wci_disc_names_merge(&into->names, &from->names, &into->alike);
}

/* A folder item: the whole tree, or with top_only the files directly in it. */
static enum wcab_err add_folder(struct gathering *gathering, const char *path,
                                const struct findings *findings, bool top_only,
                                struct wcab_error *err)
{
    enum wci_item_kind kind = top_only ? WCI_ITEM_FOLDER_TOP : WCI_ITEM_FOLDER;
    struct wci_image stamp = top_only ? findings->own_stamp : findings->stamp;
    struct stat status;

    if (stat(path, &status) == 0) {
        stamp.inode = status.st_ino;
        stamp.device = status.st_dev;
    }
    return add_item(gathering, path, &stamp, kind, state_of(gathering, path, kind, &stamp), err);
}

/* One subfolder: its findings go to `findings`; when it holds no image but cabinets, whether it is
 * an item of its own is for the caller to say (a parent without images takes it in): it is put off.
 */
struct postponed {
    char *path;
    struct findings findings;
};

/* A folder that is searched. */
struct folder {
    const char *path;
    unsigned depth;
    char **names;
    size_t name_count;
    struct findings *findings;
    struct postponed *postponed; /* room for each of the names */
    size_t postponed_count;
};

static enum wcab_err gather_subfolder(struct gathering *gathering, struct folder *folder,
                                      const char *path, const char *name, struct wcab_error *err)
{
    struct postponed *slot = &folder->postponed[folder->postponed_count];
    enum wcab_err code;

    if (folder->depth + 1 >= WCI_LIMIT_FOLDER_DEPTH) {
        wci_error_set(err, WCAB_ERR_LIMIT,
                      "more than %d folders deep; name it to have it indexed, too",
                      (int)WCI_LIMIT_FOLDER_DEPTH);
        tell_fault(gathering, path, err);
        return WCAB_OK;
    }
    memset(slot, 0, sizeof(*slot));
    code = gather_folder(gathering, path, folder->depth + 1, &slot->findings, err);
    if (!merge_findings(folder->findings, &slot->findings, name) && code == WCAB_OK)
        code = wci_error_nomem(err);
    wci_disc_names_free(&slot->findings.names);
    if (code == WCAB_OK && slot->findings.cabinets && !slot->findings.images) {
        slot->path = strdup(path);
        if (slot->path == NULL)
            return wci_error_nomem(err);
        folder->postponed_count++;
    }
    return code;
}

static enum wcab_err gather_children(struct gathering *gathering, struct folder *folder,
                                     struct wcab_error *err)
{
    size_t length = strlen(folder->path), i;
    const char *separator = length == 0 || folder->path[length - 1] != '/' ? "/" : "";
    enum wcab_err code = WCAB_OK;

    for (i = 0; code == WCAB_OK && i < folder->name_count; i++) {
        const char *name = folder->names[i];
        char child[WCI_LIMIT_PATH];
        struct stat status;
        int written;

        if (is_cancelled(gathering))
            return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
        written = snprintf(child, sizeof(child), "%s%s%s", folder->path, separator, name);
        if (written < 0 || (size_t)written >= sizeof(child)) {
            wci_error_set(err, WCAB_ERR_LIMIT, "what is in it has a path of more than %d bytes",
                          (int)WCI_LIMIT_PATH);
            tell_fault(gathering, folder->path, err);
            continue;
        }
        if (lstat(child, &status) != 0)
            continue; /* gone meanwhile */
        if (S_ISREG(status.st_mode))
            code = gather_file(gathering, child, &status, folder->findings, err);
        else if (S_ISDIR(status.st_mode))
            code = gather_subfolder(gathering, folder, child, name, err);
    }
    return code;
}

/* Whether all that lies in the folder and is no image is one medium, although images lie there,
 * too, or other media beside it. */
static bool is_disc(const char *path, char *const *names, size_t name_count,
                    const struct findings *findings)
{
    if (!findings->files)
        return false;
    if (wci_disc_folder_has_root_file(names, name_count) || wci_disc_folder_is_mount(path))
        return true;
    if (findings->alike)
        return false;
    if (findings->setup_folder)
        return true;
    return findings->images && !findings->own_images && findings->cabinets &&
           (findings->own_cabinets || wci_disc_folder_has_setup(names, name_count));
}

/* Takes back folders that were added since: they are parts of a larger one. */
static void drop_folders(struct wci_items *items, size_t first)
{
    size_t kept = first, i;

    for (i = first; i < items->count; i++) {
        if (!items->items[i].is_directory)
            items->items[kept++] = items->items[i];
    }
    items->count = kept;
}

/* Searches a folder.  Adds images below it, and folder items for the parts of it that can't be part
 * of a larger one: when it holds images, every postponed subfolder and its own loose cabinets. */
static enum wcab_err gather_folder(struct gathering *gathering, const char *path, unsigned depth,
                                   struct findings *findings, struct wcab_error *err)
{
    struct folder folder = {.path = path, .depth = depth, .findings = findings};
    size_t first = gathering->items->count, i;
    enum wcab_err code = list_folder(path, &folder.names, &folder.name_count, err);

    if (code != WCAB_OK) {
        wci_host_folder_free(folder.names, folder.name_count);
        if (code == WCAB_ERR_NOMEM)
            return code;
        tell_fault(gathering, path, err);
        return WCAB_OK;
    }
    drop_companions(path, folder.names, &folder.name_count);
    if (folder.name_count > 0) {
        folder.postponed = wci_mem_calloc(folder.name_count, sizeof(*folder.postponed));
        code = folder.postponed == NULL ? wci_error_nomem(err)
                                        : gather_children(gathering, &folder, err);
    }
    if (code == WCAB_OK && is_disc(path, folder.names, folder.name_count, findings)) {
        drop_folders(gathering->items, first);
        code = add_folder(gathering, path, findings, false, err);
        findings->images = true; /* nothing of it is part of what is around it */
    } else if (findings->images || findings->alike) {
        findings->images = true;
        for (i = 0; code == WCAB_OK && i < folder.postponed_count; i++)
            code = add_folder(gathering, folder.postponed[i].path, &folder.postponed[i].findings,
                              false, err);
        if (code == WCAB_OK && findings->own_cabinets)
            code = add_folder(gathering, path, findings, true, err);
    }
    for (i = 0; i < folder.postponed_count; i++)
        free(folder.postponed[i].path);
    free(folder.postponed);
    wci_host_folder_free(folder.names, folder.name_count);
    return code;
}

static enum wcab_err gather_top(struct gathering *gathering, const char *path,
                                const struct stat *status, struct wcab_error *err)
{
    struct findings findings = {0};
    struct wci_image stamp = {0};
    size_t first = gathering->items->count;
    enum wcab_err code;

    if (!S_ISDIR(status->st_mode)) {
        wci_stamp_of(path, status, &stamp);
        /* a drive's medium may have been changed: only its content tells */
        return add_item(gathering, path, &stamp, WCI_ITEM_IMAGE,
                        S_ISREG(status->st_mode) ? state_of(gathering, path, WCI_ITEM_IMAGE, &stamp)
                                                 : WCI_ITEM_NEW,
                        err);
    }
    code = gather_folder(gathering, path, 0, &findings, err);
    /* what is named is wanted, though it be loose files alone */
    if (code == WCAB_OK && !findings.images &&
        (findings.cabinets || (findings.files && gathering->items->count == first)))
        code = add_folder(gathering, path, &findings, false, err);
    wci_disc_names_free(&findings.names);
    return code;
}

/* What lies behind an address.  One that is refused is not to be shown as it is. */
static enum wcab_err gather_url(struct gathering *gathering, const char *text,
                                struct wcab_error *err)
{
    char url[WCI_LIMIT_PATH];
    struct wci_fetch_facts facts;
    struct wci_image stamp = {0};
    enum wcab_err code = wci_url_normalise(text, url, sizeof(url), err);

    if (code != WCAB_OK)
        wci_url_show(text, url, sizeof(url));
    else
        code = wci_fetch_look(gathering->options->fetch, url, &facts, err);
    if (code == WCAB_ERR_NOMEM || code == WCAB_ERR_CANCELLED)
        return code;
    if (code != WCAB_OK) {
        tell_fault(gathering, url, err);
        return WCAB_OK;
    }
    wci_stamp_of_url(&facts, &stamp);
    return add_item(gathering, url, &stamp, WCI_ITEM_IMAGE,
                    state_of(gathering, url, WCI_ITEM_IMAGE, &stamp), err);
}

enum wcab_err wci_items_gather(const char *path, const struct wci_items_options *options,
                               struct wci_items *items, struct wcab_error *err)
{
    struct gathering gathering = {options, items};
    char *absolute = NULL;
    struct stat status;
    enum wcab_err code;

    if (items->arena == NULL) {
        items->arena = wci_arena_new();
        if (items->arena == NULL)
            return wci_error_nomem(err);
    }
    if (wci_url_is(wci_bytes_of(path)))
        return gather_url(&gathering, path, err);
    absolute = realpath(path, NULL);
    if (absolute == NULL || stat(absolute, &status) != 0) {
        wci_error_set_sys(err, errno, "can't be read");
        tell_fault(&gathering, path, err);
        free(absolute);
        return WCAB_OK;
    }
    code = gather_top(&gathering, absolute, &status, err);
    free(absolute);
    return code;
}
