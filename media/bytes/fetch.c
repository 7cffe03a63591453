/*
 * fetch - see fetch.h.
 */
#include "media/bytes/fetch.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/mem.h"
#include "core/parallel.h"
#include "core/url/url.h"
#include "media/bytes/fetch_cache.h"
#include "media/bytes/fetch_process.h"
#include "media/bytes/own.h"
#include "media/bytes/spool.h"

enum {
    AHEAD_MOST = 64,     /* blocks that are read ahead */
    STREAMS = 8,         /* places of a file that are read on from */
    REQUESTS_FREE = 1000 /* for a file, beside one for each block of it */
};

/* Larger than any medium: the server does not know what it says. */
#define SIZE_MOST (1ULL << 42)

/* What is fetched as a whole of a server that gives no ranges, unless more is allowed. */
#define WHOLE_MOST (16ULL << 20)

/* A file on a server, from when it is first asked for to the end. */
struct file {
    struct file *next;
    uint64_t number;
    char *url; /* owned */
    pthread_mutex_t asking;
    /* set under `asking`, then as it is */
    bool asked;
    struct wcab_error failure; /* of the first question; code OK: none */
    struct wci_fetch_head head;
    struct wci_source *whole; /* owned: all of it, where there are no ranges */
    /* under the list's lock */
    struct wcab_error lost;   /* why something of it was not brought; code OK: nothing is lost */
    const struct file *owner; /* that it belongs to, or NULL */
    struct {
        uint64_t next; /* the block behind the last one read */
        uint64_t ahead, used;
    } streams[STREAMS];
    uint64_t clock, requests;
};

struct wcab_fetch {
    struct wci_fetch_process process;
    bool has_process;
    struct wci_own own;
    struct wci_fetch_cache cache;
    pthread_mutex_t lock;
    struct file *files;
    uint64_t file_count;
    uint64_t whole_most;
    unsigned seconds;
    struct wcab_cancel cancel;
    _Atomic uint64_t requests, received;
};

/* ---- begin and end ------------------------------------------------------------------------ */

enum wcab_err wci_fetch_start(const struct wcab_fetch_options *options, const char *program,
                              struct wcab_fetch **fetch, struct wcab_error *err)
{
    struct wcab_fetch *made = wci_mem_calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->whole_most = options->whole != 0 ? options->whole : WHOLE_MOST;
    made->seconds = options->seconds != 0 ? options->seconds : 20;
    if (options->cancel != NULL)
        made->cancel = *options->cancel;
    made->own = (struct wci_own){options->own_context, options->own_look, options->own_read};
    made->has_process = program != NULL;
    code = program != NULL ? wci_fetch_process_begin(&made->process, program, err) : WCAB_OK;
    if (code != WCAB_OK) {
        free(made);
        return code;
    }
    wci_fetch_cache_init(&made->cache);
    (void)pthread_mutex_init(&made->lock, NULL);
    *fetch = made;
    return WCAB_OK;
}

void wci_fetch_finish(struct wcab_fetch *fetch)
{
    if (fetch == NULL)
        return;
    if (fetch->has_process)
        wci_fetch_process_end(&fetch->process);
    while (fetch->files != NULL) {
        struct file *file = fetch->files;

        fetch->files = file->next;
        wci_source_close(file->whole);
        (void)pthread_mutex_destroy(&file->asking);
        free(file->url);
        free(file);
    }
    wci_fetch_cache_free(&fetch->cache);
    (void)pthread_mutex_destroy(&fetch->lock);
    free(fetch);
}

void wci_fetch_figures(const struct wcab_fetch *fetch, uint64_t *requests, uint64_t *received)
{
    *requests = fetch->requests;
    *received = fetch->received;
}

/* ---- questions ---------------------------------------------------------------------------- */

/* What an answer goes to. */
struct answer {
    struct wci_fetch_head *head;
    uint8_t *bytes; /* room for `size`; NULL: they go to the spool */
    size_t size, length;
    struct wci_spool *spool;
};

