/*
 * probe - see probe.h.
 */
#include "media/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/formats.h"
#include "media/hidden.h"
#include "media/split.h"
#include "media/volume/volume.h"

enum {
    SECTOR = 2048,
    FIRST_DESCRIPTOR = 16 * SECTOR,
    GARBAGE_MAX = 1024 * 1024, /* before a volume; emulators' headers have a few bytes */
    FLOPPY_MOST = 4 * 1024 * 1024,
    SEARCH_PIECE = 128 * 1024
};

/* ---- ISO 9660 behind other data ------------------------------------------------------------- */

/* A primary volume descriptor: the signature, and its number of blocks in both byte orders. */
static bool is_descriptor(const uint8_t *bytes)
{
    return memcmp(bytes, "\1CD001\1", 7) == 0 && bytes[80] == bytes[87] && bytes[81] == bytes[86] &&
           bytes[82] == bytes[85] && bytes[83] == bytes[84];
}

/* Finds a descriptor in the first megabyte; false when there is none. */
static bool find_descriptor(struct wci_source *source, uint64_t *offset)
{
    uint64_t size = wci_source_size(source), at;
    uint8_t *bytes = malloc(SEARCH_PIECE + SECTOR);
    bool found = false;

    for (at = 0; bytes != NULL && !found && at < GARBAGE_MAX && at + SECTOR <= size;
         at += SEARCH_PIECE) {
        const uint8_t *place = bytes, *end;
        size_t got = 0;

        if (wci_source_read_some(source, at, bytes, SEARCH_PIECE + SECTOR, &got, NULL) != WCAB_OK)
            continue;
        end = bytes + got;
        while (!found && end - place >= SECTOR &&
               (place = memmem(place, (size_t)(end - place), "\1CD001", 6)) != NULL) {
            found = end - place >= SECTOR && is_descriptor(place);
            if (found)
                *offset = at + (uint64_t)(place - bytes);
            place++;
        }
    }
    free(bytes);
    return found;
}

/* Searching reads a megabyte: not done for files that are called otherwise than images are, of
 * which a folder may hold thousands.  Without a name it is. */
static bool is_worth_searching(const char *name)
{
    const struct wci_format *formats;
    size_t count, i;

    if (name == NULL)
        return true;
    formats = wci_formats(&count);
    for (i = 0; i < count; i++) {
        if (formats[i].open == wci_volume_iso_open &&
            wci_format_is_called(&formats[i], wci_bytes_of(name)))
            return true;
    }
    return false;
}

static enum wcab_err open_shifted_iso(struct wci_source *source, const char *name,
                                      struct wci_volume **volume, struct wcab_error *err)
{
    uint64_t offset = 0;
    enum wcab_err code;

    if (!is_worth_searching(name) || !find_descriptor(source, &offset))
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no ISO 9660 volume descriptor in the first megabyte");
    code = wci_volume_iso_open_at(source, offset, (int64_t)offset - FIRST_DESCRIPTOR, volume, err);
    return code == WCAB_ERR_CORRUPT ? WCAB_ERR_FORMAT : code;
}

/* Searching reads all of it: done where the name promises a cabinet. */
static enum wcab_err open_shifted_cabinet(struct wci_source *source, const char *name,
                                          struct wci_volume **volume, struct wcab_error *err)
{
    if (name != NULL && !wci_format_has_extension("cab dab", wci_bytes_of(name)))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no cabinet at byte 0");
    return wci_hidden_cabinets_open(source, volume, err);
}

/* ---- all readers ---------------------------------------------------------------------------- */

/* Whether a file of up to a floppy's size has the same byte everywhere. */
static bool is_filled(struct wci_source *source, uint8_t *value)
{
    uint64_t size = wci_source_size(source), at;
    uint8_t bytes[SECTOR];
    size_t got, i;

    if (size == 0 || size > FLOPPY_MOST)
        return false;
    for (at = 0; at < size; at += got) {
        if (wci_source_read_some(source, at, bytes, sizeof(bytes), &got, NULL) != WCAB_OK ||
            got == 0)
            return false;
        if (at == 0)
            *value = bytes[0];
        for (i = 0; i < got; i++) {
            if (bytes[i] != *value)
                return false;
        }
    }
    return true;
}

static enum wcab_err not_known(struct wci_source *source, const struct wci_siblings *siblings,
                               struct wcab_error *err)
{
    enum wcab_err code = wci_format_tell(source, err);
    uint8_t value;

    if (code == WCAB_ERR_FORMAT)
        code = wci_split_tell(source, siblings, err);

