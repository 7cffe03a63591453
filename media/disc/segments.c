/*
 * segments - see segments.h.
 *
 * Source: J. Metz, "Expert Witness Compression Format specification": a file header of 13 bytes,
 * then sections; the last one of a file is "next", of the last file "done".
 */
#include "media/disc/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum { HEADER = 13, SECTION = 76, WORD = 8, NAME_BYTES = 256 };

struct joined {
    struct wci_source base;
    size_t count;
    struct wci_source *parts[WCI_SEGMENTS_MAX]; /* borrowed */
    uint8_t table[WORD * (1 + WCI_SEGMENTS_MAX)];
};

static enum wcab_err joined_read(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, size_t *got, struct wcab_error *err)
{
    const struct joined *joined = (const struct joined *)source;
    size_t table = WORD * (1 + joined->count), i = 0;

    if (offset < table) {
        *got = length < table - offset ? length : table - (size_t)offset;
        memcpy(buffer, joined->table + offset, *got);
        return WCAB_OK;
    }
    offset -= table;
    while (i + 1 < joined->count && offset >= wci_source_size(joined->parts[i]))
        offset -= wci_source_size(joined->parts[i++]);
    return wci_source_read_some(joined->parts[i], offset, buffer, length, got, err);
}

static void joined_close(struct wci_source *source)
{
    free(source);
}

static const struct wci_source_ops joined_ops = {joined_read, joined_close};

bool wci_segments_is_header(const uint8_t *bytes, unsigned *number)
{
    *number = bytes[9] | (unsigned)bytes[10] << 8;
    return memcmp(bytes, "EVF\x09\x0D\x0A\xFF\0\x01", 9) == 0 && *number > 0 && bytes[11] == 0 &&
           bytes[12] == 0;
}

/* IMAGE.E01 becomes IMAGE.E07; false: it isn't called so. */
static bool segment_name(const struct wci_siblings *siblings, unsigned number,
                         char name[NAME_BYTES])
{
    const char *own = siblings == NULL ? NULL : siblings->own_name;
    size_t length = own == NULL ? 0 : strlen(own);

    if (length < 5 || length >= NAME_BYTES || number > WCI_SEGMENTS_MAX || own[length - 4] != '.' ||
        (own[length - 3] | 0x20) != 'e')
        return false;
    memcpy(name, own, length + 1);
    (void)snprintf(name + length - 2, 3, "%02u", number % 100);
    return true;
}

static enum wcab_err open_segment(const struct wci_siblings *siblings, const char *name,
                                  struct wci_source **part)
{
    return siblings->open(siblings->context, name, part, NULL);
}

/* Whether the file's last section says that another one follows. */
static bool goes_on(struct wci_source *part)
{
    uint64_t size = wci_source_size(part);
    uint8_t type[4];

    return size >= HEADER + SECTION &&
           wci_source_read_at(part, size - SECTION, type, sizeof(type), NULL) == WCAB_OK &&
           memcmp(type, "next", sizeof(type)) == 0;
}

static enum wcab_err add_later(struct joined *joined, const struct wci_siblings *siblings,
                               struct wci_nest *nest, struct wcab_error *err)
{
    char name[NAME_BYTES] = "the next one";

    while (goes_on(joined->parts[joined->count - 1])) {
        struct wci_source *part = NULL;
        uint8_t bytes[HEADER];
        unsigned number = 0;
        enum wcab_err code;

        if (!segment_name(siblings, (unsigned)joined->count + 1, name) ||
            open_segment(siblings, name, &part) != WCAB_OK)
            return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                                 "EnCase image in several segments, of which %s is not beside it",
                                 name);
        code = wci_nest_keep_take(nest, part, err);
        if (code == WCAB_OK)
            code = wci_source_read_at(part, 0, bytes, sizeof(bytes), err);
        if (code != WCAB_OK)
            return code;
        if (!wci_segments_is_header(bytes, &number) || number != joined->count + 1)
            return wci_error_set(err, WCAB_ERR_CORRUPT, "%s is no segment %zu of an EnCase image",
                                 name, joined->count + 1);
        joined->parts[joined->count++] = part;
    }
    return WCAB_OK;
}

static enum wcab_err check_first(struct wci_source *first, const struct wci_siblings *siblings,
                                 struct wcab_error *err)
{
    struct wci_source *part = NULL;
    uint8_t bytes[HEADER];
    char name[NAME_BYTES] = "the first";
    unsigned number = 0;
    enum wcab_err code = wci_source_read_at(first, 0, bytes, sizeof(bytes), err);

    if (code != WCAB_OK || (wci_segments_is_header(bytes, &number) && number == 1))
        return code;
    if (segment_name(siblings, 1, name) && open_segment(siblings, name, &part) == WCAB_OK) {
        wci_source_close(part);
        return wci_error_set(err, WCAB_ERR_FORMAT, "a later segment of %s", name);
    }
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "segment %u of an EnCase image: %s is not beside it", number, name);
}

static void put_word(uint8_t *to, uint64_t value)
{
    unsigned i;

    for (i = 0; i < WORD; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

enum wcab_err wci_segments_open(struct wci_source *first, const struct wci_siblings *siblings,
                                struct wci_nest *nest, struct wci_source **joined,
                                struct wcab_error *err)
{
    enum wcab_err code = check_first(first, siblings, err);
    struct joined *made;
    size_t i;

    if (code != WCAB_OK)
        return code;
    made = wci_mem_calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->base.ops = &joined_ops;
    made->parts[made->count++] = first;
    code = add_later(made, siblings, nest, err);
    if (code != WCAB_OK) {
        free(made);
        return code;
    }
    put_word(made->table, made->count);
    made->base.size = WORD * (1 + made->count);
    for (i = 0; i < made->count; i++) {
        put_word(made->table + WORD * (i + 1), wci_source_size(made->parts[i]));
        made->base.size += wci_source_size(made->parts[i]);
    }
    *joined = &made->base;
    return wci_nest_keep_take(nest, &made->base, err);
}
