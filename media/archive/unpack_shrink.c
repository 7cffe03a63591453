/*
 * unpack_shrink - ZIP's method 1 (PKZIP 0.9 to 1.0): LZW with codes of 9 to 13 bits, of which those
 * that no other begins with are given free again when all are used ("partial clearing").
 *
 * Source: PKWARE's APPNOTE.TXT, "UnShrinking - Method 1".
 */
#include "media/archive/unpack.h"

enum {
    LEAST_BITS = 9,
    MOST_BITS = 13,
    CODES = 1 << MOST_BITS,
    CONTROL = 256, /* what follows it is an order */
    WIDER = 1,
    CLEAR = 2,
    FIRST = CONTROL + 1,
    FREE = CODES, /* a parent that no code has */
    NO_CODE = CODES + 1
};

/* A code stands for its parent's bytes and one more. */
struct table {
    uint16_t parent[CODES];
    uint8_t last[CODES];
    uint16_t next;        /* below it, no code is free */
    uint8_t bytes[CODES]; /* of the current code, from the end on */
};

static void start(struct table *table)
{
    unsigned i;

    for (i = 0; i < CODES; i++) {
        table->parent[i] = i < CONTROL ? NO_CODE : FREE;
        table->last[i] = (uint8_t)i;
    }
    table->next = FIRST;
}

/* Frees the codes that are no other one's parent. */
static void clear(struct table *table)
{
    bool is_parent[CODES] = {false};
    unsigned i;

    for (i = FIRST; i < CODES; i++) {
        if (table->parent[i] < CODES)
            is_parent[table->parent[i]] = true;
    }
    for (i = FIRST; i < CODES; i++) {
        if (!is_parent[i])
            table->parent[i] = FREE;
    }
    table->next = FIRST;
}

/* Gives the lowest free code to what `parent` stands for and `byte`. */
static void add(struct table *table, uint16_t parent, uint8_t byte)
{
    while (table->next < CODES && table->parent[table->next] != FREE)
        table->next++;
    if (table->next == CODES)
        return;
    table->parent[table->next] = parent;
    table->last[table->next++] = byte;
}

/* Puts out what a code stands for and stores the first byte of it.  A free one stands for what the
 * previous one does, and its first byte once more. */
static void put(struct wci_unpack *unpack, struct table *table, uint16_t code, uint16_t previous,
                uint8_t *first)
{
    size_t at = CODES;

    while (code != NO_CODE) {
        bool is_free = table->parent[code] == FREE;

        if (at == 0 || (is_free && (previous == NO_CODE || code == previous))) {
            wci_unpack_fail(unpack, "a code that stands for nothing");
            return;
        }
        table->bytes[--at] = is_free ? *first : table->last[code];
        code = is_free ? previous : table->parent[code];
    }
    *first = table->bytes[at];
    while (at < CODES)
        wci_unpack_byte(unpack, table->bytes[at++]);
}

void wci_unpack_shrink(struct wci_unpack *unpack)
{
    struct table table;
    uint16_t previous = NO_CODE;
    unsigned width = LEAST_BITS;
    uint8_t first = 0;

    start(&table);
    while (wci_unpack_goes_on(unpack)) {
        uint16_t code = (uint16_t)wci_unpack_bits(unpack, width);

        if (code == CONTROL) {
            code = (uint16_t)wci_unpack_bits(unpack, width);
            if (code == WIDER && width < MOST_BITS)
                width++;
            else if (code == CLEAR)
                clear(&table);
            else
                wci_unpack_fail(unpack, "an order that there is none of");
            continue;
        }
        if (unpack->fault.code != WCAB_OK)
            return;
        put(unpack, &table, code, previous, &first);
        if (previous != NO_CODE)
            add(&table, previous, first);
        previous = code;
    }
}
