/*
 * sandbox.h - reading images that nobody vouches for without the rights of the program that asks.
 */
#ifndef WHICHCAB_SANDBOX_H
#define WHICHCAB_SANDBOX_H

#include "whichcab/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- this process (libwhichcab-query) ----------------------------------------------------------- */

struct wcab_sandbox_options {
    size_t sizeof_options;      /* sizeof(struct wcab_sandbox_options) */
    const char *const *folders; /* that may be written to; they exist: the catalog's, where files
                                   go, one for temporary files ($TMPDIR) */
    size_t folder_count;
    bool makes_folders; /* make and remove folders there, too */
    bool sets_times;    /* give files that are open other times, as wcab_extract does */
    bool serves;        /* answer at a socket that is open already */
    /* With the folders above all that is read: folders and files; NULL: everything is. */
    const char *const *readable;
    size_t readable_count;
};

/* Which protection there is; what the kernel or this kind of processor lacks is left out. */
struct wcab_sandbox_result {
    size_t sizeof_result; /* sizeof(struct wcab_sandbox_result), set by the caller */
    bool files;           /* writing is fenced in (Landlock, Linux 5.13) */
    bool calls;           /* system calls are filtered (seccomp) */
};

/*
 * Gives up, for this process and for good, what reading images does not need: writing outside of the
 * folders, running programs, network, signals to other processes, changing owners and modes
 * (docs/threat-model.md has all of it).  Reading files stays.  To be called while the process has one
 * thread only.  USAGE.
 */
WCAB_API enum wcab_err wcab_sandbox_enter(const struct wcab_sandbox_options *options,
                                          struct wcab_sandbox_result *result,
                                          struct wcab_error *err);

/* ---- a process of its own (libwhichcab) --------------------------------------------------- */

struct wcab_apart_options {
    size_t sizeof_options; /* sizeof(struct wcab_apart_options) */
    /* What that process may still do; NULL: it writes nowhere. */
    const struct wcab_sandbox_options *rights;
    bool strict;      /* UNSUPPORTED, and nothing done, where a part of the sandbox is missing */
    unsigned seconds; /* of processor time; 600.  It may be alive for twice as long */
    uint64_t memory;  /* bytes beside what this process has now; 1 GiB */
    const struct wcab_cancel *cancel; /* may be NULL */
    void *context;
    /* The work, done in a process of its own in the sandbox: wcab_list, wcab_index, wcab_read ... of
     * images that nobody vouches for.  It sees the memory of the caller as it was, opens what it
     * needs by its path, and changes nothing here: what it finds out it writes to `out`, as the
     * functions that write JSON do. What it returns, with *err, is what the call returns. */
    enum wcab_err (*work)(void *context, wcab_text_sink *out, void *out_context,
                          struct wcab_error *err);
    /* Gets what was written, here and in order; may be NULL.  These bytes may be anything, for the
     * process may have been taken over: they are to be read like a file from a stranger. */
    wcab_text_sink *take;
    void *take_context;
};

/*
 * Does the work in a child process.  Its death, whatever killed it, is no more than an error:
 * CORRUPT, also when its time was used up.  LIMIT: it was alive for too long.  CANCELLED; IO: no
 * process; NOMEM; USAGE; else what the work or `take` returned.
 *
 * The child is made by fork(2): it has the calling thread alone.  So the work uses this library, the
 * C library and its own data, but no handle that was open before, and nothing that another thread
 * may have locked.  stdin, stdout and stderr lead nowhere, and files that were open are closed.
 */
WCAB_API enum wcab_err wcab_apart_run(const struct wcab_apart_options *options,
                                      struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
