/*
 * archive_remote - see archive_remote.h.
 *
 * The child is asked by reading from it (media/bytes/remote): what is asked for is the place, the
 * answer the bytes there.  Nothing in an answer is believed: the child may be in the hands of the
 * archive that it reads.
 */
#include "media/archive/archive_remote.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "media/bytes/remote.h"

enum { ANSWER_BYTES = 64 * 1024, DAY_SECONDS = 24 * 60 * 60 };

enum asked { ASKED_OPENED, ASKED_NEXT, ASKED_BLOCK, ASKED_COUNT };

/* Stands before the path and target, or the bytes, that it has the lengths of. */
struct answer {
    struct wcab_error err;
    uint64_t size, offset;
    uint32_t ordinal, modified, path_length, target_length, data_length;
    uint8_t kind, size_known, encrypted, readonly;
    uint8_t more, over, end;
};

struct wci_archive_remote {
    struct wci_source *child;
    struct wci_budget *budget; /* borrowed */
    uint8_t bytes[ANSWER_BYTES];
};

bool wci_archive_remote_is_for(enum wci_wrapper_kind kind)
{
#ifdef WHICHCAB_FUZZ /* libFuzzer has to see what libarchive does with the bytes */
    (void)kind;
    return false;
#else
    return kind == WCI_WRAPPER_RAR || kind == WCI_WRAPPER_RAR5 || kind == WCI_WRAPPER_7ZIP;
#endif
}

/* ---- in the child -------------------------------------------------------------------------- */

/* What the child works with; there is one in its life. */
struct work {
    struct wci_source source; /* the archive, read through the caller */
    struct wci_remote_side *side;
    struct wci_budget budget; /* the caller keeps its own */
    struct wci_archive_reader *reader;
    struct wcab_error opened;
    struct wci_archive_block block; /* what is left of it */
};

static enum wcab_err input_read(struct wci_source *source, uint64_t offset, void *buffer,
                                size_t length, size_t *got, struct wcab_error *err)
{
    const struct work *work = (const struct work *)source;

    *got = length;
    return wci_remote_input(work->side, offset, buffer, length)
               ? WCAB_OK
               : wci_error_set_at(err, WCAB_ERR_CORRUPT, offset, "the archive can't be read there");
}

static void input_close(struct wci_source *source)
{
    (void)source;
}

static const struct wci_source_ops input_ops = {input_read, input_close};

static bool open_kind(struct wci_remote_side *side, enum wci_wrapper_kind kind, uint64_t *size)
{
    struct work *work = wci_mem_calloc(1, sizeof(*work));
    struct wci_limits limits = wci_limits_default;

    if (work == NULL)
        return false;
    limits.seconds = DAY_SECONDS; /* the caller looks at the time */
    work->source = (struct wci_source){&input_ops, side->input_size};
    work->side = side;
    side->own = work;
    wci_budget_init(&work->budget, &limits, side->input_size, NULL);
    if (wci_archive_reader_open_here(&work->source, kind, &work->budget, &work->reader,
                                     &work->opened) == WCAB_OK)
        work->opened.code = WCAB_OK;
    *size = (uint64_t)ASKED_COUNT * ANSWER_BYTES;
    return true;
}

static bool open_rar(struct wci_remote_side *side, uint64_t *size)
{
    return open_kind(side, WCI_WRAPPER_RAR, size);
}

static bool open_rar5(struct wci_remote_side *side, uint64_t *size)
{
    return open_kind(side, WCI_WRAPPER_RAR5, size);
}

static bool open_7zip(struct wci_remote_side *side, uint64_t *size)
{
    return open_kind(side, WCI_WRAPPER_7ZIP, size);
}

