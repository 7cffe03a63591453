/*
 * Structs of other sizes than this version's, and the library's version and parts.
 */
#include "api_fixture.h"

static struct api_fixture fixture;

static enum wcab_err open_search(struct wcab_catalog *catalog, const void *options)
{
    struct wcab_search *search = NULL;
    enum wcab_err code = wcab_search_open(catalog, options, &search, NULL);

    wcab_search_close(search);
    return code;
}

/* As of a program that was built with a later version. */
struct later_search {
    struct wcab_search_options options;
    const char *later;
};

static void options_of_other_versions(void)
{
    static const char *const names[] = {"note.txt"};
    struct wcab_catalog *catalog = api_open(&fixture);
    struct later_search later = {
        .options = {.sizeof_options = sizeof(later), .names = names, .name_count = 1}};
    struct wcab_search_options earlier = {
        .sizeof_options = offsetof(struct wcab_search_options, medium),
        .names = names,
        .name_count = 1,
        .medium = "what an earlier program has behind its struct"};

    CHECK_EQ_INT(open_search(catalog, &later), WCAB_OK);
    later.later = "something";
    CHECK_EQ_INT(open_search(catalog, &later), WCAB_ERR_USAGE);
    CHECK_EQ_INT(open_search(catalog, &earlier), WCAB_OK);
    earlier.sizeof_options = 0;
    CHECK_EQ_INT(open_search(catalog, &earlier), WCAB_ERR_USAGE);
    earlier.sizeof_options = 3;
    CHECK_EQ_INT(open_search(catalog, &earlier), WCAB_ERR_USAGE);
    earlier.sizeof_options = SIZE_MAX;
    CHECK_EQ_INT(open_search(catalog, &earlier), WCAB_ERR_USAGE);
    wcab_catalog_close(catalog);
}

/* Every kind of options refuses one that is no size, and takes one of size alone or says what is
 * missing in it. */
static void every_kind_is_held_to_its_size(void)
{
    struct wcab_catalog *catalog = api_open(&fixture), *other = NULL;
    const size_t bad = 3;
    struct wcab_versions *versions = NULL;
    struct wcab_diff *diff = NULL;
    const struct wcab_limits no_limits = {.sizeof_limits = 1};
    const char *const paths[] = {fixture.media};
    struct wcab_index_options index = {
        .sizeof_options = sizeof(index), .paths = paths, .path_count = 1, .limits = &no_limits};
    const struct wcab_verify_options *verify = (const void *)&bad;

    CHECK_EQ_INT(wcab_index(fixture.catalog, &index, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_index(fixture.catalog, (const void *)&bad, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_verify(fixture.catalog, verify, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_list(fixture.image, (const void *)&bad, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_catalog_open(NULL, (const void *)&bad, &other, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_versions_open(catalog, (const void *)&bad, &versions, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_diff_open(catalog, (const void *)&bad, &diff, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_extract(catalog, (const void *)&bad, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_identify(catalog, (const void *)&bad, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_catalog_stats(catalog, (void *)(uintptr_t)&bad, NULL), WCAB_ERR_USAGE);
    wcab_catalog_close(catalog);
}

struct later_stats {
    struct wcab_catalog_stats stats;
    uint64_t later;
};

static void results_of_other_versions(void)
{
    struct wcab_catalog *catalog = api_open(&fixture);
    struct later_stats later = {.stats = {.sizeof_stats = sizeof(later)}, .later = 99};
    struct wcab_catalog_stats earlier = {
        .sizeof_stats = offsetof(struct wcab_catalog_stats, containers), .containers = 99};

    CHECK_EQ_INT(wcab_catalog_stats(catalog, &later.stats, NULL), WCAB_OK);
    CHECK_EQ_INT(later.stats.images, 2);
    CHECK_EQ_INT(later.stats.sizeof_stats, sizeof(later));
    CHECK_EQ_INT(later.later, 0);
    CHECK_EQ_INT(wcab_catalog_stats(catalog, &earlier, NULL), WCAB_OK);
    CHECK_EQ_INT(earlier.images, 2);
    CHECK_EQ_INT(earlier.containers, 99);
    wcab_catalog_close(catalog);
}

static void version_and_parts(void)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%d.%d.%d", WHICHCAB_VERSION_MAJOR, WHICHCAB_VERSION_MINOR,
                   WHICHCAB_VERSION_PATCH);
    CHECK_EQ_STR(WHICHCAB_VERSION, text);
    CHECK_EQ_STR(wcab_version(), text);
    CHECK_EQ_INT(wcab_version_number(), WHICHCAB_VERSION_NUMBER);
    CHECK(!wcab_has_feature("nonsense"));
    CHECK(!wcab_has_feature(NULL));
    CHECK_EQ_INT(wcab_features()[0] == NULL || wcab_has_feature(wcab_features()[0]), 1);
}

/* An error is written on failure only, and never left without a code. */
static void errors(void)
{
    static const char *const names[] = {"note.txt"};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1, .medium = "nothing"};
    struct wcab_catalog *catalog = api_open(&fixture);
    struct wcab_search *search = NULL;
    struct wcab_error err = {.text = "as before"};

    CHECK_EQ_INT(api_index(&fixture, true, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "as before");
    CHECK_EQ_INT(wcab_search_open(catalog, &options, &search, &err), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(err.code, WCAB_ERR_NOTFOUND);
    CHECK(err.text[0] != '\0');
    wcab_catalog_close(catalog);
}

static enum wcab_err keep_date(void *context, const struct wcab_list_item *item)
{
    if (!item->is_container && strcmp(item->name, "first.txt") == 0)
        *(int64_t *)context = item->modified_seconds;
    return WCAB_OK;
}

static void dates_are_numbers_too(void)
{
    int64_t seconds = 0;
    const struct wcab_list_options options = {
        .sizeof_options = sizeof(options), .context = &seconds, .item = keep_date};

    CHECK_EQ_INT(wcab_list(fixture.cabs, &options, NULL), WCAB_OK);
    CHECK_EQ_INT(seconds, 805456200); /* 1995-07-11T09:50:00 */
}

int main(void)
{
    api_begin(&fixture);
    RUN(options_of_other_versions);
    RUN(every_kind_is_held_to_its_size);
    RUN(results_of_other_versions);
    RUN(version_and_parts);
    RUN(errors);
    RUN(dates_are_numbers_too);
    api_end(&fixture);
    return check_report();
}
