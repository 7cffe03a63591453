/*
 * renames - files that get another name when they are installed, found by that other name.
 */
#ifndef WCI_RENAMES_H
#define WCI_RENAMES_H

#include "query/handle.h"
#include "query/media/family.h"

/* A name that some file gets on installation, and in which profile that stands. */
struct wci_installed_name {
    struct wci_bytes folded;  /* from the arena of the renames */
    struct wci_bytes profile; /* empty: in the rules of a family */
};

/* All of them; gathered once, when they are first asked for. */
struct wci_renames {
    struct wcab_catalog *catalog;     /* borrowed */
    struct wci_arena *arena;          /* owned */
    struct wci_installed_name *names; /* owned */
    size_t count, capacity;
    const struct wci_profile *family; /* borrowed from the catalog; when gathered */
    bool gathered;
};

/* NOMEM. */
enum wcab_err wci_renames_open(struct wci_renames *renames, struct wcab_catalog *catalog,
                               struct wcab_error *err);
void wci_renames_close(struct wci_renames *renames);

/* A file on some medium that is installed under the name asked for. */
struct wci_rename_source {
    const struct wci_profile *profile;
    const struct wci_profile_rename *rename;
};

/* Every source of the folded name `installed` in any profile: *sources (from arena) has *count.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_renames_find(struct wci_renames *renames, struct wci_bytes installed,
                               struct wci_arena *arena, struct wci_rename_source **sources,
                               size_t *count, struct wcab_error *err);

/* Every folded name that some file gets on installation; a name may come more than once. */
enum wcab_err wci_renames_each_installed(struct wci_renames *renames, wci_name_visitor *visit,
                                         void *context, struct wcab_error *err);

#endif
