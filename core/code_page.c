/*
 * code_page - see code_page.h.
 */
#include "core/code_page.h"

#include "core/code_page_table.h"

static const struct wci_code_page_table *find_table(int number)
{
    size_t i;

    for (i = 0; i < wci_code_page_table_count; i++) {
        if (wci_code_page_tables[i].number == number)
            return &wci_code_page_tables[i];
    }
    return NULL;
}

bool wci_code_page_is_known(int number)
{
    return find_table(number) != NULL;
}

size_t wci_code_page_next(int number, struct wci_bytes text, uint32_t *code_point)
{
    const struct wci_code_page_table *table = find_table(number);
    uint8_t byte = (uint8_t)text.data[0], trail;
    size_t row = (size_t)byte - WCI_CODE_PAGE_FIRST_HIGH;

    *code_point = byte;
    if (byte < WCI_CODE_PAGE_FIRST_HIGH)
        return 1;
    *code_point = table == NULL ? 0 : table->high[row];
    if (*code_point != WCI_CODE_PAGE_LEAD)
        return 1;
    *code_point = 0;
    if (text.length < 2 || row >= table->pair_rows)
        return 1;
    trail = (uint8_t)text.data[1];
    if (trail >= WCI_CODE_PAGE_FIRST_TRAIL)
        *code_point = table->pairs[row][trail - WCI_CODE_PAGE_FIRST_TRAIL];
    return *code_point != 0 ? 2 : 1;
}
