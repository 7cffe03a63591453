/*
 * listed - see listed.h.
 */
#include "query/output/listed.h"

#include <stdio.h>
#include <string.h>

#include "core/chain.h"
#include "core/dostime.h"
#include "core/parts.h"
#include "core/text.h"

void wci_listed_begin(struct wci_listed *listed, const struct wcab_list_options *options,
                      const struct wci_image *image)
{
    memset(listed, 0, sizeof(*listed));
    listed->options = options;
    listed->image = image;
    wci_buffer_init(&listed->chain);
    wci_buffer_init(&listed->name);
    wci_buffer_init(&listed->alias);
    wci_buffer_init(&listed->own);
    wci_buffer_init(&listed->label);
}

void wci_listed_end(struct wci_listed *listed)
{
    wci_buffer_free(&listed->chain);
    wci_buffer_free(&listed->name);
    wci_buffer_free(&listed->alias);
    wci_buffer_free(&listed->own);
    wci_buffer_free(&listed->label);
}

/* The name as text; the buffer holds it until the next call. */
static const char *text_of(const struct wci_listed *listed, struct wci_name name,
                           struct wci_buffer *out)
{
    wci_buffer_clear(out);
    (void)wci_text_to_utf8(name, listed->code_page, out);
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

static bool is_wanted(const struct wci_listed *listed, uint32_t container, const char *chain)
{
    const char *wanted = listed->options->container;
    struct wci_bytes name = listed->image->containers[container].name;
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

static const char *entry_name(struct wci_listed *listed, const struct wci_entry *entry)
{
    struct wci_buffer *out = &listed->name;

    wci_buffer_clear(out);
    wci_entry_put_path_utf8(entry, listed->code_page, out);
    wci_buffer_u8(out, 0);
    return out->ok ? (const char *)out->data : "";
}

/* The first other name that reads otherwise; NULL when there is none. */
static const char *entry_alias(struct wci_listed *listed, const struct wci_entry *entry)
{
    uint8_t i;

    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        const char *name = text_of(listed, entry->name, &listed->own);
        const char *alias = text_of(listed, entry->alias[i], &listed->alias);

        if (strcmp(name, alias) != 0)
            return alias;
    }
    return NULL;
}

static int code_page_of(const struct wci_image *image, uint32_t container)
{
    uint32_t part = wci_part_of(image, container);

    return part == WCI_NONE ? image->identity.code_page : image->parts[part].identity.code_page;
}

enum wcab_err wci_listed_container(struct wci_listed *listed, uint32_t index, bool *wanted)
{
    const struct wci_container *container = &listed->image->containers[index];
    struct wcab_list_item *item = &listed->item;

    *wanted = false;
    listed->code_page = code_page_of(listed->image, index);
    wci_buffer_clear(&listed->chain);
    wci_chain_put(listed->image, index, listed->code_page, &listed->chain);
    wci_buffer_u8(&listed->chain, 0);
    if (!listed->chain.ok)
        return WCAB_ERR_NOMEM;
    memset(item, 0, sizeof(*item));
    item->is_container = true;
    item->container = (const char *)listed->chain.data;
    if (!is_wanted(listed, index, item->container))
        return WCAB_OK;
    *wanted = listed->found = true;
    item->depth = depth_of(listed->image, index);
    item->format = container->format.data != NULL ? container->format.data : "";
    item->label = text_of(listed, container->label, &listed->label);
    item->size = container->size;
    item->size_known = true;
    return listed->options->item(listed->options->context, item);
}

enum wcab_err wci_listed_entry(struct wci_listed *listed, const struct wci_entry *entry,
                               const char *id)
{
    struct wcab_list_item *item = &listed->item;

    item->is_container = false;
    item->name = entry_name(listed, entry);
    item->alias = entry_alias(listed, entry);
    item->id = id;
    item->size = entry->size;
    item->size_known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    item->continued = entry->flags & WCI_ENTRY_CONTINUED;
    item->continues = entry->flags & WCI_ENTRY_CONTINUES;
    item->damaged = entry->flags & WCI_ENTRY_DAMAGED;
    (void)wci_dostime_format(entry->modified, item->modified);
    item->modified_seconds = wci_dostime_seconds(entry->modified);
    put_attributes(entry, item->attributes);
    return listed->options->item(listed->options->context, item);
}
