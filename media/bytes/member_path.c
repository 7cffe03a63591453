/*
 * member_path - see member_path.h.
 */
#include "media/bytes/member_path.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

static bool is_dots(struct wci_bytes part)
{
    return (part.length == 1 && part.data[0] == '.') ||
           (part.length == 2 && part.data[0] == '.' && part.data[1] == '.');
}

/* False when it is too long. */
static bool add_part(struct wci_member_path *path, struct wci_bytes part)
{
    if (part.length == 0 || is_dots(part))
        return true;
    if (part.length > WCI_LIMIT_NAME || path->length + 1 + part.length > WCI_LIMIT_PATH)
        return false;
    if (path->length > 0)
        path->text[path->length++] = '/';
    memcpy(path->text + path->length, part.data, part.length);
    path->length += part.length;
    return true;
}

void wci_member_path_start(struct wci_member_path *path)
{
    path->length = 0;
}

bool wci_member_path_add(struct wci_member_path *path, struct wci_bytes given,
                         const char *separators)
{
    size_t from = 0, at;

    for (at = 0; given.length > 0 && at <= given.length; at++) {
        if (at < given.length && (given.data[at] == '\0' || !strchr(separators, given.data[at]) ||
                                  !wci_bytes_is_separator(given, at)))
            continue;
        if (!add_part(path, (struct wci_bytes){given.data + from, at - from}))
            return false;
        from = at + 1;
    }
    return true;
}

void wci_member_path_end(struct wci_member_path *path, uint64_t number)
{
    const char *slash;
    size_t folder, name;

    if (path->length == 0)
        path->length = (size_t)snprintf(path->text, sizeof(path->text), "member %llu",
                                        (unsigned long long)number);
    slash = memrchr(path->text, '/', path->length);
    folder = slash == NULL ? 0 : (size_t)(slash - path->text);
    name = slash == NULL ? 0 : folder + 1;
    path->folder = (struct wci_bytes){path->text, folder};
    path->name = (struct wci_bytes){path->text + name, path->length - name};
}

void wci_member_path_put(const struct wci_member_path *path, struct wci_entry *entry)
{
    entry->folder = path->folder;
    entry->name.bytes = path->name;
    entry->name.encoding = wci_text_is_utf8(path->name) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
}

bool wci_member_path_is(const struct wci_member_path *path, uint64_t size,
                        const struct wci_entry *entry)
{
    return wci_bytes_equal(path->folder, entry->folder) &&
           wci_bytes_equal(path->name, wci_entry_stored_name(entry)) &&
           (size == entry->size ||
            (entry->flags & (WCI_ENTRY_SIZE_UNKNOWN | WCI_ENTRY_PACKED)) != 0);
}
