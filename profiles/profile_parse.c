/*
 * profile_parse - reads the text form of a media profile; see profile.h and docs/profiles.md.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"
#include "profiles/profile.h"

enum section {
    SECTION_NONE,
    SECTION_PROFILE,
    SECTION_DISK,
    SECTION_ROLES,
    SECTION_RENAMES,
    SECTION_DIGESTS,
    SECTION_NOTES,
    SECTION_RULE,
    SECTION_COUNT
};

/* A growing array of one element type, moved into the arena when the text is read. */
struct list {
    void *items; /* owned */
    size_t count, capacity, element_size;
};

struct parser {
    struct wci_profile *profile;
    struct list chains, disks, roles, renames, digests, notes, rules, conditions;
    struct wci_bytes label, format, insert; /* templates for numbered disks */
    enum section section;
    struct wci_profile_disk *disk; /* of the current [disk] section */
    size_t line;                   /* number of the current line, from 1 */
    uint64_t offset;               /* bytes to its start */
    struct wcab_error *err;
};

static enum wcab_err fail(const struct parser *parser, const char *what)
{
    return wci_error_set_at(parser->err, WCAB_ERR_CORRUPT, parser->offset, "line %zu: %s",
                            parser->line, what);
}

/* A new zeroed element at the list's end, or NULL with the error set. */
static void *append(struct parser *parser, struct list *list)
{
    char *items;

    if (list->count >= WCI_PROFILE_ITEMS) {
        wci_error_set_at(parser->err, WCAB_ERR_LIMIT, parser->offset,
                         "line %zu: more than %d items of a kind", parser->line,
                         (int)WCI_PROFILE_ITEMS);
        return NULL;
    }
    if (!wci_mem_grow(&list->items, list->count, &list->capacity, list->element_size)) {
        wci_error_nomem(parser->err);
        return NULL;
    }
    items = list->items;
    items += list->count * list->element_size;
    memset(items, 0, list->element_size);
    list->count++;
    return items;
}

