/*
 * version - the library's version: the header's that it was built with.
 */
#include "whichcab.h"

const char *wcab_version(void)
{
    return WHICHCAB_VERSION;
}

unsigned wcab_version_number(void)
{
    return WHICHCAB_VERSION_NUMBER;
}
