/*
 * limit_option - see limit_option.h.
 */
#include "cli/limit_option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

enum { NAME_BYTES = 32 };

/* Parses "10", "512M": false when it is no such number, or too large. */
static bool parse_number(const char *text, uint64_t *number)
{
    static const char units[] = "KMGT";
    const char *unit;
    char *end;
    unsigned shift = 0;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (unit != NULL) {
        shift = 10 * (unsigned)(unit - units + 1);
        end++;
    }
    if (errno != 0 || *end != '\0' || *number > UINT64_MAX >> shift)
        return false;
    *number <<= shift;
    return true;
}

bool limit_option_parse(const struct opt_texts *texts, struct wcab_limits *limits)
{
    size_t i;

    for (i = 0; i < texts->count; i++) {
        const char *text = texts->items[i];
        const char *equals = strchr(text, '=');
        size_t length = equals == NULL ? 0 : (size_t)(equals - text);
        char name[NAME_BYTES] = "";
        struct wcab_error err;
        uint64_t value;

        if (equals == NULL || length >= sizeof(name) || !parse_number(equals + 1, &value)) {
            output_error("--limit takes NAME=NUMBER, as in depth=20 or bytes=16G; not '%s'", text);
            return false;
        }
        memcpy(name, text, length);
        if (wcab_limits_set(limits, name, value, &err) != WCAB_OK) {
            output_error("--limit: %s", err.text);
            return false;
        }
    }
    return true;
}
