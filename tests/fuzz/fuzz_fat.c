/*
 * fuzz_fat - FAT12, FAT16, FAT32 with VFAT names.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_volume *volume = NULL;
    struct wcab_error err;

    if (wci_volume_fat_open(source, &volume, &err) == WCAB_OK)
        fuzz_volume(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
