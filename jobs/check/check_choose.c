/*
 * check_choose - which release the files of a Windows folder are of, and in which language.
 *
 * The release is that of the medium which most of the files are from. Each file is looked up once: which
 * media have it for an installed system is kept, so that nothing more is to be asked of a file that is intact.
 */
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/language.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "query/handle.h"

enum {
    WEIGHT_BYTES = 16,
    WEIGHT_LIKELY = 4,
    WEIGHT_VERSION = 1,
    KNOWN_LEAST = 8, /* programs of known names that tell of another edition */
    SHARE = 4,       /* ... when less than a fourth of them are those of the medium */
    FOLDER_SHARE = 2 /* images of one folder are a set when they have twice what the best one has */
};

struct vote {
    const char *medium; /* profile id, else path of an image, or of its folder; arena */
    bool is_folder;
    uint64_t weight;
    uint32_t same;  /* programs that are its own */
    size_t counted; /* file that was counted last, + 1 */
};

struct votes {
    struct vote media[WCI_CHECK_MEDIA];
    size_t count;
    uint32_t known; /* programs of a name that some medium has */
};

static void set_bit(uint8_t *bits, size_t number)
{
    bits[number / 8] = (uint8_t)(bits[number / 8] | 1U << number % 8);
}

bool wci_check_is_of(const struct wci_checked *file, size_t number)
{
    return number < WCI_CHECK_MEDIA && file->media[number / 8] & 1U << number % 8;
}

/* ---- votes -------------------------------------------------------------------------------- */

static enum wcab_err vote_of(struct wci_check *check, struct votes *votes, struct wci_bytes medium,
                             bool is_folder, struct vote **vote)
{
    size_t i;

    *vote = NULL;
    for (i = 0; i < votes->count && *vote == NULL; i++) {
        if (votes->media[i].is_folder == is_folder &&
            wci_bytes_equal(wci_bytes_of(votes->media[i].medium), medium))
            *vote = &votes->media[i];
    }
    if (*vote != NULL || votes->count == WCI_CHECK_MEDIA)
        return WCAB_OK;
    medium = wci_arena_bytes(check->arena, medium);
    if (medium.data == NULL)
        return wci_error_nomem(check->err);
    *vote = &votes->media[votes->count++];
    **vote = (struct vote){.medium = medium.data, .is_folder = is_folder};
    return WCAB_OK;
}

/* How much a match says for the media that have it. */
static unsigned weight_of(const struct wcab_identified *told)
{
    if (told->match == NULL || !told->same_name)
        return 0;
    if (told->identity == WCAB_IDENTITY_INTACT)
        return WEIGHT_BYTES;
    if (told->identity == WCAB_IDENTITY_PROBABLE)
        return WEIGHT_LIKELY;
    return told->same_version ? WEIGHT_VERSION : 0;
}

/* A copy of a file that votes. */
struct ballot {
    size_t file; /* its number */
    unsigned weight;
    const struct wci_found *copy;
};

/* One copy's vote for its medium, once for each file. */
static enum wcab_err count_vote(struct wci_check *check, struct votes *votes,
                                const struct ballot *ballot, struct wci_bytes medium,
                                bool is_folder)
{
    struct wci_checked *file = &check->files[ballot->file];
    enum wci_role role = ballot->copy->role;
    struct vote *vote = NULL;
    enum wcab_err code = vote_of(check, votes, medium, is_folder, &vote);

    if (code != WCAB_OK || vote == NULL)
        return code;
    if (ballot->weight == WEIGHT_BYTES && role != WCI_ROLE_SETUP && role != WCI_ROLE_MINI &&
        wci_matcher_is_called(ballot->copy, file->name))
        set_bit(file->media, (size_t)(vote - votes->media));
    if (vote->counted == ballot->file + 1)
        return WCAB_OK;
    vote->counted = ballot->file + 1;
    vote->weight += ballot->weight;
    vote->same += ballot->weight >= WEIGHT_LIKELY && file->imports.kind != WCI_PROGRAM_NONE;
    return WCAB_OK;
}

static enum wcab_err vote_copy(struct wci_check *check, struct votes *votes,
                               const struct ballot *ballot)
{
    const struct wci_known_image *known = ballot->copy->image;
    struct wci_bytes folder = wci_bytes_folder(known->image.path);
    enum wcab_err code;

    if (known->profile != NULL)
        return count_vote(check, votes, ballot, known->profile->id, false);
    if (known->published)
        return WCAB_OK;
    code = count_vote(check, votes, ballot, known->image.path, false);
    folder.length -= folder.length > 1;
    return code == WCAB_OK && folder.length > 0 ? count_vote(check, votes, ballot, folder, true)
                                                : code;
}

