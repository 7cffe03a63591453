/*
 * gaps_unread - files that are there and have the name of a cabinet that its set lacks.
 */
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"
#include "query/media/gaps.h"

struct search {
    struct wci_known_images *images;
    struct wci_reader *reader;
    const struct wci_known_image *beside;
    struct wci_bytes name;
    const struct wci_known_image *best;
    struct wcab_error *err;
};

/* Of the same image, the same set, or the same folder of the host. */
static bool is_near(const struct wci_known_image *a, const struct wci_known_image *b)
{
    return a->id == b->id ||
           (a->image.identity.group != 0 && a->image.identity.group == b->image.identity.group) ||
           wci_bytes_equal(wci_bytes_folder(a->image.path), wci_bytes_folder(b->image.path));
}

/* Whether a cabinet of that name could be read in the image. */
static bool has_cabinet(const struct wci_known_image *image, struct wci_bytes name)
{
    uint32_t i;

    for (i = 0; i < image->image.container_count; i++) {
        if (image->image.containers[i].kind == WCI_CONTAINER_CABINET &&
            wci_text_equal_folded(wci_known_image_file_name(image, i), name))
            return true;
    }
    return false;
}

static enum wcab_err on_place(void *context, uint32_t id, uint32_t container)
{
    struct search *search = context;
    const struct wci_known_image *image;
    enum wcab_err code =
        wci_known_images_get(search->images, false, id, container, &image, search->err);

    if (code == WCAB_OK && wci_known_image_is_volume(image->image.containers[container].kind) &&
        !image->state.offline && is_near(image, search->beside) &&
        !has_cabinet(image, search->name))
        search->best = image;
    return code;
}

static enum wcab_err on_hit(void *context, uint32_t listing, uint32_t row)
{
    struct search *search = context;

    (void)row;
    return search->best != NULL
               ? WCAB_OK
               : wci_reader_each_place(search->reader, listing, on_place, search, search->err);
}

/* The fault whose place begins with the file: "PART2.CAB", "DISK2/PART2.CAB". */
static const struct wci_fault *fault_of(const struct wci_known_image *image, struct wci_bytes name)
{
    uint32_t i;

    for (i = 0; i < image->image.fault_count; i++) {
        const struct wci_fault *fault = &image->image.faults[i];

        if (wci_text_equal_folded(wci_bytes_base_name(fault->place), name))
            return fault;
    }
    return NULL;
}

enum wcab_err wci_gaps_unread_file(struct wci_known_images *images,
                                   const struct wci_known_image *image, struct wci_bytes name,
                                   const struct wci_known_image **holder,
                                   const struct wci_fault **fault, struct wcab_error *err)
{
    struct search search = {.images = images, .beside = image, .name = name, .err = err};
    char folded[2 * WCI_LIMIT_NAME];
    struct wci_bytes key = {folded, 0};
    enum wcab_err code = wci_handle_reader(images->catalog, false, &search.reader, err);

    *holder = NULL;
    *fault = NULL;
    if (code != WCAB_OK || search.reader == NULL || name.length == 0 ||
        name.length > WCI_LIMIT_NAME)
        return code;
    key.length = wci_text_fold(name, folded, sizeof(folded));
    code = wci_reader_find(search.reader, key, on_hit, &search, err);
    if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
        return code;
    *holder = search.best;
    if (search.best != NULL)
        *fault = fault_of(search.best, name);
    return WCAB_OK;
}
