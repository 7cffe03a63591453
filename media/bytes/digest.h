/*
 * digest - MD5, SHA-1 and SHA-256, of bytes at hand or as they come by.  The one place that knows
 * libcrypto.
 */
#ifndef WCI_DIGEST_H
#define WCI_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wci_digest_method { WCI_DIGEST_MD5, WCI_DIGEST_SHA1, WCI_DIGEST_SHA256 };
enum { WCI_MD5_BYTES = 16, WCI_SHA1_BYTES = 20, WCI_SHA256_BYTES = 32 };

struct wci_digest;

/* One that has seen no byte yet; NULL without memory.  The caller frees it. */
struct wci_digest *wci_digest_new(enum wci_digest_method method);
void wci_digest_free(struct wci_digest *digest); /* NULL is none */

/* False only without memory. */
bool wci_digest_put(struct wci_digest *digest, const void *data, size_t size);
/* Writes the method's number of bytes; the digest can then only be freed. */
bool wci_digest_end(struct wci_digest *digest, uint8_t *out);

/* Of bytes at hand.  False only without memory. */
bool wci_digest_sha256(const void *data, size_t size, uint8_t out[WCI_SHA256_BYTES]);

#endif
