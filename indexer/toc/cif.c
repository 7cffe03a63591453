/*
 * cif - component list of Internet Explorer 4 and later: which cabinets its Setup downloads.
 *
 *     [ID]
 *     DisplayName="..."
 *     URL1="NAME.CAB",3
 *     Size1=low,high           (in KB: no exact size)
 */
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

/* "URL1", "URL12" */
static bool is_url(struct wci_bytes key)
{
    uint64_t number;

    return key.length > 3 &&
           wci_text_equal_folded((struct wci_bytes){key.data, 3}, wci_bytes_of("URL")) &&
           wci_inf_number((struct wci_bytes){key.data + 3, key.length - 3}, &number);
}

bool wci_toc_parse_cif(struct wci_toc *toc, struct wci_bytes text)
{
    size_t before = toc->file_count;
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        struct wci_toc_file file = {.name = wci_inf_field(&line, 0), .disk = WCI_NONE};

        if (is_url(line.key))
            wci_toc_add(toc, &file);
    }
    return toc->file_count > before;
}
