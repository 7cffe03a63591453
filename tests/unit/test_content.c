/* Questions about contents: versions and their ranges, hashes, versions of a name, the same bytes.
 */
#include "query/version_range.h"
#include "query_fixture.h"

/* ---- ranges of versions ------------------------------------------------------------------- */

#define VERSION(a, b, c, d)                                                                        \
    ((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (uint64_t)(d))

static bool has(const char *text, uint64_t version)
{
    struct wci_version_range range;
    struct wcab_error err = {.text = ""};

    if (wci_version_range_parse(text, &range, &err) != WCAB_OK) {
        CHECK_FAIL("'%s': %s", text, err.text);
        return false;
    }
    return wci_version_range_has(&range, version);
}

static void test_bounds(void)
{
    const uint64_t retail = VERSION(4, 0, 0, 950), osr2 = VERSION(4, 0, 0, 1111);

    CHECK(has(">=4.0.0.1111", osr2) && !has(">=4.0.0.1111", retail));
    CHECK(has(">4.0.0.950", osr2) && !has(">4.0.0.950", retail));
    CHECK(has("<4.0.0.1111", retail) && !has("<4.0.0.1111", osr2));
    CHECK(has("<=4.0.0.950", retail) && !has("<=4.0.0.950", osr2));
    CHECK(has("=4.0.0.950", retail) && !has("=4.0.0.950", osr2));
    CHECK(has(" >= 4.0.0.950 ", retail));
    /* numbers, not digits: 10 is above 9, 65535 fits */
    CHECK(has(">4.9.0.0", VERSION(4, 10, 0, 1998)));
    CHECK(has(">4.0.0.65534", VERSION(4, 0, 0, 65535)));
    CHECK(has(">=65535", VERSION(65535, 0, 0, 0)));
    /* what was left out counts as 0, for '=' as anything */
    CHECK(has(">4.0", retail) && !has("<=4.0", retail) && has("<=4.0", VERSION(4, 0, 0, 0)));
    CHECK(has("=4.0", retail) && has("=4", retail) && !has("=4.1", retail));
    CHECK(has("4.0", osr2) && !has("5", osr2));
}

static void test_three_numbers(void)
{
    const uint64_t retail = VERSION(4, 0, 0, 950), osr2 = VERSION(4, 0, 0, 1111);
    const uint64_t mfc = VERSION(6, 0, 8665, 0), ie = VERSION(4, 72, 2106, 5);

    CHECK(has("=4.0.1111", osr2) && has("=4.00.1111", osr2) && !has("=4.0.1111", retail));
    CHECK(has("=4.00.950", retail) && has("<4.0.1111", retail) && has(">=4.00.1111", osr2));
    CHECK(has("=6.0.8665", mfc) && has("<6.0.9000", mfc) && !has(">6.0.9000", mfc));
    CHECK(has("=4.72.2106", ie) && has(">4.72.2106", ie) && !has("<=4.72.2106", ie));
    CHECK(has("4.0.950..4.0.1111", retail) && has("4.0.950..4.0.1111", osr2));
    CHECK(!has("4.0.950..4.0.1110", osr2) && !has("4.0.951..4.0.1111", retail));
    CHECK(has("4.0 .. 4.0", osr2) && has("4.70..4.72.2106", ie));
}

static void test_bad_ranges(void)
{
    static const char *const bad[] = {
        "",          ">",     "4.",      ".4",     "4..",    "..4",
        "4.0.0.0.0", "65536", "4.-1",    "4,0",    ">=4..5", "=>4",
        "4 5",       "4...5", "1..2..3", ">=4.0x", "4. 0",   "99999999999999999999"};
    struct wci_version_range range;
    struct wcab_error err;
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (wci_version_range_parse(bad[i], &range, &err) != WCAB_ERR_USAGE)
            CHECK_FAIL("'%s' passes for a range of versions", bad[i]);
    }
}

/* ---- a shelf ------------------------------------------------------------------------------ */

/* Facts of a file read whole whose hashes are made of `content`; version 0: it has none. */
static struct wci_deep whole(uint8_t content, uint64_t version)
{
    struct wci_deep deep = {.status = WCI_DEEP_OK, .has_sha256 = true, .offset = WCAB_NO_OFFSET};

