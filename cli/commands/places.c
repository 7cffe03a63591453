/*
 * places - see places.h.
 */
#include "cli/commands/places.h"

#include <stdio.h>
#include <string.h>

#include "cli/output.h"

enum { PLACES_SHOWN = 8 };

/* "    mapi32.dll in WIN95_07.CAB, disk 7 of win95-dmf" */
static void print_place(const struct wcab_answer *answer, unsigned indent)
{
    const char *medium = answer->medium != NULL  ? answer->medium
                         : answer->image != NULL ? answer->image
                                                 : "an unknown medium";

    (void)printf("%*s", (int)indent, "");
    output_masked(stdout, answer->name);
    if (answer->cabinet != NULL || answer->path != NULL) {
        output_masked(stdout, " in ");
        output_masked(stdout, answer->cabinet != NULL ? answer->cabinet : answer->path);
    }
    if (answer->disk != NULL) {
        output_masked(stdout, ", disk ");
        output_masked(stdout, answer->disk);
    }
    output_masked(stdout, " of ");
    output_masked(stdout, medium);
    if (answer->source == WCAB_SOURCE_PUBLISHED)
        output_masked(stdout, " (published)");
    (void)fputc('\n', stdout);
}

/* Whether two releases are of one version of Windows: 4.00.950 and 4.00.1111. */
static bool is_same_version(const char *a, const char *b)
{
    unsigned dots = 0;

    for (; *a != '\0' && *a == *b; a++, b++) {
        dots += *a == '.';
        if (dots == 2)
            return true;
    }
    return *a == *b;
}

/* Setup's own copy is never the right one, nor is that of another Windows. */
static bool is_right(const struct wcab_answer *answer, const char *release)
{
    if (answer->role != NULL && strcmp(answer->role, "system") != 0)
        return false;
    return release == NULL || answer->release == NULL || is_same_version(answer->release, release);
}

enum wcab_err places_print(struct wcab_catalog *catalog, const char *name, const char *release,
                           unsigned indent, struct wcab_error *err)
{
    const char *names[] = {name};
    const struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                                .names = names,
                                                .name_count = 1,
                                                .match = WCAB_MATCH_EXACT};
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    unsigned shown = 0;
    enum wcab_err code = wcab_search_open(catalog, &options, &search, err);

    if (code == WCAB_OK)
        code = wcab_search_next(search, &answer, err);
    while (code == WCAB_OK && answer != NULL && shown < PLACES_SHOWN) {
        if (is_right(answer, release)) {
            print_place(answer, indent);
            shown++;
        }
        code = wcab_search_next(search, &answer, err);
    }
    wcab_search_close(search);
    return code == WCAB_ERR_USAGE ? WCAB_OK : code; /* a name that no medium can have */
}
