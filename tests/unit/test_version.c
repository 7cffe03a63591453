/*
 * test_version - facts of composed executables: each format, streams in pieces, truncated and
 * absurd ones.
 */
#include <stdlib.h>

#include "check.h"
#include "indexer/version/version.h"

/* An image under construction; all places are set by offset. */
struct image {
    uint8_t *data;
    size_t size;
};

static struct wci_version_scan *scan;
static struct wci_arena *arena;

static struct image image_new(size_t size)
{
    struct image image = {calloc(size, 1), size};

    if (image.data == NULL)
        abort();
    return image;
}

static void put8(struct image *image, size_t at, unsigned value)
{
    if (at >= image->size)
        abort();
    image->data[at] = (uint8_t)value;
}

static void put16(struct image *image, size_t at, unsigned value)
{
    put8(image, at, value & 0xFF);
    put8(image, at + 1, value >> 8 & 0xFF);
}

static void put32(struct image *image, size_t at, uint32_t value)
{
    put16(image, at, value & 0xFFFF);
    put16(image, at + 2, value >> 16);
}

static void put_text(struct image *image, size_t at, const char *text)
{
    for (; *text != '\0'; text++)
        put8(image, at++, (uint8_t)*text);
}

/* ---- a version resource -------------------------------------------------------------------- */

struct resource {
    struct wci_buffer bytes;
    bool wide;
};

static void pad(struct resource *resource)
{
    while (resource->bytes.size % 4 != 0)
        wci_buffer_u8(&resource->bytes, 0);
}

static void add_text(struct resource *resource, const char *text)
{
    for (;; text++) {
        wci_buffer_u8(&resource->bytes, (uint8_t)*text);
        if (resource->wide)
            wci_buffer_u8(&resource->bytes, 0);
        if (*text == '\0')
            return;
    }
}

static size_t open_block(struct resource *resource, const char *key, size_t value_length)
{
    size_t at = resource->bytes.size;

    wci_buffer_u16(&resource->bytes, 0);
    wci_buffer_u16(&resource->bytes, (uint16_t)value_length);
    if (resource->wide)
        wci_buffer_u16(&resource->bytes, 1);
    add_text(resource, key);
    pad(resource);
    return at;
}

static void close_block(struct resource *resource, size_t at)
{
    size_t length = resource->bytes.size - at;

    resource->bytes.data[at] = (uint8_t)length;
    resource->bytes.data[at + 1] = (uint8_t)(length >> 8);
    pad(resource);
}

static void add_string(struct resource *resource, const char *key, const char *value)
{
    size_t at = open_block(resource, key, strlen(value) + 1);

    add_text(resource, value);
    close_block(resource, at);
}

static void add_translation(struct resource *resource, unsigned language, unsigned code_page)
{
    size_t variables = open_block(resource, "VarFileInfo", 0);
    size_t value = open_block(resource, "Translation", 4);

    wci_buffer_u16(&resource->bytes, (uint16_t)language);
    wci_buffer_u16(&resource->bytes, (uint16_t)code_page);
    close_block(resource, value);
    close_block(resource, variables);
}

/* Version 4.0.0.950, product 4.10.1.2222; a German and an English table, of which the translation
 * (behind them) names the English one. */
static void make_resource(struct resource *resource, bool wide)
{
    size_t root, strings, table, i;

    wci_buffer_init(&resource->bytes);
    resource->wide = wide;
    root = open_block(resource, "VS_VERSION_INFO", 52);
    wci_buffer_u32(&resource->bytes, 0xFEEF04BD);
    wci_buffer_u32(&resource->bytes, 0x00010000);
    wci_buffer_u32(&resource->bytes, 4U << 16);
    wci_buffer_u32(&resource->bytes, 950);
    wci_buffer_u32(&resource->bytes, 4U << 16 | 10);
    wci_buffer_u32(&resource->bytes, 1U << 16 | 2222);
    for (i = 0; i < 7; i++)
        wci_buffer_u32(&resource->bytes, 0);
    strings = open_block(resource, "StringFileInfo", 0);
    table = open_block(resource, "040704E4", 0);
    add_string(resource, "FileDescription", "Benutzerschnittstelle");
    close_block(resource, table);
    table = open_block(resource, "040904E4", 0);
    add_string(resource, "CompanyName", "Caf\xE9 Ltd.  "); /* Latin-1 in both forms */
    add_string(resource, "FileVersion", "4.00.950");
    add_string(resource, "FileVersion", "second");
    add_string(resource, "Comments", "");
    close_block(resource, table);
    close_block(resource, strings);
    add_translation(resource, 0x0409, 1252);
    close_block(resource, root);
}

