/*
 * kit.h - disks that mend the Windows on a PC's disk.
 */
#ifndef WHICHCAB_KIT_H
#define WHICHCAB_KIT_H

#include "whichcab/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- repair kits (libwhichcab) -------------------------------------------------------------- */

enum wcab_kit_form {
    WCAB_KIT_FOLDER = 1,      /* the files and RESTORE.BAT in a folder */
    WCAB_KIT_FLOPPY_1440 = 2, /* images of 1.44 MB floppies, REPAIR1.IMG and so on */
    WCAB_KIT_FLOPPY_720 = 3,
    WCAB_KIT_ISO = 4,     /* a CD image, REPAIR.ISO */
    WCAB_KIT_STARTUP = 5, /* a copy of the user's startup disk, with what it has room for; then
                             1.44 MB floppies */
    WCAB_KIT_BATCH =
        6, /* REPAIR.BAT, which takes the files from the medium's own disks: no image of them is needed */
    WCAB_KIT_PLAN = 7 /* nothing is written: which of these disks to insert, in order */
};

enum wcab_kit_event_kind {
    WCAB_KIT_EVENT_FILE = 1, /* a right copy was put into the kit */
    WCAB_KIT_EVENT_LEFT =
        2, /* there is none that can be taken, or DOS can't put it back: `error` */
    WCAB_KIT_EVENT_DISK = 3, /* a disk of the kit was written */
    WCAB_KIT_EVENT_STEP =
        4 /* BATCH, PLAN: the next disk to insert; the files that it is inserted for follow */
};

struct wcab_kit_event {
    enum wcab_kit_event_kind kind;
    const struct wcab_checked_file *file; /* FILE, LEFT; but for `match`, which is NULL */
    const char *destination;              /* FILE: on the PC, "C:\WINDOWS\SYSTEM\MAPI32.DLL" */
    const char *medium, *cabinet;         /* FILE, STEP: where it is taken from; may be NULL */
    unsigned disk;       /* FILE, DISK: number of the kit's disk, from 1; STEP, and FILE of
                                             BATCH and PLAN: number of the step */
    const char *written; /* DISK: path of the image or of the batch file */
    const struct wcab_error *error; /* LEFT */
    const char *insert;             /* STEP: "Windows 95 disk 7 of 13 (DMF set)" */
};

/* As one JSON object and a newline (docs/json.md). */
WCAB_API enum wcab_err wcab_kit_event_json(const struct wcab_kit_event *event, wcab_text_sink *sink,
                                           void *context);

struct wcab_kit_options {
    size_t sizeof_options; /* sizeof(struct wcab_kit_options) */
    const char
        *target; /* as of wcab_check: an image, a drive, a folder; only read; NULL: `report` */
    const char *medium; /* as of wcab_check */
    const char *folder; /* of the kit; made when it is missing */
    enum wcab_kit_form form;
    const char *drive; /* of the Windows folder on the PC, "C:"; NULL: that */
    /* States whose files are put back, bits 1 << enum wcab_check_state; 0: DAMAGED, MISSING and
     * WRONG_COPY. */
    unsigned states;
    void *context;
    /* Another code than WCAB_OK ends the repair with it; may be NULL. */
    enum wcab_err (*on_event)(void *context, const struct wcab_kit_event *event);
    void (*on_fault)(void *context, const struct wcab_error *fault); /* as of wcab_check */
    const char *startup; /* STARTUP: image of the startup disk; only read */
    /* A report that `whichcab check --json` wrote, instead of a target: the disk itself need not be
     * at hand. */
    const char *report;
    /* BATCH: the PC's drives for the medium; NULL each: "A:", "D:". */
    const char *floppy_drive, *cd_drive;
};

struct wcab_kit_result {
    size_t sizeof_result;        /* sizeof(struct wcab_kit_result), set by the caller */
    uint64_t files, left, bytes; /* put into the kit; not; bytes of the former, as far as known */
    unsigned disks;              /* written; BATCH, PLAN: to insert */
};

/*
 * Checks the target and makes a kit that mends it from DOS: the right copies, unpacked, and on each
 * disk RESTORE.BAT, which keeps the old files in WHICHCAB below the Windows folder, copies, and with
 * /U puts everything back. Works on COMMAND.COM of Windows 95 and of MS-DOS 5 and later.  Nothing is
 * written when there is nothing to mend.
 *
 * Files are told disk by disk. Where several media have them, BATCH and PLAN take the one that has most of them, an indexed
 * one before others, then the one with the fewest disks to insert.
 *
 * What wcab_check returns; USAGE: no drive; IO: the kit can't be written; what `on_event` returned.
 */
WCAB_API enum wcab_err wcab_kit_make(struct wcab_catalog *catalog,
                                     const struct wcab_kit_options *options,
                                     struct wcab_kit_result *result, struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
