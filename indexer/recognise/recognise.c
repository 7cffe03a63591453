/*
 * recognise - see recognise.h.
 *
 * Every cabinet of the image is held against the published cabinets of the same name, one group of
 * rows per profile (profile_index.h); a profile's score is the sum over its best-fitting groups.
 * Loose files decide only where no cabinet of the profile is in the image.
 */
#include "indexer/recognise/recognise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"
#include "indexer/recognise/recognise_run.h"

struct wci_recogniser {
    const struct wci_profile **profiles; /* owned array of borrowed profiles */
    struct wci_profile_index index;
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

/* ---- the decision ------------------------------------------------------------------------- */

static uint32_t best_profile(const struct wci_recognise_run *run)
{
    uint32_t best = 0, i;

    for (i = 1; i < run->index->profile_count; i++) {
        if (wci_recognise_score_order(run, i, best) < 0)
            best = i;
    }
    return best;
}

static void collect_candidates(const struct wci_recognise_run *run, uint32_t best,
                               struct wci_match *match, struct wci_recognise_writer *writer)
{
    const struct wci_recognise_score *score = &run->scores[best];
    bool one_disk = !score->several_disks;
    uint32_t i;

    wci_recognise_put_text(writer, "fits several media equally well (");
    for (i = 0; i < run->index->profile_count; i++) {
        if (wci_recognise_score_order(run, i, best) != 0)
            continue;
        if (match->candidate_count < WCI_MATCH_CANDIDATES) {
            if (match->candidate_count > 0)
                wci_recognise_put_text(writer, ", ");
            wci_recognise_put(writer, run->index->profiles[i]->id);
            match->candidates[match->candidate_count++] = run->index->profiles[i];
        }
        one_disk = one_disk && !run->scores[i].several_disks &&
                   wci_bytes_equal(run->scores[i].disk, score->disk);
    }
    wci_recognise_put_text(writer, "): ");
    if (one_disk)
        match->disk = score->disk;
}

/* The layout that an image has, whatever its release. */
static enum wci_profile_kind layout_of(const struct wci_image *image)
{
    if (wci_recognise_is_floppy(image))
        return WCI_PROFILE_FLOPPIES;
    return image->containers[0].kind == WCI_CONTAINER_ISO9660 ? WCI_PROFILE_CD : WCI_PROFILE_FOLDER;
}

struct wci_bytes wci_recognise_disk_of_label(struct wci_bytes label)
{
    size_t at = label.length;

    while (at > 0 && label.data[at - 1] >= '0' && label.data[at - 1] <= '9')
        at--;
    while (at + 1 < label.length && label.data[at] == '0')
        at++;
    label.data += at;
    label.length -= at;
    return label.length > 3 ? (struct wci_bytes){NULL, 0} : label;
}

/* The medium's own word (by_facts) is asked before names and dates. */
static void decide_by_rules(const struct wci_recognise_run *run, bool by_facts,
                            struct wci_match *match, struct wci_recognise_writer *writer)
{
    uint32_t i;

    for (i = 0; i < run->index->profile_count; i++) {
        const struct wci_profile *profile = run->index->profiles[i];
        const struct wci_profile_rule *rule =
            wci_recognise_rules_first(run->image, profile, by_facts);

        if (rule == NULL)
            continue;
        match->match = WCI_MATCH_RULE;
        match->medium = profile;
        match->disk = rule->disk;
        /* A listing that doesn't fit: the release in another language.  A kind that doesn't: in
         * another layout. */
        if (profile->row_count > 0 || !wci_recognise_kind_is_possible(run->image, profile->kind)) {
            match->match = WCI_MATCH_RELEASE;
            match->layout = layout_of(run->image);
            if (match->layout == WCI_PROFILE_FLOPPIES)
                match->disk = wci_recognise_disk_of_label(run->image->containers[0].label.bytes);
        }
        wci_recognise_put_text(writer, "rule ");
        wci_recognise_put(writer, rule->name);
        wci_recognise_put_text(writer, " of ");
        wci_recognise_put(writer, profile->id);
        if (rule->text.length > 0) {
            wci_recognise_put_text(writer, ": ");
            wci_recognise_put(writer, rule->text);
        }
        wci_recognise_put_text(writer, profile->row_count > 0
                                           ? "; its files are not those of the published listing"
                                           : "; no listing of it is published to compare with");
        return;
    }
}

/* A known release, cut into other cabinets than any listing has. */
static enum wcab_err decide_by_release(const struct wci_recognise_run *run, struct wci_match *match,
                                       struct wci_recognise_writer *writer, struct wcab_error *err)
{
    uint32_t profile, agreeing, compared;
    enum wcab_err code = wci_recognise_release_find(run, &profile, &agreeing, &compared, err);

