/*
 * answer - a copy that was found, in the words of the public interface.
 */
#ifndef WCI_ANSWER_H
#define WCI_ANSWER_H

#include "query/answer/dos_command.h"
#include "query/answer/needs.h"
#include "query/found.h"

struct wci_answer_context {
    struct wci_known_images *images; /* borrowed */
    struct wci_arena *arena;         /* borrowed: takes everything the answer points to */
    struct wci_dos_options dos;
    const char *query; /* that it answers */
};

/*
 * Fills *answer from found, without other copies; *needs gets what it takes to get the file out.
 * CORRUPT, IO, NOMEM.
 */
enum wcab_err wci_answer_fill(const struct wci_answer_context *context,
                              const struct wci_found *found, struct wci_needs *needs,
                              struct wcab_answer *answer, struct wcab_error *err);

/* Adds the other copies of a medium to an answer: `copies` are `count` found ones. NOMEM. */
enum wcab_err wci_answer_add_copies(const struct wci_answer_context *context,
                                    const struct wci_found *const *copies, size_t count,
                                    struct wcab_answer *answer, struct wcab_error *err);

/* `name` as UTF-8, from arena; NULL when it is empty or without memory (then *ok turns false).
 * *exact (may be NULL) tells whether the text has the name's own bytes. */
const char *wci_answer_text(struct wci_arena *arena, struct wci_name name, int code_page,
                            bool *exact, bool *ok);

/* A path of the host likewise; it is no medium's, so no code page is asked: bytes that are not
 * UTF-8 become U+FFFD. */
const char *wci_answer_path(struct wci_arena *arena, struct wci_bytes path, bool *ok);

#endif
