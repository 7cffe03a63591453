/*
 * check_drivers - the drivers in VMM32.VXD of Windows 9x and WIN386.EXE of Windows 3.x.
 *
 * Setup makes VMM32.VXD anew on each PC, out of the drivers that this one needs: its bytes are those of no
 * medium, and what can be said of it is whether it is whole and has the drivers that are asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/walk/w4.h"
#include "jobs/check/check_run.h"

static int compare_names(const void *a, const void *b)
{
    return wci_bytes_compare(((const struct wci_check_name *)a)->name,
                             ((const struct wci_check_name *)b)->name);
}

static enum wcab_err add_driver(struct wci_check *check, struct wci_bytes name)
{
    struct wci_check_names *drivers = &check->drivers;
    struct wci_bytes fold = wci_check_fold(check, name);

    if (fold.data == NULL ||
        !wci_mem_grow(&drivers->items, drivers->count, &drivers->capacity, sizeof(*drivers->items)))
        return wci_error_nomem(check->err);
    drivers->items[drivers->count++] = (struct wci_check_name){fold, {"", 0}};
    return WCAB_OK;
}

/* Its state, unless it was found whole as a medium has it. */
static enum wcab_err judge(struct wci_check *check, struct wci_checked *file,
                           const struct wci_w4_archive *archive, enum wcab_err code,
                           const struct wcab_error *error)
{
    if (file->state == WCAB_CHECK_INTACT || file->state == WCAB_CHECK_UPDATED ||
        code == WCAB_ERR_FORMAT)
        return WCAB_OK; /* no such archive at all: as it was judged */
    if (code == WCAB_OK && file->state != WCAB_CHECK_DAMAGED) {
        file->state = WCAB_CHECK_PROBABLE;
        file->reason = wci_check_sentence(check, "Setup makes it on each PC; it has %zu drivers",
                                          archive->count);
    } else if (code != WCAB_OK && error->offset != WCAB_NO_OFFSET) {
        file->state = WCAB_CHECK_DAMAGED;
        file->reason = wci_check_sentence(check, "%s (at byte %llu)", error->text,
                                          (unsigned long long)error->offset);
    } else if (code != WCAB_OK) {
        file->state = WCAB_CHECK_DAMAGED;
        file->reason = wci_check_sentence(check, "%s", error->text);
    }
    return file->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static enum wcab_err list_drivers(struct wci_check *check, struct wci_checked *file)
{
    struct wci_w4_archive archive = {.count = 0};
    struct wci_source *source = NULL;
    struct wcab_error error;
    enum wcab_err code =
        wci_volume_open_entry(check->windows.volume->volume, file->entry, &source, &error);
    size_t i;

    if (code == WCAB_OK)
        code = wci_w4_list(source, check->arena, &archive, &error);
    if (code == WCAB_OK)
        code = wci_w4_verify(source, &error);
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    check->knows_drivers = code == WCAB_OK;
    code = judge(check, file, &archive, code, &error);
    for (i = 0; code == WCAB_OK && check->knows_drivers && i < archive.count; i++)
        code = add_driver(check, archive.members[i].name);
    if (check->drivers.count > 1)
        qsort(check->drivers.items, check->drivers.count, sizeof(*check->drivers.items),
              compare_names);
    return code;
}

enum wcab_err wci_check_drivers(struct wci_check *check)
{
    struct wci_checked *file =
        check->windows.family == WCI_WINDOWS_9X   ? wci_check_find(check, "SYSTEM/VMM32.VXD")
        : check->windows.family == WCI_WINDOWS_3X ? wci_check_find(check, "SYSTEM/WIN386.EXE")
                                                  : NULL;

    return file == NULL || !file->is_read ? WCAB_OK : list_drivers(check, file);
}

bool wci_check_has_driver(const struct wci_check *check, struct wci_bytes name)
{
    struct wci_folded room;
    const struct wci_check_name key = {.name = wci_text_fold_name(name, &room)};

    return !check->knows_drivers ||
           (check->drivers.count > 0 && bsearch(&key, check->drivers.items, check->drivers.count,
                                                sizeof(key), compare_names) != NULL);
}
