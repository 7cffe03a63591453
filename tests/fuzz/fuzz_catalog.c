/*
 * fuzz_catalog - values of the catalog's tables: the first byte says of which.
 */
#include <stdlib.h>

#include "catalog/listing.h"
#include "catalog/schema.h"
#include "fuzz.h"

static void read_listing(struct wci_bytes value)
{
    uint64_t columns[WCI_LISTING_COLUMNS];
    struct wci_listing listing;
    struct wci_arena *arena = wci_arena_new();
    struct wci_cab *cab;
    uint32_t row;

    if (wci_listing_parse(value, 1, &listing, NULL) == WCAB_OK) {
        for (row = 0; row < listing.row_count && row < 1000; row++)
            wci_listing_columns(&listing, row, columns);
        if (listing.row_count > 0)
            wci_listing_columns(&listing, listing.row_count - 1, columns);
        (void)wci_listing_cab(&listing, arena, &cab, NULL);
    }
    wci_arena_free(arena);
}

static void read_image(struct wci_bytes value)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image image;
    struct wci_image_state state;

    (void)wci_schema_get_image(value, 1, arena, &image, &state, NULL);
    wci_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded;
    struct wci_bytes value;
    struct wci_image_stamp stamp;
    struct wci_counters counters;
    struct wci_deep deep;
    struct wci_name name;
    uint32_t number;

    if (size == 0)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    value = (struct wci_bytes){(const char *)guarded.data, guarded.size};
    switch (data[0] % 6) {
    case 0:
        read_image(value);
        break;
    case 1:
        read_listing(value);
        break;
    case 2:
        (void)wci_schema_get_stamp(value, &stamp);
        break;
    case 3:
        (void)wci_schema_get_counters(value, &counters);
        break;
    case 4:
        for (number = 0; number < 64; number++)
            (void)wci_schema_get_fact(value, number, &deep);
        break;
    default:
        (void)wci_schema_get_spelling(value, &number, &name);
        (void)wci_schema_get_format(value, &number);
        break;
    }
    fuzz_unguard(&guarded);
    return 0;
}