    memset(deep.sha256, content, sizeof(deep.sha256));
    deep.has_version = version != 0;
    deep.file_version = version;
    return deep;
}

static void put_deep(struct query_fixture *fixture, uint32_t image, uint32_t container,
                     const struct wci_deep *deep, uint32_t count)
{
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_writer_put_deep(fixture->writer, image, container, deep, count, &err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_deep(fixture->writer, image, true, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
}

enum { OLD = 0xA1, NEW = 0xB2, PLAIN = 0xC3 };

/* Disk 1: TOY.DLL 4.0.0.950, COPY.DLL (the same bytes), README.TXT and AGAIN.TXT (the same, too);
 * disk 2: TOY.DLL 4.0.0.1111 and a file that is damaged; disk 3: TOY.DLL never read.  The CD: disk
 * 1's TOY.DLL, MD5 recorded. */
static void put_shelf(struct query_fixture *fixture)
{
    struct wci_image *image = query_floppy("/i/1.img", "1", "TOY1");
    struct wci_container *cabinet = query_cabinet(image, "", "TOY_1.CAB", 1);
    struct wci_deep deep[4] = {whole(OLD, VERSION(4, 0, 0, 950)), whole(OLD, VERSION(4, 0, 0, 950)),
                               whole(PLAIN, 0), whole(PLAIN, 0)};

    (void)query_file(cabinet, "TOY.DLL", 1000, 0, 0);
    (void)query_file(cabinet, "COPY.DLL", 1000, 1000, 0);
    (void)query_file(cabinet, "README.TXT", 20, 2000, 0);
    (void)query_file(cabinet, "AGAIN.TXT", 20, 2020, 0);
    put_deep(fixture, fixture_put(fixture->writer, image), 1, deep, 4);

    image = query_floppy("/i/2.img", "2", "TOY2");
    cabinet = query_cabinet(image, "", "TOY_2.CAB", 2);
    query_file(cabinet, "toy.dll", 1200, 0, 0)->modified = 0x1EEB4EC2;
    (void)query_file(cabinet, "BAD.DLL", 1000, 1200, 0);
    deep[0] = whole(NEW, VERSION(4, 0, 0, 1111));
    memset(&deep[1], 0, sizeof(deep[1]));
    deep[1].status = WCI_DEEP_DAMAGED;
    deep[1].code = WCAB_ERR_CORRUPT;
    deep[1].offset = 7;
    deep[1].text = wci_bytes_of("checksum of block 3 wrong");
    put_deep(fixture, fixture_put(fixture->writer, image), 1, deep, 2);

    image = query_floppy("/i/3.img", "3", "TOY3");
    cabinet = query_cabinet(image, "", "TOY_3.CAB", 3);
    (void)query_file(cabinet, "TOY.DLL", 900, 0, 0);
    (void)fixture_put(fixture->writer, image);

    image = query_cd("/i/toy.iso");
    cabinet = query_cabinet(image, "WIN", "TOY_1.CAB", 4);
    query_file(cabinet, "TOY.DLL", 1000, 0, 0)->modified = 0x1EEA4EC0; /* a day before */
    deep[0] = whole(OLD, VERSION(4, 0, 0, 950));
    deep[0].has_md5_sha1 = true;
    memset(deep[0].md5, 0x5D, sizeof(deep[0].md5));
    memset(deep[0].sha1, 0x51, sizeof(deep[0].sha1));
    put_deep(fixture, fixture_put(fixture->writer, image), 1, deep, 1);
}

static const char old_hex[] = "a1A1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
static const char new_hex[] = "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";
static const char md5_hex[] = "5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d";

/* ---- searching ---------------------------------------------------------------------------- */

static void test_hash(void)
{
    struct query_fixture fixture;
    struct wcab_search_options options = {.sizeof_options = sizeof(options), .hash = old_hex};
    struct query_run run = {.search = NULL};
    struct wcab_error err = {.text = ""};
    uint64_t copies = 9, images = 9;

    query_begin(&fixture);
    put_shelf(&fixture);
    query_open(&fixture);
    /* under any name: by name, then medium */
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &run.search, &err), WCAB_OK);
    CHECK(query_next(&run) != NULL);
    CHECK_EQ_STR(run.answer->name, "COPY.DLL");
    CHECK_EQ_STR(run.answer->query, old_hex);
    CHECK(query_next(&run) != NULL);
    CHECK_EQ_STR(run.answer->name, "TOY.DLL");
    CHECK_EQ_STR(run.answer->medium, "toy-cd");
    CHECK(query_next(&run) != NULL);
    CHECK_EQ_STR(run.answer->medium, "toy-floppy");
    CHECK_EQ_STR(run.answer->cabinet, "TOY_1.CAB");
    CHECK_EQ_INT(run.answer->copy_count, 0);
    CHECK_EQ_STR(run.answer->file_version, "4.0.0.950");
    CHECK_EQ_INT(query_rest(&run), 0);
    wcab_search_unread(run.search, &copies, &images);
    CHECK_EQ_INT(copies, 0);
    CHECK_EQ_INT(images, 1); /* disk 3 */
    query_stop(&run);
    /* with a name, and with a hash of another kind */
    run.options.hash = old_hex;
    CHECK(query_start(&run, &fixture, "toy.dll") != NULL);
    CHECK_EQ_STR(run.answer->medium, "toy-cd");
    CHECK_EQ_INT(query_rest(&run), 1);
    wcab_search_unread(run.search, &copies, &images);
    CHECK_EQ_INT(copies, 1);
    query_stop(&run);
    run.options.hash = new_hex;
    CHECK(query_start(&run, &fixture, "copy.dll") == NULL);
    query_stop(&run);
    options.hash = md5_hex;
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &run.search, &err), WCAB_OK);
    CHECK_EQ_INT(query_rest(&run), 1);
    query_stop(&run);
    /* on one medium */
    options.hash = old_hex;
    options.medium = "toy-cd";
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &run.search, &err), WCAB_OK);
    CHECK_EQ_INT(query_rest(&run), 1);
    query_stop(&run);
    query_end(&fixture);
}

