/*
 * error - see error.h.
 */
#include "core/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifdef __clang_analyzer__
#undef wci_error_set
#undef wci_error_set_at
#undef wci_error_set_sys
#undef wci_error_null
#undef wci_error_nomem
#endif

/* Indexed by enum wcab_err. */
static const char *const code_texts[] = {
    "success",
    "out of memory",
    "input/output error",
    "not found",
    "not of this format",
    "not supported",
    "damaged",
    "limit reached",
    "changed since it was indexed",
    "in use by another process",
    "other format version",
    "bad usage",
    "cancelled",
    "encrypted",
};

const char *wcab_err_text(enum wcab_err code)
{
    if ((size_t)code >= sizeof(code_texts) / sizeof(code_texts[0]))
        return "unknown error";
    return code_texts[code];
}

static void reset(struct wcab_error *err, enum wcab_err code, int sys, uint64_t offset)
{
    err->code = code;
    err->sys = sys;
    err->offset = offset;
    err->place[0] = '\0';
    err->text[0] = '\0';
}

static void format_text(struct wcab_error *err, const char *format, va_list arguments)
{
    (void)vsnprintf(err->text, sizeof(err->text), format, arguments);
}

enum wcab_err wci_error_set(struct wcab_error *err, enum wcab_err code, const char *format, ...)
{
    va_list arguments;

    if (err == NULL)
        return code;
    reset(err, code, 0, WCAB_NO_OFFSET);
    va_start(arguments, format);
    format_text(err, format, arguments);
    va_end(arguments);
    return code;
}

enum wcab_err wci_error_set_at(struct wcab_error *err, enum wcab_err code, uint64_t offset,
                               const char *format, ...)
{
    va_list arguments;

    if (err == NULL)
        return code;
    reset(err, code, 0, offset);
    va_start(arguments, format);
    format_text(err, format, arguments);
    va_end(arguments);
    return code;
}

static enum wcab_err code_of_errno(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return WCAB_ERR_NOTFOUND;
    case ENOMEM:
        return WCAB_ERR_NOMEM;
    default:
        return WCAB_ERR_IO;
    }
}

enum wcab_err wci_error_set_sys(struct wcab_error *err, int errnum, const char *format, ...)
{
    enum wcab_err code = code_of_errno(errnum);
    char reason[96];
    va_list arguments;
    size_t used;

    if (err == NULL)
        return code;
    reset(err, code, errnum, WCAB_NO_OFFSET);
    va_start(arguments, format);
    format_text(err, format, arguments);
    va_end(arguments);
    used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof(err->text) - used, ": %s",
                   strerror_r(errnum, reason, sizeof(reason)));
    return code;
}

enum wcab_err wci_error_copy(struct wcab_error *err, const struct wcab_error *from)
{
    if (err != NULL)
        *err = *from;
    return from->code;
}

enum wcab_err wci_error_nomem(struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_NOMEM, "out of memory");
}

bool wci_error_ends_run(enum wcab_err code)
{
    return code == WCAB_ERR_NOMEM || code == WCAB_ERR_CANCELLED;
}

bool wci_error_is_unread(enum wcab_err code)
{
    return code == WCAB_ERR_UNSUPPORTED || code == WCAB_ERR_ENCRYPTED;
}

bool wci_error_is_of_host(const struct wcab_error *err)
{
    return err->code == WCAB_ERR_CHANGED || (err->sys != 0 && err->sys != EIO);
}

enum wcab_err wci_error_push_place(struct wcab_error *err, const char *name, size_t length)
{
    static const char arrow[] = " > ";
    const size_t arrow_length = sizeof(arrow) - 1;
    size_t kept, join, room;

    if (err == NULL)
        return WCAB_OK;
    kept = strlen(err->place);
    join = kept > 0 ? arrow_length : 0;
    if (kept + join + 1 > sizeof(err->place))
        return err->code;
    room = sizeof(err->place) - 1 - kept - join;
    if (length > room) { /* keep the end of a long name: it tells more than its start */
        name += length - room;
        length = room;
    }
    memmove(err->place + length + join, err->place, kept + 1);
    memcpy(err->place, name, length);
    if (join > 0)
        memcpy(err->place + length, arrow, arrow_length);
    return err->code;
}

enum wcab_err wci_error_null(struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_USAGE, "a pointer is NULL that must not be");
}

void wci_error_clear(struct wcab_error *err)
{
    err->code = WCAB_OK;
    err->sys = 0;
    err->offset = WCAB_NO_OFFSET;
    err->place[0] = '\0';
    err->text[0] = '\0';
}

enum wcab_err wci_error_give(enum wcab_err code, struct wcab_error *own, struct wcab_error *err)
{
    if (code == WCAB_OK || err == NULL)
        return code;
    if (own->code != code)
        wci_error_set(own, code, "%s", wcab_err_text(code));
    *err = *own;
    return code;
}