static enum wcab_err vote_file(struct wci_check *check, struct votes *votes, size_t number)
{
    struct wci_matched matched = wci_check_matched(&check->files[number]);
    enum wcab_err code = wci_matcher_match(check->all, &matched, check->err);
    unsigned weight = code == WCAB_OK ? weight_of(&matched.told) : 0;
    size_t i;

    if (code != WCAB_OK || matched.told.match == NULL)
        return code;
    votes->known += matched.told.same_name && check->files[number].imports.kind != WCI_PROGRAM_NONE;
    for (i = 0; code == WCAB_OK && weight > 0 && i < matched.copy_count; i++) {
        const struct ballot ballot = {number, weight, matched.copies[i]};

        code = vote_copy(check, votes, &ballot);
    }
    return code;
}

static const struct vote *winner_of(const struct votes *votes)
{
    const struct vote *most = NULL, *folder = NULL;
    size_t i;

    for (i = 0; i < votes->count; i++) {
        const struct vote *vote = &votes->media[i];
        const struct vote **best = vote->is_folder ? &folder : &most;

        if (*best == NULL || vote->weight > (*best)->weight)
            *best = vote;
    }
    return folder != NULL && folder->weight >= most->weight * FOLDER_SHARE ? folder : most;
}

/* ---- the release -------------------------------------------------------------------------- */

/* Opens the release's matcher, and puts down what is known of the medium. */
static enum wcab_err take_medium(struct wci_check *check, const char *medium)
{
    const struct wci_profile *profile = NULL;
    enum wcab_err code = wci_matcher_open(check->catalog, medium, &check->release, check->err);

    if (code != WCAB_OK)
        return code;
    check->told.medium = medium;
    code = wci_handle_profile(check->catalog, wci_bytes_of(medium), &profile, check->err);
    if (code != WCAB_OK || profile == NULL)
        return code;
    check->told.title = wci_arena_bytes(check->arena, profile->title).data;
    check->told.release = wci_arena_bytes(check->arena, profile->release).data;
    return check->told.title == NULL || check->told.release == NULL ? wci_error_nomem(check->err)
                                                                    : WCAB_OK;
}

/* ---- the language ------------------------------------------------------------------------- */

enum { LANGUAGES = 64, ENGLISH = 0x0409 };

/* Many files of any language's Windows are English: another one that a fifth of the files name is
 * its language. */
static void find_language(struct wci_check *check)
{
    struct {
        uint16_t id;
        uint32_t files;
    } counts[LANGUAGES], best = {0, 0};
    size_t count = 0, i, j;
    uint32_t all = 0;
    const struct wci_language *language;

    for (i = 0; i < check->count; i++) {
        uint16_t id = check->files[i].in_windows ? check->files[i].content.plain.language : 0;

        if (!check->files[i].is_read || id == 0)
            continue;
        all++;
        for (j = 0; j < count && counts[j].id != id; j++)
            continue;
        if (j == LANGUAGES)
            continue;
        if (j == count) {
            counts[count].id = id;
            counts[count++].files = 0;
        }
        counts[j].files++;
        if (id != ENGLISH && counts[j].files > best.files) {
            best.id = id;
            best.files = counts[j].files;
        }
    }
    language =
        all == 0 ? NULL
                 : wci_language_of_id(best.files >= all / 5 && best.files > 0 ? best.id : ENGLISH);
    if (language != NULL)
        check->told.language = language->tag;
}

enum wcab_err wci_check_choose(struct wci_check *check)
{
    struct votes *votes = wci_arena_calloc(check->arena, 1, sizeof(*votes));
    const struct vote *most;
    enum wcab_err code = WCAB_OK;
    size_t i;

    check->release_number = WCI_CHECK_MEDIA;
    if (votes == NULL)
        return wci_error_nomem(check->err);
    find_language(check);
    if (check->options->medium != NULL)
        return take_medium(check, check->options->medium);
    for (i = 0; code == WCAB_OK && i < check->count; i++) {
        if (check->files[i].is_read && check->files[i].in_windows)
            code = vote_file(check, votes, i);
        if (code == WCAB_OK)
            code = wci_cancel_check(&check->catalog->cancel, check->err);
    }
    most = winner_of(votes);
    if (code != WCAB_OK || most == NULL)
        return code;
    check->release_number = (size_t)(most - votes->media);
    check->told.other_edition = votes->known >= KNOWN_LEAST && most->same < votes->known / SHARE;
    return take_medium(check, most->medium);
}
