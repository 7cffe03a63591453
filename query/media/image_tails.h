/*
 * image_tails - the ends of paths by which images are called: as short as they tell one image from
 * all others, and what such an end, typed by the user, stands for.
 */
#ifndef WCI_IMAGE_TAILS_H
#define WCI_IMAGE_TAILS_H

#include "query/handle.h"

/*
 * The path that a part of it stands for: of the image whose path ends so, else of the folder of
 * images.  *path is malloc'ed, NULL when there is none.  USAGE names some when there are several.
 */
enum wcab_err wci_image_tails_find(const struct wcab_image_names *tails, const char *tail,
                                   char **path, struct wcab_error *err);

#endif
