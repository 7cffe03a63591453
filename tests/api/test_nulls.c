/*
 * What whichcab.h says of NULL, of every function (tests/lint/nulls.sh sees to that).
 */
#include "api_fixture.h"

static struct api_fixture fixture;

static enum wcab_err sink(void *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    (void)length;
    return WCAB_OK;
}

static enum wcab_err source(void *context, char *buffer, size_t size, size_t *got)
{
    (void)context;
    (void)buffer;
    (void)size;
    *got = 0;
    return WCAB_OK;
}

static void ignore(void *context, const char *what)
{
    (void)context;
    (void)what;
}

static enum wcab_err on_content(void *context, const struct wcab_content *content)
{
    (void)context;
    (void)content;
    return WCAB_OK;
}

static enum wcab_err on_unread(void *context, const struct wcab_unread *item)
{
    (void)context;
    (void)item;
    return WCAB_OK;
}

static enum wcab_err on_profile(void *context, const struct wcab_profile_item *item)
{
    (void)context;
    (void)item;
    return WCAB_OK;
}

static enum wcab_err put(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    (void)size;
    return WCAB_OK;
}

static enum wcab_err on_image(void *context, const struct wcab_image *image)
{
    (void)context;
    (void)image;
    return WCAB_OK;
}

static enum wcab_err on_file(void *context, const struct wcab_image_file *file)
{
    (void)context;
    (void)file;
    return WCAB_OK;
}

#define USAGE(call) CHECK_EQ_INT(call, WCAB_ERR_USAGE)

static void functions_without_a_code(void)
{
    uint64_t copies = 9, images = 9;

    wcab_catalog_close(NULL);
    wcab_catalog_set_cancel(NULL, NULL);
    wcab_catalog_set_fetch(NULL, NULL);
    wcab_catalog_refresh(NULL);
    wcab_fetch_close(NULL);
    CHECK(wcab_catalog_path(NULL) == NULL);
    wcab_search_close(NULL);
    wcab_search_unread(NULL, &copies, &images);
    wcab_search_unread(NULL, NULL, NULL);
    CHECK_EQ_INT(copies + images, 0);
    wcab_versions_close(NULL);
    wcab_diff_close(NULL);
    CHECK(wcab_diff_result(NULL) == NULL);
    wcab_batch_close(NULL);
    wcab_image_names_close(NULL);
    CHECK_EQ_STR(wcab_image_name(NULL, "/x"), "/x");
    CHECK(wcab_image_name(NULL, NULL) == NULL);
    CHECK(wcab_media_get(NULL, 0) == NULL);
    wcab_media_close(NULL);
    CHECK(wcab_err_text((enum wcab_err)12345) != NULL);
    CHECK(wcab_source_name((enum wcab_source)0) != NULL);
    CHECK(wcab_check_state_name((enum wcab_check_state)99) != NULL);
    CHECK(wcab_features() != NULL);
    CHECK(!wcab_has_feature(NULL));
    CHECK(wcab_version() != NULL);
    CHECK(wcab_version_number() > 0);
}

