/*
 * known_digest - see known_digest.h.
 */
#include "jobs/verify/known_digest.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/parts.h"
#include "core/text.h"
#include "media/bytes/digest.h"
#include "reopen/open_container.h"

enum { READ_BYTES = 64 * 1024 };

/* MD5 of a source, compared; one that can't be read does not match. */
static enum wcab_err digest_source(struct wci_source *source, const uint8_t md5[16], bool *matches,
                                   struct wcab_error *err)
{
    struct wci_digest *hash = wci_digest_new(WCI_DIGEST_MD5);
    uint8_t *buffer = malloc(READ_BYTES);
    uint64_t size = wci_source_size(source), at = 0;
    uint8_t digest[WCI_MD5_BYTES];
    enum wcab_err code = WCAB_OK;

    *matches = false;
    if (hash == NULL || buffer == NULL)
        code = wci_error_nomem(err);
    while (code == WCAB_OK && at < size) {
        size_t piece = size - at < READ_BYTES ? (size_t)(size - at) : (size_t)READ_BYTES;

        if (wci_source_read_at(source, at, buffer, piece, NULL) != WCAB_OK)
            break;
        if (!wci_digest_put(hash, buffer, piece))
            code = wci_error_nomem(err);
        at += piece;
    }
    if (code == WCAB_OK && at == size && wci_digest_end(hash, digest))
        *matches = memcmp(digest, md5, sizeof(digest)) == 0;
    free(buffer);
    wci_digest_free(hash);
    return code;
}

/* The file of that name on the outermost volume. */
static enum wcab_err digest_file(struct wci_reader *reader, struct wci_opened *opened,
                                 uint32_t listing_id, const struct wci_profile_digest *known,
                                 bool *matches, struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(reader, listing_id, &listing, err);
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        struct wci_source *source = NULL;
        struct wci_entry entry;

        code = wci_listing_row(&listing, i, &entry, err);
        if (code != WCAB_OK || !wci_text_equal_folded(entry.name.bytes, known->file))
            continue;
        if (wci_opened_file(opened, &entry, &source, NULL) == WCAB_OK)
            code = digest_source(source, known->md5, matches, err);
        wci_source_close(source);
        break;
    }
    return code;
}

static bool has_digest(const struct wci_profile *profile, struct wci_bytes disk)
{
    size_t i;

    for (i = 0; i < profile->digest_count; i++) {
        if (wci_bytes_equal(profile->digests[i].disk, disk))
            return true;
    }
    return false;
}

enum wcab_err wci_known_digest_check(const struct wci_listing_subject *subject,
                                     const struct wci_profile *profile,
                                     wci_known_digest_visitor *visit, void *context,
                                     struct wcab_error *err)
{
    struct wci_opened *opened = NULL;
    enum wcab_err code = WCAB_OK;
    struct wci_bytes disk = wci_part_identity(subject->image, subject->part)->disk;
    uint32_t root = wci_part_root(subject->image, subject->part);
    size_t i;

    if (!has_digest(profile, disk) || subject->image->container_count == 0)
        return WCAB_OK;
    code = wci_open_container(subject->reader, subject->id, root, &opened, err);
    if (code != WCAB_OK)
        return wci_error_ends_run(code) ? code : WCAB_OK;
    for (i = 0; code == WCAB_OK && i < profile->digest_count; i++) {
        const struct wci_profile_digest *known = &profile->digests[i];
        struct wci_source *source = wci_opened_source(opened);
        bool matches = false;

        if (!wci_bytes_equal(known->disk, disk))
            continue;
        if (known->file.length > 0)
            code = digest_file(subject->reader, opened, subject->state->listings[root], known,
                               &matches, err);
        else if (source == NULL)
            continue; /* a folder has no image */
        else
            code = digest_source(source, known->md5, &matches, err);
        if (code == WCAB_OK)
            code = visit(context, known->file, matches);
    }
    wci_opened_close(opened);
    return code;
}
