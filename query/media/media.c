/*
 * media - wcab_media: what is in the catalog, medium by medium, and what is missing there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chain.h"
#include "core/error.h"
#include "core/language.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/filter.h"
#include "query/handle.h"
#include "query/media/media_run.h"
#include "query/media/set_contents.h"
#include "query/media/sets.h"
#include "query/media/sums.h"
#include "query/notes.h"

const char *wci_media_text_of(struct wci_media_describing *describing, struct wci_bytes bytes)
{
    return wci_answer_text(describing->media->arena, wci_text_name_of(bytes), describing->code_page,
                           NULL, &describing->ok);
}

struct wcab_disk *wci_media_add_disk(struct wci_media_describing *describing)
{
    struct wcab_medium *medium = describing->medium;

    if (medium->disk_count == describing->disk_capacity) {
        size_t larger = describing->disk_capacity == 0 ? 16 : 2 * describing->disk_capacity;
        struct wcab_disk *disks =
            wci_arena_calloc(describing->media->arena, larger, sizeof(*disks));

        if (disks == NULL) {
            describing->ok = false;
            return NULL;
        }
        if (medium->disk_count > 0)
            memcpy(disks, describing->disks, medium->disk_count * sizeof(*disks));
        describing->disks = disks;
        describing->disk_capacity = larger;
        medium->disks = disks;
    }
    return &describing->disks[medium->disk_count++];
}

/* ---- one image ---------------------------------------------------------------------------- */

/* Files that verification found damaged, or could not read for another reason. */
static enum wcab_err count_rows(struct wci_media_describing *describing,
                                const struct wci_known_image *image, struct wcab_disk *disk)
{
    struct wci_image_stamp stamp;
    uint32_t i, row;
    enum wcab_err code =
        wci_reader_stamp(describing->reader, image->image.path, &stamp, describing->err);

    if (code != WCAB_OK || !stamp.deep)
        return code;
    for (i = 0; i < image->image.container_count; i++) {
        if (!wci_known_image_holds(image, i))
            continue;
        for (row = 0; row < image->image.containers[i].entry_count; row++) {
            struct wci_deep deep;

            code = wci_reader_deep(describing->reader, image->id, i, row, &deep, describing->err);
            if (code == WCAB_ERR_NOTFOUND)
                break; /* nothing is known of this container */
            if (code != WCAB_OK)
                return code;
            disk->damaged_files += deep.status == WCI_DEEP_DAMAGED;
            disk->unread_files +=
                deep.status == WCI_DEEP_UNSUPPORTED || deep.status == WCI_DEEP_ENCRYPTED;
        }
    }
    return WCAB_OK;
}

/* What is only not read here is no damage. */
static bool is_damaged(const struct wcab_disk *disk)
{
    return disk->faults > disk->unread_places || disk->damaged_files > 0;
}

/* Whether the disks are those of the medium's own table: no profile tells of them. */
static bool goes_by_contents(const struct wci_media_describing *describing)
{
    return (describing->profile == NULL || describing->profile->disk_count == 0) &&
           describing->contents.contents != NULL && describing->contents.countable;
}

/* Whether the medium's own table of contents knows the member. */
static bool is_told(const struct wci_media_describing *describing, const struct wci_member *member)
{
    return describing->contents.contents != NULL &&
           describing->contents.member_fits[member - describing->members];
}

static enum wcab_disk_status status_of(const struct wci_member *member,
                                       const struct wcab_disk *disk)
{
    if (member->image->state.offline) /* that it is gone comes before what it was */
        return WCAB_DISK_OFFLINE;
    if (member->foreign)
        return WCAB_DISK_FOREIGN;
    if (member->duplicate)
        return WCAB_DISK_DUPLICATE;
    return is_damaged(disk) ? WCAB_DISK_DAMAGED : WCAB_DISK_PRESENT;
}

/* The first fault with its place: "WIN95_02.CAB > mapi32.dll: text". */
static const char *first_fault(struct wci_media_describing *describing,
                               const struct wci_fault *fault)
{
    struct wci_buffer text;
    struct wci_bytes all;
    const char *result;

    if (fault == NULL)
        return NULL;
    wci_buffer_init(&text);
    wci_buffer_put(&text, fault->place.data, fault->place.length);
    if (text.size > 0)
        wci_buffer_put(&text, ": ", 2);
    wci_buffer_put(&text, fault->text.data, fault->text.length);
    all.data = (const char *)text.data;
    all.length = text.size;
    describing->ok = describing->ok && text.ok;
    result = wci_media_text_of(describing, all);
    wci_buffer_free(&text);
    return result;
}

