/*
 * An export says all, independent of ids; what is imported from it exports the same.  Text that is
 * no export is refused with its line.
 */
#include "catalog_fixture.h"

struct text {
    struct wci_buffer bytes;
    size_t read;
};

static enum wcab_err keep_text(void *context, const char *text, size_t length)
{
    struct text *kept = context;

    wci_buffer_put(&kept->bytes, text, length);
    return WCAB_OK;
}

/* Hands out odd-sized pieces, so that lines are cut everywhere. */
static enum wcab_err give_text(void *context, char *buffer, size_t size, size_t *got)
{
    struct text *kept = context;
    size_t left = kept->bytes.size - kept->read;

    *got = left < 37 ? left : 37;
    if (*got > size)
        *got = size;
    memcpy(buffer, kept->bytes.data + kept->read, *got);
    kept->read += *got;
    return WCAB_OK;
}

static struct text export_of(struct wci_store *store)
{
    struct wci_reader *reader = fixture_reader(store);
    struct text text = {.read = 0};

    wci_buffer_init(&text.bytes);
    CHECK_EQ_INT(wci_catalog_export(reader, keep_text, &text, NULL), WCAB_OK);
    wci_reader_close(reader);
    return text;
}

static enum wcab_err import_into(const char *folder, struct text *text, struct wcab_error *err)
{
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    struct wci_writer *writer = fixture_writer(store);
    struct wci_reader *reader;
    enum wcab_err code;

    text->read = 0;
    code = wci_catalog_import(writer, give_text, text, err);
    if (code == WCAB_OK)
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    if (code == WCAB_OK) {
        reader = fixture_reader(store);
        CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
        wci_reader_close(reader);
    }
    wci_store_close(store);
    return code;
}

static struct wci_image *floppy(const char *path, uint8_t digest, uint64_t previous, uint64_t next)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");
    struct wci_container *cabinet;
    struct wci_entry *entry;

    volume->label = fixture_name("DISK\t1");
    volume->format = wci_bytes_of("FAT12 (DMF)");
    (void)fixture_entry(volume, "", "X.CAB", 1716224);
    entry = fixture_entry(volume, "A/B", "Long name.txt", UINT64_MAX);
    entry->name.encoding = WCI_ENCODING_UTF8;
    entry->alias[0] = fixture_name("LONGNA~1.TXT");
    entry->alias_count = 1;
    (void)fixture_entry(volume, "", "back\\slash\ttab\nline\x7F\x01", 1);
    (void)fixture_entry(volume, "", "caf\x82 raw", 2);
    (void)fixture_entry(volume, "", "", 3);
    cabinet = fixture_cabinet(image, 0, "X.CAB", digest);
    cabinet->parent_entry = 0;
    cabinet->cab->joint_previous = previous;
    cabinet->cab->joint_next = next;
    cabinet->cab->folder_count = 2;
    cabinet->cab->folders = wci_arena_calloc(image->arena, 2, sizeof(*cabinet->cab->folders));
    cabinet->cab->folders[1].type_compress = 0x1572;
    cabinet->cab->next_disk = wci_bytes_of("Disk 2");
    entry = fixture_entry(cabinet, "", "a.dll", 3);
    entry->cab_folder = 1;
    entry->locator = 99;
    (void)fixture_entry(cabinet, "", "b.dll", 3);
    return image;
}

