/*
 * cabinet_files - see cabinet_files.h.
 */
#include "indexer/walk/cabinet_files.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/mem.h"
#include "media/cabinet/folder_take.h"

/* The wanted files of one folder. */
struct opening {
    const struct wci_cabinet_files_visitor *visitor;
    struct wci_budget *budget;
    uint64_t packed_size; /* of the cabinet */
    struct wci_folder_take take;
    struct file *states;   /* parallel to the wanted files, owned */
    enum wcab_err visited; /* what the visitor returned last */
};

struct file {
    struct opening *opening;
    uint32_t row;
    struct wci_spool spool;
};

bool wci_cabinet_files_is_whole(const struct wci_container *cabinet, uint32_t row)
{
    const struct wci_entry *entry = &cabinet->entries[row];
    uint32_t i;

    if (entry->flags & (WCI_ENTRY_CONTINUED | WCI_ENTRY_CONTINUES) ||
        entry->cab_folder >= cabinet->cab->folder_count)
        return false;
    /* The folder of a file that goes on from the cabinet before begins there. */
    for (i = 0; entry->cab_folder == 0 && i < cabinet->entry_count; i++) {
        if (cabinet->entries[i].cab_folder == 0 && cabinet->entries[i].flags & WCI_ENTRY_CONTINUED)
            return false;
    }
    return true;
}

static enum wcab_err on_begin(struct wci_folder_file *wanted, struct wcab_error *err)
{
    struct file *file = wanted->context;

    wci_spool_init(&file->spool, file->opening->visitor->budget, file->opening->packed_size);
    return wci_spool_check_claim(&file->spool, wanted->size, err);
}

static enum wcab_err on_put(struct wci_folder_file *wanted, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    struct file *file = wanted->context;

    return wci_spool_write(&file->spool, wanted->done, data, size, err);
}

static enum wcab_err on_end(struct wci_folder_file *wanted, struct wcab_error *err)
{
    struct file *file = wanted->context;
    struct opening *opening = file->opening;
    struct wci_source *source = NULL;
    enum wcab_err code = wci_spool_finish(&file->spool, &source, err);

    if (code != WCAB_OK)
        return code;
    opening->visited = opening->visitor->visit(opening->visitor->context, file->row, source, err);
    wci_source_close(source);
    return opening->visited;
}

/* Tells of the files that did not come out. */
static enum wcab_err tell_lost(struct opening *opening)
{
    enum wcab_err code = WCAB_OK;
    struct wcab_error why;
    size_t i;

    for (i = 0; code == WCAB_OK && i < opening->take.count; i++) {
        const struct wci_folder_file *wanted = &opening->take.files[i];
        const struct file *file = wanted->context;

        if (wci_folder_take_outcome(&opening->take, wanted, &why) != WCI_TAKEN_WHOLE)
            code = opening->visitor->visit(opening->visitor->context, file->row, NULL, &why);
    }
    return code;
}

static enum wcab_err open_folder(struct opening *opening, const struct wci_cab_part *part,
                                 struct wcab_error *err)
{
    enum wcab_err code;
    size_t i;

    opening->take.begin = on_begin;
    opening->take.put = on_put;
    opening->take.end = on_end;
    opening->visited = WCAB_OK;
    code = wci_folder_take_run(&opening->take, part, 1, err);
    for (i = 0; i < opening->take.count; i++) {
        struct file *file = opening->take.files[i].context;

        if (opening->take.files[i].begun)
            wci_spool_discard(&file->spool);
    }
    if (opening->visited != WCAB_OK || wci_error_ends_run(code))
        return code;
    return tell_lost(opening);
}

/* Gathers those of the rows that lie in `folder`. */
static void gather(struct opening *opening, const struct wci_container *cabinet,
                   const uint32_t *rows, size_t count, uint32_t folder)
{
    size_t i;

    opening->take.count = 0;
    for (i = 0; i < count; i++) {
        const struct wci_entry *entry = &cabinet->entries[rows[i]];
        size_t at = opening->take.count;

        if (entry->cab_folder != folder)
            continue;
        opening->states[at] = (struct file){.opening = opening, .row = rows[i]};
        opening->states[at].spool.fd = -1;
        opening->take.files[at] = (struct wci_folder_file){
            .start = entry->locator, .size = entry->size, .context = &opening->states[at]};
        opening->take.count++;
    }
}

enum wcab_err wci_cabinet_files_open(struct wci_source *source, const struct wci_container *cabinet,
                                     const uint32_t *rows, size_t count,
                                     const struct wci_cabinet_files_visitor *visitor,
                                     struct wcab_error *err)
{
    struct opening opening = {.visitor = visitor, .packed_size = cabinet->cab->size};
    enum wcab_err code = WCAB_OK;
    struct wci_cab_part part = {.source = source, .cab = cabinet->cab};
    uint32_t folder;

    if (count == 0)
        return WCAB_OK;
    opening.states = wci_mem_calloc(count, sizeof(*opening.states));
    opening.take.files = wci_mem_calloc(count, sizeof(*opening.take.files));
    if (opening.states == NULL || opening.take.files == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    for (folder = 0; code == WCAB_OK && folder < cabinet->cab->folder_count; folder++) {
        gather(&opening, cabinet, rows, count, folder);
        part.folder = folder;
        if (opening.take.count > 0)
            code = open_folder(&opening, &part, err);
    }
out:
    free(opening.states);
    free(opening.take.files);
    return code;
}
