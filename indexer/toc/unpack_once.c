/*
 * unpack_once - see unpack_once.h.
 *
 * Cabinets are told apart by SHA-256 of their bytes, which costs a tenth of unpacking them.
 */
#include "indexer/toc/unpack_once.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/toc/collect.h"
#include "indexer/walk/cabinet_files.h"
#include "media/bytes/digest.h"

enum {
    KEPT_CABINETS = 32,
    KEPT_TEXTS = 16,
    KEPT_BYTES = 16 * 1024 * 1024, /* of all texts */
    CABINET_BYTES = 64 * 1024 * 1024,
    CHUNK = 64 * 1024
};

/* An unpacked file. */
struct text {
    uint32_t row;
    void *bytes; /* owned */
    size_t size;
};

struct kept {
    uint8_t digest[WCI_SHA256_BYTES];
    bool ready; /* false: a thread unpacks it */
    struct text texts[KEPT_TEXTS];
    size_t count;
};

struct wci_toc_cache {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct kept *kept[KEPT_CABINETS]; /* owned */
    size_t count, bytes;
};

/* Unpacking one cabinet. */
struct unpacking {
    struct wci_toc *toc;
    const struct wci_container *cabinet;
    struct kept *kept; /* NULL: nothing is kept */
    size_t room;       /* bytes that may be kept */
    bool all_kept;
};

static void free_texts(struct kept *kept)
{
    size_t i;

    for (i = 0; i < kept->count; i++)
        free(kept->texts[i].bytes);
    kept->count = 0;
}

struct wci_toc_cache *wci_toc_cache_new(void)
{
    struct wci_toc_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL)
        return NULL;
    (void)pthread_mutex_init(&cache->mutex, NULL);
    (void)pthread_cond_init(&cache->changed, NULL);
    return cache;
}

