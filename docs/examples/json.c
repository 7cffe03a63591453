/*
 * json - prints every answer for a name as a line of JSON, as `whichcab where --json` does.
 *
 *     cc json.c -lwhichcab-query -o json && ./json CATALOG NAME
 */
#include <stdio.h>
#include <whichcab.h>

static enum wcab_err put(void *context, const char *text, size_t length)
{
    return fwrite(text, 1, length, context) == length ? WCAB_OK : WCAB_ERR_IO;
}

int main(int argc, char **argv)
{
    struct wcab_search_options options = {.sizeof_options = sizeof(options), .name_count = 1};
    const struct wcab_answer *answer = NULL;
    struct wcab_catalog *catalog = NULL;
    struct wcab_search *search = NULL;
    struct wcab_error err = {.code = WCAB_OK};
    const char *names[1];
    enum wcab_err code;

    if (argc != 3)
        return 2;
    names[0] = argv[2];
    options.names = names;
    code = wcab_catalog_open(argv[1], NULL, &catalog, &err);
    if (code == WCAB_OK)
        code = wcab_search_open(catalog, &options, &search, &err);
    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, &err);
        if (code != WCAB_OK || answer == NULL)
            break;
        code = wcab_answer_json(answer, put, stdout);
    }
    if (code != WCAB_OK)
        fprintf(stderr, "%s: %s\n", wcab_err_text(code), err.text);
    wcab_search_close(search);
    wcab_catalog_close(catalog);
    return code == WCAB_OK ? 0 : 1;
}
