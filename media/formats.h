/*
 * formats - the one table of file formats: what each is called, by what it is known, which reader
 * opens it, what a file of that name may be, and what is told of those that are not read.
 *
 * Probing, the walk through what lies in media, the search for media in folders and the table of
 * docs/formats.md all go by it.  To add a format: a reader (see media/volume/volume.h) or a
 * sentence of advice, a row in formats.c, a line in docs/formats.md, and a sample in
 * tests/media/formats.sh, which has every row found alone, in a folder, in a ZIP and on an ISO.  A
 * format that is only recognised needs no sample: one is made of its signature.
 */
#ifndef WCI_FORMATS_H
#define WCI_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "media/bytes/siblings.h"
#include "media/bytes/source.h"
#include "media/bytes/wrapper.h"
#include "media/volume/volume.h"

/* What becomes of a file that has the format. */
enum wci_format_use {
    WCI_FORMAT_ORDINARY, /* nothing: no row has it */
    WCI_FORMAT_CABINET,  /* a cabinet, or what holds cabinets: looked into wherever it lies */
    WCI_FORMAT_IMAGE,    /* an image, archive or compressed file: opened by its reader */
    WCI_FORMAT_PACKED,   /* a single packed file: media/cabinet/expand */
    WCI_FORMAT_PROGRAM,  /* an executable: may have cabinets or an archive inside */
    WCI_FORMAT_DRIVER,   /* a driver: may be an archive of drivers */
    WCI_FORMAT_TOLD      /* only recognised: its name and `advice` are told */
};

/* Bytes that a file of the format has. */
struct wci_signature {
    int32_t at;     /* byte offset; below 0: from the end, which only probing looks at */
    uint8_t length; /* 0: none, and the last of a row */
    const char *bytes;
};

enum {
    WCI_FORMAT_SIGNATURES = 4,
    /* bytes of a file's start that are looked at: up to the second sector of a floppy, and the
     * block behind the first kilobyte that some file systems begin with */
    WCI_FORMAT_HEAD = 1536
};

/* The start of a file. */
struct wci_format_head {
    const uint8_t *bytes;
    size_t size;
    uint64_t file_size;
};

struct wci_format {
    const char *name; /* as in docs/formats.md */
    enum wci_format_use use;
    struct wci_signature signatures[WCI_FORMAT_SIGNATURES];
    enum wci_wrapper_kind wrapper; /* an archive or compressed file: 0 for others; it is known by
                                      media/bytes/wrapper and opened by media/archive */
    /* Whether a file that begins so may have the format, where no signature tells it; may be NULL.
     */
    bool (*fits)(const struct wci_format_head *head);
    /* What such files are called, in lower case with blanks between.  A hint: it decides only where
     * a file's bytes cost unpacking.  Those of `seldom` are other files more often than not. */
    const char *extensions, *seldom;
    /* The reader of volumes; either is set, or none. */
    enum wcab_err (*open)(struct wci_source *source, struct wci_volume **volume,
                          struct wcab_error *err);
    enum wcab_err (*open_beside)(struct wci_source *source, const struct wci_siblings *siblings,
                                 struct wci_volume **volume, struct wcab_error *err);
    bool in_folder;     /* one that lies in a folder belongs to it: no image of its own */
    const char *advice; /* which command converts it: formats that are only recognised */
};

/* The table, in the order in which the readers are tried. */
const struct wci_format *wci_formats(size_t *count);

/* The first format that a file beginning so has by signature or structure, NULL when none is seen.
 * File systems behind an empty start (ISO 9660) are not. */
const struct wci_format *wci_format_of_head(const struct wci_format_head *head);

/* The first format that has the name's extension, NULL when none does. */
const struct wci_format *wci_format_of_name(struct wci_bytes name);

/* Whether the name's extension is one of `words`, which blanks part. */
bool wci_format_has_extension(const char *words, struct wci_bytes name);

/* Whether the extension is one of the format's, `seldom` ones counted. */
bool wci_format_is_called(const struct wci_format *format, struct wci_bytes name);

/*
 * UNSUPPORTED: the source has a format that is only recognised; err's text names it and how to
 * convert it.  FORMAT: it has none of them.  IO.  Never WCAB_OK.
 */
enum wcab_err wci_format_tell(struct wci_source *source, struct wcab_error *err);

#endif
