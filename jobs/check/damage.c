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

/* Runs of whole sectors, in bytes of the file. */
struct runs {
    uint64_t filler_at;          /* UINT64_MAX: none */
    uint64_t zero_at, zero_size; /* the longest run of zeroes */
    uint64_t run_at, run_size;   /* the run at hand */
};

static bool is_zero(const uint8_t *data, size_t size)
{
    return data[0] == 0 && memcmp(data, data + 1, size - 1) == 0;
}

static void look_at(const uint8_t *data, size_t size, uint64_t offset, struct runs *runs)
{
    size_t filler = wci_filler_find(data, size, offset), at;

    if (filler < size && runs->filler_at == UINT64_MAX)
        runs->filler_at = offset + filler;
    for (at = 0; size - at >= SECTOR; at += SECTOR) {
        if (!is_zero(data + at, SECTOR)) {
            runs->run_size = 0;
            continue;
        }
        if (runs->run_size == 0)
            runs->run_at = offset + at;
        runs->run_size += SECTOR;
        if (runs->run_size > runs->zero_size) {
            runs->zero_at = runs->run_at;
            runs->zero_size = runs->run_size;
        }
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

static void describe(const struct wci_damage_subject *subject, const struct runs *runs,
                     char reason[WCI_DAMAGE_TEXT])
{
    const struct wcab_identified *told = &subject->known->told;
    uint64_t size = subject->content->size, known = told->match->size;
    bool is_shorter = told->match->size_known && size < known && !subject->other_edition;
    bool was_program = told->match->file_version != NULL;
    bool was_empty = told->match->size_known && known == 0;

    reason[0] = '\0';
    if (runs->filler_at != UINT64_MAX)
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "holds the filler of an unreadable sector at byte %" PRIu64,
                       runs->filler_at);
    else if (size == 0 && !was_empty)
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "is empty instead of %" PRIu64 " bytes", known);
    else if (subject->imports->kind != WCI_PROGRAM_NONE && subject->imports->end > size)
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "cut off: ends at byte %" PRIu64 ", its headers tell of %" PRIu64, size,
                       subject->imports->end);
    else if (was_program && subject->imports->kind == WCI_PROGRAM_NONE)
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "is no program any more: its headers are lost");
    else if (told->identity == WCAB_IDENTITY_ALTERED && is_shorter && !told->same_version)
        (void)snprintf(reason, WCI_DAMAGE_TEXT, "cut off: %" PRIu64 " of %" PRIu64 " bytes", size,
                       known);
    else if (told->identity == WCAB_IDENTITY_ALTERED && told->same_size &&
             !subject->other_edition && runs->zero_size >= WCI_DAMAGE_ZEROES)
        (void)snprintf(reason, WCI_DAMAGE_TEXT,
                       "bytes %" PRIu64 " to %" PRIu64 " are zeroes and were not", runs->zero_at,
                       runs->zero_at + runs->zero_size - 1);
}

enum wcab_err wci_damage_look(struct wci_volume *volume, const struct wci_entry *entry,
                              const struct wci_damage_subject *subject,
                              char reason[WCI_DAMAGE_TEXT], struct wcab_error *err)
{
    struct runs runs = {.filler_at = UINT64_MAX};
    enum wcab_err code = find_runs(volume, entry, &runs, err);

    if (code == WCAB_OK)
        describe(subject, &runs, reason);
    return code;
}
