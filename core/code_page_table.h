/*
 * code_page_table - the tables that make_code_pages writes; only core/code_page reads them.
 */
#ifndef WCI_CODE_PAGE_TABLE_H
#define WCI_CODE_PAGE_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum {
    WCI_CODE_PAGE_FIRST_HIGH = 0x80,  /* bytes below are ASCII in each of them */
    WCI_CODE_PAGE_FIRST_TRAIL = 0x40, /* of two bytes the second is at least this */
    WCI_CODE_PAGE_TRAILS = 256 - WCI_CODE_PAGE_FIRST_TRAIL,
    WCI_CODE_PAGE_LEAD = 1 /* in `high`: the first of two bytes */
};

struct wci_code_page_table {
    int number;
    const uint16_t *high;                          /* code points of bytes 80..FF; 0: none */
    const uint16_t (*pairs)[WCI_CODE_PAGE_TRAILS]; /* by first byte - 80, then second - 40 */
    size_t pair_rows;
};

extern const struct wci_code_page_table wci_code_page_tables[];
extern const size_t wci_code_page_table_count;

#endif
