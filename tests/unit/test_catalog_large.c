/*
 * Containers of very many entries: kept packed, and written to the catalog in pieces of which nobody
 * sees anything before the whole is there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/writer.h"
#include "catalog_fixture.h"
#include "core/packed/entries.h"

enum { MANY = 24000, FOLDERS = 30, LARGE = 10000 };

/* ---- packed entries ----------------------------------------------------------------------- */

static struct wci_entry entry_of(uint32_t i, char text[64])
{
    struct wci_entry entry = {.size = (uint64_t)i << (i % 40), .modified = i * 77U};

    (void)snprintf(text, 64, "F%07" PRIu32 ".DAT", i);
    (void)snprintf(text + 20, 20, "file %" PRIu32, i);
    (void)snprintf(text + 40, 20, "FOLDER%" PRIu32, i / (MANY / FOLDERS));
    entry.name = (struct wci_name){wci_bytes_of(text), WCI_ENCODING_RAW};
    entry.folder = wci_bytes_of(text + 40);
    if (i % 3 == 0) {
        entry.alias[0] = (struct wci_name){wci_bytes_of(text + 20), WCI_ENCODING_UTF8};
        entry.alias_count = 1;
        entry.stored = 1;
    }
    entry.flags = (uint16_t)(i % 5 == 0 ? WCI_ENTRY_PROBABLE : 0);
    entry.attributes = (uint8_t)(i % 64);
    entry.cab_folder = i % 7 == 0 ? WCI_NONE : i;
    entry.locator = UINT64_MAX - i;
    entry.data = i;
    return entry;
}

static bool names_equal(const struct wci_name *a, const struct wci_name *b)
{
    return a->encoding == b->encoding && wci_bytes_equal(a->bytes, b->bytes);
}

static bool entries_equal(const struct wci_entry *a, const struct wci_entry *b)
{
    return names_equal(&a->name, &b->name) && a->alias_count == b->alias_count &&
           (a->alias_count == 0 || names_equal(&a->alias[0], &b->alias[0])) &&
           wci_bytes_equal(a->folder, b->folder) && a->stored == b->stored &&
           a->flags == b->flags && a->attributes == b->attributes && a->size == b->size &&
           a->modified == b->modified && a->cab_folder == b->cab_folder &&
           a->locator == b->locator && a->data == b->data;
}

static bool fill(struct wci_arena *arena, struct wci_container *container, uint32_t count)
{
    struct wci_entries entries;
    bool ok = true;
    uint32_t i;

    wci_entries_init(&entries, arena);
    for (i = 0; ok && i < count; i++) {
        char text[64];
        struct wci_entry entry = entry_of(i, text);

        ok = wci_entries_add(&entries, &entry);
    }
    return ok && wci_entries_give(&entries, container);
}

static uint32_t count_wrong(const struct wci_container *container)
{
    uint32_t wrong = 0, i;

    for (i = 0; i < container->entry_count; i++) {
        char text[64];
        struct wci_entry entry = entry_of(i, text), room;

        wrong += !entries_equal(wci_container_entry(container, i, &room), &entry);
    }
    return wrong;
}

static void entries_come_out_as_they_went_in(void)
{
    const uint32_t counts[] = {0, 1, 20000, 20001, 60000};
    size_t i;

    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct wci_arena *arena = wci_arena_new();
        struct wci_container container = {.entry_count = 0};

        CHECK(fill(arena, &container, counts[i]));
        CHECK_EQ_INT(container.entry_count, counts[i]);
        CHECK_EQ_INT(container.packed != NULL, counts[i] > 20000);
        CHECK_EQ_INT(count_wrong(&container), 0);
        wci_arena_free(arena);
    }
}

static void many_entries_take_little(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {.entry_count = 0};

    CHECK(fill(arena, &container, MANY));
    CHECK(wci_arena_used(arena) < (size_t)MANY * 80); /* an array alone has 208 for each */
    wci_arena_free(arena);
}

static void a_packed_entry_is_replaced(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {.entry_count = 0};
    struct wci_entry entry, room;
    char text[64];

    CHECK(fill(arena, &container, 30000));
    entry = entry_of(29999, text);
    entry.name.bytes = wci_bytes_of("another, much longer name than before");
    CHECK(wci_container_set_entry(&container, 5, &entry));
    CHECK(entries_equal(wci_container_entry(&container, 5, &room), &entry));
    (void)wci_container_entry(&container, 6, &room);
    entry = entry_of(6, text);
    CHECK(entries_equal(&room, &entry));
    wci_arena_free(arena);
}

static void a_very_long_name_is_packed(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {.entry_count = 0};
    struct wci_entries entries;
    struct wci_entry entry, room;
    char text[64], *name = malloc(300000);
    uint32_t i;

    memset(name, 'x', 300000);
    wci_entries_init(&entries, arena);
    for (i = 0; i < 20010; i++) {
        entry = entry_of(i, text);
        if (i == 7)
            entry.name.bytes = (struct wci_bytes){name, 300000};
        CHECK(wci_entries_add(&entries, &entry));
    }
    CHECK(wci_entries_give(&entries, &container));
    CHECK_EQ_INT(wci_container_entry(&container, 7, &room)->name.bytes.length, 300000);
    entry = entry_of(8, text);
    CHECK(entries_equal(wci_container_entry(&container, 8, &room), &entry));
    free(name);
    wci_arena_free(arena);
}

