/*
 * parser - a profile's text while it is read: its place, what was read so far, words and numbers.
 */
#ifndef WCI_PARSER_H
#define WCI_PARSER_H

#include "profiles/profile.h"

enum wci_parser_section {
    WCI_SECTION_NONE,
    WCI_SECTION_PROFILE,
    WCI_SECTION_DISK,
    WCI_SECTION_ROLES,
    WCI_SECTION_RENAMES,
    WCI_SECTION_DIGESTS,
    WCI_SECTION_NOTES,
    WCI_SECTION_RULE,
    WCI_SECTION_COUNT
};

/* A growing array of one element type, moved into the arena when the text is read. */
struct wci_parser_list {
    void *items; /* owned */
    size_t count, capacity, element_size;
};

struct wci_parser {
    struct wci_profile *profile;
    struct wci_parser_list chains, disks, roles, renames, digests, notes, rules, conditions;
    struct wci_bytes label, format, insert; /* templates for numbered disks */
    enum wci_parser_section section;
    struct wci_profile_disk *disk; /* of the current [disk] section */
    size_t line;                   /* number of the current line, from 1 */
    uint64_t offset;               /* bytes to its start */
    struct wcab_error *err;
};

/* CORRUPT at the current line. */
enum wcab_err wci_parser_fail(const struct wci_parser *parser, const char *what);

/* A new zeroed element at the list's end, or NULL with the error set. */
void *wci_parser_append(struct wci_parser *parser, struct wci_parser_list *list);

/* What went wrong last. */
enum wcab_err wci_parser_code(const struct wci_parser *parser);

/* Whether it is white space within a line. */
bool wci_parser_is_blank(char c);

/* Without white space around it. */
struct wci_bytes wci_parser_trim(struct wci_bytes text);

/* Whether the text is the word. */
bool wci_parser_is(struct wci_bytes text, const char *word);

/* Cuts `text` at the first `separator`: *head before it, the return value behind it.  Without one
 * the head is all of it and the rest has NULL data. */
struct wci_bytes wci_parser_cut(struct wci_bytes text, const char *separator,
                                struct wci_bytes *head);

/* Decimal or (with base 16) hexadecimal number up to `limit`; false when it is none. */
bool wci_parser_number(struct wci_bytes text, unsigned base, uint64_t limit, uint64_t *number);

/* Folded copy in the arena. */
enum wcab_err wci_parser_fold(struct wci_parser *parser, struct wci_bytes text,
                              struct wci_bytes *folded);

/* A key of which there may be one. */
enum wcab_err wci_parser_set_once(struct wci_parser *parser, struct wci_bytes *field,
                                  struct wci_bytes value);

/* The disk of this id, or NULL. */
struct wci_profile_disk *wci_profile_disks_find(const struct wci_parser *parser,
                                                struct wci_bytes id);

/* "disks = boot, 1-13". */
enum wcab_err wci_profile_disks_line(struct wci_parser *parser, struct wci_bytes value);

/* Fills in what the templates say of a disk that its section doesn't. */
enum wcab_err wci_profile_disks_finish(struct wci_parser *parser, struct wci_profile_disk *disk);

/* A line of a section [disk]. */
enum wcab_err wci_profile_disks_key(struct wci_parser *parser, struct wci_bytes key,
                                    struct wci_bytes value);

#endif
