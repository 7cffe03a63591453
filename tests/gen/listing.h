/* listing.h: reads a published listing (media-profiles/ID.tsv; its columns are described in
 * docs/profiles.md). */
#ifndef WCGEN_LISTING_H
#define WCGEN_LISTING_H

#include "util.h"

struct wcgen_row {
    /* "" for none */
    const char *disk, *path, *cabinet, *name, *modified, *continues_in, *note, *version, *sha256;
    int64_t size; /* -1: unknown */
};

struct wcgen_listing {
    char *text; /* what the rows point into */
    struct wcgen_row *rows;
    size_t count;
};

/* Reads a listing without its doubtful rows. */
void wcgen_listing_read(struct wcgen_listing *listing, const char *path);
void wcgen_listing_free(struct wcgen_listing *listing);

#endif
