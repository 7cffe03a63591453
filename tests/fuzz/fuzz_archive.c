/*
 * fuzz_archive - archives and compressed files, as libarchive reads them; with limits that keep
 * what unfolds small.
 */
#include "core/limits.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wci_limits limits = {.depth = 4,
                                      .entries = 1000,
                                      .containers = 100,
                                      .bytes = 4 << 20,
                                      .ratio = 1000,
                                      .seconds = 2};
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_volume *volume = NULL;

    if (wci_volume_archive_open(source, "image.img.gz", &volume, NULL) == WCAB_OK) {
        volume->limits = &limits;
        fuzz_volume(volume);
    }
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
