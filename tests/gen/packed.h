/* packed.h: files packed one by one, as COMPRESS.EXE made them (MAPI32.DL_): SZDD and KWAJ. */
#ifndef WCGEN_PACKED_H
#define WCGEN_PACKED_H

#include "util.h"

enum wcgen_kwaj_method {
    WCGEN_KWAJ_STORED = 0,
    WCGEN_KWAJ_INVERTED = 1, /* every byte XOR 0xFF */
    WCGEN_KWAJ_LZSS = 2,
    WCGEN_KWAJ_MSZIP = 4
};

/* An SZDD file. missing: the last letter of the real name, or 0. */
struct wcgen_buffer wcgen_packed_szdd(const uint8_t *bytes, size_t count, char missing);

/* A KWAJ file with its unpacked size and, unless NULL, the real name ("MAPI32.DLL"). */
struct wcgen_buffer wcgen_packed_kwaj(enum wcgen_kwaj_method method, const uint8_t *bytes,
                                      size_t count, const char *name);

#endif
