/*
 * hash_list - lists of known files: Logiqx DAT, NSRL, what sha256sum and its like print.
 */
#ifndef HASH_LIST_H
#define HASH_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct hash_entry {
    const char *name;  /* of the file in the list */
    const char *group; /* what it belongs to there: a game of a DAT; NULL: nothing */
    const char *hash;  /* the longest that it has: SHA-256, SHA-1 or MD5, in hexadecimal */
    uint64_t size;     /* bytes */
    bool has_size;
};

/* Calls `visit` for each entry that has a hash; strings live for the call.  `visit` returns false to end.
 * False: `visit` did, or *why tells what is wrong with the list, at *line. */
bool hash_list_read(FILE *file, bool (*visit)(void *context, const struct hash_entry *entry),
                    void *context, uint64_t *line, const char **why);

#endif
