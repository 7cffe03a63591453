/* cabdefect.c: see cabdefect.h. */
#include "cabdefect.h"

#include <string.h>

/* The place of the n-th CFDATA block, or of the n-th CFFILE entry. */
static size_t find_block(struct wcgen_spec_line *line, const struct wcgen_buffer *cabinet, size_t n)
{
    size_t reserve = wcgen_get_u16(cabinet->bytes + 30) & 4 ? cabinet->bytes[39] : 0;
    size_t entries = wcgen_get_u32(cabinet->bytes + 16);
    size_t at = entries;
    for (unsigned i = wcgen_get_u16(cabinet->bytes + 28); i; i--)
        at += 17 + strlen((const char *)cabinet->bytes + at + 16);
    for (; n && at + 8 <= cabinet->length; n--)
        at += 8 + reserve + wcgen_get_u16(cabinet->bytes + at + 4);
    if (at + 8 > cabinet->length)
        wcgen_spec_fail(line, "there is no such block");
    return at;
}

static size_t find_entry(struct wcgen_spec_line *line, const struct wcgen_buffer *cabinet, size_t n)
{
    size_t at = wcgen_get_u32(cabinet->bytes + 16);
    if (n >= wcgen_get_u16(cabinet->bytes + 28))
        wcgen_spec_fail(line, "there is no such file");
    for (; n; n--)
        at += 17 + strlen((const char *)cabinet->bytes + at + 16);
    return at;
}

static void set_u16_if_given(struct wcgen_spec_line *line, const char *key, uint8_t *at)
{
    if (wcgen_spec_value(line, key))
        wcgen_put_u16(at, (unsigned)wcgen_spec_number(line, key, 0));
}

static void set_u32_if_given(struct wcgen_spec_line *line, const char *key, uint8_t *at)
{
    if (wcgen_spec_value(line, key))
        wcgen_put_u32(at, (uint32_t)wcgen_spec_number(line, key, 0));
}

void wcgen_cabdefect_apply(struct wcgen_spec_line *line, struct wcgen_buffer *cabinet)
{
    if (wcgen_spec_byte_defect(line, cabinet))
        return;
    const char *name = wcgen_spec_word(line, 1);
    uint8_t *bytes = cabinet->bytes;
    if (strcmp(name, "header") == 0) {
        set_u32_if_given(line, "size", bytes + 8);
        set_u32_if_given(line, "files-at", bytes + 16);
        set_u16_if_given(line, "folders", bytes + 26);
        set_u16_if_given(line, "files", bytes + 28);
    } else if (strcmp(name, "folder") == 0) {
        uint8_t *at = bytes + wcgen_get_u32(bytes + 16) -
                      (wcgen_get_u16(bytes + 26) - wcgen_spec_number(line, "folder", 0)) *
                          (8 + (wcgen_get_u16(bytes + 30) & 4 ? (size_t)bytes[38] : 0));
        set_u32_if_given(line, "data-at", at);
        set_u16_if_given(line, "blocks", at + 4);
        set_u16_if_given(line, "method", at + 6);
    } else if (strcmp(name, "file") == 0) {
        uint8_t *at = bytes + find_entry(line, cabinet, wcgen_spec_number(line, "file", 0));
        set_u32_if_given(line, "size", at);
        set_u32_if_given(line, "offset", at + 4);
        set_u16_if_given(line, "folder", at + 8);
    } else if (strcmp(name, "block") == 0) {
        uint8_t *at = bytes + find_block(line, cabinet, wcgen_spec_number(line, "block", 0));
        set_u16_if_given(line, "size", at + 4);
        set_u16_if_given(line, "uncompressed", at + 6);
    } else if (strcmp(name, "checksum") == 0) {
        uint8_t *at = bytes + find_block(line, cabinet, wcgen_spec_number(line, "block", 0));
        wcgen_put_u32(at, wcgen_get_u32(at) ^ 0x5A5A5A5A);
    } else if (strcmp(name, "payload") == 0) {
        size_t at = find_block(line, cabinet, wcgen_spec_number(line, "block", 0)) + 8 +
                    wcgen_spec_number(line, "at", 0);
        if (at >= cabinet->length)
            wcgen_spec_fail(line, "the place lies behind the end");
        bytes[at] ^= 0x20;
    } else {
        wcgen_spec_fail(line, "there is no such defect of a cabinet");
    }
}
