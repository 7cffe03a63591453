/*
 * scan - see scan.h.
 *
 * Workers take items by a running number and leave results in a ring of slots; the caller empties
 * the slots in order.  A worker that is a whole ring ahead waits, which bounds the records in
 * memory.
 */
#include "scan.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

enum { SLOTS = 64, THREADS_MAX = 256 };

struct slot {
    bool full;
    enum wcab_err code;
    struct wci_image *image;
    struct wcab_error err;
};

struct scan {
    const struct wci_item *items;
    size_t count;
    const struct wci_scan_options *options;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    size_t next;  /* item that the next free worker takes */
    size_t taken; /* items whose slot the caller has emptied */
    bool stop;
    struct slot slots[SLOTS];
};

static bool is_cancelled(const struct scan *scan)
{
    return scan->options->cancel != NULL && *scan->options->cancel;
}

static enum wcab_err walk_item(const struct scan *scan, const struct wci_item *item,
                               struct wci_image **image, struct wcab_error *err)
{
    struct wci_walk_options options = {.bytes_read = scan->options->bytes_read,
                                       .top_only = item->top_only,
                                       .cancel = scan->options->cancel};
    struct wci_image *walked = NULL;
    enum wcab_err code = wci_walk_image(item->path, &options, &walked, err);

    if (code != WCAB_OK)
        return code;
    if (item->is_directory) { /* a folder's own status says nothing of the files in it */
        walked->size = item->stamp.size;
        walked->mtime_ns = item->stamp.mtime_ns;
        walked->inode = item->stamp.inode;
        walked->device = item->stamp.device;
    }
    code = scan->options->refine(scan->options->context, walked, err);
    if (code != WCAB_OK) {
        wci_image_free(walked);
        return code;
    }
    *image = walked;
    return WCAB_OK;
}

/* Takes the number of an item to walk; false when there is none left. */
static bool claim(struct scan *scan, size_t *index)
{
    bool claimed = false;

    pthread_mutex_lock(&scan->lock);
    while (!scan->stop && scan->next < scan->count && scan->next >= scan->taken + SLOTS)
        pthread_cond_wait(&scan->changed, &scan->lock);
    if (!scan->stop && scan->next < scan->count) {
        *index = scan->next++;
        claimed = true;
    }
    pthread_mutex_unlock(&scan->lock);
    return claimed;
}

static void *work(void *argument)
{
    struct scan *scan = argument;
    size_t index;

    while (claim(scan, &index)) {
        struct wci_image *image = NULL;
        struct wcab_error err;
        enum wcab_err code = WCAB_OK;
        struct slot *slot = &scan->slots[index % SLOTS];

        if (is_cancelled(scan))
            code = wci_error_set(&err, WCAB_ERR_CANCELLED, "interrupted");
        else if (!scan->items[index].unchanged)
            code = walk_item(scan, &scan->items[index], &image, &err);
        pthread_mutex_lock(&scan->lock);
        slot->full = true;
        slot->code = code;
        slot->image = image;
        if (code != WCAB_OK)
            slot->err = err;
        pthread_cond_broadcast(&scan->changed);
        pthread_mutex_unlock(&scan->lock);
    }
    return NULL;
}

/* Waits for the slot of item `index` and empties it. */
static struct slot wait_for(struct scan *scan, size_t index)
{
    struct slot *slot = &scan->slots[index % SLOTS];
    struct slot result;

    pthread_mutex_lock(&scan->lock);
    while (!slot->full)
        pthread_cond_wait(&scan->changed, &scan->lock);
    result = *slot;
    slot->full = false;
    scan->taken++;
    pthread_cond_broadcast(&scan->changed);
    pthread_mutex_unlock(&scan->lock);
    return result;
}

static enum wcab_err hand_over(struct scan *scan, struct wcab_error *err)
{
    const struct wci_scan_options *options = scan->options;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < scan->count; i++) {
        struct slot slot = wait_for(scan, i);

        if (slot.code == WCAB_ERR_CANCELLED || slot.code == WCAB_ERR_NOMEM) {
            *err = slot.err;
            code = slot.code;
        } else if (slot.code != WCAB_OK) {
            options->failed(options->context, &scan->items[i], &slot.err);
        } else if (slot.image != NULL) {
            code = options->take(options->context, &scan->items[i], slot.image, err);
        }
    }
    return code;
}

static void stop_workers(struct scan *scan, const pthread_t *threads, unsigned count)
{
    unsigned i;

    pthread_mutex_lock(&scan->lock);
    scan->stop = true;
    pthread_cond_broadcast(&scan->changed);
    pthread_mutex_unlock(&scan->lock);
    for (i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < SLOTS; i++) {
        if (scan->slots[i].full)
            wci_image_free(scan->slots[i].image);
    }
}

enum wcab_err wci_scan(const struct wci_item *items, size_t count,
                       const struct wci_scan_options *options, struct wcab_error *err)
{
    unsigned wanted = options->threads < THREADS_MAX ? options->threads : (unsigned)THREADS_MAX;
    unsigned started = 0;
    pthread_t *threads = NULL;
    struct scan *scan = NULL;
    enum wcab_err code = WCAB_OK;

    if (count == 0)
        return WCAB_OK;
    scan = calloc(1, sizeof(*scan));
    threads = calloc(wanted > 0 ? wanted : 1, sizeof(*threads));
    if (scan == NULL || threads == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    scan->items = items;
    scan->count = count;
    scan->options = options;
    pthread_mutex_init(&scan->lock, NULL);
    pthread_cond_init(&scan->changed, NULL);
    while (started < wanted && started < count) {
        if (pthread_create(&threads[started], NULL, work, scan) != 0)
            break; /* fewer do it too */
        started++;
    }
    if (started == 0)
        code = wci_error_set(err, WCAB_ERR_NOMEM, "no thread can be started");
    else
        code = hand_over(scan, err);
    stop_workers(scan, threads, started);
    pthread_cond_destroy(&scan->changed);
    pthread_mutex_destroy(&scan->lock);
out:
    free(threads);
    free(scan);
    return code;
}
