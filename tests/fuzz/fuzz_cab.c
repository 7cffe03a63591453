/*
 * fuzz_cab - headers and directories of cabinets.
 */
#include "fuzz.h"
#include "indexer/join.h"
#include "media/cabinet/cab.h"

static void on_fault(void *context, const struct wcab_error *err)
{
    unsigned *faults = context;

    *faults += err->code != WCAB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {0};
    unsigned faults = 0;
    struct wci_visitor visitor = {.context = &faults, .fault = on_fault};
    struct wcab_error err;

    if (wci_cab_read(source, 0, arena, &visitor, &container, &err) == WCAB_OK) {
        struct wci_join_part part = {0};

        wci_join_describe(container.cab, container.entries, container.entry_count, &part);
    }
    wci_arena_free(arena);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
