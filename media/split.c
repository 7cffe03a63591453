/*
 * split - see split.h.
 */
#include "media/split.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "media/bytes/plain_text.h"
#include "media/disc/nest.h"
#include "media/formats.h"

enum { NAME_BYTES = 256, PARTS_MAX = WCI_NEST_SOURCES - 1, PART_LEAST = 512, LATER_LEAST = 4096 };

/* The parts one after the other. */
struct joined {
    struct wci_source base;
    struct wci_source *parts[PARTS_MAX]; /* borrowed */
    size_t count;
    uint64_t part_size; /* of all but the last */
};

static enum wcab_err joined_read(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, size_t *got, struct wcab_error *err)
{
    const struct joined *joined = (const struct joined *)source;
    uint64_t part = offset / joined->part_size, within = offset % joined->part_size;
    uint64_t left = wci_source_size(joined->parts[part]) - within;

    *got = length < left ? length : (size_t)left;
    return wci_source_read_at(joined->parts[part], within, buffer, *got, err);
}

static void joined_close(struct wci_source *source)
{
    free(source);
}

static const struct wci_source_ops joined_ops = {joined_read, joined_close};

/* ---- names ---------------------------------------------------------------------------------- */

static bool ends_with_first_number(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && dot > name &&
           (strcmp(dot, ".001") == 0 || strcmp(dot, ".000") == 0 || strcmp(dot, ".i00") == 0 ||
            strcmp(dot, ".I00") == 0);
}

static bool ends_with_aa(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 2, "aa") == 0 && strchr(name, '.') != NULL;
}

bool wci_split_is_first_name(const char *name)
{
    return ends_with_first_number(name) || ends_with_aa(name);
}

/* Counts the name's end up by one; false behind the last one. */
static bool next_name(char *name)
{
    size_t length = strlen(name), at = length;
    bool digits = isdigit((unsigned char)name[length - 1]);
    char first = '0', last = '9';

    if (!digits) {
        first = 'a';
        last = 'z';
    }
    while (at > 0 && name[at - 1] >= first && name[at - 1] <= last && (digits || at + 2 > length)) {
        at--;
        if (name[at] != last) {
            name[at]++;
            return true;
        }
        name[at] = first;
    }
    return false;
}

/* What the whole is called: the name without the part's number. */
static void whole_name(const char *name, char whole[NAME_BYTES])
{
    size_t length = strlen(name) - (ends_with_first_number(name) ? 4 : 2);

    memcpy(whole, name, length);
    if (length > 1 && whole[length - 1] == '.')
        length--;
    whole[length] = '\0';
}

/* ---- parts ---------------------------------------------------------------------------------- */

/* A set of floppies is numbered like parts are: each of them is a volume of its own. */
static bool begins_as_a_file(struct wci_source *part)
{
    uint8_t bytes[WCI_FORMAT_HEAD];
    struct wci_format_head head = {bytes, 0, wci_source_size(part)};

    return wci_source_read_some(part, 0, bytes, sizeof(bytes), &head.size, NULL) != WCAB_OK ||
           wci_format_of_head(&head) != NULL;
}

/* Opens the parts behind the first, which the nest keeps. */
static enum wcab_err open_parts(struct joined *joined, const struct wci_siblings *siblings,
                                struct wci_nest *nest, struct wcab_error *err)
{
    char name[NAME_BYTES];
    enum wcab_err code = WCAB_OK;

    memcpy(name, siblings->own_name, strlen(siblings->own_name) + 1);
    while (code == WCAB_OK && joined->count < PARTS_MAX && next_name(name)) {
        struct wci_source *part = NULL;
        uint64_t size;

        if (siblings->open(siblings->context, name, &part, NULL) != WCAB_OK)
            break;
        size = wci_source_size(part);
        code = wci_nest_keep_take(nest, part, err);
        if (code != WCAB_OK)
            break;
        if (size > joined->part_size || size == 0 || (joined->count == 1 && begins_as_a_file(part)))
            return wci_error_set(err, WCAB_ERR_FORMAT, "%s is no part of it", name);
        joined->parts[joined->count++] = part;
        joined->base.size += size;
        if (size < joined->part_size) /* the last one */
            break;
    }
    if (code == WCAB_OK && joined->count < 2)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no further part beside it");
    return code;
}

