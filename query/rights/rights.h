/*
 * rights - gives up what reading media does not need, for the rest of the process.
 *
 * From then on nothing is written outside of the folders, no program is run (Landlock, all in
 * landlock(7)); there is no network, no look into or signal to other processes, no change of owners
 * or modes, or of times by path, no mounting, no further privilege (seccomp(2), capabilities(7)).
 * Forbidden calls fail with EACCES or EPERM, and the process goes on.  Files can be read as before:
 * cue sheets, sets of cabinets and the catalog refer to images anywhere.
 */
#ifndef WCI_RIGHTS_H
#define WCI_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

/* What is kept. */
struct wci_rights {
    const char *const *folders; /* that may be written to; they exist */
    size_t folder_count;
    bool makes_folders; /* make folders, too, and remove empty ones, where it writes */
    bool sets_times;    /* of files that are open */
    bool serves;        /* answer at a socket that is open already */
    /* With the folders all that is read: folders and files; NULL: everything is. */
    const char *const *readable;
    size_t readable_count;
};

/* Which protection the kernel has; what it lacks is left out. */
struct wci_rights_dropped {
    bool files, calls;
};

/* To be called while there is one thread only.  It never fails. */
void wci_rights_drop(const struct wci_rights *rights, struct wci_rights_dropped *dropped);

#endif
