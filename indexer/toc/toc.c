/*
 * toc - see toc.h.
 */
#include "indexer/toc/toc.h"

#include <string.h>

#include "core/text.h"

void wci_toc_init(struct wci_toc *toc, struct wci_arena *arena)
{
    memset(toc, 0, sizeof(*toc));
    toc->arena = arena;
    toc->ok = true;
}

/* ---- what a file may be ------------------------------------------------------------------- */

/* Whether `name` fits `pattern`, in which '?' is any one byte or none at the end, and '*' at its
 * beginning any run.  A packed file's last letter is '_' or '$'. */
static bool name_fits(struct wci_bytes name, const char *pattern)
{
    size_t length = strlen(pattern), i;

    if (pattern[0] == '*') {
        pattern++;
        length--;
        if (name.length < length)
            return false;
        name.data += name.length - length;
        name.length = length;
    }
    if (name.length != length)
        return false;
    for (i = 0; i < length; i++) {
        char c = name.data[i];

        c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (c == pattern[i] || (pattern[i] == '?' && c != '.'))
            continue;
        if (i + 1 == length && (c == '_' || c == '$') && memchr(pattern, '.', length) != NULL)
            continue;
        return false;
    }
    return true;
}

enum wci_toc_kind wci_toc_kind_of(struct wci_bytes name)
{
    static const struct {
        const char *pattern;
        enum wci_toc_kind kind;
    } known[] = {{"LAYOUT.INF", WCI_TOC_LAYOUT},
                 {"LAYOUT?.INF", WCI_TOC_LAYOUT},
                 {"TXTSETUP.SIF", WCI_TOC_LAYOUT},
                 {"DOSNET.INF", WCI_TOC_DOSNET},
                 {"SETUP.LST", WCI_TOC_LST},
                 {"SET.LST", WCI_TOC_LST},
                 {"PACKING.LST", WCI_TOC_PACKING},
                 {"DOSSETUP.INI", WCI_TOC_DOSSETUP},
                 {"SETUP.PKG", WCI_TOC_PKG},
                 {"LOCALE.INF", WCI_TOC_LOCALE},
                 {"SETUPPP.INF", WCI_TOC_SETUPPP},
                 {"*.CIF", WCI_TOC_CIF},
                 {"*.INF", WCI_TOC_INF}};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (name_fits(name, known[i].pattern))
            return known[i].kind;
    }
    return WCI_TOC_NONE;
}

/* ---- building ----------------------------------------------------------------------------- */

struct wci_bytes wci_toc_text(struct wci_toc *toc, struct wci_bytes text)
{
    static const struct wci_bytes none = {"", 0};
    struct wci_bytes copy;

    if (text.length > WCI_TOC_TEXT)
        text.length = WCI_TOC_TEXT;
    if (text.length == 0)
        return none;
    copy = wci_arena_bytes(toc->arena, text);
    if (copy.data == NULL) {
        toc->ok = false;
        return none;
    }
    return copy;
}

/* Room for one more in an array of the arena. */
static bool make_room(struct wci_toc *toc, void **array, size_t count, size_t *capacity,
                      size_t size)
{
    size_t larger = *capacity == 0 ? 64 : 2 * *capacity;
    void *made;

    if (count < *capacity)
        return true;
    made = wci_arena_calloc(toc->arena, larger, size);
    if (made == NULL) {
        toc->ok = false;
        return false;
    }
    if (count > 0)
        memcpy(made, *array, count * size);
    *array = made;
    *capacity = larger;
    return true;
}

uint32_t wci_toc_disk(struct wci_toc *toc, struct wci_bytes id)
{
    void *disks = toc->disks;
    size_t i;

    for (i = toc->disk_count; i > 0; i--) { /* rows name the last ones most often */
        if (wci_text_equal_folded(toc->disks[i - 1].id, id))
            return (uint32_t)(i - 1);
    }
    if (toc->disk_count >= WCI_TOC_DISKS ||
        !make_room(toc, &disks, toc->disk_count, &toc->disk_capacity, sizeof(*toc->disks)))
        return WCI_NONE;
    toc->disks = disks;
    memset(&toc->disks[toc->disk_count], 0, sizeof(*toc->disks));
    toc->disks[toc->disk_count].id = wci_toc_text(toc, id);
    return (uint32_t)toc->disk_count++;
}

