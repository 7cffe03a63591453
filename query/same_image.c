/*
 * same_image - see same_image.h.
 */
#include "query/same_image.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/parts.h"

/* Larger images aren't read for an answer: a floppy takes a millisecond. */
enum { MOST_READ = 4 * 1024 * 1024, STEP = 64 * 1024 };

/* The next container of the medium from *at on; false behind the last. */
static bool next_container(const struct wci_known_image *image, uint32_t end, uint32_t *at)
{
    while (*at < end && !wci_known_image_holds(image, *at))
        ++*at;
    return *at < end;
}

static uint32_t end_of(const struct wci_known_image *image, uint32_t root)
{
    return image->image.container_count == 0 ? 0 : wci_part_end(&image->image, root);
}

bool wci_same_image_lists(const struct wci_known_image *a, const struct wci_known_image *b)
{
    uint32_t x = wci_known_image_root(a), y = wci_known_image_root(b);
    uint32_t x_end = end_of(a, x), y_end = end_of(b, y);

    for (;; x++, y++) {
        bool more = next_container(a, x_end, &x);

        if (more != next_container(b, y_end, &y))
            return false;
        if (!more)
            return true;
        if (a->state.listings[x] != b->state.listings[y])
            return false;
    }
}

static int open_file(struct wci_bytes path)
{
    char text[WCI_LIMIT_PATH];

    if (path.length >= sizeof(text))
        return -1;
    memcpy(text, path.data, path.length);
    text[path.length] = '\0';
    return open(text, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* Whether both files have the same bytes in one step; *more: there was something. */
static bool same_step(int a, int b, uint8_t *bytes, off_t at, bool *more)
{
    ssize_t x = pread(a, bytes, STEP, at), y = pread(b, bytes + STEP, STEP, at);

    *more = x > 0;
    return x == y && x >= 0 && memcmp(bytes, bytes + STEP, (size_t)x) == 0;
}

/* False when they can be read and differ; what can't be read stays as it is on record. */
static bool same_bytes(const struct wci_known_image *a, const struct wci_known_image *b)
{
    int one = open_file(a->image.path), two = open_file(b->image.path);
    uint8_t *bytes = malloc((size_t)2 * STEP);
    bool same = true, more = one >= 0 && two >= 0 && bytes != NULL;
    off_t at;

    for (at = 0; same && more && at < MOST_READ; at += STEP)
        same = same_step(one, two, bytes, at, &more);
    free(bytes);
    if (one >= 0)
        (void)close(one);
    if (two >= 0)
        (void)close(two);
    return same;
}

bool wci_same_image(const struct wci_known_image *a, const struct wci_known_image *b)
{
    static const uint8_t unknown[WCI_QUICK_BYTES];

    if (a->image.kind != b->image.kind || a->image.size != b->image.size || a->part != b->part ||
        memcmp(a->image.quick, b->image.quick, sizeof(a->image.quick)) != 0 ||
        !wci_same_image_lists(a, b))
        return false;
    if (a->id == b->id)
        return true;
    if (memcmp(a->image.quick, unknown, sizeof(unknown)) == 0 && a->image.size > MOST_READ)
        return false;
    return a->image.kind != WCI_IMAGE_FILE || a->image.size > MOST_READ || same_bytes(a, b);
}

/* More copies than anybody looks through. */
enum { MOST_COPIES = 4096 };

static bool may_have_twin(const struct wci_found *found)
{
    return !found->image->published && found->image->image.identity.medium.length == 0;
}

void wci_same_image_find_twins(struct wci_found *found, size_t count)
{
    size_t i, k;

    if (count > MOST_COPIES)
        return;
    for (i = 1; i < count; i++) {
        for (k = 0; k < i && found[i].twin == NULL && may_have_twin(&found[i]); k++) {
            if (found[k].image == found[i].image && found[k].twin != NULL)
                found[i].twin = found[k].twin;
            else if (found[k].image != found[i].image && may_have_twin(&found[k]) &&
                     (found[k].twin == NULL || found[k].twin == found[k].image) &&
                     wci_same_image(found[k].image, found[i].image))
                found[i].twin = found[k].twin = found[k].image;
        }
    }
}
