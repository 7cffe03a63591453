/*
 * plain_text - whether a file's first bytes look like those of a text.
 */
#ifndef WCI_PLAIN_TEXT_H
#define WCI_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No control characters but those of texts, as a disk's first sector has them, and some letter or
 * blank of ASCII, which the filler of a blank disk has not. */
bool wci_plain_text_is(const uint8_t *bytes, size_t size);

#endif
