/*
 * columns - see columns.h.
 */
#include "query/output/columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

size_t wci_columns_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void wci_columns_put(struct wci_buffer *out, const char *text)
{
    wci_text_mask(wci_bytes_of(text), out);
}

void wci_columns_colour(struct wci_buffer *out, bool wanted, enum wci_colour colour)
{
    char text[16];
    int length = snprintf(text, sizeof(text), "\033[%dm", (int)colour);

    if (wanted && length > 0)
        wci_buffer_put(out, text, (size_t)length);
}

static void put_blanks(struct wci_buffer *out, size_t count)
{
    while (count-- > 0)
        wci_buffer_u8(out, ' ');
}

void wci_columns_pad(struct wci_buffer *out, const char *text, size_t width, bool right)
{
    size_t own = wci_columns_width(text);
    size_t blanks = own < width ? width - own : 0;

    if (right)
        put_blanks(out, blanks);
    wci_columns_put(out, text);
    if (!right)
        put_blanks(out, blanks);
}

/* Cuts the next word off *text: borrowed, without its NUL. */
static struct wci_bytes next_word(const char **text)
{
    struct wci_bytes word;

    while (**text == ' ' || **text == '\n')
        (*text)++;
    word.data = *text;
    while (**text != '\0' && **text != ' ' && **text != '\n')
        (*text)++;
    word.length = (size_t)(*text - word.data);
    return word;
}

static size_t word_width(struct wci_bytes word)
{
    size_t width = 0, i;

    for (i = 0; i < word.length; i++)
        width += ((unsigned char)word.data[i] & 0xC0) != 0x80;
    return width;
}

void wci_columns_wrap(struct wci_buffer *out, size_t indent, const char *text)
{
    wci_columns_wrap_to(out, WCI_COLUMNS_WIDTH, indent, text);
}

void wci_columns_wrap_to(struct wci_buffer *out, size_t columns, size_t indent, const char *text)
{
    struct wci_bytes word = next_word(&text);
    size_t column = indent;
    bool first = true;

    put_blanks(out, indent);
    while (word.length > 0) {
        size_t width = word_width(word);

        if (!first && column + 1 + width > columns) {
            wci_buffer_u8(out, '\n');
            put_blanks(out, indent + 2);
            column = indent + 2;
        } else if (!first) {
            wci_buffer_u8(out, ' ');
            column++;
        }
        wci_text_mask(word, out);
        column += width;
        first = false;
        word = next_word(&text);
    }
    wci_buffer_u8(out, '\n');
}

const char *wci_columns_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

void wci_columns_number(char text[WCI_COLUMNS_NUMBER], uint64_t number)
{
    char digits[WCI_COLUMNS_NUMBER];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t used = 0, i;

    for (i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
}
