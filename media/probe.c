/*
 * probe - see probe.h.
 */
#include "probe.h"

#include <stdio.h>
#include <string.h>

struct format {
    const char *reason;
    enum wcab_err (*open)(struct wci_source *source, struct wci_volume **volume,
                          struct wcab_error *err);
};

/* In the order of how sure their signatures are. */
static const struct format formats[] = {
    {"ISO 9660: CD001 at byte 32769", wci_volume_iso_open},
    {"FAT: BIOS parameter block and allocation table", wci_volume_fat_open},
};

enum wcab_err wci_probe_volume(struct wci_source *source, const char *name_hint,
                               struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                               struct wcab_error *err)
{
    size_t i;

    (void)name_hint;
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        enum wcab_err code = formats[i].open(source, volume, err);

        if (code == WCAB_ERR_FORMAT)
            continue;
        if (code == WCAB_OK && reason != NULL)
            (void)snprintf(reason, WCI_PROBE_REASON, "%s", formats[i].reason);
        return code;
    }
    if (wci_source_size(source) == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "empty file");
    return wci_error_set(err, WCAB_ERR_FORMAT,
                         "no known image: no ISO 9660 or FAT volume and no cabinet");
}
