/*
 * content_filter - see content_filter.h.
 */
#include "query/content_filter.h"

#include <string.h>

#include "core/error.h"

/* Of a SHA-256 its beginning will do, as tables show it. */
enum { HASH_DIGITS = 64, HASH_DIGITS_LEAST = 8 };
enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024 };

/* ---- understanding ------------------------------------------------------------------------ */

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

static enum wcab_err parse_hash(const char *text, struct wci_content_filter *filter,
                                struct wcab_error *err)
{
    size_t length = strlen(text), i;

    if (length > HASH_DIGITS || length < HASH_DIGITS_LEAST)
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "a hash has 64 (SHA-256, or at least the first 8 of them), 40 (SHA-1) "
                             "or 32 (MD5) hexadecimal digits, not %zu",
                             length);
    for (i = 0; i < length; i++) {
        int digit = digit_of(text[i]);

        if (digit < 0)
            return wci_error_set(err, WCAB_ERR_USAGE,
                                 "'%.64s' is no hash: at '%.8s' is no "
                                 "hexadecimal digit",
                                 text, text + i);
        filter->hash[i / 2] |= (uint8_t)(i % 2 == 0 ? digit << 4 : digit);
    }
    filter->hash_digits = length;
    filter->hash_size = length == 40 ? 20 : length == 32 ? 16 : 32;
    return WCAB_OK;
}

enum wcab_err wci_content_filter_need_facts(struct wcab_catalog *catalog, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_catalog_stats stats = {.deep_rows = 0};
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_stats(reader, &stats, err);
    if (code == WCAB_OK && stats.deep_rows == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND,
                             "nothing was read in full yet; run 'whichcab index --deep'");
    return code;
}

/* MD5 and SHA-1 are recorded on demand only. */
static enum wcab_err need_hashes(struct wcab_catalog *catalog, size_t hash_size,
                                 struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    bool has = false;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_has_hashes(reader, hash_size, &has, err);
    if (code == WCAB_OK && !has)
        return wci_error_set(err, WCAB_ERR_NOTFOUND,
                             "no %s was recorded yet; run 'whichcab verify --hashes --force'",
                             hash_size == 32   ? "SHA-256"
                             : hash_size == 20 ? "SHA-1"
                                               : "MD5");
    return code;
}

enum wcab_err wci_content_filter_open(struct wcab_catalog *catalog, const char *hash,
                                      const char *range, struct wci_content_filter *filter,
                                      struct wcab_error *err)
{
    struct wci_content_filter made;
    enum wcab_err code = WCAB_OK;

    memset(&made, 0, sizeof(made));
    if (hash != NULL)
        code = parse_hash(hash, &made, err);
    if (code == WCAB_OK && range != NULL) {
        code = wci_version_range_parse(range, &made.range, err);
        made.has_range = true;
    }
    if (code == WCAB_OK && wci_content_filter_asks(&made))
        code = wci_content_filter_need_facts(catalog, err);
    if (code == WCAB_OK && made.hash_size > 0)
        code = need_hashes(catalog, made.hash_size, err);
    if (code == WCAB_OK)
        *filter = made;
    return code;
}

bool wci_content_filter_asks(const struct wci_content_filter *filter)
{
    return filter->hash_size > 0 || filter->has_range;
}

/* ---- a copy ------------------------------------------------------------------------------- */

enum wcab_err wci_content_filter_facts(struct wcab_catalog *catalog, const struct wci_found *found,
                                       struct wci_deep *facts, bool *known, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code;

    *known = false;
    code = wci_handle_reader(catalog, found->image->published, &reader, err);
    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_deep(reader, found->image->id, found->container, found->row, facts, err);
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    *known = code == WCAB_OK && facts->status != WCI_DEEP_NONE;
    return code;
}

bool wci_content_filter_can_judge(const struct wci_content_filter *filter,
                                  const struct wci_deep *facts)
{
    bool other_kind = filter->hash_size == 20 || filter->hash_size == 16;

    return facts->has_sha256 && (!other_kind || facts->has_md5_sha1);
}

/* ---- images ------------------------------------------------------------------------------- */

