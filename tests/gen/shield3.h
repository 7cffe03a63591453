/* shield3.h: InstallShield 3 archives, in one part or several. The layout is what readers of the
 * format have found out; the format itself was never published. */
#ifndef WCGEN_SHIELD3_H
#define WCGEN_SHIELD3_H

#include <stddef.h>

/*
 * Writes OUT (part size 0), or OUT.1, OUT.2 ... of at most so many bytes each, tables included.
 * Each path is "FOLDER=FILE": the file's folder in the archive ('\' between parts, may be empty).
 * Every third file is stored; the others are packed, with literals coded and not in turn.
 */
void wcgen_shield3_build(const char *out, size_t part_size, char *const *paths, size_t count);

#endif