static void answer_member(struct work *work, struct answer *answer, uint8_t *text, size_t room)
{
    struct wci_archive_member member = {.size_known = false};
    bool more = false;

    if (wci_archive_reader_next(work->reader, &member, &more, &answer->err) == WCAB_OK)
        answer->err.code = WCAB_OK;
    answer->more = more;
    answer->over = wci_archive_reader_is_over(work->reader);
    if (answer->err.code != WCAB_OK || !more)
        return;
    if (member.path.length + member.target.length > room) {
        (void)wci_error_set(&answer->err, WCAB_ERR_LIMIT, "name of member %u is too long",
                            (unsigned)member.ordinal + 1);
        return;
    }
    answer->ordinal = member.ordinal;
    answer->kind = (uint8_t)member.kind;
    answer->size = member.size;
    answer->size_known = member.size_known;
    answer->encrypted = member.encrypted;
    answer->readonly = member.readonly;
    answer->modified = member.modified;
    answer->path_length = (uint32_t)member.path.length;
    answer->target_length = (uint32_t)member.target.length;
    if (member.path.length > 0)
        memcpy(text, member.path.data, member.path.length);
    if (member.target.length > 0)
        memcpy(text + member.path.length, member.target.data, member.target.length);
}

/* libarchive's blocks may be larger than an answer: what is left comes with the next. */
static void answer_block(struct work *work, struct answer *answer, uint8_t *bytes, size_t room)
{
    struct wci_archive_block *block = &work->block;
    size_t length;

    if (block->length == 0 &&
        wci_archive_reader_block(work->reader, block, &answer->err) != WCAB_OK) {
        memset(block, 0, sizeof(*block));
        return;
    }
    answer->err.code = WCAB_OK;
    length = block->length < room ? block->length : room;
    answer->end = block->end;
    answer->offset = block->offset;
    answer->data_length = (uint32_t)length;
    if (length > 0)
        memcpy(bytes, block->data, length);
    block->data = (const uint8_t *)block->data + length;
    block->offset += length;
    block->length -= length;
}

static bool answer_asked(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes,
                         size_t length)
{
    struct work *work = side->own;
    struct answer answer;

    if (length != ANSWER_BYTES)
        return false;
    memset(bytes, 0, length);
    memset(&answer, 0, sizeof(answer));
    if (work->opened.code != WCAB_OK) {
        answer.err = work->opened;
        answer.over = true;
    } else if (offset / ANSWER_BYTES == ASKED_NEXT) {
        memset(&work->block, 0, sizeof(work->block));
        answer_member(work, &answer, bytes + sizeof(answer), length - sizeof(answer));
    } else if (offset / ANSWER_BYTES == ASKED_BLOCK) {
        answer_block(work, &answer, bytes + sizeof(answer), length - sizeof(answer));
    }
    memcpy(bytes, &answer, sizeof(answer));
    return true;
}

static const struct wci_remote_library rar = {"RAR", open_rar, answer_asked};
static const struct wci_remote_library rar5 = {"RAR 5", open_rar5, answer_asked};
static const struct wci_remote_library sevenzip = {"7z", open_7zip, answer_asked};

/* ---- in the caller -------------------------------------------------------------------------- */

/* Takes over what the child says went wrong. */
static enum wcab_err take_error(const struct wcab_error *said, struct wcab_error *err)
{
    struct wcab_error own = *said;

    switch (own.code) {
    case WCAB_OK:
        return WCAB_OK;
    case WCAB_ERR_UNSUPPORTED:
    case WCAB_ERR_ENCRYPTED:
    case WCAB_ERR_LIMIT:
    case WCAB_ERR_FORMAT:
        break;
    case WCAB_ERR_NOMEM: /* the child's own bound: there is more here */
        return wci_error_set_at(err, WCAB_ERR_LIMIT, own.offset,
                                "archive: asks for more memory than it may have");
    default:
        own.code = WCAB_ERR_CORRUPT;
    }
    own.text[sizeof(own.text) - 1] = '\0';
    own.place[0] = '\0';
    own.sys = 0;
    if (err != NULL)
        *err = own;
    return own.code;
}

