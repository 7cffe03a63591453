/*
 * fuzz_expand - headers of SZDD and KWAJ files.
 */
#include "expand.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_arena *arena = wci_arena_new();
    struct wci_expand_info info;
    struct wcab_error err;

    (void)wci_expand_probe(source, wci_bytes_of("MAPI32.DL_"), arena, &info, &err);
    wci_arena_free(arena);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