static void handles(struct wcab_catalog *catalog)
{
    void *const contexts[] = {NULL};
    const char *const unnamed[] = {NULL};
    const struct wcab_import_options unnamed_texts = {.sizeof_options = sizeof(unnamed_texts),
                                                      .names = unnamed};
    struct wcab_catalog_stats stats = {.sizeof_stats = sizeof(stats)};
    const struct wcab_note note = {"box", "B3"};
    uint64_t count;
    uint64_t moment;
    bool exists;

    USAGE(wcab_catalog_open(NULL, NULL, NULL, NULL));
    USAGE(wcab_image_names_open(NULL, NULL, NULL));
    USAGE(wcab_image_names_open(catalog, NULL, NULL));
    USAGE(wcab_table_fit(NULL, 80, catalog, NULL));
    USAGE(wcab_catalog_exists(NULL, &exists, NULL));
    USAGE(wcab_catalog_exists(catalog, NULL, NULL));
    USAGE(wcab_catalog_moment(NULL, &moment, NULL));
    USAGE(wcab_catalog_moment(catalog, NULL, NULL));
    USAGE(wcab_catalog_stats(NULL, &stats, NULL));
    USAGE(wcab_catalog_stats(catalog, NULL, NULL));
    USAGE(wcab_catalog_check(NULL, ignore, NULL, NULL));
    USAGE(wcab_catalog_check(catalog, NULL, NULL, NULL));
    USAGE(wcab_catalog_compact(NULL, NULL, NULL));
    USAGE(wcab_catalog_remove(NULL, "/x", false, &count, NULL));
    USAGE(wcab_catalog_remove(catalog, NULL, false, &count, NULL));
    USAGE(wcab_catalog_repair(NULL, ignore, NULL, NULL, NULL));
    USAGE(wcab_catalog_repair(catalog, NULL, NULL, NULL, NULL));
    USAGE(wcab_catalog_move(NULL, "/x", "/y", NULL, NULL));
    USAGE(wcab_catalog_move(catalog, NULL, "/y", NULL, NULL));
    USAGE(wcab_catalog_move(catalog, "/x", NULL, NULL, NULL));
    USAGE(wcab_catalog_export(NULL, sink, NULL, NULL));
    USAGE(wcab_catalog_export(catalog, NULL, NULL, NULL));
    USAGE(wcab_catalog_import(NULL, source, NULL, NULL));
    USAGE(wcab_catalog_import(catalog, NULL, NULL, NULL));
    USAGE(wcab_catalog_import_all(NULL, NULL, source, contexts, 1, NULL));
    USAGE(wcab_catalog_import_all(catalog, NULL, NULL, contexts, 1, NULL));
    USAGE(wcab_catalog_import_all(catalog, NULL, source, NULL, 1, NULL));
    USAGE(wcab_catalog_import_all(catalog, &unnamed_texts, source, contexts, 1, NULL));
    USAGE(wcab_image_note(NULL, "x", &note, 1, NULL, NULL));
    USAGE(wcab_image_note(catalog, NULL, &note, 1, NULL, NULL));
    USAGE(wcab_image_note(catalog, "x", NULL, 1, NULL, NULL));
    USAGE(wcab_image_each(NULL, NULL, on_image, NULL, NULL));
    USAGE(wcab_image_each(catalog, NULL, NULL, NULL, NULL));
    USAGE(wcab_image_files(NULL, "/x", on_file, NULL, NULL));
    USAGE(wcab_image_files(catalog, NULL, on_file, NULL, NULL));
    USAGE(wcab_image_files(catalog, "/x", NULL, NULL, NULL));
    USAGE(wcab_profile_each(NULL, on_profile, NULL, NULL));
    USAGE(wcab_profile_each(catalog, NULL, NULL, NULL));
    USAGE(wcab_profile_show(NULL, "x", sink, NULL, NULL));
    USAGE(wcab_profile_show(catalog, NULL, sink, NULL, NULL));
    USAGE(wcab_profile_show(catalog, "x", NULL, NULL, NULL));
    USAGE(wcab_profile_add(NULL, "/x", NULL));
    USAGE(wcab_profile_add(catalog, NULL, NULL));
    USAGE(wcab_profile_remove(NULL, "x", NULL));
    USAGE(wcab_profile_remove(catalog, NULL, NULL));
    USAGE(wcab_unread_each(NULL, NULL, on_unread, NULL, NULL));
    USAGE(wcab_unread_each(catalog, NULL, NULL, NULL, NULL));
    USAGE(wcab_fetch_open(NULL, NULL, NULL));
    USAGE(wcab_fetch_figures(NULL, NULL, NULL));
    USAGE(wcab_unread_count(NULL, &count, NULL));
    USAGE(wcab_unread_count(catalog, NULL, NULL));
}

static void questions(struct wcab_catalog *catalog)
{
    static const char *const names[] = {"*", NULL};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 2};
    const struct wcab_search_options no_names = {.sizeof_options = sizeof(no_names),
                                                 .name_count = 2};
    const struct wcab_dups_options dups = {.sizeof_options = sizeof(dups)};
    const struct wcab_diff_options diff_options = {.sizeof_options = sizeof(diff_options)};
    const struct wcab_answer *answer;
    const struct wcab_content *content;
    const struct wcab_suggestion *suggestions;
    const struct wcab_diff_file *file;
    struct wcab_search *search = NULL;
    struct wcab_versions *versions = NULL;
    struct wcab_diff *diff = NULL;
    struct wcab_media *media = NULL;
    size_t count;

    USAGE(wcab_search_open(NULL, &options, &search, NULL));
    USAGE(wcab_search_open(catalog, NULL, &search, NULL));
    USAGE(wcab_search_open(catalog, &options, NULL, NULL));
    USAGE(wcab_search_open(catalog, &options, &search, NULL));
    USAGE(wcab_search_open(catalog, &no_names, &search, NULL));
    USAGE(wcab_search_next(NULL, &answer, NULL));
    USAGE(wcab_search_suggestions(NULL, &suggestions, &count, NULL));
    USAGE(wcab_versions_open(NULL, &options, &versions, NULL));
    USAGE(wcab_versions_open(catalog, NULL, &versions, NULL));
    USAGE(wcab_versions_open(catalog, &options, NULL, NULL));
    USAGE(wcab_versions_open(catalog, &options, &versions, NULL));
    USAGE(wcab_versions_next(NULL, &content, NULL));
    USAGE(wcab_versions_suggestions(NULL, &suggestions, &count, NULL));
    USAGE(wcab_dups_each(NULL, &dups, on_content, NULL, NULL, NULL));
    USAGE(wcab_dups_each(catalog, NULL, on_content, NULL, NULL, NULL));
    USAGE(wcab_dups_each(catalog, &dups, NULL, NULL, NULL, NULL));
    USAGE(wcab_diff_open(NULL, &diff_options, &diff, NULL));
    USAGE(wcab_diff_open(catalog, NULL, &diff, NULL));
    USAGE(wcab_diff_open(catalog, &diff_options, NULL, NULL));
    USAGE(wcab_diff_open(catalog, &diff_options, &diff, NULL));
    USAGE(wcab_diff_next(NULL, &file, NULL));
    USAGE(wcab_media_open(NULL, NULL, &media, NULL));
    USAGE(wcab_media_open(catalog, NULL, NULL, NULL));
}

