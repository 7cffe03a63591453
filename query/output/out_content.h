/*
 * out_content - parts of what is printed of files' contents, for other lists that show them.
 */
#ifndef WCI_OUT_CONTENT_H
#define WCI_OUT_CONTENT_H

#include "query/output/json.h"
#include "whichcab.h"

enum { WCI_OUT_CONTENT_TEXT = 6144 };

/* "win95-dmf, disk 7, WIN95_07.CAB (published)"; with `named` "MAPI32.DLL in win95-dmf, ...".  Not
 * masked. */
void wci_out_content_place(const struct wcab_content_place *place, bool named,
                           char text[WCI_OUT_CONTENT_TEXT]);

/* As an object with the members of wcab_content_json but format_version and query; null when it is
 * NULL. */
void wci_out_content_json(struct wci_json *json, const char *key,
                          const struct wcab_content *content);

#endif
