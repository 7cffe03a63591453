/*
 * progress - one line on a terminal that says how far a long run is.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
    bool wanted; /* stderr is a terminal and the user did not say --quiet */
    bool shown;
    struct timespec started, last;
};

void progress_begin(struct progress *progress, bool wanted);
/* Shows "indexing 17 of 400 images, 12.3 MB read, 3 s left"; at most ten times a second. */
void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t total,
                   uint64_t bytes);
/* The same where the end is not known: "extracting: 17 files, 12.3 MB". */
void progress_count(struct progress *progress, const char *what, const char *things, uint64_t done,
                    uint64_t bytes);
/* Takes the line away, before something else is printed. */
void progress_clear(struct progress *progress);

#endif
