/*
 * profiles - lists the media that are known; with the id of one prints its profile.
 *
 *     cc profiles.c -lwhichcab-query -o profiles && ./profiles [ID]
 */
#include <stdio.h>
#include <whichcab.h>

static enum wcab_err put(void *context, const char *text, size_t length)
{
    return fwrite(text, 1, length, context) == length ? WCAB_OK : WCAB_ERR_IO;
}

static enum wcab_err show(void *context, const struct wcab_profile_item *item)
{
    (void)context;
    return printf("%s\t%s\n", item->id, item->title) < 0 ? WCAB_ERR_IO : WCAB_OK;
}

int main(int argc, char **argv)
{
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err = {.code = WCAB_OK};
    enum wcab_err code = wcab_catalog_open(NULL, NULL, &catalog, &err);

    if (code == WCAB_OK)
        code = argc > 1 ? wcab_profile_show(catalog, argv[1], put, stdout, &err)
                        : wcab_profile_each(catalog, show, NULL, &err);
    if (code != WCAB_OK)
        fprintf(stderr, "%s: %s\n", wcab_err_text(code), err.text);
    wcab_catalog_close(catalog);
    return code == WCAB_OK ? 0 : 1;
}
