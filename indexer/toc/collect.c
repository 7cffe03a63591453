/*
 * collect - see collect.h.
 */
#include "indexer/toc/collect.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "indexer/version/version.h"
#include "media/cabinet/expand.h"

/* ---- which files -------------------------------------------------------------------------- */

/* Release facts come from a program's version resource; nothing else of it is read. */
static bool is_setupx(const struct wci_entry *entry)
{
    return wci_entry_is_called(entry, wci_bytes_of("SETUPX.DLL")) ||
           wci_entry_is_called(entry, wci_bytes_of("SETUPX.DL_"));
}

static enum wci_toc_kind kind_of(const struct wci_entry *entry)
{
    enum wci_toc_kind kind = wci_toc_kind_of(entry->name.bytes);
    uint8_t i;

    for (i = 0; kind == WCI_TOC_NONE && i < entry->alias_count && i < WCI_ALIAS_MAX; i++)
        kind = wci_toc_kind_of(entry->alias[i].bytes);
    return kind;
}

bool wci_toc_is_candidate(enum wci_container_kind kind, const struct wci_entry *entry)
{
    if (!wci_container_is_volume(kind) ||
        (entry->attributes & (WCI_ATTRIBUTE_FOLDER | WCI_ATTRIBUTE_LABEL)) != 0 ||
        (entry->flags & WCI_ENTRY_DAMAGED) != 0 || entry->size > WCI_TOC_BYTES)
        return false;
    return kind_of(entry) != WCI_TOC_NONE || is_setupx(entry);
}

/* Information files in a cabinet that may be tables: a Setup has few of them and small ones, near the
 * beginning; of drivers, which have many, each would have to be unpacked. */
enum { FEW_INFS = 4, SMALL_INF = 512 * 1024, NEAR_BEGINNING = 1024 * 1024 };

static bool has_few_infs(const struct wci_container *cabinet)
{
    const uint16_t linked = WCI_CAB_HAS_PREVIOUS | WCI_CAB_HAS_NEXT;
    uint32_t count = 0, i;

    if (cabinet->cab != NULL && (cabinet->cab->flags & linked) != 0)
        return false; /* one of many, that a table tells of, and not the one with it */
    for (i = 0; i < cabinet->entry_count && count <= FEW_INFS; i++)
        count += wci_toc_kind_of(cabinet->entries[i].name.bytes) == WCI_TOC_INF;
    return count <= FEW_INFS;
}

static bool is_table(const struct wci_container *cabinet, const struct wci_entry *entry)
{
    switch (wci_toc_kind_of(entry->name.bytes)) {
    case WCI_TOC_LAYOUT:
    case WCI_TOC_DOSNET:
    case WCI_TOC_LST:
    case WCI_TOC_PACKING:
    case WCI_TOC_DOSSETUP:
    case WCI_TOC_PKG:
    case WCI_TOC_CIF:
        return entry->size <= WCI_TOC_BYTES;
    case WCI_TOC_INF:
        return entry->size <= SMALL_INF && entry->locator <= NEAR_BEGINNING &&
               has_few_infs(cabinet);
    case WCI_TOC_NONE:
    case WCI_TOC_LOCALE:
    case WCI_TOC_SETUPPP:
        break;
    }
    return false;
}

/* Whether unpacking the tables of the cabinet passes over the entry anyhow. */
static bool is_on_the_way(const struct wci_container *cabinet, const struct wci_entry *entry)
{
    uint32_t i;

    for (i = 0; i < cabinet->entry_count; i++) {
        const struct wci_entry *table = &cabinet->entries[i];

        if (table->cab_folder == entry->cab_folder && table->locator >= entry->locator &&
            is_table(cabinet, table))
            return true;
    }
    return false;
}

/* Whether the time of day of most files tells the release: Microsoft's releases show their version there,
 * in every language (read from real media). */
static bool time_tells_release(const struct wci_container *cabinet)
{
    static const uint16_t clocks[] = {9 << 6 | 50, 11 << 6 | 11, 20 << 6 | 1, 22 << 6 | 22};
    uint32_t with = 0, i;
    size_t k;

    for (i = 0; i < cabinet->entry_count; i++) {
        for (k = 0; k < sizeof(clocks) / sizeof(clocks[0]); k++)
            with += (cabinet->entries[i].modified & 0xFFFF) >> 5 == clocks[k];
    }
    return 2 * (uint64_t)with > cabinet->entry_count;
}

