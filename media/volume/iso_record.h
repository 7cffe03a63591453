/*
 * iso_record - directory records of ISO 9660, Joliet and High Sierra volumes.
 *
 * Pure functions over bytes.  Sources: ECMA-119 section 9 (directory records), Joliet specification
 * (Microsoft, 1995), High Sierra working paper (1986; the flags stand one byte earlier because its
 * dates have no time zone).
 */
#ifndef WCI_ISO_RECORD_H
#define WCI_ISO_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

enum wci_iso_variant { WCI_ISO_PLAIN = 0, WCI_ISO_JOLIET = 1, WCI_ISO_HIGH_SIERRA = 2 };

/* File flags of a record. */
enum {
    WCI_ISO_HIDDEN = 0x01,
    WCI_ISO_FOLDER = 0x02,
    WCI_ISO_ASSOCIATED = 0x04, /* a resource fork with its file's name */
    WCI_ISO_MULTI_EXTENT = 0x80
};

struct wci_iso_record {
    size_t length;         /* bytes of the whole record */
    uint64_t block;        /* first block of data, behind the extended attribute record */
    uint32_t size;         /* bytes */
    uint8_t flags;         /* WCI_ISO_* */
    bool interleaved;      /* data lie in units with gaps between them */
    uint32_t modified;     /* DOS date and time as recorded: local, the zone is passed over */
    struct wci_bytes name; /* identifier as stored; borrowed */
    struct wci_bytes susp; /* system use area; borrowed, may be empty */
};

/*
 * Unpacks the record at the start of `bytes`, which end at the sector's or folder's end.  Numbers
 * stand little-endian, then big-endian: where they differ the one that lies within `blocks` blocks
 * counts, else the first.  False when the bytes can't be a record: too short, no name, name longer
 * than the record, or both block and size contradict themselves.
 */
bool wci_iso_record_read(const uint8_t *bytes, size_t size, enum wci_iso_variant variant,
                         uint64_t blocks, struct wci_iso_record *record);

/* True for "." and "..", the two records that each folder begins with. */
bool wci_iso_record_is_dot(const struct wci_iso_record *record);

/* A name without version number (";1") and the dots at its end; at least one byte is kept. */
struct wci_bytes wci_iso_record_bare_name(struct wci_bytes name);

/* "YYYYMMDDHHMMSS" of a volume descriptor as DOS date and time; 0 when it is not set. */
uint32_t wci_iso_record_descriptor_time(const uint8_t digits[14]);

#endif