/* An image that has more than one disk's worth of trouble is told of by its own words. */
static const char *insert_of(struct wci_media_describing *describing,
                             const struct wci_known_image *image)
{
    const struct wci_profile_disk *disk =
        describing->profile == NULL
            ? NULL
            : wci_profile_find_disk(describing->profile, image->image.identity.disk);

    if (disk != NULL)
        return wci_media_text_of(describing, disk->insert);
    return describing->profile != NULL ? wci_media_text_of(describing, describing->profile->title)
                                       : NULL;
}

/* The chain of containers down to a part of an image; NULL for a whole one. */
static const char *chain_of(struct wci_media_describing *describing,
                            const struct wci_known_image *image)
{
    struct wci_buffer chain;
    struct wci_bytes bytes;
    const char *result;

    if (image->part == WCI_NONE)
        return NULL;
    wci_buffer_init(&chain);
    wci_chain_put(&image->image, wci_part_start(&image->image, image->part),
                  wci_known_image_code_page(image), &chain);
    bytes.data = (const char *)chain.data;
    bytes.length = chain.size;
    describing->ok = describing->ok && chain.ok;
    result = wci_media_text_of(describing, bytes);
    wci_buffer_free(&chain);
    return result;
}

/* What the medium's own table of contents calls the disk, where no profile does. */
static void put_told_disk(struct wci_media_describing *describing, const struct wci_member *member,
                          struct wcab_disk *disk)
{
    const struct wci_contents_real *real;
    uint32_t number;

    if (!goes_by_contents(describing) || !is_told(describing, member))
        return;
    number = describing->contents.member_real[member - describing->members];
    if (number == WCI_NONE)
        return;
    real = &describing->contents.contents->reals[number];
    disk->disk = wci_media_text_of(describing, real->name);
    disk->insert = wci_media_text_of(describing, real->title);
}

/* The number of a disk that no profile knows. */
static void put_number(struct wci_media_describing *describing, const struct wci_member *member,
                       struct wcab_disk *disk)
{
    char text[16];

    if (disk->disk != NULL || member->number == WCI_NONE)
        return;
    (void)snprintf(text, sizeof(text), "%u", member->number);
    disk->disk = wci_media_text_of(describing, wci_bytes_of(text));
}

enum wcab_err wci_media_describe_image(struct wci_media_describing *describing,
                                       const struct wci_member *member)
{
    const struct wci_known_image *image = member->image;
    struct wcab_disk *disk = wci_media_add_disk(describing);
    struct wci_name label;
    enum wcab_err code;
    uint32_t i;

    if (disk == NULL)
        return WCAB_OK; /* told by describing->ok */
    describing->code_page = wci_known_image_code_page(image);
    disk->disk = wci_media_text_of(describing, image->image.identity.disk);
    put_number(describing, member, disk);
    disk->insert = insert_of(describing, image);
    put_told_disk(describing, member, disk);
    describing->ok = wci_notes_give(describing->media->arena, &image->image, &disk->user_notes,
                                    &disk->user_note_count) &&
                     describing->ok;
    disk->image = wci_answer_path(describing->media->arena, image->image.path, &describing->ok);
    disk->image_raw = (const uint8_t *)image->image.path.data;
    disk->image_raw_length = image->image.path.length;
    disk->container = chain_of(describing, image);
    disk->reason = wci_media_text_of(describing, image->image.identity.reason);
    if (member->foreign)
        disk->reason = "other contents than this set's disk of that number";
    disk->fault = first_fault(
        describing, wci_known_image_first_fault(image, &disk->faults, &disk->unread_places));
    if (image->image.container_count > 0) {
        uint32_t root = wci_known_image_root(image);

        label = wci_known_image_label(image, root);
        for (i = root + 1; label.bytes.length == 0 && i < image->image.container_count; i++) {
            if (wci_known_image_holds(image, i))
                label = image->image.containers[i].label;
        }
        disk->label = wci_media_text_of(describing, label.bytes);
        disk->format = wci_media_text_of(describing, image->image.containers[root].format);
    }
    for (i = 0; i < image->image.container_count; i++)
        disk->files += wci_known_image_holds(image, i) ? image->image.containers[i].entry_count : 0;
    code = count_rows(describing, image, disk);
    disk->status = status_of(member, disk);
    disk->code_page = image->image.identity.code_page;
    disk->code_page_reason = wci_media_text_of(describing, image->image.identity.code_page_reason);
    return code;
}

