/*
 * out_json - answers and media as JSON, one object a line: docs/json.md describes the members.
 */
#include "query/output/json.h"

#include <string.h>

#include "whichcab.h"

/* ---- answers ------------------------------------------------------------------------------ */

/* {"box": "B3"} */
static void put_notes(struct wci_json *json, const char *key, const struct wcab_note *notes,
                      size_t count)
{
    size_t i;

    wci_json_begin(json, key, '{');
    for (i = 0; i < count; i++)
        wci_json_text(json, notes[i].key, notes[i].value);
    wci_json_end(json, '}');
}

static void put_needs(struct wci_json *json, const struct wcab_answer *answer)
{
    size_t i;

    wci_json_begin(json, "needs", '[');
    for (i = 0; i < answer->need_count; i++) {
        const struct wcab_need *need = &answer->needs[i];

        wci_json_begin(json, NULL, '{');
        wci_json_text(json, "disk", need->disk);
        wci_json_text(json, "image", need->image);
        wci_json_text(json, "cabinet", need->cabinet);
        wci_json_text(json, "volume_label", need->volume_label);
        wci_json_text(json, "insert", need->insert);
        wci_json_bool(json, "present", need->present);
        wci_json_bool(json, "damaged", need->damaged);
        put_notes(json, "notes", need->notes, need->note_count);
        wci_json_end(json, '}');
    }
    wci_json_end(json, ']');
}

static void put_size(struct wci_json *json, uint64_t size, bool known)
{
    if (known)
        wci_json_number(json, "size", size);
    else
        wci_json_null(json, "size");
}

static void put_copies(struct wci_json *json, const struct wcab_answer *answer)
{
    size_t i;

    wci_json_begin(json, "other_copies", '[');
    for (i = 0; i < answer->copy_count; i++) {
        const struct wcab_copy *copy = &answer->copies[i];

        wci_json_begin(json, NULL, '{');
        wci_json_text(json, "disk", copy->disk);
        wci_json_text(json, "path", copy->path);
        wci_json_text(json, "cabinet", copy->cabinet);
        put_size(json, copy->size, copy->size_known);
        wci_json_bool(json, "same_size_and_date", copy->same_size_and_date);
        wci_json_text(json, "role", copy->role);
        wci_json_text(json, "purpose", copy->purpose);
        wci_json_end(json, '}');
    }
    wci_json_end(json, ']');
    wci_json_number(json, "other_copies_unlisted", answer->copies_unlisted);
    wci_json_number(json, "same_elsewhere", answer->same_elsewhere);
    wci_json_bool(json, "undecided", answer->undecided);
    wci_json_text(json, "machine", answer->machine);
}

const char *wcab_source_name(enum wcab_source source)
{
    return source == WCAB_SOURCE_PUBLISHED ? "published"
           : source == WCAB_SOURCE_MEDIUM  ? "medium"
                                           : "indexed";
}

static void put_names(struct wci_json *json, const struct wcab_answer *answer)
{
    wci_json_text(json, "query", answer->query);
    wci_json_text(json, "name", answer->name);
    if (answer->name_exact)
        wci_json_null(json, "name_raw");
    else
        wci_json_hex(json, "name_raw", answer->name_raw, answer->name_raw_length);
    wci_json_text(json, "alias", answer->alias);
    wci_json_text(json, "installed_as", answer->installed_as);
    if (answer->installed_as != NULL)
        wci_json_bool(json, "installed_as_probable", answer->installed_as_probable);
}

static void put_place(struct wci_json *json, const struct wcab_answer *answer)
{
    wci_json_text(json, "medium", answer->medium);
    wci_json_text(json, "title", answer->title);
    wci_json_text(json, "release", answer->release);
    wci_json_text(json, "source", wcab_source_name(answer->source));
    if (answer->source == WCAB_SOURCE_MEDIUM)
        wci_json_text(json, "told_by", answer->told_by);
    wci_json_text(json, "image", answer->image);
    if (answer->image != NULL)
        wci_json_raw(json, "image_raw", answer->image_raw, answer->image_raw_length);
    wci_json_text(json, "disk", answer->disk);
    wci_json_text(json, "volume_label", answer->volume_label);
    wci_json_text(json, "path", answer->path);
    wci_json_text(json, "cabinet", answer->cabinet);
    wci_json_text(json, "stored_path", answer->stored_path);
    wci_json_text(json, "container", answer->container);
    wci_json_text(json, "format", answer->format);
}

