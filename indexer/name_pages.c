/*
 * name_pages - see name_pages.h.
 */
#include "indexer/name_pages.h"

#include <stdio.h>
#include <string.h>

#include "core/code_page.h"
#include "core/error.h"
#include "core/parts.h"
#include "core/text.h"
#include "indexer/code_page_guess.h"
#include "media/bytes/digest.h"

enum { REASON_BYTES = 160 };

struct settling {
    struct wci_image *image;
    const struct wci_profile_list *profiles;
    int asked;
    struct wcab_error *err;
};

static bool is_ascii(struct wci_bytes text)
{
    return wci_text_oem_encoding(text) == WCI_ENCODING_UTF8;
}

static bool is_raw(struct wci_name name)
{
    return name.encoding == WCI_ENCODING_RAW &&
           wci_text_oem_encoding(name.bytes) == WCI_ENCODING_RAW;
}

/* ---- paths in cabinets ---------------------------------------------------------------------- */

/* A cabinet keeps a file's path as one text, which was cut before anybody knew its code page: a
 * second byte of a character may have been taken for the '\\' between folder and name. */
static bool is_cut(const struct wci_container *container, const struct wci_entry *entry)
{
    return container->kind == WCI_CONTAINER_CABINET && entry->name.encoding == WCI_ENCODING_RAW &&
           entry->folder.length > 0 && (is_raw(entry->name) || !is_ascii(entry->folder));
}

/* The whole path, from the arena; NULL data without memory. */
static struct wci_bytes whole_path(struct wci_arena *arena, const struct wci_entry *entry)
{
    struct wci_bytes folder = entry->folder, name = entry->name.bytes, path;
    char *text = wci_arena_alloc(arena, folder.length + 1 + name.length + 1);

    path.data = text;
    path.length = folder.length + 1 + name.length;
    if (text == NULL)
        return path;
    memcpy(text, folder.data, folder.length);
    text[folder.length] = '\\';
    memcpy(text + folder.length + 1, name.data, name.length);
    text[path.length] = '\0';
    return path;
}

/* The last separator in a path that is whole characters of the page; its length when there is none.
 */
static size_t last_separator(struct wci_bytes path, int page)
{
    size_t at = 0, last = path.length;

    while (at < path.length) {
        uint32_t c;
        size_t length =
            wci_code_page_next(page, (struct wci_bytes){path.data + at, path.length - at}, &c);

        if (length == 1 && (path.data[at] == '\\' || path.data[at] == '/'))
            last = at;
        at += length;
    }
    return last;
}

/* Names what lies in the file after it. */
static enum wcab_err rename_inside(struct settling *settling, uint32_t container, uint32_t row)
{
    struct wci_image *image = settling->image;
    const struct wci_entry *entry = &image->containers[container].entries[row];
    uint32_t i;

    for (i = container + 1; i < image->container_count; i++) {
        struct wci_container *inner = &image->containers[i];
        struct wci_bytes path;

        if (inner->parent != container || inner->parent_entry != row)
            continue;
        path = entry->folder.length > 0 ? whole_path(image->arena, entry) : entry->name.bytes;
        if (path.data == NULL)
            return wci_error_nomem(settling->err);
        if (entry->folder.length > 0)
            ((char *)(uintptr_t)path.data)[entry->folder.length] = '/';
        inner->name = path;
    }
    return WCAB_OK;
}

/* Cuts the path of a file in a cabinet again. */
static enum wcab_err cut_again(struct settling *settling, uint32_t container, uint32_t row,
                               int page)
{
    struct wci_container *cabinet = &settling->image->containers[container];
    struct wci_entry *entry = &cabinet->entries[row];
    struct wci_bytes path;
    size_t cut;

    if (!is_cut(cabinet, entry))
        return WCAB_OK;
    path = whole_path(settling->image->arena, entry);
    if (path.data == NULL)
        return wci_error_nomem(settling->err);
    cut = last_separator(path, page);
    if (cut == entry->folder.length || cut + 1 == path.length)
        return WCAB_OK;
    entry->folder = (struct wci_bytes){path.data, cut < path.length ? cut : 0};
    if (cut < path.length) {
        path.data += cut + 1;
        path.length -= cut + 1;
    }
    entry->name.bytes = path;
    return rename_inside(settling, container, row);
}

