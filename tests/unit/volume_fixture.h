/*
 * volume_fixture - for the tests of volume readers: collects what a walk finds, and a source whose
 * sectors can be made bad.
 */
#ifndef VOLUME_FIXTURE_H
#define VOLUME_FIXTURE_H

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "core/error.h"
#include "core/mem.h"
#include "media/volume/volume.h"

enum { FOUND_MAX = 4096, FOUND_TEXT = 300 };

struct found_entry {
    char path[FOUND_TEXT];  /* folder/name */
    char alias[FOUND_TEXT]; /* all, blank between */
    struct wci_entry entry; /* its names point into the fields below */
    char folder[FOUND_TEXT], name[FOUND_TEXT], aliases[WCI_ALIAS_MAX][FOUND_TEXT];
};

struct found {
    size_t count, faults, nested;
    struct found_entry entries[FOUND_MAX];
    struct wcab_error fault[64];
    char nested_name[8][100];
    uint64_t nested_offset[8], nested_size[8];
};

static inline void copy_bytes(struct wci_bytes *bytes, char *text)
{
    size_t length = bytes->length < FOUND_TEXT - 1 ? bytes->length : FOUND_TEXT - 1;

    if (length > 0)
        memcpy(text, bytes->data, length);
    text[length] = '\0';
    bytes->data = text;
    bytes->length = length;
}

/* Appends to a text of FOUND_TEXT characters, as far as it fits. */
static inline void append_text(char *text, const char *more)
{
    size_t length = strlen(text), room = FOUND_TEXT - 1 - length;
    size_t size = strlen(more) < room ? strlen(more) : room;

    memcpy(text + length, more, size);
    text[length + size] = '\0';
}

static inline enum wcab_err found_on_entry(void *context, const struct wci_entry *entry,
                                           struct wcab_error *err)
{
    struct found *found = context;
    struct found_entry *kept = &found->entries[found->count];
    uint8_t i;

    if (found->count == FOUND_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "too many entries for the test");
    kept->entry = *entry;
    copy_bytes(&kept->entry.folder, kept->folder);
    copy_bytes(&kept->entry.name.bytes, kept->name);
    kept->alias[0] = '\0';
    for (i = 0; i < entry->alias_count; i++) {
        copy_bytes(&kept->entry.alias[i].bytes, kept->aliases[i]);
        append_text(kept->alias, i > 0 ? " " : "");
        append_text(kept->alias, kept->aliases[i]);
    }
    kept->path[0] = '\0';
    append_text(kept->path, kept->folder);
    append_text(kept->path, kept->folder[0] != '\0' ? "/" : "");
    append_text(kept->path, kept->name);
    found->count++;
    return WCAB_OK;
}

static inline enum wcab_err found_on_nested(void *context, const char *name, uint64_t offset,
                                            uint64_t size, struct wcab_error *err)
{
    struct found *found = context;

    (void)err;
    if (found->nested < 8) {
        (void)snprintf(found->nested_name[found->nested], 100, "%s", name);
        found->nested_offset[found->nested] = offset;
        found->nested_size[found->nested] = size;
        found->nested++;
    }
    return WCAB_OK;
}

static inline void found_on_fault(void *context, const struct wcab_error *err)
{
    struct found *found = context;

    if (found->faults < 64)
        found->fault[found->faults] = *err;
    found->faults++;
}

/* The walk's finds; freed by the caller. */
static inline struct found *walk_all(struct wci_volume *volume)
{
    struct found *found = calloc(1, sizeof(*found));
    struct wci_visitor visitor = {found, found_on_entry, found_on_nested, found_on_fault};
    struct wcab_error err;

    if (found == NULL)
        abort();
    CHECK_EQ_INT(wci_volume_walk(volume, &visitor, &err), WCAB_OK);
    return found;
}

/* The entry with that path; an empty one when there is none. */
static inline const struct found_entry *find_entry(const struct found *found, const char *path)
{
    static const struct found_entry none;
    size_t i;

    for (i = 0; i < found->count; i++) {
        if (strcmp(found->entries[i].path, path) == 0)
            return &found->entries[i];
    }
    CHECK_FAIL("no entry %s", path);
    return &none;
}

static inline int has_entry(const struct found *found, const char *path)
{
    size_t i;

    for (i = 0; i < found->count; i++) {
        if (strcmp(found->entries[i].path, path) == 0)
            return 1;
    }
    return 0;
}

/* True when some fault's text has `text` and its place ends in `place`. */
static inline int has_fault(const struct found *found, enum wcab_err code, const char *place,
                            const char *text)
{
    size_t i;

    for (i = 0; i < found->faults && i < 64; i++) {
        const struct wcab_error *fault = &found->fault[i];

        if (fault->code == code && strcmp(fault->place, place) == 0 &&
            strstr(fault->text, text) != NULL)
            return 1;
    }
    for (i = 0; i < found->faults && i < 64; i++)
        printf("  fault %d [%s] %s\n", (int)found->fault[i].code, found->fault[i].place,
               found->fault[i].text);
    return 0;
}

/* A file's bytes as text of at most 99 characters, or what kept it from being read. */
static inline const char *read_text(struct wci_volume *volume, const struct wci_entry *entry)
{
    static char text[100];
    struct wci_source *source = NULL;
    struct wcab_error err;
    size_t got = 0;
    enum wcab_err code = wci_volume_open_entry(volume, entry, &source, &err);

    if (code == WCAB_OK)
        code = wci_source_read_some(source, 0, text, sizeof(text) - 1, &got, &err);
    wci_source_close(source);
    text[got] = '\0';
    if (code != WCAB_OK)
        (void)snprintf(text, sizeof(text), "error %d: %.80s", (int)code, err.text);
    return text;
}

/* Memory of which one run can't be read, as on a scratched disc. */
struct scratched_source {
    struct wci_source base;
    const uint8_t *data;
    uint64_t bad_from, bad_to;
};

static inline enum wcab_err scratched_read(struct wci_source *source, uint64_t offset, void *buffer,
                                           size_t length, size_t *got, struct wcab_error *err)
{
    struct scratched_source *scratched = (struct scratched_source *)source;

    if (offset < scratched->bad_to && offset + length > scratched->bad_from)
        return wci_error_set_sys(err, EIO, "can't read at byte %llu", (unsigned long long)offset);
    memcpy(buffer, scratched->data + offset, length);
    *got = length;
    return WCAB_OK;
}

static inline void scratched_close(struct wci_source *source)
{
    (void)source;
}

static inline struct scratched_source scratched(const uint8_t *data, uint64_t size,
                                                uint64_t bad_from, uint64_t bad_to)
{
    static const struct wci_source_ops ops = {scratched_read, scratched_close};
    struct scratched_source source = {{&ops, size}, data, bad_from, bad_to};

    return source;
}

static inline void put_le16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void put_le32(uint8_t *at, uint32_t value)
{
    put_le16(at, value);
    put_le16(at + 2, value >> 16);
}

static inline void put_both32(uint8_t *at, uint32_t value)
{
    put_le32(at, value);
    at[4] = (uint8_t)(value >> 24);
    at[5] = (uint8_t)(value >> 16);
    at[6] = (uint8_t)(value >> 8);
    at[7] = (uint8_t)value;
}

#endif
