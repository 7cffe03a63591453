/* executable.c: see executable.h. Formats: Microsoft's PE/COFF specification; the NE header of
 * KB article Q65260; LE header and VxD version resource of the Windows 95 DDK; VS_VERSIONINFO of
 * the Windows SDK (32-bit: UTF-16 strings and a type word; 16-bit: ANSI strings without). */
#include "executable.h"

#include <stdio.h>
#include <string.h>

enum {
    HEADER_AT = 0x80,      /* where the DOS header points */
    PE_RESOURCES_AT = 512, /* in the file */
    PE_RESOURCES_RVA = 0x1000,
    PE_ALIGN = 512,
    LEAST_SIZE = 1792
};

static const char *const dos_names[] = {
    "ATTRIB.EXE",   "CHKDSK.EXE",   "DEBUG.EXE",  "DELTREE.EXE", "DRVSPACE.EXE", "EMM386.EXE",
    "EXTRACT.EXE",  "FC.EXE",       "FDISK.EXE",  "FIND.EXE",    "INTERLNK.EXE", "LABEL.EXE",
    "MEM.EXE",      "MOVE.EXE",     "MSCDEX.EXE", "NET.EXE",     "NLSFUNC.EXE",  "PROTMAN.EXE",
    "SCANDISK.EXE", "SCANPROG.EXE", "SETVER.EXE", "SHARE.EXE",   "SMARTDRV.EXE", "SORT.EXE",
    "START.EXE",    "SUBST.EXE",    "XCOPY.EXE",  "XCOPY32.EXE", "XMSMMGR.EXE",  "DOSX.EXE",
    "WB16OFF.EXE",  "OEMSETUP.EXE", "WIN386.EXE", "QBASIC.EXE",  "EXPAND.EXE",   NULL};

static const char *const ne_names[] = {"USER.EXE",
                                       "GDI.EXE",
                                       "KRNL386.EXE",
                                       "SETUP.EXE",
                                       "PROGMAN.EXE",
                                       "WINFILE.EXE",
                                       "SYSEDIT.EXE",
                                       "PACKAGER.EXE",
                                       "CARDFILE.EXE",
                                       "CALENDAR.EXE",
                                       "WINHELP.EXE",
                                       "WRITE.EXE",
                                       "DRWATSON.EXE",
                                       "TASKMAN.EXE",
                                       "CLIPBRD.EXE",
                                       "SYSDETMG.DLL",
                                       "COMMCTRL.DLL",
                                       "KOMMCTRL.DLL",
                                       "COMMDLG.DLL",
                                       "MMSYSTEM.DLL",
                                       "TOOLHELP.DLL",
                                       "VER.DLL",
                                       "LZEXPAND.DLL",
                                       "SHELL.DLL",
                                       "OLE2.DLL",
                                       "OLE2DISP.DLL",
                                       "OLE2NLS.DLL",
                                       "OLE2CONV.DLL",
                                       "OLECLI.DLL",
                                       "OLESVR.DLL",
                                       "STORAGE.DLL",
                                       "TYPELIB.DLL",
                                       "COMPOBJ.DLL",
                                       "DDEML.DLL",
                                       "WINSOCK.DLL",
                                       "NETAPI.DLL",
                                       "NETDI.DLL",
                                       "MAPI.DLL",
                                       "AVIFILE.DLL",
                                       "MSVIDEO.DLL",
                                       "CTL3DV2.DLL",
                                       "PIFMGR.DLL",
                                       "SETUPX.DLL",
                                       "DIBENG.DLL",
                                       "UNIDRV.DLL",
                                       "ICONLIB.DLL",
                                       "MORICONS.DLL",
                                       "RASAPI16.DLL",
                                       "W95INF16.DLL",
                                       "SUEXPAND.DLL",
                                       "WIN87EM.DLL",
                                       "POWER.DRV",
                                       NULL};

static bool is_listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool has_type(const char *name, const char *types)
{
    const char *dot = strrchr(name, '.');
    if (!dot || strlen(dot) != 4)
        return false;
    return strstr(types, dot) != NULL;
}

