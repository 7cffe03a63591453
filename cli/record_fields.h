/*
 * record_fields - the members of one object of JSON that the programs themselves wrote, flat.
 */
#ifndef RECORD_FIELDS_H
#define RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

struct record_field {
    char *name;  /* "size", "match.name" */
    char *value; /* as text; "" for null; items of a list with "; " between them */
    bool is_number, is_list;
};

struct record_fields {
    struct record_field *items; /* owned */
    size_t count, capacity;
};

/* Understands an object; false when it is none, or without memory. */
bool record_fields_parse(const char *line, struct record_fields *fields);
void record_fields_free(struct record_fields *fields);

/* NULL when it has no such field. */
const struct record_field *record_fields_find(const struct record_fields *fields, const char *name,
                                              size_t length);

#endif
