/*
 * records - results for programs: objects of JSON, handed on as they are or as CSV, TSV or by a
 * template, sorted, cut and counted.
 *
 * A field is a member of the object; one of an object in it is called "match.name".
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "cli/opts.h"
#include "whichcab.h"

struct records_options {
    bool json, csv, tsv, count, nul_ended;
    const char *format, *fields, *sort;
    uint64_t limit;
};

enum { RECORDS_OPTION_COUNT = 9 };
/* Offsets are of struct records_options. */
extern const struct opt records_table[RECORDS_OPTION_COUNT + 1];

struct records;

/* *records is NULL when the options ask for none.  False after a message. */
bool records_open(const struct records_options *options, struct records **records);

/* Takes objects, one a line, in whatever pieces: a wcab_text_sink whose context is the records. */
enum wcab_err records_sink(void *context, const char *text, size_t length);

/* Whether the objects are what is asked for, not rows made of them. */
bool records_are_json(const struct records *records);

/* Prints what waits and frees all; false after a message.  NULL is harmless. */
bool records_close(struct records *records);

/* ---- objects of the program's own --------------------------------------------------------- */

/* Begins an object, adds members (NULL: null) and hands it on. */
void records_begin(struct records *records);
void records_text(struct records *records, const char *key, const char *text);
void records_number(struct records *records, const char *key, uint64_t number);
void records_bool(struct records *records, const char *key, bool value);
void records_null(struct records *records, const char *key);
void records_texts(struct records *records, const char *key, const char *const *texts,
                   size_t count);
enum wcab_err records_end(struct records *records);

#endif
