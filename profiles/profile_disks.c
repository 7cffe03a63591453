/*
 * profile_disks - the disks of a profile: the line that names them, their sections, their defaults.
 */
#include <string.h>

#include "core/error.h"
#include "profiles/parser.h"
#include "profiles/profile.h"

struct wci_profile_disk *wci_profile_disks_find(const struct wci_parser *parser,
                                                struct wci_bytes id)
{
    struct wci_profile_disk *disks = parser->disks.items;
    size_t i;

    for (i = 0; i < parser->disks.count; i++) {
        if (wci_bytes_equal(disks[i].id, id))
            return &disks[i];
    }
    return NULL;
}

static enum wcab_err add_disk(struct wci_parser *parser, struct wci_bytes id)
{
    struct wci_profile_disk *disk;

    if (id.length == 0 || id.length > 16)
        return wci_parser_fail(parser, "a disk's name has 1 to 16 bytes");
    if (wci_profile_disks_find(parser, id) != NULL)
        return wci_parser_fail(parser, "disk named twice");
    if (parser->disks.count >= WCI_PROFILE_DISKS)
        return wci_parser_fail(parser, "too many disks");
    disk = wci_parser_append(parser, &parser->disks);
    if (disk == NULL)
        return wci_parser_code(parser);
    disk->id = id;
    return WCAB_OK;
}

/* "3-13": the disks of that range. */
static enum wcab_err add_disk_range(struct wci_parser *parser, struct wci_bytes first,
                                    struct wci_bytes last)
{
    uint64_t from, to, n;

    if (!wci_parser_number(first, 10, WCI_PROFILE_DISKS, &from) ||
        !wci_parser_number(last, 10, WCI_PROFILE_DISKS, &to) || from > to)
        return wci_parser_fail(parser, "not a range of disks");
    for (n = from; n <= to; n++) {
        char digits[8];
        struct wci_bytes id = {digits, 0};
        uint64_t divisor = n >= 100 ? 100 : n >= 10 ? 10 : 1;
        enum wcab_err code;

        for (; divisor > 0; divisor /= 10)
            digits[id.length++] = (char)('0' + n / divisor % 10);
        id = wci_arena_bytes(parser->profile->arena, id);
        if (id.data == NULL)
            return wci_error_nomem(parser->err);
        code = add_disk(parser, id);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

enum wcab_err wci_profile_disks_line(struct wci_parser *parser, struct wci_bytes value)
{
    if (parser->disks.count > 0)
        return wci_parser_fail(parser, "key given twice");
    while (value.length > 0) {
        struct wci_bytes word, first, last;
        enum wcab_err code;

        value = wci_parser_cut(value, " ", &word);
        last = wci_parser_cut(word, "-", &first);
        code = last.data != NULL ? add_disk_range(parser, first, last) : add_disk(parser, first);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static bool is_numbered(const struct wci_profile_disk *disk)
{
    return disk->id.data[0] >= '0' && disk->id.data[0] <= '9';
}

/* The template with "%" replaced by the disk's name. */
static enum wcab_err fill_template(struct wci_parser *parser, struct wci_bytes pattern,
                                   struct wci_bytes id, struct wci_bytes *out)
{
    size_t i, count = 0;
    char *place;

    for (i = 0; i < pattern.length; i++)
        count += pattern.data[i] == '%';
    place = wci_arena_alloc(parser->profile->arena, pattern.length + count * id.length + 1);
    if (place == NULL)
        return wci_error_nomem(parser->err);
    out->data = place;
    for (i = 0; i < pattern.length; i++) {
        if (pattern.data[i] == '%') {
            memcpy(place, id.data, id.length);
            place += id.length;
        } else {
            *place++ = pattern.data[i];
        }
    }
    out->length = (size_t)(place - out->data);
    *place = '\0';
    return WCAB_OK;
}

/* How to ask for a disk when the profile has no words for it: "<title>, disk <n>". */
static enum wcab_err default_insert(struct wci_parser *parser, struct wci_profile_disk *disk)
{
    static const char between[] = ", disk ";
    struct wci_bytes title = parser->profile->title;
    size_t length = title.length + sizeof(between) - 1 + disk->id.length;
    char *place = wci_arena_alloc(parser->profile->arena, length + 1);

    if (place == NULL)
        return wci_error_nomem(parser->err);
    memcpy(place, title.data, title.length);
    memcpy(place + title.length, between, sizeof(between) - 1);
    memcpy(place + title.length + sizeof(between) - 1, disk->id.data, disk->id.length);
    place[length] = '\0';
    disk->insert.data = place;
    disk->insert.length = length;
    return WCAB_OK;
}

enum wcab_err wci_profile_disks_finish(struct wci_parser *parser, struct wci_profile_disk *disk)
{
    enum wcab_err code = WCAB_OK;

    if (is_numbered(disk)) {
        if (disk->label.length == 0 && parser->label.length > 0)
            code = fill_template(parser, parser->label, disk->id, &disk->label);
        if (code == WCAB_OK && disk->format.length == 0)
            disk->format = parser->format;
        if (code == WCAB_OK && disk->insert.length == 0 && parser->insert.length > 0)
            code = fill_template(parser, parser->insert, disk->id, &disk->insert);
    }
    if (code == WCAB_OK && disk->insert.length == 0)
        code = default_insert(parser, disk);
    return code;
}

enum wcab_err wci_profile_disks_key(struct wci_parser *parser, struct wci_bytes key,
                                    struct wci_bytes value)
{
    uint64_t number;

    if (wci_parser_is(key, "label"))
        return wci_parser_set_once(parser, &parser->disk->label, value);
    if (wci_parser_is(key, "format"))
        return wci_parser_set_once(parser, &parser->disk->format, value);
    if (wci_parser_is(key, "insert"))
        return wci_parser_set_once(parser, &parser->disk->insert, value);
    if (wci_parser_is(key, "serial")) {
        struct wci_bytes high, low = wci_parser_cut(value, "-", &high);
        uint64_t low_number;

        if (!wci_parser_number(high, 16, 0xFFFF, &number) ||
            !wci_parser_number(low, 16, 0xFFFF, &low_number))
            return wci_parser_fail(parser, "a serial number is written 1234-ABCD");
        parser->disk->serial = (uint32_t)(number << 16 | low_number);
        return WCAB_OK;
    }
    return wci_parser_fail(parser, "unknown key in [disk]");
}
