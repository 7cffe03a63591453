/* cabspec.h: cabinets from a text description, cut by size as Microsoft's writer does it, or in
 * ways it never did; whole or with named defects. The language is described in README.md. */
#ifndef WCGEN_CABSPEC_H
#define WCGEN_CABSPEC_H

/* Writes the cabinets that the description asks for, and manifest.tsv, into the folder. */
void wcgen_cabspec_build(const char *description, const char *folder);

#endif
