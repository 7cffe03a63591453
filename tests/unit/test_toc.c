/*
 * test_toc - tables of contents: each kind by a small one of its own, and what is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "indexer/toc/collect.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

static struct wci_arena *arena;
static struct wci_toc toc;

static bool parse(enum wci_toc_kind kind, const char *text)
{
    wci_arena_reset(arena);
    wci_toc_init(&toc, arena);
    return wci_toc_parse(&toc, kind, wci_bytes_of(text));
}

static bool is(struct wci_bytes bytes, const char *text)
{
    return wci_bytes_equal(bytes, wci_bytes_of(text));
}

static const struct wci_toc_file *file_called(const char *name)
{
    size_t i;

    for (i = 0; i < toc.file_count; i++) {
        if (is(toc.files[i].name, name))
            return &toc.files[i];
    }
    return NULL;
}

static const struct wci_toc_disk *disk_of(const char *name)
{
    const struct wci_toc_file *file = file_called(name);

    return file == NULL || file->disk == WCI_NONE ? NULL : &toc.disks[file->disk];
}

static void check_kinds(void)
{
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("layout.inf")), WCI_TOC_LAYOUT);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("LAYOUT2.INF")), WCI_TOC_LAYOUT);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("TXTSETUP.SI_")), WCI_TOC_LAYOUT);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("32SINST.IN_")), WCI_TOC_INF);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("SETUP.LS$")), WCI_TOC_LST);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("SETUP.EXE")), WCI_TOC_NONE);
    CHECK_EQ_INT(wci_toc_kind_of(wci_bytes_of("")), WCI_TOC_NONE);
}

static void check_layout(void)
{
    CHECK(parse(WCI_TOC_LAYOUT, "[Version]\r\nsignature=\"$CHICAGO$\"\r\n"
                                "[SourceDisksNames]\r\n"
                                "; a comment\r\n"
                                "1=\"Windows 95 Disk 1\",\"PRECOPY1.CAB\",0\r\n"
                                "3=%disk%,win95_02.cab,0 ; another\r\n"
                                "[SourceDisksFiles]\r\n"
                                "mini.cab=0,,441905\r\n"
                                "mapi32.dll=3,,725184\r\n"
                                "..\\evil=3,,1\r\n"
                                "nosize.txt=1\r\n"
                                "[Strings]\r\ndisk=\"Windows 95 Disk 2; last\"\r\n"));
    CHECK_EQ_INT(toc.file_count, 3);
    CHECK(is(disk_of("mapi32.dll")->cabinet, "win95_02.cab"));
    CHECK(is(disk_of("mapi32.dll")->title, "Windows 95 Disk 2; last"));
    CHECK(is(disk_of("mapi32.dll")->id, "3"));
    CHECK_EQ_INT(file_called("mapi32.dll")->size, 725184);
    CHECK(is(disk_of("mini.cab")->cabinet, ""));
    CHECK(!file_called("nosize.txt")->has_size);
    CHECK(!parse(WCI_TOC_LAYOUT, "[Manufacturer]\r\nx=y\r\n"));
}

static void check_utf16(void)
{
    static const char text[] = "[SourceDisksFiles]\r\nacpi.sys=1,,3\r\n";
    char wide[2 * sizeof(text)] = "\xFF\xFE";
    size_t i;

    for (i = 0; i + 1 < sizeof(text); i++) {
        wide[2 + 2 * i] = text[i];
        wide[3 + 2 * i] = '\0';
    }
    wci_arena_reset(arena);
    wci_toc_init(&toc, arena);
    CHECK(wci_toc_parse(&toc, WCI_TOC_LAYOUT, (struct wci_bytes){wide, 2 * sizeof(text)}));
    CHECK(file_called("acpi.sys") != NULL);
}

static void check_release(void)
{
    CHECK(parse(WCI_TOC_LOCALE, "[reg]\r\nHKLM,\"Nls\\Locale\",Resource_Locale,,\"00000416\"\r\n"));
    CHECK(is(wci_toc_fact_of(&toc, "locale"), "00000416"));
    CHECK(parse(WCI_TOC_SETUPPP, "[Strings]\r\nProductType=9\r\nSubVersionString=\" B\"\r\n"));
    CHECK(is(wci_toc_fact_of(&toc, "subversion"), " B"));
    CHECK(is(wci_toc_fact_of(&toc, "product_type"), "9"));
    CHECK(!parse(WCI_TOC_LOCALE, "nothing"));
}

static void check_numbers(void)
{
    uint64_t number;

    CHECK(wci_inf_number(wci_bytes_of("1234567"), &number) && number == 1234567);
    CHECK(!wci_inf_number(wci_bytes_of("12x"), &number));
    CHECK(!wci_inf_number(wci_bytes_of(""), &number));
    CHECK(!wci_inf_number(wci_bytes_of("99999999999999999999"), &number));
    CHECK_EQ_INT(wci_inf_version(wci_bytes_of("4.70.0.1055")), 0x000400460000041F);
    CHECK_EQ_INT(wci_inf_version(wci_bytes_of("1.15")), 0x0001000F00000000);
    CHECK_EQ_INT(wci_inf_version(wci_bytes_of("70000.1")), 0);
    CHECK_EQ_INT(wci_inf_version(wci_bytes_of("1..2")), 0);
    CHECK_EQ_INT(wci_inf_version(wci_bytes_of("x")), 0);
}

/* The record: disks, facts and files as entries of a container. */
static void check_record(void)
{
    struct wci_container container = {.parent = 0};

    CHECK(parse(WCI_TOC_LAYOUT, "[SourceDisksNames]\n2=\"A\tdisk\",\"X.CAB\",0\n"
                                "[SourceDisksFiles]\nfile.txt=2,,9\n"));
    wci_toc_fact(&toc, "locale", wci_bytes_of("0409"));
    CHECK_EQ_INT(wci_toc_record(&toc, arena, &container, NULL), WCAB_OK);
    CHECK_EQ_INT(container.kind, WCI_CONTAINER_CONTENTS);
    CHECK_EQ_INT(container.entry_count, 3);
    CHECK(is(container.entries[0].folder, "2\tA disk\tX.CAB\t\t"));
    CHECK_EQ_INT(container.entries[0].attributes, WCI_CONTENTS_DISK);
    CHECK(is(container.entries[1].folder, "locale=0409"));
    CHECK(is(container.entries[2].name.bytes, "file.txt"));
    CHECK_EQ_INT(container.entries[2].cab_folder, 0);
    CHECK_EQ_INT(container.entries[2].size, 9);
}

int main(void)
{
    arena = wci_arena_new();
    RUN(check_kinds);
    RUN(check_layout);
    RUN(check_utf16);
    RUN(check_release);
    RUN(check_numbers);
    RUN(check_record);
    wci_arena_free(arena);
    return check_report();
}
