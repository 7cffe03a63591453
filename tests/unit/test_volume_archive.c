/*
 * Tests of the reader of archives and compressed files, over archives composed here byte by byte,
 * the hostile ones among them.
 */
#include <time.h>
#include <zlib.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "media/bytes/spool.h"
#include "volume_fixture.h"

enum { TAR_BLOCK = 512, MEGABYTE = 1024 * 1024 };

/* ---- composing ---------------------------------------------------------------------------- */

/* A ZIP archive being written; the central directory gathers beside it. */
struct zip {
    struct wci_buffer bytes, central;
    uint16_t count;
};

/* What a member's headers say; claimed sizes and flags may be lies. */
struct zip_member {
    const char *name;
    const void *data; /* as it is stored */
    size_t length;
    uint16_t flags, method;
    uint32_t checksum;
    uint32_t claimed; /* unpacked size */
};

static void start_zip(struct zip *zip)
{
    wci_buffer_init(&zip->bytes);
    wci_buffer_init(&zip->central);
    zip->count = 0;
}

/* The fields that local and central header share, from "version needed" to the extra length. */
static void put_zip_fields(struct wci_buffer *out, const struct zip_member *member)
{
    wci_buffer_u16(out, 20);
    wci_buffer_u16(out, member->flags);
    wci_buffer_u16(out, member->method);
    wci_buffer_u16(out, 0x4E40); /* 09:50:00 */
    wci_buffer_u16(out, 0x1EEB); /* 1995-07-11 */
    wci_buffer_u32(out, member->checksum);
    wci_buffer_u32(out, (uint32_t)member->length);
    wci_buffer_u32(out, member->claimed);
    wci_buffer_u16(out, (uint16_t)strlen(member->name));
    wci_buffer_u16(out, 0);
}

static void put_zip_member(struct zip *zip, const struct zip_member *member)
{
    uint32_t offset = (uint32_t)zip->bytes.size;

    wci_buffer_u32(&zip->bytes, 0x04034b50);
    put_zip_fields(&zip->bytes, member);
    wci_buffer_put(&zip->bytes, member->name, strlen(member->name));
    wci_buffer_put(&zip->bytes, member->data, member->length);
    wci_buffer_u32(&zip->central, 0x02014b50);
    wci_buffer_u16(&zip->central, 20);
    put_zip_fields(&zip->central, member);
    wci_buffer_u16(&zip->central, 0); /* comment */
    wci_buffer_u16(&zip->central, 0); /* disk */
    wci_buffer_u16(&zip->central, 0); /* internal attributes */
    wci_buffer_u32(&zip->central, 0);
    wci_buffer_u32(&zip->central, offset);
    wci_buffer_put(&zip->central, member->name, strlen(member->name));
    zip->count++;
}

static void finish_zip(struct zip *zip)
{
    uint32_t offset = (uint32_t)zip->bytes.size;

    wci_buffer_put(&zip->bytes, zip->central.data, zip->central.size);
    wci_buffer_u32(&zip->bytes, 0x06054b50);
    wci_buffer_u32(&zip->bytes, 0);
    wci_buffer_u16(&zip->bytes, zip->count);
    wci_buffer_u16(&zip->bytes, zip->count);
    wci_buffer_u32(&zip->bytes, (uint32_t)zip->central.size);
    wci_buffer_u32(&zip->bytes, offset);
    wci_buffer_u16(&zip->bytes, 0);
    wci_buffer_free(&zip->central);
}

/* zlib's window bits: below 0 a bare stream as in ZIP, above 16 with gzip's header. */
enum { BARE = -15, GZIP = 31 };

