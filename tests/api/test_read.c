/*
 * Walking what is on record, and reading one file by the id of its answer.
 */
#include "api_fixture.h"

static struct api_fixture fixture;

/* The id of the first answer for a name on a medium. */
static void find_id(struct wcab_catalog *catalog, const char *name, const char *medium, char id[64])
{
    const char *const names[] = {name};
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 1, .medium = medium};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;

    CHECK_EQ_INT(wcab_search_open(catalog, &options, &search, NULL), WCAB_OK);
    CHECK_EQ_INT(wcab_search_next(search, &answer, NULL), WCAB_OK);
    CHECK(answer != NULL && answer->id != NULL);
    (void)snprintf(id, 64, "%s", answer != NULL && answer->id != NULL ? answer->id : "");
    wcab_search_close(search);
}

static enum wcab_err add_up(void *context, const void *data, size_t size)
{
    (void)data;
    *(size_t *)context += size;
    return WCAB_OK;
}

static enum wcab_err refuse(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    (void)size;
    return WCAB_ERR_BUSY;
}

static void loose_packed_and_cut_files(void)
{
    struct wcab_catalog *catalog = api_open(&fixture);
    char id[64], text[64] = "";
    size_t got = 0, sum = 0;

    find_id(catalog, "note.txt", fixture.image, id);
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, sizeof(text) - 1, &got, NULL), WCAB_OK);
    CHECK_EQ_STR(text, "the same on both");
    CHECK_EQ_INT(got, 16);
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, 8, &got, NULL), WCAB_ERR_LIMIT);
    CHECK_EQ_INT(got, 8);
    memset(text, 0, sizeof(text));
    find_id(catalog, "note.txt", fixture.cabs, id);
    CHECK_EQ_INT(wcab_read_into(catalog, id, text, sizeof(text) - 1, &got, NULL), WCAB_OK);
    CHECK_EQ_STR(text, "the same on both");
    find_id(catalog, "cut.bin", NULL, id);
    CHECK_EQ_INT(wcab_read(catalog, id, add_up, &sum, NULL), WCAB_OK);
    CHECK_EQ_INT(sum, 60000);
    CHECK_EQ_INT(wcab_read(catalog, id, refuse, NULL, NULL), WCAB_ERR_BUSY);
    wcab_catalog_close(catalog);
}

static void ids_that_lead_nowhere(void)
{
    static const char *const bad[] = {
        "", "1", "1.0.0", "1.0.0.x", "1.0.0.1.1", "-1.0.0.1", "1.0.0.99999999999"};
    static const char *const gone[] = {"99.0.0.1", "1.99.0.1", "1.0.0.999", "0.0.0.0"};
    struct wcab_catalog *catalog = api_open(&fixture);
    size_t i, sum = 0;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ_INT(wcab_read(catalog, bad[i], add_up, &sum, NULL), WCAB_ERR_USAGE);
    for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
        CHECK_EQ_INT(wcab_read(catalog, gone[i], add_up, &sum, NULL), WCAB_ERR_CHANGED);
    CHECK_EQ_INT(sum, 0);
    wcab_catalog_close(catalog);
}

struct walk {
    struct wcab_catalog *catalog;
    size_t images, files, noted, cut;
};

static enum wcab_err on_file(void *context, const struct wcab_image_file *file)
{
    struct walk *walk = context;
    size_t sum = 0;

    walk->files++;
    CHECK(file->state == NULL && file->sha256 == NULL);
    if (strcmp(file->name, "cut.bin") == 0 && walk->cut++ == 0) {
        CHECK_EQ_STR(file->container, "PART1.CAB");
        CHECK_EQ_INT(file->size, 60000);
        CHECK_EQ_INT(wcab_read(walk->catalog, file->id, add_up, &sum, NULL), WCAB_OK);
        CHECK_EQ_INT(sum, 60000);
    }
    return WCAB_OK;
}

static enum wcab_err on_image(void *context, const struct wcab_image *image)
{
    struct walk *walk = context;

    walk->images++;
    CHECK(!image->offline && !image->unread && !image->deep);
    CHECK_EQ_STR(image->kind, strcmp(image->path, fixture.image) == 0 ? "file" : "folder");
    if (image->note_count == 1) {
        walk->noted++;
        CHECK_EQ_STR(image->label, "SHELF");
        CHECK_EQ_STR(image->notes[0].key, "box");
        CHECK_EQ_STR(image->notes[0].value, "B3");
    }
    return WCAB_OK;
}

static void images_and_their_files_are_walked(void)
{
    const struct wcab_note box = {"box", "B3"}, bad = {"Box", "B3"};
    struct wcab_note_result result = {.sizeof_result = sizeof(result)};
    struct wcab_catalog *catalog = api_open(&fixture);
    struct walk walk = {.catalog = catalog};

    CHECK_EQ_INT(wcab_image_note(catalog, "shelf", &box, 1, &result, NULL), WCAB_OK);
    CHECK_EQ_INT(result.images, 1);
    CHECK_EQ_INT(wcab_image_note(catalog, "shelf", &bad, 1, NULL, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wcab_image_note(catalog, "nothing", &box, 1, NULL, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wcab_image_each(catalog, NULL, on_image, &walk, NULL), WCAB_OK);
    CHECK_EQ_INT(walk.images, 2);
    CHECK_EQ_INT(walk.noted, 1);
    CHECK_EQ_INT(wcab_image_each(catalog, "box=b?", on_image, &walk, NULL), WCAB_OK);
    CHECK_EQ_INT(walk.images, 3);
    CHECK_EQ_INT(wcab_image_files(catalog, fixture.image, on_file, &walk, NULL), WCAB_OK);
    CHECK_EQ_INT(walk.files, 3);
    CHECK_EQ_INT(wcab_image_files(catalog, fixture.cabs, on_file, &walk, NULL), WCAB_OK);
    CHECK_EQ_INT(walk.cut, 2);
    CHECK_EQ_INT(wcab_image_files(catalog, "/none", on_file, &walk, NULL), WCAB_ERR_NOTFOUND);
    wcab_catalog_close(catalog);
}

static void a_missing_image_is_told(void)
{
    struct wcab_catalog *catalog = api_open(&fixture);
    struct wcab_error err = {.text = ""};
    char id[64];
    size_t sum = 0;

    find_id(catalog, "big.bin", NULL, id);
    CHECK_EQ_INT(unlink(fixture.image), 0);
    CHECK_EQ_INT(wcab_read(catalog, id, add_up, &sum, &err), WCAB_ERR_NOTFOUND);
    CHECK(err.text[0] != '\0');
    wcab_catalog_close(catalog);
}

int main(void)
{
    api_begin(&fixture);
    RUN(loose_packed_and_cut_files);
    RUN(ids_that_lead_nowhere);
    RUN(images_and_their_files_are_walked);
    RUN(a_missing_image_is_told);
    api_end(&fixture);
    return check_report();
}
