/*
 * pattern - see pattern.h.
 */
#include "query/pattern.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/glob.h"
#include "core/mem.h"
#include "core/text.h"

enum { MOST_FOLDERS = 64, DISTANCE_BYTES = 64 };

struct wci_pattern {
    enum wcab_match match;   /* never AUTO */
    char *text;              /* owned: as it was given */
    char *folded;            /* owned: the folders and the name, folded */
    struct wci_bytes name;   /* in folded */
    struct wci_bytes stem;   /* of a glob "stem.*", that fits a name without extension too */
    struct wci_bytes prefix; /* in folded */
    size_t folder_count;
    struct wci_bytes folders[MOST_FOLDERS]; /* in folded, the innermost last */
    regex_t regex;
    bool has_regex;
};

/* ---- globs -------------------------------------------------------------------------------- */

static bool is_glob(struct wci_bytes text)
{
    size_t i;

    for (i = 0; i < text.length; i++) {
        if (text.data[i] == '*' || text.data[i] == '?' ||
            (text.data[i] == '[' && wci_glob_set_end(text, i) != 0))
            return true;
    }
    return false;
}

static size_t literal_length(struct wci_bytes glob)
{
    size_t i;

    for (i = 0; i < glob.length; i++) {
        if (glob.data[i] == '*' || glob.data[i] == '?' || glob.data[i] == '[')
            break;
    }
    return i;
}

/* ---- regular expressions ------------------------------------------------------------------ */

/* The last byte of a bracket expression that begins at `text`; `text` when it has no end. */
static const char *bracket_end(const char *text)
{
    const char *at = text + 1;

    if (*at == '^')
        at++;
    if (*at == ']') /* first it stands for itself */
        at++;
    for (; *at != '\0' && *at != ']'; at++) {
        const char *close;

        if (*at != '[' || (at[1] != ':' && at[1] != '.' && at[1] != '='))
            continue;
        for (close = at + 2; *close != '\0' && (close[0] != at[1] || close[1] != ']'); close++)
            ;
        if (*close == '\0')
            return text;
        at = close + 1;
    }
    return *at == ']' ? at : text;
}

/* A repetition at *at, which ends at its last byte; copies of what is repeated multiply `product`:
 * glibc makes them, n for {n} and two for +, and of a group all that is in it. */
static bool take_repetition(const char *text, const char **at, unsigned long *product)
{
    unsigned long low, high;
    char *end;

    if (**at != '{') {
        if (**at == '+' && *at > text && (*at)[-1] == ')')
            *product *= 2;
        return *product <= WCI_PATTERN_REGEX_REPEAT;
    }
    low = strtoul(*at + 1, &end, 10);
    high = *end == ',' ? strtoul(end + 1, &end, 10) : low;
    high = high > low ? high : low;
    if (high > WCI_PATTERN_REGEX_REPEAT)
        return false;
    *product *= high > 0 ? high : 1;
    *at = *end == '}' ? end : *at;
    return *product <= WCI_PATTERN_REGEX_REPEAT;
}

/* Refuses what glibc's matcher may need exponential time or memory for. */
static enum wcab_err check_regex(const char *text, struct wcab_error *err)
{
    unsigned long product = 1;
    bool repeated = false; /* the byte before ended a repetition */
    const char *at;

    if (strlen(text) > WCI_PATTERN_REGEX_BYTES)
        return wci_error_set(err, WCAB_ERR_USAGE, "the regular expression is longer than %d bytes",
                             (int)WCI_PATTERN_REGEX_BYTES);
    for (at = text; *at != '\0'; at++) {
        uint64_t offset = (uint64_t)(at - text);
        bool repeats = strchr("*+?{", *at) != NULL;

        if (*at == '\\' && at[1] >= '1' && at[1] <= '9')
            return wci_error_set_at(err, WCAB_ERR_USAGE, offset,
                                    "a back reference is not supported");
        if (repeats && repeated)
            return wci_error_set_at(err, WCAB_ERR_USAGE, offset,
                                    "a repetition of a repetition is not supported");
        if (repeats && !take_repetition(text, &at, &product))
            return wci_error_set_at(err, WCAB_ERR_USAGE, offset, "more than %d repetitions",
                                    (int)WCI_PATTERN_REGEX_REPEAT);
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '[')
            at = bracket_end(at);
        repeated = repeats;
    }
    return WCAB_OK;
}

/* Names are folded: so must letters be that REG_ICASE does not know in the C locale.  ASCII stays
 * as it is, for \w is not \W. */
