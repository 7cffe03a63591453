/*
 * Images that are known again: new paths, also each other's, copies with their facts, and records
 * that are kept.  The catalog is sound behind each.
 */
#include "catalog_fixture.h"

/* An image with two cabinets; `mark` makes the second one's names differ. */
static struct wci_image *sample(const char *path, const char *mark)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *container = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");

    (void)fixture_entry(container, "", "A.TXT", 1);
    container = fixture_container(image, WCI_CONTAINER_FAT, 0, "inner");
    (void)fixture_entry(container, "", mark, 2);
    return image;
}

static void put_facts(struct wci_writer *writer, uint32_t id)
{
    struct wci_deep deep = {.status = WCI_DEEP_OK, .has_sha256 = true};
    uint32_t container;

    memset(deep.sha256, 7, sizeof(deep.sha256));
    for (container = 0; container < 2; container++)
        CHECK_EQ_INT(wci_writer_put_deep(writer, id, container, &deep, 1, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_deep(writer, id, true, NULL), WCAB_OK);
}

static void check_sound(struct wci_store *store)
{
    struct wci_reader *reader = fixture_reader(store);

    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
}

/* The id at a path; 0 when it is not on record. */
static uint32_t id_at(struct wci_writer *writer, const char *path, bool *deep)
{
    struct wci_reader *reader;
    struct wci_image_stamp stamp = {.id = 0};

    CHECK_EQ_INT(wci_writer_reader(writer, &reader, NULL), WCAB_OK);
    if (wci_reader_stamp(reader, wci_bytes_of(path), &stamp, NULL) != WCAB_OK)
        return 0;
    if (deep != NULL)
        *deep = stamp.deep;
    return stamp.id;
}

static void paths_are_exchanged(void)
{
    char longer[1024];
    struct fixture_catalog catalog;
    struct wci_writer *writer;
    struct wci_move moves[3];
    uint32_t a, b, c;

    memset(longer, 'x', sizeof(longer));
    longer[0] = '/';
    longer[sizeof(longer) - 1] = '\0';
    fixture_begin(&catalog);
    writer = catalog.writer;
    a = fixture_put(writer, sample("/a", "ONE"));
    b = fixture_put(writer, sample("/b", "TWO"));
    c = fixture_put(writer, sample(longer, "THREE"));
    (void)fixture_put(writer, sample("/d", "FOUR"));
    put_facts(writer, a);
    moves[0] = (struct wci_move){.id = a, .path = wci_bytes_of("/b")};
    moves[1] = (struct wci_move){.id = b, .path = wci_bytes_of(longer)};
    moves[2] = (struct wci_move){.id = c, .path = wci_bytes_of("/d")};
    CHECK_EQ_INT(wci_writer_move_images(writer, moves, 3, NULL), WCAB_OK);
    CHECK_EQ_INT(id_at(writer, "/a", NULL), 0);
    CHECK_EQ_INT(id_at(writer, "/b", NULL), a);
    CHECK_EQ_INT(id_at(writer, longer, NULL), b);
    CHECK_EQ_INT(id_at(writer, "/d", NULL), c);
    moves[0] = (struct wci_move){.id = a, .path = wci_bytes_of(longer)};
    moves[1] = (struct wci_move){.id = b, .path = wci_bytes_of("/b")};
    CHECK_EQ_INT(wci_writer_move_images(writer, moves, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(id_at(writer, "/b", NULL), b);
    CHECK_EQ_INT(id_at(writer, longer, NULL), a);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    check_sound(catalog.store);
    fixture_end(&catalog);
}

static void copies_share_facts(void)
{
    struct fixture_catalog catalog;
    struct wci_writer *writer;
    struct wci_image *as = fixture_image("/copy");
    uint32_t a, copy;
    bool deep = false;

    fixture_begin(&catalog);
    writer = catalog.writer;
    a = fixture_put(writer, sample("/a", "ONE"));
    put_facts(writer, a);
    CHECK_EQ_INT(wci_writer_copy_image(writer, a, as, &copy, NULL), WCAB_OK);
    CHECK(copy != a);
    CHECK_EQ_INT(id_at(writer, "/copy", &deep), copy);
    CHECK(deep);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    check_sound(catalog.store);
    /* each goes without the other */
    CHECK_EQ_INT(wci_writer_remove_image(writer, a, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    check_sound(catalog.store);
    CHECK_EQ_INT(wci_writer_remove_image(writer, copy, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    check_sound(catalog.store);
    fixture_end(&catalog);
    wci_image_free(as);
}

static void what_is_read_again_is_kept_or_not(void)
{
    static const char *const marks[] = {"ONE", "OTHER"};
    struct fixture_catalog catalog;
    struct wci_writer *writer;
    uint32_t a, again, i;

    for (i = 0; i < 2; i++) {
        struct wci_image *image = sample("/a", marks[i]);
        bool kept = i != 0, deep = i != 0;

        fixture_begin(&catalog);
        writer = catalog.writer;
        a = fixture_put(writer, sample("/a", "ONE"));
        put_facts(writer, a);
        image->mtime_ns++;
        CHECK_EQ_INT(wci_writer_put_again(writer, image, &kept, &again, NULL), WCAB_OK);
        CHECK_EQ_INT(again, a);
        CHECK_EQ_INT(kept, i == 0);
        (void)id_at(writer, "/a", &deep);
        CHECK_EQ_INT(deep, i == 0);
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
        check_sound(catalog.store);
        fixture_end(&catalog);
        wci_image_free(image);
    }
}

int main(void)
{
    RUN(paths_are_exchanged);
    RUN(copies_share_facts);
    RUN(what_is_read_again_is_kept_or_not);
    return check_report();
}
