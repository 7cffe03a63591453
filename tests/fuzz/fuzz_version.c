/*
 * fuzz_version - an executable as a stream: the first byte says in which pieces it comes and
 * whether its size was known.  Whatever the pieces, the facts must be the same.  Its imports are read, too.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "indexer/version/version.h"
#include "jobs/check/imports.h"

static void scan(const uint8_t *data, size_t size, size_t piece, uint64_t said,
                 struct wci_buffer *text)
{
    struct wci_version_scan *scanner = wci_version_scan_new();
    struct wci_arena *arena = wci_arena_new();
    struct wci_version facts;
    struct wcab_error err;
    size_t at;

    if (scanner != NULL && arena != NULL) {
        wci_version_scan_begin(scanner, said);
        for (at = 0; at < size; at += piece)
            wci_version_scan_feed(scanner, data + at, size - at < piece ? size - at : piece);
        if (wci_version_scan_end(scanner, arena, &facts, &err) == WCAB_OK) {
            wci_version_text(&facts, text);
            wci_buffer_u64(text, facts.file_version);
            wci_buffer_u64(text, facts.product_version);
        }
    }
    wci_version_scan_free(scanner);
    wci_arena_free(arena);
}

static void read_imports(const struct fuzz_guarded *file)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_source *source = NULL;
    struct wci_imports imports;
    struct wcab_error err;

    if (arena != NULL && wci_source_open_memory(file->data, file->size, &source, &err) == WCAB_OK)
        (void)wci_imports_read(source, arena, &imports, &err);
    wci_source_close(source);
    wci_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t pieces[] = {1, 13, 512, 4096, 32768, 100000, 7, 65536};
    struct fuzz_guarded guarded;
    struct wci_buffer whole, parts;

    if (size == 0)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    wci_buffer_init(&whole);
    wci_buffer_init(&parts);
    scan(guarded.data, guarded.size, guarded.size + 1, guarded.size, &whole);
    scan(guarded.data, guarded.size, pieces[data[0] % 8],
         (data[0] & 8) != 0 ? guarded.size : WCI_VERSION_SIZE_UNKNOWN, &parts);
    if (whole.size != parts.size ||
        (whole.size > 0 && memcmp(whole.data, parts.data, whole.size) != 0))
        abort();
    read_imports(&guarded);
    wci_buffer_free(&whole);
    wci_buffer_free(&parts);
    fuzz_unguard(&guarded);
    return 0;
}
