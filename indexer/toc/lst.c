/*
 * lst - SETUP.LST and SET.LST: what the first disk's bootstrap unpacks.
 *
 * Visual Basic 4:
 *     [BootStrap], [Files]
 *     File1=disk,,PACKED.NM_,REAL.NAM,$(WinSysPath),...,date,unpacked size,version
 * Visual Basic 3 and the Setup toolkit:
 *     [Files]
 *     PACKED.NM_ = real.nam
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

static bool begins_with(struct wci_bytes text, const char *start)
{
    size_t length = strlen(start);

    return text.length > length &&
           wci_text_equal_folded((struct wci_bytes){text.data, length}, wci_bytes_of(start));
}

static void take_numbered(struct wci_toc *toc, const struct wci_inf_line *line)
{
    struct wci_toc_file file = {.packed = wci_inf_field(line, 2), .name = wci_inf_field(line, 3)};
    uint64_t number;
    size_t i;

    file.disk = wci_toc_disk(toc, wci_inf_field(line, 0));
    if (file.name.length == 0)
        file.name = file.packed;
    for (i = 5; i < line->count; i++) {
        struct wci_bytes field = line->fields[i];

        if (file.has_size && file.version == 0)
            file.version = wci_inf_version(field);
        else if (!file.has_size && wci_inf_number(field, &number)) {
            file.has_size = true;
            file.size = number;
        }
    }
    wci_toc_add(toc, &file);
}

bool wci_toc_parse_lst(struct wci_toc *toc, struct wci_bytes text)
{
    size_t before = toc->file_count;
    struct wci_inf inf;
    struct wci_inf_line line;
    uint64_t number;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (!wci_inf_in(&line, "Files") && !wci_inf_in(&line, "BootStrap") &&
            !wci_inf_in(&line, "Bootstrap Files") && !wci_inf_in(&line, "Setup1 Files"))
            continue;
        if (begins_with(line.key, "File") && line.count >= 4 &&
            wci_inf_number(wci_inf_field(&line, 0), &number)) {
            take_numbered(toc, &line);
        } else if (line.count == 1 && memchr(line.key.data, '.', line.key.length) != NULL) {
            struct wci_toc_file file = {.packed = line.key,
                                        .name = wci_bytes_base_name(wci_inf_field(&line, 0)),
                                        .disk = WCI_NONE};

            wci_toc_add(toc, &file);
        }
    }
    return toc->file_count > before;
}
