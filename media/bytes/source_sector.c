/*
 * source_sector - see source_sector.h.
 */
#include "media/bytes/source_sector.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum {
    HEADER = 16,
    MODE_AT = 15,
    SUBHEADER = 8,
    BATCH = 32,   /* sectors read at once when they must be unwrapped */
    LEAD_IN = 150 /* addresses count from the start of the lead-in's two seconds */
};

struct sector_source {
    struct wci_source base;
    struct wci_sector_overlay overlay;
    uint8_t *batch; /* owned */
    size_t count;
    struct wci_sector_run runs[];
};

static bool from_bcd(uint8_t byte, unsigned limit, unsigned *value)
{
    *value = (byte >> 4) * 10U + (byte & 15U);
    return (byte & 15U) < 10 && *value < limit;
}

bool wci_sector_read_header(const uint8_t bytes[16], struct wci_sector_header *header)
{
    static const uint8_t sync[12] = {0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    unsigned minute, second, frame;

    if (memcmp(bytes, sync, sizeof(sync)) != 0)
        return false;
    header->mode = bytes[MODE_AT] & 3;
    header->has_lba = from_bcd(bytes[12], 100, &minute) && from_bcd(bytes[13], 60, &second) &&
                      from_bcd(bytes[14], 75, &frame);
    header->lba = 0;
    if (header->has_lba) {
        uint64_t address = ((uint64_t)minute * 60 + second) * 75 + frame;

        header->has_lba = address >= LEAD_IN;
        header->lba = header->has_lba ? address - LEAD_IN : 0;
    }
    return true;
}

/* The run that holds a sector, or the next one behind it; NULL behind the last. */
static const struct wci_sector_run *find_run(const struct sector_source *sectors, uint64_t lba)
{
    size_t low = 0, high = sectors->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (sectors->runs[middle].lba + sectors->runs[middle].count <= lba)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sectors->count ? &sectors->runs[low] : NULL;
}

/* Copies the data out of one sector of an image. */
static enum wcab_err unwrap(const struct wci_sector_run *run, const uint8_t *bytes, uint64_t offset,
                            uint8_t *data, struct wcab_error *err)
{
    struct wci_sector_header header;
    uint32_t skip = run->skip;

    if (run->stride >= WCI_SECTOR_RAW) {
        if (!wci_sector_read_header(bytes, &header))
            return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                                    "sector at byte %llu of the image is damaged: it has no "
                                    "synchronisation",
                                    (unsigned long long)offset);
        skip = header.mode == 2 ? HEADER + SUBHEADER : HEADER;
        if (header.mode == 0) {
            memset(data, 0, WCI_SECTOR_DATA);
            return WCAB_OK;
        }
    }
    memcpy(data, bytes + skip, WCI_SECTOR_DATA);
    return WCAB_OK;
}

/* Sectors of one run, at most BATCH, from `lba` on; `data` has room for them. */
static enum wcab_err read_batch(struct sector_source *sectors, const struct wci_sector_run *run,
                                uint64_t lba, size_t count, uint8_t *data, struct wcab_error *err)
{
    uint64_t offset = run->offset + (lba - run->lba) * run->stride;
    /* the last sector of an image may lack its subchannel */
    uint32_t needed = run->stride >= WCI_SECTOR_RAW ? WCI_SECTOR_RAW : run->skip + WCI_SECTOR_DATA;
    enum wcab_err code = wci_source_read_at(run->source, offset, sectors->batch,
                                            (count - 1) * run->stride + needed, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < count; i++)
        code = unwrap(run, sectors->batch + i * run->stride, offset + i * run->stride,
                      data + i * WCI_SECTOR_DATA, err);
    return code;
}

/* Reads at most a batch of whole sectors, or part of one, from byte `at` of all on: *length is what
 * is asked for, then what was read. */
