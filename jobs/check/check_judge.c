/*
 * check_judge - what each file of a Windows folder is.
 *
 * A file is held against the release first, and against all other media where it has other bytes. Where the
 * whole Windows has other bytes than any medium on record, only damage is told: it is another language or edition.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "jobs/check/damage.h"

enum { COPIES_MOST = 16 };

struct wci_matched wci_check_matched(const struct wci_checked *file)
{
    return (struct wci_matched){.path = file->path.data,
                                .name = file->name,
                                .modified = file->entry->modified,
                                .file = file->content};
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

/* Keeps the names that the release has these bytes under: what is borrowed from a matcher is gone when it is asked again. */
static bool note_copies(struct wci_check *check, struct wci_checked *file,
                        const struct wci_matched *matched)
{
    size_t count = matched->copy_count < COPIES_MOST ? matched->copy_count : COPIES_MOST, i;
    struct wci_bytes *names = wci_arena_calloc(check->arena, count + 1, sizeof(*names));
    bool ok = names != NULL;

    for (i = 0; ok && i < count; i++) {
        names[i] = wci_arena_bytes(check->arena, matched->copies[i]->entry.name.bytes);
        ok = names[i].data != NULL;
    }
    file->copy_of = names;
    file->copy_of_count = ok ? count : 0;
    return ok;
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

        if (!note_copies(check, file, matched))
            return wci_error_nomem(check->err);
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

/* Whether it is damaged, held against the file that it is to be. */
static enum wcab_err judge_damage(struct wci_check *check, struct wci_checked *file,
                                  const struct wci_matched *known, bool *decided)
{
    const struct wci_damage_subject subject = {.content = &file->content.plain,
                                               .imports = &file->imports,
                                               .known = known,
                                               .other_edition = check->told.other_edition};
    char reason[WCI_DAMAGE_TEXT];
    enum wcab_err code =
        wci_damage_look(check->windows.volume->volume, file->entry, &subject, reason, check->err);

    *decided = code == WCAB_OK && reason[0] != '\0';
    return *decided
               ? decide(check, file, WCAB_CHECK_DAMAGED, wci_check_sentence(check, "%s", reason))
               : code;
}

/* A file of a name that the release has, with bytes that no medium has. */
static enum wcab_err judge_other_bytes(struct wci_check *check, struct wci_checked *file,
                                       const struct wci_matched *mine)
{
    bool decided = false;
    enum wcab_err code = judge_damage(check, file, mine, &decided);

    if (code != WCAB_OK || decided)
        return code;
    if (check->told.other_edition)
        return WCAB_OK;
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

/* Whether name, size and date are those of another medium's file whose bytes are not on record, and not the release's. */
static bool is_listed_elsewhere(const struct wci_matched *mine, const struct wci_matched *theirs)
{
    bool mine_agrees = mine->told.same_size && (mine->told.same_date == WCAB_DATE_SAME ||
                                                mine->told.same_date == WCAB_DATE_ZONE);

    return theirs->told.identity == WCAB_IDENTITY_PROBABLE && theirs->told.same_name &&
           !mine_agrees;
}

/* Such a file: damage shows without its bytes, too. */
static enum wcab_err judge_listed(struct wci_check *check, struct wci_checked *file,
                                  const struct wci_matched *mine, const struct wci_matched *theirs)
{
    bool decided = false;
    enum wcab_err code = judge_damage(check, file, theirs, &decided);

    if (code != WCAB_OK || decided)
        return code;
    return judge_elsewhere(check, file, mine, theirs);
}

static enum wcab_err judge_file(struct wci_check *check, struct wci_checked *file)
{
    struct wci_matched mine = wci_check_matched(file), theirs = wci_check_matched(file);
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
    if (is_listed_elsewhere(&mine, &theirs))
        return judge_listed(check, file, &mine, &theirs);
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

        if (wci_check_is_of(file, check->release_number))
            code = decide(check, file, WCAB_CHECK_INTACT, NULL);
        else if (file->is_read)
            code = judge_file(check, file);
        else if (file->state == WCAB_CHECK_DAMAGED)
            code = judge_unread(check, file);
    }
    return code;
}
