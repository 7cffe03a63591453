/*
 * catalog_fixture - temporary catalogs and hand-made images for the catalog's tests.
 */
#ifndef CATALOG_FIXTURE_H
#define CATALOG_FIXTURE_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "check.h"
#include "core/text.h"

enum { FIXTURE_CONTAINERS = 16, FIXTURE_ENTRIES = 64 };

/* A fresh folder under $TMPDIR or /tmp. */
static inline void fixture_folder(char path[128])
{
    const char *base = getenv("TMPDIR");

    (void)snprintf(path, 128, "%s/whichcab-test-XXXXXX",
                   base != NULL && strlen(base) < 90 ? base : "/tmp");
    if (mkdtemp(path) == NULL) {
        perror(path);
        exit(2);
    }
}

/* Removes a folder of plain files. */
static inline void fixture_remove(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    if (folder != NULL) {
        while ((entry = readdir(folder)) != NULL)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        (void)closedir(folder);
    }
    (void)rmdir(path);
}

static inline struct wci_name fixture_name(const char *text)
{
    struct wci_name name = {wci_bytes_of(text), WCI_ENCODING_RAW};

    return name;
}

/* The strings given to these stay the caller's and must outlive the image. */
static inline struct wci_image *fixture_image(const char *path)
{
    struct wci_image *image = wci_image_new();

    image->path = wci_bytes_of(path);
    image->kind = WCI_IMAGE_FILE;
    image->size = 1474560;
    image->mtime_ns = 814000000123456789;
    image->inode = 0; /* never seen on this host, so that it counts as there */
    image->device = 0;
    image->containers =
        wci_arena_calloc(image->arena, FIXTURE_CONTAINERS, sizeof(*image->containers));
    image->faults = wci_arena_calloc(image->arena, 8, sizeof(*image->faults));
    return image;
}

static inline struct wci_container *fixture_container(struct wci_image *image,
                                                      enum wci_container_kind kind, uint32_t parent,
                                                      const char *name)
{
    struct wci_container *container = &image->containers[image->container_count++];

    container->kind = kind;
    container->parent = parent;
    container->parent_entry = WCI_NONE;
    container->name = wci_bytes_of(name);
    container->entries =
        wci_arena_calloc(image->arena, FIXTURE_ENTRIES, sizeof(*container->entries));
    return container;
}

static inline struct wci_entry *fixture_entry(struct wci_container *container, const char *folder,
                                              const char *name, uint64_t size)
{
    struct wci_entry *entry = &container->entries[container->entry_count++];

    entry->folder = wci_bytes_of(folder);
    entry->name = fixture_name(name);
    entry->size = size;
    entry->modified = 0x1EEB4EC0; /* 1995-07-11 09:54:00 */
    entry->cab_folder = WCI_NONE;
    return entry;
}

/* A cabinet with `count` files F0.DLL ... and a digest made of `digest`. */
static inline struct wci_container *fixture_cabinet(struct wci_image *image, uint32_t parent,
                                                    const char *name, uint8_t digest)
{
    struct wci_container *container = fixture_container(image, WCI_CONTAINER_CABINET, parent, name);

    container->cab = wci_arena_calloc(image->arena, 1, sizeof(*container->cab));
    container->cab->size = 1716224;
    container->cab->version = 0x0103;
    container->cab->set_id = 42000;
    memset(container->digest, digest, sizeof(container->digest));
    return container;
}

static inline struct wci_store *fixture_store(const char *folder, enum wci_store_mode mode)
{
    struct wci_store *store = NULL;
    struct wcab_error err;

    if (wci_store_open(folder, mode, &store, &err) != WCAB_OK) {
        printf("can't open %s: %s\n", folder, err.text);
        exit(2);
    }
    return store;
}

static inline struct wci_writer *fixture_writer(struct wci_store *store)
{
    struct wci_writer *writer = NULL;
    struct wcab_error err;

    if (wci_writer_open(store, false, NULL, &writer, &err) != WCAB_OK) {
        printf("can't write: %s\n", err.text);
        exit(2);
    }
    return writer;
}

static inline struct wci_reader *fixture_reader(struct wci_store *store)
{
    struct wci_reader *reader = NULL;
    struct wcab_error err;

    if (wci_reader_open(store, &reader, &err) != WCAB_OK) {
        printf("can't read: %s\n", err.text);
        exit(2);
    }
    return reader;
}

/* Puts the image into a writer and frees it. */
static inline uint32_t fixture_put(struct wci_writer *writer, struct wci_image *image)
{
    struct wcab_error err = {.text = ""};
    uint32_t id = 0;

    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
    wci_image_free(image);
    return id;
}

/* ---- a catalog while it is filled ---------------------------------------------------------- */

struct fixture_catalog {
    char folder[128];
    struct wci_store *store;
    struct wci_writer *writer;
};

static inline void fixture_begin(struct fixture_catalog *catalog)
{
    fixture_folder(catalog->folder);
    catalog->store = fixture_store(catalog->folder, WCI_STORE_WRITE);
    catalog->writer = fixture_writer(catalog->store);
}

static inline void fixture_end(struct fixture_catalog *catalog)
{
    wci_writer_close(catalog->writer);
    wci_store_close(catalog->store);
    fixture_remove(catalog->folder);
}

/* What was put so far; the writer's. */
static inline struct wci_reader *fixture_view(const struct fixture_catalog *catalog)
{
    struct wci_reader *reader = NULL;

    CHECK_EQ_INT(wci_writer_reader(catalog->writer, &reader, NULL), WCAB_OK);
    return reader;
}

/* An image as it is on record. */
struct fixture_record {
    struct wci_arena *arena; /* owned: wci_arena_free */
    struct wci_image image;
    struct wci_image_state state;
};

static inline struct fixture_record fixture_record(struct wci_reader *reader, uint32_t id)
{
    struct fixture_record record = {.arena = wci_arena_new()};

    CHECK_EQ_INT(wci_reader_image(reader, id, record.arena, &record.image, &record.state, NULL),
                 WCAB_OK);
    return record;
}

/* ---- what is found -------------------------------------------------------------------------- */

/* Hits of a name, in order. */
struct fixture_hits {
    uint32_t listings[64], rows[64];
    size_t count;
};

static inline enum wcab_err fixture_on_hit(void *context, uint32_t listing, uint32_t row)
{
    struct fixture_hits *hits = context;

    if (hits->count < 64) {
        hits->listings[hits->count] = listing;
        hits->rows[hits->count] = row;
    }
    hits->count++;
    return WCAB_OK;
}

static inline struct fixture_hits fixture_find(struct wci_reader *reader, const char *name)
{
    struct fixture_hits hits = {.count = 0};
    char folded[2 * 1100];
    struct wci_bytes text = {folded, 0};
    enum wcab_err code;

    text.length = wci_text_fold(wci_bytes_of(name), folded, sizeof(folded));
    code = wci_reader_find(reader, text, fixture_on_hit, &hits, NULL);
    CHECK_EQ_INT(code, hits.count > 0 ? WCAB_OK : WCAB_ERR_NOTFOUND);
    return hits;
}

static inline void fixture_print(void *context, const char *what)
{
    (void)context;
    printf("catalog check: %s\n", what);
}

#define identity_of(medium_, disk_, reason_)                                                       \
    (&(struct wci_identity){.medium = wci_bytes_of(medium_),                                       \
                            .disk = wci_bytes_of(disk_),                                           \
                            .reason = wci_bytes_of(reason_)})

#endif
