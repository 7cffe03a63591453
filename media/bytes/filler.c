/*
 * filler - see filler.h.
 */
#include "media/bytes/filler.h"

#include <string.h>

enum { SECTOR = 512, PERIOD = 16 };

/* `size` bytes at `phase` of the filler's period. */
static int is_filler(const uint8_t *data, size_t size, size_t phase)
{
    static const char text[] = WCI_FILLER_TEXT WCI_FILLER_TEXT;
    size_t i;

    if (memcmp(data, text + phase, PERIOD) != 0)
        return 0;
    for (i = PERIOD; i < size; i++) {
        if (data[i] != data[i - PERIOD])
            return 0;
    }
    return 1;
}

size_t wci_filler_find(const uint8_t *data, size_t size, uint64_t offset)
{
    size_t at = 0;

    while (at < size && size - at >= PERIOD) {
        size_t rest = SECTOR - (size_t)((offset + at) % SECTOR);
        size_t run = rest < size - at ? rest : size - at;

        if (run >= PERIOD && is_filler(data + at, run, (size_t)((offset + at) % PERIOD)))
            return at;
        at += run;
    }
    return size;
}