void wci_toc_cache_free(struct wci_toc_cache *cache)
{
    size_t i;

    if (cache == NULL)
        return;
    for (i = 0; i < cache->count; i++) {
        free_texts(cache->kept[i]);
        free(cache->kept[i]);
    }
    (void)pthread_cond_destroy(&cache->changed);
    (void)pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

/* ---- the cache ---------------------------------------------------------------------------- */

/* False when the cabinet can't be read, or is too large to be worth it. */
static bool digest_of(struct wci_source *source, uint8_t out[WCI_SHA256_BYTES])
{
    uint64_t size = wci_source_size(source), at;
    struct wci_digest *digest = size > CABINET_BYTES ? NULL : wci_digest_new(WCI_DIGEST_SHA256);
    uint8_t *chunk = digest == NULL ? NULL : malloc(CHUNK);
    bool ok = chunk != NULL;

    for (at = 0; ok && at < size; at += CHUNK) {
        size_t count = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

        ok = wci_source_read_at(source, at, chunk, count, NULL) == WCAB_OK &&
             wci_digest_put(digest, chunk, count);
    }
    ok = ok && wci_digest_end(digest, out);
    free(chunk);
    wci_digest_free(digest);
    return ok;
}

/* The cabinet's place: *mine when it is to be filled by this thread.  NULL: there is no room. */
static struct kept *enter(struct wci_toc_cache *cache, const uint8_t digest[WCI_SHA256_BYTES],
                          bool *mine)
{
    struct kept *kept = NULL;
    size_t i;

    *mine = false;
    (void)pthread_mutex_lock(&cache->mutex);
    for (i = 0; i < cache->count; i++) {
        if (memcmp(cache->kept[i]->digest, digest, WCI_SHA256_BYTES) == 0)
            kept = cache->kept[i];
    }
    while (kept != NULL && !kept->ready)
        (void)pthread_cond_wait(&cache->changed, &cache->mutex);
    if (kept == NULL && cache->count < KEPT_CABINETS && cache->bytes < KEPT_BYTES) {
        kept = calloc(1, sizeof(*kept));
        if (kept != NULL) {
            memcpy(kept->digest, digest, WCI_SHA256_BYTES);
            cache->kept[cache->count++] = kept;
            *mine = true;
        }
    }
    (void)pthread_mutex_unlock(&cache->mutex);
    return kept;
}

/* Lets others use what was unpacked.  Of what was not kept whole nothing stays: they unpack anew. */
static void leave(struct wci_toc_cache *cache, struct kept *kept, bool whole)
{
    size_t i;

    (void)pthread_mutex_lock(&cache->mutex);
    if (!whole) {
        free_texts(kept);
        kept->digest[0] ^= 0xFF; /* found no more */
    }
    for (i = 0; i < kept->count; i++)
        cache->bytes += kept->texts[i].size;
    kept->ready = true;
    (void)pthread_cond_broadcast(&cache->changed);
    (void)pthread_mutex_unlock(&cache->mutex);
}

/* ---- unpacking ---------------------------------------------------------------------------- */

static bool keep_text(struct unpacking *unpacking, uint32_t row, struct wci_source *source)
{
    struct kept *kept = unpacking->kept;
    uint64_t size = wci_source_size(source);
    void *bytes;

    if (size == 0)
        return true;
    if (kept->count == KEPT_TEXTS || size > unpacking->room)
        return false;
    bytes = malloc((size_t)size);
    if (bytes == NULL)
        return false;
    if (wci_source_read_at(source, 0, bytes, (size_t)size, NULL) != WCAB_OK) {
        free(bytes);
        return false;
    }
    kept->texts[kept->count++] = (struct text){row, bytes, (size_t)size};
    unpacking->room -= (size_t)size;
    return true;
}

static enum wcab_err on_file(void *context, uint32_t row, struct wci_source *source,
                             struct wcab_error *err)
{
    struct unpacking *unpacking = context;

    if (source == NULL)
        return WCAB_OK;
    if (unpacking->kept != NULL && unpacking->all_kept)
        unpacking->all_kept = keep_text(unpacking, row, source);
    return wci_toc_collect(unpacking->toc, &unpacking->cabinet->entries[row], source, err);
}

static enum wcab_err unpack(struct unpacking *unpacking, const struct wci_toc_cabinet *cabinet,
                            struct wcab_error *err)
{
    struct wci_cabinet_files_visitor visitor = {cabinet->budget, unpacking, on_file};
    struct wcab_error why;
    enum wcab_err code = wci_cabinet_files_open(cabinet->source, cabinet->container, cabinet->rows,
                                                cabinet->row_count, &visitor, &why);

    unpacking->all_kept = unpacking->all_kept && code == WCAB_OK;
    if (!wci_error_ends_run(code))
        return WCAB_OK; /* what is damaged is no table; verification tells of it */
    *err = why;
    return code;
}

static enum wcab_err take_kept(const struct kept *kept, struct wci_toc *toc,
                               const struct wci_container *cabinet, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < kept->count; i++) {
        const struct text *text = &kept->texts[i];
        struct wci_source *source = NULL;

        if (text->row >= cabinet->entry_count)
            continue;
        code = wci_source_open_memory(text->bytes, text->size, &source, err);
        if (code == WCAB_OK)
            code = wci_toc_collect(toc, &cabinet->entries[text->row], source, err);
        wci_source_close(source);
    }
    return code;
}

enum wcab_err wci_toc_unpack_once(struct wci_toc_cache *cache, struct wci_toc *toc,
                                  const struct wci_toc_cabinet *cabinet, struct wcab_error *err)
{
    struct unpacking unpacking = {
        .toc = toc, .cabinet = cabinet->container, .room = KEPT_BYTES, .all_kept = true};
    uint8_t digest[WCI_SHA256_BYTES];
    struct kept *kept = NULL;
    bool mine = false;
    enum wcab_err code;

    if (cache != NULL && digest_of(cabinet->source, digest))
        kept = enter(cache, digest, &mine);
    if (kept != NULL && !mine)
        return take_kept(kept, toc, cabinet->container, err);
    unpacking.kept = kept;
    code = unpack(&unpacking, cabinet, err);
    if (kept != NULL)
        leave(cache, kept, code == WCAB_OK && unpacking.all_kept);
    return code;
}
