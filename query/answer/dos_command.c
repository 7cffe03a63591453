/*
 * dos_command - see dos_command.h.
 */
#include "query/answer/dos_command.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/bytes.h"
#include "core/text.h"

/* ---- targets ------------------------------------------------------------------------------ */

struct target {
    const char *what; /* whole name, or extension with its dot */
    const char *folder;
};

/* Names first: they are exceptions from the extensions. */
static const struct target targets[] = {
    {"IO.SYS", "C:\\"},
    {"WINBOOT.SYS", "C:\\"},
    {"MSDOS.SYS", "C:\\"},
    {"DRVSPACE.BIN", "C:\\"},
    {"DBLSPACE.BIN", "C:\\"},
    {"COMMAND.COM", "C:\\"},
    {"WIN.COM", "C:\\WINDOWS"},
    {"EMM386.EXE", "C:\\WINDOWS"},
    {"SMARTDRV.EXE", "C:\\WINDOWS"},
    {"SETVER.EXE", "C:\\WINDOWS"},
    {"HIMEM.SYS", "C:\\WINDOWS"},
    {"IFSHLP.SYS", "C:\\WINDOWS"},
    {"USER.EXE", "C:\\WINDOWS\\SYSTEM"},
    {"GDI.EXE", "C:\\WINDOWS\\SYSTEM"},
    {"KRNL386.EXE", "C:\\WINDOWS\\SYSTEM"},
    {"MAPISP32.EXE", "C:\\WINDOWS\\SYSTEM"},
    {"EXTRACT.EXE", "C:\\WINDOWS\\COMMAND"},
    {"FORMAT.COM", "C:\\WINDOWS\\COMMAND"},
    {"SYS.COM", "C:\\WINDOWS\\COMMAND"},
    {"XCOPY.EXE", "C:\\WINDOWS\\COMMAND"},
    {"XCOPY32.EXE", "C:\\WINDOWS\\COMMAND"},
    {"FDISK.EXE", "C:\\WINDOWS\\COMMAND"},
    {"ATTRIB.EXE", "C:\\WINDOWS\\COMMAND"},
    {"SCANDISK.EXE", "C:\\WINDOWS\\COMMAND"},
    {"MSCDEX.EXE", "C:\\WINDOWS\\COMMAND"},
    {"EDIT.COM", "C:\\WINDOWS\\COMMAND"},
    {".DLL", "C:\\WINDOWS\\SYSTEM"},
    {".DRV", "C:\\WINDOWS\\SYSTEM"},
    {".VXD", "C:\\WINDOWS\\SYSTEM"},
    {".386", "C:\\WINDOWS\\SYSTEM"},
    {".CPL", "C:\\WINDOWS\\SYSTEM"},
    {".OCX", "C:\\WINDOWS\\SYSTEM"},
    {".VBX", "C:\\WINDOWS\\SYSTEM"},
    {".TLB", "C:\\WINDOWS\\SYSTEM"},
    {".ACM", "C:\\WINDOWS\\SYSTEM"},
    {".MOD", "C:\\WINDOWS\\SYSTEM"},
    {".NLS", "C:\\WINDOWS\\SYSTEM"},
    {".SCR", "C:\\WINDOWS\\SYSTEM"},
    {".NEW", "C:\\WINDOWS\\SYSTEM"},
    {".PDR", "C:\\WINDOWS\\SYSTEM\\IOSUBSYS"},
    {".MPD", "C:\\WINDOWS\\SYSTEM\\IOSUBSYS"},
    {".INF", "C:\\WINDOWS\\INF"},
    {".HLP", "C:\\WINDOWS\\HELP"},
    {".CNT", "C:\\WINDOWS\\HELP"},
    {".FON", "C:\\WINDOWS\\FONTS"},
    {".FOT", "C:\\WINDOWS\\FONTS"},
    {".TTF", "C:\\WINDOWS\\FONTS"},
    {".CUR", "C:\\WINDOWS\\CURSORS"},
    {".ANI", "C:\\WINDOWS\\CURSORS"},
    {".WAV", "C:\\WINDOWS\\MEDIA"},
    {".MID", "C:\\WINDOWS\\MEDIA"},
    {".RMI", "C:\\WINDOWS\\MEDIA"},
    {".CPI", "C:\\WINDOWS\\COMMAND"},
    {".ICM", "C:\\WINDOWS\\SYSTEM\\COLOR"},
};

/* What all versions of Windows NT up to 4.0 keep in the same place. */
static const struct target nt_targets[] = {
    {"NTLDR", "C:\\"},
    {"NTDETECT.COM", "C:\\"},
    {"NOTEPAD.EXE", "C:\\WINNT"},
    {"REGEDIT.EXE", "C:\\WINNT"},
    {"EXPLORER.EXE", "C:\\WINNT"},
    {".DLL", "C:\\WINNT\\SYSTEM32"},
    {".EXE", "C:\\WINNT\\SYSTEM32"},
    {".COM", "C:\\WINNT\\SYSTEM32"},
    {".CPL", "C:\\WINNT\\SYSTEM32"},
    {".NLS", "C:\\WINNT\\SYSTEM32"},
    {".OCX", "C:\\WINNT\\SYSTEM32"},
    {".TLB", "C:\\WINNT\\SYSTEM32"},
    {".SCR", "C:\\WINNT\\SYSTEM32"},
    {".SYS", "C:\\WINNT\\SYSTEM32\\DRIVERS"},
};

