/*
 * output_file - writing extracted files beneath one folder, safely.
 *
 * Names come from media and are hostile: only a plain name of one part is accepted, the file is
 * made under a temporary name beside its place, never through a symbolic link, and renamed when it
 * is whole.
 */
#ifndef WCI_OUTPUT_FILE_H
#define WCI_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/error.h"
#include "core/mem.h"

/* The folder that everything is written beneath. */
struct wci_output_folder {
    int fd;
};

/* Opens a folder, making it when it is missing (not its parents).  IO, NOTFOUND. */
enum wcab_err wci_output_folder_open(const char *path, struct wci_output_folder *folder,
                                     struct wcab_error *err);
/* Opens the folder `path` beneath another, whose parts are plain names with '/' behind each, making
 * what is missing; never through a symbolic link.  USAGE: a file is in the way.  IO. */
enum wcab_err wci_output_folder_below(const struct wci_output_folder *folder, const char *path,
                                      struct wci_output_folder *below, struct wcab_error *err);
void wci_output_folder_close(struct wci_output_folder *folder);

/* A file being written. */
struct wci_output_file {
    int folder, fd;     /* the folder's is borrowed */
    char temporary[32]; /* name while it is written; empty when there is no such file */
    uint64_t written;
};

/* Whether `name` may be made: one part, valid UTF-8, not ".", "..", empty or over 255 bytes,
 * without slash, backslash, colon, or what moves a terminal's cursor or turns the direction of
 * writing; not a DOS device (CON, NUL, COM1 ... also with an extension), beginning with a dot, nor
 * ending in a dot or blank, which a DOS machine could not take.  USAGE says which. */
enum wcab_err wci_output_name_check(struct wci_bytes name, struct wcab_error *err);

/* Appends the name under which a file called `name` is made: with _ for what must not stand in it,
 * the same for the same name.  USAGE: none can be made of it.  NOMEM. */
enum wcab_err wci_output_name_make(struct wci_bytes name, struct wci_buffer *made,
                                   struct wcab_error *err);

/* Makes a file; one that is `read_only` can be written to until it is finished.  IO, NOMEM. */
enum wcab_err wci_output_file_begin(const struct wci_output_folder *folder, bool read_only,
                                    struct wci_output_file *file, struct wcab_error *err);
enum wcab_err wci_output_file_put(struct wci_output_file *file, const uint8_t *data, size_t size,
                                  struct wcab_error *err);
/* Sets the time (DOS words, local; 0: leaves it) and gives the file its name.  USAGE when one of
 * that name is there and `replace` is false.  The file is gone on any error. */
enum wcab_err wci_output_file_finish(struct wci_output_file *file, const char *name,
                                     uint32_t modified, bool replace, struct wcab_error *err);
/* Drops what was written; harmless after finish. */
void wci_output_file_cancel(struct wci_output_file *file);

#endif
