/*
 * version_range - which file versions are asked for: ">=4.0.1111", "=4.70", "4.0.950..4.0.1111".
 *
 * A file version is the four 16-bit numbers of VS_FIXEDFILEINFO, most significant first.  People
 * write fewer: Microsoft's articles and Explorer print 4.00.950 for 4.0.0.950, and 6.0.8665 for
 * 6.0.8665.0.  So three numbers are major, minor and build, and a file's build is its third number
 * or, when that is 0, its fourth.
 */
#ifndef WCI_VERSION_RANGE_H
#define WCI_VERSION_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "whichcab.h"

enum wci_version_bound {
    WCI_VERSION_NO_BOUND = 0,
    WCI_VERSION_AT_LEAST,
    WCI_VERSION_ABOVE,
    WCI_VERSION_BELOW,
    WCI_VERSION_AT_MOST,
    WCI_VERSION_LIKE, /* equal as far as numbers were given */
    WCI_VERSION_UP_TO /* at most, or like it: the end of a range */
};

/* One bound and the numbers it was given as. */
struct wci_version_limit {
    enum wci_version_bound bound;
    uint16_t parts[4]; /* those not given are 0 */
    unsigned count;    /* given */
};

struct wci_version_range {
    struct wci_version_limit limits[2];
};

/*
 * Parses "<V", "<=V", ">V", ">=V", "=V", "V" (as "=V") or "V..V", V being one to four decimal
 * numbers up to 65535 with dots between them; blanks may stand around V.  USAGE.
 */
enum wcab_err wci_version_range_parse(const char *text, struct wci_version_range *range,
                                      struct wcab_error *err);

bool wci_version_range_has(const struct wci_version_range *range, uint64_t version);

/* "4.0.0.950" */
enum { WCI_VERSION_TEXT = 24 };
void wci_version_format(uint64_t version, char text[WCI_VERSION_TEXT]);

#endif