/* What tells the release: the language always, what is dear to unpack only where it costs nothing
 * more, or when all is wanted. */
static bool tells_release(const struct wci_container *cabinet, const struct wci_entry *entry,
                          bool all)
{
    enum wci_toc_kind kind = wci_toc_kind_of(entry->name.bytes);

    if (entry->size > WCI_TOC_BYTES)
        return false;
    return kind == WCI_TOC_LOCALE || ((kind == WCI_TOC_SETUPPP || is_setupx(entry)) &&
                                      (all || is_on_the_way(cabinet, entry)));
}

size_t wci_toc_cabinet_rows(const struct wci_container *cabinet, bool all, uint32_t *rows,
                            size_t room)
{
    size_t count = 0;
    bool table = false;
    uint32_t i;

    all = all || !time_tells_release(cabinet);
    for (i = 0; i < cabinet->entry_count && count < room; i++) {
        const struct wci_entry *entry = &cabinet->entries[i];

        table = table || is_table(cabinet, entry);
        if (is_table(cabinet, entry) || tells_release(cabinet, entry, all))
            rows[count++] = i;
    }
    return table ? count : 0;
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum wcab_err put_bytes(void *context, const uint8_t *data, size_t size,
                               struct wcab_error *err)
{
    struct wci_buffer *buffer = context;

    if (buffer->size + size > WCI_TOC_BYTES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "too long for a table of contents");
    wci_buffer_put(buffer, data, size);
    return buffer->ok ? WCAB_OK : wci_error_nomem(err);
}

static enum wcab_err read_plain(struct wci_source *source, struct wci_buffer *text,
                                struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t *room;
    enum wcab_err code;

    if (size > WCI_TOC_BYTES)
        size = WCI_TOC_BYTES;
    if (size == 0)
        return WCAB_OK;
    room = wci_buffer_reserve(text, (size_t)size);
    if (room == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(source, 0, room, (size_t)size, err);
    text->size = code == WCAB_OK ? (size_t)size : 0;
    return code;
}

/* The file's bytes, unpacked. */
static enum wcab_err read_text(struct wci_source *source, struct wci_buffer *text,
                               struct wcab_error *err)
{
    struct wci_byte_sink sink = {text, put_bytes};
    enum wcab_err code = wci_expand_decode(source, WCI_TOC_BYTES, &sink, err);

    return code == WCAB_ERR_FORMAT ? read_plain(source, text, err) : code;
}

static enum wcab_err note_version(struct wci_toc *toc, struct wci_bytes program,
                                  struct wcab_error *err)
{
    struct wci_version_scan *scan = wci_version_scan_new();
    struct wci_version facts;
    enum wcab_err code;
    char text[32];

    if (scan == NULL)
        return wci_error_nomem(err);
    wci_version_scan_begin(scan, program.length);
    wci_version_scan_feed(scan, (const uint8_t *)program.data, program.length);
    code = wci_version_scan_end(scan, toc->arena, &facts, err);
    wci_version_scan_free(scan);
    if (code != WCAB_OK || !facts.has_fixed)
        return code;
    (void)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)(facts.file_version >> 48),
                   (unsigned)(facts.file_version >> 32 & 0xFFFF),
                   (unsigned)(facts.file_version >> 16 & 0xFFFF),
                   (unsigned)(facts.file_version & 0xFFFF));
    wci_toc_fact(toc, "setup_version", wci_bytes_of(text));
    return WCAB_OK;
}

enum wcab_err wci_toc_collect(struct wci_toc *toc, const struct wci_entry *entry,
                              struct wci_source *source, struct wcab_error *err)
{
    struct wci_buffer buffer;
    struct wcab_error why;
    struct wci_bytes text;
    enum wcab_err code;

    wci_buffer_init(&buffer);
    code = read_text(source, &buffer, &why);
    text = wci_buffer_view(&buffer);
    if (code == WCAB_OK && buffer.size > 0) {
        if (is_setupx(entry))
            code = note_version(toc, text, &why);
        else
            (void)wci_toc_parse(toc, kind_of(entry), text);
    }
    wci_buffer_free(&buffer);
    if (!toc->ok)
        return wci_error_nomem(err);
    if (!wci_error_ends_run(code))
        return WCAB_OK;
    *err = why;
    return code;
}

