/*
 * fuzz - what the fuzz targets share.
 *
 * Each target is one LLVMFuzzerTestOneInput.  With libFuzzer it is driven by clang's runtime; in
 * the ordinary build fuzz_replay.c drives it over the files of the corpus, so that every input that
 * was ever interesting is a test.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "media/bytes/source.h"
#include "media/volume/volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of the input whose last byte is followed by an unmapped page: reading over the end dies
 * even without a sanitizer. */
struct fuzz_guarded {
    uint8_t *data;
    size_t size;
    void *mapping;
    size_t mapping_size;
};
struct fuzz_guarded fuzz_guard(const uint8_t *data, size_t size);
void fuzz_unguard(struct fuzz_guarded *guarded);

/* A source over guarded bytes. */
struct wci_source *fuzz_source(const struct fuzz_guarded *guarded);

/* Walks a volume and opens and reads the start and end of the first files. */
void fuzz_volume(struct wci_volume *volume);

/* Walks a volume that holds others, and each of the first of these. */
void fuzz_nest(struct wci_volume *volume);

#endif
