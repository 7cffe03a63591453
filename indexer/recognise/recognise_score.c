/*
 * recognise_score - what an image has in common with the published listings; see recognise.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "indexer/recognise/recognise_run.h"

/* A loose group has to have this share of its rows there before it counts at all. */
enum { LOOSE_GROUP_PERCENT = 50, LIKE_ROWS = 3 };

/* ---- comparing files ---------------------------------------------------------------------- */

/* The name as a listing has it: stored folders of cabinets belong to it. */
struct wci_bytes wci_recognise_listed_name(const struct wci_entry *entry, bool in_cabinet,
                                           char buffer[2 * WCI_LIMIT_NAME])
{
    struct wci_bytes folder = entry->folder, name = entry->name.bytes, whole = {buffer, 0};

    if (!in_cabinet || folder.length == 0 ||
        folder.length + 1 + name.length > (size_t)2 * WCI_LIMIT_NAME)
        return name;
    memcpy(buffer, folder.data, folder.length);
    whole.length = folder.length;
    if (folder.data[folder.length - 1] != '\\')
        buffer[whole.length++] = '\\';
    memcpy(buffer + whole.length, name.data, name.length);
    whole.length += name.length;
    return whole;
}

const struct wci_profile_row *wci_recognise_row_of(const struct wci_profile_index *index,
                                                   const struct wci_row_ref *ref)
{
    return &index->profiles[index->groups[ref->group].profile]->rows[ref->row];
}

static bool same_day(const struct wci_profile_row *row, const struct wci_entry *entry)
{
    return row->modified == 0 || entry->modified == 0 ||
           row->modified >> 16 == entry->modified >> 16;
}

/* Counts the entry for every published cabinet of this name that has it under `key`; true when one
 * has. */
static void tally_cabinet_key(struct wci_recognise_run *run, const struct wci_entry *entry,
                              uint64_t key, bool has_extension)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = wci_recognise_row_of(run->index, &refs[i]);
        struct wci_recognise_tally *tally = &run->current[refs[i].group];

        if (tally->last_entry == run->entry)
            continue;
        tally->last_entry = run->entry;
        if (row->status == WCI_ROW_DOUBTFUL) {
            tally->excused += has_extension;
            continue;
        }
        tally->agreeing++;
        tally->dates += !same_day(row, entry);
        if (!has_extension) /* counted as excused with all names of its kind: take that back */
            tally->excused--;
    }
}

bool wci_recognise_has_extension(struct wci_bytes name)
{
    return memchr(wci_bytes_base_name(name).data, '.', wci_bytes_base_name(name).length) != NULL;
}

/* Closes the tally of a group with `present` entries in the image's cabinet. */
static void close_tally(struct wci_recognise_run *run, uint32_t group, uint32_t container,
                        uint32_t present)
{
    const struct wci_row_group *rows = &run->index->groups[group];
    struct wci_recognise_tally *tally = &run->current[group], *best = &run->best[group];
    uint32_t expected = present > tally->excused ? present - tally->excused : 0;
    bool partial = run->image->containers[container].partial;

    /* rows of unknown size can't agree, but their files are no surprise */
    expected = expected > rows->sizeless ? expected - rows->sizeless : 0;
    if (expected < rows->listed && !partial)
        expected = rows->listed;
    if (tally->agreeing > expected)
        tally->agreeing = expected;
    tally->compared = expected;
    tally->container = container;
    if (best->compared == 0 || tally->agreeing > best->agreeing)
        *best = *tally;
}

static void compare_cabinet(struct wci_recognise_run *run, uint32_t number)
{
    const struct wci_container *container = &run->image->containers[number];
    uint64_t cabinet_key = wci_index_cabinet_key(wci_bytes_base_name(container->name));
    uint32_t present = 0, plain_names = 0, i;
    size_t group_count, g;
    const uint32_t *groups = wci_index_find_cabinet(run->index, cabinet_key, &group_count);

    if (group_count == 0)
        return;
    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];

        if ((entry->flags & WCI_ENTRY_CONTINUED) == 0) {
            present++;
            plain_names += !wci_recognise_has_extension(entry->name.bytes);
        }
    }
    for (g = 0; g < group_count; g++) {
        memset(&run->current[groups[g]], 0, sizeof(struct wci_recognise_tally));
        run->current[groups[g]].excused = plain_names;
    }
    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];
        char buffer[2 * WCI_LIMIT_NAME];
        struct wci_bytes name;

        if ((entry->flags & WCI_ENTRY_CONTINUED) != 0)
            continue;
        run->entry++;
        name = wci_recognise_listed_name(entry, true, buffer);
        tally_cabinet_key(run, entry, wci_index_file_key(cabinet_key, name, entry->size),
                          wci_recognise_has_extension(name));
        tally_cabinet_key(run, entry, wci_index_short_key(cabinet_key, name, entry->size),
                          wci_recognise_has_extension(name));
    }
    for (g = 0; g < group_count; g++)
        close_tally(run, groups[g], number, present);
}

