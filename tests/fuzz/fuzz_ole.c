/*
 * fuzz_ole - OLE2 compound files: headers, sector chains, directory, streams.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_volume *volume = NULL;

    if (wci_volume_ole_open(source, &volume, NULL) == WCAB_OK)
        fuzz_volume(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