    if (code != WCAB_OK || profile == WCI_NONE)
        return code;
    match->match = WCI_MATCH_RELEASE;
    match->medium = run->index->profiles[profile];
    match->layout = layout_of(run->image);
    match->agreeing = agreeing;
    match->compared = compared;
    if (match->layout == WCI_PROFILE_FLOPPIES)
        match->disk = wci_recognise_disk_of_label(run->image->containers[0].label.bytes);
    wci_recognise_put_number(writer, agreeing);
    wci_recognise_put_text(writer, " of ");
    wci_recognise_put_number(writer, compared);
    wci_recognise_put_text(writer, " files in cabinets agree in name, size and day with those of ");
    wci_recognise_put(writer, match->medium->id);
    wci_recognise_put_text(writer, ", in other cabinets: the same release in another layout");
    return WCAB_OK;
}

/* Nearly all files are where the listing has them: one disk of it, altered. */
static bool is_altered(const struct wci_match *match)
{
    return match->match == WCI_MATCH_LIKE && match->agreeing * 10 >= match->compared * 9;
}

/* No listing fits: a release that one tells of, a rule, or what it is only like. */
static enum wcab_err decide_without_listing(const struct wci_recognise_run *run, uint32_t best,
                                            struct wci_match *match,
                                            struct wci_recognise_writer *writer,
                                            struct wcab_error *err)
{
    enum wci_match_class like = match->match;
    enum wcab_err code = WCAB_OK;

    if (!is_altered(match)) {
        code = decide_by_release(run, match, writer, err);
        if (code != WCAB_OK || match->match == WCI_MATCH_RELEASE)
            return code;
        decide_by_rules(run, true, match, writer);
        if (match->medium == NULL)
            decide_by_rules(run, false, match, writer);
    }
    if (match->medium != NULL || like == WCI_MATCH_NONE)
        return WCAB_OK;
    match->like = run->index->profiles[best];
    wci_recognise_put_text(writer, "like ");
    wci_recognise_put(writer, match->like->id);
    wci_recognise_put_text(writer, ", another language or release, or modified: ");
    wci_recognise_put_agreement(writer, &run->scores[best]);
    return WCAB_OK;
}

static enum wcab_err decide(const struct wci_recognise_run *run, struct wci_match *match,
                            struct wcab_error *err)
{
    struct wci_recognise_writer writer = {match->reason, sizeof(match->reason), 0};
    struct wci_entry contradiction;
    const struct wci_recognise_score *score;
    uint32_t best, i, ties = 0;

    if (run->index->profile_count == 0)
        return WCAB_OK;
    best = best_profile(run);
    score = &run->scores[best];
    match->agreeing = score->agreeing;
    match->compared = score->compared;
    match->other_dates = score->dates;
    match->match = wci_recognise_score_is_possible(run, best) ? wci_recognise_score_class(score)
                                                              : WCI_MATCH_NONE;
    if (match->match < WCI_MATCH_NEAR)
        return decide_without_listing(run, best, match, &writer, err);
    for (i = 0; i < run->index->profile_count; i++)
        ties += wci_recognise_score_order(run, i, best) == 0;
    if (ties > 1) {
        match->match = WCI_MATCH_SEVERAL;
        collect_candidates(run, best, match, &writer);
        wci_recognise_put_agreement(&writer, score);
        return WCAB_OK;
    }
    match->medium = run->index->profiles[best];
    if (!score->several_disks)
        match->disk = score->disk;
    wci_recognise_put_agreement(&writer, score);
    wci_recognise_put_folder(&writer, run, best);
    if (score->agreeing < score->compared)
        wci_recognise_put_difference(&writer, run, best);
    if (wci_recognise_contradiction(run, best, &contradiction)) {
        match->match = WCI_MATCH_NEAR;
        wci_recognise_put_text(&writer, "; loose file of another size: ");
        wci_recognise_put_name(&writer, contradiction.name.bytes);
    }
    return WCAB_OK;
}

static enum wcab_err allocate_run(struct wci_recognise_run *run, struct wcab_error *err)
{
    run->best = wci_mem_calloc((size_t)run->index->group_count + 1, sizeof(*run->best));
    run->current = wci_mem_calloc((size_t)run->index->group_count + 1, sizeof(*run->current));
    run->scores = wci_mem_calloc((size_t)run->index->profile_count + 1, sizeof(*run->scores));
    run->seen = wci_mem_calloc(run->index->ref_count + 1, sizeof(*run->seen));
    if (run->best == NULL || run->current == NULL || run->scores == NULL || run->seen == NULL)
        return wci_error_nomem(err);
    return WCAB_OK;
}

static void free_run(struct wci_recognise_run *run)
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
    struct wci_recognise_run run = {.index = &recogniser->index, .image = image};
    enum wcab_err code = allocate_run(&run, err);

