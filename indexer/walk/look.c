/*
 * look - see look.h.
 */
#include "indexer/walk/look.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "media/cabinet/packed_name.h"

enum {
    ISO_SIGNATURE_AT = 32769,
    ISO_SIGNATURE = 5,
    SURE_SIGNATURE = 4, /* bytes that no other kind of file has there */
    BLANK = 16          /* zeroes that an image may begin with */
};

/* Whether the bytes alone say that it is this format, which is only told. */
static bool is_sure(const struct wci_format *format)
{
    return format->fits != NULL ||
           (format->signatures[0].length >= SURE_SIGNATURE && format->signatures[0].at >= 0);
}

static enum wci_hope hope_of_format(const struct wci_format *format)
{
    switch (format->use) {
    case WCI_FORMAT_CABINET:
        return WCI_HOPE_CABINET;
    case WCI_FORMAT_IMAGE:
        return WCI_HOPE_IMAGE;
    case WCI_FORMAT_PACKED:
        return WCI_HOPE_PACKED;
    case WCI_FORMAT_PROGRAM:
        return WCI_HOPE_EXECUTABLE;
    case WCI_FORMAT_DRIVER:
        return WCI_HOPE_DRIVER;
    case WCI_FORMAT_TOLD:
        return is_sure(format) ? WCI_HOPE_IMAGE : WCI_HOPE_NONE;
    case WCI_FORMAT_ORDINARY:
        break;
    }
    return WCI_HOPE_NONE;
}

enum wci_hope wci_look_at_head(const struct wci_format_head *head)
{
    const struct wci_format *format = wci_format_of_head(head);

    return format == NULL ? WCI_HOPE_NONE : hope_of_format(format);
}

/* Images of discs may begin with nothing, or with what makes them boot from a stick. */
static bool may_begin_later(const struct wci_format_head *head)
{
    static const uint8_t blank[BLANK];

    return head->file_size > ISO_SIGNATURE_AT + ISO_SIGNATURE && head->size >= 512 &&
           (memcmp(head->bytes, blank, BLANK) == 0 ||
            memcmp(head->bytes + 510, "\x55\xAA", 2) == 0);
}

/* A file's first bytes, and where to find more. */
struct file_start {
    struct wci_format_head head;
    struct wci_source *source;
    uint64_t at; /* of the file in the source */
};

static bool is_disc(const struct file_start *start)
{
    uint8_t signature[ISO_SIGNATURE];
    size_t got;

    return may_begin_later(&start->head) &&
           wci_source_read_some(start->source, start->at + ISO_SIGNATURE_AT, signature,
                                sizeof(signature), &got, NULL) == WCAB_OK &&
           got == sizeof(signature) &&
           (memcmp(signature, "CD001", ISO_SIGNATURE) == 0 ||
            memcmp(signature, "BEA01", ISO_SIGNATURE) == 0);
}

/* Of programs those are looked into that are called so: what the others hold is found when
 * everything is unpacked. */
static enum wci_hope hope_of_start(enum wci_container_kind kind, const struct wci_entry *entry,
                                   const struct file_start *start)
{
    enum wci_hope by_name = wci_hope_of(kind, entry);
    enum wci_hope hope = wci_look_at_head(&start->head);

    if (hope == WCI_HOPE_EXECUTABLE && by_name != WCI_HOPE_EXECUTABLE)
        return by_name == WCI_HOPE_DRIVER ? WCI_HOPE_DRIVER : WCI_HOPE_NONE;
    if (hope == WCI_HOPE_PACKED)
        return wci_hope_of_packed(kind);
    if (hope != WCI_HOPE_NONE)
        return hope;
    if (by_name == WCI_HOPE_CABINET || by_name == WCI_HOPE_IMAGE || is_disc(start))
        return by_name == WCI_HOPE_CABINET ? WCI_HOPE_CABINET : WCI_HOPE_IMAGE;
    return WCI_HOPE_NONE;
}