#define FILE_950 0x00040000000003B6ULL
#define PRODUCT_2222 0x0004000A000108AEULL

/* ---- executables --------------------------------------------------------------------------- */

static void put_resource(struct image *image, size_t at, const struct resource *resource)
{
    if (at + resource->bytes.size > image->size)
        abort();
    memcpy(image->data + at, resource->bytes.data, resource->bytes.size);
}

static void put_dos(struct image *image, uint32_t header)
{
    put_text(image, 0, "MZ");
    put32(image, 0x3C, header);
}

enum { PE = 0x80, PE_SECTIONS = 2 };

/* Where the parts of a PE file are put. */
struct pe_plan {
    bool plus;
    uint32_t tree_at;  /* in the file; at address 0x100000 */
    uint32_t data_at;  /* in the file; at address 0x200000 */
    bool data_in_tree; /* the data lies in the tree's section, 0x200 behind its start */
};

static size_t pe_optional(const struct pe_plan *plan)
{
    return plan->plus ? 240 : 224;
}

static void put_section(struct image *image, size_t at, uint32_t address, uint32_t size,
                        uint32_t raw_at)
{
    put32(image, at + 8, size);
    put32(image, at + 12, address);
    put32(image, at + 16, size);
    put32(image, at + 20, raw_at);
}

static void put_tree(struct image *image, size_t at, uint32_t data_rva, uint32_t data_size)
{
    static const uint32_t ids[] = {16, 1, 0x409};
    unsigned level;

    put16(image, at + 14, 2); /* one type in front of the version's: icons, which lead nowhere */
    put32(image, at + 16, 3);
    put32(image, at + 20, 0x80007FF0);
    for (level = 0; level < 3; level++) {
        size_t entry = at + (level == 0 ? 24 : 16 + 24 * level + 8);

        if (level > 0)
            put16(image, at + 8 + 24 * level + 14, 1);
        put32(image, entry, ids[level]);
        put32(image, entry + 4,
              level < 2 ? 0x80000000U | (8 + 24 * (level + 1)) : 8 + 24 * (level + 1));
    }
    put32(image, at + 80, data_rva);
    put32(image, at + 84, data_size);
}

static struct image make_pe(const struct pe_plan *plan, size_t size)
{
    struct image image = image_new(size);
    size_t optional = PE + 24, sections = optional + pe_optional(plan);
    size_t directories = optional + (plan->plus ? 112 : 96);
    struct resource resource;
    uint32_t data_at = plan->data_in_tree ? plan->tree_at + 0x200 : plan->data_at;

    make_resource(&resource, true);
    put_dos(&image, PE);
    put_text(&image, PE, "PE");
    put16(&image, PE + 4, plan->plus ? 0x8664 : 0x14C);
    put16(&image, PE + 6, PE_SECTIONS);
    put32(&image, PE + 8, 805456200); /* 1995-07-11 09:50:00 */
    put16(&image, PE + 20, (unsigned)pe_optional(plan));
    put16(&image, optional, plan->plus ? 0x20B : 0x10B);
    put8(&image, optional + 2, 2);
    put8(&image, optional + 3, 60);
    put32(&image, optional + 32, 0x1000);
    put32(&image, optional + 60, 0x400);
    put32(&image, directories - 4, 16);
    put32(&image, directories + 16, 0x100000);
    put32(&image, directories + 20, 0x1000);
    put_section(&image, sections, 0x100000, 0x1000, plan->tree_at);
    put_section(&image, sections + 40, 0x200000, 0x1000, plan->data_at);
    put_tree(&image, plan->tree_at, plan->data_in_tree ? 0x100200 : 0x200000,
             (uint32_t)resource.bytes.size);
    put_resource(&image, data_at, &resource);
    wci_buffer_free(&resource.bytes);
    return image;
}

