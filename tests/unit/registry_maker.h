/*
 * registry_maker - small registry files, for tests.
 */
#ifndef REGISTRY_MAKER_H
#define REGISTRY_MAKER_H

#include <stddef.h>
#include <stdint.h>

enum { REGISTRY_MOST = 256 * 1024 };

/* A value; the key's path has '\' between its parts. */
struct registry_value {
    const char *key, *name, *data;
};

enum registry_form { REGISTRY_9X, REGISTRY_NT };

/* Fills `file` (REGISTRY_MOST bytes) with a registry that has these values; returns its size.  A
 * value whose data begin with '#' is the number behind it. */
size_t registry_make(enum registry_form form, const struct registry_value *values, size_t count,
                     uint8_t *file);

#endif
