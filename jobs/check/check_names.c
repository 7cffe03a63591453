/*
 * check_names - which names the files of the disk have, and where programs look for them.
 *
 * The loader looks in the program's own folder, in the Windows folder and its SYSTEM, and in those of
 * PATH, which AUTOEXEC.BAT sets.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"

static int compare_names(const void *a, const void *b)
{
    return wci_bytes_compare(((const struct wci_check_name *)a)->name,
                             ((const struct wci_check_name *)b)->name);
}

struct wci_bytes wci_check_fold(struct wci_check *check, struct wci_bytes name)
{
    char *text = wci_arena_alloc(check->arena, 2 * name.length + 1);

    if (text == NULL)
        return (struct wci_bytes){NULL, 0};
    return (struct wci_bytes){text, wci_text_fold(name, text, 2 * name.length)};
}

static bool add_name(struct wci_check *check, struct wci_bytes name, struct wci_bytes folder)
{
    struct wci_check_names *names = &check->names;
    struct wci_bytes fold = wci_check_fold(check, name);

    if (fold.data == NULL ||
        !wci_mem_grow(&names->items, names->count, &names->capacity, sizeof(*names->items)))
        return false;
    names->items[names->count++] = (struct wci_check_name){fold, folder};
    return true;
}

/* ---- the search path ---------------------------------------------------------------------- */

static void add_folder(struct wci_check *check, struct wci_bytes folder)
{
    struct wci_check_path *path = &check->path;

    while (folder.length > 0 && folder.data[0] == '/') {
        folder.data++;
        folder.length--;
    }
    while (folder.length > 0 && folder.data[folder.length - 1] == '/')
        folder.length--;
    if (path->count < WCI_CHECK_FOLDERS)
        path->folders[path->count++] = folder;
}

/* "C:\DOS;C:\TOOLS" */
static enum wcab_err add_path(struct wci_check *check, struct wci_bytes value)
{
    while (value.length > 0) {
        const char *end = memchr(value.data, ';', value.length);
        struct wci_bytes part = {value.data,
                                 end == NULL ? value.length : (size_t)(end - value.data)};
        char *text = wci_arena_alloc(check->arena, part.length + 1);
        size_t i;

        if (text == NULL)
            return wci_error_nomem(check->err);
        value.data += part.length + (end != NULL);
        value.length -= part.length + (end != NULL);
        for (i = 0; i < part.length; i++)
            text[i] = part.data[i] == '\\' ? '/' : part.data[i];
        if (part.length > 2 && text[1] == ':')
            add_folder(check, (struct wci_bytes){text + 2, part.length - 2});
    }
    return WCAB_OK;
}

static struct wci_bytes trimmed(struct wci_bytes text)
{
    while (text.length > 0 && strchr(" \t\r\n@=", text.data[0]) != NULL && text.data[0] != '\0') {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && strchr(" \t\r\n\x1a", text.data[text.length - 1]) != NULL)
        text.length--;
    return text;
}

/* What stands behind `word` at the line's start; false when another word does. */
static bool skip_word(struct wci_bytes *line, const char *word)
{
    size_t length = strlen(word);
    struct wci_bytes rest;

    if (line->length <= length ||
        !wci_text_equal_folded((struct wci_bytes){line->data, length}, wci_bytes_of(word)) ||
        strchr(" \t=", line->data[length]) == NULL)
        return false;
    rest = (struct wci_bytes){line->data + length, line->length - length};
    *line = trimmed(rest);
    return true;
}

static enum wcab_err read_autoexec(struct wci_check *check, struct wci_bytes text)
{
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        struct wci_bytes line = {text.data, end == NULL ? text.length : (size_t)(end - text.data)};

        text.data += line.length + (end != NULL);
        text.length -= line.length + (end != NULL);
        line = trimmed(line);
        (void)skip_word(&line, "SET");
        if (skip_word(&line, "PATH"))
            code = add_path(check, line);
    }
    return code;
}

static enum wcab_err add_autoexec(struct wci_check *check)
{
    const struct wci_target_volume *volume = check->windows.volume;
    size_t i;

    for (i = 0; i < volume->count; i++) {
        struct wci_checked file = {.entry = &volume->files[i]};
        struct wci_bytes text;
        enum wcab_err code;

        if (file.entry->folder.length > 0 ||
            !wci_entry_is_called(file.entry, wci_bytes_of("AUTOEXEC.BAT")))
            continue;
        code = wci_check_read_text(check, &file, &text);
        return code == WCAB_OK ? read_autoexec(check, text) : code;
    }
    return WCAB_OK;
}

