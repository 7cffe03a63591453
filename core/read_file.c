/*
 * read_file - see read_file.h.
 */
#include "core/read_file.h"

#include <errno.h>
#include <stdio.h>

enum wcab_err wci_read_file(const char *path, size_t limit, struct wci_buffer *buffer,
                            struct wcab_error *err)
{
    FILE *file = fopen(path, "rbe");
    enum wcab_err code = WCAB_OK;

    if (file == NULL)
        return wci_error_set_sys(err, errno, "can't open it");
    while (code == WCAB_OK && !feof(file)) {
        uint8_t chunk[16384];
        size_t got = fread(chunk, 1, sizeof(chunk), file);

        wci_buffer_put(buffer, chunk, got);
        if (ferror(file))
            code = wci_error_set_sys(err, errno, "can't read it");
        else if (!buffer->ok)
            code = wci_error_nomem(err);
        else if (buffer->size > limit)
            code = wci_error_set(err, WCAB_ERR_LIMIT, "larger than %zu bytes", limit);
    }
    (void)fclose(file);
    return code;
}
