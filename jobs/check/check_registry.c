/*
 * check_registry - files that the registry names, and whether it can be read at all.
 *
 * Drivers that Windows 9x loads while it starts (Services\VxD: StaticVxD) must be there. What else names a
 * file (classes of devices, OLE's servers, programs that are run, services of Windows NT) is left behind by software
 * that was removed, too: there only files of the release count.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "jobs/check/registry.h"

enum { START_ON_DEMAND = 3 }; /* of a service of Windows NT, and disabled */

struct registry_run {
    struct wci_check *check;
    size_t first;
    const char *file; /* "SYSTEM.DAT" */
    /* The service of Windows NT at hand: its values come in any order. */
    struct wci_bytes service, image;
    uint32_t start;
};

/* ---- keys --------------------------------------------------------------------------------- */

static bool ends_with(struct wci_bytes text, const char *end)
{
    size_t length = strlen(end);

    return text.length >= length &&
           wci_text_equal_folded((struct wci_bytes){text.data + text.length - length, length},
                                 wci_bytes_of(end));
}

/* `name` NULL: every value; "": the default one. */
struct rule {
    const char *part, *end, *name; /* of the key's path: part of it, its end; the value's name */
    bool is_list, only_known;
};

static const struct rule rules[] = {
    {"\\Services\\VxD\\", "", "StaticVxD", true, false},
    {"\\Services\\Class\\", "", "DevLoader", true, true},
    {"\\Services\\Class\\", "", "Driver", true, true},
    {"\\Services\\Class\\", "", "PortDriver", true, true},
    {"\\Services\\Class\\Display\\", "\\DEFAULT", "drv", false, true},
    {"\\Services\\Class\\Display\\", "\\DEFAULT", "vdd", true, true},
    {"\\MediaResources\\", "", "Driver", false, true},
    {"", "\\SessionManager\\KnownDLLs", NULL, false, true},
    {"", "\\InProcServer32", "", false, true},
    {"", "\\InProcServer", "", false, true},
    {"", "\\LocalServer32", "", false, true},
    {"", "\\LocalServer", "", false, true},
    {"", "\\CurrentVersion\\Run", NULL, false, true},
    {"", "\\CurrentVersion\\RunServices", NULL, false, true},
    {"", "\\Winlogon", "Userinit", true, true},
    {"", "\\Winlogon", "Shell", true, true},
};

static const struct rule *rule_of(const struct wci_registry_value *value)
{
    size_t i;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct rule *rule = &rules[i];

        if ((rule->name == NULL || wci_text_equal_folded(value->name, wci_bytes_of(rule->name))) &&
            ends_with(value->key, rule->end) && wci_check_contains(value->key, rule->part))
            return rule;
    }
    return NULL;
}

/* ---- values ------------------------------------------------------------------------------- */

/* A file, or several with commas between. */
static enum wcab_err follow(struct registry_run *run, const struct wci_registry_value *value,
                            bool is_list, bool only_known)
{
    struct wci_check *check = run->check;
    struct wci_bytes rest = wci_arena_bytes(check->arena, value->data);
    struct wci_check_setting setting = {.first = run->first, .only_known = only_known};
    enum wcab_err code = WCAB_OK;

    setting.where = wci_check_sentence(check, "the registry (%s, %.*s, %.*s)", run->file,
                                       (int)value->key.length, value->key.data,
                                       (int)value->name.length, value->name.data);
    if (rest.data == NULL || setting.where == NULL)
        return wci_error_nomem(check->err);
    while (code == WCAB_OK && rest.length > 0) {
        const char *comma = is_list ? memchr(rest.data, ',', rest.length) : NULL;
        size_t length = comma == NULL ? rest.length : (size_t)(comma - rest.data);

        setting.value = (struct wci_bytes){rest.data, length};
        code = wci_check_named(check, &setting);
        length += comma != NULL;
        rest.data += length;
        rest.length -= length;
    }
    return code;
}

static enum wcab_err end_service(struct registry_run *run)
{
    const struct wci_registry_value value = {
        .key = run->service, .name = {"ImagePath", 9}, .data = run->image};
    bool is_loaded = run->image.length > 0 && run->start < START_ON_DEMAND;

    run->image.length = 0;
    return is_loaded ? follow(run, &value, false, true) : WCAB_OK;
}

