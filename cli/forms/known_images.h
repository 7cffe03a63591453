/*
 * known_images - the image files on record as a whole, to be told by size and hash: dumps that are
 * in a list.
 */
#ifndef KNOWN_IMAGES_H
#define KNOWN_IMAGES_H

#include "cli/forms/hash_list.h"
#include "cli/progress.h"
#include "whichcab.h"

struct known_images;

struct known_image {
    char *image;          /* owned: its path in UTF-8 */
    char *path;           /* owned: of the file, as the host has it: the image, or a track of it */
    const char *name;     /* of the file, in `path` */
    uint64_t size;        /* of the file */
    char *medium;         /* owned; NULL: not recognised */
    char *known_as;       /* owned: what a list calls it; NULL: none does yet */
    bool is_read, failed; /* its digests are there; it can't be read */
    struct wcab_file_digests digests;
};

/* The image files that are at hand, and the tracks beside sheets (CUE, CCD, MDS).  NULL after a
 * message. */
struct known_images *known_images_open(struct wcab_catalog *catalog);
/* NULL is harmless. */
void known_images_close(struct known_images *images);

/* Calls `visit` for each file with the entry's hash.  Only those of its size are read, or where the
 * list tells none of its name; once.  False when `visit` was, or interrupted. */
bool known_images_find(struct known_images *images, const struct hash_entry *entry,
                       const struct wcab_cancel *cancel, struct progress *progress,
                       bool (*visit)(void *context, struct known_image *image), void *context);

/* Writes what lists call the images into their notes, as "known"; false after a message. */
bool known_images_keep(struct known_images *images, struct wcab_catalog *catalog);

#endif
