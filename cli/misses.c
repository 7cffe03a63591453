/*
 * misses - names that a search had no answer for.
 */
#include <stdio.h>

#include "cli/command.h"

static const char *base_name(const char *path)
{
    const char *at;

    for (at = path; *at != '\0'; at++) {
        if ((*at == '/' || *at == '\\') && at[1] != '\0')
            path = at + 1;
    }
    return path;
}

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
        output_error("%s: not there; 'whichcab where --all %s' shows where that name is known",
                     suggestion->query, base_name(suggestion->query));
    else
        output_error("%s: not found%s", suggestion->query, text);
}

void command_print_misses(const struct wcab_suggestion *suggestions, size_t count, bool by_contents)
{
    size_t i;

    for (i = 0; i < count; i++)
        print_suggestion(&suggestions[i], by_contents);
}

size_t command_tell_misses(struct wcab_search *search, bool by_contents)
{
    const struct wcab_suggestion *suggestions = NULL;
    struct wcab_error err;
    size_t count = 0;

    if (wcab_search_suggestions(search, &suggestions, &count, &err) != WCAB_OK) {
        (void)output_failure(&err);
        return SIZE_MAX;
    }
    command_print_misses(suggestions, count, by_contents);
    return count;
}

void command_record_misses(struct wcab_search *search, struct records *records)
{
    const struct wcab_suggestion *suggestions = NULL;
    size_t count = 0, i;

    if (wcab_search_suggestions(search, &suggestions, &count, NULL) != WCAB_OK)
        return; /* told before */
    for (i = 0; i < count && records_are_json(records); i++) {
        if (wcab_suggestion_json(&suggestions[i], records_sink, records) != WCAB_OK)
            return;
    }
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
