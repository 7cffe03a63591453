/*
 * msi_alias - gives the files in the cabinets of a Windows Installer package the names that they
 * are installed under.
 */
#ifndef WCI_MSI_ALIAS_H
#define WCI_MSI_ALIAS_H

#include "core/record.h"
#include "media/volume/volume.h"

/* `package` is the container that `volume` was walked to; its cabinets stand behind it.  A name
 * becomes an alias of the key.  NOMEM; a package that can't be read changes nothing. */
enum wcab_err wci_msi_alias_add(struct wci_image *image, uint32_t package,
                                struct wci_volume *volume, struct wcab_error *err);

#endif