/* A row published under this key is in the image: counts it once, and one row per group only. */
static void tally_loose_key(struct wci_recognise_run *run, const struct wci_entry *entry,
                            uint64_t key)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = wci_recognise_row_of(run->index, &refs[i]);
        struct wci_recognise_tally *tally = &run->best[refs[i].group];
        size_t ref = (size_t)(&refs[i] - run->index->refs);

        if (run->seen[ref] || tally->last_entry == run->entry || !same_day(row, entry))
            continue;
        run->seen[ref] = 1;
        tally->last_entry = run->entry;
        if (row->status == WCI_ROW_DOUBTFUL) {
            tally->excused++;
            continue;
        }
        tally->agreeing++;
        tally->plain += !refs[i].opened;
    }
}

static void compare_loose(struct wci_recognise_run *run, const struct wci_container *container)
{
    uint32_t i;
    uint8_t alias;

    for (i = 0; i < container->entry_count; i++) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(container, i, &room);

        if ((entry->attributes & (WCI_ATTRIBUTE_FOLDER | WCI_ATTRIBUTE_LABEL)) != 0)
            continue;
        run->entry++;
        if (container->parent == WCI_NONE)
            run->loose_entries++;
        tally_loose_key(run, entry, wci_index_file_key(0, entry->name.bytes, entry->size));
        for (alias = 0; alias < entry->alias_count && alias < WCI_ALIAS_MAX; alias++)
            tally_loose_key(run, entry,
                            wci_index_file_key(0, entry->alias[alias].bytes, entry->size));
    }
}
/* ---- scoring ------------------------------------------------------------------------------ */

static void add_disk(struct wci_recognise_score *score, struct wci_bytes disk)
{
    if (score->groups == 0)
        score->disk = disk;
    else if (!wci_bytes_equal(score->disk, disk))
        score->several_disks = true;
    score->groups++;
}

/* Adds up the cabinets that were compared. */
static void score_cabinets(struct wci_recognise_run *run)
{
    uint32_t i;

    for (i = 0; i < run->index->group_count; i++) {
        const struct wci_row_group *group = &run->index->groups[i];
        const struct wci_recognise_tally *tally = &run->best[i];
        struct wci_recognise_score *score = &run->scores[group->profile];

        if (group->loose || tally->compared == 0)
            continue;
        if (score->groups == 0)
            score->container = tally->container;
        score->agreeing += tally->agreeing;
        score->compared += tally->compared;
        score->dates += tally->dates;
        add_disk(score, group->disk);
    }
}

/* Whether enough of a loose group is there for it to say something on its own. */
static bool loose_group_counts(const struct wci_row_group *group,
                               const struct wci_recognise_tally *tally)
{
    return tally->plain > 0 &&
           (uint64_t)tally->agreeing * 100 >= (uint64_t)group->listed * LOOSE_GROUP_PERCENT;
}

/* Loose files: beside cabinets they only break ties; without any they are the score. */
static void score_loose(struct wci_recognise_run *run)
{
    bool floppy =
        run->image->container_count > 0 && run->image->containers[0].kind == WCI_CONTAINER_FAT;
    uint32_t i;

    for (i = 0; i < run->index->group_count; i++) {
        const struct wci_row_group *group = &run->index->groups[i];
        const struct wci_recognise_tally *tally = &run->best[i];
        struct wci_recognise_score *score = &run->scores[group->profile];
        uint32_t expected = group->listed, known = tally->excused + group->sizeless;

        if (!group->loose || tally->agreeing == 0)
            continue;
        score->loose += tally->agreeing;
        if ((score->groups > 0 && !score->by_loose) || !loose_group_counts(group, tally))
            continue;
        /* a floppy holds one disk of a set and nothing else */
        if (floppy && run->loose_entries > known && run->loose_entries - known > expected)
            expected = run->loose_entries - known;
        score->by_loose = true;
        score->agreeing += tally->agreeing;
        score->compared += expected;
        add_disk(score, group->disk);
    }
}

