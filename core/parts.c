/*
 * parts - see parts.h.
 */
#include "core/parts.h"

#include <string.h>

/* The container around this one.  Parents come before their children, so that walking up ends. */
static uint32_t parent_of(const struct wci_image *image, uint32_t container)
{
    uint32_t parent = image->containers[container].parent;

    return parent < container ? parent : WCI_NONE;
}

/* The part that begins with just this container. */
static uint32_t part_at(const struct wci_image *image, uint32_t container)
{
    uint32_t low = 0, high = image->part_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (image->parts[middle].container < container)
            low = middle + 1;
        else
            high = middle;
    }
    return low < image->part_count && image->parts[low].container == container ? low : WCI_NONE;
}

uint32_t wci_part_of(const struct wci_image *image, uint32_t container)
{
    uint32_t part = WCI_NONE;

    if (image->part_count == 0)
        return WCI_NONE;
    while (part == WCI_NONE && container < image->container_count) {
        part = part_at(image, container);
        container = parent_of(image, container);
    }
    return part;
}

const struct wci_identity *wci_part_identity(const struct wci_image *image, uint32_t part)
{
    return part == WCI_NONE ? &image->identity : &image->parts[part].identity;
}

struct wci_identity *wci_part_own(struct wci_image *image, uint32_t part)
{
    return part == WCI_NONE ? &image->identity : &image->parts[part].identity;
}

uint32_t wci_part_start(const struct wci_image *image, uint32_t part)
{
    return part < image->part_count ? image->parts[part].container : 0;
}

uint32_t wci_part_end(const struct wci_image *image, uint32_t container)
{
    uint32_t end = container + 1;

    while (end < image->container_count && image->containers[end].parent != WCI_NONE &&
           image->containers[end].parent >= container)
        end++;
    return end;
}

static bool only_wraps(enum wci_container_kind kind)
{
    return kind == WCI_CONTAINER_ARCHIVE || kind == WCI_CONTAINER_WRAPPER;
}

uint32_t wci_part_root(const struct wci_image *image, uint32_t part)
{
    uint32_t start = wci_part_start(image, part), end, root, i;

    if (image->container_count == 0)
        return 0;
    end = wci_part_end(image, start);
    /* the first that does not just wrap, and nothing beside it */
    for (root = start; root < end; root++) {
        if (wci_part_of(image, root) == part && !only_wraps(image->containers[root].kind))
            break;
    }
    if (root == end || !wci_container_is_volume(image->containers[root].kind))
        return start;
    for (i = wci_part_end(image, root); i < end; i++) {
        if (wci_part_of(image, i) == part && !only_wraps(image->containers[i].kind))
            return start;
    }
    return root;
}

bool wci_part_is_on_volume(const struct wci_image *image, uint32_t container)
{
    for (container = parent_of(image, container); container != WCI_NONE;
         container = parent_of(image, container)) {
        if (wci_container_is_volume(image->containers[container].kind))
            return true;
    }
    return false;
}

void wci_part_candidates(const struct wci_image *image, bool *starts, uint32_t *count,
                         uint32_t *outer_count)
{
    uint32_t i;

    memset(starts, 0, image->container_count * sizeof(*starts));
    *count = 0;
    *outer_count = 0;
    for (i = 1; i < image->container_count; i++) {
        uint32_t start = i, parent;

        if (!wci_container_is_volume(image->containers[i].kind))
            continue;
        /* A partition or track belongs to what it was cut from; a boot image to its disc. */
        for (parent = parent_of(image, start);
             image->containers[start].parent_entry == WCI_NONE && parent != WCI_NONE &&
             !wci_container_is_volume(image->containers[parent].kind);
             parent = parent_of(image, start))
            start = parent;
        if (image->containers[start].parent_entry == WCI_NONE || starts[start])
            continue;
        starts[start] = true;
        ++*count;
        *outer_count += !wci_part_is_on_volume(image, start);
    }
}