static const char *look_up(const struct target *table, size_t count, const char *name,
                           const char *otherwise)
{
    const char *base = wci_text_base_name(name);
    const char *extension = strrchr(base, '.');
    size_t i;

    for (i = 0; i < count; i++) {
        const char *part = table[i].what[0] == '.' ? extension : base;

        if (part != NULL && strcasecmp(part, table[i].what) == 0)
            return table[i].folder;
    }
    return otherwise;
}

const char *wci_dos_command_target(const char *name)
{
    return look_up(targets, sizeof(targets) / sizeof(targets[0]), name, "C:\\WINDOWS");
}

const char *wci_dos_command_nt_target(const char *name)
{
    return look_up(nt_targets, sizeof(nt_targets) / sizeof(nt_targets[0]), name, ".");
}

bool wci_dos_command_is_short(const char *name)
{
    static const char forbidden[] = "\"*+,/:;<=>?[\\]| ";
    const char *dot = strchr(name, '.');
    size_t stem = dot == NULL ? strlen(name) : (size_t)(dot - name);
    size_t extension = dot == NULL ? 0 : strlen(dot + 1);
    const char *at;

    if (stem == 0 || stem > 8 || extension > 3 || (dot != NULL && strchr(dot + 1, '.') != NULL))
        return false;
    for (at = name; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F || strchr(forbidden, *at) != NULL)
            return false;
    }
    return true;
}

bool wci_dos_command_is_device(struct wci_bytes name)
{
    static const char *const devices[] = {
        "CON",         "PRN",         "AUX",         "NUL",         "CLOCK$",      "COM1",
        "COM2",        "COM3",        "COM4",        "COM5",        "COM6",        "COM7",
        "COM8",        "COM9",        "LPT1",        "LPT2",        "LPT3",        "LPT4",
        "LPT5",        "LPT6",        "LPT7",        "LPT8",        "LPT9",        "COM\xC2\xB9",
        "COM\xC2\xB2", "COM\xC2\xB3", "LPT\xC2\xB9", "LPT\xC2\xB2", "LPT\xC2\xB3", "COM0",
        "LPT0",        "CONIN$",      "CONOUT$"};
    size_t i;

    for (i = 0; i < name.length; i++) {
        if (name.data[i] == '.')
            name.length = i;
    }
    while (name.length > 0 && name.data[name.length - 1] == ' ')
        name.length--;
    for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (wci_text_equal_folded(name, wci_bytes_of(devices[i])))
            return true;
    }
    return false;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Text in the upper case that DOS shows; a long name keeps its own. */
static void put_upper(struct wci_buffer *line, const char *text)
{
    for (; *text != '\0'; text++) {
        uint8_t c = (uint8_t)*text;

        if (c == '/')
            c = '\\';
        wci_buffer_u8(line, c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c);
    }
}

/* A file name, with or without stored folders before it. */
static void put_file_name(struct wci_buffer *line, const char *name)
{
    if (wci_dos_command_is_short(wci_text_base_name(name)))
        put_upper(line, name);
    else
        wci_buffer_put(line, name, strlen(name));
}

/* Blanks and some other characters divide words, and where CMD.EXE runs the line, & divides commands,
 * ^ takes away what stands behind it, and ( ) hold commands together. */
static bool needs_quotes(const char *text)
{
    return strpbrk(text, " ,;=&^()") != NULL;
}

/* Puts a path onto a line, in quotes when it needs them. */
static void put_path(struct wci_buffer *line, const char *drive, const char *folder,
                     const char *name)
{
    size_t length = strlen(drive);
    bool goes_on = folder[0] != '\0' || name[0] != '\0';
    bool rooted = goes_on && length > 0 && drive[length - 1] != '\\';
    bool quoted = needs_quotes(drive) || needs_quotes(folder) || needs_quotes(name);

    if (quoted)
        wci_buffer_u8(line, '"');
    wci_buffer_put(line, drive, length);
    if (rooted)
        wci_buffer_u8(line, '\\');
    put_upper(line, folder);
    if (folder[0] != '\0' && name[0] != '\0')
        wci_buffer_u8(line, '\\');
    put_file_name(line, name);
    if (quoted)
        wci_buffer_u8(line, '"');
}

static void put_text(struct wci_buffer *line, const char *text)
{
    wci_buffer_put(line, text, strlen(text));
}

