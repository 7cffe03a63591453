/*
 * wrapper - see wrapper.h.
 */
#include "media/bytes/wrapper.h"

#include <string.h>

#include "core/cursor.h"
#include "core/error.h"
#include "core/text.h"

enum {
    HEAD = 512, /* one tar block: the longest that is looked at */
    TAR_CHECKSUM = 148,
    TAR_CHECKSUM_SIZE = 8,
    TAR_MAGIC = 257,
    LHA_LEAST_HEADER = 22
};

struct signature {
    const char *bytes;
    size_t offset, length;
    struct wci_wrapper is;
};

static const struct signature signatures[] = {
    {"PK\003\004", 0, 4, {WCI_WRAPPER_ZIP, "ZIP", "ZIP: PK 03 04 at byte 0"}},
    {"PK\005\006", 0, 4, {WCI_WRAPPER_ZIP, "ZIP", "ZIP: PK 05 06 at byte 0 (empty)"}},
    {"PK00PK\003\004", 0, 8, {WCI_WRAPPER_ZIP, "ZIP", "ZIP: PK00PK at byte 0"}},
    {"7z\274\257\047\034", 0, 6, {WCI_WRAPPER_7ZIP, "7z", "7z: signature at byte 0"}},
    {"Rar!\032\007\001\000", 0, 8, {WCI_WRAPPER_RAR5, "RAR 5", "RAR 5: Rar! at byte 0"}},
    {"Rar!\032\007\000", 0, 7, {WCI_WRAPPER_RAR, "RAR", "RAR: Rar! at byte 0"}},
    {"070701", 0, 6, {WCI_WRAPPER_CPIO, "cpio", "cpio: 070701 at byte 0"}},
    {"070702", 0, 6, {WCI_WRAPPER_CPIO, "cpio", "cpio: 070702 at byte 0"}},
    {"070707", 0, 6, {WCI_WRAPPER_CPIO, "cpio", "cpio: 070707 at byte 0"}},
    {"\037\213\010", 0, 3, {WCI_WRAPPER_GZIP, "gzip", "gzip: 1F 8B at byte 0"}},
    {"\037\235", 0, 2, {WCI_WRAPPER_COMPRESS, "compress", "compress (.Z): 1F 9D at byte 0"}},
    {"\3757zXZ\000", 0, 6, {WCI_WRAPPER_XZ, "xz", "xz: signature at byte 0"}},
    {"LZIP\001", 0, 5, {WCI_WRAPPER_LZIP, "lzip", "lzip: LZIP at byte 0"}},
    {"\050\265\057\375", 0, 4, {WCI_WRAPPER_ZSTD, "zstd", "Zstandard: signature at byte 0"}},
    {"\004\"M\030", 0, 4, {WCI_WRAPPER_LZ4, "lz4", "LZ4: signature at byte 0"}},
};

struct head {
    const uint8_t *bytes;
    size_t size;
};

static bool has_bytes(const struct head *head, size_t offset, const char *bytes, size_t length)
{
    return head->size >= offset + length && memcmp(head->bytes + offset, bytes, length) == 0;
}

/* The number in octal that a tar header keeps; false when there is none. */
static bool read_octal(const uint8_t *field, size_t size, uint32_t *value)
{
    size_t at = 0, digits = 0;

    *value = 0;
    while (at < size && field[at] == ' ')
        at++;
    for (; at < size && field[at] >= '0' && field[at] <= '7'; at++, digits++)
        *value = *value * 8 + (uint32_t)(field[at] - '0');
    return digits > 0 && (at == size || field[at] == ' ' || field[at] == '\0');
}

/* POSIX and older tar: the first header's checksum holds, its own field counted as blanks.  The
 * magic word alone stands in no header of before 1988. */
static bool is_tar(const struct head *head)
{
    uint32_t expected, sum = 0;
    size_t i;

    if (head->size < HEAD || head->bytes[0] == '\0' ||
        !read_octal(head->bytes + TAR_CHECKSUM, TAR_CHECKSUM_SIZE, &expected))
        return false;
    for (i = 0; i < HEAD; i++) {
        bool own = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_CHECKSUM_SIZE;

        sum += own ? (uint32_t)' ' : head->bytes[i];
    }
    return sum == expected;
}

/* Two bytes are too few: codes have 9 to 16 bits, and two bits of the third byte are never set. */
static bool is_compress(const struct head *head)
{
    unsigned bits = head->size > 2 ? head->bytes[2] & 0x1FU : 0;

    return bits >= 9 && bits <= 16 && (head->bytes[2] & 0x60) == 0;
}

static bool is_bzip2(const struct head *head)
{
    return has_bytes(head, 0, "BZh", 3) && head->size >= 10 && head->bytes[3] >= '1' &&
           head->bytes[3] <= '9' &&
           (has_bytes(head, 4, "1AY&SY", 6) || has_bytes(head, 4, "\027rE8P\220", 6));
}

/* "-lh5-", "-lzs-", "-pm2-" behind two bytes of a header whose level is 0 to 3. */
static bool is_lha(const struct head *head)
{
    const uint8_t *id = head->bytes + 2;

    if (head->size < LHA_LEAST_HEADER || id[0] != '-' || id[4] != '-' || head->bytes[20] > 3)
        return false;
    return (id[1] == 'l' && (id[2] == 'h' || id[2] == 'z')) || (id[1] == 'p' && id[2] == 'm');
}

/* The first header of a binary archive of cpio, in either byte order: the number at its start, and a
 * name of the length that it says.  Source: cpio(5). */
