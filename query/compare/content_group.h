/*
 * content_group - copies of the same bytes as a struct wcab_content.
 */
#ifndef WCI_CONTENT_GROUP_H
#define WCI_CONTENT_GROUP_H

#include "query/found.h"

/*
 * Fills *content but for query, name and first from `count` copies (at least one), in their order.
 * `facts` are those of the first, NULL when it was not read.  Texts go into the arena.  NOMEM.
 */
enum wcab_err wci_content_group_fill(const struct wci_found *const *copies, size_t count,
                                     const struct wci_deep *facts, struct wci_arena *arena,
                                     struct wcab_content *content, struct wcab_error *err);

#endif
