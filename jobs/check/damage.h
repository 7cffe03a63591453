/*
 * damage - what shows that a file of a disk was damaged, not changed.
 *
 * A file that a program replaced is whole in itself.  One that a disk, a crash or a repair of the
 * file system damaged is cut off, has lost its header, or holds what does not belong there.
 */
#ifndef WCI_DAMAGE_H
#define WCI_DAMAGE_H

#include "jobs/check/imports.h"
#include "jobs/identify/identify_match.h"
#include "media/volume/volume.h"

enum { WCI_DAMAGE_TEXT = 400, WCI_DAMAGE_ZEROES = 2048 };

struct wci_damage_subject {
    const struct wci_host_content *content;
    const struct wci_imports *imports;
    const struct wci_matched *known; /* what it should be, with a match */
    bool other_edition;              /* that has other bytes and another length anyway */
};

/*
 * Reads the file once more.  `reason` gets a sentence, empty when nothing shows damage: fillers of
 * unreadable sectors; a program that ends before its headers say, or has none; a file shorter than
 * the one that it was; WCI_DAMAGE_ZEROES or more bytes of zeroes, in whole sectors, in one that is as
 * long.  Where the volume numbers its clusters, those of such a run are named.  What reading the file says.
 */
enum wcab_err wci_damage_look(struct wci_volume *volume, const struct wci_entry *entry,
                              const struct wci_damage_subject *subject,
                              char reason[WCI_DAMAGE_TEXT], struct wcab_error *err);

#endif
