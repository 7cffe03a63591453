/*
 * window_copy - copying matches in the ring that is a decoder's window.
 *
 * Frames don't wrap: where one would not fit before the ring's end it starts at its beginning, and
 * `lap_end` is where the lap before ended.  The ring is two frames larger than the window, so that
 * copies may write up to 15 bytes too far without touching what can still be asked for.
 */
#ifndef WCI_WINDOW_COPY_H
#define WCI_WINDOW_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* bytes behind the ring: copies write up to 15 bytes too far and read as much */
enum { WCI_WINDOW_SLACK = 64 };

/* Copies from `distance` (not 0) bytes before `to`; writes up to 15 bytes too far. */
static inline __attribute__((always_inline)) void
wci_window_copy_near(uint8_t *to, uint32_t distance, uint32_t length)
{
    uint32_t done = 0;

    if (distance < 16) {
        /* the match repeats its first bytes: after a few of them it can be copied from a multiple
         * of the distance away */
        uint32_t stride = distance * ((15 + distance) / distance);

        for (; done < stride - distance; done++)
            to[done] = *(to + done - distance);
        distance = stride;
    }
    for (; done < length; done += 16)
        memcpy(to + done, to + done - distance, 16);
}

/* Copies a match whose start lies in the ring's last lap: `distance` is greater than `to`. */
static inline void wci_window_copy_far(uint8_t *ring, size_t lap_end, size_t to, uint32_t distance,
                                       uint32_t length)
{
    size_t from = lap_end - (distance - to);
    uint32_t i;

    if (from + length <= lap_end) {
        for (i = 0; i < length; i += 16)
            memcpy(ring + to + i, ring + from + i, 16);
        return;
    }
    for (i = 0; i < length; i++, from++) {
        if (from == lap_end)
            from = 0;
        ring[to + i] = ring[from];
    }
}

#endif
