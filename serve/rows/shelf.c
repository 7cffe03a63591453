/*
 * shelf - see shelf.h.
 */
#include "serve/rows/shelf.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "serve/rows/collected.h"

struct row {
    size_t end, words_end; /* of its line, and of what it is found by */
};

struct serve_shelf {
    atomic_uint users;
    struct serve_text lines, words; /* owned, as the next one */
    struct row *rows;
    size_t count, capacity;
};

struct serve_shelves {
    pthread_mutex_t making; /* one makes it */
    pthread_mutex_t mutex;  /* guards the next ones */
    struct serve_shelf *kept;
    uint64_t moment, until, used; /* milliseconds */
};

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- letter case --------------------------------------------------------------------------- */

/* The small letter of a capital one below U+0800, which are two bytes of UTF-8. */
static unsigned small_letter(unsigned c)
{
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
        return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c + (c & 1);
    return c;
}

void serve_shelf_fold(struct serve_text *folded, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
        unsigned c;
        char pair[2];

        if (first >= 0xC3 && first <= 0xDF && (second & 0xC0) == 0x80) {
            c = small_letter((first & 0x1FU) << 6 | (second & 0x3FU));
            pair[0] = (char)(0xC0 | c >> 6);
            pair[1] = (char)(0x80 | (c & 0x3F));
            serve_text_put(folded, pair, 2);
            text++;
            continue;
        }
        pair[0] = (char)(first >= 'A' && first <= 'Z' ? first + 0x20 : first);
        serve_text_put(folded, pair, 1);
    }
}

/* ---- making it ----------------------------------------------------------------------------- */

/* Parts are divided by what can't stand in a text that is looked for. */
static void put_word(struct serve_text *words, const char *text)
{
    if (text == NULL)
        return;
    serve_shelf_fold(words, text);
    serve_text_put(words, "\n", 1);
}

static enum wcab_err put_medium(struct serve_shelf *shelf, const struct wcab_medium *medium)
{
    enum wcab_err code = wcab_medium_json(medium, serve_text_sink, &shelf->lines);
    size_t i;

    if (shelf->count == shelf->capacity) {
        size_t larger = shelf->capacity == 0 ? 64 : 2 * shelf->capacity;
        struct row *grown = realloc(shelf->rows, larger * sizeof(*grown));

        if (grown == NULL)
            return WCAB_ERR_NOMEM;
        shelf->rows = grown;
        shelf->capacity = larger;
    }
    put_word(&shelf->words, medium->medium);
    put_word(&shelf->words, medium->title);
    for (i = 0; i < medium->disk_count; i++) {
        put_word(&shelf->words, medium->disks[i].label);
        put_word(&shelf->words, medium->disks[i].image);
    }
    shelf->rows[shelf->count++] = (struct row){shelf->lines.used, shelf->words.used};
    return shelf->lines.failed || shelf->words.failed ? WCAB_ERR_NOMEM : code;
}

static enum wcab_err make(struct wcab_catalog *catalog, const char *wanted,
                          struct serve_shelf *shelf, struct wcab_error *err)
{
    struct wcab_media *media = NULL;
    const struct wcab_medium *medium;
    enum wcab_err code = wcab_media_open(catalog, wanted, &media, err);
    size_t i;

    for (i = 0; code == WCAB_OK && (medium = wcab_media_get(media, i)) != NULL; i++) {
        code = put_medium(shelf, medium);
        if (code != WCAB_OK)
            (void)serve_collected_fail(err, code, "out of memory");
    }
    wcab_media_close(media);
    (void)malloc_trim(0); /* it took ten times what is kept */
    return code;
}

/* ---- keeping it ---------------------------------------------------------------------------- */

struct serve_shelves *serve_shelves_open(void)
{
    struct serve_shelves *shelves = calloc(1, sizeof(*shelves));

    if (shelves == NULL)
        return NULL;
    (void)pthread_mutex_init(&shelves->making, NULL);
    (void)pthread_mutex_init(&shelves->mutex, NULL);
    return shelves;
}

void serve_shelves_close(struct serve_shelves *shelves)
{
    if (shelves == NULL)
        return;
    serve_shelf_release(shelves->kept);
    (void)pthread_mutex_destroy(&shelves->making);
    (void)pthread_mutex_destroy(&shelves->mutex);
    free(shelves);
}

