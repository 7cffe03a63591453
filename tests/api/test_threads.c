/*
 * The threading contract of whichcab.h: many threads, each with handles of its own on one catalog,
 * while another one writes to it.  With the number of seconds as argument it runs that long.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "api_fixture.h"

enum { THREADS = 16, ROUNDS = 4 };

static struct api_fixture fixture;
static time_t end_time; /* 0: ROUNDS each */
static atomic_int failures, rounds, stop;
static pthread_mutex_t saying = PTHREAD_MUTEX_INITIALIZER;

static void complain(const char *what, enum wcab_err code, const struct wcab_error *err)
{
    (void)pthread_mutex_lock(&saying);
    printf("%s: %d %s: %s\n", what, (int)code, err->place, err->text);
    (void)pthread_mutex_unlock(&saying);
    atomic_fetch_add(&failures, 1);
}

static void expect(const char *what, enum wcab_err code, const struct wcab_error *err)
{
    if (code != WCAB_OK)
        complain(what, code, err);
}

static enum wcab_err swallow_text(void *context, const char *text, size_t length)
{
    (void)text;
    *(size_t *)context += length;
    return WCAB_OK;
}

static enum wcab_err swallow(void *context, const void *data, size_t size)
{
    (void)data;
    *(size_t *)context += size;
    return WCAB_OK;
}

static int search_all(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"*"};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1, .all = true};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    struct wcab_error err = {.text = ""};
    size_t length = 0;
    int count = 0;
    enum wcab_err code = wcab_search_open(catalog, &options, &search, &err);

    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, &err);
        if (code != WCAB_OK || answer == NULL)
            break;
        code = wcab_answer_json(answer, swallow_text, &length);
        count++;
    }
    expect("search", code, &err);
    wcab_search_close(search);
    return count;
}

static void extract_some(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"cut.bin", "BIG.BIN", "note.txt"};
    size_t length = 0;
    const struct wcab_search_options search = {
        .sizeof_options = sizeof(search), .names = names, .name_count = 3};
    const struct wcab_extract_options options = {
        .sizeof_options = sizeof(options), .search = &search, .context = &length, .put = swallow};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err = {.text = ""};

    expect("extract", wcab_extract(catalog, &options, &result, &err), &err);
    if (result.failed > 0 || length < 260000)
        complain("extract gave too little", WCAB_OK, &err);
}

static void look_at_media(struct wcab_catalog *catalog)
{
    struct wcab_media *media = NULL;
    struct wcab_error err = {.text = ""};
    enum wcab_err code = wcab_media_open(catalog, NULL, &media, &err);

    expect("media", code, &err);
    if (code == WCAB_OK && wcab_media_get(media, 0) == NULL)
        complain("no media", code, &err);
    wcab_media_close(media);
}

static bool goes_on(int round)
{
    return end_time > 0 ? time(NULL) < end_time : round < ROUNDS;
}

static void *work(void *context)
{
    int round;

    (void)context;
    for (round = 0; goes_on(round) && atomic_load(&failures) == 0; round++) {
        struct wcab_catalog *catalog = api_open(&fixture);
        struct wcab_error err = {.text = ""};

        if (search_all(catalog) < 7)
            complain("too few answers", WCAB_OK, &err);
        extract_some(catalog);
        look_at_media(catalog);
        wcab_catalog_close(catalog);
        atomic_fetch_add(&rounds, 1);
    }
    return NULL;
}

/* Reads all media again and again. */
static void *write_on(void *context)
{
    struct wcab_error err = {.text = ""};

    (void)context;
    while (!atomic_load(&stop))
        expect("index", api_index(&fixture, true, &err), &err);
    return NULL;
}

static void sixteen_threads_and_a_writer(void)
{
    pthread_t threads[THREADS], writer;
    int i;

    CHECK_EQ_INT(pthread_create(&writer, NULL, write_on, NULL), 0);
    for (i = 0; i < THREADS; i++)
        CHECK_EQ_INT(pthread_create(&threads[i], NULL, work, NULL), 0);
    for (i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    atomic_store(&stop, 1);
    (void)pthread_join(writer, NULL);
    CHECK_EQ_INT(atomic_load(&failures), 0);
    printf("%d rounds\n", atomic_load(&rounds));
}

int main(int argc, char **argv)
{
    if (argc > 1)
        end_time = time(NULL) + atol(argv[1]);
    api_begin(&fixture);
    RUN(sixteen_threads_and_a_writer);
    api_end(&fixture);
    return check_report();
}
