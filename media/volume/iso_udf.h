/*
 * iso_udf - how much a UDF file system beside an ISO 9660 one says it holds (ECMA-167, OSTA UDF 2.2.6.4).
 */
#ifndef WCI_ISO_UDF_H
#define WCI_ISO_UDF_H

#include <stdbool.h>

#include "media/bytes/source.h"

/* The number of files and of folders but the root, by the logical volume integrity descriptor; false
 * when there is no UDF file system or it doesn't say. */
bool wci_iso_udf_count(struct wci_source *source, uint64_t *items);

#endif
