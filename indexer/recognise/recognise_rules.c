/*
 * recognise_rules - the rules that profiles have for recognition (docs/profiles.md).
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/glob.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "indexer/recognise/recognise_run.h"

/* ---- rules -------------------------------------------------------------------------------- */

static bool matches_folded(struct wci_bytes pattern, struct wci_bytes text)
{
    char buffer[2 * WCI_LIMIT_NAME];
    struct wci_bytes folded = {buffer, 0};

    if (text.length > WCI_LIMIT_NAME)
        return false;
    folded.length = wci_text_fold(text, buffer, sizeof(buffer));
    return wci_glob_fits(pattern, folded);
}

static bool entry_matches(const struct wci_rule_condition *condition, const struct wci_entry *entry)
{
    uint8_t alias;
    bool named;

    if (condition->test == WCI_RULE_FOLDER)
        return matches_folded(condition->pattern, entry->folder);
    if (condition->test == WCI_RULE_SIZE && entry->size != condition->number)
        return false;
    if (condition->test == WCI_RULE_DATED && entry->modified >> 16 != condition->number)
        return false;
    named = matches_folded(condition->pattern, entry->name.bytes);
    for (alias = 0; !named && alias < entry->alias_count && alias < WCI_ALIAS_MAX; alias++)
        named = matches_folded(condition->pattern, entry->alias[alias].bytes);
    return named;
}

static bool any_entry_matches(const struct wci_image *image,
                              const struct wci_rule_condition *condition)
{
    struct wci_entry room;
    uint32_t c, e;

    for (c = 0; c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];

        if (!wci_recognise_is_volume(container))
            continue;
        for (e = 0; e < container->entry_count; e++) {
            if (entry_matches(condition, wci_container_entry(container, e, &room)))
                return true;
        }
    }
    return false;
}

/* Whether more than half of the files in cabinets so called have this time. */
static bool most_have_time(const struct wci_image *image,
                           const struct wci_rule_condition *condition)
{
    uint64_t all = 0, with = 0;
    uint32_t c, e;

    for (c = 0; c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];

        if (container->kind != WCI_CONTAINER_CABINET ||
            !matches_folded(condition->pattern, wci_bytes_base_name(container->name)))
            continue;
        for (e = 0; e < container->entry_count; e++) {
            all++;
            with += (container->entries[e].modified & 0xFFFF) >> 5 == condition->number;
        }
    }
    return 2 * with > all;
}

static bool any_set_id(const struct wci_image *image, uint64_t set_id)
{
    uint32_t c;

    for (c = 0; c < image->container_count; c++) {
        if (image->containers[c].cab != NULL && image->containers[c].cab->set_id == set_id)
            return true;
    }
    return false;
}

/* "key=value" of a fact, without the blanks that texts of Setup have around values. */
static struct wci_bytes trimmed_fact(struct wci_bytes fact, char buffer[WCI_LIMIT_NAME])
{
    const char *equals = fact.length == 0 ? NULL : memchr(fact.data, '=', fact.length);
    size_t key = equals == NULL ? 0 : (size_t)(equals - fact.data) + 1, from = key;

    if (fact.length > WCI_LIMIT_NAME)
        return (struct wci_bytes){NULL, 0};
    while (fact.length > key && fact.data[fact.length - 1] == ' ')
        fact.length--;
    while (from < fact.length && fact.data[from] == ' ')
        from++;
    memcpy(buffer, fact.data, key);
    memcpy(buffer + key, fact.data + from, fact.length - from);
    return (struct wci_bytes){buffer, key + fact.length - from};
}

/* Whether the medium says so of itself: in the facts that its tables of contents came with. */
static bool any_fact_matches(const struct wci_image *image, struct wci_bytes pattern)
{
    char buffer[WCI_LIMIT_NAME];
    uint32_t c, e;

    for (c = 0; c < image->container_count; c++) {
        const struct wci_container *container = &image->containers[c];

        /* facts come before the rows of files */
        for (e = 0; container->kind == WCI_CONTAINER_CONTENTS && e < container->entry_count &&
                    container->entries[e].attributes != 0;
             e++) {
            if (container->entries[e].attributes == WCI_CONTENTS_FACT &&
                matches_folded(pattern, trimmed_fact(container->entries[e].folder, buffer)))
                return true;
        }
    }
    return false;
}

static bool condition_holds(const struct wci_image *image,
                            const struct wci_rule_condition *condition)
{
    switch (condition->test) {
    case WCI_RULE_LABEL:
        return image->container_count > 0 &&
               matches_folded(condition->pattern, image->containers[0].label.bytes);
    case WCI_RULE_FORMAT:
        return image->container_count > 0 &&
               matches_folded(condition->pattern, image->containers[0].format);
    case WCI_RULE_SET_ID:
        return any_set_id(image, condition->number);
    case WCI_RULE_SAYS:
        return any_fact_matches(image, condition->pattern);
    case WCI_RULE_ENTRY_TIME:
        return most_have_time(image, condition);
    case WCI_RULE_LACKS:
        return !any_entry_matches(image, condition);
    case WCI_RULE_HAS:
    case WCI_RULE_FOLDER:
    case WCI_RULE_DATED:
    case WCI_RULE_SIZE:
        return any_entry_matches(image, condition);
    }
    return false;
}

static bool is_by_facts(const struct wci_profile_rule *rule)
{
    size_t c;

    for (c = 0; c < rule->condition_count; c++) {
        if (rule->conditions[c].test == WCI_RULE_SAYS)
            return true;
    }
    return false;
}

const struct wci_profile_rule *wci_recognise_rules_first(const struct wci_image *image,
                                                         const struct wci_profile *profile,
                                                         bool by_facts)
{
    size_t r, c;

    for (r = 0; r < profile->rule_count; r++) {
        const struct wci_profile_rule *rule = &profile->rules[r];

        if (is_by_facts(rule) != by_facts)
            continue;
        for (c = 0; c < rule->condition_count; c++) {
            if (!condition_holds(image, &rule->conditions[c]))
                break;
        }
        if (c == rule->condition_count)
            return rule;
    }
    return NULL;
}
