/*
 * output - what the programs print: results to stdout, all else to stderr, names masked.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "whichcab.h"

/* Exit statuses of every command. */
enum {
    STATUS_DONE = 0,
    STATUS_NOTHING = 1, /* nothing was found */
    STATUS_ERROR = 2,   /* an error, or bad usage */
    STATUS_PARTLY = 3   /* done, but something is damaged, missing or was skipped */
};

/* Gives stdout a large buffer; called once before anything is printed. */
void output_begin(void);

/* Ends the output: STATUS_ERROR after a message when stdout could not be written, else `status`. */
int output_end(int status);

/* "whichcab: ..." on stderr, masked, with a line end. */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A failed call's error on stderr, with its place and offset; returns STATUS_ERROR. */
int output_failure(const struct wcab_error *err);

/* A line on stderr without the program's name in front, masked: progress, notes. */
void output_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For the library to write results with: `context` is a FILE.  IO when it can't be written. */
enum wcab_err output_sink(void *context, const char *text, size_t length);

/* Text with what a terminal must not get (control and bidirectional characters, bytes that are not
 * UTF-8) replaced by '?', to a stream. */
void output_masked(FILE *out, const char *text);

/* The same on stdout, as a link to the file of the path when `linked`. */
void output_linked(bool linked, const uint8_t *path, size_t length, const char *text);

/* Text as a string of JSON, valid whatever bytes it has: those that are not UTF-8 become U+FFFD, and
 * what a terminal must not get is escaped. */
void output_json(FILE *out, const char *text);

/* What a noun ends in for so many: "1 file", "2 files". */
const char *output_s(uint64_t count);

/* Text broken at blanks to lines of 80 columns; it begins at `column`, of which `used` are already
 * printed, and further lines are indented to it. */
void output_wrapped(FILE *out, const char *text, int column, int used);

#endif
