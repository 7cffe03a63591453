/*
 * Every long call of the public interface can be ended by the caller's question.
 */
#include "api_fixture.h"

static struct api_fixture fixture;

/* Says yes from the question number `left` on. */
static int runs_out(void *context)
{
    int *left = context;

    return (*left)-- <= 0;
}

static enum wcab_err swallow_text(void *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    (void)length;
    return WCAB_OK;
}

static enum wcab_err swallow(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    (void)size;
    return WCAB_OK;
}

static enum wcab_err run_search(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"*"};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    enum wcab_err code = wcab_search_open(catalog, &options, &search, NULL);

    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, NULL);
        if (answer == NULL)
            break;
    }
    wcab_search_close(search);
    return code;
}

static enum wcab_err run_versions(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"*.txt"};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1};
    const struct wcab_content *content = NULL;
    struct wcab_versions *versions = NULL;
    enum wcab_err code = wcab_versions_open(catalog, &options, &versions, NULL);

    while (code == WCAB_OK) {
        code = wcab_versions_next(versions, &content, NULL);
        if (content == NULL)
            break;
    }
    wcab_versions_close(versions);
    return code;
}

static enum wcab_err on_content(void *context, const struct wcab_content *content)
{
    (void)context;
    (void)content;
    return WCAB_OK;
}

static enum wcab_err run_dups(struct wcab_catalog *catalog)
{
    const struct wcab_dups_options options = {.sizeof_options = sizeof(options)};
    uint64_t unread;

    return wcab_dups_each(catalog, &options, on_content, NULL, &unread, NULL);
}

static enum wcab_err run_diff(struct wcab_catalog *catalog)
{
    const struct wcab_diff_options options = {.sizeof_options = sizeof(options),
                                              .left = fixture.image,
                                              .right = fixture.cabs,
                                              .show = 15};
    const struct wcab_diff_file *file = NULL;
    struct wcab_diff *diff = NULL;
    enum wcab_err code = wcab_diff_open(catalog, &options, &diff, NULL);

    while (code == WCAB_OK) {
        code = wcab_diff_next(diff, &file, NULL);
        if (file == NULL)
            break;
    }
    wcab_diff_close(diff);
    return code;
}

static enum wcab_err run_media(struct wcab_catalog *catalog)
{
    struct wcab_media *media = NULL;
    enum wcab_err code = wcab_media_open(catalog, NULL, &media, NULL);

    wcab_media_close(media);
    return code;
}

static void ignore(void *context, const char *what)
{
    (void)context;
    (void)what;
}

static enum wcab_err run_check(struct wcab_catalog *catalog)
{
    return wcab_catalog_check(catalog, ignore, NULL, NULL);
}

static enum wcab_err run_compact(struct wcab_catalog *catalog)
{
    return wcab_catalog_compact(catalog, NULL, NULL);
}

static enum wcab_err run_export(struct wcab_catalog *catalog)
{
    return wcab_catalog_export(catalog, swallow_text, NULL, NULL);
}

static enum wcab_err run_extract(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"*"};
    const struct wcab_search_options search = {
        .sizeof_options = sizeof(search), .names = names, .name_count = 1};
    const struct wcab_extract_options options = {
        .sizeof_options = sizeof(options), .search = &search, .put = swallow};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};

    return wcab_extract(catalog, &options, &result, NULL);
}

static enum wcab_err on_file(void *context, const struct wcab_identified *file)
{
    (void)context;
    (void)file;
    return WCAB_OK;
}

static enum wcab_err run_identify(struct wcab_catalog *catalog)
{
    const char *const paths[] = {fixture.image};
    const struct wcab_identify_options options = {
        .sizeof_options = sizeof(options), .paths = paths, .path_count = 1, .on_file = on_file};
    struct wcab_identify_result result = {.sizeof_result = sizeof(result)};

    return wcab_identify(catalog, &options, &result, NULL);
}

static void each_call_on_a_handle(void)
{
    static const struct {
        const char *name;
        enum wcab_err (*run)(struct wcab_catalog *catalog);
    } calls[] = {{"search", run_search},  {"versions", run_versions}, {"dups", run_dups},
                 {"diff", run_diff},      {"media", run_media},       {"check", run_check},
                 {"export", run_export},  {"extract", run_extract},   {"identify", run_identify},
                 {"compact", run_compact}};
    size_t i;

    for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        int left = 0;
        const struct wcab_cancel cancel = {runs_out, &left};
        struct wcab_catalog *catalog = api_open(&fixture);
        enum wcab_err code;
        int most, at;

        CHECK_EQ_INT(calls[i].run(catalog), WCAB_OK);
        /* asked for the first time, later, and near the end */
        for (most = 0, at = 0; at >= 0; most = at + 1 + most / 2) {
            left = at = most;
            wcab_catalog_set_cancel(catalog, &cancel);
            code = calls[i].run(catalog);
            if (code == WCAB_OK && left >= 0)
                break; /* it had no more questions */
            if (code != WCAB_ERR_CANCELLED)
                CHECK_FAIL("%s ended with %d at question %d", calls[i].name, (int)code, most);
            if (code != WCAB_ERR_CANCELLED)
                break;
        }
        CHECK(most > 0);
        wcab_catalog_set_cancel(catalog, NULL);
        CHECK_EQ_INT(calls[i].run(catalog), WCAB_OK);
        wcab_catalog_close(catalog);
    }
}

static enum wcab_err list_item(void *context, const struct wcab_list_item *item)
{
    (void)context;
    (void)item;
    return WCAB_OK;
}

static void calls_on_paths(void)
{
    const char *const paths[] = {fixture.media};
    int left = 0;
    const struct wcab_cancel cancel = {runs_out, &left};
    const struct wcab_index_options index = {.sizeof_options = sizeof(index),
                                             .paths = paths,
                                             .path_count = 1,
                                             .force = true,
                                             .threads = 1,
                                             .profiles = WCAB_SOURCE_DIR "/media-profiles",
                                             .cancel = &cancel};
    const struct wcab_verify_options verify = {
        .sizeof_options = sizeof(verify), .threads = 1, .force = true, .cancel = &cancel};
    const struct wcab_list_options list = {
        .sizeof_options = sizeof(list), .cancel = &cancel, .item = list_item};
    struct wcab_index_result indexed = {.sizeof_result = sizeof(indexed)};
    struct wcab_verify_result verified = {.sizeof_result = sizeof(verified)};

    CHECK_EQ_INT(wcab_index(fixture.catalog, &index, &indexed, NULL), WCAB_ERR_CANCELLED);
    left = 0;
    CHECK_EQ_INT(wcab_verify(fixture.catalog, &verify, &verified, NULL), WCAB_ERR_CANCELLED);
    left = 0;
    CHECK_EQ_INT(wcab_list(fixture.cabs, &list, NULL), WCAB_ERR_CANCELLED);
}

int main(void)
{
    const struct wcab_verify_options verify = {.sizeof_options = sizeof(verify), .threads = 1};
    struct wcab_verify_result result = {.sizeof_result = sizeof(result)};

    api_begin(&fixture);
    CHECK_EQ_INT(wcab_verify(fixture.catalog, &verify, &result, NULL), WCAB_OK);
    RUN(each_call_on_a_handle);
    RUN(calls_on_paths);
    api_end(&fixture);
    return check_report();
}
