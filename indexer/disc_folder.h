/*
 * disc_folder - whether a folder of the host is the copy, or the mount, of one disc.
 *
 * What tells: AUTORUN.INF in its root, a CD's file system under it, or a folder that Setup's
 * cabinets lie in on Microsoft's CDs.  What tells against it: two of its subfolders that hold
 * cabinets of the same names, as two discs side by side do.
 */
#ifndef WCI_DISC_FOLDER_H
#define WCI_DISC_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names of cabinets below a folder, as hashes; bounded: what is more is left out. */
struct wci_disc_names {
    uint64_t *hashes; /* owned; sorted */
    size_t count, capacity;
};

/* Adds a name when it is one of a cabinet; false without memory. */
bool wci_disc_names_add(struct wci_disc_names *names, const char *name);
/* Adds all of another's; *alike turns true when they have much in common.  False without memory. */
bool wci_disc_names_merge(struct wci_disc_names *names, const struct wci_disc_names *other,
                          bool *alike);
void wci_disc_names_free(struct wci_disc_names *names);

/* AUTORUN.INF: the file that the root of a disc has. */
bool wci_disc_folder_has_root_file(char *const *names, size_t count);
/* SETUP.EXE and its like: what begins an installation, on a disc or beside others. */
bool wci_disc_folder_has_setup(char *const *names, size_t count);
/* WIN95, WIN98, I386 ...: where Setup's files lie on a CD of Windows. */
bool wci_disc_folder_is_setup_folder(const char *name);
/* Whether the file system at the path is one of CDs. */
bool wci_disc_folder_is_mount(const char *path);

#endif
