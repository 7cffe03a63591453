/*
 * verify_image - what is counted and told of one image; see verify_run.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/chain.h"
#include "core/dostime.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"
#include "jobs/verify/known_digest.h"
#include "jobs/verify/listing_check.h"
#include "jobs/verify/verify_run.h"
#include "query/handle.h"
#include "reopen/elsewhere.h"

/* ---- telling ------------------------------------------------------------------------------ */

void wci_verify_image_tell(struct wci_verify_run *run, struct wcab_verify_event *event)
{
    if (run->options->on_event == NULL)
        return;
    event->images_done = run->images_done;
    event->images_total = run->images_total;
    event->bytes = run->bytes;
    run->options->on_event(run->options->context, event);
}

static struct wci_bytes medium_of(const struct wci_verify_run *run)
{
    return run->part == WCI_NONE ? run->image.identity.medium
                                 : run->image.parts[run->part].identity.medium;
}

/* In which its names are read, as in all answers. */
static int code_page_of(const struct wci_verify_run *run)
{
    return run->part == WCI_NONE ? run->image.identity.code_page
                                 : run->image.parts[run->part].identity.code_page;
}

static void set_image(struct wci_verify_run *run, struct wcab_verify_event *event)
{
    struct wci_bytes medium = medium_of(run), disk = run->image.identity.disk;

    if (run->part != WCI_NONE)
        disk = run->image.parts[run->part].identity.disk;
    event->image = run->image.path.data;
    event->medium = medium.length > 0 ? medium.data : NULL;
    event->disk = disk.length > 0 ? disk.data : NULL;
}

/* Tells an event about one file of the current image; `container` WCI_NONE: `event` has it. */
static enum wcab_err tell_of_file(struct wci_verify_run *run, uint32_t container,
                                  struct wci_name name, struct wcab_verify_event *event,
                                  struct wcab_error *err)
{
    struct wci_buffer chain, text;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&chain);
    wci_buffer_init(&text);
    if (container != WCI_NONE) {
        run->part = wci_part_of(&run->image, container);
        wci_chain_put(&run->image, container, code_page_of(run), &chain);
    }
    wci_buffer_u8(&chain, 0);
    (void)wci_text_to_utf8(name, code_page_of(run), &text);
    wci_buffer_u8(&text, 0);
    if (chain.ok && text.ok) {
        if (container != WCI_NONE)
            event->container = (const char *)chain.data;
        event->name = (const char *)text.data;
        set_image(run, event);
        wci_verify_image_tell(run, event);
    } else {
        code = wci_error_nomem(err);
    }
    wci_buffer_free(&chain);
    wci_buffer_free(&text);
    return code;
}

static enum wcab_err tell_lost(struct wci_verify_run *run, const struct wci_container_facts *facts,
                               const struct wci_deep *deep, const struct wci_entry *entry,
                               struct wcab_error *err)
{
    struct wcab_error what;
    struct wcab_verify_event event = {.kind = deep->status == WCI_DEEP_MISSING ? WCAB_VERIFY_MISSING
                                              : deep->status == WCI_DEEP_DAMAGED
                                                  ? WCAB_VERIFY_DAMAGED
                                                  : WCAB_VERIFY_UNREAD,
                                      .error = &what};

    wci_error_set_at(&what, (enum wcab_err)deep->code, deep->offset, "%.*s", (int)deep->text.length,
                     deep->text.data == NULL ? "" : deep->text.data);
    return tell_of_file(run, facts->container, entry->name, &event, err);
}

/* ---- the current image -------------------------------------------------------------------- */

enum wcab_err wci_verify_image_switch(struct wci_verify_run *run, uint32_t image,
                                      struct wcab_error *err)
{
    if (run->image_id == image)
        return WCAB_OK;
    wci_arena_reset(run->arena);
    run->image_id = image;
    run->files = run->damaged = run->missing = run->unsupported = run->encrypted = 0;
    run->listing_missing = run->listing_other = run->listing_extra = 0;
    run->bytes_same = run->bytes_other = run->zeroes = 0;
    run->part = WCI_NONE;
    run->grafted = false;
    run->passing = false;
    memset(&run->host, 0, sizeof(run->host));
    wci_grafts_clear(&run->grafts);
    return wci_reader_image(run->reader, image, run->arena, &run->image, &run->state, err);
}

