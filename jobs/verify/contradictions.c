/*
 * contradictions - sets of disks that contradict themselves, told at the end of a verification.
 *
 * A set's ID is the sum of the bytes of its file names (query/media/sums): no file need be damaged
 * where a cabinet is too few or a name was altered.
 */
#include <stdlib.h>

#include "core/text.h"
#include "jobs/verify/verify_run.h"

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The images that were read in this run, in order. */
static uint32_t *images_of(const struct wci_verify_run *run, size_t *count)
{
    uint32_t *images = calloc(run->piece_count + 1, sizeof(*images));
    size_t i;

    *count = run->piece_count;
    for (i = 0; images != NULL && i < *count; i++)
        images[i] = run->pieces[i].place.image;
    if (images != NULL)
        qsort(images, *count, sizeof(*images), by_number);
    return images;
}

/* The first disk of the medium that was read in this run; NULL when none was. */
static const char *image_read(struct wci_reader *reader, const struct wcab_medium *medium,
                              const uint32_t *images, size_t count)
{
    struct wci_image_stamp stamp;
    uint32_t i;

    for (i = 0; i < medium->disk_count; i++) {
        const struct wcab_disk *disk = &medium->disks[i];
        struct wci_bytes path = {(const char *)disk->image_raw, disk->image_raw_length};

        if (path.length > 0 && wci_reader_stamp(reader, path, &stamp, NULL) == WCAB_OK &&
            bsearch(&stamp.id, images, count, sizeof(*images), by_number) != NULL)
            return path.data;
    }
    return NULL;
}

static void tell(struct wci_verify_run *run, const struct wcab_medium *medium, const char *image)
{
    struct wcab_error what;
    struct wcab_verify_event event = {.kind = WCAB_VERIFY_CONTRADICTION,
                                      .image = image,
                                      .medium = medium->medium,
                                      .error = &what};

    wci_error_set(&what, WCAB_ERR_CORRUPT, "%s", medium->contradiction);
    wci_verify_image_tell(run, &event);
}

enum wcab_err wci_verify_contradictions(struct wci_verify_run *run, struct wcab_error *err)
{
    const struct wcab_medium *medium;
    struct wcab_media *media = NULL;
    size_t count = 0, i;
    uint32_t *images;
    enum wcab_err code;

    if (run->options->on_event == NULL || run->piece_count == 0)
        return WCAB_OK;
    images = images_of(run, &count);
    if (images == NULL)
        return wci_error_nomem(err);
    code = wcab_media_open(run->known, NULL, &media, err);
    for (i = 0; code == WCAB_OK && (medium = wcab_media_get(media, i)) != NULL; i++) {
        const char *image =
            medium->contradiction == NULL ? NULL : image_read(run->reader, medium, images, count);

        if (image != NULL)
            tell(run, medium, image);
    }
    wcab_media_close(media);
    free(images);
    return code;
}
