/*
 * on_record - see on_record.h.
 */
#include "jobs/index/on_record.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"
#include "core/url/url.h"
#include "indexer/quick_digest.h"
#include "indexer/stamp.h"

/* An image on record that has a quick digest. */
struct wci_on_record_known {
    uint8_t quick[WCI_QUICK_BYTES];
    uint64_t size, inode;
    int64_t mtime_ns, changed_ns;
    uint32_t id;
    bool moved; /* to a path of this run */
};

struct wci_on_record_renewal {
    uint32_t id;
    struct wci_image stamp;
};

enum wcab_err wci_on_record_init(struct wci_on_record *record,
                                 const struct wci_on_record_options *options,
                                 struct wcab_error *err)
{
    memset(record, 0, sizeof(*record));
    record->options = *options;
    record->arena = wci_arena_new();
    return record->arena == NULL ? wci_error_nomem(err) : WCAB_OK;
}

void wci_on_record_free(struct wci_on_record *record)
{
    wci_arena_free(record->arena);
    free(record->known);
    free((void *)record->by_inode);
    free(record->moves);
    free(record->stamps);
    free(record->renewals);
    memset(record, 0, sizeof(*record));
}

/* ---- the path on record ------------------------------------------------------------------- */

/* Whether names that are not Unicode, if there are any, were read in the page that is asked for. */
static bool has_code_page(const struct wci_image *image, int asked)
{
    bool has = asked == 0 || image->identity.code_page == 0 || image->identity.code_page == asked;
    uint32_t i;

    for (i = 0; asked != 0 && i < image->part_count; i++)
        has = has && (image->parts[i].identity.code_page == 0 ||
                      image->parts[i].identity.code_page == asked);
    return has;
}

/* Whether the image on record was read as it is asked for now. */
static bool was_read_so(const struct wci_on_record *record, uint32_t id)
{
    const struct wci_on_record_options *options = &record->options;
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    bool same;

    if (options->limits == NULL && options->code_page == 0)
        return true;
    arena = wci_arena_new();
    same = arena != NULL &&
           wci_reader_image(options->reader, id, arena, &image, &state, NULL) == WCAB_OK &&
           (options->limits == NULL || wci_limits_equal(&image.limits, options->limits)) &&
           has_code_page(&image, options->code_page);
    wci_arena_free(arena);
    return same;
}

/* Whether a time of the last change of status is that of one file alone: no program can set it, and
 * it is finer than the seconds that some file systems make up from the other times. */
static bool is_own_time(int64_t changed_ns)
{
    return changed_ns % 1000000000 != 0;
}

/* The device's number changes with every mount. */
static bool same_hints(const struct wci_image_stamp *stamp, const struct wci_image *now)
{
    return stamp->inode == now->inode && stamp->changed_ns == now->changed_ns &&
           (stamp->device == now->device || is_own_time(now->changed_ns));
}

/* Fills in the quick digest; false when it can't be had. */
static bool need_digest(const struct wci_on_record *record, const char *path,
                        enum wci_item_kind kind, struct wci_image *now)
{
    if (wci_quick_digest_is_known(now->quick))
        return true;
    if (kind == WCI_ITEM_FOLDER || kind == WCI_ITEM_FOLDER_TOP)
        return wci_quick_digest_folder(path, kind == WCI_ITEM_FOLDER_TOP, now->quick);
    return wci_quick_digest_file(path, record->options.fetch, now->quick);
}

static bool same_digest(const uint8_t a[WCI_QUICK_BYTES], const uint8_t b[WCI_QUICK_BYTES])
{
    return memcmp(a, b, WCI_QUICK_BYTES) == 0;
}

static enum wci_item_state renew(struct wci_on_record *record, uint32_t id,
                                 const struct wci_image *now)
{
    struct wci_on_record_renewal *renewal;

    /* without memory it is only looked at again next time */
    if (wci_mem_grow(&record->renewals, record->renewal_count, &record->renewal_capacity,
                     sizeof(*record->renewals))) {
        renewal = &record->renewals[record->renewal_count++];
        renewal->id = id;
        renewal->stamp = *now;
    }
    return WCI_ITEM_UNCHANGED;
}

/* Whether all that could be read of an image decoded well: else new bytes may be better ones. */
static bool is_sound(const struct wci_on_record *record, uint32_t id)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state state;
    struct wci_deep deep;
    bool sound =
        arena != NULL &&
        wci_reader_image(record->options.reader, id, arena, &image, &state, NULL) == WCAB_OK &&
        image.fault_count == 0 && image.faults_dropped == 0;
    uint32_t i, row;

    for (i = 0; sound && i < image.container_count; i++) {
        for (row = 0; sound && row < image.containers[i].entry_count; row++) {
            if (wci_reader_deep(record->options.reader, id, i, row, &deep, NULL) != WCAB_OK)
                break;
            sound = deep.status != WCI_DEEP_DAMAGED;
        }
    }
    wci_arena_free(arena);
    return sound;
}