static bool is_binary_cpio(const struct head *head)
{
    enum { HEADER = 26, NAME_SIZE = 20 };
    const uint8_t *bytes = head->bytes;
    bool little = has_bytes(head, 0, "\307\161", 2);
    size_t length;

    if ((!little && !has_bytes(head, 0, "\161\307", 2)) || head->size < HEADER)
        return false;
    length = little ? bytes[NAME_SIZE] | (size_t)bytes[NAME_SIZE + 1] << 8
                    : bytes[NAME_SIZE + 1] | (size_t)bytes[NAME_SIZE] << 8;
    return length > 1 && HEADER + length <= head->size && bytes[HEADER] > ' ' &&
           memchr(bytes + HEADER, '\0', length) == bytes + HEADER + length - 1;
}

bool wci_wrapper_of_head(const uint8_t *bytes, size_t size, struct wci_wrapper *wrapper)
{
    static const struct wci_wrapper tar = {WCI_WRAPPER_TAR, "tar", "tar: header checksum at 148"};
    static const struct wci_wrapper bzip2 = {WCI_WRAPPER_BZIP2, "bzip2", "bzip2: BZh at byte 0"};
    static const struct wci_wrapper cpio = {WCI_WRAPPER_CPIO, "cpio",
                                            "cpio: binary header at byte 0"};
    static const struct wci_wrapper lha = {WCI_WRAPPER_LHA, "LHA", "LHA: method at byte 2"};
    const struct head whole = {bytes, size}, *head = &whole;
    size_t i;

    for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        const struct signature *known = &signatures[i];

        if (has_bytes(head, known->offset, known->bytes, known->length) &&
            (known->is.kind != WCI_WRAPPER_COMPRESS || is_compress(head))) {
            *wrapper = known->is;
            return true;
        }
    }
    if (is_bzip2(head))
        *wrapper = bzip2;
    else if (is_lha(head))
        *wrapper = lha;
    else if (is_binary_cpio(head))
        *wrapper = cpio;
    else if (is_tar(head))
        *wrapper = tar;
    else
        return false;
    return true;
}

enum wcab_err wci_wrapper_recognise(struct wci_source *source, struct wci_wrapper *wrapper,
                                    struct wcab_error *err)
{
    uint8_t bytes[HEAD];
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (wci_wrapper_of_head(bytes, got, wrapper))
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_FORMAT, "no archive or compressed file");
}

/* A number of RAR 5: seven bits a byte, the lowest first. */
static uint64_t take_rar5_number(struct wci_cursor *cursor)
{
    uint64_t value = 0;
    unsigned shift;

    for (shift = 0; shift < 63; shift += 7) {
        uint8_t byte = wci_cursor_u8(cursor);

        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

/* The flags of the main header, which comes first.  Source: RARLAB's description of the formats. */
bool wci_wrapper_is_volume(struct wci_source *source, enum wci_wrapper_kind kind)
{
    enum { RAR_FLAGS = 10, RAR5_HEADER = 8 + 4, RAR5_MAIN = 1, HAS_EXTRA = 1, IS_VOLUME = 1 };
    uint8_t bytes[64];
    struct wci_cursor cursor;
    uint64_t flags;
    size_t got = 0;

    if ((kind != WCI_WRAPPER_RAR && kind != WCI_WRAPPER_RAR5) ||
        wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, NULL) != WCAB_OK)
        return false;
    cursor = wci_cursor_of(bytes, got);
    if (kind == WCI_WRAPPER_RAR) {
        wci_cursor_seek(&cursor, RAR_FLAGS);
        return (wci_cursor_u16(&cursor) & IS_VOLUME) != 0 && cursor.ok;
    }
    wci_cursor_seek(&cursor, RAR5_HEADER);
    (void)take_rar5_number(&cursor); /* its size */
    if (take_rar5_number(&cursor) != RAR5_MAIN)
        return false;
    flags = take_rar5_number(&cursor);
    if (flags & HAS_EXTRA)
        (void)take_rar5_number(&cursor);
    return (take_rar5_number(&cursor) & IS_VOLUME) != 0 && cursor.ok;
}

bool wci_wrapper_is_stream(enum wci_wrapper_kind kind)
{
    return kind < WCI_WRAPPER_ZIP;
}

struct wci_bytes wci_wrapper_inner_name(struct wci_bytes name, char buffer[WCI_WRAPPER_NAME])
{
    static const struct {
        const char *packed, *unpacked;
    } extensions[] = {{".gz", ""},      {".bz2", ""},      {".xz", ""},      {".lz", ""},
                      {".zst", ""},     {".lz4", ""},      {".z", ""},       {".tgz", ".tar"},
                      {".tbz", ".tar"}, {".tbz2", ".tar"}, {".txz", ".tar"}, {".tzst", ".tar"}};
    const char *slash = name.length > 0 ? memrchr(name.data, '/', name.length) : NULL;
    size_t i;

    if (slash != NULL) {
        name.length -= (size_t)(slash + 1 - name.data);
        name.data = slash + 1;
    }
    for (i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
        struct wci_bytes extension = wci_bytes_of(extensions[i].packed), tail;
        size_t added = strlen(extensions[i].unpacked), stem;

        if (name.length <= extension.length)
            continue;
        stem = name.length - extension.length;
        tail = (struct wci_bytes){name.data + stem, extension.length};
        if (!wci_text_equal_folded(tail, extension) || stem + added > WCI_WRAPPER_NAME)
            continue;
        memcpy(buffer, name.data, stem);
        memcpy(buffer + stem, extensions[i].unpacked, added);
        return (struct wci_bytes){buffer, stem + added};
    }
    return name;
}
