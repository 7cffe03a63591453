/* tree.h: folders and files in memory, from which fat.h and iso.h make images. */
#ifndef WCGEN_TREE_H
#define WCGEN_TREE_H

#include "util.h"

enum {
    WCGEN_READ_ONLY = 1,
    WCGEN_HIDDEN = 2,
    WCGEN_SYSTEM = 4,
    WCGEN_LABEL = 8,
    WCGEN_FOLDER = 16,
    WCGEN_ARCHIVE = 32
};

struct wcgen_node {
    char *name;          /* raw bytes, zero-terminated */
    char *alias;         /* 8.3 name where it isn't made from `name`; NULL otherwise */
    unsigned attributes; /* WCGEN_FOLDER makes it one */
    uint16_t date, time; /* DOS */
    uint8_t *bytes;      /* a file's contents, owned */
    size_t size;
    struct wcgen_node **children;
    size_t child_count;
    /* For the image writers: where it lies (cluster or sector), twice for ISO's second tree. */
    uint32_t place[2];
    uint32_t extent_size[2];
    size_t number[2];
};

/* An empty root. wcgen_tree_free frees it and all below. */
struct wcgen_node *wcgen_tree_new(void);
void wcgen_tree_free(struct wcgen_node *node);

/* Adds a file, and the folders on its way ("WIN95/MINI.CAB"). Takes `content` over. Folders get the
 * date of the first file in them. Returns the file's node. */
struct wcgen_node *wcgen_tree_add(struct wcgen_node *root, const char *path,
                                  struct wcgen_buffer *content, uint16_t date, uint16_t time,
                                  unsigned attributes);
/* Adds a folder, and those on its way, unless it exists. */
struct wcgen_node *wcgen_tree_add_folder(struct wcgen_node *root, const char *path, uint16_t date,
                                         uint16_t time);
/* The node of this path, or NULL. */
struct wcgen_node *wcgen_tree_find(struct wcgen_node *root, const char *path);

/* DOS date and time of "1995-07-11 09:50[:SS]"; zeroes for an empty text. */
void wcgen_tree_dos_time(const char *modified, uint16_t *date, uint16_t *time);

#endif