static enum wcab_err list_path(struct wci_check *check)
{
    static const char *const below[] = {"", "/SYSTEM", "/SYSTEM32", "/COMMAND"};
    struct wci_bytes root = check->windows.root;
    size_t i;

    check->path.count = 0;
    for (i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        const char *folder =
            wci_check_sentence(check, "%.*s%s", (int)root.length, root.data, below[i]);

        if (folder == NULL)
            return wci_error_nomem(check->err);
        add_folder(check, wci_bytes_of(folder));
    }
    return add_autoexec(check);
}

/* ---- listing ------------------------------------------------------------------------------ */

/* All names of the volume's files, wherever they lie. */
enum wcab_err wci_check_list_names(struct wci_check *check)
{
    const struct wci_target_volume *volume = check->windows.volume;
    struct wci_check_names *names = &check->names;
    bool ok = true;
    size_t i;

    for (i = 0; ok && i < volume->count; i++) {
        const struct wci_entry *entry = &volume->files[i];
        uint8_t j;

        if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
            continue;
        ok = add_name(check, entry->name.bytes, entry->folder);
        for (j = 0; ok && j < entry->alias_count && j < WCI_ALIAS_MAX; j++)
            ok = add_name(check, entry->alias[j].bytes, entry->folder);
    }
    for (i = 0; ok && i < check->count; i++) {
        if (check->files[i].imports.module.length > 0)
            ok = add_name(check, check->files[i].imports.module, check->files[i].entry->folder);
    }
    if (!ok)
        return wci_error_nomem(check->err);
    if (names->count > 1)
        qsort(names->items, names->count, sizeof(*names->items), compare_names);
    return list_path(check);
}

void wci_check_forget_names(struct wci_check *check)
{
    free(check->names.items);
    free(check->drivers.items);
    check->names = check->drivers = (struct wci_check_names){NULL, 0, 0};
    check->knows_drivers = false;
    check->path.count = 0;
}

/* ---- asking ------------------------------------------------------------------------------- */

/* The files of that name; *count of them.  `room` is for the folded name; a longer one has none. */
static const struct wci_check_name *find_names(const struct wci_check_names *names,
                                               struct wci_bytes name, struct wci_folded *room,
                                               size_t *count)
{
    const struct wci_check_name key = {.name = wci_text_fold_name(name, room)};
    size_t low = 0, high = names->count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_names(&names->items[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < names->count && compare_names(&names->items[end], &key) == 0;)
        end++;
    *count = key.name.length == 0 ? 0 : end - low;
    return *count == 0 ? NULL : &names->items[low];
}

bool wci_check_has_name(const struct wci_check *check, struct wci_bytes name)
{
    struct wci_folded room;
    size_t count;

    return name.length > WCI_LIMIT_NAME || find_names(&check->names, name, &room, &count) != NULL;
}

bool wci_check_is_path_folder(const struct wci_check *check, struct wci_bytes folder)
{
    size_t i;

    for (i = 0; i < check->path.count; i++) {
        if (wci_text_equal_folded(check->path.folders[i], folder))
            return true;
    }
    return false;
}

bool wci_check_is_installed(const struct wci_check *check, struct wci_bytes name)
{
    struct wci_folded room;
    size_t count, i;
    const struct wci_check_name *found = find_names(&check->names, name, &room, &count);

    for (i = 0; i < count; i++) {
        if ((wci_windows_holds(&check->windows, found[i].folder) &&
             !wci_check_is_kept(check, found[i].folder)) ||
            wci_check_is_path_folder(check, found[i].folder))
            return true;
    }
    return false;
}

bool wci_check_is_on_path(const struct wci_check *check, struct wci_bytes name,
                          const struct wci_bytes *folder)
{
    struct wci_folded room;
    size_t count, i;
    const struct wci_check_name *found = find_names(&check->names, name, &room, &count);

    for (i = 0; i < count; i++) {
        if (folder == NULL || wci_check_is_path_folder(check, found[i].folder) ||
            wci_text_equal_folded(found[i].folder, *folder))
            return true;
    }
    return false;
}

bool wci_check_find_elsewhere(const struct wci_check *check, struct wci_bytes name,
                              struct wci_bytes *folder)
{
    static const struct wci_bytes top = {"the top folder", 14};
    struct wci_folded room;
    size_t count;
    const struct wci_check_name *found = find_names(&check->names, name, &room, &count);

    if (count == 0)
        return false;
    *folder = found->folder.length > 0 ? found->folder : top;
    return true;
}
