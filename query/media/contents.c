/*
 * contents - see contents.h.
 */
#include "query/media/contents.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/language.h"
#include "core/parts.h"
#include "core/text.h"

/* Cuts what stands before the next tab off *text. */
static struct wci_bytes next_part(struct wci_bytes *text)
{
    struct wci_bytes part = *text;
    const char *tab = text->length == 0 ? NULL : memchr(text->data, '\t', text->length);

    if (tab == NULL) {
        text->length = 0;
        return part;
    }
    part.length = (size_t)(tab - text->data);
    text->data += part.length + 1;
    text->length -= part.length + 1;
    return part;
}

static void take_disk(struct wci_contents *contents, struct wci_bytes text)
{
    struct wci_contents_disk *disk = &contents->disks[contents->disk_count++];

    disk->id = next_part(&text);
    disk->title = next_part(&text);
    disk->cabinet = next_part(&text);
    disk->tag = next_part(&text);
    disk->folder = next_part(&text);
    disk->real = WCI_NONE;
}

static void take_fact(struct wci_contents *contents, struct wci_bytes text)
{
    const struct {
        const char *key;
        struct wci_bytes *value;
    } known[] = {{"locale=", &contents->locale},
                 {"subversion=", &contents->subversion},
                 {"setup_version=", &contents->setup_version}};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        size_t length = strlen(known[i].key);

        if (text.length >= length && memcmp(text.data, known[i].key, length) == 0)
            *known[i].value = (struct wci_bytes){text.data + length, text.length - length};
    }
}

/* ---- real disks --------------------------------------------------------------------------- */

static struct wci_bytes trimmed(struct wci_bytes text)
{
    while (text.length > 0 && text.data[text.length - 1] == ' ')
        text.length--;
    return text;
}

/* The last number in a title: "Windows 95 Disk 7" is disk 7. */
static struct wci_bytes number_in(struct wci_bytes title)
{
    struct wci_bytes number = {title.data, 0};
    size_t end = title.length, start;

    while (end > 0 && (title.data[end - 1] < '0' || title.data[end - 1] > '9'))
        end--;
    for (start = end; start > 0 && title.data[start - 1] >= '0' && title.data[start - 1] <= '9';)
        start--;
    number.data = title.data + start;
    number.length = end - start;
    return number;
}

/* Whether the numbers in the titles tell the disks from each other. */
static bool numbers_differ(const struct wci_contents *contents)
{
    uint32_t i, k;

    for (i = 0; i < contents->real_count; i++) {
        struct wci_bytes number = number_in(contents->reals[i].title);

        if (number.length == 0 || number.length > 3)
            return false;
        for (k = 0; k < i; k++) {
            if (wci_bytes_equal(number_in(contents->reals[k].title), number))
                return false;
        }
    }
    return true;
}

static uint32_t find_real(const struct wci_contents *contents, struct wci_bytes title)
{
    uint32_t i;

    for (i = contents->real_count; i > 0; i--) {
        if (wci_bytes_equal(contents->reals[i - 1].title, title))
            return i - 1;
    }
    return WCI_NONE;
}

/* Tables of Visual Basic only number their disks: those are called by their numbers.  A disk 0 is where
 * loose files lie. */
static bool give_titles(struct wci_contents *contents, struct wci_arena *arena)
{
    bool ok = true;
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        const struct wci_contents_disk *disk = &contents->disks[i];

        if (disk->title.length > 0 || disk->cabinet.length > 0 || disk->id.length > 3)
            return true;
    }
    for (i = 0; ok && i < contents->disk_count; i++) {
        struct wci_contents_disk *disk = &contents->disks[i];
        char text[16];

        if (disk->id.length == 0 || disk->id.data[0] < '1' || disk->id.data[0] > '9')
            continue;
        (void)snprintf(text, sizeof(text), "disk %.*s", (int)disk->id.length, disk->id.data);
        disk->title = wci_arena_bytes(arena, wci_bytes_of(text));
        ok = disk->title.data != NULL;
    }
    return ok;
}

/* Where the titles have no numbers of their own: the number by which the table's rows know the disk, else
 * the file that tells it. */
static struct wci_bytes name_without_number(const struct wci_contents *contents, uint32_t real)
{
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        const struct wci_bytes id = contents->disks[i].id;

        if (contents->disks[i].real == real && id.length <= 3 && id.length > 0 &&
            number_in(id).length == id.length)
            return id;
    }
    return contents->reals[real].tag;
}

/* Disks of one title are one; the order is that of the table. */
static void find_reals(struct wci_contents *contents)
{
    bool numbers;
    uint32_t i;

    for (i = 0; i < contents->disk_count; i++) {
        struct wci_contents_disk *disk = &contents->disks[i];
        struct wci_bytes title = trimmed(disk->title);

        if (title.length == 0)
            continue;
        disk->real = find_real(contents, title);
        if (disk->real != WCI_NONE)
            continue;
        disk->real = contents->real_count++;
        contents->reals[disk->real].title = title;
        contents->reals[disk->real].tag = disk->tag;
    }
    if (contents->real_count < 2)
        return;
    numbers = numbers_differ(contents);
    for (i = 0; i < contents->real_count; i++)
        contents->reals[i].name =
            numbers ? number_in(contents->reals[i].title) : name_without_number(contents, i);
}

