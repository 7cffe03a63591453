/* Two media compared: which files belong together, and what is said of them. */
#include "query/compare/diff_match.h"
#include "query_fixture.h"

#define VERSION(a, b, c, d)                                                                        \
    ((uint64_t)(a) << 48 | (uint64_t)(b) << 32 | (uint64_t)(c) << 16 | (uint64_t)(d))

/* ---- matching copies of one name ----------------------------------------------------------- */

enum { MOST = 8 };

struct copies {
    struct wci_found found[MOST];
    struct wci_diff_copy copies[MOST];
    size_t count;
};

/* Adds a copy; content 0: it was not read. */
static void add(struct copies *copies, const char *cabinet, enum wci_role role, uint64_t size,
                uint32_t modified, uint8_t content)
{
    struct wci_found *found = &copies->found[copies->count];
    struct wci_diff_copy *copy = &copies->copies[copies->count++];

    memset(found, 0, sizeof(*found));
    memset(copy, 0, sizeof(*copy));
    found->cabinet = wci_bytes_of(cabinet);
    found->role = role;
    found->entry.size = size;
    found->entry.modified = modified;
    copy->found = found;
    copy->read = content != 0;
    copy->facts.status = content != 0 ? WCI_DEEP_OK : WCI_DEEP_NONE;
    copy->facts.has_sha256 = content != 0;
    memset(copy->facts.sha256, content, sizeof(copy->facts.sha256));
}

/* "0-1 1-0 2- -3": the pairs in their order. */
static const char *match(struct copies *left, struct copies *right)
{
    static char text[128];
    struct wci_diff_copy *work[2 * MOST];
    struct wci_diff_pair pairs[2 * MOST];
    size_t count =
        wci_diff_match(left->copies, left->count, right->copies, right->count, work, pairs);
    size_t used = 0, i;

    text[0] = '\0';
    for (i = 0; i < count; i++) {
        char a[24] = "", b[24] = "";

        if (pairs[i].left != WCI_DIFF_NO_COPY)
            (void)snprintf(a, sizeof(a), "%zu", pairs[i].left);
        if (pairs[i].right != WCI_DIFF_NO_COPY)
            (void)snprintf(b, sizeof(b), "%zu", pairs[i].right);
        used +=
            (size_t)snprintf(text + used, sizeof(text) - used, "%s%s-%s", i > 0 ? " " : "", a, b);
    }
    return text;
}

static void test_match(void)
{
    struct copies left = {.count = 0}, right = {.count = 0};

    CHECK_EQ_STR(match(&left, &right), "");
    add(&left, "A.CAB", WCI_ROLE_SYSTEM, 10, 1 << 21, 0);
    CHECK_EQ_STR(match(&left, &right), "0-");
    CHECK_EQ_STR(match(&right, &left), "-0");
    /* a single one on both sides, whatever it is */
    add(&right, "B.CAB", WCI_ROLE_MINI, 20, 2 << 21, 0);
    CHECK_EQ_STR(match(&left, &right), "0-0");
    /* equal size and date before the same role */
    add(&left, "M.CAB", WCI_ROLE_MINI, 30, 3 << 21, 0);
    add(&right, "C.CAB", WCI_ROLE_SYSTEM, 30, 3 << 21, 0);
    CHECK_EQ_STR(match(&left, &right), "0-0 1-1");
    /* the same bytes before equal size and date; a third copy is left */
    left.count = right.count = 0;
    add(&left, "A.CAB", WCI_ROLE_SYSTEM, 10, 1 << 21, 1);
    add(&left, "B.CAB", WCI_ROLE_MINI, 10, 1 << 21, 2);
    add(&right, "A.CAB", WCI_ROLE_SYSTEM, 10, 1 << 21, 2);
    add(&right, "B.CAB", WCI_ROLE_MINI, 10, 1 << 21, 1);
    add(&right, "C.CAB", WCI_ROLE_MINI, 10, 1 << 21, 0);
    CHECK_EQ_STR(match(&left, &right), "0-1 1-0 -2");
    /* nothing equal: by what they are for */
    left.count = right.count = 0;
    add(&left, "A.CAB", WCI_ROLE_SYSTEM, 1, 0, 0);
    add(&left, "B.CAB", WCI_ROLE_MINI, 2, 0, 0);
    add(&right, "X.CAB", WCI_ROLE_MINI, 3, 0, 0);
    add(&right, "Y.CAB", WCI_ROLE_SYSTEM, 4, 0, 0);
    CHECK_EQ_STR(match(&left, &right), "0-1 1-0");
    /* before that, by the cabinet, in any letter case */
    left.found[1].cabinet = wci_bytes_of("y.cab");
    CHECK_EQ_STR(match(&left, &right), "0-0 1-1");
}

