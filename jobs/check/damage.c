/*
 * damage - see damage.h.
 */
#include "jobs/check/damage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "media/bytes/filler.h"

enum { SECTOR = 512, READ_BYTES = 128 * SECTOR };

/* Bytes of the file from one on. */
struct run {
    uint64_t at, size;
};

/* Runs of whole sectors. */
struct runs {
    struct run filler; /* the first one */
    struct run zero;   /* the longest one of zeroes */
    struct run zero_at_hand;
};

static bool is_zero(const uint8_t *data, size_t size)
{
    return data[0] == 0 && memcmp(data, data + 1, size - 1) == 0;
}

/* Adds a sector to a run that it goes on, or that has not begun. */
static void extend(struct run *run, uint64_t at, size_t size)
{
    if (run->size == 0)
        run->at = at;
    if (run->at + run->size == at)
        run->size += size;
}

static void look_at(const uint8_t *data, size_t size, uint64_t offset, struct runs *runs)
{
    size_t at, length;

    for (at = 0; at < size; at += length) {
        length = size - at < SECTOR ? size - at : SECTOR;
        if (wci_filler_find(data + at, length, offset + at) == 0)
            extend(&runs->filler, offset + at, length);
        if (length < SECTOR || !is_zero(data + at, SECTOR)) {
            runs->zero_at_hand.size = 0;
            continue;
        }
        extend(&runs->zero_at_hand, offset + at, length);
        if (runs->zero_at_hand.size > runs->zero.size)
            runs->zero = runs->zero_at_hand;
    }
}

static enum wcab_err find_runs(struct wci_volume *volume, const struct wci_entry *entry,
                               struct runs *runs, struct wcab_error *err)
{
    uint8_t *buffer = malloc(READ_BYTES);
    struct wci_source *source = NULL;
    uint64_t at = 0;
    size_t got = 1;
    enum wcab_err code =
        buffer == NULL ? wci_error_nomem(err) : wci_volume_open_entry(volume, entry, &source, err);

    while (code == WCAB_OK && got > 0) {
        code = wci_source_read_some(source, at, buffer, READ_BYTES, &got, err);
        if (code == WCAB_OK && got > 0)
            look_at(buffer, got, at, runs);
        at += got;
    }
    wci_source_close(source);
    free(buffer);
    return code;
}

/* The run that the reason tells of; NULL: it tells of none. */
static const struct run *describe(const struct wci_damage_subject *subject, const struct runs *runs,
                                  char reason[WCI_DAMAGE_TEXT])
{
    const struct wcab_identified *told = &subject->known->told;
    uint64_t size = subject->content->size, known = told->match->size;
    bool is_shorter = told->match->size_known && size < known && !subject->other_edition;
    bool was_program = told->match->file_version != NULL;
    bool was_empty = told->match->size_known && known == 0;
    const struct run *run = NULL;

    reason[0] = '\0';
    if (runs->filler.size > 0) {
        run = &runs->filler;
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "holds the filler of an unreadable sector at byte %" PRIu64, run->at);
    } else if (size == 0 && !was_empty)
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "is empty instead of %" PRIu64 " bytes", known);
    else if (subject->imports->kind != WCI_PROGRAM_NONE && subject->imports->end > size)
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "cut off: ends at byte %" PRIu64 ", its headers tell of %" PRIu64, size,
                       subject->imports->end);
    else if (was_program && subject->imports->kind == WCI_PROGRAM_NONE) {
        run = runs->zero.size > 0 && runs->zero.at == 0 ? &runs->zero : NULL;
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "is no program any more: its headers are lost");
    } else if (told->identity == WCAB_IDENTITY_ALTERED && is_shorter && !told->same_version)
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "cut off: %" PRIu64 " of %" PRIu64 " bytes", size,
                       known);
    else if (told->identity == WCAB_IDENTITY_ALTERED && told->same_size &&
             !subject->other_edition && runs->zero.size >= WCI_DAMAGE_ZEROES) {
        run = &runs->zero;
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "bytes %" PRIu64 " to %" PRIu64 " are zeroes and were not", run->at,
                       run->at + run->size - 1);
    }
    return run;
}

/* " (clusters 530 to 533, 711)" */
static enum wcab_err name_clusters(struct wci_volume *volume, const struct wci_entry *entry,
                                   const struct run *run, char reason[WCI_DAMAGE_TEXT],
                                   struct wcab_error *err)
{
    struct wci_cluster_list list = {.offset = run->at, .size = run->size};
    enum wcab_err code = wci_volume_clusters(volume, entry, &list, err);
    size_t used = strlen(reason), i;

    for (i = 0; code == WCAB_OK && i < list.count && used + 1 < WCI_DAMAGE_TEXT; i++) {
        const struct wci_cluster_run *clusters = &list.runs[i];
        char last[16] = "";

        if (clusters->last > clusters->first)
            (void)snprintf(last, sizeof(last), " to %" PRIu32, clusters->last);
        (void)snprintf(reason + used, WCI_DAMAGE_TEXT - used, "%s%" PRIu32 "%s%s",
                       i > 0                               ? ", "
                       : list.count > 1 || last[0] != '\0' ? " (clusters "
                                                           : " (cluster ",
                       clusters->first, last,
                       i + 1 < list.count ? ""
                       : list.more        ? " and more)"
                                          : ")");
        used = strlen(reason);
    }
    return code;
}

enum wcab_err wci_damage_look(struct wci_volume *volume, const struct wci_entry *entry,
                              const struct wci_damage_subject *subject,
                              char reason[WCI_DAMAGE_TEXT], struct wcab_error *err)
{
    struct runs runs = {.filler = {0, 0}};
    const struct run *run = NULL;
    enum wcab_err code = find_runs(volume, entry, &runs, err);

    if (code == WCAB_OK)
        run = describe(subject, &runs, reason);
    return run == NULL ? code : name_clusters(volume, entry, run, reason, err);
}
