/*
 * windows - see windows.h.
 */
#include "jobs/check/windows.h"

#include <string.h>

#include "core/error.h"
#include "core/text.h"

/* Files of a system folder, and the family that they speak for. */
struct core_file {
    const char *name;
    enum wci_windows_family family; /* 0: of 3.x and of 9x */
};

static const struct core_file system_files[] = {
    {"KRNL386.EXE", 0},
    {"USER.EXE", 0},
    {"GDI.EXE", 0},
    {"COMMDLG.DLL", 0},
    {"OLESVR.DLL", 0},
    {"KERNEL32.DLL", WCI_WINDOWS_9X},
    {"USER32.DLL", WCI_WINDOWS_9X},
    {"GDI32.DLL", WCI_WINDOWS_9X},
    {"ADVAPI32.DLL", WCI_WINDOWS_9X},
    {"SHELL32.DLL", WCI_WINDOWS_9X},
    {"VMM32.VXD", WCI_WINDOWS_9X},
};
static const char *const system32_files[] = {"NTDLL.DLL",    "NTOSKRNL.EXE", "KERNEL32.DLL",
                                             "USER32.DLL",   "GDI32.DLL",    "WINLOGON.EXE",
                                             "ADVAPI32.DLL", "SMSS.EXE",     "HAL.DLL"};

/* A folder that may be one, with how many files speak for each family. */
struct candidate {
    struct wci_bytes root;
    unsigned common, only_9x, nt;
};

enum { CANDIDATES = 64 };

/* "WINDOWS" of "WINDOWS/SYSTEM", "" of "SYSTEM"; false when the folder's last part is another. */
static bool root_of(struct wci_bytes folder, const char *last, struct wci_bytes *root)
{
    size_t length = strlen(last);
    struct wci_bytes tail;

    if (folder.length < length)
        return false;
    tail = (struct wci_bytes){folder.data + folder.length - length, length};
    if (!wci_text_equal_folded(tail, wci_bytes_of(last)))
        return false;
    *root = (struct wci_bytes){folder.data, folder.length - length};
    if (root->length == 0)
        return true;
    root->length--;
    return root->data[root->length] == '/';
}

static struct candidate *candidate_of(struct candidate *candidates, size_t *count,
                                      struct wci_bytes root)
{
    size_t i;

    for (i = 0; i < *count; i++) {
        if (wci_text_equal_folded(candidates[i].root, root))
            return &candidates[i];
    }
    if (*count == CANDIDATES)
        return NULL;
    candidates[*count] = (struct candidate){.root = root};
    return &candidates[(*count)++];
}

static void weigh_system(const struct wci_entry *file, struct candidate *candidate)
{
    size_t i;

    for (i = 0; i < sizeof(system_files) / sizeof(system_files[0]); i++) {
        if (!wci_entry_is_called(file, wci_bytes_of(system_files[i].name)))
            continue;
        if (system_files[i].family == 0)
            candidate->common++;
        else
            candidate->only_9x++;
    }
}

static void weigh_system32(const struct wci_entry *file, struct candidate *candidate)
{
    size_t i;

    for (i = 0; i < sizeof(system32_files) / sizeof(system32_files[0]); i++)
        candidate->nt += wci_entry_is_called(file, wci_bytes_of(system32_files[i]));
}

static size_t weigh_volume(const struct wci_target_volume *volume, struct candidate *candidates)
{
    size_t count = 0, i;

    for (i = 0; i < volume->count; i++) {
        const struct wci_entry *file = &volume->files[i];
        struct candidate *candidate;
        struct wci_bytes root;

        if (root_of(file->folder, "SYSTEM", &root)) {
            candidate = candidate_of(candidates, &count, root);
            if (candidate != NULL)
                weigh_system(file, candidate);
        } else if (root_of(file->folder, "SYSTEM32", &root)) {
            candidate = candidate_of(candidates, &count, root);
            if (candidate != NULL)
                weigh_system32(file, candidate);
        }
    }
    return count;
}

/* 0: it is none. */
static enum wci_windows_family family_of(const struct candidate *candidate)
{
    if (candidate->nt >= WCI_WINDOWS_EVIDENCE)
        return WCI_WINDOWS_NT;
    if (candidate->common + candidate->only_9x < WCI_WINDOWS_EVIDENCE)
        return 0;
    return candidate->only_9x > 0 ? WCI_WINDOWS_9X : WCI_WINDOWS_3X;
}

enum wcab_err wci_windows_find(struct wci_target *target, struct wci_arena *arena,
                               struct wci_windows *windows, size_t *count, struct wcab_error *err)
{
    struct candidate *candidates = wci_arena_calloc(arena, CANDIDATES, sizeof(*candidates));
    size_t i, j;

    if (candidates == NULL)
        return wci_error_nomem(err);
    *count = 0;
    for (i = 0; i < wci_target_volume_count(target); i++) {
        struct wci_target_volume *volume = wci_target_volume(target, i);
        size_t found = weigh_volume(volume, candidates);

        for (j = 0; j < found && *count < WCI_WINDOWS_MOST; j++) {
            enum wci_windows_family family = family_of(&candidates[j]);

            if (family != 0)
                windows[(*count)++] = (struct wci_windows){volume, family, candidates[j].root};
        }
    }
    return WCAB_OK;
}

/* What stands behind the Windows folder in `folder`; false when that lies elsewhere. */
static bool below_root(const struct wci_windows *windows, struct wci_bytes folder,
                       struct wci_bytes *below)
{
    struct wci_bytes head = {folder.data, windows->root.length};

    *below = folder;
    if (windows->root.length == 0)
        return true;
    if (folder.length < windows->root.length || !wci_text_equal_folded(head, windows->root))
        return false;
    *below = (struct wci_bytes){folder.data + head.length, folder.length - head.length};
    if (below->length == 0)
        return true;
    if (below->data[0] != '/')
        return false;
    below->data++;
    below->length--;
    return true;
}

bool wci_windows_is_in(const struct wci_windows *windows, struct wci_bytes folder,
                       const char *below)
{
    struct wci_bytes rest;

    return below_root(windows, folder, &rest) && wci_text_equal_folded(rest, wci_bytes_of(below));
}

bool wci_windows_holds(const struct wci_windows *windows, struct wci_bytes folder)
{
    struct wci_bytes rest;

    return below_root(windows, folder, &rest);
}
