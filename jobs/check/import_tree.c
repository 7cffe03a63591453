/*
 * import_tree - wcab_imports: what a program imports, and what that imports, and where each is.
 *
 * Modules are looked for in the program's own folder, then in the Windows folder and its SYSTEM and SYSTEM32, when the
 * program lies in one of these. A module is gone into once, so that modules that import each other end.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/paths.h"
#include "core/sized.h"
#include "core/text.h"
#include "jobs/check/module_file.h"
#include "jobs/check/target_path.h"
#include "query/handle.h"
#include "query/output/json.h"

enum { DEPTH_MOST = 64, TOLD_MOST = 20000, FILES_MOST = 100000, FOLDERS = 4 };

/* A file where modules are looked for. */
struct file {
    struct wci_bytes name;
    const char *path;              /* to show, and on the host to open; arena */
    const struct wci_entry *entry; /* in an image */
    bool told;
};

struct tree {
    struct wcab_catalog *catalog;
    const struct wcab_imports_options *options;
    struct wcab_imports_result *result;
    struct wci_arena *arena;          /* owned: of the tree at hand */
    const char *path;                 /* as the caller named the file */
    struct wci_target *target;        /* owned: the image, NULL on the host */
    struct wci_target_volume *volume; /* of the target */
    struct file *files;               /* owned; those of the first folder first */
    size_t count, capacity, told;
    struct wcab_error *err;
};

/* ---- where modules may lie ---------------------------------------------------------------- */

static enum wcab_err add_file(struct tree *tree, struct wci_bytes name, const char *path,
                              const struct wci_entry *entry)
{
    if (tree->count >= FILES_MOST)
        return WCAB_OK;
    if (name.data == NULL || path == NULL ||
        !wci_mem_grow(&tree->files, tree->count, &tree->capacity, sizeof(*tree->files)))
        return wci_error_nomem(tree->err);
    tree->files[tree->count++] = (struct file){name, path, entry, false};
    return WCAB_OK;
}

static enum wcab_err list_host(struct tree *tree, const char *folder)
{
    DIR *dir = opendir(*folder == '\0' ? "." : folder);
    const struct dirent *entry;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && dir != NULL && (entry = readdir(dir)) != NULL) {
        char *path = wci_paths_join(folder, entry->d_name);
        const char *kept =
            path == NULL ? NULL
                         : wci_arena_strdup(tree->arena, *folder == '\0' ? entry->d_name : path);

        free(path);
        code = kept == NULL ? wci_error_nomem(tree->err)
                            : add_file(tree, wci_bytes_base_name(wci_bytes_of(kept)), kept, NULL);
    }
    if (dir != NULL)
        (void)closedir(dir);
    return code;
}

static enum wcab_err list_volume(struct tree *tree, const char *image, const char *folder)
{
    struct wci_target_volume *volume = tree->volume;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < volume->count; i++) {
        const struct wci_entry *entry = &volume->files[i];
        struct wci_buffer path;

        if (entry->attributes & WCI_ATTRIBUTE_FOLDER ||
            !wci_text_equal_folded(entry->folder, wci_bytes_of(folder)))
            continue;
        wci_buffer_init(&path);
        wci_target_path_put(image, volume, entry, &path);
        code = !path.ok
                   ? wci_error_nomem(tree->err)
                   : add_file(tree, entry->name.bytes,
                              wci_arena_bytes(tree->arena, wci_buffer_view(&path)).data, entry);
        wci_buffer_free(&path);
    }
    return code;
}

static bool is_part(struct wci_bytes part, const char *name)
{
    return wci_text_equal_folded(part, wci_bytes_of(name));
}

/* A host's folder of that name in any letter case; `name` itself where there is none. */
static const char *host_folder(struct tree *tree, const char *root, const char *name)
{
    DIR *dir = opendir(*root == '\0' ? "." : root);
    const struct dirent *entry;
    const char *found = name, *kept = NULL;
    char *path;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (is_part(wci_bytes_of(entry->d_name), name))
            found = entry->d_name;
    }
    path = *root == '\0' ? strdup(found) : wci_paths_join(root, found);
    if (path != NULL)
        kept = wci_arena_strdup(tree->arena, path);
    free(path);
    if (dir != NULL)
        (void)closedir(dir);
    return kept;
}

static const char *folder_below(struct tree *tree, const char *root, const char *name)
{
    char *path;
    const char *kept;

    if (tree->target == NULL)
        return host_folder(tree, root, name);
    path = *root == '\0' ? strdup(name) : wci_paths_join(root, name);
    kept = path == NULL ? NULL : wci_arena_strdup(tree->arena, path);
    free(path);
    return kept;
}

