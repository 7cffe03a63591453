/*
 * loose_file - see loose_file.h.
 */
#include "reopen/loose_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "media/bytes/filler.h"
#include "media/cabinet/expand.h"

enum { READ_BYTES = 256 * 1024, SECTOR = 512 };

struct reading {
    struct wci_source *source;
    const struct wci_byte_sink *sink;
    const struct wci_damage_sink *damages; /* NULL: the first damage is the end */
    uint64_t put;                          /* bytes given to the sink */
};

static enum wcab_err give(struct reading *reading, const uint8_t *data, size_t size,
                          struct wcab_error *err)
{
    reading->put += size;
    return reading->sink->put(reading->sink->context, data, size, err);
}

/* Tells of `size` lost bytes from here on, or returns the reason when nobody wants to know. */
static enum wcab_err tell_lost(struct reading *reading, uint64_t size,
                               const struct wcab_error *reason, struct wcab_error *err)
{
    uint64_t at = reading->put;

    if (reading->damages == NULL) {
        if (err != NULL)
            *err = *reason;
        return reason->code;
    }
    while (size > 0) {
        uint32_t piece = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
        struct wci_damage damage = {
            .kind = WCI_DAMAGE_LOST, .offset = at, .size = piece, .error = *reason};

        reading->damages->damage(reading->damages->context, &damage);
        at += piece;
        size -= piece;
    }
    return WCAB_OK;
}

/* At most a sector that is lost: zeroes stand for it. */
static enum wcab_err lose(struct reading *reading, size_t size, const struct wcab_error *reason,
                          struct wcab_error *err)
{
    static const uint8_t zeroes[SECTOR];
    enum wcab_err code = tell_lost(reading, size, reason, err);

    return code == WCAB_OK ? give(reading, zeroes, size, err) : code;
}

/* ---- plain files -------------------------------------------------------------------------- */

/* Gives bytes that were read; filler among them is lost. */
static enum wcab_err give_checked(struct reading *reading, const uint8_t *data, size_t size,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wcab_error reason;
    size_t done = 0;

    while (code == WCAB_OK && done < size) {
        size_t sound = wci_filler_find(data + done, size - done, reading->put);
        size_t lost = SECTOR - (size_t)((reading->put + sound) % SECTOR);

        if (sound > 0)
            code = give(reading, data + done, sound, err);
        done += sound;
        if (code != WCAB_OK || done == size)
            break;
        lost = lost < size - done ? lost : size - done;
        wci_error_set_at(&reason, WCAB_ERR_CORRUPT, reading->put,
                         "holds " WCI_FILLER_TEXT ", the filler of a sector that could not be "
                         "read, at byte %llu of the file",
                         (unsigned long long)reading->put);
        code = lose(reading, lost, &reason, err);
        done += lost;
    }
    return code;
}

/* Bytes of which some can't be read: sector by sector. */
static enum wcab_err read_sectors(struct reading *reading, uint8_t *buffer, size_t size,
                                  struct wcab_error *err)
{
    uint64_t end = reading->put + size;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && reading->put < end) {
        size_t piece = SECTOR - (size_t)(reading->put % SECTOR);
        struct wcab_error reason;

        piece = piece < end - reading->put ? piece : (size_t)(end - reading->put);
        code = wci_source_read_at(reading->source, reading->put, buffer, piece, &reason);
        if (code == WCAB_OK)
            code = give_checked(reading, buffer, piece, err);
        else if (wci_error_ends_run(code) && err != NULL)
            *err = reason;
        else if (!wci_error_ends_run(code))
            code = lose(reading, piece, &reason, err);
    }
    return code;
}

static enum wcab_err read_plain(struct reading *reading, const struct wci_entry *entry,
                                uint8_t *buffer, struct wcab_error *err)
{
    uint64_t there = wci_source_size(reading->source);
    struct wcab_error reason;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && reading->put < there) {
        uint64_t rest = there - reading->put;
        size_t piece = rest < READ_BYTES ? (size_t)rest : (size_t)READ_BYTES;

        if (wci_source_read_at(reading->source, reading->put, buffer, piece, NULL) == WCAB_OK)
            code = give_checked(reading, buffer, piece, err);
        else
            code = read_sectors(reading, buffer, piece, err);
    }
    if (code != WCAB_OK || there >= entry->size || entry->flags & WCI_ENTRY_SIZE_UNKNOWN)
        return code;
    wci_error_set_at(&reason, WCAB_ERR_CORRUPT, there, "cut off: %llu of %llu bytes are there",
                     (unsigned long long)there, (unsigned long long)entry->size);
    return tell_lost(reading, entry->size - there, &reason, err);
}

/* ---- packed files ------------------------------------------------------------------------- */

static enum wcab_err on_unpacked(void *context, const uint8_t *data, size_t size,
                                 struct wcab_error *err)
{
    return give(context, data, size, err);
}

static enum wcab_err read_packed(struct reading *reading, const struct wci_entry *entry,
                                 struct wcab_error *err)
{
    bool known = !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    uint64_t limit = known ? entry->size : WCI_LIMIT_SPOOL_BYTES;
    struct wci_byte_sink sink = {reading, on_unpacked};
    struct wcab_error reason;
    enum wcab_err code = wci_expand_decode(reading->source, limit, &sink, &reason);

    if (code == WCAB_OK)
        return code;
    if (reading->damages != NULL && known && reading->put > 0 && reading->put < entry->size &&
        (code == WCAB_ERR_CORRUPT || code == WCAB_ERR_IO))
        return tell_lost(reading, entry->size - reading->put, &reason, err);
    if (err != NULL)
        *err = reason;
    return code;
}

enum wcab_err wci_loose_file_read(struct wci_source *source, const struct wci_entry *entry,
                                  const struct wci_byte_sink *sink,
                                  const struct wci_damage_sink *damages, struct wcab_error *err)
{
    struct reading reading = {source, sink, damages, 0};
    uint8_t *buffer;
    enum wcab_err code;

    if (entry->flags & WCI_ENTRY_PACKED)
        return read_packed(&reading, entry, err);
    buffer = malloc(READ_BYTES);
    if (buffer == NULL)
        return wci_error_nomem(err);
    code = read_plain(&reading, entry, buffer, err);
    free(buffer);
    return code;
}
