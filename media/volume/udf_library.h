/*
 * udf_library - what libudfread finds in a UDF file system, in a process of its own (bytes/remote.h):
 * it was not made for hostile files.
 *
 * It is handed over as one row of bytes: a list of all files, then their contents.  Numbers are
 * little-endian.
 *
 *   u64 bytes of the list, u16 length of the label, the label (UTF-8), records
 *   record: u8 what (enum wci_udf_what), u64 size, u64 where its contents begin, u16 length of the
 *   path, the path (parts parted by '/')
 */
#ifndef WCI_UDF_LIBRARY_H
#define WCI_UDF_LIBRARY_H

#include "media/bytes/source.h"

enum wci_udf_what {
    WCI_UDF_FILE,
    WCI_UDF_EMPTY_FOLDER,
    WCI_UDF_BAD_FOLDER, /* can't be read */
    WCI_UDF_BAD_FILE,
    WCI_UDF_TOO_MUCH /* the rest is left out: too deep, too many */
};

enum { WCI_UDF_LIST_MOST = 256 * 1024 * 1024 };

/* CORRUPT: the library gave up; UNSUPPORTED: built without it; LIMIT, IO, NOMEM.  `source` must
 * outlive the result, which is not for several threads at once. */
enum wcab_err wci_udf_library_open(struct wci_source *source, struct wci_source **found,
                                   struct wcab_error *err);

#endif
