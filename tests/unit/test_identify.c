/* Which of the known files of its name a file is, or once was. */
#include "core/dostime.h"
#include "jobs/identify/identify_judge.h"
#include "query_fixture.h"

#define VERSION(a, b, c, d)                                                                        \
    ((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (uint64_t)(d))

static const struct wci_known_image indexed = {.published = false}, listed = {.published = true};

/* Copies that a file is held against. */
enum { MOST = 4 };

struct shelf {
    struct wci_host_content file;
    struct wci_found found[MOST];
    struct wci_identify_copy copies[MOST];
    size_t count;
};

static uint32_t at(int year, int hour, int second)
{
    return wci_dostime_make(year, 7, 11, hour, 50, second);
}

/* Adds a copy; content 0: it was not read. */
static struct wci_identify_copy *add(struct shelf *shelf, uint64_t size, uint32_t modified,
                                     uint8_t content, uint64_t version)
{
    struct wci_found *found = &shelf->found[shelf->count];
    struct wci_identify_copy *copy = &shelf->copies[shelf->count++];

    found->image = &indexed;
    found->entry.size = size;
    found->entry.modified = modified;
    copy->file = &shelf->file;
    copy->found = found;
    copy->read = content != 0;
    copy->facts.has_sha256 = content != 0;
    memset(copy->facts.sha256, content, sizeof(copy->facts.sha256));
    copy->facts.has_version = version != 0;
    copy->facts.file_version = version;
    return copy;
}

/* A file of that size and version; version 0: it has none. */
static void begin(struct shelf *shelf, uint64_t size, uint64_t version)
{
    memset(shelf, 0, sizeof(*shelf));
    shelf->file.size = size;
    shelf->file.has_version = version != 0;
    shelf->file.version = version;
}

static const struct wci_identify_copy *judged(struct shelf *shelf, uint32_t modified)
{
    return &shelf->copies[wci_identify_judge(modified, shelf->copies, shelf->count)];
}

static void test_dates(void)
{
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 0), at(1995, 9, 0), false), WCAB_DATE_SAME);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 0), at(1995, 9, 2), false), WCAB_DATE_OTHER);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 0), at(1995, 7, 0), false), WCAB_DATE_ZONE);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 1, 0), at(1995, 15, 0), false), WCAB_DATE_ZONE);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 1, 0), at(1995, 16, 0), false), WCAB_DATE_OTHER);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 0), at(1996, 9, 0), false), WCAB_DATE_OTHER);
    CHECK_EQ_INT(wci_identify_dates(0, at(1996, 9, 0), false), WCAB_DATE_UNKNOWN);
    CHECK_EQ_INT(wci_identify_dates(at(1996, 9, 0), 0, true), WCAB_DATE_UNKNOWN);
    /* a listing prints no seconds, or the day alone */
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 8), at(1995, 9, 0), true), WCAB_DATE_SAME);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 8), at(1995, 7, 0), true), WCAB_DATE_ZONE);
    CHECK_EQ_INT(wci_identify_dates(at(1995, 9, 8), wci_dostime_make(1995, 7, 11, 0, 0, 0), true),
                 WCAB_DATE_SAME);
}

static void test_probable(void)
{
    struct shelf shelf;

    begin(&shelf, 100, 0);
    add(&shelf, 100, at(1995, 9, 0), 0, 0);
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 0))->identity, WCAB_IDENTITY_PROBABLE);
    CHECK_EQ_INT(judged(&shelf, at(1995, 7, 0))->identity, WCAB_IDENTITY_PROBABLE);
    CHECK_EQ_INT(judged(&shelf, at(1997, 9, 0))->identity, WCAB_IDENTITY_UNKNOWN);
    CHECK_EQ_INT(judged(&shelf, 0)->identity, WCAB_IDENTITY_UNKNOWN);
    shelf.found[0].entry.flags = WCI_ENTRY_SIZE_UNKNOWN;
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 0))->identity, WCAB_IDENTITY_UNKNOWN);
    /* a listing */
    shelf.found[0].entry.flags = 0;
    shelf.found[0].image = &listed;
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 4))->identity, WCAB_IDENTITY_PROBABLE);
}

