/*
 * Deep facts: kept for each row, found by hash, shared where equal, gone with their image.
 */
#include "catalog_fixture.h"

static struct wci_image *image_of(const char *path, uint8_t digest)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *cabinet = fixture_cabinet(image, WCI_NONE, "X.CAB", digest);

    (void)fixture_entry(cabinet, "", "A.DLL", 1);
    (void)fixture_entry(cabinet, "", "B.DLL", 2);
    return image;
}

/* Facts of two rows; `content` makes up the hashes. */
static void make_facts(struct wci_deep facts[2], uint8_t content)
{
    memset(facts, 0, 2 * sizeof(facts[0]));
    facts[0].status = WCI_DEEP_OK;
    facts[0].offset = WCAB_NO_OFFSET;
    facts[0].has_sha256 = true;
    memset(facts[0].sha256, content, 32);
    facts[0].sha256[31] = 1;
    facts[0].has_md5_sha1 = true;
    memset(facts[0].md5, content + 1, 16);
    memset(facts[0].sha1, content + 2, 20);
    facts[0].has_version = true;
    facts[0].file_version = 0x0004000003B60000;
    facts[0].product_version = 0x0004000000000001;
    facts[0].version_text.data = "FileVersion\0004.00.950\0";
    facts[0].version_text.length = 22;
    facts[1] = facts[0];
    facts[1].has_version = false;
    facts[1].sha256[31] = 2; /* as far as the key goes, the same */
    facts[1].status = WCI_DEEP_DAMAGED;
    facts[1].code = WCAB_ERR_CORRUPT;
    facts[1].offset = 65536;
    facts[1].text = wci_bytes_of("checksum of block 3 wrong");
}

struct rows {
    uint32_t image[16], row[16];
    uint8_t last_byte[16];
    size_t count;
};

static enum wcab_err on_row(void *context, uint32_t image, uint32_t container, uint32_t row)
{
    struct rows *rows = context;

    CHECK_EQ_INT(container, 0);
    rows->image[rows->count % 16] = image;
    rows->row[rows->count % 16] = row;
    rows->count++;
    return WCAB_OK;
}

static enum wcab_err on_hash(void *context, const uint8_t sha256[32], uint32_t image,
                             uint32_t container, uint32_t row)
{
    struct rows *rows = context;

    rows->last_byte[rows->count % 16] = sha256[31];
    return on_row(rows, image, container, row);
}

static struct rows rows_with(struct wci_reader *reader, const uint8_t *hash, size_t size)
{
    struct rows rows = {.count = 0};

    CHECK_EQ_INT(wci_reader_find_hash(reader, hash, size, on_row, &rows, NULL), WCAB_OK);
    return rows;
}

static uint64_t deep_rows(struct wci_reader *reader)
{
    struct wci_catalog_stats stats = {.deep_rows = 99};

    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    return stats.deep_rows;
}

