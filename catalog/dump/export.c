/*
 * export - the catalog as text (dump.h, docs/catalog-format.md).
 *
 * Nothing of it depends on ids: images come in order of their paths, listings and groups are
 * numbered as they appear.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/dump/dump.h"
#include "catalog/hash.h"
#include "catalog/reader.h"
#include "core/error.h"

enum { FLUSH_BYTES = 64 * 1024 };

struct exporting {
    struct wci_reader *reader;
    wci_text_sink *put;
    void *context;
    struct wci_buffer text; /* not yet handed over */
    uint64_t lines;
    struct wci_arena *arena;        /* of the image at hand */
    struct wci_hash_table listings; /* listing id -> number in the export */
    struct wci_hash_table groups;   /* the same for groups */
    uint32_t *ids;                  /* listing id by number - 1, owned */
    size_t id_count, id_capacity;
    uint64_t group_count;
    struct wcab_error *err;
};

/* ---- lines -------------------------------------------------------------------------------- */

static void put_word(struct exporting *out, const char *word)
{
    wci_buffer_put(&out->text, word, strlen(word));
}

static void put_text(struct exporting *out, struct wci_bytes text)
{
    wci_buffer_u8(&out->text, '\t');
    wci_dump_escape(text, &out->text);
}

static void put_field(struct exporting *out, const char *word)
{
    wci_buffer_u8(&out->text, '\t');
    put_word(out, word);
}

static void put_number(struct exporting *out, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "\t%" PRIu64, number);
    put_word(out, text);
}

static void put_signed(struct exporting *out, int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "\t%" PRId64, number);
    put_word(out, text);
}

/* `none` stands as "-". */
static void put_optional(struct exporting *out, uint64_t number, uint64_t none)
{
    if (number == none)
        put_field(out, "-");
    else
        put_number(out, number);
}

static void put_hex(struct exporting *out, uint64_t number, int digits)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "\t%0*" PRIx64, digits, number);
    put_word(out, text);
}

static void put_digest(struct exporting *out, const uint8_t *digest, size_t size, bool known)
{
    char text[3];
    size_t i;

    wci_buffer_u8(&out->text, '\t');
    if (!known)
        put_word(out, "-");
    for (i = 0; known && i < size; i++) {
        (void)snprintf(text, sizeof(text), "%02x", digest[i]);
        put_word(out, text);
    }
}

/* The encoding as one letter, and the name. */
static void put_name(struct exporting *out, struct wci_name name)
{
    put_field(out, name.encoding == WCI_ENCODING_UTF8 ? "u" : "r");
    put_text(out, name.bytes);
}

static enum wcab_err hand_over(struct exporting *out, size_t keep)
{
    enum wcab_err code = WCAB_OK;

    if (!out->text.ok)
        return wci_error_nomem(out->err);
    if (out->text.size > keep) {
        code = out->put(out->context, (const char *)out->text.data, out->text.size);
        if (code != WCAB_OK)
            return wci_error_set(out->err, code, "the export could not be written");
        wci_buffer_clear(&out->text);
    }
    return code;
}

static enum wcab_err end_line(struct exporting *out)
{
    wci_buffer_u8(&out->text, '\n');
    out->lines++;
    return hand_over(out, FLUSH_BYTES);
}

/* ---- numbering ---------------------------------------------------------------------------- */

static struct wci_bytes id_key(const uint32_t *id)
{
    return (struct wci_bytes){(const char *)id, sizeof(*id)};
}

static enum wcab_err number_listing(struct exporting *out, uint32_t id, uint64_t *number,
                                    bool *first)
{
    *first = !wci_hash_table_find(&out->listings, id_key(&id), 0, number);
    if (!*first)
        return WCAB_OK;
    *number = out->id_count + 1;
    if (!wci_mem_grow(&out->ids, out->id_count, &out->id_capacity, sizeof(*out->ids)) ||
        !wci_hash_table_add(&out->listings, id_key(&id), 0, *number))
        return wci_error_nomem(out->err);
    out->ids[out->id_count++] = id;
    return WCAB_OK;
}

static enum wcab_err number_group(struct exporting *out, uint64_t group, uint64_t *number)
{
    const struct wci_bytes key = {(const char *)&group, sizeof(group)};

