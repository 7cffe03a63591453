/*
 * fuzz_pattern - what users ask with: names, globs, regular expressions, version ranges; and names
 * in any code page.  The input is a byte that says how it is matched, the pattern, a NUL, and the
 * name.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "fuzz.h"
#include "query/pattern.h"
#include "query/version_range.h"

static void match(const char *pattern_text, enum wcab_match how, struct wci_bytes name)
{
    struct wci_pattern *pattern = NULL;

    if (wci_pattern_compile(pattern_text, how, &pattern, NULL) != WCAB_OK)
        return;
    (void)wci_pattern_fits(pattern, name);
    if (wci_pattern_has_folders(pattern))
        (void)wci_pattern_fits_folders(pattern, name);
    if (wci_pattern_exact(pattern).length > 0 && wci_pattern_exact(pattern).length != name.length &&
        wci_pattern_fits(pattern, name))
        abort(); /* only one name fits, and this is another */
    wci_pattern_free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int pages[] = {437, 866, 932, 1252, 950};
    struct wci_version_range range;
    struct fuzz_guarded guarded;
    struct wci_bytes name;
    struct wci_buffer converted;
    char *text, *folded;
    size_t length;

    if (size < 2)
        return 0;
    text = strndup((const char *)data + 1, size - 1);
    if (text == NULL)
        abort();
    guarded = fuzz_guard(data + 1, size - 1);
    name = (struct wci_bytes){(const char *)guarded.data, guarded.size};
    if (strlen(text) + 1 < name.length) {
        name.data += strlen(text) + 1;
        name.length -= strlen(text) + 1;
    }
    folded = malloc(2 * name.length + 1);
    if (folded == NULL)
        abort();
    length = wci_text_fold(name, folded, 2 * name.length);
    folded[length] = '\0'; /* clang's watch over regexec does not know REG_STARTEND */
    match(text, (enum wcab_match)(data[0] % 5), (struct wci_bytes){folded, length});
    free(folded);
    if (wci_version_range_parse(text, &range, NULL) == WCAB_OK)
        (void)wci_version_range_has(&range, (uint64_t)size << 32);
    wci_buffer_init(&converted);
    (void)wci_text_to_utf8((struct wci_name){name, WCI_ENCODING_RAW}, pages[data[0] % 5],
                           &converted);
    if (converted.ok &&
        !wci_text_is_utf8((struct wci_bytes){(const char *)converted.data, converted.size}))
        abort();
    wci_buffer_free(&converted);
    free(text);
    fuzz_unguard(&guarded);
    return 0;
}