/* ---- one medium --------------------------------------------------------------------------- */

static void put_notes(struct wci_media_describing *describing, const struct wci_profile *profile)
{
    const char **notes;
    size_t i;

    if (profile == NULL || profile->note_count == 0)
        return;
    notes = wci_arena_calloc(describing->media->arena, profile->note_count, sizeof(*notes));
    if (notes == NULL) {
        describing->ok = false;
        return;
    }
    for (i = 0; i < profile->note_count; i++)
        notes[i] = wci_media_text_of(describing, profile->notes[i].text);
    describing->medium->notes = notes;
    describing->medium->note_count = profile->note_count;
}

/* Whether the member was described among the disks of the profile or of the table. */
static bool is_known_disk(const struct wci_media_describing *describing,
                          const struct wci_member *member)
{
    if (goes_by_contents(describing))
        return describing->contents.member_real[member - describing->members] != WCI_NONE;
    return describing->profile != NULL && !member->foreign && !member->duplicate &&
           wci_profile_find_disk(describing->profile, member->image->image.identity.disk) != NULL;
}

static enum wcab_err describe_disks(struct wci_media_describing *describing)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (goes_by_contents(describing))
        code = wci_media_told_disks(describing);
    else if (describing->profile != NULL)
        code = wci_media_known_disks(describing);
    for (i = 0; code == WCAB_OK && i < describing->member_count; i++) {
        if (!is_known_disk(describing, &describing->members[i]))
            code = wci_media_describe_image(describing, &describing->members[i]);
    }
    if (code == WCAB_OK && !goes_by_contents(describing))
        code = wci_media_gaps(describing);
    if (code == WCAB_OK && !goes_by_contents(describing) && describing->profile == NULL)
        code = wci_media_probable_disks(describing);
    return code;
}

/* ---- release, language, layout ------------------------------------------------------------ */

/* A language that has no name here goes by its Windows id. */
static void put_nameless_language(struct wci_media_describing *describing, struct wci_bytes id)
{
    char text[48];

    while (id.length > 4 && id.data[0] == '0') {
        id.data++;
        id.length--;
    }
    if (id.length > 8)
        return;
    (void)snprintf(text, sizeof(text), "x-lcid-%.*s", (int)id.length, id.data);
    describing->medium->language = wci_media_text_of(describing, wci_bytes_of(text));
    (void)snprintf(text, sizeof(text), "language %.*s", (int)id.length, id.data);
    describing->medium->language_name = wci_media_text_of(describing, wci_bytes_of(text));
}

/* The medium's own word comes before its profile's.  A known release in a layout that nobody lists
 * may be in any language. */
static void put_language(struct wci_media_describing *describing)
{
    const struct wci_profile *profile = describing->profile;
    struct wci_bytes locale = describing->contents.locale;
    const struct wci_language *language = NULL;

    if (locale.length > 0) {
        language = wci_language_of_hex(locale);
        if (language == NULL)
            put_nameless_language(describing, locale);
    } else if (profile != NULL &&
               wci_profile_release_id(profile->id).length == profile->id.length) {
        language = wci_language_of_tag(profile->language);
    }
    if (language == NULL)
        return;
    describing->medium->language = language->tag;
    describing->medium->language_name = language->name;
}

/* Whether any member is a DMF floppy, or lies on a disc. */
static bool any_format(const struct wci_media_describing *describing, const char *part)
{
    size_t i;

    for (i = 0; i < describing->member_count; i++) {
        const struct wci_known_image *image = describing->members[i].image;
        struct wci_bytes format;

        if (image->image.container_count == 0)
            continue;
        format = image->image.containers[wci_known_image_root(image)].format;
        if (format.length > 0 && memmem(format.data, format.length, part, strlen(part)) != NULL)
            return true;
    }
    return false;
}

/* Whether most disks of the profile are DMF ones, whatever they lie on here. */
static bool is_dmf_set(const struct wci_profile *profile)
{
    size_t count = 0, i;

    for (i = 0; profile != NULL && i < profile->disk_count; i++)
        count += wci_bytes_equal(profile->disks[i].format, wci_bytes_of("DMF"));
    return profile != NULL && 2 * count > profile->disk_count;
}

