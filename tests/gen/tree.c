/* tree.c: see tree.h. */
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wcgen_node *wcgen_tree_new(void)
{
    struct wcgen_node *root = wcgen_util_alloc(1, sizeof *root);
    root->name = wcgen_util_copy("");
    root->attributes = WCGEN_FOLDER;
    return root;
}

void wcgen_tree_free(struct wcgen_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->child_count; i++)
        wcgen_tree_free(node->children[i]);
    free(node->children);
    free(node->name);
    free(node->alias);
    free(node->bytes);
    free(node);
}

static struct wcgen_node *find_child(struct wcgen_node *folder, const char *name, size_t length)
{
    for (size_t i = 0; i < folder->child_count; i++) {
        struct wcgen_node *child = folder->children[i];
        if (strlen(child->name) == length && memcmp(child->name, name, length) == 0)
            return child;
    }
    return NULL;
}

static struct wcgen_node *add_child(struct wcgen_node *folder, const char *name, size_t length,
                                    unsigned attributes, uint16_t date, uint16_t time)
{
    struct wcgen_node *child = wcgen_util_alloc(1, sizeof *child);
    child->name = wcgen_util_alloc(length + 1, 1);
    memcpy(child->name, name, length);
    child->attributes = attributes;
    child->date = date;
    child->time = time;
    folder->children =
        wcgen_util_grow(folder->children, folder->child_count + 1, sizeof *folder->children);
    folder->children[folder->child_count++] = child;
    return child;
}

/* Goes down the path as far as its last part, making folders; *last becomes that part. */
static struct wcgen_node *make_way(struct wcgen_node *root, const char *path, uint16_t date,
                                   uint16_t time, const char **last)
{
    struct wcgen_node *folder = root;
    const char *slash;
    while ((slash = strchr(path, '/'))) {
        size_t length = (size_t)(slash - path);
        struct wcgen_node *next = find_child(folder, path, length);
        folder = next ? next : add_child(folder, path, length, WCGEN_FOLDER, date, time);
        path = slash + 1;
    }
    *last = path;
    return folder;
}

struct wcgen_node *wcgen_tree_add(struct wcgen_node *root, const char *path,
                                  struct wcgen_buffer *content, uint16_t date, uint16_t time,
                                  unsigned attributes)
{
    const char *name;
    struct wcgen_node *folder = make_way(root, path, date, time, &name);
    struct wcgen_node *file = add_child(folder, name, strlen(name), attributes, date, time);
    file->bytes = content->bytes;
    file->size = content->length;
    *content = (struct wcgen_buffer){0};
    return file;
}

struct wcgen_node *wcgen_tree_add_folder(struct wcgen_node *root, const char *path, uint16_t date,
                                         uint16_t time)
{
    const char *name;
    struct wcgen_node *folder = make_way(root, path, date, time, &name);
    struct wcgen_node *old = find_child(folder, name, strlen(name));
    return old ? old : add_child(folder, name, strlen(name), WCGEN_FOLDER, date, time);
}

struct wcgen_node *wcgen_tree_find(struct wcgen_node *root, const char *path)
{
    struct wcgen_node *node = root;
    while (node && *path) {
        size_t length = strcspn(path, "/");
        node = find_child(node, path, length);
        path += length + (path[length] == '/');
    }
    return node;
}

void wcgen_tree_dos_time(const char *modified, uint16_t *date, uint16_t *time)
{
    unsigned year = 1980, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    *date = *time = 0;
    if (sscanf(modified, "%4u-%2u-%2u %2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second) <
        3)
        return;
    *date = (uint16_t)((year - 1980) << 9 | month << 5 | day);
    *time = (uint16_t)(hour << 11 | minute << 5 | second / 2);
}
