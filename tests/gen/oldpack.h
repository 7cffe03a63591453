/* oldpack.h: packs bytes the way of PKZIP 0.9 and 1.x (shrunk, reduced, imploded) and of PKWARE's
 * Data Compression Library. Not well, but with every part of the formats: partial clearing, long
 * runs, matches far back, both kinds of literals. unzip and 7z read what comes out. */
#ifndef WCGEN_OLDPACK_H
#define WCGEN_OLDPACK_H

#include "util.h"

struct wcgen_buffer wcgen_oldpack_shrink(const uint8_t *bytes, size_t count);
struct wcgen_buffer wcgen_oldpack_reduce(const uint8_t *bytes, size_t count, unsigned factor);
/* large: a window of 8 KB; coded: literals have codes. */
struct wcgen_buffer wcgen_oldpack_implode(const uint8_t *bytes, size_t count, bool large,
                                          bool coded);
/* window_bits: 4 to 6, for 1 to 4 KB. */
struct wcgen_buffer wcgen_oldpack_explode(const uint8_t *bytes, size_t count, unsigned window_bits,
                                          bool coded);

/* A ZIP archive of the named files, each packed by the method (1 to 6, or 0). */
void wcgen_oldpack_zip(unsigned method, const char *archive, char *const *paths, size_t count);

#endif
