/*
 * disk_list - the disks of many media as a table, one line each, and as counts.
 */
#ifndef DISK_LIST_H
#define DISK_LIST_H

#include "cli/command.h"

/* Which disks are wanted: bits 1 << enum wcab_disk_status. */
enum { DISKS_ALL = ~0 };

struct disk_list;

/* NULL after a message. */
struct disk_list *disk_list_open(void);
/* NULL is harmless. */
void disk_list_close(struct disk_list *list);

/* Adds those of the medium's disks that are wanted, and counts all of them.  What the medium has is
 * borrowed until the list is closed.  False after a message. */
bool disk_list_add(struct disk_list *list, const struct wcab_medium *medium, unsigned wanted);

size_t disk_list_count(const struct disk_list *list);

/* How disks are shown. */
struct disk_look {
    const struct wcab_image_names *names; /* what images are called; NULL: by their paths */
    bool links;                           /* images are links to their files */
    bool verbose;                         /* not here: more of each medium */
};

/* The lines. */
void disk_list_print(const struct disk_list *list, const struct disk_look *look);

/* Those of one state, counted folder by folder. */
void disk_list_print_folders(const struct disk_list *list);

/* "38 images: 3 media complete, 1 incomplete, 12 disks not recognised; 1 damaged" on stderr. */
void disk_list_summary(const struct disk_list *list);

#endif
