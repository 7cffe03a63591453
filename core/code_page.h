/*
 * code_page - DOS (OEM) and Windows (ANSI) code pages, from and to Unicode.
 *
 * The tables are made when the project is built (make_code_pages); nothing is loaded at run time.
 */
#ifndef WCI_CODE_PAGE_H
#define WCI_CODE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

enum { WCI_CODE_PAGE_DEFAULT = 437 }; /* of DOS in most of the world */

/* What to say of another one, a format for its number. */
#define WCI_CODE_PAGE_UNKNOWN                                                                      \
    "code page %d is not known: use one of DOS (437, 737, 775, 850, 852, 855, 857, 858, 860-866, " \
    "869, 874), of Windows (1250-1254, 1256, 1257), or 932, 936, 949, 950"

bool wci_code_page_is_known(int number);

/* The first character of text (not empty): returns its length in bytes, 1 or 2, its code point in
 * *code_point; 0 there when the byte, or the two, mean nothing in this page, which is known. */
size_t wci_code_page_next(int number, struct wci_bytes text, uint32_t *code_point);

#endif
