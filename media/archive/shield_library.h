/*
 * shield_library - what libunshield does with an InstallShield cabinet, in a process of its own
 * (child.h): it was not written for hostile files, prints, and opens files by name.
 */
#ifndef WCI_SHIELD_LIBRARY_H
#define WCI_SHIELD_LIBRARY_H

#include "core/bytes.h"
#include "media/bytes/named_files.h"
#include "media/bytes/spool.h"

/* No file has this number. */
#define WCI_SHIELD_NO_FILE UINT32_MAX

/* A file as it is listed. */
struct wci_shield_entry {
    uint32_t index;
    uint64_t size;
    struct wci_bytes group, folder, name; /* file group; folder with '\'; borrowed */
};

/* All files, packed. */
struct wci_shield_list {
    struct wci_buffer bytes;
    size_t *at; /* of each entry; owned */
    size_t count;
    bool whole; /* false: libunshield gave up behind the last entry */
};

/* Lists the cabinet whose header is the copy called "1.hdr".  CORRUPT: libunshield can't read it.
 * LIMIT, IO, NOMEM, CANCELLED. */
enum wcab_err wci_shield_library_list(const struct wci_named_files *files,
                                      const struct wci_budget *budget, struct wci_shield_list *list,
                                      struct wcab_error *err);
void wci_shield_list_free(struct wci_shield_list *list);

/* The entry at a position below list->count. */
struct wci_shield_entry wci_shield_list_entry(const struct wci_shield_list *list, size_t position);

/* Unpacks a file into the spool; its volumes are the copies "1.cab", "2.cab" ...  `old`: packed the
 * way of some cabinets of version 5.  CORRUPT: libunshield says that it is damaged (or gave up). */
enum wcab_err wci_shield_library_save(const struct wci_named_files *files, uint32_t index, bool old,
                                      struct wci_spool *spool, struct wcab_error *err);

#endif
