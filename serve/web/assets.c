/*
 * assets - see assets.h.
 */
#include "serve/web/assets.h"

#include <string.h>

const char serve_assets_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const struct serve_asset *serve_assets_find(const char *path)
{
    size_t i;

    for (i = 0; i < serve_assets_count; i++) {
        if (strcmp(serve_assets_table[i].path, path) == 0)
            return &serve_assets_table[i];
    }
    return NULL;
}