/* Titles as UTF-8.  A table is a file of Windows': its texts are in the code page that Windows has for the
 * medium's language, not in that of DOS, which the names on a floppy are in.  Where the language is not
 * told they stay as they are. */
static bool decode_titles(struct wci_contents *contents, struct wci_arena *arena)
{
    const struct wci_language *language =
        contents->locale.length == 0 ? NULL : wci_language_of_hex(contents->locale);
    bool ok = true;
    uint32_t i;

    for (i = 0; ok && language != NULL && i < contents->real_count; i++) {
        struct wci_bytes *title = &contents->reals[i].title;
        struct wci_buffer text;

        if (wci_text_is_utf8(*title))
            continue;
        wci_buffer_init(&text);
        (void)wci_text_to_utf8((struct wci_name){*title, WCI_ENCODING_RAW}, language->ansi, &text);
        if (text.ok)
            *title = wci_arena_bytes(arena, (struct wci_bytes){(const char *)text.data, text.size});
        ok = text.ok && title->data != NULL;
        wci_buffer_free(&text);
    }
    return ok;
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum wcab_err read_rows(struct wci_contents *contents, const struct wci_listing *listing,
                               struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_entry entry;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < listing->row_count; i++) {
        code = wci_listing_row(listing, i, &entry, err);
        if (code != WCAB_OK || entry.name.bytes.length > 0)
            break;
        if (entry.attributes == WCI_CONTENTS_DISK)
            take_disk(contents, entry.folder);
        else if (entry.attributes == WCI_CONTENTS_FACT)
            take_fact(contents, entry.folder);
    }
    contents->file_count = listing->row_count - i;
    return code;
}

/* Rows without a name come first: as many may be disks. */
static enum wcab_err count_heads(const struct wci_listing *listing, uint32_t *count,
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_entry entry;

    for (*count = 0; *count < listing->row_count; ++*count) {
        code = wci_listing_row(listing, *count, &entry, err);
        if (code != WCAB_OK || entry.name.bytes.length > 0)
            break;
    }
    return code;
}

static enum wcab_err read_contents(struct wci_reader *reader, uint32_t number,
                                   struct wci_arena *arena, struct wci_contents *contents,
                                   struct wcab_error *err)
{
    struct wci_listing listing;
    uint32_t heads = 0;
    enum wcab_err code = wci_reader_listing(reader, number, &listing, err);

    if (code == WCAB_OK)
        code = count_heads(&listing, &heads, err);
    if (code != WCAB_OK)
        return code;
    contents->listing = number;
    contents->disks = wci_arena_calloc(arena, (size_t)heads + 1, sizeof(*contents->disks));
    contents->reals = wci_arena_calloc(arena, (size_t)heads + 1, sizeof(*contents->reals));
    if (contents->disks == NULL || contents->reals == NULL)
        return wci_error_nomem(err);
    code = read_rows(contents, &listing, err);
    if (code != WCAB_OK)
        return code;
    if (!give_titles(contents, arena))
        return wci_error_nomem(err);
    find_reals(contents);
    return decode_titles(contents, arena) ? WCAB_OK : wci_error_nomem(err);
}

enum wcab_err wci_contents_get(struct wci_known_images *images, uint32_t listing,
                               const struct wci_contents **contents, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_contents *made;
    enum wcab_err code;

    for (made = images->contents; made != NULL; made = made->next) {
        if (made->listing == listing) {
            *contents = made;
            return WCAB_OK;
        }
    }
    made = wci_arena_calloc(images->arena, 1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    code = wci_handle_reader(images->catalog, false, &reader, err);
    if (code == WCAB_OK)
        code = read_contents(reader, listing, images->arena, made, err);
    if (code != WCAB_OK)
        return code;
    made->next = images->contents;
    images->contents = made;
    *contents = made;
    return WCAB_OK;
}

enum wcab_err wci_contents_of(struct wci_known_images *images, const struct wci_known_image *image,
                              const struct wci_contents **contents, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    *contents = NULL;
    for (i = 0; code == WCAB_OK && !image->published && i < image->image.container_count; i++) {
        const struct wci_contents *found = NULL;

        if (image->image.containers[i].kind != WCI_CONTAINER_CONTENTS ||
            wci_part_of(&image->image, i) != image->part)
            continue;
        code = wci_contents_get(images, image->state.listings[i], &found, err);
        if (code == WCAB_OK && (*contents == NULL || found->file_count > (*contents)->file_count))
            *contents = found;
    }
    return code;
}

const struct wci_contents_disk *wci_contents_disk(const struct wci_contents *contents,
                                                  const struct wci_entry *row)
{
    return row->cab_folder < contents->disk_count ? &contents->disks[row->cab_folder] : NULL;
}
