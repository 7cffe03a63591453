/*
 * list - wcab_list: what is inside an image, without a catalog.
 */
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "dostime.h"
#include "error.h"
#include "text.h"
#include "walk.h"
#include "whichcab.h"

struct listing {
    const struct wcab_list_options *options;
    const struct wci_image *image;
    struct wci_buffer chain, name, alias, label; /* text of the current item, NUL-terminated */
    bool found;
};

/* The name as text; the buffer holds it until the next call. */
static const char *text_of(const struct listing *listing, struct wci_name name,
                           struct wci_buffer *out)
{
    wci_buffer_clear(out);
    (void)wci_text_to_utf8(name, listing->options->code_page, out);
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
        (void)wci_text_to_utf8(wci_text_name_of(entry->folder), listing->options->code_page, out);
        wci_buffer_u8(out, '/');
    }
    (void)wci_text_to_utf8(entry->name, listing->options->code_page, out);
    wci_buffer_u8(out, 0);
    return out->ok ? (const char *)out->data : "";
}

static enum wcab_err list_entry(struct listing *listing, const struct wci_entry *entry,
                                struct wcab_list_item *item)
{
    item->name = entry_name(listing, entry);
    item->alias =
        entry->alias_count > 0 ? text_of(listing, entry->alias[0], &listing->alias) : NULL;
    item->size = entry->size;
    item->size_known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    item->continued = entry->flags & WCI_ENTRY_CONTINUED;
    item->continues = entry->flags & WCI_ENTRY_CONTINUES;
    item->damaged = entry->flags & WCI_ENTRY_DAMAGED;
    (void)wci_dostime_format(entry->modified, item->modified);
    put_attributes(entry, item->attributes);
    return listing->options->item(listing->options->context, item);
}

static enum wcab_err list_container(struct listing *listing, uint32_t index)
{
    const struct wci_container *container = &listing->image->containers[index];
    struct wcab_list_item item = {.is_container = true};
    enum wcab_err code;
    uint32_t i;

    wci_buffer_clear(&listing->chain);
    wci_chain_put(listing->image, index, listing->options->code_page, &listing->chain);
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

enum wcab_err wcab_list(const char *path, const struct wcab_list_options *options,
                        struct wcab_error *err)
{
    struct wci_walk_options walk_options = {.bytes_read = NULL};
    struct listing listing = {.options = options};
    struct wci_image *image = NULL;
    enum wcab_err code;
    uint32_t i;

    wci_buffer_init(&listing.chain);
    wci_buffer_init(&listing.name);
    wci_buffer_init(&listing.alias);
    wci_buffer_init(&listing.label);
    code = wci_walk_image(path, &walk_options, &image, err);
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
