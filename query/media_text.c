/*
 * media_text - wcab_medium_text: one medium for people.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "query/layout.h"
#include "whichcab.h"

enum { DISK_INDENT = 2, TEXT_BYTES = 6144, STATUS_WIDTH = 9, DISK_WIDTH = 8 };

static void put(struct wci_buffer *out, size_t indent, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void put(struct wci_buffer *out, size_t indent, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    wci_layout_wrap(out, indent, text);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* "Windows 95 OSR2 (4.00.950 B), English, 22 DMF disks: 20 of 22 disks, incomplete" */
static void put_told_heading(const struct wcab_medium *medium, struct wci_buffer *out)
{
    char disks[64] = "";

    if (medium->disks_known > 0 && !medium->complete)
        (void)snprintf(disks, sizeof(disks), "%u of %u disks, ", (unsigned)medium->disks_present,
                       (unsigned)medium->disks_known);
    put(out, 0, "%s%s%s%s%s%s%s%s%s%s%s%s%s", or_empty(medium->medium),
        medium->medium != NULL ? ": " : "",
        medium->title != NULL ? medium->title : "not recognised",
        medium->release != NULL ? " (" : "", or_empty(medium->release),
        medium->release != NULL ? ")" : "", medium->language_name != NULL ? ", " : "",
        or_empty(medium->language_name), medium->layout != NULL ? ", " : "",
        or_empty(medium->layout), disks[0] != '\0' ? ", " : "", disks,
        !medium->complete ? (disks[0] != '\0' ? "incomplete" : ", incomplete")
        : medium->told    ? ", complete"
                          : "");
}

/* Whether the language is worth a word: media are English unless it says otherwise. */
static bool is_foreign(const struct wcab_medium *medium)
{
    return medium->language != NULL && strncmp(medium->language, "en-US", 5) != 0;
}

static void put_heading(const struct wcab_medium *medium, struct wci_buffer *out)
{
    const char *state = medium->complete ? "complete" : "incomplete";
    char set[32] = "", disks[64] = "";

    if (medium->medium == NULL || medium->told) {
        put_told_heading(medium, out);
        return;
    }
    if (medium->set > 1)
        (void)snprintf(set, sizeof(set), ", set %u", (unsigned)medium->set);
    if (medium->disks_known > 0)
        (void)snprintf(disks, sizeof(disks), "%u of %u disks, ", (unsigned)medium->disks_present,
                       (unsigned)medium->disks_known);
    put(out, 0, "%s%s: %s%s%s%s%s%s%s%s", medium->medium, set, or_empty(medium->title),
        medium->title != NULL ? ", " : "", or_empty(medium->release),
        medium->release != NULL ? ", " : "", is_foreign(medium) ? medium->language_name : "",
        is_foreign(medium) ? ", " : "", disks, state);
}

/* The beginning of a disk's line: what is the matter, and which disk. */
static void put_start(const struct wcab_disk *disk, struct wci_buffer *out)
{
    static const char *const words[] = {"",        "here",      "missing", "offline",
                                        "damaged", "duplicate", "foreign"};
    char name[32] = "-";

    if (disk->disk != NULL)
        (void)snprintf(name, sizeof(name), "disk %.20s", disk->disk);
    wci_buffer_put(out, "  ", DISK_INDENT);
    wci_layout_pad(out, words[disk->status], STATUS_WIDTH, false);
    wci_buffer_u8(out, ' ');
    wci_layout_pad(out, name, DISK_WIDTH, false);
    wci_buffer_u8(out, ' ');
}

static void put_rest(const struct wcab_disk *disk, bool verbose, struct wci_buffer *out)
{
    const size_t indent = DISK_INDENT + STATUS_WIDTH + DISK_WIDTH + 2;

    if (verbose && disk->status != WCAB_DISK_MISSING)
        put(out, indent, "%s%s%s, %u files%s%s", or_empty(disk->format),
            disk->label != NULL ? ", label " : "", or_empty(disk->label), (unsigned)disk->files,
            disk->reason != NULL ? "; " : "", or_empty(disk->reason));
    else if (disk->status == WCAB_DISK_FOREIGN && disk->reason != NULL)
        put(out, indent, "%s", disk->reason);
    if (verbose && disk->code_page != 0)
        put(out, indent, "names in code page %d: %s", disk->code_page,
            or_empty(disk->code_page_reason));
    if (disk->faults > 0)
        put(out, indent, "%u place%s %s: %s", (unsigned)disk->faults, disk->faults > 1 ? "s" : "",
            disk->faults > disk->unread_places ? "could not be read" : "not read here",
            or_empty(disk->fault));
    if (disk->unread_files > 0)
        put(out, indent, "%u file%s not read here, unsupported or encrypted",
            (unsigned)disk->unread_files, disk->unread_files > 1 ? "s" : "");
    if (disk->damaged_files > 0)
        put(out, indent, "%u file%s do%s not decode", (unsigned)disk->damaged_files,
            disk->damaged_files > 1 ? "s" : "", disk->damaged_files > 1 ? "" : "es");
}

static void put_disk(const struct wcab_disk *disk, bool verbose, struct wci_buffer *out)
{
    put_start(disk, out);
    if (disk->status == WCAB_DISK_MISSING) {
        wci_layout_put(out, or_empty(disk->insert));
        if (disk->label != NULL) {
            wci_buffer_put(out, ", label ", 8);
            wci_layout_put(out, disk->label);
        } else if (disk->reason != NULL) {
            wci_buffer_put(out, ", with ", 7);
            wci_layout_put(out, disk->reason);
        }
    } else {
        wci_layout_put(out, or_empty(disk->image));
        if (disk->container != NULL) {
            wci_buffer_put(out, " > ", 3);
            wci_layout_put(out, disk->container);
        }
    }
    wci_buffer_u8(out, '\n');
    put_rest(disk, verbose, out);
}

enum wcab_err wcab_medium_text(const struct wcab_medium *medium, bool verbose, wcab_text_sink *sink,
                               void *context)
{
    struct wci_buffer out;
    enum wcab_err code = WCAB_ERR_NOMEM;
    size_t i;

    wci_buffer_init(&out);
    put_heading(medium, &out);
    for (i = 0; i < medium->disk_count; i++) {
        /* A whole set of disks is told by its heading. */
        if (verbose || medium->disks_known == 0 || medium->disks[i].status != WCAB_DISK_PRESENT)
            put_disk(&medium->disks[i], verbose, &out);
    }
    for (i = 0; verbose && i < medium->note_count; i++)
        put(&out, DISK_INDENT, "%s", medium->notes[i]);
    if (out.ok)
        code = sink(context, (const char *)out.data, out.size);
    wci_buffer_free(&out);
    return code;
}
