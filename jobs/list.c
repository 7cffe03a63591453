/*
 * list - wcab_list: what is inside an image, without a catalog.
 */
#include <stdio.h>
#include <string.h>

#include "core/chain.h"
#include "core/code_page.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/parts.h"
#include "core/sized.h"
#include "core/text.h"
#include "indexer/name_pages.h"
#include "indexer/recognise/recognise_parts.h"
#include "indexer/walk/walk.h"
#include "jobs/user_limits.h"
#include "whichcab.h"

struct listing {
    const struct wcab_list_options *options;
    const struct wci_image *image;
    int code_page;                               /* of the container at hand */
    struct wci_buffer chain, name, alias, label; /* text of the current item, NUL-terminated */
    bool found;
};

/* The name as text; the buffer holds it until the next call. */
static const char *text_of(const struct listing *listing, struct wci_name name,
                           struct wci_buffer *out)
{
    wci_buffer_clear(out);
    (void)wci_text_to_utf8(name, listing->code_page, out);
    wci_buffer_u8(out, 0);
    return out->ok ? (const char *)out->data : "";
}

static unsigned depth_of(const struct wci_image *image, uint32_t container)
{
    unsigned depth = 0;

    while (image->containers[container].parent != WCI_NONE) {
        container = image->containers[container].parent;
        depth++;
    }
    return depth;
}

static bool is_wanted(const struct listing *listing, uint32_t container, const char *chain)
{
    const char *wanted = listing->options->container;
    struct wci_bytes name = listing->image->containers[container].name;
    size_t length;

    if (wanted == NULL || wci_text_equal_folded(wci_bytes_of(wanted), wci_bytes_of(chain)) ||
        wci_text_equal_folded(wci_bytes_of(wanted), name))
        return true;
    length = strlen(wanted);
    if (name.length <= length || name.data[name.length - length - 1] != '/')
        return false;
    name.data += name.length - length;
    name.length = length;
    return wci_text_equal_folded(wci_bytes_of(wanted), name);
}

static void put_attributes(const struct wci_entry *entry, char out[7])
{
    (void)snprintf(out, 7, "%c%c%c%c%c%c", entry->attributes & WCI_ATTRIBUTE_FOLDER ? 'd' : '-',
                   entry->attributes & WCI_ATTRIBUTE_ARCHIVE ? 'a' : '-',
                   entry->attributes & WCI_ATTRIBUTE_SYSTEM ? 's' : '-',
                   entry->attributes & WCI_ATTRIBUTE_HIDDEN ? 'h' : '-',
                   entry->attributes & WCI_ATTRIBUTE_READONLY ? 'r' : '-',
                   entry->flags & WCI_ENTRY_PACKED ? 'p' : '-');
}

static const char *entry_name(struct listing *listing, const struct wci_entry *entry)
{
    struct wci_buffer *out = &listing->name;

    wci_buffer_clear(out);
    if (entry->folder.length > 0) {
        (void)wci_text_to_utf8(wci_text_name_of(entry->folder), listing->code_page, out);
        wci_buffer_u8(out, '/');
    }
    (void)wci_text_to_utf8(entry->name, listing->code_page, out);
    wci_buffer_u8(out, 0);
    return out->ok ? (const char *)out->data : "";
}

/* The first other name that reads otherwise; NULL when there is none. */
static const char *entry_alias(struct listing *listing, const struct wci_entry *entry)
{
    uint8_t i;

    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        const char *name = text_of(listing, entry->name, &listing->label);
        const char *alias = text_of(listing, entry->alias[i], &listing->alias);

        if (strcmp(name, alias) != 0)
            return alias;
    }
    return NULL;
}

static enum wcab_err list_entry(struct listing *listing, const struct wci_entry *entry,
                                struct wcab_list_item *item)
{
    item->name = entry_name(listing, entry);
    item->alias = entry_alias(listing, entry);
    item->size = entry->size;
    item->size_known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    item->continued = entry->flags & WCI_ENTRY_CONTINUED;
    item->continues = entry->flags & WCI_ENTRY_CONTINUES;
    item->damaged = entry->flags & WCI_ENTRY_DAMAGED;
    (void)wci_dostime_format(entry->modified, item->modified);
    item->modified_seconds = wci_dostime_seconds(entry->modified);
    put_attributes(entry, item->attributes);
    return listing->options->item(listing->options->context, item);
}

static int code_page_of(const struct wci_image *image, uint32_t container)
{
    uint32_t part = wci_part_of(image, container);

    return part == WCI_NONE ? image->identity.code_page : image->parts[part].identity.code_page;
}

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

static enum wcab_err list_container(struct listing *listing, uint32_t index)
{
    const struct wci_container *container = &listing->image->containers[index];
    struct wcab_list_item item = {.is_container = true};
    enum wcab_err code;
    uint32_t i;

    listing->code_page = code_page_of(listing->image, index);
    wci_buffer_clear(&listing->chain);
    wci_chain_put(listing->image, index, listing->code_page, &listing->chain);
    wci_buffer_u8(&listing->chain, 0);
    if (!listing->chain.ok)
        return WCAB_ERR_NOMEM;
    item.container = (const char *)listing->chain.data;
    if (!is_wanted(listing, index, item.container))
        return WCAB_OK;
    listing->found = true;
    item.depth = depth_of(listing->image, index);
    item.format = container->format.data != NULL ? container->format.data : "";
    item.label = text_of(listing, container->label, &listing->label);
    item.size = container->size;
    item.size_known = true;
    code = listing->options->item(listing->options->context, &item);
    item.is_container = false;
    for (i = 0; code == WCAB_OK && i < container->entry_count; i++)
        code = list_entry(listing, &container->entries[i], &item);
    return code;
}

static void tell_faults(const struct listing *listing)
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

static enum wcab_err do_list(const char *path, const struct wcab_list_options *options,
                             struct wcab_error *err)
{
    struct wci_limits limits;
    struct wci_walk_options walk_options = {.limits = &limits, .cancel = options->cancel};
    struct listing listing = {.options = options};
    struct wci_image *image = NULL;
    enum wcab_err code;
    uint32_t i;

    wci_buffer_init(&listing.chain);
    wci_buffer_init(&listing.name);
    wci_buffer_init(&listing.alias);
    wci_buffer_init(&listing.label);
    if (options->code_page != 0 && !wci_code_page_is_known(options->code_page)) {
        code = wci_error_set(err, WCAB_ERR_USAGE, WCI_CODE_PAGE_UNKNOWN, options->code_page);
        goto out;
    }
    code = wci_user_limits(options->limits, &limits, err);
    if (code == WCAB_OK)
        code = wci_walk_image(path, &walk_options, &image, err);
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
    wci_buffer_free(&listing.chain);
    wci_buffer_free(&listing.name);
    wci_buffer_free(&listing.alias);
    wci_buffer_free(&listing.label);
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
