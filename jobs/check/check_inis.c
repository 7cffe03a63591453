/*
 * check_inis - files that the settings of Windows name: SYSTEM.INI and WIN.INI.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "jobs/check/check_run.h"

enum { TEXT_MOST = 1024 * 1024, DRIVER_NAME = 64 };

enum wcab_err wci_check_read_text(struct wci_check *check, const struct wci_checked *file,
                                  struct wci_bytes *text)
{
    struct wci_source *source = NULL;
    struct wcab_error error;
    size_t got = 0;
    char *data = NULL;
    enum wcab_err code =
        wci_volume_open_entry(check->windows.volume->volume, file->entry, &source, &error);

    *text = (struct wci_bytes){"", 0};
    if (code == WCAB_OK && wci_source_size(source) <= TEXT_MOST) {
        data = wci_arena_alloc(check->arena, (size_t)wci_source_size(source) + 1);
        if (data == NULL)
            code = wci_error_nomem(&error);
        else
            code = wci_source_read_some(source, 0, data, (size_t)wci_source_size(source), &got,
                                        &error);
    }
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    if (code == WCAB_OK && data != NULL)
        *text = (struct wci_bytes){data, got};
    return WCAB_OK;
}

/* ---- a word that names a file ------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without folder and arguments: "C:\PROGRA~1\MAIL.EXE /s" and "\"C:\Program Files\MAIL.EXE\"". */
static struct wci_bytes named_file(struct wci_bytes value)
{
    struct wci_bytes name = value;
    size_t length = 0;

    while (name.length > 0 && is_blank(name.data[0])) {
        name.data++;
        name.length--;
    }
    if (name.length > 0 && name.data[0] == '"') {
        name.data++;
        name.length--;
        while (length < name.length && name.data[length] != '"')
            length++;
    } else {
        while (length < name.length && !is_blank(name.data[length]))
            length++;
    }
    name.length = length;
    return wci_bytes_base_name(name);
}

static enum wcab_err add_named(struct wci_check *check, const struct wci_check_setting *setting,
                               struct wci_bytes name, bool built_in)
{
    struct wci_checked *missing = NULL;
    bool known = true;
    enum wcab_err code = WCAB_OK;

    if (setting->only_known)
        code = wci_check_is_of_release(check, name, &known);
    if (code == WCAB_OK && known)
        code = wci_check_add_missing(check, setting->first, name, &missing);
    if (code != WCAB_OK || missing == NULL || missing->reason != NULL)
        return code;
    missing->reason =
        built_in ? wci_check_sentence(check, "%s names it as built in, and VMM32.VXD is without it",
                                      setting->where)
                 : wci_check_sentence(check, "%s names it", setting->where);
    return missing->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

/* "*vshare": in VMM32.VXD, or a file beside it that is taken instead. Setup of Windows 9x makes VMM32.VXD out of files of
 * the medium: what that is without can't have been in it. */
static enum wcab_err look_for_driver(struct wci_check *check,
                                     const struct wci_check_setting *setting, struct wci_bytes name)
{
    static const char *const endings[] = {".386", ".VXD"};
    char text[DRIVER_NAME];
    struct wci_bytes file = {text, 0};
    bool known = check->release == NULL || check->windows.family != WCI_WINDOWS_9X;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (name.length == 0 || name.length > DRIVER_NAME - 5 || wci_check_has_driver(check, name))
        return WCAB_OK;
    for (i = 0; code == WCAB_OK && i < sizeof(endings) / sizeof(endings[0]); i++) {
        memcpy(text, name.data, name.length);
        memcpy(text + name.length, endings[i], 4);
        file.length = name.length + 4;
        if (wci_check_is_installed(check, file))
            return WCAB_OK;
        if (!known)
            code = wci_check_is_of_release(check, file, &known);
    }
    return code == WCAB_OK && known ? add_named(check, setting, file, true) : code;
}

/* "display.drv=pnpdrvr.drv" of Windows 9x is no file: it says that the registry names the driver. */
static bool is_stand_in(struct wci_bytes name)
{
    return wci_text_equal_folded(name, wci_bytes_of("PNPDRVR.DRV"));
}

enum wcab_err wci_check_named(struct wci_check *check, const struct wci_check_setting *setting)
{
    struct wci_bytes name = named_file(setting->value);