/* The reader that sees the current image as it is. */
static enum wcab_err image_reader(struct wci_verify_run *run, struct wci_reader **reader,
                                  struct wcab_error *err)
{
    *reader = run->reader;
    return run->grafted ? wci_writer_reader(run->writer, reader, err) : WCAB_OK;
}

static enum wcab_err keep_lost(struct wci_verify_run *run, const struct wci_container_facts *facts,
                               uint32_t row, struct wcab_error *err)
{
    if (run->lost_count >= WCI_VERIFY_LOST_MOST)
        return WCAB_OK;
    if (!wci_mem_grow(&run->lost, run->lost_count, &run->lost_capacity, sizeof(*run->lost)))
        return wci_error_nomem(err);
    run->lost[run->lost_count++] = (struct wci_verify_lost){facts->image, facts->container, row};
    return WCAB_OK;
}

/* What is only not read here is there all the same. */
static bool is_lost(enum wci_deep_status status)
{
    return status == WCI_DEEP_DAMAGED || status == WCI_DEEP_MISSING;
}

static void count_status(struct wci_verify_run *run, enum wci_deep_status status)
{
    run->damaged += status == WCI_DEEP_DAMAGED;
    run->missing += status == WCI_DEEP_MISSING;
    run->unsupported += status == WCI_DEEP_UNSUPPORTED;
    run->encrypted += status == WCI_DEEP_ENCRYPTED;
}

enum wcab_err wci_verify_image_count(struct wci_verify_run *run,
                                     const struct wci_container_facts *facts,
                                     struct wcab_error *err)
{
    struct wci_reader *reader;
    struct wci_listing listing;
    enum wcab_err code = image_reader(run, &reader, err);
    uint32_t i;

    if (code == WCAB_OK)
        code = wci_reader_listing(reader, run->state.listings[facts->container], &listing, err);
    for (i = 0; code == WCAB_OK && i < facts->count; i++) {
        const struct wci_deep *deep = &facts->rows[i];
        struct wci_entry entry;

        if (deep->status == 0)
            continue;
        run->files++;
        run->zeroes += wci_deep_is_zeroes(deep);
        if (deep->status == WCI_DEEP_OK)
            continue;
        count_status(run, deep->status);
        code = wci_listing_row(&listing, i, &entry, err);
        if (code == WCAB_OK)
            code = tell_lost(run, facts, deep, &entry, err);
        if (code == WCAB_OK && is_lost(deep->status))
            code = keep_lost(run, facts, i, err);
    }
    return code;
}

/* ---- what is known of the medium ---------------------------------------------------------- */

static void set_listed(const struct wci_entry *entry, struct wcab_listed *listed)
{
    listed->size_known = entry->name.bytes.length > 0 && !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    listed->size = listed->size_known ? entry->size : 0;
    (void)wci_dostime_format(entry->modified, listed->modified);
    listed->modified_seconds = wci_dostime_seconds(entry->modified);
}

static enum wcab_err on_difference(void *context, const struct wci_listing_difference *what)
{
    struct wci_verify_run *run = context;
    bool gone = what->kind == WCI_LISTING_MISSING;
    struct wci_bytes cabinet;
    struct wcab_verify_event event = {.kind = WCAB_VERIFY_LISTING,
                                      .difference = (enum wcab_listing_difference)what->kind,
                                      .told_by_medium = what->told};