static void put_facts(struct wci_writer *writer, uint32_t image)
{
    static const struct wci_deep nothing[5];
    struct wci_deep facts[2];

    CHECK_EQ_INT(wci_writer_put_deep(writer, image, 0, nothing, 5, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_deep(writer, image, true, NULL), WCAB_OK);
    memset(facts, 0, sizeof(facts));
    facts[0].status = WCI_DEEP_OK;
    facts[0].offset = WCAB_NO_OFFSET;
    facts[0].has_sha256 = true;
    memset(facts[0].sha256, 0xAB, 32);
    facts[0].has_md5_sha1 = true;
    facts[0].has_version = true;
    facts[0].file_version = 0x0004000003B60000;
    facts[0].version_text.data = "FileVersion\0004.00.950\0";
    facts[0].version_text.length = 22;
    facts[1].status = WCI_DEEP_DAMAGED;
    facts[1].code = WCAB_ERR_CORRUPT;
    facts[1].offset = 12345;
    facts[1].text = wci_bytes_of("checksum wrong");
    CHECK_EQ_INT(wci_writer_put_deep(writer, image, 1, facts, 2, NULL), WCAB_OK);
}

/* An archive with two disks that are media of their own. */
static struct wci_image *box_of_two(void)
{
    struct wci_image *image = fixture_image("/zip");
    struct wci_container *archive = fixture_container(image, WCI_CONTAINER_ARCHIVE, WCI_NONE, "");

    (void)fixture_entry(archive, "", "1.img", 1474560);
    (void)fixture_entry(archive, "", "2.img", 1474560);
    fixture_container(image, WCI_CONTAINER_FAT, 0, "1.img")->parent_entry = 0;
    fixture_container(image, WCI_CONTAINER_FAT, 0, "2.img")->parent_entry = 1;
    image->parts = wci_arena_calloc(image->arena, 2, sizeof(*image->parts));
    image->part_count = 2;
    image->notes = wci_arena_calloc(image->arena, 2, sizeof(*image->notes));
    image->note_count = 2;
    image->notes[0] = (struct wci_note){wci_bytes_of("box"), wci_bytes_of("B\xC3\xA4r 3")};
    image->notes[1] = (struct wci_note){wci_bytes_of("note"), wci_bytes_of("a \\ b")};
    image->parts[0].container = 1;
    image->parts[0].identity.medium = wci_bytes_of("win95-dmf");
    image->parts[0].identity.disk = wci_bytes_of("1");
    image->parts[0].identity.reason = wci_bytes_of("all\tfiles agree");
    image->parts[0].identity.code_page = 850;
    image->parts[0].identity.code_page_reason = wci_bytes_of("by the profile");
    image->parts[1].container = 2;
    return image;
}

/* Two floppies of a set, a copy of the first, two in an archive, one without anything, one that
 * can't be read. */
static void fill(struct wci_store *store, bool backwards)
{
    struct wci_writer *writer = fixture_writer(store);
    struct wci_image *bad = fixture_image("/bad"), *box = box_of_two();
    uint32_t first, copy, second, boxed;

    if (backwards) /* other ids, same contents */
        (void)fixture_put(writer, fixture_image("/empty"));
    second = fixture_put(writer, floppy("/disk2", 2, 77, 0));
    first = fixture_put(writer, floppy("/disk1", 1, 0, 77));
    copy = fixture_put(writer, floppy("/copy of disk1", 1, 0, 77));
    if (!backwards)
        (void)fixture_put(writer, fixture_image("/empty"));
    boxed = fixture_put(writer, box);
    put_facts(writer, first);
    put_facts(writer, second);
    bad->faults[0].container = WCI_NONE;
    bad->faults[0].code = WCAB_ERR_IO;
    bad->faults[0].offset = WCAB_NO_OFFSET;
    bad->faults[0].place = wci_bytes_of("a > b");
    bad->faults[0].text = wci_bytes_of("input/output error");
    bad->fault_count = 1;
    bad->mtime_ns = INT64_MIN;
    bad->size = UINT64_MAX;
    (void)fixture_put(writer, bad);
    CHECK_EQ_INT(wci_writer_set_group(writer, first, WCI_NONE, backwards ? 900 : 5, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, second, WCI_NONE, backwards ? 900 : 5, NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, copy, WCI_NONE, backwards ? 3 : 6, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, boxed, 0, backwards ? 900 : 5, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, boxed, 1, backwards ? 1ULL << 40 : 7, NULL), WCAB_OK);
    CHECK_EQ_INT(
        wci_writer_set_medium(writer, boxed, 1, identity_of("win95-dmf", "2", "settled"), NULL),
        WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, boxed, 2, 1, NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wci_writer_set_offline(writer, second, true, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_medium(writer, first, WCI_NONE,
                                       identity_of("win95-dmf", "1", "label"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of("win95-dmf"),
                                        wci_bytes_of("id = win95-dmf\ntitle = W\n"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
}

/* The listing of the cabinet of an image. */
static uint32_t cabinet_listing(struct wci_reader *reader, const char *path)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image_stamp stamp = {.id = 0};
    struct wci_image_state state = {.listings = NULL};
    struct wci_image image;
    uint32_t listing = 0;

    CHECK_EQ_INT(wci_reader_stamp(reader, wci_bytes_of(path), &stamp, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_image(reader, stamp.id, arena, &image, &state, NULL), WCAB_OK);
    if (state.listings != NULL)
        listing = state.listings[1];
    wci_arena_free(arena);
    return listing;
}

static void link_up(struct wci_store *store)
{
    struct wci_writer *writer = fixture_writer(store);
    struct wci_reader *view = NULL;
    uint32_t settled, newest = 0;

    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_next(writer, cabinet_listing(view, "/disk1"),
                                     cabinet_listing(view, "/disk2"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_reader_settled(view, &settled, &newest, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_settled(writer, newest, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
}

static struct text sample_export(bool backwards)
{
    char folder[128];
    struct wci_store *store;
    struct text text;

    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    fill(store, backwards);
    link_up(store);
    text = export_of(store);
    wci_store_close(store);
    fixture_remove(folder);
    return text;
}

static void check_same_text(const struct text *actual, const struct text *expected)
{
    CHECK_EQ_INT(actual->bytes.size, expected->bytes.size);
    if (actual->bytes.size == expected->bytes.size)
        CHECK_EQ_MEM(actual->bytes.data, expected->bytes.data, expected->bytes.size);
}

static void ids_do_not_show(void)
{
    struct text one = sample_export(false), other = sample_export(true);

    check_same_text(&other, &one);
    wci_buffer_free(&one.bytes);
    wci_buffer_free(&other.bytes);
}

static void export_is_text(void)
{
    static const char expected[] = "row\t\tr\tback\\\\slash\\ttab\\nline\\x7f\\x01\t1\t";
    struct text text = sample_export(false);
    struct wci_bytes bytes = {(const char *)text.bytes.data, text.bytes.size};

    CHECK(wci_text_is_utf8(bytes));
    CHECK(memmem(bytes.data, bytes.length, expected, sizeof(expected) - 1) != NULL);
    CHECK(memmem(bytes.data, bytes.length, "caf\\x82 raw", 11) != NULL);
    wci_buffer_free(&text.bytes);
}

static void import_gives_the_same_export(void)
{
    char folder[128];
    struct text first = sample_export(false), second;
    struct wcab_error err = {.text = ""};
    struct wci_store *store;
    struct wci_reader *reader;
    struct wci_image_stamp stamp;

    fixture_folder(folder);
    CHECK_EQ_INT(import_into(folder, &first, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
    store = fixture_store(folder, WCI_STORE_READ);
    second = export_of(store);
    check_same_text(&second, &first);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_stamp(reader, wci_bytes_of("/disk2"), &stamp, NULL), WCAB_OK);
    CHECK(stamp.deep);
    CHECK(stamp.offline);
    wci_reader_close(reader);
    wci_store_close(store);
    /* and once more into the same catalog */
    wci_buffer_free(&second.bytes);
    CHECK_EQ_INT(import_into(folder, &first, NULL), WCAB_OK);
    store = fixture_store(folder, WCI_STORE_READ);
    second = export_of(store);
    CHECK(second.bytes.size + 100 > first.bytes.size);
    wci_store_close(store);
    wci_buffer_free(&first.bytes);
    wci_buffer_free(&second.bytes);
    fixture_remove(folder);
}

static void empty_catalogs_are_exported(void)
{
    char folder[128], other[128];
    struct wci_store *store;
    struct text text;

    fixture_folder(folder);
    fixture_folder(other);
    store = fixture_store(folder, WCI_STORE_WRITE);
    text = export_of(store);
    wci_store_close(store);
    wci_buffer_u8(&text.bytes, 0);
    CHECK_EQ_STR((char *)text.bytes.data, "whichcab-export\t4\nend\t2\n");
    text.bytes.size--;
    CHECK_EQ_INT(import_into(other, &text, NULL), WCAB_OK);
    wci_buffer_free(&text.bytes);
    fixture_remove(folder);
    fixture_remove(other);
}

/* The refusal of a text, "line N ...". */
static void check_refused(const char *lines, const char *expected)
{
    char folder[128];
    struct text text = {.read = 0};
    struct wcab_error err = {.text = ""};

    wci_buffer_init(&text.bytes);
    wci_buffer_put(&text.bytes, lines, strlen(lines));
    fixture_folder(folder);
    CHECK(import_into(folder, &text, &err) != WCAB_OK);
    CHECK_EQ_STR(err.text, expected);
    wci_buffer_free(&text.bytes);
    fixture_remove(folder);
}

#define HEAD "whichcab-export\t1\n"
#define IMAGE "image\t/a\tfile\t1\t2\t3\t4\t0\tonline\t\t\t\t0\n"
#define HEAD_3 "whichcab-export\t3\n"
#define ROW(stored) "row\t\tr\ta\t1\t00000000\t0\t-\t000000\t" stored "\tu\t\tu\t\tu\t\tu\t\tu\t\n"
#define HEAD_2 "whichcab-export\t2\n"
#define IMAGE_2(code_page) "image\t/a\tfile\t1\t2\t3\t4\t0\tonline\t\t\t\t0\t" code_page "\t\n"
#define HEAD_4 "whichcab-export\t4\n"
#define IMAGE_4(quick) "image\t/a\tfile\t1\t2\t3\t4\t0\tonline\t\t\t\t0\t0\t\t" quick "\n"
#define PART(container) "part\t" container "\t0\twin95-dmf\t1\t\t0\t\n"
#define CONTAINER(number)                                                                          \
    "container\tfat\t-\t-\t\t0\t0\tFAT12\tr\tL\t00000000\t0000000000000000\twhole\t" number "\t-"  \
    "\n"

static void wrong_lines_are_named(void)
{
    check_refused("", "line 1 of the export: the export ends before its end");
    check_refused("hello\n", "line 1 of the export: this is no export, or two in one");
    check_refused("whichcab-export\t5\n", "the export is of version 5, this program reads 4: use "
                                          "the program that wrote it");
    check_refused("whichcab-export\t0\n", "the export is of version 0, this program reads 4: use "
                                          "the program that wrote it");
    check_refused(HEAD_2 IMAGE, "line 2 of the export: it has a wrong number of fields");
    check_refused(HEAD_2 IMAGE_2("70000"), "line 2 of the export: a field of the image is wrong");
    check_refused(HEAD_2 PART("0"), "line 2 of the export: a part stands behind its image");
    check_refused(HEAD_2 IMAGE_2("0") PART("01"),
                  "line 3 of the export: a field of the part is wrong");
    check_refused(HEAD_2 IMAGE_2("0") CONTAINER("1") PART("0"),
                  "line 4 of the export: a part stands behind its image");
    check_refused(HEAD_2 IMAGE_2("0") PART("1") CONTAINER("1") "end\t5\n",
                  "line 5 of the export: the image before it contradicts itself");
    check_refused(HEAD_2 IMAGE_2("0") PART("0") PART("0") CONTAINER("1") "end\t6\n",
                  "line 6 of the export: the image before it contradicts itself");
    check_refused(HEAD "end\t3\n", "line 2 of the export: lines are missing before it");
    check_refused(HEAD "end\t2", "line 2 of the export: it is not ended");
    check_refused(HEAD "what\n", "line 2 of the export: it is of an unknown kind");
    check_refused(HEAD "image\n", "line 2 of the export: it has a wrong number of fields");
    check_refused(HEAD "profile\ta\\q\tb\n", "line 2 of the export: it has a wrong escape");
    check_refused(HEAD "row\t\tr\ta\t1\t00000000\t0\t-\t0000\tu\t\tu\t\n",
                  "line 2 of the export: a row without a listing");
    check_refused(HEAD IMAGE IMAGE "end\t4\n",
                  "line 3 of the export: images are not in order of their paths");
    check_refused(HEAD IMAGE CONTAINER("2"),
                  "line 3 of the export: its listing's number is not the next one");
    check_refused(HEAD IMAGE CONTAINER("1") "row\t\tr\ta\t01\t00000000\t0\t-\t0000\tu\t\tu\t\n",
                  "line 4 of the export: a field of the row is wrong");
    check_refused(HEAD_3 IMAGE_2("0")
                      CONTAINER("1") "row\t\tr\ta\t1\t00000000\t0\t-\t0000\tu\t\tu\t\n",
                  "line 4 of the export: it has a wrong number of fields");
    check_refused(HEAD_4 IMAGE_2("0"), "line 2 of the export: it has a wrong number of fields");
    check_refused(HEAD_4 IMAGE_4("0123"), "line 2 of the export: a field of the image is wrong");
    check_refused(HEAD_4 IMAGE_4("00112233445566778899aabbccddeeff") "what\n",
                  "line 3 of the export: it is of an unknown kind");
    check_refused(HEAD_3 IMAGE_2("0") CONTAINER("1") ROW("1"),
                  "line 4 of the export: a field of the row is wrong");
    check_refused(HEAD_3 IMAGE_2("0") CONTAINER("1") ROW("0") "what\n",
                  "line 5 of the export: it is of an unknown kind");
    check_refused(HEAD IMAGE CONTAINER("1") "facts\t1\nend\t5\n",
                  "line 5 of the export: facts are missing before it");
    check_refused(HEAD IMAGE CONTAINER("1") "facts\t1\nfact\tok\t-\t-\t-\t-\t-\t0\t-\t\t\nend\t6\n",
                  "facts for 1 rows of container 0, which has not so many");
    check_refused(HEAD IMAGE CONTAINER("1") "next\t1\t2\n",
                  "line 4 of the export: there is no such listing");
    check_refused(HEAD "end\t2\nend\t3\n", "line 3 of the export: it stands behind the end");
}

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* Damaged exports are refused or make a sound catalog, never anything else. */
static void damaged_exports_do_no_harm(void)
{
    struct text text = sample_export(false), damaged;
    uint32_t state = 1, i, j;

    wci_buffer_init(&damaged.bytes);
    for (i = 0; i < 300; i++) {
        char folder[128];

        wci_buffer_clear(&damaged.bytes);
        wci_buffer_put(&damaged.bytes, text.bytes.data, text.bytes.size);
        for (j = 0; j < 1 + i % 3; j++)
            damaged.bytes.data[draw(&state) % damaged.bytes.size] =
                (uint8_t)(i % 2 == 0 ? '0' + draw(&state) % 10 : draw(&state) % 256);
        if (i % 7 == 0)
            damaged.bytes.size = draw(&state) % damaged.bytes.size;
        fixture_folder(folder);
        (void)import_into(folder, &damaged, NULL);
        fixture_remove(folder);
    }
    wci_buffer_free(&damaged.bytes);
    wci_buffer_free(&text.bytes);
}

int main(void)
{
    RUN(ids_do_not_show);
    RUN(export_is_text);
    RUN(import_gives_the_same_export);
    RUN(empty_catalogs_are_exported);
    RUN(wrong_lines_are_named);
    RUN(damaged_exports_do_no_harm);
    return check_report();
}
