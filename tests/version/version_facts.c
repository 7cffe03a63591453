/*
 * version_facts - prints what indexer/version/version finds in files, for comparison with other readers.
 *
 * usage: version_facts [-c BYTES] FILE...
 *
 * For each file: a line `file NAME`, then `key=value` lines: file_version and product_version as
 * four numbers, then the pairs of the stored form; last an empty line.  -c: feed pieces of so many
 * bytes (default 32768, as cabinets give them).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/version/version.h"

static void print_number(const char *key, uint64_t version)
{
    printf("%s=%u.%u.%u.%u\n", key, (unsigned)(version >> 48), (unsigned)(version >> 32 & 0xFFFF),
           (unsigned)(version >> 16 & 0xFFFF), (unsigned)(version & 0xFFFF));
}

static void print_facts(const struct wci_version *facts)
{
    struct wci_buffer text;
    size_t at = 0;

    if (facts->has_fixed) {
        print_number("file_version", facts->file_version);
        print_number("product_version", facts->product_version);
    }
    wci_buffer_init(&text);
    wci_version_text(facts, &text);
    while (text.ok && at < text.size) {
        const char *key = (const char *)text.data + at;
        const char *value = key + strlen(key) + 1;

        printf("%s=%s\n", key, value);
        at += strlen(key) + 1 + strlen(value) + 1;
    }
    wci_buffer_free(&text);
}

static int scan_file(struct wci_version_scan *scan, struct wci_arena *arena, const char *name,
                     size_t piece)
{
    FILE *file = fopen(name, "rb");
    uint8_t *bytes = malloc(piece);
    struct wci_version facts;
    struct wcab_error err;
    int failed = 1;
    size_t got;

    if (file == NULL || bytes == NULL) {
        perror(name);
        goto out;
    }
    wci_version_scan_begin(scan, WCI_VERSION_SIZE_UNKNOWN);
    while ((got = fread(bytes, 1, piece, file)) > 0)
        wci_version_scan_feed(scan, bytes, got);
    if (ferror(file) || wci_version_scan_end(scan, arena, &facts, &err) != WCAB_OK) {
        fprintf(stderr, "%s: can't be read\n", name);
        goto out;
    }
    printf("file %s\n", name);
    print_facts(&facts);
    printf("\n");
    wci_arena_reset(arena);
    failed = 0;
out:
    if (file != NULL)
        (void)fclose(file);
    free(bytes);
    return failed;
}

int main(int argc, char **argv)
{
    struct wci_version_scan *scan = wci_version_scan_new();
    struct wci_arena *arena = wci_arena_new();
    size_t piece = 32768;
    int failed = 0, i = 1;

    if (argc > 2 && strcmp(argv[1], "-c") == 0) {
        piece = (size_t)strtoul(argv[2], NULL, 10);
        i = 3;
    }
    if (scan == NULL || arena == NULL || piece == 0 || i >= argc) {
        fprintf(stderr, "usage: version_facts [-c BYTES] FILE...\n");
        failed = 1;
    }
    for (; failed == 0 && i < argc; i++)
        failed = scan_file(scan, arena, argv[i], piece);
    wci_version_scan_free(scan);
    wci_arena_free(arena);
    return failed;
}