enum wci_hope wci_look_at_source(enum wci_container_kind kind, const struct wci_entry *entry,
                                 struct wci_source *source, bool thorough)
{
    uint8_t bytes[WCI_FORMAT_HEAD];
    struct file_start start = {{bytes, 0, wci_source_size(source)}, source, 0};

    if (wci_source_read_some(source, 0, bytes, sizeof(bytes), &start.head.size, NULL) != WCAB_OK)
        return wci_hope_of(kind, entry);
    if (thorough && wci_look_at_head(&start.head) == WCI_HOPE_EXECUTABLE)
        return WCI_HOPE_EXECUTABLE;
    return hope_of_start(kind, entry, &start);
}

/* ---- all files of a volume ---------------------------------------------------------------- */

struct place {
    uint64_t data;
    uint32_t row;
};

static int by_data(const void *a, const void *b)
{
    uint64_t left = ((const struct place *)a)->data, right = ((const struct place *)b)->data;

    return left < right ? -1 : left > right;
}

static enum wci_hope look_at_place(struct wci_source *source, enum wci_container_kind kind,
                                   const struct wci_entry *entry)
{
    uint8_t bytes[WCI_FORMAT_HEAD];
    struct file_start start = {{bytes, 0, entry->size}, source, entry->data};
    size_t wanted = entry->size < sizeof(bytes) ? (size_t)entry->size : sizeof(bytes);

    if (wci_source_read_some(source, entry->data, bytes, wanted, &start.head.size, NULL) != WCAB_OK)
        return wci_hope_of(kind, entry);
    return hope_of_start(kind, entry, &start);
}

static enum wci_hope look_at_opened(struct wci_volume *volume, enum wci_container_kind kind,
                                    const struct wci_entry *entry)
{
    struct wci_source *source = NULL;
    enum wci_hope hope = wci_hope_of(kind, entry);

    if (wci_volume_open_entry(volume, entry, &source, NULL) == WCAB_OK)
        hope = wci_look_at_source(kind, entry, source, false);
    wci_source_close(source);
    return hope;
}

/* Whether an archive's member is worth unpacking only to be looked at. */
static enum wci_hope hope_of_member(enum wci_container_kind kind, const struct wci_entry *entry)
{
    enum wci_hope hope = wci_hope_of(kind, entry);

    if (hope == WCI_HOPE_NONE && kind == WCI_CONTAINER_ARCHIVE && wci_hope_is_unknown(entry))
        return WCI_HOPE_IMAGE;
    return hope;
}

enum wcab_err wci_look_at_entries(struct wci_volume *volume, const struct wci_container *container,
                                  uint8_t **hopes, struct wcab_error *err)
{
    uint32_t count = container->entry_count, i;
    struct place *places = wci_mem_calloc((size_t)count + 1, sizeof(*places));
    uint8_t *made = wci_mem_calloc((size_t)count + 1, sizeof(*made));
    size_t place_count = 0, at;
    struct wci_entry room;

    if (places == NULL || made == NULL) {
        free(places);
        free(made);
        return wci_error_nomem(err);
    }
    for (i = 0; i < count; i++) {
        const struct wci_entry *entry = wci_container_entry(container, i, &room);

        if (entry->attributes & WCI_ATTRIBUTE_FOLDER || entry->size == 0)
            made[i] = WCI_HOPE_NONE;
        else if (entry->data != 0 && volume->source != NULL)
            places[place_count++] = (struct place){entry->data, i};
        else if (container->kind == WCI_CONTAINER_DIRECTORY ||
                 container->kind == WCI_CONTAINER_ISO9660)
            made[i] = (uint8_t)look_at_opened(volume, container->kind, entry);
        else
            made[i] = (uint8_t)hope_of_member(container->kind, entry);
    }
    qsort(places, place_count, sizeof(*places), by_data);
    for (at = 0; at < place_count; at++)
        made[places[at].row] = (uint8_t)look_at_place(
            volume->source, container->kind, wci_container_entry(container, places[at].row, &room));
    free(places);
    *hopes = made;
    return WCAB_OK;
}
