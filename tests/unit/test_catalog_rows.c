/*
 * What is put into a catalog comes out of it: images, listings, names, places, sets.
 */
#include "catalog_fixture.h"

static char folder[128];
static struct wci_store *store;

static void start(void)
{
    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
}

static void stop(void)
{
    wci_store_close(store);
    fixture_remove(folder);
}

static void check_names_equal(struct wci_name actual, struct wci_name expected)
{
    CHECK_EQ_INT(actual.bytes.length, expected.bytes.length);
    if (actual.bytes.length == expected.bytes.length && actual.bytes.length > 0)
        CHECK_EQ_MEM(actual.bytes.data, expected.bytes.data, expected.bytes.length);
    CHECK_EQ_INT(actual.encoding, expected.encoding);
}

static void check_entries_equal(const struct wci_entry *actual, const struct wci_entry *expected)
{
    size_t i;

    check_names_equal(actual->name, expected->name);
    CHECK(wci_bytes_equal(actual->folder, expected->folder));
    CHECK_EQ_INT(actual->alias_count, expected->alias_count);
    for (i = 0; i < expected->alias_count && i < actual->alias_count; i++)
        check_names_equal(actual->alias[i], expected->alias[i]);
    CHECK_EQ_INT(actual->flags, expected->flags);
    CHECK_EQ_INT(actual->attributes, expected->attributes);
    CHECK_EQ_INT(actual->modified, expected->modified);
    CHECK(actual->size == expected->size);
    CHECK_EQ_INT(actual->cab_folder, expected->cab_folder);
    CHECK(actual->locator == expected->locator);
}

static void check_cabs_equal(const struct wci_cab *actual, const struct wci_cab *expected)
{
    CHECK_EQ_INT(actual->size, expected->size);
    CHECK_EQ_INT(actual->version, expected->version);
    CHECK_EQ_INT(actual->flags, expected->flags);
    CHECK_EQ_INT(actual->set_id, expected->set_id);
    CHECK_EQ_INT(actual->index, expected->index);
    CHECK_EQ_INT(actual->data_reserve, expected->data_reserve);
    CHECK(wci_bytes_equal(actual->previous_cabinet, expected->previous_cabinet));
    CHECK(wci_bytes_equal(actual->previous_disk, expected->previous_disk));
    CHECK(wci_bytes_equal(actual->next_cabinet, expected->next_cabinet));
    CHECK(wci_bytes_equal(actual->next_disk, expected->next_disk));
    CHECK(actual->joint_previous == expected->joint_previous);
    CHECK(actual->joint_next == expected->joint_next);
    CHECK_EQ_INT(actual->folder_count, expected->folder_count);
    if (actual->folder_count == expected->folder_count && expected->folder_count > 0) {
        CHECK_EQ_INT(actual->folders[0].first_block, expected->folders[0].first_block);
        CHECK_EQ_INT(actual->folders[0].block_count, expected->folders[0].block_count);
        CHECK_EQ_INT(actual->folders[0].type_compress, expected->folders[0].type_compress);
    }
}

static void check_containers_equal(struct wci_reader *reader, const struct wci_container *actual,
                                   uint32_t listing_id, const struct wci_container *expected,
                                   struct wci_arena *arena)
{
    struct wci_listing listing;
    struct wci_cab *cab = NULL;
    struct wci_entry entry;
    uint32_t i;

    CHECK_EQ_INT(actual->kind, expected->kind);
    CHECK_EQ_INT(actual->parent, expected->parent);
    CHECK_EQ_INT(actual->parent_entry, expected->parent_entry);
    CHECK(wci_bytes_equal(actual->name, expected->name));
    CHECK(wci_bytes_equal(actual->format, expected->format));
    check_names_equal(actual->label, expected->label);
    CHECK(actual->offset == expected->offset);
    CHECK(actual->size == expected->size);
    CHECK_EQ_INT(actual->serial, expected->serial);
    CHECK(actual->created == expected->created);
    CHECK_EQ_INT(actual->partial, expected->partial);
    CHECK_EQ_INT(actual->entry_count, expected->entry_count);
    CHECK_EQ_MEM(actual->digest, expected->digest, sizeof(expected->digest));
    CHECK(actual->entries == NULL);
    CHECK_EQ_INT(wci_reader_listing(reader, listing_id, &listing, NULL), WCAB_OK);
    CHECK_EQ_INT(listing.row_count, expected->entry_count);
    CHECK_EQ_INT(wci_listing_cab(&listing, arena, &cab, NULL),
                 expected->cab != NULL ? WCAB_OK : WCAB_ERR_NOTFOUND);
    if (cab != NULL && expected->cab != NULL)
        check_cabs_equal(cab, expected->cab);
    for (i = 0; i < expected->entry_count; i++) {
        CHECK_EQ_INT(wci_listing_row(&listing, i, &entry, NULL), WCAB_OK);
        check_entries_equal(&entry, &expected->entries[i]);
    }
    CHECK_EQ_INT(wci_listing_row(&listing, listing.row_count, &entry, NULL), WCAB_ERR_CORRUPT);
}

