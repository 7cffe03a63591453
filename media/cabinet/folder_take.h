/*
 * folder_take - files out of one folder (compression stream) of cabinets.
 *
 * The folder is decoded once from its start, its bytes are cut into the files that are wanted, and
 * the decoding ends behind the last of them.  How each file came out is asked here, too.
 */
#ifndef WCI_FOLDER_TAKE_H
#define WCI_FOLDER_TAKE_H

#include "media/cabinet/cab_folder.h"
#include "media/cabinet/damage_list.h"
#include "media/cabinet/decode.h"

/* A wanted file. */
struct wci_folder_file {
    uint64_t start, size; /* bytes in the uncompressed folder */
    void *context;        /* the caller's */
    uint64_t done;        /* set here: bytes handed over */
    bool begun, ended;    /* set here */
};

/* How a file came out. */
enum wci_taken {
    WCI_TAKEN_WHOLE,
    WCI_TAKEN_DAMAGED,
    WCI_TAKEN_MISSING /* a part of the folder is not there */
};

struct wci_folder_take {
    /* ---- the caller's ---- */
    struct wci_folder_file *files; /* sorted here by start */
    size_t count;
    enum wci_decoder_choice decoder;
    bool salvage; /* goes on behind damage: zeroes stand for what is lost */
    /* Each file's bytes in order.  `end` comes when the last byte has been handed over; how it came
     * out is known then.  A code other than WCAB_OK ends the decoding with it. */
    enum wcab_err (*begin)(struct wci_folder_file *file, struct wcab_error *err);
    enum wcab_err (*put)(struct wci_folder_file *file, const uint8_t *data, size_t size,
                         struct wcab_error *err);
    enum wcab_err (*end)(struct wci_folder_file *file, struct wcab_error *err);
    struct wcab_error missing; /* why a part of the folder is not there; code OK: all are */
    /* ---- found here ---- */
    struct wcab_error broken;       /* what ended the decoding; code OK: nothing did */
    struct wci_damage_list damages; /* in salvage */
    uint64_t at;                    /* bytes of the folder that came by */
    size_t first;                   /* private: the first file that has not ended */
    bool refused;                   /* private: a callback has failed */
};

/* At most so many files may share bytes: a directory that claims more is not one that any writer
 * makes; those beyond are left without begin and end. */
enum { WCI_FOLDER_TAKE_OVERLAP = 16 };

/*
 * Decodes the folder that `parts` make up (see wci_cab_folder_open) up to the last wanted file's
 * end.  No part: nothing of it is at hand, and only files of no bytes come out.
 * Returns what ended the decoding before that, which is kept in `broken`, too: what the callbacks
 * returned, and what wci_decode_folder and wci_cab_folder_blocks say.  Unless it ends the whole run
 * (NOMEM, CANCELLED) it is what is wrong with the files that have not ended.
 */
enum wcab_err wci_folder_take_run(struct wci_folder_take *take, const struct wci_cab_part *parts,
                                  size_t count, struct wcab_error *err);

/* How the file came out, from its `end` on; `why` says what is wrong, unless it is WHOLE. */
enum wci_taken wci_folder_take_outcome(const struct wci_folder_take *take,
                                       const struct wci_folder_file *file, struct wcab_error *why);

void wci_folder_take_free(struct wci_folder_take *take); /* not the files */

#endif
