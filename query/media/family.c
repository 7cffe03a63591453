/*
 * family - see family.h.
 *
 * Sources: articles Q192832 and Q143054, the Windows 98 Resource Kit, appendix B, and the layout of
 * the media themselves.
 */
#include "query/media/family.h"

#include <string.h>

#include "core/error.h"
#include "core/glob.h"
#include "core/text.h"
#include "query/known_image.h"

/* Rows of a MINI.CAB that are looked at to learn whether it is the mini-Windows. */
enum { MOST_MINI_ROWS = 256 };

/* Written as a profile is, so that the same code reads and applies it. */
static const char rules_text[] =
    "[profile]\n"
    "id = windows-9x\n"
    "title = Windows 95, 98 or Me\n"
    "kind = folder\n"
    "[roles]\n"
    "MINI.CAB = mini : mini-Windows that Setup runs in; its USER.EXE, GDI.EXE, KRNL386.EXE and "
    "others are not those of an installed system (Q192832)\n"
    "PRECOPY?.CAB/COMMCTRL.DLL = setup : used by Setup only; KOMMCTRL.DLL is the one that belongs "
    "in an installed system (Q143054)\n"
    "PRECOPY?.CAB/KOMMCTRL.DLL = system : becomes COMMCTRL.DLL when installed (Q143054)\n"
    "PRECOPY?.CAB/WINBOOT.SYS = system : becomes IO.SYS in the root of the boot drive\n"
    "PRECOPY?.CAB/COMMAND.COM = system\n"
    "PRECOPY?.CAB/DRVSPACE.BIN = system : (Q152612)\n"
    "PRECOPY?.CAB/DSKMAINT.DLL = system : (Q155000)\n"
    "PRECOPY?.CAB/MSTCP.DLL = system : (Q179705)\n"
    "PRECOPY?.CAB/WSOCK32.DLL = system : (Q153614)\n"
    "PRECOPY?.CAB/MSPRINT*.DLL = system : (Q152187)\n"
    "PRECOPY?.CAB/*.INF = system : (Q152187)\n"
    "PRECOPY?.CAB = setup : copied before Setup proper starts; many of its files stay in the "
    "installed system\n"
    "EBD.CAB = setup : files of the Startup disk\n"
    "WIN95_??.CAB = system\n"
    "WIN98_??.CAB = system\n"
    "WIN_??.CAB = system\n"
    "BASE?.CAB = system : files needed for the first start\n"
    "NET??.CAB = system : network drivers\n"
    "NET?.CAB = system : network drivers\n"
    "DRIVER??.CAB = system : drivers\n"
    "CATALOG?.CAB = system : driver certification\n"
    "[renames]\n"
    "PRECOPY?.CAB/KOMMCTRL.DLL = COMMCTRL.DLL : Q143054\n"
    "*.CAB/WINBOOT.SYS = IO.SYS : has the size of IO.SYS on Boot and Startup disks\n"
    "*.CAB/WIN.CNF = WIN.COM, probable : no WIN.COM lies on the media, and Setup makes it\n"
    "*.CAB/COMMDLG.NEW = COMMDLG.DLL, probable : Setup runs with the one in PRECOPY\n"
    "*.CAB/SHELL.NEW = SHELL.DLL, probable : Setup runs with the one in PRECOPY\n"
    "*.CAB/VER.NEW = VER.DLL, probable : Setup runs with the one in PRECOPY\n"
    "*.CAB/WINOA386.NEW = WINOA386.MOD, probable : no WINOA386.MOD lies on the media\n"
    /* as NETTRANS.INF of Windows 98 renames them */
    "*.CAB/DLLNDIS.NEW = DLLNDIS.EXE : Setup's NETTRANS.INF says so\n"
    "*.CAB/DLLNDIST.NEW = DLLNDIST.EXE : Setup's NETTRANS.INF says so\n"
    "*.CAB/SRM.NEW = SRM.EXE : Setup's NETTRANS.INF says so\n"
    /* Setup's INF files have these for what is in use while they run */
    "*.CAB/COMMAND.NEW = COMMAND.COM : Setup's SUBASE.INF says so\n"
    "*.CAB/WINBOOT.NEW = IO.SYS, probable : Setup's SUBASE.INF makes it WINBOOT.SYS\n";

enum wcab_err wci_family_rules(struct wcab_catalog *catalog, const struct wci_profile **rules,
                               struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (catalog->family_rules == NULL)
        code = wci_profile_parse(wci_bytes_of(rules_text), &catalog->family_rules, err);
    *rules = catalog->family_rules;
    return code;
}

/* ---- which family ------------------------------------------------------------------------- */

static bool fits_any(const char *const *patterns, size_t count, struct wci_bytes name)
{
    struct wci_folded folded;
    struct wci_bytes key;
    size_t i;

    if (name.length > WCI_LIMIT_NAME)
        return false;
    key = wci_text_fold_name(name, &folded);
    for (i = 0; i < count; i++) {
        char pattern[WCI_LIMIT_NAME];
        struct wci_bytes glob = {pattern, 0};

        glob.length = wci_text_fold(wci_bytes_of(patterns[i]), pattern, sizeof(pattern));
        if (wci_glob_fits(glob, key))
            return true;
    }
    return false;
}

