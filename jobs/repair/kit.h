/*
 * kit - the disks that a repair kit is made of: files are put in, and all is written at the end.
 */
#ifndef WCI_KIT_H
#define WCI_KIT_H

#include "core/error.h"
#include "core/mem.h"

struct wci_kit;

/* A file on the PC. */
struct wci_kit_file {
    const char *name;   /* 8.3 */
    const char *folder; /* "C:\WINDOWS\SYSTEM" */
    struct wci_bytes content;
    uint32_t modified; /* DOS date << 16 | time; 0: none */
};

/* A kit in `form` for the Windows folder `windows` ("C:\WINDOWS"), to be written into `folder`.  Both are
 * borrowed.  NOMEM. */
enum wcab_err wci_kit_new(enum wcab_kit_form form, const char *windows, const char *folder,
                          struct wci_kit **kit, struct wcab_error *err);
/* Of the form STARTUP, before anything is put in: the startup disk that it begins with a copy of.
 * FORMAT, USAGE: it has a RESTORE.BAT; NOTFOUND, IO, NOMEM. */
enum wcab_err wci_kit_begin_startup(struct wci_kit *kit, const char *path, struct wcab_error *err);
void wci_kit_free(struct wci_kit *kit); /* NULL is fine */

/* Takes a copy of the file; its number is that of the calls before it.  NOMEM. */
enum wcab_err wci_kit_add(struct wci_kit *kit, const struct wci_kit_file *file,
                          struct wcab_error *err);

/* Of the form BATCH: the command lines that take the files from the medium's own disks; borrowed. */
void wci_kit_set_commands(struct wci_kit *kit, struct wci_bytes commands);

/* Once all files are in: divides them among as few disks as will do, the largest first.  NOMEM. */
enum wcab_err wci_kit_place(struct wci_kit *kit, struct wcab_error *err);

unsigned wci_kit_disk_count(const struct wci_kit *kit);
/* Of a file by its number, from 1; 0: no disk of the kit has room for it. */
unsigned wci_kit_disk_of(const struct wci_kit *kit, size_t number);

/* Writes disk `number` (from 1): an image, or the files of the folder.  *written is its path, borrowed
 * from the kit.  IO: it is there already, or can't be written; NOMEM. */
enum wcab_err wci_kit_write(struct wci_kit *kit, unsigned number, const char **written,
                            struct wcab_error *err);

#endif
