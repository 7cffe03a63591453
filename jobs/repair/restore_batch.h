/*
 * restore_batch - RESTORE.BAT: what puts the files of a kit in their places, and back.
 *
 * For COMMAND.COM of MS-DOS 5 to 7: IF EXIST, GOTO, COPY /B; ATTRIB, an external command, lies on PATH.
 * COPY tells no error level, so that what it made is looked for.
 */
#ifndef WCI_RESTORE_BATCH_H
#define WCI_RESTORE_BATCH_H

#include "core/bytes.h"

struct wci_restore_file {
    const char *kit_name; /* 8.3, beside RESTORE.BAT */
    const char *name;     /* on the PC, 8.3 */
    const char *folder;   /* on the PC, "C:\WINDOWS\SYSTEM" */
};

struct wci_restore_disk {
    const char *windows;    /* "C:\WINDOWS" */
    unsigned number, count; /* of the disks of the kit */
    const struct wci_restore_file *files;
    size_t file_count;
};

/* Appends the text, with CR LF. */
void wci_restore_batch_put(const struct wci_restore_disk *disk, struct wci_buffer *out);

/* REPAIR.BAT: the same from the medium's own disks, by the `commands` that take the files from them. */
void wci_restore_batch_put_commands(const struct wci_restore_disk *disk, struct wci_bytes commands,
                                    struct wci_buffer *out);

/* Bytes that the text has at most with that many files. */
size_t wci_restore_batch_room(size_t file_count);

/* Whether all lines of such a file are short enough for COMMAND.COM. */
bool wci_restore_batch_fits(const char *windows, const struct wci_restore_file *file);

/* Whether a name or path can stand in a batch file of every COMMAND.COM and CMD.EXE: short names,
 * ASCII, none of their signs. */
bool wci_restore_batch_can_name(const char *path);

#endif