enum wcgen_executable_kind wcgen_executable_kind(const char *name)
{
    if (is_listed(dos_names, name))
        return WCGEN_MZ;
    if (has_type(name, ".VXD.386.PDR"))
        return WCGEN_LE;
    if (is_listed(ne_names, name) || has_type(name, ".DRV.MOD.NEW"))
        return WCGEN_NE;
    if (has_type(name, ".DLL.EXE.OCX.SCR.CPL.MPD"))
        return WCGEN_PE;
    return WCGEN_NOT_EXECUTABLE;
}

size_t wcgen_executable_least_size(const char *name)
{
    enum wcgen_executable_kind kind = wcgen_executable_kind(name);
    return kind == WCGEN_NOT_EXECUTABLE || kind == WCGEN_MZ ? 0 : LEAST_SIZE;
}

struct version {
    unsigned part[4];
    char text[24];    /* 4.0.0.950 */
    char display[24]; /* 4.00.950 */
};

static const char *const core_names[] = {"KERNEL32.DLL", "USER32.DLL",   "GDI32.DLL",   "USER.EXE",
                                         "GDI.EXE",      "KRNL386.EXE",  "SHELL32.DLL", "SHELL.DLL",
                                         "COMCTL32.DLL", "COMDLG32.DLL", "VMM32.VXD",   "IOS.VXD",
                                         "MAPI32.DLL",   "EXPLORER.EXE", NULL};

/* The heart of the system and three of four other files have the release's own version, the others
 * one of their own. */
static struct version choose_version(const char *name, uint64_t chance, unsigned build)
{
    static const unsigned others[][4] = {
        {2, 11, 0, 0}, {3, 10, 0, 103}, {4, 3, 0, 1212}, {4, 10, 0, 410}, {1, 0, 0, 0}};
    struct version version = {.part = {4, 0, 0, build}};
    if ((chance >> 20 & 3) == 3 && !is_listed(core_names, name))
        memcpy(version.part, others[(chance >> 24) % 5], sizeof version.part);
    const unsigned *p = version.part;
    snprintf(version.text, sizeof version.text, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
    snprintf(version.display, sizeof version.display, "%u.%02u.%u", p[0], p[1], p[3]);
    return version;
}

static void align_to(struct wcgen_buffer *out, size_t start, size_t step)
{
    while ((out->length - start) % step)
        wcgen_buffer_append_u8(out, 0);
}

static void append_string(struct wcgen_buffer *out, const char *text, bool wide)
{
    for (;; text++) {
        wcgen_buffer_append_u8(out, (uint8_t)*text);
        if (wide)
            wcgen_buffer_append_u8(out, 0);
        if (!*text)
            return;
    }
}

/* Starts a block of a version resource; its length is put in by end_block. */
static size_t begin_block(struct wcgen_buffer *out, const char *key, size_t value_length, bool text,
                          bool wide)
{
    size_t at = out->length;
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u16(out, (unsigned)value_length);
    if (wide)
        wcgen_buffer_append_u16(out, text);
    append_string(out, key, wide);
    align_to(out, 0, 4);
    return at;
}

static void end_block(struct wcgen_buffer *out, size_t at)
{
    wcgen_put_u16(out->bytes + at, (unsigned)(out->length - at));
    align_to(out, 0, 4);
}

static void append_fixed(struct wcgen_buffer *out, const struct version *version, bool wide,
                         bool driver)
{
    const unsigned *p = version->part;
    wcgen_buffer_append_u32(out, 0xFEEF04BD);
    wcgen_buffer_append_u32(out, 0x00010000);
    for (unsigned i = 0; i < 2; i++) { /* file version, product version */
        wcgen_buffer_append_u32(out, p[0] << 16 | p[1]);
        wcgen_buffer_append_u32(out, p[2] << 16 | p[3]);
    }
    wcgen_buffer_append_u32(out, 0x3F);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u32(out, wide || driver ? 4 : 1); /* VOS__WINDOWS32 or 16 */
    wcgen_buffer_append_u32(out, driver ? 5 : 2);         /* VFT_VXD, VFT_DLL */
    wcgen_buffer_append_zeros(out, 12);
}

/* A VS_VERSIONINFO block; `out` is empty before. */
static void append_version(struct wcgen_buffer *out, const char *name,
                           const struct version *version, bool wide, bool driver)
{
    char module[16];
    snprintf(module, sizeof module, "%.*s", (int)strcspn(name, "."), name);
    const char *const strings[][2] = {{"CompanyName", "Synthetic test media"},
                                      {"FileDescription", "Synthetic test file"},
                                      {"FileVersion", version->display},
                                      {"InternalName", module},
                                      {"OriginalFilename", name},
                                      {"ProductVersion", version->display}};
    size_t root = begin_block(out, "VS_VERSION_INFO", 52, false, wide);
    append_fixed(out, version, wide, driver);
    align_to(out, 0, 4);
    size_t info = begin_block(out, "StringFileInfo", 0, true, wide);
    size_t table = begin_block(out, "040904E4", 0, true, wide);
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        size_t string = begin_block(out, strings[i][0], strlen(strings[i][1]) + 1, true, wide);
        append_string(out, strings[i][1], wide);
        end_block(out, string);
    }
    end_block(out, table);
    end_block(out, info);
    size_t variables = begin_block(out, "VarFileInfo", 0, true, wide);
    size_t translation = begin_block(out, "Translation", 4, false, wide);
    wcgen_buffer_append_u16(out, 0x0409);
    wcgen_buffer_append_u16(out, 1252);
    end_block(out, translation);
    end_block(out, variables);
    end_block(out, root);
}

