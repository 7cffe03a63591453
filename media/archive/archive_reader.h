/*
 * archive_reader - one forward pass over an archive or compressed stream through libarchive, fed
 * from a source.
 *
 * Nothing else in the project knows libarchive.  Formats are enabled one by one, as the signature
 * says; a cabinet or an ISO image is never left to it.  Only the thread that opened a reader uses
 * it; while libarchive runs, that thread has a UTF-8 locale of its own, without which names that
 * are stored as Unicode get lost.
 */
#ifndef WCI_ARCHIVE_READER_H
#define WCI_ARCHIVE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "media/bytes/source.h"
#include "media/bytes/spool.h"
#include "media/bytes/wrapper.h"

/* What is said of encrypted members. */
#define WCI_ARCHIVE_ENCRYPTED "encrypted; unpack it with its password: 7z x ARCHIVE"

/* What is said of an archive in several volumes. */
#define WCI_ARCHIVE_VOLUME                                                                         \
    "one volume of an archive in several, of which a file may go on in another one; unpack it "    \
    "with the others: 7z x ARCHIVE"

struct wci_archive_reader;

/* What a member is, as far as it matters here. */
enum wci_member_kind {
    WCI_MEMBER_FILE,
    WCI_MEMBER_LINK, /* hard link: its bytes are another member's */
    WCI_MEMBER_OTHER /* folder, symbolic link, device */
};

struct wci_archive_member {
    uint32_t ordinal; /* 0 for the first */
    enum wci_member_kind kind;
    struct wci_bytes path; /* as stored, valid until the next call; empty when it has none */
    /* Of a link: the path of the member with its bytes, which may be one of the same target; empty
     * of the first of several links. As long valid. */
    struct wci_bytes target;
    uint64_t size; /* bytes as claimed */
    bool size_known;
    bool encrypted;
    bool readonly;
    uint32_t modified; /* DOS date and time, local; 0 = none */
    uint64_t data;     /* byte of the source where its bytes lie just as they are; UINT64_MAX when
                          they have to be decoded */
};

/*
 * Opens the archive from its start; RAR and 7z are read in a process of their own (archive_remote).  `source` and `budget` are borrowed.  UNSUPPORTED when the
 * libarchive at hand lacks the compression, CORRUPT, LIMIT, CANCELLED, IO, NOMEM.
 */
enum wcab_err wci_archive_reader_open(struct wci_source *source, enum wci_wrapper_kind kind,
                                      struct wci_budget *budget, struct wci_archive_reader **reader,
                                      struct wcab_error *err);

/*
 * Goes on to the next member, passing over what is left of the current one.  *more turns false at
 * the end.  A damaged member costs CORRUPT; whether the pass can go on behind it tells
 * wci_archive_reader_is_over.  UNSUPPORTED, LIMIT, CANCELLED, IO, NOMEM.
 */
enum wcab_err wci_archive_reader_next(struct wci_archive_reader *reader,
                                      struct wci_archive_member *member, bool *more,
                                      struct wcab_error *err);

/* The same without a process of its own, whatever the kind (for that process). */
enum wcab_err wci_archive_reader_open_here(struct wci_source *source, enum wci_wrapper_kind kind,
                                           struct wci_budget *budget,
                                           struct wci_archive_reader **reader,
                                           struct wcab_error *err);

bool wci_archive_reader_is_over(const struct wci_archive_reader *reader);

/* Decodes the current member into `spool`; on an error the spool keeps what came before it.
 * CORRUPT (also when there are fewer bytes than claimed), UNSUPPORTED (method), ENCRYPTED, LIMIT,
 * CANCELLED, IO, NOMEM. */
enum wcab_err wci_archive_reader_decode(struct wci_archive_reader *reader, struct wci_spool *spool,
                                        struct wcab_error *err);

struct wci_archive_block;

/* The next piece of the current member.  CORRUPT, UNSUPPORTED, ENCRYPTED, LIMIT, CANCELLED, IO. */
enum wcab_err wci_archive_reader_block(struct wci_archive_reader *reader,
                                       struct wci_archive_block *block, struct wcab_error *err);

/* Decodes what is left of the current member and throws it away, as wci_archive_reader_next does
 * not do where it can skip.  LIMIT, CANCELLED, IO, NOMEM; damage is left to whoever comes there. */
enum wcab_err wci_archive_reader_drain(struct wci_archive_reader *reader, struct wcab_error *err);

/* Ordinal that wci_archive_reader_next would give. */
uint32_t wci_archive_reader_at(const struct wci_archive_reader *reader);

void wci_archive_reader_close(struct wci_archive_reader *reader); /* NULL is fine */

#endif
