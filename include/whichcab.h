/*
 * whichcab.h - the public interface of libwhichcab, chapter by chapter.
 */
#ifndef WHICHCAB_H
#define WHICHCAB_H

#include "whichcab/base.h"
#include "whichcab/catalog.h"
#include "whichcab/content.h"
#include "whichcab/extract.h"
#include "whichcab/identify.h"
#include "whichcab/index.h"
#include "whichcab/media.h"
#include "whichcab/search.h"
#include "whichcab/verify.h"

#endif
