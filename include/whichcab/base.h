/*
 * base.h - what every chapter of whichcab.h uses: errors, text, limits.
 */
#ifndef WHICHCAB_BASE_H
#define WHICHCAB_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports; everything else is hidden. */
#define WCAB_API __attribute__((visibility("default")))

/* The version of this header; 1002003 is 1.2.3. */
#define WHICHCAB_VERSION_MAJOR 0
#define WHICHCAB_VERSION_MINOR 2
#define WHICHCAB_VERSION_PATCH 0
#define WHICHCAB_VERSION_NUMBER                                                                    \
    (WHICHCAB_VERSION_MAJOR * 1000000 + WHICHCAB_VERSION_MINOR * 1000 + WHICHCAB_VERSION_PATCH)
#define WHICHCAB_VERSION "0.2.0"

/* The version of the library that runs, as text and as a number. */
WCAB_API const char *wcab_version(void);
WCAB_API unsigned wcab_version_number(void);

/*
 * Structs and versions.  What a caller makes (options, limits) or has filled (results, figures)
 * begins with its size, which the caller sets to sizeof its struct; all else may be 0, which is
 * always the default.  So a library takes the shorter struct of an older program, and the longer
 * one of a newer program as long as what it does not know is 0 (USAGE if not).  What the library
 * hands out (events, answers ...) is only read; it grows at its end.  struct wcab_error, struct
 * wcab_cancel and what is handed out in arrays don't grow.  A program sets nothing by a list of
 * values without names.
 *
 * NULL: `err` and results may be NULL, so may what is said to be.  Any other NULL, for a handle, an
 * option struct, a callback or a place to put a result, gives USAGE; functions without a code
 * return NULL, or do nothing.
 */

/*
 * Errors.  Every function that can fail returns one of these; WCAB_OK (0) is success.
 * Output parameters are written only on success, errors on failure only.
 */
enum wcab_err {
    WCAB_OK = 0,
    WCAB_ERR_NOMEM,       /* out of memory */
    WCAB_ERR_IO,          /* the system failed to read or write; `sys` holds errno */
    WCAB_ERR_NOTFOUND,    /* no such file, image, medium or name */
    WCAB_ERR_FORMAT,      /* the bytes are not of the format asked for (try another) */
    WCAB_ERR_UNSUPPORTED, /* the format is known, this variant of it can't be read */
    WCAB_ERR_CORRUPT,     /* the format is known and the bytes contradict it */
    WCAB_ERR_LIMIT,       /* a stated limit (depth, entries, bytes) was reached */
    WCAB_ERR_CHANGED,     /* an image is no longer what was indexed */
    WCAB_ERR_BUSY,        /* another process holds the lock */
    WCAB_ERR_VERSION,     /* the catalog is of another format version */
    WCAB_ERR_USAGE,       /* the caller's arguments contradict each other */
    WCAB_ERR_CANCELLED,   /* the caller asked to stop */
    WCAB_ERR_ENCRYPTED    /* the bytes can't be read without a password */
};

/* Byte offset of an error when none applies. */
#define WCAB_NO_OFFSET UINT64_MAX

/*
 * What went wrong and where.  Fixed space: reporting never allocates.  `place` is a chain from the
 * outside inwards, "disc.iso > WIN95_02.CAB > mapi32.dll"; names from media stand there as raw
 * bytes (mask them before a terminal sees them).  `text` is a sentence without a full stop.
 */
struct wcab_error {
    enum wcab_err code;
    int sys;         /* errno or the code of the library below; 0 when none */
    uint64_t offset; /* byte offset in the innermost item of `place`, or WCAB_NO_OFFSET */
    char place[480];
    char text[256];
};

/* Fixed English text of a code, e.g. "out of memory".  Never NULL.  Thread-safe. */
WCAB_API const char *wcab_err_text(enum wcab_err code);

/*
 * Asks the caller whether the call that runs is to end: anything but 0 ends it, soon, with
 * CANCELLED.  It is asked often, from every thread that works for the call and from several at
 * once; so it does no more than look at what another thread or a signal's handler has set, with an
 * atomic load.
 */
struct wcab_cancel {
    int (*cancelled)(void *context);
    void *context;
};

/* What the user says of an image, "box" is "B3": see wcab_image_note. */
struct wcab_note {
    const char *key, *value; /* UTF-8 */
};

/* Dates are those of the media, which have no time zone.  As a number: seconds from
 * 1970-01-01T00:00:00 on the same clock; INT64_MIN when there is no date, or none that exists. */
#define WCAB_NO_TIME INT64_MIN

/* Pieces of text that the library hands to its caller: `text` has `length` bytes, no NUL.  Any
 * other code than WCAB_OK ends the call that writes with that code. */
typedef enum wcab_err wcab_text_sink(void *context, const char *text, size_t length);

/* What reading one image may cost; 0: as by default.  Reaching one is a fault of the image (LIMIT),
 * and what lies beyond it is not read.  An image is opened again (extracted from, verified) with
 * the limits that it was indexed with. */
struct wcab_limits {
    size_t sizeof_limits; /* sizeof(struct wcab_limits) */
    uint64_t depth;       /* containers in containers, the image included; 12, at most 32 */
    uint64_t entries;     /* files of one container; 4,000,000, which is the most, too */
    uint64_t containers;  /* in one image; 100,000, which is the most, too */
    uint64_t bytes;   /* that may be unpacked; 8 GiB (a thousand times the image's size if that is
                         less, but at least 1 GiB); at most 4 TiB */
    uint64_t ratio;   /* times its own size that an archive may unfold to, once that is more than
                         64 MiB; 1,000 */
    uint64_t seconds; /* of unpacking; 600 */
};

/* Sets one by its name ("depth").  USAGE, with what is allowed, for another name or value. */
WCAB_API enum wcab_err wcab_limits_set(struct wcab_limits *limits, const char *name, uint64_t value,
                                       struct wcab_error *err);

/* Which decoders unpack cabinets: the library's own, which are faster; or libmspack, to compare. */
enum wcab_decoder { WCAB_DECODER_OWN = 0, WCAB_DECODER_LIBMSPACK = 1 };

#ifdef __cplusplus
}
#endif

#endif
