/*
 * hope - see hope.h.
 */
#include "indexer/hope.h"

#include <string.h>

#include "core/text.h"

static enum wci_hope hope_of_name(struct wci_bytes name)
{
    static const struct {
        const char *extension;
        enum wci_hope hope;
    } known[] = {
        {".CAB", WCI_HOPE_CABINET}, {".DAB", WCI_HOPE_CABINET},    {".MSI", WCI_HOPE_CABINET},
        {".MSP", WCI_HOPE_CABINET}, {".MSM", WCI_HOPE_CABINET},    {".ISO", WCI_HOPE_IMAGE},
        {".IMG", WCI_HOPE_IMAGE},   {".IMA", WCI_HOPE_IMAGE},      {".DMF", WCI_HOPE_IMAGE},
        {".VFD", WCI_HOPE_IMAGE},   {".FLP", WCI_HOPE_IMAGE},      {".IMZ", WCI_HOPE_IMAGE},
        {".ZIP", WCI_HOPE_IMAGE},   {".7Z", WCI_HOPE_IMAGE},       {".RAR", WCI_HOPE_IMAGE},
        {".TAR", WCI_HOPE_IMAGE},   {".TGZ", WCI_HOPE_IMAGE},      {".TBZ", WCI_HOPE_IMAGE},
        {".TBZ2", WCI_HOPE_IMAGE},  {".TXZ", WCI_HOPE_IMAGE},      {".TZST", WCI_HOPE_IMAGE},
        {".GZ", WCI_HOPE_IMAGE},    {".XZ", WCI_HOPE_IMAGE},       {".BZ2", WCI_HOPE_IMAGE},
        {".ZST", WCI_HOPE_IMAGE},   {".LZ", WCI_HOPE_IMAGE},       {".LZ4", WCI_HOPE_IMAGE},
        {".Z", WCI_HOPE_IMAGE},     {".LZH", WCI_HOPE_IMAGE},      {".LHA", WCI_HOPE_IMAGE},
        {".ARJ", WCI_HOPE_IMAGE},   {".ACE", WCI_HOPE_IMAGE},      {".ZOO", WCI_HOPE_IMAGE},
        {".CPIO", WCI_HOPE_IMAGE},  {".EXE", WCI_HOPE_EXECUTABLE}, {".VXD", WCI_HOPE_DRIVER},
        {".386", WCI_HOPE_DRIVER},  {".HDR", WCI_HOPE_CABINET}};
    const char *dot = name.length > 0 ? memrchr(name.data, '.', name.length) : NULL;
    struct wci_bytes extension;
    size_t i;

    if (dot == NULL || dot == name.data)
        return WCI_HOPE_NONE;
    extension.data = dot;
    extension.length = (size_t)(name.data + name.length - dot);
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (wci_text_equal_folded(extension, wci_bytes_of(known[i].extension)))
            return known[i].hope;
    }
    return WCI_HOPE_NONE;
}

enum wci_hope wci_hope_of(enum wci_container_kind kind, const struct wci_entry *entry)
{
    struct wci_bytes name = entry->name.bytes;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER || kind == WCI_CONTAINER_W4)
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
