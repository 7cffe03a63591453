/*
 * passing - see passing.h.
 */
#include "jobs/verify/passing.h"

#include <string.h>

static bool holds_zeroes(const uint8_t *data, size_t size)
{
    return size == 0 || (data[0] == 0 && memcmp(data, data + 1, size - 1) == 0);
}

/* The mark may be cut by where one piece ends. */
static bool has_mark(const struct wci_passing *passing, const uint8_t *data, size_t size)
{
    enum { BEFORE = WCI_PASSING_MARK - 1 };
    uint8_t joint[2 * BEFORE];
    size_t head = size < BEFORE ? size : BEFORE;
    size_t from = passing->size == 0 && size > 0 ? 1 : 0; /* at its start it is a cabinet itself */

    memcpy(joint, passing->last, BEFORE);
    if (head > 0)
        memcpy(joint + BEFORE, data, head);
    if (passing->size > BEFORE && memmem(joint, BEFORE + head, "MSCF", WCI_PASSING_MARK) != NULL)
        return true;
    return memmem(data + from, size - from, "MSCF", WCI_PASSING_MARK) != NULL;
}

void wci_passing_feed(struct wci_passing *passing, const uint8_t *data, size_t size)
{
    size_t kept = size < sizeof(passing->last) ? size : sizeof(passing->last);

    passing->not_zero = passing->not_zero || !holds_zeroes(data, size);
    if (passing->searched && !passing->marked)
        passing->marked = has_mark(passing, data, size);
    memmove(passing->last, passing->last + kept, sizeof(passing->last) - kept);
    if (kept > 0)
        memcpy(passing->last + sizeof(passing->last) - kept, data + size - kept, kept);
    passing->size += size;
}
