/*
 * Images whose bytes the caller hands out: indexed, found, read, verified and listed by their names, with
 * no file behind them.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "api_fixture.h"

static struct api_fixture fixture;
static char catalog_path[160];

/* The caller's shelf: one image in memory. */
static struct {
    char *bytes;
    size_t size;
    uint64_t version;
    bool broken;
    _Atomic unsigned reads, outside;
} shelf;

static const char name[] = "shelf/disk.img", address[] = "own://shelf/disk.img";

static enum wcab_err look(void *context, const char *asked, uint64_t *size, uint64_t *version)
{
    CHECK(context == &shelf);
    if (strcmp(asked, name) != 0)
        return WCAB_ERR_NOTFOUND;
    *size = shelf.size;
    *version = shelf.version;
    return WCAB_OK;
}

static enum wcab_err read_bytes(void *context, const char *asked, uint64_t offset, void *buffer,
                                size_t length)
{
    (void)context;
    shelf.reads++;
    if (strcmp(asked, name) != 0 || offset > shelf.size || length > shelf.size - offset) {
        shelf.outside++;
        return WCAB_ERR_NOTFOUND;
    }
    if (shelf.broken)
        return WCAB_ERR_IO;
    memcpy(buffer, shelf.bytes + offset, length);
    return WCAB_OK;
}

static struct wcab_fetch *open_shelf(void)
{
    const struct wcab_fetch_options options = {.sizeof_options = sizeof(options),
                                               .own_context = &shelf,
                                               .own_look = look,
                                               .own_read = read_bytes};
    struct wcab_fetch *fetch = NULL;

    CHECK_EQ_INT(wcab_fetch_open(&options, &fetch, NULL), WCAB_OK);
    return fetch;
}

static void load(void)
{
    FILE *file = fopen(fixture.image, "rb");

    shelf.bytes = malloc(2 << 20);
    CHECK(file != NULL && shelf.bytes != NULL);
    shelf.size = fread(shelf.bytes, 1, 2 << 20, file);
    (void)fclose(file);
    shelf.version = 1;
    (void)snprintf(catalog_path, sizeof(catalog_path), "%s-own", fixture.catalog);
}

static enum wcab_err index_shelf(struct wcab_fetch *fetch, const char *path,
                                 struct wcab_index_result *result)
{
    const char *const paths[] = {path};
    const struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                               .paths = paths,
                                               .path_count = 1,
                                               .threads = 2,
                                               .fetch = fetch,
                                               .profiles = WCAB_SOURCE_DIR "/media-profiles"};

    *result = (struct wcab_index_result){.sizeof_result = sizeof(*result)};
    return wcab_index(catalog_path, &options, result, NULL);
}

static struct wcab_catalog *open_catalog(struct wcab_fetch *fetch)
{
    struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                           .without_published = true};
    struct wcab_catalog *catalog = NULL;

    CHECK_EQ_INT(wcab_catalog_open(catalog_path, &options, &catalog, NULL), WCAB_OK);
    wcab_catalog_set_fetch(catalog, fetch);
    return catalog;
}

static void find_note(struct wcab_catalog *catalog, char id[64])
{
    const char *const names[] = {"note.txt"};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;

    CHECK_EQ_INT(wcab_search_open(catalog, &options, &search, NULL), WCAB_OK);
    CHECK_EQ_INT(wcab_search_next(search, &answer, NULL), WCAB_OK);
    CHECK(answer != NULL && answer->id != NULL);
    if (answer != NULL)
        CHECK_EQ_STR(answer->image, address);
    (void)snprintf(id, 64, "%s", answer != NULL && answer->id != NULL ? answer->id : "");
    wcab_search_close(search);
}

static void indexed_found_and_read(void)
{
    struct wcab_fetch *fetch = open_shelf();
    struct wcab_index_result result;
    struct wcab_catalog *catalog;
    char id[64], text[64] = "";
    size_t got = 0;

    CHECK_EQ_INT(index_shelf(fetch, address, &result), WCAB_OK);
    CHECK_EQ_INT(result.images_stored, 1);
    CHECK_EQ_INT(result.faults, 0);
    catalog = open_catalog(fetch);
    find_note(catalog, id);
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, sizeof(text) - 1, &got, NULL), WCAB_OK);
    CHECK_EQ_STR(text, "the same on both");
    /* without who hands it out it is on record all the same, and can't be read */
    wcab_catalog_set_fetch(catalog, NULL);
    CHECK(wcab_read_into(catalog, id, text, sizeof(text) - 1, &got, NULL) != WCAB_OK);
    wcab_catalog_close(catalog);
    CHECK_EQ_INT(index_shelf(fetch, address, &result), WCAB_OK);
    CHECK_EQ_INT(result.images_unchanged, 1);
    CHECK_EQ_INT(shelf.outside, 0);
    wcab_fetch_close(fetch);
}

