/*
 * cmd_serve - whichcab serve: answers over HTTP.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/sandbox.h"
#include "serve/keeper.h"
#include "whichcab.h"

struct serve_options {
    const char *listen, *token_file;
    struct opt_texts hosts, origins;
    uint64_t threads, connections, unpackers, seconds, megabytes;
};

static const struct opt serve_table[] = {
    {0, "listen", "PLACE", OPT_TEXT, offsetof(struct serve_options, listen), 0, 0,
     "ADDRESS:PORT or unix:PATH (default: the socket that systemd hands over, else "
     "127.0.0.1:8095)"},
    {0, "host", "NAME", OPT_TEXTS, offsetof(struct serve_options, hosts), 0, 0,
     "a name that the server may be called by, beside addresses and localhost; may come again"},
    {0, "token-file", "FILE", OPT_TEXT, offsetof(struct serve_options, token_file), 0, 0,
     "callers have to know the word in the first line of FILE"},
    {0, "cors", "ORIGIN", OPT_TEXTS, offsetof(struct serve_options, origins), 0, 0,
     "pages of this origin (https://example.org) may read answers; may come again"},
    {'j', "threads", "NUMBER", OPT_NUMBER, offsetof(struct serve_options, threads), 1, 256,
     "threads for connections (default: one for each processor)"},
    {0, "connections", "NUMBER", OPT_NUMBER, offsetof(struct serve_options, connections), 1, 100000,
     "connections at once (default 10000)"},
    {0, "unpack", "NUMBER", OPT_NUMBER, offsetof(struct serve_options, unpackers), 1, 64,
     "files that are unpacked at once (default 2)"},
    {0, "seconds", "NUMBER", OPT_NUMBER, offsetof(struct serve_options, seconds), 1, 3600,
     "longest time for an answer (default 30)"},
    {0, "largest", "MEGABYTES", OPT_NUMBER, offsetof(struct serve_options, megabytes), 1, 1000000,
     "largest file that is unpacked (default 1024)"},
};

/* ---- settings ----------------------------------------------------------------------------- */

static uint64_t number_or(uint64_t given, uint64_t otherwise)
{
    return given > 0 ? given : otherwise;
}

/* The token, malloc'ed; NULL after a message. */
static char *read_token(const char *path)
{
    enum { LEAST_TOKEN = 16, MOST_TOKEN = 1024 };
    char line[MOST_TOKEN + 2] = "";
    FILE *file = fopen(path, "re");
    bool ok = file != NULL && fgets(line, sizeof(line), file) != NULL;
    size_t length;

    if (!ok)
        output_error("%s: %s", path, file == NULL ? strerror(errno) : "it is empty");
    if (file != NULL)
        (void)fclose(file);
    if (!ok)
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    length = strlen(line);
    if (length < LEAST_TOKEN || length > MOST_TOKEN || strspn(line, " ") > 0) {
        output_error("%s: a token has %d to %d characters", path, LEAST_TOKEN, MOST_TOKEN);
        return NULL;
    }
    return strdup(line);
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > 64 ? 64 : (unsigned)count;
}

/* ---- running ------------------------------------------------------------------------------ */

/* What the process that answers is given. */
struct answering {
    const struct serve_settings *settings;
    const struct serve_listener *listener;
    char *folder; /* owned: the catalog's */
    bool verbose;
};

/* The folder as the kernel knows it; false: it is not there. */
static bool look_at(const char *folder, struct stat *status)
{
    return folder != NULL && stat(folder, status) == 0;
}

/*
 * From here on nothing is read but the catalog and what belongs to the program, and nothing written but the
 * catalog's table of readers and temporary files.  Rights are to the folder itself, not to its name: while
 * there is none, reading is not fenced in.
 */
static void give_up_rights(const struct answering *answering, bool has_folder)
{
    char *profiles = program_find_data("media-profiles");
    const char *chosen = getenv("WHICHCAB_PROFILES"), *published = getenv("WHICHCAB_PUBLISHED");
    const char *readable[6] = {NULL};
    const struct sandbox_rights rights = {.uses_catalog = true,
                                          .catalog = answering->settings->catalog,
                                          .serves = true,
                                          .readable = has_folder ? readable : NULL,
                                          .verbose = answering->verbose};
    size_t count = 0;

    if (answering->settings->published != NULL)
        readable[count++] = answering->settings->published;
    if (published != NULL)
        readable[count++] = published;
    if (chosen != NULL)
        readable[count++] = chosen;
    if (profiles != NULL)
        readable[count] = profiles;
    sandbox_enter(&rights);
    free(profiles);
}