enum wcab_err wci_split_open(struct wci_source *source, const struct wci_siblings *siblings,
                             struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_nest *nest = NULL;
    struct joined *joined = NULL;
    char whole[NAME_BYTES];
    enum wcab_err code;

    if (siblings == NULL || !wci_split_is_first_name(siblings->own_name) ||
        strlen(siblings->own_name) >= NAME_BYTES || wci_source_size(source) < PART_LEAST)
        return wci_error_set(err, WCAB_ERR_FORMAT, "not called as the first of several parts");
    code =
        wci_nest_new(source, "parts, joined", "the first of several files of one size", &nest, err);
    if (code != WCAB_OK)
        return code;
    joined = wci_mem_calloc(1, sizeof(*joined));
    if (joined == NULL) {
        wci_nest_free(nest);
        return wci_error_nomem(err);
    }
    joined->base.ops = &joined_ops;
    joined->base.size = joined->part_size = wci_source_size(source);
    joined->parts[joined->count++] = source;
    code = open_parts(joined, siblings, nest, err);
    if (code != WCAB_OK) {
        free(joined);
        wci_nest_free(nest);
        return code;
    }
    whole_name(siblings->own_name, whole);
    code = wci_nest_add_take(nest, whole, 0, &joined->base, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

/* ---- parts without the first ---------------------------------------------------------------- */

/* Whether the name ends with a number from 2 on; the digits begin at *at. */
static bool is_later_name(const char *name, size_t *at)
{
    const char *dot = strrchr(name, '.');

    if (dot == NULL || dot == name || strlen(dot) != 4 || strlen(name) >= NAME_BYTES)
        return false;
    *at = (size_t)(dot + 1 - name);
    if (dot[1] == 'i' || dot[1] == 'I')
        return isdigit((unsigned char)dot[2]) && isdigit((unsigned char)dot[3]) &&
               strcmp(dot + 2, "00") != 0;
    return strspn(dot + 1, "0123456789") == 3 && strcmp(dot + 1, "001") > 0;
}

static bool is_beside(const struct wci_siblings *siblings, const char *name)
{
    struct wci_source *part = NULL;
    bool there = siblings->open(siblings->context, name, &part, NULL) == WCAB_OK;

    wci_source_close(part);
    return there;
}

/* Whether the part before or behind it is there, or its size is one that files are cut to. */
static bool is_part_indeed(struct wci_source *source, const struct wci_siblings *siblings,
                           size_t at)
{
    uint64_t size = wci_source_size(source);
    char name[NAME_BYTES];
    unsigned long number;
    size_t digits = isdigit((unsigned char)siblings->own_name[at]) ? 3 : 2;

    if (size % 512 == 0 || size % 1000 == 0)
        return true;
    memcpy(name, siblings->own_name, strlen(siblings->own_name) + 1);
    if (next_name(name) && is_beside(siblings, name))
        return true;
    memcpy(name, siblings->own_name, strlen(siblings->own_name) + 1);
    number = strtoul(name + strlen(name) - digits, NULL, 10);
    (void)snprintf(name + strlen(name) - digits, digits + 1, "%0*lu", (int)digits, number - 1);
    return is_beside(siblings, name);
}

enum wcab_err wci_split_tell(struct wci_source *source, const struct wci_siblings *siblings,
                             struct wcab_error *err)
{
    uint8_t bytes[PART_LEAST];
    char first[NAME_BYTES];
    size_t at, got = 0;

    if (siblings == NULL || siblings->own_name == NULL || wci_source_size(source) < LATER_LEAST ||
        !is_later_name(siblings->own_name, &at) ||
        wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, NULL) != WCAB_OK ||
        wci_plain_text_is(bytes, got))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no later part of a cut file");
    memcpy(first, siblings->own_name, strlen(siblings->own_name) + 1);
    memset(first + at + (isdigit((unsigned char)first[at]) ? 0 : 1), '0',
           isdigit((unsigned char)first[at]) ? 3 : 2);
    if (is_beside(siblings, first))
        return wci_error_set(err, WCAB_ERR_FORMAT, "its first part is beside it");
    if (isdigit((unsigned char)first[at])) {
        first[at + 2] = '1';
        if (is_beside(siblings, first))
            return wci_error_set(err, WCAB_ERR_FORMAT, "its first part is beside it");
    }
    /* databases and tables number their files, too */
    if (!is_part_indeed(source, siblings, at))
        return wci_error_set(err, WCAB_ERR_FORMAT, "nothing but its name says so");
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "called as a later part of a file that was cut: its first part, %s, is "
                         "not beside it",
                         first);
}
