/*
 * layout - tables with [SourceDisksNames] and [SourceDisksFiles].
 *
 * Windows 95, 98, Me: LAYOUT.INF, LAYOUT1.INF, LAYOUT2.INF.
 *     [SourceDisksNames]  number = "how the disk is called", "CABINET", 0
 *     [SourceDisksFiles]  file = number,, size       (number 0: loose beside the cabinets)
 * Windows NT 4 and later: LAYOUT.INF, TXTSETUP.SIF.
 *     [SourceDisksNames]  number = "text", tagfile,, \folder   (also with .x86 and its like behind)
 *     [SourceDisksFiles]  file = number, folder, size, ...
 * (Windows 95 DDK and Windows NT DDK, "INF File Sections".)
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

static bool section_begins(const struct wci_inf_line *line, const char *start)
{
    struct wci_bytes section = line->section;
    size_t length = strlen(start);

    if (section.length > length && section.data[length] == '.')
        section.length = length;
    return wci_text_equal_folded(section, wci_bytes_of(start));
}

static bool ends_in_cab(struct wci_bytes name)
{
    struct wci_bytes end = name;

    if (name.length < 5)
        return false;
    end.data += name.length - 4;
    end.length = 4;
    return wci_text_equal_folded(end, wci_bytes_of(".CAB"));
}

static struct wci_bytes without_slashes(struct wci_bytes path)
{
    while (path.length > 0 && (path.data[0] == '\\' || path.data[0] == '.')) {
        path.data++;
        path.length--;
    }
    while (path.length > 0 && path.data[path.length - 1] == '\\')
        path.length--;
    return path;
}

static void take_disk(struct wci_toc *toc, const struct wci_inf *inf,
                      const struct wci_inf_line *line)
{
    uint32_t number = wci_toc_disk(toc, line->key);
    struct wci_bytes tag = wci_inf_resolve(inf, wci_inf_field(line, 1));
    struct wci_toc_disk *disk;

    if (number == WCI_NONE)
        return;
    disk = &toc->disks[number];
    disk->title = wci_toc_text(toc, wci_inf_resolve(inf, wci_inf_field(line, 0)));
    if (ends_in_cab(tag))
        disk->cabinet = wci_toc_text(toc, tag);
    else
        disk->tag = wci_toc_text(toc, tag);
    disk->folder = wci_toc_text(toc, without_slashes(wci_inf_field(line, 3)));
}

static void take_file(struct wci_toc *toc, const struct wci_inf_line *line)
{
    struct wci_toc_file file = {.name = line->key, .disk = WCI_NONE};

    if (wci_inf_field(line, 0).length > 0)
        file.disk = wci_toc_disk(toc, wci_inf_field(line, 0));
    file.folder = without_slashes(wci_inf_field(line, 1));
    file.has_size = wci_inf_number(wci_inf_field(line, 2), &file.size);
    wci_toc_add(toc, &file);
}

bool wci_toc_parse_layout(struct wci_toc *toc, struct wci_bytes text)
{
    struct wci_inf inf;
    struct wci_inf_line line;
    bool found = false;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (line.key.length == 0)
            continue;
        if (section_begins(&line, "SourceDisksNames")) {
            take_disk(toc, &inf, &line);
        } else if (section_begins(&line, "SourceDisksFiles")) {
            take_file(toc, &line);
            found = true;
        }
    }
    return found;
}