static void check_facts(struct wci_reader *reader, uint32_t image, const struct wci_deep *expected)
{
    struct wci_deep deep;
    uint32_t row;

    for (row = 0; row < 2; row++) {
        CHECK_EQ_INT(wci_reader_deep(reader, image, 0, row, &deep, NULL), WCAB_OK);
        CHECK_EQ_INT(deep.status, expected[row].status);
        CHECK_EQ_INT(deep.code, expected[row].code);
        CHECK(deep.offset == expected[row].offset);
        CHECK(wci_bytes_equal(deep.text, expected[row].text));
        CHECK(wci_bytes_equal(deep.version_text, expected[row].version_text));
        CHECK_EQ_INT(deep.has_version, expected[row].has_version);
        if (expected[row].has_version) {
            CHECK(deep.file_version == expected[row].file_version);
            CHECK(deep.product_version == expected[row].product_version);
        }
        CHECK_EQ_MEM(deep.sha256, expected[row].sha256, 32);
        CHECK_EQ_MEM(deep.md5, expected[row].md5, 16);
        CHECK_EQ_MEM(deep.sha1, expected[row].sha1, 20);
    }
    CHECK_EQ_INT(wci_reader_deep(reader, image, 0, 2, &deep, NULL), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(wci_reader_deep(reader, image, 1, 0, &deep, NULL), WCAB_ERR_NOTFOUND);
}

static void facts_are_kept_and_found(void)
{
    struct fixture_catalog catalog;
    struct wci_deep facts[2], other[2];
    struct wci_image_stamp stamp;
    struct wci_writer *writer;
    struct wci_reader *view = NULL;
    struct rows rows;
    uint32_t first, second, third;

    fixture_begin(&catalog);
    writer = catalog.writer;
    first = fixture_put(writer, image_of("/1", 1));
    second = fixture_put(writer, image_of("/2", 1));
    third = fixture_put(writer, image_of("/3", 2));
    make_facts(facts, 10);
    make_facts(other, 20);
    CHECK_EQ_INT(wci_writer_put_deep(writer, first, 0, facts, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_deep(writer, second, 0, facts, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_deep(writer, third, 0, facts, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_deep(writer, third, 0, other, 2, NULL), WCAB_OK); /* replaces */
    CHECK_EQ_INT(wci_writer_put_deep(writer, first, 0, facts, 1, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wci_writer_put_deep(writer, first, 1, facts, 2, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wci_writer_put_deep(writer, 99, 0, facts, 2, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    check_facts(view, first, facts);
    check_facts(view, second, facts);
    check_facts(view, third, other);
    CHECK_EQ_INT(wci_reader_stamp(view, wci_bytes_of("/3"), &stamp, NULL), WCAB_OK);
    CHECK(!stamp.deep); /* nobody has said yet that these are all */
    CHECK_EQ_INT(wci_writer_set_deep(writer, third, true, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_deep(writer, 99, true, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_stamp(view, wci_bytes_of("/3"), &stamp, NULL), WCAB_OK);
    CHECK(stamp.deep);
    CHECK_EQ_INT(deep_rows(view), 6);
    rows = rows_with(view, facts[1].sha256, 32);
    CHECK_EQ_INT(rows.count, 2);
    CHECK_EQ_INT(rows.image[0], first);
    CHECK_EQ_INT(rows.image[1], second);
    CHECK_EQ_INT(rows.row[0], 1);
    CHECK_EQ_INT(rows_with(view, other[0].md5, 16).count, 2);
    CHECK_EQ_INT(rows_with(view, facts[0].sha1, 20).count, 4);
    CHECK_EQ_INT(rows_with(view, other[0].sha1, 16).count, 0); /* no MD5 of that */
    CHECK_EQ_INT(wci_reader_find_hash(view, facts[0].md5, 15, on_row, &rows, NULL), WCAB_ERR_USAGE);
    fixture_end(&catalog);
}

static void hashes_are_walked_in_order(void)
{
    struct fixture_catalog catalog;
    struct wci_deep facts[2];
    struct wci_writer *writer;
    struct wci_reader *view = NULL;
    struct rows rows = {.count = 0};

    fixture_begin(&catalog);
    writer = catalog.writer;
    make_facts(facts, 20);
    CHECK_EQ_INT(
        wci_writer_put_deep(writer, fixture_put(writer, image_of("/1", 1)), 0, facts, 2, NULL),
        WCAB_OK);
    make_facts(facts, 10);
    facts[0].sha256[31] = 9; /* behind row 1's */
    CHECK_EQ_INT(
        wci_writer_put_deep(writer, fixture_put(writer, image_of("/2", 1)), 0, facts, 2, NULL),
        WCAB_OK);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_each_hash(view, on_hash, &rows, NULL), WCAB_OK);
    CHECK_EQ_INT(rows.count, 4);
    CHECK_EQ_INT(rows.image[0], 2);
    CHECK_EQ_INT(rows.row[0], 1);
    CHECK_EQ_INT(rows.last_byte[1], 9);
    CHECK_EQ_INT(rows.image[3], 1);
    CHECK_EQ_INT(rows.row[3], 1);
    fixture_end(&catalog);
}

static void facts_go_with_their_image(void)
{
    struct fixture_catalog catalog;
    struct wci_deep facts[2];
    struct wci_image_stamp stamp;
    struct wci_writer *writer;
    struct wci_reader *view = NULL;
    uint32_t first, second;

    fixture_begin(&catalog);
    writer = catalog.writer;
    first = fixture_put(writer, image_of("/1", 1));
    second = fixture_put(writer, image_of("/2", 1));
    make_facts(facts, 10);
    CHECK_EQ_INT(wci_writer_put_deep(writer, first, 0, facts, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_deep(writer, second, 0, facts, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_remove_image(writer, first, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(deep_rows(view), 2);
    CHECK_EQ_INT(rows_with(view, facts[0].sha256, 32).count, 1);
    CHECK_EQ_INT(fixture_put(writer, image_of("/2", 1)), second); /* indexed again, not deep */
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(deep_rows(view), 0);
    CHECK_EQ_INT(rows_with(view, facts[0].sha256, 32).count, 0);
    CHECK_EQ_INT(wci_reader_stamp(view, wci_bytes_of("/2"), &stamp, NULL), WCAB_OK);
    CHECK(!stamp.deep);
    fixture_end(&catalog);
}

int main(void)
{
    RUN(facts_are_kept_and_found);
    RUN(hashes_are_walked_in_order);
    RUN(facts_go_with_their_image);
    return check_report();
}
