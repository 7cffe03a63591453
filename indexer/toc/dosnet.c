/*
 * dosnet - DOSNET.INF of Windows NT: what WINNT.EXE copies.
 *
 *     [Directories]
 *     d1 = \
 *     [Files], [FloppyFiles.0] ...
 *     d1,REALNAME.EXT[,name when copied]
 * Files are named by their real names; which are packed is not told.
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

enum { DIRECTORIES = 64 };

struct directories {
    struct wci_bytes keys[DIRECTORIES], paths[DIRECTORIES];
    size_t count;
};

static void take_directory(struct directories *directories, const struct wci_inf_line *line)
{
    struct wci_bytes path = wci_inf_field(line, 0);

    if (directories->count == DIRECTORIES || line->key.length == 0)
        return;
    while (path.length > 0 && path.data[0] == '\\') {
        path.data++;
        path.length--;
    }
    directories->keys[directories->count] = line->key;
    directories->paths[directories->count++] = path;
}

static void take_file(struct wci_toc *toc, const struct directories *directories,
                      const struct wci_inf_line *line)
{
    struct wci_toc_file file = {.name = wci_inf_field(line, 1), .disk = WCI_NONE};
    size_t i;

    for (i = 0; i < directories->count; i++) {
        if (!wci_text_equal_folded(directories->keys[i], wci_inf_field(line, 0)))
            continue;
        file.folder = directories->paths[i];
        wci_toc_add(toc, &file);
        return;
    }
}

static bool is_list(const struct wci_inf_line *line)
{
    struct wci_bytes section = line->section;

    if (wci_text_equal_folded(section, wci_bytes_of("Files")))
        return true;
    section.length = section.length < 11 ? section.length : 11;
    return wci_text_equal_folded(section, wci_bytes_of("FloppyFiles"));
}

bool wci_toc_parse_dosnet(struct wci_toc *toc, struct wci_bytes text)
{
    struct directories directories = {.count = 0};
    size_t before = toc->file_count;
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, "Directories"))
            take_directory(&directories, &line);
    }
    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (is_list(&line))
            take_file(toc, &directories, &line);
    }
    return toc->file_count > before;
}
