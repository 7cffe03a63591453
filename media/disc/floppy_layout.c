/*
 * floppy_layout - see floppy_layout.h.
 */
#include "media/disc/floppy_layout.h"

#include <string.h>

enum { DOUBLE_STEP_LEAST = 60, DOUBLE_STEP = 2 }; /* cylinders; below: a floppy of 40 tracks */

void wci_floppy_votes_add(struct wci_floppy_votes *votes, unsigned cylinder, unsigned head,
                          unsigned count, unsigned size_code)
{
    if (count == 0 || count >= WCI_FLOPPY_TRACK_SECTORS || size_code >= WCI_FLOPPY_SIZE_CODES ||
        head >= WCI_FLOPPY_HEADS || cylinder >= WCI_FLOPPY_CYLINDERS)
        return;
    votes->votes[size_code][count]++;
    if (cylinder >= votes->cylinders)
        votes->cylinders = cylinder + 1;
    if (head >= votes->heads)
        votes->heads = head + 1;
    if (cylinder % DOUBLE_STEP == 0)
        votes->even++;
    else
        votes->odd++;
}

bool wci_floppy_votes_decide(const struct wci_floppy_votes *votes, struct wci_floppy_layout *layout)
{
    unsigned most = 0, size, count;

    memset(layout, 0, sizeof(*layout));
    for (size = 0; size < WCI_FLOPPY_SIZE_CODES; size++) {
        for (count = 1; count < WCI_FLOPPY_TRACK_SECTORS; count++) {
            if (votes->votes[size][count] > most) {
                most = votes->votes[size][count];
                layout->size_code = size;
                layout->sectors = count;
            }
        }
    }
    layout->double_step = votes->odd == 0 && votes->cylinders > DOUBLE_STEP_LEAST;
    layout->cylinders =
        layout->double_step ? (votes->cylinders + 1) / DOUBLE_STEP : votes->cylinders;
    layout->heads = votes->heads;
    return most > 0;
}

enum wcab_err wci_floppy_layout_new(const struct wci_floppy_layout *layout,
                                    struct wci_floppy_dump **dump, struct wcab_error *err)
{
    return wci_floppy_dump_new(layout->cylinders, layout->heads, layout->sectors,
                               128U << layout->size_code, dump, err);
}

void wci_floppy_layout_put(const struct wci_floppy_layout *layout, struct wci_floppy_dump *dump,
                           const struct wci_floppy_sector *sector)
{
    unsigned cylinder = layout->double_step ? sector->cylinder / DOUBLE_STEP : sector->cylinder;
    uint8_t *place = wci_floppy_dump_sector(dump, cylinder, sector->head, sector->number);

    /* tracks of another format keep their places missing, which the volume tells */
    if (place == NULL || sector->size_code != layout->size_code)
        return;
    if (sector->data != NULL)
        memcpy(place, sector->data, (size_t)128 << sector->size_code);
    else
        memset(place, sector->fill, (size_t)128 << sector->size_code);
    wci_floppy_dump_set_state(dump, cylinder, sector->head, sector->number, sector->state);
}