static size_t fold_beyond_ascii(const char *text, char *out, size_t size)
{
    struct wci_bytes rest = wci_bytes_of(text);
    size_t used = 0;

    while (rest.length > 0 && used < size) {
        struct wci_bytes one = {rest.data, wci_text_utf8_length(rest)};

        if (one.length <= 1) {
            one.length = 1;
            out[used++] = *rest.data;
        } else {
            used += wci_text_fold(one, out + used, size - used);
        }
        rest.data += one.length;
        rest.length -= one.length;
    }
    return used;
}

static enum wcab_err compile_regex(struct wci_pattern *pattern, struct wcab_error *err)
{
    char folded[2 * WCI_PATTERN_REGEX_BYTES + 1];
    enum wcab_err code = check_regex(pattern->text, err);
    int result;

    if (code != WCAB_OK)
        return code;
    folded[fold_beyond_ascii(pattern->text, folded, sizeof(folded) - 1)] = '\0';
    result = regcomp(&pattern->regex, folded, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (result == REG_ESPACE)
        return wci_error_nomem(err);
    if (result != 0) {
        char why[128];

        (void)regerror(result, &pattern->regex, why, sizeof(why));
        return wci_error_set(err, WCAB_ERR_USAGE, "the regular expression is wrong: %s", why);
    }
    pattern->has_regex = true;
    return WCAB_OK;
}

/* ---- compiling ---------------------------------------------------------------------------- */

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* Cuts `folded` at its separators into folders and name; the name's offset is the same in the text,
 * because folding keeps the length of what it folds. */
static enum wcab_err split(struct wci_pattern *pattern, struct wci_bytes folded,
                           struct wcab_error *err)
{
    size_t start = 0, i;

    for (i = 0; i < folded.length; i++) {
        if (!is_separator(folded.data[i]))
            continue;
        if (i > start) {
            if (pattern->folder_count == MOST_FOLDERS)
                return wci_error_set(err, WCAB_ERR_USAGE, "more than %d folders in a path",
                                     (int)MOST_FOLDERS);
            pattern->folders[pattern->folder_count].data = folded.data + start;
            pattern->folders[pattern->folder_count++].length = i - start;
        }
        start = i + 1;
    }
    pattern->name.data = folded.data + start;
    pattern->name.length = folded.length - start;
    if (pattern->name.length == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "no file name: '%s' ends with a separator",
                             pattern->text);
    return WCAB_OK;
}

static void prepare_glob(struct wci_pattern *pattern)
{
    struct wci_bytes *name = &pattern->name;

    /* As DOS has it: "*.*" is every file, "NAME.*" also the one without an extension. */
    if (name->length >= 2 && memcmp(name->data + name->length - 2, ".*", 2) == 0) {
        pattern->stem.data = name->data;
        pattern->stem.length = name->length - 2;
    }
    pattern->prefix.data = name->data;
    pattern->prefix.length = literal_length(pattern->stem.data != NULL ? pattern->stem : *name);
}

static enum wcab_err compile(struct wci_pattern *pattern, struct wcab_error *err)
{
    struct wci_bytes text = wci_bytes_of(pattern->text);
    struct wci_bytes folded;
    enum wcab_err code;

    folded.length = wci_text_fold(text, pattern->folded, 2 * text.length);
    folded.data = pattern->folded;
    pattern->name = folded;
    if (pattern->match == WCAB_MATCH_REGEX)
        return compile_regex(pattern, err);
    if (pattern->match == WCAB_MATCH_SUBSTRING)
        return WCAB_OK;
    code = split(pattern, folded, err);
    if (code != WCAB_OK)
        return code;
    if (pattern->match == WCAB_MATCH_AUTO)
        pattern->match = is_glob(pattern->name) ? WCAB_MATCH_GLOB : WCAB_MATCH_EXACT;
    if (pattern->match == WCAB_MATCH_GLOB)
        prepare_glob(pattern);
    else
        pattern->prefix = pattern->name;
    return WCAB_OK;
}

enum wcab_err wci_pattern_compile(const char *text, enum wcab_match match,
                                  struct wci_pattern **pattern, struct wcab_error *err)
{
    size_t length = strlen(text);
    struct wci_pattern *made;
    enum wcab_err code;

    if (length == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "an empty name");
    if (length > WCI_PATTERN_BYTES)
        return wci_error_set(err, WCAB_ERR_USAGE, "a name of more than %d bytes",
                             (int)WCI_PATTERN_BYTES);
    if ((unsigned)match > WCAB_MATCH_SUBSTRING)
        return wci_error_set(err, WCAB_ERR_USAGE, "no way of matching has the number %d",
                             (int)match);
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->match = match;
    made->text = strdup(text);
    made->folded = malloc(2 * length);
    code = made->text == NULL || made->folded == NULL ? wci_error_nomem(err) : compile(made, err);
    if (code != WCAB_OK) {
        wci_pattern_free(made);
        return code;
    }
    *pattern = made;
    return WCAB_OK;
}

void wci_pattern_free(struct wci_pattern *pattern)
{
    if (pattern == NULL)
        return;
    if (pattern->has_regex)
        regfree(&pattern->regex);
    free(pattern->text);
    free(pattern->folded);
    free(pattern);
}

/* ---- matching ----------------------------------------------------------------------------- */

struct wci_bytes wci_pattern_exact(const struct wci_pattern *pattern)
{
    static const struct wci_bytes none = {NULL, 0};

