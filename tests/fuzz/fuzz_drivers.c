/*
 * fuzz_drivers - W3 and W4 archives of drivers.
 */
#include "fuzz.h"
#include "indexer/walk/w4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_arena *arena = wci_arena_new();
    struct wci_w4_archive archive;
    uint8_t out[WCI_W4_CHUNK_BYTES];
    size_t unpacked;

    (void)wci_w4_list(source, arena, &archive, NULL);
    (void)wci_w4_unpack((struct wci_bytes){(const char *)guarded.data, guarded.size}, out,
                        &unpacked);
    wci_arena_free(arena);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