static void check_image_equal(struct wci_reader *reader, uint32_t id,
                              const struct wci_image *expected)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state state;
    uint32_t i;

    CHECK_EQ_INT(wci_reader_image(reader, id, arena, &image, &state, NULL), WCAB_OK);
    CHECK(wci_bytes_equal(image.path, expected->path));
    CHECK_EQ_INT(image.kind, expected->kind);
    CHECK(image.size == expected->size);
    CHECK(image.mtime_ns == expected->mtime_ns);
    CHECK(image.inode == expected->inode);
    CHECK(image.device == expected->device);
    CHECK(wci_bytes_equal(image.identity.medium, expected->identity.medium));
    CHECK(wci_bytes_equal(image.identity.disk, expected->identity.disk));
    CHECK(wci_bytes_equal(image.identity.reason, expected->identity.reason));
    CHECK_EQ_INT(image.container_count, expected->container_count);
    CHECK_EQ_INT(image.fault_count, expected->fault_count);
    CHECK_EQ_INT(image.faults_dropped, expected->faults_dropped);
    for (i = 0; i < expected->fault_count; i++) {
        CHECK_EQ_INT(image.faults[i].container, expected->faults[i].container);
        CHECK_EQ_INT(image.faults[i].code, expected->faults[i].code);
        CHECK(image.faults[i].offset == expected->faults[i].offset);
        CHECK(wci_bytes_equal(image.faults[i].place, expected->faults[i].place));
        CHECK(wci_bytes_equal(image.faults[i].text, expected->faults[i].text));
    }
    for (i = 0; i < expected->container_count; i++)
        check_containers_equal(reader, &image.containers[i], state.listings[i],
                               &expected->containers[i], arena);
    wci_arena_free(arena);
}

/* Every field with a value that no other field has. */
static struct wci_image *full_image(void)
{
    struct wci_image *image = fixture_image("/shelf/disk 1.img");
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");
    struct wci_container *cabinet = fixture_cabinet(image, 0, "WIN95_02.CAB", 7);
    struct wci_container *empty = fixture_container(image, WCI_CONTAINER_ARCHIVE, 0, "EMPTY.ZIP");
    struct wci_entry *entry;

    volume->format = wci_bytes_of("FAT12 (DMF)");
    volume->label = fixture_name("DISK1");
    volume->serial = 0xFFFFFFFF;
    volume->created = 0xEEB4EC0012345678;
    volume->partial = true;
    entry = fixture_entry(volume, "", "WIN95_02.CAB", 1716224);
    entry->attributes = WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_ARCHIVE;
    entry->locator = 0x123456789A;
    entry = fixture_entry(volume, "TOOLS/MISC", "readme.txt", UINT64_MAX);
    entry->flags = WCI_ENTRY_DAMAGED | WCI_ENTRY_SIZE_UNKNOWN;
    entry->modified = 0;
    entry = fixture_entry(volume, "TOOLS/MISC", "Long name of a file.document", 12);
    entry->name.encoding = WCI_ENCODING_UTF8;
    entry->alias[0] = fixture_name("LONGNA~1.DOC");
    entry->alias[1] = fixture_name("long name of a file.document");
    entry->alias_count = 2;
    entry = fixture_entry(volume, "TOOLS", "EMPTY", 0);
    entry->attributes = WCI_ATTRIBUTE_FOLDER;