/* Counting images that can't be judged. */
struct unread {
    struct wci_known_images *images;
    const struct wci_filter *media;
    const struct wci_content_filter *asked;
    struct wci_reader *reader;
    bool deep, passes; /* the image at hand: was read; counts */
    uint64_t count;
    struct wcab_error *err;
};

/* Whether the first file of the image that was read has the kind of hash: an image is read at
 * once. */
static enum wcab_err can_judge(const struct unread *unread, const struct wci_known_image *image,
                               bool *can)
{
    struct wci_deep facts;
    uint32_t container, row;
    enum wcab_err code;

    *can = true;
    for (container = 0; container < image->image.container_count; container++) {
        for (row = 0; row < image->image.containers[container].entry_count; row++) {
            code = wci_reader_deep(unread->reader, image->id, container, row, &facts, unread->err);
            if (code == WCAB_ERR_NOTFOUND)
                break; /* nothing of this container */
            if (code != WCAB_OK)
                return code;
            if (facts.status != WCI_DEEP_OK)
                continue;
            *can = wci_content_filter_can_judge(unread->asked, &facts);
            return WCAB_OK;
        }
    }
    return WCAB_OK;
}

/* An image counts when any medium in it passes and can't be judged. */
static enum wcab_err judge_part(void *context, const struct wci_known_image *image)
{
    struct unread *unread = context;
    bool can = false;
    enum wcab_err code = WCAB_OK;

    if (!wci_filter_passes(unread->media, image))
        return WCAB_OK;
    if (unread->deep)
        code = can_judge(unread, image, &can);
    unread->passes = unread->passes || (code == WCAB_OK && !can);
    return code;
}

static enum wcab_err on_stamp(void *context, struct wci_bytes path,
                              const struct wci_image_stamp *stamp)
{
    struct unread *unread = context;
    bool sha256 = unread->asked == NULL || unread->asked->hash_size == 32;
    enum wcab_err code;

    (void)path;
    if (stamp->deep && sha256)
        return WCAB_OK;
    wci_known_images_trim(unread->images, IMAGE_CACHE_BYTES);
    unread->deep = stamp->deep;
    unread->passes = false;
    code = wci_known_images_each_part(unread->images, false, stamp->id, judge_part, unread,
                                      unread->err);
    unread->count += code == WCAB_OK && unread->passes;
    return code;
}

enum wcab_err wci_content_filter_unread(struct wci_known_images *images,
                                        const struct wci_filter *media,
                                        const struct wci_content_filter *asked, uint64_t *count,
                                        struct wcab_error *err)
{
    static const struct wci_bytes all = {"", 0};
    struct unread unread = {.images = images, .media = media, .asked = asked, .err = err};
    enum wcab_err code = wci_handle_reader(images->catalog, false, &unread.reader, err);

    if (code == WCAB_OK && unread.reader != NULL)
        code = wci_reader_each_stamp(unread.reader, all, on_stamp, &unread, err);
    if (code == WCAB_OK)
        *count = unread.count;
    return code;
}

/* ---- what passes -------------------------------------------------------------------------- */

static bool begins_so(const struct wci_content_filter *filter, const uint8_t *sha256)
{
    size_t bytes = filter->hash_digits / 2;

    return memcmp(sha256, filter->hash, bytes) == 0 &&
           (filter->hash_digits % 2 == 0 || (sha256[bytes] & 0xF0) == filter->hash[bytes]);
}

static bool has_hash(const struct wci_content_filter *filter, const struct wci_deep *facts)
{
    switch (filter->hash_size) {
    case 32:
        return facts->has_sha256 && begins_so(filter, facts->sha256);
    case 20:
        return facts->has_md5_sha1 && memcmp(facts->sha1, filter->hash, 20) == 0;
    case 16:
        return facts->has_md5_sha1 && memcmp(facts->md5, filter->hash, 16) == 0;
    default:
        return true;
    }
}

bool wci_content_filter_passes(const struct wci_content_filter *filter,
                               const struct wci_deep *facts)
{
    return has_hash(filter, facts) &&
           (!filter->has_range ||
            (facts->has_version && wci_version_range_has(&filter->range, facts->file_version)));
}