enum { NE = 0x100, NE_RESOURCES = 0x40, NE_NAMES = 0x60, NE_SHIFT = 9 };

/* A 16-bit module with its version at `version_at` (a multiple of 512) and its description at
 * `names_at`. */
static struct image make_ne(size_t version_at, size_t names_at, size_t size)
{
    static const char description[] = "\x1CMicrosoft Windows USER \xA9 ...";
    struct image image = image_new(size);
    struct resource resource;

    make_resource(&resource, false);
    put_dos(&image, NE);
    put_text(&image, NE, "NE");
    put8(&image, NE + 2, 5);
    put8(&image, NE + 3, 20);
    put16(&image, NE + 32, sizeof(description) - 1);
    put16(&image, NE + 36, NE_RESOURCES);
    put16(&image, NE + 38, NE_NAMES);
    put32(&image, NE + 44, (uint32_t)names_at);
    put8(&image, NE + 54, 2);
    put16(&image, NE + NE_RESOURCES, NE_SHIFT);
    put16(&image, NE + NE_RESOURCES + 2, 0x8010);
    put16(&image, NE + NE_RESOURCES + 4, 1);
    put16(&image, NE + NE_RESOURCES + 10, (unsigned)(version_at >> NE_SHIFT));
    put16(&image, NE + NE_RESOURCES + 12, 1); /* 512 bytes */
    put_text(&image, NE + NE_NAMES, "\x04USER");
    put_text(&image, names_at, description);
    put_resource(&image, version_at, &resource);
    wci_buffer_free(&resource.bytes);
    return image;
}

enum { LE = 0x80, LE_NAMES = 0xC4, LE_DESCRIPTION = 0x200, LE_VERSION = 0x300 };

static struct image make_le(const char *magic, size_t size)
{
    static const char description[] = "\x17Win386 SHELL Device 4.0";
    struct image image = image_new(size);
    struct resource resource;

    make_resource(&resource, false);
    put_dos(&image, LE);
    put_text(&image, LE, magic);
    put16(&image, LE + 10, 4);
    put32(&image, LE + 88, LE_NAMES);
    put32(&image, LE + 136, LE_DESCRIPTION);
    put32(&image, LE + 140, sizeof(description) - 1);
    put32(&image, LE + 0xB8, LE_VERSION);
    put32(&image, LE + 0xBC, (uint32_t)resource.bytes.size + 12);
    put_text(&image, LE + LE_NAMES, "\x05SHELL");
    put_text(&image, LE_DESCRIPTION, description);
    put8(&image, LE_VERSION, 0xFF);
    put16(&image, LE_VERSION + 1, 16);
    put8(&image, LE_VERSION + 3, 0xFF);
    put16(&image, LE_VERSION + 4, 1);
    put32(&image, LE_VERSION + 8, (uint32_t)resource.bytes.size);
    put_resource(&image, LE_VERSION + 12, &resource);
    wci_buffer_free(&resource.bytes);
    return image;
}

/* ---- scanning ------------------------------------------------------------------------------ */

/* The facts of the first `size` bytes, fed in pieces. `said` is the size that the scan is told. */
static struct wci_version scan_pieces(const struct image *image, size_t size, size_t piece,
                                      uint64_t said)
{
    struct wci_version facts;
    struct wcab_error err;
    /* a copy of the very size, so that AddressSanitizer sees any byte read behind it */
    uint8_t *copy = malloc(size + (size == 0));
    size_t at;

    if (copy == NULL)
        abort();
    memcpy(copy, image->data, size);
    memset(&facts, 0xEE, sizeof(facts));
    wci_version_scan_begin(scan, said);
    for (at = 0; at < size; at += piece)
        wci_version_scan_feed(scan, copy + at, size - at < piece ? size - at : piece);
    CHECK_EQ_INT(wci_version_scan_end(scan, arena, &facts, &err), WCAB_OK);
    free(copy);
    return facts;
}

static struct wci_version scan_whole(const struct image *image)
{
    return scan_pieces(image, image->size, image->size, image->size);
}

