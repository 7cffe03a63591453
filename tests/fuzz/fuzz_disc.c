/*
 * fuzz_disc - images that hold volumes in a form of their own: sheets of discs with the file beside
 * them, sectors with headers, partitions, virtual disks, floppy dumps.
 *
 * libdsk is left out of fuzzing (the preset turns it off): it works in a child process that may
 * die, and whose death libFuzzer would take for that of the target.
 *
 * The input is the length of the image (two bytes, little-endian), the image, and the file beside
 * it, which is found under every name.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "probe.h"

enum { NESTED_MAX = 4 };

struct nested {
    uint64_t offset[NESTED_MAX], size[NESTED_MAX];
    size_t count;
};

static enum wcab_err open_beside(void *context, const char *name, struct wci_source **source,
                                 struct wcab_error *err)
{
    const struct fuzz_guarded *beside = context;

    (void)name;
    return wci_source_open_memory(beside->data, beside->size, source, err);
}

static enum wcab_err on_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    (void)context;
    (void)entry;
    (void)err;
    return WCAB_OK;
}

static enum wcab_err on_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                               struct wcab_error *err)
{
    struct nested *nested = context;

    (void)name;
    (void)err;
    if (nested->count < NESTED_MAX) {
        nested->offset[nested->count] = offset;
        nested->size[nested->count++] = size;
    }
    return WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *err)
{
    (void)context;
    (void)err;
}

/* What indexing does: walk it, and each volume inside. */
static void walk(struct wci_volume *volume)
{
    struct nested nested = {.count = 0};
    struct wci_visitor visitor = {&nested, on_entry, on_nested, on_fault};
    size_t i;

    (void)wci_volume_walk(volume, &visitor, NULL);
    for (i = 0; i < nested.count; i++) {
        struct wci_source *source = NULL;
        struct wci_volume *inside = NULL;

        if (wci_volume_open_nested(volume, nested.offset[i], nested.size[i], &source, NULL) ==
                WCAB_OK &&
            wci_probe_volume(source, NULL, &inside, NULL, NULL) == WCAB_OK)
            fuzz_volume(inside);
        wci_volume_close(inside);
        wci_source_close(source);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wci_siblings siblings = {.own_name = "image.cue", .open = open_beside};
    struct fuzz_guarded image, beside;
    struct wci_source *source;
    struct wci_volume *volume = NULL;
    size_t length;

    if (size < 2)
        return 0;
    length = (size_t)data[0] | (size_t)data[1] << 8;
    data += 2;
    size -= 2;
    length = length < size ? length : size;
    image = fuzz_guard(data, length);
    beside = fuzz_guard(data + length, size - length);
    siblings.context = &beside;
    source = fuzz_source(&image);
    if (wci_probe_volume_beside(source, &siblings, &volume, NULL, NULL) == WCAB_OK)
        walk(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&beside);
    fuzz_unguard(&image);
    return 0;
}
