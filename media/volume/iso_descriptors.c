/*
 * iso_descriptors - the volume descriptors of ISO 9660 and High Sierra, and what they say of the
 * volume's trees.
 */
#include <string.h>

#include "core/cursor.h"
#include "media/volume/iso_folder.h"
#include "media/volume/iso_volume.h"

enum { DESCRIPTORS_AT_ONCE = 8, DESCRIPTORS_MAX = 64, TERMINATOR = 255 };

/* Where the fields of a volume descriptor stand. */
struct descriptor_fields {
    size_t label, blocks, block_size, root, created;
};

static const struct descriptor_fields iso_fields = {40, 80, 128, 156, 813};

static const struct descriptor_fields high_sierra_fields = {48, 88, 136, 180, 790};

/* Fills a tree from its descriptor; leaves it absent when there is no root folder in it. */
static void read_tree(struct wci_iso_volume *iso, const uint8_t *sector,
                      enum wci_iso_variant variant, int which)
{
    const struct descriptor_fields *fields =
        variant == WCI_ISO_HIGH_SIERRA ? &high_sierra_fields : &iso_fields;
    struct wci_iso_tree *tree = &iso->trees[which];
    struct wci_cursor cursor = wci_cursor_of(sector, WCI_ISO_SECTOR);
    struct wci_iso_record root;
    uint64_t blocks;

    wci_cursor_seek(&cursor, fields->blocks);
    blocks = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, fields->block_size);
    tree->block_size = wci_cursor_u16(&cursor);
    if (tree->block_size != 512 && tree->block_size != 1024)
        tree->block_size = WCI_ISO_SECTOR;
    tree->variant = variant;
    tree->source = iso->base.source;
    tree->origin = iso->origin;
    if (!wci_iso_record_read(sector + fields->root, WCI_ISO_SECTOR - fields->root, variant,
                             wci_iso_folder_blocks(tree), &root))
        return;
    if (which == WCI_ISO_TREE_PRIMARY)
        iso->stated = blocks * tree->block_size;
    tree->root_block = root.block;
    tree->root_size = root.size;
    tree->susp.source = iso->base.source;
    tree->susp.origin = iso->origin;
    tree->susp.block_size = tree->block_size;
    tree->present = true;
    memcpy(iso->labels[which], sector + fields->label, WCI_ISO_LABEL_BYTES);
    if (iso->created == 0)
        iso->created = wci_iso_record_descriptor_time(sector + fields->created);
}

/* The escape sequences of UCS-2 levels 1, 2 and 3. */
static bool is_joliet(const uint8_t *sector)
{
    return sector[88] == 0x25 && sector[89] == 0x2F &&
           (sector[90] == 0x40 || sector[90] == 0x43 || sector[90] == 0x45);
}

static void read_boot_record(struct wci_iso_volume *iso, const uint8_t *sector)
{
    static const char name[] = "EL TORITO SPECIFICATION";
    struct wci_cursor cursor = wci_cursor_of(sector, WCI_ISO_SECTOR);
    int64_t catalog;

    if (memcmp(sector + 7, name, sizeof(name) - 1) != 0 || iso->bootable)
        return;
    wci_cursor_seek(&cursor, 71);
    catalog = iso->origin + (int64_t)wci_cursor_u32(&cursor) * WCI_ISO_SECTOR;
    iso->bootable = catalog >= 0;
    iso->boot_catalog = catalog < 0 ? 0 : (uint64_t)catalog;
}

/* Takes one descriptor in; false when there are no more. */
static bool read_descriptor(struct wci_iso_volume *iso, const uint8_t *sector)
{
    if (memcmp(sector + 9, "CDROM", 5) == 0) {
        if (sector[8] == 1 && !iso->trees[WCI_ISO_TREE_PRIMARY].present)
            read_tree(iso, sector, WCI_ISO_HIGH_SIERRA, WCI_ISO_TREE_PRIMARY);
        return sector[8] != TERMINATOR;
    }
    if (memcmp(sector + 1, "CD001", 5) != 0)
        return false;
    if (sector[0] == 0)
        read_boot_record(iso, sector);
    else if (sector[0] == 1 && !iso->trees[WCI_ISO_TREE_PRIMARY].present)
        read_tree(iso, sector, WCI_ISO_PLAIN, WCI_ISO_TREE_PRIMARY);
    else if (sector[0] == 2 && is_joliet(sector) && !iso->trees[WCI_ISO_TREE_JOLIET].present)
        read_tree(iso, sector, WCI_ISO_JOLIET, WCI_ISO_TREE_JOLIET);
    return sector[0] != TERMINATOR;
}