/* A DOS header that points to the newer one. */
static void append_dos(struct wcgen_buffer *out, size_t newer)
{
    wcgen_buffer_append(out, "MZ", 2);
    wcgen_buffer_append_u16(out, HEADER_AT); /* bytes on the last page */
    wcgen_buffer_append_u16(out, 1);         /* pages */
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u16(out, 4); /* header paragraphs */
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u16(out, 0xFFFF);
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u16(out, 0xB8); /* SP */
    wcgen_buffer_append_zeros(out, 6);
    wcgen_buffer_append_u16(out, 0x40); /* relocations: says that there is a newer header */
    wcgen_buffer_append_zeros(out, 0x3C - out->length);
    wcgen_buffer_append_u32(out, (uint32_t)newer);
    /* mov ax,4C01h / int 21h */
    wcgen_buffer_append(out, "\xB8\x01\x4C\xCD\x21", 5);
    wcgen_buffer_append_zeros(out, HEADER_AT - out->length);
}

/* A resource tree of one version: type 16, name 1, language 0x409. */
static void append_pe_resources(struct wcgen_buffer *out, const struct wcgen_buffer *version)
{
    static const uint32_t ids[] = {16, 1, 0x409};
    for (unsigned level = 0; level < 3; level++) {
        wcgen_buffer_append_zeros(out, 12);
        wcgen_buffer_append_u16(out, 0);
        wcgen_buffer_append_u16(out, 1);
        wcgen_buffer_append_u32(out, ids[level]);
        uint32_t next = (level + 1) * 24;
        wcgen_buffer_append_u32(out, level < 2 ? next | 0x80000000u : next);
    }
    wcgen_buffer_append_u32(out, PE_RESOURCES_RVA + 88);
    wcgen_buffer_append_u32(out, (uint32_t)version->length);
    wcgen_buffer_append_u32(out, 1252);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append(out, version->bytes, version->length);
}

static void append_section(struct wcgen_buffer *out, const char name[8], uint32_t size,
                           uint32_t address, uint32_t raw_size, uint32_t raw_at, uint32_t flags)
{
    wcgen_buffer_append(out, name, 8);
    wcgen_buffer_append_u32(out, size);
    wcgen_buffer_append_u32(out, address);
    wcgen_buffer_append_u32(out, raw_size);
    wcgen_buffer_append_u32(out, raw_at);
    wcgen_buffer_append_zeros(out, 12);
    wcgen_buffer_append_u32(out, flags);
}

