/*
 * fuzz_udf - UDF volumes: the list of files that libudfread's process hands over.
 */
#include "fuzz.h"
#include "media/volume/volume_udf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_volume *volume = NULL;

    if (wci_volume_udf_open_found_take(fuzz_source(&guarded), &volume, NULL) == WCAB_OK)
        fuzz_volume(volume);
    wci_volume_close(volume);
    fuzz_unguard(&guarded);
    return 0;
}
