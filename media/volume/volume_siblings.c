/*
 * volume_siblings - see volume_siblings.h.
 */
#include "media/volume/volume_siblings.h"

#include "core/text.h"
#include "media/bytes/spool.h"

enum { ROWS_BETWEEN_CHECKS = 4096 };

static enum wcab_err open_beside(void *context, const char *name, struct wci_source **source,
                                 struct wcab_error *err)
{
    const struct wci_volume_siblings *siblings = context;
    const struct wci_budget *budget = siblings->volume->budget;
    struct wci_entry own, entry;
    uint32_t i;
    enum wcab_err code = siblings->entry(siblings->context, siblings->row, &own, err);

    for (i = 0; code == WCAB_OK && i < siblings->row_count; i++) {
        if (i % ROWS_BETWEEN_CHECKS == 0 && budget != NULL)
            code = wci_budget_check_time(budget, err);
        if (code == WCAB_OK)
            code = siblings->entry(siblings->context, i, &entry, err);
        if (code == WCAB_OK && (entry.attributes & WCI_ATTRIBUTE_FOLDER) == 0 &&
            wci_bytes_equal(entry.folder, own.folder) &&
            wci_entry_is_called(&entry, wci_bytes_of(name)))
            return wci_volume_open_entry(siblings->volume, &entry, source, err);
    }
    return code != WCAB_OK
               ? code
               : wci_error_set(err, WCAB_ERR_NOTFOUND, "file \"%s\" is missing beside it", name);
}

void wci_volume_siblings_init(struct wci_volume_siblings *siblings, const char *name)
{
    siblings->siblings.own_name = name;
    siblings->siblings.context = siblings;
    siblings->siblings.open = open_beside;
}
