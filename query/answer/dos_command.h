/*
 * dos_command - the command lines that get a file onto a real machine from its real disks.
 *
 * EXTRACT's syntax: Knowledge Base article Q132913.  What decides:
 *   - EXTRACT /Y /L FOLDER CABINET FILE takes a file out of a cabinet of many files; it can't
 * rename then, so a file that is installed under another name is renamed afterwards;
 *   - /A goes on through the chain of cabinets from the one named: needed where a file, or the
 *     folder it is compressed in, lies in several; it has to begin where the folder begins;
 *   - COPY can't read DMF disks (Q150535), EXTRACT /C can (Q132913);
 *   - packed single files (MAPI32.DL_) are for EXPAND, those of Microsoft's languages (LINK.EX$) for
 *     the DECOMP that came with these.
 */
#ifndef WCI_DOS_COMMAND_H
#define WCI_DOS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "whichcab.h"

enum wci_dos_drive { WCI_DOS_FLOPPY = 1, WCI_DOS_CD = 2 };

struct wci_dos_file {
    enum wci_dos_drive drive;
    bool dmf;                /* the disk is in Distribution Media Format */
    const char *folder;      /* of cabinet or file on the disk, '/' or '\' between; "" at the top */
    const char *cabinet;     /* to begin with: where the compressed folder starts; NULL: loose */
    bool spans;              /* more cabinets than that one are needed */
    const char *name;        /* as stored, folders with it */
    const char *packed_name; /* of a packed single file on the disk (MAPI32.DL_); else NULL */
    const char *installed_as; /* another name on the installed system, or NULL */
};

struct wci_dos_options {
    const char *floppy_drive;  /* "A:"; NULL: that */
    const char *cd_drive;      /* "D:"; NULL: that */
    const char *target_folder; /* NULL: where Windows keeps such files */
};

/* A drive as it is given, "b" or "B:", as it stands in a command: "B:".  False when it is none. */
enum { WCI_DOS_DRIVE = 3 };
bool wci_dos_command_drive(const char *given, char drive[WCI_DOS_DRIVE]);

enum { WCI_DOS_COMMAND_LINES = 4 };

/* Writes the command lines, from `arena`, to lines; returns their number, 0 without memory. */
size_t wci_dos_command_lines(const struct wci_dos_file *file, const struct wci_dos_options *options,
                             struct wci_arena *arena, const char *lines[WCI_DOS_COMMAND_LINES]);

/*
 * Divides such a line into its words; quotes belong to the word.  The last word but one is what is
 * read; the last is a name in it where a word is "/L", else what is written.  Returns their number,
 * at most `most`.
 */
enum { WCI_DOS_COMMAND_WORDS = 8 };
size_t wci_dos_command_words(const char *line, struct wci_bytes *words, size_t most);

/* Where Windows 95 keeps a file of this name, by its kind: "C:\WINDOWS\SYSTEM". */
const char *wci_dos_command_target(const char *name);

/* The same for Windows NT; "." for what is not known there. */
const char *wci_dos_command_nt_target(const char *name);

/* Whether the part before the first dot is a device of DOS or Windows: CON, COM1, CONIN$ ... */
bool wci_dos_command_is_device(struct wci_bytes name);

/* Whether a name is one that DOS can use: 8.3, no forbidden byte. */
bool wci_dos_command_is_short(const char *name);

#endif
