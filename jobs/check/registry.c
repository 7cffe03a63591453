/*
 * registry - see registry.h.
 */
#include "jobs/check/registry.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/registry_read.h"

enum {
    SMALLEST_KEY = 28,
    SMALLEST_VALUE = 12
}; /* bytes that each takes at least, in either format */

struct wci_cursor wci_registry_at(const struct wci_registry_reading *reading, uint64_t at)
{
    struct wci_cursor cursor = wci_cursor_of(reading->data, reading->size);

    wci_cursor_seek(&cursor, at <= reading->size ? (size_t)at : reading->size);
    cursor.ok = cursor.ok && at <= reading->size;
    return cursor;
}

void wci_registry_note_damage(struct wci_registry_reading *reading, uint64_t at, const char *what)
{
    if (reading->damaged)
        return;
    reading->damaged = true;
    reading->damaged_at = at;
    reading->damage = what;
}

bool wci_registry_enter(struct wci_registry_reading *reading, struct wci_bytes name, size_t *length)
{
    *length = reading->path.size;
    if (name.length > WCI_REGISTRY_PATH || *length > WCI_REGISTRY_PATH - name.length)
        return false;
    if (*length > 0 && name.length > 0)
        wci_buffer_u8(&reading->path, '\\');
    wci_buffer_put(&reading->path, name.data, name.length);
    return reading->path.ok;
}

void wci_registry_leave(struct wci_registry_reading *reading, size_t length)
{
    reading->path.size = length;
}

static bool is_text(uint32_t type)
{
    return type == WCI_REGISTRY_TEXT || type == WCI_REGISTRY_EXPANDED || type == WCI_REGISTRY_TEXTS;
}

static struct wci_bytes converted(struct wci_bytes wide, struct wci_buffer *buffer)
{
    wci_buffer_clear(buffer);
    wci_text_from_utf16((const uint8_t *)wide.data, wide.length / 2, false, buffer);
    return wci_buffer_view(buffer);
}

static struct wci_bytes up_to_nul(struct wci_bytes text)
{
    const char *end = text.length == 0 ? NULL : memchr(text.data, '\0', text.length);

    if (end != NULL)
        text.length = (size_t)(end - text.data);
    return text;
}

enum wcab_err wci_registry_tell(struct wci_registry_reading *reading, struct wci_bytes name,
                                uint32_t type, struct wci_bytes data, bool wide)
{
    struct wci_registry_value value = {
        .key = wci_buffer_view(&reading->path), .name = name, .type = type, .data = data};
    struct wci_cursor cursor;

    if (is_text(type))
        value.data = up_to_nul(wide ? converted(data, &reading->text) : data);
    if ((type == WCI_REGISTRY_NUMBER || type == WCI_REGISTRY_BINARY) && data.length == 4) {
        cursor = wci_cursor_of(data.data, data.length);
        value.number = wci_cursor_u32(&cursor);
    }
    if (!reading->text.ok || !reading->path.ok)
        return wci_error_nomem(reading->err);
    return reading->visitor->value(reading->visitor->context, &value, reading->err);
}

static enum wcab_err read_format(struct wci_registry_reading *reading)
{
    struct wci_cursor cursor = wci_registry_at(reading, 0);
    const uint8_t *magic = wci_cursor_bytes(&cursor, 4);
    enum wcab_err code;

    if (magic != NULL && memcmp(magic, "CREG", 4) == 0)
        code = wci_registry_9x_read(reading);
    else if (magic != NULL && memcmp(magic, "regf", 4) == 0)
        code = wci_registry_nt_read(reading);
    else
        return wci_error_set(reading->err, WCAB_ERR_FORMAT,
                             "is no registry: neither CREG nor regf");
    if (code == WCAB_OK && reading->damaged)
        code = wci_error_set_at(reading->err, WCAB_ERR_CORRUPT, reading->damaged_at, "%s",
                                reading->damage);
    return code;
}

enum wcab_err wci_registry_read(struct wci_source *source,
                                const struct wci_registry_visitor *visitor, struct wcab_error *err)
{
    struct wci_registry_reading reading = {.visitor = visitor, .err = err};
    uint64_t size = wci_source_size(source);
    uint8_t *data;
    enum wcab_err code;

    if (size > WCI_REGISTRY_BYTES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "a registry of more than %d bytes",
                             WCI_REGISTRY_BYTES);
    data = malloc((size_t)size + 1);
    if (data == NULL)
        return wci_error_nomem(err);
    wci_buffer_init(&reading.path);
    wci_buffer_init(&reading.name);
    wci_buffer_init(&reading.text);
    reading.data = data;
    reading.size = (size_t)size;
    reading.budget = (size_t)size / SMALLEST_KEY + 1;
    reading.values = (size_t)size / SMALLEST_VALUE + 1;
    code = wci_source_read_at(source, 0, data, (size_t)size, err);
    if (code == WCAB_OK)
        code = read_format(&reading);
    wci_buffer_free(&reading.path);
    wci_buffer_free(&reading.name);
    wci_buffer_free(&reading.text);
    free(data);
    return code;
}