static enum wcab_err take_head(void *context, const struct wci_fetch_head *head,
                               struct wcab_error *err)
{
    struct answer *answer = context;

    (void)err;
    if (answer->head != NULL)
        *answer->head = *head;
    return WCAB_OK;
}

static enum wcab_err take_data(void *context, const void *bytes, size_t length,
                               struct wcab_error *err)
{
    struct answer *answer = context;

    if (answer->spool != NULL)
        return wci_spool_write(answer->spool, answer->spool->size, bytes, length, err);
    if (length > answer->size - answer->length)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "more bytes come than were asked for");
    memcpy(answer->bytes + answer->length, bytes, length);
    answer->length += length;
    return WCAB_OK;
}

static enum wcab_err ask(struct wcab_fetch *fetch, struct file *file,
                         const struct wci_fetch_ask *question, struct answer *answer,
                         struct wcab_error *err)
{
    struct wci_fetch_taker taker = {answer, take_head, take_data, &fetch->cancel, 0, 0};
    enum wcab_err code = wci_fetch_process_ask(&fetch->process, question, &taker, err);

    if (code != WCAB_OK && !wci_error_ends_run(code) && err != NULL)
        err->sys = EREMOTEIO; /* nothing is wrong with the image, as far as is known */
    fetch->requests += taker.requests;
    fetch->received += taker.received;
    (void)pthread_mutex_lock(&fetch->lock);
    file->requests += taker.requests;
    (void)pthread_mutex_unlock(&fetch->lock);
    return code;
}

static struct wci_fetch_ask question_of(const struct wcab_fetch *fetch, const char *url)
{
    struct wci_fetch_ask question = {
        .length = 1, .size = WCI_FETCH_UNKNOWN, .seconds = fetch->seconds};

    memcpy(question.url, url, strnlen(url, sizeof(question.url) - 1));
    return question;
}

/* The file at the address, known from before or new; NULL without memory. */
static struct file *file_of(struct wcab_fetch *fetch, const char *url)
{
    struct file *file;

    (void)pthread_mutex_lock(&fetch->lock);
    for (file = fetch->files; file != NULL && strcmp(file->url, url) != 0;)
        file = file->next;
    if (file == NULL && (file = wci_mem_calloc(1, sizeof(*file))) != NULL) {
        file->url = strdup(url);
        if (file->url != NULL) {
            (void)pthread_mutex_init(&file->asking, NULL);
            file->number = fetch->file_count++;
            file->next = fetch->files;
            fetch->files = file;
        } else {
            free(file);
            file = NULL;
        }
    }
    (void)pthread_mutex_unlock(&fetch->lock);
    return file;
}

/* The first question: what the server says of it. */
static enum wcab_err look(struct wcab_fetch *fetch, struct file *file, struct wcab_error *err)
{
    struct answer answer = {.head = &file->head};
    struct wci_fetch_ask question = question_of(fetch, file->url);
    enum wcab_err code;

    (void)pthread_mutex_lock(&file->asking);
    if (!file->asked) {
        question.flags = WCI_FETCH_LOOK;
        file->head.size = WCI_FETCH_UNKNOWN;
        wci_error_clear(&file->failure);
        code = ask(fetch, file, &question, &answer, &file->failure);
        file->failure.code = code;
        file->asked = code != WCAB_ERR_CANCELLED && code != WCAB_ERR_NOMEM;
    }
    code = file->failure.code;
    if (code != WCAB_OK)
        (void)wci_error_copy(err, &file->failure);
    (void)pthread_mutex_unlock(&file->asking);
    return code;
}

static enum wcab_err find(struct wcab_fetch *fetch, const char *url, struct file **file,
                          struct wcab_error *err)
{
    char made[WCI_FETCH_URL];
    enum wcab_err code;

