/*
 * large_catalog - a catalog that has whatever LMDB's format knows.
 */
#ifndef LARGE_CATALOG_H
#define LARGE_CATALOG_H

#include "catalog_fixture.h"

/* Trees of several levels, values on overflow pages, values that form trees, free pages. */
static inline void large_catalog_make(char folder[128])
{
    enum { ROWS = 1200 };
    struct wci_store *store;
    struct wci_writer *writer;
    struct wci_deep *facts = calloc(ROWS, sizeof(*facts));
    unsigned i, j;

    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    for (i = 0; i < 6; i++) {
        char path[600];
        struct wci_image *image;
        struct wci_container *cabinet;
        struct wci_entry *entries;
        uint32_t id;

        memset(path, 'p', sizeof(path));
        (void)snprintf(path + (i < 4 ? 0 : 500), 100, "/image %u", i);
        image = fixture_image(path);
        cabinet = fixture_cabinet(image, WCI_NONE, "X.CAB", (uint8_t)(i + 1));
        cabinet->cab->joint_next = 100 + i;
        entries = wci_arena_calloc(image->arena, ROWS, sizeof(*entries));
        for (j = 0; j < ROWS; j++) {
            char *name = wci_arena_alloc(image->arena, 16);

            (void)snprintf(name, 16, "%u.DLL", j % 3 == 0 ? 0 : i % 3 * 1000 + j);
            entries[j].name = fixture_name(name);
            entries[j].size = j * 1000ULL;
            entries[j].cab_folder = j / 100;
            facts[j].status = WCI_DEEP_OK;
            facts[j].offset = WCAB_NO_OFFSET;
            facts[j].has_sha256 = true;
            memset(facts[j].sha256, (int)j, 32);
            facts[j].sha256[0] = (uint8_t)(j >> 8);
        }
        cabinet->entries = entries;
        cabinet->entry_count = ROWS;
        id = fixture_put(writer, image);
        if (i % 2 == 0)
            CHECK_EQ_INT(wci_writer_put_deep(writer, id, 0, facts, ROWS, NULL), WCAB_OK);
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    }
    CHECK_EQ_INT(wci_writer_remove_image(writer, 2, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_next(writer, 1, 3, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of("p"), wci_bytes_of("text"), NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
    free(facts);
}

#endif
