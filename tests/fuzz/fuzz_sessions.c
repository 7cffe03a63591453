/*
 * fuzz_sessions - whether an older session has files of its own: the length of what the newest has behind the empty
 * sectors at its start, that, and what the older one has.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "media/disc/disc_sessions.h"

enum { EMPTY = 16 * 2048 };

static struct wci_source *session(const uint8_t *data, size_t size, uint8_t **bytes)
{
    struct wci_source *source = NULL;

    *bytes = calloc(1, EMPTY + size + 1);
    if (*bytes == NULL)
        abort();
    if (size > 0)
        memcpy(*bytes + EMPTY, data, size);
    if (wci_source_open_memory(*bytes, EMPTY + size, &source, NULL) != WCAB_OK)
        abort();
    return source;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wci_source *newest, *older;
    uint8_t *first, *second;
    size_t length;

    if (size < 2)
        return 0;
    length = data[0] | (size_t)data[1] << 8;
    length = length < size - 2 ? length : size - 2;
    newest = session(data + 2, length, &first);
    older = session(data + 2 + length, size - 2 - length, &second);
    (void)wci_disc_session_adds(newest, older);
    wci_source_close(newest);
    wci_source_close(older);
    free(first);
    free(second);
    return 0;
}