    if (fetch == NULL || !fetch->has_process)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "lies behind HTTP, and nothing is fetched here");
    code = wci_url_normalise(url, made, sizeof(made), err);
    if (code != WCAB_OK)
        return code;
    *file = file_of(fetch, made);
    return *file == NULL ? wci_error_nomem(err) : look(fetch, *file, err);
}

/* A number made of a text (FNV-1a); 0 for an empty one. */
static uint64_t number_of(const char *text)
{
    uint64_t number = 0xcbf29ce484222325U;

    if (*text == '\0')
        return 0;
    for (; *text != '\0'; text++)
        number = (number ^ (uint8_t)*text) * 0x100000001b3U;
    return number == 0 ? 1 : number;
}

enum wcab_err wci_fetch_look(struct wcab_fetch *fetch, const char *url,
                             struct wci_fetch_facts *facts, struct wcab_error *err)
{
    struct file *file = NULL;
    enum wcab_err code;

    if (fetch != NULL && wci_url_is_own(wci_bytes_of(url)))
        return wci_own_look(&fetch->own, url, facts, err);
    code = find(fetch, url, &file, err);
    if (code != WCAB_OK)
        return code;
    if (file->head.size == WCI_FETCH_UNKNOWN)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "the server tells no size of it and gives no parts");
    if (file->head.size == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "is empty");
    if (file->head.size > SIZE_MOST)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "is larger than any medium, says the server: %llu bytes",
                             (unsigned long long)file->head.size);
    facts->size = file->head.size;
    facts->mtime_ns =
        file->head.modified > INT64_MIN / 1000000000 && file->head.modified < INT64_MAX / 1000000000
            ? file->head.modified * 1000000000
            : 0;
    facts->tag = number_of(file->head.tag);
    facts->moved_to = strcmp(file->head.url, file->url) != 0 ? file->head.url : NULL;
    return WCAB_OK;
}

struct looking {
    struct wcab_fetch *fetch;
    const char *const *paths;
};

static void *look_at_one(void *context, unsigned thread, size_t index)
{
    const struct looking *looking = context;
    struct wci_fetch_facts facts;

    (void)thread;
    if (wci_url_is(wci_bytes_of(looking->paths[index])))
        (void)wci_fetch_look(looking->fetch, looking->paths[index], &facts, NULL);
    return NULL;
}

static enum wcab_err take_nothing(void *context, size_t index, void *result, struct wcab_error *err)
{
    const struct looking *looking = context;

    (void)index;
    (void)result;
    return wci_cancel_check(&looking->fetch->cancel, err);
}

static void discard_nothing(void *context, void *result)
{
    (void)context;
    (void)result;
}

enum wcab_err wci_fetch_look_all(struct wcab_fetch *fetch, const char *const *paths, size_t count,
                                 struct wcab_error *err)
{
    struct looking looking = {fetch, paths};
    const struct wci_parallel parallel = {WCI_FETCH_CHANNELS, &looking, look_at_one, take_nothing,
                                          discard_nothing};

    return fetch == NULL || count < 2 ? WCAB_OK : wci_parallel_run(&parallel, count, err);
}

/* ---- a server without ranges -------------------------------------------------------------- */

static void put_validators(const struct file *file, struct wci_fetch_ask *question)
{
    memcpy(question->tag, file->head.tag, sizeof(question->tag));
    memcpy(question->modified, file->head.last_modified, sizeof(question->modified));
    question->size = file->head.size;
}

/* Fetches all of it, once. */
static enum wcab_err fetch_whole(struct wcab_fetch *fetch, struct file *file,
                                 struct wcab_error *err)
{
    struct wci_fetch_ask question = question_of(fetch, file->url);
    struct wci_limits limits = wci_limits_default;
    struct wci_budget budget;
    struct wci_spool spool;
    struct answer answer = {.spool = &spool};
    enum wcab_err code;