static void put_facts(struct wci_json *json, const struct wcab_answer *answer)
{
    put_size(json, answer->size, answer->size_known);
    wci_json_text(json, "modified", answer->modified[0] != '\0' ? answer->modified : NULL);
    wci_json_text(json, "attributes", answer->attributes_known ? answer->attributes : NULL);
    wci_json_text(json, "starts_in", answer->starts_in);
    wci_json_text(json, "ends_in", answer->ends_in);
    put_needs(json, answer);
    wci_json_text(json, "method", answer->method);
    wci_json_bool(json, "packed", answer->packed);
    if (answer->name_probable)
        wci_json_bool(json, "name_probable", true);
    wci_json_text(json, "role", answer->role);
    wci_json_text(json, "purpose", answer->purpose);
    wci_json_text(json, "sha256", answer->sha256);
    wci_json_text(json, "md5", answer->md5);
    wci_json_text(json, "sha1", answer->sha1);
    wci_json_text(json, "file_version", answer->file_version);
    wci_json_bool(json, "complete", answer->complete);
    wci_json_text(json, "trouble", answer->trouble);
    wci_json_text(json, "unread", answer->unread);
    wci_json_text(json, "unread_reason", answer->unread_reason);
}

static enum wcab_err do_answer_json(const struct wcab_answer *answer, wcab_text_sink *sink,
                                    void *context)
{
    struct wci_json json;
    size_t i;

    wci_json_open(&json, NULL);
    put_names(&json, answer);
    put_place(&json, answer);
    put_facts(&json, answer);
    wci_json_begin(&json, "commands", '[');
    for (i = 0; i < answer->command_count; i++)
        wci_json_text(&json, NULL, answer->commands[i]);
    wci_json_end(&json, ']');
    if (answer->no_commands != NULL)
        wci_json_text(&json, "no_commands", answer->no_commands);
    put_copies(&json, answer);
    wci_json_text(&json, "id", answer->id);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_answer_json(const struct wcab_answer *answer, wcab_text_sink *sink,
                               void *context)
{
    return answer == NULL || sink == NULL ? WCAB_ERR_USAGE : do_answer_json(answer, sink, context);
}

/* ---- media -------------------------------------------------------------------------------- */

static const char *status_text(enum wcab_disk_status status)
{
    static const char *const names[] = {NULL,      "present",   "missing", "offline",
                                        "damaged", "duplicate", "foreign"};

    return (size_t)status < sizeof(names) / sizeof(names[0]) ? names[status] : NULL;
}

static void put_disk(struct wci_json *json, const struct wcab_disk *disk)
{
    wci_json_begin(json, NULL, '{');
    wci_json_text(json, "disk", disk->disk);
    wci_json_text(json, "status", status_text(disk->status));
    wci_json_text(json, "insert", disk->insert);
    wci_json_text(json, "volume_label", disk->label);
    wci_json_text(json, "format", disk->format);
    wci_json_text(json, "image", disk->image);
    if (disk->image != NULL)
        wci_json_raw(json, "image_raw", disk->image_raw, disk->image_raw_length);
    wci_json_text(json, "container", disk->container);
    wci_json_text(json, "reason", disk->reason);
    wci_json_number(json, "files", disk->files);
    wci_json_number(json, "faults", disk->faults);
    wci_json_text(json, "fault", disk->fault);
    wci_json_number(json, "damaged_files", disk->damaged_files);
    wci_json_number(json, "unread_places", disk->unread_places);
    wci_json_number(json, "unread_files", disk->unread_files);
    if (disk->code_page != 0)
        wci_json_number(json, "code_page", (uint64_t)disk->code_page);
    else
        wci_json_text(json, "code_page", NULL);
    wci_json_text(json, "code_page_reason", disk->code_page_reason);
    put_notes(json, "notes", disk->user_notes, disk->user_note_count);
    wci_json_end(json, '}');
}

/* Names of the disks with one status; a medium without disks has none. */
static void put_disk_list(struct wci_json *json, const struct wcab_medium *medium, const char *key,
                          enum wcab_disk_status status)
{
    size_t i;

    wci_json_begin(json, key, '[');
    for (i = 0; i < medium->disk_count; i++) {
        if (medium->disks[i].status == status && medium->disks[i].disk != NULL)
            wci_json_text(json, NULL, medium->disks[i].disk);
    }
    wci_json_end(json, ']');
}

static enum wcab_err do_medium_json(const struct wcab_medium *medium, wcab_text_sink *sink,
                                    void *context)
{
    struct wci_json json;
    size_t i;

    wci_json_open(&json, NULL);
    wci_json_text(&json, "medium", medium->medium);
    wci_json_text(&json, "title", medium->title);
    wci_json_text(&json, "release", medium->release);
    wci_json_text(&json, "kind", medium->kind);
    wci_json_text(&json, "language", medium->language);
    wci_json_text(&json, "layout", medium->layout);
    wci_json_text(&json, "disks_from", medium->told ? "medium" : medium->probable);
    wci_json_text(&json, "contradiction", medium->contradiction);
    wci_json_number(&json, "set", medium->set);
    wci_json_number(&json, "disks_known", medium->disks_known);
    wci_json_number(&json, "disks_present", medium->disks_present);
    wci_json_bool(&json, "complete", medium->complete);
    put_disk_list(&json, medium, "missing", WCAB_DISK_MISSING);
    put_disk_list(&json, medium, "offline", WCAB_DISK_OFFLINE);
    put_disk_list(&json, medium, "damaged", WCAB_DISK_DAMAGED);
    put_disk_list(&json, medium, "duplicate", WCAB_DISK_DUPLICATE);
    wci_json_begin(&json, "disks", '[');
    for (i = 0; i < medium->disk_count; i++)
        put_disk(&json, &medium->disks[i]);
    wci_json_end(&json, ']');
    wci_json_begin(&json, "notes", '[');
    for (i = 0; i < medium->note_count; i++)
        wci_json_text(&json, NULL, medium->notes[i]);
    wci_json_end(&json, ']');
    return wci_json_close(&json, sink, context);
}

static enum wcab_err do_image_json(const struct wcab_image *image, wcab_text_sink *sink,
                                   void *context)
{
    struct wci_json json;

    wci_json_open(&json, NULL);
    wci_json_text(&json, "image", image->path);
    wci_json_raw(&json, "image_raw", image->path_raw, image->path_raw_length);
    wci_json_text(&json, "kind", image->kind);
    wci_json_number(&json, "size", image->size);
    wci_json_text(&json, "medium", image->medium);
    wci_json_text(&json, "disk", image->disk);
    wci_json_text(&json, "volume_label", image->label);
    wci_json_number(&json, "containers", image->containers);
    wci_json_number(&json, "files", image->files);
    wci_json_number(&json, "faults", image->faults);
    wci_json_bool(&json, "offline", image->offline);
    wci_json_bool(&json, "unread", image->unread);
    wci_json_bool(&json, "deep", image->deep);
    put_notes(&json, "notes", image->notes, image->note_count);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_image_json(const struct wcab_image *image, wcab_text_sink *sink, void *context)
{
    return image == NULL || sink == NULL ? WCAB_ERR_USAGE : do_image_json(image, sink, context);
}

enum wcab_err wcab_medium_json(const struct wcab_medium *medium, wcab_text_sink *sink,
                               void *context)
{
    return medium == NULL || sink == NULL ? WCAB_ERR_USAGE : do_medium_json(medium, sink, context);
}

/* ---- names that were not found ------------------------------------------------------------ */

enum wcab_err wcab_suggestion_json(const struct wcab_suggestion *suggestion, wcab_text_sink *sink,
                                   void *context)
{
    struct wci_json json;
    size_t i;

    if (suggestion == NULL || sink == NULL)
        return WCAB_ERR_USAGE;
    wci_json_open(&json, NULL);
    wci_json_text(&json, "query", suggestion->query);
    wci_json_bool(&json, "found", false);
    wci_json_null(&json, "name");
    wci_json_bool(&json, "known_elsewhere", suggestion->elsewhere);
    wci_json_begin(&json, "suggestions", '[');
    for (i = 0; i < suggestion->name_count; i++)
        wci_json_text(&json, NULL, suggestion->names[i]);
    wci_json_end(&json, ']');
    return wci_json_close(&json, sink, context);
}

/* ---- items of an image -------------------------------------------------------------------- */

enum wcab_err wcab_list_item_json(const struct wcab_list_item *item, const char *image,
                                  wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    if (item == NULL || sink == NULL)
        return WCAB_ERR_USAGE;
    wci_json_open(&json, item->is_container ? "container" : "file");
    wci_json_text(&json, "image", image);
    wci_json_text(&json, "container", item->container);
    wci_json_text(&json, "format", item->format);
    wci_json_text(&json, "volume_label", item->label[0] != '\0' ? item->label : NULL);
    wci_json_text(&json, "name", item->name);
    wci_json_text(&json, "alias", item->alias);
    put_size(&json, item->size, !item->is_container && item->size_known);
    wci_json_text(&json, "modified", item->modified[0] != '\0' ? item->modified : NULL);
    wci_json_text(&json, "attributes", item->is_container ? NULL : item->attributes);
    wci_json_bool(&json, "continued", item->continued);
    wci_json_bool(&json, "continues", item->continues);
    wci_json_bool(&json, "damaged", item->damaged);
    if (item->id != NULL)
        wci_json_text(&json, "id", item->id);
    return wci_json_close(&json, sink, context);
}