/* ---- in pieces ---------------------------------------------------------------------------- */

static struct wci_image *large_image(const char *path)
{
    struct wci_image *image = wci_image_new();

    image->path = wci_arena_bytes(image->arena, wci_bytes_of(path));
    image->kind = WCI_IMAGE_FILE;
    image->containers = wci_arena_calloc(image->arena, 1, sizeof(*image->containers));
    image->container_count = 1;
    image->containers[0].kind = WCI_CONTAINER_ISO9660;
    image->containers[0].parent = image->containers[0].parent_entry = WCI_NONE;
    CHECK(fill(image->arena, &image->containers[0], MANY));
    return image;
}

static enum wcab_err count_hit(void *context, uint32_t listing, uint32_t row)
{
    (void)listing;
    (void)row;
    ++*(unsigned *)context;
    return WCAB_OK;
}

static enum wcab_err find(struct wci_store *store, const char *name, unsigned *hits)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code;

    *hits = 0;
    CHECK_EQ_INT(wci_reader_open(store, &reader, NULL), WCAB_OK);
    code = wci_reader_find(reader, wci_bytes_of(name), count_hit, hits, NULL);
    wci_reader_close(reader);
    return code;
}

static void say(void *context, const char *what)
{
    (void)context;
    printf("    check: %s\n", what);
}

static void check_sound(struct wci_store *store)
{
    struct wci_reader *reader = NULL;

    CHECK_EQ_INT(wci_reader_open(store, &reader, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_catalog_check(reader, say, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
}

static uint64_t count_names(struct wci_store *store)
{
    struct wci_catalog_stats stats = {.names = 0};
    struct wci_reader *reader = NULL;

    CHECK_EQ_INT(wci_reader_open(store, &reader, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    wci_reader_close(reader);
    return stats.names;
}

static struct wci_writer *open_in_pieces(struct wci_store *store)
{
    struct wci_writer *writer = NULL;

    CHECK_EQ_INT(wci_writer_open(store, false, NULL, &writer, NULL), WCAB_OK);
    writer->in_pieces = LARGE;
    return writer;
}

static void a_large_image_is_stored(void)
{
    char folder[128];
    struct wci_store *store = NULL;
    struct wci_image *image = large_image("/large.iso");
    struct wci_writer *writer;
    unsigned hits;
    uint32_t id;

    fixture_folder(folder);
    CHECK_EQ_INT(wci_store_open(folder, WCI_STORE_WRITE, &store, NULL), WCAB_OK);
    writer = open_in_pieces(store);
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    CHECK_EQ_INT(find(store, "F0023999.DAT", &hits), WCAB_OK);
    CHECK_EQ_INT(hits, 1);
    check_sound(store);
    /* once more, with the same contents: the listing is the same, nothing is added */
    writer = open_in_pieces(store);
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    CHECK_EQ_INT(count_names(store), MANY + MANY / 3);
    check_sound(store);
    wci_store_close(store);
    wci_image_free(image);
    fixture_remove(folder);
}

/* Killed between the pieces and the image: nobody sees the names, and the next writer drops them. */
static void pieces_of_a_killed_writer_are_taken_back(void)
{
    char folder[128];
    struct wci_store *store = NULL;
    struct wci_image *image = large_image("/large.iso");
    struct wci_writer *writer;
    struct wci_large large;
    unsigned hits;

    fixture_folder(folder);
    CHECK_EQ_INT(wci_store_open(folder, WCI_STORE_WRITE, &store, NULL), WCAB_OK);
    writer = open_in_pieces(store);
    CHECK_EQ_INT(wci_writer_begin(writer, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_large_begin(writer, image, &large, NULL), WCAB_OK);
    CHECK_EQ_INT(large.count, 1);
    wci_writer_large_free(&large);
    wci_writer_close(writer); /* what is not committed is lost */
    CHECK(count_names(store) > MANY);
    CHECK_EQ_INT(find(store, "F0000001.DAT", &hits), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(hits, 0);
    check_sound(store);
    writer = open_in_pieces(store);
    CHECK_EQ_INT(wci_writer_begin(writer, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    CHECK_EQ_INT(count_names(store), 0);
    check_sound(store);
    wci_store_close(store);
    wci_image_free(image);
    fixture_remove(folder);
}

int main(void)
{
    RUN(entries_come_out_as_they_went_in);
    RUN(many_entries_take_little);
    RUN(a_packed_entry_is_replaced);
    RUN(a_very_long_name_is_packed);
    RUN(a_large_image_is_stored);
    RUN(pieces_of_a_killed_writer_are_taken_back);
    return check_report();
}
