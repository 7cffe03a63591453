/*
 * spool - see spool.h.
 *
 * The worker, which serve/keeper starts, gets the file at descriptor 3 and tells in one line at its standard output what came of it:
 * "ok SIZE SHA256" or "error CODE TEXT".  What it says is not trusted further than that: it has read bytes
 * that nobody vouches for.
 */
#include "serve/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/deadline.h"
#include "serve/keeper.h"

enum { KEPT = 8, KEPT_SECONDS = 60, LINE_BYTES = 1024, ID_BYTES = 64 };

struct kept {
    char id[ID_BYTES];
    struct serve_spooled spooled;
    uint64_t until;
};

struct serve_spools {
    pthread_mutex_t mutex;
    struct kept kept[KEPT]; /* guarded by the mutex; file -1: none */
    size_t next;            /* to be replaced */
};

struct serve_spools *serve_spools_open(void)
{
    struct serve_spools *spools = calloc(1, sizeof(*spools));
    size_t i;

    if (spools == NULL)
        return NULL;
    (void)pthread_mutex_init(&spools->mutex, NULL);
    for (i = 0; i < KEPT; i++)
        spools->kept[i].spooled.file = -1;
    return spools;
}

static void forget(struct kept *kept)
{
    if (kept->spooled.file >= 0)
        (void)close(kept->spooled.file);
    kept->spooled.file = -1;
}

void serve_spools_close(struct serve_spools *spools)
{
    size_t i;

    if (spools == NULL)
        return;
    for (i = 0; i < KEPT; i++)
        forget(&spools->kept[i]);
    (void)pthread_mutex_destroy(&spools->mutex);
    free(spools);
}

/* ---- what is kept ------------------------------------------------------------------------- */

static bool find(struct serve_spools *spools, const char *id, struct serve_spooled *spooled)
{
    const uint64_t now = serve_server_now();
    bool found = false;
    size_t i;

    (void)pthread_mutex_lock(&spools->mutex);
    for (i = 0; i < KEPT; i++) {
        struct kept *kept = &spools->kept[i];

        if (kept->until < now)
            forget(kept);
        if (kept->spooled.file < 0 || strcmp(kept->id, id) != 0)
            continue;
        *spooled = kept->spooled;
        spooled->file = fcntl(kept->spooled.file, F_DUPFD_CLOEXEC, 0);
        found = spooled->file >= 0;
    }
    (void)pthread_mutex_unlock(&spools->mutex);
    return found;
}

static void keep(struct serve_spools *spools, const char *id, const struct serve_spooled *spooled)
{
    struct kept *kept;

    (void)pthread_mutex_lock(&spools->mutex);
    kept = &spools->kept[spools->next];
    spools->next = (spools->next + 1) % KEPT;
    forget(kept);
    kept->spooled = *spooled;
    kept->spooled.file = fcntl(spooled->file, F_DUPFD_CLOEXEC, 0);
    kept->until = serve_server_now() + KEPT_SECONDS;
    (void)snprintf(kept->id, sizeof(kept->id), "%s", id);
    (void)pthread_mutex_unlock(&spools->mutex);
}

/* ---- the worker --------------------------------------------------------------------------- */

/* A file without a name; -1 with a problem. */
static int make_file(struct serve_problem *problem)
{
    const char *folder = getenv("TMPDIR");
    char path[1024];
    int file;

    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        (void)snprintf(path, sizeof(path), "%s/whichcab-XXXXXX", folder);
        file = mkostemp(path, O_CLOEXEC);
        if (file >= 0)
            (void)unlink(path);
    }
    if (file < 0)
        (void)serve_problem_set(problem, 503, "no-room", "there is no room for unpacked files: %s",
                                strerror(errno));
    return file;
}

/* The line that it tells; false when its time is over, or it ended without one. */
static bool hear(int told, const struct serve_deadline *deadline, char line[LINE_BYTES])
{
    size_t used = 0;

    while (used + 1 < LINE_BYTES) {
        struct pollfd waited = {.fd = told, .events = POLLIN};
        ssize_t got;

        if (deadline->cancel.cancelled(deadline->cancel.context))
            return false;
        if (poll(&waited, 1, 200) <= 0)
            continue;
        got = read(told, line + used, LINE_BYTES - 1 - used);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    line[used] = '\0';
    return used > 0 && line[used - 1] == '\n';
}

/* What the line says of the file. */
static bool understand(char *line, struct serve_spooled *spooled, struct serve_problem *problem)
{
    struct wcab_error err = {.offset = WCAB_NO_OFFSET};
    struct stat status;
    int code = 0, used = 0;

    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "ok %" SCNu64 " %64[0-9a-f]%n", &spooled->size, spooled->sha256, &used) == 2 &&
        line[used] == '\0' && strlen(spooled->sha256) == 64 && fstat(spooled->file, &status) == 0 &&
        (uint64_t)status.st_size == spooled->size)
        return true;
    if (sscanf(line, "error %2d %n", &code, &used) != 1 || used == 0)
        return serve_problem_set(problem, 502, "not-unpacked",
                                 "the process that unpacks said nothing that is understood");
    err.code = (enum wcab_err)code;
    (void)snprintf(err.text, sizeof(err.text), "%s", line + used);
    serve_problem_of(problem, &err);
    if (err.code == WCAB_ERR_CORRUPT || err.code == WCAB_ERR_IO ||
        err.code == WCAB_ERR_UNSUPPORTED || err.code == WCAB_ERR_ENCRYPTED ||
        err.code == WCAB_ERR_NOTFOUND) /* of the file; the catalog was good enough to find it */
        problem->status = 502;
    return false;
}

static bool unpack(struct serve_server *server, const char *id, struct serve_spooled *spooled,
                   struct serve_problem *problem)
{
    struct serve_deadline deadline;
    char line[LINE_BYTES];
    int pipes[2];
    bool heard;

    if (server->settings.worker == NULL || pipe2(pipes, O_CLOEXEC) != 0)
        return serve_problem_set(problem, 503, "no-worker",
                                 "the program that unpacks, whichcab-unpack, is not there");
    heard = serve_keeper_unpack(server->keeper, id, spooled->file, pipes[1]);
    (void)close(pipes[1]);
    serve_deadline_set(&deadline, server, 10 * server->settings.seconds);
    heard = heard && hear(pipes[0], &deadline, line);
    (void)close(pipes[0]); /* where it is still at work, its own clock ends it */
    if (!heard)
        return serve_problem_set(problem, 502, "not-unpacked",
                                 "the process that unpacks ended, or took too long");
    return understand(line, spooled, problem);
}

bool serve_spool_get(struct serve_server *server, const char *id, struct serve_spooled *spooled,
                     struct serve_problem *problem)
{
    if (strlen(id) >= ID_BYTES)
        return serve_problem_set(problem, 400, "bad-request", "that is no id of a file");
    if (find(server->spools, id, spooled))
        return true;
    spooled->file = make_file(problem);
    if (spooled->file < 0)
        return false;
    if (!unpack(server, id, spooled, problem)) {
        (void)close(spooled->file);
        return false;
    }
    keep(server->spools, id, spooled);
    return true;
}
