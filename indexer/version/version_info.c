/*
 * version_info - reads a VS_VERSIONINFO block: fixed numbers, translation, one string table.
 *
 * A block is wLength, wValueLength, (32-bit: wType,) a NUL-terminated key, padding to four bytes,
 * the value, padding, then the blocks inside it.  32-bit ones have UTF-16 texts, 16-bit ones (NE
 * files, and Windows 95's virtual device drivers) ANSI texts and no wType.  Compilers disagree
 * whether wValueLength of a text counts units or bytes, so texts are read up to their NUL and the
 * block's end instead.  (Windows SDK, "VS_VERSIONINFO structure"; Windows 3.1 SDK, volume 4,
 * "Version information".)
 */
#include <string.h>

#include "core/text.h"
#include "indexer/version/version_scan.h"

#define FIXED_SIGNATURE 0xFEEF04BDU /* VS_FIXEDFILEINFO.dwSignature */

enum {
    NARROW_HEADER = 4, /* lengths alone */
    WIDE_HEADER = 6,
    LONGEST_KEY = 256,        /* units */
    UNICODE_CODE_PAGE = 1200, /* first of those that no ANSI text can have */
    LAST_CODE_PAGE = 60000,
    LANGUAGE_NEUTRAL = 0,
    LANGUAGE_ENGLISH_US = 0x409
};

struct info {
    struct wci_version_scan *scan;
    struct wci_cursor all; /* the whole resource; `at` is moved about */
    bool wide;
};

/* Offsets are from the resource's start, as alignment counts from there. */
struct block {
    size_t key_at, key_units;
    size_t value_length; /* as the block says */
    size_t value_at;     /* <= end */
    size_t end;          /* behind its last byte; never over its parent's */
    size_t next;         /* where a sibling begins */
};

struct translation {
    bool known;
    uint16_t language, code_page;
};

static size_t align4(size_t at)
{
    return (at + 3) & ~(size_t)3;
}

static uint16_t read_unit(struct info *info)
{
    return info->wide ? wci_cursor_u16(&info->all) : wci_cursor_u8(&info->all);
}

/* Units up to a NUL, at most `limit`, from the cursor on; true when there was one. */
static bool measure_text(struct info *info, size_t end, size_t limit, size_t *units)
{
    size_t unit = info->wide ? 2 : 1;
    size_t count;

    for (count = 0; count <= limit && info->all.at + unit <= end; count++) {
        if (read_unit(info) == 0 && info->all.ok) {
            *units = count;
            return true;
        }
    }
    *units = count;
    return false;
}

/* The block at `at`, inside a parent that ends at `limit`; false when there is none (any more). */
static bool read_block(struct info *info, size_t at, size_t limit, struct block *block)
{
    size_t header = info->wide ? WIDE_HEADER : NARROW_HEADER;
    size_t length;

    if (at >= limit || limit - at < header)
        return false;
    wci_cursor_seek(&info->all, at);
    length = wci_cursor_u16(&info->all);
    block->value_length = wci_cursor_u16(&info->all);
    if (length < header || !info->all.ok)
        return false; /* padding at the end */
    if (length > limit - at) {
        length = limit - at;
        wci_version_facts(info->scan)->incomplete = true;
    }
    block->end = at + length;
    block->next = align4(block->end);
    block->key_at = at + header;
    wci_cursor_seek(&info->all, block->key_at);
    if (!measure_text(info, block->end, LONGEST_KEY, &block->key_units)) {
        wci_version_facts(info->scan)->incomplete = true;
        return false;
    }
    block->value_at = align4(info->all.at);
    if (block->value_at > block->end)
        block->value_at = block->end;
    return true;
}

static bool has_key(struct info *info, const struct block *block, const char *key)
{
    size_t i, length = strlen(key);

    if (block->key_units != length)
        return false;
    wci_cursor_seek(&info->all, block->key_at);
    for (i = 0; i < length; i++) {
        if (read_unit(info) != (uint8_t)key[i])
            return false;
    }
    return true;
}

/* Finds the next block with that key among the siblings from *at on, and moves *at behind it. */
static bool find_block(struct info *info, size_t *at, size_t limit, const char *key,
                       struct block *block)
{
    while (read_block(info, *at, limit, block)) {
        *at = block->next;
        if (has_key(info, block, key))
            return true;
    }
    return false;
}

/* ---- the parts ----------------------------------------------------------------------------- */

static void read_fixed(struct info *info, const struct block *root)
{
    struct wci_version *facts = wci_version_facts(info->scan);
    uint64_t most, least;

    if (root->end - root->value_at < 24 || root->value_length < 24)
        return;
    wci_cursor_seek(&info->all, root->value_at);
    if (wci_cursor_u32(&info->all) != FIXED_SIGNATURE)
        return;
    wci_cursor_skip(&info->all, 4); /* dwStrucVersion */
    most = wci_cursor_u32(&info->all);
    least = wci_cursor_u32(&info->all);
    facts->file_version = most << 32 | least;
    most = wci_cursor_u32(&info->all);
    least = wci_cursor_u32(&info->all);
    facts->product_version = most << 32 | least;
    facts->has_fixed = info->all.ok;
}

/* VarFileInfo\Translation: its first pair of language and code page. */
static struct translation read_translation(struct info *info, size_t at, size_t limit)
{
    struct translation translation = {false, 0, 0};
    struct block variables, value;
    size_t inner;

