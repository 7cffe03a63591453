/*
 * misses - names that a search had no answer for.
 */
#include <stdio.h>

#include "cli/command.h"

static void print_suggestion(const struct wcab_suggestion *suggestion, bool by_contents)
{
    char text[512];
    size_t used = 0, i;

    text[0] = '\0';
    for (i = 0; i < suggestion->name_count && used < sizeof(text) - 1; i++) {
        int wrote = snprintf(text + used, sizeof(text) - used, "%s%s",
                             i == 0 ? "; is one of these meant? " : ", ", suggestion->names[i]);

        used += wrote < 0 ? 0 : (size_t)wrote;
    }
    if (suggestion->elsewhere && by_contents)
        output_error("%s: no copy that was read in full is of such contents", suggestion->query);
    else if (suggestion->elsewhere)
        output_error("%s: not there; the name is known in other places", suggestion->query);
    else
        output_error("%s: not found%s", suggestion->query, text);
}

size_t command_tell_misses(struct wcab_search *search, bool by_contents)
{
    const struct wcab_suggestion *suggestions = NULL;
    struct wcab_error err;
    size_t count = 0, i;

    if (wcab_search_suggestions(search, &suggestions, &count, &err) != WCAB_OK) {
        (void)output_failure(&err);
        return SIZE_MAX;
    }
    for (i = 0; i < count; i++)
        print_suggestion(&suggestions[i], by_contents);
    return count;
}

bool command_tell_unread(struct wcab_catalog *catalog)
{
    uint64_t count = 0;

    if (wcab_unread_count(catalog, &count, NULL) != WCAB_OK || count == 0)
        return false;
    output_note("%llu file%s not read: 'whichcab media --unread' lists them.",
                (unsigned long long)count, count == 1 ? " was" : "s were");
    return true;
}
