/*
 * profile_parse - reads the text form of a media profile; see profile.h and docs/profiles.md.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/text.h"
#include "profiles/parser.h"
#include "profiles/profile.h"

/* ---- [profile] ---------------------------------------------------------------------------- */

static enum wcab_err parse_kind(struct wci_parser *parser, struct wci_bytes value)
{
    int kind;

    for (kind = WCI_PROFILE_CD; kind <= WCI_PROFILE_FOLDER; kind++) {
        if (wci_parser_is(value, wci_profile_kind_name((enum wci_profile_kind)kind))) {
            parser->profile->kind = (enum wci_profile_kind)kind;
            return WCAB_OK;
        }
    }
    return wci_parser_fail(parser, "kind is cd, floppies, download or folder");
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

static enum wcab_err profile_line(struct wci_parser *parser, struct wci_bytes key,
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
        if (wci_parser_is(key, texts[i].key))
            return wci_parser_set_once(parser, texts[i].field, value);
    }
    if (wci_parser_is(key, "kind"))
        return parse_kind(parser, value);
    if (wci_parser_is(key, "disks"))
        return wci_profile_disks_line(parser, value);
    if (wci_parser_is(key, "code_page")) {
        if (!wci_parser_number(value, 10, 65535, &number))
            return wci_parser_fail(parser, "code_page is a number such as 437");
        profile->code_page = (int)number;
        return WCAB_OK;
    }
    if (wci_parser_is(key, "chain")) {
        struct wci_bytes *chain = wci_parser_append(parser, &parser->chains);

        if (chain == NULL)
            return wci_parser_code(parser);
        *chain = value;
        return WCAB_OK;
    }
    return wci_parser_fail(parser, "unknown key in [profile]");
}

/* ---- roles, renames, digests, notes ------------------------------------------------------- */

/* "PRECOPY1.CAB/COMMCTRL.DLL", "MINI.CAB" (all its files), "/SETUP.EXE" (loose). */
static enum wcab_err parse_place(struct wci_parser *parser, struct wci_bytes key,
                                 struct wci_profile_place *place)
{
    struct wci_bytes cabinet, name = wci_parser_cut(key, "/", &cabinet);
    enum wcab_err code;

    if (name.data == NULL)
        name = wci_bytes_of("*");
    if (name.length == 0)
        return wci_parser_fail(parser, "no file name behind the slash");
    code = wci_parser_fold(parser, cabinet, &place->cabinet);
    return code != WCAB_OK ? code : wci_parser_fold(parser, name, &place->name);
}

static enum wcab_err role_line(struct wci_parser *parser, struct wci_bytes key,
                               struct wci_bytes value)
{
    struct wci_profile_role *role = wci_parser_append(parser, &parser->roles);
    struct wci_bytes name;
    int n;

    if (role == NULL)
        return wci_parser_code(parser);
    role->text = wci_parser_cut(value, " : ", &name);
    for (n = WCI_ROLE_SYSTEM; n <= WCI_ROLE_MINI; n++) {
        if (wci_parser_is(name, wci_role_name((enum wci_role)n)))
            role->role = (enum wci_role)n;
    }
    if (role->role == WCI_ROLE_UNKNOWN)
        return wci_parser_fail(parser, "a role is system, setup or mini");
    return parse_place(parser, key, &role->place);
}

static enum wcab_err rename_line(struct wci_parser *parser, struct wci_bytes key,
                                 struct wci_bytes value)
{
    struct wci_profile_rename *rename = wci_parser_append(parser, &parser->renames);
    struct wci_bytes target, qualifier;
    enum wcab_err code;

    if (rename == NULL)
        return wci_parser_code(parser);
    rename->text = wci_parser_cut(value, " : ", &target);
    qualifier = wci_parser_cut(target, ",", &rename->installed);
    if (rename->installed.length == 0)
        return wci_parser_fail(parser, "no name behind the equals sign");
    if (qualifier.data != NULL && !wci_parser_is(qualifier, "probable"))
        return wci_parser_fail(parser, "only \"probable\" may stand behind the comma");
    rename->probable = qualifier.data != NULL;
    code = parse_place(parser, key, &rename->place);
    if (code == WCAB_OK &&
        (wci_parser_is(rename->place.name, "*") || rename->place.name.length == 0))
        code = wci_parser_fail(parser, "a rename needs a file name");
    return code;
}