static void put_deflated(struct wci_buffer *out, const void *data, size_t length, int window,
                         const char *name)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)length};
    gz_header header = {.name = (Bytef *)(uintptr_t)name, .time = 0};
    size_t bound = length + length / 100 + 1000;
    uint8_t *room = wci_buffer_reserve(out, bound);

    if (room == NULL || deflateInit2(&stream, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    if (name != NULL)
        (void)deflateSetHeader(&stream, &header);
    stream.next_out = room;
    stream.avail_out = (uInt)bound;
    CHECK_EQ_INT(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size += stream.total_out;
    (void)deflateEnd(&stream);
}

static void add_deflated(struct zip *zip, const char *name, const void *data, size_t length)
{
    struct zip_member member = {.name = name, .method = 8, .claimed = (uint32_t)length};
    struct wci_buffer packed;

    wci_buffer_init(&packed);
    put_deflated(&packed, data, length, BARE, NULL);
    member.data = packed.data;
    member.length = packed.size;
    member.checksum = (uint32_t)crc32(0, data, (uInt)length);
    put_zip_member(zip, &member);
    wci_buffer_free(&packed);
}

static void add_stored(struct zip *zip, const char *name, const char *text)
{
    struct zip_member member = {.name = name, .data = text, .length = strlen(text)};

    member.claimed = (uint32_t)member.length;
    member.checksum = (uint32_t)crc32(0, (const Bytef *)text, (uInt)member.length);
    put_zip_member(zip, &member);
}

/* POSIX ustar header, then the text in whole blocks. */
static void add_tar(struct wci_buffer *tar, const char *name, const char *text, char type,
                    unsigned long long claimed)
{
    char block[TAR_BLOCK + 1] = {0};
    unsigned sum = 0;
    size_t i, length = strlen(text);

    (void)snprintf(block, 100, "%s", name);
    memcpy(block + 100, "0000644\0000000000\0000000000", 24);
    (void)snprintf(block + 124, 13, "%011llo", claimed);
    (void)snprintf(block + 136, 13, "%011o", 805456200U);
    memcpy(block + 148, "        ", 8);
    block[156] = type;
    if (type == '1')
        memcpy(block + 157, "two.img", 7); /* what it is a link to */
    memcpy(block + 257, "ustar\00000", 8);
    for (i = 0; i < TAR_BLOCK; i++)
        sum += (uint8_t)block[i];
    (void)snprintf(block + 148, 8, "%06o", sum);
    wci_buffer_put(tar, block, TAR_BLOCK);
    for (i = 0; i < length; i += TAR_BLOCK) {
        memset(block, 0, TAR_BLOCK);
        memcpy(block, text + i, length - i < TAR_BLOCK ? length - i : TAR_BLOCK);
        wci_buffer_put(tar, block, TAR_BLOCK);
    }
}

static void finish_tar(struct wci_buffer *tar)
{
    static const char blank[2 * TAR_BLOCK];

    wci_buffer_put(tar, blank, sizeof(blank));
}

/* ---- opening ------------------------------------------------------------------------------ */

/* An archive in memory. */
struct opened {
    struct wci_source *source;
    struct wci_volume *volume;
    struct found *found;
    struct wcab_error err;
};

static enum wcab_err try_open(struct opened *opened, const void *data, size_t size,
                              const char *name)
{
    memset(opened, 0, sizeof(*opened));
    if (wci_source_open_memory(data, size, &opened->source, &opened->err) != WCAB_OK)
        abort();
    return wci_volume_archive_open(opened->source, name, &opened->volume, &opened->err);
}

/* Opens what must open, and lists it. */
static void open_archive(struct opened *opened, const struct wci_buffer *bytes, const char *name)
{
    CHECK_EQ_INT(try_open(opened, bytes->data, bytes->size, name), WCAB_OK);
    if (opened->volume == NULL)
        abort();
    opened->found = walk_all(opened->volume);
}

static void close_archive(struct opened *opened)
{
    free(opened->found);
    wci_volume_close(opened->volume);
    wci_source_close(opened->source);
}

static const char *text_of(const struct opened *opened, const char *path)
{
    return read_text(opened->volume, &find_entry(opened->found, path)->entry);
}

/* The error that opening a member gives, its text in opened->err. */
static enum wcab_err open_error(struct opened *opened, const char *path)
{
    struct wci_source *source = NULL;
    enum wcab_err code = wci_volume_open_entry(
        opened->volume, &find_entry(opened->found, path)->entry, &source, &opened->err);

    wci_source_close(source);
    return code;
}

/* ---- ZIP ---------------------------------------------------------------------------------- */

static void zip_lists_and_opens_members_in_any_order(void)
{
    struct zip zip;
    struct opened opened;
    struct wci_container container = {0};
    struct wci_arena *arena = wci_arena_new();
    struct wcab_error err;

    start_zip(&zip);
    add_deflated(&zip, "disks/one.img", "first disk", 10);
    add_stored(&zip, "disks/two.img", "second disk");
    add_deflated(&zip, "three.img", "third disk", 10);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, "set.zip");
    CHECK_EQ_STR(opened.volume->reason, "ZIP: PK 03 04 at byte 0");
    CHECK_EQ_INT(wci_volume_describe(opened.volume, arena, &container, &err), WCAB_OK);
    CHECK_EQ_INT(container.kind, WCI_CONTAINER_ARCHIVE);
    CHECK_EQ_BYTES(container.format, "ZIP");
    CHECK_EQ_INT(opened.found->count, 3);
    CHECK_EQ_INT(opened.found->faults, 0);
    CHECK_EQ_STR(opened.found->entries[0].path, "disks/one.img");
    CHECK_EQ_STR(opened.found->entries[0].folder, "disks");
    CHECK_EQ_INT(opened.found->entries[1].entry.size, 11);
    CHECK_EQ_INT(opened.found->entries[1].entry.locator, 1);
    CHECK_EQ_INT(opened.found->entries[2].entry.modified, 0x1EEB4E40);
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "first disk");
    CHECK_EQ_STR(text_of(&opened, "three.img"), "third disk");
    CHECK_EQ_STR(text_of(&opened, "disks/two.img"), "second disk");
    CHECK_EQ_STR(text_of(&opened, "disks/two.img"), "second disk");
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "first disk");
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
    wci_arena_free(arena);
}

