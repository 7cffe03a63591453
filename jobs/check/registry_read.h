/*
 * registry_read - what the readers of both registry formats share.  Only for jobs/check.
 */
#ifndef WCI_REGISTRY_READ_H
#define WCI_REGISTRY_READ_H

#include "core/cursor.h"
#include "jobs/check/registry.h"

struct wci_registry_reading {
    const uint8_t *data; /* the whole file */
    size_t size;
    const struct wci_registry_visitor *visitor;
    struct wci_buffer path;       /* of the key at hand */
    struct wci_buffer name, text; /* of a value, converted */
    size_t budget,
        values; /* keys and lists, and values, that may still be visited: a circle, or one that is
                                    reached in many ways, ends there */
    bool damaged;
    uint64_t damaged_at; /* the first damage */
    const char *damage;
    struct wcab_error *err;
};

/* A cursor over the file from `at` on; not ok when that lies behind its end. */
struct wci_cursor wci_registry_at(const struct wci_registry_reading *reading, uint64_t at);

void wci_registry_note_damage(struct wci_registry_reading *reading, uint64_t at, const char *what);

/* Appends a key's name to the path; *length is what to give wci_registry_leave.  False when the path becomes too
 * long. */
bool wci_registry_enter(struct wci_registry_reading *reading, struct wci_bytes name,
                        size_t *length);
void wci_registry_leave(struct wci_registry_reading *reading, size_t length);

/* Tells a value of the key at hand.  `wide`: name and texts are UTF-16. */
enum wcab_err wci_registry_tell(struct wci_registry_reading *reading, struct wci_bytes name,
                                uint32_t type, struct wci_bytes data, bool wide);

/* The two formats, once their signature is known. */
enum wcab_err wci_registry_9x_read(struct wci_registry_reading *reading);
enum wcab_err wci_registry_nt_read(struct wci_registry_reading *reading);

#endif
