/*
 * verify_text - what verification finds, for people: a line for each image, or each finding.
 */
#ifndef VERIFY_TEXT_H
#define VERIFY_TEXT_H

#include "cli/command.h"

/* Files that are named, and the first finding of a kind as "container > name: word: reason". */
struct verify_kind {
    uint64_t count;
    char *first;  /* owned */
    char *names;  /* owned: "A, B" */
    size_t named; /* files in `names` */
};

/* What is known of the current image; all zero before the first event but for `verbose` and `links`. */
struct verify_text {
    bool verbose; /* a line for each finding */
    bool links;   /* images are links to their files */
    struct verify_kind lost, partial, faults, unread;
    char *copies_of; /* owned: the image whose equal copies are counted */
    char *copy;      /* owned: the first of them */
    uint64_t copies;
    bool any_copy; /* verbose: the heading of copies was printed */
};

/* Prints what an event other than PROGRESS tells, now or with its image. */
void verify_text_event(struct verify_text *text, const struct wcab_verify_event *event);

/* Prints what is left and frees all. */
void verify_text_end(struct verify_text *text);

#endif
