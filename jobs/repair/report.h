/*
 * report - what `whichcab check --json` has written, read again (docs/json.md).
 */
#ifndef WCI_REPORT_H
#define WCI_REPORT_H

#include "core/error.h"
#include "core/mem.h"

enum { WCI_REPORT_BYTES = 64 * 1024 * 1024 };

struct wci_report_visitor {
    void *context;
    /* As wcab_check tells them; another code than WCAB_OK ends the reading. Strings lie in the arena. A Windows folder
     * comes before its files here. */
    enum wcab_err (*file)(void *context, const struct wcab_checked_file *file);
};

/* Reads the report in the file `path`.  FORMAT: it is none; LIMIT: too long; NOTFOUND, IO, NOMEM; what
 * the visitor returned. */
enum wcab_err wci_report_read(const char *path, struct wci_arena *arena,
                              const struct wci_report_visitor *visitor, struct wcab_error *err);

#endif
