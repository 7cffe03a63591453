/*
 * folder_maker - contents and compressed folders for the decoders' tests.
 */
#ifndef FOLDER_MAKER_H
#define FOLDER_MAKER_H

#include <stddef.h>
#include <stdint.h>

#include "lzx.h"
#include "media/cabinet/decode.h"

enum {
    TYPE_STORED = 0x0000,
    TYPE_MSZIP = 0x0001,
    TYPE_QUANTUM = 0x0072, /* | window bits << 8 */
    TYPE_LZX = 0x0003      /* | window bits << 8 */
};

/* What a folder is made of and what became of it.  All memory belongs to it. */
struct made_folder {
    uint16_t type_compress;
    uint8_t *data; /* uncompressed */
    size_t size;
    size_t count; /* blocks */
    uint8_t **payloads;
    size_t *payload_sizes;
};

enum contents {
    CONTENTS_MIXED,  /* words, runs, tables, repeats near and far, some noise */
    CONTENTS_NOISE,  /* does not compress */
    CONTENTS_ZEROES, /* one byte over and over */
    CONTENTS_COUNT
};

/* Makes `size` bytes of contents and compresses them.  Exits when it can't.  With `for_mspack` the
 * Quantum encoder keeps to what libmspack 0.11 can read. */
void folder_make(struct made_folder *folder, uint16_t type_compress, enum contents contents,
                 size_t size, uint32_t seed, int for_mspack);
/* The same, of LZX as `how` says. */
void folder_make_lzx(struct made_folder *folder, const struct wcgen_lzx *how,
                     enum contents contents, size_t size, uint32_t seed);
void folder_free(struct made_folder *folder);

/* Uncompressed bytes of a block. */
size_t folder_block_size(const struct made_folder *folder, size_t block);

/* A reader over the blocks first .. first + count of a made folder. */
struct folder_feed {
    const struct made_folder *folder;
    size_t next, end;
    uint8_t lost;          /* flags of block `flagged` */
    size_t flagged;        /* SIZE_MAX: none */
    enum wcab_err failing; /* what comes after the last block; WCAB_OK: the end */
};
struct wci_block_reader folder_feed(struct folder_feed *feed, const struct made_folder *folder);

/* A sink that keeps everything. */
struct kept_bytes {
    uint8_t *data;
    size_t size, capacity;
    size_t enough; /* CANCELLED once there are so many; 0: never */
};
struct wci_byte_sink kept_sink(struct kept_bytes *kept);
void kept_free(struct kept_bytes *kept);

#endif
