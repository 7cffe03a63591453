/*
 * fuzz_toc - tables of contents: the first byte says of which kind the rest is.
 */
#include "fuzz.h"
#include "indexer/toc/collect.h"
#include "indexer/toc/toc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded;
    struct wci_arena *arena;
    struct wci_container container = {.parent = 0};
    struct wci_toc toc;

    if (size == 0)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    arena = wci_arena_new();
    wci_toc_init(&toc, arena);
    (void)wci_toc_parse(&toc, (enum wci_toc_kind)(data[0] % (WCI_TOC_SETUPPP + 1)),
                        (struct wci_bytes){(const char *)guarded.data, guarded.size});
    (void)wci_toc_record(&toc, arena, &container, NULL);
    wci_arena_free(arena);
    fuzz_unguard(&guarded);
    return 0;
}
