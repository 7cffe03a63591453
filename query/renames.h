/*
 * renames - files that get another name when they are installed, found by that other name.
 */
#ifndef WCI_RENAMES_H
#define WCI_RENAMES_H

#include "handle.h"

/* A file on some medium that is installed under the name asked for. */
struct wci_rename_source {
    const struct wci_profile *profile;
    const struct wci_profile_rename *rename;
};

/* Every source of the folded name `installed` in any profile: *sources (from arena) has *count.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_renames_find(struct wcab_catalog *catalog, struct wci_bytes installed,
                               struct wci_arena *arena, struct wci_rename_source **sources,
                               size_t *count, struct wcab_error *err);

/* Every folded name that some file gets on installation; a name may come more than once. */
enum wcab_err wci_renames_each_installed(struct wcab_catalog *catalog, wci_name_visitor *visit,
                                         void *context, struct wcab_error *err);

#endif
