/*
 * cut - whether the two halves of a folder that is cut between two cabinets belong together.
 */
#ifndef WCI_CUT_H
#define WCI_CUT_H

#include "catalog/catalog.h"

/* Decodes the cut folder of `listing` through the cut into `next`, from whichever copies of the two
 * can be read: WCI_JOIN_YES, WCI_JOIN_NO, or WCI_JOIN_UNKNOWN when neither can be said (see
 * join.h). */
int wci_cut_fits(struct wci_reader *reader, uint32_t listing, uint32_t next);

#endif
