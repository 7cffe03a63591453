/*
 * unpack - see unpack.h.
 */
#include "media/archive/unpack.h"

#include <string.h>

#include "core/error.h"

void wci_unpack_start(struct wci_unpack *unpack, struct wci_source *source, uint64_t offset,
                      uint64_t packed, struct wci_spool *spool, uint64_t size)
{
    memset(unpack, 0, sizeof(*unpack));
    unpack->source = source;
    unpack->at = offset;
    unpack->end = offset + packed;
    unpack->spool = spool;
    unpack->size = size;
}

bool wci_unpack_goes_on(const struct wci_unpack *unpack)
{
    return unpack->fault.code == WCAB_OK && unpack->done < unpack->size;
}

/* Where the next bit lies, for messages. */
static uint64_t place(const struct wci_unpack *unpack)
{
    return unpack->at - (unpack->input_size - unpack->input_at);
}

void wci_unpack_fail(struct wci_unpack *unpack, const char *what)
{
    if (unpack->fault.code == WCAB_OK)
        (void)wci_error_set_at(&unpack->fault, WCAB_ERR_CORRUPT, place(unpack), "packed data: %s",
                               what);
}

/* ---- bits in ------------------------------------------------------------------------------- */

static bool read_input(struct wci_unpack *unpack)
{
    uint64_t left = unpack->end - unpack->at;
    size_t wanted = left < WCI_UNPACK_INPUT ? (size_t)left : WCI_UNPACK_INPUT;

    if (wanted == 0) {
        wci_unpack_fail(unpack, "the packed data end too early");
        return false;
    }
    if (wci_source_read_at(unpack->source, unpack->at, unpack->input, wanted, &unpack->fault) !=
        WCAB_OK)
        return false;
    unpack->at += wanted;
    unpack->input_size = wanted;
    unpack->input_at = 0;
    return true;
}

uint32_t wci_unpack_bits(struct wci_unpack *unpack, unsigned count)
{
    uint32_t value;

    while (unpack->bit_count < count) {
        if (unpack->fault.code != WCAB_OK ||
            (unpack->input_at == unpack->input_size && !read_input(unpack)))
            return 0;
        unpack->bits |= (uint32_t)unpack->input[unpack->input_at++] << unpack->bit_count;
        unpack->bit_count += 8;
    }
    value = unpack->bits & ((1U << count) - 1);
    unpack->bits >>= count;
    unpack->bit_count -= count;
    return value;
}

/* ---- bytes out ----------------------------------------------------------------------------- */

/* Hands the window's bytes from `from` to its fill on. */
static void flush(struct wci_unpack *unpack, size_t fill)
{
    if (fill > 0 && unpack->fault.code == WCAB_OK)
        (void)wci_spool_write(unpack->spool, unpack->spool->size, unpack->window, fill,
                              &unpack->fault);
}

void wci_unpack_byte(struct wci_unpack *unpack, uint8_t byte)
{
    if (!wci_unpack_goes_on(unpack))
        return;
    unpack->window[unpack->done % WCI_UNPACK_WINDOW] = byte;
    unpack->done++;
    if (unpack->done % WCI_UNPACK_WINDOW == 0)
        flush(unpack, WCI_UNPACK_WINDOW);
}

void wci_unpack_copy(struct wci_unpack *unpack, uint32_t distance, uint32_t length)
{
    for (; length > 0 && wci_unpack_goes_on(unpack); length--)
        wci_unpack_byte(unpack, unpack->window[(unpack->done - distance) % WCI_UNPACK_WINDOW]);
}

enum wcab_err wci_unpack_finish(struct wci_unpack *unpack, struct wcab_error *err)
{
    flush(unpack, (size_t)(unpack->done % WCI_UNPACK_WINDOW));
    if (unpack->fault.code == WCAB_OK && unpack->done < unpack->size)
        wci_unpack_fail(unpack, "the packed data end too early");
    if (unpack->fault.code != WCAB_OK && err != NULL)
        *err = unpack->fault;
    return unpack->fault.code;
}

/* ---- prefix codes -------------------------------------------------------------------------- */

bool wci_unpack_code_make(struct wci_unpack_code *code, const uint8_t *lengths, size_t count)
{
    uint16_t next[WCI_UNPACK_CODE_BITS + 2] = {0};
    uint32_t room = 1;
    size_t i;

    memset(code, 0, sizeof(*code));
    for (i = 0; i < count; i++)
        code->count[lengths[i]]++;
    code->count[0] = 0;
    for (i = 1; i <= WCI_UNPACK_CODE_BITS; i++) {
        room *= 2;
        if (code->count[i] > room)
            return false;
        room -= code->count[i];
        next[i + 1] = (uint16_t)(next[i] + code->count[i]);
    }
    for (i = 0; i < count; i++) {
        if (lengths[i] > 0)
            code->symbols[next[lengths[i]]++] = (uint8_t)i;
    }
    return true;
}

uint8_t wci_unpack_symbol(struct wci_unpack *unpack, const struct wci_unpack_code *code)
{
    uint32_t value = 0, first = 0, index = 0;
    unsigned length;

    for (length = 1; length <= WCI_UNPACK_CODE_BITS; length++) {
        uint32_t count = code->count[length];

        value |= wci_unpack_bits(unpack, 1) ^ 1;
        if (value < first + count)
            return code->symbols[index + (value - first)];
        index += count;
        first = (first + count) * 2;
        value *= 2;
    }
    wci_unpack_fail(unpack, "a code that stands for nothing");
    return 0;
}
