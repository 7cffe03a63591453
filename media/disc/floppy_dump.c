/*
 * floppy_dump - see floppy_dump.h.
 */
#include "media/disc/floppy_dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/disc/nest.h"

enum { SECTOR_SIZE_MAX = 8192 };

/* The plain floppy; what dump readers hold before it is finished, and a source afterwards. */
struct wci_floppy_dump {
    struct wci_source base;
    unsigned cylinders, heads, sectors, sector_size;
    uint8_t *bytes;  /* owned */
    uint8_t *states; /* owned: enum wci_floppy_state of each sector */
};

static enum wcab_err dump_read(struct wci_source *source, uint64_t offset, void *buffer,
                               size_t length, size_t *got, struct wcab_error *err)
{
    struct wci_floppy_dump *dump = (struct wci_floppy_dump *)source;
    size_t sector = (size_t)(offset / dump->sector_size);
    size_t left = dump->sector_size - (size_t)(offset % dump->sector_size);

    if (dump->states[sector] != WCI_FLOPPY_GOOD && dump->states[sector] != WCI_FLOPPY_DELETED) {
        size_t track = sector / dump->sectors;

        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                                "cylinder %zu, head %zu, sector %zu could not be read when the "
                                "floppy was dumped",
                                track / dump->heads, track % dump->heads,
                                sector % dump->sectors + 1);
    }
    *got = length < left ? length : left;
    memcpy(buffer, dump->bytes + offset, *got);
    return WCAB_OK;
}

static void dump_close(struct wci_source *source)
{
    wci_floppy_dump_free((struct wci_floppy_dump *)source);
}

static const struct wci_source_ops dump_ops = {dump_read, dump_close};

void wci_floppy_dump_free(struct wci_floppy_dump *dump)
{
    if (dump == NULL)
        return;
    free(dump->bytes);
    free(dump->states);
    free(dump);
}

enum wcab_err wci_floppy_dump_new(unsigned cylinders, unsigned heads, unsigned sectors,
                                  unsigned sector_size, struct wci_floppy_dump **dump,
                                  struct wcab_error *err)
{
    struct wci_floppy_dump *made;
    size_t count;

    if (cylinders == 0 || cylinders > WCI_FLOPPY_CYLINDERS || heads == 0 ||
        heads > WCI_FLOPPY_HEADS || sectors == 0 || sectors > WCI_FLOPPY_SECTORS ||
        sector_size < 128 || sector_size > SECTOR_SIZE_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "floppy dump of %u cylinders, %u heads, %u sectors of %u bytes",
                             cylinders, heads, sectors, sector_size);
    count = (size_t)cylinders * heads * sectors;
    made = wci_mem_calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->base.ops = &dump_ops;
    made->base.size = count * sector_size;
    made->cylinders = cylinders;
    made->heads = heads;
    made->sectors = sectors;
    made->sector_size = sector_size;
    made->bytes = wci_mem_calloc(count, sector_size);
    made->states = wci_mem_calloc(count, 1);
    if (made->bytes == NULL || made->states == NULL) {
        wci_floppy_dump_free(made);
        return wci_error_nomem(err);
    }
    *dump = made;
    return WCAB_OK;
}

/* False outside of the floppy. */
static bool find(const struct wci_floppy_dump *dump, unsigned cylinder, unsigned head,
                 unsigned sector, size_t *index)
{
    if (cylinder >= dump->cylinders || head >= dump->heads || sector == 0 || sector > dump->sectors)
        return false;
    *index = ((size_t)cylinder * dump->heads + head) * dump->sectors + sector - 1;
    return true;
}

uint8_t *wci_floppy_dump_sector(struct wci_floppy_dump *dump, unsigned cylinder, unsigned head,
                                unsigned sector)
{
    size_t index;

    return find(dump, cylinder, head, sector, &index) ? dump->bytes + index * dump->sector_size
                                                      : NULL;
}

void wci_floppy_dump_set_state(struct wci_floppy_dump *dump, unsigned cylinder, unsigned head,
                               unsigned sector, enum wci_floppy_state state)
{
    size_t index;

    if (find(dump, cylinder, head, sector, &index))
        dump->states[index] = (uint8_t)state;
}

static void tell_sector(const struct wci_floppy_dump *dump, size_t index, struct wci_nest *nest)
{
    static const char *const texts[] = {[WCI_FLOPPY_MISSING] = "is missing in the dump",
                                        [WCI_FLOPPY_GOOD] = "is good",
                                        [WCI_FLOPPY_DELETED] = "is marked as deleted data",
                                        [WCI_FLOPPY_BAD] =
                                            "could not be read when the floppy was dumped"};
    size_t track = index / dump->sectors;
    struct wcab_error fault;

    wci_error_set_at(&fault, WCAB_ERR_CORRUPT, (uint64_t)index * dump->sector_size,
                     "cylinder %zu, head %zu, sector %zu %s", track / dump->heads,
                     track % dump->heads, index % dump->sectors + 1, texts[dump->states[index]]);
    wci_nest_add_fault(nest, &fault);
}

enum wcab_err wci_floppy_dump_add_take(struct wci_floppy_dump *dump, struct wci_nest *nest,
                                       const char *name, uint64_t offset, struct wcab_error *err)
{
    size_t count = (size_t)dump->cylinders * dump->heads * dump->sectors, i;

    for (i = 0; i < count; i++) {
        if (dump->states[i] != WCI_FLOPPY_GOOD)
            tell_sector(dump, i, nest);
    }
    return wci_nest_add_take(nest, name, offset, &dump->base, err);
}

enum wcab_err wci_floppy_dump_finish_take(struct wci_floppy_dump *dump, struct wci_source *source,
                                          const char *format, const char *reason,
                                          struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_nest *nest = NULL;
    enum wcab_err code = wci_nest_new(source, format, reason, &nest, err);

    if (code != WCAB_OK) {
        wci_floppy_dump_free(dump);
        return code;
    }
    code = wci_floppy_dump_add_take(dump, nest, "floppy", 0, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}
