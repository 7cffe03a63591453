/*
 * disk_libdsk - see disk_libdsk.h.
 *
 * libdsk reads files by name, so the dump is copied into memory that has one (memfd); dumps of
 * floppies are small.  Geometry comes from the boot sector, as libdsk finds it.  libdsk was not
 * written for hostile files: it prints, loses memory and may crash.  So it works in a child
 * process, which leaves the sectors in shared memory and whose death is a damaged dump, no more.
 */
#include "media/disc/disk_libdsk.h"

#include <stdbool.h>
#include <string.h>

#ifdef WHICHCAB_LIBDSK
#include <errno.h>
#include <libdsk.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/bytes/child.h"
#include "media/disc/floppy_dump.h"
#endif

enum { DUMP_MAX = 16 * 1024 * 1024, SIGNATURE_MAX = 24 };

struct dump_kind {
    const char *name, *driver; /* libdsk's */
    const char *signature;
    uint8_t length;
};

static const struct dump_kind kinds[] = {
    {"CopyQM", "qm", "CQ\x14", 3},
    {"extended DSK", "edsk", "EXTENDED CPC DSK File\r\n", 23},
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

/* ---- in the child -------------------------------------------------------------------------- */

enum { FLOPPY_MAX = 8 * 1024 * 1024, SECTORS_MAX = FLOPPY_MAX / 128, CHILD_SECONDS = 20 };

/* What the child leaves behind. */
struct shared {
    volatile int done; /* the rest is complete */
    dsk_err_t result;
    unsigned cylinders, heads, sectors, sector_size;
    uint8_t states[SECTORS_MAX]; /* enum wci_floppy_state, in order */
    uint8_t bytes[FLOPPY_MAX];
};

static enum wci_floppy_state state_of(dsk_err_t result)
{
    if (result == DSK_ERR_OK)
        return WCI_FLOPPY_GOOD;
    return result == DSK_ERR_DATAERR ? WCI_FLOPPY_BAD : WCI_FLOPPY_MISSING;
}

static bool fits(const struct shared *shared)
{
    uint64_t count = (uint64_t)shared->cylinders * shared->heads * shared->sectors;

    return shared->cylinders <= WCI_FLOPPY_CYLINDERS && shared->heads <= WCI_FLOPPY_HEADS &&
           shared->sectors <= WCI_FLOPPY_SECTORS && shared->sector_size >= 128 &&
           count * shared->sector_size <= FLOPPY_MAX;
}

static void read_sectors(DSK_PDRIVER driver, const DSK_GEOMETRY *geometry, struct shared *shared)
{
    unsigned cylinder, head, sector;
    size_t index = 0;

    for (cylinder = 0; cylinder < shared->cylinders; cylinder++) {
        for (head = 0; head < shared->heads; head++) {
            for (sector = 0; sector < shared->sectors; sector++, index++)
                shared->states[index] = (uint8_t)state_of(
                    dsk_pread(driver, geometry, shared->bytes + index * shared->sector_size,
                              cylinder, head, geometry->dg_secbase + sector));
        }
    }
}

static void read_dump(int fd, const char *type, struct shared *shared)
{
    DSK_PDRIVER driver = NULL;
    DSK_GEOMETRY geometry;
    char path[40];

    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    memset(&geometry, 0, sizeof(geometry));
    shared->result = dsk_open(&driver, path, type, NULL);
    if (shared->result == DSK_ERR_OK)
        shared->result = dsk_getgeom(driver, &geometry);
    if (shared->result == DSK_ERR_OK) {
        shared->cylinders = geometry.dg_cylinders;
        shared->heads = geometry.dg_heads;
        shared->sectors = geometry.dg_sectors;
        shared->sector_size = (unsigned)geometry.dg_secsize;
        if (fits(shared))
            read_sectors(driver, &geometry, shared);
    }
    shared->done = 1;
}

/* What the child is to read. */
struct dump {
    int fd;
    const char *type;
    struct shared *shared;
};

static int read_dump_work(void *context, int out)
{
    const struct dump *dump = context;

    (void)out;
    read_dump(dump->fd, dump->type, dump->shared);
    return 0;
}

/* ---- in the caller ------------------------------------------------------------------------- */

/* What became of it, `shared->done` says. */
static enum wcab_err run_child(int fd, const char *type, struct shared *shared,
                               struct wcab_error *err)
{
    struct dump dump = {fd, type, shared};
    struct wci_child_job job = {
        .work = read_dump_work, .context = &dump, .kept = fd, .seconds = CHILD_SECONDS};
    struct wci_budget budget;
    struct wci_child child;
    uint8_t nothing[16];
    size_t got = 1;
    enum wcab_err code;

    wci_budget_init(&budget, &wci_limits_default, FLOPPY_MAX, NULL);
    code = wci_child_start(&job, &child, err);
    if (code != WCAB_OK)
        return code;
    while (code == WCAB_OK && got > 0)
        code = wci_child_read(&child, &budget, nothing, sizeof(nothing), &got, err);
    (void)wci_child_end(&child);
    return code;
}

static enum wcab_err take_sectors(const struct shared *shared, struct wci_floppy_dump **dump,
                                  struct wcab_error *err)
{
    unsigned cylinder, head, sector;
    size_t index = 0;
    enum wcab_err code = wci_floppy_dump_new(shared->cylinders, shared->heads, shared->sectors,
                                             shared->sector_size, dump, err);

    for (cylinder = 0; code == WCAB_OK && cylinder < shared->cylinders; cylinder++) {
        for (head = 0; head < shared->heads; head++) {
            for (sector = 1; sector <= shared->sectors; sector++, index++) {
                uint8_t state = shared->states[index];

                memcpy(wci_floppy_dump_sector(*dump, cylinder, head, sector),
                       shared->bytes + index * shared->sector_size, shared->sector_size);
                wci_floppy_dump_set_state(*dump, cylinder, head, sector,
                                          state <= WCI_FLOPPY_BAD ? (enum wci_floppy_state)state
                                                                  : WCI_FLOPPY_BAD);
            }
        }
    }
    return code;
}

static enum wcab_err decode(int fd, const struct dump_kind *kind, struct wci_floppy_dump **dump,
                            struct wcab_error *err)
{
    struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    enum wcab_err code;

    if (shared == MAP_FAILED)
        return wci_error_nomem(err);
    code = run_child(fd, kind->driver, shared, err);
    if (code == WCAB_OK && !shared->done)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "%s: libdsk gave up on it", kind->name);
    else if (code == WCAB_OK && shared->result != DSK_ERR_OK)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "%s: libdsk can't read it: %s", kind->name,
                             shared->result == DSK_ERR_SYSERR ? "cut off or damaged"
                                                              : dsk_strerror(shared->result));
    else if (code == WCAB_OK && !fits(shared))
        code = wci_error_set(err, WCAB_ERR_LIMIT, "%s: larger than any floppy", kind->name);
    if (code == WCAB_OK)
        code = take_sectors(shared, dump, err);
    (void)munmap(shared, sizeof(*shared));
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
    code = decode(fd, kind, &dump, err);
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
