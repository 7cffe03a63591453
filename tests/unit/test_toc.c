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
#include "indexer/toc/unpack_once.h"
#include "media/cabinet/cab.h"

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

static void check_mssetup(void)
{
    CHECK(
        parse(WCI_TOC_INF,
              "[Source Media Descriptions]\r\n"
              "    \"1\", \"Win32s Setup Disk 1\", \"disk1\", \".\"\r\n"
              "    \"2\", \"Win32s Setup Disk 2\", \"tag file\", \"..\\disk2\"\r\n"
              "[Default File Settings]\r\n\"STF_BACKUP\" = \"\"\r\n"
              "[Win32s]\r\n"
              "  2, win32s16.dll,,,, 1993-09-23,,,, !READONLY,,,,,, 123456, SYSTEM,,, 1.15.0.0,\r\n"
              "  \"w\" = 1, bin\\w32sys.dll,, w32sys2.dll,, 1993-09-23,,,,,,,,,, 77,,,, 1.1,\r\n"
              "  9, nodisk.dll\r\n"));
    CHECK_EQ_INT(toc.file_count, 2);
    CHECK(is(disk_of("win32s16.dll")->title, "Win32s Setup Disk 2"));
    CHECK(is(disk_of("win32s16.dll")->tag, "disk2"));
    CHECK_EQ_INT(file_called("win32s16.dll")->size, 123456);
    CHECK_EQ_INT(file_called("win32s16.dll")->version, 0x0001000F00000000);
    CHECK(is(disk_of("w32sys.dll")->id, "1"));
    CHECK(is(file_called("w32sys.dll")->folder, "bin"));
    CHECK_EQ_INT(file_called("w32sys.dll")->size, 77);
}

static void check_nt31(void)
{
    CHECK(parse(WCI_TOC_INF,
                "[Source Media Descriptions]\n"
                "    1 = \"Windows NT Setup Disk #1\" , TAGFILE = disk1\n"
                "    2 = \"Windows NT CD-ROM Disk\"   , TAGFILE = disk2\n"
                "[Files-I386]\n"
                "2, ACLEDIT.DLL, SIZE=91136\nkey = 2, NTVDM.EXE , SIZE=512\n# a remark\n"));
    CHECK(is(disk_of("ACLEDIT.DLL")->tag, "disk2"));
    CHECK_EQ_INT(file_called("ACLEDIT.DLL")->size, 91136);
    CHECK_EQ_INT(file_called("ACLEDIT.DLL")->flags, WCI_TOC_ROUNDED);
    CHECK_EQ_INT(file_called("NTVDM.EXE")->size, 512);
    CHECK(parse(WCI_TOC_DOSNET, "[Directories]\nd1 = \\\nd2 = \\SYSTEM\n[Files]\n"
                                "d1,CALC.EXE\nd2,KERNEL32.DLL,K.DLL\nd9,NO.DLL\n"
                                "[FloppyFiles.0]\nd1,NTLDR\n"));
    CHECK_EQ_INT(toc.file_count, 3);
    CHECK(is(file_called("KERNEL32.DLL")->folder, "SYSTEM"));
    CHECK(is(file_called("NTLDR")->folder, ""));
}

static void check_win3(void)
{
    CHECK(parse(WCI_TOC_INF,
                "[setup]\r\n  help = setup.hlp\r\n[disks]\r\n"
                "  1 =. ,\"Microsoft Windows 3.1 Disk 1\",disk1\r\n"
                "  2 =. ,\"Microsoft Windows 3.1 Disk 2\",disk2\r\n"
                "[windows]\r\n2:CALC.EXE,     \"Calculator\"\r\n2:CALC.EXE\r\n"
                "[display]\r\nvga = 1:vga.drv, \"VGA\", \"100,96,96\", 2:vgacolor.gr2\r\n"
                "x = http://host\r\n"));
    CHECK_EQ_INT(toc.file_count, 3);
    CHECK(is(disk_of("CALC.EXE")->tag, "disk2"));
    CHECK(is(disk_of("vga.drv")->title, "Microsoft Windows 3.1 Disk 1"));
    CHECK(is(disk_of("vgacolor.gr2")->id, "2"));
    CHECK(!parse(WCI_TOC_INF, "[Version]\nSignature=\"$CHICAGO$\"\n"));
}

