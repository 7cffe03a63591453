/*
 * image_tails - see image_tails.h.
 */
#include "query/media/image_tails.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/mem.h"

struct wcab_image_names {
    struct wci_arena *arena; /* owned: the paths */
    struct wci_bytes *paths; /* owned: sorted by their bytes from the last one on */
    size_t count, capacity;
};

/* ---- all paths ---------------------------------------------------------------------------- */

/* Bytes that both end with. */
static size_t common_end(struct wci_bytes a, struct wci_bytes b)
{
    size_t most = a.length < b.length ? a.length : b.length, common = 0;

    while (common < most && a.data[a.length - 1 - common] == b.data[b.length - 1 - common])
        common++;
    return common;
}

static int compare(const void *left, const void *right)
{
    const struct wci_bytes *a = left, *b = right;
    size_t common = common_end(*a, *b);
    int x = common < a->length ? (unsigned char)a->data[a->length - 1 - common] : -1;
    int y = common < b->length ? (unsigned char)b->data[b->length - 1 - common] : -1;

    return x - y;
}

static enum wcab_err on_stamp(void *context, struct wci_bytes path,
                              const struct wci_image_stamp *stamp)
{
    struct wcab_image_names *tails = context;
    struct wci_bytes copy = wci_arena_bytes(tails->arena, path);

    (void)stamp;
    if (copy.data == NULL ||
        !wci_mem_grow(&tails->paths, tails->count, &tails->capacity, sizeof(*tails->paths)))
        return WCAB_ERR_NOMEM;
    tails->paths[tails->count++] = copy;
    return WCAB_OK;
}

static enum wcab_err do_names_open(struct wcab_catalog *catalog, struct wcab_image_names **tails,
                                   struct wcab_error *err)
{
    static const struct wci_bytes all = {"", 0};
    struct wcab_image_names *made = calloc(1, sizeof(*made));
    struct wci_reader *reader = NULL;
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->arena = wci_arena_new();
    code = made->arena == NULL ? wci_error_nomem(err)
                               : wci_handle_reader(catalog, false, &reader, err);
    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_each_stamp(reader, all, on_stamp, made, err);
    if (code == WCAB_ERR_NOMEM)
        code = wci_error_nomem(err);
    if (code != WCAB_OK) {
        wcab_image_names_close(made);
        return code;
    }
    if (made->count > 0)
        qsort(made->paths, made->count, sizeof(*made->paths), compare);
    *tails = made;
    return WCAB_OK;
}

enum wcab_err wcab_image_names_open(struct wcab_catalog *catalog, struct wcab_image_names **names,
                                    struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || names == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_names_open(catalog, names, &own), &own, err);
}

void wcab_image_names_close(struct wcab_image_names *tails)
{
    if (tails == NULL)
        return;
    wci_arena_free(tails->arena);
    free(tails->paths);
    free(tails);
}

/* ---- shortening --------------------------------------------------------------------------- */

static const char *shortest(const struct wcab_image_names *tails, const char *path)
{
    const struct wci_bytes whole = wci_bytes_of(path);
    const struct wci_bytes *found = tails->count == 0 ? NULL
                                                      : bsearch(&whole, tails->paths, tails->count,
                                                                sizeof(*tails->paths), compare);
    size_t taken = 0, at, start = whole.length;

    if (found == NULL)
        return path;
    at = (size_t)(found - tails->paths);
    if (at > 0)
        taken = common_end(whole, tails->paths[at - 1]);
    if (at + 1 < tails->count && common_end(whole, tails->paths[at + 1]) > taken)
        taken = common_end(whole, tails->paths[at + 1]);
    /* Back to the first '/' in front of an end that others have not, whole parts counted. */
    while (start > 0 &&
           (path[start - 1] != '/' || start == whole.length || whole.length - start < taken))
        start--;
    return path + start;
}

const char *wcab_image_name(const struct wcab_image_names *tails, const char *path)
{
    return tails == NULL || path == NULL ? path : shortest(tails, path);
}

/* ---- what an end stands for --------------------------------------------------------------- */

enum { SHOWN_MOST = 3 };

struct candidates {
    struct wci_bytes paths[SHOWN_MOST];
    size_t count; /* of different ones, also of those that are not kept */
};

static void add_candidate(struct candidates *candidates, struct wci_bytes path)
{
    size_t i;

    for (i = 0; i < candidates->count && i < SHOWN_MOST; i++) {
        if (wci_bytes_equal(candidates->paths[i], path))
            return;
    }
    if (candidates->count < SHOWN_MOST)
        candidates->paths[candidates->count] = path;
    candidates->count++;
}

/* Length of the path up to and with the end `tail` at `end`; 0 when it is not there. */
static bool is_part_at(struct wci_bytes path, size_t end, struct wci_bytes tail)
{
    return end > tail.length && path.data[end - tail.length - 1] == '/' &&
           memcmp(path.data + end - tail.length, tail.data, tail.length) == 0;
}

static void find_images(const struct wcab_image_names *tails, struct wci_bytes tail,
                        struct candidates *candidates)
{
    size_t i;

    for (i = 0; i < tails->count; i++) {
        if (is_part_at(tails->paths[i], tails->paths[i].length, tail))
            add_candidate(candidates, tails->paths[i]);
    }
}

static void find_folders(const struct wcab_image_names *tails, struct wci_bytes tail,
                         struct candidates *candidates)
{
    size_t i, end;

    for (i = 0; i < tails->count; i++) {
        const struct wci_bytes path = tails->paths[i];

        for (end = path.length; end > tail.length; end--) {
            if (end < path.length && path.data[end] == '/' && is_part_at(path, end, tail))
                add_candidate(candidates, (struct wci_bytes){path.data, end});
        }
    }
}

static enum wcab_err complain(const struct candidates *candidates, const char *tail,
                              struct wcab_error *err)
{
    const struct wci_bytes *paths = candidates->paths;

    return wci_error_set(err, WCAB_ERR_USAGE, "'%.40s' may be %.*s, or %.*s%s", tail,
                         (int)(paths[0].length < 80 ? paths[0].length : 80), paths[0].data,
                         (int)(paths[1].length < 80 ? paths[1].length : 80), paths[1].data,
                         candidates->count > 2 ? ", or others" : "");
}

enum wcab_err wci_image_tails_find(const struct wcab_image_names *tails, const char *tail,
                                   char **path, struct wcab_error *err)
{
    struct candidates candidates = {.count = 0};
    struct wci_bytes wanted = wci_bytes_of(tail);

    *path = NULL;
    if (strncmp(tail, ".../", 4) == 0) {
        wanted.data += 4;
        wanted.length -= 4;
    }
    while (wanted.length > 0 && wanted.data[wanted.length - 1] == '/')
        wanted.length--;
    if (wanted.length == 0)
        return WCAB_OK;
    find_images(tails, wanted, &candidates);
    if (candidates.count == 0)
        find_folders(tails, wanted, &candidates);
    if (candidates.count == 0)
        return WCAB_OK;
    if (candidates.count > 1)
        return complain(&candidates, tail, err);
    *path = strndup(candidates.paths[0].data, candidates.paths[0].length);
    return *path == NULL ? wci_error_nomem(err) : WCAB_OK;
}
