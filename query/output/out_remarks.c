/*
 * out_remarks - what stands below an answer's row: disks to insert, what is missing, what another
 * copy is for.
 */
#include "query/output/out_remarks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "query/output/columns.h"

enum { REMARK_INDENT = 6, MOST_COPIES = 3, TEXT_BYTES = 6144 };

static const char *or_dash(const char *text)
{
    return text == NULL || text[0] == '\0' ? "-" : text;
}

static bool same_name(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

void wci_out_remark(struct wci_remarks *out, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    wci_columns_wrap_to(&out->text, out->columns, REMARK_INDENT, text);
}

static void put_name_remarks(const struct wcab_answer *answer, struct wci_remarks *out)
{
    if (answer->installed_as != NULL)
        wci_out_remark(out, "%s, %s %s when installed", answer->name,
                       answer->installed_as_probable ? "probably becomes" : "becomes",
                       answer->installed_as);
    else if (!same_name(answer->name, out->heading))
        wci_out_remark(out, "%s%s%s", answer->name, answer->alias != NULL ? ", in short " : "",
                       answer->alias != NULL ? answer->alias : "");
    if (answer->cabinet == NULL && answer->path != NULL && strchr(answer->path, '/') != NULL)
        wci_out_remark(out, "at %s", answer->path);
    if (answer->machine != NULL)
        wci_out_remark(out, "for %s machines, not for a PC", answer->machine);
    if (answer->stored_path != NULL && !same_name(answer->stored_path, answer->name))
        wci_out_remark(out, "stored as %s", answer->stored_path);
    if (answer->container != NULL &&
        (answer->cabinet == NULL || strstr(answer->container, " > ") != NULL))
        wci_out_remark(out, "inside %s", answer->container);
    if (answer->packed)
        wci_out_remark(out, "%s %s",
                       answer->name_probable ? "probably its name; packed as" : "packed as",
                       or_dash(answer->alias != NULL ? answer->alias : answer->name));
}

static void put_needs(const struct wcab_answer *answer, struct wci_remarks *out)
{
    char text[TEXT_BYTES] = "insert ";
    size_t used = strlen(text), i;

    if (answer->disk == NULL && answer->need_count < 2 &&
        (answer->need_count == 0 || answer->needs[0].note_count == 0))
        return;
    for (i = 0; i < answer->need_count && used < sizeof(text) - 1; i++) {
        const struct wcab_need *need = &answer->needs[i];
        bool same_disk = i > 0 && strcmp(need->insert, answer->needs[i - 1].insert) == 0;
        int wrote;

        if (same_disk)
            wrote = snprintf(text + used, sizeof(text) - used, ", then %s", or_dash(need->cabinet));
        else if (answer->need_count > 1)
            wrote = snprintf(text + used, sizeof(text) - used, "%s%s for %s",
                             i > 0 ? ", then " : "", need->insert, or_dash(need->cabinet));
        else
            wrote = snprintf(text + used, sizeof(text) - used, "%s", need->insert);
        used += wrote < 0 ? 0 : (size_t)wrote;
    }
    wci_out_remark(out, "%s", text);
}

/* "disk 1's MINI.CAB", "WIN95/SETUP.EXE". */
static void copy_place(const struct wcab_copy *copy, char *text, size_t size)
{
    const char *where = copy->cabinet != NULL ? copy->cabinet : or_dash(copy->path);

    if (copy->disk != NULL)
        (void)snprintf(text, size, "disk %s's %s", copy->disk, where);
    else
        (void)snprintf(text, size, "%s", where);
}

static void put_copy(const struct wcab_copy *copy, struct wci_remarks *out)
{
    bool wrong = copy->role != NULL && strcmp(copy->role, "system") != 0;
    char size[WCI_COLUMNS_NUMBER + 8] = "", place[TEXT_BYTES / 2];

    copy_place(copy, place, sizeof(place));
    if (copy->size_known) {
        char number[WCI_COLUMNS_NUMBER];

        wci_columns_number(number, copy->size);
        (void)snprintf(size, sizeof(size), " (%s)", number);
    }
    if (wrong)
        wci_out_remark(out, "not the copy in %s%s%s%s", place, size,
                       copy->purpose != NULL ? ": " : "",
                       copy->purpose != NULL ? copy->purpose : "");
    else
        wci_out_remark(out, "another copy in %s%s%s", place, size,
                       copy->same_size_and_date ? ", the same size and date" : "");
}

static void put_copies(const struct wcab_answer *answer, struct wci_remarks *out)
{
    size_t shown = answer->copy_count < MOST_COPIES ? answer->copy_count : MOST_COPIES, i;
    uint64_t left = answer->copies_unlisted + (answer->copy_count - shown);

    for (i = 0; i < shown; i++)
        put_copy(&answer->copies[i], out);
    if (left > 0)
        wci_out_remark(out, "and %" PRIu64 " more on this medium: --all shows them", left);
    if (answer->undecided)
        wci_out_remark(out, "nothing tells which copy is the right one");
    if (answer->same_elsewhere > 0)
        wci_out_remark(out, "the same on %" PRIu32 " more image%s", answer->same_elsewhere,
                       wci_columns_s(answer->same_elsewhere));
}

static void put_contents(const struct wcab_answer *answer, struct wci_remarks *out)
{
    if (answer->file_version != NULL)
        wci_out_remark(out, "version: %s", answer->file_version);
    if (answer->sha256 != NULL)
        wci_out_remark(out, "SHA-256: %s", answer->sha256);
}

static void put_details(const struct wcab_answer *answer, struct wci_remarks *out)
{
    size_t i;

    wci_out_remark(out, "medium: %s%s%s", or_dash(answer->title),
                   answer->release != NULL ? ", " : "",
                   answer->release != NULL ? answer->release : "");
    if (answer->image != NULL)
        wci_out_remark(out, "image: %s", answer->image);
    if (answer->volume_label != NULL)
        wci_out_remark(out, "volume label: %s", answer->volume_label);
    wci_out_remark(out, "path: %s%s%s", or_dash(answer->path),
                   answer->stored_path != NULL ? " > " : "",
                   answer->stored_path != NULL ? answer->stored_path : "");
    if (answer->alias != NULL)
        wci_out_remark(out, "other name: %s", answer->alias);
    if (answer->starts_in != NULL)
        wci_out_remark(out, "starts in %s, ends in %s, %s", answer->starts_in,
                       or_dash(answer->ends_in),
                       answer->method != NULL ? answer->method : "compression unknown");
    if (answer->attributes_known)
        wci_out_remark(out, "attributes: %s", or_dash(answer->attributes));
    if (answer->role != NULL)
        wci_out_remark(out, "role: %s%s%s", answer->role, answer->purpose != NULL ? ": " : "",
                       answer->purpose != NULL ? answer->purpose : "");
    if (!(out->flags & WCAB_TABLE_CONTENTS))
        put_contents(answer, out);
    for (i = 0; i < answer->command_count; i++)
        wci_out_remark(out, "%s", answer->commands[i]);
}

void wci_out_remarks(const struct wcab_answer *answer, struct wci_remarks *out)
{
    bool wrong = answer->role != NULL && strcmp(answer->role, "system") != 0;

    put_name_remarks(answer, out);
    if (wrong && answer->purpose != NULL && !(out->flags & WCAB_TABLE_VERBOSE))
        wci_out_remark(out, "%s: %s", answer->role, answer->purpose);
    if (out->flags & WCAB_TABLE_CONTENTS)
        put_contents(answer, out);
    put_needs(answer, out);
    if (!answer->complete) {
        wci_columns_colour(&out->text, out->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_RED);
        wci_out_remark(out, "not complete: %s", or_dash(answer->trouble));
        wci_columns_colour(&out->text, out->flags & WCAB_TABLE_COLOUR, WCI_COLOUR_NONE);
    }
    if (answer->unread != NULL)
        wci_out_remark(out, "not read here: %s", or_dash(answer->unread_reason));
    if (out->flags & WCAB_TABLE_VERBOSE)
        put_details(answer, out);
    put_copies(answer, out);
}
