/*
 * cat - writes the file of a name to standard output, out of whatever image and cabinets it lies in.
 *
 *     cc cat.c -lwhichcab -o cat && ./cat CATALOG NAME
 */
#include <stdio.h>
#include <whichcab.h>

static enum wcab_err put(void *context, const void *data, size_t size)
{
    return fwrite(data, 1, size, context) == size ? WCAB_OK : WCAB_ERR_IO;
}

/* The best copy that an image has; NULL when none does.  Borrowed from the search. */
static const char *find(struct wcab_search *search, struct wcab_error *err)
{
    const struct wcab_answer *answer = NULL;

    do {
        if (wcab_search_next(search, &answer, err) != WCAB_OK)
            return NULL;
    } while (answer != NULL && answer->id == NULL);
    return answer != NULL ? answer->id : NULL;
}

int main(int argc, char **argv)
{
    struct wcab_search_options options = {.sizeof_options = sizeof(options), .name_count = 1};
    struct wcab_error err = {.text = "no image has a file of that name"};
    struct wcab_catalog *catalog = NULL;
    struct wcab_search *search = NULL;
    const char *names[1], *id = NULL;
    enum wcab_err code;

    if (argc != 3)
        return 2;
    names[0] = argv[2];
    options.names = names;
    code = wcab_catalog_open(argv[1], NULL, &catalog, &err);
    if (code == WCAB_OK)
        code = wcab_search_open(catalog, &options, &search, &err);
    if (code == WCAB_OK)
        id = find(search, &err);
    code = id != NULL ? wcab_read(catalog, id, put, stdout, &err) : WCAB_ERR_NOTFOUND;
    if (code != WCAB_OK)
        fprintf(stderr, "%s: %s: %s\n", argv[2], wcab_err_text(code), err.text);
    wcab_search_close(search);
    wcab_catalog_close(catalog);
    return code == WCAB_OK ? 0 : 1;
}