    *number = 0;
    if (group == 0 || wci_hash_table_find(&out->groups, key, 0, number))
        return WCAB_OK;
    *number = ++out->group_count;
    if (!wci_hash_table_add(&out->groups, key, 0, *number))
        return wci_error_nomem(out->err);
    return WCAB_OK;
}

/* ---- listings ----------------------------------------------------------------------------- */

static enum wcab_err export_cabinet(struct exporting *out, const struct wci_listing *listing)
{
    enum wcab_err code;
    struct wci_cab *cab;
    uint32_t i;

    if (listing->cab.data == NULL)
        return WCAB_OK;
    code = wci_listing_cab(listing, out->arena, &cab, out->err);
    if (code != WCAB_OK)
        return code;
    put_word(out, WCI_DUMP_CABINET);
    put_number(out, cab->size);
    put_hex(out, cab->version, 4);
    put_hex(out, cab->flags, 4);
    put_number(out, cab->set_id);
    put_number(out, cab->index);
    put_number(out, cab->data_reserve);
    put_hex(out, cab->joint_previous, 16);
    put_hex(out, cab->joint_next, 16);
    put_text(out, cab->previous_cabinet);
    put_text(out, cab->previous_disk);
    put_text(out, cab->next_cabinet);
    put_text(out, cab->next_disk);
    code = end_line(out);
    for (i = 0; code == WCAB_OK && i < cab->folder_count; i++) {
        put_word(out, WCI_DUMP_FOLDER);
        put_number(out, cab->folders[i].first_block);
        put_number(out, cab->folders[i].block_count);
        put_hex(out, cab->folders[i].type_compress, 4);
        code = end_line(out);
    }
    return code;
}

static enum wcab_err export_row(struct exporting *out, const struct wci_listing *listing,
                                uint32_t row)
{
    static const struct wci_name none = {{NULL, 0}, WCI_ENCODING_UTF8};
    struct wci_entry entry;
    enum wcab_err code = wci_listing_row(listing, row, &entry, out->err);
    unsigned i;

    if (code != WCAB_OK)
        return code;
    put_word(out, WCI_DUMP_ROW);
    put_text(out, entry.folder);
    put_name(out, entry.name);
    put_number(out, entry.size);
    put_hex(out, entry.modified, 8);
    put_number(out, entry.locator);
    put_optional(out, entry.cab_folder, WCI_NONE);
    put_hex(out, (uint64_t)entry.attributes << 16 | entry.flags, 6);
    put_number(out, entry.stored);
    for (i = 0; i < WCI_ALIAS_MAX; i++)
        put_name(out, i < entry.alias_count ? entry.alias[i] : none);
    return end_line(out);
}

static enum wcab_err export_listing(struct exporting *out, uint32_t id)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(out->reader, id, &listing, out->err);
    uint32_t row;

    if (code == WCAB_OK)
        code = export_cabinet(out, &listing);
    for (row = 0; code == WCAB_OK && row < listing.row_count; row++)
        code = export_row(out, &listing, row);
    return code;
}

/* ---- facts -------------------------------------------------------------------------------- */

static enum wcab_err export_fact(struct exporting *out, const struct wci_deep *deep)
{
    put_word(out, WCI_DUMP_FACT);
    put_field(out, wci_dump_fact_words[deep->status]);
    put_digest(out, deep->sha256, sizeof(deep->sha256), deep->has_sha256);
    put_digest(out, deep->md5, sizeof(deep->md5), deep->has_md5_sha1);
    put_digest(out, deep->sha1, sizeof(deep->sha1), deep->has_md5_sha1);
    if (deep->has_version) {
        put_hex(out, deep->file_version, 16);
        put_hex(out, deep->product_version, 16);
    } else {
        put_field(out, "-\t-");
    }
    if (deep->has_size)
        put_number(out, deep->size);
    else
        put_field(out, "-");
    put_number(out, (uint64_t)deep->code);
    put_optional(out, deep->offset, WCAB_NO_OFFSET);
    put_text(out, deep->text);
    put_text(out, deep->version_text);
    return end_line(out);
}

