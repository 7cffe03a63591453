/*
 * identify_out - what wcab_identify found, as text and as JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/sized.h"
#include "core/text.h"
#include "query/output/columns.h"
#include "query/output/out_content.h"

enum { INDENT = 2, TEXT_BYTES = WCI_OUT_CONTENT_TEXT + 512 };

/* ---- text --------------------------------------------------------------------------------- */

static const char *verdict_text(enum wcab_identity identity)
{
    switch (identity) {
    case WCAB_IDENTITY_INTACT:
        return "intact";
    case WCAB_IDENTITY_PROBABLE:
        return "probably intact";
    case WCAB_IDENTITY_ALTERED:
        return "altered";
    case WCAB_IDENTITY_UNKNOWN:
        return "unknown";
    case WCAB_IDENTITY_FAILED:
        break;
    }
    return "not read";
}

/* "1995-07-11 09:50" */
static void date_text(const char *modified, char text[20])
{
    (void)snprintf(text, 20, "%.16s", modified);
    if (strlen(text) > 10)
        text[10] = ' ';
}

/* The size that is compared: of what the packed file holds, where that was. */
static uint64_t own_size(const struct wcab_identified *file)
{
    return file->by_unpacked ? file->unpacked_size : file->size;
}

static const char *own_version(const struct wcab_identified *file)
{
    return file->by_unpacked ? file->unpacked_version : file->file_version;
}

static void size_words(const struct wcab_identified *file, char *text, size_t room)
{
    char own[WCI_COLUMNS_NUMBER], known[WCI_COLUMNS_NUMBER];

    wci_columns_number(own, own_size(file));
    wci_columns_number(known, file->match->size);
    if (file->same_size)
        (void)snprintf(text, room, "the same length (%s)", own);
    else if (file->match->size_known)
        (void)snprintf(text, room, "length %s instead of %s", own, known);
    else
        (void)snprintf(text, room, "length %s", own);
}

static void date_words(const struct wcab_identified *file, char *text, size_t room)
{
    char own[20], known[20];

    date_text(file->modified, own);
    date_text(file->match->modified, known);
    switch (file->same_date) {
    case WCAB_DATE_SAME:
        (void)snprintf(text, room, "the same date (%s)", own);
        break;
    case WCAB_DATE_ZONE:
        (void)snprintf(text, room, "the same date in another time zone (%s, %s)", own, known);
        break;
    case WCAB_DATE_OTHER:
        (void)snprintf(text, room, "date %s instead of %s", own, known);
        break;
    case WCAB_DATE_UNKNOWN:
        (void)snprintf(text, room, "date not known");
        break;
    }
}

static void version_words(const struct wcab_identified *file, char *text, size_t room)
{
    const char *own = own_version(file), *known = file->match->file_version;

    text[0] = '\0';
    if (file->same_version)
        (void)snprintf(text, room, "the same version (%s), ", own);
    else if (own != NULL && known != NULL)
        (void)snprintf(text, room, "version %s instead of %s, ", own, known);
    else if (own != NULL)
        (void)snprintf(text, room, "version %s, ", own);
    else if (known != NULL)
        (void)snprintf(text, room, "no version instead of %s, ", known);
}

static void put_relation(const struct wcab_identified *file, const char *start, const char *end,
                         struct wci_buffer *out)
{
    char size[120], date[120], version[120], text[512];

    size_words(file, size, sizeof(size));
    date_words(file, date, sizeof(date));
    version_words(file, version, sizeof(version));
    (void)snprintf(text, sizeof(text), "%s%s%s, %s%s", start, version, size, date, end);
    wci_columns_wrap(out, INDENT, text);
}

/* "as mapi32.dll in win95-dmf, disk 7, WIN95_07.CAB and 3 more places" */
static void put_match(const struct wcab_identified *file, const char *start, bool verbose,
                      struct wci_buffer *out)
{
    const struct wcab_content *match = file->match;
    char place[WCI_OUT_CONTENT_TEXT], more[80] = "", text[TEXT_BYTES];
    size_t i;