static struct wci_bytes string_of(const struct wci_version *facts, const char *key)
{
    size_t i;

    for (i = 0; i < facts->string_count; i++) {
        if (wci_bytes_equal(facts->strings[i].key, wci_bytes_of(key)))
            return facts->strings[i].value;
    }
    return (struct wci_bytes){NULL, 0};
}

static void check_resource(const struct wci_version *facts)
{
    CHECK(facts->has_fixed);
    CHECK(facts->file_version == FILE_950);
    CHECK(facts->product_version == PRODUCT_2222);
    CHECK(facts->has_language);
    CHECK_EQ_INT(facts->language, 0x409);
    CHECK_EQ_INT(facts->code_page, 1252);
    CHECK_EQ_INT(facts->string_count, 2);
    CHECK_EQ_BYTES(string_of(facts, "CompanyName"), "Caf\xC3\xA9 Ltd.");
    CHECK_EQ_BYTES(string_of(facts, "FileVersion"), "4.00.950");
    CHECK(!facts->incomplete);
}

static bool same_facts(const struct wci_version *a, const struct wci_version *b)
{
    struct wci_buffer left, right;
    bool same;

    wci_buffer_init(&left);
    wci_buffer_init(&right);
    wci_version_text(a, &left);
    wci_version_text(b, &right);
    same = left.ok && right.ok && left.size == right.size &&
           (left.size == 0 || memcmp(left.data, right.data, left.size) == 0) &&
           a->has_fixed == b->has_fixed && a->file_version == b->file_version &&
           a->product_version == b->product_version;
    wci_buffer_free(&left);
    wci_buffer_free(&right);
    return same;
}

/* Pieces of any size, and a size that wasn't known, give the same facts. */
static void check_pieces(const struct image *image)
{
    static const size_t pieces[] = {1, 3, 64, 511, 4096, 32768};
    struct wci_version whole = scan_whole(image);
    size_t i;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct wci_version a = scan_pieces(image, image->size, pieces[i], image->size);
        struct wci_version b = scan_pieces(image, image->size, pieces[i], WCI_VERSION_SIZE_UNKNOWN);

        CHECK(same_facts(&whole, &a));
        CHECK(same_facts(&whole, &b));
    }
    wci_arena_reset(arena);
}

/* No prefix gives a wrong fact, whether or not its end was announced; one that lacks the version
 * says so, once the header that points to it is there. */
static void check_prefixes(const struct image *image, size_t header_end)
{
    struct wci_version whole = scan_whole(image);
    size_t size;

    for (size = 0; size < image->size; size++) {
        struct wci_version cut = scan_pieces(image, size, 777, image->size);
        struct wci_version told = scan_pieces(image, size, 777, size);

        CHECK(same_facts(&cut, &told));
        if (cut.has_fixed)
            CHECK(cut.file_version == whole.file_version);
        else if (size >= header_end)
            CHECK(cut.incomplete);
        CHECK(cut.kind == whole.kind || size < header_end);
        if (cut.string_count < whole.string_count && size >= header_end)
            CHECK(cut.incomplete);
        if (size % 64 == 0)
            wci_arena_reset(arena);
    }
}

static void test_pe(void)
{
    const struct pe_plan plan = {.tree_at = 0x400, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x1400);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_PE32);
    CHECK(facts.has_linker);
    CHECK_EQ_INT(facts.linker_major, 2);
    CHECK_EQ_INT(facts.linker_minor, 60);
    CHECK(facts.has_timestamp);
    CHECK_EQ_INT(facts.timestamp, 805456200);
    CHECK_EQ_INT(facts.module.length, 0);
    check_pieces(&image);
    check_prefixes(&image, 0x400);
    free(image.data);
}

static void test_pe_plus_far_behind(void)
{
    const struct pe_plan plan = {.plus = true, .tree_at = 3000320, .data_at = 3100160};
    struct image image = make_pe(&plan, 3200000);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_PE32_PLUS);
    check_pieces(&image);
    free(image.data);
}

/* The tree lies behind the version: in the file's first 64 KiB that is still there, later it has
 * passed, and the facts say that something is missing. */