/* ---- media -------------------------------------------------------------------------------- */

static struct wci_deep whole(uint8_t content, uint64_t version)
{
    struct wci_deep deep = {.status = WCI_DEEP_OK, .has_sha256 = true, .offset = WCAB_NO_OFFSET};

    memset(deep.sha256, content, sizeof(deep.sha256));
    deep.has_version = version != 0;
    deep.file_version = version;
    return deep;
}

enum { DAY = 0x1EEB4E40 };

/*
 * The CD: SAME.TXT, USER.EXE in a cabinet of the system and in MINI.CAB, KOMMCTRL.DLL, which is
 * installed as COMMCTRL.DLL, ONLY.CD, and an unknown date.  The floppies: SAME.TXT twice (two
 * images of the disk), USER.EXE in both places with the contents exchanged, COMMCTRL.DLL, and disk
 * 2 as published.  A folder of the host with long names.
 */
static void put_shelf(struct query_fixture *fixture)
{
    struct wci_deep deep[3] = {whole(1, 0), whole(2, VERSION(4, 0, 0, 950)), whole(3, 0)};
    struct wci_image *image = query_cd("/i/cd.iso");
    struct wci_container *cabinet = query_cabinet(image, "WIN", "TOY_1.CAB", 1);
    struct wcab_error err = {.text = ""};
    int i;

    query_file(cabinet, "SAME.TXT", 20, 0, 0)->modified = DAY;
    query_file(cabinet, "USER.EXE", 100, 20, 0)->modified = DAY;
    query_file(cabinet, "ONLY.CD", 5, 120, 0)->modified = DAY;
    cabinet = query_cabinet(image, "WIN", "MINI.CAB", 2);
    query_file(cabinet, "USER.EXE", 100, 0, 0)->modified = DAY;
    cabinet = query_cabinet(image, "WIN", "PRE.CAB", 3);
    query_file(cabinet, "KOMMCTRL.DLL", 50, 0, 0)->modified = DAY;
    {
        uint32_t id = fixture_put(fixture->writer, image);

        CHECK_EQ_INT(wci_writer_put_deep(fixture->writer, id, 1, deep, 3, &err), WCAB_OK);
        deep[0] = whole(4, VERSION(3, 10, 0, 0));
        CHECK_EQ_INT(wci_writer_put_deep(fixture->writer, id, 2, deep, 1, &err), WCAB_OK);
    }
    for (i = 0; i < 2; i++) {
        uint32_t id;

        image = query_floppy(i == 0 ? "/i/1.img" : "/i/again.img", "1", "TOY1");
        cabinet = query_cabinet(image, "", "TOY_1.CAB", 10);
        query_file(cabinet, "same.txt", 20, 0, 0)->modified = DAY;
        query_file(cabinet, "user.exe", 100, 20, 0)->modified = DAY;
        query_file(cabinet, "COMMCTRL.DLL", 51, 120, 0)->modified = DAY + (1 << 16);
        id = fixture_put(fixture->writer, image);
        deep[0] = whole(1, 0);
        deep[1] = whole(4, VERSION(3, 10, 0, 0));
        memset(&deep[2], 0, sizeof(deep[2]));
        deep[2].status = WCI_DEEP_DAMAGED;
        deep[2].code = WCAB_ERR_CORRUPT;
        deep[2].offset = 7;
        if (i == 1)
            CHECK_EQ_INT(wci_writer_put_deep(fixture->writer, id, 1, deep, 3, &err), WCAB_OK);
    }
    image = query_floppy("profile:toy-floppy/1", "1", "TOY1");
    cabinet = query_cabinet(image, "", "TOY_1.CAB", 20);
    query_file(cabinet, "SAME.TXT", 20, 0, 0)->modified = DAY;
    query_file(cabinet, "NOT.THERE", 20, 0, 0)->modified = DAY;
    (void)fixture_put(fixture->published_writer, query_published(image, "profile:toy-floppy/1"));
    image = query_floppy("profile:toy-floppy/2", "2", "TOY2");
    cabinet = query_cabinet(image, "", "TOY_2.CAB", 21);
    query_file(cabinet, "USER.EXE", 101, 0, 0)->modified = DAY;
    (void)fixture_put(fixture->published_writer, query_published(image, "profile:toy-floppy/2"));

    image = fixture_image("/host/windows");
    cabinet = fixture_container(image, WCI_CONTAINER_DIRECTORY, WCI_NONE, "");
    fixture_entry(cabinet, "", "Same.txt", 20)->modified = DAY + 1;
    fixture_entry(cabinet, "SYSTEM", "COMMCTRL.DLL", 50)->modified = DAY;
    (void)fixture_put(fixture->writer, image);
}

