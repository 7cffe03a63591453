/*
 * packing - PACKING.LST of MS-DOS 5 and 6: text for people, in a form that is always the same.
 *
 *     Setup Disk #2
 *     PACKED.NM_   REAL.NAM     (or one name, of a file that is not packed)
 */
#include <string.h>

#include "core/text.h"
#include "indexer/toc/toc.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\x1a' || c == '\f';
}

/* Cuts the next word off *line. */
static struct wci_bytes next_word(struct wci_bytes *line)
{
    struct wci_bytes word;

    while (line->length > 0 && is_blank(line->data[0])) {
        line->data++;
        line->length--;
    }
    word = *line;
    for (word.length = 0; word.length < line->length && !is_blank(line->data[word.length]);)
        word.length++;
    line->data += word.length;
    line->length -= word.length;
    return word;
}

/* "Disk" somewhere, and its number at the end; the number, or empty. */
static struct wci_bytes heading(struct wci_bytes line)
{
    struct wci_bytes number = {line.data, 0};
    size_t end = line.length, start;

    while (end > 0 && (is_blank(line.data[end - 1]) || line.data[end - 1] == ':'))
        end--;
    for (start = end; start > 0 && line.data[start - 1] >= '0' && line.data[start - 1] <= '9';)
        start--;
    if (start == end || start == 0 || end - start > 2 ||
        (line.data[start - 1] != '#' && line.data[start - 1] != ' ') ||
        memmem(line.data, line.length, "Disk", 4) == NULL)
        return number;
    number.data = line.data + start;
    number.length = end - start;
    return number;
}

/* A name of 8.3 that has nothing in it that a sentence has. */
static bool is_file_name(struct wci_bytes word)
{
    const char *dot = word.length == 0 ? NULL : memchr(word.data, '.', word.length);
    size_t base = dot == NULL ? word.length : (size_t)(dot - word.data), i;

    if (base == 0 || base > 8 || dot == NULL || word.length - base - 1 > 3 ||
        word.length == base + 1)
        return false;
    for (i = 0; i < word.length; i++) {
        if (word.data[i] >= 'a' && word.data[i] <= 'z')
            return false; /* rows are in capitals */
    }
    return true;
}

static void take_line(struct wci_toc *toc, struct wci_bytes line, uint32_t disk)
{
    struct wci_bytes rest = line, first = next_word(&rest), second = next_word(&rest);
    struct wci_toc_file file = {.name = first, .disk = disk};

    if (!is_file_name(first) || next_word(&rest).length > 0 ||
        (second.length > 0 && !is_file_name(second)))
        return;
    if (second.length > 0) {
        file.packed = first;
        file.name = second;
    }
    wci_toc_add(toc, &file);
}

bool wci_toc_parse_packing(struct wci_toc *toc, struct wci_bytes text)
{
    size_t before = toc->file_count;
    uint32_t disk = WCI_NONE;

    while (toc->ok && text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        struct wci_bytes line = {text.data, end == NULL ? text.length : (size_t)(end - text.data)};
        struct wci_bytes number = heading(line);

        if (number.length > 0) {
            disk = wci_toc_disk(toc, number);
            if (disk != WCI_NONE && toc->disks[disk].title.length == 0) {
                struct wci_bytes rest = line, first = next_word(&rest);
                size_t length = (size_t)(number.data + number.length - first.data);

                toc->disks[disk].title = wci_toc_text(toc, (struct wci_bytes){first.data, length});
            }
        } else if (disk != WCI_NONE) {
            take_line(toc, line, disk);
        }
        text.data += line.length + (end != NULL);
        text.length -= line.length + (end != NULL);
    }
    return toc->file_count > before;
}
