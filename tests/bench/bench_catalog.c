/*
 * bench_catalog - how fast the catalog loads, how large it is, how fast it answers.
 *
 *   bench_catalog FOLDER [ROWS [ROWS_PER_COMMIT]]
 *
 * Makes a catalog in FOLDER (must not exist) with ROWS rows (a million) in images of 100 rows, and
 * prints one `name value unit` a line.  The names come from a dictionary as media have it: 30,000
 * names, some of them on nearly every medium, most on few.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "catalog/catalog.h"
#include "core/text.h"

enum { ROWS_PER_IMAGE = 100, NAMES = 30000, NAME_BYTES = 16, LOOKUPS = 100000, ROUNDS = 7 };

struct bench {
    char names[NAMES][NAME_BYTES];
    uint64_t random;
    struct wci_image *image;
    uint64_t found;
    uint64_t sum; /* of what was found, so that nothing is optimised away */
};

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t draw(struct bench *bench)
{
    bench->random ^= bench->random << 13;
    bench->random ^= bench->random >> 7;
    bench->random ^= bench->random << 17;
    return bench->random;
}

static void make_names(struct bench *bench)
{
    static const char *const extensions[] = {"DLL", "EXE", "INF", "HLP", "VXD", "TXT"};
    static const char letters[] = "ABCDEFGHIKLMNOPRSTUVWXY0123456789";
    size_t i, j;

    for (i = 0; i < NAMES; i++) {
        size_t length = 5 + draw(bench) % 4;

        for (j = 0; j < length; j++)
            bench->names[i][j] = letters[draw(bench) % (sizeof(letters) - 1)];
        (void)snprintf(bench->names[i] + length, NAME_BYTES - length, ".%s",
                       extensions[draw(bench) % 6]);
    }
}

/* Half of all rows have one of the first tenth of the names. */
static size_t draw_name(struct bench *bench)
{
    return draw(bench) % 2 == 0 ? draw(bench) % (NAMES / 10) : draw(bench) % NAMES;
}

static bool make_image(struct bench *bench)
{
    struct wci_image *image = wci_image_new();

    bench->image = image;
    if (image == NULL)
        return false;
    image->containers = wci_arena_calloc(image->arena, 1, sizeof(*image->containers));
    if (image->containers == NULL)
        return false;
    image->container_count = 1;
    image->kind = WCI_IMAGE_FILE;
    image->containers[0].entries =
        wci_arena_calloc(image->arena, ROWS_PER_IMAGE, sizeof(struct wci_entry));
    image->containers[0].cab = wci_arena_calloc(image->arena, 1, sizeof(struct wci_cab));
    return image->containers[0].entries != NULL && image->containers[0].cab != NULL;
}

static void fill_image(struct bench *bench, uint64_t number, char path[64])
{
    struct wci_container *container = &bench->image->containers[0];
    uint32_t date = 0x1EEB4EC0U + ((uint32_t)(draw(bench) % 4) << 21);
    uint64_t offset = 0;
    uint32_t i;

    (void)snprintf(path, 64, "/srv/media/%03u/image-%08" PRIu64 ".img", (unsigned)(number / 100),
                   number);
    bench->image->path = wci_bytes_of(path);
    bench->image->size = 1720320;
    bench->image->mtime_ns = (int64_t)number;
    bench->image->inode = number;
    container->kind = WCI_CONTAINER_CABINET;
    container->parent = WCI_NONE;
    container->parent_entry = WCI_NONE;
    container->format = wci_bytes_of("Quantum");
    memcpy(container->digest, &number, sizeof(number));
    container->digest[15] = 1;
    container->entry_count = ROWS_PER_IMAGE;
    for (i = 0; i < ROWS_PER_IMAGE; i++) {
        struct wci_entry *entry = &container->entries[i];

        entry->name.bytes = wci_bytes_of(bench->names[draw_name(bench)]);
        entry->name.encoding = WCI_ENCODING_RAW;
        entry->attributes = WCI_ATTRIBUTE_ARCHIVE;
        entry->modified = date;
        entry->size = draw(bench) % 300000;
        entry->cab_folder = i / 40;
        entry->locator = offset;
        offset += entry->size;
    }
}

static void fail(const struct wcab_error *err)
{
    (void)fprintf(stderr, "bench_catalog: %s\n", err->text);
    exit(2);
}

static void load(struct bench *bench, struct wci_store *store, uint64_t rows, uint64_t batch)
{
    struct wcab_error err;
    struct wci_writer *writer = NULL;
    double start = now(), writing = 0;
    uint64_t i;

    if (wci_writer_open(store, false, NULL, &writer, &err) != WCAB_OK)
        fail(&err);
    for (i = 0; i < rows / ROWS_PER_IMAGE; i++) {
        char path[64];
        uint32_t id;
        double before;

        fill_image(bench, i + 1, path);
        before = now();
        if (wci_writer_put_image(writer, bench->image, &id, &err) != WCAB_OK ||
            ((i + 1) * ROWS_PER_IMAGE % batch == 0 && wci_writer_commit(writer, &err) != WCAB_OK))
            fail(&err);
        writing += now() - before;
    }
    start = now();
    if (wci_writer_commit(writer, &err) != WCAB_OK)
        fail(&err);
    writing += now() - start;
    wci_writer_close(writer);
    printf("load %.0f rows/s\n", (double)rows / writing);
}

static void print_memory(void)
{
    static const char *const wanted[] = {"VmHWM:", "RssAnon:", "RssFile:"};
    FILE *status = fopen("/proc/self/status", "re");
    char line[128];
    size_t i;

    if (status == NULL)
        return;
    while (fgets(line, sizeof(line), status) != NULL) {
        for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
                printf("memory %s", line);
        }
    }
    (void)fclose(status);
}

