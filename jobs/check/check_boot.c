/*
 * check_boot - the files that start Windows 95, 98 and Me and are no part of its SYSTEM folder.
 *
 * IO.SYS, MSDOS.SYS and COMMAND.COM lie in the top folder of the drive that is started from (Windows 95 Resource Kit,
 * chapter 6, "Windows 95 Startup Process"), WIN.COM in the Windows folder.  A copy of the Windows folder alone has none of
 * the former: that one is missing is told where others of its kind are there.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"

enum { BOOT_EVIDENCE = 2, WINDOWS_EVIDENCE = 2 };

static const char *const boot_files[] = {"IO.SYS", "MSDOS.SYS", "COMMAND.COM"};
enum { BOOT_FILES = sizeof(boot_files) / sizeof(boot_files[0]) };

/* Files of the Windows folder itself that none of these is without. */
static const char *const windows_files[] = {"EXPLORER.EXE", "NOTEPAD.EXE", "REGEDIT.EXE",
                                            "WININIT.EXE",  "CONTROL.EXE", "HIMEM.SYS",
                                            "RUNDLL32.EXE", "TASKMAN.EXE", "PROGMAN.EXE"};

static bool is_at_top(const struct wci_check *check, const char *name)
{
    const struct wci_target_volume *volume = check->windows.volume;
    size_t i;

    for (i = 0; i < volume->count; i++) {
        if (volume->files[i].folder.length == 0 &&
            !(volume->files[i].attributes & WCI_ATTRIBUTE_FOLDER) &&
            wci_entry_is_called(&volume->files[i], wci_bytes_of(name)))
            return true;
    }
    return false;
}

static enum wcab_err add_lost(struct wci_check *check, size_t first, const char *name,
                              const char *reason)
{
    struct wci_checked *missing = NULL;
    enum wcab_err code = wci_check_add_missing(check, first, wci_bytes_of(name), &missing);

    if (code == WCAB_OK && missing != NULL)
        missing->reason = reason;
    return code;
}

static enum wcab_err look_at_top(struct wci_check *check, size_t first)
{
    bool there[BOOT_FILES];
    unsigned count = 0;
    size_t i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; i < BOOT_FILES; i++) {
        there[i] = is_at_top(check, boot_files[i]);
        count += there[i];
    }
    for (i = 0; code == WCAB_OK && count >= BOOT_EVIDENCE && i < BOOT_FILES; i++) {
        if (!there[i])
            code = add_lost(check, first, boot_files[i],
                            "the PC does not start without it in the drive's top folder");
    }
    return code;
}

enum wcab_err wci_check_boot(struct wci_check *check, size_t first)
{
    unsigned count = 0;
    size_t i;
    enum wcab_err code = WCAB_OK;

    if (check->windows.family != WCI_WINDOWS_9X)
        return WCAB_OK;
    if (check->windows.root.length > 0)
        code = look_at_top(check, first);
    for (i = 0; i < sizeof(windows_files) / sizeof(windows_files[0]); i++)
        count += wci_check_find(check, windows_files[i]) != NULL;
    if (code == WCAB_OK && count >= WINDOWS_EVIDENCE && wci_check_find(check, "WIN.COM") == NULL)
        code = add_lost(check, first, "WIN.COM", "Windows does not start without it");
    return code;
}
