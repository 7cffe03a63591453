/*
 * media_disks - the disks that a medium should have: those of its profile, of its own table of
 * contents, or by the numbers of those at hand.
 */

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/handle.h"
#include "query/media/gaps.h"
#include "query/media/media_run.h"
#include "query/media/probable.h"
#include "query/media/set_contents.h"
#include "query/media/sets.h"

static void add_missing_disk(struct wci_media_describing *describing,
                             const struct wci_profile_disk *known)
{
    struct wcab_disk *disk = wci_media_add_disk(describing);

    if (disk == NULL)
        return;
    disk->disk = wci_media_text_of(describing, known->id);
    disk->insert = wci_media_text_of(describing, known->insert);
    disk->label = wci_media_text_of(describing, known->label);
    disk->format = wci_media_text_of(describing, known->format);
    disk->status = WCAB_DISK_MISSING;
}

static const struct wci_member *find_disk(const struct wci_media_describing *describing,
                                          struct wci_bytes id)
{
    size_t i;

    for (i = 0; i < describing->member_count; i++) {
        const struct wci_member *member = &describing->members[i];

        if (!member->foreign && !member->duplicate &&
            wci_bytes_equal(member->image->image.identity.disk, id))
            return member;
    }
    return NULL;
}

/* A set of disks is whole as one image, too: its cabinets copied into one folder. */
static bool has_all_in_one(const struct wci_media_describing *describing)
{
    size_t i;

    for (i = 0; i < describing->member_count; i++) {
        if (!describing->members[i].foreign &&
            describing->members[i].image->image.identity.disk.length == 0)
            return true;
    }
    return false;
}

enum wcab_err wci_media_known_disks(struct wci_media_describing *describing)
{
    const struct wci_profile *profile = describing->profile;
    bool all_in_one = has_all_in_one(describing);
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < profile->disk_count; i++) {
        const struct wci_member *member = find_disk(describing, profile->disks[i].id);

        describing->medium->disks_known++;
        describing->medium->disks_present += member != NULL;
        if (member != NULL)
            code = wci_media_describe_image(describing, member);
        else if (!all_in_one)
            add_missing_disk(describing, &profile->disks[i]);
    }
    return code;
}

/* Adds a real disk of the table that is missing, or (cabinet not empty) a cabinet that its disk
 * lacks. */
static void add_missing_real(struct wci_media_describing *describing,
                             const struct wci_contents_real *real, struct wci_bytes cabinet)
{
    struct wcab_disk *disk = wci_media_add_disk(describing);

    if (disk == NULL)
        return;
    disk->disk = wci_media_text_of(describing, real->name);
    disk->insert = wci_media_text_of(describing, real->title);
    disk->reason = wci_media_text_of(describing, cabinet);
    disk->status = WCAB_DISK_MISSING;
}

/* The images that are one of the table's disks, and what is missing of it. */
static enum wcab_err describe_real(struct wci_media_describing *describing, uint32_t number)
{
    const struct wci_set_contents *set = &describing->contents;
    const struct wci_contents *contents = set->contents;
    const struct wci_bytes none = {NULL, 0};
    bool any = contents->real_count == 1;
    enum wcab_err code = WCAB_OK;
    uint32_t i;
    size_t k;

    for (k = 0; code == WCAB_OK && k < describing->member_count; k++) {
        if (set->member_real[k] == number) {
            code = wci_media_describe_image(describing, &describing->members[k]);
            any = true;
        }
    }
    for (i = 0; i < contents->disk_count; i++) /* a copy of the whole set has a part of it */
        any = any || (contents->disks[i].real == number && set->disk_present[i]);
    if (code != WCAB_OK || set->real_present[number])
        return code;
    if (!any)
        add_missing_real(describing, &contents->reals[number], none);
    for (i = 0; any && i < contents->disk_count; i++) {
        if (contents->disks[i].real == number && !set->disk_present[i] &&
            contents->disks[i].cabinet.length > 0)
            add_missing_real(describing, &contents->reals[number], contents->disks[i].cabinet);
    }
    return code;
}

