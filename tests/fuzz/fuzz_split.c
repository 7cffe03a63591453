/*
 * fuzz_split - files that were cut into parts: the first byte says how long a part is (in 64 bytes), the rest
 * is the whole.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "media/split.h"

enum { UNIT = 64 };

struct parts {
    const struct fuzz_guarded *whole;
    size_t part_size;
};

static enum wcab_err open_part(void *context, const char *name, struct wci_source **source,
                               struct wcab_error *err)
{
    const struct parts *parts = context;
    unsigned number = 0;
    size_t at, left;

    if (sscanf(name, "A.%3u", &number) != 1 || number < 1 ||
        (number - 1) * parts->part_size >= parts->whole->size)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no such part");
    at = (number - 1) * parts->part_size;
    left = parts->whole->size - at;
    return wci_source_open_memory(parts->whole->data + at,
                                  left < parts->part_size ? left : parts->part_size, source, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded;
    struct parts parts = {&guarded, 0};
    struct wci_siblings siblings = {.own_name = "A.001", .context = &parts, .open = open_part};
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;

    if (size < 2)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    parts.part_size = ((size_t)data[0] + 8) * UNIT;
    if (open_part(&parts, "A.001", &source, NULL) == WCAB_OK) {
        if (wci_split_open(source, &siblings, &volume, NULL) == WCAB_OK)
            fuzz_nest(volume);
        siblings.own_name = data[0] & 1 ? "B.002" : "A.i03";
        (void)wci_split_tell(source, &siblings, NULL);
    }
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