/* "13 DMF disks and a boot disk": the boot disk is counted for itself, as the labels do. */
static void put_disk_count(struct wci_media_describing *describing, size_t disks)
{
    const struct wci_profile *profile = describing->profile;
    bool dmf = any_format(describing, "DMF") || is_dmf_set(profile);
    size_t boots = 0, i;
    char text[48];

    for (i = 0; !goes_by_contents(describing) && profile != NULL && i < profile->disk_count; i++)
        boots += wci_bytes_equal(profile->disks[i].id, wci_bytes_of("boot"));
    (void)snprintf(text, sizeof(text), "%u %sdisks%s", (unsigned)(disks - boots), dmf ? "DMF " : "",
                   boots > 0 ? " and a boot disk" : "");
    describing->medium->layout = wci_media_text_of(describing, wci_bytes_of(text));
}

static void put_layout(struct wci_media_describing *describing)
{
    const struct wci_contents *contents = describing->contents.contents;
    struct wcab_medium *medium = describing->medium;
    size_t disks = goes_by_contents(describing)  ? contents->real_count
                   : describing->profile != NULL ? describing->profile->disk_count
                                                 : 0;
    bool disc = any_format(describing, "ISO 9660");

    if (goes_by_contents(describing) && disks == 1)
        disc = disc || memmem(contents->reals[0].title.data, contents->reals[0].title.length, "CD",
                              2) != NULL;
    if (disks > 1) {
        put_disk_count(describing, disks);
    } else if (disc ||
               (describing->profile != NULL && describing->profile->kind == WCI_PROFILE_CD)) {
        medium->layout = "CD-ROM";
    }
    if (medium->layout != NULL && (medium->kind == NULL || goes_by_contents(describing)))
        medium->kind = disks > 1 ? "floppies" : "cd";
}

/* "Windows 95 OSR2 (CD-ROM)" without what stands in brackets: the table tells the layout. */
static struct wci_bytes without_layout(struct wci_bytes title)
{
    const char *bracket = title.length == 0 ? NULL : memrchr(title.data, '(', title.length);

    if (bracket == NULL || title.data[title.length - 1] != ')')
        return title;
    title.length = (size_t)(bracket - title.data);
    while (title.length > 0 && title.data[title.length - 1] == ' ')
        title.length--;
    return title;
}

/* What the medium says of its release comes before what it was recognised by, but for a listing that it
 * fits. */
static void put_told_release(struct wci_media_describing *describing)
{
    const struct wci_profile *profile = describing->profile;
    struct wci_bytes medium = describing->members[0].image->image.identity.medium, release;
    const char *title;

    describing->ok = wci_set_contents_release(&describing->contents, describing->media->arena,
                                              &release, &title) &&
                     describing->ok;
    if (release.length == 0 || (profile != NULL && profile->release.length > 0 &&
                                wci_profile_release_id(medium).length == medium.length))
        return;
    describing->medium->release = wci_media_text_of(describing, release);
    if (describing->medium->title == NULL)
        describing->medium->title = title;
}

/* What the set is, each thing for itself. */
static enum wcab_err describe_release(struct wci_media_describing *describing)
{
    struct wcab_medium *medium = describing->medium;
    enum wcab_err code = wci_set_contents_find(&describing->media->images, describing->members,
                                               describing->member_count, describing->media->arena,
                                               &describing->contents, describing->err);

    if (code != WCAB_OK)
        return code;
    if (describing->profile != NULL) {
        medium->title = wci_media_text_of(describing, describing->profile->title);
        medium->release = wci_media_text_of(describing, describing->profile->release);
        medium->kind = wci_profile_kind_name(describing->profile->kind);
    }
    if (goes_by_contents(describing) && describing->profile != NULL)
        medium->title = wci_media_text_of(describing, without_layout(describing->profile->title));
    put_told_release(describing);
    put_language(describing);
    put_layout(describing);
    put_notes(describing, describing->profile);
    return WCAB_OK;
}

static enum wcab_err on_sum(void *context, const struct wci_sum *sum)
{
    struct wci_media_describing *describing = context;
    char text[320];

    if (sum->found == sum->wanted || describing->medium->contradiction != NULL)
        return WCAB_OK;
    (void)snprintf(
        text, sizeof(text),
        "the file names in %.*s to %.*s don't add up to their set ID (%u instead of %u): "
        "a cabinet is too few, or a name was altered",
        (int)(sum->first.length < 64 ? sum->first.length : 64), sum->first.data,
        (int)(sum->last.length < 64 ? sum->last.length : 64), sum->last.data,
        (uint16_t)(sum->before + sum->found), sum->set_id);
    describing->medium->contradiction = wci_media_text_of(describing, wci_bytes_of(text));
    return WCAB_OK;
}

