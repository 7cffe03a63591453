/* real.h: builds three real media from the facts that were read from them: names, places, sizes,
 * dates, versions, cuts and links are the real ones, contents are not. */
#ifndef WCGEN_REAL_H
#define WCGEN_REAL_H

#include "util.h"

enum wcgen_real_form {
    WCGEN_REAL_IMAGES, /* as the medium is: floppies, or one CD without Joliet */
    WCGEN_REAL_ISO,    /* a CD without Joliet */
    WCGEN_REAL_JOLIET, /* a CD with Joliet */
    WCGEN_REAL_FOLDER  /* all files of the medium in one folder */
};

struct wcgen_real {
    const char *id;
    const char *folder;   /* to write to */
    const char *facts;    /* folder of the facts */
    const char *listings; /* folder of the listings */
    enum wcgen_real_form form;
    bool odd_names;      /* images and folders get names that say nothing */
    bool lower;          /* names of loose files and cabinets in lower case */
    bool dates_lost;     /* loose files have another date, as copies may have */
    bool other_language; /* a language that never was: other names, texts and days */
    uint64_t seed;
};

void wcgen_real_build(const struct wcgen_real *real);

#endif
