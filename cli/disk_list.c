/*
 * disk_list - see disk_list.h.
 */
#include "cli/disk_list.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 6, CELL_BYTES = 64, STATES = WCAB_DISK_FOREIGN + 1 };
enum { STATE, MEDIUM, DISK, LABEL, FORMAT, FILES };

struct line {
    const struct wcab_medium *medium; /* borrowed */
    const struct wcab_disk *disk;     /* borrowed */
};

struct disk_list {
    struct line *lines; /* owned */
    size_t count, capacity;
    uint64_t images, complete, incomplete, unknown, states[STATES];
};

struct disk_list *disk_list_open(void)
{
    struct disk_list *list = calloc(1, sizeof(*list));

    if (list == NULL)
        output_error("out of memory");
    return list;
}

void disk_list_close(struct disk_list *list)
{
    if (list == NULL)
        return;
    free(list->lines);
    free(list);
}

static bool add_line(struct disk_list *list, const struct wcab_medium *medium,
                     const struct wcab_disk *disk)
{
    if (list->count == list->capacity) {
        size_t larger = list->capacity == 0 ? 64 : 2 * list->capacity;
        struct line *grown = realloc(list->lines, larger * sizeof(*grown));

        if (grown == NULL) {
            output_error("out of memory");
            return false;
        }
        list->lines = grown;
        list->capacity = larger;
    }
    list->lines[list->count++] = (struct line){medium, disk};
    return true;
}

/* Whether nothing is known of what it is. */
static bool is_unknown(const struct wcab_medium *medium)
{
    return medium->medium == NULL && !medium->told;
}

bool disk_list_add(struct disk_list *list, const struct wcab_medium *medium, unsigned wanted)
{
    size_t i;

    if (is_unknown(medium))
        list->unknown += medium->disk_count;
    else if (medium->complete)
        list->complete++;
    else
        list->incomplete++;
    for (i = 0; i < medium->disk_count; i++) {
        const struct wcab_disk *disk = &medium->disks[i];

        list->images += disk->status != WCAB_DISK_MISSING;
        list->states[disk->status]++;
        if ((wanted & 1U << disk->status) != 0 && !add_line(list, medium, disk))
            return false;
    }
    return true;
}

size_t disk_list_count(const struct disk_list *list)
{
    return list->count;
}

/* ---- lines -------------------------------------------------------------------------------- */

static const char *or_dash(const char *text)
{
    return text == NULL || text[0] == '\0' ? "-" : text;
}

static const char *state_word(enum wcab_disk_status status)
{
    static const char *const words[STATES] = {"-",       "here",      "missing", "offline",
                                              "damaged", "duplicate", "foreign"};

    return words[status];
}

static const char *cell(const struct line *line, int column, char text[CELL_BYTES])
{
    switch (column) {
    case STATE:
        return state_word(line->disk->status);
    case MEDIUM:
        return line->medium->medium != NULL ? line->medium->medium : "(unknown)";
    case DISK:
        return or_dash(line->disk->disk);
    case LABEL:
        return or_dash(line->disk->label);
    case FORMAT:
        return or_dash(line->disk->format);
    default:
        break;
    }
    if (line->disk->status == WCAB_DISK_MISSING)
        return "-";
    (void)snprintf(text, CELL_BYTES, "%llu", (unsigned long long)line->disk->files);
    return text;
}

/* Columns that a masked text takes: its code points. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void print_cell(const char *text, int width, bool right)
{
    int blanks = width - width_of(text);

    if (right)
        (void)printf("%*s", blanks > 0 ? blanks : 0, "");
    output_masked(stdout, text);
    if (!right)
        (void)printf("%*s", blanks > 0 ? blanks : 0, "");
    (void)fputs("  ", stdout);
}

/* "  (box B3, shelf 2)" */
static void print_notes(const struct wcab_disk *disk)
{
    size_t i;

    for (i = 0; i < disk->user_note_count; i++) {
        (void)fputs(i == 0 ? "  (" : ", ", stdout);
        output_masked(stdout, disk->user_notes[i].key);
        (void)fputc(' ', stdout);
        output_masked(stdout, disk->user_notes[i].value);
    }
    if (i > 0)
        (void)fputc(')', stdout);
}