    if (!find_block(info, &at, limit, "VarFileInfo", &variables))
        return translation;
    inner = variables.value_at;
    if (!find_block(info, &inner, variables.end, "Translation", &value) ||
        value.end - value.value_at < 4)
        return translation;
    wci_cursor_seek(&info->all, value.value_at);
    translation.language = wci_cursor_u16(&info->all);
    translation.code_page = wci_cursor_u16(&info->all);
    translation.known = info->all.ok;
    return translation;
}

/* A string table's key is its language and code page, four hexadecimal digits each. */
static struct translation parse_table_key(struct info *info, const struct block *table)
{
    struct translation translation = {false, 0, 0};
    uint32_t number = 0;
    size_t i;

    if (table->key_units != 8)
        return translation;
    wci_cursor_seek(&info->all, table->key_at);
    for (i = 0; i < 8; i++) {
        uint16_t unit = read_unit(info);
        uint32_t digit;

        if (unit >= '0' && unit <= '9')
            digit = (uint32_t)unit - '0';
        else if ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'f')
            digit = ((uint32_t)unit | 0x20) - 'a' + 10;
        else
            return translation;
        number = number << 4 | digit;
    }
    translation.known = true;
    translation.language = (uint16_t)(number >> 16);
    translation.code_page = (uint16_t)number;
    return translation;
}

/* The text at `at` up to a NUL or `end`. */
static struct wci_bytes read_text(struct info *info, size_t at, size_t end, int code_page,
                                  size_t limit)
{
    const struct wci_bytes none = {NULL, 0};
    const uint8_t *text;
    size_t units;

    wci_cursor_seek(&info->all, at);
    (void)measure_text(info, end, end, &units);
    wci_cursor_seek(&info->all, at);
    text = wci_cursor_bytes(&info->all, info->wide ? units * 2 : units);
    if (text == NULL || units == 0)
        return none;
    if (info->wide)
        return wci_version_wide(info->scan, text, units, limit);
    return wci_version_ansi(info->scan, (struct wci_bytes){(const char *)text, units}, code_page,
                            limit);
}

static bool has_string(const struct wci_version *facts, struct wci_bytes key)
{
    size_t i;

    for (i = 0; i < facts->string_count; i++) {
        if (wci_bytes_equal(facts->strings[i].key, key))
            return true;
    }
    return false;
}

static void read_strings(struct info *info, const struct block *table, int code_page)
{
    struct wci_version *facts = wci_version_facts(info->scan);
    size_t at = table->value_at;
    struct block string;

    while (read_block(info, at, table->end, &string)) {
        struct wci_version_string *put = &facts->strings[facts->string_count];
        struct wci_version_string found;

        at = string.next;
        if (string.value_length == 0 || string.key_units == 0)
            continue;
        if (facts->string_count == WCI_VERSION_STRINGS) {
            facts->incomplete = true;
            return;
        }
        found.key = read_text(info, string.key_at, string.end, code_page, WCI_VERSION_KEY_BYTES);
        if (found.key.length == 0 || has_string(facts, found.key))
            continue;
        found.value =
            read_text(info, string.value_at, string.end, code_page, WCI_VERSION_VALUE_BYTES);
        if (found.value.length == 0)
            continue;
        *put = found;
        facts->string_count++;
    }
}

/* How well a table goes with the translation. */
static int rank_table(struct translation key, struct translation translation)
{
    if (!key.known)
        return 1;
    if (translation.known && key.language == translation.language)
        return key.code_page == translation.code_page ? 5 : 4;
    return key.language == LANGUAGE_NEUTRAL ? 3 : key.language == LANGUAGE_ENGLISH_US ? 2 : 1;
}

/* The one string table to read: the translation's, else one of its language, else one of none, else
 * an American one, else the first. */
static bool choose_table(struct info *info, size_t at, size_t limit, struct translation translation,
                         struct block *best)
{
    struct block strings, table;
    int best_rank = 0;

    while (find_block(info, &at, limit, "StringFileInfo", &strings)) {
        size_t inner = strings.value_at;

        while (read_block(info, inner, strings.end, &table)) {
            struct translation key = parse_table_key(info, &table);
            int rank = rank_table(key, translation);

            inner = table.next;
            if (rank > best_rank) {
                best_rank = rank;
                *best = table;
            }
        }
    }
    return best_rank > 0;
}

void wci_version_info(struct wci_version_scan *scan, struct wci_cursor block)
{
    struct info info = {scan, block, false};
    struct wci_version *facts = wci_version_facts(scan);
    struct translation translation, key;
    struct block root, table;
    size_t children;

    /* The fifth byte is wType's low one (0 or 1) or the key's first letter. */
    wci_cursor_seek(&block, NARROW_HEADER);
    info.wide = wci_cursor_u8(&block) < ' ';
    if (!read_block(&info, 0, block.size, &root) || !has_key(&info, &root, "VS_VERSION_INFO")) {
        facts->incomplete = true;
        return;
    }
    read_fixed(&info, &root);
    children = align4(root.value_at + root.value_length);
    translation = read_translation(&info, children, root.end);
    if (choose_table(&info, children, root.end, translation, &table)) {
        int code_page;

        key = parse_table_key(&info, &table);
        if (key.known)
            translation = key;
        code_page = translation.code_page;
        if (code_page == UNICODE_CODE_PAGE || code_page == UNICODE_CODE_PAGE + 1 ||
            code_page >= LAST_CODE_PAGE)
            code_page = 0;
        read_strings(&info, &table, code_page);
    }
    facts->has_language = translation.known;
    facts->language = translation.language;
    facts->code_page = translation.code_page;
}