static void writers(void)
{
    struct wcab_batch *batch = NULL;
    struct wcab_table *table = NULL;
    const struct wcab_answer *answer = NULL;

    USAGE(wcab_answer_json(NULL, sink, NULL));
    USAGE(wcab_suggestion_json(NULL, sink, NULL));
    USAGE(wcab_list_item_json(NULL, "x", sink, NULL));
    USAGE(wcab_content_json(NULL, sink, NULL));
    USAGE(wcab_content_text(NULL, 0, sink, NULL));
    USAGE(wcab_diff_file_json(NULL, sink, NULL));
    USAGE(wcab_diff_file_text(NULL, false, sink, NULL));
    USAGE(wcab_diff_sides_text(NULL, sink, NULL));
    USAGE(wcab_diff_summary_json(NULL, sink, NULL));
    USAGE(wcab_diff_summary_text(NULL, sink, NULL));
    USAGE(wcab_image_json(NULL, sink, NULL));
    USAGE(wcab_medium_json(NULL, sink, NULL));
    USAGE(wcab_link_text(NULL, 0, "x", sink, NULL));
    USAGE(wcab_file_digests(NULL, NULL, NULL, NULL));
    USAGE(wcab_medium_text(NULL, 0, sink, NULL));
    USAGE(wcab_unread_json(NULL, sink, NULL));
    USAGE(wcab_unread_text(NULL, sink, NULL));
    USAGE(wcab_verify_event_json(NULL, sink, NULL));
    USAGE(wcab_verify_result_json(NULL, sink, NULL));
    USAGE(wcab_identified_json(NULL, sink, NULL));
    USAGE(wcab_identified_text(NULL, false, sink, NULL));
    USAGE(wcab_identify_result_json(NULL, sink, NULL));
    USAGE(wcab_import_json(NULL, sink, NULL));
    USAGE(wcab_checked_file_json(NULL, sink, NULL));
    USAGE(wcab_checked_file_text(NULL, false, sink, NULL));
    USAGE(wcab_checked_windows_json(NULL, sink, NULL));
    USAGE(wcab_checked_windows_text(NULL, sink, NULL));
    CHECK_EQ_STR(wcab_check_state_name((enum wcab_check_state)99), "other");
    USAGE(wcab_table_open(0, NULL, NULL, &table, NULL));
    USAGE(wcab_table_open(0, sink, NULL, NULL, NULL));
    USAGE(wcab_table_answer(NULL, answer));
    CHECK_EQ_INT(wcab_table_close(NULL), WCAB_OK);
    USAGE(wcab_batch_open(NULL, NULL));
    CHECK_EQ_INT(wcab_batch_open(&batch, NULL), WCAB_OK);
    USAGE(wcab_batch_add(NULL, answer, NULL));
    USAGE(wcab_batch_add(batch, NULL, NULL));
    USAGE(wcab_batch_write(NULL, sink, NULL, NULL));
    USAGE(wcab_batch_write(batch, NULL, NULL, NULL));
    wcab_batch_close(batch);
}

