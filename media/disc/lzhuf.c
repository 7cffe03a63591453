/*
 * lzhuf - see lzhuf.h.
 *
 * The code is a tree in an array: node `i` has weight[i], weights never fall towards the root, and
 * after each symbol the nodes on its way up are moved so that this stays true.
 */
#include "media/disc/lzhuf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum {
    WINDOW = 4096,
    LONGEST = 60,
    SHORTEST = 3,
    SYMBOLS = 256 + LONGEST - SHORTEST + 1,
    NODES = 2 * SYMBOLS - 1,
    ROOT = NODES - 1,
    WEIGHT_MOST = 0x8000,
    LOW_BITS = 6 /* of a distance, which are stored as they are */
};

/* child[i]: the left one of two that follow each other, or NODES + symbol for a leaf.  parent has
 * the leaves behind the nodes. */
struct tree {
    uint16_t weight[NODES + 1]; /* the last stops searches */
    uint16_t child[NODES];
    uint16_t parent[NODES + SYMBOLS];
};

struct decoder {
    const uint8_t *packed;
    size_t packed_size, at;
    unsigned bits, bit_count;
    bool ended;
    struct tree tree;
    uint8_t window[WINDOW];
    size_t place; /* in the window */
    uint8_t *out;
    size_t size, capacity, most;
};

/* ---- the tree ------------------------------------------------------------------------------- */

static void start_tree(struct tree *tree)
{
    unsigned node, first = 0;

    for (node = 0; node < SYMBOLS; node++) {
        tree->weight[node] = 1;
        tree->child[node] = (uint16_t)(NODES + node);
        tree->parent[NODES + node] = (uint16_t)node;
    }
    for (; node < NODES; node++, first += 2) {
        tree->weight[node] = (uint16_t)(tree->weight[first] + tree->weight[first + 1]);
        tree->child[node] = (uint16_t)first;
        tree->parent[first] = tree->parent[first + 1] = (uint16_t)node;
    }
    tree->weight[NODES] = UINT16_MAX;
    tree->parent[ROOT] = 0;
}

/* Puts a node over the pair from `first` on where its weight belongs among those before `end`. */
static void insert_pair(struct tree *tree, unsigned first, unsigned end)
{
    uint16_t weight = (uint16_t)(tree->weight[first] + tree->weight[first + 1]);
    unsigned at = end;

    while (weight < tree->weight[at - 1])
        at--;
    memmove(tree->weight + at + 1, tree->weight + at, (end - at) * sizeof(*tree->weight));
    memmove(tree->child + at + 1, tree->child + at, (end - at) * sizeof(*tree->child));
    tree->weight[at] = weight;
    tree->child[at] = (uint16_t)first;
}

/* Halves all weights and builds the tree anew over the leaves. */
static void rebuild_tree(struct tree *tree)
{
    unsigned node, leaves = 0;

    for (node = 0; node < NODES; node++) {
        if (tree->child[node] < NODES)
            continue;
        tree->weight[leaves] = (uint16_t)((tree->weight[node] + 1) / 2);
        tree->child[leaves++] = tree->child[node];
    }
    for (node = SYMBOLS; node < NODES; node++)
        insert_pair(tree, (node - SYMBOLS) * 2, node);
    for (node = 0; node < NODES; node++) {
        unsigned child = tree->child[node];

        tree->parent[child] = (uint16_t)node;
        if (child < NODES)
            tree->parent[child + 1] = (uint16_t)node;
    }
}

static void set_child(struct tree *tree, unsigned node, unsigned child)
{
    tree->child[node] = (uint16_t)child;
    tree->parent[child] = (uint16_t)node;
    if (child < NODES)
        tree->parent[child + 1] = (uint16_t)node;
}

