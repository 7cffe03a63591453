/*
 * fuzz_is3 - InstallShield 3 archives: their table, and the files in them.
 */
#include "fuzz.h"
#include "media/archive/volume_is3.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_volume *volume = NULL;

    if (wci_volume_is3_open(source, NULL, &volume, NULL) == WCAB_OK)
        fuzz_volume(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
