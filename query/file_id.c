/*
 * file_id - see file_id.h.
 */
#include "query/file_id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"

enum wcab_err wci_file_id_parse(const char *text, struct wci_file_id *id, struct wcab_error *err)
{
    uint32_t *const numbers[] = {&id->image, &id->container, &id->row, &id->listing};
    const size_t count = sizeof(numbers) / sizeof(numbers[0]);
    const char *at = text;
    size_t i;

    for (i = 0; i < count; i++) {
        unsigned long long number = 0;
        char *end = NULL;

        errno = 0;
        if (*at >= '0' && *at <= '9')
            number = strtoull(at, &end, 10);
        if (end == NULL || errno != 0 || number >= UINT32_MAX ||
            *end != (i + 1 < count ? '.' : '\0'))
            return wci_error_set(err, WCAB_ERR_USAGE, "'%.40s' is no id of an answer", text);
        *numbers[i] = (uint32_t)number;
        at = end + 1;
    }
    return WCAB_OK;
}

void wci_file_id_format(const struct wci_file_id *id, char text[WCI_FILE_ID_BYTES])
{
    (void)snprintf(text, WCI_FILE_ID_BYTES, "%u.%u.%u.%u", id->image, id->container, id->row,
                   id->listing);
}

static enum wcab_err changed(struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_CHANGED, "the catalog has other contents there now");
}

enum wcab_err wci_file_id_find(struct wci_reader *reader, const struct wci_file_id *id,
                               struct wci_arena *arena, struct wci_file_place *place,
                               struct wcab_error *err)
{
    enum wcab_err code;

    if (reader == NULL)
        return changed(err);
    code = wci_reader_image(reader, id->image, arena, &place->image, &place->state, err);
    if (code == WCAB_ERR_NOTFOUND)
        return changed(err);
    if (code != WCAB_OK)
        return code;
    if (id->container >= place->image.container_count ||
        place->state.listings[id->container] != id->listing)
        return changed(err);
    code = wci_reader_listing(reader, id->listing, &place->listing, err);
    return code == WCAB_OK && id->row >= place->listing.row_count ? changed(err) : code;
}
