/*
 * list - wcab_list: what is inside an image, without a catalog.
 */
#include <string.h>

#include "core/code_page.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/sized.h"
#include "core/url/url.h"
#include "indexer/name_pages.h"
#include "indexer/recognise/recognise_parts.h"
#include "indexer/walk/walk.h"
#include "jobs/user_limits.h"
#include "query/output/listed.h"
#include "whichcab.h"

/* Finds the media in the image, and the code page of each one's names. */
static enum wcab_err find_code_pages(struct wci_image *image, int asked, struct wcab_error *err)
{
    static const struct wci_profile_list none;
    struct wci_recogniser *recogniser = NULL;
    enum wcab_err code = wci_recognise_prepare(&none, &recogniser, err);

    if (code == WCAB_OK)
        code = wci_recognise_parts(recogniser, image, err);
    if (code == WCAB_OK)
        code = wci_name_pages_settle(image, NULL, asked, err);
    wci_recognise_free(recogniser);
    return code;
}

static enum wcab_err list_container(struct wci_listed *listed, uint32_t index)
{
    const struct wci_container *container = &listed->image->containers[index];
    struct wci_entry room;
    bool wanted = false;
    enum wcab_err code = wci_listed_container(listed, index, &wanted);
    uint32_t i;

    for (i = 0; code == WCAB_OK && wanted && i < container->entry_count; i++)
        code = wci_listed_entry(listed, wci_container_entry(container, i, &room), NULL);
    return code;
}

static void tell_faults(const struct wci_listed *listing)
{
    uint32_t i;

    for (i = 0; listing->options->fault != NULL && i < listing->image->fault_count; i++) {
        const struct wci_fault *fault = &listing->image->faults[i];
        struct wcab_error err;

        wci_error_set_at(&err, (enum wcab_err)fault->code, fault->offset, "%s", fault->text.data);
        wci_error_push_place(&err, fault->place.data, fault->place.length);
        listing->options->fault(listing->options->context, &err);
    }
}

/* An address that is refused is not shown as it is. */
static enum wcab_err walk(const char *path, const struct wci_walk_options *options,
                          struct wci_image **image, struct wcab_error *err)
{
    char url[WCI_LIMIT_PATH];
    enum wcab_err code;

    if (!wci_url_is(wci_bytes_of(path)))
        return wci_walk_image(path, options, image, err);
    code = wci_url_normalise(path, url, sizeof(url), err);
    if (code != WCAB_OK)
        wci_url_show(path, url, sizeof(url));
    else
        code = wci_walk_image(url, options, image, err);
    return code != WCAB_OK ? wci_error_push_place(err, url, strlen(url)) : code;
}

static enum wcab_err do_list(const char *path, const struct wcab_list_options *options,
                             struct wcab_error *err)
{
    struct wci_limits limits;
    struct wci_walk_options walk_options = {
        .limits = &limits, .cancel = options->cancel, .fetch = options->fetch};
    struct wci_listed listing;
    struct wci_image *image = NULL;
    enum wcab_err code;
    uint32_t i;

    wci_listed_begin(&listing, options, NULL);
    if (options->code_page != 0 && !wci_code_page_is_known(options->code_page)) {
        code = wci_error_set(err, WCAB_ERR_USAGE, WCI_CODE_PAGE_UNKNOWN, options->code_page);
        goto out;
    }
    code = wci_user_limits(options->limits, &limits, err);
    if (code == WCAB_OK)
        code = walk(path, &walk_options, &image, err);
    if (code != WCAB_OK)
        goto out;
    code = find_code_pages(image, options->code_page, err);
    if (code != WCAB_OK)
        goto out;
    listing.image = image;
    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = list_container(&listing, i);
    if (code == WCAB_ERR_NOMEM)
        wci_error_nomem(err);
    else if (code != WCAB_OK)
        wci_error_set(err, code, "listing was ended");
    tell_faults(&listing);
    if (code == WCAB_OK && !listing.found)
        code =
            wci_error_set(err, WCAB_ERR_NOTFOUND, "has no container called %s", options->container);
out:
    wci_image_free(image);
    wci_listed_end(&listing);
    return code;
}

enum wcab_err wcab_list(const char *path, const struct wcab_list_options *options,
                        struct wcab_error *err)
{
    struct wcab_list_options taken;
    struct wcab_limits limits;
    struct wcab_error own;
    enum wcab_err code;

    if (path == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK && taken.item == NULL)
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = wci_user_limits_take(&taken.limits, &limits, &own);
    if (code == WCAB_OK)
        code = do_list(path, &taken, &own);
    return wci_error_give(code, &own, err);
}
