/*
 * list_image - prints what the readers of media find in an image, for the scripts beside it.
 *
 *   list_image [-c] IMAGE
 *
 * Each volume: its reason, format and label; each entry: path, size, date, attributes, flags and
 * other names; then the volumes inside it, indented.  -c: a checksum of each file's bytes as well.
 * Faults are lines that begin with "fault".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "media/probe.h"

enum { DEPTH_MAX = 6, NESTED_MAX = 32 };

struct nested {
    char name[100];
    uint64_t offset, size;
};

struct listing {
    struct wci_volume *volume;
    int depth, checksums;
    size_t nested_count;
    struct nested nested[NESTED_MAX];
};

static int list_source(struct wci_source *source, const char *path, int depth, int checksums);

static void indent(int depth)
{
    printf("%*s", 2 * depth, "");
}

static void print_bytes(struct wci_bytes bytes)
{
    if (bytes.length > 0)
        (void)fwrite(bytes.data, 1, bytes.length, stdout);
}

/* FNV-1a of the whole file, or what kept it from being read. */
static void print_checksum(struct wci_volume *volume, const struct wci_entry *entry)
{
    struct wci_source *source = NULL;
    struct wcab_error err;
    uint64_t hash = 0xCBF29CE484222325U, at = 0;
    enum wcab_err code = wci_volume_open_entry(volume, entry, &source, &err);

    while (code == WCAB_OK && at < wci_source_size(source)) {
        uint8_t bytes[65536];
        size_t got = 0, i;

        code = wci_source_read_some(source, at, bytes, sizeof(bytes), &got, &err);
        for (i = 0; code == WCAB_OK && i < got; i++)
            hash = (hash ^ bytes[i]) * 0x100000001B3U;
        at += got;
    }
    wci_source_close(source);
    if (code == WCAB_OK)
        printf(" #%016llx", (unsigned long long)hash);
    else
        printf(" unreadable: %s", err.text);
}

static enum wcab_err on_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    struct listing *listing = context;
    char modified[WCI_DOSTIME_TEXT];
    uint8_t i;

    (void)err;
    indent(listing->depth);
    print_bytes(entry->folder);
    if (entry->folder.length > 0)
        putchar('/');
    print_bytes(entry->name.bytes);
    (void)wci_dostime_format(entry->modified, modified);
    printf(" %llu %s", (unsigned long long)entry->size, modified);
    if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
        printf(" folder");
    if (entry->attributes & WCI_ATTRIBUTE_HIDDEN)
        printf(" hidden");
    if (entry->flags & WCI_ENTRY_DAMAGED)
        printf(" damaged");
    for (i = 0; i < entry->alias_count; i++) {
        printf(" = ");
        print_bytes(entry->alias[i].bytes);
    }
    if (listing->checksums && !(entry->attributes & WCI_ATTRIBUTE_FOLDER))
        print_checksum(listing->volume, entry);
    putchar('\n');
    return WCAB_OK;
}

static enum wcab_err on_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                               struct wcab_error *err)
{
    struct listing *listing = context;
    struct nested *nested;

    if (listing->nested_count == NESTED_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "too many volumes inside");
    nested = &listing->nested[listing->nested_count++];
    (void)snprintf(nested->name, sizeof(nested->name), "%s", name);
    nested->offset = offset;
    nested->size = size;
    return WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *err)
{
    struct listing *listing = context;

    indent(listing->depth);
    printf("fault %s: %s%s%s\n", wcab_err_text(err->code), err->place,
           err->place[0] != '\0' ? ": " : "", err->text);
}

static void print_volume(struct wci_volume *volume, int depth)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {0};
    struct wcab_error err;

    if (arena == NULL)
        abort();
    indent(depth);
    printf("[%s] ", volume->reason);
    if (wci_volume_describe(volume, arena, &container, &err) == WCAB_OK) {
        print_bytes(container.format);
        printf(", label \"");
        print_bytes(container.label.bytes);
        printf("\"\n");
    } else {
        printf("%s\n", err.text);
    }
    wci_arena_free(arena);
}

static int list_nested(struct listing *listing)
{
    size_t i;
    int failed = 0;

    for (i = 0; i < listing->nested_count; i++) {
        const struct nested *nested = &listing->nested[i];
        struct wci_source *source = NULL;
        struct wcab_error err;

        indent(listing->depth);
        printf("%s at %llu, %llu bytes:\n", nested->name, (unsigned long long)nested->offset,
               (unsigned long long)nested->size);
        if (wci_volume_open_nested(listing->volume, nested->offset, nested->size, &source, &err) !=
            WCAB_OK) {
            printf("  can't be opened: %s\n", err.text);
            failed = 1;
        } else if (list_source(source, NULL, listing->depth + 1, listing->checksums) != 0) {
            failed = 1;
        }
        wci_source_close(source);
    }
    return failed;
}

static int list_source(struct wci_source *source, const char *path, int depth, int checksums)
{
    struct listing listing = {.depth = depth, .checksums = checksums};
    struct wci_visitor visitor = {&listing, on_entry, on_nested, on_fault};
    struct wcab_error err;
    enum wcab_err code;
    int failed = 0;

    code = path != NULL ? wci_probe_file(source, &(struct wci_probe_place){path, NULL, NULL},
                                         &listing.volume, NULL, &err)
                        : wci_probe_volume(source, NULL, &listing.volume, NULL, &err);
    if (code != WCAB_OK) {
        indent(depth);
        printf("not read (%s): %s\n", wcab_err_text(code), err.text);
        return 1;
    }
    print_volume(listing.volume, depth);
    code = wci_volume_walk(listing.volume, &visitor, &err);
    if (code != WCAB_OK) {
        printf("walk ended (%s): %s\n", wcab_err_text(code), err.text);
        failed = 1;
    } else if (depth < DEPTH_MAX) {
        failed = list_nested(&listing);
    }
    wci_volume_close(listing.volume);
    return failed;
}

int main(int argc, char **argv)
{
    int checksums = argc > 2 && strcmp(argv[1], "-c") == 0;
    const char *path = argv[argc - 1];
    struct wci_source *source = NULL;
    struct wcab_error err;
    int failed;

    if (argc != 2 + checksums) {
        fprintf(stderr, "usage: list_image [-c] IMAGE\n");
        return 2;
    }
    if (wci_source_open_file(path, NULL, &source, &err) != WCAB_OK) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        return 2;
    }
    failed = list_source(source, path, 0, checksums);
    wci_source_close(source);
    return failed;
}
