/*
 * fuzz_unpack - the decoders of old archives.  The first byte says which, the second how many bytes
 * are asked for.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "media/archive/unpack.h"

enum { SIZE_UNIT = 1024 };

static void decode(struct wci_unpack *unpack, unsigned kind)
{
    struct wci_implode how = {kind & 1, kind & 2, kind & 4 ? 3 : 2};

    switch (kind & 0x70) {
    case 0x00:
        wci_unpack_shrink(unpack);
        break;
    case 0x10:
        wci_unpack_reduce(unpack, kind % 4 + 1);
        break;
    case 0x20:
        wci_unpack_implode(unpack, &how);
        break;
    default:
        wci_unpack_explode(unpack);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_unpack *unpack = malloc(sizeof(*unpack));
    struct wci_budget budget;
    struct wci_spool spool;
    uint64_t wanted = size < 2 ? 0 : (uint64_t)data[1] * SIZE_UNIT;

    wci_budget_init(&budget, &wci_limits_default, size, NULL);
    wci_spool_init(&spool, &budget, size);
    if (size >= 2 && unpack != NULL) {
        wci_unpack_start(unpack, source, 2, size - 2, &spool, wanted);
        decode(unpack, data[0]);
        (void)wci_unpack_finish(unpack, NULL);
        if (spool.size > wanted)
            abort(); /* more than was asked for */
    }
    free(unpack);
    wci_spool_discard(&spool);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
