/*
 * source_checked - see source_checked.h.
 */
#include "media/bytes/source_checked.h"

#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

struct checked {
    struct wci_source base;
    struct wci_source *parent; /* owned */
    uint32_t expected;
    pthread_mutex_t lock; /* of what follows */
    uint64_t next;        /* everything before it has been read in order */
    uint32_t crc;         /* of that */
};

static enum wcab_err judge(const struct checked *checked, uint32_t crc, struct wcab_error *err)
{
    return crc == checked->expected
               ? WCAB_OK
               : wci_error_set(err, WCAB_ERR_CORRUPT, "the checksum (CRC-32) is %08lX, not %08lX",
                               (unsigned long)crc, (unsigned long)checked->expected);
}

static enum wcab_err checked_read(struct wci_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct checked *checked = (struct checked *)source;
    enum wcab_err code = wci_source_read_some(checked->parent, offset, buffer, length, got, err);

    if (code != WCAB_OK)
        return code;
    (void)pthread_mutex_lock(&checked->lock);
    if (offset == 0) {
        checked->next = 0;
        checked->crc = 0;
    }
    if (offset == checked->next) {
        checked->crc = (uint32_t)crc32_z(checked->crc, buffer, *got);
        checked->next += *got;
        if (checked->next == source->size)
            code = judge(checked, checked->crc, err);
    }
    (void)pthread_mutex_unlock(&checked->lock);
    return code;
}

static void checked_close(struct wci_source *source)
{
    struct checked *checked = (struct checked *)source;

    wci_source_close(checked->parent);
    (void)pthread_mutex_destroy(&checked->lock);
    free(checked);
}

static const struct wci_source_ops checked_ops = {checked_read, checked_close};

enum wcab_err wci_source_open_checked_take(struct wci_source *parent, uint32_t crc,
                                           struct wci_source **source, struct wcab_error *err)
{
    struct checked *checked = calloc(1, sizeof(*checked));

    if (checked == NULL) {
        wci_source_close(parent);
        return wci_error_nomem(err);
    }
    (void)pthread_mutex_init(&checked->lock, NULL);
    checked->base.ops = &checked_ops;
    checked->base.size = wci_source_size(parent);
    checked->parent = parent;
    checked->expected = crc;
    *source = &checked->base;
    return WCAB_OK;
}