static void check_lst(void)
{
    CHECK(parse(
        WCI_TOC_LST,
        "[BootStrap]\r\nFile1=1,,SETUP1.EX_,SETUP1.EXE,$(WinPath),,,8/15/1995,202240,4.0.29.2\r\n"
        "[Files]\r\nFile1=2,SPLIT,VB40016.DL_,VB40016.DLL,$(WinSysPath),,$(Shared),"
        "8/15/1995,935632,4.0.24.22\r\n"));
    CHECK_EQ_INT(toc.file_count, 2);
    CHECK(is(disk_of("VB40016.DLL")->id, "2"));
    CHECK(is(file_called("VB40016.DLL")->packed, "VB40016.DL_"));
    CHECK_EQ_INT(file_called("VB40016.DLL")->size, 935632);
    CHECK_EQ_INT(file_called("VB40016.DLL")->version, 0x0004000000180016);
    CHECK(parse(WCI_TOC_LST, "[Params]\nWndTitle=x\n[Files]\nmscomstf.dl_ = mscomstf.dll\n"));
    CHECK_EQ_INT(toc.file_count, 1);
    CHECK(is(file_called("mscomstf.dll")->packed, "mscomstf.dl_"));
}

static void check_packing(void)
{
    CHECK(parse(WCI_TOC_PACKING, "This file lists the files of MS-DOS.\r\n\r\nSetup Disk #1\r\n"
                                 "-------------\r\n AUTOEXEC.BAT\r\n EXPAND.EXE \r\n"
                                 "Setup Disk #2\r\n HIMEM.SY_    HIMEM.SYS\r\n"
                                 " See the file README.TXT for more.\r\n"));
    CHECK_EQ_INT(toc.file_count, 3);
    CHECK(is(disk_of("HIMEM.SYS")->title, "Setup Disk #2"));
    CHECK(is(file_called("HIMEM.SYS")->packed, "HIMEM.SY_"));
    CHECK(is(disk_of("EXPAND.EXE")->id, "1"));
    CHECK(!parse(WCI_TOC_PACKING, "nothing of the kind\n"));
}

static bool parse_bytes(enum wci_toc_kind kind, const void *data, size_t size)
{
    wci_arena_reset(arena);
    wci_toc_init(&toc, arena);
    return wci_toc_parse(&toc, kind, (struct wci_bytes){data, size});
}

static void check_binary(void)
{
    static const char setup[] = "\2\0[prompt]\0\0[dist_label]\0"
                                "[prompt]\0Setup Disk #1\0Setup Disk #2\0"
                                "[dist_label]\0DISK      1\0DISK      2\0[other]\0x\0";
    static const char pkg[] = "\1\0\5Group\2\0\0\0\0\0\x10\0\0\0\7one.exe\0"
                              "\0\0\x20\0\0\0\7two.dll\0\6data.z";
    size_t i;

    CHECK(parse_bytes(WCI_TOC_DOSSETUP, setup, sizeof(setup)));
    CHECK_EQ_INT(toc.disk_count, 2);
    CHECK(is(toc.disks[1].title, "Setup Disk #2"));
    CHECK(is(toc.disks[1].tag, "DISK      2"));
    CHECK(parse_bytes(WCI_TOC_PKG, pkg, sizeof(pkg) - 1));
    CHECK_EQ_INT(toc.file_count, 2);
    CHECK(is(disk_of("two.dll")->cabinet, "data.z"));
    for (i = 0; i + 1 < sizeof(pkg); i++) {
        CHECK(!parse_bytes(WCI_TOC_PKG, pkg, i));
        CHECK_EQ_INT(toc.file_count, 0);
    }
}

