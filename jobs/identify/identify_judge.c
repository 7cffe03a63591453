/*
 * identify_judge - see identify_judge.h.
 */
#include "jobs/identify/identify_judge.h"

#include <string.h>
#include <time.h>

#include "core/dostime.h"

enum { HOUR = 3600, ZONE_HOURS_MOST = 14 };

/* ---- how they are related ----------------------------------------------------------------- */

static bool seconds_of(uint32_t dostime, int64_t *seconds)
{
    struct tm fields;

    if (!wci_dostime_fields(dostime, &fields))
        return false;
    fields.tm_isdst = 0;
    *seconds = (int64_t)timegm(&fields);
    return true;
}

enum wcab_same_date wci_identify_dates(uint32_t file, uint32_t known, bool printed)
{
    int64_t a, b, apart;

    if (!seconds_of(file, &a) || !seconds_of(known, &b))
        return WCAB_DATE_UNKNOWN;
    if (file == known || (printed && wci_dostime_as_printed(known, file)))
        return WCAB_DATE_SAME;
    if (printed) /* without seconds */
        a -= a % 60;
    apart = a > b ? a - b : b - a;
    return apart % HOUR == 0 && apart <= ZONE_HOURS_MOST * HOUR ? WCAB_DATE_ZONE : WCAB_DATE_OTHER;
}

static bool has_bytes(const struct wci_identify_copy *copy)
{
    return copy->read && copy->facts.has_sha256;
}

/* Whether the dates speak for the same file. */
static bool dates_agree(const struct wci_identify_copy *copy)
{
    return copy->same_date == WCAB_DATE_SAME || copy->same_date == WCAB_DATE_ZONE;
}

static enum wcab_identity identity_of(const struct wci_identify_copy *copy)
{
    if (!has_bytes(copy) && copy->same_size && dates_agree(copy))
        return WCAB_IDENTITY_PROBABLE;
    if (copy->version_distance != UINT64_MAX)
        return copy->same_version ? WCAB_IDENTITY_ALTERED : WCAB_IDENTITY_UNKNOWN;
    /* Without known bytes a file of the same size may as well be the same one, copied. */
    if (copy->same_size)
        return has_bytes(copy) ? WCAB_IDENTITY_ALTERED : WCAB_IDENTITY_UNKNOWN;
    return dates_agree(copy) && !(copy->found->entry.flags & WCI_ENTRY_SIZE_UNKNOWN)
               ? WCAB_IDENTITY_ALTERED
               : WCAB_IDENTITY_UNKNOWN;
}

static void judge(uint32_t modified, struct wci_identify_copy *copy)
{
    const struct wci_host_content *file = copy->file;
    const struct wci_entry *entry = &copy->found->entry;

    copy->same_size = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN) && entry->size == file->size;
    copy->same_date = wci_identify_dates(modified, entry->modified, copy->found->image->published);
    copy->same_version = false;
    copy->version_distance = UINT64_MAX;
    if (file->has_version && copy->read && copy->facts.has_version) {
        uint64_t known = copy->facts.file_version;

        copy->same_version = known == file->version;
        copy->version_distance =
            known > file->version ? known - file->version : file->version - known;
    }
    copy->identity = identity_of(copy);
}

/* ---- which says most ---------------------------------------------------------------------- */

/* The higher, the more it says. */
static unsigned weight(const struct wci_identify_copy *copy)
{
    bool agrees = copy->same_size && dates_agree(copy);

    if (copy->identity == WCAB_IDENTITY_ALTERED && agrees)
        return 5;
    if (copy->identity == WCAB_IDENTITY_PROBABLE)
        return 4;
    if (copy->identity == WCAB_IDENTITY_ALTERED)
        return 3;
    return copy->same_size && !has_bytes(copy) ? 2 : 1; /* it may be this very one */
}

static unsigned likeness(const struct wci_identify_copy *copy)
{
    return (copy->same_size ? 2U : 0U) + (dates_agree(copy) ? 1U : 0U);
}

static uint64_t seconds_apart(uint32_t a, uint32_t b)
{
    int64_t x, y;

    if (!seconds_of(a, &x) || !seconds_of(b, &y))
        return UINT64_MAX;
    return (uint64_t)(x > y ? x - y : y - x);
}

static bool says_more(const struct wci_identify_copy *a, const struct wci_identify_copy *b,
                      uint32_t modified)
{
    if (weight(a) != weight(b))
        return weight(a) > weight(b);
    if (a->version_distance != b->version_distance)
        return a->version_distance < b->version_distance;
    if (likeness(a) != likeness(b))
        return likeness(a) > likeness(b);
    return seconds_apart(a->found->entry.modified, modified) <
           seconds_apart(b->found->entry.modified, modified);
}

size_t wci_identify_judge(uint32_t modified, struct wci_identify_copy *copies, size_t count)
{
    size_t best = 0, i;

    for (i = 0; i < count; i++) {
        judge(modified, &copies[i]);
        if (i > 0 && says_more(&copies[i], &copies[best], modified))
            best = i;
    }
    return best;
}

bool wci_identify_is_same(const struct wci_identify_copy *a, const struct wci_identify_copy *b)
{
    const struct wci_entry *x = &a->found->entry;
    const struct wci_entry *y = &b->found->entry;

    if (has_bytes(a) || has_bytes(b))
        return has_bytes(a) && has_bytes(b) &&
               memcmp(a->facts.sha256, b->facts.sha256, sizeof(a->facts.sha256)) == 0;
    return x->size == y->size && x->modified >> 5 == y->modified >> 5 &&
           !((x->flags ^ y->flags) & WCI_ENTRY_SIZE_UNKNOWN);
}