static bool is_name(struct wci_bytes name)
{
    static const char never[] = "\\/:*?\"<>|";
    size_t i;

    if (name.length == 0 || name.length > WCI_TOC_TEXT)
        return false;
    for (i = 0; i < name.length; i++) {
        if ((unsigned char)name.data[i] < ' ' || strchr(never, name.data[i]) != NULL)
            return false;
    }
    return true;
}

/* Folders with the separator of volumes. */
static struct wci_bytes folder_text(struct wci_toc *toc, struct wci_bytes folder)
{
    struct wci_bytes copy = wci_toc_text(toc, folder);
    char *text;
    size_t i;

    if (memchr(copy.data, '\\', copy.length) == NULL)
        return copy;
    text = wci_arena_alloc(toc->arena, copy.length + 1);
    if (text == NULL) {
        toc->ok = false;
        return copy;
    }
    for (i = 0; i < copy.length; i++)
        text[i] = copy.data[i] == '\\' ? '/' : copy.data[i];
    text[copy.length] = '\0';
    copy.data = text;
    return copy;
}

void wci_toc_add(struct wci_toc *toc, const struct wci_toc_file *file)
{
    void *files = toc->files;
    struct wci_toc_file *added;

    if (!toc->ok || !is_name(file->name) || toc->file_count >= WCI_TOC_FILES ||
        !make_room(toc, &files, toc->file_count, &toc->file_capacity, sizeof(*toc->files)))
        return;
    toc->files = files;
    added = &toc->files[toc->file_count];
    *added = *file;
    added->name = wci_toc_text(toc, file->name);
    added->packed = is_name(file->packed) ? wci_toc_text(toc, file->packed)
                                          : wci_toc_text(toc, (struct wci_bytes){"", 0});
    added->folder = folder_text(toc, file->folder);
    toc->file_count += toc->ok;
}

void wci_toc_fact(struct wci_toc *toc, const char *key, struct wci_bytes value)
{
    if (toc->fact_count >= WCI_TOC_FACTS || wci_toc_fact_of(toc, key).length > 0)
        return;
    toc->facts[toc->fact_count].key = wci_bytes_of(key);
    toc->facts[toc->fact_count++].value = wci_toc_text(toc, value);
}

struct wci_bytes wci_toc_fact_of(const struct wci_toc *toc, const char *key)
{
    size_t i;

    for (i = 0; i < toc->fact_count; i++) {
        if (wci_bytes_equal(toc->facts[i].key, wci_bytes_of(key)))
            return toc->facts[i].value;
    }
    return (struct wci_bytes){"", 0};
}

/* ---- parsing ------------------------------------------------------------------------------ */

static bool parse_text(struct wci_toc *toc, enum wci_toc_kind kind, struct wci_bytes text)
{
    switch (kind) {
    case WCI_TOC_LAYOUT:
        return wci_toc_parse_layout(toc, text);
    case WCI_TOC_DOSNET:
        return wci_toc_parse_dosnet(toc, text);
    case WCI_TOC_INF:
        return wci_toc_parse_mssetup(toc, text) || wci_toc_parse_win3(toc, text);
    case WCI_TOC_LST:
        return wci_toc_parse_lst(toc, text);
    case WCI_TOC_PACKING:
        return wci_toc_parse_packing(toc, text);
    case WCI_TOC_DOSSETUP:
        return wci_toc_parse_dossetup(toc, text);
    case WCI_TOC_PKG:
        return wci_toc_parse_pkg(toc, text);
    case WCI_TOC_CIF:
        return wci_toc_parse_cif(toc, text);
    case WCI_TOC_LOCALE:
        return wci_toc_parse_locale(toc, text);
    case WCI_TOC_SETUPPP:
        return wci_toc_parse_setuppp(toc, text);
    case WCI_TOC_NONE:
        break;
    }
    return false;
}

bool wci_toc_parse(struct wci_toc *toc, enum wci_toc_kind kind, struct wci_bytes text)
{
    struct wci_buffer utf8;
    bool was;

    if (text.length > WCI_TOC_BYTES)
        text.length = WCI_TOC_BYTES;
    if (text.length < 2 || memcmp(text.data, "\xFF\xFE", 2) != 0)
        return parse_text(toc, kind, text);
    wci_buffer_init(&utf8);
    wci_text_from_utf16((const uint8_t *)text.data + 2, (text.length - 2) / 2, false, &utf8);
    toc->ok = toc->ok && utf8.ok;
    was = utf8.ok && parse_text(toc, kind, wci_buffer_view(&utf8));
    wci_buffer_free(&utf8);
    return was;
}
