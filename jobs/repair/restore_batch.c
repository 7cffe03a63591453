/*
 * restore_batch - see restore_batch.h.
 */
#include "jobs/repair/restore_batch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* COMMAND.COM reads 127 characters of a line. */
enum { LINE = 127, FRAME_BYTES = 4096, FILE_BYTES = 5120 };

#define BACKUP "WHICHCAB"                /* below the Windows folder: the old files */
#define ADDED "WHICHCAB\\ADDED"          /* names of files that were not there */
#define NEW "WHICHCAB\\NEW"              /* RESTORE /W: the new files, until Windows starts */
#define MARK "WHICHCAB\\NEW\\WININIT.WE" /* that WININIT.INI is ours */

static void put_line(struct wci_buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_line(struct wci_buffer *out, const char *format, ...)
{
    char line[LINE];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(line)) {
        out->ok = false; /* wci_restore_batch_fits has refused such names */
        return;
    }
    wci_buffer_put(out, line, (size_t)length);
    wci_buffer_put(out, "\r\n", 2);
}

/* What both begin with, once they are known to run where they can: folders for what was there before. */
static void put_folders(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    put_line(out, "IF NOT EXIST %s\\NUL GOTO NOWIN", disk->windows);
    put_line(out, "IF \"%%1\"==\"/U\" GOTO UNDO");
    put_line(out, "IF \"%%1\"==\"/u\" GOTO UNDO");
    put_line(out, "IF NOT EXIST %s\\%s\\NUL MD %s\\%s", disk->windows, BACKUP, disk->windows,
             BACKUP);
    put_line(out, "IF NOT EXIST %s\\%s\\NUL MD %s\\%s", disk->windows, ADDED, disk->windows, ADDED);
}

static void put_start(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    put_line(out, "@ECHO OFF");
    put_line(out, "REM Made by whichcab: disk %u of %u. RESTORE puts the files in their places,",
             disk->number, disk->count);
    put_line(out,
             "REM RESTORE /U puts back what was there before. In Windows, whose own files are in");
    put_line(out, "REM use, RESTORE /W has them replaced when it starts the next time.");
    put_line(out, "IF NOT EXIST %s GOTO NODISK", disk->files[0].kit_name);
    put_folders(disk, out);
    put_line(out, "IF \"%%1\"==\"/W\" GOTO WINDOWS");
    put_line(out, "IF \"%%1\"==\"/w\" GOTO WINDOWS");
}

/* Without attributes: IF EXIST does not see what is hidden, nor does COPY write over what is protected. */
static void put_bare(const struct wci_restore_file *file, struct wci_buffer *out)
{
    put_line(out, "ATTRIB -R -S -H %s\\%s >NUL", file->folder, file->name);
}

/* The old file is kept once: a second run must not replace it by the new one.  Goes on at :NEWn, with
 * `mark` in front of the number to tell the two parts of the batch file apart. */
static void put_keep(const struct wci_restore_disk *disk, size_t i, char mark,
                     struct wci_buffer *out)
{
    const struct wci_restore_file *file = &disk->files[i];

    put_line(out, "ECHO %s\\%s", file->folder, file->name);
    put_line(out, "IF NOT EXIST %s\\NUL MD %s", file->folder, file->folder);
    put_bare(file, out);
    put_line(out, "IF EXIST %s\\%s GOTO OLD%c%zu", file->folder, file->name, mark, i);
    put_line(out, "IF NOT EXIST %s\\%s\\%s ECHO added>%s\\%s\\%s", disk->windows, BACKUP,
             file->kit_name, disk->windows, ADDED, file->kit_name);
    put_line(out, "GOTO NEW%c%zu", mark, i);
    put_line(out, ":OLD%c%zu", mark, i);
    put_line(out, "IF EXIST %s\\%s\\%s GOTO NEW%c%zu", disk->windows, ADDED, file->kit_name, mark,
             i);
    put_line(out, "IF EXIST %s\\%s\\%s GOTO KEPT%c%zu", disk->windows, BACKUP, file->kit_name, mark,
             i);
    put_line(out, "COPY /B %s\\%s %s\\%s\\%s >NUL", file->folder, file->name, disk->windows, BACKUP,
             file->kit_name);
    put_line(out, ":KEPT%c%zu", mark, i);
    put_line(out, "IF NOT EXIST %s\\%s\\%s GOTO FAILED", disk->windows, BACKUP, file->kit_name);
}