    wci_out_content_place(&match->places[0], true, place);
    if (match->place_count > 1 && !verbose)
        (void)snprintf(more, sizeof(more), ", and %zu more place%s", match->place_count - 1,
                       match->place_count == 2 ? "" : "s");
    (void)snprintf(text, sizeof(text), "%s%s%s%s", file->by_unpacked ? "unpacked, " : "", start,
                   place, more);
    wci_columns_wrap(out, INDENT, text);
    for (i = 1; verbose && i < match->place_count; i++) {
        wci_out_content_place(&match->places[i], true, place);
        wci_columns_wrap(out, 2 * INDENT, place);
    }
}

static void put_verdict(const struct wcab_identified *file, bool verbose, struct wci_buffer *out)
{
    bool is_other = file->match != NULL && file->match->sha256 != NULL;

    if (file->identity != WCAB_IDENTITY_FAILED && file->match == NULL) {
        wci_columns_wrap(out, INDENT, "no known medium has a file of this name");
        return;
    }
    switch (file->identity) {
    case WCAB_IDENTITY_INTACT:
        put_match(file, file->same_name ? "the bytes of " : "under another name, the bytes of ",
                  verbose, out);
        break;
    case WCAB_IDENTITY_PROBABLE:
        put_match(file, "most likely ", verbose, out);
        put_relation(file, "", "; its bytes are not on record", out);
        break;
    case WCAB_IDENTITY_ALTERED:
        put_match(file, "was ", verbose, out);
        put_relation(file, "now other bytes: ", "", out);
        break;
    case WCAB_IDENTITY_UNKNOWN:
        put_match(file, "nearest is ", verbose, out);
        put_relation(file, "", is_other ? "" : "; its bytes are not on record", out);
        break;
    case WCAB_IDENTITY_FAILED:
        wci_columns_wrap(out, INDENT, file->error->text);
        break;
    }
}

static void put_facts(const struct wcab_identified *file, struct wci_buffer *out)
{
    char size[WCI_COLUMNS_NUMBER], date[20], text[512];

    if (file->sha256 == NULL)
        return;
    wci_columns_number(size, file->size);
    date_text(file->modified, date);
    (void)snprintf(text, sizeof(text), "it has %s byte%s, %s%s%s, SHA-256 %s", size,
                   wci_columns_s(file->size), date, file->file_version != NULL ? ", version " : "",
                   file->file_version != NULL ? file->file_version : "", file->sha256);
    wci_columns_wrap(out, INDENT, text);
    if (file->unpacked_sha256 == NULL)
        return;
    wci_columns_number(size, file->unpacked_size);
    (void)snprintf(
        text, sizeof(text), "unpacked %.200s: %s byte%s%s%s, SHA-256 %s", file->unpacked_name, size,
        wci_columns_s(file->unpacked_size), file->unpacked_version != NULL ? ", version " : "",
        file->unpacked_version != NULL ? file->unpacked_version : "", file->unpacked_sha256);
    wci_columns_wrap(out, INDENT, text);
}

/* "user.exe of Windows 95 OSR2 (CD-ROM), " */
static void put_whose(const struct wcab_identified *file, struct wci_buffer *out)
{
    const struct wcab_content_place *place = &file->match->places[0];

    if (place->title == NULL || place->name == NULL)
        return;
    wci_columns_put(out, place->name);
    wci_buffer_put(out, " of ", 4);
    wci_columns_put(out, place->title);
    wci_buffer_put(out, ", ", 2);
}

static enum wcab_err do_identified_text(const struct wcab_identified *file, bool verbose,
                                        wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;
    const char *verdict = verdict_text(file->identity);
    enum wcab_err code;

    wci_buffer_init(&out);
    wci_columns_put(&out, file->path);
    wci_buffer_put(&out, ": ", 2);
    if (file->identity == WCAB_IDENTITY_INTACT)
        put_whose(file, &out);
    wci_buffer_put(&out, verdict, strlen(verdict));
    wci_buffer_u8(&out, '\n');
    put_verdict(file, verbose, &out);
    if (verbose)
        put_facts(file, &out);
    code = out.ok ? sink(context, (const char *)out.data, out.size) : WCAB_ERR_NOMEM;
    wci_buffer_free(&out);
    return code;
}

