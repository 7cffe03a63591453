/*
 * media_text - wcab_medium_text: one medium for people.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "query/output/columns.h"
#include "query/output/link.h"
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
    wci_columns_wrap(out, indent, text);
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* Words of a title that the layout and the language of the medium say better. */
static bool says_layout(const char *word, size_t length)
{
    static const char *const words[] = {"CD-ROM",   "another CD",   "floppies",
                                        "floppy",   "DMF floppies", "non-DMF floppies",
                                        "download", "other layout", "3.5-inch floppies",
                                        "English",  "Portuguese"};
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return true;
    }
    return false;
}

/* "Windows 95 (retail, DMF floppies)" as "Windows 95, retail". */
static void put_title(const char *title, char *out, size_t room)
{
    const char *open = strrchr(title, '('), *word, *end;
    size_t length = open == NULL ? strlen(title) : (size_t)(open - title);

    while (length > 0 && title[length - 1] == ' ')
        length--;
    (void)snprintf(out, room, "%.*s", (int)(length < room ? length : room - 1), title);
    for (word = open == NULL ? NULL : open + 1; word != NULL && *word != '\0'; word = end) {
        word += strspn(word, ", )");
        end = word + strcspn(word, ",)");
        length = strlen(out);
        if (end > word && !says_layout(word, (size_t)(end - word)))
            (void)snprintf(out + length, room - length, ", %.*s", (int)(end - word), word);
    }
}

/* ", 22 DMF disks, 20 of 22 disks, incomplete" */
static void put_state(const struct wcab_medium *medium, char *out, size_t room)
{
    bool of_no_set = medium->medium == NULL && !medium->told && medium->probable == NULL;
    char disks[64] = "";

    if (medium->disks_known > 0 && (!medium->complete || medium->layout == NULL))
        (void)snprintf(disks, sizeof(disks), ", %u of %u disk%s", (unsigned)medium->disks_present,
                       (unsigned)medium->disks_known, wci_columns_s(medium->disks_known));
    (void)snprintf(out, room, "%s%s%s%s", medium->layout != NULL ? ", " : "",
                   or_empty(medium->layout), disks,
                   !medium->complete ? ", incomplete"
                   : of_no_set       ? ""
                                     : ", complete");
}

/* "Windows 95 OSR2 (4.00.950 B), English, 22 DMF disks, complete" */
static void put_heading(const struct wcab_medium *medium, struct wci_buffer *out)
{
    char set[32] = "", title[256] = "not recognised", state[256];

    if (medium->title != NULL)
        put_title(medium->title, title, sizeof(title));
    else if (medium->probable != NULL)
        (void)snprintf(title, sizeof(title), "not recognised, probably one set by its %s",
                       medium->probable);
    if (medium->set > 1)
        (void)snprintf(set, sizeof(set), ", set %u", (unsigned)medium->set);
    put_state(medium, state, sizeof(state));
    put(out, 0, "%s%s%s%s%s%s%s%s%s%s", or_empty(medium->medium), medium->medium != NULL ? set : "",
        medium->medium != NULL ? ": " : "", title, medium->release != NULL ? " (" : "",
        or_empty(medium->release), medium->release != NULL ? ")" : "",
        medium->language_name != NULL ? ", " : "", or_empty(medium->language_name), state);
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
    wci_columns_pad(out, words[disk->status], STATUS_WIDTH, false);
    wci_buffer_u8(out, ' ');
    wci_columns_pad(out, name, DISK_WIDTH, false);
    wci_buffer_u8(out, ' ');
}

/* "box B3, shelf 2" */
static void put_user_notes(const struct wcab_disk *disk, size_t indent, struct wci_buffer *out)
{
    struct wci_buffer text;
    size_t i;

    if (disk->user_note_count == 0)
        return;
    wci_buffer_init(&text);
    for (i = 0; i < disk->user_note_count; i++) {
        wci_buffer_put(&text, ", ", i > 0 ? 2 : 0);
        wci_buffer_put(&text, disk->user_notes[i].key, strlen(disk->user_notes[i].key));
        wci_buffer_u8(&text, ' ');
        wci_buffer_put(&text, disk->user_notes[i].value, strlen(disk->user_notes[i].value));
    }
    wci_buffer_u8(&text, 0);
    if (text.ok)
        wci_columns_wrap(out, indent, (const char *)text.data);
    out->ok = out->ok && text.ok;
    wci_buffer_free(&text);
}

