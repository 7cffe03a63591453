/*
 * far_parts - the further parts of an archive that lie on other images: each floppy of a set has one.
 */
#ifndef WCI_FAR_PARTS_H
#define WCI_FAR_PARTS_H

#include "media/bytes/siblings.h"
#include "reopen/open_container.h"

enum { WCI_FAR_PARTS_MOST = 64 };

/* Files beside an archive or, when there is none of that name, on any image that is indexed. */
struct wci_far_parts {
    struct wci_siblings siblings;
    const struct wci_siblings *near; /* borrowed, as the next two */
    struct wci_reader *reader;
    struct wci_source *own; /* the archive at hand, a part of InstallShield 3 */
    unsigned nesting;
    size_t count;
    struct wci_opened *opened[WCI_FAR_PARTS_MOST]; /* owned: what the sources rest on */
};

/* A file counts as a further part when its table of files is that of `own`.  near, reader, own and
 * nesting are set by the caller. */
void wci_far_parts_init(struct wci_far_parts *parts);
/* After all that was opened through it has been closed; once more does no harm. */
void wci_far_parts_close(struct wci_far_parts *parts);

#endif
