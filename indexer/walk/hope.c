/*
 * hope - see hope.h.
 */
#include "indexer/walk/hope.h"

#include "media/cabinet/packed_name.h"
#include "media/formats.h"

/* What is only told is worth a look where its bytes lie open, but no unpacking: a cabinet's fonts.mfm is
 * a table of fonts, and verification looks at its first bytes anyway. */
static enum wci_hope hope_of_name(enum wci_container_kind kind, struct wci_bytes name)
{
    const struct wci_format *format = wci_format_of_name(name);

    if (format == NULL)
        return WCI_HOPE_NONE;
    switch (format->use) {
    case WCI_FORMAT_CABINET:
        return WCI_HOPE_CABINET;
    case WCI_FORMAT_IMAGE:
        return WCI_HOPE_IMAGE;
    case WCI_FORMAT_TOLD:
        return kind == WCI_CONTAINER_CABINET || kind == WCI_CONTAINER_INSTALLSHIELD
                   ? WCI_HOPE_NONE
                   : WCI_HOPE_IMAGE;
    case WCI_FORMAT_PROGRAM:
        return WCI_HOPE_EXECUTABLE;
    case WCI_FORMAT_DRIVER:
        return WCI_HOPE_DRIVER;
    case WCI_FORMAT_PACKED:
        return WCI_HOPE_PACKED;
    case WCI_FORMAT_ORDINARY:
        break;
    }
    return WCI_HOPE_NONE;
}

enum wci_hope wci_hope_of_packed(enum wci_container_kind kind)
{
    return kind == WCI_CONTAINER_CABINET || kind == WCI_CONTAINER_INSTALLSHIELD ? WCI_HOPE_IMAGE
                                                                                : WCI_HOPE_PACKED;
}

enum wci_hope wci_hope_of(enum wci_container_kind kind, const struct wci_entry *entry)
{
    struct wci_bytes name = entry->name.bytes;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER || kind == WCI_CONTAINER_W4 ||
        kind == WCI_CONTAINER_CONTENTS)
        return WCI_HOPE_NONE;
    /* a compressed file has one thing inside; streams of an MSI may be called anything */
    if (kind == WCI_CONTAINER_WRAPPER)
        return WCI_HOPE_IMAGE;
    if (kind == WCI_CONTAINER_OLE)
        return WCI_HOPE_CABINET;
    if (wci_packed_name_has_mark(name))
        return wci_hope_of_packed(kind);
    return hope_of_name(kind, name);
}

/* The extension as a number; 0: there is none, or it is none of up to eight plain characters. */
static uint64_t extension_number(struct wci_bytes name)
{
    uint64_t number = 0;
    size_t i, count = 0;

    for (i = name.length; i > 0 && name.data[i - 1] != '.'; i--) {
        uint8_t c = (uint8_t)name.data[i - 1];

        if (c <= ' ' || c >= 0x7f || ++count > sizeof(number))
            return 0;
        number = number << 8 | (uint64_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return i > 1 ? number : 0; /* a dot in front is part of the name */
}

enum wci_hope wci_hope_next(struct wci_hope_memo *memo, enum wci_container_kind kind,
                            const struct wci_entry *entry)
{
    enum { BITS = 6 };
    const uint64_t extension = extension_number(entry->name.bytes);
    const size_t place = (size_t)(extension * 0x9E3779B97F4A7C15ULL >> (64 - BITS));
    enum wci_hope hope;

    /* of these alone the name is not all that counts, or more than its extension does */
    if (extension == 0 || kind != WCI_CONTAINER_CABINET ||
        wci_packed_name_has_mark(entry->name.bytes) ||
        (entry->attributes & WCI_ATTRIBUTE_FOLDER) != 0)
        return wci_hope_of(kind, entry);
    if (memo->known[place].extension == extension)
        return memo->known[place].hope;
    hope = wci_hope_of(kind, entry);
    memo->known[place].extension = extension;
    memo->known[place].hope = hope;
    return hope;
}

bool wci_hope_is_sure(enum wci_container_kind kind)
{
    return kind == WCI_CONTAINER_WRAPPER || kind == WCI_CONTAINER_OLE;
}

bool wci_hope_is_unknown(const struct wci_entry *entry)
{
    static const uint16_t floppies[] = {160,  180,  320,  360,  640,  720,
                                        1200, 1232, 1440, 1680, 1720, 2880};
    /* texts, sources, pictures, sounds, fonts, programs and their parts */
    static const char ordinary[] =
        "txt doc me 1st diz nfo log htm html rtf wri hlp cnt inf ini bat cmd reg bmp gif jpg jpeg "
        "png ico cur pcx tif wmf wav mid mp3 avi mpg mov ttf fon fnt c h cpp hpp cc cxx asm inc "
        "pas "
        "bas frm vbp java class js css py pl sh s o obj lib def rc mak dll sys com drv ovl "
        "tlb ocx cpl scr pif lnk dbf xls ppt mdb csv xml pdf ps eps";
    struct wci_bytes name = entry->name.bytes;
    size_t i;

    for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
        if (entry->size == floppies[i] * 1024U)
            return true;
    }
    return !wci_format_has_extension(ordinary, name);
}

bool wci_hope_is_worth_unpacking(enum wci_hope hope)
{
    return hope == WCI_HOPE_CABINET || hope == WCI_HOPE_IMAGE;
}
