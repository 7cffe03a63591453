/* cabinet.h: one cabinet file, written exactly as described: nothing is checked and nothing made
 * right, so that a test can have any cabinet, a broken one as well. cabset.h makes good ones. */
#ifndef WCGEN_CABINET_H
#define WCGEN_CABINET_H

#include "util.h"

enum {
    WCGEN_FOLDER_FROM_PREVIOUS = 0xFFFD,
    WCGEN_FOLDER_TO_NEXT = 0xFFFE,
    WCGEN_FOLDER_FROM_PREVIOUS_TO_NEXT = 0xFFFF,
    WCGEN_NAME_IS_UTF8 = 0x80 /* file attribute */
};

/* One CFDATA block. */
struct wcgen_block {
    const uint8_t *payload; /* owned by whoever made it */
    uint16_t size;
    uint16_t uncompressed;    /* 0 in the first part of a cut block */
    uint32_t checksum_change; /* XORed into the checksum: 0 leaves it right */
    bool no_checksum;         /* the checksum is 0, which means: none */
};

/* One CFFOLDER with its data. */
struct wcgen_folder {
    uint16_t method; /* typeCompress */
    struct wcgen_block *blocks;
    size_t block_count;
};

/* One CFFILE. */
struct wcgen_entry {
    uint32_t size;
    uint32_t offset; /* in the uncompressed folder */
    uint16_t folder; /* number, or WCGEN_FOLDER_... */
    uint16_t date;   /* DOS */
    uint16_t time;   /* DOS */
    uint16_t attributes;
    const char *name; /* owned by whoever made it */
    size_t name_length;
};

struct wcgen_cabinet {
    uint16_t set_id;
    uint16_t index;
    const char *previous, *previous_disk; /* NULL: no cabinet before */
    const char *next, *next_disk;         /* NULL: no cabinet after */
    uint16_t header_reserve;              /* bytes set aside in the header, filled with 'r' */
    uint8_t folder_reserve, data_reserve;
    bool no_checksums;
    struct wcgen_folder *folders;
    size_t folder_count;
    struct wcgen_entry *entries;
    size_t entry_count;
};

/* Bytes of the CFFILE entry of a name of this length. */
size_t wcgen_cabinet_entry_size(size_t name_length);
/* Bytes of header and CFFOLDER entries. */
size_t wcgen_cabinet_head_size(const struct wcgen_cabinet *cabinet);
/* Bytes of the header of one CFDATA block, reserve included. */
size_t wcgen_cabinet_data_head_size(const struct wcgen_cabinet *cabinet);
/* The cabinet format's checksum. */
uint32_t wcgen_cabinet_checksum(const uint8_t *bytes, size_t count, uint32_t start);
/* Appends the whole cabinet to `out`. */
void wcgen_cabinet_write(const struct wcgen_cabinet *cabinet, struct wcgen_buffer *out);

#endif
