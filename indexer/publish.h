/*
 * publish - a published listing as records, so that the catalog stores it like an indexed medium.
 *
 * One image of kind WCI_IMAGE_PUBLISHED for each disk that the listing has rows of (one for a
 * medium without disks), path "profile:<id>/<disk>" or "profile:<id>".  Its outermost container is
 * the volume with the loose files; each cabinet is a container below it, on an entry of that volume
 * (made up, of unknown size, when the listing has no loose row for it).
 *
 * A file that is known to go on in further cabinets stands there as well, flagged CONTINUED, as on
 * a real medium, and the cabinets have each other's names and joints.  What is not published stays
 * empty: attributes, folders of cabinets (folder_count 0, cab_folder WCI_NONE), locators.
 */
#ifndef WCI_PUBLISH_H
#define WCI_PUBLISH_H

#include "core/record.h"
#include "profiles/profile.h"
#include "whichcab.h"

/*
 * Makes the records of profile's listing: *images (owned by the caller, with what is in it) has
 * *count of them, in the order of the disks; none, and NULL, for a profile without listing. NOMEM.
 * The images borrow the profile's text: it has to outlive them.
 * LIMIT: more containers or entries than core/limits.h allows.
 */
enum wcab_err wci_publish_profile(const struct wci_profile *profile, struct wci_image ***images,
                                  size_t *count, struct wcab_error *err);
void wci_publish_free(struct wci_image **images, size_t count);

#endif
