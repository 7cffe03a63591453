/*
 * planted - a program with faults on purpose, for cli/reports: what a sanitizer says of them must
 * fail a test, whichever status the program would have ended with.
 *
 *   planted FAULT STATUS    heap: a write behind a block; undefined: an overflow of an int; leak: a
 * block that nothing points to; child: heap, in a process of its own; race: two threads write one
 * word; none
 *
 * Ends with STATUS when nothing stops it.  `planted built` prints the sanitizers that it was built
 * with.
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/bytes/child.h"

static volatile int shared;
static char *volatile lost;

static void write_behind(void)
{
    volatile size_t behind = 8;
    char *block = malloc(8);

    if (block != NULL)
        ((volatile char *)block)[behind] = 1;
    free(block);
}

static void overflow_int(void)
{
    volatile int most = INT_MAX;

    shared = most + 1;
}

static void lose_block(void)
{
    lost = malloc(64);
    lost = NULL;
}

static int write_behind_work(void *context, int out)
{
    (void)context;
    (void)out;
    write_behind();
    return 0;
}

/* What became of the child nobody asks. */
static void run_child(void)
{
    struct wci_child_job job = {
        .work = write_behind_work, .context = NULL, .kept = -1, .seconds = 10};
    struct wci_child child;
    struct wcab_error err;
    char nothing[4];
    size_t got = 1;

    if (wci_child_start(&job, &child, &err) != WCAB_OK)
        return;
    while (got > 0 && wci_child_read(&child, NULL, nothing, sizeof(nothing), &got, &err) == WCAB_OK)
        continue;
    (void)wci_child_end(&child);
}

static void *write_shared(void *context)
{
    int i;

    for (i = 0; i < 100000; i++)
        shared = i;
    return context;
}

static void race(void)
{
    pthread_t other;

    if (pthread_create(&other, NULL, write_shared, NULL) != 0)
        return;
    (void)write_shared(NULL);
    (void)pthread_join(other, NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*commit)(void);
    } faults[] = {{"heap", write_behind},
                  {"undefined", overflow_int},
                  {"leak", lose_block},
                  {"child", run_child},
                  {"race", race}};
    size_t i;

    if (argc == 2 && strcmp(argv[1], "built") == 0) {
        puts(PLANTED_SANITIZERS);
        return 0;
    }
    if (argc != 3)
        return 2;
    for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strcmp(argv[1], faults[i].name) == 0)
            faults[i].commit();
    }
    return atoi(argv[2]);
}