struct running {
    struct query_fixture fixture;
    struct wcab_diff_options options;
    const char *names[1];
    struct wcab_diff *diff;
};

static void run_open(struct running *running, const char *left, const char *right, const char *name)
{
    struct wcab_error err = {.text = ""};

    running->options = (struct wcab_diff_options){.sizeof_options = sizeof(running->options),
                                                  .left = left,
                                                  .right = right,
                                                  .names = running->names,
                                                  .name_count = name != NULL,
                                                  .show = 15,
                                                  .ignore_date = running->options.ignore_date};
    running->names[0] = name;
    if (wcab_diff_open(running->fixture.catalog, &running->options, &running->diff, &err) !=
        WCAB_OK)
        CHECK_FAIL("%s against %s: %s", left, right, err.text);
}

/* Every file as "difference name left-cabinet right-cabinet differs", one a line. */
static const char *run_all(struct running *running)
{
    static char text[2048];
    const struct wcab_diff_file *file = NULL;
    struct wcab_error err = {.text = ""};
    size_t used = 0;

    text[0] = '\0';
    for (;;) {
        if (wcab_diff_next(running->diff, &file, &err) != WCAB_OK) {
            CHECK_FAIL("%s", err.text);
            break;
        }
        if (file == NULL)
            break;
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%d %s %s %s %u%s\n",
                                 (int)file->difference, file->name,
                                 file->left == NULL ? "-" : file->left->places[0].path,
                                 file->right == NULL ? "-" : file->right->places[0].path,
                                 file->differs, file->bytes_compared ? " bytes" : "");
    }
    return text;
}

static void run_close(struct running *running)
{
    wcab_diff_close(running->diff);
    running->diff = NULL;
}

static void test_media(void)
{
    struct running running;
    const struct wcab_diff_summary *summary;

    memset(&running, 0, sizeof(running));
    query_begin(&running.fixture);
    put_shelf(&running.fixture);
    query_open(&running.fixture);

    /* copies of the same bytes belong together; a disk's second image is no second file, and gives
     * the facts that the first has not; disk 2 is published, disk 1 is not asked */
    run_open(&running, "toy-cd", "toy-floppy", NULL);
    CHECK_EQ_STR(run_all(&running), "8 KOMMCTRL.DLL WIN/PRE.CAB TOY_1.CAB 3\n"
                                    "2 ONLY.CD WIN/TOY_1.CAB - 0\n"
                                    "1 SAME.TXT WIN/TOY_1.CAB TOY_1.CAB 0 bytes\n"
                                    "8 USER.EXE WIN/TOY_1.CAB TOY_2.CAB 1\n"
                                    "1 USER.EXE WIN/MINI.CAB TOY_1.CAB 0 bytes\n");
    summary = wcab_diff_result(running.diff);
    CHECK_EQ_INT(summary->same, 2);
    CHECK_EQ_INT(summary->changed, 2);
    CHECK_EQ_INT(summary->only_left, 1);
    CHECK_EQ_INT(summary->only_right, 0);
    CHECK_EQ_INT(summary->bytes_compared, 2);
    CHECK_EQ_INT(summary->left.files, 5);
    CHECK_EQ_INT(summary->left.unread, 1);
    CHECK_EQ_INT(summary->right.files, 4);
    CHECK_EQ_INT(summary->right.published, 1);
    CHECK_EQ_INT(summary->right.images, 2);
    CHECK_EQ_STR(summary->left.medium, "toy-cd");
    CHECK_EQ_STR(summary->right.title, "Toy (floppies)");
    run_close(&running);

    /* a side by its path; what it is called on installation; another date alone */
    run_open(&running, "/host/windows", "toy-cd", "*.[dt]??");
    CHECK_EQ_STR(run_all(&running), "1 COMMCTRL.DLL SYSTEM/COMMCTRL.DLL WIN/PRE.CAB 0\n"
                                    "8 Same.txt Same.txt WIN/TOY_1.CAB 2\n");
    CHECK(wcab_diff_result(running.diff)->left.medium == NULL);
    run_close(&running);
    running.options.ignore_date = true;
    run_open(&running, "/host/windows", "toy-cd", "same.txt");
    CHECK_EQ_STR(run_all(&running), "1 Same.txt Same.txt WIN/TOY_1.CAB 0\n");
    run_close(&running);
    running.options.ignore_date = false;

    /* with itself */
    run_open(&running, "toy-cd", "/i/cd.iso", NULL);
    (void)run_all(&running);
    CHECK_EQ_INT(wcab_diff_result(running.diff)->same, 5);
    CHECK_EQ_INT(wcab_diff_result(running.diff)->left.files, 5);
    CHECK_EQ_INT(wcab_diff_result(running.diff)->right.files, 5);
    run_close(&running);
    query_end(&running.fixture);
}

