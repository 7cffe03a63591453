/*
 * fence - the rights that the fetching process keeps: the network.  Of files it reads the few that
 * names of servers and certificates need, it writes none, and runs nothing.
 */
#ifndef FETCH_FENCE_H
#define FETCH_FENCE_H

/* What the kernel lacks is left out. To be called while there is one thread only. */
void fence_enter(void);

#endif