static void test_pe_backwards(void)
{
    const struct pe_plan near = {.tree_at = 300032, .data_at = 60416};
    const struct pe_plan far = {.tree_at = 300032, .data_at = 100352};
    struct image image = make_pe(&near, 310000);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    check_pieces(&image);
    free(image.data);
    image = make_pe(&far, 310000);
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_PE32);
    CHECK(!facts.has_fixed);
    CHECK(facts.incomplete);
    CHECK(facts.has_timestamp);
    check_pieces(&image);
    free(image.data);
}

/* Version bytes over the border of the first 64 KiB. */
static void test_pe_over_the_border(void)
{
    const struct pe_plan plan = {.tree_at = 65536 - 512 - 512, .data_in_tree = true};
    const struct pe_plan split = {.tree_at = 1024, .data_at = 65536 - 512};
    struct image image = make_pe(&plan, 80000);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    free(image.data);
    image = make_pe(&split, 80000);
    facts = scan_whole(&image);
    check_resource(&facts);
    check_pieces(&image);
    free(image.data);
}

static void test_pe_without_version(void)
{
    const struct pe_plan plan = {.tree_at = 0x400, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x1400);
    struct wci_version facts;

    put32(&image, 0x400 + 24, 9); /* accelerators */
    facts = scan_whole(&image);
    CHECK(!facts.has_fixed);
    CHECK(!facts.incomplete);
    CHECK_EQ_INT(facts.string_count, 0);
    put32(&image, PE + 24 + 96 + 16, 0); /* no resources at all */
    facts = scan_whole(&image);
    CHECK(!facts.incomplete);
    CHECK(facts.has_timestamp);
    free(image.data);
}

static void test_ne(void)
{
    struct image image = make_ne(0x400, 0x200, 0x600);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_NE);
    CHECK_EQ_INT(facts.linker_major, 5);
    CHECK_EQ_INT(facts.linker_minor, 20);
    CHECK(!facts.has_timestamp);
    CHECK_EQ_BYTES(facts.module, "USER");
    CHECK_EQ_BYTES(facts.description, "Microsoft Windows USER \xC2\xA9 ...");
    check_pieces(&image);
    check_prefixes(&image, 0x200);
    free(image.data);
    image = make_ne(1048576, 2000000, 2000100); /* both far behind */
    facts = scan_whole(&image);
    check_resource(&facts);
    CHECK_EQ_BYTES(facts.description, "Microsoft Windows USER \xC2\xA9 ...");
    check_pieces(&image);
    free(image.data);
    image = make_ne(2000384, 1000000, 2000896); /* and the other way round */
    facts = scan_whole(&image);
    check_resource(&facts);
    CHECK_EQ_BYTES(facts.description, "Microsoft Windows USER \xC2\xA9 ...");
    free(image.data);
}

static void test_ne_of_os2(void)
{
    struct image image = make_ne(0x400, 0x200, 0x600);
    struct wci_version facts;

    put8(&image, NE + 54, 1);
    facts = scan_whole(&image);
    CHECK_EQ_BYTES(facts.module, "USER");
    CHECK(!facts.has_fixed);
    CHECK(!facts.incomplete);
    free(image.data);
}

static void test_le(void)
{
    struct image image = make_le("LE", 0x600);
    struct wci_version facts = scan_whole(&image);

    check_resource(&facts);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_LE);
    CHECK(!facts.has_linker);
    CHECK_EQ_BYTES(facts.module, "SHELL");
    CHECK_EQ_BYTES(facts.description, "Win386 SHELL Device 4.0");
    check_pieces(&image);
    check_prefixes(&image, 0x200);
    free(image.data);
    image = make_le("LX", 0x600); /* OS/2's has other fields there */
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_LX);
    CHECK_EQ_BYTES(facts.module, "SHELL");
    CHECK(!facts.has_fixed);
    free(image.data);
}

