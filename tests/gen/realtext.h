/* realtext.h: the texts in which a Windows 9x medium speaks of itself: LAYOUT.INF, LAYOUT1.INF and
 * LAYOUT2.INF (which cabinet holds which file), SETUPPP.INF and LOCALE.INF. */
#ifndef WCGEN_REALTEXT_H
#define WCGEN_REALTEXT_H

#include "util.h"

/* A file as LAYOUT.INF names it. */
struct wcgen_layout_row {
    const char *name;
    unsigned cabinet; /* number in wcgen_texts.cabinets, from 1 on; 0: a loose file */
    long size;        /* as it says there, which may differ from the file's */
};

struct wcgen_texts {
    const char **cabinets; /* names, in order */
    const char **disks;    /* how each is asked for */
    size_t cabinet_count;
    const struct wcgen_layout_row *rows;
    size_t row_count;
    const char *sub_version;  /* " B" */
    const char *product_type; /* "9" */
    const char *locale;       /* "00000409" */
    /* Sizes that the texts have to have; 0: there is none. */
    size_t layout_size[3], setuppp_size, locale_size;
};

/* The text of this name ("layout1.inf"), of the size that it has to have; empty when there is no
 * such text. The caller frees it. */
struct wcgen_buffer wcgen_realtext_make(const struct wcgen_texts *texts, const char *name);

#endif