static void a_member_outlives_the_opening_of_the_next(void)
{
    struct zip zip;
    struct opened opened;
    struct wci_source *first = NULL, *second = NULL;
    struct wcab_error err;
    char text[10];

    start_zip(&zip);
    add_deflated(&zip, "a", "first disk", 10);
    add_deflated(&zip, "b", "other disk", 10);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(
        wci_volume_open_entry(opened.volume, &find_entry(opened.found, "a")->entry, &first, &err),
        WCAB_OK);
    CHECK_EQ_INT(
        wci_volume_open_entry(opened.volume, &find_entry(opened.found, "b")->entry, &second, &err),
        WCAB_OK);
    CHECK_EQ_INT(wci_source_read_at(first, 0, text, 10, &err), WCAB_OK);
    CHECK_EQ_MEM(text, "first disk", 10);
    wci_source_close(first);
    wci_source_close(second);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

/* Fills a path of so many bytes: parts of 1,000 and a rest. */
static char *path_of(char text[WCI_LIMIT_PATH + 2], size_t length)
{
    size_t i;

    for (i = 0; i < length; i++)
        text[i] = i % 1001 == 1000 ? '/' : 'x';
    text[length] = '\0';
    return text;
}

static void names_and_paths_end_at_the_limit(void)
{
    char fits[WCI_LIMIT_PATH + 2], over[WCI_LIMIT_PATH + 2], name[WCI_LIMIT_NAME + 1];
    struct zip zip;
    struct opened opened;

    memset(name, 'n', WCI_LIMIT_NAME);
    name[WCI_LIMIT_NAME] = '\0';
    start_zip(&zip);
    add_stored(&zip, path_of(fits, WCI_LIMIT_PATH), "1");
    add_stored(&zip, path_of(over, WCI_LIMIT_PATH + 1), "2");
    add_stored(&zip, name, "3");
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(opened.found->count, 2);
    CHECK_EQ_INT(opened.found->faults, 1);
    CHECK(has_fault(opened.found, WCAB_ERR_LIMIT, "", "name of member 2 is too long"));
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static void names_never_lead_out_of_the_archive(void)
{
    char long_name[WCI_LIMIT_NAME + 2];
    struct zip zip;
    struct opened opened;

    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    start_zip(&zip);
    add_stored(&zip, "../../etc/passwd", "1");
    add_stored(&zip, "/abs/./b/../c.txt", "2");
    add_stored(&zip, "..", "3");
    add_stored(&zip, long_name, "4");
    add_stored(&zip, "caf\x82.txt", "5");
    add_stored(&zip,
               "Gr\xC3\xB6\xC3\x9F"
               "e.txt",
               "6");
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(opened.found->count, 5);
    CHECK_EQ_STR(text_of(&opened, "etc/passwd"), "1");
    CHECK_EQ_STR(text_of(&opened, "abs/b/c.txt"), "2");
    CHECK_EQ_STR(text_of(&opened, "member 3"), "3");
    CHECK_EQ_STR(text_of(&opened, "caf\x82.txt"), "5");
    CHECK_EQ_STR(text_of(&opened, "Gr\xC3\xB6\xC3\x9F"
                                  "e.txt"),
                 "6");
    CHECK_EQ_INT(find_entry(opened.found, "caf\x82.txt")->entry.name.encoding, WCI_ENCODING_RAW);
    CHECK_EQ_INT(find_entry(opened.found, "Gr\xC3\xB6\xC3\x9F"
                                          "e.txt")
                     ->entry.name.encoding,
                 WCI_ENCODING_UTF8);
    CHECK(has_fault(opened.found, WCAB_ERR_LIMIT, "", "name of member 4 is too long"));
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static void names_marked_as_utf8_need_no_locale(void)
{
    struct zip zip;
    struct opened opened;
    struct zip_member member = {.name = "\xE6\x97\xA5\xE6\x9C\xAC.img", .flags = 0x0800};

    start_zip(&zip);
    put_zip_member(&zip, &member);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_STR(opened.found->entries[0].path, "\xE6\x97\xA5\xE6\x9C\xAC.img");
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static void lies_about_sizes_are_told(void)
{
    struct zip zip;
    struct opened opened;
    struct zip_member huge = {
        .name = "huge.img", .data = "x", .length = 1, .method = 8, .claimed = 0xFFFFFFF0};
    struct zip_member stored = {.name = "stored.img", .data = "x", .length = 1, .claimed = 10};
    struct zip_member longer = {.name = "longer.img", .method = 8, .claimed = 1000};
    struct wci_buffer packed;

    wci_buffer_init(&packed);
    put_deflated(&packed, "first disk", 10, BARE, NULL);
    longer.data = packed.data;
    longer.length = packed.size;
    start_zip(&zip);
    put_zip_member(&zip, &huge);
    put_zip_member(&zip, &longer);
    put_zip_member(&zip, &stored);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(opened.found->count, 3);
    CHECK_EQ_INT(open_error(&opened, "stored.img"), WCAB_ERR_CORRUPT);
    CHECK(strstr(opened.err.text, "1 bytes are said to be 10") != NULL);
    CHECK_EQ_INT(open_error(&opened, "huge.img"), WCAB_ERR_LIMIT);
    CHECK(strstr(opened.err.text, "more than 1000 to 1") != NULL);
    CHECK_EQ_INT(open_error(&opened, "longer.img"), WCAB_ERR_CORRUPT);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
    wci_buffer_free(&packed);
}

static void encrypted_members_are_refused(void)
{
    struct zip zip;
    struct opened opened;
    struct zip_member secret = {
        .name = "secret.img", .data = "0123456789abcdef", .length = 16, .flags = 1, .claimed = 4};

    start_zip(&zip);
    put_zip_member(&zip, &secret);
    add_stored(&zip, "open.img", "plain");
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(open_error(&opened, "secret.img"), WCAB_ERR_ENCRYPTED);
    CHECK_EQ_STR(text_of(&opened, "open.img"), "plain");
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static void another_member_in_its_place_is_noticed(void)
{
    struct zip zip;
    struct opened opened;
    struct wci_entry entry;

    start_zip(&zip);
    add_deflated(&zip, "one.img", "first disk", 10);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    entry = opened.found->entries[0].entry;
    entry.size++;
    CHECK(strstr(read_text(opened.volume, &entry), "member 1 of the archive is another file") !=
          NULL);
    entry = opened.found->entries[0].entry;
    entry.name.bytes = wci_bytes_of("two.img");
    CHECK(strstr(read_text(opened.volume, &entry), "another file") != NULL);
    entry.locator = 7;
    CHECK(strstr(read_text(opened.volume, &entry), "has no member 8 any more") != NULL);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static enum wcab_err count_entry(void *context, const struct wci_entry *entry,
                                 struct wcab_error *err)
{
    size_t *count = context;

    (void)entry;
    (void)err;
    ++*count;
    return WCAB_OK;
}

static void ignore_fault(void *context, const struct wcab_error *err)
{
    (void)context;
    (void)err;
}

static void a_hundred_thousand_members_are_listed(void)
{
    struct wci_buffer tar;
    struct opened opened;
    size_t count = 0, i;
    struct wci_visitor visitor = {&count, count_entry, NULL, ignore_fault};
    char name[20];

    wci_buffer_init(&tar);
    for (i = 0; i < 100000; i++) {
        (void)snprintf(name, sizeof(name), "f%zu.txt", i);
        add_tar(&tar, name, "", '0', 0);
    }
    finish_tar(&tar);
    CHECK_EQ_INT(try_open(&opened, tar.data, tar.size, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_volume_walk(opened.volume, &visitor, &opened.err), WCAB_OK);
    CHECK_EQ_INT(count, 100000);
    close_archive(&opened);
    wci_buffer_free(&tar);
}

/* ---- TAR ---------------------------------------------------------------------------------- */

static void tar_members_are_windows_of_it(void)
{
    struct wci_buffer tar;
    struct opened opened;

    wci_buffer_init(&tar);
    add_tar(&tar, "./disks/one.img", "first disk", '0', 10);
    add_tar(&tar, "disks/", "", '5', 0);
    add_tar(&tar, "two.img", "second disk", '0', 11);
    add_tar(&tar, "three.img", "", '1', 0);
    finish_tar(&tar);
    open_archive(&opened, &tar, NULL);
    CHECK_EQ_INT(opened.found->count, 3);
    CHECK_EQ_STR(text_of(&opened, "two.img"), "second disk");
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "first disk");
    CHECK_EQ_INT(find_entry(opened.found, "three.img")->entry.flags, WCI_ENTRY_SIZE_UNKNOWN);
    CHECK_EQ_STR(text_of(&opened, "three.img"), "second disk");
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "first disk");
    tar.data[TAR_BLOCK] = 'F'; /* a window sees the change, a copy would not */
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "First disk");
    close_archive(&opened);
    wci_buffer_free(&tar);
}

static void a_link_to_nothing_is_told(void)
{
    struct wci_buffer tar;
    struct opened opened;

    wci_buffer_init(&tar);
    add_tar(&tar, "three.img", "", '1', 0);
    finish_tar(&tar);
    open_archive(&opened, &tar, NULL);
    CHECK_EQ_INT(open_error(&opened, "three.img"), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(opened.err.text, "a hard link to a member that is not there");
    close_archive(&opened);
    wci_buffer_free(&tar);
}

static void tar_that_is_cut_off_lists_what_it_has(void)
{
    struct wci_buffer tar;
    struct opened opened;
    struct found *found = calloc(1, sizeof(*found));
    struct wci_visitor visitor = {found, found_on_entry, found_on_nested, found_on_fault};

    wci_buffer_init(&tar);
    add_tar(&tar, "one.img", "first disk", '0', 10);
    add_tar(&tar, "two.img", "second disk", '0', 1ULL << 33);
    CHECK_EQ_INT(try_open(&opened, tar.data, tar.size, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_volume_walk(opened.volume, &visitor, &opened.err), WCAB_ERR_CORRUPT);
    opened.found = found;
    CHECK_EQ_INT(found->count, 2);
    CHECK_EQ_STR(text_of(&opened, "one.img"), "first disk");
    CHECK_EQ_INT(open_error(&opened, "two.img"), WCAB_ERR_LIMIT);
    close_archive(&opened);
    wci_buffer_free(&tar);
}

/* ---- RAR ---------------------------------------------------------------------------------- */

/* No free program writes RAR: headers as UnRAR's sources describe them, the member stored. */
static void put_rar_header(struct wci_buffer *rar, const struct wci_buffer *header)
{
    wci_buffer_u16(rar, (uint16_t)crc32(0, header->data, (uInt)header->size));
    wci_buffer_put(rar, header->data, header->size);
}

static void put_rar(struct wci_buffer *rar, const char *name, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    struct wci_buffer header;

    wci_buffer_put(rar, "Rar!\x1A\x07\x00", 7);
    wci_buffer_init(&header);
    wci_buffer_put(&header, "\x73\0\0\x0D\0\0\0\0\0\0\0", 11);
    put_rar_header(rar, &header);
    wci_buffer_clear(&header);
    wci_buffer_u8(&header, 0x74);
    wci_buffer_u16(&header, 0x8000);
    wci_buffer_u16(&header, (uint16_t)(32 + strlen(name)));
    wci_buffer_u32(&header, length);
    wci_buffer_u32(&header, length);
    wci_buffer_u8(&header, 0);
    wci_buffer_u32(&header, (uint32_t)crc32(0, (const Bytef *)text, length));
    wci_buffer_u32(&header, 0x1EEB4E40);
    wci_buffer_put(&header, "\x14\x30", 2);
    wci_buffer_u16(&header, (uint16_t)strlen(name));
    wci_buffer_u32(&header, 0x20);
    wci_buffer_put(&header, name, strlen(name));
    put_rar_header(rar, &header);
    wci_buffer_put(rar, text, length);
    wci_buffer_clear(&header);
    wci_buffer_put(&header, "\x7B\0\x40\x07\0", 5);
    put_rar_header(rar, &header);
    wci_buffer_free(&header);
}

static void put_rar5_header(struct wci_buffer *rar, const struct wci_buffer *header)
{
    uint8_t sized[100] = {(uint8_t)header->size};

    memcpy(sized + 1, header->data, header->size);
    wci_buffer_u32(rar, (uint32_t)crc32(0, sized, (uInt)header->size + 1));
    wci_buffer_put(rar, sized, header->size + 1);
}

static void put_rar5(struct wci_buffer *rar, const char *name, const char *text)
{
    uint8_t length = (uint8_t)strlen(text);
    struct wci_buffer header;

    wci_buffer_put(rar, "Rar!\x1A\x07\x01\x00", 8);
    wci_buffer_init(&header);
    wci_buffer_put(&header, "\1\0\0", 3);
    put_rar5_header(rar, &header);
    wci_buffer_clear(&header);
    wci_buffer_put(&header, "\2\2", 2);
    wci_buffer_u8(&header, length); /* bytes behind the header */
    wci_buffer_u8(&header, 4);      /* there is a checksum */
    wci_buffer_u8(&header, length);
    wci_buffer_u8(&header, 0x20);
    wci_buffer_u32(&header, (uint32_t)crc32(0, (const Bytef *)text, length));
    wci_buffer_put(&header, "\0\0", 2); /* stored; Windows */
    wci_buffer_u8(&header, (uint8_t)strlen(name));
    wci_buffer_put(&header, name, strlen(name));
    put_rar5_header(rar, &header);
    wci_buffer_put(rar, text, length);
    wci_buffer_clear(&header);
    wci_buffer_put(&header, "\5\0\0", 3);
    put_rar5_header(rar, &header);
    wci_buffer_free(&header);
}

static void rar_members_are_read(void)
{
    struct wci_buffer rar;
    struct opened opened;

    wci_buffer_init(&rar);
    put_rar(&rar, "disks\\one.img", "first disk");
    open_archive(&opened, &rar, NULL);
    CHECK_EQ_INT(opened.found->count, 1);
    CHECK_EQ_STR(text_of(&opened, "disks/one.img"), "first disk");
    CHECK_EQ_INT(find_entry(opened.found, "disks/one.img")->entry.modified, 0x1EEB4E40);
    close_archive(&opened);
    wci_buffer_clear(&rar);
    put_rar5(&rar, "disks/two.img", "second disk");
    open_archive(&opened, &rar, NULL);
    CHECK_EQ_INT(opened.found->count, 1);
    CHECK_EQ_STR(text_of(&opened, "disks/two.img"), "second disk");
    close_archive(&opened);
    wci_buffer_free(&rar);
}

/* ---- compressed streams ------------------------------------------------------------------- */

static void gzip_holds_one_file(void)
{
    struct wci_buffer gzip;
    struct opened opened;
    struct wci_container container = {0};
    struct wci_arena *arena = wci_arena_new();

    wci_buffer_init(&gzip);
    put_deflated(&gzip, "a whole disk", 12, GZIP, NULL);
    open_archive(&opened, &gzip, "/shelf/disk1.img.gz");
    CHECK_EQ_INT(opened.found->count, 1);
    CHECK_EQ_INT(find_entry(opened.found, "disk1.img")->entry.size, 12);
    CHECK_EQ_STR(text_of(&opened, "disk1.img"), "a whole disk");
    CHECK_EQ_INT(wci_volume_describe(opened.volume, arena, &container, &opened.err), WCAB_OK);
    CHECK_EQ_INT(container.kind, WCI_CONTAINER_WRAPPER);
    close_archive(&opened);
    open_archive(&opened, &gzip, "SET.TGZ");
    CHECK_EQ_STR(text_of(&opened, "SET.tar"), "a whole disk");
    close_archive(&opened);
    open_archive(&opened, &gzip, NULL);
    CHECK_EQ_STR(text_of(&opened, "contents"), "a whole disk");
    close_archive(&opened);
    /* libarchive doesn't look at the checksum; two members and what lies behind them are fine */
    put_deflated(&gzip, ", and more", 10, GZIP, NULL);
    open_archive(&opened, &gzip, "x.gz");
    CHECK_EQ_INT(opened.found->faults, 0);
    close_archive(&opened);
    wci_buffer_put(&gzip, "behind", 6);
    open_archive(&opened, &gzip, "x.gz");
    CHECK_EQ_INT(opened.found->faults, 0);
    close_archive(&opened);
    gzip.size -= 6;
    gzip.data[gzip.size - 6] ^= 1;
    open_archive(&opened, &gzip, "x.gz");
    CHECK(has_fault(opened.found, WCAB_ERR_CORRUPT, "", "gzip: incorrect data check"));
    CHECK_EQ_INT(opened.found->count, 1);
    close_archive(&opened);
    wci_buffer_clear(&gzip);
    put_deflated(&gzip, "a whole disk", 12, GZIP, "../win95.img");
    open_archive(&opened, &gzip, "disk1.img.gz");
    CHECK_EQ_STR(text_of(&opened, "win95.img"), "a whole disk");
    close_archive(&opened);
    wci_buffer_free(&gzip);
    wci_arena_free(arena);
}

static void a_stream_in_a_stream_is_not_peeled_at_once(void)
{
    struct wci_buffer inner, outer;
    struct opened opened;
    const struct found_entry *entry;

    wci_buffer_init(&inner);
    wci_buffer_init(&outer);
    put_deflated(&inner, "a whole disk", 12, GZIP, NULL);
    put_deflated(&outer, inner.data, inner.size, GZIP, NULL);
    open_archive(&opened, &outer, "a.gz.gz");
    entry = find_entry(opened.found, "a.gz");
    CHECK_EQ_INT(entry->entry.size, inner.size);
    close_archive(&opened);
    wci_buffer_free(&inner);
    wci_buffer_free(&outer);
}

/* Bytes that do not compress, the same each time. */
static uint8_t *noise(size_t size)
{
    uint8_t *bytes = malloc(size);
    uint32_t state = 1;
    size_t i;

    if (bytes == NULL)
        abort();
    for (i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(state >> 24);
    }
    return bytes;
}

static void what_is_cut_off_gives_its_start(void)
{
    struct wci_buffer gzip;
    struct opened opened;
    uint8_t *bytes = noise(MEGABYTE), start[1000];
    struct wci_source *source = NULL;
    const struct found_entry *entry;

    wci_buffer_init(&gzip);
    put_deflated(&gzip, bytes, MEGABYTE, GZIP, NULL);
    gzip.size /= 2;
    open_archive(&opened, &gzip, "x.img.gz");
    CHECK(has_fault(opened.found, WCAB_ERR_CORRUPT, "", "truncated gzip input"));
    entry = find_entry(opened.found, "x.img");
    CHECK(entry->entry.size > MEGABYTE / 3);
    CHECK_EQ_INT(wci_volume_open_entry(opened.volume, &entry->entry, &source, &opened.err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_source_read_at(source, 0, start, sizeof(start), &opened.err), WCAB_OK);
    CHECK_EQ_MEM(start, bytes, sizeof(start));
    wci_source_close(source);
    close_archive(&opened);
    wci_buffer_free(&gzip);
    free(bytes);
}

/* Beyond 16 MB the bytes are in a file, runs of zeroes as its holes. */
static void large_contents_are_spooled_to_a_file(void)
{
    enum { SIZE = 40 * MEGABYTE, HOLE = 20 * MEGABYTE, HOLE_SIZE = 10 * MEGABYTE };
    struct zip zip;
    struct opened opened;
    uint8_t *bytes = noise(SIZE), *back = malloc(SIZE);
    struct wci_source *source = NULL;

    memset(bytes + HOLE + 123, 0, HOLE_SIZE);
    start_zip(&zip);
    add_deflated(&zip, "cd.iso", bytes, SIZE);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    CHECK_EQ_INT(wci_volume_open_entry(opened.volume, &find_entry(opened.found, "cd.iso")->entry,
                                       &source, &opened.err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_source_size(source), SIZE);
    CHECK_EQ_INT(wci_source_read_at(source, 0, back, SIZE, &opened.err), WCAB_OK);
    CHECK_EQ_MEM(back, bytes, SIZE);
    wci_source_close(source);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
    free(bytes);
    free(back);
}

static void an_empty_stream_is_no_damage_but_a_broken_one_is(void)
{
    struct wci_buffer gzip;
    struct opened opened;
    struct found *found = calloc(1, sizeof(*found));
    struct wci_visitor visitor = {found, found_on_entry, found_on_nested, found_on_fault};

    wci_buffer_init(&gzip);
    put_deflated(&gzip, "", 0, GZIP, NULL);
    open_archive(&opened, &gzip, "x.gz");
    CHECK_EQ_INT(find_entry(opened.found, "x")->entry.size, 0);
    CHECK_EQ_INT(opened.found->faults, 0);
    close_archive(&opened);
    wci_buffer_clear(&gzip);
    put_deflated(&gzip, "a whole disk", 12, GZIP, NULL);
    CHECK_EQ_INT(try_open(&opened, gzip.data, 11, "x.gz"), WCAB_OK);
    CHECK_EQ_INT(wci_volume_walk(opened.volume, &visitor, &opened.err), WCAB_ERR_CORRUPT);
    close_archive(&opened);
    wci_buffer_free(&gzip);
    free(found);
}

/* 1 GB of zeroes in 1 MB. */
static void put_bomb(struct wci_buffer *gzip)
{
    static uint8_t zeroes[MEGABYTE];
    z_stream stream = {0};
    uint8_t *room = wci_buffer_reserve(gzip, 2 * MEGABYTE);
    int i;

    if (room == NULL || deflateInit2(&stream, 9, Z_DEFLATED, GZIP, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    stream.next_out = room;
    stream.avail_out = 2 * MEGABYTE;
    for (i = 0; i < 1024; i++) {
        stream.next_in = zeroes;
        stream.avail_in = sizeof(zeroes);
        (void)deflate(&stream, i == 1023 ? Z_FINISH : Z_NO_FLUSH);
    }
    gzip->size += stream.total_out;
    (void)deflateEnd(&stream);
}

static void a_stream_of_zeroes_ends_in_a_limit(void)
{
    struct wci_buffer gzip;
    struct opened opened;
    size_t count = 0;
    struct wci_visitor visitor = {&count, count_entry, NULL, ignore_fault};

    wci_buffer_init(&gzip);
    put_bomb(&gzip);
    CHECK_EQ_INT(try_open(&opened, gzip.data, gzip.size, "zero.img.gz"), WCAB_OK);
    CHECK_EQ_INT(wci_volume_walk(opened.volume, &visitor, &opened.err), WCAB_ERR_LIMIT);
    CHECK(strstr(opened.err.text, "taken for an archive bomb") != NULL);
    CHECK_EQ_INT(count, 0);
    close_archive(&opened);
    wci_buffer_free(&gzip);
}

/* ---- budgets ------------------------------------------------------------------------------ */

static void a_shared_budget_bounds_all_members_together(void)
{
    struct zip zip;
    struct opened opened;
    struct wci_budget budget;

    start_zip(&zip);
    add_deflated(&zip, "one.img", "first disk", 10);
    add_deflated(&zip, "two.img", "other disk", 10);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    wci_budget_init(&budget, &wci_limits_default, zip.bytes.size, NULL);
    CHECK_EQ_INT(budget.bytes, 1 << 30);
    budget.bytes_left = 15;
    opened.volume->budget = &budget;
    CHECK_EQ_STR(text_of(&opened, "one.img"), "first disk");
    CHECK_EQ_INT(budget.bytes_left, 5);
    CHECK_EQ_INT(open_error(&opened, "two.img"), WCAB_ERR_LIMIT);
    CHECK(strstr(opened.err.text, "may be unpacked from one image") != NULL);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

static int is_set(void *context)
{
    return *(const bool *)context;
}

static void time_and_cancelling_stop_it(void)
{
    struct zip zip;
    struct opened opened;
    struct wci_budget budget;
    bool stop = true;
    const struct wcab_cancel cancel = {is_set, &stop};

    start_zip(&zip);
    add_deflated(&zip, "one.img", "first disk", 10);
    finish_zip(&zip);
    open_archive(&opened, &zip.bytes, NULL);
    wci_budget_init(&budget, &wci_limits_default, zip.bytes.size, &cancel);
    opened.volume->budget = &budget;
    CHECK_EQ_INT(open_error(&opened, "one.img"), WCAB_ERR_CANCELLED);
    stop = false;
    CHECK_EQ_INT(open_error(&opened, "one.img"), WCAB_OK);
    budget.deadline = 0;
    CHECK_EQ_INT(open_error(&opened, "one.img"), WCAB_ERR_LIMIT);
    CHECK(strstr(opened.err.text, "seconds") != NULL);
    close_archive(&opened);
    wci_buffer_free(&zip.bytes);
}

/* ---- recognising -------------------------------------------------------------------------- */

static void what_is_no_archive_is_left_alone(void)
{
    static const uint8_t zeroes[4096];
    uint8_t boot[512] = {0xEB, 0x3C, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0'};
    struct opened opened;

    CHECK_EQ_INT(try_open(&opened, zeroes, sizeof(zeroes), NULL), WCAB_ERR_FORMAT);
    close_archive(&opened);
    CHECK_EQ_INT(try_open(&opened, boot, sizeof(boot), "x.zip"), WCAB_ERR_FORMAT);
    close_archive(&opened);
    CHECK_EQ_INT(try_open(&opened, "MSCF\0\0\0\0", 8, NULL), WCAB_ERR_FORMAT);
    close_archive(&opened);
    CHECK_EQ_INT(try_open(&opened, "P", 1, NULL), WCAB_ERR_FORMAT);
    close_archive(&opened);
    CHECK_EQ_INT(try_open(&opened, "", 0, NULL), WCAB_ERR_FORMAT);
    close_archive(&opened);
}

/* ---- damage ------------------------------------------------------------------------------- */

static void a_bad_sector_is_told_as_such(void)
{
    struct zip zip;
    struct scratched_source source;
    struct wci_volume *volume = NULL;
    struct found *found;
    struct wcab_error err;
    uint8_t *bytes = noise(MEGABYTE);

    start_zip(&zip);
    add_deflated(&zip, "one.img", bytes, MEGABYTE);
    finish_zip(&zip);
    source = scratched(zip.bytes.data, zip.bytes.size, MEGABYTE / 2, MEGABYTE / 2 + 512);
    CHECK_EQ_INT(wci_volume_archive_open(&source.base, NULL, &volume, &err), WCAB_OK);
    found = walk_all(volume);
    CHECK_EQ_INT(found->count, 1);
    CHECK(strstr(read_text(volume, &found->entries[0].entry), "can't read at byte") != NULL);
    free(found);
    wci_volume_close(volume);
    wci_buffer_free(&zip.bytes);
    free(bytes);
}

/* Walks it and opens everything, whatever comes. */
static void exercise(const uint8_t *bytes, size_t size)
{
    static struct found found; /* large: cleared only as far as it counts */
    struct wci_visitor visitor = {&found, found_on_entry, found_on_nested, found_on_fault};
    struct opened opened;
    size_t i;

    found.count = found.faults = 0;
    if (try_open(&opened, bytes, size, "x.gz") == WCAB_OK) {
        (void)wci_volume_walk(opened.volume, &visitor, &opened.err);
        for (i = 0; i < found.count; i++)
            (void)read_text(opened.volume, &found.entries[i].entry);
    }
    close_archive(&opened);
}

static size_t exercise_all_flips(struct wci_buffer *bytes)
{
    size_t i, count = 0;

    for (i = 0; i < bytes->size; i++, count += 2) {
        uint8_t before = bytes->data[i];

        bytes->data[i] = (uint8_t)~before;
        exercise(bytes->data, bytes->size);
        bytes->data[i] = before;
        exercise(bytes->data, i);
    }
    return count;
}

/* Each byte turned over and each length cut off: no crash, no hang, nothing out of bounds. */
static void any_damage_is_survived(void)
{
    struct zip zip;
    struct wci_buffer tar, gzip;

    start_zip(&zip);
    add_deflated(&zip, "one.img", "first disk", 10);
    add_stored(&zip, "two.img", "second disk");
    finish_zip(&zip);
    CHECK(exercise_all_flips(&zip.bytes) > 400);
    wci_buffer_free(&zip.bytes);
    wci_buffer_init(&tar);
    add_tar(&tar, "one.img", "first disk", '0', 10);
    finish_tar(&tar);
    CHECK(exercise_all_flips(&tar) > 2000);
    wci_buffer_free(&tar);
    wci_buffer_init(&gzip);
    put_deflated(&gzip, "a whole disk", 12, GZIP, NULL);
    CHECK(exercise_all_flips(&gzip) > 40);
    wci_buffer_free(&gzip);
}

int main(void)
{
    RUN(zip_lists_and_opens_members_in_any_order);
    RUN(a_member_outlives_the_opening_of_the_next);
    RUN(names_and_paths_end_at_the_limit);
    RUN(names_never_lead_out_of_the_archive);
    RUN(names_marked_as_utf8_need_no_locale);
    RUN(lies_about_sizes_are_told);
    RUN(encrypted_members_are_refused);
    RUN(another_member_in_its_place_is_noticed);
    RUN(a_hundred_thousand_members_are_listed);
    RUN(tar_members_are_windows_of_it);
    RUN(a_link_to_nothing_is_told);
    RUN(tar_that_is_cut_off_lists_what_it_has);
    RUN(rar_members_are_read);
    RUN(gzip_holds_one_file);
    RUN(a_stream_in_a_stream_is_not_peeled_at_once);
    RUN(what_is_cut_off_gives_its_start);
    RUN(large_contents_are_spooled_to_a_file);
    RUN(an_empty_stream_is_no_damage_but_a_broken_one_is);
    RUN(a_stream_of_zeroes_ends_in_a_limit);
    RUN(a_shared_budget_bounds_all_members_together);
    RUN(time_and_cancelling_stop_it);
    RUN(what_is_no_archive_is_left_alone);
    RUN(a_bad_sector_is_told_as_such);
    RUN(any_damage_is_survived);
    return check_report();
}
