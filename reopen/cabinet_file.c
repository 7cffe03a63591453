/*
 * cabinet_file - see cabinet_file.h.
 */
#include "reopen/cabinet_file.h"

#include "core/error.h"
#include "media/bytes/spool.h"
#include "media/cabinet/cab_folder.h"
#include "media/cabinet/decode.h"
#include "media/cabinet/folder_files.h"
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

/* The blocks of the folder: in the cabinet at hand, or in others, too, which are opened for it. */
static enum wcab_err open_blocks(struct wci_reader *reader, const struct wci_cabinet_file *file,
                                 struct wci_folder_parts *parts,
                                 struct wci_cab_folder_reader **blocks, struct wcab_error *err)
{
    struct wci_cab_folder_options options = {.salvage = false};
    enum wcab_err code =
        wci_folder_parts_find(reader, file->listing, file->entry->cab_folder, parts, err);

    if (code != WCAB_OK)
        return code;
    if (!parts->begins || !parts->ends)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "the %s cabinet of its folder is missing",
                             parts->begins ? "next" : "first");
    if (parts->count == 1) {
        struct wci_cab_part part = {
            .source = file->cabinet, .cab = parts->parts[0].cab, .folder = parts->parts[0].folder};

        return wci_cab_folder_open(&part, 1, &options, blocks, err);
    }
    if (file->nesting >= WCI_CABINET_FILE_NESTING)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "its folder runs through several cabinets, which lie in such again");
    parts->nesting = file->nesting + 1;
    code = wci_folder_parts_open(reader, file->image, parts, err);
    if (code == WCAB_OK)
        code = wci_folder_blocks_open(parts, &options, blocks, err);
    return code;
}

static enum wcab_err decode(struct wci_cab_folder_reader *reader, struct wci_folder_files *files,
                            struct wcab_error *err)
{
    struct wci_byte_sink sink = wci_folder_files_sink(files);
    struct wci_block_reader blocks = wci_cab_folder_blocks(reader);
    enum wcab_err code;

    wci_folder_files_prepare(files);
    code = wci_decode_folder(wci_cab_folder_type(reader), WCI_DECODER_BEST, &blocks, &sink, err);
    if (code == WCAB_ERR_CANCELLED && files->satisfied)
        return WCAB_OK;
    if (code == WCAB_OK && !files->files[0].ended)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, files->at,
                                "its folder ends at byte %llu, before the file's end",
                                (unsigned long long)files->at);
    return code;
}

enum wcab_err wci_cabinet_file_open(struct wci_reader *reader, const struct wci_cabinet_file *file,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct unpacking unpacking;
    struct wci_folder_file wanted = {
        .start = file->entry->locator, .size = file->entry->size, .context = &unpacking};
    struct wci_folder_files files = {
        .files = &wanted, .count = 1, .begin = on_begin, .put = on_put, .end = on_end};
    struct wci_folder_parts parts = {.arena = NULL};
    struct wci_cab_folder_reader *blocks = NULL;
    enum wcab_err code = open_blocks(reader, file, &parts, &blocks, err);

    wci_budget_init(&unpacking.budget, file->limits, wci_source_size(file->cabinet), NULL);
    wci_spool_init(&unpacking.spool, &unpacking.budget, wci_source_size(file->cabinet));
    if (code == WCAB_OK)
        code = decode(blocks, &files, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&unpacking.spool, source, err);
    wci_spool_discard(&unpacking.spool);
    wci_cab_folder_close(blocks);
    wci_folder_parts_free(&parts);
    return code;
}