static enum wcab_err export_facts(struct exporting *out, uint32_t image, uint32_t container)
{
    struct wci_bytes facts;
    struct wci_deep deep;
    uint32_t facts_id, count, row;
    enum wcab_err code =
        wci_reader_facts(out->reader, image, container, &facts_id, &facts, out->err);

    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    if (!wci_schema_facts_count(facts, &count))
        return wci_reader_damaged(out->err, "facts %u", facts_id);
    put_word(out, WCI_DUMP_FACTS);
    put_number(out, count);
    code = end_line(out);
    for (row = 0; code == WCAB_OK && row < count; row++) {
        if (!wci_schema_get_fact(facts, row, &deep))
            return wci_reader_damaged(out->err, "facts %u of row %u", facts_id, row);
        code = export_fact(out, &deep);
    }
    return code;
}

/* ---- images ------------------------------------------------------------------------------- */

static enum wcab_err export_container(struct exporting *out, uint32_t image_id, uint32_t index,
                                      const struct wci_container *container, uint32_t listing)
{
    static const uint8_t no_digest[16] = {0};
    const char *word = wci_dump_container_word(container->kind);
    uint64_t number = 0;
    bool first = false;
    enum wcab_err code = number_listing(out, listing, &number, &first);

    if (code != WCAB_OK)
        return code;
    if (word == NULL)
        return wci_reader_damaged(out->err, "a container of unknown kind");
    put_word(out, WCI_DUMP_CONTAINER);
    put_field(out, word);
    put_optional(out, container->parent, WCI_NONE);
    put_optional(out, container->parent_entry, WCI_NONE);
    put_text(out, container->name);
    put_number(out, container->offset);
    put_number(out, container->size);
    put_text(out, container->format);
    put_name(out, container->label);
    put_hex(out, container->serial, 8);
    put_hex(out, container->created, 16);
    put_field(out, container->partial ? "partial" : "whole");
    put_number(out, number);
    put_digest(out, container->digest, sizeof(container->digest),
               memcmp(container->digest, no_digest, sizeof(no_digest)) != 0);
    code = end_line(out);
    if (code == WCAB_OK && first)
        code = export_listing(out, listing);
    return code != WCAB_OK ? code : export_facts(out, image_id, index);
}

static enum wcab_err export_fault(struct exporting *out, const struct wci_fault *fault)
{
    put_word(out, WCI_DUMP_FAULT);
    put_optional(out, fault->container, WCI_NONE);
    put_number(out, (uint64_t)fault->code);
    put_optional(out, fault->offset, WCAB_NO_OFFSET);
    put_text(out, fault->place);
    put_text(out, fault->text);
    return end_line(out);
}

static enum wcab_err export_limits(struct exporting *out, const struct wci_limits *limits)
{
    if (wci_limits_equal(limits, &wci_limits_default))
        return WCAB_OK;
    put_word(out, WCI_DUMP_LIMITS);
    put_number(out, limits->depth);
    put_number(out, limits->entries);
    put_number(out, limits->containers);
    put_number(out, limits->bytes);
    put_number(out, limits->ratio);
    put_number(out, limits->seconds);
    return end_line(out);
}

static enum wcab_err export_note(struct exporting *out, const struct wci_note *note)
{
    put_word(out, WCI_DUMP_NOTE);
    put_text(out, note->key);
    put_text(out, note->value);
    return end_line(out);
}

static enum wcab_err export_part(struct exporting *out, const struct wci_part *part)
{
    uint64_t group = 0;
    enum wcab_err code = number_group(out, part->identity.group, &group);

    if (code != WCAB_OK)
        return code;
    put_word(out, WCI_DUMP_PART);
    put_number(out, part->container);
    put_number(out, group);
    put_text(out, part->identity.medium);
    put_text(out, part->identity.disk);
    put_text(out, part->identity.reason);
    put_number(out, part->identity.code_page);
    put_text(out, part->identity.code_page_reason);
    return end_line(out);
}

