/*
 * set_evidence - whether two cabinets belong together, by where they lie and by their contents.
 */
#ifndef WCI_SET_EVIDENCE_H
#define WCI_SET_EVIDENCE_H

#include "catalog/catalog.h"

struct wci_set_evidence;

/* `reader` is borrowed. */
enum wcab_err wci_set_evidence_new(struct wci_reader *reader, const struct wcab_cancel *cancel,
                                   struct wci_set_evidence **evidence, struct wcab_error *err);
void wci_set_evidence_free(struct wci_set_evidence *evidence);

/* For struct wci_join_evidence: `context` is a struct wci_set_evidence. */

/* Decodes the folder that is cut between the two, up to the end of the cut block: the wrong half
 * leaves a block that does not decode to its end. */
int wci_set_evidence_content(void *context, uint32_t listing, uint32_t next);

/* 100 = on one image, 50 = in one folder of the host, 10 = named as the header says, and sums of
 * these. */
int wci_set_evidence_nearness(void *context, uint32_t listing, uint32_t next);

#endif
