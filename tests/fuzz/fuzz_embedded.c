/*
 * fuzz_embedded - cabinets inside executables.
 */
#include "fuzz.h"
#include "media/cabinet/embedded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_embedded found[WCI_EMBEDDED_MAX];
    struct wcab_error err;
    size_t count = 0;

    (void)wci_embedded_find(source, found, &count, &err);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