enum wci_match_class wci_recognise_score_class(const struct wci_recognise_score *score)
{
    uint64_t agreeing = score->agreeing, compared = score->compared;
    uint64_t allowed =
        compared * WCI_MATCH_DIFFER_PERCENT / 100 + (compared >= WCI_MATCH_SLACK_ROWS ? 1 : 0);

    if (compared == 0)
        return WCI_MATCH_NONE;
    if (agreeing == compared && score->dates == 0)
        return WCI_MATCH_EXACT;
    if (compared - agreeing <= allowed)
        return WCI_MATCH_NEAR;
    if (agreeing * 100 >= compared * WCI_MATCH_LIKE_PERCENT && agreeing >= LIKE_ROWS)
        return WCI_MATCH_LIKE;
    return WCI_MATCH_NONE;
}

/* Whether the outermost container is what media of this kind look like. */
static bool kind_fits(const struct wci_image *image, enum wci_profile_kind kind)
{
    if (image->container_count == 0)
        return false;
    if (image->containers[0].kind == WCI_CONTAINER_ISO9660)
        return kind == WCI_PROFILE_CD;
    return image->containers[0].kind == WCI_CONTAINER_FAT && kind == WCI_PROFILE_FLOPPIES;
}

bool wci_recognise_is_floppy(const struct wci_image *image)
{
    static const char fat12[] = "FAT12";
    const struct wci_container *root;

    if (image->container_count == 0)
        return false;
    root = &image->containers[0];
    return root->kind == WCI_CONTAINER_FAT && root->format.length >= sizeof(fat12) - 1 &&
           memcmp(root->format.data, fat12, sizeof(fat12) - 1) == 0;
}

bool wci_recognise_kind_is_possible(const struct wci_image *image, enum wci_profile_kind kind)
{
    return kind != WCI_PROFILE_CD || !wci_recognise_is_floppy(image);
}

bool wci_recognise_score_is_possible(const struct wci_recognise_run *run, uint32_t profile)
{
    const struct wci_profile *candidate = run->index->profiles[profile];
    const struct wci_image *image = run->image;

    if (image->container_count > 0 && image->containers[0].kind == WCI_CONTAINER_ISO9660 &&
        candidate->kind == WCI_PROFILE_FLOPPIES && candidate->disk_count > 1 &&
        !run->scores[profile].several_disks)
        return false;
    return wci_recognise_kind_is_possible(image, candidate->kind);
}

/* Order of preference among profiles: < 0 when a is better. */
int wci_recognise_score_order(const struct wci_recognise_run *run, uint32_t a, uint32_t b)
{
    const struct wci_recognise_score *left = &run->scores[a], *right = &run->scores[b];
    bool left_sure = wci_recognise_score_class(left) >= WCI_MATCH_NEAR;
    bool right_sure = wci_recognise_score_class(right) >= WCI_MATCH_NEAR;
    bool left_possible = wci_recognise_score_is_possible(run, a);

    if (left_possible != wci_recognise_score_is_possible(run, b))
        return left_possible ? -1 : 1;
    if (left_sure != right_sure)
        return left_sure ? -1 : 1;
    if (left->agreeing != right->agreeing)
        return left->agreeing > right->agreeing ? -1 : 1;
    if (left->compared != right->compared)
        return left->compared < right->compared ? -1 : 1;
    if (left->dates != right->dates)
        return left->dates < right->dates ? -1 : 1;
    if (left->loose != right->loose)
        return left->loose > right->loose ? -1 : 1;
    return (int)kind_fits(run->image, run->index->profiles[b]->kind) -
           (int)kind_fits(run->image, run->index->profiles[a]->kind);
}

void wci_recognise_score_image(struct wci_recognise_run *run)
{
    uint32_t c;

    for (c = 0; c < run->image->container_count; c++) {
        if (run->image->containers[c].kind == WCI_CONTAINER_CABINET)
            compare_cabinet(run, c);
        else if (wci_recognise_is_volume(&run->image->containers[c]))
            compare_loose(run, &run->image->containers[c]);
    }
    score_cabinets(run);
    score_loose(run);
}