static void append_pe_header(struct wcgen_buffer *out, bool dll, uint64_t chance,
                             uint32_t resources, uint32_t code)
{
    uint32_t resource_pages = (resources + 0xFFF) & ~0xFFFu;
    uint32_t code_rva = PE_RESOURCES_RVA + resource_pages;
    wcgen_buffer_append(out, "PE\0\0\x4C\x01", 6);
    wcgen_buffer_append_u16(out, code ? 2 : 1);
    wcgen_buffer_append_u32(out, 0x30000000u + (uint32_t)(chance & 0xFFFFF)); /* July 1995 on */
    wcgen_buffer_append_zeros(out, 8);
    wcgen_buffer_append_u16(out, 224);
    wcgen_buffer_append_u16(out, dll ? 0x210E : 0x010E);
    size_t optional = out->length;
    wcgen_buffer_append(out, "\x0B\x01\x02\x3C", 4); /* PE32, linker 2.60 */
    wcgen_buffer_append_u32(out, code);
    wcgen_buffer_append_u32(out, resources);
    wcgen_buffer_append_zeros(out, 8);
    wcgen_buffer_append_u32(out, code ? code_rva : 0);
    wcgen_buffer_append_u32(out, PE_RESOURCES_RVA);
    wcgen_buffer_append_u32(out, dll ? 0x10000000 : 0x400000);
    wcgen_buffer_append_u32(out, 0x1000);
    wcgen_buffer_append_u32(out, PE_ALIGN);
    wcgen_buffer_append(out, "\4\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0", 16); /* OS and subsystem 4.0 */
    wcgen_buffer_append_u32(out, (code_rva + code + 0xFFF) & ~0xFFFu);
    wcgen_buffer_append_u32(out, PE_RESOURCES_AT);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u16(out, 2);
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append(out, "\0\0\x10\0\0\x10\0\0\0\0\x10\0\0\x10\0\0", 16);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u32(out, 16);
    wcgen_buffer_append_zeros(out, 16); /* exports, imports */
    wcgen_buffer_append_u32(out, PE_RESOURCES_RVA);
    wcgen_buffer_append_u32(out, resources);
    wcgen_buffer_append_zeros(out, optional + 224 - out->length);
    append_section(out, ".rsrc\0\0", resources, PE_RESOURCES_RVA,
                   (resources + PE_ALIGN - 1) / PE_ALIGN * PE_ALIGN, PE_RESOURCES_AT, 0x40000040);
    if (code)
        append_section(out, ".text\0\0", code, code_rva, code,
                       PE_RESOURCES_AT + (resources + PE_ALIGN - 1) / PE_ALIGN * PE_ALIGN,
                       0x60000020);
}

static void append_pe(struct wcgen_buffer *out, const char *name, uint64_t chance,
                      const struct version *version, size_t size)
{
    struct wcgen_buffer info = {0}, resources = {0};
    append_version(&info, name, version, true, false);
    append_pe_resources(&resources, &info);
    uint32_t length = (uint32_t)resources.length;
    uint32_t code_at = PE_RESOURCES_AT + (length + PE_ALIGN - 1) / PE_ALIGN * PE_ALIGN;
    uint32_t code = size > code_at ? (uint32_t)(size - code_at) / PE_ALIGN * PE_ALIGN : 0;
    append_dos(out, HEADER_AT);
    append_pe_header(out, !has_type(name, ".EXE.SCR"), chance, length, code);
    wcgen_buffer_append_zeros(out, PE_RESOURCES_AT - out->length);
    wcgen_buffer_append(out, resources.bytes, resources.length);
    wcgen_buffer_append_zeros(out, code_at - out->length);
    wcgen_buffer_free(&info);
    wcgen_buffer_free(&resources);
}

static void append_counted(struct wcgen_buffer *out, const char *text)
{
    wcgen_buffer_append_u8(out, (unsigned)strlen(text));
    wcgen_buffer_append(out, text, strlen(text));
}

