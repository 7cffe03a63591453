/*
 * import - an export's text into the catalog (dump.h, docs/catalog-format.md).
 *
 * The text is untrusted: every line is checked for its place, the number of its fields and the
 * range of each.  An image is gathered from its lines and put when it is complete.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/dump.h"
#include "catalog/writer.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"

enum {
    READ_BYTES = 64 * 1024,
    LONGEST_LINE = 16 * 1024 * 1024, /* a profile's text is one line */
    MOST_FACTS = WCI_LIMIT_ENTRIES
};

/* A listing by its number in the export. */
struct known_listing {
    uint32_t id; /* 0 while the image that brings it is not put */
    enum wci_container_kind kind;
    uint32_t row_count;
    uint32_t container; /* of the image at hand, while id is 0 */
};

/* What belongs to one container of the image at hand. */
struct gathered {
    size_t number;     /* its listing, from 1 */
    bool brings;       /* the first to have that listing: its rows follow */
    bool facts_follow; /* a facts line was read */
    uint32_t fact_count, fact_limit;
    struct wci_deep *facts; /* in the arena */
};

struct importing {
    struct wci_writer *writer;
    wci_text_source *get;
    void *context;
    struct wcab_error *err;
    char buffer[READ_BYTES];
    size_t at, filled;
    struct wci_buffer line;
    uint64_t line_number;
    uint64_t version; /* of the export */
    bool ended;
    struct wci_bytes fields[WCI_DUMP_MOST_FIELDS];

    struct wci_image *image; /* at hand, or NULL */
    bool offline;
    uint64_t group;
    struct gathered *gathered; /* of its containers, owned */
    size_t gathered_capacity, container_capacity, fault_capacity, part_capacity;
    struct wci_entry *entries; /* of the container at hand, owned: moved to the arena when full */
    size_t entry_capacity;
    struct wci_cab_folder *folders; /* likewise */
    size_t folder_capacity;
    struct wci_deep *facts; /* likewise */
    size_t fact_capacity;

    struct wci_buffer last_path; /* of the image before: they come in order, each once */
    struct known_listing *known; /* by number - 1, owned */
    size_t known_count, known_capacity;
    uint64_t group_base; /* groups that the catalog has already */
};

static enum wcab_err wrong(struct importing *in, const char *what)
{
    return wci_error_set(in->err, WCAB_ERR_CORRUPT, "line %" PRIu64 " of the export: %s",
                         in->line_number, what);
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Reads one line without its end; *more is false at the end of the text. */
static enum wcab_err read_line(struct importing *in, bool *more)
{
    enum wcab_err code;

    wci_buffer_clear(&in->line);
    in->line_number++;
    for (;;) {
        const char *start = in->buffer + in->at;
        const char *end = memchr(start, '\n', in->filled - in->at);
        size_t length = end != NULL ? (size_t)(end - start) : in->filled - in->at;

        wci_buffer_put(&in->line, start, length);
        if (!in->line.ok)
            return wci_error_nomem(in->err);
        if (in->line.size > LONGEST_LINE)
            return wrong(in, "it is too long");
        in->at += length;
        if (end != NULL) {
            in->at++;
            *more = true;
            return WCAB_OK;
        }
        in->at = 0;
        in->filled = 0;
        code = wci_cancel_check(in->writer->store->cancel, in->err);
        if (code != WCAB_OK)
            return code;
        code = in->get(in->context, in->buffer, sizeof(in->buffer), &in->filled);
        if (code != WCAB_OK)
            return wci_error_set(in->err, code, "the export could not be read");
        if (in->filled == 0) {
            *more = false;
            return in->line.size > 0 ? wrong(in, "it is not ended") : WCAB_OK;
        }
    }
}

/* Splits the line at its tabs and undoes escapes; word and fields stay in the line's buffer. */
static enum wcab_err split_line(struct importing *in, struct wci_bytes *word, size_t *count)
{
    char *text = (char *)in->line.data;
    size_t left = in->line.size, fields = 0;

