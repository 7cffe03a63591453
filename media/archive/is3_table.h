/*
 * is3_table - the table of files of an InstallShield 3 archive (_SETUP.1, DATA.Z, _SETUP.LIB),
 * which stands unpacked at the end of each of its parts and tells of the files in all of them.
 *
 * The format was never published.  Sources: the readers that were made by looking at archives, stix
 * (Veit Kannegieser), idecomp and unshieldv3, which agree.
 */
#ifndef WCI_IS3_TABLE_H
#define WCI_IS3_TABLE_H

#include <stdbool.h>

#include "core/bytes.h"
#include "media/bytes/source.h"

enum { WCI_IS3_DATA = 255 /* where the bytes of files begin in each part */ };

struct wci_is3_file {
    struct wci_bytes folder, name; /* borrowed from the table; folder with '\' */
    uint32_t size, packed;
    uint32_t offset;               /* in the part that it begins in */
    uint32_t modified;             /* DOS date and time */
    uint8_t first_part, last_part; /* from 1 on */
    uint8_t attributes;            /* of DOS */
    bool stored;
};

struct wci_is3_table {
    uint8_t *bytes;             /* owned */
    struct wci_is3_file *files; /* owned */
    size_t count;
    uint32_t data_end;    /* where the bytes of files end in this part */
    unsigned part, parts; /* this one's number, and how many there are, which only the first
                             knows; 0: an archive of one part; parts 0: unknown */
};

/*
 * FORMAT: does not begin as such an archive.  CORRUPT: its table does not lie within it, or holds
 * together in no way; the files before the damage are there then.  IO, NOMEM.  Free it also after
 * an error.
 */
enum wcab_err wci_is3_table_read(struct wci_source *source, struct wci_is3_table *table,
                                 struct wcab_error *err);
void wci_is3_table_free(struct wci_is3_table *table);

/* Whether two parts tell of the same files: they are of one set. */
bool wci_is3_table_is_same(const struct wci_is3_table *a, const struct wci_is3_table *b);

/* Where the bytes of files end in a further part.  CORRUPT: it is not part `number` of a set. */
enum wcab_err wci_is3_table_part(struct wci_source *source, unsigned number, uint32_t *data_end,
                                 struct wcab_error *err);

#endif