/* NE: header, one segment, resource table with one version, names, then the version itself. */
static void append_ne(struct wcgen_buffer *out, const char *name, const struct version *version,
                      size_t size)
{
    enum { SHIFT = 4, SEGMENTS = 64, RESOURCES = 72, NAMES = 72 + 2 + 8 + 12 + 2 + 1 };
    char module[16], description[64];
    struct wcgen_buffer info = {0};
    append_version(&info, name, version, false, false);
    snprintf(module, sizeof module, "%.*s", (int)strcspn(name, "."), name);
    snprintf(description, sizeof description, "Synthetic 16-bit module %s", module);
    size_t resident = strlen(module) + 4, other = strlen(description) + 4;
    size_t references = NAMES + resident;
    size_t others_at = HEADER_AT + references + 2;
    size_t info_at = (others_at + other + 15) / 16 * 16;
    size_t code_at = (info_at + info.length + 15) / 16 * 16;
    size_t code = size > code_at ? size - code_at : 0;
    append_dos(out, HEADER_AT);
    size_t at = out->length;
    wcgen_buffer_append_zeros(out, SEGMENTS);
    uint8_t *ne = out->bytes + at;
    memcpy(ne, "NE\5\x3C", 4);                   /* linker 5.60 */
    wcgen_put_u16(ne + 4, (unsigned)references); /* entry table: empty */
    wcgen_put_u16(ne + 6, 2);
    wcgen_put_u16(ne + 12, has_type(name, ".EXE.SCR") ? 0x0302 : 0x8001);
    wcgen_put_u16(ne + 28, 1);               /* segments */
    wcgen_put_u16(ne + 32, (unsigned)other); /* size of the non-resident names */
    wcgen_put_u16(ne + 34, SEGMENTS);
    wcgen_put_u16(ne + 36, RESOURCES);
    wcgen_put_u16(ne + 38, NAMES);
    wcgen_put_u16(ne + 40, (unsigned)references); /* module references: none */
    wcgen_put_u16(ne + 42, (unsigned)references);
    wcgen_put_u32(ne + 44, (uint32_t)others_at);
    wcgen_put_u16(ne + 50, SHIFT);
    ne[54] = 2;                     /* Windows */
    wcgen_put_u16(ne + 62, 0x0400); /* expected Windows version 4.0 */
    wcgen_buffer_append_u16(out, (unsigned)(code_at >> SHIFT));
    wcgen_buffer_append_u16(out, code < 0xFFFF ? (unsigned)code : 0);
    wcgen_buffer_append_u16(out, 0x0D50);
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u16(out, SHIFT); /* resource table */
    wcgen_buffer_append_u16(out, 0x8010);
    wcgen_buffer_append_u16(out, 1);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u16(out, (unsigned)(info_at >> SHIFT));
    wcgen_buffer_append_u16(out, (unsigned)((info.length + 15) >> SHIFT));
    wcgen_buffer_append_u16(out, 0x0C30);
    wcgen_buffer_append_u16(out, 0x8001);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u16(out, 0);
    wcgen_buffer_append_u8(out, 0); /* no resource names */
    append_counted(out, module);
    wcgen_buffer_append_zeros(out, 3);
    wcgen_buffer_append_u16(out, 0); /* entry table */
    append_counted(out, description);
    wcgen_buffer_append_zeros(out, 3);
    wcgen_buffer_append_zeros(out, info_at - out->length);
    wcgen_buffer_append(out, info.bytes, info.length);
    wcgen_buffer_append_zeros(out, code_at - out->length);
    wcgen_buffer_free(&info);
}

/* LE: header, one object of whole pages, names, then the version in the place that the DDK's
 * adrc2vxd tool gives it. */
