/*
 * apart - wcab_apart_run: a caller's work in a process that has given up its rights.
 *
 * What the work writes comes through the pipe in pieces, each with its length before it; last comes
 * a piece of no length and the error.  None of it is trusted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "core/cancel.h"
#include "core/cursor.h"
#include "core/sized.h"
#include "media/bytes/child.h"
#include "query/rights/sandbox.h"
#include "whichcab.h"

enum { PIECE = 64 * 1024, SECONDS = 600, SECONDS_MOST = 1000000 };

#define MEMORY_BYTES (1ULL << 30)
#define WRITTEN_MOST (1ULL << 42)

/* ---- in the child ------------------------------------------------------------------------- */

struct apart {
    const struct wcab_apart_options *options;
    const struct wcab_sandbox_options *rights;
};

static bool write_all(int out, const void *bytes, size_t size)
{
    const char *at = bytes;

    while (size > 0) {
        ssize_t count = write(out, at, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        at += count;
        size -= (size_t)count;
    }
    return true;
}

static bool write_piece(int out, const void *bytes, uint32_t size)
{
    return write_all(out, &size, sizeof(size)) && write_all(out, bytes, size);
}

static enum wcab_err send(void *context, const char *text, size_t length)
{
    const int *out = context;

    while (length > 0) {
        uint32_t size = length < PIECE ? (uint32_t)length : PIECE;

        if (!write_piece(*out, text, size))
            return WCAB_ERR_IO;
        text += size;
        length -= size;
    }
    return WCAB_OK;
}

static int be_apart(void *context, int out)
{
    const struct apart *apart = context;
    struct wci_rights_dropped dropped;
    struct wcab_error err;

    wci_store_end_fork();
    dropped = wci_sandbox_drop(apart->rights);
    wci_error_clear(&err);
    if (apart->options->strict && !(dropped.files && dropped.calls))
        wci_error_set(&err, WCAB_ERR_UNSUPPORTED, "this system has no %s",
                      dropped.files ? "filter of system calls (seccomp)"
                                    : "fence for files (Landlock)");
    else
        err.code = apart->options->work(apart->options->context, send, &out, &err);
    return write_piece(out, NULL, 0) && write_all(out, &err, sizeof(err)) ? 0 : 1;
}

/* ---- in the caller ------------------------------------------------------------------------ */

struct taking {
    const struct wcab_apart_options *options;
    struct wci_child child;
    struct wci_budget budget;
};

/* Reads so many bytes; CORRUPT: the child has ended before. */
static enum wcab_err take_bytes(struct taking *taking, void *bytes, size_t size,
                                struct wcab_error *err)
{
    char *at = bytes;

    while (size > 0) {
        size_t got = 0;
        enum wcab_err code = wci_child_read(&taking->child, &taking->budget, at, size, &got, err);

        if (code == WCAB_OK && got == 0)
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "the process that read it has died");
        if (code != WCAB_OK)
            return code;
        at += got;
        size -= got;
    }
    return WCAB_OK;
}

/* The error that ends it, as far as it can be one. */
static enum wcab_err take_error(struct taking *taking, struct wcab_error *err)
{
    struct wcab_error told;
    enum wcab_err code = take_bytes(taking, &told, sizeof(told), err);

    if (code != WCAB_OK)
        return code;
    told.place[sizeof(told.place) - 1] = told.text[sizeof(told.text) - 1] = '\0';
    if ((unsigned)told.code > WCAB_ERR_ENCRYPTED)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the process that read it said nonsense");
    return told.code == WCAB_OK ? WCAB_OK : wci_error_copy(err, &told);
}

static enum wcab_err take_all(struct taking *taking, struct wcab_error *err)
{
    const struct wcab_apart_options *options = taking->options;
    char *piece = malloc(PIECE);
    uint32_t size = 1;
    enum wcab_err code = piece == NULL ? wci_error_nomem(err) : WCAB_OK;

    while (code == WCAB_OK && size > 0) {
        code = take_bytes(taking, &size, sizeof(size), err);
        if (code == WCAB_OK && size > PIECE)
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "the process that read it said nonsense");
        if (code == WCAB_OK && size > 0)
            code = take_bytes(taking, piece, size, err);
        if (code == WCAB_OK && size > 0 && options->take != NULL) {
            code = options->take(options->take_context, piece, size);
            if (code != WCAB_OK)
                wci_error_set(err, code, "what was found was refused");
        }
    }
    free(piece);
    return code == WCAB_OK ? take_error(taking, err) : code;
}

static enum wcab_err run(const struct apart *apart, struct wcab_error *err)
{
    const struct wcab_apart_options *options = apart->options;
    struct wci_limits limits = wci_limits_default;
    struct taking taking = {.options = options};
    struct wci_child_job job = {.work = be_apart,
                                .context = (void *)(uintptr_t)apart,
                                .kept = -1,
                                .seconds = options->seconds,
                                .memory = options->memory,
                                .written = WRITTEN_MOST};
    enum wcab_err code;

    limits.seconds = 2 * options->seconds;
    wci_budget_init(&taking.budget, &limits, 0, options->cancel);
    wci_store_begin_fork();
    code = wci_child_start(&job, &taking.child, err);
    wci_store_end_fork();
    if (code != WCAB_OK)
        return code;
    code = take_all(&taking, err);
    (void)wci_child_end(&taking.child);
    return code;
}

enum wcab_err wcab_apart_run(const struct wcab_apart_options *options, struct wcab_error *err)
{
    struct wcab_apart_options taken;
    struct wcab_sandbox_options rights = {.sizeof_options = sizeof(rights)};
    struct wcab_error own;
    enum wcab_err code;

    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK && taken.work == NULL)
        code = wci_error_null(&own);
    if (code == WCAB_OK && taken.rights != NULL)
        code = wci_sandbox_take(taken.rights, &rights, &own);
    if (code == WCAB_OK && taken.seconds > SECONDS_MOST)
        code = wci_error_set(&own, WCAB_ERR_USAGE, "at most %d seconds", (int)SECONDS_MOST);
    if (code == WCAB_OK) {
        if (taken.seconds == 0)
            taken.seconds = SECONDS;
        if (taken.memory == 0)
            taken.memory = MEMORY_BYTES;
        code = run(&(struct apart){&taken, &rights}, &own);
    }
    return wci_error_give(code, &own, err);
}
