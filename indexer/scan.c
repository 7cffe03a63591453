/*
 * scan - see scan.h.
 */
#include "indexer/scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/parallel.h"

struct scan {
    const struct wci_item *items;
    const struct wci_scan_options *options;
};

/* What became of one item. */
struct outcome {
    enum wcab_err code;
    struct wci_image *image;
    struct wcab_error err;
};

static bool is_cancelled(const struct scan *scan)
{
    return wci_cancel_is_set(scan->options->cancel);
}

static bool is_to_be_read(const struct wci_item *item)
{
    return item->state == WCI_ITEM_NEW || item->state == WCI_ITEM_TOUCHED;
}

static enum wcab_err walk_item(const struct scan *scan, const struct wci_item *item,
                               struct wci_image **image, struct wcab_error *err)
{
    struct wci_walk_options options = {.bytes_read = scan->options->bytes_read,
                                       .limits = scan->options->limits,
                                       .tables = scan->options->tables,
                                       .fetch = scan->options->fetch,
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
        walked->changed_ns = item->stamp.changed_ns;
    }
    memcpy(walked->quick, item->stamp.quick, sizeof(walked->quick));
    code = scan->options->refine(scan->options->context, walked, err);
    if (code != WCAB_OK) {
        wci_image_free(walked);
        return code;
    }
    *image = walked;
    return WCAB_OK;
}

/* NULL for an item that is not read, and without memory, which `take` tells apart. */
static void *work(void *context, unsigned thread, size_t index)
{
    const struct scan *scan = context;
    struct outcome *outcome;

    (void)thread;
    if (!is_to_be_read(&scan->items[index]))
        return NULL;
    outcome = calloc(1, sizeof(*outcome));
    if (outcome == NULL)
        return NULL;
    if (is_cancelled(scan))
        outcome->code = wci_error_set(&outcome->err, WCAB_ERR_CANCELLED, "interrupted");
    else
        outcome->code = walk_item(scan, &scan->items[index], &outcome->image, &outcome->err);
    return outcome;
}

static enum wcab_err take(void *context, size_t index, void *result, struct wcab_error *err)
{
    const struct scan *scan = context;
    const struct wci_scan_options *options = scan->options;
    struct outcome *outcome = result;
    enum wcab_err code = WCAB_OK;

    if (outcome == NULL)
        return is_to_be_read(&scan->items[index]) ? wci_error_nomem(err) : WCAB_OK;
    if (outcome->code == WCAB_OK) {
        code = options->take(options->context, &scan->items[index], outcome->image, err);
    } else if (wci_error_ends_run(outcome->code)) {
        code = outcome->code;
        if (err != NULL)
            *err = outcome->err;
    } else {
        code = options->failed(options->context, &scan->items[index], &outcome->err, err);
    }
    free(outcome);
    return code;
}

static void discard(void *context, void *result)
{
    struct outcome *outcome = result;

    (void)context;
    wci_image_free(outcome->image);
    free(outcome);
}

enum wcab_err wci_scan(const struct wci_item *items, size_t count,
                       const struct wci_scan_options *options, struct wcab_error *err)
{
    struct scan scan = {items, options};
    struct wci_parallel parallel = {options->threads, &scan, work, take, discard};

    return wci_parallel_run(&parallel, count, err);
}