    while (true) {
        char *tab = left > 0 ? memchr(text, '\t', left) : NULL;
        size_t length = tab != NULL ? (size_t)(tab - text) : left;
        struct wci_bytes field = {text, length};

        if (fields > WCI_DUMP_MOST_FIELDS)
            return wrong(in, "it has too many fields");
        if (!wci_dump_unescape(text, &field.length))
            return wrong(in, "it has a wrong escape");
        if (fields == 0)
            *word = field;
        else
            in->fields[fields - 1] = field;
        fields++;
        if (tab == NULL)
            break;
        text = tab + 1;
        left -= length + 1;
    }
    *count = fields - 1;
    return WCAB_OK;
}

/* ---- fields ------------------------------------------------------------------------------- */

/* All of these turn *ok false when the field is not of the kind. */

static uint64_t get_number(struct wci_bytes field, uint64_t most, bool *ok)
{
    uint64_t number = 0;
    size_t i;

    if (field.length == 0 || (field.length > 1 && field.data[0] == '0'))
        *ok = false;
    for (i = 0; i < field.length; i++) {
        uint64_t digit = (uint64_t)(uint8_t)field.data[i] - '0';

        if (digit > 9 || number > (UINT64_MAX - digit) / 10) {
            *ok = false;
            return 0;
        }
        number = number * 10 + digit;
    }
    if (number > most)
        *ok = false;
    return number;
}

static int64_t get_signed(struct wci_bytes field, bool *ok)
{
    bool negative = field.length > 0 && field.data[0] == '-';
    struct wci_bytes digits = {field.data + (negative ? 1 : 0), field.length - (negative ? 1 : 0)};
    uint64_t number = get_number(digits, (uint64_t)INT64_MAX + (negative ? 1 : 0), ok);

    return negative ? (int64_t)(0 - number) : (int64_t)number;
}

static bool is_word(struct wci_bytes field, const char *word)
{
    return wci_bytes_equal(field, wci_bytes_of(word));
}

/* "-" is `none`. */
static uint64_t get_optional(struct wci_bytes field, uint64_t most, uint64_t none, bool *ok)
{
    return is_word(field, "-") ? none : get_number(field, most, ok);
}

static uint64_t get_hex(struct wci_bytes field, size_t digits, bool *ok)
{
    uint64_t number = 0;
    size_t i;

    if (field.length != digits) {
        *ok = false;
        return 0;
    }
    for (i = 0; i < digits; i++) {
        char digit = field.data[i];

        if (digit >= '0' && digit <= '9')
            number = number << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            number = number << 4 | (uint64_t)(digit - 'a' + 10);
        else
            *ok = false;
    }
    return number;
}

/* False when the field is "-". */
static bool get_digest(struct wci_bytes field, uint8_t *digest, size_t size, bool *ok)
{
    size_t i;

    if (is_word(field, "-"))
        return false;
    if (field.length != 2 * size) {
        *ok = false;
        return false;
    }
    for (i = 0; i < size; i++)
        digest[i] = (uint8_t)get_hex((struct wci_bytes){field.data + 2 * i, 2}, 2, ok);
    return true;
}

/* One of two words. */
static bool get_choice(struct wci_bytes field, const char *yes, const char *no, bool *ok)
{
    if (is_word(field, yes))
        return true;
    *ok = *ok && is_word(field, no);
    return false;
}

/* Copies into the image's arena; empty on failure, *ok false. */
static struct wci_bytes get_text(struct importing *in, struct wci_bytes field, bool *ok)
{
    struct wci_bytes copy = wci_arena_bytes(in->image->arena, field);

    if (copy.data == NULL)
        *ok = false;
    return copy;
}

static struct wci_name get_name(struct importing *in, const struct wci_bytes *fields, bool *ok)
{
    struct wci_name name;

    name.encoding = get_choice(fields[0], "u", "r", ok) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    name.bytes = get_text(in, fields[1], ok);
    return name;
}

/* ---- putting an image --------------------------------------------------------------------- */

static struct wci_container *container_at_hand(struct importing *in)
{
    if (in->image == NULL || in->image->container_count == 0)
        return NULL;
    return &in->image->containers[in->image->container_count - 1];
}

/* Moves what was gathered for the container at hand into the arena. */
static enum wcab_err close_container(struct importing *in)
{
    struct wci_container *container = container_at_hand(in);
    struct gathered *gathered;

