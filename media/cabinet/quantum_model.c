/*
 * quantum_model - see quantum_model.h.
 */
#include "media/cabinet/quantum_model.h"

#include <string.h>

enum { SORT_FIRST = 4, SORT_EVERY = 50 };

void wci_quantum_model_start(struct wci_quantum_model *model, unsigned symbols)
{
    uint16_t *sums = wci_quantum_model_sums(model);
    unsigned i;

    memset(model, 0, sizeof(*model));
    model->symbols = (uint8_t)symbols;
    model->until_sort = SORT_FIRST;
    model->slots[WCI_QUANTUM_LANES - 1] = INT16_MAX;
    for (i = 0; i < symbols; i++) {
        sums[i] = (uint16_t)(8 * (symbols - i));
        model->symbol_at[i] = (uint8_t)i;
    }
    model->scale = wci_quantum_model_scale(sums[0]);
}

/* Halves the sums and keeps them falling. */
static void halve(uint16_t *sums, unsigned symbols)
{
    unsigned i;

    for (i = symbols; i-- > 0;) {
        unsigned sum = sums[i] / 8U / 2;

        if (sum <= sums[i + 1] / 8U)
            sum = sums[i + 1] / 8U + 1;
        sums[i] = (uint16_t)(8 * sum);
    }
}

/* Halves the frequencies and ranks the symbols by them.  The order of equals is part of the format,
 * so this is exactly the exchange sort that defines it. */
static void sort(struct wci_quantum_model *model)
{
    uint16_t *sums = wci_quantum_model_sums(model);
    uint16_t frequency[WCI_QUANTUM_SYMBOLS_MAX] = {0};
    unsigned symbols = model->symbols, i, k, sum = 0;

    for (i = 0; i < symbols; i++)
        frequency[i] = (uint16_t)(((sums[i] - sums[i + 1]) / 8 + 1) / 2);
    for (i = 0; i + 1 < symbols; i++) {
        for (k = i + 1; k < symbols; k++) {
            if (frequency[k] > frequency[i]) {
                uint16_t other = frequency[k];
                uint8_t symbol = model->symbol_at[k];

                frequency[k] = frequency[i];
                frequency[i] = other;
                model->symbol_at[k] = model->symbol_at[i];
                model->symbol_at[i] = symbol;
            }
        }
    }
    for (i = symbols; i-- > 0;) {
        sum += frequency[i];
        sums[i] = (uint16_t)(8 * sum);
    }
}

void wci_quantum_model_rescale(struct wci_quantum_model *model)
{
    const uint16_t *sums = wci_quantum_model_sums(model);

    if (--model->until_sort > 0) {
        halve(wci_quantum_model_sums(model), model->symbols);
    } else {
        model->until_sort = SORT_EVERY;
        sort(model);
    }
    model->scale = wci_quantum_model_scale(sums[0]);
}
