/*
 * dump - what export and import share: words, escapes, order of fields.
 *
 * An export is lines of tab-separated fields, the first of which names the line's kind
 * (docs/catalog-format.md).  It is valid UTF-8 for any bytes in a name: what is no valid UTF-8, or
 * a control character, is written as \xHH.
 */
#ifndef WCI_DUMP_H
#define WCI_DUMP_H

#include "catalog/catalog.h"

/* What is written; import reads those before as well: images without parts (1), rows with two more
 * names at most, facts without sizes and with fewer words (1 and 2). */
enum { WCI_DUMP_VERSION = 4 };

/* First fields, and the number of fields that follow each. */
#define WCI_DUMP_HEAD "whichcab-export"
#define WCI_DUMP_PROFILE "profile"
#define WCI_DUMP_IMAGE "image"
#define WCI_DUMP_LIMITS "limits"
#define WCI_DUMP_NOTE "note"
#define WCI_DUMP_PART "part"
#define WCI_DUMP_FAULT "fault"
#define WCI_DUMP_CONTAINER "container"
#define WCI_DUMP_CABINET "cabinet"
#define WCI_DUMP_FOLDER "folder"
#define WCI_DUMP_ROW "row"
#define WCI_DUMP_FACTS "facts"
#define WCI_DUMP_FACT "fact"
#define WCI_DUMP_NEXT "next"
#define WCI_DUMP_SETTLED "settled"
#define WCI_DUMP_END "end"
enum {
    WCI_DUMP_HEAD_FIELDS = 1,
    WCI_DUMP_PROFILE_FIELDS = 2,
    WCI_DUMP_IMAGE_FIELDS = 15,
    WCI_DUMP_IMAGE_FIELDS_1 = 12, /* in version 1 */
    WCI_DUMP_IMAGE_FIELDS_3 = 14, /* in versions 2 and 3 */
    WCI_DUMP_LIMITS_FIELDS = 6,
    WCI_DUMP_NOTE_FIELDS = 2,
    WCI_DUMP_PART_FIELDS = 7,
    WCI_DUMP_FAULT_FIELDS = 5,
    WCI_DUMP_CONTAINER_FIELDS = 14,
    WCI_DUMP_CABINET_FIELDS = 12,
    WCI_DUMP_FOLDER_FIELDS = 3,
    WCI_DUMP_ROW_FIELDS = 9 + 2 * WCI_ALIAS_MAX,
    WCI_DUMP_ROW_FIELDS_2 = 12, /* in versions 1 and 2 */
    WCI_DUMP_FACTS_FIELDS = 1,
    WCI_DUMP_FACT_FIELDS = 11,
    WCI_DUMP_FACT_FIELDS_2 = 10, /* in versions 1 and 2 */
    WCI_DUMP_NEXT_FIELDS = 2,
    WCI_DUMP_SETTLED_FIELDS = 0,
    WCI_DUMP_END_FIELDS = 1,
    WCI_DUMP_MOST_FIELDS = WCI_DUMP_ROW_FIELDS
};

/* The word of each enum wci_deep_status. */
enum { WCI_DUMP_FACT_WORDS = WCI_DEEP_ENCRYPTED + 1 };
extern const char *const wci_dump_fact_words[WCI_DUMP_FACT_WORDS];

/* Words for kinds; NULL and 0 for unknown ones. */
const char *wci_dump_container_word(enum wci_container_kind kind);
const char *wci_dump_image_word(enum wci_image_kind kind);
unsigned wci_dump_container_kind(struct wci_bytes word);
unsigned wci_dump_image_kind(struct wci_bytes word);

/* Appends text with backslash, tab, line feed, control characters and what is no UTF-8 escaped. */
void wci_dump_escape(struct wci_bytes text, struct wci_buffer *out);
/* The opposite, in place: *text gets shorter.  False for an escape that export does not write. */
bool wci_dump_unescape(char *text, size_t *length);

#endif
