/*
 * digest - see digest.h.
 */
#include "media/bytes/digest.h"

#include <openssl/evp.h>

static const EVP_MD *method_of(enum wci_digest_method method)
{
    switch (method) {
    case WCI_DIGEST_MD5:
        return EVP_md5();
    case WCI_DIGEST_SHA1:
        return EVP_sha1();
    case WCI_DIGEST_SHA256:
        break;
    }
    return EVP_sha256();
}

/* A digest is libcrypto's context under another name. */
static EVP_MD_CTX *context_of(struct wci_digest *digest)
{
    return (EVP_MD_CTX *)(void *)digest;
}

struct wci_digest *wci_digest_new(enum wci_digest_method method)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (context != NULL && EVP_DigestInit_ex(context, method_of(method), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return (struct wci_digest *)(void *)context;
}

void wci_digest_free(struct wci_digest *digest)
{
    EVP_MD_CTX_free(context_of(digest));
}

bool wci_digest_put(struct wci_digest *digest, const void *data, size_t size)
{
    return EVP_DigestUpdate(context_of(digest), data, size) == 1;
}

bool wci_digest_end(struct wci_digest *digest, uint8_t *out)
{
    return EVP_DigestFinal_ex(context_of(digest), out, NULL) == 1;
}

bool wci_digest_sha256(const void *data, size_t size, uint8_t out[WCI_SHA256_BYTES])
{
    return EVP_Digest(data, size, out, NULL, EVP_sha256(), NULL) == 1;
}