/* One of two does not decode; a version that both have. */
static void test_facts(void)
{
    struct query_fixture *fixture;
    struct running running;
    struct wcab_error err = {.text = ""};
    struct wci_deep deep = whole(1, VERSION(4, 0, 0, 950));
    int i;

    memset(&running, 0, sizeof(running));
    fixture = &running.fixture;
    query_begin(fixture);
    for (i = 0; i < 3; i++) {
        static const char *const paths[] = {"/a.iso", "/b.iso", "/c.iso"};
        struct wci_image *image = query_cd(paths[i]);
        struct wci_container *cabinet = query_cabinet(image, "", "TOY_1.CAB", (uint8_t)(30 + i));

        query_file(cabinet, "TOY.DLL", 20, 0, 0)->modified = DAY;
        if (i == 1)
            deep = whole(2, VERSION(4, 0, 0, 951));
        if (i == 2)
            deep = (struct wci_deep){.status = WCI_DEEP_DAMAGED, .code = WCAB_ERR_CORRUPT};
        CHECK_EQ_INT(wci_writer_put_deep(fixture->writer, fixture_put(fixture->writer, image), 1,
                                         &deep, 1, &err),
                     WCAB_OK);
    }
    query_open(fixture);
    run_open(&running, "/a.iso", "/b.iso", NULL);
    CHECK_EQ_STR(run_all(&running), "8 TOY.DLL TOY_1.CAB TOY_1.CAB 12 bytes\n");
    run_close(&running);
    run_open(&running, "/c.iso", "/a.iso", NULL);
    CHECK_EQ_STR(run_all(&running), "8 TOY.DLL TOY_1.CAB TOY_1.CAB 16\n");
    run_close(&running);
    query_end(fixture);
}

static void test_refused(void)
{
    struct query_fixture fixture;
    struct wcab_diff_options options = {
        .sizeof_options = sizeof(options), .left = "toy-cd", .right = "nothing"};
    struct wcab_diff *diff = NULL;
    struct wcab_error err = {.text = ""};
    const char *folder[] = {"A/B.DLL"};

    query_begin(&fixture);
    query_open(&fixture);
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_NOTFOUND);
    options.right = "toy-floppy"; /* known, but nothing is there */
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_NOTFOUND);
    CHECK(strstr(err.text, "nothing of 'toy-cd' is indexed") != NULL);
    options.right = "toy";
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_NOTFOUND);
    options.left = NULL;
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_USAGE);
    options.left = "toy-cd";
    options.names = folder;
    options.name_count = 1;
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_USAGE);
    options.sizeof_options = 1;
    CHECK_EQ_INT(wcab_diff_open(fixture.catalog, &options, &diff, &err), WCAB_ERR_USAGE);
    query_end(&fixture);
}

int main(void)
{
    RUN(test_match);
    RUN(test_media);
    RUN(test_facts);
    RUN(test_refused);
    return check_report();
}
