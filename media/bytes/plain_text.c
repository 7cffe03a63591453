/*
 * plain_text - see plain_text.h.
 */
#include "media/bytes/plain_text.h"

enum { LOOKED_AT = 512 };

bool wci_plain_text_is(const uint8_t *bytes, size_t size)
{
    size_t end = size < LOOKED_AT ? size : LOOKED_AT, i;
    bool ascii = false;

    for (i = 0; i < end; i++) {
        uint8_t byte = bytes[i];

        if ((byte < ' ' && (byte < '\b' || byte > '\r') && byte != 0x1A && byte != 0x1B) ||
            byte == 0x7F)
            return false;
        ascii = ascii || byte < 0x80;
    }
    return ascii;
}
