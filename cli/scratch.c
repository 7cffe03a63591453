/*
 * scratch - see scratch.h.
 */
#include "cli/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/program.h"

/* The colon behind an image that there is; NULL: the operand names none. */
static char *divide(char *operand)
{
    char *colon = strchr(operand, ':');

    if (fetching_is_url(operand)) {
        colon = strrchr(operand, ':');
        return colon >= operand + fetching_path_of(operand) ? colon : NULL;
    }
    while (colon != NULL) {
        bool exists;

        *colon = '\0';
        exists = operand[0] != '\0' && access(operand, F_OK) == 0;
        *colon = ':';
        if (exists)
            return colon;
        colon = strchr(colon + 1, ':');
    }
    return NULL;
}

bool scratch_names_images(char **operands, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        if (divide(operands[i]) != NULL)
            return true;
    }
    return false;
}

static enum wcab_err failure(struct wcab_error *err, enum wcab_err code, const char *place,
                             const char *text)
{
    memset(err, 0, sizeof(*err));
    err->code = code;
    err->offset = WCAB_NO_OFFSET;
    (void)snprintf(err->place, sizeof(err->place), "%s", place);
    (void)snprintf(err->text, sizeof(err->text), "%s", text);
    return code;
}

static enum wcab_err take_operands(struct scratch *scratch, char **operands, int count,
                                   struct wcab_error *err)
{
    int i;

    scratch->images = calloc((size_t)count, sizeof(*scratch->images));
    scratch->names = calloc((size_t)count, sizeof(*scratch->names));
    if (scratch->images == NULL || scratch->names == NULL)
        return failure(err, WCAB_ERR_NOMEM, "", "out of memory");
    for (i = 0; i < count; i++) {
        char *colon = divide(operands[i]);

        if (colon == NULL)
            return failure(err, WCAB_ERR_USAGE, operands[i],
                           "no IMAGE:NAME, as the other names are");
        *colon = '\0';
        scratch->images[i] = operands[i];
        scratch->names[i] = colon[1] != '\0' ? colon + 1 : "*";
        scratch->count++;
    }
    return WCAB_OK;
}

static enum wcab_err make_folder(struct scratch *scratch, struct wcab_error *err)
{
    const char *base = getenv("TMPDIR");

    if (base == NULL || base[0] == '\0')
        base = "/tmp";
    if (asprintf(&scratch->folder, "%s/whichcab-XXXXXX", base) < 0) {
        scratch->folder = NULL;
        return failure(err, WCAB_ERR_NOMEM, "", "out of memory");
    }
    if (mkdtemp(scratch->folder) != NULL)
        return WCAB_OK;
    failure(err, WCAB_ERR_IO, scratch->folder, "no folder for temporary files can be made");
    free(scratch->folder);
    scratch->folder = NULL;
    return WCAB_ERR_IO;
}

/* The first fault is why nothing of an image was read. */
static void on_event(void *context, const struct wcab_index_event *event)
{
    struct wcab_error *first = context;

    if (event->kind == WCAB_INDEX_FAULT && first->code == WCAB_OK)
        *first = *event->error;
}

static enum wcab_err index_images(struct scratch *scratch, struct wcab_fetch *fetch,
                                  struct wcab_error *err)
{
    struct wcab_error first = {.code = WCAB_OK};
    struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                         .paths = scratch->images,
                                         .path_count = scratch->count,
                                         .cancel = interrupt_catch(),
                                         .fetch = fetch,
                                         .context = &first,
                                         .on_event = on_event};
    struct wcab_index_result result = {.sizeof_result = sizeof(result)};
    char *profiles = program_find_data("media-profiles");
    enum wcab_err code;

    options.profiles = profiles;
    code = wcab_index(scratch->folder, &options, &result, err);
    free(profiles);
    if (code == WCAB_OK && result.images_failed > 0 && first.code != WCAB_OK) {
        *err = first;
        code = first.code;
    }
    return code;
}

enum wcab_err scratch_open(struct scratch *scratch, char **operands, int count,
                           struct wcab_fetch *fetch, struct wcab_error *err)
{
    const struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                                 .without_published = true};
    enum wcab_err code;

    memset(scratch, 0, sizeof(*scratch));
    code = take_operands(scratch, operands, count, err);
    if (code == WCAB_OK)
        code = make_folder(scratch, err);
    if (code == WCAB_OK)
        code = index_images(scratch, fetch, err);
    if (code == WCAB_OK)
        code = wcab_catalog_open(scratch->folder, &options, &scratch->catalog, err);
    if (code == WCAB_OK) {
        wcab_catalog_set_cancel(scratch->catalog, interrupt_catch());
        wcab_catalog_set_fetch(scratch->catalog, fetch);
    }
    return code;
}

static void remove_folder(const char *folder)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;

    while (open != NULL && (entry = readdir(open)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dirfd(open), entry->d_name, 0);
    }
    if (open != NULL)
        (void)closedir(open);
    (void)rmdir(folder);
}

void scratch_close(struct scratch *scratch)
{
    wcab_catalog_close(scratch->catalog);
    if (scratch->folder != NULL)
        remove_folder(scratch->folder);
    free(scratch->folder);
    free(scratch->images);
    free(scratch->names);
    memset(scratch, 0, sizeof(*scratch));
}
