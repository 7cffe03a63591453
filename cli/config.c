/*
 * config - see config.h.
 */
#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/opts.h"
#include "cli/output.h"

enum { MOST_LINES = 10000 };

/* A variable of the environment that is set to something. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

enum when config_when(const char *text)
{
    if (strcmp(text, "auto") == 0)
        return WHEN_AUTO;
    if (strcmp(text, "always") == 0)
        return WHEN_ALWAYS;
    if (strcmp(text, "never") == 0)
        return WHEN_NEVER;
    return WHEN_UNSET;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool keep(char **place, const char *value)
{
    free(*place);
    *place = strdup(value);
    if (*place == NULL)
        output_error("out of memory");
    return *place != NULL;
}

/* "~/discs" is below the home folder. */
static bool keep_path(char **place, const char *value)
{
    const char *home = variable("HOME");
    bool below_home = value[0] == '~' && value[1] == '/' && home != NULL;
    size_t size = strlen(value) + (below_home ? strlen(home) : 0) + 1;
    char *path = malloc(size);

    if (path == NULL) {
        output_error("out of memory");
        return false;
    }
    (void)snprintf(path, size, "%s%s", below_home ? home : "", below_home ? value + 1 : value);
    free(*place);
    *place = path;
    return true;
}

static bool is_drive(const char *value)
{
    return ((value[0] >= 'A' && value[0] <= 'Z') || (value[0] >= 'a' && value[0] <= 'z')) &&
           (value[1] == '\0' || (value[1] == ':' && value[2] == '\0'));
}

/* What is wrong with the setting; NULL: nothing.  "" after a message. */
static const char *set(struct config *config, const char *key, const char *value)
{
    if (strcmp(key, "catalog") == 0)
        return keep_path(&config->catalog, value) ? NULL : "";
    if (strcmp(key, "to") == 0)
        return keep(&config->to, value) ? NULL : "";
    if (strcmp(key, "pager") == 0)
        return keep(&config->pager, value) ? NULL : "";
    if (strcmp(key, "floppy") == 0 || strcmp(key, "cd") == 0) {
        if (!is_drive(value))
            return "a drive is a letter, as A:";
        return keep(key[0] == 'c' ? &config->cd : &config->floppy, value) ? NULL : "";
    }
    if (strcmp(key, "codepage") == 0)
        return opts_number(value, 1, 65535, &config->codepage)
                   ? NULL
                   : "a code page is a number from 1 to 65535";
    if (strcmp(key, "color") == 0 || strcmp(key, "colour") == 0) {
        config->colour = config_when(value);
        return config->colour != WHEN_UNSET ? NULL : "color is auto, always or never";
    }
    if (strcmp(key, "hyperlink") == 0) {
        config->links = config_when(value);
        return config->links != WHEN_UNSET ? NULL : "hyperlink is auto, always or never";
    }
    return "there are catalog, floppy, cd, to, codepage, color, hyperlink and pager";
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Without the blanks around it, in place. */
static char *trimmed(char *text)
{
    size_t length;

    text += strspn(text, " \t");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

static bool take_line(struct config *config, const char *path, unsigned number, char *line)
{
    char *equals, *key, *value;
    const char *wrong;

    line = trimmed(line);
    if (line[0] == '\0' || line[0] == '#')
        return true;
    equals = strchr(line, '=');
    if (equals == NULL) {
        output_error("%s, line %u: no 'key = value': %s", path, number, line);
        return false;
    }
    *equals = '\0';
    key = trimmed(line);
    value = trimmed(equals + 1);
    wrong = value[0] == '\0' ? "it has no value" : set(config, key, value);
    if (wrong != NULL && wrong[0] != '\0')
        output_error("%s, line %u: %s = %s: %s", path, number, key, value, wrong);
    return wrong == NULL;
}

static bool read_lines(struct config *config, const char *path, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned number = 0;
    bool ok = true;

    while (ok && number < MOST_LINES && getline(&line, &capacity, file) >= 0)
        ok = take_line(config, path, ++number, line);
    if (ok && ferror(file)) {
        output_error("%s: %s", path, strerror(errno));
        ok = false;
    }
    free(line);
    return ok;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Where the settings are, malloc'd; NULL: nowhere. */
static char *default_path(void)
{
    const char *base = variable("XDG_CONFIG_HOME"), *home = variable("HOME");
    char *path = NULL;

    if (base == NULL && home == NULL)
        return NULL;
    if (asprintf(&path, "%s%s/whichcab/config", base != NULL ? base : home,
                 base != NULL ? "" : "/.config") < 0)
        return NULL;
    return path;
}

static bool read_file(struct config *config, const char *path, bool must_exist)
{
    FILE *file = fopen(path, "re");
    bool ok;

    if (file == NULL) {
        if (!must_exist && (errno == ENOENT || errno == ENOTDIR))
            return true;
        output_error("%s: %s", path, strerror(errno));
        return false;
    }
    ok = read_lines(config, path, file);
    (void)fclose(file);
    return ok;
}

bool config_load(struct config *config)
{
    const char *chosen = getenv("WHICHCAB_CONFIG"), *catalog = variable("WHICHCAB_CATALOG");
    const char *pager = getenv("WHICHCAB_PAGER");
    char *path = NULL;
    bool ok = true;

    if (chosen == NULL) {
        path = default_path();
        ok = path == NULL || read_file(config, path, false);
    } else if (chosen[0] != '\0') {
        ok = read_file(config, chosen, true);
    }
    free(path);
    if (ok && catalog != NULL)
        ok = keep(&config->catalog, catalog);
    if (ok && pager != NULL)
        ok = keep(&config->pager, pager);
    return ok;
}

void config_free(struct config *config)
{
    free(config->catalog);
    free(config->floppy);
    free(config->cd);
    free(config->to);
    free(config->pager);
}