    if (code != WCAB_ERR_FORMAT)
        return code;
    if (is_filled(source, &value))
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "holds nothing but bytes of value 0x%02X: blank, or badly read",
                             value);
    return wci_error_set(err, WCAB_ERR_FORMAT,
                         "no known image: no cabinet, no ISO 9660 or FAT volume, no partitions, "
                         "no CD sectors, no floppy dump or virtual disk, no archive");
}

/* Whether an earlier format has the same reader, which has been tried then. */
static bool is_tried(const struct wci_format *formats, size_t at)
{
    size_t i;

    for (i = 0; i < at; i++) {
        if (formats[i].open == formats[at].open &&
            formats[i].open_beside == formats[at].open_beside)
            return true;
    }
    return false;
}

/* A packed file's own name tells what it holds, also where nothing is beside it. */
static enum wcab_err try_readers(struct wci_source *source, const char *name_hint,
                                 const struct wci_siblings *siblings, struct wci_volume **volume,
                                 struct wcab_error *err)
{
    const struct wci_siblings named = {.own_name = name_hint};
    size_t count, i;
    const struct wci_format *formats = wci_formats(&count);
    enum wcab_err code = WCAB_ERR_FORMAT;

    for (i = 0; code == WCAB_ERR_FORMAT && i < count; i++) {
        if (is_tried(formats, i))
            continue;
        if (formats[i].open != NULL)
            code = formats[i].open(source, volume, err);
        else if (formats[i].open_beside == wci_hidden_packed_open && siblings == NULL)
            code = wci_hidden_packed_open(source, &named, volume, err);
        else if (formats[i].open_beside != NULL)
            code = formats[i].open_beside(source, siblings, volume, err);
    }
    return code;
}

/* Archives and compressed files come first: their signatures at the very start are sure, and are
 * asked for with one small read. */
static enum wcab_err probe(struct wci_source *source, const char *name_hint,
                           const struct wci_siblings *siblings, struct wci_volume **volume,
                           char reason[WCI_PROBE_REASON], struct wcab_error *err)
{
    enum wcab_err code;

    if (wci_source_size(source) == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "empty file");
    code = wci_split_open(source, siblings, volume, err); /* a part may begin like the whole */
    if (code == WCAB_ERR_FORMAT)
        code = wci_volume_archive_open(source, name_hint, volume, err);
    if (code == WCAB_ERR_FORMAT)
        code = try_readers(source, name_hint, siblings, volume, err);
    if (code == WCAB_ERR_FORMAT)
        code = open_shifted_iso(source, name_hint, volume, err);
    if (code == WCAB_ERR_FORMAT)
        code = open_shifted_cabinet(source, name_hint, volume, err);
    if (code == WCAB_OK && reason != NULL)
        (void)snprintf(reason, WCI_PROBE_REASON, "%s", (*volume)->reason);
    return code == WCAB_ERR_FORMAT ? not_known(source, siblings, err) : code;
}

enum wcab_err wci_probe_volume_beside(struct wci_source *source,
                                      const struct wci_siblings *siblings,
                                      struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                                      struct wcab_error *err)
{
    return probe(source, siblings != NULL ? siblings->own_name : NULL, siblings, volume, reason,
                 err);
}

enum wcab_err wci_probe_volume(struct wci_source *source, const char *name_hint,
                               struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                               struct wcab_error *err)
{
    return probe(source, name_hint, NULL, volume, reason, err);
}

enum wcab_err wci_probe_file(struct wci_source *source, const struct wci_probe_place *place,
                             struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                             struct wcab_error *err)
{
    struct wci_host_siblings host;
    enum wcab_err code =
        wci_siblings_open_host(place->path, place->fetch, place->counter, &host, err);

    if (code != WCAB_OK)
        return code;
    code = wci_probe_volume_beside(source, &host.siblings, volume, reason, err);
    wci_siblings_close_host(&host);
    return code;
}

enum wcab_err wci_probe_companions(const struct wci_probe_place *place, void *context,
                                   void (*tell)(void *context, const char *name),
                                   struct wcab_error *err)
{
    struct wci_host_siblings host;
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    size_t i;
    enum wcab_err code = wci_siblings_open_host(place->path, place->fetch, NULL, &host, err);

    if (code != WCAB_OK)
        return code;
    code = wci_fetch_open(place->fetch, place->path, NULL, &source, err);
    if (code == WCAB_OK)
        code = wci_probe_volume_beside(source, &host.siblings, &volume, NULL, err);
    for (i = 0; code == WCAB_OK && i < host.opened_count; i++)
        tell(context, host.opened[i]);
    wci_volume_close(volume);
    wci_source_close(source);
    wci_siblings_close_host(&host);
    return code;
}
