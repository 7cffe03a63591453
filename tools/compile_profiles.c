/*
 * compile_profiles - run by the build: media profiles and published listings to the published
 * catalog.
 *
 *   compile_profiles PROFILE_FOLDER OUTPUT.mdb
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/text.h"
#include "indexer/publish.h"
#include "profiles/profile.h"

/* The facts of the rows of one container, in their order: the listing's own rows stand in order
 * behind files that began in another cabinet, and before entries that were made up. */
static struct wci_deep *make_facts(const struct wci_profile *profile, const struct wci_image *image,
                                   uint32_t number, bool *any)
{
    const struct wci_container *container = &image->containers[number];
    struct wci_bytes cabinet = {"", 0};
    struct wci_deep *facts = calloc(container->entry_count + 1, sizeof(*facts));
    uint32_t at = 0;
    size_t i;

    *any = false;
    if (number > 0)
        cabinet = wci_bytes_base_name(container->name);
    for (i = 0; facts != NULL && i < profile->row_count; i++) {
        const struct wci_profile_row *row = &profile->rows[i];

        if (!wci_bytes_equal(row->disk, image->identity.disk) ||
            !wci_text_equal_folded(row->cabinet, cabinet))
            continue;
        while (at < container->entry_count && container->entries[at].flags & WCI_ENTRY_CONTINUED)
            at++;
        if (at < container->entry_count && row->has_sha256) {
            facts[at].status = WCI_DEEP_OK;
            facts[at].has_sha256 = true;
            memcpy(facts[at].sha256, row->sha256, sizeof(row->sha256));
            facts[at].has_version = row->has_version;
            facts[at].file_version = row->version;
            *any = true;
        }
        at++;
    }
    return facts;
}

/* What is known of the bytes of a published medium, where it is known. */
static enum wcab_err publish_facts(struct wci_writer *writer, const struct wci_profile *profile,
                                   const struct wci_image *image, uint32_t id,
                                   struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        bool any;
        struct wci_deep *facts = make_facts(profile, image, i, &any);

        if (facts == NULL)
            return wci_error_nomem(err);
        if (any)
            code = wci_writer_put_deep(writer, id, i, facts, image->containers[i].entry_count, err);
        free(facts);
    }
    return code;
}

static enum wcab_err publish_profile(struct wci_writer *writer, const struct wci_profile *profile,
                                     struct wcab_error *err)
{
    struct wci_image **images = NULL;
    size_t count = 0, i;
    uint32_t id;
    enum wcab_err code = wci_publish_profile(profile, &images, &count, err);

    if (code == WCAB_OK)
        code = wci_writer_put_profile(writer, profile->id, profile->text, err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        code = wci_writer_put_image(writer, images[i], &id, err);
        if (code == WCAB_OK)
            code = publish_facts(writer, profile, images[i], id, err);
    }
    for (i = 0; i < count; i++)
        wci_image_free(images[i]);
    free(images);
    return code;
}

static enum wcab_err publish_all(struct wci_store *store, const struct wci_profile_list *list,
                                 struct wcab_error *err)
{
    struct wci_writer *writer = NULL;
    enum wcab_err code = wci_writer_open(store, false, NULL, &writer, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < list->count; i++)
        code = publish_profile(writer, list->profiles[i], err);
    if (code == WCAB_OK)
        code = wci_writer_commit(writer, err);
    wci_writer_close(writer);
    return code;
}

/* Removes the catalog that was filled, once its compact copy is made. */
static void remove_scratch(const char *folder)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock"};
    char path[4096];
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    struct wci_profile_list list = {0};
    struct wci_store *store = NULL;
    struct wcab_error err;
    char scratch[4096];
    enum wcab_err code;

    if (argc != 3) {
        fprintf(stderr, "usage: compile_profiles PROFILE_FOLDER OUTPUT.mdb\n");
        return 2;
    }
    (void)snprintf(scratch, sizeof(scratch), "%s.tmp", argv[2]);
    remove_scratch(scratch);
    code = wci_profile_load_folder(argv[1], &list, &err);
    if (code == WCAB_OK)
        code = wci_store_open(scratch, WCI_STORE_WRITE, &store, &err);
    if (code == WCAB_OK)
        code = publish_all(store, &list, &err);
    if (code == WCAB_OK) {
        (void)unlink(argv[2]);
        code = wci_catalog_copy(store, argv[2], &err);
    }
    wci_store_close(store);
    remove_scratch(scratch);
    wci_profile_list_free(&list);
    if (code != WCAB_OK) {
        fprintf(stderr, "compile_profiles: %s%s%s\n", err.place, err.place[0] ? ": " : "",
                err.text);
        return 1;
    }
    return 0;
}