static enum wcab_err read_run(struct sector_source *sectors, const struct wci_sector_run *run,
                              uint64_t at, uint8_t *buffer, size_t *length, struct wcab_error *err)
{
    uint64_t lba = at / WCI_SECTOR_DATA;
    size_t within = (size_t)(at % WCI_SECTOR_DATA);
    uint64_t left = run->count - (lba - run->lba);
    uint8_t one[WCI_SECTOR_DATA];
    size_t count = *length / WCI_SECTOR_DATA;
    enum wcab_err code;

    if (within > 0 || count == 0) {
        code = read_batch(sectors, run, lba, 1, one, err);
        *length = WCI_SECTOR_DATA - within < *length ? WCI_SECTOR_DATA - within : *length;
        if (code == WCAB_OK)
            memcpy(buffer, one + within, *length);
        return code;
    }
    count = count < BATCH ? count : BATCH;
    count = count < left ? count : (size_t)left;
    *length = count * WCI_SECTOR_DATA;
    return read_batch(sectors, run, lba, count, buffer, err);
}

static bool in_overlay(const struct wci_sector_overlay *overlay, uint64_t lba)
{
    return lba >= overlay->at && lba - overlay->at < overlay->count;
}

static enum wcab_err sectors_read(struct wci_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct sector_source *sectors = (struct sector_source *)source;
    uint64_t lba = offset / WCI_SECTOR_DATA;
    size_t within = (size_t)(offset % WCI_SECTOR_DATA);
    const struct wci_sector_run *run;

    if (in_overlay(&sectors->overlay, lba)) {
        lba = sectors->overlay.from + (lba - sectors->overlay.at);
        length = length < WCI_SECTOR_DATA - within ? length : WCI_SECTOR_DATA - within;
    } else if (lba < sectors->overlay.at &&
               length > (sectors->overlay.at - lba) * WCI_SECTOR_DATA - within) {
        length = (size_t)((sectors->overlay.at - lba) * WCI_SECTOR_DATA - within);
    }
    run = find_run(sectors, lba);
    if (run == NULL || lba < run->lba) { /* a gap: one sector of it at a time is enough */
        *got = length < WCI_SECTOR_DATA - within ? length : WCI_SECTOR_DATA - within;
        memset(buffer, 0, *got);
        return WCAB_OK;
    }
    *got = length;
    return read_run(sectors, run, lba * WCI_SECTOR_DATA + within, buffer, got, err);
}

static void sectors_close(struct wci_source *source)
{
    struct sector_source *sectors = (struct sector_source *)source;

    free(sectors->batch);
    free(sectors);
}

static const struct wci_source_ops sectors_ops = {sectors_read, sectors_close};

static enum wcab_err check_runs(const struct wci_sector_run *runs, size_t count,
                                struct wcab_error *err)
{
    uint64_t end = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        if (runs[i].lba < end || runs[i].lba > UINT32_MAX || runs[i].count > UINT32_MAX)
            return wci_error_set_at(err, WCAB_ERR_CORRUPT, runs[i].offset,
                                    "sectors from %llu on are in the image twice",
                                    (unsigned long long)runs[i].lba);
        if (runs[i].stride > WCI_SECTOR_STRIDE_MAX || runs[i].stride < WCI_SECTOR_DATA ||
            (runs[i].stride < WCI_SECTOR_RAW && runs[i].skip > runs[i].stride - WCI_SECTOR_DATA))
            return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, runs[i].offset,
                                    "sectors of %lu bytes are not read",
                                    (unsigned long)runs[i].stride);
        end = runs[i].lba + runs[i].count;
    }
    return WCAB_OK;
}

enum wcab_err wci_source_open_sectors(const struct wci_sector_run *runs, size_t count,
                                      const struct wci_sector_overlay *overlay,
                                      struct wci_source **source, struct wcab_error *err)
{
    struct sector_source *made;
    enum wcab_err code = check_runs(runs, count, err);

    if (code != WCAB_OK)
        return code;
    if (count == 0 || count > (SIZE_MAX - sizeof(*made)) / sizeof(*runs))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "no sectors of data");
    made = calloc(1, sizeof(*made) + count * sizeof(*runs));
    if (made == NULL)
        return wci_error_nomem(err);
    made->batch = malloc((size_t)BATCH * WCI_SECTOR_STRIDE_MAX);
    if (made->batch == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    memcpy(made->runs, runs, count * sizeof(*runs));
    made->count = count;
    made->overlay = *overlay;
    made->base.ops = &sectors_ops;
    made->base.size = (runs[count - 1].lba + runs[count - 1].count) * WCI_SECTOR_DATA;
    *source = &made->base;
    return WCAB_OK;
}
