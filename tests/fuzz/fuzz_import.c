/*
 * fuzz_import - texts of exports: what import takes must be a catalog that its own check finds
 * sound.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "fuzz.h"

static struct wci_store *open_store(void)
{
    static struct wci_store *store;
    char folder[] = "/dev/shm/whichcab-fuzz-XXXXXX";
    struct wcab_error err;

    if (store == NULL && (mkdtemp(folder) == NULL ||
                          wci_store_open(folder, WCI_STORE_WRITE, &store, &err) != WCAB_OK))
        abort();
    return store;
}

static enum wcab_err get(void *context, char *buffer, size_t size, size_t *got)
{
    struct wci_bytes *left = context;

    *got = left->length < size ? left->length : size;
    if (*got > 0)
        memcpy(buffer, left->data, *got);
    left->data += *got;
    left->length -= *got;
    return WCAB_OK;
}

static void report(void *context, const char *what)
{
    (void)context;
    (void)fprintf(stderr, "%s\n", what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_bytes text = {(const char *)guarded.data, guarded.size};
    struct wci_writer *writer = NULL;
    struct wci_reader *view = NULL;
    struct wcab_error err;

    if (wci_writer_open(open_store(), true, NULL, &writer, &err) != WCAB_OK)
        abort();
    if (wci_catalog_import(writer, get, &text, &err) == WCAB_OK &&
        wci_writer_reader(writer, &view, &err) == WCAB_OK &&
        wci_catalog_check(view, report, NULL, &err) == WCAB_ERR_CORRUPT)
        abort();
    wci_writer_close(writer); /* nothing was committed */
    fuzz_unguard(&guarded);
    return 0;
}
