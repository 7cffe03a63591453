/*
 * name_pages - the code page of each medium's raw names, and those names converted from it.
 *
 * The page is the one that was asked for, else the one of the medium's profile, else a guess from
 * all names of the medium.  A raw name keeps its bytes; what it says in the code page becomes one
 * more name of the file, as far as there is room (WCI_ALIAS_MAX), so that it is found by either.
 */
#ifndef WCI_NAME_PAGES_H
#define WCI_NAME_PAGES_H

#include "core/record.h"
#include "profiles/profile.h"
#include "whichcab.h"

/*
 * Sets code page and reason of the image and of its parts, which are recognised, and adds the
 * converted names.  A container that has any gets another digest, for in another code page its
 * listing is another one.  `profiles` may be NULL; `asked` is a known code page, 0: none was asked
 * for.  Thread-safe.  NOMEM.
 */
enum wcab_err wci_name_pages_settle(struct wci_image *image,
                                    const struct wci_profile_list *profiles, int asked,
                                    struct wcab_error *err);

#endif
