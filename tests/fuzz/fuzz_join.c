/*
 * fuzz_join - cabinets, five bytes each, joined into sets: every cabinet follows at most one, cuts
 * fit, and the order in which they are given makes no difference.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "indexer/join.h"

enum { PARTS_MAX = 48, PART_BYTES = 5 };

/* How well two fit is any function of the two, but always the same. */
static int content(void *context, uint32_t listing, uint32_t next)
{
    const uint8_t *salt = context;
    uint32_t mixed = (listing * 31U + next * 17U + *salt) % 5;

    return mixed == 0 ? WCI_JOIN_NO : mixed < 3 ? WCI_JOIN_UNKNOWN : WCI_JOIN_YES;
}

static int nearness(void *context, uint32_t listing, uint32_t next)
{
    const uint8_t *salt = context;

    return (int)((listing ^ next ^ *salt) % 4);
}

static struct wci_join_part part_of(const uint8_t *bytes, uint32_t listing)
{
    struct wci_join_part part = {.listing = listing,
                                 .joint_previous = bytes[0] % 6,
                                 .joint_next = bytes[1] % 6,
                                 .next_begins_here = bytes[2] & 1,
                                 .previous_ends_here = (bytes[2] & 2) != 0,
                                 .next_blocks = 1U + (bytes[2] >> 2) % 4,
                                 .previous_blocks = 1U + (bytes[2] >> 4) % 4,
                                 .previous_end = bytes[3] * 1000ULL + bytes[4],
                                 .next = WCI_NONE};

    return part;
}

static void check(const struct wci_join_part *parts, size_t count)
{
    size_t i, k, followers;

    for (i = 0; i < count; i++) {
        for (k = 0, followers = 0; k < count; k++)
            followers += parts[k].next == parts[i].listing;
        if (followers > 1)
            abort();
        for (k = 0; k < count; k++) {
            if (parts[i].next == parts[k].listing && parts[i].next != WCI_NONE &&
                (parts[i].joint_next == 0 || parts[i].joint_next != parts[k].joint_previous))
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wci_join_part parts[PARTS_MAX], reversed[PARTS_MAX];
    uint8_t salt = size > 0 ? data[0] : 0;
    struct wci_join_evidence evidence = {&salt, content, nearness};
    size_t count = size / PART_BYTES < PARTS_MAX ? size / PART_BYTES : (size_t)PARTS_MAX, i;

    for (i = 0; i < count; i++) {
        parts[i] = part_of(data + i * PART_BYTES, (uint32_t)i + 1);
        reversed[count - 1 - i] = parts[i];
    }
    if (wci_join_parts(parts, count, &evidence, NULL) != WCAB_OK ||
        wci_join_parts(reversed, count, &evidence, NULL) != WCAB_OK)
        abort();
    check(parts, count);
    for (i = 0; i < count; i++) {
        if (parts[i].next != reversed[count - 1 - i].next)
            abort();
    }
    return 0;
}