enum wcab_err wci_media_told_disks(struct wci_media_describing *describing)
{
    const struct wci_set_contents *set = &describing->contents;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    describing->medium->told = true;
    if (set->contents->real_count > 1) {
        describing->medium->disks_known = set->contents->real_count;
        describing->medium->disks_present = set->reals_present;
    }
    for (i = 0; code == WCAB_OK && i < set->contents->real_count; i++) {
        code = describe_real(describing, i);
    }
    return code;
}

/* Adds a cabinet that is missing, or is there and can't be read. */
static enum wcab_err add_gap(struct wci_media_describing *describing, const struct wci_gap *gap)
{
    const struct wci_known_image *holder;
    const struct wci_fault *fault;
    struct wcab_disk *disk;
    enum wcab_err code =
        wci_gaps_unread_file(&describing->media->images, describing->members[0].image, gap->cabinet,
                             &holder, &fault, describing->err);

    disk = code == WCAB_OK ? wci_media_add_disk(describing) : NULL;
    if (disk == NULL)
        return code; /* without memory told by describing->ok */
    disk->reason = wci_media_text_of(describing, gap->cabinet);
    disk->insert =
        wci_media_text_of(describing, gap->disk_text.length > 0 ? gap->disk_text : gap->cabinet);
    disk->status = WCAB_DISK_MISSING;
    if (holder == NULL)
        return WCAB_OK;
    disk->status = WCAB_DISK_DAMAGED;
    disk->image = wci_answer_path(describing->media->arena, holder->image.path, &describing->ok);
    disk->image_raw = (const uint8_t *)holder->image.path.data;
    disk->image_raw_length = holder->image.path.length;
    disk->container = disk->reason;
    disk->faults = 1;
    disk->fault = fault == NULL ? "it can't be read as a cabinet"
                                : wci_media_text_of(describing, fault->text);
    return WCAB_OK;
}

/* The cabinets that the set's own ones tell of and that are not there. */
static enum wcab_err describe_unknown_gaps(struct wci_media_describing *describing)
{
    struct wci_gap_list list;
    size_t i;
    enum wcab_err code =
        wci_gaps_find(describing->reader, describing->members, describing->member_count,
                      describing->media->arena, &list, describing->err);

    for (i = 0; code == WCAB_OK && i < list.count; i++)
        code = add_gap(describing, &list.gaps[i]);
    return code;
}

/* Whether a listing's cabinet is on one of the set's own images. */
static bool has_cabinet(const struct wci_media_describing *describing, struct wci_bytes name)
{
    size_t i;
    uint32_t k;

    for (i = 0; i < describing->member_count; i++) {
        const struct wci_known_image *image = describing->members[i].image;

        for (k = 0; k < image->image.container_count; k++) {
            if (image->image.containers[k].kind == WCI_CONTAINER_CABINET &&
                wci_known_image_holds(image, k) &&
                wci_text_equal_folded(wci_known_image_file_name(image, k), name))
                return true;
        }
    }
    return false;
}

/* What the published listing of the medium has, and none of its images. */
struct listed {
    struct wci_media_describing *describing;
    bool any;    /* there is a listing */
    size_t lack; /* disks of the listing that lack a cabinet */
};

static enum wcab_err on_listed_part(void *context, const struct wci_known_image *image)
{
    static const char extension[] = ".cab";
    struct listed *listed = context;
    struct wci_media_describing *describing = listed->describing;
    bool lacks = false;
    uint32_t i;

    if (!wci_bytes_equal(image->image.identity.medium,
                         describing->members[0].image->image.identity.medium))
        return WCAB_OK;
    for (i = 0; i < image->image.container_count; i++) {
        struct wci_bytes name = wci_known_image_file_name(image, i);
        struct wcab_disk *disk;

        if (image->image.containers[i].kind != WCI_CONTAINER_CABINET || name.length < 5 ||
            !wci_text_equal_folded((struct wci_bytes){name.data + name.length - 4, 4},
                                   wci_bytes_of(extension)))
            continue;
        listed->any = true;
        if (has_cabinet(describing, name))
            continue;
        disk = wci_media_add_disk(describing);
        if (disk == NULL)
            break; /* told by describing->ok */
        lacks = true;
        if (image->image.identity.disk.length > 0)
            disk->disk = wci_media_text_of(describing, image->image.identity.disk);
        disk->reason = wci_media_text_of(describing, name);
        disk->insert = disk->reason;
        disk->status = WCAB_DISK_MISSING;
    }
    listed->lack += lacks;
    return WCAB_OK;
}

