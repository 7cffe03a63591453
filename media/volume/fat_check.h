/*
 * fat_check - whether allocation tables and root folder look like those of a FAT volume where a
 * geometry says they are.
 */
#ifndef WCI_FAT_CHECK_H
#define WCI_FAT_CHECK_H

#include "media/volume/fat_geometry.h"

/* An allocation table begins with the media byte and bits that are set. `bytes` has three. */
bool wci_fat_check_table_start(const uint8_t *bytes);

/* Whether the copies of the table are the same, byte for byte; one that can't be read isn't. */
bool wci_fat_check_copies(struct wci_source *source, const struct wci_fat_geometry *geometry);

/* Whether no cluster is in use: all entries behind the first two are free or marked bad.  FAT12. */
bool wci_fat_check_table_is_empty(struct wci_source *source,
                                  const struct wci_fat_geometry *geometry);

/* How the entries of the root folder look: ROOT_BAD when more than a quarter make no sense. */
enum wci_fat_root { WCI_FAT_ROOT_BAD, WCI_FAT_ROOT_EMPTY, WCI_FAT_ROOT_FILLED };

/* Looks at the first sector of the root folder, or with `all` at the whole of it. */
enum wci_fat_root wci_fat_check_root(struct wci_source *source,
                                     const struct wci_fat_geometry *geometry, bool all);

/* How many entries of the root folder lie where the geometry and the tables say: a chain is as long
 * as its file needs, a subfolder begins as folders do.  FAT12 and FAT16. */
struct wci_fat_fits {
    unsigned good, bad;
};
struct wci_fat_fits wci_fat_check_fits(struct wci_source *source,
                                       const struct wci_fat_geometry *geometry);

/* A subfolder begins with "." and "..". `bytes` has two entries. */
bool wci_fat_check_folder_start(const uint8_t *bytes);

/* Boot sectors begin with a jump. */
bool wci_fat_check_jump(const uint8_t *boot);

#endif
