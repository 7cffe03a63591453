/* executable.h: makes the contents of executables recognisable: NE (16-bit Windows), PE (32-bit
 * Windows) or LE (virtual device driver) headers with a version resource, or a DOS header alone.
 *
 * Which file gets which, by name:
 *   LE   .VXD .386 .PDR
 *   PE   .OCX .SCR .CPL .MPD; .DLL and .EXE unless known as 16-bit or DOS
 *   NE   .DRV .MOD .NEW (16-bit DLLs under a second name); known 16-bit names (list in the source)
 *   MZ   DOS programs (list in the source): no version
 * A file too short for its headers stays without. */
#ifndef WCGEN_EXECUTABLE_H
#define WCGEN_EXECUTABLE_H

#include "util.h"

enum wcgen_executable_kind { WCGEN_NOT_EXECUTABLE, WCGEN_MZ, WCGEN_NE, WCGEN_PE, WCGEN_LE };

/* name: in upper case. */
enum wcgen_executable_kind wcgen_executable_kind(const char *name);

/* Bytes that a file of this name needs at least to get its headers and version; 0: gets none. */
size_t wcgen_executable_least_size(const char *name);

/* Overwrites the start of bytes[0 .. size) with headers and version resource. name: upper case;
 * chance: any number derived from the file, for variety; build: 950 or 1111. version: gets the file
 * version as text or "". */
void wcgen_executable_dress(const char *name, uint64_t chance, unsigned build, uint8_t *bytes,
                            size_t size, char version[24]);

/* The same with a version that is given ("4.0.0.950"): nothing without one; a file whose name tells
 * no kind becomes a PE. */
void wcgen_executable_dress_as(const char *name, const char *wanted, uint8_t *bytes, size_t size,
                               char version[24]);

#endif
