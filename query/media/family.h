/*
 * family - what a medium's own structure says of it, whatever it is recognised as.
 *
 * Setup of Windows 95, 98 and Me lays its media out in one way in every language and release: a
 * mini-Windows in MINI.CAB beside PRECOPY1.CAB, files under names that only Setup knows.  Roles and
 * renames that follow from that need no profile.
 */
#ifndef WCI_FAMILY_H
#define WCI_FAMILY_H

#include "core/record.h"
#include "profiles/profile.h"
#include "query/handle.h"

struct wci_known_image;

enum wci_family { WCI_FAMILY_UNKNOWN = 0, WCI_FAMILY_WINDOWS_9X = 1, WCI_FAMILY_WINDOWS_NT = 2 };

/* The family of a medium by the names of its cabinets and of the folder it was copied into.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_family_find(struct wcab_catalog *catalog, struct wci_known_image *image,
                              struct wcab_error *err);

/* Whether a path has a folder that Windows NT keeps the files for one processor in. */
bool wci_family_is_nt_path(struct wci_bytes path);

/* The kind of machine that the path says the file is for, "MIPS"; NULL: nothing says that it is for
 * another one than a PC. */
const char *wci_family_machine(struct wci_bytes path);

/* The same by the file's own header, when its bytes were read: `version_text` as the catalog has it.  True
 * when that says for which; *machine as above. */
bool wci_family_machine_told(struct wci_bytes version_text, const char **machine);

/* The rename that a file of a cabinet (empty: loose) undergoes when it is installed, by the
 * medium's profile or else by its family; NULL when it keeps its name. */
const struct wci_profile_rename *wci_family_installed_as(const struct wci_known_image *image,
                                                         struct wci_bytes cabinet,
                                                         struct wci_bytes name);

/* Roles and renames of every medium of Windows 95, 98 and Me; borrowed from the handle.  Its id is
 * empty.  NOMEM. */
enum wcab_err wci_family_rules(struct wcab_catalog *catalog, const struct wci_profile **rules,
                               struct wcab_error *err);

#endif
