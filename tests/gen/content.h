/* content.h: the synthetic contents of a file. They depend on nothing but the seed, the name
 * (without regard to letter case), the size and the date: the same file on two media of one release
 * has the same bytes. They are made of phrases that come again and again, between a few random
 * bytes: a good compressor makes them small, a steered one makes them any size up to their own. */
#ifndef WCGEN_CONTENT_H
#define WCGEN_CONTENT_H

#include "util.h"

enum { WCGEN_PHRASES_MAX = 1024, WCGEN_VERSION_TEXT = 24 };

/* The phrases of a seed. Read only once started: threads may share it. */
struct wcgen_content {
    uint64_t seed;
    unsigned phrase_count;
    /* Set by the caller: files repeat their first bytes, so that next to nothing is left of them. */
    bool repeating;
    uint8_t *binary, *text; /* the phrases, one behind the other */
    uint32_t binary_at[WCGEN_PHRASES_MAX + 1], text_at[WCGEN_PHRASES_MAX + 1];
};

/* small: fewer phrases, so that small sets of files compress as well as large ones. */
void wcgen_content_start(struct wcgen_content *content, uint64_t seed, bool small);
void wcgen_content_free(struct wcgen_content *content);

/* Roughly the bytes that a file of this name takes when no repetition in it is used: texts have
 * fewer bits to a character than other files. */
size_t wcgen_content_largest(const char *name, size_t size);

/* Writes the contents of a file to bytes[0 .. size). modified: as the listings write it
 * ("1995-07-11 09:50"; only the date counts). version: gets the file version as text, "4.0.0.950",
 * or "" for a file that carries none. */
void wcgen_content_file(const struct wcgen_content *content, const char *name, size_t size,
                        const char *modified, uint8_t *bytes, char version[WCGEN_VERSION_TEXT]);

#endif