static void test_others(void)
{
    static const struct {
        const char *text;
        enum wci_version_kind kind;
    } files[] = {{"", WCI_VERSION_NONE},
                 {"M", WCI_VERSION_NONE},
                 {"MZ", WCI_VERSION_MZ},
                 {"ZM\x90", WCI_VERSION_MZ},
                 {"plain text that is longer than a DOS header, and nothing else but text ........",
                  WCI_VERSION_NONE}};
    struct image image;
    struct wci_version facts;
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        image.size = strlen(files[i].text);
        image.data = (uint8_t *)(uintptr_t)files[i].text;
        facts = scan_whole(&image);
        CHECK_EQ_INT(facts.kind, files[i].kind);
        CHECK(!facts.incomplete);
        check_pieces(&image);
    }
    image = image_new(0x100);
    put_dos(&image, 0x80);
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_MZ);
    put_text(&image, 0x80, "W3");
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_W3);
    put_text(&image, 0x80, "W4");
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_W4);
    put_dos(&image, 0xFFFFFFFF);
    facts = scan_whole(&image);
    CHECK_EQ_INT(facts.kind, WCI_VERSION_MZ);
    CHECK(!facts.incomplete);
    free(image.data);
}

static void test_stored_form(void)
{
    static const char expected[] = "kind\0PE32\0machine\0x86\0linker\0"
                                   "2.60\0timestamp\0"
                                   "1995-07-11T09:50:00Z\0language\0"
                                   "0409\0codepage\0"
                                   "1252\0CompanyName\0Caf\xC3\xA9 Ltd.\0FileVersion\0"
                                   "4.00.950";
    const struct pe_plan plan = {.tree_at = 0x400, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x1400);
    struct wci_version facts = scan_whole(&image);
    struct wci_buffer text;

    wci_buffer_init(&text);
    wci_version_text(&facts, &text);
    CHECK(text.ok);
    CHECK_EQ_INT(text.size, sizeof(expected));
    if (text.size == sizeof(expected))
        CHECK_EQ_MEM(text.data, expected, sizeof(expected));
    wci_buffer_free(&text);
    free(image.data);
}

/* Languages of a version, of which all but one lead nowhere. */
static void check_language(const uint32_t *languages, unsigned count, unsigned right)
{
    enum { TREE = 0x400, LANGUAGES = 0x100, DATA = 80 };
    const struct pe_plan plan = {.tree_at = TREE, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x1400);
    struct wci_version facts;
    unsigned i;

    put32(&image, TREE + 52, 0x80000000U | LANGUAGES);
    put16(&image, TREE + LANGUAGES + 14, count);
    for (i = 0; i < count; i++) {
        put32(&image, TREE + LANGUAGES + 16 + 8 * i, languages[i]);
        put32(&image, TREE + LANGUAGES + 20 + 8 * i, i == right ? DATA : 0x7FF0);
    }
    facts = scan_whole(&image);
    check_resource(&facts);
    free(image.data);
}

static void test_best_language(void)
{
    static const uint32_t german[] = {0x407, 0x409, 0x40C}, neutral[] = {0x407, 0, 0x409},
                          others[] = {0x407, 0x40C};

    check_language(german, 3, 1);
    check_language(neutral, 3, 1);
    check_language(others, 2, 0);
}

/* ---- absurd ones --------------------------------------------------------------------------- */

static void test_tree_in_circles(void)
{
    const struct pe_plan plan = {.tree_at = 0x400, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x1400);
    struct wci_version facts;

    put32(&image, 0x400 + 28, 0x80000000); /* the version's directory is the root itself */
    facts = scan_whole(&image);
    CHECK(!facts.has_fixed);
    CHECK(facts.incomplete);
    check_pieces(&image);
    put32(&image, 0x400 + 28, 0xFFFFFFFF);
    facts = scan_whole(&image);
    CHECK(!facts.has_fixed);
    CHECK(facts.incomplete);
    free(image.data);
}

/* Each 16- and 32-bit field of the first bytes gets the largest and other odd values in turn: no
 * crash, no hang, no version but the right one or one that the field itself makes. */
