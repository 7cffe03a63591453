/*
 * assets - the files that are handed out as they are: the page, and the description of the API.  They
 * are compiled in (serve/web/assets.cmake).
 */
#ifndef SERVE_ASSETS_H
#define SERVE_ASSETS_H

#include <stddef.h>

struct serve_asset {
    const char *path; /* "/page.js" */
    const char *type;
    const unsigned char *data;
    size_t size;
};

/* NULL: there is none of that path. */
const struct serve_asset *serve_assets_find(const char *path);

/* What a page of ours may load: files of this server, and nothing else. */
extern const char serve_assets_policy[];

/* Made by the build. */
extern const struct serve_asset serve_assets_table[];
extern const size_t serve_assets_count;

#endif