/* ---- choosing ----------------------------------------------------------------------------- */

static void add_raw(struct wci_guess *guess, struct wci_name name)
{
    if (is_raw(name))
        wci_guess_add(guess, name.bytes);
}

/* Folder and name of a file in a cabinet as they stand there; of a file without memory nothing is
 * added. */
static void add_path(struct settling *settling, struct wci_guess *guess,
                     const struct wci_entry *entry)
{
    struct wci_bytes path = whole_path(settling->image->arena, entry);

    if (path.data != NULL)
        wci_guess_add(guess, path);
}

/* All raw names of one part: of files, of their folders, of volumes. */
static void gather_names(struct settling *settling, uint32_t part, struct wci_guess *guess)
{
    const struct wci_image *image = settling->image;
    uint32_t c, e;
    uint8_t a;

    for (c = 0; c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];
        struct wci_bytes folder = {NULL, 0};

        if (wci_part_of(image, c) != part)
            continue;
        add_raw(guess, container->label);
        for (e = 0; e < container->entry_count; e++) {
            struct wci_entry room;
            const struct wci_entry *entry = wci_container_entry(container, e, &room);

            if (is_cut(container, entry)) {
                add_path(settling, guess, entry);
                continue;
            }
            add_raw(guess, entry->name);
            for (a = 0; a < entry->alias_count && a < WCI_ALIAS_MAX; a++)
                add_raw(guess, entry->alias[a]);
            if (!wci_bytes_equal(entry->folder, folder))
                add_raw(guess, wci_text_name_of(entry->folder));
            folder = entry->folder;
        }
    }
}

static void describe_guess(const struct wci_guess *guess, int page, int next,
                           char reason[REASON_BYTES])
{
    int64_t best = wci_guess_score(guess, page), second = wci_guess_score(guess, next);

    (void)snprintf(reason, REASON_BYTES, "guessed from %u name%s: %d scores %lld, %s %d %lld",
                   guess->names, guess->names == 1 ? "" : "s", page, (long long)best,
                   best == second ? "as much as" : "next is", next, (long long)second);
}

/* The page of a part with raw names. */
static int choose_page(const struct settling *settling, const struct wci_guess *guess,
                       struct wci_bytes medium, char reason[REASON_BYTES])
{
    const struct wci_profile *profile = NULL;
    int page, next;

    if (settling->asked != 0) {
        (void)snprintf(reason, REASON_BYTES, "asked for with --codepage");
        return settling->asked;
    }
    if (settling->profiles != NULL && medium.length > 0)
        profile = wci_profile_list_find(settling->profiles, medium);
    if (profile != NULL && wci_code_page_is_known(profile->code_page)) {
        (void)snprintf(reason, REASON_BYTES, "the profile of %.*s names it", (int)medium.length,
                       medium.data);
        return profile->code_page;
    }
    page = wci_guess_best(guess, &next);
    describe_guess(guess, page, next, reason);
    return page;
}

/* ---- converting --------------------------------------------------------------------------- */

static bool has_name(const struct wci_entry *entry, struct wci_bytes name)
{
    bool has = wci_bytes_equal(entry->name.bytes, name);
    uint8_t a;

    for (a = 0; a < entry->alias_count && a < WCI_ALIAS_MAX; a++)
        has = has || wci_bytes_equal(entry->alias[a].bytes, name);
    return has;
}

/* Adds the converted form of a raw name when all of it means something and there is room. */
static enum wcab_err add_converted(struct settling *settling, struct wci_entry *entry,
                                   struct wci_name name, int page)
{
    struct wci_buffer text;
    struct wci_bytes converted;
    bool whole, ok = true;

    if (!is_raw(name) || entry->alias_count >= WCI_ALIAS_MAX)
        return WCAB_OK;
    wci_buffer_init(&text);
    whole = wci_text_to_utf8(name, page, &text);
    converted.data = (const char *)text.data;
    converted.length = text.size;
    if (text.ok && whole && !has_name(entry, converted)) {
        struct wci_name *alias = &entry->alias[entry->alias_count];

        alias->encoding = WCI_ENCODING_UTF8;
        alias->bytes = wci_arena_bytes(settling->image->arena, converted);
        ok = alias->bytes.data != NULL;
        entry->alias_count += ok;
    }
    ok = ok && text.ok;
    wci_buffer_free(&text);
    return ok ? WCAB_OK : wci_error_nomem(settling->err);
}