static void print_image(const struct line *line, const struct disk_look *look)
{
    const struct wcab_disk *disk = line->disk;

    if (disk->image == NULL) { /* a known medium and its disk say all */
        output_masked(stdout, line->medium->medium != NULL && disk->disk != NULL
                                  ? "-"
                                  : or_dash(disk->insert));
    } else {
        output_linked(look->links, disk->image_raw, disk->image_raw_length,
                      look->names != NULL ? wcab_image_name(look->names, disk->image)
                                          : disk->image);
        if (disk->container != NULL) {
            (void)fputs(" > ", stdout);
            output_masked(stdout, disk->container);
        }
        print_notes(disk);
    }
    (void)fputc('\n', stdout);
}

void disk_list_print(const struct disk_list *list, const struct disk_look *look)
{
    static const char *const headings[COLUMNS] = {"state", "medium", "disk",
                                                  "label", "format", "files"};
    int widths[COLUMNS], column;
    char text[CELL_BYTES];
    size_t i;

    if (list->count == 0)
        return;
    for (column = 0; column < COLUMNS; column++) {
        widths[column] = width_of(headings[column]);
        for (i = 0; i < list->count; i++) {
            int width = width_of(cell(&list->lines[i], column, text));

            widths[column] = width > widths[column] ? width : widths[column];
        }
        print_cell(headings[column], widths[column], column == FILES);
    }
    (void)fputs("image\n", stdout);
    for (i = 0; i < list->count; i++) {
        for (column = 0; column < COLUMNS; column++)
            print_cell(cell(&list->lines[i], column, text), widths[column], column == FILES);
        print_image(&list->lines[i], look);
    }
}

/* ---- folders ------------------------------------------------------------------------------ */

/* Length of the folder in a path, without the '/' behind it. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash - path);
}

static int compare_folders(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    const char *x = a->disk->image != NULL ? a->disk->image : "";
    const char *y = b->disk->image != NULL ? b->disk->image : "";
    size_t m = folder_length(x), n = folder_length(y);
    int order = memcmp(x, y, m < n ? m : n);

    return order != 0 ? order : (m > n) - (m < n);
}

void disk_list_print_folders(const struct disk_list *list)
{
    size_t i, next, folders = 0;

    if (list->count == 0)
        return;
    qsort(list->lines, list->count, sizeof(*list->lines), compare_folders);
    for (i = 0; i < list->count; i++)
        folders += i == 0 || compare_folders(&list->lines[i - 1], &list->lines[i]) != 0;
    (void)printf("not recognised: %zu disk%s in %zu folder%s ('whichcab media --unknown' lists "
                 "them)\n",
                 list->count, output_s(list->count), folders, output_s(folders));
    for (i = 0; i < list->count; i = next) {
        const char *image = list->lines[i].disk->image != NULL ? list->lines[i].disk->image : "";
        size_t length = folder_length(image), damaged = 0;
        char folder[4096];

        for (next = i;
             next < list->count && compare_folders(&list->lines[i], &list->lines[next]) == 0;
             next++)
            damaged += list->lines[next].disk->faults > list->lines[next].disk->unread_places;
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(length < 4095 ? length : 4095), image);
        (void)printf("  %6zu disk%s", next - i, next - i == 1 ? "   " : "s  ");
        output_masked(stdout, folder[0] != '\0' ? folder : "/");
        if (damaged > 0)
            (void)printf(", %zu not read whole", damaged);
        (void)fputc('\n', stdout);
    }
}

/* ---- counts ------------------------------------------------------------------------------- */

/* Appends ", 3 damaged" when there are any. */
static void append(char *text, size_t size, uint64_t count, const char *what)
{
    size_t used = strlen(text);

    if (count > 0 && used < size)
        (void)snprintf(text + used, size - used, ", %llu %s", (unsigned long long)count, what);
}

void disk_list_summary(const struct disk_list *list)
{
    char media[160] = "", disks[160] = "";

    append(media, sizeof(media), list->complete,
           list->complete == 1 ? "medium complete" : "media complete");
    append(media, sizeof(media), list->incomplete,
           list->incomplete == 1 ? "medium incomplete" : "media incomplete");
    append(media, sizeof(media), list->unknown, "not recognised");
    append(disks, sizeof(disks), list->states[WCAB_DISK_MISSING], "missing");
    append(disks, sizeof(disks), list->states[WCAB_DISK_OFFLINE], "offline");
    append(disks, sizeof(disks), list->states[WCAB_DISK_DAMAGED], "damaged");
    append(disks, sizeof(disks), list->states[WCAB_DISK_DUPLICATE], "duplicate");
    output_note("%llu image%s: %s%s%s", (unsigned long long)list->images, output_s(list->images),
                media[0] != '\0' ? media + 2 : "nothing", disks[0] != '\0' ? "; disks: " : "",
                disks[0] != '\0' ? disks + 2 : "");
}
