/*
 * folder_files - see folder_files.h.
 */
#include "media/cabinet/folder_files.h"

#include <stdlib.h>

static int by_start(const void *a, const void *b)
{
    const struct wci_folder_file *x = a;
    const struct wci_folder_file *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->size > y->size) - (x->size < y->size);
}

void wci_folder_files_prepare(struct wci_folder_files *files)
{
    size_t i;

    if (files->count > 0)
        qsort(files->files, files->count, sizeof(*files->files), by_start);
    for (i = 0; i < files->count; i++) {
        files->files[i].begun = files->files[i].ended = false;
        files->files[i].done = 0;
    }
    files->first = 0;
    files->at = 0;
    files->satisfied = files->count == 0;
}

/* Hands over what a run of the folder holds of one file. */
static enum wcab_err feed(struct wci_folder_files *files, struct wci_folder_file *file,
                          const uint8_t *data, size_t size, struct wcab_error *err)
{
    uint64_t from = file->start + file->done;
    uint64_t left = file->size - file->done;
    enum wcab_err code = WCAB_OK;
    size_t skip, piece;

    if (!file->begun) {
        file->begun = true;
        code = files->begin(file, err);
    }
    skip = from > files->at ? (size_t)(from - files->at) : 0;
    piece = size - skip;
    if (piece > left)
        piece = (size_t)left;
    if (code == WCAB_OK && piece > 0)
        code = files->put(file, data + skip, piece, err);
    file->done += piece;
    if (code == WCAB_OK && file->done == file->size) {
        file->ended = true;
        code = files->end(file, err);
    }
    return code;
}

static enum wcab_err put(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    struct wci_folder_files *files = context;
    uint64_t run_end = files->at + size;
    enum wcab_err code = WCAB_OK;
    size_t i, active = 0;

    for (i = files->first; code == WCAB_OK && i < files->count; i++) {
        struct wci_folder_file *file = &files->files[i];

        if (file->start > run_end || (file->start == run_end && file->size > 0))
            break;
        if (file->ended)
            continue;
        if (active == WCI_FOLDER_FILES_OVERLAP)
            break;
        code = feed(files, file, data, size, err);
        active += !file->ended;
    }
    files->at = run_end;
    while (files->first < files->count &&
           (files->files[files->first].ended ||
            files->files[files->first].start + files->files[files->first].size <= files->at))
        files->first++;
    files->satisfied = files->first == files->count;
    if (code == WCAB_OK && files->satisfied)
        code = wci_error_set(err, WCAB_ERR_CANCELLED, "all wanted files are out");
    return code;
}

enum wcab_err wci_folder_files_end(struct wci_folder_files *files, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < files->count; i++) {
        struct wci_folder_file *file = &files->files[i];

        if (!file->ended && file->size == 0)
            code = feed(files, file, NULL, 0, err);
    }
    return code;
}

struct wci_byte_sink wci_folder_files_sink(struct wci_folder_files *files)
{
    struct wci_byte_sink sink = {files, put};

    return sink;
}
