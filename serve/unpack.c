/*
 * unpack - `whichcab-unpack`: unpacks one file of the catalog for whichcab-serve (serve/keeper), which starts it anew
 * for each: what it reads, nobody vouches for.
 *
 *   whichcab-unpack CATALOG ID BYTES SECONDS     CATALOG "": the default place
 *
 * The file's bytes go to descriptor 3; what came of it is told in one line: see serve/spool.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/opts.h"
#include "cli/sandbox.h"
#include "whichcab.h"

enum { OUTPUT = 3 };

struct unpacking {
    EVP_MD_CTX *digest; /* owned */
    uint64_t size, most;
    int sys; /* why nothing more could be written */
};

static enum wcab_err put(void *context, const void *data, size_t size)
{
    struct unpacking *unpacking = context;
    const char *at = data;

    if (size > unpacking->most - unpacking->size)
        return WCAB_ERR_LIMIT;
    unpacking->size += size;
    if (EVP_DigestUpdate(unpacking->digest, data, size) != 1)
        return WCAB_ERR_NOMEM;
    while (size > 0) {
        ssize_t wrote = write(OUTPUT, at, size);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            unpacking->sys = errno;
            return WCAB_ERR_IO;
        }
        at += wrote;
        size -= (size_t)wrote;
    }
    return WCAB_OK;
}

/* Control characters would end the line. */
static void print_plain(const char *text)
{
    for (; *text != '\0'; text++)
        (void)putchar((unsigned char)*text < 0x20 ? '?' : *text);
}

static int tell_error(enum wcab_err code, const char *place, const char *text)
{
    (void)printf("error %d ", (int)code);
    print_plain(place);
    print_plain(place[0] != '\0' ? ": " : "");
    print_plain(text);
    (void)putchar('\n');
    return fflush(stdout) == 0 ? 1 : 2;
}

static int tell(struct unpacking *unpacking)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0, i;

    if (EVP_DigestFinal_ex(unpacking->digest, hash, &length) != 1)
        return tell_error(WCAB_ERR_NOMEM, "", "out of memory");
    (void)printf("ok %" PRIu64 " ", unpacking->size);
    for (i = 0; i < length; i++)
        (void)printf("%02x", hash[i]);
    (void)putchar('\n');
    return fflush(stdout) == 0 ? 0 : 2;
}

static int unpack(const char *folder, const char *id, struct unpacking *unpacking)
{
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err;
    enum wcab_err code = wcab_catalog_open(folder, NULL, &catalog, &err);

    if (code == WCAB_OK)
        code = wcab_read(catalog, id, put, unpacking, &err);
    wcab_catalog_close(catalog);
    if (code == WCAB_OK)
        return tell(unpacking);
    if (unpacking->sys != 0)
        return tell_error(WCAB_ERR_BUSY, "", "there is no room for the unpacked file");
    if (code == WCAB_ERR_LIMIT && unpacking->size + 1 > unpacking->most / 2)
        return tell_error(code, "", "the file is larger than this server unpacks");
    return tell_error(code, err.place, err.text);
}

static void limit(int resource, uint64_t value)
{
    const struct rlimit wanted = {.rlim_cur = value, .rlim_max = value};

    (void)setrlimit((__rlimit_resource_t)resource, &wanted);
}

int main(int argc, char **argv)
{
    struct unpacking unpacking = {.digest = EVP_MD_CTX_new()};
    const char *folder = argc == 5 && argv[1][0] != '\0' ? argv[1] : NULL;
    const struct sandbox_rights rights = {.uses_catalog = true, .catalog = folder};
    uint64_t seconds;
    int status;

    if (argc != 5 || unpacking.digest == NULL ||
        !opts_number(argv[3], 1, INT64_MAX, &unpacking.most) ||
        !opts_number(argv[4], 1, INT32_MAX, &seconds) ||
        EVP_DigestInit_ex(unpacking.digest, EVP_sha256(), NULL) != 1)
        return 2;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGPIPE, SIG_DFL);
    limit(RLIMIT_CPU, seconds);
    (void)alarm((unsigned)seconds + 1); /* whoever waited has given up by then */
#ifndef WHICHCAB_SANITIZED
    limit(RLIMIT_DATA, (uint64_t)1 << 30);
#endif
    sandbox_enter(&rights);
    status = unpack(folder, argv[2], &unpacking);
    EVP_MD_CTX_free(unpacking.digest);
    return status;
}