static void jobs(struct wcab_catalog *catalog)
{
    static const char *const names[] = {NULL};
    const struct wcab_extract_options extract = {.sizeof_options = sizeof(extract)};
    const struct wcab_identify_options identify = {
        .sizeof_options = sizeof(identify), .paths = names, .path_count = 1};
    const struct wcab_index_options index = {
        .sizeof_options = sizeof(index), .paths = names, .path_count = 1};
    const struct wcab_verify_options verify = {
        .sizeof_options = sizeof(verify), .targets = names, .target_count = 1};
    const struct wcab_check_options check = {
        .sizeof_options = sizeof(check), .targets = names, .target_count = 1};
    const struct wcab_imports_options imports = {
        .sizeof_options = sizeof(imports), .paths = names, .path_count = 1};
    const struct wcab_kit_options repair = {.sizeof_options = sizeof(repair)};
    const struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_DISK, .written = ""};
    const struct wcab_list_options list = {.sizeof_options = sizeof(list)};
    const struct wcab_sandbox_options sandbox = {.sizeof_options = sizeof(sandbox)};
    const struct wcab_apart_options apart = {.sizeof_options = sizeof(apart)};
    size_t got;
    struct wcab_limits limits = {.sizeof_limits = sizeof(limits)};

    USAGE(wcab_extract(NULL, &extract, NULL, NULL));
    USAGE(wcab_extract(catalog, NULL, NULL, NULL));
    USAGE(wcab_extract(catalog, &extract, NULL, NULL));
    USAGE(wcab_identify(NULL, &identify, NULL, NULL));
    USAGE(wcab_identify(catalog, NULL, NULL, NULL));
    USAGE(wcab_identify(catalog, &identify, NULL, NULL));
    USAGE(wcab_read(NULL, "1.0.0.1", put, NULL, NULL));
    USAGE(wcab_read(catalog, NULL, put, NULL, NULL));
    USAGE(wcab_read(catalog, "1.0.0.1", NULL, NULL, NULL));
    USAGE(wcab_read_into(NULL, "1.0.0.1", NULL, 0, &got, NULL));
    USAGE(wcab_read_into(catalog, "1.0.0.1", NULL, 9, &got, NULL));
    USAGE(wcab_read_into(catalog, "1.0.0.1", NULL, 0, NULL, NULL));
    USAGE(wcab_check(NULL, &check, NULL, NULL));
    USAGE(wcab_check(catalog, NULL, NULL, NULL));
    USAGE(wcab_imports(NULL, &imports, NULL, NULL));
    USAGE(wcab_imports(catalog, NULL, NULL, NULL));
    USAGE(wcab_imports(catalog, &imports, NULL, NULL));
    USAGE(wcab_kit_event_json(NULL, sink, NULL));
    USAGE(wcab_kit_event_json(&event, NULL, NULL));
    USAGE(wcab_kit_make(NULL, &repair, NULL, NULL));
    USAGE(wcab_kit_make(catalog, NULL, NULL, NULL));
    USAGE(wcab_kit_make(catalog, &repair, NULL, NULL));
    USAGE(wcab_index(fixture.catalog, NULL, NULL, NULL));
    USAGE(wcab_index(fixture.catalog, &index, NULL, NULL));
    USAGE(wcab_verify(fixture.catalog, NULL, NULL, NULL));
    USAGE(wcab_verify(fixture.catalog, &verify, NULL, NULL));
    USAGE(wcab_list(NULL, &list, NULL));
    USAGE(wcab_list(fixture.image, NULL, NULL));
    USAGE(wcab_list(fixture.image, &list, NULL));
    USAGE(wcab_list_indexed(NULL, "x", &list, NULL));
    USAGE(wcab_list_indexed(catalog, NULL, &list, NULL));
    USAGE(wcab_list_indexed(catalog, "x", NULL, NULL));
    USAGE(wcab_list_indexed(catalog, "x", &list, NULL));
    USAGE(wcab_sandbox_enter(NULL, NULL, NULL));
    USAGE(wcab_sandbox_enter(&sandbox, &(struct wcab_sandbox_result){0}, NULL));
    USAGE(wcab_apart_run(NULL, NULL));
    USAGE(wcab_apart_run(&apart, NULL));
    USAGE(wcab_limits_set(NULL, "depth", 1, NULL));
    USAGE(wcab_limits_set(&limits, NULL, 1, NULL));
    limits.sizeof_limits = sizeof(size_t);
    USAGE(wcab_limits_set(&limits, "depth", 1, NULL));
}

static void every_function(void)
{
    struct wcab_catalog *catalog = api_open(&fixture);

    functions_without_a_code();
    handles(catalog);
    questions(catalog);
    writers();
    jobs(catalog);
    wcab_catalog_close(catalog);
}

int main(void)
{
    api_begin(&fixture);
    RUN(every_function);
    api_end(&fixture);
    return check_report();
}