    cabinet->parent_entry = 0;
    cabinet->size = 1716224;
    cabinet->offset = 33280;
    cabinet->format = wci_bytes_of("Quantum");
    cabinet->cab->flags = WCI_CAB_HAS_PREVIOUS | WCI_CAB_HAS_NEXT;
    cabinet->cab->index = 1;
    cabinet->cab->data_reserve = 3;
    cabinet->cab->previous_cabinet = wci_bytes_of("precopy2.cab");
    cabinet->cab->previous_disk = wci_bytes_of("Disk 1");
    cabinet->cab->next_cabinet = wci_bytes_of("win95_03.cab");
    cabinet->cab->next_disk = wci_bytes_of("Disk 3");
    cabinet->cab->joint_previous = 0x1111111111111111;
    cabinet->cab->joint_next = 0x2222222222222222;
    cabinet->cab->folder_count = 2;
    cabinet->cab->folders = wci_arena_calloc(image->arena, 2, sizeof(*cabinet->cab->folders));
    cabinet->cab->folders[0].first_block = 4096;
    cabinet->cab->folders[0].block_count = 65535;
    cabinet->cab->folders[0].type_compress = 0x1572;
    entry = fixture_entry(cabinet, "", "mapi32.dll", 595456);
    entry->flags = WCI_ENTRY_CONTINUED;
    entry->cab_folder = 0;
    entry->locator = 4853129;
    entry = fixture_entry(cabinet, "OS\\System", "Vba32.dll", 70000);
    entry->cab_folder = 1;

    empty->parent_entry = 1;
    image->fault_count = 2;
    image->faults_dropped = 5;
    image->faults[0].container = 1;
    image->faults[0].code = WCAB_ERR_CORRUPT;
    image->faults[0].offset = WCAB_NO_OFFSET;
    image->faults[0].place = wci_bytes_of("WIN95_02.CAB > mapi32.dll");
    image->faults[0].text = wci_bytes_of("checksum wrong");
    image->faults[1].container = WCI_NONE;
    image->faults[1].code = WCAB_ERR_IO;
    image->faults[1].offset = 0;
    image->identity.medium = wci_bytes_of("win95-dmf");
    image->identity.disk = wci_bytes_of("2");
    image->identity.reason = wci_bytes_of("label DISK2, cabinet WIN95_02.CAB");
    return image;
}

static void every_field_comes_back(void)
{
    struct wci_image *image;
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id = 0;

    start();
    image = full_image();
    writer = fixture_writer(store);
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    check_image_equal(reader, id, image);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_image_free(image);
    stop();
}

static void names_are_found_under_every_alias(void)
{
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct fixture_hits hits;

    start();
    writer = fixture_writer(store);
    (void)fixture_put(writer, full_image());
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "MAPI32.DLL").count, 1);
    hits = fixture_find(reader, "longna~1.doc");
    CHECK_EQ_INT(hits.count, 1);
    CHECK_EQ_INT(hits.rows[0], 2);
    /* name and second alias fold to the same: one hit */
    CHECK_EQ_INT(fixture_find(reader, "LONG NAME OF A FILE.DOCUMENT").count, 1);
    CHECK_EQ_INT(fixture_find(reader, "OS\\SYSTEM").count, 0);
    CHECK_EQ_INT(fixture_find(reader, "").count, 0);
    wci_reader_close(reader);
    stop();
}

static void nothing_is_seen_before_commit(void)
{
    struct wci_writer *writer;
    struct wci_reader *before, *after, *view = NULL;

    start();
    writer = fixture_writer(store);
    before = fixture_reader(store);
    (void)fixture_put(writer, full_image());
    CHECK_EQ_INT(fixture_find(before, "mapi32.dll").count, 0);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(fixture_find(view, "mapi32.dll").count, 1);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    CHECK_EQ_INT(fixture_find(before, "mapi32.dll").count, 0); /* its moment stays */
    after = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(after, "mapi32.dll").count, 1);
    (void)wci_reader_close(before);
    wci_reader_close(after);
    /* and what is not committed is dropped */
    (void)fixture_put(writer, fixture_image("/second"));
    wci_writer_close(writer);
    after = fixture_reader(store);
    CHECK_EQ_INT(
        wci_reader_stamp(after, wci_bytes_of("/second"), &(struct wci_image_stamp){0}, NULL),
        WCAB_ERR_NOTFOUND);
    wci_reader_close(after);
    stop();
}

/* An image with one cabinet. */
static struct wci_image *cabinet_image(const char *path, uint8_t digest, const char *file)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *cabinet = fixture_cabinet(image, WCI_NONE, "X.CAB", digest);

    (void)fixture_entry(cabinet, "", file, 1000);
    (void)fixture_entry(cabinet, "", "SHARED.TXT", 10);
    return image;
}

struct places {
    uint32_t images[8], containers[8];
    size_t count;
};

static enum wcab_err on_place(void *context, uint32_t image, uint32_t container)
{
    struct places *places = context;

    places->images[places->count % 8] = image;
    places->containers[places->count % 8] = container;
    places->count++;
    return WCAB_OK;
}

static struct wci_catalog_stats stats_of(struct wci_reader *reader)
{
    struct wci_catalog_stats stats;

    memset(&stats, 0, sizeof(stats));
    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    return stats;
}

