/*
 * volume_udf - UDF file systems (ECMA-167, OSTA UDF), alone or behind an ISO 9660 one.
 */
#ifndef WCI_VOLUME_UDF_H
#define WCI_VOLUME_UDF_H

#include "media/volume/volume.h"

/* FORMAT: no descriptor says that a UDF file system is there.  UNSUPPORTED: built without
 * libudfread, or blocks of another size.  locator: place of the file's record in the library's
 * list. */
enum wcab_err wci_volume_udf_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err);

/* The volume of what the library hands over (udf_library.h); takes that over, also on error. */
enum wcab_err wci_volume_udf_open_found_take(struct wci_source *found, struct wci_volume **volume,
                                             struct wcab_error *err);

/* The same bytes without the descriptors of ISO 9660, so that they are no more than a UDF volume,
 * whose first descriptor stands in their place.  `source` must outlive the result.  FORMAT, NOMEM. */
enum wcab_err wci_volume_udf_view(struct wci_source *source, struct wci_source **view,
                                  struct wcab_error *err);

#endif