    if (file->head.size > fetch->whole_most)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "the server gives no parts of it, and with %llu bytes it is too large "
                             "to be fetched as a whole (up to %llu)",
                             (unsigned long long)file->head.size,
                             (unsigned long long)fetch->whole_most);
    limits.seconds = 60 + file->head.size / 1024;
    wci_budget_init(&budget, &limits, file->head.size, &fetch->cancel);
    wci_spool_init(&spool, &budget, file->head.size);
    spool.expected = file->head.size;
    put_validators(file, &question);
    question.flags = WCI_FETCH_WHOLE;
    question.most = fetch->whole_most;
    code = ask(fetch, file, &question, &answer, err);
    if (code == WCAB_OK && spool.size != file->head.size)
        code = wci_error_set(err, WCAB_ERR_CHANGED, "has changed on the server while it was read");
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, &file->whole, err);
    else
        wci_spool_discard(&spool);
    return code;
}

static enum wcab_err need_whole(struct wcab_fetch *fetch, struct file *file, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    (void)pthread_mutex_lock(&file->asking);
    if (file->whole == NULL)
        code = fetch_whole(fetch, file, err);
    (void)pthread_mutex_unlock(&file->asking);
    return code;
}

/* ---- the source --------------------------------------------------------------------------- */

struct fetched_source {
    struct wci_source base;
    struct wcab_fetch *fetch;
    struct file *file;
    _Atomic uint64_t *counter; /* borrowed; may be NULL */
};

/* How many blocks to ask for from `first` on, of which `needed` are read now: more, and more each
 * time, where it is read on from. */
static uint64_t blocks_to_ask(struct wcab_fetch *fetch, struct file *file, uint64_t first,
                              uint64_t needed)
{
    uint64_t count = needed;
    size_t oldest = 0, i;

    (void)pthread_mutex_lock(&fetch->lock);
    for (i = 0; i < STREAMS; i++) {
        if (file->streams[i].used != 0 && file->streams[i].next == first)
            break;
        if (file->streams[i].used < file->streams[oldest].used)
            oldest = i;
    }
    if (i < STREAMS) {
        uint64_t ahead = 2 * file->streams[i].ahead;

        file->streams[i].ahead = ahead < AHEAD_MOST ? ahead : AHEAD_MOST;
        count = count < file->streams[i].ahead ? file->streams[i].ahead : count;
    } else {
        i = oldest;
        file->streams[i].ahead = needed < AHEAD_MOST ? needed : AHEAD_MOST;
    }
    file->streams[i].used = ++file->clock;
    file->streams[i].next = first + count;
    (void)pthread_mutex_unlock(&fetch->lock);
    return count;
}

/* Before something is asked for. */
static enum wcab_err check_file(struct wcab_fetch *fetch, const struct file *file,
                                struct wcab_error *err)
{
    struct wcab_error lost;

    (void)pthread_mutex_lock(&fetch->lock);
    lost = file->lost;
    (void)pthread_mutex_unlock(&fetch->lock);
    if (lost.code != WCAB_OK)
        return wci_error_copy(err, &lost);
    if (file->requests > REQUESTS_FREE + 4 * (file->head.size / WCI_FETCH_BLOCK))
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %llu requests for one file",
                             (unsigned long long)file->requests);
    return WCAB_OK;
}

static void note_lost(struct wcab_fetch *fetch, struct file *file, const struct wcab_error *why)
{
    (void)pthread_mutex_lock(&fetch->lock);
    if (file->lost.code == WCAB_OK && !wci_error_ends_run(why->code))
        file->lost = *why;
    (void)pthread_mutex_unlock(&fetch->lock);
}

