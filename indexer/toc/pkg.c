/*
 * pkg - SETUP.PKG of InstallShield 3: the files of its archives.
 *
 * An archive: u16 groups, each a name (u8 length, bytes); u32 files, each u16 group, u32 packed
 * size, u8 length, name, u8 0; then the archive's own name the same way.  Sizes are packed ones:
 * none is told.
 */
#include "core/cursor.h"
#include "indexer/toc/toc.h"

enum { GROUPS = 1000 };

static struct wci_bytes get_name(struct wci_cursor *cursor)
{
    uint8_t length = wci_cursor_u8(cursor);
    const uint8_t *bytes = wci_cursor_bytes(cursor, length);

    return (struct wci_bytes){(const char *)bytes, bytes == NULL ? 0 : length};
}

bool wci_toc_parse_pkg(struct wci_toc *toc, struct wci_bytes bytes)
{
    struct wci_cursor cursor = wci_cursor_of(bytes.data, bytes.length);
    uint16_t groups = wci_cursor_u16(&cursor), i;
    size_t first = toc->file_count;
    struct wci_bytes archive;
    uint32_t files, k, disk;

    for (i = 0; cursor.ok && i < groups && i < GROUPS; i++)
        (void)get_name(&cursor);
    files = wci_cursor_u32(&cursor);
    if (!cursor.ok || groups == 0 || groups >= GROUPS || files > WCI_TOC_FILES ||
        files > wci_cursor_left(&cursor))
        return false;
    for (k = 0; cursor.ok && k < files; k++) {
        struct wci_toc_file file = {.disk = WCI_NONE};

        (void)wci_cursor_u16(&cursor);
        (void)wci_cursor_u32(&cursor);
        file.name = get_name(&cursor);
        cursor.ok = cursor.ok && wci_cursor_u8(&cursor) == 0;
        if (cursor.ok)
            wci_toc_add(toc, &file);
    }
    archive = get_name(&cursor);
    if (!cursor.ok || archive.length == 0) {
        toc->file_count = first;
        return false;
    }
    disk = wci_toc_disk(toc, archive);
    if (disk == WCI_NONE)
        return false;
    toc->disks[disk].cabinet = wci_toc_text(toc, archive);
    for (; first < toc->file_count; first++)
        toc->files[first].disk = disk;
    return true;
}
