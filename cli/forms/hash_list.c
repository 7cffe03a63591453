/*
 * hash_list - see hash_list.h.
 *
 * DAT: www.logiqx.com/Dats/datafile.dtd; of its elements game (machine) and rom have attributes of use.
 * NSRL: NSRLFile.txt of the Reference Data Set, values in quotes, their names in the first line.
 * Other lines: a hash, a blank, a blank or *, a name.
 */
#include "cli/forms/hash_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PIECE_MOST = 65536,
    COLUMNS_MOST = 16,
    SHA256_DIGITS = 64,
    SHA1_DIGITS = 40,
    MD5_DIGITS = 32
};

struct reading {
    FILE *file;
    bool (*visit)(void *context, const struct hash_entry *entry);
    void *context;
    uint64_t line;
    const char *why;
    char piece[PIECE_MOST];
    char group[1024];
    bool has_group;
};

/* Bytes up to `end`, which is taken and left out; false at the end of the file, or when they are too
 * many. */
static bool take_until(struct reading *reading, int end)
{
    size_t used = 0;
    int c;

    while ((c = getc(reading->file)) != EOF && c != end) {
        reading->line += c == '\n';
        if (used + 1 >= sizeof(reading->piece)) {
            reading->why = "a line or element of it is too long";
            return false;
        }
        if (c != '\0')
            reading->piece[used++] = (char)c;
    }
    reading->line += c == '\n';
    reading->piece[used] = '\0';
    return c != EOF || (used > 0 && end == '\n');
}

static bool is_hash(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        if (!isxdigit((unsigned char)text[i]))
            return false;
    }
    return length == SHA256_DIGITS || length == SHA1_DIGITS || length == MD5_DIGITS;
}

/* Hands on an entry; one without a hash is passed over. */
static bool give(const struct reading *reading, const char *name, const char *hash,
                 const char *size)
{
    struct hash_entry entry = {
        .name = name, .group = reading->has_group ? reading->group : NULL, .hash = hash};
    char *end = NULL;

    if (size != NULL && isdigit((unsigned char)size[0])) {
        errno = 0;
        entry.size = strtoull(size, &end, 10);
        entry.has_size = errno == 0 && *end == '\0';
    }
    return hash == NULL || !is_hash(hash, strlen(hash)) || reading->visit(reading->context, &entry);
}

/* ---- DAT ---------------------------------------------------------------------------------- */