/* The program's folder, and those of Windows around it.  NULL without memory. */
static size_t find_folders(struct tree *tree, const char *folder, const char *folders[FOLDERS])
{
    const char *base = wci_text_base_name(folder), *root = folder;
    size_t count = 0;

    if (is_part(wci_bytes_of(base), "SYSTEM") || is_part(wci_bytes_of(base), "SYSTEM32"))
        root = wci_arena_bytes(
                   tree->arena,
                   (struct wci_bytes){folder, base > folder ? (size_t)(base - folder) - 1 : 0})
                   .data;
    folders[count++] = folder;
    if (root != folder)
        folders[count++] = root;
    if (root != NULL) {
        const char *system = folder_below(tree, root, "SYSTEM");
        const char *system32 = folder_below(tree, root, "SYSTEM32");

        if (system == NULL || strcmp(system, folder) != 0)
            folders[count++] = system;
        if (count < FOLDERS && (system32 == NULL || strcmp(system32, folder) != 0))
            folders[count++] = system32;
    }
    return count;
}

static enum wcab_err list_files(struct tree *tree, const char *image, const char *folder)
{
    const char *folders[FOLDERS];
    size_t count = find_folders(tree, folder, folders), i;
    enum wcab_err code = WCAB_OK;

    tree->count = 0;
    for (i = 0; code == WCAB_OK && i < count; i++) {
        if (folders[i] == NULL)
            return wci_error_nomem(tree->err);
        code = image != NULL ? list_volume(tree, image, folders[i]) : list_host(tree, folders[i]);
    }
    return code;
}

static struct file *find_module(struct tree *tree, struct wci_bytes module)
{
    char text[WCI_MODULE_FILE];
    struct wci_bytes name;
    size_t number, i;

    for (number = 0; wci_module_file(module, number, text, &name); number++) {
        for (i = 0; i < tree->count; i++) {
            if (wci_text_equal_folded(tree->files[i].name, name))
                return &tree->files[i];
        }
    }
    return NULL;
}

/* ---- the tree ----------------------------------------------------------------------------- */

static enum wcab_err read_imports(struct tree *tree, const struct file *file,
                                  struct wci_imports *imports, struct wcab_error *error)
{
    struct wci_source *source = NULL;
    enum wcab_err code =
        file->entry != NULL
            ? wci_volume_open_entry(tree->volume->volume, file->entry, &source, error)
            : wci_source_open_file(file->path, NULL, &source, error);

    if (code == WCAB_OK)
        code = wci_imports_read(source, tree->arena, imports, error);
    wci_source_close(source);
    return code;
}

static const char *kind_text(enum wci_program_kind kind)
{
    static const char *const texts[] = {NULL, "NE", "LE", "PE", "W3"};

    return texts[kind];
}

static enum wcab_err tell(struct tree *tree, const struct wcab_import *import)
{
    tree->told++;
    tree->result->modules += import->module != NULL;
    tree->result->missing += import->found == NULL;
    tree->result->failed += import->error != NULL;
    if (tree->options->on_import == NULL)
        return WCAB_OK;
    return tree->options->on_import(tree->options->context, import);
}

static enum wcab_err tell_file(struct tree *tree, struct file *file, const char *module,
                               unsigned depth);

static enum wcab_err tell_module(struct tree *tree, struct wci_bytes module, unsigned depth)
{
    struct file *file = find_module(tree, module);
    char text[WCI_MODULE_FILE];
    struct wci_bytes name;
    struct wcab_import import = {.path = tree->path, .depth = depth};

    import.module = wci_arena_bytes(tree->arena, module).data;
    if (import.module == NULL)
        return wci_error_nomem(tree->err);
    if (file != NULL)
        return tell_file(tree, file, import.module, depth);
    if (wci_module_is_virtual(module))
        return WCAB_OK;
    if (!wci_module_file(module, WCI_MODULE_FILES - 1, text, &name) && /* KERNEL */
        !wci_module_file(module, 1, text, &name))
        name = module;
    import.name = wci_arena_bytes(tree->arena, name).data;
    return import.name == NULL ? wci_error_nomem(tree->err) : tell(tree, &import);
}

static enum wcab_err tell_file(struct tree *tree, struct file *file, const char *module,
                               unsigned depth)
{
    struct wci_imports imports = {.kind = WCI_PROGRAM_NONE};
    struct wcab_error error;
    struct wcab_import import = {.path = tree->path,
                                 .depth = depth,
                                 .module = module,
                                 .name = wci_text_base_name(file->path),
                                 .found = file->path,
                                 .told_before = file->told};
    enum wcab_err code = read_imports(tree, file, &imports, &error);
    size_t i;

    if (wci_error_ends_run(code)) {
        *tree->err = error;
        return code;
    }
    import.error = code == WCAB_OK ? NULL : &error;
    import.kind = code == WCAB_OK ? kind_text(imports.kind) : NULL;
    import.told_before = import.told_before && imports.count > 0;
    if (tree->told >= TOLD_MOST)
        return wci_error_set(tree->err, WCAB_ERR_LIMIT, "more than %d modules", TOLD_MOST);
    code = wci_cancel_check(&tree->catalog->cancel, tree->err);
    if (code == WCAB_OK)
        code = tell(tree, &import);
    if (file->told || depth >= DEPTH_MOST)
        return code;
    file->told = true;
    for (i = 0; code == WCAB_OK && i < imports.count; i++)
        code = tell_module(tree, imports.names[i], depth + 1);
    return code;
}

