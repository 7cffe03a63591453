/*
 * terminal - see terminal.h.
 */
#include "cli/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"

enum { USUAL_COLUMNS = 80, LEAST_COLUMNS = 20, MOST_COLUMNS = 1000 };

/* The pager; 0: none.  It is the process's, as stdout is. */
static pid_t pager;
static int own_stderr = -1;

/* ---- width and colours -------------------------------------------------------------------- */

static unsigned width_of_stdout(void)
{
    const char *told = getenv("COLUMNS");
    struct winsize size;
    uint64_t columns = 0;

    if (told != NULL && opts_number(told, LEAST_COLUMNS, MOST_COLUMNS, &columns))
        return (unsigned)columns;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_COLUMNS)
        return size.ws_col;
    return USUAL_COLUMNS;
}

/* The option comes first, then the file, then NO_COLOR (no-color.org). */
static bool wants_colour(const struct cli *cli, bool is_terminal)
{
    const char *term = getenv("TERM"), *without = getenv("NO_COLOR");
    enum when when =
        cli->global.color != NULL ? config_when(cli->global.color) : cli->config.colour;

    if (when == WHEN_ALWAYS || when == WHEN_NEVER)
        return when == WHEN_ALWAYS;
    if (when == WHEN_UNSET && without != NULL && without[0] != '\0')
        return false;
    return is_terminal && term != NULL && strcmp(term, "dumb") != 0;
}

static bool begins_with_one_of(const char *text, const char *const *beginnings)
{
    for (; text != NULL && *beginnings != NULL; beginnings++) {
        if (strncmp(text, *beginnings, strlen(*beginnings)) == 0)
            return true;
    }
    return false;
}

/* Whether the terminal is one of those that are known to understand OSC 8; the others would drop
 * it, but for some, which print it. */
static bool knows_links(void)
{
    enum { VTE_WITH_LINKS = 5001 };
    static const char *const terms[] = {
        "xterm-kitty", "xterm-ghostty", "foot",    "alacritty", "wezterm",
        "contour",     "mintty",        "domterm", "rio",       NULL};
    static const char *const programs[] = {"iTerm.app", "WezTerm", "vscode", "ghostty",
                                           "mintty",    "Hyper",   "rio",    NULL};
    const char *vte = getenv("VTE_VERSION");
    uint64_t version = 0;

    if (vte != NULL && opts_number(vte, 1, UINT32_MAX, &version) && version >= VTE_WITH_LINKS)
        return true;
    return getenv("KONSOLE_VERSION") != NULL || getenv("WT_SESSION") != NULL ||
           begins_with_one_of(getenv("TERM"), terms) ||
           begins_with_one_of(getenv("TERM_PROGRAM"), programs);
}

/* A multiplexer hides which terminal is behind it, and only less is known to pass links on. */
static bool wants_links(const struct cli *cli, bool is_terminal, const char *through)
{
    static const char *const unfit[] = {"dumb", "screen", "tmux", "linux", NULL};
    enum when when = cli->global.links != NULL ? config_when(cli->global.links) : cli->config.links;

    if (when == WHEN_ALWAYS || when == WHEN_NEVER)
        return when == WHEN_ALWAYS;
    if (through != NULL && strcmp(through, "less") != 0 && strncmp(through, "less ", 5) != 0)
        return false;
    return is_terminal && !begins_with_one_of(getenv("TERM"), unfit) && knows_links();
}

/* ---- the pager ---------------------------------------------------------------------------- */

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        char file[1024];

        if (snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program) <
                (int)sizeof(file) &&
            access(file, X_OK) == 0)
            return true;
        path += length + (path[length] == ':' ? 1 : 0);
    }
    return false;
}

/* The command line of the pager; NULL: none is wanted. */
static const char *choose_pager(const struct cli *cli)
{
    const char *command = cli->config.pager != NULL ? cli->config.pager : getenv("PAGER");

    if (cli->global.no_pager)
        return NULL;
    if (command == NULL)
        return is_in_path("less") ? "less" : NULL;
    return command[0] == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
}

static void run_pager(const char *command, const int ends[2])
{
    (void)dup2(ends[0], STDIN_FILENO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)setenv("LESS", "FRX", 0);
    (void)setenv("LV", "-c", 0);
    (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Notes and messages go to the pager as well, or they would stand across its screen. */
static void start_pager(const char *command)
{
    int ends[2];

    if (pipe(ends) != 0)
        return;
    (void)fflush(stdout);
    pager = fork();
    if (pager == 0)
        run_pager(command, ends);
    (void)close(ends[0]);
    if (pager > 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        if (isatty(STDERR_FILENO) == 1) {
            own_stderr = dup(STDERR_FILENO);
            if (own_stderr >= 0)
                (void)dup2(ends[1], STDERR_FILENO);
        }
        interrupt_before_end(terminal_end);
    } else {
        pager = 0; /* as if there were none */
    }
    (void)close(ends[1]);
}

struct terminal terminal_begin(const struct cli *cli)
{
    bool is_terminal = isatty(STDOUT_FILENO) == 1;
    const char *command = is_terminal && pager == 0 ? choose_pager(cli) : NULL;
    struct terminal terminal = {0, wants_colour(cli, is_terminal),
                                wants_links(cli, is_terminal, command)};

    if (is_terminal)
        terminal.columns = width_of_stdout();
    if (command != NULL)
        start_pager(command);
    return terminal;
}

bool terminal_links(const struct cli *cli)
{
    return wants_links(cli, isatty(STDOUT_FILENO) == 1, NULL);
}

void terminal_end(void)
{
    if (pager <= 0)
        return;
    (void)close(STDOUT_FILENO);
    if (own_stderr >= 0)
        (void)dup2(own_stderr, STDERR_FILENO);
    while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
        ;
    pager = 0;
}
