/* spec.h: reads the text descriptions of cabinets and images (tests/gen/README.md shows them): one
 * thing a line, `keyword word ... key=value ...`, quotes around what holds blanks, `\xHH`, `\\`,
 * `\"`, `\n`, `\r` and `\t` for other bytes, `#` starts a comment. */
#ifndef WCGEN_SPEC_H
#define WCGEN_SPEC_H

#include "content.h"
#include "tree.h"

enum { WCGEN_SPEC_WORDS = 32 };

struct wcgen_spec_word {
    char *key;   /* NULL for a bare word */
    char *value; /* unescaped */
    bool used;
};

struct wcgen_spec_line {
    const char *path; /* of the description, for messages */
    unsigned number;
    struct wcgen_spec_word words[WCGEN_SPEC_WORDS];
    size_t word_count;
};

struct wcgen_spec {
    char *path;
    char *folder; /* where the description lies, for `from=` */
    struct wcgen_spec_line *lines;
    size_t count;
};

void wcgen_spec_read(struct wcgen_spec *spec, const char *path);
void wcgen_spec_free(struct wcgen_spec *spec);

/* Fails with the place in the description and the message. */
void wcgen_spec_fail(const struct wcgen_spec_line *line, const char *message)
    __attribute__((noreturn));

/* The n-th bare word; the 0th is the keyword. NULL: there is none. */
const char *wcgen_spec_word(struct wcgen_spec_line *line, size_t n);
/* Whether the bare word stands in the line, behind the keyword. */
bool wcgen_spec_has(struct wcgen_spec_line *line, const char *word);
/* The value of a key, or NULL. */
const char *wcgen_spec_value(struct wcgen_spec_line *line, const char *key);
/* The number behind a key (decimal, or 0x...), or `otherwise`. */
uint64_t wcgen_spec_number(struct wcgen_spec_line *line, const char *key, uint64_t otherwise);
/* Numbers separated by commas; returns how many, at most `room`. */
size_t wcgen_spec_numbers(struct wcgen_spec_line *line, const char *key, uint64_t *numbers,
                          size_t room);
/* Bytes written in hexadecimal. */
struct wcgen_buffer wcgen_spec_bytes(struct wcgen_spec_line *line, const char *key);
/* Fails when the line has a word that nobody asked for. */
void wcgen_spec_end_line(const struct wcgen_spec_line *line);

/* The contents that a `file` line asks for: size=N with content=phrases (the default), zeros or
 * random; or text=T; or bytes=HEX; or from=PATH. Then packed with pack=szdd [missing=L] or
 * pack=kwaj-stored, -inverted, -lzss or -mszip [real-name=NAME]. */
struct wcgen_buffer wcgen_spec_content(const struct wcgen_spec *spec, struct wcgen_spec_line *line,
                                       const struct wcgen_content *content, const char *name);

/* Applies a `defect` line that works on bytes alone; false when it isn't one of these. Names:
 *   truncate at=N            the file ends after N bytes
 *   bytes at=N with=HEX      other bytes at this place
 *   bad-sector sector=N,...  sectors of 512 bytes hold the filler of floppy readers */
bool wcgen_spec_byte_defect(struct wcgen_spec_line *line, struct wcgen_buffer *file);

#endif