/* Counts a symbol: each node on its way up changes places with the last of the same weight. */
static void count_symbol(struct tree *tree, unsigned symbol)
{
    unsigned node;

    if (tree->weight[ROOT] == WEIGHT_MOST)
        rebuild_tree(tree);
    node = tree->parent[NODES + symbol];
    do {
        unsigned weight = ++tree->weight[node], other = node;

        while (weight > tree->weight[other + 1])
            other++;
        if (other != node) {
            unsigned child = tree->child[node];

            tree->weight[node] = tree->weight[other];
            tree->weight[other] = (uint16_t)weight;
            set_child(tree, node, tree->child[other]);
            set_child(tree, other, child);
            node = other;
        }
        node = tree->parent[node];
    } while (node != 0);
}

/* ---- bits ----------------------------------------------------------------------------------- */

static unsigned take_bit(struct decoder *decoder)
{
    if (decoder->bit_count == 0) {
        if (decoder->at == decoder->packed_size) {
            decoder->ended = true;
            return 0;
        }
        decoder->bits = decoder->packed[decoder->at++];
        decoder->bit_count = 8;
    }
    decoder->bit_count--;
    return decoder->bits >> decoder->bit_count & 1;
}

static unsigned take_symbol(struct decoder *decoder)
{
    unsigned node = decoder->tree.child[ROOT];

    while (node < NODES)
        node = decoder->tree.child[node + take_bit(decoder)];
    if (!decoder->ended)
        count_symbol(&decoder->tree, node - NODES);
    return node - NODES;
}

/* A fixed prefix code for the upper 6 bits of a distance; codes of one length follow each other. */
static unsigned take_distance(struct decoder *decoder)
{
    static const uint8_t counts[] = {1, 3, 8, 12, 24, 16}; /* of codes with 3, 4, ... 8 bits */
    unsigned code = take_bit(decoder) << 1, first = 0, symbol = 0, i, high = 0, low = 0;

    code |= take_bit(decoder);
    for (i = 0; i < sizeof(counts); i++) {
        code = code << 1 | take_bit(decoder);
        if (code - first < counts[i]) {
            high = symbol + (code - first);
            break;
        }
        symbol += counts[i];
        first = (first + counts[i]) << 1;
    }
    for (i = 0; i < LOW_BITS; i++)
        low = low << 1 | take_bit(decoder);
    return high << LOW_BITS | low;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

static enum wcab_err put_byte(struct decoder *decoder, uint8_t byte, struct wcab_error *err)
{
    if (decoder->size == decoder->most)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %zu bytes unpacked", decoder->most);
    if (!wci_mem_grow(&decoder->out, decoder->size, &decoder->capacity, 1))
        return wci_error_nomem(err);
    decoder->out[decoder->size++] = byte;
    decoder->window[decoder->place] = byte;
    decoder->place = (decoder->place + 1) % WINDOW;
    return WCAB_OK;
}

static enum wcab_err put_match(struct decoder *decoder, unsigned length, struct wcab_error *err)
{
    unsigned distance = take_distance(decoder) + 1;
    enum wcab_err code = WCAB_OK;

    for (; code == WCAB_OK && length > 0 && !decoder->ended; length--)
        code =
            put_byte(decoder, decoder->window[(decoder->place + WINDOW - distance) % WINDOW], err);
    return code;
}

enum wcab_err wci_lzhuf_decode(const uint8_t *packed, size_t packed_size, size_t most,
                               uint8_t **out, size_t *out_size, struct wcab_error *err)
{
    struct decoder *decoder = wci_mem_calloc(1, sizeof(*decoder));
    enum wcab_err code = WCAB_OK;

    if (decoder == NULL)
        return wci_error_nomem(err);
    decoder->packed = packed;
    decoder->packed_size = packed_size;
    decoder->most = most;
    memset(decoder->window, ' ', sizeof(decoder->window));
    decoder->place = WINDOW - LONGEST;
    start_tree(&decoder->tree);
    while (code == WCAB_OK) {
        unsigned symbol = take_symbol(decoder);

        if (decoder->ended)
            break;
        code = symbol < 256 ? put_byte(decoder, (uint8_t)symbol, err)
                            : put_match(decoder, symbol - 256 + SHORTEST, err);
    }
    if (code == WCAB_OK) {
        *out = decoder->out;
        *out_size = decoder->size;
    } else {
        free(decoder->out);
    }
    free(decoder);
    return code;
}