/* What starts the PC is hidden and write-protected, which DOS's COPY doesn't keep. */
static bool is_boot_file(const struct wci_restore_file *file)
{
    static const char *const names[] = {"IO.SYS", "MSDOS.SYS", "DRVSPACE.BIN", "DBLSPACE.BIN"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(file->name, names[i]) == 0)
            return true;
    }
    return false;
}

static void put_attributes(const struct wci_restore_file *file, struct wci_buffer *out)
{
    if (is_boot_file(file))
        put_line(out, "ATTRIB +R +S +H %s\\%s", file->folder, file->name);
}

static void put_restore(const struct wci_restore_disk *disk, size_t i, struct wci_buffer *out)
{
    const struct wci_restore_file *file = &disk->files[i];

    put_keep(disk, i, 'A', out);
    put_line(out, "DEL %s\\%s", file->folder, file->name);
    put_line(out, ":NEWA%zu", i);
    put_line(out, "COPY /B %s %s\\%s >NUL", file->kit_name, file->folder, file->name);
    put_line(out, "IF NOT EXIST %s\\%s GOTO FAILED", file->folder, file->name);
    put_attributes(file, out);
}

/* WININIT.INI's [rename] section: "destination=source", short names alone; WININIT.EXE does it before
 * Windows starts, and renames WININIT.INI (Knowledge Base article Q140570). */
static void put_in_windows(const struct wci_restore_disk *disk, size_t i, struct wci_buffer *out)
{
    const struct wci_restore_file *file = &disk->files[i];

    put_keep(disk, i, 'B', out);
    put_line(out, ":NEWB%zu", i);
    put_line(out, "COPY /B %s %s\\%s\\%s >NUL", file->kit_name, disk->windows, NEW, file->kit_name);
    put_line(out, "IF NOT EXIST %s\\%s\\%s GOTO FAILED", disk->windows, NEW, file->kit_name);
    put_line(out, "ECHO %s\\%s=%s\\%s\\%s>>%s\\WININIT.INI", file->folder, file->name,
             disk->windows, NEW, file->kit_name, disk->windows);
}

static void put_windows(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    size_t i;

    put_line(out, ":WINDOWS");
    put_line(out, "IF NOT EXIST %s\\%s\\NUL MD %s\\%s", disk->windows, NEW, disk->windows, NEW);
    put_line(out, "IF NOT EXIST %s\\WININIT.INI GOTO FIRST", disk->windows);
    put_line(out, "IF EXIST %s\\%s GOTO MORE", disk->windows, MARK);
    put_line(out, "GOTO PENDING");
    put_line(out, ":FIRST");
    put_line(out, "ECHO [rename]>%s\\WININIT.INI", disk->windows);
    put_line(out, "ECHO made by RESTORE /W>%s\\%s", disk->windows, MARK);
    put_line(out, ":MORE");
    for (i = 0; i < disk->file_count; i++)
        put_in_windows(disk, i, out);
    put_line(out, "ECHO Done: disk %u of %u. Start Windows anew once all disks are done.",
             disk->number, disk->count);
    put_line(out, "GOTO END");
}

static void put_undo(const struct wci_restore_disk *disk, size_t i, struct wci_buffer *out)
{
    const struct wci_restore_file *file = &disk->files[i];

    put_line(out, "IF NOT EXIST %s\\%s\\%s GOTO ADD%zu", disk->windows, BACKUP, file->kit_name, i);
    put_line(out, "ECHO %s\\%s", file->folder, file->name);
    put_bare(file, out);
    put_line(out, "COPY /B %s\\%s\\%s %s\\%s >NUL", disk->windows, BACKUP, file->kit_name,
             file->folder, file->name);
    put_attributes(file, out);
    put_line(out, "DEL %s\\%s\\%s", disk->windows, BACKUP, file->kit_name);
    put_line(out, ":ADD%zu", i);
    put_line(out, "IF NOT EXIST %s\\%s\\%s GOTO KEEP%zu", disk->windows, ADDED, file->kit_name, i);
    put_line(out, "ECHO %s\\%s is removed again", file->folder, file->name);
    put_bare(file, out);
    put_line(out, "IF NOT EXIST %s\\%s GOTO GONE%zu", file->folder, file->name, i);
    put_line(out, "DEL %s\\%s", file->folder, file->name);
    put_line(out, ":GONE%zu", i);
    put_line(out, "DEL %s\\%s\\%s", disk->windows, ADDED, file->kit_name);
    put_line(out, ":KEEP%zu", i);
}

