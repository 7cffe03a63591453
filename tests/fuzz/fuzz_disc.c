/*
 * fuzz_disc - images that hold volumes in a form of their own: sheets of discs with the file beside
 * them, sectors with headers, partitions, virtual disks, floppy dumps.
 *
 * libdsk and libunshield are left out of fuzzing (the preset turns them off): they work in a child
 * process that may die.  libFuzzer's signal handlers are in the child, too: they write each death
 * down as a crash of the target, and are so slow to tell of it that the target seems to hang.
 *
 * The input is the length of the image (two bytes, little-endian), the image, and the file beside
 * it, which is found under every name.
 */
#include "fuzz.h"
#include "media/probe.h"

static enum wcab_err open_beside(void *context, const char *name, struct wci_source **source,
                                 struct wcab_error *err)
{
    const struct fuzz_guarded *beside = context;

    (void)name;
    return wci_source_open_memory(beside->data, beside->size, source, err);
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
        fuzz_nest(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&beside);
    fuzz_unguard(&image);
    return 0;
}