/* A run of blocks into `bytes`, and from there into the cache. */
static enum wcab_err fetch_blocks(struct fetched_source *source, uint64_t first, uint8_t *bytes,
                                  size_t length, struct wcab_error *err)
{
    const struct file *file = source->file;
    const bool followed = strcmp(file->head.url, file->url) != 0;
    struct wci_fetch_ask question = question_of(source->fetch, file->head.url);
    struct answer answer = {.bytes = bytes, .size = length};
    size_t done;
    enum wcab_err code = check_file(source->fetch, file, err);

    if (code != WCAB_OK)
        return code;
    put_validators(file, &question);
    question.offset = first * WCI_FETCH_BLOCK;
    question.length = length;
    question.flags = followed && file->head.from_open != 0 ? WCI_FETCH_FOLLOWED : 0;
    code = ask(source->fetch, source->file, &question, &answer, err);
    if (followed && (code == WCAB_ERR_NOTFOUND || code == WCAB_ERR_IO)) {
        /* where it was sent to may hold for a while only */
        answer.length = 0;
        memcpy(question.url, file->url, strlen(file->url) + 1);
        question.flags = 0;
        code = ask(source->fetch, source->file, &question, &answer, err);
    }
    if (code == WCAB_OK && answer.length != length)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "the server sent %zu bytes instead of %zu",
                             answer.length, length);
    if (code == WCAB_ERR_NOTFOUND)
        code = wci_error_set(err, WCAB_ERR_CHANGED, "is not on the server any more");
    if (code != WCAB_OK && err != NULL)
        err->sys = EREMOTEIO;
    if (source->counter != NULL)
        atomic_fetch_add_explicit(source->counter, answer.length, memory_order_relaxed);
    for (done = 0; code == WCAB_OK && done < length; done += WCI_FETCH_BLOCK)
        wci_fetch_cache_put(&source->fetch->cache, file->number, first + done / WCI_FETCH_BLOCK,
                            bytes + done,
                            length - done < WCI_FETCH_BLOCK ? length - done : WCI_FETCH_BLOCK);
    return code;
}

/* What is not in the cache: the blocks that are wanted up to one that is. */
static enum wcab_err read_missing(struct fetched_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct wci_fetch_cache *cache = &source->fetch->cache;
    const uint64_t number = source->file->number, first = offset / WCI_FETCH_BLOCK,
                   start = first * WCI_FETCH_BLOCK;
    uint64_t needed = (offset - start + length + WCI_FETCH_BLOCK - 1) / WCI_FETCH_BLOCK, count, i;
    size_t size, copied;
    struct wcab_error own;
    uint8_t *bytes;
    enum wcab_err code;

    if (needed > WCI_FETCH_RANGE / WCI_FETCH_BLOCK)
        needed = WCI_FETCH_RANGE / WCI_FETCH_BLOCK;
    count = blocks_to_ask(source->fetch, source->file, first, needed);
    for (i = 1; i < count && !wci_fetch_cache_has(cache, number, first + i);)
        i++;
    size = (size_t)(i * WCI_FETCH_BLOCK);
    if (size > source->base.size - start)
        size = (size_t)(source->base.size - start);
    bytes = malloc(size);
    if (bytes == NULL)
        return wci_error_nomem(err);
    code = fetch_blocks(source, first, bytes, size, &own);
    if (code != WCAB_OK) {
        note_lost(source->fetch, source->file, &own);
        (void)wci_error_copy(err, &own);
    } else {
        copied = size - (size_t)(offset - start);
        *got = copied < length ? copied : length;
        memcpy(buffer, bytes + (offset - start), *got);
    }
    free(bytes);
    return code;
}

static enum wcab_err fetched_read(struct wci_source *base, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct fetched_source *source = (struct fetched_source *)base;
    enum wcab_err code;

    if (source->file->whole != NULL)
        return wci_source_read_some(source->file->whole, offset, buffer, length, got, err);
    *got =
        wci_fetch_cache_get(&source->fetch->cache, source->file->number, offset / WCI_FETCH_BLOCK,
                            (size_t)(offset % WCI_FETCH_BLOCK), buffer, length);
    if (*got > 0)
        return WCAB_OK;
    code = read_missing(source, offset, buffer, length, got, err);
    if (code != WCAB_OK && err != NULL && err->offset == WCAB_NO_OFFSET)
        err->offset = offset;
    return code;
}

