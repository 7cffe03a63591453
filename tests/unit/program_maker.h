/*
 * program_maker - small executables that import modules, for tests.
 */
#ifndef PROGRAM_MAKER_H
#define PROGRAM_MAKER_H

#include <stddef.h>
#include <stdint.h>

enum { PROGRAM_SIZE = 8192 };

enum program_form { PROGRAM_PE, PROGRAM_NE, PROGRAM_LE, PROGRAM_W3 };

/* Fills `image` (PROGRAM_SIZE bytes) with an executable called TESTPROG, where its form has a name, that
 * imports these modules; at most 48.  A W3 is an archive of drivers of these names. */
void program_make(enum program_form form, const char *const *modules, size_t count, uint8_t *image);

#endif
