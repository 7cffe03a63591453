/*
 * iso_udf - see iso_udf.h.
 */
#include "media/volume/iso_udf.h"

#include <string.h>

#include "core/cursor.h"

enum {
    SECTOR = 2048,
    ANCHOR = 256,
    DESCRIPTORS_MAX = 32,
    TAG_ANCHOR = 2,
    TAG_LOGICAL = 6,
    TAG_TERMINATOR = 8,
    TAG_INTEGRITY = 9,
    INTEGRITY_FIELD = 432, /* of a logical volume descriptor */
    PARTITIONS_FIELD = 72, /* of an integrity descriptor */
    ENTITY_BYTES = 32
};

/* Reads a descriptor; its tag, 0 when it can't be read. */
static unsigned read_descriptor(struct wci_source *source, uint64_t sector, uint8_t bytes[SECTOR])
{
    if (wci_source_read_at(source, sector * SECTOR, bytes, SECTOR, NULL) != WCAB_OK)
        return 0;
    return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint32_t field(const uint8_t *bytes, size_t at)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, SECTOR);

    wci_cursor_seek(&cursor, at);
    return wci_cursor_u32(&cursor);
}

bool wci_iso_udf_count(struct wci_source *source, uint64_t *items)
{
    uint8_t bytes[SECTOR];
    uint32_t first, i, integrity = 0;
    unsigned tag = 0;
    size_t use;

    if (read_descriptor(source, ANCHOR, bytes) != TAG_ANCHOR)
        return false;
    first = field(bytes, 20);
    for (i = 0; i < DESCRIPTORS_MAX && tag != TAG_TERMINATOR && integrity == 0; i++) {
        tag = read_descriptor(source, (uint64_t)first + i, bytes);
        if (tag == TAG_LOGICAL)
            integrity = field(bytes, INTEGRITY_FIELD + 4);
    }
    if (integrity == 0 || read_descriptor(source, integrity, bytes) != TAG_INTEGRITY)
        return false;
    use = field(bytes, PARTITIONS_FIELD);
    if (use > 8)
        return false;
    use = 80 + 8 * use + ENTITY_BYTES;
    *items = (uint64_t)field(bytes, use) + field(bytes, use + 4);
    if (*items > 0)
        --*items; /* the root */
    return true;
}
