/*
 * A damaged data file is noticed or answered from, never crashed on: bits flipped, pages zeroed,
 * swapped and cut off, under every kind of reading, checking and writing.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "catalog/pages_node.h"
#include "catalog/store.h"
#include "large_catalog.h"

static char folder[128], data_path[256];
static struct wci_buffer whole; /* the sound file */
static unsigned rounds = 40;    /* or the first argument: a campaign */
static uint64_t saved_images;   /* by repairs */
static uint32_t seed = 7;       /* or the second */

static void read_whole(void)
{
    FILE *file;
    struct stat status;
    uint8_t *place;

    (void)snprintf(data_path, sizeof(data_path), "%s/data.mdb", folder);
    CHECK_EQ_INT(stat(data_path, &status), 0);
    wci_buffer_init(&whole);
    place = wci_buffer_reserve(&whole, (size_t)status.st_size);
    file = fopen(data_path, "rbe");
    CHECK(file != NULL && place != NULL);
    if (file == NULL || place == NULL)
        exit(2);
    whole.size = fread(place, 1, (size_t)status.st_size, file);
    (void)fclose(file);
    CHECK_EQ_INT(whole.size, status.st_size);
}

static void write_damaged(const uint8_t *bytes, size_t size)
{
    int file = open(data_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK_EQ_INT(write(file, bytes, size), size);
    (void)close(file);
}

static void ignore(void *context, const char *what)
{
    size_t *reports = context;

    CHECK(strlen(what) > 0);
    (*reports)++;
}

static enum wcab_err drop_text(void *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    (void)length;
    return WCAB_OK;
}

static enum wcab_err count_name(void *context, struct wci_bytes folded)
{
    size_t *count = context;

    *count += folded.length > 0 ? 1 : 0;
    return WCAB_OK;
}

static enum wcab_err count_joint(void *context, uint64_t joint, int side, uint32_t listing)
{
    size_t *count = context;

    (void)joint;
    (void)side;
    (void)listing;
    (*count)++;
    return WCAB_OK;
}

static enum wcab_err count_hash(void *context, const uint8_t sha256[32], uint32_t image,
                                uint32_t container, uint32_t row)
{
    (void)sha256;
    return count_joint(context, image, (int)container, row);
}

struct visit {
    struct wci_reader *reader;
    size_t rows;
};

static enum wcab_err unpack(void *context, uint32_t listing_id, uint32_t row)
{
    struct visit *visit = context;
    struct wci_listing listing;
    struct wci_entry entry;

    if (wci_reader_listing(visit->reader, listing_id, &listing, NULL) == WCAB_OK &&
        wci_listing_row(&listing, row, &entry, NULL) == WCAB_OK)
        visit->rows++;
    return WCAB_OK;
}

/* Everything that reads; the check's verdict. */
static enum wcab_err read_everything(struct wci_reader *reader)
{
    struct visit visit = {reader, 0};
    size_t count = 0, reports = 0;
    enum wcab_err code;
    unsigned i;

    for (i = 0; i < 3000; i += 37) {
        char name[16];

        (void)snprintf(name, sizeof(name), "%u.DLL", i);
        (void)wci_reader_find(reader, wci_bytes_of(name), unpack, &visit, NULL);
    }
    (void)wci_reader_each_name(reader, wci_bytes_of(""), count_name, &count, NULL);
    (void)wci_reader_each_joint(reader, count_joint, &count, NULL);
    (void)wci_reader_each_hash(reader, count_hash, &count, NULL);
    (void)wci_catalog_export(reader, drop_text, NULL, NULL);
    code = wci_catalog_check(reader, ignore, &reports, NULL);
    CHECK_EQ_INT(code == WCAB_OK, reports == 0);
    return code;
}

static void write_something(struct wci_store *store)
{
    struct wci_writer *writer = NULL;
    struct wci_image *image;
    uint32_t id;

    if (wci_writer_open(store, false, NULL, &writer, NULL) != WCAB_OK)
        return;
    image = fixture_image("/image 0");
    (void)fixture_entry(fixture_cabinet(image, WCI_NONE, "X.CAB", 99), "", "NEW.DLL", 1);
    if (wci_writer_put_image(writer, image, &id, NULL) == WCAB_OK &&
        wci_writer_remove_image(writer, 3, NULL) == WCAB_OK)
        (void)wci_writer_commit(writer, NULL);
    wci_image_free(image);
    wci_writer_close(writer);
}

/* Compaction must not make it worse; repair makes a sound catalog of it, or says why it can't. */
static void compact_and_repair(const uint8_t *bytes, size_t size)
{
    struct wci_repair_result result;
    struct wci_store *store = NULL;
    struct wci_writer *writer = NULL;
    struct wci_reader *reader = NULL;
    size_t reports = 0;
    enum wcab_err code;

    write_damaged(bytes, size);
    if (wci_store_open(folder, WCI_STORE_WRITE, &store, NULL) == WCAB_OK &&
        wci_writer_open(store, false, NULL, &writer, NULL) == WCAB_OK)
        (void)wci_catalog_compact(writer, NULL);
    wci_writer_close(writer);
    wci_store_close(store);
    write_damaged(bytes, size);
    code = wci_catalog_repair(folder, NULL, ignore, &reports, &result, NULL);
    if (code != WCAB_OK) {
        CHECK(code == WCAB_ERR_CORRUPT || code == WCAB_ERR_VERSION);
        return;
    }
    CHECK_EQ_INT(unlink(result.kept), 0);
    CHECK_EQ_INT(reports, result.lost);
    saved_images += result.images;
    store = fixture_store(folder, WCI_STORE_READ);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_store_close(store);
}

/* Was the damage noticed, on opening or by the check? */
static bool is_noticed(const uint8_t *bytes, size_t size)
{
    struct wci_store *store = NULL;
    struct wci_reader *reader = NULL;
    bool noticed = true;

    write_damaged(bytes, size);
    if (wci_store_open(folder, WCI_STORE_READ, &store, NULL) != WCAB_OK)
        return true;
    if (wci_reader_open(store, &reader, NULL) == WCAB_OK)
        noticed = read_everything(reader) != WCAB_OK;
    wci_reader_close(reader);
    wci_store_close(store);
    store = NULL;
    if (wci_store_open(folder, WCI_STORE_WRITE, &store, NULL) == WCAB_OK)
        write_something(store);
    wci_store_close(store);
    compact_and_repair(bytes, size);
    return noticed;
}

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void sound_file_is_sound(void)
{
    CHECK(!is_noticed(whole.data, whole.size));
}

static void flipped_bits_do_no_harm(void)
{
    struct wci_buffer damaged;
    uint32_t state = seed;
    unsigned i, j, noticed = 0;

    wci_buffer_init(&damaged);
    for (i = 0; i < rounds; i++) {
        wci_buffer_clear(&damaged);
        wci_buffer_put(&damaged, whole.data, whole.size);
        for (j = 0; j <= i % 4; j++) {
            size_t page = draw(&state) % (whole.size / 4096);
            /* half of them where a page's structure is */
            size_t at = page * 4096 + draw(&state) % (i % 2 == 0 ? 64 : 4096);

            damaged.data[at] = (uint8_t)(damaged.data[at] ^ 1U << draw(&state) % 8);
        }
        noticed += is_noticed(damaged.data, damaged.size) ? 1 : 0;
    }
    CHECK(noticed >= rounds / 2); /* the rest fell on free pages or free space */
    wci_buffer_free(&damaged);
}

static void lost_pages_do_no_harm(void)
{
    struct wci_buffer damaged;
    uint32_t state = seed + 2;
    unsigned i;

    wci_buffer_init(&damaged);
    for (i = 0; i < rounds / 2; i++) {
        size_t page = draw(&state) % (whole.size / 4096) * 4096;
        size_t other = draw(&state) % (whole.size / 4096) * 4096;

        wci_buffer_clear(&damaged);
        wci_buffer_put(&damaged, whole.data, whole.size);
        if (i % 3 == 0)
            memset(damaged.data + page, 0, 4096);
        else if (i % 3 == 1)
            memcpy(damaged.data + page, whole.data + other, 4096);
        else
            damaged.size = page + draw(&state) % 4096;
        (void)is_noticed(damaged.data, damaged.size);
    }
    wci_buffer_free(&damaged);
}

/* A branch that leads back to itself or to its sibling must end the walk. */
static void circles_end(void)
{
    struct wci_buffer damaged;
    size_t page, at;
    unsigned done = 0;

    wci_buffer_init(&damaged);
    for (page = 2; page < whole.size / 4096; page++) {
        uint16_t flags, lower, first;
        uint32_t target = (uint32_t)page;

        memcpy(&flags, whole.data + page * 4096 + 10, 2);
        memcpy(&lower, whole.data + page * 4096 + 12, 2);
        if (flags != 1 || lower < 20 || lower > 4096 || done++ >= 10)
            continue;
        wci_buffer_clear(&damaged);
        wci_buffer_put(&damaged, whole.data, whole.size);
        memcpy(&first, whole.data + page * 4096 + 16, 2);
        if (done % 2 == 0 && first <= 4088) /* all to the first child */
            memcpy(&target, whole.data + page * 4096 + first, 4);
        for (at = 16; at < lower; at += 2) {
            uint16_t node;

            memcpy(&node, whole.data + page * 4096 + at, 2);
            if (node <= 4088)
                memcpy(damaged.data + page * 4096 + node, &target, 4);
        }
        (void)is_noticed(damaged.data, damaged.size);
    }
    CHECK(done > 0);
    wci_buffer_free(&damaged);
}

/* Nodes are looked for at the very end of the last page, behind which nothing can be read. */
static void nodes_end_with_their_page(void)
{
    enum { PAGE = 4096 };
    uint8_t *map =
        mmap(NULL, (size_t)2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const struct wci_pages pages = {.map = map, .map_size = PAGE, .page_size = PAGE};
    const struct wci_pages_level level = {.page = map, .count = 1};
    struct wci_pages_node node;
    unsigned at, taken = 0;

    CHECK(map != MAP_FAILED);
    CHECK_EQ_INT(mprotect(map + PAGE, PAGE, PROT_NONE), 0);
    for (at = PAGE - 16; at < UINT16_MAX; at++) {
        map[WCI_DATAFILE_HEADER] = (uint8_t)at;
        map[WCI_DATAFILE_HEADER + 1] = (uint8_t)(at >> 8);
        taken += wci_pages_node(&pages, &level, 0, &node);
    }
    CHECK_EQ_INT(taken, 9); /* a node's header has 8 bytes */
    (void)munmap(map, (size_t)2 * PAGE);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = (uint32_t)strtoul(argv[2], NULL, 10);
    large_catalog_make(folder);
    read_whole();
    RUN(sound_file_is_sound);
    RUN(flipped_bits_do_no_harm);
    RUN(lost_pages_do_no_harm);
    RUN(circles_end);
    RUN(nodes_end_with_their_page);
    wci_buffer_free(&whole);
    fixture_remove(folder);
    return check_report();
}
