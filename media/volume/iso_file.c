/*
 * iso_file - a file of an ISO 9660 volume: the extents that its records give it.
 */
#include <stdlib.h>

#include "core/text.h"
#include "media/volume/iso_folder.h"
#include "media/volume/iso_volume.h"
#include "media/volume/volume.h"

enum { EXTENTS_MAX = 65536 /* records of one file */ };

/* A file's directory records, read again from its locator on. */
struct file_records {
    const struct wci_iso_tree *tree;
    uint64_t at;
    struct wci_extent *extents;
    size_t count, capacity;
    uint64_t size;
};

/* True when the record has one of the entry's names, in whichever tree it lies. */
static bool is_record_of(struct wci_iso_volume *iso, const struct wci_iso_record *record,
                         const struct wci_entry *entry)
{
    struct wci_iso_susp_fields fields = {.has_child = false};
    struct wci_buffer text;
    struct wci_bytes joliet;
    bool same = wci_entry_is_called(entry, wci_iso_record_bare_name(record->name));

    wci_buffer_init(&text);
    wci_buffer_init(&fields.name);
    if (!same && iso->trees[WCI_ISO_TREE_JOLIET].present) {
        wci_text_from_utf16((const uint8_t *)record->name.data, record->name.length / 2, true,
                            &text);
        joliet = wci_buffer_view(&text);
        same = text.ok && text.size > 0 &&
               wci_entry_is_called(entry, wci_iso_record_bare_name(joliet));
    }
    if (!same && iso->trees[WCI_ISO_TREE_PRIMARY].rock_ridge) {
        wci_iso_susp_read(&iso->trees[WCI_ISO_TREE_PRIMARY].susp, record->susp, &fields);
        same = fields.name.ok && wci_entry_is_called(entry, wci_buffer_view(&fields.name));
    }
    wci_buffer_free(&text);
    wci_buffer_free(&fields.name);
    return same;
}

static enum wcab_err changed(const struct wci_entry *entry, struct wcab_error *err)
{
    return wci_error_set_at(err, WCAB_ERR_CHANGED, entry->locator,
                            "another file is there than the one that was listed");
}

/* Reads the record at records->at, passing over the padding at a block's end. */
static enum wcab_err next_record(struct file_records *records, uint8_t bytes[256],
                                 struct wci_iso_record *record, struct wcab_error *err)
{
    const struct wci_iso_tree *tree = records->tree;
    unsigned tries;

    for (tries = 0; tries < 2; tries++) {
        size_t got;
        enum wcab_err code = wci_source_read_some(tree->source, records->at, bytes, 256, &got, err);

        if (code != WCAB_OK)
            return code;
        if (wci_iso_record_read(bytes, got, tree->variant,
                                wci_source_size(tree->source) / tree->block_size, record)) {
            records->at += record->length;
            return WCAB_OK;
        }
        records->at = (records->at / tree->block_size + 1) * tree->block_size;
    }
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, records->at, "bad directory record");
}

static enum wcab_err add_record(struct file_records *records, const struct wci_iso_record *record,
                                struct wcab_error *err)
{
    struct wci_extent extent = {0, record->size};

    if (record->interleaved)
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, records->at,
                                "file is interleaved with others, which is not read");
    if (record->size > 0 && !wci_iso_folder_offset(records->tree, record->block, &extent.offset))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, records->at,
                                "block %llu does not lie within the image",
                                (unsigned long long)record->block);
    if (!wci_mem_grow(&records->extents, records->count, &records->capacity,
                      sizeof(*records->extents)))
        return wci_error_nomem(err);
    records->extents[records->count++] = extent;
    records->size += record->size;
    return WCAB_OK;
}

static enum wcab_err read_file_records(struct wci_iso_volume *iso, const struct wci_entry *entry,
                                       struct file_records *records, struct wcab_error *err)
{
    struct wci_iso_record record = {.flags = WCI_ISO_MULTI_EXTENT};
    uint8_t bytes[256];
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && record.flags & WCI_ISO_MULTI_EXTENT) {
        if (records->count == EXTENTS_MAX)
            return wci_error_set_at(err, WCAB_ERR_LIMIT, records->at, "file of more than %d parts",
                                    (int)EXTENTS_MAX);
        code = next_record(records, bytes, &record, err);
        if (code == WCAB_OK && records->count == 0 &&
            (record.flags & WCI_ISO_FOLDER || !is_record_of(iso, &record, entry)))
            return changed(entry, err);
        if (code == WCAB_OK)
            code = add_record(records, &record, err);
    }
    if (code == WCAB_OK && records->size != entry->size &&
        !(entry->flags & (WCI_ENTRY_PACKED | WCI_ENTRY_SIZE_UNKNOWN)))
        return changed(entry, err);
    return code;
}

/* Leaves what lies within the image. */
static void clip_extents(const struct wci_source *image, struct file_records *records)
{
    uint64_t end = wci_source_size(image);
    size_t i;

    for (i = 0; i < records->count; i++) {
        struct wci_extent *extent = &records->extents[i];

        if (extent->offset >= end) {
            records->count = i;
        } else if (extent->size > end - extent->offset) {
            extent->size = end - extent->offset;
            records->count = i + 1;
        }
    }
}

enum wcab_err wci_iso_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                 struct wci_source **source, struct wcab_error *err)
{
    struct wci_iso_volume *iso = (struct wci_iso_volume *)volume;
    struct file_records records = {.at = entry->locator};
    enum wcab_err code;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "is a folder");
    records.tree = &iso->trees[iso->trees[WCI_ISO_TREE_PRIMARY].present ? WCI_ISO_TREE_PRIMARY
                                                                        : WCI_ISO_TREE_JOLIET];
    code = read_file_records(iso, entry, &records, err);
    if (code == WCAB_OK && volume->salvage)
        clip_extents(iso->base.source, &records);
    if (code == WCAB_OK)
        code =
            wci_source_open_extents(iso->base.source, records.extents, records.count, source, err);
    free(records.extents);
    return code;
}