static void test_file_version(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    uint64_t copies = 9, images = 9;

    query_begin(&fixture);
    put_shelf(&fixture);
    query_open(&fixture);
    run.options.file_version = ">=4.0.1111";
    CHECK(query_start(&run, &fixture, "toy.dll") != NULL);
    CHECK_EQ_STR(run.answer->file_version, "4.0.0.1111");
    CHECK_EQ_STR(run.answer->disk, "2");
    CHECK_EQ_INT(query_rest(&run), 0);
    wcab_search_unread(run.search, &copies, &images);
    CHECK_EQ_INT(copies, 1);
    query_stop(&run);
    /* a medium answers with the copy that fits, not with its best */
    run.options.file_version = "=4.00.950";
    CHECK(query_start(&run, &fixture, "*") != NULL);
    CHECK_EQ_STR(run.answer->name, "COPY.DLL");
    CHECK_EQ_INT(query_rest(&run), 2);
    query_stop(&run);
    /* no version, no answer */
    run.options.file_version = ">=0";
    CHECK(query_start(&run, &fixture, "readme.txt") == NULL);
    query_stop(&run);
    query_end(&fixture);
}

static void test_bad_questions(void)
{
    struct query_fixture fixture;
    struct wcab_search_options options = {.sizeof_options = sizeof(options)};
    struct wcab_search *search = NULL;
    struct wcab_error err = {.text = ""};

    query_begin(&fixture);
    put_shelf(&fixture);
    query_open(&fixture);
    options.hash = "a1a1";
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_USAGE);
    options.hash = "g1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_USAGE);
    options.hash = NULL;
    options.file_version = ">=4"; /* of what? */
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_USAGE);
    query_end(&fixture);

    /* nothing read in full; then read, but without MD5 */
    query_begin(&fixture);
    (void)fixture_put(fixture.writer, query_cd("/i/toy.iso"));
    query_open(&fixture);
    options.file_version = NULL;
    options.hash = old_hex;
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_NOTFOUND);
    CHECK(strstr(err.text, "index --deep") != NULL);
    query_end(&fixture);
    query_begin(&fixture);
    {
        struct wci_image *image = query_cd("/i/toy.iso");
        struct wci_deep deep = whole(OLD, 0);

        (void)fixture_entry(&image->containers[0], "", "A.TXT", 3);
        put_deep(&fixture, fixture_put(fixture.writer, image), 0, &deep, 1);
    }
    query_open(&fixture);
    options.hash = md5_hex;
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_NOTFOUND);
    CHECK(strstr(err.text, "MD5") != NULL);
    query_end(&fixture);
}