static void put_rest(const struct wcab_disk *disk, bool verbose, struct wci_buffer *out)
{
    const size_t indent = DISK_INDENT + STATUS_WIDTH + DISK_WIDTH + 2;

    put_user_notes(disk, indent, out);
    if (verbose && disk->status != WCAB_DISK_MISSING)
        put(out, indent, "%s%s%s, %u file%s%s%s", or_empty(disk->format),
            disk->label != NULL ? ", label " : "", or_empty(disk->label), (unsigned)disk->files,
            wci_columns_s(disk->files), disk->reason != NULL ? "; " : "", or_empty(disk->reason));
    else if (disk->status == WCAB_DISK_FOREIGN && disk->reason != NULL)
        put(out, indent, "%s", disk->reason);
    if (verbose && disk->code_page != 0)
        put(out, indent, "names in code page %d: %s", disk->code_page,
            or_empty(disk->code_page_reason));
    if (disk->faults > 0)
        put(out, indent, "%u place%s %s: %s", (unsigned)disk->faults, wci_columns_s(disk->faults),
            disk->faults > disk->unread_places ? "could not be read" : "not read here",
            or_empty(disk->fault));
    if (disk->unread_files > 0)
        put(out, indent, "%u file%s not read here, unsupported or encrypted",
            (unsigned)disk->unread_files, wci_columns_s(disk->unread_files));
    if (disk->damaged_files > 0)
        put(out, indent, "%u file%s do%s not decode", (unsigned)disk->damaged_files,
            wci_columns_s(disk->damaged_files), disk->damaged_files > 1 ? "" : "es");
}

static void put_disk(const struct wcab_disk *disk, unsigned flags, struct wci_buffer *out)
{
    put_start(disk, out);
    if (disk->status == WCAB_DISK_MISSING) {
        wci_columns_put(out, or_empty(disk->insert));
        if (disk->label != NULL) {
            wci_buffer_put(out, ", label ", 8);
            wci_columns_put(out, disk->label);
        } else if (disk->reason != NULL) {
            wci_buffer_put(out, ", with ", 7);
            wci_columns_put(out, disk->reason);
        }
    } else {
        wci_link_put(out, flags & WCAB_MEDIUM_LINKS,
                     (struct wci_bytes){(const char *)disk->image_raw, disk->image_raw_length},
                     or_empty(disk->image));
        if (disk->container != NULL) {
            wci_buffer_put(out, " > ", 3);
            wci_columns_put(out, disk->container);
        }
    }
    wci_buffer_u8(out, '\n');
    put_rest(disk, flags & WCAB_MEDIUM_VERBOSE, out);
}

static enum wcab_err do_medium_text(const struct wcab_medium *medium, unsigned flags,
                                    wcab_text_sink *sink, void *context)
{
    bool verbose = flags & WCAB_MEDIUM_VERBOSE;
    struct wci_buffer out;
    enum wcab_err code = WCAB_ERR_NOMEM;
    size_t i;

    wci_buffer_init(&out);
    put_heading(medium, &out);
    for (i = 0; i < medium->disk_count; i++) {
        /* A whole set of disks is told by its heading. */
        if (verbose || medium->disks_known == 0 || medium->disks[i].status != WCAB_DISK_PRESENT ||
            medium->disks[i].user_note_count > 0)
            put_disk(&medium->disks[i], flags, &out);
    }
    if (medium->contradiction != NULL)
        put(&out, DISK_INDENT, "%s", medium->contradiction);
    for (i = 0; verbose && i < medium->note_count; i++)
        put(&out, DISK_INDENT, "%s", medium->notes[i]);
    if (out.ok)
        code = sink(context, (const char *)out.data, out.size);
    wci_buffer_free(&out);
    return code;
}

enum wcab_err wcab_medium_text(const struct wcab_medium *medium, unsigned flags,
                               wcab_text_sink *sink, void *context)
{
    return medium == NULL || sink == NULL ? WCAB_ERR_USAGE
                                          : do_medium_text(medium, flags, sink, context);
}
