/*
 * zip_scan - see zip_scan.h.
 */
#include "media/archive/zip_scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"

enum {
    PIECE = 64 * 1024,
    OVERLAP = 3,
    LOCAL_SIZE = 30,
    NAMES_MOST = 2 * 65535,
    BEHIND_SIZE = 16,
    SEARCHES_IN_VAIN = 16 /* for sizes: each may read all of the archive */
};

struct scan {
    struct wci_source *source;
    const struct wci_budget *budget;
    unsigned in_vain;
    uint8_t piece[PIECE + NAMES_MOST];
};

enum mark { MARK_NONE, MARK_LOCAL, MARK_CENTRAL, MARK_BEHIND };

static enum mark mark_of(const uint8_t *bytes)
{
    if (memcmp(bytes, "PK\3\4", 4) == 0)
        return MARK_LOCAL;
    if (memcmp(bytes, "PK\1\2", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0)
        return MARK_CENTRAL;
    return memcmp(bytes, "PK\7\10", 4) == 0 ? MARK_BEHIND : MARK_NONE;
}

/* Finds the next header at or behind *at, which is moved there; MARK_NONE at the end. */
static enum wcab_err find_mark(struct scan *scan, uint64_t *at, enum mark *mark,
                               struct wcab_error *err)
{
    uint64_t size = wci_source_size(scan->source);
    enum wcab_err code = WCAB_OK;

    *mark = MARK_NONE;
    while (code == WCAB_OK && *at < size && size - *at >= 4) {
        size_t got = 0, i;

        code = wci_budget_check_time(scan->budget, err);
        if (code == WCAB_OK)
            code = wci_source_read_some(scan->source, *at, scan->piece, PIECE, &got, err);
        for (i = 0; code == WCAB_OK && i + OVERLAP < got; i++) {
            const uint8_t *next = memchr(scan->piece + i, 'P', got - OVERLAP - i);

            if (next == NULL)
                break;
            i = (size_t)(next - scan->piece);
            *mark = mark_of(next);
            if (*mark != MARK_NONE) {
                *at += i;
                return WCAB_OK;
            }
        }
        *at += got - OVERLAP;
    }
    *at = size;
    return code;
}

/* Reads the local header at `at`; *is_one: whether there is a whole one. */
static enum wcab_err read_local(struct scan *scan, uint64_t at, struct wci_zip_member *member,
                                uint64_t *data, bool *is_one, struct wcab_error *err)
{
    struct wci_cursor cursor;
    size_t got = 0, name, extra;
    enum wcab_err code = wci_source_read_some(scan->source, at, scan->piece, LOCAL_SIZE, &got, err);

    if (code == WCAB_OK && got == LOCAL_SIZE) {
        cursor = wci_cursor_of(scan->piece + LOCAL_SIZE - 4, 4);
        name = wci_cursor_u16(&cursor);
        extra = wci_cursor_u16(&cursor);
        code = wci_source_read_some(scan->source, at, scan->piece, LOCAL_SIZE + name + extra, &got,
                                    err);
    }
    cursor = wci_cursor_of(scan->piece, got);
    memset(member, 0, sizeof(*member));
    wci_cursor_skip(&cursor, 6);
    wci_zip_scan_fields(&cursor, member);
    name = wci_cursor_u16(&cursor);
    extra = wci_cursor_u16(&cursor);
    member->name = (struct wci_bytes){(const char *)wci_cursor_bytes(&cursor, name), name};
    wci_zip_scan_extra(&cursor, extra, member);
    member->header = at;
    *data = at + LOCAL_SIZE + name + extra;
    *is_one = code == WCAB_OK && cursor.ok;
    return code;
}

/* Sizes and checksum that stand behind the bytes, with their mark or without. */
static bool take_sizes(struct scan *scan, uint64_t data, uint64_t at, bool marked,
                       struct wci_zip_member *member)
{
    uint8_t bytes[BEHIND_SIZE] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    size_t length = marked ? BEHIND_SIZE : BEHIND_SIZE - 4;
    uint64_t start = marked ? at : at - length, packed;
    uint32_t crc;

    if (!marked && at - data < length)
        return false;
    if (wci_source_read_at(scan->source, start, bytes, length, NULL) != WCAB_OK)
        return false;
    wci_cursor_skip(&cursor, marked ? 4 : 0);
    crc = wci_cursor_u32(&cursor);
    packed = wci_cursor_u32(&cursor);
    if (packed != ((start - data) & UINT32_MAX))
        return false;
    member->crc = crc;
    member->packed = start - data;
    member->size = wci_cursor_u32(&cursor);
    return true;
}

/* Searches the end of a member that is told behind it; *at: where to go on. */
static enum wcab_err find_sizes(struct scan *scan, uint64_t data, struct wci_zip_member *member,
                                uint64_t *at, struct wcab_error *err)
{
    enum mark mark = MARK_BEHIND;
    enum wcab_err code = WCAB_OK;

    *at = data;
    while (code == WCAB_OK && mark != MARK_NONE && scan->in_vain < SEARCHES_IN_VAIN) {
        code = find_mark(scan, at, &mark, err);
        if (code != WCAB_OK || mark == MARK_NONE)
            break;
        if (take_sizes(scan, data, *at, mark == MARK_BEHIND, member))
            return WCAB_OK;
        (*at)++;
    }
    scan->in_vain++;
    *at = data; /* no end: what lies in it may be members of their own */
    member->packed = wci_source_size(scan->source) - data;
    return code;
}

/* Takes the member whose header is at *at, which is moved behind it. */
static enum wcab_err take_member(struct scan *scan, uint64_t *at,
                                 struct wci_zip_directory *directory, struct wcab_error *err)
{
    struct wci_zip_member member;
    uint64_t data = 0, size = wci_source_size(scan->source), header = *at;
    char name[WCI_LIMIT_PATH];
    bool is_one;
    enum wcab_err code = read_local(scan, header, &member, &data, &is_one, err);

    *at = header + 4;
    if (code != WCAB_OK || !is_one || data > size)
        return code;
    if (member.name.length > sizeof(name))
        return WCAB_OK;
    if (member.name.length > 0) /* searching takes the piece over */
        memcpy(name, member.name.data, member.name.length);
    member.name.data = name;
    if (member.flags & WCI_ZIP_SIZES_BEHIND && member.packed == 0)
        code = find_sizes(scan, data, &member, at, err);
    else
        *at = member.packed > size - data ? data : data + member.packed;
    return code == WCAB_OK ? wci_zip_scan_add(directory, &member, err) : code;
}

enum wcab_err wci_zip_scan(struct wci_source *source, const struct wci_budget *budget,
                           struct wci_zip_directory *directory, struct wcab_error *err)
{
    struct scan *scan = malloc(sizeof(*scan));
    enum mark mark = MARK_LOCAL;
    uint64_t at = 0;
    enum wcab_err code = WCAB_OK;

    if (scan == NULL)
        return wci_error_nomem(err);
    scan->source = source;
    scan->budget = budget;
    scan->in_vain = 0;
    while (code == WCAB_OK && mark != MARK_NONE) {
        code = find_mark(scan, &at, &mark, err);
        if (code == WCAB_OK && mark == MARK_LOCAL)
            code = take_member(scan, &at, directory, err);
        else
            at++;
    }
    free(scan);
    return code;
}