    if (container == NULL)
        return WCAB_OK;
    gathered = &in->gathered[in->image->container_count - 1];
    if (gathered->brings) {
        container->entries =
            wci_arena_calloc(in->image->arena, container->entry_count, sizeof(struct wci_entry));
        if (container->entries == NULL)
            return wci_error_nomem(in->err);
        if (container->entry_count > 0)
            memcpy(container->entries, in->entries,
                   container->entry_count * sizeof(struct wci_entry));
        in->known[gathered->number - 1].row_count = container->entry_count;
    }
    if (container->cab != NULL && container->cab->folder_count > 0) {
        size_t size = container->cab->folder_count * sizeof(struct wci_cab_folder);

        container->cab->folders = wci_arena_alloc(in->image->arena, size);
        if (container->cab->folders == NULL)
            return wci_error_nomem(in->err);
        memcpy(container->cab->folders, in->folders, size);
    }
    if (!gathered->facts_follow)
        return WCAB_OK;
    if (gathered->fact_count != gathered->fact_limit)
        return wrong(in, "facts are missing before it");
    gathered->facts =
        wci_arena_calloc(in->image->arena, gathered->fact_count, sizeof(struct wci_deep));
    if (gathered->facts == NULL)
        return wci_error_nomem(in->err);
    if (gathered->fact_count > 0)
        memcpy(gathered->facts, in->facts, gathered->fact_count * sizeof(struct wci_deep));
    return WCAB_OK;
}

/* Ids of listings that were put with earlier images; 0 for those that this one brings.  What it
 * brings and has a second time is looked at twice, and found to be equal. */
static void fill_known(struct importing *in, uint32_t *known)
{
    uint32_t i;

    for (i = 0; i < in->image->container_count; i++) {
        const struct known_listing *listing = &in->known[in->gathered[i].number - 1];
        struct wci_container *container = &in->image->containers[i];

        known[i] = listing->id;
        container->entry_count = listing->row_count;
        if (listing->id == 0 && !in->gathered[i].brings) {
            container->entries = in->image->containers[listing->container].entries;
            container->cab = in->image->containers[listing->container].cab;
        }
    }
}

static enum wcab_err put_facts(struct importing *in, uint32_t id)
{
    enum wcab_err code = WCAB_OK;
    bool all = in->image->container_count > 0;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < in->image->container_count; i++) {
        if (in->gathered[i].facts_follow)
            code = wci_writer_put_deep(in->writer, id, i, in->gathered[i].facts,
                                       in->gathered[i].fact_count, in->err);
        else if (in->image->containers[i].entry_count > 0)
            all = false;
    }
    return code == WCAB_OK && all ? wci_writer_set_deep(in->writer, id, true, in->err) : code;
}

static enum wcab_err put_whole_image(struct importing *in, uint32_t *known, uint32_t *listings)
{
    uint32_t id = 0, i;
    enum wcab_err code;

    fill_known(in, known);
    code = wci_writer_put_known(in->writer, in->image, known, &id, listings, in->err);
    if (code == WCAB_ERR_USAGE)
        return wrong(in, "the image before it contradicts itself");
    for (i = 0; code == WCAB_OK && i < in->image->container_count; i++)
        in->known[in->gathered[i].number - 1].id = listings[i];
    if (code == WCAB_OK && in->offline)
        code = wci_writer_set_offline(in->writer, id, true, in->err);
    if (code == WCAB_OK && in->group != 0)
        code = wci_writer_set_group(in->writer, id, WCI_NONE, in->group, in->err);
    return code != WCAB_OK ? code : put_facts(in, id);
}

static enum wcab_err close_image(struct importing *in)
{
    uint32_t *ids = NULL;
    enum wcab_err code;

    if (in->image == NULL)
        return WCAB_OK;
    code = close_container(in);
    if (code != WCAB_OK)
        return code;
    ids = wci_mem_calloc(2 * (size_t)in->image->container_count + 1, sizeof(*ids));
    if (ids == NULL)
        return wci_error_nomem(in->err);
    code = put_whole_image(in, ids, ids + in->image->container_count);
    free(ids);
    free(in->image->containers);
    free(in->image->faults);
    free(in->image->parts);
    wci_image_free(in->image);
    in->image = NULL;
    in->container_capacity = 0;
    in->fault_capacity = 0;
    in->part_capacity = 0;
    return code;
}

/* ---- the kinds of lines ------------------------------------------------------------------- */

static enum wcab_err take_head(struct importing *in)
{
    bool ok = in->line_number == 1;

    in->version = get_number(in->fields[0], UINT32_MAX, &ok);
    if (ok && (in->version < 1 || in->version > WCI_DUMP_VERSION))
        return wci_error_set(in->err, WCAB_ERR_VERSION,
                             "the export is of version %.*s, this program reads %d: use the "
                             "program that wrote it",
                             (int)in->fields[0].length, in->fields[0].data, WCI_DUMP_VERSION);
    return ok ? WCAB_OK : wrong(in, "no export begins like this");
}

static enum wcab_err take_profile(struct importing *in)
{
    if (in->image != NULL)
        return wrong(in, "profiles come before images");
    return wci_writer_put_profile(in->writer, in->fields[0], in->fields[1], in->err);
}

/* Paths ascend, so that no image can replace one that others of the export refer to. */
static enum wcab_err note_path(struct importing *in, struct wci_bytes path)
{
    struct wci_bytes last = {(const char *)in->last_path.data, in->last_path.size};

    if (wci_bytes_compare(path, last) <= 0)
        return wrong(in, "images are not in order of their paths");
    wci_buffer_clear(&in->last_path);
    wci_buffer_put(&in->last_path, path.data, path.length);
    return in->last_path.ok ? WCAB_OK : wci_error_nomem(in->err);
}

