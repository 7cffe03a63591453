/*
 * baseline - see baseline.h.
 */
#include "cli/commands/baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

enum { LINES_MOST = 2000000, LINE_MOST = 16384 };

static const char first_line[] = "whichcab-baseline 1";

/* ---- lists -------------------------------------------------------------------------------- */

static bool add(struct baseline_list *list, char *path, char *facts)
{
    if (path != NULL && facts != NULL && list->count == list->capacity) {
        size_t capacity = list->capacity * 3 / 2 + 64;
        struct baseline_file *files = realloc(list->files, capacity * sizeof(*files));

        if (files == NULL)
            goto out;
        list->files = files;
        list->capacity = capacity;
    }
    if (path != NULL && facts != NULL) {
        list->files[list->count++] = (struct baseline_file){path, facts};
        return true;
    }
out:
    free(path);
    free(facts);
    return false;
}

static void free_list(struct baseline_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        free(list->files[i].path);
        free(list->files[i].facts);
    }
    free(list->files);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct baseline_file *)a)->path, ((const struct baseline_file *)b)->path);
}

static void sort(struct baseline_list *list)
{
    if (list->count > 1)
        qsort(list->files, list->count, sizeof(*list->files), compare_files);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* "FACTS PATH": the path has no blanks. */
static bool take_line(struct baseline *baseline, char *line)
{
    char *path = strrchr(line, ' ');

    if (path == NULL || baseline->before.count >= LINES_MOST)
        return false;
    *path++ = '\0';
    return add(&baseline->before, strdup(path), strdup(line));
}

static bool read_lines(struct baseline *baseline, FILE *file)
{
    static char line[LINE_MOST];
    size_t number = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        size_t length = strcspn(line, "\n");

        number++;
        if (line[length] != '\n' ||
            (line[length] = '\0',
             number == 1 ? strcmp(line, first_line) != 0 : !take_line(baseline, line))) {
            output_error("%s: line %zu is none of a baseline", baseline->path, number);
            return false;
        }
    }
    if (ferror(file) || number == 0) {
        output_error("%s: %s", baseline->path,
                     ferror(file) ? "can't be read" : "is empty, and no baseline");
        return false;
    }
    sort(&baseline->before);
    return true;
}

bool baseline_open(struct baseline *baseline, const char *path)
{
    FILE *file = fopen(path, "re");
    bool ok;
    int fd;

    *baseline = (struct baseline){.path = path};
    if (file != NULL) {
        ok = read_lines(baseline, file);
        (void)fclose(file);
        if (!ok)
            free_list(&baseline->before);
        return ok;
    }
    fd = errno == ENOENT ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    baseline->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (baseline->file != NULL)
        return true;
    output_error("%s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return false;
}

/* ---- today's files ------------------------------------------------------------------------ */

/* With what is no printable ASCII as %XX; owned by the caller. */
static char *escaped(const char *path)
{
    static const char digits[] = "0123456789ABCDEF";
    char *text = malloc(strlen(path) * 3 + 1), *at = text;

    for (; text != NULL && *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;

        if (c > ' ' && c < 0x7F && c != '%' && c != '"' && c != '\\') {
            *at++ = (char)c;
            continue;
        }
        *at++ = '%';
        *at++ = digits[c >> 4];
        *at++ = digits[c & 15];
    }
    if (text != NULL)
        *at = '\0';
    return text;
}

bool baseline_note(struct baseline *baseline, const struct wcab_checked_file *file)
{
    char facts[160];

    if (file->state == WCAB_CHECK_MISSING)
        return true;
    (void)snprintf(facts, sizeof(facts), "%s %" PRIu64 " %s",
                   file->sha256 != NULL ? file->sha256 : "-", file->size,
                   file->modified[0] != '\0' ? file->modified : "-");
    return add(&baseline->now, escaped(file->path), strdup(facts));
}

/* ---- the end ------------------------------------------------------------------------------ */

static int write_file(struct baseline *baseline)
{
    size_t i;
    bool ok = fprintf(baseline->file, "%s\n", first_line) > 0;

    for (i = 0; ok && i < baseline->now.count; i++)
        ok = fprintf(baseline->file, "%s %s\n", baseline->now.files[i].facts,
                     baseline->now.files[i].path) > 0;
    ok = fclose(baseline->file) == 0 && ok;
    baseline->file = NULL;
    if (!ok) {
        output_error("%s: can't be written: %s", baseline->path, strerror(errno));
        return STATUS_ERROR;
    }
    output_note("%s: %zu file%s put down", baseline->path, baseline->now.count,
                output_s(baseline->now.count));
    return STATUS_DONE;
}

static void tell(const char *change, const char *path, struct records *records)
{
    char text[3 * LINE_MOST];
    int length;

    if (records == NULL) {
        output_masked(stdout, path);
        (void)printf(": %s since the baseline\n", change);
        return;
    }
    length = snprintf(text, sizeof(text),
                      "{\"format_version\":1,\"event\":\"baseline\",\"change\":\"%s\",\"path\":"
                      "\"%s\"}\n",
                      change, path);
    if (length > 0 && (size_t)length < sizeof(text))
        (void)records_sink(records, text, (size_t)length);
}

/* Both lists are sorted by path. */
static int compare(const struct baseline *baseline, struct records *records)
{
    const struct baseline_list *before = &baseline->before, *now = &baseline->now;
    size_t i = 0, j = 0, changes = 0;

    while (i < before->count || j < now->count) {
        int order = i == before->count ? 1
                    : j == now->count  ? -1
                                       : compare_files(&before->files[i], &now->files[j]);
        const char *change = order < 0                                                  ? "gone"
                             : order > 0                                                ? "new"
                             : strcmp(before->files[i].facts, now->files[j].facts) != 0 ? "changed"
                                                                                        : NULL;

        if (change != NULL)
            tell(change, order > 0 ? now->files[j].path : before->files[i].path, records);
        changes += change != NULL;
        i += order <= 0;
        j += order >= 0;
    }
    if (records == NULL)
        output_note("%zu file%s from %s", changes, changes == 1 ? " differs" : "s differ",
                    baseline->path);
    return changes > 0 ? STATUS_PARTLY : STATUS_DONE;
}

int baseline_close(struct baseline *baseline, bool is_whole, struct records *records)
{
    int status = STATUS_DONE;

    sort(&baseline->now);
    if (is_whole && baseline->file != NULL)
        status = write_file(baseline);
    else if (is_whole)
        status = compare(baseline, records);
    if (baseline->file != NULL) { /* not written: no half of one is left */
        (void)fclose(baseline->file);
        (void)unlink(baseline->path);
    }
    free_list(&baseline->before);
    free_list(&baseline->now);
    return status;
}
