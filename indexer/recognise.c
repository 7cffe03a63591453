/*
 * recognise - see recognise.h.
 *
 * Every cabinet of the image is held against the published cabinets of the same name, one group of
 * rows per profile (profile_index.h); a profile's score is the sum over its best-fitting groups.
 * Loose files decide only where no cabinet of the profile is in the image.
 */
#include "indexer/recognise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "indexer/profile_index.h"

/* A loose group has to have this share of its rows there before it counts at all. */
enum { LOOSE_GROUP_PERCENT = 50, LIKE_ROWS = 3 };

struct wci_recogniser {
    const struct wci_profile **profiles; /* owned array of borrowed profiles */
    struct wci_profile_index index;
};

/* What one group of rows has in common with the image. */
struct tally {
    uint32_t agreeing; /* rows found, name and size alike */
    uint32_t excused;  /* entries that may be there though no row has them */
    uint32_t dates;    /* agreeing rows with another date */
    uint32_t compared; /* what agreeing is to be held against; 0 = not in the image */
    uint32_t plain;    /* loose groups: agreeing rows that are no opened cabinet's file */
    uint32_t container;
    uint64_t last_entry; /* number of the entry counted last, so that none counts twice */
};

struct score {
    uint32_t agreeing, compared, dates, loose, groups;
    bool by_loose; /* the loose files decided */
    bool several_disks;
    struct wci_bytes disk;
    uint32_t container; /* of the first group that counted */
};

struct run {
    const struct wci_profile_index *index;
    const struct wci_image *image;
    struct tally *best, *current; /* by group */
    struct score *scores;         /* by profile */
    uint8_t *seen;                /* by ref: a loose row that was found */
    uint64_t entry;               /* running number of the entry looked at, from 1 */
    uint32_t loose_entries;       /* files of the outermost volume */
};

/* ---- preparing ---------------------------------------------------------------------------- */

enum wcab_err wci_recognise_prepare(const struct wci_profile_list *list,
                                    struct wci_recogniser **recogniser, struct wcab_error *err)
{
    struct wci_recogniser *prepared = wci_mem_calloc(1, sizeof(*prepared));
    enum wcab_err code;
    size_t i;

    if (prepared != NULL)
        prepared->profiles = wci_mem_calloc(list->count + 1, sizeof(struct wci_profile *));
    if (prepared == NULL || prepared->profiles == NULL) {
        free(prepared);
        return wci_error_nomem(err);
    }
    for (i = 0; i < list->count; i++)
        prepared->profiles[i] = list->profiles[i];
    code = wci_index_build(prepared->profiles, list->count, &prepared->index, err);
    if (code == WCAB_OK) {
        *recogniser = prepared;
    } else {
        free(prepared->profiles);
        free(prepared);
    }
    return code;
}

void wci_recognise_free(struct wci_recogniser *recogniser)
{
    if (recogniser == NULL)
        return;
    wci_index_free(&recogniser->index);
    free(recogniser->profiles);
    free(recogniser);
}

/* ---- comparing files ---------------------------------------------------------------------- */

static bool is_volume(const struct wci_container *container)
{
    return wci_container_is_volume(container->kind);
}

/* The name as a listing has it: stored folders of cabinets belong to it. */
static struct wci_bytes listed_name(const struct wci_entry *entry, bool in_cabinet,
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

static const struct wci_profile_row *row_of(const struct wci_profile_index *index,
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
static void tally_cabinet_key(struct run *run, const struct wci_entry *entry, uint64_t key,
                              bool has_extension)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = row_of(run->index, &refs[i]);
        struct tally *tally = &run->current[refs[i].group];

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

static bool has_extension(struct wci_bytes name)
{
    return memchr(wci_bytes_base_name(name).data, '.', wci_bytes_base_name(name).length) != NULL;
}

/* Closes the tally of a group with `present` entries in the image's cabinet. */
static void close_tally(struct run *run, uint32_t group, uint32_t container, uint32_t present)
{
    const struct wci_row_group *rows = &run->index->groups[group];
    struct tally *tally = &run->current[group], *best = &run->best[group];
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

static void compare_cabinet(struct run *run, uint32_t number)
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
            plain_names += !has_extension(entry->name.bytes);
        }
    }
    for (g = 0; g < group_count; g++) {
        memset(&run->current[groups[g]], 0, sizeof(struct tally));
        run->current[groups[g]].excused = plain_names;
    }
    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];
        char buffer[2 * WCI_LIMIT_NAME];
        struct wci_bytes name;

        if ((entry->flags & WCI_ENTRY_CONTINUED) != 0)
            continue;
        run->entry++;
        name = listed_name(entry, true, buffer);
        tally_cabinet_key(run, entry, wci_index_file_key(cabinet_key, name, entry->size),
                          has_extension(name));
        tally_cabinet_key(run, entry, wci_index_short_key(cabinet_key, name, entry->size),
                          has_extension(name));
    }
    for (g = 0; g < group_count; g++)
        close_tally(run, groups[g], number, present);
}