    if (what->kind == WCI_LISTING_SAME) {
        run->bytes_same++;
        return WCAB_OK;
    }
    cabinet = wci_arena_bytes(run->arena, what->cabinet);
    event.container = cabinet.data;
    if (what->kind == WCI_LISTING_BYTES)
        run->bytes_other++;
    else if (what->told)
        ; /* no published listing: not counted as one */
    else if (gone)
        run->listing_missing++;
    else if (what->kind == WCI_LISTING_EXTRA)
        run->listing_extra++;
    else
        run->listing_other++;
    if (what->cabinet.length == 0)
        event.container = "";
    if (event.container == NULL)
        return wci_error_nomem(run->err);
    set_listed(&what->published, &event.published);
    set_listed(&what->found, &event.found);
    return tell_of_file(run, WCI_NONE, gone ? what->published.name : what->found.name, &event,
                        run->err);
}

/* What indexing could not read is lost as well, though nobody knows the names. */
static void tell_faults(struct wci_verify_run *run)
{
    uint32_t i;

    for (i = 0; i < run->image.fault_count; i++) {
        const struct wci_fault *fault = &run->image.faults[i];
        struct wcab_error what;
        struct wcab_verify_event event = {
            .kind = WCAB_VERIFY_FAULT, .container = "", .error = &what};

        wci_error_set_at(&what, (enum wcab_err)fault->code, fault->offset, "%.*s",
                         (int)fault->text.length, fault->text.data == NULL ? "" : fault->text.data);
        if (fault->place.length > 0)
            event.container = fault->place.data;
        set_image(run, &event);
        wci_verify_image_tell(run, &event);
    }
}

/* One line for an image that is gone or can't be read now, however many files it has. */
static void tell_host(struct wci_verify_run *run)
{
    struct wcab_verify_event event = {
        .kind = WCAB_VERIFY_FAULT, .container = "", .error = &run->host};

    if (run->host.code == WCAB_OK)
        return;
    set_image(run, &event);
    wci_verify_image_tell(run, &event);
}

/* The image at hand, without a reader. */
static struct wci_listing_subject subject_of(const struct wci_verify_run *run)
{
    return (struct wci_listing_subject){
        .id = run->image_id, .image = &run->image, .state = &run->state, .part = run->part};
}

static enum wcab_err check_listing(struct wci_verify_run *run, bool *has_listing,
                                   struct wcab_error *err)
{
    struct wci_listing_subject subject = subject_of(run);
    enum wcab_err code;

    run->err = err;
    /* the writer sees what was verified just now */
    code = wci_writer_reader(run->writer, &subject.reader, err);
    if (code == WCAB_OK)
        code = wci_contents_check(&subject, on_difference, run, err);
    if (code != WCAB_OK || run->published == NULL || medium_of(run).length == 0)
        return code;
    code = wci_listing_check(&subject, run->published, on_difference, run, err);
    *has_listing = *has_listing || code == WCAB_OK;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err on_digest(void *context, struct wci_bytes file, bool matches)
{
    struct wci_verify_run *run = context;
    struct wcab_verify_event event = {
        .kind = WCAB_VERIFY_DIGEST, .matches = matches, .container = ""};

    if (matches)
        run->result->digests_equal++;
    else
        run->result->digests_other++;
    if (file.length > 0)
        return tell_of_file(run, WCI_NONE, wci_text_name_of(file), &event, run->err);
    set_image(run, &event);
    wci_verify_image_tell(run, &event);
    return WCAB_OK;
}

static enum wcab_err check_digests(struct wci_verify_run *run, struct wcab_error *err)
{
    const struct wci_profile *profile = NULL;
    struct wci_listing_subject subject = subject_of(run);
    enum wcab_err code;

