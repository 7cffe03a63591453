/*
 * sized - structs that a caller makes and that begin with their size, so that programs and
 * libraries of different ages understand each other.
 */
#ifndef WCI_SIZED_H
#define WCI_SIZED_H

#include "core/error.h"

/* Takes a caller's struct over into the library's own of `own_size` bytes: what a shorter one does
 * not have is 0.  USAGE: NULL, no size, or a longer one that sets what is not known here. */
enum wcab_err wci_sized_take(void *own, size_t own_size, const void *given, struct wcab_error *err);

/* Whether there are as many names as their number says.  USAGE: one is NULL. */
enum wcab_err wci_sized_check_names(const char *const *names, size_t count, struct wcab_error *err);

/* Whether a result can be given to the caller: NULL is fine.  USAGE: no size. */
enum wcab_err wci_sized_check(const void *given, struct wcab_error *err);
/* Begins a public call: checks the result, then takes the options. */
enum wcab_err wci_sized_begin(const void *result, void *own, size_t own_size, const void *options,
                              struct wcab_error *err);
/* Gives it, as much as the caller has room for; what is not known here becomes 0.  One without a size,
 * which wci_sized_check refuses, is left alone. */
void wci_sized_give(void *given, const void *own, size_t own_size);

#endif