/* ControlSet001\Services\Atapi: ImagePath and Start. */
static enum wcab_err note_service(struct registry_run *run, const struct wci_registry_value *value)
{
    enum wcab_err code = WCAB_OK;

    if (!wci_bytes_equal(run->service, value->key)) {
        code = end_service(run);
        run->service = wci_arena_bytes(run->check->arena, value->key);
        run->start = START_ON_DEMAND;
    }
    if (wci_text_equal_folded(value->name, wci_bytes_of("Start")))
        run->start = value->number;
    if (wci_text_equal_folded(value->name, wci_bytes_of("ImagePath")))
        run->image = wci_arena_bytes(run->check->arena, value->data);
    return code != WCAB_OK || run->service.data != NULL ? code : wci_error_nomem(run->check->err);
}

static bool is_text(const struct wci_registry_value *value)
{
    return value->type == WCI_REGISTRY_TEXT || value->type == WCI_REGISTRY_EXPANDED;
}

static enum wcab_err on_value(void *context, const struct wci_registry_value *value,
                              struct wcab_error *err)
{
    struct registry_run *run = context;
    const struct rule *rule;
    enum wcab_err code = WCAB_OK;

    if (run->check->windows.family == WCI_WINDOWS_NT &&
        wci_check_contains(value->key, "\\Services\\"))
        code = note_service(run, value);
    else if (is_text(value) && value->data.length > 0) {
        rule = rule_of(value);
        if (rule != NULL)
            code = follow(run, value, rule->is_list, rule->only_known);
    }
    if (code != WCAB_OK && err != run->check->err)
        *err = *run->check->err;
    return code;
}

/* ---- files -------------------------------------------------------------------------------- */

static enum wcab_err judge_damage(struct wci_check *check, struct wci_checked *file,
                                  const struct wcab_error *error)
{
    file->state = WCAB_CHECK_DAMAGED;
    if (error->offset != WCAB_NO_OFFSET)
        file->reason = wci_check_sentence(check, "%s (at byte %llu)", error->text,
                                          (unsigned long long)error->offset);
    else
        file->reason = wci_check_sentence(check, "%s", error->text);
    return file->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static enum wcab_err read_hive(struct registry_run *run, size_t number)
{
    struct wci_check *check = run->check;
    const struct wci_registry_visitor visitor = {run, on_value};
    struct wci_source *source = NULL;
    struct wcab_error error;
    enum wcab_err code = wci_volume_open_entry(check->windows.volume->volume,
                                               check->files[number].entry, &source, &error);

    if (code == WCAB_OK)
        code = wci_registry_read(source, &visitor, &error);
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    if (code == WCAB_ERR_CORRUPT || code == WCAB_ERR_FORMAT) /* adding files has moved the list */
        return judge_damage(check, &check->files[number], &error);
    return end_service(run);
}

static enum wcab_err add_lost(struct wci_check *check, size_t first, const char *name)
{
    struct wci_checked *missing = NULL;
    enum wcab_err code = wci_check_add_missing(check, first, wci_bytes_of(name), &missing);

    if (code == WCAB_OK && missing != NULL)
        missing->reason = "half of the registry: the other file is there";
    return code;
}

enum wcab_err wci_check_registry(struct wci_check *check, size_t first)
{
    static const char *const of_9x[] = {"SYSTEM.DAT", "USER.DAT", "CLASSES.DAT", NULL};
    static const char *const of_nt[] = {"SYSTEM32/CONFIG/SYSTEM", "SYSTEM32/CONFIG/SOFTWARE",
                                        "SYSTEM32/CONFIG/DEFAULT", NULL};
    bool is_9x = check->windows.family == WCI_WINDOWS_9X, there[3] = {false, false, false};
    const char *const *names = is_9x ? of_9x : of_nt;
    struct registry_run run = {.check = check, .first = first};
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (check->windows.family == WCI_WINDOWS_3X)
        return WCAB_OK;
    for (i = 0; code == WCAB_OK && names[i] != NULL; i++) {
        const struct wci_checked *file = wci_check_find(check, names[i]);

        there[i] = file != NULL;
        run.file = wci_bytes_base_name(wci_bytes_of(names[i])).data;
        if (file != NULL && file->is_read)
            code = read_hive(&run, (size_t)(file - check->files));
    }
    if (code == WCAB_OK && is_9x && there[0] != there[1])
        code = add_lost(check, first, there[0] ? of_9x[1] : of_9x[0]);
    return code;
}