static enum wcab_err check_disk(struct wci_parser *parser, struct wci_bytes id)
{
    if (id.length > 0 && wci_profile_disks_find(parser, id) == NULL)
        return wci_parser_fail(parser, "no such disk");
    return WCAB_OK;
}

/* "13" and "image": whole images; "13/WIN95_13.CAB" and "/SETUP.EXE": files. */
static enum wcab_err digest_line(struct wci_parser *parser, struct wci_bytes key,
                                 struct wci_bytes value)
{
    struct wci_profile_digest *digest = wci_parser_append(parser, &parser->digests);
    size_t i;

    if (digest == NULL)
        return wci_parser_code(parser);
    if (value.length != 2 * sizeof(digest->md5))
        return wci_parser_fail(parser, "an MD5 digest has 32 hexadecimal digits");
    for (i = 0; i < sizeof(digest->md5); i++) {
        struct wci_bytes pair = {value.data + 2 * i, 2};
        uint64_t byte;

        if (!wci_parser_number(pair, 16, 255, &byte))
            return wci_parser_fail(parser, "an MD5 digest has 32 hexadecimal digits");
        digest->md5[i] = (uint8_t)byte;
    }
    digest->file = wci_parser_cut(key, "/", &digest->disk);
    if (digest->file.data == NULL && wci_parser_is(digest->disk, "image"))
        digest->disk.length = 0;
    return check_disk(parser, digest->disk);
}

static enum wcab_err note_line(struct wci_parser *parser, struct wci_bytes key,
                               struct wci_bytes value)
{
    struct wci_profile_note *note = wci_parser_append(parser, &parser->notes);
    struct wci_bytes word;

    if (note == NULL)
        return wci_parser_code(parser);
    note->disk = wci_parser_cut(key, " ", &word);
    note->bad = wci_parser_is(word, "bad");
    note->text = value;
    if (!note->bad && !wci_parser_is(word, "note"))
        return wci_parser_fail(parser, "unknown key in [notes]");
    return check_disk(parser, note->disk);
}

/* ---- recognition rules -------------------------------------------------------------------- */

/* "HH:MM" as the upper bits of a DOS time. */
static bool parse_clock(struct wci_bytes text, uint64_t *clock)
{
    uint64_t hours, minutes;

    if (text.length != 5 || text.data[2] != ':' ||
        !wci_parser_number((struct wci_bytes){text.data, 2}, 10, 23, &hours) ||
        !wci_parser_number((struct wci_bytes){text.data + 3, 2}, 10, 59, &minutes))
        return false;
    *clock = hours << 6 | minutes;
    return true;
}

/* "NAME NUMBER" or "NAME DATE": the last word is the number. */
static enum wcab_err parse_named_number(struct wci_parser *parser, struct wci_bytes value,
                                        struct wci_rule_condition *condition)
{
    struct wci_bytes name = value, number = value;
    char date[24];

    while (name.length > 0 && !wci_parser_is_blank(name.data[name.length - 1]))
        name.length--;
    number.data = value.data + name.length;
    number.length = value.length - name.length;
    name = wci_parser_trim(name);
    if (name.length == 0)
        return wci_parser_fail(parser, "a name and a value are wanted");
    if (condition->test == WCI_RULE_SIZE) {
        if (!wci_parser_number(number, 10, UINT64_MAX, &condition->number))
            return wci_parser_fail(parser, "not a number of bytes");
    } else if (condition->test == WCI_RULE_ENTRY_TIME) {
        if (!parse_clock(number, &condition->number))
            return wci_parser_fail(parser, "not a time (HH:MM)");
    } else {
        if (number.length >= sizeof(date))
            return wci_parser_fail(parser, "not a date");
        memcpy(date, number.data, number.length);
        date[number.length] = '\0';
        condition->number = wci_dostime_parse(date) >> 16;
        if (condition->number == 0)
            return wci_parser_fail(parser, "not a date (YYYY-MM-DD)");
    }
    return wci_parser_fold(parser, name, &condition->pattern);
}

