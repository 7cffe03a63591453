/*
 * msi_names - the names that a Windows Installer package gives to the files in its cabinets: these
 * keep keys (filE5F6), the package's File table has the names.
 *
 * Source: no specification tells how tables are stored; its readers do (Wine, msitools).
 */
#ifndef WCI_MSI_NAMES_H
#define WCI_MSI_NAMES_H

#include "core/bytes.h"
#include "core/error.h"

struct wci_msi_tables {
    struct wci_bytes pool, data, files; /* streams !_StringPool, !_StringData, !File; borrowed */
};

/* Tells each row's key and name, the long one where there are two.  What does not hold together is
 * left out. */
void wci_msi_names_each(const struct wci_msi_tables *tables, void *context,
                        void (*tell)(void *context, struct wci_bytes key, struct wci_bytes name));

#endif
