/*
 * fuzz_shield - headers of InstallShield cabinets, as far as they are read here: where a file's
 * bytes lie.  (What libunshield does with them happens in a child process, which is not fuzzed.)
 */
#include <stdlib.h>

#include "fuzz.h"
#include "media/archive/shield_header.h"

enum { FILES_ASKED = 256 };

static void ask(const struct wci_shield_header *header, uint32_t index)
{
    struct wci_shield_file file = {.volume = 0};
    uint32_t found = index;

    if (!wci_shield_header_file(header, &found, &file))
        return;
    if (index >= header->file_count || found >= header->file_count)
        abort(); /* a file that the header does not have */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_shield_start start;
    struct wci_shield_header header;
    uint32_t index;

    if (wci_shield_start_read(source, &start, NULL) == WCAB_OK &&
        wci_shield_header_parse(guarded.data, guarded.size, &start, &header, NULL) == WCAB_OK) {
        for (index = 0; index < header.file_count && index < FILES_ASKED; index++)
            ask(&header, index);
        ask(&header, header.file_count - 1);
        ask(&header, header.file_count);
        ask(&header, UINT32_MAX);
    }
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
