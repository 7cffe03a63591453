/*
 * fuzz_hidden - packed files and programs as images of their own: the first byte says which.
 */
#include "fuzz.h"
#include "media/hidden.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wci_siblings siblings = {.own_name = "MAPI32.DL_"};
    const struct wci_limits limits = {.depth = 4,
                                      .entries = 1000,
                                      .containers = 100,
                                      .bytes = 4 << 20,
                                      .ratio = 1000,
                                      .seconds = 2};
    struct fuzz_guarded guarded;
    struct wci_source *source;
    struct wci_volume *volume = NULL;
    enum wcab_err code;

    if (size == 0)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    source = fuzz_source(&guarded);
    if (data[0] & 1)
        code = wci_hidden_program_open(source, &volume, NULL);
    else
        code = wci_hidden_packed_open(source, data[0] & 2 ? &siblings : NULL, &volume, NULL);
    if (code == WCAB_OK) {
        volume->limits = &limits;
        fuzz_volume(volume);
    }
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