enum wcab_err wcab_identified_text(const struct wcab_identified *file, bool verbose,
                                   wcab_text_sink *sink, void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE
                                        : do_identified_text(file, verbose, sink, context);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static const char *identity_name(enum wcab_identity identity)
{
    static const char *const names[] = {NULL, "intact", "probable", "altered", "unknown", "failed"};

    return (size_t)identity < sizeof(names) / sizeof(names[0]) ? names[identity] : NULL;
}

static void put_same(struct wci_json *json, const struct wcab_identified *file)
{
    static const char *const dates[] = {NULL, "same", "zone", "other"};

    if (file->match == NULL) {
        wci_json_null(json, "same");
        return;
    }
    wci_json_begin(json, "same", '{');
    wci_json_bool(json, "name", file->same_name);
    wci_json_bool(json, "size", file->same_size);
    wci_json_bool(json, "version", file->same_version);
    wci_json_text(json, "date", dates[file->same_date]);
    wci_json_end(json, '}');
}

static void put_unpacked(struct wci_json *json, const struct wcab_identified *file)
{
    if (file->unpacked_sha256 == NULL) {
        wci_json_null(json, "unpacked");
        return;
    }
    wci_json_begin(json, "unpacked", '{');
    wci_json_text(json, "name", file->unpacked_name);
    wci_json_number(json, "size", file->unpacked_size);
    wci_json_text(json, "sha256", file->unpacked_sha256);
    wci_json_text(json, "file_version", file->unpacked_version);
    wci_json_end(json, '}');
}

static enum wcab_err do_identified_json(const struct wcab_identified *file, wcab_text_sink *sink,
                                        void *context)
{
    struct wci_json json;

    wci_json_open(&json, "file");
    wci_json_text(&json, "path", file->path);
    if (!wci_text_is_utf8(wci_bytes_of(file->path)))
        wci_json_hex(&json, "path_raw", (const uint8_t *)file->path, strlen(file->path));
    wci_json_text(&json, "identity", identity_name(file->identity));
    wci_json_text(&json, "reason", file->error != NULL ? file->error->text : NULL);
    if (file->sha256 != NULL)
        wci_json_number(&json, "size", file->size);
    else
        wci_json_null(&json, "size");
    wci_json_text(&json, "modified", file->modified[0] != '\0' ? file->modified : NULL);
    wci_json_text(&json, "sha256", file->sha256);
    wci_json_text(&json, "file_version", file->file_version);
    put_unpacked(&json, file);
    wci_out_content_json(&json, "match", file->match);
    wci_json_bool(&json, "by_unpacked", file->by_unpacked);
    put_same(&json, file);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_identified_json(const struct wcab_identified *file, wcab_text_sink *sink,
                                   void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE : do_identified_json(file, sink, context);
}

static enum wcab_err do_identify_result_json(const struct wcab_identify_result *result,
                                             wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    wci_json_open(&json, "summary");
    wci_json_number(&json, "intact", result->intact);
    wci_json_number(&json, "probable", result->probable);
    wci_json_number(&json, "altered", result->altered);
    wci_json_number(&json, "unknown", result->unknown);
    wci_json_number(&json, "failed", result->failed);
    wci_json_number(&json, "bytes", result->bytes);
    wci_json_bool(&json, "has_hashes", result->has_hashes);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_identify_result_json(const struct wcab_identify_result *result,
                                        wcab_text_sink *sink, void *context)
{
    struct wcab_identify_result taken;

    if (sink == NULL || wci_sized_take(&taken, sizeof(taken), result, NULL) != WCAB_OK)
        return WCAB_ERR_USAGE;
    return do_identify_result_json(&taken, sink, context);
}
