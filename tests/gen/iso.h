/* iso.h: ISO 9660 images of a tree, with 8.3 names; on request Joliet, Rock Ridge and El Torito. */
#ifndef WCGEN_ISO_H
#define WCGEN_ISO_H

#include "tree.h"

enum { WCGEN_SECTOR = 2048 };

struct wcgen_iso_format {
    const char *label;        /* volume identifier */
    const char *joliet_label; /* of the Joliet tree; NULL: the same */
    const char *modified;     /* "1995-07-11 09:50", volume and root folder */
    bool joliet;
    bool rock_ridge;
    const char *boot; /* path of the file that El Torito boots from; NULL: none */
};

/* Writes the image to a file. Names in the ISO tree: in upper case; a longer one gets its alias, or
 * is cut. node->place[0] is then the first sector of every file and folder, place[1] the same for
 * folders of the Joliet tree. Every kind of tree, file contents apart, is written as given: names
 * aren't checked. */
void wcgen_iso_write(const struct wcgen_iso_format *format, struct wcgen_node *root,
                     const char *path);

#endif
