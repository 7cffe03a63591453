/*
 * sample - the media that are damaged, and which of their bytes each file needs.
 *
 * Every byte of an image belongs to a region: a plain file, a file's entry in a FAT directory, the
 * header of a cabinet, one of its CFDATA blocks, room that nothing uses, or else the structure of
 * the image.  A file needs a set of regions.  What is not found as it is in the image (it is
 * packed, or spread) needs all of it.
 *
 * Nothing of the product is used here, so that it isn't judged by itself.
 */
#ifndef MUTATE_SAMPLE_H
#define MUTATE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NAME_BYTES = 64,
    HASH_BYTES = 65, /* SHA-256 in hexadecimal */
    IMAGES_MAX = 4,
    FILES_MAX = 24,
    CABINETS_MAX = 4,
    SAMPLES_MAX = 40,
    FIELDS_MAX = 2048,
    SAMPLE_BLOCKS_MAX = 48
};

/* Sets of regions, one bit each. */
enum { REGION_STRUCTURE = 0, REGION_UNUSED = 63 };
#define REGION_BIT(region) (1ULL << (region))
#define REGIONS_NONE 0ULL
#define REGIONS_ALL UINT64_MAX

struct bytes {
    uint8_t *data;
    size_t size;
};

struct sample_image {
    char name[NAME_BYTES];
    struct bytes bytes;
    uint8_t *region_of; /* of each byte */
};

struct sample_file {
    char name[NAME_BYTES];
    const struct bytes *content;
    const char *sha256;
    uint64_t needs;    /* regions; damage anywhere else must not matter */
    uint64_t payloads; /* of these, those without which the file must still be listed */
    bool in_cabinet;   /* its payloads are CFDATA blocks */
    bool sealed;       /* a checksum over all of the image tells any other byte */
};

/* Where a file's bytes are in an image: all in a row, or in the data of raw sectors. */
struct place {
    struct sample_image *image;
    size_t start, stride;
};

/* A CFDATA block with a checksum. */
struct sample_block {
    struct place place; /* of the cabinet */
    size_t at, size;    /* in the cabinet, the block's header included */
    unsigned region;
};

/* Some bytes that a parser takes for a number. */
struct sample_field {
    const struct sample_image *image;
    size_t at;
    unsigned width;
};

struct sample {
    char name[NAME_BYTES];
    struct sample_image images[IMAGES_MAX];
    size_t image_count;
    struct sample_file files[FILES_MAX];
    size_t file_count;
    struct sample_block blocks[SAMPLE_BLOCKS_MAX];
    size_t block_count;
    struct sample_field fields[FIELDS_MAX];
    size_t field_count;
    unsigned region_count;
};

struct truth {
    char name[NAME_BYTES];
    char sha256[HASH_BYTES];
    struct bytes content;
};

struct samples {
    struct sample list[SAMPLES_MAX];
    size_t count;
    struct truth truths[FILES_MAX];
    size_t truth_count;
    struct bytes witness_image;
    struct sample_file witness;
    char profiles[4096]; /* folder */
};

/* Loads what samples.sh made in `folder`; says what is wrong and exits when it can't. */
void samples_load(const char *folder, struct samples *samples);
void samples_free(struct samples *samples);

/* Where byte `at` of what lies at a place is in its image. */
size_t place_offset(const struct place *place, size_t at);

/* A whole file; exits when it can't be read. */
struct bytes read_whole(const char *path);
__attribute__((noreturn)) void die(const char *what, const char *name);

/* Where the parts of a cabinet are; offsets from its first byte. */
struct cabinet_block {
    unsigned folder;
    size_t at, size, unpacked;
};
struct cabinet_file {
    unsigned folder; /* as stored: 0xFFFD goes on from before, 0xFFFE goes on, 0xFFFF both */
    size_t at, size, offset;
    const char *name;
};
enum { BLOCKS_MAX = 24 };
struct cabinet_layout {
    size_t folders_at, data_at; /* of the first CFFOLDER, of the first CFDATA */
    unsigned folder_count, file_count, block_count;
    struct cabinet_file files[FILES_MAX];
    struct cabinet_block blocks[BLOCKS_MAX];
};
/* False when there is no cabinet, or none that holds together. */
bool cabinet_layout(const uint8_t *data, size_t size, struct cabinet_layout *layout);

size_t le16(const uint8_t *at);
size_t le32(const uint8_t *at);

#endif
