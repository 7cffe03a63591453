/*
 * progress - see progress.h.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_begin(struct progress *progress, bool wanted)
{
    progress->wanted = wanted && isatty(STDERR_FILENO) == 1;
    progress->shown = false;
    (void)clock_gettime(CLOCK_MONOTONIC, &progress->started);
    progress->last = progress->started;
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

/* Whether something is to be shown now; then it is as if it were. */
static bool is_due(struct progress *progress, struct timespec *now)
{
    if (!progress->wanted)
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC, now);
    if (seconds_between(&progress->last, now) < 0.1)
        return false;
    progress->last = *now;
    progress->shown = true;
    return true;
}

void progress_show(struct progress *progress, const char *what, uint64_t done, uint64_t total,
                   uint64_t bytes)
{
    struct timespec now;
    double passed, left;

    if (!is_due(progress, &now))
        return;
    passed = seconds_between(&progress->started, &now);
    left = done > 0 ? passed / (double)done * (double)(total - done) : 0;
    fprintf(stderr, "\r\033[K%s %llu of %llu images, %.1f MB read", what, (unsigned long long)done,
            (unsigned long long)total, (double)bytes / 1e6);
    if (done > 0 && passed > 1)
        fprintf(stderr, ", %.1f MB/s, %.0f s left", (double)bytes / 1e6 / passed, left);
}

void progress_count(struct progress *progress, const char *what, const char *things, uint64_t done,
                    uint64_t bytes)
{
    struct timespec now;

    if (!is_due(progress, &now))
        return;
    fprintf(stderr, "\r\033[K%s: %llu %s, %.1f MB", what, (unsigned long long)done, things,
            (double)bytes / 1e6);
}

void progress_clear(struct progress *progress)
{
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
    progress->shown = false;
}