/* Whether it lies on a server that tells neither an ETag nor a time. */
static bool says_nothing(const char *path, const struct wci_image *now)
{
    return wci_url_is(wci_bytes_of(path)) && now->inode == 0 && now->mtime_ns == 0;
}

/* The path is on record with this size.  Only the digest tells when the hints have changed. */
static enum wci_item_state state_of_same_size(struct wci_on_record *record, const char *path,
                                              enum wci_item_kind kind,
                                              const struct wci_image_stamp *stamp,
                                              struct wci_image *now)
{
    bool same_time = stamp->mtime_ns == now->mtime_ns;
    bool known = wci_quick_digest_is_known(stamp->quick);

    if (same_time && known && same_hints(stamp, now) && !says_nothing(path, now)) {
        memcpy(now->quick, stamp->quick, sizeof(now->quick));
        return stamp->offline || stamp->device != now->device ? renew(record, stamp->id, now)
                                                              : WCI_ITEM_UNCHANGED;
    }
    if (!need_digest(record, path, kind, now))
        return same_time && !known ? WCI_ITEM_UNCHANGED : WCI_ITEM_NEW;
    if (!known) /* a record of earlier times: what it had to go by is right */
        return same_time ? renew(record, stamp->id, now) : WCI_ITEM_NEW;
    if (!same_digest(stamp->quick, now->quick))
        return WCI_ITEM_NEW;
    if (same_time)
        return renew(record, stamp->id, now);
    return is_sound(record, stamp->id) ? WCI_ITEM_TOUCHED : WCI_ITEM_NEW;
}

/* ---- other paths -------------------------------------------------------------------------- */