/* ---- the record --------------------------------------------------------------------------- */

bool wci_toc_is_empty(const struct wci_toc *toc)
{
    return toc->file_count == 0 && toc->disk_count == 0 && toc->fact_count == 0;
}

/* "id<TAB>title<TAB>cabinet<TAB>tag<TAB>folder" */
static struct wci_bytes disk_text(struct wci_arena *arena, const struct wci_toc_disk *disk)
{
    const struct wci_bytes parts[] = {disk->id, disk->title, disk->cabinet, disk->tag,
                                      disk->folder};
    struct wci_buffer text;
    struct wci_bytes copy = {NULL, 0};
    size_t i, k;

    wci_buffer_init(&text);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (i > 0)
            wci_buffer_u8(&text, '\t');
        for (k = 0; k < parts[i].length; k++) {
            char c = parts[i].data[k];

            wci_buffer_u8(&text, (uint8_t)((unsigned char)c < ' ' ? ' ' : c));
        }
    }
    if (text.ok)
        copy = wci_arena_bytes(arena, wci_buffer_view(&text));
    wci_buffer_free(&text);
    return copy;
}

static struct wci_bytes fact_text(struct wci_arena *arena, const struct wci_toc_fact *fact)
{
    struct wci_buffer text;
    struct wci_bytes copy = {NULL, 0};

    wci_buffer_init(&text);
    wci_buffer_put(&text, fact->key.data, fact->key.length);
    wci_buffer_u8(&text, '=');
    wci_buffer_put(&text, fact->value.data, fact->value.length);
    if (text.ok)
        copy = wci_arena_bytes(arena, wci_buffer_view(&text));
    wci_buffer_free(&text);
    return copy;
}

static void fill_file(const struct wci_toc_file *file, struct wci_entry *entry)
{
    entry->name.bytes = file->name;
    entry->name.encoding = wci_text_oem_encoding(file->name);
    entry->folder = file->folder;
    if (file->packed.length > 0 && !wci_text_equal_folded(file->packed, file->name)) {
        entry->alias[0].bytes = file->packed;
        entry->alias[0].encoding = wci_text_oem_encoding(file->packed);
        entry->alias_count = 1;
        entry->flags |= WCI_ENTRY_PACKED;
    }
    if (file->has_size)
        entry->size = file->size;
    else
        entry->flags |= WCI_ENTRY_SIZE_UNKNOWN;
    if (file->flags & WCI_TOC_ROUNDED)
        entry->attributes |= WCI_CONTENTS_ROUNDED;
    entry->locator = file->version;
    entry->cab_folder = file->disk;
}

enum wcab_err wci_toc_record(const struct wci_toc *toc, struct wci_arena *arena,
                             struct wci_container *container, struct wcab_error *err)
{
    size_t count = toc->disk_count + toc->fact_count + toc->file_count, i;
    struct wci_entry *entries = wci_arena_calloc(arena, count + 1, sizeof(*entries));
    struct wci_entry *entry = entries;
    bool ok = entries != NULL;

    for (i = 0; ok && i < toc->disk_count; i++, entry++) {
        entry->folder = disk_text(arena, &toc->disks[i]);
        entry->attributes = WCI_CONTENTS_DISK;
        entry->cab_folder = WCI_NONE;
        ok = entry->folder.data != NULL;
    }
    for (i = 0; ok && i < toc->fact_count; i++, entry++) {
        entry->folder = fact_text(arena, &toc->facts[i]);
        entry->attributes = WCI_CONTENTS_FACT;
        entry->cab_folder = WCI_NONE;
        ok = entry->folder.data != NULL;
    }
    for (i = 0; ok && i < toc->file_count; i++, entry++)
        fill_file(&toc->files[i], entry);
    if (!ok)
        return wci_error_nomem(err);
    container->kind = WCI_CONTAINER_CONTENTS;
    container->entries = entries;
    container->entry_count = (uint32_t)count;
    return WCAB_OK;
}
