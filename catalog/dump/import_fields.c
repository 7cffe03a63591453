/*
 * import_fields - the fields of a line of an export.
 */

#include "catalog/dump/import_run.h"

uint64_t wci_import_number(struct wci_bytes field, uint64_t most, bool *ok)
{
    uint64_t number = 0;
    size_t i;

    if (field.length == 0 || (field.length > 1 && field.data[0] == '0'))
        *ok = false;
    for (i = 0; i < field.length; i++) {
        uint64_t digit = (uint64_t)(uint8_t)field.data[i] - '0';

        if (digit > 9 || number > (UINT64_MAX - digit) / 10) {
            *ok = false;
            return 0;
        }
        number = number * 10 + digit;
    }
    if (number > most)
        *ok = false;
    return number;
}

int64_t wci_import_signed(struct wci_bytes field, bool *ok)
{
    bool negative = field.length > 0 && field.data[0] == '-';
    struct wci_bytes digits = {field.data + (negative ? 1 : 0), field.length - (negative ? 1 : 0)};
    uint64_t number = wci_import_number(digits, (uint64_t)INT64_MAX + (negative ? 1 : 0), ok);

    return negative ? (int64_t)(0 - number) : (int64_t)number;
}

bool wci_import_is_word(struct wci_bytes field, const char *word)
{
    return wci_bytes_equal(field, wci_bytes_of(word));
}

uint64_t wci_import_optional(struct wci_bytes field, uint64_t most, uint64_t none, bool *ok)
{
    return wci_import_is_word(field, "-") ? none : wci_import_number(field, most, ok);
}

uint64_t wci_import_hex(struct wci_bytes field, size_t digits, bool *ok)
{
    uint64_t number = 0;
    size_t i;

    if (field.length != digits) {
        *ok = false;
        return 0;
    }
    for (i = 0; i < digits; i++) {
        char digit = field.data[i];

        if (digit >= '0' && digit <= '9')
            number = number << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            number = number << 4 | (uint64_t)(digit - 'a' + 10);
        else
            *ok = false;
    }
    return number;
}

bool wci_import_digest(struct wci_bytes field, uint8_t *digest, size_t size, bool *ok)
{
    size_t i;

    if (wci_import_is_word(field, "-"))
        return false;
    if (field.length != 2 * size) {
        *ok = false;
        return false;
    }
    for (i = 0; i < size; i++)
        digest[i] = (uint8_t)wci_import_hex((struct wci_bytes){field.data + 2 * i, 2}, 2, ok);
    return true;
}

bool wci_import_choice(struct wci_bytes field, const char *yes, const char *no, bool *ok)
{
    if (wci_import_is_word(field, yes))
        return true;
    *ok = *ok && wci_import_is_word(field, no);
    return false;
}

struct wci_bytes wci_import_text(struct wci_import *in, struct wci_bytes field, bool *ok)
{
    struct wci_bytes copy = wci_arena_bytes(in->image->arena, field);

    if (copy.data == NULL)
        *ok = false;
    return copy;
}

struct wci_name wci_import_name(struct wci_import *in, const struct wci_bytes *fields, bool *ok)
{
    struct wci_name name;

    name.encoding =
        wci_import_choice(fields[0], "u", "r", ok) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    name.bytes = wci_import_text(in, fields[1], ok);
    return name;
}