/* ---- versions ----------------------------------------------------------------------------- */

struct text {
    char bytes[16384];
    size_t length;
};

static enum wcab_err keep_text(void *context, const char *bytes, size_t length)
{
    struct text *text = context;

    if (text->length + length >= sizeof(text->bytes))
        return WCAB_ERR_LIMIT;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return WCAB_OK;
}

static void test_versions(void)
{
    static const char *const names[] = {"toy.dll", "bad.dll", "no.dll"};
    struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .names = names, .name_count = 3};
    const struct wcab_suggestion *suggestions = NULL;
    const struct wcab_content *content = NULL;
    struct wcab_versions *versions = NULL;
    struct wcab_error err = {.text = ""};
    struct query_fixture fixture;
    struct text text = {.length = 0};
    size_t count = 0;

    query_begin(&fixture);
    put_shelf(&fixture);
    query_open(&fixture);
    CHECK_EQ_INT(wcab_versions_open(fixture.catalog, &options, &versions, &err), WCAB_OK);
    /* two places of the oldest; the older date of both */
    CHECK_EQ_INT(wcab_versions_next(versions, &content, &err), WCAB_OK);
    CHECK_EQ_STR(content->name, "TOY.DLL");
    CHECK_EQ_STR(content->query, "toy.dll");
    CHECK(content->first);
    CHECK_EQ_INT(content->state, WCAB_CONTENT_WHOLE);
    CHECK_EQ_STR(content->file_version, "4.0.0.950");
    CHECK_EQ_INT(content->size, 1000);
    CHECK_EQ_STR(content->modified, "1995-07-10T09:54:00");
    CHECK_EQ_INT(content->place_count, 2);
    CHECK_EQ_STR(content->places[0].medium, "toy-cd");
    CHECK_EQ_STR(content->places[0].path, "WIN/TOY_1.CAB");
    CHECK_EQ_STR(content->places[1].disk, "1");
    CHECK_EQ_INT(wcab_content_text(content, 0, keep_text, &text), WCAB_OK);
    CHECK(strstr(text.bytes, "4.0.0.950") != NULL &&
          strstr(text.bytes, "a1a1a1a1a1a1a1a1\n") != NULL);
    CHECK(strstr(text.bytes, "toy-floppy, disk 1, TOY_1.CAB\n") != NULL);
    CHECK_EQ_INT(wcab_versions_next(versions, &content, &err), WCAB_OK);
    CHECK_EQ_STR(content->file_version, "4.0.0.1111");
    CHECK(!content->first);
    CHECK_EQ_INT(content->place_count, 1);
    CHECK_EQ_INT(wcab_versions_next(versions, &content, &err), WCAB_OK);
    CHECK_EQ_INT(content->state, WCAB_CONTENT_UNREAD);
    CHECK(content->sha256 == NULL && content->file_version == NULL);
    CHECK_EQ_INT(content->size, 900);
    text.length = 0;
    CHECK_EQ_INT(wcab_content_text(content, 0, keep_text, &text), WCAB_OK);
    CHECK(strstr(text.bytes, "not read") != NULL);
    CHECK_EQ_INT(wcab_versions_next(versions, &content, &err), WCAB_OK);
    CHECK_EQ_STR(content->name, "BAD.DLL");
    CHECK(content->first);
    CHECK_EQ_INT(content->state, WCAB_CONTENT_DAMAGED);
    CHECK_EQ_INT(wcab_versions_next(versions, &content, &err), WCAB_OK);
    CHECK(content == NULL);
    CHECK_EQ_INT(wcab_versions_suggestions(versions, &suggestions, &count, &err), WCAB_OK);
    CHECK_EQ_INT(count, 1);
    CHECK_EQ_STR(suggestions[0].query, "no.dll");
    wcab_versions_close(versions);
    query_end(&fixture);
}

