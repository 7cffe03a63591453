/*
 * target_path - a file inside of an image by one name: "hdd.img:/WINDOWS/SYSTEM/MAPI32.DLL".
 */
#ifndef WCI_TARGET_PATH_H
#define WCI_TARGET_PATH_H

#include "jobs/check/target.h"

struct wci_target_path {
    char *image;       /* owned */
    const char *below; /* borrowed from the name; no '/' at its start */
};

/* Whether `name` is no file of the host itself, but leads into one.  The caller frees split->image. */
bool wci_target_path_split(const char *name, struct wci_target_path *split);

/* Whether a file of a volume is `below` (number 0), or lies in the folder of that name; in any letter case, with or
 * without the volume's own name ("partition 1") in front. */
enum wci_target_place { WCI_TARGET_ELSEWHERE, WCI_TARGET_IS, WCI_TARGET_BELOW };
enum wci_target_place wci_target_path_place(const struct wci_target_volume *volume,
                                            const struct wci_entry *entry, const char *below);

/* Appends the name of a file of the image that says which volume it lies on, where there are several, and that leads to
 * it again: "hdd.img:/partition 1/WINDOWS/SYSTEM/MAPI32.DLL". */
void wci_target_path_put(const char *image, const struct wci_target_volume *volume,
                         const struct wci_entry *entry, struct wci_buffer *path);

#endif
