/*
 * check_judge - which release the files of a Windows folder are of, and what each one is.
 *
 * The release is that of the medium which most of the files are from. Then a file is held against
 * that release first, and against all other media where it has other bytes.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "jobs/check/damage.h"
#include "query/handle.h"

enum { MEDIA_MOST = 256, WEIGHT_BYTES = 16, WEIGHT_LIKELY = 4, WEIGHT_VERSION = 1 };

struct vote {
    const char *medium; /* arena */
    uint64_t weight;
};

struct votes {
    struct vote media[MEDIA_MOST];
    size_t count;
};

static struct wci_matched matched_of(const struct wci_checked *file)
{
    return (struct wci_matched){.path = file->path.data,
                                .name = file->name,
                                .modified = file->entry->modified,
                                .file = file->content};
}

/* ---- the release -------------------------------------------------------------------------- */

static enum wcab_err vote_for(struct wci_check *check, struct votes *votes, const char *medium,
                              unsigned weight)
{
    size_t i;

    for (i = 0; i < votes->count; i++) {
        if (strcmp(votes->media[i].medium, medium) == 0) {
            votes->media[i].weight += weight;
            return WCAB_OK;
        }
    }
    if (votes->count == MEDIA_MOST)
        return WCAB_OK;
    medium = wci_arena_strdup(check->arena, medium);
    if (medium == NULL)
        return wci_error_nomem(check->err);
    votes->media[votes->count++] = (struct vote){medium, weight};
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

/* Each medium that has the file once, however many copies it has. */
static enum wcab_err vote_file(struct wci_check *check, struct votes *votes,
                               const struct wci_checked *file)
{
    struct wci_matched matched = matched_of(file);
    enum wcab_err code = wci_matcher_match(check->all, &matched, check->err);
    unsigned weight = code == WCAB_OK ? weight_of(&matched.told) : 0;
    size_t i;

    for (i = 0; code == WCAB_OK && weight > 0 && i < matched.match.place_count; i++) {
        const struct wcab_content_place *place = &matched.match.places[i];

        if (place->medium != NULL &&
            (i == 0 || place[-1].medium == NULL || strcmp(place[-1].medium, place->medium) != 0))
            code = vote_for(check, votes, place->medium, weight);
    }
    return code;
}

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

enum wcab_err wci_check_choose(struct wci_check *check)
{
    struct votes votes = {.count = 0};
    const struct vote *most = NULL;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (check->options->medium != NULL)
        return take_medium(check, check->options->medium);
    for (i = 0; code == WCAB_OK && i < check->count; i++) {
        if (check->files[i].is_read && check->files[i].in_windows)
            code = vote_file(check, &votes, &check->files[i]);
    }
    for (i = 0; i < votes.count; i++) {
        if (most == NULL || votes.media[i].weight > most->weight)
            most = &votes.media[i];
    }
    if (code != WCAB_OK || most == NULL)
        return code;
    return take_medium(check, most->medium);
}

/* ---- one file ----------------------------------------------------------------------------- */

static enum wcab_err decide(struct wci_check *check, struct wci_checked *file,
                            enum wcab_check_state state, const char *reason)
{
    file->state = state;
    file->reason = reason;
    return reason == NULL && state != WCAB_CHECK_INTACT ? wci_error_nomem(check->err) : WCAB_OK;
}

/* Whether the release has another copy of that name for an installed system. */
static enum wcab_err has_system_copy(struct wci_check *check, struct wci_bytes name, bool *has)
{
    const struct wci_found *found;
    size_t count = 0, i;
    enum wcab_err code = wci_matcher_copies(check->release, name, &found, &count, check->err);

    *has = false;
    for (i = 0; code == WCAB_OK && i < count; i++)
        *has = *has || found[i].role == WCI_ROLE_SYSTEM;
    return code;
}

/* A file whose bytes the release has, or most likely has. */
static enum wcab_err judge_known(struct wci_check *check, struct wci_checked *file,
                                 const struct wci_matched *matched)
{
    bool probable = matched->told.identity == WCAB_IDENTITY_PROBABLE, has_system = false;
    enum wci_role role = matched->best->role;
    const char *cabinet = matched->match.places[0].cabinet, *other = matched->match.places[0].name;
    enum wcab_err code;

    if (matched->told.same_name && (role == WCI_ROLE_SETUP || role == WCI_ROLE_MINI)) {
        const char *reason = wci_check_sentence(
            check, "is the copy of %s, which %s; an installed system has another one",
            cabinet != NULL ? cabinet : "the medium",
            role == WCI_ROLE_MINI ? "the mini-Windows of Setup uses" : "only Setup uses");

        code = has_system_copy(check, file->name, &has_system);
        if (code != WCAB_OK || has_system)
            return code != WCAB_OK ? code : decide(check, file, WCAB_CHECK_WRONG_COPY, reason);
    }
    if (!matched->told.same_name) {
        const char *reason = wci_check_sentence(check, "has the bytes of %s", other);

        code = has_system_copy(check, file->name, &has_system);
        if (code != WCAB_OK)
            return code;
        return has_system ? decide(check, file, WCAB_CHECK_WRONG_COPY, reason) : WCAB_OK;
    }
    if (probable)
        return decide(check, file, WCAB_CHECK_PROBABLE,
                      "name, size and date are the medium's, whose bytes are not on record");
    return decide(check, file, WCAB_CHECK_INTACT, NULL);
}

/* A file of a name that the release has with other bytes, which another medium has. */
static enum wcab_err judge_elsewhere(struct wci_check *check, struct wci_checked *file,
                                     const struct wci_matched *mine,
                                     const struct wci_matched *theirs)
{
    const struct wcab_content_place *place = &theirs->match.places[0];
    const char *from = place->title != NULL   ? place->title
                       : place->image != NULL ? place->image
                                              : "another medium";
    const struct wci_host_content *content = &file->content.plain;

    if (!theirs->told.same_name)
        return decide(check, file, WCAB_CHECK_WRONG_COPY,
                      wci_check_sentence(check, "has the bytes of %s of %s", place->name, from));
    if (content->has_version && mine->has_known_version && content->version < mine->known_version)
        return decide(check, file, WCAB_CHECK_OLDER,
                      wci_check_sentence(check, "is that of %s; the release has version %s", from,
                                         mine->match.file_version));
    return decide(check, file, WCAB_CHECK_UPDATED,
                  wci_check_sentence(check, "is that of %s", from));
}

/* A version beside that of the release: newer or older, when both have one. */
static enum wcab_err judge_version(struct wci_check *check, struct wci_checked *file,
                                   const struct wci_matched *mine, bool *decided)
{
    const struct wci_host_content *content = &file->content.plain;
    char own[WCI_VERSION_TEXT];
    bool older = content->version < mine->known_version;

    *decided =
        content->has_version && mine->has_known_version && content->version != mine->known_version;
    if (!*decided)
        return WCAB_OK;
    wci_version_format(content->version, own);
    return decide(check, file, older ? WCAB_CHECK_OLDER : WCAB_CHECK_NEWER,
                  wci_check_sentence(check,
                                     "version %s, where the release has %s; no medium on "
                                     "record has it",
                                     own, mine->match.file_version));
}

/* A file of a name that the release has, with bytes that no medium has. */
static enum wcab_err judge_other_bytes(struct wci_check *check, struct wci_checked *file,
                                       const struct wci_matched *mine)
{
    struct wci_damage_subject subject = {
        .content = &file->content.plain, .imports = &file->imports, .known = mine};
    char reason[WCI_DAMAGE_TEXT];
    bool decided = false;
    enum wcab_err code =
        wci_damage_look(check->windows.volume->volume, file->entry, &subject, reason, check->err);

    if (code != WCAB_OK)
        return code;
    if (reason[0] != '\0')
        return decide(check, file, WCAB_CHECK_DAMAGED, wci_check_sentence(check, "%s", reason));
    code = judge_version(check, file, mine, &decided);
    if (code != WCAB_OK || decided)
        return code;
    if (mine->told.identity == WCAB_IDENTITY_ALTERED)
        return decide(check, file, WCAB_CHECK_ALTERED,
                      wci_check_sentence(check, "other bytes than the release's, though %s",
                                         mine->told.same_version ? "of the same version"
                                         : mine->told.same_size  ? "of the same length"
                                                                 : "of the same date"));
    if (file->imports.kind == WCI_PROGRAM_NONE || mine->match.sha256 == NULL)
        return WCAB_OK; /* a text of the user's, or nothing to hold it against */
    return decide(check, file, WCAB_CHECK_ALTERED,
                  wci_check_sentence(check, "a program that is not the release's"));
}

static enum wcab_err judge_file(struct wci_check *check, struct wci_checked *file)
{
    struct wci_matched mine = matched_of(file), theirs = matched_of(file);
    enum wcab_err code = wci_matcher_match(check->release, &mine, check->err);

    if (code != WCAB_OK || mine.told.match == NULL)
        return code;
    if (mine.told.identity == WCAB_IDENTITY_INTACT || mine.told.identity == WCAB_IDENTITY_PROBABLE)
        return judge_known(check, file, &mine);
    code = wci_matcher_match(check->all, &theirs, check->err);
    if (code != WCAB_OK)
        return code;
    if (theirs.told.identity == WCAB_IDENTITY_INTACT)
        return judge_elsewhere(check, file, &mine, &theirs);
    return judge_other_bytes(check, file, &mine);
}

/* A file that can't be read is damaged if it is one of the release. */
static enum wcab_err judge_unread(struct wci_check *check, struct wci_checked *file)
{
    const struct wci_found *found;
    size_t count = 0;
    enum wcab_err code = wci_matcher_copies(check->release, file->name, &found, &count, check->err);

    if (count == 0)
        file->state = 0;
    return code;
}

enum wcab_err wci_check_judge(struct wci_check *check)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && check->release != NULL && i < check->count; i++) {
        struct wci_checked *file = &check->files[i];

        if (file->is_read)
            code = judge_file(check, file);
        else if (file->state == WCAB_CHECK_DAMAGED)
            code = judge_unread(check, file);
    }
    return code;
}
