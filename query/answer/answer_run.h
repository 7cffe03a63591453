/*
 * answer_run - an answer while it is put together.
 */
#ifndef WCI_ANSWER_RUN_H
#define WCI_ANSWER_RUN_H

#include "query/answer/answer.h"

struct wci_answer_building {
    const struct wci_answer_context *context;
    const struct wci_found *found;
    const struct wci_needs *needs;
    struct wcab_answer *answer;
    int code_page;
    bool ok; /* false: out of memory */
};

/* As wci_answer_text, in the code page of the copy. */
const char *wci_answer_text_of(struct wci_answer_building *building, struct wci_bytes bytes);

const char *wci_answer_name_text(struct wci_answer_building *building, struct wci_name name);

/* Whether it lies in no cabinet or archive, directly on its disk. */
bool wci_answer_is_loose(const struct wci_found *found);

/* "" for NULL. */
const char *wci_answer_or_nothing(const char *text);

/* Fills in the commands. */
enum wcab_err wci_answer_put_commands(struct wci_answer_building *building, struct wcab_error *err);

#endif
