/*
 * disk_libdsk - see disk_libdsk.h.
 *
 * libdsk reads files by name, so the dump is copied into memory that has one (memfd); dumps of
 * floppies are small.  Geometry comes from the boot sector, as libdsk finds it.
 */
#include "disk_libdsk.h"

#include <stdbool.h>
#include <string.h>

#ifdef WHICHCAB_LIBDSK
#include <errno.h>
#include <libdsk.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "floppy_dump.h"
#endif

enum { DUMP_MAX = 16 * 1024 * 1024, SIGNATURE_MAX = 24 };

struct dump_kind {
    const char *name, *driver; /* libdsk's */
    const char *signature;
    uint8_t length;
};

static const struct dump_kind kinds[] = {
    {"Teledisk", "tele", "TD\0", 3}, {"Teledisk, advanced compression", "tele", "td\0", 3},
    {"CopyQM", "qm", "CQ\x14", 3},   {"extended DSK", "edsk", "EXTENDED CPC DSK File\r\n", 23},
    {"DSK", "dsk", "MV - CPC", 8},
};

/* CFI has no signature: each track is its length, then runs: a length with bit 15 set and one byte,
 * or a length and that many bytes.  The first track must come out as whole sectors. */
static bool is_cfi(const uint8_t *bytes, size_t size)
{
    size_t end = 2 + ((size_t)bytes[0] | (size_t)bytes[1] << 8), at = 2, out = 0;

    if (size < 8 || end > size || end < 5)
        return false;
    while (at + 2 < end) {
        size_t run = (size_t)bytes[at] | (size_t)bytes[at + 1] << 8;

        at += run & 0x8000 ? 3 : 2 + run;
        out += run & 0x7FFF;
    }
    return at == end && out % 512 == 0 && out >= 8 * 512 && out <= 36 * 512;
}

static const struct dump_kind *recognise(const uint8_t *bytes, size_t size)
{
    static const struct dump_kind cfi = {"CFI", "cfi", NULL, 0};
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (size >= kinds[i].length && memcmp(bytes, kinds[i].signature, kinds[i].length) == 0)
            return &kinds[i];
    }
    return is_cfi(bytes, size) ? &cfi : NULL;
}

#ifdef WHICHCAB_LIBDSK

/* Copies the source into a file without a name on any disk. */
static enum wcab_err copy_to_memory(struct wci_source *source, int *fd, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source), at = 0;
    enum wcab_err code = WCAB_OK;
    int made = memfd_create("floppy", MFD_CLOEXEC);

    if (made < 0)
        return wci_error_set_sys(err, errno, "no memory file for the floppy dump");
    while (code == WCAB_OK && at < size) {
        uint8_t bytes[16384];
        size_t got = 0;

        code = wci_source_read_some(source, at, bytes, sizeof(bytes), &got, err);
        if (code == WCAB_OK && pwrite(made, bytes, got, (off_t)at) != (ssize_t)got)
            code = wci_error_set_sys(err, errno, "no memory for the floppy dump");
        at += got;
    }
    if (code != WCAB_OK) {
        (void)close(made);
        return code;
    }
    *fd = made;
    return WCAB_OK;
}

static enum wci_floppy_state state_of(dsk_err_t result)
{
    if (result == DSK_ERR_OK)
        return WCI_FLOPPY_GOOD;
    return result == DSK_ERR_DATAERR ? WCI_FLOPPY_BAD : WCI_FLOPPY_MISSING;
}

static void copy_sectors(DSK_PDRIVER driver, const DSK_GEOMETRY *geometry,
                         struct wci_floppy_dump *dump)
{
    unsigned cylinder, head, sector;

    for (cylinder = 0; cylinder < geometry->dg_cylinders; cylinder++) {
        for (head = 0; head < geometry->dg_heads; head++) {
            for (sector = 0; sector < geometry->dg_sectors; sector++) {
                uint8_t *place = wci_floppy_dump_sector(dump, cylinder, head, sector + 1);

                wci_floppy_dump_set_state(dump, cylinder, head, sector + 1,
                                          state_of(dsk_pread(driver, geometry, place, cylinder,
                                                             head, geometry->dg_secbase + sector)));
            }
        }
    }
}

static enum wcab_err read_dump(int fd, const struct dump_kind *kind, struct wci_floppy_dump **dump,
                               struct wcab_error *err)
{
    DSK_PDRIVER driver = NULL;
    DSK_GEOMETRY geometry;
    char path[40];
    dsk_err_t result;
    enum wcab_err code;

    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    memset(&geometry, 0, sizeof(geometry));
    result = dsk_open(&driver, path, kind->driver, NULL);
    if (result == DSK_ERR_OK)
        result = dsk_getgeom(driver, &geometry);
    if (result != DSK_ERR_OK) {
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "%s: libdsk can't read it: %s", kind->name,
                             dsk_strerror(result));
    } else {
        code = wci_floppy_dump_new(geometry.dg_cylinders, geometry.dg_heads, geometry.dg_sectors,
                                   (unsigned)geometry.dg_secsize, dump, err);
        if (code == WCAB_OK)
            copy_sectors(driver, &geometry, *dump);
    }
    if (driver != NULL)
        (void)dsk_close(&driver);
    return code;
}

static enum wcab_err open_dump(struct wci_source *source, const struct dump_kind *kind,
                               struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_floppy_dump *dump = NULL;
    char reason[80];
    int fd = -1;
    enum wcab_err code = copy_to_memory(source, &fd, err);

    if (code != WCAB_OK)
        return code;
    code = read_dump(fd, kind, &dump, err);
    (void)close(fd);
    if (code != WCAB_OK)
        return code;
    (void)snprintf(reason, sizeof(reason), "%s floppy dump: %s", kind->name,
                   kind->signature != NULL ? "signature at byte 0" : "its first track unpacks");
    return wci_floppy_dump_finish_take(dump, source, kind->name, reason, volume, err);
}

#else

static enum wcab_err open_dump(struct wci_source *source, const struct dump_kind *kind,
                               struct wci_volume **volume, struct wcab_error *err)
{
    (void)source;
    (void)volume;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "%s floppy dump: built without libdsk; convert it: dsktrans -itype %s "
                         "-otype raw IMAGE floppy.img",
                         kind->name, kind->driver);
}

#endif

enum wcab_err wci_disk_libdsk_open(struct wci_source *source, struct wci_volume **volume,
                                   struct wcab_error *err)
{
    const struct dump_kind *kind;
    uint8_t bytes[20000];
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    kind = wci_source_size(source) <= DUMP_MAX ? recognise(bytes, got) : NULL;
    if (kind == NULL)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no floppy dump that libdsk reads");
    return open_dump(source, kind, volume, err);
}
