/*
 * fuzz_expand - SZDD and KWAJ files: their headers, and unpacking them.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "media/cabinet/expand.h"

enum { SIZE_LIMIT = 1 << 20 };

static enum wcab_err count(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    size_t *total = context;

    (void)data;
    (void)err;
    *total += size;
    return WCAB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_arena *arena = wci_arena_new();
    struct wci_expand_info info;
    struct wcab_error err;
    size_t total = 0;
    struct wci_byte_sink sink = {&total, count};

    (void)wci_expand_probe(source, wci_bytes_of("MAPI32.DL_"), arena, &info, &err);
    (void)wci_expand_decode(source, SIZE_LIMIT, &sink, &err);
    if (total > SIZE_LIMIT)
        abort();
    wci_arena_free(arena);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
