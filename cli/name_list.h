/*
 * name_list - the names that a command is asked for: its operands and the lines of a file.
 */
#ifndef NAME_LIST_H
#define NAME_LIST_H

#include "cli/command.h"

struct name_list {
    bool nul_ended;     /* set before collecting: names in the file end with NUL, not with a line */
    const char **names; /* owned array */
    size_t count, capacity;
    char *text; /* owned: the lines of the file, which `names` points into */
    size_t text_capacity, text_length;
};

/* Operands, and the lines of the file `from` (NULL: none; "-" there or among the operands is
 * standard input), into an empty list.  False after a message; the list is to be freed then, too.
 */
bool name_list_collect(const struct cli *cli, const char *from, struct name_list *list);

/* One name more, which has to live as long as the list.  False after a message. */
bool name_list_add(struct name_list *list, const char *name);

/* Whether the file may be a list of names: text, also UTF-16; what can't be opened may. */
bool name_list_is_text(const char *path);

/* Names that are places on an installed system, as error messages show them
 * ("C:\WINDOWS\SYSTEM\MAPI32.DLL"), become their last parts: no medium has them there.  A note
 * tells so. */
void name_list_take_last_parts(struct name_list *list);
void name_list_free(struct name_list *list);

#endif
