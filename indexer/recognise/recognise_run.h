/*
 * recognise_run - what the parts of recognition share: recognise.c decides, recognise_score.c
 * compares with listings, recognise_rules.c with rules, recognise_release.c with releases;
 * recognise_reason.c says why.
 */
#ifndef WCI_RECOGNISE_RUN_H
#define WCI_RECOGNISE_RUN_H

#include "indexer/recognise/profile_index.h"
#include "indexer/recognise/recognise.h"

/* What one group of rows has in common with the image. */
struct wci_recognise_tally {
    uint32_t agreeing; /* rows found, name and size alike */
    uint32_t excused;  /* entries that may be there though no row has them */
    uint32_t dates;    /* agreeing rows with another date */
    uint32_t compared; /* what agreeing is to be held against; 0 = not in the image */
    uint32_t plain;    /* loose groups: agreeing rows that are no opened cabinet's file */
    uint32_t container;
    uint64_t last_entry; /* number of the entry counted last, so that none counts twice */
};

struct wci_recognise_score {
    uint32_t agreeing, compared, dates, loose, groups;
    bool by_loose; /* the loose files decided */
    bool several_disks;
    struct wci_bytes disk;
    uint32_t container; /* of the first group that counted */
};

struct wci_recognise_run {
    const struct wci_profile_index *index;
    const struct wci_image *image;
    struct wci_recognise_tally *best, *current; /* by group */
    struct wci_recognise_score *scores;         /* by profile */
    uint8_t *seen;                              /* by ref: a loose row that was found */
    uint64_t entry;                             /* running number of the entry looked at, from 1 */
    uint32_t loose_entries;                     /* files of the outermost volume */
};

/* A reason being written. */
struct wci_recognise_writer {
    char *text;
    size_t size, length;
};

static inline bool wci_recognise_is_volume(const struct wci_container *container)
{
    return wci_container_is_volume(container->kind);
}

/* ---- recognise_score ---------------------------------------------------------------------- */

/* Fills the run's scores. */
void wci_recognise_score_image(struct wci_recognise_run *run);
enum wci_match_class wci_recognise_score_class(const struct wci_recognise_score *score);
/* Order of preference among profiles: < 0 when a is better. */
int wci_recognise_score_order(const struct wci_recognise_run *run, uint32_t a, uint32_t b);
/* The name as a listing has it: stored folders of cabinets belong to it. */
struct wci_bytes wci_recognise_listed_name(const struct wci_entry *entry, bool in_cabinet,
                                           char buffer[2 * WCI_LIMIT_NAME]);
bool wci_recognise_has_extension(struct wci_bytes name);
const struct wci_profile_row *wci_recognise_row_of(const struct wci_profile_index *index,
                                                   const struct wci_row_ref *ref);
/* Whether the image can be the profile's medium by its kind: what lies on one floppy is no CD, and
 * a CD is not one disk of many. */
bool wci_recognise_score_is_possible(const struct wci_recognise_run *run, uint32_t profile);
bool wci_recognise_is_floppy(const struct wci_image *image);
/* Whether an image can be a medium of this kind at all: a floppy is no CD. */
bool wci_recognise_kind_is_possible(const struct wci_image *image, enum wci_profile_kind kind);

/* ---- recognise_rules ---------------------------------------------------------------------- */

/* The first rule of the profile that holds, or NULL: of those that go by what the medium says of
 * itself, or of the others. */
const struct wci_profile_rule *wci_recognise_rules_first(const struct wci_image *image,
                                                         const struct wci_profile *profile,
                                                         bool by_facts);

/* ---- recognise_release -------------------------------------------------------------------- */

/* The profile whose release has the image's files, by name, size and day, whatever cabinets they
 * are in: *profile (an index), how many of how many agree; WCI_NONE when no release has nearly all.
 * NOMEM. */
enum wcab_err wci_recognise_release_find(const struct wci_recognise_run *run, uint32_t *profile,
                                         uint32_t *agreeing, uint32_t *compared,
                                         struct wcab_error *err);

/* ---- recognise_reason --------------------------------------------------------------------- */

void wci_recognise_put(struct wci_recognise_writer *writer, struct wci_bytes bytes);
void wci_recognise_put_text(struct wci_recognise_writer *writer, const char *text);
void wci_recognise_put_number(struct wci_recognise_writer *writer, uint32_t number);
/* A name from a medium, fit for a terminal. */
void wci_recognise_put_name(struct wci_recognise_writer *writer, struct wci_bytes name);
void wci_recognise_put_agreement(struct wci_recognise_writer *writer,
                                 const struct wci_recognise_score *score);
void wci_recognise_put_folder(struct wci_recognise_writer *writer,
                              const struct wci_recognise_run *run, uint32_t profile);
void wci_recognise_put_difference(struct wci_recognise_writer *writer,
                                  const struct wci_recognise_run *run, uint32_t profile);
/* Whether a file beside the medium's cabinets is published with another size: the first of them. */
bool wci_recognise_contradiction(const struct wci_recognise_run *run, uint32_t profile,
                                 struct wci_entry *file);

#endif
