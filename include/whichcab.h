/*
 * whichcab.h - the public interface of libwhichcab, chapter by chapter.
 *
 * Threads: every function may be called from every thread, and many at once.  A handle (struct
 * wcab_catalog) with all that was made from it (searches, media, differences ...) is used by one
 * thread at a time; it may be made in one thread and used and closed in another.  Any number of
 * handles may be open at once, on one catalog, too: they share what the process has open of it, so
 * a handle costs little, and each thread has its own.  A handle sees the catalog as it was when it
 * was first asked; wcab_index and wcab_verify may write to the catalog meanwhile, from this process
 * or another, one at a time (BUSY, or `wait`).  Callbacks come in the calling thread; struct
 * wcab_cancel is asked from any, and so are the functions of struct wcab_fetch_options that hand out
 * bytes.  A process that forks uses no handle of before in its child.
 */
#ifndef WHICHCAB_H
#define WHICHCAB_H

#include "whichcab/base.h"
#include "whichcab/catalog.h"
#include "whichcab/check.h"
#include "whichcab/content.h"
#include "whichcab/extract.h"
#include "whichcab/identify.h"
#include "whichcab/index.h"
#include "whichcab/kit.h"
#include "whichcab/media.h"
#include "whichcab/sandbox.h"
#include "whichcab/search.h"
#include "whichcab/verify.h"

#endif
