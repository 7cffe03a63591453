/*
 * identify_judge - which of the known files of its name a file is, or once was.
 */
#ifndef WCI_IDENTIFY_JUDGE_H
#define WCI_IDENTIFY_JUDGE_H

#include "jobs/identify/host_file.h"
#include "query/found.h"

/* A known file of that name; the caller fills the first four. */
struct wci_identify_copy {
    const struct wci_host_content *file; /* that is held against it: packed or unpacked */
    const struct wci_found *found;
    bool read; /* facts are known */
    struct wci_deep facts;
    /* How the file is related to it. */
    enum wcab_identity identity;
    bool same_size, same_version;
    enum wcab_same_date same_date;
    uint64_t version_distance; /* UINT64_MAX unless both have a version */
};

/* How two DOS dates are related; `printed`: the second comes from a listing. */
enum wcab_same_date wci_identify_dates(uint32_t file, uint32_t known, bool printed);

/*
 * Judges each copy (count must not be 0), none of which has the same bytes, against the file that
 * was changed on the date `modified`.  Returns the index of the one that says most: a file of the
 * same size and date whose bytes are known to be others proves that it was altered; else one whose
 * bytes are not known makes it probably intact; else one of the same version, size or date shows
 * what was altered; else the nearest version is meant.
 */
size_t wci_identify_judge(uint32_t modified, struct wci_identify_copy *copies, size_t count);

/* Whether two copies are the same file as far as is known: then they belong to one match. */
bool wci_identify_is_same(const struct wci_identify_copy *a, const struct wci_identify_copy *b);

#endif