static enum wcab_err on_listed_image(void *context, uint32_t id)
{
    struct listed *listed = context;

    return wci_known_images_each_part(&listed->describing->media->images, true, id, on_listed_part,
                                      listed, listed->describing->err);
}

enum wcab_err wci_media_gaps(struct wci_media_describing *describing)
{
    struct listed listed = {describing, false, 0};
    struct wcab_medium *medium = describing->medium;
    struct wci_reader *published = NULL;
    enum wcab_err code = WCAB_OK;

    if (describing->profile != NULL && describing->profile->disk_count > 0 &&
        !has_all_in_one(describing))
        return WCAB_OK;
    if (medium->medium != NULL)
        code =
            wci_handle_reader(describing->media->images.catalog, true, &published, describing->err);
    if (code == WCAB_OK && published != NULL)
        code = wci_reader_each_image(published, on_listed_image, &listed, describing->err);
    if (medium->disks_known > listed.lack) /* all disks in one folder or on one disc */
        medium->disks_present = (uint32_t)(medium->disks_known - listed.lack);
    return code == WCAB_OK && !listed.any ? describe_unknown_gaps(describing) : code;
}

/* ---- probable sets ------------------------------------------------------------------------- */

static bool has_number(const struct wci_media_describing *describing, uint32_t number)
{
    size_t i;

    for (i = 0; i < describing->member_count; i++) {
        if (describing->members[i].number == number)
            return true;
    }
    return false;
}

/* Whether a cabinet that is missing is said to lie on the disk of that number. */
static bool is_told_missing(const struct wci_media_describing *describing, uint32_t number)
{
    size_t i, at, length;
    uint32_t told;

    for (i = 0; i < describing->medium->disk_count; i++) {
        const struct wcab_disk *disk = &describing->disks[i];

        if (disk->status == WCAB_DISK_MISSING && disk->insert != NULL &&
            wci_probable_number(wci_bytes_of(disk->insert), &told, &at, &length) && told == number)
            return true;
    }
    return false;
}

static void add_missing_number(struct wci_media_describing *describing, uint32_t number)
{
    struct wcab_disk *disk = wci_media_add_disk(describing);
    char text[32];

    if (disk == NULL)
        return;
    (void)snprintf(text, sizeof(text), "disk %u", number);
    disk->insert = wci_media_text_of(describing, wci_bytes_of(text));
    disk->disk = disk->insert == NULL ? NULL : disk->insert + strlen("disk ");
    disk->status = WCAB_DISK_MISSING;
}

enum wcab_err wci_media_probable_disks(struct wci_media_describing *describing)
{
    struct wcab_medium *medium = describing->medium;
    uint32_t last = 0, number, missing = 0;
    size_t i, different = 0;

    for (i = 0; i < describing->member_count; i++) {
        const struct wci_member *member = &describing->members[i];

        if (member->evidence != NULL && strcmp(member->evidence, "copies") != 0)
            medium->probable = member->evidence;
        if (member->number != WCI_NONE && member->number > last)
            last = member->number;
        different += !member->duplicate;
    }
    if (medium->probable == NULL)
        return WCAB_OK;
    for (number = 1; number < last; number++) {
        if (!has_number(describing, number) && !is_told_missing(describing, number))
            add_missing_number(describing, number);
    }
    for (i = 0; i < medium->disk_count; i++)
        missing += medium->disks[i].status == WCAB_DISK_MISSING;
    medium->disks_present = (uint32_t)different;
    medium->disks_known = (uint32_t)different + missing;
    return WCAB_OK;
}
