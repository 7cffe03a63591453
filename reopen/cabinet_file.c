/*
 * cabinet_file - see cabinet_file.h.
 */
#include "reopen/cabinet_file.h"

#include "core/error.h"
#include "media/bytes/spool.h"
#include "media/cabinet/folder_take.h"
#include "reopen/folder_decode.h"
#include "reopen/folder_parts.h"

struct unpacking {
    struct wci_budget budget;
    struct wci_spool spool;
};

static enum wcab_err on_begin(struct wci_folder_file *wanted, struct wcab_error *err)
{
    struct unpacking *unpacking = wanted->context;

    return wci_spool_check_claim(&unpacking->spool, wanted->size, err);
}

static enum wcab_err on_put(struct wci_folder_file *wanted, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    struct unpacking *unpacking = wanted->context;

    return wci_spool_write(&unpacking->spool, wanted->done, data, size, err);
}

static enum wcab_err on_end(struct wci_folder_file *wanted, struct wcab_error *err)
{
    (void)wanted;
    (void)err;
    return WCAB_OK;
}

/* Takes the file out of a folder that is in the cabinet at hand, or in others, too, which are opened
 * for it. */
static enum wcab_err take_out(struct wci_reader *reader, const struct wci_cabinet_file *file,
                              struct wci_folder_parts *parts, struct wci_folder_take *take,
                              struct wcab_error *err)
{
    struct wci_cab_part part = {.source = file->cabinet};
    enum wcab_err code =
        wci_folder_parts_find(reader, file->listing, file->entry->cab_folder, parts, err);

    if (code == WCAB_OK)
        code = wci_folder_parts_check(parts, err);
    if (code != WCAB_OK)
        return code;
    if (parts->count == 1) {
        part.cab = parts->parts[0].cab;
        part.folder = parts->parts[0].folder;
        return wci_folder_take_run(take, &part, 1, err);
    }
    if (file->nesting >= WCI_CABINET_FILE_NESTING)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "its folder runs through several cabinets, which lie in such again");
    parts->nesting = file->nesting + 1;
    code = wci_folder_parts_open(reader, file->image, parts, err);
    return code == WCAB_OK ? wci_folder_decode(parts, take, err) : code;
}

enum wcab_err wci_cabinet_file_open(struct wci_reader *reader, const struct wci_cabinet_file *file,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct unpacking unpacking;
    struct wci_folder_file wanted = {
        .start = file->entry->locator, .size = file->entry->size, .context = &unpacking};
    struct wci_folder_take take = {
        .files = &wanted, .count = 1, .begin = on_begin, .put = on_put, .end = on_end};
    struct wci_folder_parts parts = {.arena = NULL};
    struct wcab_error why;
    enum wcab_err code;

    wci_budget_init(&unpacking.budget, file->limits, wci_source_size(file->cabinet),
                    wci_reader_cancel(reader));
    wci_spool_init(&unpacking.spool, &unpacking.budget, wci_source_size(file->cabinet));
    code = take_out(reader, file, &parts, &take, err);
    if (code == WCAB_OK && wci_folder_take_outcome(&take, &wanted, &why) != WCI_TAKEN_WHOLE)
        code = wci_error_copy(err, &why);
    if (code == WCAB_OK)
        code = wci_spool_finish(&unpacking.spool, source, err);
    wci_spool_discard(&unpacking.spool);
    wci_folder_parts_free(&parts);
    return code;
}
