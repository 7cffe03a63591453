/*
 * zip_scan - the members of a ZIP archive whose directory does not tell them: by their own headers,
 * from the first byte on.  Used by zip_directory alone.
 */
#ifndef WCI_ZIP_SCAN_H
#define WCI_ZIP_SCAN_H

#include "core/cursor.h"
#include "media/archive/zip_directory.h"

/* Adds all members that are found.  LIMIT, CANCELLED, IO, NOMEM. */
enum wcab_err wci_zip_scan(struct wci_source *source, const struct wci_budget *budget,
                           struct wci_zip_directory *directory, struct wcab_error *err);

/* In zip_directory.c. */
enum wcab_err wci_zip_scan_add(struct wci_zip_directory *directory,
                               const struct wci_zip_member *member, struct wcab_error *err);
void wci_zip_scan_fields(struct wci_cursor *cursor, struct wci_zip_member *member);
void wci_zip_scan_extra(struct wci_cursor *cursor, size_t length, struct wci_zip_member *member);

#endif
