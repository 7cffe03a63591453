/*
 * cancel - a caller's flag that asks a job to end: set by another thread or by a signal's handler, so
 * it is read as what it is, an atomic.
 */
#ifndef WCI_CANCEL_H
#define WCI_CANCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `cancel` NULL: never. */
static inline bool wci_cancel_is_set(const volatile bool *cancel)
{
    /* the load writes nothing; not every compiler takes a constant there */
    return cancel != NULL && __atomic_load_n((volatile bool *)(uintptr_t)cancel, __ATOMIC_RELAXED);
}

#endif
