/*
 * language - languages of media: Windows language ids, tags, code pages.
 */
#ifndef WCI_LANGUAGE_H
#define WCI_LANGUAGE_H

#include <stdint.h>

#include "core/bytes.h"

struct wci_language {
    uint16_t id;        /* Windows language id, 0x0416 */
    const char *tag;    /* "pt-BR" */
    const char *name;   /* "Portuguese (Brazil)" */
    uint16_t ansi, oem; /* code pages of Windows and of DOS */
};

/* NULL: not known. */
const struct wci_language *wci_language_of_id(uint16_t id);
const struct wci_language *wci_language_of_tag(struct wci_bytes tag);
/* By an id in hexadecimal, as INF files have it: "00000416", "0416". */
const struct wci_language *wci_language_of_hex(struct wci_bytes text);

#endif
