/*
 * places - where on the media a file of an installed Windows is.
 */
#ifndef PLACES_H
#define PLACES_H

#include "whichcab.h"

/* Prints a line for each medium that has a copy of `name` for an installed system, of the version of `release` where
 * that is not NULL. */
enum wcab_err places_print(struct wcab_catalog *catalog, const char *name, const char *release,
                           unsigned indent, struct wcab_error *err);

#endif