/* Reads several descriptors at once, sector by sector when one is bad: the others may do. */
static enum wcab_err read_sectors(struct wci_iso_volume *iso, uint64_t at, uint8_t *sectors,
                                  size_t size, size_t *got, struct wcab_error *err)
{
    enum wcab_err code = wci_source_read_some(iso->base.source, at, sectors, size, got, err);
    size_t i;
    bool any = false;

    if (code != WCAB_ERR_IO)
        return code;
    for (i = 0; i < size; i += WCI_ISO_SECTOR) {
        if (wci_source_read_at(iso->base.source, at + i, sectors + i, WCI_ISO_SECTOR, NULL) ==
            WCAB_OK)
            any = true;
        else
            memset(sectors + i, 0, WCI_ISO_SECTOR);
    }
    *got = size;
    return any ? WCAB_OK : code;
}

/* True when the first descriptor is lost, as on a bad sector, and one that may come second follows.
 * A primary descriptor in its place means that the whole volume lies a sector later. */
static bool first_is_lost(const uint8_t *sectors, size_t size)
{
    static const uint8_t lost[WCI_ISO_SECTOR];

    return size >= 2 * WCI_ISO_SECTOR && memcmp(sectors, lost, WCI_ISO_SECTOR) == 0 &&
           memcmp(sectors + WCI_ISO_SECTOR + 1, "CD001", 5) == 0 && sectors[WCI_ISO_SECTOR] != 1;
}

/* Takes in the descriptors of a run of sectors; false when there are no more. */
static bool read_run(struct wci_iso_volume *iso, const uint8_t *sectors, size_t size, bool first,
                     bool *known)
{
    size_t at = first && first_is_lost(sectors, size) ? WCI_ISO_SECTOR : 0;

    for (; at + WCI_ISO_SECTOR <= size; at += WCI_ISO_SECTOR) {
        if (!read_descriptor(iso, sectors + at))
            return false;
        *known = true;
    }
    return true;
}

enum wcab_err wci_iso_read_descriptors(struct wci_iso_volume *iso, uint64_t first,
                                       struct wcab_error *err)
{
    uint8_t sectors[DESCRIPTORS_AT_ONCE * WCI_ISO_SECTOR];
    bool known = false, more = true;
    unsigned i;

    for (i = 0; more && i < DESCRIPTORS_MAX; i += DESCRIPTORS_AT_ONCE) {
        size_t got = 0;
        enum wcab_err code = read_sectors(iso, first + (uint64_t)i * WCI_ISO_SECTOR, sectors,
                                          sizeof(sectors), &got, err);

        if (code != WCAB_OK && i == 0)
            return code;
        more = code == WCAB_OK && read_run(iso, sectors, got, i == 0, &known) &&
               got == sizeof(sectors);
    }
    if (!known)
        return wci_error_set_at(err, WCAB_ERR_FORMAT, first + 1,
                                "no ISO 9660 volume: no CD001 at byte %llu",
                                (unsigned long long)first + 1);
    if (!iso->trees[WCI_ISO_TREE_PRIMARY].present && !iso->trees[WCI_ISO_TREE_JOLIET].present)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, first,
                                "ISO 9660 volume without a readable volume descriptor");
    return WCAB_OK;
}

void wci_iso_detect_rock_ridge(struct wci_iso_tree *tree)
{
    struct wci_iso_record record;
    uint8_t bytes[256];
    uint64_t offset;
    size_t got;

    if (!tree->present || tree->variant != WCI_ISO_PLAIN ||
        !wci_iso_folder_offset(tree, tree->root_block, &offset) ||
        wci_source_read_some(tree->source, offset, bytes, sizeof(bytes), &got, NULL) != WCAB_OK ||
        !wci_iso_record_read(bytes, got, tree->variant, UINT32_MAX, &record))
        return;
    tree->rock_ridge = wci_iso_susp_announced(record.susp, &tree->susp.skip);
}