/* Asks the child; its answer stands in remote->bytes then. */
static enum wcab_err ask(struct wci_archive_remote *remote, enum asked asked, struct answer *answer,
                         struct wcab_error *err)
{
    enum wcab_err code = wci_budget_check_time(remote->budget, err);

    if (code == WCAB_OK)
        code = wci_source_read_at(remote->child, (uint64_t)asked * ANSWER_BYTES, remote->bytes,
                                  ANSWER_BYTES, err);
    if (code == WCAB_OK)
        memcpy(answer, remote->bytes, sizeof(*answer));
    return code;
}

enum wcab_err wci_archive_remote_open(struct wci_source *source, enum wci_wrapper_kind kind,
                                      struct wci_budget *budget, struct wci_archive_remote **remote,
                                      struct wcab_error *err)
{
    const struct wci_remote_library *library = kind == WCI_WRAPPER_RAR    ? &rar
                                               : kind == WCI_WRAPPER_RAR5 ? &rar5
                                                                          : &sevenzip;
    struct wci_archive_remote *made = wci_mem_calloc(1, sizeof(*made));
    struct answer answer;
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->budget = budget;
    code = wci_remote_open(source, library, &made->child, err);
    if (code == WCAB_OK)
        code = ask(made, ASKED_OPENED, &answer, err);
    if (code == WCAB_OK)
        code = take_error(&answer.err, err);
    if (code != WCAB_OK)
        wci_archive_remote_close(made);
    else
        *remote = made;
    return code;
}

void wci_archive_remote_close(struct wci_archive_remote *remote)
{
    if (remote == NULL)
        return;
    wci_source_close(remote->child);
    free(remote);
}

enum wcab_err wci_archive_remote_next(struct wci_archive_remote *remote,
                                      struct wci_archive_member *member, bool *more, bool *over,
                                      struct wcab_error *err)
{
    const char *text = (const char *)remote->bytes + sizeof(struct answer);
    size_t room = ANSWER_BYTES - sizeof(struct answer);
    struct answer answer;
    enum wcab_err code = ask(remote, ASKED_NEXT, &answer, err);

    *over = true; /* nothing comes out of a child that has ended */
    if (code != WCAB_OK)
        return code;
    *over = answer.over != 0;
    code = take_error(&answer.err, err);
    if (code != WCAB_OK)
        return code;
    *more = answer.more != 0;
    if (answer.path_length > room || answer.target_length > room - answer.path_length)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "archive: its library gave up on it");
    memset(member, 0, sizeof(*member));
    member->ordinal = answer.ordinal;
    member->kind = answer.kind == WCI_MEMBER_FILE   ? WCI_MEMBER_FILE
                   : answer.kind == WCI_MEMBER_LINK ? WCI_MEMBER_LINK
                                                    : WCI_MEMBER_OTHER;
    member->path = (struct wci_bytes){text, answer.path_length};
    member->target = (struct wci_bytes){text + answer.path_length, answer.target_length};
    member->size = answer.size;
    member->size_known = answer.size_known != 0;
    member->encrypted = answer.encrypted != 0;
    member->readonly = answer.readonly != 0;
    member->modified = answer.modified;
    member->data = UINT64_MAX;
    return WCAB_OK;
}

enum wcab_err wci_archive_remote_block(struct wci_archive_remote *remote,
                                       struct wci_archive_block *block, struct wcab_error *err)
{
    struct answer answer;
    enum wcab_err code = ask(remote, ASKED_BLOCK, &answer, err);

    if (code == WCAB_OK)
        code = take_error(&answer.err, err);
    if (code != WCAB_OK)
        return code;
    if (answer.data_length > ANSWER_BYTES - sizeof(answer))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "archive: its library gave up on it");
    block->data = remote->bytes + sizeof(answer);
    block->length = answer.data_length;
    block->offset = answer.offset;
    block->end = answer.end != 0;
    return WCAB_OK;
}