    if (medium_of(run).length == 0)
        return WCAB_OK;
    run->err = err;
    code = wci_handle_profile(run->known, medium_of(run), &profile, err);
    if (code == WCAB_OK)
        code = image_reader(run, &subject.reader, err);
    if (code == WCAB_OK && profile != NULL)
        code = wci_known_digest_check(&subject, profile, on_digest, run, err);
    return code;
}

/* Names equal copies of what is lost, now that all that was read is on record. */
enum wcab_err wci_verify_image_tell_copies(struct wci_verify_run *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    wci_reader_close(run->reader);
    run->reader = NULL;
    code = wci_reader_open(run->store, &run->reader, err);
    run->image_id = WCI_NONE;
    for (i = 0; code == WCAB_OK && i < run->lost_count; i++) {
        const struct wci_verify_lost *lost = &run->lost[i];
        struct wcab_verify_event event = {.kind = WCAB_VERIFY_COPY};
        struct wci_elsewhere_file file = {
            .image = lost->image, .container = lost->container, .row = lost->row};
        struct wci_listing listing;
        struct wci_entry entry;
        struct wci_buffer text;

        code = wci_verify_image_switch(run, lost->image, err);
        if (code == WCAB_OK)
            code = wci_reader_listing(run->reader, run->state.listings[lost->container], &listing,
                                      err);
        if (code == WCAB_OK)
            code = wci_listing_row(&listing, lost->row, &entry, err);
        if (code != WCAB_OK)
            break;
        file.listing = listing.id;
        file.entry = &entry;
        wci_buffer_init(&text);
        wci_elsewhere_find(run->reader, &file, &text);
        if (text.size > 0) {
            wci_buffer_u8(&text, 0);
            event.elsewhere = (const char *)text.data;
            code = text.ok ? tell_of_file(run, lost->container, entry.name, &event, err)
                           : wci_error_nomem(err);
        }
        wci_buffer_free(&text);
    }
    return code;
}

/* The title of the real medium whose bytes are published. */
static enum wcab_err name_real_medium(struct wci_verify_run *run, const char **title,
                                      struct wcab_error *err)
{
    const struct wci_profile *profile = NULL;
    uint32_t i;
    enum wcab_err code;

    run->part = WCI_NONE;
    for (i = 0; medium_of(run).length == 0 && i < run->image.part_count; i++)
        run->part = i;
    code = wci_handle_profile(run->known, medium_of(run), &profile, err);
    run->part = WCI_NONE;
    if (code == WCAB_OK && profile != NULL)
        *title = wci_arena_bytes(run->arena, profile->title).data;
    return code;
}

enum wcab_err wci_verify_image_end(struct wci_verify_run *run, bool skipped, struct wcab_error *err)
{
    struct wcab_verify_event event = {.kind = skipped ? WCAB_VERIFY_SKIPPED : WCAB_VERIFY_IMAGE};
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    /* the image itself, then each of its parts */
    for (i = 0; code == WCAB_OK && i <= run->image.part_count; i++) {
        run->part = i == 0 ? WCI_NONE : i - 1;
        code = check_listing(run, &event.has_listing, err);
        if (code == WCAB_OK && !skipped)
            code = check_digests(run, err);
    }
    run->part = WCI_NONE;
    if (code != WCAB_OK)
        return code;
    run->result->listing_missing += run->listing_missing;
    run->result->listing_other += run->listing_other;
    run->result->listing_extra += run->listing_extra;
    run->result->bytes_same += run->bytes_same;
    run->result->bytes_other += run->bytes_other;
    tell_faults(run);
    tell_host(run);
    event.faults =
        (uint64_t)run->image.fault_count + run->image.faults_dropped + (run->host.code != WCAB_OK);
    run->result->faults += event.faults;
    run->images_done++;
    run->result->files += run->files;
    run->result->damaged += run->damaged;
    run->result->missing += run->missing;
    run->result->unsupported += run->unsupported;
    run->result->encrypted += run->encrypted;
    run->result->zeroes += run->zeroes;
    if (skipped)
        run->result->skipped++;
    else
        run->result->images++;
    event.files = run->files;
    event.damaged = run->damaged;
    event.missing = run->missing;
    event.unsupported = run->unsupported;
    event.encrypted = run->encrypted;
    event.zeroes = run->zeroes;
    event.listing_missing = run->listing_missing;
    event.listing_other = run->listing_other;
    event.listing_extra = run->listing_extra;
    event.bytes_same = run->bytes_same;
    event.bytes_other = run->bytes_other;
    if (run->bytes_same + run->bytes_other > 0)
        code = name_real_medium(run, &event.real_medium, err);
    if (code != WCAB_OK)
        return code;
    set_image(run, &event);
    wci_verify_image_tell(run, &event);
    return WCAB_OK;
}
