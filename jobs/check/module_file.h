/*
 * module_file - which files a module may be loaded from, by the name that programs import it by.
 */
#ifndef WCI_MODULE_FILE_H
#define WCI_MODULE_FILE_H

#include "jobs/check/imports.h"

enum { WCI_MODULE_FILES = 7, WCI_MODULE_FILE = WCI_IMPORT_NAME + 16 };

/*
 * Name number `number`, from 0, of the files to look for, in their order: the module's own name; where that has no
 * extension (16-bit programs), with each that the loader tries; and KRNL386.EXE for KERNEL, the one system file
 * that is called otherwise than its module since Windows 3.0.  False when there are no more.
 */
bool wci_module_file(struct wci_bytes module, size_t number, char text[WCI_MODULE_FILE],
                     struct wci_bytes *file);

/* Modules of drivers that SYSTEM.INI names in their place, and what the 16-bit loader has built in. */
bool wci_module_is_virtual(struct wci_bytes module);

#endif