/* The character of "&#39;" or "&#x27;" at `text` in UTF-8, which is never longer; 0: it is none. */
static size_t decode_number(const char *text, char *out, size_t *taken)
{
    bool is_hex;
    const char *digits;
    unsigned long value;
    char *end;

    if (strncmp(text, "&#", 2) != 0)
        return 0;
    is_hex = text[2] == 'x' || text[2] == 'X';
    digits = text + (is_hex ? 3 : 2);
    if (!isxdigit((unsigned char)*digits))
        return 0;
    value = strtoul(digits, &end, is_hex ? 16 : 10);
    if (*end != ';' || value < ' ' || value > 0xFFFF)
        return 0;
    *taken = (size_t)(end - text) + 1;
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    if (value < 0x800) {
        out[0] = (char)(0xC0 | value >> 6);
        out[1] = (char)(0x80 | (value & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | value >> 12);
    out[1] = (char)(0x80 | (value >> 6 & 0x3F));
    out[2] = (char)(0x80 | (value & 0x3F));
    return 3;
}

/* Replaces &amp; and its like in place. */
static void decode(char *text)
{
    static const struct {
        const char *name;
        char value;
    } entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    char *out = text;
    size_t i, made, taken = 0;

    while (*text != '\0') {
        made = *text == '&' ? decode_number(text, out, &taken) : 0;
        if (made > 0) {
            out += made;
            text += taken;
            continue;
        }
        for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (strncmp(text, entities[i].name, strlen(entities[i].name)) == 0)
                break;
        }
        if (i < sizeof(entities) / sizeof(entities[0])) {
            *out++ = entities[i].value;
            text += strlen(entities[i].name);
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
}

/* The value of an attribute of an element, cut out of it into `value`; NULL: it has none. */
static const char *attribute(const char *element, const char *name, char *value, size_t size)
{
    size_t length = strlen(name);
    const char *at = element, *end;

    while ((at = strstr(at, name)) != NULL) {
        char quote = at[length] == '=' ? at[length + 1] : '\0';

        end = quote == '"' || quote == '\'' ? strchr(at + length + 2, quote) : NULL;
        if (end != NULL && at > element && isspace((unsigned char)at[-1])) {
            at += length + 2;
            (void)snprintf(value, size, "%.*s", (int)(end - at), at);
            decode(value);
            return value;
        }
        at += length;
    }
    return NULL;
}

static bool is_element(const char *piece, const char *name)
{
    size_t length = strlen(name);

    return strncmp(piece, name, length) == 0 && isspace((unsigned char)piece[length]);
}

static bool take_element(struct reading *reading)
{
    char name[1024], hash[SHA256_DIGITS + 8], size[32];
    const char *piece = reading->piece, *found;

    if (is_element(piece, "game") || is_element(piece, "machine") ||
        is_element(piece, "software")) {
        reading->has_group =
            attribute(piece, "name", reading->group, sizeof(reading->group)) != NULL;
        return true;
    }
    if (!is_element(piece, "rom") || attribute(piece, "name", name, sizeof(name)) == NULL)
        return true;
    found = attribute(piece, "sha256", hash, sizeof(hash));
    if (found == NULL)
        found = attribute(piece, "sha1", hash, sizeof(hash));
    if (found == NULL)
        found = attribute(piece, "md5", hash, sizeof(hash));
    return give(reading, name, found, attribute(piece, "size", size, sizeof(size)));
}

static bool read_dat(struct reading *reading)
{
    bool more = true;

    while (more && take_until(reading, '<') && take_until(reading, '>'))
        more = take_element(reading);
    return more;
}

/* ---- NSRL --------------------------------------------------------------------------------- */

/* Cuts a line at its commas, in place; quotes go away. */
static size_t split(char *line, char *columns[COLUMNS_MOST])
{
    size_t count = 0;

    while (line != NULL && count < COLUMNS_MOST) {
        char *out = line, *in = line;
        bool quoted = false;

        columns[count++] = line;
        for (; *in != '\0' && (quoted || *in != ','); in++) {
            if (*in != '"')
                *out++ = *in;
            else if (quoted && in[1] == '"')
                *out++ = *in++;
            else
                quoted = !quoted;
        }
        line = *in == ',' ? in + 1 : NULL;
        *out = '\0';
    }
    return count;
}

struct nsrl {
    size_t hash, name, size; /* columns */
};

static bool take_heading(struct reading *reading, struct nsrl *nsrl)
{
    static const char *const hashes[] = {"SHA-256", "sha256", "SHA-1", "sha1", "MD5"};
    char *columns[COLUMNS_MOST];
    size_t count = split(reading->piece, columns), i, h;

    nsrl->hash = nsrl->name = nsrl->size = COLUMNS_MOST;
    for (h = 0; h < sizeof(hashes) / sizeof(hashes[0]); h++) {
        for (i = 0; i < count; i++) {
            if (nsrl->hash == COLUMNS_MOST && strcasecmp(columns[i], hashes[h]) == 0)
                nsrl->hash = i;
            if (strcasecmp(columns[i], "FileName") == 0 || strcasecmp(columns[i], "file_name") == 0)
                nsrl->name = i;
            if (strcasecmp(columns[i], "FileSize") == 0 || strcasecmp(columns[i], "file_size") == 0)
                nsrl->size = i;
        }
    }
    if (nsrl->hash == COLUMNS_MOST || nsrl->name == COLUMNS_MOST)
        reading->why = "its first line names no SHA-1 or no FileName";
    return reading->why == NULL;
}

/* Whether the line that was taken names columns: of NSRLFile.txt, or of what sqlite3 -csv writes of
 * the newer sets. */
static bool is_heading(const char *line)
{
    return strchr(line, ',') != NULL &&
           (strcasestr(line, "FileName") != NULL || strcasestr(line, "file_name") != NULL);
}

/* Its heading was taken. */
static bool read_nsrl(struct reading *reading)
{
    struct nsrl nsrl;
    char *columns[COLUMNS_MOST];

    if (!take_heading(reading, &nsrl))
        return false;
    while (take_until(reading, '\n')) {
        size_t count = split(reading->piece, columns);

        if (nsrl.hash < count && nsrl.name < count &&
            !give(reading, columns[nsrl.name], columns[nsrl.hash],
                  nsrl.size < count ? columns[nsrl.size] : NULL))
            return false;
    }
    return true;
}

/* ---- sums --------------------------------------------------------------------------------- */

/* Its first line was taken. */
static bool read_sums(struct reading *reading)
{
    do {
        char *name = reading->piece + strcspn(reading->piece, " \t");
        size_t length = (size_t)(name - reading->piece);

        reading->piece[strcspn(reading->piece, "\r")] = '\0';
        if (reading->piece[0] == '\0' || reading->piece[0] == '#')
            continue; /* to the next line */
        if (!is_hash(reading->piece, length)) {
            reading->why = "neither a DAT, nor NSRL's, nor a hash and a name";
            reading->line--; /* its end was taken already */
            return false;
        }
        if (*name != '\0')
            *name++ = '\0';
        name += strspn(name, " \t*");
        if (!give(reading, name, reading->piece, NULL))
            return false;
    } while (take_until(reading, '\n'));
    return true;
}

bool hash_list_read(FILE *file, bool (*visit)(void *context, const struct hash_entry *entry),
                    void *context, uint64_t *line, const char **why)
{
    struct reading *reading = calloc(1, sizeof(*reading));
    int first;
    bool ok;

    *why = NULL;
    *line = 1;
    if (reading == NULL) {
        *why = "out of memory";
        return false;
    }
    reading->file = file;
    reading->visit = visit;
    reading->context = context;
    reading->line = 1;
    do {
        first = getc(file);
    } while (first == 0xEF || first == 0xBB || first == 0xBF || first == ' ' || first == '\n');
    (void)ungetc(first, file);
    if (first == '<')
        ok = read_dat(reading);
    else if (take_until(reading, '\n'))
        ok = is_heading(reading->piece) || first == '"' ? read_nsrl(reading) : read_sums(reading);
    else
        ok = true;
    *why = reading->why;
    *line = reading->line;
    free(reading);
    return ok && *why == NULL;
}
