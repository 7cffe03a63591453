/*
 * known_images - see known_images.h.
 */
#include "cli/forms/known_images.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/output.h"

enum { TRACKS_MOST = 200, TEXT_MOST = 1024 };

struct known_images {
    struct known_image *items; /* owned, by size */
    size_t count, capacity;
    uint64_t files, bytes; /* read */
    bool failed;           /* without memory */
};

/* ---- which there are ---------------------------------------------------------------------- */

static void add(struct known_images *images, const struct wcab_image *image, char *path,
                uint64_t size)
{
    struct known_image *item;
    const char *slash;

    if (path != NULL && images->count == images->capacity) {
        size_t larger = images->capacity == 0 ? 64 : 2 * images->capacity;
        struct known_image *grown = realloc(images->items, larger * sizeof(*grown));

        if (grown != NULL) {
            images->items = grown;
            images->capacity = larger;
        }
    }
    if (path == NULL || images->count == images->capacity) {
        images->failed = true;
        free(path);
        return;
    }
    item = &images->items[images->count++];
    memset(item, 0, sizeof(*item));
    slash = strrchr(path, '/');
    item->path = path;
    item->name = slash != NULL ? slash + 1 : path;
    item->size = size;
    item->image = strdup(image->path);
    item->medium = image->medium != NULL ? strdup(image->medium) : NULL;
    images->failed = images->failed || item->image == NULL;
}

static bool is_sheet(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && (strcasecmp(dot, ".cue") == 0 || strcasecmp(dot, ".ccd") == 0 ||
                           strcasecmp(dot, ".mds") == 0);
}

/* Files beside a sheet whose names begin as its own does: "disc.bin", "disc (Track 1).bin". */
static void add_tracks(struct known_images *images, const struct wcab_image *image,
                       const char *sheet)
{
    const char *slash = strrchr(sheet, '/');
    size_t folder = (size_t)(slash - sheet);
    size_t stem = strlen(slash + 1) - strlen(strrchr(sheet, '.'));
    char *name = strndup(sheet, folder > 0 ? folder : 1);
    DIR *beside = name != NULL ? opendir(name) : NULL;
    const struct dirent *entry;
    size_t added = 0;

    while (beside != NULL && added < TRACKS_MOST && (entry = readdir(beside)) != NULL) {
        char *path = NULL;
        struct stat status;

        if (strncasecmp(entry->d_name, slash + 1, stem) != 0 ||
            strcmp(entry->d_name, slash + 1) == 0)
            continue;
        if (asprintf(&path, "%s/%s", folder > 0 ? name : "", entry->d_name) < 0)
            path = NULL;
        if (path != NULL && (stat(path, &status) != 0 || !S_ISREG(status.st_mode))) {
            free(path);
            continue;
        }
        add(images, image, path, path != NULL ? (uint64_t)status.st_size : 0);
        added++;
    }
    if (beside != NULL)
        (void)closedir(beside);
    free(name);
}

static enum wcab_err on_image(void *context, const struct wcab_image *image)
{
    struct known_images *images = context;
    char *path = strndup((const char *)image->path_raw, image->path_raw_length);
    struct stat status;

    if (path == NULL) {
        images->failed = true;
    } else if (path[0] == '/' && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        if (is_sheet(path))
            add_tracks(images, image, path);
        add(images, image, path, (uint64_t)status.st_size);
        path = NULL;
    }
    free(path);
    return images->failed ? WCAB_ERR_NOMEM : WCAB_OK;
}

static int compare(const void *left, const void *right)
{
    const struct known_image *a = left, *b = right;

    return a->size != b->size ? (a->size > b->size) - (a->size < b->size)
                              : strcmp(a->path, b->path);
}

struct known_images *known_images_open(struct wcab_catalog *catalog)
{
    struct known_images *images = calloc(1, sizeof(*images));
    struct wcab_error err = {.code = WCAB_OK};
    enum wcab_err code;

    if (images == NULL) {
        output_error("out of memory");
        return NULL;
    }
    code = wcab_image_each(catalog, NULL, on_image, images, &err);
    if (images->failed)
        output_error("out of memory");
    else if (code != WCAB_OK)
        (void)output_failure(&err);
    if (images->failed || code != WCAB_OK) {
        known_images_close(images);
        return NULL;
    }
    if (images->count > 0)
        qsort(images->items, images->count, sizeof(*images->items), compare);
    return images;
}

void known_images_close(struct known_images *images)
{
    size_t i;

    if (images == NULL)
        return;
    for (i = 0; i < images->count; i++) {
        free(images->items[i].image);
        free(images->items[i].path);
        free(images->items[i].medium);
        free(images->items[i].known_as);
    }
    free(images->items);
    free(images);
}

/* ---- which of them is meant --------------------------------------------------------------- */

/* Reads the file once; false when it was interrupted. */
static bool read_digests(struct known_images *images, struct known_image *item,
                         const struct wcab_cancel *cancel, struct progress *progress)
{
    struct wcab_error err;
    enum wcab_err code;

    if (item->is_read || item->failed)
        return true;
    progress_count(progress, "reading images", "files", images->files, images->bytes);
    code = wcab_file_digests(item->path, cancel, &item->digests, &err);
    images->files++;
    images->bytes += item->digests.size;
    item->is_read = code == WCAB_OK;
    item->failed = !item->is_read;
    if (item->failed && code != WCAB_ERR_CANCELLED) {
        progress_clear(progress);
        (void)output_failure(&err);
    }
    return code != WCAB_ERR_CANCELLED;
}

static bool has_hash(const struct known_image *item, const char *hash)
{
    return item->is_read &&
           (strcasecmp(item->digests.sha256, hash) == 0 ||
            strcasecmp(item->digests.sha1, hash) == 0 || strcasecmp(item->digests.md5, hash) == 0);
}

/* The first of a size, or where it would be. */
static size_t first_of(const struct known_images *images, uint64_t size)
{
    size_t low = 0, high = images->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (images->items[middle].size < size)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const char *base_name(const char *name)
{
    const char *end = name;

    for (; *name != '\0'; name++) {
        if (*name == '/' || *name == '\\')
            end = name + 1;
    }
    return end;
}

bool known_images_find(struct known_images *images, const struct hash_entry *entry,
                       const struct wcab_cancel *cancel, struct progress *progress,
                       bool (*visit)(void *context, struct known_image *image), void *context)
{
    const char *name = base_name(entry->name);
    size_t i = entry->has_size ? first_of(images, entry->size) : 0;

    for (; i < images->count; i++) {
        struct known_image *item = &images->items[i];

        if (entry->has_size ? item->size != entry->size : strcasecmp(item->name, name) != 0) {
            if (entry->has_size)
                break;
            continue;
        }
        if (!read_digests(images, item, cancel, progress))
            return false;
        if (has_hash(item, entry->hash) && !visit(context, item))
            return false;
    }
    return true;
}

/* ---- keeping what was found --------------------------------------------------------------- */

bool known_images_keep(struct known_images *images, struct wcab_catalog *catalog)
{
    size_t i;

    for (i = 0; i < images->count; i++) {
        const struct known_image *item = &images->items[i];
        struct wcab_note note = {"known", item->known_as};
        struct wcab_note_result result = {.sizeof_result = sizeof(result)};
        struct wcab_error err;

        if (item->known_as == NULL)
            continue;
        if (strlen(item->known_as) > TEXT_MOST)
            item->known_as[TEXT_MOST] = '\0';
        if (wcab_image_note(catalog, item->image, &note, 1, &result, &err) != WCAB_OK) {
            (void)output_failure(&err);
            return false;
        }
    }
    return true;
}
