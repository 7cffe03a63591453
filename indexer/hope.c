/*
 * hope - see hope.h.
 */
#include "indexer/hope.h"

#include "media/formats.h"

static enum wci_hope hope_of_name(struct wci_bytes name)
{
    const struct wci_format *format = wci_format_of_name(name);

    if (format == NULL)
        return WCI_HOPE_NONE;
    switch (format->use) {
    case WCI_FORMAT_CABINET:
        return WCI_HOPE_CABINET;
    case WCI_FORMAT_IMAGE:
    case WCI_FORMAT_TOLD:
        return WCI_HOPE_IMAGE;
    case WCI_FORMAT_PROGRAM:
        return WCI_HOPE_EXECUTABLE;
    case WCI_FORMAT_DRIVER:
        return WCI_HOPE_DRIVER;
    case WCI_FORMAT_PACKED:
        return WCI_HOPE_PACKED;
    case WCI_FORMAT_ORDINARY:
        break;
    }
    return WCI_HOPE_NONE;
}

enum wci_hope wci_hope_of(enum wci_container_kind kind, const struct wci_entry *entry)
{
    struct wci_bytes name = entry->name.bytes;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER || kind == WCI_CONTAINER_W4 ||
        kind == WCI_CONTAINER_CONTENTS)
        return WCI_HOPE_NONE;
    /* a compressed file has one thing inside; streams of an MSI may be called anything */
    if (kind == WCI_CONTAINER_WRAPPER)
        return WCI_HOPE_IMAGE;
    if (kind == WCI_CONTAINER_OLE)
        return WCI_HOPE_CABINET;
    if (name.length > 1 && name.data[name.length - 1] == '_')
        return kind == WCI_CONTAINER_CABINET || kind == WCI_CONTAINER_INSTALLSHIELD
                   ? WCI_HOPE_NONE
                   : WCI_HOPE_PACKED;
    return hope_of_name(name);
}

bool wci_hope_is_worth_unpacking(enum wci_hope hope)
{
    return hope == WCI_HOPE_CABINET || hope == WCI_HOPE_IMAGE;
}