/* Whether a disk of the same number is there. */
static bool has_other_copy(const struct wcab_medium *medium, const struct wcab_disk *gone)
{
    size_t i;

    for (i = 0; gone->disk != NULL && i < medium->disk_count; i++) {
        const struct wcab_disk *disk = &medium->disks[i];

        if (disk->disk != NULL && strcmp(disk->disk, gone->disk) == 0 &&
            (disk->status == WCAB_DISK_PRESENT || disk->status == WCAB_DISK_DAMAGED))
            return true;
    }
    return false;
}

static enum wcab_err describe_medium(struct wci_media_describing *describing)
{
    struct wcab_medium *medium = describing->medium;
    const struct wci_known_image *first = describing->members[0].image;
    enum wcab_err code;
    size_t i;

    describing->profile = first->profile;
    describing->code_page = wci_known_image_code_page(first);
    medium->medium = wci_media_text_of(describing, first->image.identity.medium);
    code = describe_release(describing);
    if (code == WCAB_OK)
        code = describe_disks(describing);
    if (code == WCAB_OK)
        code = wci_sums_each(describing->reader, describing->members, describing->member_count,
                             on_sum, describing, describing->err);
    if (code != WCAB_OK)
        return code;
    medium->complete = true;
    for (i = 0; i < medium->disk_count; i++) {
        const struct wcab_disk *disk = &medium->disks[i];

        if (disk->status == WCAB_DISK_MISSING ||
            (disk->status == WCAB_DISK_OFFLINE && !has_other_copy(medium, disk)) ||
            disk->status == WCAB_DISK_DAMAGED || (medium->medium == NULL && is_damaged(disk)))
            medium->complete = false;
    }
    return describing->ok ? WCAB_OK : wci_error_nomem(describing->err);
}

static enum wcab_err describe_all(struct wcab_media *media, struct wcab_catalog *catalog,
                                  struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    size_t first = 0, end;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    if (code != WCAB_OK || media->sets.member_count == 0)
        return code;
    media->items = wci_arena_calloc(media->arena, media->sets.set_count, sizeof(*media->items));
    if (media->items == NULL)
        return wci_error_nomem(err);
    while (code == WCAB_OK && first < media->sets.member_count) {
        struct wci_media_describing describing = {
            .media = media, .reader = reader, .ok = true, .err = err};
        struct wcab_medium *medium = &media->items[media->count];

        for (end = first; end < media->sets.member_count &&
                          media->sets.members[end].set == media->sets.members[first].set;
             end++)
            ;
        describing.members = &media->sets.members[first];
        describing.member_count = end - first;
        describing.medium = medium;
        code = describe_medium(&describing);
        medium->set = 1;
        if (media->count > 0 && medium->medium != NULL && medium[-1].medium != NULL &&
            strcmp(medium->medium, medium[-1].medium) == 0)
            medium->set = medium[-1].set + 1;
        media->count++;
        first = end;
    }
    return code;
}

/* ---- the public functions ----------------------------------------------------------------- */

static enum wcab_err do_media_open(struct wcab_catalog *catalog, const char *filter,
                                   struct wcab_media **media, struct wcab_error *err)
{
    struct wcab_media *made = calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->arena = wci_arena_new();
    code = made->arena == NULL ? wci_error_nomem(err)
                               : wci_known_images_open(&made->images, catalog, err);
    if (code == WCAB_OK)
        code = wci_filter_open(catalog, filter, &made->filter, err);
    if (code == WCAB_OK)
        code = wci_sets_find(&made->images, made->filter, &made->sets, err);
    if (code == WCAB_OK)
        code = describe_all(made, catalog, err);
    if (code != WCAB_OK) {
        wcab_media_close(made);
        return code;
    }
    *media = made;
    return WCAB_OK;
}

enum wcab_err wcab_media_open(struct wcab_catalog *catalog, const char *filter,
                              struct wcab_media **media, struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || media == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_media_open(catalog, filter, media, &own), &own, err);
}

const struct wcab_medium *wcab_media_get(const struct wcab_media *media, size_t index)
{
    if (media == NULL)
        return NULL;
    return index < media->count ? &media->items[index] : NULL;
}

void wcab_media_close(struct wcab_media *media)
{
    if (media == NULL)
        return;
    wci_sets_free(&media->sets);
    wci_filter_free(media->filter);
    wci_known_images_close(&media->images);
    wci_arena_free(media->arena);
    free(media);
}
