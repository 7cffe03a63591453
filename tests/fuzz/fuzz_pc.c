/*
 * fuzz_pc - the disk of a PC as a whole: partitions, file system, settings, registry, information files, programs, as
 * `check` and `imports` take it.  The input is an image whose zeroes at the end are left out.
 *
 * The first input is put on record as a medium, so that others have something to be held against.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "whichcab.h"

enum { IMAGE_BYTES = 256 * 1024, PATH_BYTES = 256 };

static char folder[64];
static struct wcab_catalog *catalog;

static void path_of(char path[PATH_BYTES], const char *name)
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", folder, name);
}

static void write_image(const char *name, const uint8_t *data, size_t size)
{
    char path[PATH_BYTES];
    FILE *file;

    path_of(path, name);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0 ||
        truncate(path, IMAGE_BYTES) != 0)
        abort();
}

static void end(void)
{
    static const char *const names[] = {"medium.img",       "target.img",
                                        "report",           "catalog/data.mdb",
                                        "catalog/lock.mdb", "catalog/writer.lock"};
    char path[PATH_BYTES];
    size_t i;

    wcab_catalog_close(catalog);
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(path, names[i]);
        (void)unlink(path);
    }
    path_of(path, "catalog");
    (void)rmdir(path);
    (void)rmdir(folder);
}

static void begin(const uint8_t *data, size_t size)
{
    const struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                                 .without_published = true};
    char path[PATH_BYTES], medium[PATH_BYTES];
    const char *paths[] = {medium};
    const struct wcab_index_options index = {
        .sizeof_options = sizeof(index), .paths = paths, .path_count = 1};
    const struct wcab_verify_options verify = {.sizeof_options = sizeof(verify)};

    (void)strcpy(folder, "/tmp/whichcab-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    path_of(path, "catalog");
    path_of(medium, "medium.img");
    write_image("medium.img", data, size);
    (void)wcab_index(path, &index, NULL, NULL);
    (void)wcab_verify(path, &verify, NULL, NULL);
    if (wcab_catalog_open(path, &options, &catalog, NULL) != WCAB_OK)
        abort();
    (void)atexit(end);
}

static enum wcab_err drop(void *context, const char *text, size_t length)
{
    size_t *seen = context;

    (void)text;
    *seen += length;
    return WCAB_OK;
}

static enum wcab_err on_file(void *context, const struct wcab_checked_file *file)
{
    (void)wcab_checked_file_text(file, true, drop, context);
    return wcab_checked_file_json(file, drop, context);
}

static enum wcab_err on_windows(void *context, const struct wcab_checked_windows *windows)
{
    (void)wcab_checked_windows_text(windows, drop, context);
    return wcab_checked_windows_json(windows, drop, context);
}

static enum wcab_err on_import(void *context, const struct wcab_import *import)
{
    return wcab_import_json(import, drop, context);
}

static enum wcab_err on_event(void *context, const struct wcab_kit_event *event)
{
    return wcab_kit_event_json(event, drop, context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[PATH_BYTES], program[PATH_BYTES];
    const char *targets[] = {path}, *programs[] = {program};
    size_t seen = 0;
    const struct wcab_check_options check = {.sizeof_options = sizeof(check),
                                             .targets = targets,
                                             .target_count = 1,
                                             .context = &seen,
                                             .on_file = on_file,
                                             .on_windows = on_windows};
    const struct wcab_imports_options imports = {.sizeof_options = sizeof(imports),
                                                 .paths = programs,
                                                 .path_count = 1,
                                                 .context = &seen,
                                                 .on_import = on_import};
    const struct wcab_kit_options plan = {.sizeof_options = sizeof(plan),
                                          .target = path,
                                          .form = WCAB_KIT_PLAN,
                                          .context = &seen,
                                          .on_event = on_event};

    if (size == 0 || size > IMAGE_BYTES)
        return 0;
    if (catalog == NULL)
        begin(data, size);
    write_image("target.img", data, size);
    path_of(path, "target.img");
    path_of(program, "target.img:/WINDOWS/MAIL.EXE");
    (void)wcab_check(catalog, &check, NULL, NULL);
    (void)wcab_imports(catalog, &imports, NULL, NULL);
    (void)wcab_kit_make(catalog, &plan, NULL, NULL);
    return 0;
}
