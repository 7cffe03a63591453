/*
 * whichcab.h - the public interface of libwhichcab: errors.
 */
#ifndef WHICHCAB_H
#define WHICHCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports; everything else is hidden. */
#define WCAB_API __attribute__((visibility("default")))

/*
 * Errors.  Every function that can fail returns one of these; WCAB_OK (0) is success.
 * Output parameters are written only on success.
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
    WCAB_ERR_CANCELLED    /* the caller asked to stop */
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

#ifdef __cplusplus
}
#endif

#endif
