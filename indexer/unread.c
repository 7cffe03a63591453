/*
 * unread - see unread.h.
 */
#include "indexer/unread.h"

#include <errno.h>
#include <string.h>

#include "core/error.h"
#include "media/bytes/plain_text.h"

/* Sizes of whole floppies, 8 to 3.5 inches, of PCs and their contemporaries, in bytes. */
static const uint32_t floppies[] = {
    163840, 184320,  256256,  327680,  368640,  409600,  655360,  737280,  819200,  839680,
    901120, 1228800, 1261568, 1474560, 1638400, 1720320, 1763328, 1802240, 1884160, 2949120,
};

static bool has_size_of_floppy(uint64_t size)
{
    size_t i;

    for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
        if (floppies[i] == size)
            return true;
    }
    return false;
}

static bool is_called_image(struct wci_bytes name)
{
    size_t count, i;
    const struct wci_format *formats = wci_formats(&count);

    /* libraries of compilers, headers of all kinds and pages of manuals are called so more often */
    if (wci_format_has_extension("lib hdr 1 2 3 4 5 6 7 8 9", name))
        return false;
    for (i = 0; i < count; i++) {
        struct wci_format usual = formats[i];

        usual.seldom = NULL;
        if ((usual.use == WCI_FORMAT_CABINET || usual.use == WCI_FORMAT_IMAGE ||
             usual.use == WCI_FORMAT_TOLD) &&
            wci_format_is_called(&usual, name))
            return true;
    }
    return false;
}

static bool is_document(const struct wci_format_head *head)
{
    static const struct {
        uint8_t length;
        const char *bytes;
    } starts[] = {{4, "%PDF"},
                  {4, "\x89PNG"},
                  {4, "GIF8"},
                  {3, "\xFF\xD8\xFF"},
                  {4, "RIFF"},
                  {4, "II*\0"},
                  {4, "MM\0*"},
                  {2, "MZ"},
                  {4, "\x7F"
                      "ELF"},
                  {4, "OggS"},
                  {3, "ID3"},
                  {4, "fLaC"},
                  {8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
                  {15, "SQLite format 3"}};
    size_t i;

    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (head->size >= starts[i].length &&
            memcmp(head->bytes, starts[i].bytes, starts[i].length) == 0)
            return true;
    }
    return wci_plain_text_is(head->bytes, head->size);
}

/* It begins as a format does whose files are called so, and that may be a text. */
static bool is_called_rightly(const char *name, const struct wci_format_head *head)
{
    const struct wci_format *format = wci_format_of_head(head);

    return format != NULL && wci_format_is_called(format, wci_bytes_of(name));
}

bool wci_unread_is_told(const char *name, const struct wci_format_head *head)
{
    if (is_document(head) && !is_called_rightly(name, head))
        return false;
    return has_size_of_floppy(head->file_size) || is_called_image(wci_bytes_of(name));
}

bool wci_unread_is_lasting(const struct wcab_error *why)
{
    switch (why->sys) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC:
    case EDQUOT:
    case EINTR:
    case EAGAIN:
        return false;
    default:
        return true;
    }
}

enum wcab_err wci_unread_record(const struct wci_item *item, const struct wcab_error *why,
                                struct wci_image **image, struct wcab_error *err)
{
    struct wci_image *made = wci_image_new();
    struct wci_fault *fault;

    if (made == NULL)
        return wci_error_nomem(err);
    made->path = wci_arena_bytes(made->arena, wci_bytes_of(item->path));
    made->kind = item->is_directory ? WCI_IMAGE_DIRECTORY : WCI_IMAGE_FILE;
    made->size = item->stamp.size;
    made->mtime_ns = item->stamp.mtime_ns;
    made->inode = item->stamp.inode;
    made->device = item->stamp.device;
    made->changed_ns = item->stamp.changed_ns;
    made->faults = fault = wci_arena_calloc(made->arena, 1, sizeof(*fault));
    if (made->path.data == NULL || fault == NULL)
        goto nomem;
    made->fault_count = 1;
    fault->container = WCI_NONE;
    fault->code = (int)why->code;
    fault->offset = why->offset;
    fault->place = wci_arena_bytes(made->arena, wci_bytes_of(why->place));
    fault->text = wci_arena_bytes(made->arena, wci_bytes_of(why->text));
    if (fault->place.data == NULL || fault->text.data == NULL)
        goto nomem;
    *image = made;
    return WCAB_OK;
nomem:
    wci_image_free(made);
    return wci_error_nomem(err);
}
