/*
 * disk_headed - see disk_headed.h.
 */
#include "media/disc/disk_headed.h"

#include <string.h>

#include "core/cursor.h"
#include "media/disc/nest.h"

enum {
    FLOPPY_MAX = 16 * 1024 * 1024,
    FDI_HEADER_MAX = 64 * 1024,
    DSKF_HEADER = 40,
    DSKF_OLD = 0x58,
    DSKF_PLAIN = 0x59,
    DSKF_COMPRESSED = 0x5A
};

/* Where the floppy lies in the file. */
struct place {
    uint64_t offset, saved, size; /* `saved` bytes are there, the others are zeroes */
};

static enum wcab_err open_place(struct wci_source *source, const struct place *place,
                                const char *format, const char *reason, struct wci_volume **volume,
                                struct wcab_error *err)
{
    uint64_t file = wci_source_size(source);
    uint64_t there = place->offset < file ? file - place->offset : 0;
    struct wci_extent extents[2] = {{place->offset, place->saved},
                                    {UINT64_MAX, place->size - place->saved}};
    struct wci_source *inside = NULL;
    struct wci_nest *nest = NULL;
    size_t count = place->size > place->saved ? 2 : 1;
    enum wcab_err code;

    if (place->saved > there) { /* what the volume lacks then it tells itself */
        extents[0].size = there;
        count = 1;
    }
    code = wci_source_open_extents(source, extents, count, &inside, err);
    if (code != WCAB_OK)
        return code;
    code = wci_nest_new(source, format, reason, &nest, err);
    if (code != WCAB_OK) {
        wci_source_close(inside);
        return code;
    }
    code = wci_nest_add_take(nest, "floppy", place->offset, inside, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

/* ---- FDI ------------------------------------------------------------------------------------ */

static bool read_fdi(const uint8_t *bytes, size_t size, uint64_t file_size, struct place *place)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    uint32_t zero = wci_cursor_u32(&cursor), type = wci_cursor_u32(&cursor), sector, sectors, heads;
    uint64_t cylinders;

    place->offset = wci_cursor_u32(&cursor);
    place->size = place->saved = wci_cursor_u32(&cursor);
    sector = wci_cursor_u32(&cursor);
    sectors = wci_cursor_u32(&cursor);
    heads = wci_cursor_u32(&cursor);
    cylinders = wci_cursor_u32(&cursor);
    return cursor.ok && zero == 0 && type <= UINT8_MAX && place->offset >= WCI_DISK_FDI_HEADER &&
           place->offset <= FDI_HEADER_MAX && place->offset < file_size && place->size > 0 &&
           place->size <= FLOPPY_MAX && sector >= 128 && sector <= 8192 &&
           (sector & (sector - 1)) == 0 && sectors > 0 && sectors <= 64 && heads > 0 &&
           heads <= 2 && place->size == sector * sectors * heads * cylinders;
}

bool wci_disk_fdi_is_header(const uint8_t *bytes, size_t size, uint64_t file_size)
{
    struct place place;

    return read_fdi(bytes, size, file_size, &place);
}

enum wcab_err wci_disk_fdi_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    uint8_t bytes[WCI_DISK_FDI_HEADER];
    struct place place;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (!read_fdi(bytes, got, wci_source_size(source), &place))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no FDI header at byte 0");
    return open_place(source, &place, "FDI",
                      "FDI floppy image: the sizes of its header multiply to that of its data",
                      volume, err);
}

/* ---- SaveDskF ------------------------------------------------------------------------------- */

/* Geometry is that of the floppy's BIOS parameter block; sectors count in its sizes. */
static bool read_dskf(const uint8_t *bytes, struct place *place)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, DSKF_HEADER);
    uint32_t sector_size, cylinders, heads, sectors, saved, data;

    wci_cursor_seek(&cursor, 4);
    sector_size = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 24);
    cylinders = wci_cursor_u16(&cursor);
    heads = wci_cursor_u16(&cursor);
    sectors = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 4);
    saved = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2); /* where a comment begins */
    data = wci_cursor_u16(&cursor);
    if (sector_size < 128 || sector_size > 4096 || (sector_size & (sector_size - 1)) != 0 ||
        heads == 0 || heads > 2 || data < DSKF_HEADER)
        return false;
    place->offset = data;
    place->saved = (uint64_t)saved * sector_size;
    place->size = (uint64_t)cylinders * heads * sectors * sector_size;
    return place->saved > 0 && place->saved <= place->size && place->size <= FLOPPY_MAX;
}

enum wcab_err wci_disk_savedskf_open(struct wci_source *source, struct wci_volume **volume,
                                     struct wcab_error *err)
{
    uint8_t bytes[DSKF_HEADER] = {0};
    struct place place;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < sizeof(bytes) || bytes[0] != 0xAA ||
        (bytes[1] != DSKF_OLD && bytes[1] != DSKF_PLAIN && bytes[1] != DSKF_COMPRESSED))
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no SaveDskF image: no AA 58 to AA 5A at byte 0");
    if (bytes[1] == DSKF_COMPRESSED)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "SaveDskF image, compressed: write it to a floppy or a virtual one "
                             "with LOADDSKF.EXE, and save that");
    if (!read_dskf(bytes, &place))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "SaveDskF: the header's sizes are those of no floppy");
    return open_place(source, &place, "SaveDskF",
                      bytes[1] == DSKF_OLD ? "SaveDskF image: AA 58 at byte 0"
                                           : "SaveDskF image: AA 59 at byte 0",
                      volume, err);
}
