/*
 * walk_run - a walk over an image, and what it puts on record.
 */
#ifndef WCI_WALK_RUN_H
#define WCI_WALK_RUN_H

#include "core/packed/entries.h"
#include "indexer/walk/walk.h"
#include "media/bytes/spool.h"
#include "media/volume/volume.h"

struct wci_walk {
    struct wci_image *image;
    const struct wci_walk_options *options;
    size_t container_capacity, fault_capacity; /* of the image's arrays, which malloc holds */
    struct wci_budget budget; /* what decoding out of archives may cost for the whole image */
    bool anywhere;            /* look for cabinets that begin somewhere in a file */
    bool thorough;            /* look into programs that are not called so */
};

/* A container being read. */
struct wci_walk_place {
    struct wci_walk *walk;
    uint32_t container;
    unsigned depth;
    struct wci_source *source;
    struct wci_volume *volume;  /* being walked */
    struct wci_entries entries; /* while it is listed */
    size_t other_tables;        /* that were looked into */
};

/* Whether the caller wants an end; whether no container may lie in this one. */
bool wci_walk_is_cancelled(const struct wci_walk *walk);

bool wci_walk_is_too_deep(const struct wci_walk_place *place);

/* Records a fault, with `of_entry` of one file in the container alone; `err` is altered.  Without
 * memory the fault is only counted. */
void wci_walk_add_fault(struct wci_walk *walk, uint32_t container, bool of_entry,
                        struct wcab_error *err);

/* For wci_visitor: a fault, an entry of the place. */
void wci_walk_on_fault(void *context, const struct wcab_error *err);

enum wcab_err wci_walk_on_entry(void *context, const struct wci_entry *entry,
                                struct wcab_error *err);

/* Gives the entries that were listed to the container. */
enum wcab_err wci_walk_keep_entries(struct wci_walk_place *place, struct wcab_error *err);

/* A new container, by its index: the image's array may move. */
enum wcab_err wci_walk_add_container(struct wci_walk *walk, struct wci_bytes name, uint32_t parent,
                                     uint32_t parent_entry, uint32_t *index,
                                     struct wcab_error *err);

/* "folder/name" of an entry, from the arena. */
struct wci_bytes wci_walk_entry_path(struct wci_arena *arena, const struct wci_entry *entry);

/* Reads the tables among the files of a volume: those of one folder are one table. */
enum wcab_err wci_walk_tables(struct wci_walk_place *place, struct wci_volume *volume,
                              struct wcab_error *err);

/* What a part of an InstallShield 3 archive tells of parts that are not beside it. */
enum wcab_err wci_walk_parts_away(struct wci_walk_place *place, const struct wci_volume *volume,
                                  struct wcab_error *err);

/* Unpacks the tables of contents that lie in a cabinet. */
enum wcab_err wci_walk_cabinet_tables(struct wci_walk_place *place, struct wcab_error *err);

#endif
