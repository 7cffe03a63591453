/*
 * probe - see probe.h.
 */
#include "probe.h"

#include <stdio.h>

/* In the order of how sure their signatures are. */
static enum wcab_err (*const openers[])(struct wci_source *source, struct wci_volume **volume,
                                        struct wcab_error *err) = {
    wci_volume_iso_open,
    wci_volume_fat_open,
};

enum wcab_err wci_probe_volume(struct wci_source *source, const char *name_hint,
                               struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                               struct wcab_error *err)
{
    size_t i;

    (void)name_hint;
    if (wci_source_size(source) == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "empty file");
    for (i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
        enum wcab_err code = openers[i](source, volume, err);

        if (code == WCAB_ERR_FORMAT)
            continue;
        if (code == WCAB_OK && reason != NULL)
            (void)snprintf(reason, WCI_PROBE_REASON, "%s", (*volume)->reason);
        return code;
    }
    return wci_error_set(err, WCAB_ERR_FORMAT,
                         "no known image: no ISO 9660 or FAT volume and no cabinet");
}