static enum wcab_err export_record(struct exporting *out, uint32_t id,
                                   const struct wci_image *image,
                                   const struct wci_image_state *state)
{
    static const uint8_t unknown[WCI_QUICK_BYTES] = {0};
    const char *word = wci_dump_image_word(image->kind);
    uint64_t group = 0;
    enum wcab_err code = number_group(out, image->identity.group, &group);
    uint32_t i;

    if (code != WCAB_OK)
        return code;
    if (word == NULL)
        return wci_reader_damaged(out->err, "an image of unknown kind");
    put_word(out, WCI_DUMP_IMAGE);
    put_text(out, image->path);
    put_field(out, word);
    put_number(out, image->size);
    put_signed(out, image->mtime_ns);
    put_number(out, image->inode);
    put_number(out, image->device);
    put_number(out, group);
    put_field(out, state->offline ? "offline" : "online");
    put_text(out, image->identity.medium);
    put_text(out, image->identity.disk);
    put_text(out, image->identity.reason);
    put_number(out, image->faults_dropped);
    put_number(out, image->identity.code_page);
    put_text(out, image->identity.code_page_reason);
    put_digest(out, image->quick, sizeof(image->quick),
               memcmp(image->quick, unknown, sizeof(unknown)) != 0);
    code = end_line(out);
    if (code == WCAB_OK)
        code = export_limits(out, &image->limits);
    for (i = 0; code == WCAB_OK && i < image->note_count; i++)
        code = export_note(out, &image->notes[i]);
    for (i = 0; code == WCAB_OK && i < image->part_count; i++)
        code = export_part(out, &image->parts[i]);
    for (i = 0; code == WCAB_OK && i < image->fault_count; i++)
        code = export_fault(out, &image->faults[i]);
    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = export_container(out, id, i, &image->containers[i], state->listings[i]);
    return code;
}

static enum wcab_err export_image(void *context, struct wci_bytes path,
                                  const struct wci_image_stamp *stamp)
{
    struct exporting *out = context;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;

    (void)path;
    wci_arena_reset(out->arena);
    code = wci_reader_image(out->reader, stamp->id, out->arena, &image, &state, out->err);
    return code != WCAB_OK ? code : export_record(out, stamp->id, &image, &state);
}

static enum wcab_err export_profile(void *context, struct wci_bytes id, struct wci_bytes text)
{
    struct exporting *out = context;

    put_word(out, WCI_DUMP_PROFILE);
    put_text(out, id);
    put_text(out, text);
    return end_line(out);
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err export_links(struct exporting *out)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; i < out->id_count; i++) {
        uint64_t number = 0;
        uint32_t next;

        code = wci_reader_number(&out->reader->tree, WCI_TABLE_NEXT, out->ids[i], &next, out->err);
        if (code == WCAB_ERR_NOTFOUND)
            continue;
        if (code != WCAB_OK)
            return code;
        if (!wci_hash_table_find(&out->listings, id_key(&next), 0, &number))
            return wci_reader_damaged(out->err, "listing %u is linked to %u, which no image has",
                                      out->ids[i], next);
        put_word(out, WCI_DUMP_NEXT);
        put_number(out, i + 1);
        put_number(out, number);
        code = end_line(out);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static enum wcab_err export_end(struct exporting *out)
{
    struct wci_counters counters;
    enum wcab_err code = wci_reader_counters(&out->reader->tree, &counters, out->err);

    if (code != WCAB_OK)
        return code;
    if (counters.settled >= counters.listing && counters.listing > 0) {
        put_word(out, WCI_DUMP_SETTLED);
        code = end_line(out);
    }
    put_word(out, WCI_DUMP_END);
    put_number(out, out->lines + 1);
    if (code == WCAB_OK)
        code = end_line(out);
    return code != WCAB_OK ? code : hand_over(out, 0);
}

static enum wcab_err export_all(struct exporting *out)
{
    enum wcab_err code;

    put_word(out, WCI_DUMP_HEAD);
    put_number(out, WCI_DUMP_VERSION);
    code = end_line(out);
    if (code == WCAB_OK)
        code = wci_reader_each_profile(out->reader, export_profile, out, out->err);
    if (code == WCAB_OK)
        code = wci_reader_each_stamp(out->reader, (struct wci_bytes){NULL, 0}, export_image, out,
                                     out->err);
    if (code == WCAB_OK)
        code = export_links(out);
    return code != WCAB_OK ? code : export_end(out);
}

enum wcab_err wci_catalog_export(struct wci_reader *reader, wci_text_sink *put, void *context,
                                 struct wcab_error *err)
{
    struct exporting out = {.reader = reader, .put = put, .context = context, .err = err};
    enum wcab_err code;

    out.arena = wci_arena_new();
    if (out.arena == NULL)
        return wci_error_nomem(err);
    wci_buffer_init(&out.text);
    wci_hash_table_init(&out.listings);
    wci_hash_table_init(&out.groups);
    code = export_all(&out);
    wci_hash_table_free(&out.groups);
    wci_hash_table_free(&out.listings);
    wci_buffer_free(&out.text);
    wci_arena_free(out.arena);
    free(out.ids);
    return code;
}
