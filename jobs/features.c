/*
 * features - what this build of the library reads with libraries that are optional.
 */
#include <stddef.h>
#include <string.h>

#include "whichcab.h"

static const char *const features[] = {
#ifdef WHICHCAB_ISAL
    "isal",
#endif
#ifdef WHICHCAB_HTTP
    "http",
#endif
#ifdef WHICHCAB_LHASA
    "lhasa",
#endif
#ifdef WHICHCAB_LIBDSK
    "libdsk",
#endif
#ifdef WHICHCAB_LIBYAL
    "libyal",
#endif
#ifdef WHICHCAB_UNSHIELD
    "unshield",
#endif
    NULL};

const char *const *wcab_features(void)
{
    return features;
}

bool wcab_has_feature(const char *name)
{
    size_t i;

    for (i = 0; name != NULL && features[i] != NULL; i++) {
        if (strcmp(features[i], name) == 0)
            return true;
    }
    return false;
}