    if (name.length > 1 && name.data[0] == '*')
        return look_for_driver(check, setting, (struct wci_bytes){name.data + 1, name.length - 1});
    if (name.length == 0 || name.length > WCI_IMPORT_NAME || is_stand_in(name) ||
        memchr(name.data, '.', name.length) == NULL ||
        (name.length != setting->value.length ? wci_check_has_name(check, name)
                                              : wci_check_is_installed(check, name)))
        return WCAB_OK;
    return add_named(check, setting, name, false);
}

/* ---- lines -------------------------------------------------------------------------------- */

enum kind {
    FIELDS = 1, /* a file in each field */
    WORDS = 2,  /* several, with blanks between */
    FIRST = 3,  /* in the first field */
    PRINTER = 4 /* "HP LaserJet,HPPCL,LPT1:": the driver without its extension */
};

/* A setting that names files.  `key` NULL: each of the section. */
struct rule {
    const char *section, *key;
    enum kind kind;
    bool only_known; /* what other software left behind is no fault of Windows */
};

static const struct rule system_rules[] = {{"boot", "shell", FIRST, false},
                                           {"boot", "system.drv", FIRST, false},
                                           {"boot", "drivers", WORDS, false},
                                           {"boot", "user.exe", FIRST, false},
                                           {"boot", "gdi.exe", FIRST, false},
                                           {"boot", "sound.drv", FIRST, false},
                                           {"boot", "dibeng.drv", FIRST, false},
                                           {"boot", "comm.drv", FIRST, false},
                                           {"boot", "mouse.drv", FIRST, false},
                                           {"boot", "keyboard.drv", FIRST, false},
                                           {"boot", "display.drv", FIRST, false},
                                           {"boot", "network.drv", FIRST, false},
                                           {"boot", "386grabber", FIRST, false},
                                           {"boot", "286grabber", FIRST, true},
                                           {"boot", "language.dll", FIRST, false},
                                           {"boot", "fonts.fon", FIRST, false},
                                           {"boot", "fixedfon.fon", FIRST, false},
                                           {"boot", "oemfonts.fon", FIRST, false},
                                           {"boot", "SCRNSAVE.EXE", FIRST, true},
                                           {"386Enh", "device", FIELDS, false},
                                           {"386Enh", "display", FIELDS, false},
                                           {"386Enh", "mouse", FIELDS, false},
                                           {"386Enh", "keyboard", FIELDS, false},
                                           {"386Enh", "network", FIELDS, false},
                                           {"386Enh", "ebios", FIELDS, false},
                                           {"386Enh", "woafont", FIELDS, true},
                                           {"keyboard", "keyboard.dll", FIRST, false},
                                           {"mci", NULL, FIRST, true},
                                           {"drivers", NULL, WORDS, true},
                                           {"drivers32", NULL, WORDS, true},
                                           {NULL, NULL, 0, false}};

static const struct rule win_rules[] = {{"windows", "load", WORDS, true},
                                        {"windows", "run", WORDS, true},
                                        {"windows", "device", PRINTER, false},
                                        {"fonts", NULL, FIRST, true},
                                        {NULL, NULL, 0, false}};

static const struct rule *rule_of(const struct rule *rules, const struct wci_inf_line *line)
{
    for (; rules->section != NULL; rules++) {
        if (wci_inf_in(line, rules->section) &&
            (rules->key == NULL || wci_text_equal_folded(line->key, wci_bytes_of(rules->key))))
            return rules;
    }
    return NULL;
}

static enum wcab_err each_word(struct wci_check *check, struct wci_check_setting *setting,
                               struct wci_bytes field)
{
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && field.length > 0) {
        size_t length = 0;

        while (length < field.length && !is_blank(field.data[length]))
            length++;
        setting->value = (struct wci_bytes){field.data, length};
        code = wci_check_named(check, setting);
        length += length < field.length;
        field.data += length;
        field.length -= length;
    }
    return code;
}

static enum wcab_err printer(struct wci_check *check, struct wci_check_setting *setting,
                             struct wci_bytes driver)
{
    const char *name;

    if (driver.length == 0 || driver.length > 8)
        return WCAB_OK;
    name = wci_check_sentence(check, "%.*s%s", (int)driver.length, driver.data,
                              memchr(driver.data, '.', driver.length) == NULL ? ".DRV" : "");
    if (name == NULL)
        return wci_error_nomem(check->err);
    setting->value = wci_bytes_of(name);
    return wci_check_named(check, setting);
}

static enum wcab_err follow(struct wci_check *check, const struct rule *rule,
                            const struct wci_inf_line *line, struct wci_check_setting *setting)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (rule->kind == PRINTER)
        return printer(check, setting, wci_inf_field(line, 1));
    for (i = 0; code == WCAB_OK && i < line->count && (i == 0 || rule->kind != FIRST); i++) {
        setting->value = line->fields[i];
        code = rule->kind == WORDS ? each_word(check, setting, line->fields[i])
                                   : wci_check_named(check, setting);
    }
    return code;
}

static enum wcab_err look_in(struct wci_check *check, size_t first, const char *ini,
                             const struct rule *rules)
{
    const struct wci_checked *file = wci_check_find(check, ini);
    struct wci_inf inf;
    struct wci_inf_line line;
    struct wci_bytes text;
    enum wcab_err code = file == NULL ? WCAB_OK : wci_check_read_text(check, file, &text);

    if (code != WCAB_OK || file == NULL)
        return code;
    wci_inf_open(&inf, text, check->arena);
    while (code == WCAB_OK && wci_inf_next(&inf, &line)) {
        const struct rule *rule = rule_of(rules, &line);
        struct wci_check_setting setting = {.first = first};

        if (rule == NULL)
            continue;
        setting.only_known = rule->only_known;
        setting.where = wci_check_sentence(check, "%s, [%.*s] %.*s,", ini, (int)line.section.length,
                                           line.section.data, (int)line.key.length, line.key.data);
        code = setting.where == NULL ? wci_error_nomem(check->err)
                                     : follow(check, rule, &line, &setting);
    }
    return code;
}

enum wcab_err wci_check_inis(struct wci_check *check, size_t first)
{
    enum wcab_err code = look_in(check, first, "SYSTEM.INI", system_rules);

    return code == WCAB_OK ? look_in(check, first, "WIN.INI", win_rules) : code;
}