static void check_absurd_fields(struct image *image, size_t until)
{
    static const uint32_t values[] = {0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFF, 0x8000, 1, 0};
    size_t at, i;
    uint8_t saved[4];

    for (at = 2; at + 4 <= until; at++) {
        memcpy(saved, image->data + at, 4);
        for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            struct wci_version facts;

            put32(image, at, values[i]);
            facts = scan_pieces(image, image->size, 900, image->size);
            CHECK(facts.kind != WCI_VERSION_NONE);
            CHECK(facts.string_count <= WCI_VERSION_STRINGS);
            memcpy(image->data + at, saved, 4);
            put16(image, at, values[i] & 0xFFFF);
            (void)scan_pieces(image, image->size, 900, WCI_VERSION_SIZE_UNKNOWN);
            memcpy(image->data + at, saved, 4);
        }
        wci_arena_reset(arena);
    }
}

static void test_absurd_fields(void)
{
    const struct pe_plan plan = {.tree_at = 0x200, .data_in_tree = true};
    struct image image = make_pe(&plan, 0x700);

    check_absurd_fields(&image, image.size);
    free(image.data);
    image = make_ne(0x400, 0x200, 0x600);
    check_absurd_fields(&image, image.size);
    free(image.data);
    image = make_le("LE", 0x580);
    check_absurd_fields(&image, image.size);
    free(image.data);
}

/* More strings than are kept, a key and a value longer than are kept. */
static void test_many_and_long_strings(void)
{
    struct image image = make_ne(0x400, 0x200, 0x10400);
    char key[200], value[3001];
    struct resource resource = {.wide = false};
    struct wci_version facts;
    size_t root, strings, table, i;

    memset(value, 'v', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    memset(key, 'k', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    wci_buffer_init(&resource.bytes);
    root = open_block(&resource, "VS_VERSION_INFO", 0);
    strings = open_block(&resource, "StringFileInfo", 0);
    table = open_block(&resource, "xyz", 0); /* no language: none is claimed */
    add_string(&resource, key, value);
    for (i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof(key), "Key%zu", i);
        add_string(&resource, key, "1");
    }
    close_block(&resource, table);
    close_block(&resource, strings);
    close_block(&resource, root);
    put_resource(&image, 0x400, &resource);
    put16(&image, NE + NE_RESOURCES + 12, 100);
    facts = scan_whole(&image);
    CHECK(!facts.has_fixed);
    CHECK(!facts.has_language);
    CHECK(facts.incomplete);
    CHECK_EQ_INT(facts.string_count, WCI_VERSION_STRINGS);
    CHECK_EQ_INT(facts.strings[0].key.length, WCI_VERSION_KEY_BYTES);
    CHECK_EQ_INT(facts.strings[0].value.length, WCI_VERSION_VALUE_BYTES);
    CHECK_EQ_BYTES(facts.strings[1].key, "Key0");
    wci_buffer_free(&resource.bytes);
    free(image.data);
}

/* What one file left behind must not be seen in the next one. */
static void test_scan_is_reusable(void)
{
    struct image ne = make_ne(0x400, 0x200, 0x600), le = make_le("LE", 0x600);
    struct image empty = {ne.data, 0};
    struct wci_version first = scan_whole(&ne), again, none;

    wci_version_scan_begin(scan, le.size); /* one that is given up */
    wci_version_scan_feed(scan, le.data, 300);
    again = scan_whole(&ne);
    CHECK(same_facts(&first, &again));
    none = scan_whole(&empty);
    CHECK_EQ_INT(none.kind, WCI_VERSION_NONE);
    CHECK_EQ_INT(none.string_count, 0);
    CHECK_EQ_INT(none.module.length, 0);
    free(ne.data);
    free(le.data);
}

int main(void)
{
    scan = wci_version_scan_new();
    arena = wci_arena_new();
    if (scan == NULL || arena == NULL)
        return 1;
    RUN(test_pe);
    RUN(test_pe_plus_far_behind);
    RUN(test_pe_backwards);
    RUN(test_pe_over_the_border);
    RUN(test_pe_without_version);
    RUN(test_ne);
    RUN(test_ne_of_os2);
    RUN(test_le);
    RUN(test_others);
    RUN(test_stored_form);
    RUN(test_best_language);
    RUN(test_tree_in_circles);
    RUN(test_absurd_fields);
    RUN(test_many_and_long_strings);
    RUN(test_scan_is_reusable);
    wci_version_scan_free(scan);
    wci_arena_free(arena);
    return check_report();
}