    if (code == WCAB_OK) {
        wci_recognise_score_image(&run);
        memset(match, 0, sizeof(*match));
        code = decide(&run, match, err);
    }
    free_run(&run);
    return code;
}

/* Of two media that an image may be of: one that lies beside it and lacks this disk comes first, then the one
 * of which there is more. */
static bool is_wanted_more(size_t votes, bool has, size_t best_votes, bool best_has)
{
    if (votes > 0 && best_votes > 0 && has != best_has)
        return best_has;
    return votes > best_votes;
}

bool wci_recognise_settle(struct wci_match *match, const struct wci_match *const *neighbours,
                          size_t count)
{
    struct wci_recognise_writer writer = {match->reason, sizeof(match->reason), 0};
    size_t votes[WCI_MATCH_CANDIDATES] = {0};
    size_t best = 0, c, n;
    bool has[WCI_MATCH_CANDIDATES] = {false}, tie = false;

    if (match->match != WCI_MATCH_SEVERAL)
        return false;
    for (n = 0; n < count; n++) {
        for (c = 0; c < match->candidate_count; c++) {
            if (neighbours[n]->medium != match->candidates[c])
                continue;
            votes[c]++;
            has[c] = has[c] || wci_bytes_equal(neighbours[n]->disk, match->disk);
        }
    }
    for (c = 1; c < match->candidate_count; c++) {
        if (is_wanted_more(votes[c], has[c], votes[best], has[best]))
            best = c;
    }
    for (c = 0; c < match->candidate_count; c++)
        tie = tie || (c != best && votes[c] == votes[best] && has[c] == has[best]);
    if (votes[best] == 0 || tie)
        return false;
    match->medium = match->candidates[best];
    match->match = match->agreeing == match->compared && match->other_dates == 0 ? WCI_MATCH_EXACT
                                                                                 : WCI_MATCH_NEAR;
    writer.length = strlen(match->reason);
    wci_recognise_put_text(&writer, "; settled by its neighbours");
    return true;
}

/* The id that a matched medium is stored under, from arena; empty when there is none.  *ok turns
 * false without memory. */
static struct wci_bytes medium_id(const struct wci_match *match, struct wci_arena *arena, bool *ok)
{
    struct wci_bytes id = {NULL, 0};
    char text[WCI_PROFILE_ID_BYTES];
    int used;

    if (match->medium == NULL)
        return id;
    if (match->layout != 0) {
        used = snprintf(text, sizeof(text), "%.*s%c%s", (int)match->medium->id.length,
                        match->medium->id.data, WCI_PROFILE_LAYOUT_MARK,
                        wci_profile_kind_name(match->layout));
        id = wci_arena_bytes(arena, (struct wci_bytes){text, used < 0 ? 0 : (size_t)used});
    } else {
        id = wci_arena_bytes(arena, match->medium->id);
    }
    *ok = *ok && id.data != NULL;
    return id;
}

enum wcab_err wci_recognise_record(struct wci_image *image, uint32_t part,
                                   const struct wci_match *match, struct wcab_error *err)
{
    bool ok = true;
    struct wci_identity *identity = wci_part_own(image, part);

    identity->reason = wci_arena_bytes(image->arena, wci_bytes_of(match->reason));
    identity->disk = wci_arena_bytes(image->arena, match->disk);
    identity->medium = medium_id(match, image->arena, &ok);
    identity->several = match->match == WCI_MATCH_SEVERAL;
    if (identity->reason.data == NULL || identity->disk.data == NULL || !ok)
        return wci_error_nomem(err);
    return WCAB_OK;
}