/* A row published under this key is in the image: counts it once, and one row per group only. */
static void tally_loose_key(struct run *run, const struct wci_entry *entry, uint64_t key)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = row_of(run->index, &refs[i]);
        struct tally *tally = &run->best[refs[i].group];
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

static void compare_loose(struct run *run, const struct wci_container *container)
{
    uint32_t i;
    uint8_t alias;

    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];

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

static void add_disk(struct score *score, struct wci_bytes disk)
{
    if (score->groups == 0)
        score->disk = disk;
    else if (!wci_bytes_equal(score->disk, disk))
        score->several_disks = true;
    score->groups++;
}

/* Adds up the cabinets that were compared. */
static void score_cabinets(struct run *run)
{
    uint32_t i;

    for (i = 0; i < run->index->group_count; i++) {
        const struct wci_row_group *group = &run->index->groups[i];
        const struct tally *tally = &run->best[i];
        struct score *score = &run->scores[group->profile];

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
static bool loose_group_counts(const struct wci_row_group *group, const struct tally *tally)
{
    return tally->plain > 0 &&
           (uint64_t)tally->agreeing * 100 >= (uint64_t)group->listed * LOOSE_GROUP_PERCENT;
}

/* Loose files: beside cabinets they only break ties; without any they are the score. */
static void score_loose(struct run *run)
{
    bool floppy =
        run->image->container_count > 0 && run->image->containers[0].kind == WCI_CONTAINER_FAT;
    uint32_t i;

    for (i = 0; i < run->index->group_count; i++) {
        const struct wci_row_group *group = &run->index->groups[i];
        const struct tally *tally = &run->best[i];
        struct score *score = &run->scores[group->profile];
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

static enum wci_match_class class_of(const struct score *score)
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

/* Order of preference among profiles: < 0 when a is better. */
static int compare_scores(const struct run *run, uint32_t a, uint32_t b)
{
    const struct score *left = &run->scores[a], *right = &run->scores[b];
    bool left_sure = class_of(left) >= WCI_MATCH_NEAR;
    bool right_sure = class_of(right) >= WCI_MATCH_NEAR;

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

/* ---- rules -------------------------------------------------------------------------------- */

static bool matches_folded(struct wci_bytes pattern, struct wci_bytes text)
{
    char buffer[2 * WCI_LIMIT_NAME];
    struct wci_bytes folded = {buffer, 0};

    if (text.length > WCI_LIMIT_NAME)
        return false;
    folded.length = wci_text_fold(text, buffer, sizeof(buffer));
    return wci_profile_glob(pattern, folded);
}

static bool entry_matches(const struct wci_rule_condition *condition, const struct wci_entry *entry)
{
    uint8_t alias;
    bool named;

    if (condition->test == WCI_RULE_FOLDER)
        return matches_folded(condition->pattern, entry->folder);
    if (condition->test == WCI_RULE_SIZE && entry->size != condition->number)
        return false;
    if (condition->test == WCI_RULE_DATED && entry->modified >> 16 != condition->number)
        return false;
    named = matches_folded(condition->pattern, entry->name.bytes);
    for (alias = 0; !named && alias < entry->alias_count && alias < WCI_ALIAS_MAX; alias++)
        named = matches_folded(condition->pattern, entry->alias[alias].bytes);
    return named;
}

static bool any_entry_matches(const struct wci_image *image,
                              const struct wci_rule_condition *condition)
{
    uint32_t c, e;

    for (c = 0; c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];

        if (!is_volume(container))
            continue;
        for (e = 0; e < container->entry_count; e++) {
            if (entry_matches(condition, &container->entries[e]))
                return true;
        }
    }
    return false;
}

static bool any_set_id(const struct wci_image *image, uint64_t set_id)
{
    uint32_t c;

    for (c = 0; c < image->container_count; c++) {
        if (image->containers[c].cab != NULL && image->containers[c].cab->set_id == set_id)
            return true;
    }
    return false;
}

static bool condition_holds(const struct wci_image *image,
                            const struct wci_rule_condition *condition)
{
    switch (condition->test) {
    case WCI_RULE_LABEL:
        return image->container_count > 0 &&
               matches_folded(condition->pattern, image->containers[0].label.bytes);
    case WCI_RULE_FORMAT:
        return image->container_count > 0 &&
               matches_folded(condition->pattern, image->containers[0].format);
    case WCI_RULE_SET_ID:
        return any_set_id(image, condition->number);
    case WCI_RULE_LACKS:
        return !any_entry_matches(image, condition);
    case WCI_RULE_HAS:
    case WCI_RULE_FOLDER:
    case WCI_RULE_DATED:
    case WCI_RULE_SIZE:
        return any_entry_matches(image, condition);
    }
    return false;
}

static const struct wci_profile_rule *first_rule(const struct wci_image *image,
                                                 const struct wci_profile *profile)
{
    size_t r, c;

    if (profile->row_count > 0)
        return NULL; /* the listing decides */
    for (r = 0; r < profile->rule_count; r++) {
        const struct wci_profile_rule *rule = &profile->rules[r];

        for (c = 0; c < rule->condition_count; c++) {
            if (!condition_holds(image, &rule->conditions[c]))
                break;
        }
        if (c == rule->condition_count)
            return rule;
    }
    return NULL;
}

/* ---- reasons ------------------------------------------------------------------------------ */

struct writer {
    char *text;
    size_t size, length;
};

static void write_bytes(struct writer *writer, struct wci_bytes bytes)
{
    size_t room = writer->size - 1 - writer->length;

    if (bytes.length > room)
        bytes.length = room;
    while (bytes.length > 0 && !wci_text_is_utf8(bytes))
        bytes.length--; /* never cut inside a character */
    memcpy(writer->text + writer->length, bytes.data, bytes.length);
    writer->length += bytes.length;
    writer->text[writer->length] = '\0';
}

static void write_text(struct writer *writer, const char *text)
{
    write_bytes(writer, wci_bytes_of(text));
}

static void write_number(struct writer *writer, uint32_t number)
{
    char digits[16];

    snprintf(digits, sizeof(digits), "%u", (unsigned)number);
    write_text(writer, digits);
}

/* A name from a medium, fit for a terminal. */
static void write_name(struct writer *writer, struct wci_bytes name)
{
    struct wci_buffer buffer;
    struct wci_bytes masked;

    wci_buffer_init(&buffer);
    wci_text_mask(name, &buffer);
    masked.data = (const char *)buffer.data;
    masked.length = buffer.ok ? buffer.size : 0;
    if (masked.length > 0)
        write_bytes(writer, masked);
    wci_buffer_free(&buffer);
}

/* Whether a row of this profile stands under the key. */
static bool profile_has(const struct run *run, uint32_t profile, uint64_t key)
{
    size_t count, i;
    const struct wci_row_ref *refs = wci_index_find(run->index, key, &count);

    for (i = 0; i < count; i++) {
        if (run->index->groups[refs[i].group].profile == profile)
            return true;
    }
    return false;
}

static bool write_difference_in(struct writer *writer, const struct run *run, uint32_t profile,
                                const struct wci_container *container)
{
    struct wci_bytes cabinet = wci_bytes_base_name(container->name);
    uint64_t cabinet_key = wci_index_cabinet_key(cabinet);
    uint32_t i;

    for (i = 0; i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];
        char buffer[2 * WCI_LIMIT_NAME];
        struct wci_bytes name = listed_name(entry, true, buffer);

        if ((entry->flags & WCI_ENTRY_CONTINUED) != 0 || !has_extension(name) ||
            profile_has(run, profile, wci_index_file_key(cabinet_key, name, entry->size)) ||
            profile_has(run, profile, wci_index_short_key(cabinet_key, name, entry->size)))
            continue;
        write_text(writer, "; first difference: ");
        write_name(writer, name);
        write_text(writer, " in ");
        write_name(writer, cabinet);
        return true;
    }
    return false;
}

/* Names the first file of a cabinet that the profile's listing doesn't have like this. */
static void write_first_difference(struct writer *writer, const struct run *run, uint32_t profile)
{
    uint32_t c;
    size_t count, g;

    for (c = 0; c < run->image->container_count; c++) {
        const struct wci_container *container = &run->image->containers[c];
        const uint32_t *groups;

        if (container->kind != WCI_CONTAINER_CABINET)
            continue;
        groups = wci_index_find_cabinet(
            run->index, wci_index_cabinet_key(wci_bytes_base_name(container->name)), &count);
        for (g = 0; g < count; g++) {
            if (run->index->groups[groups[g]].profile == profile &&
                write_difference_in(writer, run, profile, container))
                return;
        }
    }
}

/* "36 of 37 published files in 2 cabinets agree in name and size, 3 of them with another date" */
static void write_agreement(struct writer *writer, const struct score *score)
{
    if (score->agreeing == score->compared) {
        write_text(writer, "all ");
    } else {
        write_number(writer, score->agreeing);
        write_text(writer, " of ");
    }
    write_number(writer, score->compared);
    if (score->by_loose) {
        write_text(writer, " loose files agree in name, size and date with the published ones");
    } else {
        write_text(writer, " files in ");
        write_number(writer, score->groups);
        write_text(writer, score->groups == 1 ? " cabinet" : " cabinets");
        write_text(writer, " agree in cabinet, name and size with the published ones");
    }
    if (score->dates > 0) {
        write_text(writer, ", ");
        write_number(writer, score->dates);
        write_text(writer, " of them with another date");
    }
}

/* The folder that the medium's cabinets lie in, and the volume it is on; NULL when none counted. */
static const struct wci_container *home_of(const struct run *run, uint32_t profile,
                                           struct wci_bytes *folder)
{
    const struct score *score = &run->scores[profile];
    const struct wci_container *container, *parent;

    if (score->by_loose || score->container >= run->image->container_count)
        return NULL;
    container = &run->image->containers[score->container];
    if (container->parent == WCI_NONE || container->parent >= run->image->container_count)
        return NULL;
    parent = &run->image->containers[container->parent];
    if (!is_volume(parent) || container->parent_entry >= parent->entry_count)
        return NULL;
    *folder = parent->entries[container->parent_entry].folder;
    return parent;
}

/* Says where the cabinets are when that isn't where the medium has them. */
static void write_folder(struct writer *writer, const struct run *run, uint32_t profile)
{
    struct wci_bytes folder;

    if (home_of(run, profile, &folder) == NULL || folder.length == 0 ||
        wci_text_equal_folded(folder, run->index->profiles[profile]->folder))
        return;
    write_text(writer, "; in folder ");
    write_name(writer, folder);
}

/* Whether the profile has loose files of this name, and all of them of other sizes.  Cabinets don't
 * count: their contents were compared. */
static bool contradicts(const struct run *run, uint32_t profile, const struct wci_entry *entry)
{
    size_t count, i;
    const struct wci_row_ref *refs =
        wci_index_find(run->index, wci_index_name_key(entry->name.bytes), &count);
    bool known = false;

    for (i = 0; i < count; i++) {
        const struct wci_profile_row *row = row_of(run->index, &refs[i]);

        if (run->index->groups[refs[i].group].profile != profile)
            continue;
        if (refs[i].opened || row->status == WCI_ROW_DOUBTFUL || row->size == entry->size ||
            row->size == WCI_ROW_SIZE_UNKNOWN)
            return false;
        known = true;
    }
    return known;
}

/* The first file beside the medium's cabinets that is published with another size, or NULL. */
static const struct wci_entry *find_contradiction(const struct run *run, uint32_t profile)
{
    struct wci_bytes folder;
    const struct wci_container *home = home_of(run, profile, &folder);
    uint32_t i;

    for (i = 0; home != NULL && i < home->entry_count; i++) {
        const struct wci_entry *entry = &home->entries[i];

        if ((entry->attributes & (WCI_ATTRIBUTE_FOLDER | WCI_ATTRIBUTE_LABEL)) == 0 &&
            (entry->flags & WCI_ENTRY_SIZE_UNKNOWN) == 0 &&
            wci_bytes_equal(entry->folder, folder) && contradicts(run, profile, entry))
            return entry;
    }
    return NULL;
}

/* ---- the decision ------------------------------------------------------------------------- */

static uint32_t best_profile(const struct run *run)
{
    uint32_t best = 0, i;

    for (i = 1; i < run->index->profile_count; i++) {
        if (compare_scores(run, i, best) < 0)
            best = i;
    }
    return best;
}

static void collect_candidates(const struct run *run, uint32_t best, struct wci_match *match,
                               struct writer *writer)
{
    const struct score *score = &run->scores[best];
    bool one_disk = !score->several_disks;
    uint32_t i;

    write_text(writer, "fits several media equally well (");
    for (i = 0; i < run->index->profile_count; i++) {
        if (compare_scores(run, i, best) != 0)
            continue;
        if (match->candidate_count < WCI_MATCH_CANDIDATES) {
            if (match->candidate_count > 0)
                write_text(writer, ", ");
            write_bytes(writer, run->index->profiles[i]->id);
            match->candidates[match->candidate_count++] = run->index->profiles[i];
        }
        one_disk = one_disk && !run->scores[i].several_disks &&
                   wci_bytes_equal(run->scores[i].disk, score->disk);
    }
    write_text(writer, "): ");
    if (one_disk)
        match->disk = score->disk;
}

static void decide_by_rules(const struct run *run, struct wci_match *match, struct writer *writer)
{
    uint32_t i;

    for (i = 0; i < run->index->profile_count; i++) {
        const struct wci_profile *profile = run->index->profiles[i];
        const struct wci_profile_rule *rule = first_rule(run->image, profile);

        if (rule == NULL)
            continue;
        match->match = WCI_MATCH_RULE;
        match->medium = profile;
        match->disk = rule->disk;
        write_text(writer, "rule ");
        write_bytes(writer, rule->name);
        write_text(writer, " of ");
        write_bytes(writer, profile->id);
        if (rule->text.length > 0) {
            write_text(writer, ": ");
            write_bytes(writer, rule->text);
        }
        write_text(writer, "; no listing of it is published to compare with");
        return;
    }
}

static void decide(const struct run *run, struct wci_match *match)
{
    struct writer writer = {match->reason, sizeof(match->reason), 0};
    const struct wci_entry *contradiction;
    const struct score *score;
    uint32_t best, i, ties = 0;

    if (run->index->profile_count == 0)
        return;
    best = best_profile(run);
    score = &run->scores[best];
    match->agreeing = score->agreeing;
    match->compared = score->compared;
    match->other_dates = score->dates;
    match->match = class_of(score);
    if (match->match < WCI_MATCH_NEAR) {
        enum wci_match_class like = match->match;

        decide_by_rules(run, match, &writer);
        if (match->match == WCI_MATCH_RULE || like == WCI_MATCH_NONE)
            return;
        match->like = run->index->profiles[best];
        write_text(&writer, "like ");
        write_bytes(&writer, match->like->id);
        write_text(&writer, ", another language or release, or modified: ");
        write_agreement(&writer, score);
        return;
    }
    for (i = 0; i < run->index->profile_count; i++)
        ties += compare_scores(run, i, best) == 0;
    if (ties > 1) {
        match->match = WCI_MATCH_SEVERAL;
        collect_candidates(run, best, match, &writer);
        write_agreement(&writer, score);
        return;
    }
    match->medium = run->index->profiles[best];
    if (!score->several_disks)
        match->disk = score->disk;
    write_agreement(&writer, score);
    write_folder(&writer, run, best);
    if (score->agreeing < score->compared)
        write_first_difference(&writer, run, best);
    contradiction = find_contradiction(run, best);
    if (contradiction != NULL) {
        match->match = WCI_MATCH_NEAR;
        write_text(&writer, "; loose file of another size: ");
        write_name(&writer, contradiction->name.bytes);
    }
}

static enum wcab_err allocate_run(struct run *run, struct wcab_error *err)
{
    run->best = wci_mem_calloc((size_t)run->index->group_count + 1, sizeof(*run->best));
    run->current = wci_mem_calloc((size_t)run->index->group_count + 1, sizeof(*run->current));
    run->scores = wci_mem_calloc((size_t)run->index->profile_count + 1, sizeof(*run->scores));
    run->seen = wci_mem_calloc(run->index->ref_count + 1, sizeof(*run->seen));
    if (run->best == NULL || run->current == NULL || run->scores == NULL || run->seen == NULL)
        return wci_error_nomem(err);
    return WCAB_OK;
}

static void free_run(struct run *run)
{
    free(run->best);
    free(run->current);
    free(run->scores);
    free(run->seen);
}

enum wcab_err wci_recognise_image(const struct wci_recogniser *recogniser,
                                  const struct wci_image *image, struct wci_match *match,
                                  struct wcab_error *err)
{
    struct run run = {.index = &recogniser->index, .image = image};
    enum wcab_err code = allocate_run(&run, err);
    uint32_t c;

    if (code == WCAB_OK) {
        for (c = 0; c < image->container_count; c++) {
            if (image->containers[c].kind == WCI_CONTAINER_CABINET)
                compare_cabinet(&run, c);
            else if (is_volume(&image->containers[c]))
                compare_loose(&run, &image->containers[c]);
        }
        score_cabinets(&run);
        score_loose(&run);
        memset(match, 0, sizeof(*match));
        decide(&run, match);
    }
    free_run(&run);
    return code;
}

bool wci_recognise_settle(struct wci_match *match, const struct wci_match *const *neighbours,
                          size_t count)
{
    struct writer writer = {match->reason, sizeof(match->reason), 0};
    size_t votes[WCI_MATCH_CANDIDATES] = {0};
    size_t best = 0, c, n;
    bool tie = false;

    if (match->match != WCI_MATCH_SEVERAL)
        return false;
    for (n = 0; n < count; n++) {
        for (c = 0; c < match->candidate_count; c++)
            votes[c] += neighbours[n]->medium == match->candidates[c];
    }
    for (c = 1; c < match->candidate_count; c++) {
        if (votes[c] > votes[best])
            best = c;
    }
    for (c = 0; c < match->candidate_count; c++)
        tie = tie || (c != best && votes[c] == votes[best]);
    if (votes[best] == 0 || tie)
        return false;
    match->medium = match->candidates[best];
    match->match = match->agreeing == match->compared && match->other_dates == 0 ? WCI_MATCH_EXACT
                                                                                 : WCI_MATCH_NEAR;
    writer.length = strlen(match->reason);
    write_text(&writer, "; settled by its neighbours");
    return true;
}

enum wcab_err wci_recognise_record(struct wci_image *image, const struct wci_match *match,
                                   struct wcab_error *err)
{
    struct wci_bytes none = {NULL, 0};
    struct wci_bytes reason = wci_arena_bytes(image->arena, wci_bytes_of(match->reason));
    struct wci_bytes disk = wci_arena_bytes(image->arena, match->disk);
    struct wci_bytes medium =
        match->medium == NULL ? none : wci_arena_bytes(image->arena, match->medium->id);

    if (reason.data == NULL || disk.data == NULL || (match->medium != NULL && medium.data == NULL))
        return wci_error_nomem(err);
    image->reason = reason;
    image->disk = disk;
    image->medium = medium;
    image->several = match->match == WCI_MATCH_SEVERAL;
    return WCAB_OK;
}
