/*
 * profile_index - the published rows of all profiles in one table, for looking files up fast.
 *
 * Rows are found by hashes of 64 bits over folded names and sizes and are not compared again: a
 * collision would count one row too many, nothing else.
 */
#ifndef WCI_PROFILE_INDEX_H
#define WCI_PROFILE_INDEX_H

#include "core/record.h"
#include "profiles/profile.h"
#include "whichcab.h"

/* The rows of one cabinet of a profile, or the loose rows of one of its disks. */
struct wci_row_group {
    uint32_t profile;
    bool loose;
    struct wci_bytes cabinet; /* as the listing has it; empty when loose */
    struct wci_bytes disk;
    uint32_t listed;      /* rows with a known size that are not doubtful */
    uint32_t sizeless;    /* rows of unknown size that are not doubtful */
    uint64_t cabinet_key; /* wci_index_cabinet_key of cabinet */
};

/* A row under one of its keys. */
struct wci_row_ref {
    uint64_t key;
    uint32_t group;
    uint32_t row; /* of the group's profile */
    bool opened;  /* loose row of a cabinet whose contents the profile lists too */
};

struct wci_profile_index {
    const struct wci_profile *const *profiles; /* borrowed */
    uint32_t profile_count;
    uint32_t group_count;
    struct wci_row_group *groups; /* owned; by profile, first seen first */
    uint32_t *by_cabinet;         /* owned; cabinet groups by cabinet_key */
    uint32_t by_cabinet_count;
    size_t ref_count;
    struct wci_row_ref *refs; /* owned; by key */
    uint32_t *starts;         /* owned; where the refs of each value of the key's top bits begin */
    unsigned shift;
};

enum wcab_err wci_index_build(const struct wci_profile *const *profiles, size_t count,
                              struct wci_profile_index *index, struct wcab_error *err);
void wci_index_free(struct wci_profile_index *index);

/* Keys.  cabinet: wci_index_cabinet_key; 0 for loose files. */
uint64_t wci_index_cabinet_key(struct wci_bytes cabinet);
/* name as the container has it; folded here. */
uint64_t wci_index_file_key(uint64_t cabinet_key, struct wci_bytes name, uint64_t size);
/* For names that one side has shortened to 8.3: extension and size only. */
uint64_t wci_index_short_key(uint64_t cabinet_key, struct wci_bytes name, uint64_t size);
/* For loose files of another size than published. */
uint64_t wci_index_name_key(struct wci_bytes name);

/* The refs with this key: *count of them from the return value on (may be NULL when none). */
const struct wci_row_ref *wci_index_find(const struct wci_profile_index *index, uint64_t key,
                                         size_t *count);

/* The groups of this cabinet name, one per profile at most: indices into groups. */
const uint32_t *wci_index_find_cabinet(const struct wci_profile_index *index, uint64_t cabinet_key,
                                       size_t *count);

#endif
