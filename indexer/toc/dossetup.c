/*
 * dossetup - DOSSETUP.INI of MS-DOS 6: the texts of its disks.
 *
 * u16 number of sections, their names at a fixed width, then NUL-ended texts; the section [prompt]
 * has how Setup asks for each disk ("Setup Disk #1"), [dist_label] their volume labels, in the same
 * order.  Only these two are looked for: a run of texts that begins behind the section's name.
 */
#include <string.h>

#include "core/cursor.h"
#include "core/text.h"
#include "indexer/toc/toc.h"

enum { DISKS = 32, LONGEST = 80 };

struct texts {
    struct wci_bytes items[DISKS];
    size_t count;
};

static struct wci_bytes trimmed(struct wci_bytes text)
{
    while (text.length > 0 && (text.data[0] == ' ' || text.data[0] == '\r' || text.data[0] == '\n'))
        text = (struct wci_bytes){text.data + 1, text.length - 1};
    while (text.length > 0 && text.data[text.length - 1] <= ' ')
        text.length--;
    return text;
}

/* The texts behind the last `section` up to the next one. */
static void find_texts(struct wci_bytes bytes, const char *section, struct texts *texts)
{
    struct wci_cursor cursor = wci_cursor_of(bytes.data, bytes.length);
    const char *found = NULL, *at = bytes.data;
    size_t left = bytes.length;

    while (left > 0 && (at = memmem(at, left, section, strlen(section))) != NULL) {
        found = at;
        at += strlen(section);
        left = bytes.length - (size_t)(at - bytes.data);
    }
    texts->count = 0;
    if (found == NULL)
        return;
    wci_cursor_seek(&cursor, (size_t)(found - bytes.data) + strlen(section));
    while (texts->count < DISKS && wci_cursor_left(&cursor) > 0) {
        size_t length = 0;
        const char *text = wci_cursor_cstring(&cursor, LONGEST, &length);

        if (text == NULL || (length > 0 && text[0] == '['))
            return;
        if (length > 0)
            texts->items[texts->count++] = trimmed((struct wci_bytes){text, length});
    }
}

static bool is_title(struct wci_bytes text)
{
    return text.length > 0 && text.data[text.length - 1] >= '0' &&
           text.data[text.length - 1] <= '9' && memchr(text.data, '%', text.length) == NULL;
}

bool wci_toc_parse_dossetup(struct wci_toc *toc, struct wci_bytes bytes)
{
    struct texts titles, labels;
    char id[16];
    size_t i, disks = 0;

    find_texts(bytes, "[prompt]", &titles);
    find_texts(bytes, "[dist_label]", &labels);
    for (i = 0; i < labels.count && toc->ok; i++) {
        uint32_t disk;

        if (i >= titles.count || !is_title(titles.items[i]) || !is_title(labels.items[i]))
            break;
        id[0] = (char)('0' + (i + 1) / 10);
        id[1] = (char)('0' + (i + 1) % 10);
        disk = wci_toc_disk(toc, i < 9 ? (struct wci_bytes){id + 1, 1} : (struct wci_bytes){id, 2});
        if (disk == WCI_NONE)
            break;
        toc->disks[disk].title = wci_toc_text(toc, titles.items[i]);
        toc->disks[disk].tag = wci_toc_text(toc, labels.items[i]);
        disks++;
    }
    return disks > 0;
}
