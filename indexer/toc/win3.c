/*
 * win3 - SETUP.INF of Windows 3.0, 3.1 and Windows for Workgroups.
 *
 *     [disks]
 *     1 =. ,"Windows Disk 1",disk1           (folder, title, file that tells the disk)
 *     [any other section]
 *     2:REALNAME.EXT, "text", ...            (also in any further field, or behind a key)
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

static void take_disk(struct wci_toc *toc, const struct wci_inf_line *line)
{
    uint32_t number = wci_toc_disk(toc, line->key);
    struct wci_bytes folder = wci_inf_field(line, 0);

    if (number == WCI_NONE)
        return;
    while (folder.length > 0 && (folder.data[0] == '.' || folder.data[0] == '\\')) {
        folder.data++;
        folder.length--;
    }
    toc->disks[number].title = wci_toc_text(toc, wci_inf_field(line, 1));
    toc->disks[number].tag = wci_toc_text(toc, wci_inf_field(line, 2));
    toc->disks[number].folder = wci_toc_text(toc, folder);
}

/* "2:REALNAME.EXT" of a disk that the table has. */
static void take_reference(struct wci_toc *toc, struct wci_bytes field, size_t disks)
{
    struct wci_toc_file file = {.disk = WCI_NONE};
    const char *colon = field.length == 0 ? NULL : memchr(field.data, ':', field.length);
    struct wci_bytes id;
    size_t i;

    if (colon == NULL)
        return;
    id.data = field.data;
    id.length = (size_t)(colon - field.data);
    for (i = 0; i < disks && !wci_text_equal_folded(toc->disks[i].id, id); i++)
        ;
    if (i == disks || id.length == 0)
        return;
    file.disk = (uint32_t)i;
    file.name.data = colon + 1;
    file.name.length = field.length - id.length - 1;
    for (i = 0; i < file.name.length && file.name.data[i] != ' ' && file.name.data[i] != '\t'; i++)
        ;
    file.name.length = i;
    for (i = toc->file_count; i > 0 && toc->file_count - i < 400; i--) { /* named again and again */
        if (toc->files[i - 1].disk == file.disk &&
            wci_text_equal_folded(toc->files[i - 1].name, file.name))
            return;
    }
    wci_toc_add(toc, &file);
}

bool wci_toc_parse_win3(struct wci_toc *toc, struct wci_bytes text)
{
    size_t before = toc->disk_count, disks, i;
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (line.key.length > 0 && wci_inf_in(&line, "disks"))
            take_disk(toc, &line);
    }
    disks = toc->disk_count;
    if (disks == before)
        return false;
    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        for (i = 0; i < line.count; i++)
            take_reference(toc, line.fields[i], disks);
    }
    return true;
}
