/*
 * windows - the folders of a PC's disk that Windows was installed in.
 */
#ifndef WCI_WINDOWS_H
#define WCI_WINDOWS_H

#include "jobs/check/target.h"

enum wci_windows_family {
    WCI_WINDOWS_3X = 1, /* Windows 3.x, for Workgroups */
    WCI_WINDOWS_9X = 2, /* Windows 95, 98, Me */
    WCI_WINDOWS_NT = 3
};

struct wci_windows {
    struct wci_target_volume *volume;
    enum wci_windows_family family;
    struct wci_bytes root; /* "WINDOWS" in the letter case of the disk; empty: the volume's top */
};

enum { WCI_WINDOWS_MOST = 16, WCI_WINDOWS_EVIDENCE = 3 };

/*
 * The Windows folders of all volumes, at most WCI_WINDOWS_MOST: a folder whose SYSTEM or SYSTEM32
 * holds at least WCI_WINDOWS_EVIDENCE of the files that no Windows of that family is without, so
 * that a disk that lost some is still known. Texts lie in the target or in `arena`.  NOMEM.
 */
enum wcab_err wci_windows_find(struct wci_target *target, struct wci_arena *arena,
                               struct wci_windows *windows, size_t *count, struct wcab_error *err);

/* Whether `folder` (of a file on the volume) is the folder `below` of the Windows folder, in any
 * letter case; "" is the Windows folder itself. */
bool wci_windows_is_in(const struct wci_windows *windows, struct wci_bytes folder,
                       const char *below);

/* Whether a file's folder is the Windows folder or lies below it. */
bool wci_windows_holds(const struct wci_windows *windows, struct wci_bytes folder);

#endif
