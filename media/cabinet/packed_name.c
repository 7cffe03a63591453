/*
 * packed_name - see packed_name.h.
 */
#include "media/cabinet/packed_name.h"

#include <ctype.h>
#include <string.h>

#include "core/error.h"

/* Two letters of an ending and the third ones that they were seen with, the likeliest first. */
static const struct {
    const char *two, *third;
} endings[] = {
    {"38", "6"},   {"AC", "MSF"}, {"AD", "M"},   {"AF", "M"},   {"AN", "I"},    {"AP", "P"},
    {"AS", "MPF"}, {"AV", "I"},   {"BA", "TS"},  {"BI", "N"},   {"BM", "P"},    {"CA", "TLB"},
    {"CF", "G"},   {"CH", "MK"},  {"CL", "PS"},  {"CN", "TV"},  {"CO", "M"},    {"CP", "LIP"},
    {"CR", "DT"},  {"CU", "R"},   {"DA", "T"},   {"DB", "F"},   {"DE", "F"},    {"DI", "BCZ"},
    {"DL", "LG"},  {"DO", "CT"},  {"DR", "VW"},  {"EX", "E"},   {"FL", "TB"},   {"FN", "T"},
    {"FO", "NT"},  {"FX", "P"},   {"GI", "DF"},  {"GR", "PBA"}, {"HL", "P"},    {"HT", "MT"},
    {"IC", "OM"},  {"ID", "F"},   {"IM", "G"},   {"IN", "FID"}, {"JP", "G"},    {"LE", "X"},
    {"LI", "B"},   {"LO", "G"},   {"LS", "T"},   {"MA", "C"},   {"MD", "BA"},   {"MI", "D"},
    {"MM", "F"},   {"MO", "DF"},  {"MS", "GI"},  {"NL", "S"},   {"OB", "J"},    {"OC", "X"},
    {"OL", "BD"},  {"OV", "LR"},  {"PA", "LST"}, {"PC", "XD"},  {"PF", "MB"},   {"PI", "FC"},
    {"PP", "DT"},  {"PR", "OGN"}, {"RE", "GC"},  {"RT", "F"},   {"SC", "RP"},   {"SE", "TQ"},
    {"SY", "SM"},  {"TE", "X"},   {"TL", "B"},   {"TM", "P"},   {"TS", "PK"},   {"TT", "F"},
    {"TX", "T"},   {"UC", "E"},   {"VB", "XSP"}, {"VX", "D"},   {"WA", "V"},    {"WB", "T"},
    {"WI", "ZN"},  {"WM", "F"},   {"WP", "DG"},  {"WR", "I"},   {"XL", "SAML"},
};

bool wci_packed_name_has_mark(struct wci_bytes name)
{
    return name.length > 1 &&
           (name.data[name.length - 1] == '_' || name.data[name.length - 1] == '$');
}

static bool is_lower(struct wci_bytes name)
{
    bool lower = false;
    size_t i;

    for (i = 0; i < name.length; i++) {
        if (isalpha((unsigned char)name.data[i]))
            lower = islower((unsigned char)name.data[i]);
    }
    return lower;
}

/* Adds the name `stem` with `rest` behind it and, when it isn't 0, `last` in the case of `stem`. */
static bool add(struct wci_packed_names *names, struct wci_arena *arena, struct wci_bytes stem,
                struct wci_bytes rest, char last)
{
    size_t length = stem.length + rest.length + (last != '\0' ? 1 : 0);
    char *text = wci_arena_alloc(arena, length + 1);

    if (text == NULL)
        return false;
    if (stem.length > 0)
        memcpy(text, stem.data, stem.length);
    if (rest.length > 0)
        memcpy(text + stem.length, rest.data, rest.length);
    if (last != '\0') {
        bool lower = is_lower((struct wci_bytes){text, stem.length + rest.length});

        text[length - 1] =
            (char)(lower ? tolower((unsigned char)last) : toupper((unsigned char)last));
    }
    text[length] = '\0';
    names->names[names->count++] = (struct wci_bytes){text, length};
    return true;
}

/* Where the last dot is; the length when there is none, or nothing before it. */
static size_t dot_of(struct wci_bytes name)
{
    const char *dot = name.length > 0 ? memrchr(name.data, '.', name.length) : NULL;

    return dot == NULL || dot == name.data ? name.length : (size_t)(dot - name.data);
}

static const char *third_letters(const char *two)
{
    size_t i;

    for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (strncasecmp(two, endings[i].two, 2) == 0)
            return endings[i].third;
    }
    return "";
}

/* Concludes from the ending of `stored` what stands behind `stem`: the ending has lost a letter
 * when it had three, else the mark was only added. */
static bool conclude(struct wci_packed_names *names, struct wci_arena *arena, struct wci_bytes stem,
                     struct wci_bytes stored)
{
    size_t dot = dot_of(stored);
    struct wci_bytes rest = {stored.data + dot, stored.length - dot};
    const char *third;

    if (rest.length == 0 || !wci_packed_name_has_mark(stored))
        return add(names, arena, stem, rest, '\0');
    rest.length--;
    names->probable = true;
    if (rest.length != 3)
        return add(names, arena, stem, rest.length == 1 ? (struct wci_bytes){"", 0} : rest, '\0');
    for (third = third_letters(rest.data + 1); *third != '\0' && names->count < WCI_PACKED_NAMES;
         third++) {
        if (!add(names, arena, stem, rest, *third))
            return false;
    }
    return true;
}

/* "base.extension" with a dot where there is an extension. */
static bool add_parts(struct wci_packed_names *names, struct wci_arena *arena,
                      struct wci_bytes base, struct wci_bytes extension)
{
    char rest[16] = ".";
    size_t length = extension.length < sizeof(rest) - 1 ? extension.length : sizeof(rest) - 1;

    if (length > 0)
        memcpy(rest + 1, extension.data, length);
    return add(names, arena, base, (struct wci_bytes){rest, length > 0 ? length + 1 : 0}, '\0');
}

static bool find(struct wci_bytes stored, const struct wci_packed_hints *hints,
                 struct wci_arena *arena, struct wci_packed_names *names)
{
    struct wci_bytes stem = {stored.data, dot_of(stored)}, cut = stored;

    if (hints->extension.length > 0)
        return add_parts(names, arena, hints->base.length > 0 ? hints->base : stem,
                         hints->extension);
    if (hints->base.length > 0)
        return conclude(names, arena, hints->base, stored);
    if (!wci_packed_name_has_mark(stored))
        return true; /* its real name */
    if (hints->missing == '\0')
        return conclude(names, arena, stem, stored);
    cut.length--;
    return add(names, arena, cut, (struct wci_bytes){"", 0}, hints->missing);
}

enum wcab_err wci_packed_names_find(struct wci_bytes stored, const struct wci_packed_hints *hints,
                                    struct wci_arena *arena, struct wci_packed_names *names,
                                    struct wcab_error *err)
{
    memset(names, 0, sizeof(*names));
    if (!find(stored, hints, arena, names))
        return wci_error_nomem(err);
    if (names->count > 0)
        return WCAB_OK;
    names->probable = false;
    return add(names, arena, stored, (struct wci_bytes){"", 0}, '\0') ? WCAB_OK
                                                                      : wci_error_nomem(err);
}