static void equal_cabinets_are_stored_once(void)
{
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct fixture_hits hits;
    struct places places = {.count = 0};
    uint32_t first, second;

    start();
    writer = fixture_writer(store);
    first = fixture_put(writer, cabinet_image("/a", 9, "ONE.DLL"));
    second = fixture_put(writer, cabinet_image("/b", 9, "ONE.DLL"));
    (void)fixture_put(writer, cabinet_image("/c", 10, "ONE.DLL"));
    /* without a digest: shared by content */
    (void)fixture_put(writer, cabinet_image("/d", 0, "ONE.DLL"));
    (void)fixture_put(writer, cabinet_image("/e", 0, "ONE.DLL"));
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    hits = fixture_find(reader, "one.dll");
    CHECK_EQ_INT(hits.count, 3);
    CHECK_EQ_INT(wci_reader_each_place(reader, hits.listings[0], on_place, &places, NULL), WCAB_OK);
    CHECK_EQ_INT(places.count, 2);
    CHECK_EQ_INT(places.images[0], first);
    CHECK_EQ_INT(places.images[1], second);
    CHECK_EQ_INT(stats_of(reader).listings, 3);
    CHECK_EQ_INT(stats_of(reader).rows, 6);
    CHECK_EQ_INT(stats_of(reader).containers, 5);
    CHECK_EQ_INT(stats_of(reader).names, 2);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

/* A digest that two different containers claim must not make one of them show the other's rows. */
static void same_digest_of_other_rows_is_not_shared(void)
{
    struct wci_image *image = cabinet_image("/b", 9, "TWO.DLL");
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id;

    start();
    writer = fixture_writer(store);
    (void)fixture_put(writer, cabinet_image("/a", 9, "ONE.DLL"));
    (void)fixture_entry(&image->containers[0], "", "THREE.DLL", 3);
    id = fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "TWO.DLL").count, 1);
    CHECK_EQ_INT(fixture_find(reader, "THREE.DLL").count, 1);
    wci_reader_close(reader);
    CHECK_EQ_INT(wci_writer_remove_image(writer, id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "TWO.DLL").count, 0);
    CHECK_EQ_INT(fixture_find(reader, "ONE.DLL").count, 1);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

static void replacing_keeps_the_id_and_drops_the_rest(void)
{
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id;

    start();
    writer = fixture_writer(store);
    id = fixture_put(writer, cabinet_image("/a", 1, "OLD.DLL"));
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    CHECK_EQ_INT(fixture_put(writer, cabinet_image("/a", 2, "NEW.DLL")), id);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    /* twice in one transaction, with the name that has just gone */
    CHECK_EQ_INT(fixture_put(writer, cabinet_image("/a", 3, "NEWER.DLL")), id);
    CHECK_EQ_INT(fixture_put(writer, cabinet_image("/a", 4, "NEW.DLL")), id);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "OLD.DLL").count, 0);
    CHECK_EQ_INT(fixture_find(reader, "NEWER.DLL").count, 0);
    CHECK_EQ_INT(fixture_find(reader, "NEW.DLL").count, 1);
    CHECK_EQ_INT(fixture_find(reader, "SHARED.TXT").count, 1);
    CHECK_EQ_INT(stats_of(reader).listings, 1);
    CHECK_EQ_INT(stats_of(reader).names, 2);
    CHECK_EQ_INT(stats_of(reader).images, 1);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