static void fetched_close(struct wci_source *source)
{
    free(source);
}

static const struct wci_source_ops fetched_ops = {fetched_read, fetched_close};

static enum wcab_err open_file(struct wcab_fetch *fetch, const char *url, _Atomic uint64_t *counter,
                               struct fetched_source **source, struct wcab_error *err)
{
    struct fetched_source *made = NULL;
    struct wci_fetch_facts facts;
    struct file *file = NULL;
    enum wcab_err code = wci_fetch_look(fetch, url, &facts, err);

    if (code == WCAB_OK)
        code = find(fetch, url, &file, err);
    if (code == WCAB_OK && file->head.ranges == 0)
        code = need_whole(fetch, file, err);
    if (code != WCAB_OK)
        return code;
    made = wci_mem_calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->base.ops = &fetched_ops;
    made->base.size = facts.size;
    made->fetch = fetch;
    made->file = file;
    made->counter = counter;
    *source = made;
    return WCAB_OK;
}

enum wcab_err wci_fetch_open(struct wcab_fetch *fetch, const char *path, _Atomic uint64_t *counter,
                             struct wci_source **source, struct wcab_error *err)
{
    struct fetched_source *made = NULL;
    enum wcab_err code;

    if (!wci_url_is(wci_bytes_of(path)))
        return wci_source_open_file(path, counter, source, err);
    if (fetch != NULL && wci_url_is_own(wci_bytes_of(path)))
        return wci_own_open(&fetch->own, path, counter, source, err);
    code = open_file(fetch, path, counter, &made, err);
    if (code == WCAB_OK)
        *source = &made->base;
    return code;
}

enum wcab_err wci_fetch_open_beside(struct wcab_fetch *fetch, const char *owner, const char *url,
                                    _Atomic uint64_t *counter, struct wci_source **source,
                                    struct wcab_error *err)
{
    struct fetched_source *made = NULL;
    struct file *file = NULL;
    enum wcab_err code;

    if (fetch != NULL && wci_url_is_own(wci_bytes_of(url)))
        return wci_own_open(&fetch->own, url, counter, source, err);
    code = open_file(fetch, url, counter, &made, err);
    if (code != WCAB_OK)
        return code;
    *source = &made->base;
    if (find(fetch, owner, &file, NULL) == WCAB_OK) {
        (void)pthread_mutex_lock(&fetch->lock);
        made->file->owner = file;
        (void)pthread_mutex_unlock(&fetch->lock);
    }
    return WCAB_OK;
}

enum wcab_err wci_fetch_check(struct wcab_fetch *fetch, const char *url, struct wcab_error *err)
{
    const struct file *file;
    struct file *wanted = NULL;
    enum wcab_err code;

    if (fetch != NULL && wci_url_is_own(wci_bytes_of(url)))
        return WCAB_OK; /* each reading has told */
    code = find(fetch, url, &wanted, err);
    if (code != WCAB_OK)
        return code;
    (void)pthread_mutex_lock(&fetch->lock);
    for (file = fetch->files; file != NULL && code == WCAB_OK; file = file->next) {
        if ((file == wanted || file->owner == wanted) && file->lost.code != WCAB_OK)
            code = wci_error_copy(err, &file->lost);
    }
    (void)pthread_mutex_unlock(&fetch->lock);
    return code;
}

void wci_fetch_allow(struct wcab_fetch *fetch, uint64_t size)
{
    if (fetch == NULL)
        return;
    (void)pthread_mutex_lock(&fetch->lock);
    if (fetch->whole_most < size)
        fetch->whole_most = size;
    (void)pthread_mutex_unlock(&fetch->lock);
}