static void test_altered(void)
{
    struct shelf shelf;

    /* known bytes: the size, the date or the version tells */
    begin(&shelf, 100, 0);
    add(&shelf, 100, at(1995, 9, 0), 1, 0);
    CHECK_EQ_INT(judged(&shelf, at(1997, 9, 0))->identity, WCAB_IDENTITY_ALTERED);
    CHECK(shelf.copies[0].same_size && shelf.copies[0].same_date == WCAB_DATE_OTHER);
    begin(&shelf, 99, 0);
    add(&shelf, 100, at(1995, 9, 0), 1, 0);
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 0))->identity, WCAB_IDENTITY_ALTERED);
    CHECK_EQ_INT(judged(&shelf, at(1997, 9, 0))->identity, WCAB_IDENTITY_UNKNOWN);
    begin(&shelf, 99, VERSION(4, 0, 0, 950));
    add(&shelf, 100, at(1995, 9, 0), 1, VERSION(4, 0, 0, 950));
    CHECK_EQ_INT(judged(&shelf, at(1997, 9, 0))->identity, WCAB_IDENTITY_ALTERED);
    CHECK(shelf.copies[0].same_version);
    /* another version is no alteration, whatever its size and date */
    begin(&shelf, 100, VERSION(4, 0, 0, 951));
    add(&shelf, 100, at(1995, 9, 0), 1, VERSION(4, 0, 0, 950));
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 0))->identity, WCAB_IDENTITY_UNKNOWN);
    /* its bytes are not known, but it was longer */
    begin(&shelf, 99, 0);
    add(&shelf, 100, at(1995, 9, 0), 0, 0);
    CHECK_EQ_INT(judged(&shelf, at(1995, 9, 0))->identity, WCAB_IDENTITY_ALTERED);
}

static void test_best(void)
{
    struct shelf shelf;

    /* known bytes that are others weigh more than unknown ones, and these more than a likeness */
    begin(&shelf, 100, 0);
    add(&shelf, 100, at(1994, 9, 0), 1, 0);
    add(&shelf, 100, at(1995, 9, 0), 0, 0);
    CHECK(judged(&shelf, at(1995, 9, 0)) == &shelf.copies[1]);
    add(&shelf, 100, at(1995, 9, 0), 2, 0);
    CHECK(judged(&shelf, at(1995, 9, 0)) == &shelf.copies[2]);
    CHECK_EQ_INT(shelf.copies[2].identity, WCAB_IDENTITY_ALTERED);
    /* the nearest version, by number; equal ones by date */
    begin(&shelf, 50, VERSION(4, 10, 0, 2000));
    add(&shelf, 1, at(1999, 9, 0), 1, VERSION(4, 0, 0, 2000));
    add(&shelf, 2, at(1998, 9, 0), 2, VERSION(4, 10, 0, 1998));
    add(&shelf, 3, at(1998, 8, 0), 3, VERSION(5, 0, 0, 2000));
    CHECK(judged(&shelf, at(1999, 10, 0)) == &shelf.copies[1]);
    begin(&shelf, 50, 0);
    add(&shelf, 1, at(1995, 9, 0), 1, 0);
    add(&shelf, 2, at(1998, 9, 0), 2, 0);
    add(&shelf, 3, at(2003, 9, 0), 0, 0);
    CHECK(judged(&shelf, at(1999, 10, 0)) == &shelf.copies[1]);
}

static void test_same(void)
{
    struct shelf shelf;

    begin(&shelf, 100, 0);
    add(&shelf, 100, at(1995, 9, 0), 1, 0);
    add(&shelf, 100, at(1996, 9, 0), 1, 0);
    add(&shelf, 100, at(1995, 9, 0), 0, 0);
    add(&shelf, 100, at(1995, 9, 4), 0, 0);
    CHECK(wci_identify_is_same(&shelf.copies[0], &shelf.copies[1]));
    CHECK(!wci_identify_is_same(&shelf.copies[0], &shelf.copies[2]));
    CHECK(wci_identify_is_same(&shelf.copies[2], &shelf.copies[3]));
    shelf.found[3].entry.size = 101;
    CHECK(!wci_identify_is_same(&shelf.copies[2], &shelf.copies[3]));
}

int main(void)
{
    RUN(test_dates);
    RUN(test_probable);
    RUN(test_altered);
    RUN(test_best);
    RUN(test_same);
    return check_report();
}
