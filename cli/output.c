/*
 * output - see output.h.
 */
#include "cli/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { LINE_WIDTH = 80, MESSAGE_BYTES = 2048, STDOUT_BYTES = 64 * 1024 };

void output_begin(void)
{
    static char buffer[STDOUT_BYTES];

    (void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

int output_end(int status)
{
    bool failed = ferror(stdout) != 0;

    if (fclose(stdout) != 0 || failed) {
        output_error("can't write the results: %s", strerror(errno));
        return STATUS_ERROR;
    }
    return status;
}

enum wcab_err output_sink(void *context, const char *text, size_t length)
{
    FILE *out = context;

    return fwrite(text, 1, length, out) == length ? WCAB_OK : WCAB_ERR_IO;
}

/* ---- masking ------------------------------------------------------------------------------ */

/* The code point at the start of text and the length of its sequence; 0 when it is not UTF-8. */
static size_t decode(const char *text, uint32_t *code_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80                        ? 1
                    : bytes[0] >= 0xC2 && bytes[0] < 0xE0  ? 2
                    : bytes[0] >= 0xE0 && bytes[0] < 0xF0  ? 3
                    : bytes[0] >= 0xF0 && bytes[0] <= 0xF4 ? 4
                                                           : 0;
    uint32_t value = bytes[0];
    size_t i;

    if (length > 1)
        value &= 0xFFU >> (length + 1);
    for (i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) /* also the end of the string */
            return 0;
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    if (length > 1 &&
        (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)))
        return 0;
    *code_point = value;
    return length;
}

static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || (c >= 0x200E && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Writes the masked text, never longer than it was, to out; returns its length. */
static size_t mask(const char *text, char *out)
{
    size_t used = 0;

    while (*text != '\0') {
        uint32_t code_point = 0;
        size_t length = decode(text, &code_point);

        if (length == 0 || is_unsafe(code_point)) {
            out[used++] = '?';
        } else {
            memcpy(out + used, text, length);
            used += length;
        }
        text += length == 0 ? 1 : length;
    }
    return used;
}

void output_masked(FILE *out, const char *text)
{
    while (*text != '\0') {
        uint32_t code_point = 0;
        size_t length = decode(text, &code_point);

        if (length == 0 || is_unsafe(code_point))
            (void)fputc('?', out);
        else
            (void)fwrite(text, 1, length, out);
        text += length == 0 ? 1 : length;
    }
}

void output_linked(bool linked, const uint8_t *path, size_t length, const char *text)
{
    if (linked)
        (void)wcab_link_text(path, length, text, output_sink, stdout);
    else
        output_masked(stdout, text);
}

void output_json(FILE *out, const char *text)
{
    (void)fputc('"', out);
    while (*text != '\0') {
        uint32_t code_point = 0xFFFD;
        size_t length = decode(text, &code_point);

        if (length == 0)
            (void)fputs("\xEF\xBF\xBD", out);
        else if (code_point == '"' || code_point == '\\')
            (void)fprintf(out, "\\%c", (char)code_point);
        else if (is_unsafe(code_point))
            (void)fprintf(out, "\\u%04x", (unsigned)code_point);
        else
            (void)fwrite(text, 1, length, out);
        text += length == 0 ? 1 : length;
    }
    (void)fputc('"', out);
}

/* ---- messages ----------------------------------------------------------------------------- */

/* In one piece: stderr is not buffered. */
static void print_message(const char *start, const char *text)
{
    char line[MESSAGE_BYTES + 32];
    size_t used = strlen(start);

    memcpy(line, start, used + 1);
    used += mask(text, line + used);
    line[used++] = '\n';
    (void)fflush(stdout); /* in the order that things happened */
    (void)fwrite(line, 1, used, stderr);
}

void output_error(const char *format, ...)
{
    char text[MESSAGE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    print_message("whichcab: ", text);
}

void output_note(const char *format, ...)
{
    char text[MESSAGE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    print_message("", text);
}

int output_failure(const struct wcab_error *err)
{
    char offset[48] = "";

    if (err->offset != WCAB_NO_OFFSET)
        (void)snprintf(offset, sizeof(offset), " (at byte %" PRIu64 ")", err->offset);
    output_error("%s%s%s%s", err->place, err->place[0] != '\0' ? ": " : "",
                 err->text[0] != '\0' ? err->text : wcab_err_text(err->code), offset);
    return STATUS_ERROR;
}

const char *output_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- help --------------------------------------------------------------------------------- */

void output_wrapped(FILE *out, const char *text, int column, int used)
{
    int at = used;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        if (at > column && at + 1 + (int)length > LINE_WIDTH) {
            (void)fputc('\n', out);
            at = 0;
        } else if (at > column) {
            (void)fputc(' ', out);
            at++;
        }
        for (; at < column; at++)
            (void)fputc(' ', out);
        at += (int)fwrite(text, 1, length, out);
        text += length;
        text += strspn(text, " ");
    }
    (void)fputc('\n', out);
}