static enum wcab_err take_image(struct importing *in)
{
    enum wcab_err code = close_image(in);
    const struct wci_bytes *fields = in->fields;
    uint64_t group;
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    in->image = wci_image_new();
    if (in->image == NULL)
        return wci_error_nomem(in->err);
    in->image->path = get_text(in, fields[0], &ok);
    in->image->kind = (enum wci_image_kind)wci_dump_image_kind(fields[1]);
    in->image->size = get_number(fields[2], UINT64_MAX, &ok);
    in->image->mtime_ns = get_signed(fields[3], &ok);
    in->image->inode = get_number(fields[4], UINT64_MAX, &ok);
    in->image->device = get_number(fields[5], UINT64_MAX, &ok);
    group = get_number(fields[6], UINT32_MAX, &ok);
    in->group = group == 0 ? 0 : in->group_base + group;
    in->offline = get_choice(fields[7], "offline", "online", &ok);
    in->image->medium = get_text(in, fields[8], &ok);
    in->image->disk = get_text(in, fields[9], &ok);
    in->image->reason = get_text(in, fields[10], &ok);
    in->image->faults_dropped = (uint32_t)get_number(fields[11], UINT32_MAX, &ok);
    if (in->version > 1) {
        in->image->code_page = (uint16_t)get_number(fields[12], UINT16_MAX, &ok);
        in->image->code_page_reason = get_text(in, fields[13], &ok);
    }
    if (in->version > 3)
        (void)get_digest(fields[14], in->image->quick, sizeof(in->image->quick), &ok);
    if (!ok || in->image->kind == 0)
        return wrong(in, "a field of the image is wrong");
    return note_path(in, in->image->path);
}

static enum wcab_err take_limits(struct importing *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_limits limits;
    bool ok = true;

    if (image == NULL || image->part_count > 0 || image->fault_count > 0 ||
        image->container_count > 0)
        return wrong(in, "limits stand behind their image");
    limits.depth = (uint32_t)get_number(fields[0], UINT32_MAX, &ok);
    limits.entries = (uint32_t)get_number(fields[1], UINT32_MAX, &ok);
    limits.containers = (uint32_t)get_number(fields[2], UINT32_MAX, &ok);
    limits.bytes = get_number(fields[3], UINT64_MAX, &ok);
    limits.ratio = get_number(fields[4], UINT64_MAX, &ok);
    limits.seconds = get_number(fields[5], UINT64_MAX, &ok);
    if (!ok || !wci_limits_are_valid(&limits))
        return wrong(in, "a field of the limits is wrong");
    image->limits = limits;
    return WCAB_OK;
}

static enum wcab_err take_part(struct importing *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_part part = {.several = false};
    bool ok = true;

    if (image == NULL || image->fault_count > 0 || image->container_count > 0)
        return wrong(in, "a part stands behind its image");
    part.container = (uint32_t)get_number(fields[0], UINT32_MAX, &ok);
    part.group = get_number(fields[1], UINT32_MAX, &ok);
    part.group += part.group == 0 ? 0 : in->group_base;
    part.medium = get_text(in, fields[2], &ok);
    part.disk = get_text(in, fields[3], &ok);
    part.reason = get_text(in, fields[4], &ok);
    part.code_page = (uint16_t)get_number(fields[5], UINT16_MAX, &ok);
    part.code_page_reason = get_text(in, fields[6], &ok);
    if (!ok)
        return wrong(in, "a field of the part is wrong");
    if (!wci_mem_grow(&image->parts, image->part_count, &in->part_capacity, sizeof(part)))
        return wci_error_nomem(in->err);
    image->parts[image->part_count++] = part;
    return WCAB_OK;
}

static enum wcab_err take_fault(struct importing *in)
{
    struct wci_image *image = in->image;
    const struct wci_bytes *fields = in->fields;
    struct wci_fault fault;
    bool ok = true;

    if (image == NULL || image->container_count > 0)
        return wrong(in, "a fault stands behind its image");
    if (image->fault_count >= WCI_LIMIT_FAULTS)
        return wrong(in, "the image has too many faults");
    fault.container = (uint32_t)get_optional(fields[0], UINT32_MAX - 1, WCI_NONE, &ok);
    fault.code = (int)get_number(fields[1], INT32_MAX, &ok);
    fault.offset = get_optional(fields[2], UINT64_MAX - 1, WCAB_NO_OFFSET, &ok);
    fault.place = get_text(in, fields[3], &ok);
    fault.text = get_text(in, fields[4], &ok);
    if (!ok)
        return wrong(in, "a field of the fault is wrong");
    if (!wci_mem_grow(&image->faults, image->fault_count, &in->fault_capacity, sizeof(fault)))
        return wci_error_nomem(in->err);
    image->faults[image->fault_count++] = fault;
    return WCAB_OK;
}

