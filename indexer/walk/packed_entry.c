/*
 * packed_entry - see packed_entry.h.
 */
#include "indexer/walk/packed_entry.h"

#include "core/text.h"
#include "media/cabinet/expand.h"

/* One more name, unless it has it or there is no room. */
static void add_alias(struct wci_entry *entry, struct wci_name name)
{
    if (!wci_entry_is_called(entry, name.bytes) && entry->alias_count < WCI_ALIAS_MAX)
        entry->alias[entry->alias_count++] = name;
}

/* Gives a packed entry another real name, such as a table of contents tells, and makes the one that
 * it was shown by one of its others.  `name` is borrowed by the entry. */
static void rename_entry(struct wci_entry *entry, struct wci_bytes name, bool probable)
{
    struct wci_name before = entry->name;
    uint8_t i;

    entry->flags = (uint16_t)(entry->flags & ~WCI_ENTRY_PROBABLE);
    if (probable)
        entry->flags |= WCI_ENTRY_PROBABLE;
    if (wci_text_equal_folded(name, before.bytes))
        return;
    for (i = 0; i < entry->alias_count; i++) {
        if (i + 1 != entry->stored && wci_text_equal_folded(entry->alias[i].bytes, name)) {
            entry->name = entry->alias[i];
            entry->alias[i] = before;
            if (entry->stored == 0)
                entry->stored = (uint8_t)(i + 1);
            return;
        }
    }
    if (entry->alias_count == WCI_ALIAS_MAX) { /* the last one that it isn't stored under */
        if (entry->stored == WCI_ALIAS_MAX)
            entry->alias[WCI_ALIAS_MAX - 2] = before;
        else
            entry->alias[WCI_ALIAS_MAX - 1] = before;
    } else {
        entry->alias[entry->alias_count++] = before;
    }
    if (entry->stored == 0)
        entry->stored = entry->alias_count;
    entry->name.bytes = name;
}

enum wcab_err wci_packed_entry_name(struct wci_source *source, struct wci_entry *entry,
                                    struct wci_arena *arena, struct wcab_error *err)
{
    struct wci_expand_info info;
    enum wcab_err code = wci_expand_probe(source, entry->name.bytes, arena, &info, err);
    size_t i;

    if (code != WCAB_OK)
        return code;
    entry->flags |= WCI_ENTRY_PACKED;
    entry->size = info.size;
    if (!info.size_known)
        entry->flags |= WCI_ENTRY_SIZE_UNKNOWN;
    rename_entry(entry, info.names.names[0], info.names.probable);
    for (i = 1; i < info.names.count; i++)
        add_alias(entry, (struct wci_name){info.names.names[i], entry->name.encoding});
    return WCAB_OK;
}