static enum wcab_err convert_entry(struct settling *settling, struct wci_entry *entry, int page,
                                   bool *any)
{
    uint8_t count = entry->alias_count, a;
    enum wcab_err code = add_converted(settling, entry, entry->name, page);

    *any = *any || is_raw(entry->name);
    for (a = 0; code == WCAB_OK && a < count; a++) {
        *any = *any || is_raw(entry->alias[a]);
        code = add_converted(settling, entry, entry->alias[a], page);
    }
    return code;
}

/* In another code page the same bytes make another listing, so the digest has the page in it. */
static enum wcab_err mix_digest(struct wci_container *container, int page, struct wcab_error *err)
{
    static const uint8_t none[sizeof(container->digest)] = {0};
    uint8_t input[sizeof(container->digest) + 2], hash[WCI_SHA256_BYTES];

    if (memcmp(container->digest, none, sizeof(none)) == 0)
        return WCAB_OK;
    memcpy(input, container->digest, sizeof(container->digest));
    input[sizeof(container->digest)] = (uint8_t)page;
    input[sizeof(container->digest) + 1] = (uint8_t)(page >> 8);
    if (!wci_digest_sha256(input, sizeof(input), hash))
        return wci_error_nomem(err);
    memcpy(container->digest, hash, sizeof(container->digest));
    return WCAB_OK;
}

static enum wcab_err settle_entry(struct settling *settling, uint32_t c, uint32_t e, int page,
                                  bool *any)
{
    struct wci_container *container = &settling->image->containers[c];
    struct wci_entry entry;
    enum wcab_err code = WCAB_OK;
    uint8_t before;

    if (container->entries != NULL) { /* cabinets have no others */
        *any = *any || is_cut(container, &container->entries[e]);
        code = cut_again(settling, c, e, page);
    }
    entry = *wci_container_entry(container, e, &entry);
    before = entry.alias_count;
    if (code == WCAB_OK)
        code = convert_entry(settling, &entry, page, any);
    if (code == WCAB_OK && entry.alias_count > before &&
        !wci_container_set_entry(container, e, &entry))
        code = wci_error_nomem(settling->err);
    return code;
}

static enum wcab_err convert_part(struct settling *settling, uint32_t part, int page)
{
    struct wci_image *image = settling->image;
    enum wcab_err code = WCAB_OK;
    uint32_t c, e;

    for (c = 0; code == WCAB_OK && c < image->container_count; c++) {
        struct wci_container *container = &image->containers[c];
        bool any = false;

        if (wci_part_of(image, c) != part)
            continue;
        for (e = 0; code == WCAB_OK && e < container->entry_count; e++) {
            code = settle_entry(settling, c, e, page, &any);
        }
        if (code == WCAB_OK && any)
            code = mix_digest(container, page, settling->err);
    }
    return code;
}

static enum wcab_err settle_part(struct settling *settling, uint32_t number)
{
    struct wci_image *image = settling->image;
    struct wci_identity *identity = wci_part_own(image, number);
    struct wci_bytes copy;
    struct wci_guess guess = {.names = 0};
    char reason[REASON_BYTES];
    int page;

    gather_names(settling, number, &guess);
    if (guess.names == 0)
        return WCAB_OK;
    page = choose_page(settling, &guess, identity->medium, reason);
    copy = wci_arena_bytes(image->arena, wci_bytes_of(reason));
    if (copy.data == NULL)
        return wci_error_nomem(settling->err);
    identity->code_page = (uint16_t)page;
    identity->code_page_reason = copy;
    return convert_part(settling, number, page);
}

enum wcab_err wci_name_pages_settle(struct wci_image *image,
                                    const struct wci_profile_list *profiles, int asked,
                                    struct wcab_error *err)
{
    struct settling settling = {image, profiles, asked, err};
    enum wcab_err code = settle_part(&settling, WCI_NONE);
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->part_count; i++)
        code = settle_part(&settling, i);
    return code;
}
