/*
 * mssetup - tables of Microsoft's Setup toolkit (Win32s, Windows NT 3.1, Office 4 and their like).
 *
 *     [Source Media Descriptions]
 *     "2", "Win32s Setup Disk 2", "tag file", "..\disk2"          (Setup toolkit)
 *     2 = "Windows NT Setup Disk #2" , TAGFILE = disk2            (Windows NT 3.1)
 *
 *     [any other section]
 *     "key" = 2, REALNAME.EXT, ..., size, ..., version, ...       (key may be missing)
 *     2, REALNAME.EXT, SIZE=n
 *
 * In the toolkit's rows a field in the form yyyy-mm-dd comes before, the unpacked size is the first
 * number behind it, the version the first field behind that with dots between numbers.
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

static const char media_section[] = "Source Media Descriptions";

/* "TAGFILE = disk2": what stands behind the word. */
static struct wci_bytes named_value(struct wci_bytes field, const char *word)
{
    struct wci_bytes value = {field.data, 0}, key;
    const char *equals = field.length == 0 ? NULL : memchr(field.data, '=', field.length);

    if (equals == NULL)
        return value;
    key.data = field.data;
    key.length = (size_t)(equals - field.data);
    while (key.length > 0 && key.data[key.length - 1] == ' ')
        key.length--;
    if (!wci_text_equal_folded(key, wci_bytes_of(word)))
        return value;
    value.data = equals + 1;
    value.length = field.length - (size_t)(value.data - field.data);
    while (value.length > 0 && (value.data[0] == ' ' || value.data[0] == '"')) {
        value.data++;
        value.length--;
    }
    while (value.length > 0 && value.data[value.length - 1] == '"')
        value.length--;
    return value;
}

/* Where the fields behind the disk's number begin: 0 when the number is the key. */
static bool disk_of(const struct wci_inf_line *line, struct wci_bytes *id, size_t *first)
{
    uint64_t number;

    *first = 1;
    *id = wci_inf_field(line, 0);
    if (line->key.length > 0 && wci_inf_number(line->key, &number)) {
        *first = 0;
        *id = line->key;
    }
    return wci_inf_number(*id, &number);
}

static bool is_file_name(struct wci_bytes field)
{
    return field.length > 0 && field.length <= 12 &&
           memchr(field.data, ' ', field.length) == NULL &&
           memchr(field.data, '=', field.length) == NULL;
}

static void take_medium(struct wci_toc *toc, const struct wci_inf *inf,
                        const struct wci_inf_line *line)
{
    struct wci_bytes id, tag;
    size_t first;
    uint32_t number;

    if (!disk_of(line, &id, &first))
        return;
    number = wci_toc_disk(toc, id);
    if (number == WCI_NONE)
        return;
    toc->disks[number].title = wci_toc_text(toc, wci_inf_resolve(inf, wci_inf_field(line, first)));
    tag = named_value(wci_inf_field(line, first + 1), "TAGFILE");
    if (tag.length == 0 && is_file_name(wci_inf_field(line, first + 1)))
        tag = wci_inf_field(line, first + 1);
    if (tag.length == 0) /* else by the folder that a copy of the disk lies in */
        tag = wci_bytes_base_name(wci_inf_field(line, first + 2));
    toc->disks[number].tag = wci_toc_text(toc, tag);
}

static bool looks_like_date(struct wci_bytes field)
{
    return field.length == 10 && field.data[4] == '-' && field.data[7] == '-';
}

/* Size and version among the fields behind the name. */
static void take_numbers(const struct wci_inf_line *line, size_t at, struct wci_toc_file *file)
{
    bool dated = false;

    for (; at < line->count; at++) {
        struct wci_bytes field = line->fields[at], size = named_value(field, "SIZE");
        uint64_t number;

        if (size.length > 0 && wci_inf_number(size, &number)) {
            file->has_size = true;
            file->size = number;
            file->flags |= WCI_TOC_ROUNDED;
        } else if (looks_like_date(field)) {
            dated = true;
        } else if (dated && !file->has_size && wci_inf_number(field, &number)) {
            file->has_size = true;
            file->size = number;
        } else if (file->has_size && file->version == 0) {
            file->version = wci_inf_version(field);
        }
    }
}

static bool take_row(struct wci_toc *toc, const struct wci_inf_line *line, size_t disks)
{
    struct wci_toc_file file = {.disk = WCI_NONE};
    struct wci_bytes id, path = wci_inf_field(line, 1);
    uint64_t number;
    size_t i;

    id = wci_inf_field(line, 0);
    if (line->count < 2 || !wci_inf_number(id, &number))
        return false;
    for (i = 0; i < disks && !wci_bytes_equal(toc->disks[i].id, id); i++)
        ;
    if (i == disks)
        return false;
    file.disk = (uint32_t)i;
    file.name = wci_bytes_base_name(path);
    file.folder = path;
    file.folder.length = path.length - file.name.length;
    while (file.folder.length > 0 && file.folder.data[file.folder.length - 1] == '\\')
        file.folder.length--;
    if (memchr(file.name.data, '.', file.name.length) == NULL && line->count < 3)
        return false; /* a pair of numbers or words, not a file */
    take_numbers(line, 2, &file);
    wci_toc_add(toc, &file);
    return true;
}

bool wci_toc_parse_mssetup(struct wci_toc *toc, struct wci_bytes text)
{
    size_t disks_before = toc->disk_count, disks;
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, media_section))
            take_medium(toc, &inf, &line);
    }
    disks = toc->disk_count;
    if (disks == disks_before && disks == 0)
        return false;
    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (!wci_inf_in(&line, media_section) && !wci_inf_in(&line, "Strings"))
            (void)take_row(toc, &line, disks);
    }
    return true;
}
