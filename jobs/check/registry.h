/*
 * registry - the values of a Windows registry, as they lie in its files.
 *
 * Two formats: that of Windows 95, 98 and Me ("CREG": SYSTEM.DAT, USER.DAT, CLASSES.DAT), after the
 * description "WinReg.txt" by B.D. and the notes of Parse::Win32Registry and of libcreg; and that of
 * Windows NT ("regf"), after the same and the notes of hivex and of libregf.
 */
#ifndef WCI_REGISTRY_H
#define WCI_REGISTRY_H

#include "core/bytes.h"
#include "media/bytes/source.h"

enum {
    WCI_REGISTRY_BYTES = 32 * 1024 * 1024, /* of a file; a SYSTEM.DAT beyond 10 MB does not start */
    WCI_REGISTRY_DEPTH = 128,              /* keys below keys; Windows itself stops sooner */
    WCI_REGISTRY_PATH = 2048               /* bytes of a key's path; deeper keys are passed over */
};

/* The types that are of use here. */
enum {
    WCI_REGISTRY_TEXT = 1,
    WCI_REGISTRY_EXPANDED = 2, /* with %VARIABLES% in it */
    WCI_REGISTRY_BINARY = 3,
    WCI_REGISTRY_NUMBER = 4,
    WCI_REGISTRY_TEXTS = 7
};

struct wci_registry_value {
    struct wci_bytes key;  /* path from the file's root: "System\CurrentControlSet\Services" */
    struct wci_bytes name; /* empty: the key's default value */
    uint32_t type;
    struct wci_bytes data; /* of texts up to the first NUL, in UTF-8 for Windows NT */
    uint32_t number;       /* of the type NUMBER; Windows 9x keeps it as BINARY, too */
};

struct wci_registry_visitor {
    void *context;
    /* Borrowed for the call; another code than WCAB_OK ends the reading with it. */
    enum wcab_err (*value)(void *context, const struct wci_registry_value *value,
                           struct wcab_error *err);
};

/*
 * Tells every value of the registry file in `source`. What is damaged costs what hangs on it: the rest is told, and
 * then CORRUPT returned, with the offset of the first damage.  FORMAT: neither of the two; LIMIT:
 * too large; IO and what else reading the source says; NOMEM; what the visitor returned.
 */
enum wcab_err wci_registry_read(struct wci_source *source,
                                const struct wci_registry_visitor *visitor, struct wcab_error *err);

#endif
