/*
 * file_digests - wcab_file_digests: the digests that lists of known files have, of a file of the host.
 */
#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "media/bytes/digest.h"
#include "media/bytes/source.h"

enum { READ_BYTES = 256 * 1024, METHODS = 3 };

static bool put_all(struct wci_digest *digests[METHODS], const uint8_t *data, size_t size)
{
    bool ok = true;
    size_t i;

    for (i = 0; i < METHODS; i++)
        ok = ok && wci_digest_put(digests[i], data, size);
    return ok;
}

/* The digest in hexadecimal; false without memory. */
static bool end_one(struct wci_digest *digest, size_t bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[WCI_SHA256_BYTES];
    size_t i;

    if (!wci_digest_end(digest, raw))
        return false;
    for (i = 0; i < bytes; i++) {
        text[2 * i] = digits[raw[i] >> 4];
        text[2 * i + 1] = digits[raw[i] & 15];
    }
    text[2 * bytes] = '\0';
    return true;
}

static enum wcab_err digest_source(struct wci_source *source, struct wci_digest *digests[METHODS],
                                   const struct wcab_cancel *cancel, uint8_t *buffer,
                                   struct wcab_error *err)
{
    uint64_t size = wci_source_size(source), at = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && at < size) {
        size_t piece = size - at < READ_BYTES ? (size_t)(size - at) : (size_t)READ_BYTES;

        code = wci_cancel_check(cancel, err);
        if (code == WCAB_OK)
            code = wci_source_read_at(source, at, buffer, piece, err);
        if (code == WCAB_OK && !put_all(digests, buffer, piece))
            code = wci_error_nomem(err);
        at += piece;
    }
    return code;
}

static enum wcab_err do_file_digests(const char *path, const struct wcab_cancel *cancel,
                                     struct wcab_file_digests *made, struct wcab_error *err)
{
    struct wci_digest *digests[METHODS] = {wci_digest_new(WCI_DIGEST_MD5),
                                           wci_digest_new(WCI_DIGEST_SHA1),
                                           wci_digest_new(WCI_DIGEST_SHA256)};
    uint8_t *buffer = malloc(READ_BYTES);
    struct wci_source *source = NULL;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (buffer == NULL || digests[0] == NULL || digests[1] == NULL || digests[2] == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = wci_source_open_file(path, NULL, &source, err);
    if (code == WCAB_OK) {
        made->size = wci_source_size(source);
        code = digest_source(source, digests, cancel, buffer, err);
    }
    if (code == WCAB_OK && !(end_one(digests[0], WCI_MD5_BYTES, made->md5) &&
                             end_one(digests[1], WCI_SHA1_BYTES, made->sha1) &&
                             end_one(digests[2], WCI_SHA256_BYTES, made->sha256)))
        code = wci_error_nomem(err);
    wci_source_close(source);
    for (i = 0; i < METHODS; i++)
        wci_digest_free(digests[i]);
    free(buffer);
    return code;
}

enum wcab_err wcab_file_digests(const char *path, const struct wcab_cancel *cancel,
                                struct wcab_file_digests *digests, struct wcab_error *err)
{
    struct wcab_error own;

    if (path == NULL || digests == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    memset(digests, 0, sizeof(*digests));
    return wci_error_give(do_file_digests(path, cancel, digests, &own), &own, err);
}
