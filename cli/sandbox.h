/*
 * sandbox - gives up, before media are read, what reading media does not need.
 *
 * Parsers of untrusted bytes run with the rights that remain: reading files, and writing beneath
 * the few folders named here.  Only the program does this to itself; the library never does it to
 * its caller.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>

/* What a command still has to write. */
struct sandbox_rights {
    bool uses_catalog;   /* writes beneath the catalog's folder, its locks if nothing else */
    const char *catalog; /* that folder; NULL: the default place */
    bool makes_catalog;  /* make the folder first when it is missing */
    const char *output;  /* a further folder to write to, made first when it is missing; NULL: none;
                            the folder it is made in has to exist */
    bool makes_folders;  /* make folders, too, and remove empty ones, where it writes */
    bool serves;         /* answer at a socket that is open already */
    const char *const
        *readable; /* with the folders above all that is read: folders and files, a NULL
                                    behind them; NULL: everything is */
    bool verbose;  /* say on stderr which protection the kernel lacks */
};

/* The catalog's folder as the library finds it, malloc'ed; NULL: it can't be told. */
char *sandbox_catalog_folder(const char *given);

/*
 * Drops rights for the rest of the process and of its children, for good.  To be called while there
 * is one thread only.
 *
 * From then on nothing is written outside of those folders and of a folder for temporary files
 * (TMPDIR is set to it), no program is run (Landlock, all in landlock(7)); there is no network, no
 * look into or signal to other processes, no change of owners or modes, or of times by path, no
 * mounting, no further privilege (seccomp(2), capabilities(7)).  Forbidden calls fail with EACCES
 * or EPERM, and the process goes on.  Files can be read as before: cue sheets, sets of cabinets and
 * the catalog refer to images anywhere.
 *
 * What the kernel lacks is left out; it never fails.
 */
void sandbox_enter(const struct sandbox_rights *rights);

#endif