/* ---- a file ------------------------------------------------------------------------------- */

static enum wcab_err tell_failed(struct tree *tree, const struct wcab_error *error)
{
    const struct wcab_import import = {.path = tree->path,
                                       .name = wci_text_base_name(tree->path),
                                       .found = tree->path,
                                       .error = error};

    return tell(tree, &import);
}

static enum wcab_err tell_host_file(struct tree *tree)
{
    struct wci_bytes folder = wci_bytes_folder(wci_bytes_of(tree->path));
    struct file file = {.path = tree->path};
    const char *kept;
    enum wcab_err code;

    folder.length -= folder.length > 1;
    kept = folder.length == 0 ? "" : wci_arena_bytes(tree->arena, folder).data;
    code = kept == NULL ? wci_error_nomem(tree->err) : list_files(tree, NULL, kept);
    return code == WCAB_OK ? tell_file(tree, &file, NULL, 0) : code;
}

static const struct wci_entry *find_entry(struct tree *tree, const char *below)
{
    size_t i, j;

    for (i = 0; i < wci_target_volume_count(tree->target); i++) {
        tree->volume = wci_target_volume(tree->target, i);
        for (j = 0; j < tree->volume->count; j++) {
            if (wci_target_path_place(tree->volume, &tree->volume->files[j], below) ==
                WCI_TARGET_IS)
                return &tree->volume->files[j];
        }
    }
    return NULL;
}

static enum wcab_err tell_image_file(struct tree *tree, const struct wci_target_path *split)
{
    struct wcab_error error;
    struct file file = {.path = tree->path};
    const char *folder;
    enum wcab_err code =
        wci_target_open(split->image, NULL, &tree->catalog->cancel, &tree->target, &error);

    if (code == WCAB_OK) {
        file.entry = find_entry(tree, split->below);
        if (file.entry == NULL)
            code = wci_error_set(&error, WCAB_ERR_NOTFOUND, "the image has no such file");
    }
    if (wci_error_ends_run(code)) {
        *tree->err = error;
        return code;
    }
    if (code != WCAB_OK)
        return tell_failed(tree, &error);
    folder =
        file.entry->folder.length == 0 ? "" : wci_arena_bytes(tree->arena, file.entry->folder).data;
    code = folder == NULL ? wci_error_nomem(tree->err) : list_files(tree, split->image, folder);
    return code == WCAB_OK ? tell_file(tree, &file, NULL, 0) : code;
}

static enum wcab_err tell_path(struct tree *tree, const char *path)
{
    struct wci_target_path split;
    enum wcab_err code;

    wci_arena_reset(tree->arena);
    tree->path = path;
    tree->told = 0;
    code =
        wci_target_path_split(path, &split) ? tell_image_file(tree, &split) : tell_host_file(tree);
    wci_target_close(tree->target);
    tree->target = NULL;
    free(split.image);
    return code;
}

enum wcab_err wcab_imports(struct wcab_catalog *catalog, const struct wcab_imports_options *options,
                           struct wcab_imports_result *result, struct wcab_error *err)
{
    struct wcab_imports_options taken;
    struct wcab_imports_result made = {.modules = 0};
    struct wcab_error own;
    struct tree tree = {.catalog = catalog, .options = &taken, .result = &made, .err = &own};
    enum wcab_err code;
    size_t i;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.paths, taken.path_count, &own);
    if (code == WCAB_OK) {
        tree.arena = wci_arena_new();
        code = tree.arena == NULL ? wci_error_nomem(&own) : WCAB_OK;
    }
    for (i = 0; code == WCAB_OK && i < taken.path_count; i++)
        code = tell_path(&tree, taken.paths[i]);
    free(tree.files);
    wci_arena_free(tree.arena);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}

static enum wcab_err do_import_json(const struct wcab_import *import, wcab_text_sink *sink,
                                    void *context)
{
    struct wci_json json;

    wci_json_open(&json, "import");
    wci_json_text(&json, "path", import->path);
    wci_json_raw(&json, "path_raw", (const uint8_t *)import->path, strlen(import->path));
    wci_json_number(&json, "depth", import->depth);
    wci_json_text(&json, "module", import->module);
    wci_json_text(&json, "name", import->name);
    wci_json_text(&json, "found", import->found);
    wci_json_text(&json, "kind", import->kind);
    wci_json_bool(&json, "told_before", import->told_before);
    wci_json_text(&json, "error", import->error != NULL ? import->error->text : NULL);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_import_json(const struct wcab_import *import, wcab_text_sink *sink,
                               void *context)
{
    return import == NULL || sink == NULL ? WCAB_ERR_USAGE : do_import_json(import, sink, context);
}