/* Until a signal comes, or the catalog's folder is another one. */
static int wait_for_end(struct serve_server *server, const char *folder, const struct stat *known)
{
    const struct timespec second = {.tv_sec = 1};
    struct stat status;
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGHUP);
    while (sigtimedwait(&signals, NULL, &second) < 0 && (errno == EAGAIN || errno == EINTR)) {
        serve_server_tick(server);
        if (look_at(folder, &status) &&
            (status.st_ino != known->st_ino || status.st_dev != known->st_dev)) {
            serve_server_finish(server);
            return SERVE_AGAIN;
        }
    }
    return STATUS_DONE;
}

static int answer(void *context, int keeper)
{
    static struct serve_server server;
    const struct answering *answering = context;
    struct stat folder = {.st_ino = 0};
    const bool has_folder = look_at(answering->folder, &folder);
    int status = STATUS_ERROR;

    (void)signal(SIGPIPE, SIG_IGN);
    give_up_rights(answering, has_folder);
    if (serve_server_start(&server, answering->settings, answering->listener, keeper) &&
        serve_keeper_ready(keeper))
        status = wait_for_end(&server, answering->folder, &folder);
    serve_server_stop(&server);
    return status;
}

static int serve(const struct cli *cli, const struct serve_settings *settings,
                 const struct serve_listener *listener)
{
    struct answering answering = {.settings = settings,
                                  .listener = listener,
                                  /* NULL: requests tell of that error */
                                  .folder = sandbox_catalog_folder(settings->catalog),
                                  .verbose = cli->global.verbose};
    int status = serve_keeper_run(settings, listener, answer, &answering);

    free(answering.folder);
    return status;
}

static int run(struct cli *cli)
{
    const struct serve_options *options = cli->options;
    struct serve_settings settings = {
        .catalog = cli->global.catalog,
        .hosts = options->hosts.items,
        .host_count = options->hosts.count,
        .origins = options->origins.items,
        .origin_count = options->origins.count,
        .threads = (unsigned)number_or(options->threads, processors()),
        .connections = (unsigned)number_or(options->connections, 10000),
        .unpackers = (unsigned)number_or(options->unpackers, 2),
        .seconds = (unsigned)number_or(options->seconds, 30),
        .content_bytes = number_or(options->megabytes, 1024) << 20};
    struct serve_listener listener;
    char *published = NULL, *worker = NULL, *token = NULL;
    int status = STATUS_ERROR;

    if (cli->operand_count > 0) {
        output_error("there is nothing to name: %s", cli->operands[0]);
        return command_usage(cli);
    }
    if (options->token_file != NULL && (token = read_token(options->token_file)) == NULL)
        return STATUS_ERROR;
    settings.token = token;
    settings.published = published = command_published();
    settings.worker = worker = program_find("whichcab-unpack");
    if (serve_listen(options->listen, &listener)) {
        status = serve(cli, &settings, &listener);
        serve_listen_close(&listener);
    }
    free(published);
    free(worker);
    free(token);
    return status;
}

const struct command command_serve = {
    .name = "serve",
    .usage = "serve [OPTION]...",
    .summary = "answer over HTTP, with a page to look at",
    .details =
        "Answers what 'where', 'versions', 'dups', 'diff', 'media' and 'ls' tell, as JSON, below "
        "/api/v1/, and shows a page at / to search and to look around.  Files are unpacked in a "
        "process of their own that has given up its rights.  Nothing is written, and what is "
        "indexed meanwhile is seen at once.\n"
        "Only this machine can ask, unless --listen says otherwise; there is no encryption, so "
        "another machine's requests belong behind a proxy that has it.",
    .options = serve_table,
    .option_count = sizeof(serve_table) / sizeof(serve_table[0]),
    .options_size = sizeof(struct serve_options),
    .run = run};
