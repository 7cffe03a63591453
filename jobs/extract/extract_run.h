/*
 * extract_run - a run of wcab_extract: what is to be taken out (extract_targets), and what becomes
 * of each file (extract_output).
 */
#ifndef WCI_EXTRACT_RUN_H
#define WCI_EXTRACT_RUN_H

#include "catalog/catalog.h"
#include "catalog/hash.h"
#include "jobs/extract/output_file.h"
#include "media/cabinet/damage_list.h"
#include "media/cabinet/folder_take.h"
#include "reopen/folder_parts.h"
#include "reopen/open_container.h"
#include "whichcab.h"

struct wci_extraction;

/* A file to take out.  Strings and entry lie in the extraction's arena. */
struct wci_target {
    struct wci_extraction *run;
    uint32_t image, container, listing, row;
    uint32_t folder; /* of the cabinet; WCI_NONE for a file of a volume */
    struct wci_entry entry;
    const char *name, *image_path, *cabinet;
    const char *folders;   /* where it lies beneath the output folder, "WIN95/"; "": right there */
    const char *safe_name; /* under which it is made; NULL until it is begun */
    const char *missing;   /* the disk to insert, when one that is needed is not there; else NULL */
    struct wci_output_folder below; /* of `folders`, while it is written */
    struct wci_output_file output;
    const struct wci_folder_take *take; /* while its folder is decoded */
    bool writing;
    bool failed;
    bool complete; /* all that it takes is there */
    const char *installed_as;
    bool installed_as_probable;
};

struct wci_extraction {
    struct wcab_catalog *catalog;
    const struct wcab_extract_options *options;
    struct wcab_extract_result *result;
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct wci_target *targets;
    size_t count, capacity;
    struct wci_output_folder folder;
    struct wci_hash_table written; /* folded names given in this run -> place in `numbers` */
    unsigned *numbers; /* for each, the last number that was given to a file of its name */
    size_t number_capacity;
    bool output_failed;    /* what is behind `options->folder` or `put` can't take more */
    const char *undecided; /* the last name that was told to be; one of the options' */
    uint64_t images;       /* on record: those that were searched */
    /* The container that the last loose file came from: what it had to unpack or copy is of use for
     * the next one.  NULL: none. */
    struct wci_opened *opened;
    uint32_t opened_image, opened_container;
    /* Of the last file from a cabinet, likewise. */
    struct wci_folder_parts parts;
    uint32_t parts_image;
};

/* ---- extract_targets: which files ---- */

/* Searches for the names of the options and fills `targets`, in the order of reading.  NOTFOUND:
 * none. */
enum wcab_err wci_extract_find_targets(struct wci_extraction *run, struct wcab_error *err);

/* ---- extract_paths: folders of the medium ---- */

/* The folders, arena, with '/' behind each, that an answer's file gets beneath the output folder; NULL
 * without memory. */
const char *wci_extract_folders(struct wci_arena *arena, const struct wcab_answer *answer);

/* Puts the targets of each image into a folder of its own when there are several images.  NOMEM. */
enum wcab_err wci_extract_divide(struct wci_extraction *run, struct wcab_error *err);

/* ---- extract: their bytes ---- */

/* Takes the targets out. */
enum wcab_err wci_extract_targets(struct wci_extraction *run, struct wcab_error *err);

/* ---- extract_output: what becomes of one ---- */

/* The file does not come out; told once. */
void wci_extract_fail(struct wci_target *target, const struct wcab_error *err);

/* Before a file's bytes, for each run of them, and behind them.  `reason` (NULL: none) is what is
 * wrong with the file, `damages` all that is, of which its own lie at start .. start + size. */
enum wcab_err wci_extract_begin(struct wci_target *target, struct wcab_error *err);
enum wcab_err wci_extract_put(struct wci_target *target, const uint8_t *data, size_t size,
                              struct wcab_error *err);
enum wcab_err wci_extract_end(struct wci_target *target, const struct wcab_error *reason,
                              const struct wci_damage_list *damages, uint64_t start,
                              struct wcab_error *err);

/* Throws away what was written of a file that has not ended. */
void wci_extract_drop(struct wci_target *target);

#endif
