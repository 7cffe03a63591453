/*
 * dump - see dump.h.
 */
#include "catalog/dump/dump.h"

#include <string.h>

#include "core/text.h"

static const char *const container_words[] = {
    [WCI_CONTAINER_DIRECTORY] = "directory",
    [WCI_CONTAINER_ISO9660] = "iso9660",
    [WCI_CONTAINER_FAT] = "fat",
    [WCI_CONTAINER_CABINET] = "cabinet",
    [WCI_CONTAINER_PARTITIONS] = "partitions",
    [WCI_CONTAINER_ARCHIVE] = "archive",
    [WCI_CONTAINER_WRAPPER] = "wrapper",
    [WCI_CONTAINER_INSTALLSHIELD] = "installshield",
    [WCI_CONTAINER_OLE] = "ole",
    [WCI_CONTAINER_W4] = "w4",
    [WCI_CONTAINER_CONTENTS] = "contents",
};

static const char *const image_words[] = {
    [WCI_IMAGE_FILE] = "file",
    [WCI_IMAGE_DIRECTORY] = "directory",
    [WCI_IMAGE_DEVICE] = "device",
    [WCI_IMAGE_PUBLISHED] = "published",
};

const char *const wci_dump_fact_words[WCI_DUMP_FACT_WORDS] = {
    [WCI_DEEP_NONE] = "none",
    [WCI_DEEP_OK] = "ok",
    [WCI_DEEP_DAMAGED] = "damaged",
    [WCI_DEEP_MISSING] = "missing",
    [WCI_DEEP_UNSUPPORTED] = "unsupported",
    [WCI_DEEP_ENCRYPTED] = "encrypted",
};

enum {
    CONTAINER_WORDS = sizeof(container_words) / sizeof(container_words[0]),
    IMAGE_WORDS = sizeof(image_words) / sizeof(image_words[0])
};

const char *wci_dump_container_word(enum wci_container_kind kind)
{
    return (size_t)kind < CONTAINER_WORDS ? container_words[kind] : NULL;
}

const char *wci_dump_image_word(enum wci_image_kind kind)
{
    return (size_t)kind < IMAGE_WORDS ? image_words[kind] : NULL;
}

static unsigned find_word(const char *const *words, unsigned count, struct wci_bytes word)
{
    unsigned i;

    for (i = 1; i < count; i++) {
        if (words[i] != NULL && wci_bytes_equal(wci_bytes_of(words[i]), word))
            return i;
    }
    return 0;
}

unsigned wci_dump_container_kind(struct wci_bytes word)
{
    return find_word(container_words, CONTAINER_WORDS, word);
}

unsigned wci_dump_image_kind(struct wci_bytes word)
{
    return find_word(image_words, IMAGE_WORDS, word);
}

static void escape_byte(uint8_t byte, struct wci_buffer *out)
{
    static const char digits[] = "0123456789abcdef";

    wci_buffer_u8(out, '\\');
    switch (byte) {
    case '\\':
        wci_buffer_u8(out, '\\');
        break;
    case '\t':
        wci_buffer_u8(out, 't');
        break;
    case '\n':
        wci_buffer_u8(out, 'n');
        break;
    default:
        wci_buffer_u8(out, 'x');
        wci_buffer_u8(out, (uint8_t)digits[byte >> 4]);
        wci_buffer_u8(out, (uint8_t)digits[byte & 15]);
        break;
    }
}

void wci_dump_escape(struct wci_bytes text, struct wci_buffer *out)
{
    while (text.length > 0) {
        size_t length = wci_text_utf8_length(text);
        uint8_t byte = (uint8_t)text.data[0];

        if (length == 0 || byte < 0x20 || byte == 0x7F || byte == '\\') {
            escape_byte(byte, out);
            length = 1;
        } else {
            wci_buffer_put(out, text.data, length);
        }
        text.data += length;
        text.length -= length;
    }
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

/* Length of the escape at `text` (behind its backslash), its byte in *byte; 0 when it is none. */
static size_t unescape_byte(const char *text, size_t left, char *byte)
{
    int high, low;

    if (left == 0)
        return 0;
    switch (text[0]) {
    case '\\':
        *byte = '\\';
        return 1;
    case 't':
        *byte = '\t';
        return 1;
    case 'n':
        *byte = '\n';
        return 1;
    case 'x':
        if (left < 3)
            return 0;
        high = hex_digit(text[1]);
        low = hex_digit(text[2]);
        if (high < 0 || low < 0)
            return 0;
        *byte = (char)(high << 4 | low);
        return 3;
    default:
        return 0;
    }
}

bool wci_dump_unescape(char *text, size_t *length)
{
    size_t from = 0, to = 0;

    while (from < *length) {
        if (text[from] == '\\') {
            size_t escape = unescape_byte(text + from + 1, *length - from - 1, &text[to]);

            if (escape == 0)
                return false;
            from += 1 + escape;
        } else {
            text[to] = text[from++];
        }
        to++;
    }
    *length = to;
    return true;
}
