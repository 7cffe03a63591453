/*
 * hope - what a file may hold, by its name: where its bytes have to be unpacked to be looked at.
 */
#ifndef WCI_HOPE_H
#define WCI_HOPE_H

#include "core/record.h"

enum wci_hope {
    WCI_HOPE_NONE,       /* an ordinary file */
    WCI_HOPE_CABINET,    /* may be a cabinet or other archive */
    WCI_HOPE_IMAGE,      /* may be an image of a disk, or an archive with such */
    WCI_HOPE_EXECUTABLE, /* may have cabinets inside, or be an archive of drivers */
    WCI_HOPE_DRIVER,     /* may be an archive of drivers: VMM32.VXD */
    WCI_HOPE_PACKED      /* may be a single packed file, MAPI32.DL_ */
};

/* What an entry of a container of this kind may be. */
enum wci_hope wci_hope_of(enum wci_container_kind kind, const struct wci_entry *entry);

/* What a single packed file is there: in a folder, on a volume and in an archive the file itself is unpacked,
 * under another name; out of a cabinet it comes as it is, and holds one file. */
enum wci_hope wci_hope_of_packed(enum wci_container_kind kind);

/* What files of the same container with certain extensions are, remembered: a cabinet has hundreds
 * of files and few extensions.  Zeroed at first. */
struct wci_hope_memo {
    struct {
        uint64_t extension; /* up to eight small letters; 0: none */
        enum wci_hope hope;
    } known[64];
};

/* As wci_hope_of for one entry after the other of a container. */
enum wci_hope wci_hope_next(struct wci_hope_memo *memo, enum wci_container_kind kind,
                            const struct wci_entry *entry);

/* Whether each file of such a container is opened, whatever its name and first bytes are. */
bool wci_hope_is_sure(enum wci_container_kind kind);

/* Whether nothing is known of files with such a name: it has no extension, or none that ordinary
 * files have; or it has the size of a floppy. */
bool wci_hope_is_unknown(const struct wci_entry *entry);

/* Whether finding it out is worth unpacking a part of a cabinet while its image is indexed.  There
 * are many programs and drivers in cabinets, and nearly all are just that: they are looked into
 * when their bytes come by anyway, at verification. */
bool wci_hope_is_worth_unpacking(enum wci_hope hope);

#endif