/* Cabinets that only Setup of Windows 95, 98 and Me has. */
static bool is_setup_cabinet(struct wci_bytes name)
{
    static const char *const names[] = {"PRECOPY?.CAB", "WIN95_??.CAB", "WIN98_??.CAB"};

    return name.length >= 11 && name.length <= 12 &&
           fits_any(names, sizeof(names) / sizeof(names[0]), name);
}

/* The mini-Windows has the three parts of Windows' kernel. */
static enum wcab_err is_mini_windows(struct wcab_catalog *catalog,
                                     const struct wci_known_image *image, uint32_t container,
                                     bool *is, struct wcab_error *err)
{
    static const char *const kernel[] = {"USER.EXE", "GDI.EXE", "KRNL386.EXE"};
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    uint32_t parts = 0, i;
    enum wcab_err code = wci_handle_reader(catalog, image->published, &reader, err);

    if (code == WCAB_OK)
        code = wci_reader_listing(reader, image->state.listings[container], &listing, err);
    for (i = 0; code == WCAB_OK && i < listing.row_count && i < MOST_MINI_ROWS; i++) {
        code = wci_listing_row(&listing, i, &entry, err);
        parts += code == WCAB_OK && fits_any(kernel, 3, entry.name.bytes);
    }
    *is = parts >= 3;
    return code;
}

/* The folders in which Windows NT keeps the files for one kind of processor. */
static const struct {
    const char *folder, *machine; /* NULL: a PC */
} processors[] = {{"I386", NULL}, {"MIPS", "MIPS"}, {"ALPHA", "Alpha"}, {"PPC", "PowerPC"}};

/* The first of the path's folders that is for one kind of processor, an index of `processors`; SIZE_MAX:
 * there is none. */
static size_t processor_of(struct wci_bytes path)
{
    size_t i;

    while (path.length > 0) {
        size_t length = 0;

        while (length < path.length && path.data[length] != '/')
            length++;
        for (i = 0; i < sizeof(processors) / sizeof(processors[0]); i++) {
            if (wci_text_equal_folded((struct wci_bytes){path.data, length},
                                      wci_bytes_of(processors[i].folder)))
                return i;
        }
        length += length < path.length;
        path.data += length;
        path.length -= length;
    }
    return SIZE_MAX;
}

bool wci_family_is_nt_path(struct wci_bytes path)
{
    return processor_of(path) != SIZE_MAX;
}

const char *wci_family_machine(struct wci_bytes path)
{
    size_t processor = processor_of(path);

    return processor == SIZE_MAX ? NULL : processors[processor].machine;
}

bool wci_family_machine_told(struct wci_bytes version_text, const char **machine)
{
    static const char *const others[] = {"MIPS", "Alpha", "PowerPC", "Itanium",
                                         "ARM",  "ARM64", "SH-3",    "SH-4"};
    /* indexer/version writes the kind first, the machine second */
    static const char kind[] = "kind\0PE", key[] = "machine";
    const char *at = version_text.data, *end;
    unsigned word;
    size_t i;

    if (version_text.length < sizeof(kind) || memcmp(at, kind, sizeof(kind) - 1) != 0)
        return false;
    end = at + version_text.length;
    for (word = 0; word < 2 && at < end; word++)
        at += strnlen(at, (size_t)(end - at)) + 1;
    if (at >= end || (size_t)(end - at) <= sizeof(key) || memcmp(at, key, sizeof(key)) != 0)
        return false;
    at += sizeof(key);
    *machine = NULL;
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strnlen(at, (size_t)(end - at)) == strlen(others[i]) &&
            memcmp(at, others[i], strlen(others[i])) == 0)
            *machine = others[i];
    }
    return true;
}

const struct wci_profile_rename *wci_family_installed_as(const struct wci_known_image *image,
                                                         struct wci_bytes cabinet,
                                                         struct wci_bytes name)
{
    const struct wci_profile_rename *rename = NULL;

    if (image->profile != NULL)
        rename = wci_profile_installed_as(image->profile, cabinet, name);
    if (rename == NULL && image->rules != NULL && cabinet.length > 0)
        rename = wci_profile_installed_as(image->rules, cabinet, name);
    return rename;
}

enum wcab_err wci_family_find(struct wcab_catalog *catalog, struct wci_known_image *image,
                              struct wcab_error *err)
{
    const struct wci_bytes mini = wci_bytes_of("MINI.CAB");
    enum wcab_err code = WCAB_OK;
    bool found = false;
    uint32_t i;

    image->family = WCI_FAMILY_UNKNOWN;
    image->rules = NULL;
    for (i = 0; code == WCAB_OK && !found && i < image->image.container_count; i++) {
        struct wci_bytes name;

        if (image->image.containers[i].kind != WCI_CONTAINER_CABINET ||
            !wci_known_image_holds(image, i))
            continue;
        name = wci_known_image_file_name(image, i);
        found = is_setup_cabinet(name);
        if (!found && wci_text_equal_folded(name, mini))
            code = is_mini_windows(catalog, image, i, &found, err);
    }
    if (code == WCAB_OK && found) {
        image->family = WCI_FAMILY_WINDOWS_9X;
        code = wci_family_rules(catalog, &image->rules, err);
    } else if (code == WCAB_OK &&
               wci_family_is_nt_path(image->profile != NULL ? image->profile->folder
                                                            : image->image.path)) {
        image->family = WCI_FAMILY_WINDOWS_NT;
    }
    return code;
}