static void verified(void)
{
    struct wcab_fetch *fetch = open_shelf();
    const struct wcab_verify_options options = {
        .sizeof_options = sizeof(options), .threads = 4, .fetch = fetch};
    struct wcab_verify_result result = {.sizeof_result = sizeof(result)};

    CHECK_EQ_INT(wcab_verify(catalog_path, &options, &result, NULL), WCAB_OK);
    CHECK_EQ_INT(result.files, 3);
    CHECK_EQ_INT(result.damaged + result.missing + result.faults, 0);
    CHECK_EQ_INT(shelf.outside, 0);
    wcab_fetch_close(fetch);
}

static void another_version_is_another_image(void)
{
    struct wcab_fetch *fetch = open_shelf();
    struct wcab_catalog *catalog = open_catalog(fetch);
    struct wcab_index_result result;
    char id[64], text[64];
    size_t got;

    find_note(catalog, id);
    shelf.version = 2;
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, sizeof(text), &got, NULL), WCAB_ERR_CHANGED);
    wcab_catalog_close(catalog);
    CHECK_EQ_INT(index_shelf(fetch, address, &result), WCAB_OK);
    catalog = open_catalog(fetch);
    find_note(catalog, id);
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, sizeof(text), &got, NULL), WCAB_OK);
    wcab_catalog_close(catalog);
    wcab_fetch_close(fetch);
}

static enum wcab_err count_item(void *context, const struct wcab_list_item *item)
{
    *(unsigned *)context += item->name != NULL;
    return WCAB_OK;
}

static void *list_it(void *fetch)
{
    unsigned files = 0;
    const struct wcab_list_options options = {
        .sizeof_options = sizeof(options), .context = &files, .item = count_item, .fetch = fetch};

    CHECK_EQ_INT(wcab_list(address, &options, NULL), WCAB_OK);
    CHECK_EQ_INT(files, 3);
    return NULL;
}

static void listed_by_several_threads(void)
{
    struct wcab_fetch *fetch = open_shelf();
    pthread_t threads[4];
    size_t i;

    for (i = 0; i < 4; i++)
        CHECK_EQ_INT(pthread_create(&threads[i], NULL, list_it, fetch), 0);
    for (i = 0; i < 4; i++)
        (void)pthread_join(threads[i], NULL);
    wcab_fetch_close(fetch);
}

static void what_is_not_there_is_told(void)
{
    struct wcab_fetch *fetch = open_shelf(), *none = NULL;
    const struct wcab_fetch_options half = {.sizeof_options = sizeof(half), .own_look = look};
    struct wcab_index_result result;
    unsigned files = 0;
    const struct wcab_list_options options = {
        .sizeof_options = sizeof(options), .context = &files, .item = count_item, .fetch = fetch};

    CHECK_EQ_INT(wcab_list("own://shelf/other.img", &options, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(index_shelf(fetch, "own://shelf/other.img", &result), WCAB_OK);
    CHECK_EQ_INT(result.images_failed, 1);
    CHECK_EQ_INT(index_shelf(NULL, address, &result), WCAB_OK);
    CHECK_EQ_INT(result.images_failed, 1);
    shelf.broken = true;
    CHECK(wcab_list(address, &options, NULL) != WCAB_OK);
    shelf.broken = false;
    CHECK_EQ_INT(wcab_fetch_open(&half, &none, NULL), WCAB_ERR_USAGE);
    wcab_fetch_close(fetch);
}

int main(void)
{
    api_begin(&fixture);
    load();
    RUN(indexed_found_and_read);
    RUN(verified);
    RUN(another_version_is_another_image);
    RUN(listed_by_several_threads);
    RUN(what_is_not_there_is_told);
    free(shelf.bytes);
    api_end(&fixture);
    return check_report();
}
