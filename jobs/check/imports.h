/*
 * imports - which modules a program, library or driver asks the loader for.
 *
 * Sources: Microsoft's PE/COFF specification (import and delay-load directories); the NE header of
 * KB article Q65260; the LE/LX header of IBM's "OS/2 32-bit Linear eXecutable Module Format".
 */
#ifndef WCI_IMPORTS_H
#define WCI_IMPORTS_H

#include "core/mem.h"
#include "media/bytes/source.h"

enum wci_program_kind {
    WCI_PROGRAM_NONE = 0, /* no executable, or one without imports: DOS, COM */
    WCI_PROGRAM_NE = 1,   /* modules are named as they name themselves: KERNEL, USER */
    WCI_PROGRAM_LE = 2,
    WCI_PROGRAM_PE = 3,     /* modules are named as their files: KERNEL32.dll */
    WCI_PROGRAM_DRIVERS = 4 /* W3 and W4, archives of drivers (VMM32.VXD): no imports */
};

enum { WCI_IMPORTS_MOST = 512, WCI_IMPORT_NAME = 255 };

struct wci_imports {
    enum wci_program_kind kind;
    struct wci_bytes module; /* its own name, NE and LE; empty when none */
    struct wci_bytes *names; /* as they are written, each once; arena */
    size_t count;
    bool native; /* PE: a driver, which the system itself loads */
    bool cut;    /* headers or tables point behind the file's end, or are not as they must be: it is
                 not whole, and there may be more names */
    uint64_t end; /* where the furthest section or segment that its headers tell of ends; 0: not
                     known */
};

/* Reads the headers and import tables of `source`.  What is not an executable has kind NONE.  IO
 * and what else reading the source says; NOMEM. */
enum wcab_err wci_imports_read(struct wci_source *source, struct wci_arena *arena,
                               struct wci_imports *imports, struct wcab_error *err);

#endif