/* A name, in quotes when it needs them. */
static void put_name(struct wci_buffer *line, const char *name)
{
    bool quoted = needs_quotes(name);

    if (quoted)
        wci_buffer_u8(line, '"');
    put_file_name(line, name);
    if (quoted)
        wci_buffer_u8(line, '"');
}

struct line_list {
    struct wci_arena *arena;
    struct wci_buffer line; /* being written */
    const char **lines;
    size_t count;
    bool ok;
};

/* Closes the line being written; control bytes of names, which would end it, are masked. */
static void end_line(struct line_list *list)
{
    struct wci_bytes text = wci_buffer_view(&list->line);
    struct wci_bytes copy = {NULL, 0};
    struct wci_buffer masked;

    wci_buffer_init(&masked);
    wci_text_mask(text, &masked);
    if (list->line.ok && masked.ok && list->count < WCI_DOS_COMMAND_LINES)
        copy = wci_arena_bytes(list->arena, wci_buffer_view(&masked));
    wci_buffer_free(&masked);
    wci_buffer_clear(&list->line);
    if (copy.data == NULL)
        list->ok = false;
    else
        list->lines[list->count++] = copy.data;
}

static void put_cabinet_line(struct line_list *list, const struct wci_dos_file *file,
                             const char *drive, const char *target)
{
    struct wci_buffer *line = &list->line;

    put_text(line, file->spans ? "EXTRACT /Y /A /L " : "EXTRACT /Y /L ");
    put_path(line, target, "", "");
    wci_buffer_u8(line, ' ');
    put_path(line, drive, file->folder, file->cabinet);
    wci_buffer_u8(line, ' ');
    put_name(line, file->name);
    end_line(list);
}

/* EXTRACT can't rename what it takes out of a cabinet of many files. */
static void put_rename_lines(struct line_list *list, const struct wci_dos_file *file,
                             const char *target)
{
    struct wci_buffer *line = &list->line;
    const char *extracted = wci_text_base_name(file->name);

    put_text(line, "COPY /Y ");
    put_path(line, target, "", extracted);
    wci_buffer_u8(line, ' ');
    put_path(line, target, "", file->installed_as);
    end_line(list);
    put_text(line, "DEL ");
    put_path(line, target, "", extracted);
    end_line(list);
}

static void put_loose_line(struct line_list *list, const struct wci_dos_file *file,
                           const char *drive, const char *target)
{
    struct wci_buffer *line = &list->line;
    const char *installed =
        file->installed_as != NULL ? file->installed_as : wci_text_base_name(file->name);

    if (file->packed_name != NULL) /* names with a $ are of the languages, which brought DECOMP */
        put_text(line,
                 file->packed_name[strlen(file->packed_name) - 1] == '$' ? "DECOMP " : "EXPAND ");
    else
        put_text(line, file->dmf ? "EXTRACT /Y /C " : "COPY /Y ");
    put_path(line, drive, file->folder, file->packed_name != NULL ? file->packed_name : file->name);
    wci_buffer_u8(line, ' ');
    put_path(line, target, "", installed);
    end_line(list);
}

bool wci_dos_command_drive(const char *given, char drive[WCI_DOS_DRIVE])
{
    char letter = (char)(given[0] >= 'a' && given[0] <= 'z' ? given[0] - 'a' + 'A' : given[0]);

    if (letter < 'A' || letter > 'Z' || !(given[1] == '\0' || strcmp(given + 1, ":") == 0))
        return false;
    drive[0] = letter;
    drive[1] = ':';
    drive[2] = '\0';
    return true;
}

size_t wci_dos_command_lines(const struct wci_dos_file *file, const struct wci_dos_options *options,
                             struct wci_arena *arena, const char *lines[WCI_DOS_COMMAND_LINES])
{
    struct line_list list = {.arena = arena, .lines = lines, .ok = true};
    const char *drive = file->drive == WCI_DOS_FLOPPY ? options->floppy_drive : options->cd_drive;
    const char *target = options->target_folder;

    if (drive == NULL)
        drive = file->drive == WCI_DOS_FLOPPY ? "A:" : "D:";
    if (target == NULL)
        target =
            wci_dos_command_target(file->installed_as != NULL ? file->installed_as : file->name);
    wci_buffer_init(&list.line);
    if (file->cabinet != NULL) {
        put_cabinet_line(&list, file, drive, target);
        if (file->installed_as != NULL)
            put_rename_lines(&list, file, target);
    } else {
        put_loose_line(&list, file, drive, target);
    }
    wci_buffer_free(&list.line);
    return list.ok ? list.count : 0;
}

size_t wci_dos_command_words(const char *line, struct wci_bytes *words, size_t most)
{
    size_t count = 0;

    while (count < most) {
        bool quoted = false;
        const char *start;

        while (*line == ' ')
            line++;
        if (*line == '\0')
            break;
        for (start = line; *line != '\0' && (quoted || *line != ' '); line++)
            quoted = quoted != (*line == '"');
        words[count++] = (struct wci_bytes){start, (size_t)(line - start)};
    }
    return count;
}