static int compare_known(const void *a, const void *b)
{
    const struct wci_on_record_known *x = a, *y = b;
    int order = memcmp(x->quick, y->quick, WCI_QUICK_BYTES);

    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static int compare_inodes(const void *a, const void *b)
{
    const struct wci_on_record_known *x = *(const struct wci_on_record_known *const *)a;
    const struct wci_on_record_known *y = *(const struct wci_on_record_known *const *)b;

    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    return (x->changed_ns > y->changed_ns) - (x->changed_ns < y->changed_ns);
}

static enum wcab_err add_known(void *context, struct wci_bytes path,
                               const struct wci_image_stamp *stamp)
{
    struct wci_on_record *record = context;
    struct wci_on_record_known *known;

    (void)path;
    if (stamp->unread || !wci_quick_digest_is_known(stamp->quick))
        return WCAB_OK;
    if (!wci_mem_grow(&record->known, record->known_count, &record->known_capacity,
                      sizeof(*record->known)))
        return WCAB_ERR_NOMEM;
    known = &record->known[record->known_count++];
    memcpy(known->quick, stamp->quick, sizeof(known->quick));
    known->size = stamp->size;
    known->inode = stamp->inode;
    known->mtime_ns = stamp->mtime_ns;
    known->changed_ns = stamp->changed_ns;
    known->id = stamp->id;
    known->moved = false;
    return WCAB_OK;
}

static void gather_known(struct wci_on_record *record)
{
    struct wci_bytes all = {"", 0};
    size_t i;

    if (record->gathered)
        return;
    record->gathered = true;
    if (wci_reader_each_stamp(record->options.reader, all, add_known, record, NULL) != WCAB_OK)
        record->known_count = 0; /* without memory nothing is known again */
    if (record->known_count > 1)
        qsort(record->known, record->known_count, sizeof(*record->known), compare_known);
    record->by_inode = wci_mem_calloc(record->known_count + 1, sizeof(*record->by_inode));
    for (i = 0; record->by_inode != NULL && i < record->known_count; i++)
        record->by_inode[i] = &record->known[i];
    if (record->by_inode != NULL && record->known_count > 1)
        qsort((void *)record->by_inode, record->known_count, sizeof(*record->by_inode),
              compare_inodes);
}

/* Where the path of an image on record stands today. */
enum place { PLACE_HOLDS_IT, PLACE_IS_LEFT, PLACE_IS_OFFLINE };

/* Whether the file system that the file lay on is there, so that it is the file that is gone. */
static bool is_mounted(const char *path, uint64_t device)
{
    char *folder = wci_paths_folder(path);
    struct stat status;
    bool found = false;

    while (folder != NULL && !found) {
        char *up;

        found = stat(folder, &status) == 0;
        if (found || strcmp(folder, "/") == 0 || strcmp(folder, ".") == 0)
            break;
        up = wci_paths_folder(folder);
        free(folder);
        folder = up;
    }
    free(folder);
    return found && (uint64_t)status.st_dev == device;
}

static enum place place_of(const struct wci_image *image, const struct wci_image *now)
{
    const char *path = image->path.data;
    struct wci_image there = {0};
    struct stat status;

    if (wci_url_is(image->path)) /* what is elsewhere as well is a copy of it */
        return PLACE_HOLDS_IT;
    if (stat(path, &status) != 0)
        return (image->inode != 0 && now->inode == image->inode) || is_mounted(path, image->device)
                   ? PLACE_IS_LEFT
                   : PLACE_IS_OFFLINE;
    if (image->kind == WCI_IMAGE_DIRECTORY)
        return S_ISDIR(status.st_mode) ? PLACE_HOLDS_IT : PLACE_IS_LEFT;
    wci_stamp_of(path, &status, &there);
    if (there.size == image->size && there.mtime_ns == image->mtime_ns &&
        there.inode == image->inode && there.device == image->device)
        return PLACE_HOLDS_IT;
    return wci_quick_digest_file(path, NULL, there.quick) && there.size == image->size &&
                   same_digest(there.quick, image->quick)
               ? PLACE_HOLDS_IT
               : PLACE_IS_LEFT;
}

/* Notes that the image `known` is (as a copy or by itself) at `path`; false without memory. */
static bool note_move(struct wci_on_record *record, struct wci_on_record_known *known,
                      const struct wci_image *image, const char *path, const struct wci_image *now,
                      bool is_copy)
{
    struct wci_on_record_move *move;

    if (!wci_mem_grow(&record->moves, record->move_count, &record->move_capacity,
                      sizeof(*record->moves)) ||
        !wci_mem_grow(&record->stamps, record->move_count, &record->stamp_capacity,
                      sizeof(*record->stamps)))
        return false;
    move = &record->moves[record->move_count];
    move->id = known->id;
    move->is_copy = is_copy;
    move->from = wci_arena_strdup(record->arena, image->path.data);
    move->to = wci_arena_strdup(record->arena, path);
    if (move->from == NULL || move->to == NULL)
        return false;
    record->stamps[record->move_count] = *now;
    record->stamps[record->move_count++].path = wci_bytes_of(move->to);
    known->moved = !is_copy;
    return true;
}

static bool is_folder(enum wci_item_kind kind)
{
    return kind == WCI_ITEM_FOLDER || kind == WCI_ITEM_FOLDER_TOP;
}

/* An image that was met, which is on record at no path or as another one. */
struct met {
    const char *path;
    enum wci_item_kind kind;
    struct wci_image *now; /* its stamp */
};

/* Whether `known` is the image that was met. */
static bool take_known(struct wci_on_record *record, struct wci_on_record_known *known,
                       const struct met *met, bool copies, enum wci_item_state *state)
{
    const struct wci_image *now = met->now;
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state ignored;
    enum place place;
    bool taken = false;

    if (arena != NULL &&
        wci_reader_image(record->options.reader, known->id, arena, &image, &ignored, NULL) ==
            WCAB_OK &&
        (image.kind == WCI_IMAGE_DIRECTORY) == is_folder(met->kind) &&
        image.kind != WCI_IMAGE_PUBLISHED && was_read_so(record, known->id) &&
        strcmp(image.path.data, met->path) != 0) {
        place = known->moved ? PLACE_HOLDS_IT : place_of(&image, now);
        taken = (copies || place == PLACE_IS_LEFT) &&
                (image.mtime_ns == now->mtime_ns || is_sound(record, known->id)) &&
                note_move(record, known, &image, met->path, now, place != PLACE_IS_LEFT);
        /* a file that has moved as it is; of a copy the directories are read, too */
        *state = image.mtime_ns == now->mtime_ns && image.inode == now->inode && image.inode != 0
                     ? WCI_ITEM_KNOWN_AGAIN
                     : WCI_ITEM_TOUCHED;
    }
    wci_arena_free(arena);
    return taken;
}

/* An image with the digest that has left its path comes before one that is still there. */
static enum wci_item_state find_again(struct wci_on_record *record, const struct met *met)
{
    struct wci_on_record_known wanted = {.id = 0};
    enum wci_item_state state = WCI_ITEM_NEW;
    size_t low = 0, high, i;
    int copies;

    gather_known(record);
    if (!need_digest(record, met->path, met->kind, met->now) || record->known_count == 0)
        return WCI_ITEM_NEW;
    memcpy(wanted.quick, met->now->quick, sizeof(wanted.quick));
    high = record->known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_known(&record->known[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (copies = 0; copies < 2; copies++) {
        for (i = low; i < record->known_count && same_digest(record->known[i].quick, wanted.quick);
             i++) {
            if (record->known[i].size == met->now->size &&
                take_known(record, &record->known[i], met, copies != 0, &state))
                return state;
        }
    }
    return WCI_ITEM_NEW;
}

/* The very file of a record: with its inode and the moment of its last change of status, in another
 * mount or under another folder.  It need not be opened. */
static enum wci_item_state find_same_file(struct wci_on_record *record, const struct met *met)
{
    struct wci_image *now = met->now;
    const struct wci_on_record_known wanted = {.inode = now->inode, .changed_ns = now->changed_ns};
    const struct wci_on_record_known *key = &wanted;
    struct wci_on_record_known **found, *known;
    enum wci_item_state state = WCI_ITEM_NEW;

    gather_known(record);
    if (record->by_inode == NULL || record->known_count == 0 || now->inode == 0 ||
        !is_own_time(now->changed_ns))
        return WCI_ITEM_NEW;
    found = bsearch((const void *)&key, (void *)record->by_inode, record->known_count,
                    sizeof(*record->by_inode), compare_inodes);
    known = found == NULL ? NULL : *found;
    if (known == NULL || known->size != now->size || known->mtime_ns != now->mtime_ns)
        return WCI_ITEM_NEW;
    memcpy(now->quick, known->quick, sizeof(now->quick));
    if (take_known(record, known, met, false, &state))
        return state;
    memset(now->quick, 0, sizeof(now->quick));
    return WCI_ITEM_NEW;
}

enum wci_item_state wci_on_record_state(struct wci_on_record *record, const char *path,
                                        enum wci_item_kind kind, struct wci_image *stamp)
{
    const struct met met = {path, kind, stamp};
    struct wci_image_stamp before;
    enum wci_item_state state = WCI_ITEM_NEW;
    enum wcab_err code;

    if (record->options.reader == NULL || record->options.force) {
        if (kind != WCI_ITEM_FILE)
            (void)need_digest(record, path, kind, stamp);
        return WCI_ITEM_NEW;
    }
    code = wci_reader_stamp(record->options.reader, wci_bytes_of(path), &before, NULL);
    if (code == WCAB_OK && !before.unread && before.size == stamp->size &&
        was_read_so(record, before.id))
        state = state_of_same_size(record, path, kind, &before, stamp);
    if (state == WCI_ITEM_NEW && code == WCAB_ERR_NOTFOUND && !is_folder(kind))
        state = find_same_file(record, &met);
    if (state != WCI_ITEM_NEW || kind == WCI_ITEM_FILE)
        return state;
    return find_again(record, &met);
}

/* ---- storing ------------------------------------------------------------------------------ */

static enum wcab_err apply_moves(struct wci_on_record *record, struct wci_writer *writer,
                                 struct wcab_error *err)
{
    struct wci_move *moves = wci_mem_calloc(record->move_count, sizeof(*moves));
    size_t count = 0, i;
    enum wcab_err code;

    if (moves == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < record->move_count; i++) {
        if (record->moves[i].is_copy)
            continue;
        moves[count].id = record->moves[i].id;
        moves[count++].path = wci_bytes_of(record->moves[i].to);
    }
    code = wci_writer_move_images(writer, moves, count, err);
    free(moves);
    return code;
}

enum wcab_err wci_on_record_apply(struct wci_on_record *record, struct wci_writer *writer,
                                  struct wcab_error *err)
{
    enum wcab_err code = record->move_count == 0 ? WCAB_OK : apply_moves(record, writer, err);
    uint32_t id;
    size_t i;

    for (i = 0; code == WCAB_OK && i < record->move_count; i++) {
        if (record->moves[i].is_copy)
            code = wci_writer_copy_image(writer, record->moves[i].id, &record->stamps[i], &id, err);
        else
            code = wci_writer_renew_stamp(writer, record->moves[i].id, &record->stamps[i], err);
    }
    for (i = 0; code == WCAB_OK && i < record->renewal_count; i++)
        code =
            wci_writer_renew_stamp(writer, record->renewals[i].id, &record->renewals[i].stamp, err);
    return code;
}

const char *wci_on_record_from(struct wci_on_record *record, const char *path)
{
    size_t i;

    for (i = 0; i < record->move_count; i++) {
        const struct wci_on_record_move *move =
            &record->moves[(record->told + i) % record->move_count];

        if (strcmp(move->to, path) == 0) {
            record->told = (record->told + i + 1) % record->move_count;
            return move->from;
        }
    }
    return NULL;
}

static int compare_ids(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

enum wcab_err wci_on_record_moved_ids(const struct wci_on_record *record, uint32_t **ids,
                                      size_t *count, struct wcab_error *err)
{
    uint32_t *moved = wci_mem_calloc(record->move_count + 1, sizeof(*moved));
    size_t i, moved_count = 0;

    if (moved == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < record->move_count; i++) {
        if (!record->moves[i].is_copy)
            moved[moved_count++] = record->moves[i].id;
    }
    qsort(moved, moved_count, sizeof(*moved), compare_ids);
    *ids = moved;
    *count = moved_count;
    return WCAB_OK;
}
