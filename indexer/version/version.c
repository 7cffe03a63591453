/*
 * version - see version.h: the DOS header and the choice of format, running the readers, the stored
 * form.  The stream and its ranges: version_scan.c.
 */
#include "indexer/version/version.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/version/version_scan.h"

/* Each run of a reader answers one more range; none needs as many. */
enum { RUN_LIMIT = 64 };

/* The newer header's first bytes say which it is. */
static void read_newer(struct wci_version_scan *scan, uint64_t header)
{
    struct wci_cursor cursor = wci_version_want(scan, header, 4);
    uint16_t magic = wci_cursor_u16(&cursor);

    switch (magic) {
    case 0x454E: /* NE */
        wci_version_ne(scan, header);
        return;
    case 0x454C: /* LE */
    case 0x584C: /* LX */
        scan->facts.kind = magic == 0x454C ? WCI_VERSION_LE : WCI_VERSION_LX;
        wci_version_le(scan, header);
        return;
    case 0x4550: /* PE\0\0 */
        if (wci_cursor_u16(&cursor) == 0 && cursor.ok)
            wci_version_pe(scan, header);
        return;
    case 0x3357:
        scan->facts.kind = WCI_VERSION_W3;
        return;
    case 0x3457:
        scan->facts.kind = WCI_VERSION_W4;
        return;
    default:
        return;
    }
}

/*
 * The DOS header: e_lfanew at 3Ch.  Whether there is one is not asked of e_lfarlc (18h, 40h in
 * newer files): Windows doesn't ask either.  An offset over the file's end is an old program's code
 * or data.
 */
static void read_file(struct wci_version_scan *scan)
{
    struct wci_cursor cursor = wci_version_want(
        scan, 0, scan->size < WCI_VERSION_DOS_HEADER ? scan->size : WCI_VERSION_DOS_HEADER);
    uint16_t magic = wci_cursor_u16(&cursor);
    uint32_t header;

    if (magic != 0x5A4D && magic != 0x4D5A) {
        scan->facts.incomplete = false;
        return;
    }
    scan->facts.kind = WCI_VERSION_MZ;
    scan->facts.incomplete = false; /* short ones are whole, too */
    wci_cursor_seek(&cursor, 0x3C);
    header = wci_cursor_u32(&cursor);
    if (magic == 0x5A4D && cursor.ok && header >= 4 && header < scan->size)
        read_newer(scan, header);
    if (scan->facts.kind == WCI_VERSION_MZ)
        scan->facts.incomplete = false;
}

static void run(struct wci_version_scan *scan)
{
    scan->runs++;
    scan->wake = UINT64_MAX;
    memset(&scan->facts, 0, sizeof(scan->facts));
    read_file(scan);
    if (scan->wake == UINT64_MAX || scan->runs >= RUN_LIMIT)
        scan->idle = true;
}

void wci_version_scan_feed(struct wci_version_scan *scan, const uint8_t *data, size_t size)
{
    while (size > 0 && !scan->idle) {
        size_t part = size;

        if (scan->wake > scan->position && scan->wake - scan->position < part)
            part = (size_t)(scan->wake - scan->position);
        wci_version_take(scan, data, part);
        scan->position += part;
        data += part;
        size -= part;
        if (scan->position >= scan->wake)
            run(scan);
    }
    scan->position += size;
}

enum wcab_err wci_version_scan_end(struct wci_version_scan *scan, struct wci_arena *arena,
                                   struct wci_version *facts, struct wcab_error *err)
{
    scan->size = scan->position;
    scan->final = true;
    scan->arena = arena;
    run(scan);
    scan->idle = true;
    scan->arena = NULL;
    if (scan->no_memory)
        return wci_error_nomem(err);
    *facts = scan->facts;
    return WCAB_OK;
}

/* ---- the stored form ----------------------------------------------------------------------- */

/* "PE32", "NE" ...; "" for NONE. */
static const char *kind_name(enum wci_version_kind kind)
{
    switch (kind) {
    case WCI_VERSION_NONE:
        return "";
    case WCI_VERSION_MZ:
        return "MZ";
    case WCI_VERSION_NE:
        return "NE";
    case WCI_VERSION_LE:
        return "LE";
    case WCI_VERSION_LX:
        return "LX";
    case WCI_VERSION_PE32:
        return "PE32";
    case WCI_VERSION_PE32_PLUS:
        return "PE32+";
    case WCI_VERSION_W3:
        return "W3";
    case WCI_VERSION_W4:
        return "W4";
    }
    return "";
}

static void put_pair(struct wci_buffer *out, struct wci_bytes key, struct wci_bytes value)
{
    wci_buffer_put(out, key.data, key.length);
    wci_buffer_u8(out, 0);
    wci_buffer_put(out, value.data, value.length);
    wci_buffer_u8(out, 0);
}

static void put_fact(struct wci_buffer *out, const char *key, const char *value)
{
    put_pair(out, wci_bytes_of(key), wci_bytes_of(value));
}

/* Microsoft's PE and COFF specification, and WINNT.H of Windows NT 4. */
static const char *machine_name(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } machines[] = {{0x014C, "x86"},     {0x0162, "MIPS"},    {0x0166, "MIPS"},
                    {0x0168, "MIPS"},    {0x0169, "MIPS"},    {0x0184, "Alpha"},
                    {0x0284, "Alpha"},   {0x01F0, "PowerPC"}, {0x01F1, "PowerPC"},
                    {0x01F2, "PowerPC"}, {0x0200, "Itanium"}, {0x8664, "x64"},
                    {0x01C0, "ARM"},     {0x01C2, "ARM"},     {0x01C4, "ARM"},
                    {0xAA64, "ARM64"},   {0x01A2, "SH-3"},    {0x01A6, "SH-4"}};
    size_t i;

    for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (machines[i].machine == machine)
            return machines[i].name;
    }
    return NULL;
}

static void put_timestamp(struct wci_buffer *out, uint32_t timestamp)
{
    time_t when = (time_t)timestamp;
    struct tm parts;
    char text[32];

    if (gmtime_r(&when, &parts) == NULL || strftime(text, sizeof(text), "%FT%TZ", &parts) == 0)
        return;
    put_fact(out, "timestamp", text);
}

static void put_facts(const struct wci_version *facts, struct wci_buffer *out)
{
    char text[32];

    put_fact(out, "kind", kind_name(facts->kind));
    if (machine_name(facts->machine) != NULL)
        put_fact(out, "machine", machine_name(facts->machine));
    if (facts->has_linker) {
        (void)snprintf(text, sizeof(text), "%u.%02u", facts->linker_major, facts->linker_minor);
        put_fact(out, "linker", text);
    }
    if (facts->has_timestamp)
        put_timestamp(out, facts->timestamp);
    if (facts->has_language) {
        (void)snprintf(text, sizeof(text), "%04X", facts->language);
        put_fact(out, "language", text);
        (void)snprintf(text, sizeof(text), "%u", facts->code_page);
        put_fact(out, "codepage", text);
    }
    if (facts->module.length > 0)
        put_pair(out, wci_bytes_of("module"), facts->module);
    if (facts->description.length > 0)
        put_pair(out, wci_bytes_of("description"), facts->description);
    if (facts->incomplete)
        put_fact(out, "incomplete", "yes");
}

void wci_version_text(const struct wci_version *facts, struct wci_buffer *out)
{
    size_t i;

    if (facts->kind == WCI_VERSION_NONE)
        return;
    put_facts(facts, out);
    for (i = 0; i < facts->string_count; i++)
        put_pair(out, facts->strings[i].key, facts->strings[i].value);
}