static void removing_all_leaves_nothing(void)
{
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_catalog_stats stats;
    uint32_t ids[3], i;

    start();
    writer = fixture_writer(store);
    ids[0] = fixture_put(writer, full_image());
    ids[1] = fixture_put(writer, cabinet_image("/b", 9, "ONE.DLL"));
    ids[2] = fixture_put(writer, cabinet_image("/c", 9, "ONE.DLL"));
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    for (i = 0; i < 3; i++) {
        CHECK_EQ_INT(wci_writer_remove_image(writer, ids[i], NULL), WCAB_OK);
        CHECK_EQ_INT(wci_writer_remove_image(writer, ids[i], NULL), WCAB_ERR_NOTFOUND);
    }
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    stats = stats_of(reader);
    CHECK_EQ_INT(stats.images, 0);
    CHECK_EQ_INT(stats.containers, 0);
    CHECK_EQ_INT(stats.listings, 0);
    CHECK_EQ_INT(stats.rows, 0);
    CHECK_EQ_INT(stats.names, 0);
    CHECK_EQ_INT(stats.postings, 0);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

/* Names of any bytes and length, several of which differ only behind what a key can hold. */
static void awkward_names_are_kept_apart(void)
{
    enum { LONG = 1024, COUNT = 6 };
    static char names[COUNT][LONG + 1];
    struct wci_image *image = fixture_image("/awkward");
    struct wci_container *volume;
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id, i;

    memset(names[0], 'a', LONG);
    memset(names[1], 'a', LONG);
    names[1][LONG - 1] = 'b';
    memset(names[2], 'a', 480);
    memset(names[3], 'a', 481);
    memset(names[4], '\xE1', 255); /* no UTF-8 */
    memset(names[5], '\x01', 3);
    start();
    writer = fixture_writer(store);
    volume = fixture_container(image, WCI_CONTAINER_DIRECTORY, WCI_NONE, "");
    for (i = 0; i < COUNT; i++)
        (void)fixture_entry(volume, "", names[i], i);
    fixture_entry(volume, "", "", 99)->name.encoding = WCI_ENCODING_UTF8; /* as it comes back */
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    reader = fixture_reader(store);
    for (i = 0; i < COUNT; i++) {
        struct fixture_hits hits = fixture_find(reader, names[i]);

        CHECK_EQ_INT(hits.count, 1);
        CHECK_EQ_INT(hits.rows[0], i);
    }
    check_image_equal(reader, id, image);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_image_free(image);
    CHECK_EQ_INT(wci_writer_remove_image(writer, id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(stats_of(reader).names, 0);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

/* Spellings of one name: found together, each shown as it was. */
static void spellings_share_a_name(void)
{
    static const char *const spellings[] = {"Setup.Exe", "SETUP.EXE", "setup.exe", "SETUP.exe"};
    struct wci_image *image = fixture_image("/spellings");
    struct wci_container *volume;
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id, i;

    start();
    writer = fixture_writer(store);
    volume = fixture_container(image, WCI_CONTAINER_ISO9660, WCI_NONE, "");
    for (i = 0; i < 4; i++)
        (void)fixture_entry(volume, "", spellings[i], i);
    fixture_entry(volume, "", "SETUP.EXE", 4)->name.encoding = WCI_ENCODING_UTF8;
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "SeTuP.eXe").count, 5);
    CHECK_EQ_INT(stats_of(reader).names, 1);
    check_image_equal(reader, id, image);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_image_free(image);
    CHECK_EQ_INT(wci_writer_remove_image(writer, id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

static enum wcab_err append_name(void *context, struct wci_bytes folded)
{
    struct wci_buffer *all = context;

    wci_buffer_put(all, folded.data, folded.length);
    wci_buffer_u8(all, '|');
    return WCAB_OK;
}

static void names_are_walked_in_byte_order(void)
{
    struct wci_image *image = fixture_image("/walk");
    struct wci_container *volume;
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_buffer all;

    start();
    writer = fixture_writer(store);
    volume = fixture_container(image, WCI_CONTAINER_ISO9660, WCI_NONE, "");
    (void)fixture_entry(volume, "", "user.exe", 1);
    (void)fixture_entry(volume, "", "gdi.exe", 1);
    (void)fixture_entry(volume, "", "USER32.DLL", 1);
    (void)fixture_entry(volume, "", "user", 1);
    (void)fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    wci_buffer_init(&all);
    CHECK_EQ_INT(wci_reader_each_name(reader, wci_bytes_of(""), append_name, &all, NULL), WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_STR((char *)all.data, "GDI.EXE|USER|USER.EXE|USER32.DLL|");
    wci_buffer_clear(&all);
    CHECK_EQ_INT(wci_reader_each_name(reader, wci_bytes_of("USER."), append_name, &all, NULL),
                 WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_STR((char *)all.data, "USER.EXE|");
    wci_buffer_clear(&all);
    CHECK_EQ_INT(wci_reader_each_name(reader, wci_bytes_of("Z"), append_name, &all, NULL), WCAB_OK);
    CHECK_EQ_INT(all.size, 0);
    wci_buffer_free(&all);
    wci_reader_close(reader);
    stop();
}

static enum wcab_err append_path(void *context, struct wci_bytes path,
                                 const struct wci_image_stamp *stamp)
{
    struct wci_buffer *all = context;

    /* the tail tells long paths apart */
    wci_buffer_put(all, path.data + (path.length > 8 ? path.length - 8 : 0),
                   path.length > 8 ? 8 : path.length);
    wci_buffer_u8(all, stamp->offline ? '!' : '|');
    return WCAB_OK;
}

static void paths_are_walked_in_byte_order(void)
{
    enum { LONG = 600 };
    static char paths[3][LONG + 1];
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_image_stamp stamp;
    struct wci_buffer all;
    struct wci_image *image;
    uint32_t id, i;

    start();
    writer = fixture_writer(store);
    for (i = 0; i < 3; i++) {
        memset(paths[i], 'p', LONG);
        paths[i][0] = '/';
        paths[i][LONG - 1] = (char)('3' - (int)i);
        image = fixture_image(paths[i]);
        image->inode = 42 + i;
        (void)fixture_put(writer, image);
    }
    (void)fixture_put(writer, fixture_image("/z"));
    id = fixture_put(writer, fixture_image("/a"));
    CHECK_EQ_INT(wci_writer_set_offline(writer, id, true, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_offline(writer, 99, true, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    wci_buffer_init(&all);
    CHECK_EQ_INT(wci_reader_each_stamp(reader, wci_bytes_of("/"), append_path, &all, NULL),
                 WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_STR((char *)all.data, "/a!ppppppp1|ppppppp2|ppppppp3|/z|");
    wci_buffer_clear(&all);
    /* a prefix that is itself longer than a key */
    CHECK_EQ_INT(wci_reader_each_stamp(reader, wci_bytes_of(paths[1]), append_path, &all, NULL),
                 WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_STR((char *)all.data, "ppppppp2|");
    wci_buffer_free(&all);
    CHECK_EQ_INT(wci_reader_stamp(reader, wci_bytes_of(paths[2]), &stamp, NULL), WCAB_OK);
    CHECK_EQ_INT(stamp.id, 3);
    CHECK_EQ_INT(stamp.size, 1474560);
    CHECK_EQ_INT(stamp.inode, 42 + 2);
    CHECK(!stamp.deep);
    wci_reader_close(reader);
    stop();
}

static void what_is_settled_later_is_kept(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_image image;
    struct wci_image_state state;
    uint32_t id;

    start();
    writer = fixture_writer(store);
    id = fixture_put(writer, full_image());
    CHECK_EQ_INT(wci_writer_set_group(writer, id, WCI_NONE, 17, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_medium(writer, id, WCI_NONE,
                                       identity_of("win95-nondmf", "boot", "because"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_image(reader, id, arena, &image, &state, NULL), WCAB_OK);
    CHECK_EQ_INT(image.identity.group, 17);
    CHECK_EQ_BYTES(image.identity.medium, "win95-nondmf");
    CHECK_EQ_BYTES(image.identity.disk, "boot");
    CHECK_EQ_BYTES(image.identity.reason, "because");
    CHECK_EQ_INT(image.container_count, 3);
    CHECK_EQ_INT(image.fault_count, 2);
    wci_reader_close(reader);
    wci_arena_free(arena);
    stop();
}

static enum wcab_err append_medium(void *context, uint32_t image, struct wci_bytes medium)
{
    struct wci_buffer *all = context;

    wci_buffer_u8(all, (uint8_t)('0' + image));
    wci_buffer_put(all, medium.data, medium.length);
    wci_buffer_u8(all, '|');
    return WCAB_OK;
}

/* An image of several media has a medium, a group and more of each of them. */
static void parts_are_kept(void)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image *box = full_image();
    struct wci_part parts[2];
    struct wci_buffer all;
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_image image;
    struct wci_image_state state;
    uint32_t id, other;

    start();
    memset(parts, 0, sizeof(parts));
    parts[0].container = 1;
    parts[0].identity.medium = wci_bytes_of("one");
    parts[0].identity.disk = wci_bytes_of("7");
    parts[0].identity.reason = wci_bytes_of("why");
    parts[0].identity.code_page = 932;
    parts[0].identity.code_page_reason = wci_bytes_of("guessed");
    parts[1].container = 1;
    box->parts = parts;
    box->part_count = 2;
    writer = fixture_writer(store);
    CHECK_EQ_INT(wci_writer_put_image(writer, box, &id, NULL), WCAB_ERR_USAGE); /* twice 1 */
    parts[1].container = 3;
    CHECK_EQ_INT(wci_writer_put_image(writer, box, &id, NULL), WCAB_ERR_USAGE); /* no such one */
    parts[1].container = 2;
    id = fixture_put(writer, box);
    other = fixture_put(writer, cabinet_image("/other", 9, "X.DLL"));
    CHECK_EQ_INT(wci_writer_set_medium(writer, id, 1, identity_of("two", "", ""), NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(writer, id, 1, 3ULL << 32 | 9, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_image(reader, id, arena, &image, &state, NULL), WCAB_OK);
    CHECK_EQ_INT(image.part_count, 2);
    CHECK_EQ_INT(image.parts[0].container, 1);
    CHECK_EQ_BYTES(image.parts[0].identity.medium, "one");
    CHECK_EQ_BYTES(image.parts[0].identity.disk, "7");
    CHECK_EQ_BYTES(image.parts[0].identity.reason, "why");
    CHECK_EQ_INT(image.parts[0].identity.code_page, 932);
    CHECK_EQ_BYTES(image.parts[0].identity.code_page_reason, "guessed");
    CHECK_EQ_INT(image.parts[0].identity.group, 0);
    CHECK_EQ_BYTES(image.parts[1].identity.medium, "two");
    CHECK(image.parts[1].identity.group == (3ULL << 32 | 9));
    CHECK_EQ_INT(image.identity.group, 0);
    wci_buffer_init(&all);
    CHECK_EQ_INT(wci_reader_each_medium(reader, append_medium, &all, NULL), WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_INT(id, 1);
    CHECK_EQ_INT(other, 2);
    CHECK_EQ_STR((char *)all.data, "1win95-dmf|1one|1two|2|");
    wci_buffer_free(&all);
    wci_reader_close(reader);
    wci_arena_free(arena);
    stop();
}

struct joints {
    uint64_t joint[8];
    int side[8];
    uint32_t listing[8];
    size_t count;
};

static enum wcab_err on_joint(void *context, uint64_t joint, int side, uint32_t listing)
{
    struct joints *joints = context;

    joints->joint[joints->count % 8] = joint;
    joints->side[joints->count % 8] = side;
    joints->listing[joints->count % 8] = listing;
    joints->count++;
    return WCAB_OK;
}

static struct wci_image *set_image(const char *path, uint8_t digest, uint64_t previous,
                                   uint64_t next)
{
    struct wci_image *image = cabinet_image(path, digest, "PART.DLL");

    image->containers[0].cab->joint_previous = previous;
    image->containers[0].cab->joint_next = next;
    return image;
}

static void sets_are_joined_and_fall_apart(void)
{
    struct joints joints = {.count = 0};
    struct wci_writer *writer;
    struct wci_reader *view = NULL;
    uint32_t second, next = 0, settled = 9, newest = 0;

    start();
    writer = fixture_writer(store);
    (void)fixture_put(writer, set_image("/1", 1, 0, 500));
    second = fixture_put(writer, set_image("/2", 2, 500, 400));
    (void)fixture_put(writer, set_image("/3", 3, 400, 0));
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_each_joint(view, on_joint, &joints, NULL), WCAB_OK);
    CHECK_EQ_INT(joints.count, 4);
    CHECK_EQ_INT(joints.joint[0], 400);
    CHECK_EQ_INT(joints.side[0], 0);
    CHECK_EQ_INT(joints.listing[0], 2);
    CHECK_EQ_INT(joints.side[1], 1);
    CHECK_EQ_INT(joints.listing[1], 3);
    CHECK_EQ_INT(joints.joint[3], 500);
    CHECK_EQ_INT(wci_writer_set_next(writer, 1, 3, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_next(writer, 1, 2, NULL), WCAB_OK); /* replaces */
    CHECK_EQ_INT(wci_writer_set_next(writer, 2, 3, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_next(writer, 1, 77, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_writer_set_settled(writer, 3, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_settled(view, &settled, &newest, NULL), WCAB_OK);
    CHECK_EQ_INT(settled, 3);
    CHECK_EQ_INT(newest, 3);
    CHECK_EQ_INT(wci_reader_next(view, 1, &next, NULL), WCAB_OK);
    CHECK_EQ_INT(next, 2);
    CHECK_EQ_INT(wci_reader_previous(view, 3, &next, NULL), WCAB_OK);
    CHECK_EQ_INT(next, 2);
    CHECK_EQ_INT(wci_reader_previous(view, 1, &next, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_catalog_check(view, fixture_print, NULL, NULL), WCAB_OK);
    /* the disk in the middle goes, and its links in both directions */
    CHECK_EQ_INT(wci_writer_remove_image(writer, second, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_reader(writer, &view, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_reader_next(view, 1, &next, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_reader_previous(view, 3, &next, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(wci_reader_settled(view, &settled, &newest, NULL), WCAB_OK);
    CHECK_EQ_INT(settled, 0);
    joints.count = 0;
    CHECK_EQ_INT(wci_reader_each_joint(view, on_joint, &joints, NULL), WCAB_OK);
    CHECK_EQ_INT(joints.count, 2);
    CHECK_EQ_INT(wci_catalog_check(view, fixture_print, NULL, NULL), WCAB_OK);
    wci_writer_close(writer);
    stop();
}

static enum wcab_err append_profile(void *context, struct wci_bytes id, struct wci_bytes text)
{
    struct wci_buffer *all = context;

    wci_buffer_put(all, id.data, id.length);
    wci_buffer_u8(all, '=');
    wci_buffer_put(all, text.data, text.length);
    wci_buffer_u8(all, '|');
    return WCAB_OK;
}

static void profiles_are_kept(void)
{
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_bytes text;
    struct wci_buffer all;

    start();
    writer = fixture_writer(store);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of("b"), wci_bytes_of("1"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of("a"), wci_bytes_of("2"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of("b"), wci_bytes_of("3"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of(""), wci_bytes_of("x"), NULL),
                 WCAB_ERR_USAGE);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    wci_buffer_init(&all);
    CHECK_EQ_INT(wci_reader_each_profile(reader, append_profile, &all, NULL), WCAB_OK);
    wci_buffer_u8(&all, 0);
    CHECK_EQ_STR((char *)all.data, "a=2|b=3|");
    wci_buffer_free(&all);
    CHECK_EQ_INT(wci_reader_profile(reader, wci_bytes_of("b"), &text, NULL), WCAB_OK);
    CHECK_EQ_BYTES(text, "3");
    CHECK_EQ_INT(wci_reader_profile(reader, wci_bytes_of("c"), &text, NULL), WCAB_ERR_NOTFOUND);
    wci_reader_close(reader);
    stop();
}

static void what_cannot_be_stored_is_refused(void)
{
    static char name[1025 + 1];
    struct wci_image *image = cabinet_image("/x", 1, "A");
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id;

    start();
    writer = fixture_writer(store);
    (void)fixture_put(writer, cabinet_image("/good", 2, "GOOD.DLL"));
    memset(name, 'n', 1025);
    image->containers[0].entries[0].name = fixture_name(name);
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_ERR_LIMIT);
    image->containers[0].entries[0].name = fixture_name("fine");
    image->containers[0].parent = 0; /* its own parent */
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_ERR_USAGE);
    image->containers[0].parent = WCI_NONE;
    image->path = wci_bytes_of("");
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_ERR_USAGE);
    wci_image_free(image);
    /* a refusal costs nothing that was put before */
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "good.dll").count, 1);
    CHECK_EQ_INT(stats_of(reader).images, 1);
    wci_reader_close(reader);
    stop();
}

/* More postings than the writer gathers before it writes, added and removed in one go. */
static void many_rows_in_one_listing(void)
{
    enum { ROWS = 600000 };
    struct wci_image *image = fixture_image("/many");
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_DIRECTORY, WCI_NONE, "");
    struct wci_entry *entries = wci_arena_calloc(image->arena, ROWS, sizeof(*entries));
    struct wci_writer *writer;
    struct wci_reader *reader;
    uint32_t id, i;

    start();
    for (i = 0; i < ROWS; i++) {
        char *name = wci_arena_alloc(image->arena, 8);

        (void)snprintf(name, 8, "%u", i % 5000);
        entries[i].name = fixture_name(name);
        entries[i].cab_folder = WCI_NONE;
        entries[i].size = i;
    }
    volume->entries = entries;
    volume->entry_count = ROWS;
    writer = fixture_writer(store);
    id = fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "4999").count, ROWS / 5000);
    CHECK_EQ_INT(stats_of(reader).postings, ROWS);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    CHECK_EQ_INT(wci_writer_remove_image(writer, id, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(stats_of(reader).postings, 0);
    CHECK_EQ_INT(stats_of(reader).names, 0);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    stop();
}

int main(void)
{
    RUN(every_field_comes_back);
    RUN(names_are_found_under_every_alias);
    RUN(nothing_is_seen_before_commit);
    RUN(equal_cabinets_are_stored_once);
    RUN(same_digest_of_other_rows_is_not_shared);
    RUN(replacing_keeps_the_id_and_drops_the_rest);
    RUN(removing_all_leaves_nothing);
    RUN(awkward_names_are_kept_apart);
    RUN(spellings_share_a_name);
    RUN(names_are_walked_in_byte_order);
    RUN(paths_are_walked_in_byte_order);
    RUN(what_is_settled_later_is_kept);
    RUN(parts_are_kept);
    RUN(sets_are_joined_and_fall_apart);
    RUN(profiles_are_kept);
    RUN(what_cannot_be_stored_is_refused);
    RUN(many_rows_in_one_listing);
    return check_report();
}
