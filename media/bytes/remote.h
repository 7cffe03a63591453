/*
 * remote - bytes that a library decodes in a process of its own (see child.h), read at random.
 *
 * The library's own input is the source in the caller: the child asks for it piece by piece, so
 * that nothing is copied to a file first.
 */
#ifndef WCI_REMOTE_H
#define WCI_REMOTE_H

#include <stdbool.h>

#include "media/bytes/source.h"

enum { WCI_REMOTE_TEXT = 200 };

/* The child's side. */
struct wci_remote_side {
    uint64_t input_size;
    void *own;                  /* the library's */
    char text[WCI_REMOTE_TEXT]; /* why something failed */
    struct wci_remote_shared *shared;
    int out, wake;
};

/* Both are called in the child; false: failed, side->text may say why. */
struct wci_remote_library {
    const char *name;
    bool (*open)(struct wci_remote_side *side, uint64_t *size);
    bool (*read)(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length);
};

/* For the library, in the child: exactly `length` bytes of the caller's source. */
bool wci_remote_input(struct wci_remote_side *side, uint64_t offset, void *bytes, size_t length);

/*
 * Starts the child over `source`, which must outlive the result, and makes what it decodes a
 * source. CORRUPT: the library gave up; LIMIT, IO, NOMEM. Not for several threads at once.
 */
enum wcab_err wci_remote_open(struct wci_source *source, const struct wci_remote_library *library,
                              struct wci_source **decoded, struct wcab_error *err);

#endif
