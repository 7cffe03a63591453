/*
 * baseline - what the files of a Windows folder were, kept in a file of the user's, and what has
 * changed since.
 *
 * A line of text for each: SHA-256 (- where it could not be read), bytes, date, path; in a path "%", blanks and bytes that
 * are not printable ASCII are written %XX.  The first line tells the form.
 */
#ifndef BASELINE_H
#define BASELINE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/records.h"
#include "whichcab.h"

struct baseline_file {
    char *path;  /* owned; as it is written */
    char *facts; /* owned; what stands in front of it */
};

struct baseline_list {
    struct baseline_file *files; /* owned */
    size_t count, capacity;
};

struct baseline {
    const char *path;
    FILE *file; /* to write; NULL: there is one to compare with */
    struct baseline_list before, now;
};

/* Reads the file, or makes it when it is not there.  False after a message. */
bool baseline_open(struct baseline *baseline, const char *path);

/* A file of today's.  False without memory. */
bool baseline_note(struct baseline *baseline, const struct wcab_checked_file *file);

/* Ends it: writes the file, or tells what has changed (to `records`, when that is not NULL). `is_whole`: all files
 * were noted. Returns STATUS_DONE, STATUS_PARTLY when something has changed, STATUS_ERROR after a message. */
int baseline_close(struct baseline *baseline, bool is_whole, struct records *records);

#endif