/* Looks the container's listing up, or expects it to follow. */
static enum wcab_err note_listing(struct importing *in, const struct wci_container *container,
                                  struct gathered *gathered)
{
    struct known_listing *listing;

    if (gathered->number == 0 || gathered->number > in->known_count + 1)
        return wrong(in, "its listing's number is not the next one");
    gathered->brings = gathered->number == in->known_count + 1;
    if (gathered->brings) {
        if (!wci_mem_grow(&in->known, in->known_count, &in->known_capacity, sizeof(*in->known)))
            return wci_error_nomem(in->err);
        listing = &in->known[in->known_count++];
        memset(listing, 0, sizeof(*listing));
        listing->kind = container->kind;
        listing->container = in->image->container_count;
    } else if (in->known[gathered->number - 1].kind != container->kind) {
        return wrong(in, "its listing is of another kind");
    }
    return WCAB_OK;
}

static enum wcab_err add_container(struct importing *in, const struct wci_container *container,
                                   const struct gathered *gathered)
{
    size_t count = in->image->container_count;

    if (count >= WCI_LIMIT_CONTAINERS)
        return wrong(in, "the image has too many containers");
    if (!wci_mem_grow(&in->image->containers, count, &in->container_capacity, sizeof(*container)) ||
        !wci_mem_grow(&in->gathered, count, &in->gathered_capacity, sizeof(*gathered)))
        return wci_error_nomem(in->err);
    in->image->containers[count] = *container;
    in->gathered[count] = *gathered;
    in->image->container_count++;
    return WCAB_OK;
}

static enum wcab_err take_container(struct importing *in)
{
    const struct wci_bytes *fields = in->fields;
    struct wci_container container;
    struct gathered gathered;
    enum wcab_err code;
    bool ok = true;

    if (in->image == NULL)
        return wrong(in, "a container without an image");
    code = close_container(in);
    if (code != WCAB_OK)
        return code;
    memset(&container, 0, sizeof(container));
    memset(&gathered, 0, sizeof(gathered));
    container.kind = (enum wci_container_kind)wci_dump_container_kind(fields[0]);
    container.parent = (uint32_t)get_optional(fields[1], UINT32_MAX - 1, WCI_NONE, &ok);
    container.parent_entry = (uint32_t)get_optional(fields[2], UINT32_MAX - 1, WCI_NONE, &ok);
    container.name = get_text(in, fields[3], &ok);
    container.offset = get_number(fields[4], UINT64_MAX, &ok);
    container.size = get_number(fields[5], UINT64_MAX, &ok);
    container.format = get_text(in, fields[6], &ok);
    container.label = get_name(in, &fields[7], &ok);
    container.serial = (uint32_t)get_hex(fields[9], 8, &ok);
    container.created = get_hex(fields[10], 16, &ok);
    container.partial = get_choice(fields[11], "partial", "whole", &ok);
    gathered.number = (size_t)get_number(fields[12], UINT32_MAX, &ok);
    (void)get_digest(fields[13], container.digest, sizeof(container.digest), &ok);
    if (!ok || container.kind == 0)
        return wrong(in, "a field of the container is wrong");
    code = note_listing(in, &container, &gathered);
    return code != WCAB_OK ? code : add_container(in, &container, &gathered);
}

/* The container at hand when it brings rows that may still follow. */
static struct wci_container *bringing_container(struct importing *in)
{
    struct wci_container *container = container_at_hand(in);
    const struct gathered *gathered;

    if (container == NULL)
        return NULL;
    gathered = &in->gathered[in->image->container_count - 1];
    return gathered->brings && !gathered->facts_follow ? container : NULL;
}

static enum wcab_err take_cabinet(struct importing *in)
{
    struct wci_container *container = bringing_container(in);
    const struct wci_bytes *fields = in->fields;
    struct wci_cab *cab;
    bool ok = true;