/* ---- the same bytes ----------------------------------------------------------------------- */

struct seen {
    char sha256[8][3];
    size_t places[8], count;
    const char *last_name;
    struct text json;
};

static enum wcab_err on_content(void *context, const struct wcab_content *content)
{
    struct seen *seen = context;

    CHECK(seen->count < 8);
    CHECK_EQ_INT(content->first, seen->count == 0);
    (void)snprintf(seen->sha256[seen->count], 3, "%.2s", content->sha256);
    seen->places[seen->count++] = content->place_count;
    return wcab_content_json(content, keep_text, &seen->json);
}

static struct seen dups(struct query_fixture *fixture, struct wcab_dups_options options)
{
    struct seen seen = {.count = 0};
    struct wcab_error err = {.text = ""};
    uint64_t unread = 9;

    options.sizeof_options = sizeof(options);
    CHECK_EQ_INT(wcab_dups_each(fixture->catalog, &options, on_content, &seen, &unread, &err),
                 WCAB_OK);
    CHECK_EQ_INT(unread, 1);
    return seen;
}

static void test_dups(void)
{
    static const char *const both[] = {"toy-cd", "toy-floppy"}, *const copy[] = {"copy.*"},
                             *const readme[] = {"README.TXT"}, *const unique[] = {"BAD.DLL"},
                             *const path[] = {"WIN/TOY.DLL"};
    struct wcab_dups_options options = {.sizeof_options = sizeof(options)};
    struct wcab_error err = {.text = ""};
    struct query_fixture fixture;
    struct seen seen;
    uint64_t unread = 0;

    query_begin(&fixture);
    put_shelf(&fixture);
    query_open(&fixture);
    seen = dups(&fixture, options);
    CHECK_EQ_INT(seen.count, 2);
    CHECK_EQ_STR(seen.sha256[0], "a1");
    CHECK_EQ_INT(seen.places[0], 3);
    CHECK_EQ_STR(seen.sha256[1], "c3");
    CHECK_EQ_INT(seen.places[1], 2);
    CHECK(strstr(seen.json.bytes, "\"name\":\"COPY.DLL\"") != NULL);
    CHECK(strstr(seen.json.bytes, "\"query\":null") != NULL);
    options.least_size = 1000;
    CHECK_EQ_INT(dups(&fixture, options).count, 1);
    options.least_size = 1001;
    CHECK_EQ_INT(dups(&fixture, options).count, 0);
    options.least_size = 0;
    /* the floppies have two contents twice themselves, the CD one of them once */
    options.media = both;
    options.medium_count = 1;
    CHECK_EQ_INT(dups(&fixture, options).count, 0);
    options.medium_count = 2;
    seen = dups(&fixture, options);
    CHECK_EQ_INT(seen.count, 1);
    CHECK_EQ_INT(seen.places[0], 3);
    options.media = both + 1;
    options.medium_count = 1;
    seen = dups(&fixture, options);
    CHECK_EQ_INT(seen.count, 2);
    CHECK_EQ_INT(seen.places[0], 2);
    options.medium_count = 0;
    options.name_count = 1;
    options.names = copy;
    CHECK_EQ_INT(dups(&fixture, options).places[0], 3);
    options.names = readme;
    CHECK_EQ_STR(dups(&fixture, options).sha256[0], "c3");
    options.names = unique;
    CHECK_EQ_INT(dups(&fixture, options).count, 0);
    options.names = path;
    CHECK_EQ_INT(wcab_dups_each(fixture.catalog, &options, on_content, &seen, &unread, &err),
                 WCAB_ERR_USAGE);
    query_end(&fixture);
}

int main(void)
{
    RUN(test_bounds);
    RUN(test_three_numbers);
    RUN(test_bad_ranges);
    RUN(test_hash);
    RUN(test_file_version);
    RUN(test_bad_questions);
    RUN(test_versions);
    RUN(test_dups);
    return check_report();
}