static void put_undos(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    size_t i;

    put_line(out, ":UNDO");
    put_line(out, "IF EXIST %s\\WININIT.INI GOTO PENDING", disk->windows);
    for (i = 0; i < disk->file_count; i++)
        put_undo(disk, i, out);
}

static void put_end(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    put_line(out, "ECHO Done: disk %u of %u.", disk->number, disk->count);
    put_line(out, "GOTO END");
    put_line(out, ":PENDING");
    put_line(out,
             "ECHO Windows has files to replace when it starts: start it anew, then come back.");
    put_line(out, "GOTO END");
    put_line(out, ":NODISK");
    put_line(out, "ECHO Go to this disk first: type its drive, as A:, then RESTORE.");
    put_line(out, "GOTO END");
    put_line(out, ":NOWIN");
    put_line(out, "ECHO There is no folder %s on this PC; nothing was changed.", disk->windows);
    put_line(out, "GOTO END");
    put_line(out, ":FAILED");
    put_line(out, "ECHO This file could not be copied. Is the disk full? With /U all is put back.");
    put_line(out, ":END");
}

void wci_restore_batch_put(const struct wci_restore_disk *disk, struct wci_buffer *out)
{
    size_t i;

    put_start(disk, out);
    for (i = 0; i < disk->file_count; i++)
        put_restore(disk, i, out);
    put_line(out, "ECHO Done: disk %u of %u.", disk->number, disk->count);
    put_line(out, "GOTO END");
    put_windows(disk, out);
    put_undos(disk, out);
    put_end(disk, out);
}

/* EXTRACT may be what is damaged, and takes itself out of its cabinet all the same. */
static bool is_extract(const struct wci_restore_file *file)
{
    return strcmp(file->name, "EXTRACT.EXE") == 0;
}

void wci_restore_batch_put_commands(const struct wci_restore_disk *disk, struct wci_bytes commands,
                                    struct wci_buffer *out)
{
    size_t i;

    put_line(out, "@ECHO OFF");
    put_line(out,
             "REM Made by whichcab. REPAIR puts the files in their places, from the disks that it");
    put_line(out,
             "REM asks for; REPAIR /U puts back what was there before. Copy it to the hard disk.");
    put_folders(disk, out);
    for (i = 0; i < disk->file_count; i++) {
        put_keep(disk, i, 'A', out);
        if (!is_extract(&disk->files[i]))
            put_line(out, "DEL %s\\%s", disk->files[i].folder, disk->files[i].name);
        put_line(out, ":NEWA%zu", i);
    }
    wci_buffer_put(out, commands.data, commands.length);
    for (i = 0; i < disk->file_count; i++) {
        put_line(out, "ECHO %s\\%s", disk->files[i].folder, disk->files[i].name);
        put_line(out, "IF NOT EXIST %s\\%s GOTO FAILED", disk->files[i].folder,
                 disk->files[i].name);
        put_attributes(&disk->files[i], out);
    }
    put_line(out, "ECHO All files are in their places.");
    put_line(out, "GOTO END");
    put_undos(disk, out);
    put_end(disk, out);
}

bool wci_restore_batch_fits(const char *windows, const struct wci_restore_file *file)
{
    const struct wci_restore_disk disk = {
        .windows = windows, .number = 99, .count = 99, .files = file, .file_count = 1};
    const struct wci_bytes none = {"", 0};
    struct wci_buffer out;
    bool ok;

    wci_buffer_init(&out);
    wci_restore_batch_put(&disk, &out);
    wci_restore_batch_put_commands(&disk, none, &out);
    ok = out.ok;
    wci_buffer_free(&out);
    return ok;
}

size_t wci_restore_batch_room(size_t file_count)
{
    return FRAME_BYTES + file_count * FILE_BYTES;
}

bool wci_restore_batch_can_name(const char *path)
{
    const char *at;

    for (at = path; *at != '\0'; at++) {
        if (*at <= ' ' || *at >= 0x7F || strchr("%&|<>^\"*?,;=+[]", *at) != NULL)
            return false;
    }
    return *path != '\0' && strlen(path) < 80;
}