/* "KEY VALUE" as "key=value", the form that facts of a medium have. */
static enum wcab_err parse_fact(struct wci_parser *parser, struct wci_bytes value,
                                struct wci_rule_condition *condition)
{
    const char *blank = memchr(value.data, ' ', value.length);
    char text[128];
    size_t key;

    if (blank == NULL || value.length >= sizeof(text))
        return wci_parser_fail(parser, "a key and a value are wanted");
    key = (size_t)(blank - value.data);
    memcpy(text, value.data, value.length);
    text[key] = '=';
    while (key + 1 < value.length && text[key + 1] == ' ') {
        memmove(text + key + 1, text + key + 2, value.length - key - 2);
        value.length--;
    }
    return wci_parser_fold(parser, (struct wci_bytes){text, value.length}, &condition->pattern);
}

static enum wcab_err add_condition(struct wci_parser *parser, enum wci_rule_test test,
                                   struct wci_bytes value)
{
    struct wci_profile_rule *rules = parser->rules.items;
    struct wci_rule_condition *condition = wci_parser_append(parser, &parser->conditions);

    if (condition == NULL)
        return wci_parser_code(parser);
    condition->test = test;
    rules[parser->rules.count - 1].condition_count++;
    if (test == WCI_RULE_SIZE || test == WCI_RULE_DATED || test == WCI_RULE_ENTRY_TIME)
        return parse_named_number(parser, value, condition);
    if (test == WCI_RULE_SET_ID) {
        if (!wci_parser_number(value, 10, 65535, &condition->number))
            return wci_parser_fail(parser, "a set id is a number up to 65535");
        return WCAB_OK;
    }
    return test == WCI_RULE_SAYS ? parse_fact(parser, value, condition)
                                 : wci_parser_fold(parser, value, &condition->pattern);
}

static enum wcab_err rule_line(struct wci_parser *parser, struct wci_bytes key,
                               struct wci_bytes value)
{
    static const struct {
        const char *key;
        enum wci_rule_test test;
    } tests[] = {
        {"has", WCI_RULE_HAS},     {"lacks", WCI_RULE_LACKS},   {"folder", WCI_RULE_FOLDER},
        {"label", WCI_RULE_LABEL}, {"format", WCI_RULE_FORMAT}, {"dated", WCI_RULE_DATED},
        {"size", WCI_RULE_SIZE},   {"set_id", WCI_RULE_SET_ID}, {"entry_time", WCI_RULE_ENTRY_TIME},
        {"says", WCI_RULE_SAYS},
    };
    struct wci_profile_rule *rules = parser->rules.items;
    struct wci_profile_rule *rule = &rules[parser->rules.count - 1];
    enum wcab_err code;
    size_t i;

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        if (wci_parser_is(key, tests[i].key))
            return add_condition(parser, tests[i].test, value);
    }
    if (wci_parser_is(key, "text"))
        return wci_parser_set_once(parser, &rule->text, value);
    if (wci_parser_is(key, "disk")) {
        code = check_disk(parser, value);
        return code != WCAB_OK ? code : wci_parser_set_once(parser, &rule->disk, value);
    }
    return wci_parser_fail(parser, "unknown key in [rule]");
}

/* ---- lines -------------------------------------------------------------------------------- */

static enum wcab_err leave_section(struct wci_parser *parser)
{
    struct wci_profile_rule *rules = parser->rules.items;

    if (parser->section == WCI_SECTION_RULE && rules[parser->rules.count - 1].condition_count == 0)
        return wci_parser_fail(parser, "the rule above has no condition");
    return WCAB_OK;
}