    if (container == NULL || container->cab != NULL || container->entry_count > 0)
        return wrong(in, "a cabinet's header stands behind its container");
    cab = wci_arena_calloc(in->image->arena, 1, sizeof(*cab));
    if (cab == NULL)
        return wci_error_nomem(in->err);
    cab->size = (uint32_t)get_number(fields[0], UINT32_MAX, &ok);
    cab->version = (uint16_t)get_hex(fields[1], 4, &ok);
    cab->flags = (uint16_t)get_hex(fields[2], 4, &ok);
    cab->set_id = (uint16_t)get_number(fields[3], UINT16_MAX, &ok);
    cab->index = (uint16_t)get_number(fields[4], UINT16_MAX, &ok);
    cab->data_reserve = (uint8_t)get_number(fields[5], UINT8_MAX, &ok);
    cab->joint_previous = get_hex(fields[6], 16, &ok);
    cab->joint_next = get_hex(fields[7], 16, &ok);
    cab->previous_cabinet = get_text(in, fields[8], &ok);
    cab->previous_disk = get_text(in, fields[9], &ok);
    cab->next_cabinet = get_text(in, fields[10], &ok);
    cab->next_disk = get_text(in, fields[11], &ok);
    if (!ok)
        return wrong(in, "a field of the cabinet is wrong");
    container->cab = cab;
    return WCAB_OK;
}

static enum wcab_err take_folder(struct importing *in)
{
    struct wci_container *container = bringing_container(in);
    struct wci_cab_folder folder;
    bool ok = true;

    if (container == NULL || container->cab == NULL || container->entry_count > 0 ||
        container->cab->folder_count >= UINT16_MAX)
        return wrong(in, "a folder stands behind its cabinet's header");
    folder.first_block = (uint32_t)get_number(in->fields[0], UINT32_MAX, &ok);
    folder.block_count = (uint16_t)get_number(in->fields[1], UINT16_MAX, &ok);
    folder.type_compress = (uint16_t)get_hex(in->fields[2], 4, &ok);
    if (!ok)
        return wrong(in, "a field of the folder is wrong");
    if (!wci_mem_grow(&in->folders, container->cab->folder_count, &in->folder_capacity,
                      sizeof(folder)))
        return wci_error_nomem(in->err);
    in->folders[container->cab->folder_count++] = folder;
    return WCAB_OK;
}

/* Attributes, flags and names behind the row's number of the CFFOLDER; before version 3 a packed
 * file's last name was the one it is stored under. */
static void get_row_names(struct importing *in, struct wci_entry *entry, bool *ok)
{
    const struct wci_bytes *fields = in->fields + 7;
    bool old = in->version < 3;
    uint64_t bits = get_hex(fields[0], old ? 4 : 6, ok);
    size_t count = old ? 2 : WCI_ALIAS_MAX, i;

    entry->attributes = (uint8_t)(bits >> (old ? 8 : 16));
    entry->flags = (uint16_t)(old ? bits & UINT8_MAX : bits & UINT16_MAX);
    if (!old)
        entry->stored = (uint8_t)get_number(fields[1], WCI_ALIAS_MAX, ok);
    fields += old ? 1 : 2;
    for (i = 0; i < count; i++) {
        struct wci_name alias = get_name(in, &fields[2 * i], ok);

        if (alias.bytes.length > 0)
            entry->alias[entry->alias_count++] = alias;
    }
    if (old && entry->flags & WCI_ENTRY_PACKED)
        entry->stored = entry->alias_count;
    *ok = *ok && entry->stored <= entry->alias_count;
}

static enum wcab_err take_row(struct importing *in)
{
    struct wci_container *container = bringing_container(in);
    const struct wci_bytes *fields = in->fields;
    struct wci_entry entry;
    bool ok = true;

    if (container == NULL)
        return wrong(in, "a row without a listing");
    if (container->entry_count >= WCI_LIMIT_ENTRIES)
        return wrong(in, "the listing has too many rows");
    memset(&entry, 0, sizeof(entry));
    entry.folder = get_text(in, fields[0], &ok);
    entry.name = get_name(in, &fields[1], &ok);
    entry.size = get_number(fields[3], UINT64_MAX, &ok);
    entry.modified = (uint32_t)get_hex(fields[4], 8, &ok);
    entry.locator = get_number(fields[5], UINT64_MAX, &ok);
    entry.cab_folder = (uint32_t)get_optional(fields[6], UINT32_MAX - 1, WCI_NONE, &ok);
    get_row_names(in, &entry, &ok);
    if (!ok)
        return wrong(in, "a field of the row is wrong");
    if (!wci_mem_grow(&in->entries, container->entry_count, &in->entry_capacity, sizeof(entry)))
        return wci_error_nomem(in->err);
    in->entries[container->entry_count++] = entry;
    return WCAB_OK;
}

static enum wcab_err take_facts(struct importing *in)
{
    struct wci_container *container = container_at_hand(in);
    struct gathered *gathered;
    bool ok = true;

    if (container == NULL || in->gathered[in->image->container_count - 1].facts_follow)
        return wrong(in, "facts stand behind their container");
    gathered = &in->gathered[in->image->container_count - 1];
    gathered->facts_follow = true;
    gathered->fact_limit = (uint32_t)get_number(in->fields[0], MOST_FACTS, &ok);
    return ok ? WCAB_OK : wrong(in, "it has no number");
}