static void check_cif(void)
{
    CHECK(parse(WCI_TOC_CIF, "[Version]\r\nDisplayName=\"IE\"\r\n[BASEIE40_Win]\r\n"
                             "URL1=\"IE4_S1.CAB\",3\r\nSize1=100,110\r\nURL2=IE4_S2.CAB,3\r\n"));
    CHECK_EQ_INT(toc.file_count, 2);
    CHECK(file_called("IE4_S2.CAB") != NULL);
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

/* What is unpacked of a cabinet: the release's facts where they are passed over anyhow. */
static void check_rows(void)
{
    struct wci_entry entries[] = {
        {.name.bytes = wci_bytes_of("SETUPX.DLL"), .cab_folder = 0, .locator = 9, .size = 9},
        {.name.bytes = wci_bytes_of("locale.inf"), .cab_folder = 0, .locator = 0, .size = 9},
        {.name.bytes = wci_bytes_of("setuppp.inf"), .cab_folder = 1, .locator = 0, .size = 9},
        {.name.bytes = wci_bytes_of("layout.inf"), .cab_folder = 1, .locator = 9, .size = 9},
        {.name.bytes = wci_bytes_of("setuppp.inf"), .cab_folder = 1, .locator = 18, .size = 9}};
    struct wci_container cabinet = {.entries = entries, .entry_count = 5};
    uint32_t rows[8], i;

    /* their hours tell no release: what is dear is asked */
    CHECK_EQ_INT(wci_toc_cabinet_rows(&cabinet, false, rows, 8), 5);
    for (i = 0; i < 5; i++)
        entries[i].modified = 20 << 11 | 1 << 5;
    CHECK_EQ_INT(wci_toc_cabinet_rows(&cabinet, true, rows, 8), 5);
    CHECK_EQ_INT(wci_toc_cabinet_rows(&cabinet, false, rows, 8), 3);
    CHECK_EQ_INT(rows[0], 1);
    CHECK_EQ_INT(rows[1], 2);
    CHECK_EQ_INT(rows[2], 3);
    entries[3].name.bytes = wci_bytes_of("other.txt"); /* no table: nothing is worth it */
    CHECK_EQ_INT(wci_toc_cabinet_rows(&cabinet, true, rows, 8), 0);
}

/* ---- unpacking once ----------------------------------------------------------------------- */

/* A cabinet of one stored file LAYOUT.INF. */
static void compose(const char *text, struct wci_buffer *out)
{
    uint32_t size = (uint32_t)strlen(text), first = 36 + 8 + 16 + 11;

    wci_buffer_put(out, "MSCF\0\0\0", 8);
    wci_buffer_u32(out, first + 8 + size);
    wci_buffer_u32(out, 0);
    wci_buffer_u32(out, 36 + 8);
    wci_buffer_u32(out, 0);
    wci_buffer_u16(out, 0x0103);
    wci_buffer_u16(out, 1);
    wci_buffer_u16(out, 1);
    wci_buffer_u16(out, 0);
    wci_buffer_u16(out, 7);
    wci_buffer_u16(out, 0);
    wci_buffer_u32(out, first);
    wci_buffer_u16(out, 1);
    wci_buffer_u16(out, 0);
    wci_buffer_u32(out, size);
    wci_buffer_u32(out, 0);
    wci_buffer_u16(out, 0);
    wci_buffer_u16(out, 0x2000);
    wci_buffer_u16(out, 0x4000);
    wci_buffer_u16(out, 0x20);
    wci_buffer_put(out, "LAYOUT.INF", 11);
    wci_buffer_u32(out, 0);
    wci_buffer_u16(out, (uint16_t)size);
    wci_buffer_u16(out, (uint16_t)size);
    wci_buffer_put(out, text, size);
}

/* Unpacks the table of a cabinet; returns how many bytes were decoded for it. */
static uint64_t unpack(struct wci_toc_cache *cache, const char *text)
{
    struct wci_budget budget;
    struct wci_container container = {.parent = WCI_NONE};
    struct wci_visitor visitor = {.context = NULL};
    struct wci_source *source = NULL;
    struct wci_buffer bytes;
    const uint32_t row = 0;
    uint64_t before;

    wci_buffer_init(&bytes);
    compose(text, &bytes);
    wci_budget_init(&budget, &wci_limits_default, bytes.size, NULL);
    before = budget.bytes_left;
    CHECK_EQ_INT(wci_source_open_memory(bytes.data, bytes.size, &source, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_cab_read(source, 0, arena, &visitor, &container, NULL), WCAB_OK);
    wci_toc_init(&toc, arena);
    CHECK_EQ_INT(
        wci_toc_unpack_once(cache, &toc,
                            &(struct wci_toc_cabinet){source, &container, &row, 1, &budget}, NULL),
        WCAB_OK);
    wci_source_close(source);
    wci_buffer_free(&bytes);
    return before - budget.bytes_left;
}

static void check_unpack_once(void)
{
    static const char text[] =
        "[SourceDisksNames]\n1=\"D\",\"A.CAB\",0\n[SourceDisksFiles]\nx.txt=1,,9\n";
    static const char other[] =
        "[SourceDisksNames]\n1=\"D\",\"B.CAB\",0\n[SourceDisksFiles]\nx.txt=1,,9\n";
    struct wci_toc_cache *cache = wci_toc_cache_new();

    CHECK_EQ_INT(unpack(cache, text), sizeof(text) - 1);
    CHECK(is(disk_of("x.txt")->cabinet, "A.CAB"));
    CHECK_EQ_INT(unpack(cache, text), 0);
    CHECK(is(disk_of("x.txt")->cabinet, "A.CAB"));
    CHECK_EQ_INT(unpack(cache, other), sizeof(other) - 1); /* the same directory, other bytes */
    CHECK(is(disk_of("x.txt")->cabinet, "B.CAB"));
    CHECK_EQ_INT(unpack(NULL, text), sizeof(text) - 1);
    CHECK(is(disk_of("x.txt")->cabinet, "A.CAB"));
    wci_toc_cache_free(cache);
}

int main(void)
{
    arena = wci_arena_new();
    RUN(check_kinds);
    RUN(check_layout);
    RUN(check_utf16);
    RUN(check_release);
    RUN(check_numbers);
    RUN(check_mssetup);
    RUN(check_nt31);
    RUN(check_win3);
    RUN(check_lst);
    RUN(check_packing);
    RUN(check_binary);
    RUN(check_cif);
    RUN(check_record);
    RUN(check_rows);
    RUN(check_unpack_once);
    wci_arena_free(arena);
    return check_report();
}
