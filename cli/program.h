/*
 * program - where this program lies, and what lies beside it.
 *
 * A program in a build tree finds the things that were built with it, an installed one those
 * installed with it, wherever both were moved to.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

/* Both return malloc'ed paths, NULL when there is no such thing (then the library's own default
 * place is used). */

/* Another program of the project: beside this one, or in libexec/whichcab. */
char *program_find(const char *name);

/* A data file or folder: "published.mdb", "media-profiles". */
char *program_find_data(const char *name);

#endif
