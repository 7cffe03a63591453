/*
 * disc_raw - bare sectors without any description: BIN and IMG files that lost their sheet.
 *
 * Sectors of 2,352 bytes and more begin with a synchronisation pattern and their own address;
 * those of 2,336 bytes have neither, and are known by the volume descriptor in the sixteenth.
 */
#include <stdio.h>
#include <string.h>

#include "media/bytes/source_sector.h"
#include "media/disc/disc.h"

enum { PREGAP = 150, FIRST_DESCRIPTOR = 16, MODE2_STRIDE = 2336, MODE2_SKIP = 8 };

static bool has_sync(struct wci_source *source, uint64_t offset, struct wci_sector_header *header)
{
    uint8_t bytes[16];

    return wci_source_read_at(source, offset, bytes, sizeof(bytes), NULL) == WCAB_OK &&
           wci_sector_read_header(bytes, header);
}

/* How far the next sector's synchronisation is from the one at `offset`; 0 when there is none. */
static uint32_t find_stride(struct wci_source *source, uint64_t offset)
{
    static const uint32_t strides[] = {2352, 2448, 2368};
    struct wci_sector_header header;
    size_t i;

    for (i = 0; i < sizeof(strides) / sizeof(strides[0]); i++) {
        if (has_sync(source, offset + strides[i], &header))
            return strides[i];
    }
    return 0;
}

static bool is_mode2_image(struct wci_source *source)
{
    uint8_t bytes[6];

    return wci_source_read_at(source, FIRST_DESCRIPTOR * MODE2_STRIDE + MODE2_SKIP, bytes,
                              sizeof(bytes), NULL) == WCAB_OK &&
           memcmp(bytes + 1, "CD001", 5) == 0;
}

/* Finds the first sector; a pregap of silence may precede it. */
static bool recognise(struct wci_source *source, struct wci_disc_track *track)
{
    struct wci_sector_header header;
    uint64_t offset;

    for (offset = 0; offset <= PREGAP * WCI_SECTOR_RAW; offset += PREGAP * WCI_SECTOR_RAW) {
        if (!has_sync(source, offset, &header))
            continue;
        track->stride = find_stride(source, offset);
        track->offset = offset;
        if (track->stride != 0)
            return wci_disc_set_layout(track, header.mode == 2 ? 2 : 1, track->stride);
    }
    return is_mode2_image(source) && wci_disc_set_layout(track, 2, MODE2_STRIDE);
}

enum wcab_err wci_disc_raw_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    struct wci_disc_track found = {.number = 1};
    struct wci_disc_track *track;
    struct wci_disc disc;
    char format[60], reason[120];
    enum wcab_err code;

    if (!recognise(source, &found))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no CD sectors with headers at byte 0");
    (void)snprintf(format, sizeof(format), "BIN, %lu bytes a sector", (unsigned long)found.stride);
    if (found.stride == MODE2_STRIDE)
        (void)snprintf(reason, sizeof(reason),
                       "CD sectors of 2336 bytes: CD001 in the sixteenth, at byte %d",
                       FIRST_DESCRIPTOR * MODE2_STRIDE + MODE2_SKIP + 1);
    else
        (void)snprintf(reason, sizeof(reason),
                       "CD sectors of %lu bytes: synchronisation at byte %llu",
                       (unsigned long)found.stride, (unsigned long long)found.offset);
    code = wci_disc_init(&disc, source, format, reason, err);
    if (code != WCAB_OK)
        return code;
    track = wci_disc_add_track(&disc, 1);
    track->data = true;
    track->source = source;
    track->offset = found.offset;
    track->stride = found.stride;
    track->skip = found.skip;
    code = wci_disc_finish(&disc, volume, err);
    wci_disc_free(&disc);
    return code;
}