static void append_le(struct wcgen_buffer *out, const char *name, const struct version *version,
                      size_t size)
{
    enum { HEADER = 0xC4, OBJECT = 24 };
    char module[16], description[64];
    struct wcgen_buffer info = {0};
    append_version(&info, name, version, false, true);
    snprintf(module, sizeof module, "%.8s", name);
    module[strcspn(module, ".")] = 0;
    snprintf(description, sizeof description, "Synthetic virtual device %s", module);
    size_t names = HEADER + OBJECT + 4;
    size_t entries = names + strlen(module) + 4;
    size_t others_at = HEADER_AT + entries + 1;
    size_t info_at = (others_at + strlen(description) + 4 + 15) / 16 * 16;
    size_t data_at = (info_at + 12 + info.length + 511) / 512 * 512;
    size_t data = size > data_at ? size - data_at : 0;
    append_dos(out, HEADER_AT);
    size_t at = out->length;
    wcgen_buffer_append_zeros(out, HEADER);
    uint8_t *le = out->bytes + at;
    memcpy(le, "LE", 2);
    wcgen_put_u16(le + 8, 2);        /* 386 */
    wcgen_put_u16(le + 10, 4);       /* Windows 386 */
    wcgen_put_u32(le + 16, 0x28000); /* no external fixups, virtual device */
    wcgen_put_u32(le + 20, data ? 1 : 0);
    wcgen_put_u32(le + 40, 4096);
    wcgen_put_u32(le + 44, (uint32_t)(data % 4096));
    wcgen_put_u32(le + 64, HEADER);
    wcgen_put_u32(le + 68, 1);
    wcgen_put_u32(le + 72, HEADER + OBJECT);
    wcgen_put_u32(le + 88, (uint32_t)names);
    wcgen_put_u32(le + 92, (uint32_t)entries);
    wcgen_put_u32(le + 128, (uint32_t)data_at);
    wcgen_put_u32(le + 132, data ? 1 : 0);
    wcgen_put_u32(le + 136, (uint32_t)others_at);
    wcgen_put_u32(le + 140, (uint32_t)strlen(description) + 4);
    wcgen_put_u32(le + 0xB8, (uint32_t)info_at);
    wcgen_put_u32(le + 0xBC, (uint32_t)(12 + info.length));
    wcgen_put_u16(le + 0xC0, (unsigned)(strlen(name) * 257 & 0x7FFF)); /* device id */
    wcgen_put_u16(le + 0xC2, 0x0400);                                  /* DDK version */
    uint32_t pages = (uint32_t)(data / 4096 + (data % 4096 != 0));
    wcgen_buffer_append_u32(out, (uint32_t)data);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u32(out, 0x2005);
    wcgen_buffer_append_u32(out, 1);
    wcgen_buffer_append_u32(out, pages ? 1 : 0);
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append(out, "\0\0\1\0", 4); /* page map: one entry */
    append_counted(out, module);
    wcgen_buffer_append_zeros(out, 3);
    wcgen_buffer_append_u8(out, 0); /* no entries */
    append_counted(out, description);
    wcgen_buffer_append_zeros(out, 3);
    wcgen_buffer_append_zeros(out, info_at - out->length);
    wcgen_buffer_append(out, "\xFF\x10\0\xFF\1\0\x30\0", 8); /* version 1, movable */
    wcgen_buffer_append_u32(out, (uint32_t)info.length);
    wcgen_buffer_append(out, info.bytes, info.length);
    wcgen_buffer_append_zeros(out, data_at - out->length);
    wcgen_buffer_free(&info);
}

static void put_head(const char *name, enum wcgen_executable_kind kind, uint64_t chance,
                     struct version *version, uint8_t *bytes, size_t size)
{
    struct wcgen_buffer head = {0};
    switch (kind) {
    case WCGEN_NOT_EXECUTABLE:
        version->text[0] = 0;
        return;
    case WCGEN_MZ:
        append_dos(&head, 0);
        break;
    case WCGEN_NE:
        append_ne(&head, name, version, size);
        break;
    case WCGEN_PE:
        append_pe(&head, name, chance, version, size);
        break;
    case WCGEN_LE:
        append_le(&head, name, version, size);
        break;
    }
    if (head.length <= size)
        memcpy(bytes, head.bytes, head.length);
    if (head.length > size || kind == WCGEN_MZ)
        version->text[0] = 0;
    wcgen_buffer_free(&head);
}

void wcgen_executable_dress(const char *name, uint64_t chance, unsigned build, uint8_t *bytes,
                            size_t size, char text[24])
{
    struct version version = choose_version(name, chance, build);
    put_head(name, wcgen_executable_kind(name), chance, &version, bytes, size);
    memcpy(text, version.text, sizeof version.text);
}

void wcgen_executable_dress_as(const char *name, const char *wanted, uint8_t *bytes, size_t size,
                               char text[24])
{
    struct version version = {0};
    unsigned *p = version.part;
    enum wcgen_executable_kind kind = wcgen_executable_kind(name);
    text[0] = 0;
    if (sscanf(wanted, "%u.%u.%u.%u", &p[0], &p[1], &p[2], &p[3]) != 4)
        return;
    snprintf(version.text, sizeof version.text, "%s", wanted);
    snprintf(version.display, sizeof version.display, "%u.%02u.%u", p[0], p[1], p[3]);
    if (kind == WCGEN_NOT_EXECUTABLE || kind == WCGEN_MZ)
        kind = WCGEN_PE;
    put_head(name, kind, wcgen_hash_text(1, name), &version, bytes, size);
    memcpy(text, version.text, sizeof version.text);
}