static enum wcab_err enter_section(struct wci_parser *parser, struct wci_bytes header)
{
    static const char *const names[WCI_SECTION_COUNT] = {"",        "profile", "disk",  "roles",
                                                         "renames", "digests", "notes", "rule"};
    struct wci_bytes word, argument = wci_parser_cut(header, " ", &word);
    bool takes_argument;
    int section;

    for (section = WCI_SECTION_PROFILE; section < WCI_SECTION_COUNT; section++) {
        if (wci_parser_is(word, names[section]))
            break;
    }
    if (section == WCI_SECTION_COUNT)
        return wci_parser_fail(parser, "unknown section");
    takes_argument = section == WCI_SECTION_DISK || section == WCI_SECTION_RULE;
    if (takes_argument != (argument.length > 0))
        return wci_parser_fail(parser,
                               takes_argument ? "section without its name" : "unknown section");
    if (section == WCI_SECTION_DISK) {
        parser->disk = wci_profile_disks_find(parser, argument);
        if (parser->disk == NULL)
            return wci_parser_fail(parser, "no such disk (key disks comes first)");
    }
    if (section == WCI_SECTION_RULE) {
        struct wci_profile_rule *rule = wci_parser_append(parser, &parser->rules);

        if (rule == NULL)
            return wci_parser_code(parser);
        rule->name = argument;
    }
    parser->section = (enum wci_parser_section)section;
    return WCAB_OK;
}

static enum wcab_err parse_line(struct wci_parser *parser, struct wci_bytes line)
{
    typedef enum wcab_err line_handler(struct wci_parser *, struct wci_bytes, struct wci_bytes);
    static line_handler *const handlers[WCI_SECTION_COUNT] = {
        NULL,      profile_line, wci_profile_disks_key, role_line, rename_line, digest_line,
        note_line, rule_line};
    struct wci_bytes key, value;
    enum wcab_err code;

    line = wci_parser_trim(line);
    if (line.length == 0 || line.data[0] == '#')
        return WCAB_OK;
    if (line.length > WCI_PROFILE_LINE_BYTES)
        return wci_parser_fail(parser, "too long");
    if (line.data[0] == '[') {
        if (line.data[line.length - 1] != ']')
            return wci_parser_fail(parser, "no ] at its end");
        line.data++;
        line.length -= 2;
        code = leave_section(parser);
        return code != WCAB_OK ? code : enter_section(parser, wci_parser_trim(line));
    }
    value = wci_parser_cut(line, "=", &key);
    if (value.data == NULL || key.length == 0)
        return wci_parser_fail(parser, "neither \"key = value\" nor [section]");
    if (value.length == 0)
        return wci_parser_fail(parser, "no value");
    if (handlers[parser->section] == NULL)
        return wci_parser_fail(parser, "stands before the first section");
    return handlers[parser->section](parser, key, value);
}

static enum wcab_err parse_lines(struct wci_parser *parser)
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

static enum wcab_err check_whole(struct wci_parser *parser)
{
    const struct wci_profile *profile = parser->profile;

    if (profile->id.length == 0)
        return wci_parser_fail(parser, "the text ends without an id");
    if (!is_good_id(profile->id))
        return wci_parser_fail(parser, "an id has letters, digits, '-', '_' and '.' only");
    if (profile->title.length == 0)
        return wci_parser_fail(parser, "the text ends without a title");
    if (profile->kind == 0)
        return wci_parser_fail(parser, "the text ends without a kind");
    return check_disk(parser, profile->extract_disk);
}

/* Moves a list's elements into the arena. */
static enum wcab_err settle(struct wci_parser *parser, struct wci_parser_list *list, void *array,
                            size_t *count)
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

static enum wcab_err settle_all(struct wci_parser *parser)
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
        code = wci_profile_disks_finish(parser, &profile->disks[i]);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static void init_lists(struct wci_parser *parser)
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

static void free_lists(struct wci_parser *parser)
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
    struct wci_parser parser = {.err = err != NULL ? err : &local};
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
