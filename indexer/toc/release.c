/*
 * release - what tells a release of Windows 9x: LOCALE.INF and SETUPPP.INF.
 *
 * LOCALE.INF's Resource_Locale is the language of the medium's texts (as a Windows language id in
 * hexadecimal); SETUPPP.INF's SubVersionString is what System Properties shows behind the version,
 * " B" for Windows 95 OSR2.
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/inf.h"
#include "indexer/toc/toc.h"

/* The last field of a line that sets `name`: as a key, or as a value of the registry. */
static bool sets(const struct wci_inf_line *line, const char *name)
{
    size_t i;

    if (wci_text_equal_folded(line->key, wci_bytes_of(name)))
        return true;
    for (i = 0; i + 1 < line->count; i++) {
        if (wci_text_equal_folded(line->fields[i], wci_bytes_of(name)))
            return true;
    }
    return false;
}

static bool take_value(struct wci_toc *toc, struct wci_bytes text, const char *name,
                       const char *key)
{
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, toc->arena);
    while (toc->ok && wci_inf_next(&inf, &line)) {
        if (!sets(&line, name) || line.count == 0)
            continue;
        wci_toc_fact(toc, key, wci_inf_resolve(&inf, line.fields[line.count - 1]));
        return true;
    }
    return false;
}

bool wci_toc_parse_locale(struct wci_toc *toc, struct wci_bytes text)
{
    return take_value(toc, text, "Resource_Locale", "locale");
}

bool wci_toc_parse_setuppp(struct wci_toc *toc, struct wci_bytes text)
{
    (void)take_value(toc, text, "ProductType", "product_type");
    return take_value(toc, text, "SubVersionString", "subversion");
}