static enum wcab_err add_fact(struct importing *in, const struct wci_deep *deep)
{
    struct gathered *gathered = &in->gathered[in->image->container_count - 1];

    if (!wci_mem_grow(&in->facts, gathered->fact_count, &in->fact_capacity, sizeof(*deep)))
        return wci_error_nomem(in->err);
    in->facts[gathered->fact_count++] = *deep;
    return WCAB_OK;
}

static enum wci_deep_status get_fact_status(struct wci_bytes field, bool *ok)
{
    unsigned status = 0;

    while (status < WCI_DUMP_FACT_WORDS && !is_word(field, wci_dump_fact_words[status]))
        status++;
    *ok = *ok && status < WCI_DUMP_FACT_WORDS;
    return *ok ? (enum wci_deep_status)status : WCI_DEEP_NONE;
}

static enum wcab_err take_fact(struct importing *in)
{
    const struct wci_container *container = container_at_hand(in);
    const struct gathered *gathered;
    const struct wci_bytes *fields = in->fields;
    struct wci_deep deep;
    bool ok = true;

    if (container == NULL)
        return wrong(in, "a fact without a container");
    gathered = &in->gathered[in->image->container_count - 1];
    if (!gathered->facts_follow || gathered->fact_count >= gathered->fact_limit)
        return wrong(in, "more facts than announced");
    memset(&deep, 0, sizeof(deep));
    deep.status = get_fact_status(fields[0], &ok);
    deep.has_sha256 = get_digest(fields[1], deep.sha256, sizeof(deep.sha256), &ok);
    deep.has_md5_sha1 = get_digest(fields[2], deep.md5, sizeof(deep.md5), &ok);
    if (get_digest(fields[3], deep.sha1, sizeof(deep.sha1), &ok) != deep.has_md5_sha1)
        ok = false;
    deep.has_version = !is_word(fields[4], "-");
    if (deep.has_version) {
        deep.file_version = get_hex(fields[4], 16, &ok);
        deep.product_version = get_hex(fields[5], 16, &ok);
    } else {
        ok = ok && is_word(fields[5], "-");
    }
    if (in->version >= 3) {
        deep.has_size = !is_word(fields[6], "-");
        deep.size = get_optional(fields[6], UINT64_MAX - 1, 0, &ok);
        fields++;
    }
    deep.code = (int)get_number(fields[6], INT32_MAX, &ok);
    deep.offset = get_optional(fields[7], UINT64_MAX - 1, WCAB_NO_OFFSET, &ok);
    deep.text = get_text(in, fields[8], &ok);
    deep.version_text = get_text(in, fields[9], &ok);
    return ok ? add_fact(in, &deep) : wrong(in, "a field of the fact is wrong");
}

static enum wcab_err take_next(struct importing *in)
{
    enum wcab_err code = close_image(in);
    uint64_t from, to;
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    from = get_number(in->fields[0], in->known_count, &ok);
    to = get_number(in->fields[1], in->known_count, &ok);
    if (!ok || from == 0 || to == 0)
        return wrong(in, "there is no such listing");
    return wci_writer_set_next(in->writer, in->known[from - 1].id, in->known[to - 1].id, in->err);
}

static enum wcab_err take_settled(struct importing *in)
{
    enum wcab_err code = close_image(in);

    /* True of what was imported; not of what is joined with another catalog's. */
    if (code == WCAB_OK && in->writer->counters.listing == in->known_count)
        code = wci_writer_set_settled(in->writer, in->writer->counters.listing, in->err);
    return code;
}

static enum wcab_err take_end(struct importing *in)
{
    enum wcab_err code = close_image(in);
    bool ok = true;

    if (code != WCAB_OK)
        return code;
    in->ended = get_number(in->fields[0], UINT64_MAX, &ok) == in->line_number && ok;
    return in->ended ? WCAB_OK : wrong(in, "lines are missing before it");
}

/* ---- all of it ---------------------------------------------------------------------------- */