    return pattern->match == WCAB_MATCH_EXACT ? pattern->name : none;
}

struct wci_bytes wci_pattern_prefix(const struct wci_pattern *pattern)
{
    return pattern->prefix;
}

bool wci_pattern_fits(const struct wci_pattern *pattern, struct wci_bytes folded)
{
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)folded.length};

    switch (pattern->match) {
    case WCAB_MATCH_EXACT:
        return wci_bytes_equal(pattern->name, folded);
    case WCAB_MATCH_GLOB:
        return wci_glob_fits_sets(pattern->name, folded) ||
               (pattern->stem.data != NULL && folded.length > 0 &&
                memchr(folded.data, '.', folded.length) == NULL &&
                wci_glob_fits_sets(pattern->stem, folded));
    case WCAB_MATCH_REGEX:
        return folded.length > 0 &&
               regexec(&pattern->regex, folded.data, 1, &range, REG_STARTEND) == 0;
    case WCAB_MATCH_SUBSTRING:
        return folded.length >= pattern->name.length &&
               memmem(folded.data, folded.length, pattern->name.data, pattern->name.length) != NULL;
    case WCAB_MATCH_AUTO:
        break;
    }
    return false;
}

bool wci_pattern_has_folders(const struct wci_pattern *pattern)
{
    return pattern->folder_count > 0;
}

bool wci_pattern_fits_folders(const struct wci_pattern *pattern, struct wci_bytes path)
{
    size_t end = path.length, i = pattern->folder_count;

    while (i > 0) {
        struct wci_bytes part;
        size_t start;

        while (end > 0 && is_separator(path.data[end - 1]))
            end--;
        if (end == 0)
            return false;
        for (start = end; start > 0 && !is_separator(path.data[start - 1]); start--)
            ;
        part.data = path.data + start;
        part.length = end - start;
        if (!(pattern->match == WCAB_MATCH_GLOB ? wci_glob_fits_sets(pattern->folders[i - 1], part)
                                                : wci_bytes_equal(pattern->folders[i - 1], part)))
            return false;
        end = start;
        i--;
    }
    return true;
}

/* ---- distance ----------------------------------------------------------------------------- */

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    if (b < a)
        a = b;
    return c < a ? c : a;
}

/* Which bytes are in it, five bits of each. */
static uint32_t letters_of(struct wci_bytes text)
{
    uint32_t letters = 0;
    size_t i;

    for (i = 0; i < text.length; i++)
        letters |= (uint32_t)1 << (text.data[i] & 31);
    return letters;
}

static unsigned count_bits(uint32_t bits)
{
    unsigned count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Each change takes away one letter of `a` and brings in one of `b` at most.  Most of a dictionary
 * has too many others, which is seen much faster than by the table below. */
static bool are_far_apart(struct wci_bytes a, struct wci_bytes b, unsigned limit)
{
    const uint32_t in_a = letters_of(a), in_b = letters_of(b);

    return count_bits(in_a & ~in_b) > limit || count_bits(in_b & ~in_a) > limit;
}

/* Three rows of the table of optimal string alignment: two before the current one. */
unsigned wci_pattern_distance(struct wci_bytes a, struct wci_bytes b, unsigned limit)
{
    unsigned rows[3][DISTANCE_BYTES + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    size_t i, j;

    if (a.length > DISTANCE_BYTES || b.length > DISTANCE_BYTES || a.length > b.length + limit ||
        b.length > a.length + limit || are_far_apart(a, b, limit))
        return limit + 1;
    for (j = 0; j <= b.length; j++) {
        last[j] = (unsigned)j;
        before[j] = 0;
    }
    for (i = 1; i <= a.length; i++) {
        unsigned *swap = before;
        unsigned best;

        row[0] = (unsigned)i;
        best = row[0];
        for (j = 1; j <= b.length; j++) {
            unsigned change = last[j - 1] + (a.data[i - 1] != b.data[j - 1]);

            row[j] = least(last[j] + 1, row[j - 1] + 1, change);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
                a.data[i - 2] == b.data[j - 1] && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
            if (row[j] < best)
                best = row[j];
        }
        if (best > limit)
            return limit + 1;
        before = last;
        last = row;
        row = swap;
    }
    return last[b.length] > limit ? limit + 1 : last[b.length];
}