void serve_shelf_release(struct serve_shelf *shelf)
{
    if (shelf == NULL || atomic_fetch_sub(&shelf->users, 1) > 1)
        return;
    serve_text_free(&shelf->lines);
    serve_text_free(&shelf->words);
    free(shelf->rows);
    free(shelf);
}

void serve_shelves_rest(struct serve_shelves *shelves)
{
    enum { REST_AFTER = 60000 };
    struct serve_shelf *unused = NULL;

    (void)pthread_mutex_lock(&shelves->mutex);
    if (shelves->kept != NULL && shelves->used + REST_AFTER < milliseconds()) {
        unused = shelves->kept;
        shelves->kept = NULL;
    }
    (void)pthread_mutex_unlock(&shelves->mutex);
    serve_shelf_release(unused);
}

/* The one that is kept, if it is still right; NULL. */
static struct serve_shelf *find(struct serve_shelves *shelves, uint64_t moment)
{
    const uint64_t now = milliseconds();
    struct serve_shelf *found = NULL;

    (void)pthread_mutex_lock(&shelves->mutex);
    if (shelves->kept != NULL && shelves->moment == moment && now <= shelves->until) {
        found = shelves->kept;
        (void)atomic_fetch_add(&found->users, 1);
        shelves->used = now;
    }
    (void)pthread_mutex_unlock(&shelves->mutex);
    return found;
}

/* Whether images lie at their paths is asked of the host, so that nothing is good for long: a second,
 * or ten times what it took to make. */
static void keep(struct serve_shelves *shelves, struct serve_shelf *shelf, uint64_t moment,
                 uint64_t began)
{
    enum { GOOD_FOR = 1000, TIMES = 10 };
    const uint64_t now = milliseconds();
    struct serve_shelf *before;

    (void)atomic_fetch_add(&shelf->users, 1);
    (void)pthread_mutex_lock(&shelves->mutex);
    before = shelves->kept;
    shelves->kept = shelf;
    shelves->moment = moment;
    shelves->used = now;
    shelves->until = now + GOOD_FOR + TIMES * (now - began);
    (void)pthread_mutex_unlock(&shelves->mutex);
    serve_shelf_release(before);
}

enum wcab_err serve_shelf_get(struct serve_shelves *shelves, struct wcab_catalog *catalog,
                              const char *wanted, struct serve_shelf **shelf,
                              struct wcab_error *err)
{
    struct serve_shelf *made;
    uint64_t moment = 0, began;
    enum wcab_err code = wcab_catalog_moment(catalog, &moment, err);

    if (code != WCAB_OK)
        return code;
    *shelf = wanted == NULL ? find(shelves, moment) : NULL;
    if (*shelf != NULL)
        return WCAB_OK;
    (void)pthread_mutex_lock(&shelves->making);
    *shelf = wanted == NULL ? find(shelves, moment) : NULL; /* another one has made it meanwhile */
    made = *shelf == NULL ? calloc(1, sizeof(*made)) : NULL;
    if (made != NULL) {
        began = milliseconds();
        atomic_init(&made->users, 1);
        code = make(catalog, wanted, made, err);
        if (code == WCAB_OK && wanted == NULL)
            keep(shelves, made, moment, began);
        if (code != WCAB_OK) {
            serve_shelf_release(made);
            made = NULL;
        }
        *shelf = made;
    } else if (*shelf == NULL) {
        code = serve_collected_fail(err, WCAB_ERR_NOMEM, "out of memory");
    }
    (void)pthread_mutex_unlock(&shelves->making);
    return code;
}

/* ---- its rows ------------------------------------------------------------------------------ */

size_t serve_shelf_size(const struct serve_shelf *shelf)
{
    return shelf->count;
}

bool serve_shelf_row(const struct serve_shelf *shelf, size_t row, struct serve_text *text)
{
    size_t start;

    if (row >= shelf->count)
        return false;
    start = row > 0 ? shelf->rows[row - 1].end : 0;
    serve_text_put(text, shelf->lines.data + start, shelf->rows[row].end - start);
    return true;
}

bool serve_shelf_fits(const struct serve_shelf *shelf, size_t row, const char *text)
{
    size_t start, length;
    bool fits = true;

    if (row >= shelf->count || shelf->words.data == NULL)
        return false;
    start = row > 0 ? shelf->rows[row - 1].words_end : 0;
    for (; fits && *text != '\0'; text += length) {
        text += strspn(text, " ");
        length = strcspn(text, " ");
        fits = memmem(shelf->words.data + start, shelf->rows[row].words_end - start, text,
                      length) != NULL;
    }
    return fits;
}
