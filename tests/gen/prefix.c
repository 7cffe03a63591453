/* prefix.c: see prefix.h. */
#include "prefix.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { NODES = 2 * WCGEN_PREFIX_SYMBOLS, LENGTH_MAX = 16 };

struct tree {
    uint32_t weight[NODES];
    unsigned parent[NODES];
    bool taken[NODES];
    unsigned count;
};

/* The lightest node without a parent. */
static unsigned take_lightest(struct tree *tree)
{
    unsigned best = NODES;
    for (unsigned i = 0; i < tree->count; i++)
        if (!tree->taken[i] && tree->weight[i] &&
            (best == NODES || tree->weight[i] < tree->weight[best]))
            best = i;
    if (best < NODES)
        tree->taken[best] = true;
    return best;
}

/* Depths of the leaves; returns the largest. */
static unsigned grow(struct tree *tree, unsigned leaves, uint8_t *lengths)
{
    unsigned deepest = 0, one, other;
    tree->count = leaves;
    memset(tree->taken, 0, sizeof tree->taken);
    memset(tree->parent, 0, sizeof tree->parent);
    while ((one = take_lightest(tree)) < NODES && (other = take_lightest(tree)) < NODES) {
        tree->weight[tree->count] = tree->weight[one] + tree->weight[other];
        tree->parent[one] = tree->parent[other] = tree->count++;
    }
    for (unsigned i = 0; i < leaves; i++) {
        unsigned depth = 0;
        for (unsigned node = i; tree->weight[i] && tree->parent[node]; node = tree->parent[node])
            depth++;
        lengths[i] = (uint8_t)depth;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

void wcgen_prefix_lengths(const uint32_t *frequencies, unsigned count, unsigned limit,
                          uint8_t *lengths)
{
    struct tree tree;
    uint32_t weights[WCGEN_PREFIX_SYMBOLS];
    unsigned used = 0;
    memset(lengths, 0, count);
    for (unsigned i = 0; i < count; i++) {
        weights[i] = frequencies[i];
        used += weights[i] > 0;
    }
    if (!used)
        return;
    for (unsigned i = 0; used < 2; i++)
        if (!weights[i])
            used += weights[i] = 1;
    for (;;) {
        memcpy(tree.weight, weights, count * sizeof *weights);
        if (grow(&tree, count, lengths) <= limit)
            return;
        for (unsigned i = 0; i < count; i++)
            weights[i] = weights[i] ? weights[i] / 2 + 1 : 0;
    }
}

void wcgen_prefix_words(const uint8_t *lengths, unsigned count, uint16_t *words)
{
    unsigned next = 0;
    for (unsigned length = 1; length <= LENGTH_MAX; length++, next <<= 1)
        for (unsigned symbol = 0; symbol < count; symbol++)
            if (lengths[symbol] == length)
                words[symbol] = (uint16_t)next++;
}
