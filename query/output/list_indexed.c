/*
 * list_indexed - wcab_list_indexed: what is inside an image, by its record.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "query/file_id.h"
#include "query/handle.h"
#include "query/media/image_tails.h"
#include "query/output/listed.h"

static enum wcab_err not_found(const char *image, struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_NOTFOUND, "no indexed image is called '%.150s'", image);
}

/* The number at the beginning of its files' ids; 0: it is none. */
static uint32_t number_of(const char *text)
{
    uint64_t number = 0;

    if (*text == '\0')
        return 0;
    for (; *text >= '0' && *text <= '9' && number < UINT32_MAX; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return *text == '\0' && number < UINT32_MAX ? (uint32_t)number : 0;
}

/* By the end of its path. */
static enum wcab_err find_tail(struct wcab_catalog *catalog, struct wci_reader *reader,
                               const char *image, uint32_t *id, struct wcab_error *err)
{
    struct wcab_image_names *tails = NULL;
    struct wci_image_stamp stamp;
    char *path = NULL;
    enum wcab_err code = wcab_image_names_open(catalog, &tails, err);

    if (code == WCAB_OK)
        code = wci_image_tails_find(tails, image, &path, err);
    if (code == WCAB_OK && path == NULL)
        code = not_found(image, err);
    if (code == WCAB_OK)
        code = wci_reader_stamp(reader, wci_bytes_of(path), &stamp, err);
    if (code == WCAB_OK)
        *id = stamp.id;
    wcab_image_names_close(tails);
    free(path);
    return code;
}

static enum wcab_err find_image(struct wcab_catalog *catalog, struct wci_reader *reader,
                                const char *image, uint32_t *id, struct wcab_error *err)
{
    struct wci_image_stamp stamp;
    enum wcab_err code = wci_reader_stamp(reader, wci_bytes_of(image), &stamp, err);

    if (code == WCAB_OK)
        *id = stamp.id;
    if (code != WCAB_ERR_NOTFOUND)
        return code;
    *id = number_of(image);
    return *id != 0 ? WCAB_OK : find_tail(catalog, reader, image, id, err);
}

static enum wcab_err list_container(struct wci_listed *listed, struct wci_reader *reader,
                                    struct wci_file_id *id, struct wcab_error *err)
{
    struct wci_listing listing;
    struct wci_entry entry;
    char text[WCI_FILE_ID_BYTES];
    bool wanted = false;
    enum wcab_err code = wci_listed_container(listed, id->container, &wanted);

    if (code != WCAB_OK || !wanted)
        return code;
    code = wci_reader_listing(reader, id->listing, &listing, err);
    for (id->row = 0; code == WCAB_OK && id->row < listing.row_count; id->row++) {
        code = wci_listing_row(&listing, id->row, &entry, err);
        if (code != WCAB_OK)
            break;
        wci_file_id_format(id, text);
        code =
            wci_listed_entry(listed, &entry, entry.attributes & WCI_ATTRIBUTE_FOLDER ? NULL : text);
    }
    return code;
}

static enum wcab_err list_image(struct wci_reader *reader, uint32_t number,
                                const struct wcab_list_options *options, struct wci_arena *arena,
                                struct wcab_error *err)
{
    struct wci_file_id id = {.image = number};
    struct wci_listed listed;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code = wci_reader_image(reader, number, arena, &image, &state, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "there is no image %u", number);
    if (code != WCAB_OK)
        return code;
    wci_listed_begin(&listed, options, &image);
    for (id.container = 0; code == WCAB_OK && id.container < image.container_count;
         id.container++) {
        id.listing = state.listings[id.container];
        if (image.containers[id.container].kind != WCI_CONTAINER_CONTENTS)
            code = list_container(&listed, reader, &id, err);
    }
    wci_listed_end(&listed);
    if (code == WCAB_OK && !listed.found && options->container != NULL)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "has no container called %.150s",
                             options->container);
    return code;
}

static enum wcab_err do_list_indexed(struct wcab_catalog *catalog, const char *image,
                                     const struct wcab_list_options *options,
                                     struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_arena *arena = NULL;
    uint32_t id = 0;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    if (code == WCAB_OK && reader == NULL)
        code = not_found(image, err);
    if (code == WCAB_OK)
        code = find_image(catalog, reader, image, &id, err);
    if (code != WCAB_OK)
        return code;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = list_image(reader, id, options, arena, err);
    wci_arena_free(arena);
    if (code == WCAB_ERR_NOMEM)
        wci_error_nomem(err);
    else if (code != WCAB_OK && err->code == WCAB_OK)
        wci_error_set(err, code, "listing was ended");
    return code;
}

enum wcab_err wcab_list_indexed(struct wcab_catalog *catalog, const char *image,
                                const struct wcab_list_options *options, struct wcab_error *err)
{
    struct wcab_list_options taken;
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || image == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK && taken.item == NULL)
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = do_list_indexed(catalog, image, &taken, &own);
    return wci_error_give(code, &own, err);
}
