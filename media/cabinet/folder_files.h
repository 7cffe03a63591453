/*
 * folder_files - the files of one folder (compression stream) as its bytes come by.
 *
 * The folder is decoded once from its start; this sink cuts the stream into the files that are
 * wanted and ends the decoding behind the last of them.
 */
#ifndef WCI_FOLDER_FILES_H
#define WCI_FOLDER_FILES_H

#include "media/cabinet/decode.h"

/* A wanted file. */
struct wci_folder_file {
    uint64_t start, size; /* bytes in the uncompressed folder */
    void *context;        /* the caller's */
    bool begun, ended;    /* set here */
    uint64_t done;        /* bytes handed over */
};

struct wci_folder_files {
    struct wci_folder_file *files; /* the caller's array; sorted here by start */
    size_t count;
    /* Each file's bytes in order; a code other than WCAB_OK ends the decoding with it.  `end` comes
     * when the last byte has been handed over. */
    enum wcab_err (*begin)(struct wci_folder_file *file, struct wcab_error *err);
    enum wcab_err (*put)(struct wci_folder_file *file, const uint8_t *data, size_t size,
                         struct wcab_error *err);
    enum wcab_err (*end)(struct wci_folder_file *file, struct wcab_error *err);
    size_t first;   /* private: first file that has not ended */
    uint64_t at;    /* private: bytes of the folder that came by */
    bool satisfied; /* every file has ended */
};

/* Sorts the files and begins those of no bytes at the start.  At most WCI_FOLDER_FILES_OVERLAP
 * files may share bytes: a directory that claims more is not one that any writer makes; those
 * beyond are left without begin and end. */
enum { WCI_FOLDER_FILES_OVERLAP = 16 };
void wci_folder_files_prepare(struct wci_folder_files *files);

/* The sink for wci_decode_folder.  Its put returns WCAB_ERR_CANCELLED when nothing more is wanted;
 * then `satisfied` is true. */
struct wci_byte_sink wci_folder_files_sink(struct wci_folder_files *files);

/* To be called when the folder has come to its end: files of no bytes that were not begun need no
 * more, wherever they should lie, and though the folder has no block at all. */
enum wcab_err wci_folder_files_end(struct wci_folder_files *files, struct wcab_error *err);

#endif