static enum wcab_err count_hit(void *context, uint32_t listing, uint32_t row)
{
    struct bench *bench = context;

    bench->sum += (uint64_t)listing + row;
    bench->found++;
    return WCAB_OK;
}

static enum wcab_err stop_at_hit(void *context, uint32_t listing, uint32_t row)
{
    struct bench *bench = context;

    bench->sum += (uint64_t)listing + row;
    return WCAB_ERR_CANCELLED;
}

static enum wcab_err count_name(void *context, struct wci_bytes folded)
{
    struct bench *bench = context;

    bench->sum += folded.length;
    bench->found++;
    return WCAB_OK;
}

/* Reads the whole row of each hit, as an answer does. */
struct unpack {
    struct wci_reader *reader;
    uint64_t rows, sum;
};

static enum wcab_err unpack_hit(void *context, uint32_t listing_id, uint32_t row)
{
    struct unpack *unpack = context;
    struct wci_listing listing;
    struct wci_entry entry;

    if (wci_reader_listing(unpack->reader, listing_id, &listing, NULL) != WCAB_OK ||
        wci_listing_row(&listing, row, &entry, NULL) != WCAB_OK)
        return WCAB_ERR_CORRUPT;
    unpack->rows++;
    unpack->sum += entry.size;
    return WCAB_OK;
}

/* Seconds of one round of `work`: the best of several, since others share the machine. */
typedef void round_of_work(struct bench *bench, struct wci_reader *reader);

static double best_round(round_of_work *work, struct bench *bench, struct wci_reader *reader)
{
    double best = 0;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        double start = now(), took;

        bench->found = 0;
        work(bench, reader);
        took = now() - start;
        if (i == 0 || took < best)
            best = took;
    }
    return best;
}

static void find_first(struct bench *bench, struct wci_reader *reader)
{
    size_t i;

    for (i = 0; i < LOOKUPS; i++)
        (void)wci_reader_find(reader, wci_bytes_of(bench->names[i * 7919 % NAMES]), stop_at_hit,
                              bench, NULL);
}

static void find_all(struct bench *bench, struct wci_reader *reader)
{
    size_t i;

    for (i = 0; i < NAMES; i++)
        (void)wci_reader_find(reader, wci_bytes_of(bench->names[i]), count_hit, bench, NULL);
}

static void unpack_all(struct bench *bench, struct wci_reader *reader)
{
    struct unpack unpack = {.reader = reader};
    size_t i;

    for (i = 0; i < NAMES; i += 10)
        (void)wci_reader_find(reader, wci_bytes_of(bench->names[i]), unpack_hit, &unpack, NULL);
    bench->found = unpack.rows;
    bench->sum += unpack.sum;
}

static void walk_names(struct bench *bench, struct wci_reader *reader)
{
    (void)wci_reader_each_name(reader, (struct wci_bytes){NULL, 0}, count_name, bench, NULL);
}

static void look_up(struct bench *bench, struct wci_reader *reader)
{
    double took = best_round(find_first, bench, reader);

    printf("lookup_first %.0f ns\n", took * 1e9 / LOOKUPS);
    took = best_round(find_all, bench, reader);
    printf("lookup_all %.1f ns/hit (%" PRIu64 " hits)\n", took * 1e9 / (double)bench->found,
           bench->found);
    took = best_round(unpack_all, bench, reader);
    printf("unpacked %.1f ns/hit (%" PRIu64 " hits)\n", took * 1e9 / (double)bench->found,
           bench->found);
    took = best_round(walk_names, bench, reader);
    printf("names_walk %.2f ms (%" PRIu64 " names)\n", took * 1e3, bench->found);
}

static void ignore_report(void *context, const char *what)
{
    (void)context;
    printf("check: %s\n", what);
}

static void measure(struct bench *bench, struct wci_store *store, uint64_t rows)
{
    struct wcab_error err;
    struct wci_reader *reader = NULL;
    struct wci_catalog_stats stats;
    double start = now();

    if (wci_reader_open(store, &reader, &err) != WCAB_OK ||
        wci_reader_stats(reader, &stats, &err) != WCAB_OK)
        fail(&err);
    printf("open_reader %.1f us\n", (now() - start) * 1e6);
    printf("used %.1f bytes/row\n", (double)stats.bytes_used / (double)rows);
    printf("file %.1f bytes/row\n", (double)stats.bytes_file / (double)rows);
    look_up(bench, reader);
    start = now();
    if (wci_catalog_check(reader, ignore_report, NULL, &err) != WCAB_OK)
        fail(&err);
    printf("check %.2f s\n", now() - start);
    wci_reader_close(reader);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct wcab_error err;
    struct wci_store *store = NULL;
    uint64_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint64_t batch = argc > 3 ? strtoull(argv[3], NULL, 10) : 250000;
    double start;

    if (argc < 2 || rows == 0 || batch < ROWS_PER_IMAGE) {
        (void)fprintf(stderr, "usage: bench_catalog FOLDER [ROWS [ROWS_PER_COMMIT]]\n");
        return 2;
    }
    bench.random = 88172645463325252ULL;
    make_names(&bench);
    if (!make_image(&bench))
        return 2;
    if (wci_store_open(argv[1], WCI_STORE_WRITE, &store, &err) != WCAB_OK)
        fail(&err);
    load(&bench, store, rows, batch);
    print_memory();
    wci_store_close(store);
    start = now();
    if (wci_store_open(argv[1], WCI_STORE_READ, &store, &err) != WCAB_OK)
        fail(&err);
    printf("open_store %.1f us\n", (now() - start) * 1e6);
    measure(&bench, store, rows);
    wci_store_close(store);
    wci_image_free(bench.image);
    return bench.sum == 0;
}
