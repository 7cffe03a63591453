/* imagespec.h: FAT and ISO 9660 images from a text description, whole or with named defects. The
 * language is described in README.md. */
#ifndef WCGEN_IMAGESPEC_H
#define WCGEN_IMAGESPEC_H

/* Writes the image that the description asks for. */
void wcgen_imagespec_build(const char *description, const char *path);

#endif