static const struct line_kind {
    const char *word;
    size_t fields;
    enum wcab_err (*take)(struct importing *in);
} line_kinds[] = {
    {WCI_DUMP_ROW, WCI_DUMP_ROW_FIELDS, take_row},
    {WCI_DUMP_FACT, WCI_DUMP_FACT_FIELDS, take_fact},
    {WCI_DUMP_CONTAINER, WCI_DUMP_CONTAINER_FIELDS, take_container},
    {WCI_DUMP_IMAGE, WCI_DUMP_IMAGE_FIELDS, take_image},
    {WCI_DUMP_CABINET, WCI_DUMP_CABINET_FIELDS, take_cabinet},
    {WCI_DUMP_FOLDER, WCI_DUMP_FOLDER_FIELDS, take_folder},
    {WCI_DUMP_LIMITS, WCI_DUMP_LIMITS_FIELDS, take_limits},
    {WCI_DUMP_PART, WCI_DUMP_PART_FIELDS, take_part},
    {WCI_DUMP_FAULT, WCI_DUMP_FAULT_FIELDS, take_fault},
    {WCI_DUMP_FACTS, WCI_DUMP_FACTS_FIELDS, take_facts},
    {WCI_DUMP_NEXT, WCI_DUMP_NEXT_FIELDS, take_next},
    {WCI_DUMP_PROFILE, WCI_DUMP_PROFILE_FIELDS, take_profile},
    {WCI_DUMP_HEAD, WCI_DUMP_HEAD_FIELDS, take_head},
    {WCI_DUMP_SETTLED, WCI_DUMP_SETTLED_FIELDS, take_settled},
    {WCI_DUMP_END, WCI_DUMP_END_FIELDS, take_end},
};

/* The number of fields of a line in the version at hand. */
static size_t fields_of(const struct importing *in, size_t kind)
{
    if (in->version < 2 && line_kinds[kind].take == take_image)
        return WCI_DUMP_IMAGE_FIELDS_1;
    if (in->version < 4 && line_kinds[kind].take == take_image)
        return WCI_DUMP_IMAGE_FIELDS_3;
    if (in->version < 3 && line_kinds[kind].take == take_row)
        return WCI_DUMP_ROW_FIELDS_2;
    if (in->version < 3 && line_kinds[kind].take == take_fact)
        return WCI_DUMP_FACT_FIELDS_2;
    return line_kinds[kind].fields;
}

static enum wcab_err take_line(struct importing *in)
{
    struct wci_bytes word = {NULL, 0};
    size_t count = 0, i;
    enum wcab_err code = split_line(in, &word, &count);

    if (code != WCAB_OK)
        return code;
    if ((in->line_number == 1) != is_word(word, WCI_DUMP_HEAD))
        return wrong(in, "this is no export, or two in one");
    if (in->ended)
        return wrong(in, "it stands behind the end");
    for (i = 0; i < sizeof(line_kinds) / sizeof(line_kinds[0]); i++) {
        if (!is_word(word, line_kinds[i].word))
            continue;
        if (count != fields_of(in, i))
            return wrong(in, "it has a wrong number of fields");
        return line_kinds[i].take(in);
    }
    return wrong(in, "it is of an unknown kind");
}

struct group_search {
    struct wci_reader *reader;
    uint64_t highest;
    struct wcab_error *err;
};

static enum wcab_err find_group(void *context, uint32_t image_id)
{
    struct group_search *search = context;
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;
    uint32_t i;

    if (arena == NULL)
        return wci_error_nomem(search->err);
    code = wci_reader_image(search->reader, image_id, arena, &image, &state, search->err);
    if (code == WCAB_OK && state.group > search->highest)
        search->highest = state.group;
    for (i = 0; code == WCAB_OK && i < image.part_count; i++) {
        if (image.parts[i].group > search->highest)
            search->highest = image.parts[i].group;
    }
    wci_arena_free(arena);
    return code;
}

static enum wcab_err import_lines(struct importing *in)
{
    struct group_search search = {.err = in->err};
    enum wcab_err code = wci_writer_reader(in->writer, &search.reader, in->err);
    bool more = true;

    if (code == WCAB_OK)
        code = wci_reader_each_image(search.reader, find_group, &search, in->err);
    in->group_base = search.highest;
    while (code == WCAB_OK) {
        code = read_line(in, &more);
        if (code != WCAB_OK || !more)
            break;
        code = take_line(in);
    }
    if (code == WCAB_OK && !in->ended)
        return wrong(in, "the export ends before its end");
    return code;
}

enum wcab_err wci_catalog_import(struct wci_writer *writer, wci_text_source *get, void *context,
                                 struct wcab_error *err)
{
    struct importing *in = calloc(1, sizeof(*in));
    enum wcab_err code;

    if (in == NULL)
        return wci_error_nomem(err);
    in->writer = writer;
    in->get = get;
    in->context = context;
    in->err = err;
    wci_buffer_init(&in->line);
    wci_buffer_init(&in->last_path);
    code = import_lines(in);
    wci_buffer_free(&in->line);
    wci_buffer_free(&in->last_path);
    if (in->image != NULL) {
        free(in->image->containers);
        free(in->image->faults);
        free(in->image->parts);
        wci_image_free(in->image);
    }
    free(in->gathered);
    free(in->entries);
    free(in->folders);
    free(in->facts);
    free(in->known);
    free(in);
    return code;
}