static enum wcab_err code_of(const struct parser *parser)
{
    return parser->err->code;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct wci_bytes trim(struct wci_bytes text)
{
    while (text.length > 0 && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool is(struct wci_bytes text, const char *word)
{
    return wci_bytes_equal(text, wci_bytes_of(word));
}

/* Cuts `text` at the first `separator`: *head before it, the return value behind it.  Without one
 * the head is all of it and the rest has NULL data. */
static struct wci_bytes cut(struct wci_bytes text, const char *separator, struct wci_bytes *head)
{
    struct wci_bytes rest = {NULL, 0};
    size_t length = strlen(separator);
    size_t i;

    *head = trim(text);
    for (i = 0; i + length <= text.length; i++) {
        if (memcmp(text.data + i, separator, length) != 0)
            continue;
        head->data = text.data;
        head->length = i;
        *head = trim(*head);
        rest.data = text.data + i + length;
        rest.length = text.length - i - length;
        return trim(rest);
    }
    return rest;
}

/* Decimal or (with base 16) hexadecimal number up to `limit`; false when it is none. */
static bool parse_number(struct wci_bytes text, unsigned base, uint64_t limit, uint64_t *number)
{
    static const char digits[] = "0123456789ABCDEF";
    uint64_t value = 0;
    size_t i;

    if (text.length == 0 || text.length > 19)
        return false;
    for (i = 0; i < text.length; i++) {
        char c = text.data[i];
        const char *digit;

        if (c >= 'a' && c <= 'f')
            c = (char)(c - 'a' + 'A');
        digit = c == '\0' ? NULL : strchr(digits, c);
        if (digit == NULL || (unsigned)(digit - digits) >= base)
            return false;
        value = value * base + (uint64_t)(digit - digits);
    }
    *number = value;
    return value <= limit;
}

/* Folded copy in the arena. */
static enum wcab_err fold(struct parser *parser, struct wci_bytes text, struct wci_bytes *folded)
{
    char buffer[2 * WCI_PROFILE_LINE_BYTES];
    struct wci_bytes bytes = {buffer, 0};

    bytes.length = wci_text_fold(text, buffer, sizeof(buffer));
    *folded = wci_arena_bytes(parser->profile->arena, bytes);
    return folded->data == NULL ? wci_error_nomem(parser->err) : WCAB_OK;
}

static enum wcab_err set_once(struct parser *parser, struct wci_bytes *field,
                              struct wci_bytes value)
{
    if (field->length > 0)
        return fail(parser, "key given twice");
    *field = value;
    return WCAB_OK;
}

/* ---- disks -------------------------------------------------------------------------------- */

static struct wci_profile_disk *find_disk(const struct parser *parser, struct wci_bytes id)
{
    struct wci_profile_disk *disks = parser->disks.items;
    size_t i;

    for (i = 0; i < parser->disks.count; i++) {
        if (wci_bytes_equal(disks[i].id, id))
            return &disks[i];
    }
    return NULL;
}

static enum wcab_err add_disk(struct parser *parser, struct wci_bytes id)
{
    struct wci_profile_disk *disk;

    if (id.length == 0 || id.length > 16)
        return fail(parser, "a disk's name has 1 to 16 bytes");
    if (find_disk(parser, id) != NULL)
        return fail(parser, "disk named twice");
    if (parser->disks.count >= WCI_PROFILE_DISKS)
        return fail(parser, "too many disks");
    disk = append(parser, &parser->disks);
    if (disk == NULL)
        return code_of(parser);
    disk->id = id;
    return WCAB_OK;
}

/* "3-13": the disks of that range. */
static enum wcab_err add_disk_range(struct parser *parser, struct wci_bytes first,
                                    struct wci_bytes last)
{
    uint64_t from, to, n;

    if (!parse_number(first, 10, WCI_PROFILE_DISKS, &from) ||
        !parse_number(last, 10, WCI_PROFILE_DISKS, &to) || from > to)
        return fail(parser, "not a range of disks");
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

static enum wcab_err parse_disks(struct parser *parser, struct wci_bytes value)
{
    if (parser->disks.count > 0)
        return fail(parser, "key given twice");
    while (value.length > 0) {
        struct wci_bytes word, first, last;
        enum wcab_err code;

        value = cut(value, " ", &word);
        last = cut(word, "-", &first);
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
static enum wcab_err fill_template(struct parser *parser, struct wci_bytes pattern,
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
static enum wcab_err default_insert(struct parser *parser, struct wci_profile_disk *disk)
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

static enum wcab_err finish_disk(struct parser *parser, struct wci_profile_disk *disk)
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

static enum wcab_err disk_line(struct parser *parser, struct wci_bytes key, struct wci_bytes value)
{
    uint64_t number;

    if (is(key, "label"))
        return set_once(parser, &parser->disk->label, value);
    if (is(key, "format"))
        return set_once(parser, &parser->disk->format, value);
    if (is(key, "insert"))
        return set_once(parser, &parser->disk->insert, value);
    if (is(key, "serial")) {
        struct wci_bytes high, low = cut(value, "-", &high);
        uint64_t low_number;

        if (!parse_number(high, 16, 0xFFFF, &number) || !parse_number(low, 16, 0xFFFF, &low_number))
            return fail(parser, "a serial number is written 1234-ABCD");
        parser->disk->serial = (uint32_t)(number << 16 | low_number);
        return WCAB_OK;
    }
    return fail(parser, "unknown key in [disk]");
}

/* ---- [profile] ---------------------------------------------------------------------------- */

static enum wcab_err parse_kind(struct parser *parser, struct wci_bytes value)
{
    int kind;

    for (kind = WCI_PROFILE_CD; kind <= WCI_PROFILE_FOLDER; kind++) {
        if (is(value, wci_profile_kind_name((enum wci_profile_kind)kind))) {
            parser->profile->kind = (enum wci_profile_kind)kind;
            return WCAB_OK;
        }
    }
    return fail(parser, "kind is cd, floppies, download or folder");
}

/* Ids name files and appear in command lines: letters, digits, '-', '_' and '.', not first. */
static bool is_good_id(struct wci_bytes id)
{
    size_t i;

    for (i = 0; i < id.length; i++) {
        char c = id.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!plain && (i == 0 || (c != '-' && c != '_' && c != '.')))
            return false;
    }
    return id.length > 0 && id.length <= 64;
}

static enum wcab_err profile_line(struct parser *parser, struct wci_bytes key,
                                  struct wci_bytes value)
{
    struct wci_profile *profile = parser->profile;
    const struct {
        const char *key;
        struct wci_bytes *field;
    } texts[] = {
        {"id", &profile->id},
        {"title", &profile->title},
        {"release", &profile->release},
        {"publisher", &profile->publisher},
        {"language", &profile->language},
        {"folder", &profile->folder},
        {"extract", &profile->extract_path},
        {"extract_disk", &profile->extract_disk},
        {"disk_text", &profile->disk_text},
        {"label", &parser->label},
        {"format", &parser->format},
        {"insert", &parser->insert},
    };
    uint64_t number;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (is(key, texts[i].key))
            return set_once(parser, texts[i].field, value);
    }
    if (is(key, "kind"))
        return parse_kind(parser, value);
    if (is(key, "disks"))
        return parse_disks(parser, value);
    if (is(key, "code_page")) {
        if (!parse_number(value, 10, 65535, &number))
            return fail(parser, "code_page is a number such as 437");
        profile->code_page = (int)number;
        return WCAB_OK;
    }
    if (is(key, "chain")) {
        struct wci_bytes *chain = append(parser, &parser->chains);

        if (chain == NULL)
            return code_of(parser);
        *chain = value;
        return WCAB_OK;
    }
    return fail(parser, "unknown key in [profile]");
}

/* ---- roles, renames, digests, notes ------------------------------------------------------- */

/* "PRECOPY1.CAB/COMMCTRL.DLL", "MINI.CAB" (all its files), "/SETUP.EXE" (loose). */
static enum wcab_err parse_place(struct parser *parser, struct wci_bytes key,
                                 struct wci_profile_place *place)
{
    struct wci_bytes cabinet, name = cut(key, "/", &cabinet);
    enum wcab_err code;

    if (name.data == NULL)
        name = wci_bytes_of("*");
    if (name.length == 0)
        return fail(parser, "no file name behind the slash");
    code = fold(parser, cabinet, &place->cabinet);
    return code != WCAB_OK ? code : fold(parser, name, &place->name);
}

static enum wcab_err role_line(struct parser *parser, struct wci_bytes key, struct wci_bytes value)
{
    struct wci_profile_role *role = append(parser, &parser->roles);
    struct wci_bytes name;
    int n;

    if (role == NULL)
        return code_of(parser);
    role->text = cut(value, " : ", &name);
    for (n = WCI_ROLE_SYSTEM; n <= WCI_ROLE_MINI; n++) {
        if (is(name, wci_role_name((enum wci_role)n)))
            role->role = (enum wci_role)n;
    }
    if (role->role == WCI_ROLE_UNKNOWN)
        return fail(parser, "a role is system, setup or mini");
    return parse_place(parser, key, &role->place);
}

static enum wcab_err rename_line(struct parser *parser, struct wci_bytes key,
                                 struct wci_bytes value)
{
    struct wci_profile_rename *rename = append(parser, &parser->renames);
    struct wci_bytes target, qualifier;
    enum wcab_err code;

    if (rename == NULL)
        return code_of(parser);
    rename->text = cut(value, " : ", &target);
    qualifier = cut(target, ",", &rename->installed);
    if (rename->installed.length == 0)
        return fail(parser, "no name behind the equals sign");
    if (qualifier.data != NULL && !is(qualifier, "probable"))
        return fail(parser, "only \"probable\" may stand behind the comma");
    rename->probable = qualifier.data != NULL;
    code = parse_place(parser, key, &rename->place);
    if (code == WCAB_OK && (is(rename->place.name, "*") || rename->place.name.length == 0))
        code = fail(parser, "a rename needs a file name");
    return code;
}

static enum wcab_err check_disk(struct parser *parser, struct wci_bytes id)
{
    if (id.length > 0 && find_disk(parser, id) == NULL)
        return fail(parser, "no such disk");
    return WCAB_OK;
}

/* "13" and "image": whole images; "13/WIN95_13.CAB" and "/SETUP.EXE": files. */
static enum wcab_err digest_line(struct parser *parser, struct wci_bytes key,
                                 struct wci_bytes value)
{
    struct wci_profile_digest *digest = append(parser, &parser->digests);
    size_t i;

    if (digest == NULL)
        return code_of(parser);
    if (value.length != 2 * sizeof(digest->md5))
        return fail(parser, "an MD5 digest has 32 hexadecimal digits");
    for (i = 0; i < sizeof(digest->md5); i++) {
        struct wci_bytes pair = {value.data + 2 * i, 2};
        uint64_t byte;

        if (!parse_number(pair, 16, 255, &byte))
            return fail(parser, "an MD5 digest has 32 hexadecimal digits");
        digest->md5[i] = (uint8_t)byte;
    }
    digest->file = cut(key, "/", &digest->disk);
    if (digest->file.data == NULL && is(digest->disk, "image"))
        digest->disk.length = 0;
    return check_disk(parser, digest->disk);
}

static enum wcab_err note_line(struct parser *parser, struct wci_bytes key, struct wci_bytes value)
{
    struct wci_profile_note *note = append(parser, &parser->notes);
    struct wci_bytes word;

    if (note == NULL)
        return code_of(parser);
    note->disk = cut(key, " ", &word);
    note->bad = is(word, "bad");
    note->text = value;
    if (!note->bad && !is(word, "note"))
        return fail(parser, "unknown key in [notes]");
    return check_disk(parser, note->disk);
}

/* ---- recognition rules -------------------------------------------------------------------- */

/* "HH:MM" as the upper bits of a DOS time. */
static bool parse_clock(struct wci_bytes text, uint64_t *clock)
{
    uint64_t hours, minutes;

    if (text.length != 5 || text.data[2] != ':' ||
        !parse_number((struct wci_bytes){text.data, 2}, 10, 23, &hours) ||
        !parse_number((struct wci_bytes){text.data + 3, 2}, 10, 59, &minutes))
        return false;
    *clock = hours << 6 | minutes;
    return true;
}

/* "NAME NUMBER" or "NAME DATE": the last word is the number. */
static enum wcab_err parse_named_number(struct parser *parser, struct wci_bytes value,
                                        struct wci_rule_condition *condition)
{
    struct wci_bytes name = value, number = value;
    char date[24];

    while (name.length > 0 && !is_blank(name.data[name.length - 1]))
        name.length--;
    number.data = value.data + name.length;
    number.length = value.length - name.length;
    name = trim(name);
    if (name.length == 0)
        return fail(parser, "a name and a value are wanted");
    if (condition->test == WCI_RULE_SIZE) {
        if (!parse_number(number, 10, UINT64_MAX, &condition->number))
            return fail(parser, "not a number of bytes");
    } else if (condition->test == WCI_RULE_ENTRY_TIME) {
        if (!parse_clock(number, &condition->number))
            return fail(parser, "not a time (HH:MM)");
    } else {
        if (number.length >= sizeof(date))
            return fail(parser, "not a date");
        memcpy(date, number.data, number.length);
        date[number.length] = '\0';
        condition->number = wci_dostime_parse(date) >> 16;
        if (condition->number == 0)
            return fail(parser, "not a date (YYYY-MM-DD)");
    }
    return fold(parser, name, &condition->pattern);
}

static enum wcab_err add_condition(struct parser *parser, enum wci_rule_test test,
                                   struct wci_bytes value)
{
    struct wci_profile_rule *rules = parser->rules.items;
    struct wci_rule_condition *condition = append(parser, &parser->conditions);

    if (condition == NULL)
        return code_of(parser);
    condition->test = test;
    rules[parser->rules.count - 1].condition_count++;
    if (test == WCI_RULE_SIZE || test == WCI_RULE_DATED || test == WCI_RULE_ENTRY_TIME)
        return parse_named_number(parser, value, condition);
    if (test == WCI_RULE_SET_ID) {
        if (!parse_number(value, 10, 65535, &condition->number))
            return fail(parser, "a set id is a number up to 65535");
        return WCAB_OK;
    }
    return fold(parser, value, &condition->pattern);
}

static enum wcab_err rule_line(struct parser *parser, struct wci_bytes key, struct wci_bytes value)
{
    static const struct {
        const char *key;
        enum wci_rule_test test;
    } tests[] = {
        {"has", WCI_RULE_HAS},     {"lacks", WCI_RULE_LACKS},   {"folder", WCI_RULE_FOLDER},
        {"label", WCI_RULE_LABEL}, {"format", WCI_RULE_FORMAT}, {"dated", WCI_RULE_DATED},
        {"size", WCI_RULE_SIZE},   {"set_id", WCI_RULE_SET_ID}, {"entry_time", WCI_RULE_ENTRY_TIME},
    };
    struct wci_profile_rule *rules = parser->rules.items;
    struct wci_profile_rule *rule = &rules[parser->rules.count - 1];
    enum wcab_err code;
    size_t i;

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        if (is(key, tests[i].key))
            return add_condition(parser, tests[i].test, value);
    }
    if (is(key, "text"))
        return set_once(parser, &rule->text, value);
    if (is(key, "disk")) {
        code = check_disk(parser, value);
        return code != WCAB_OK ? code : set_once(parser, &rule->disk, value);
    }
    return fail(parser, "unknown key in [rule]");
}

/* ---- lines -------------------------------------------------------------------------------- */

static enum wcab_err leave_section(struct parser *parser)
{
    struct wci_profile_rule *rules = parser->rules.items;

    if (parser->section == SECTION_RULE && rules[parser->rules.count - 1].condition_count == 0)
        return fail(parser, "the rule above has no condition");
    return WCAB_OK;
}

static enum wcab_err enter_section(struct parser *parser, struct wci_bytes header)
{
    static const char *const names[SECTION_COUNT] = {"",        "profile", "disk",  "roles",
                                                     "renames", "digests", "notes", "rule"};
    struct wci_bytes word, argument = cut(header, " ", &word);
    bool takes_argument;
    int section;

    for (section = SECTION_PROFILE; section < SECTION_COUNT; section++) {
        if (is(word, names[section]))
            break;
    }
    if (section == SECTION_COUNT)
        return fail(parser, "unknown section");
    takes_argument = section == SECTION_DISK || section == SECTION_RULE;
    if (takes_argument != (argument.length > 0))
        return fail(parser, takes_argument ? "section without its name" : "unknown section");
    if (section == SECTION_DISK) {
        parser->disk = find_disk(parser, argument);
        if (parser->disk == NULL)
            return fail(parser, "no such disk (key disks comes first)");
    }
    if (section == SECTION_RULE) {
        struct wci_profile_rule *rule = append(parser, &parser->rules);

        if (rule == NULL)
            return code_of(parser);
        rule->name = argument;
    }
    parser->section = (enum section)section;
    return WCAB_OK;
}

static enum wcab_err parse_line(struct parser *parser, struct wci_bytes line)
{
    typedef enum wcab_err line_handler(struct parser *, struct wci_bytes, struct wci_bytes);
    static line_handler *const handlers[SECTION_COUNT] = {
        NULL, profile_line, disk_line, role_line, rename_line, digest_line, note_line, rule_line};
    struct wci_bytes key, value;
    enum wcab_err code;

    line = trim(line);
    if (line.length == 0 || line.data[0] == '#')
        return WCAB_OK;
    if (line.length > WCI_PROFILE_LINE_BYTES)
        return fail(parser, "too long");
    if (line.data[0] == '[') {
        if (line.data[line.length - 1] != ']')
            return fail(parser, "no ] at its end");
        line.data++;
        line.length -= 2;
        code = leave_section(parser);
        return code != WCAB_OK ? code : enter_section(parser, trim(line));
    }
    value = cut(line, "=", &key);
    if (value.data == NULL || key.length == 0)
        return fail(parser, "neither \"key = value\" nor [section]");
    if (value.length == 0)
        return fail(parser, "no value");
    if (handlers[parser->section] == NULL)
        return fail(parser, "stands before the first section");
    return handlers[parser->section](parser, key, value);
}

static enum wcab_err parse_lines(struct parser *parser)
{
    struct wci_bytes text = parser->profile->text;
    size_t at = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && at < text.length) {
        const char *start = text.data + at;
        const char *end = memchr(start, '\n', text.length - at);
        struct wci_bytes line = {start, end == NULL ? text.length - at : (size_t)(end - start)};

        parser->line++;
        parser->offset = at;
        code = parse_line(parser, line);
        at += line.length + 1;
    }
    return code == WCAB_OK ? leave_section(parser) : code;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static enum wcab_err check_whole(struct parser *parser)
{
    const struct wci_profile *profile = parser->profile;

    if (profile->id.length == 0)
        return fail(parser, "the text ends without an id");
    if (!is_good_id(profile->id))
        return fail(parser, "an id has letters, digits, '-', '_' and '.' only");
    if (profile->title.length == 0)
        return fail(parser, "the text ends without a title");
    if (profile->kind == 0)
        return fail(parser, "the text ends without a kind");
    return check_disk(parser, profile->extract_disk);
}

/* Moves a list's elements into the arena. */
static enum wcab_err settle(struct parser *parser, struct list *list, void *array, size_t *count)
{
    void *place;

    if (list->count == 0)
        return WCAB_OK;
    place = wci_arena_calloc(parser->profile->arena, list->count, list->element_size);
    if (place == NULL)
        return wci_error_nomem(parser->err);
    memcpy(place, list->items, list->count * list->element_size);
    memcpy(array, &place, sizeof(place));
    *count = list->count;
    return WCAB_OK;
}

static enum wcab_err settle_all(struct parser *parser)
{
    struct wci_profile *profile = parser->profile;
    struct wci_rule_condition *conditions = NULL;
    size_t condition_count = 0, i;
    enum wcab_err code;

    if ((code = settle(parser, &parser->chains, &profile->chains, &profile->chain_count)) ||
        (code = settle(parser, &parser->disks, &profile->disks, &profile->disk_count)) ||
        (code = settle(parser, &parser->roles, &profile->roles, &profile->role_count)) ||
        (code = settle(parser, &parser->renames, &profile->renames, &profile->rename_count)) ||
        (code = settle(parser, &parser->digests, &profile->digests, &profile->digest_count)) ||
        (code = settle(parser, &parser->notes, &profile->notes, &profile->note_count)) ||
        (code = settle(parser, &parser->rules, &profile->rules, &profile->rule_count)) ||
        (code = settle(parser, &parser->conditions, &conditions, &condition_count)))
        return code;
    for (i = 0; i < profile->rule_count; i++) {
        profile->rules[i].conditions = conditions;
        conditions += profile->rules[i].condition_count;
    }
    for (i = 0; i < profile->disk_count; i++) {
        code = finish_disk(parser, &profile->disks[i]);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static void init_lists(struct parser *parser)
{
    parser->chains.element_size = sizeof(struct wci_bytes);
    parser->disks.element_size = sizeof(struct wci_profile_disk);
    parser->roles.element_size = sizeof(struct wci_profile_role);
    parser->renames.element_size = sizeof(struct wci_profile_rename);
    parser->digests.element_size = sizeof(struct wci_profile_digest);
    parser->notes.element_size = sizeof(struct wci_profile_note);
    parser->rules.element_size = sizeof(struct wci_profile_rule);
    parser->conditions.element_size = sizeof(struct wci_rule_condition);
}

static void free_lists(struct parser *parser)
{
    free(parser->chains.items);
    free(parser->disks.items);
    free(parser->roles.items);
    free(parser->renames.items);
    free(parser->digests.items);
    free(parser->notes.items);
    free(parser->rules.items);
    free(parser->conditions.items);
}

static struct wci_profile *new_profile(struct wci_bytes text)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_profile *profile;

    if (arena == NULL)
        return NULL;
    profile = wci_arena_calloc(arena, 1, sizeof(*profile));
    if (profile != NULL)
        profile->text = wci_arena_bytes(arena, text);
    if (profile == NULL || profile->text.data == NULL) {
        wci_arena_free(arena);
        return NULL;
    }
    profile->arena = arena;
    return profile;
}

enum wcab_err wci_profile_parse(struct wci_bytes text, struct wci_profile **profile,
                                struct wcab_error *err)
{
    struct wcab_error local = {0};
    struct parser parser = {.err = err != NULL ? err : &local};
    enum wcab_err code;

    if (text.length > WCI_PROFILE_TEXT_BYTES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "a profile has at most %d bytes",
                             (int)WCI_PROFILE_TEXT_BYTES);
    if (!wci_text_is_utf8(text))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "a profile is UTF-8 text");
    parser.profile = new_profile(text);
    if (parser.profile == NULL)
        return wci_error_nomem(err);
    init_lists(&parser);
    code = parse_lines(&parser);
    if (code == WCAB_OK)
        code = check_whole(&parser);
    if (code == WCAB_OK)
        code = settle_all(&parser);
    free_lists(&parser);
    if (code == WCAB_OK)
        *profile = parser.profile;
    else
        wci_profile_free(parser.profile);
    return code;
}
