/*
 * fuzz_registry - the registry of a PC's Windows, of both formats; and, as what `repair --from` is given, JSON.
 */
#include "core/json_read.h"
#include "fuzz.h"
#include "jobs/check/registry.h"

static enum wcab_err on_value(void *context, const struct wci_registry_value *value,
                              struct wcab_error *err)
{
    size_t *seen = context;

    (void)err;
    *seen += value->key.length + value->name.length + value->data.length;
    return WCAB_OK;
}

static void read_json(struct wci_bytes text)
{
    static const char *const names[] = {"event", "path", "windows", ""};
    struct wci_arena *arena = wci_arena_new();
    struct wci_bytes object;
    size_t at = 0, i;

    while (arena != NULL && wci_json_next_object(text, &at, &object)) {
        for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            (void)wci_json_member_text(object, names[i], arena);
    }
    wci_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    size_t seen = 0;
    const struct wci_registry_visitor visitor = {&seen, on_value};
    struct wcab_error err;

    if (source != NULL)
        (void)wci_registry_read(source, &visitor, &err);
    wci_source_close(source);
    read_json((struct wci_bytes){(const char *)guarded.data, guarded.size});
    fuzz_unguard(&guarded);
    return 0;
}
