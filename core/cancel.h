/*
 * cancel - asking a caller whether what runs for it is to end.
 */
#ifndef WCI_CANCEL_H
#define WCI_CANCEL_H

#include "core/error.h"
#include "whichcab.h"

/* `cancel` NULL, or without a question: never. */
static inline bool wci_cancel_is_set(const struct wcab_cancel *cancel)
{
    return cancel != NULL && cancel->cancelled != NULL && cancel->cancelled(cancel->context) != 0;
}

/* CANCELLED when it is to end, else OK. */
static inline enum wcab_err wci_cancel_check(const struct wcab_cancel *cancel,
                                             struct wcab_error *err)
{
    return wci_cancel_is_set(cancel) ? wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted")
                                     : WCAB_OK;
}

#endif
