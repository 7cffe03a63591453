/*
 * mutate - damages sample media in many ways and watches how the library takes it.
 *
 *   mutate SAMPLES [--seed N] [--count N] [--jobs N] [--work FOLDER] [--only SAMPLE] [--keep] [-q]
 *
 * SAMPLES is what samples.sh made.  Each round takes a sample, damages one of its images, and in a
 * process of its own lists, indexes, asks, extracts, verifies and checks the catalog.  Seeds N to
 * N+COUNT-1 decide everything; round S is repeated with --seed S --count 1.  With --keep the
 * folders of rounds that failed stay, with --count 1 that of the one.  Before them each sample is
 * run undamaged.
 *
 * Demanded of every round, whatever was damaged:
 *   - it ends: within 20 seconds of the processor's time and 120 of the clock, by itself, without a
 *     report of a sanitizer, within the limit of memory; every 16th round looks for leaks;
 *   - index, where, extract, verify succeed, that is, tell damage as damage, and the catalog holds
 *     together;
 *   - the file on the witness, an undamaged cabinet beside, is answered and extracted;
 *   - a file none of whose needs was touched (sample.h tells what it needs) is answered, extracted
 *     with the right bytes, not called damaged, and has the right SHA-256 after verification;
 *   - a file of which only contents were touched (a plain file's own bytes, CFDATA blocks of its
 *     folder up to its end) is still answered;
 *   - of these, a file in a cabinet is never extracted as good with other bytes, nor passed by
 *     verify, when the checksum of a touched CFDATA block tells.  That checksum is an exclusive or
 *     of words: two swapped sectors in one block leave it as it is, and a stored 0 switches it off.
 * Where the structure of the image itself is hit (BPB, FAT, volume descriptors, sizes in the header
 * of a cabinet), files may be lost or, without checksums anywhere, be other bytes than they were;
 * the same goes for plain files whose own bytes are hit.  These are counted, and nothing is
 * demanded. Packed and spread images (ZIP, gzip, IMD, Teledisk, OLE) need all of their bytes.
 *
 * Ends with 0 when all demands were met, 1 when not, 2 when it could not work.
 */
#include "round.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

enum {
    JOBS_MAX = 64,
    PATH_BYTES = 3072,
    SECONDS_CPU = 20,
    SECONDS_CLOCK = 120,
    /* Peak of a child; AddressSanitizer's shadow and quarantine come on top. */
    MEGABYTES_MOST = HAS_ASAN ? 640 : 160,
    FAILURES_SHOWN = 25,
    LEAKS_EVERY = 16
};

#if HAS_ASAN
/* The sanitizer asks for it by this name. */
const char *__asan_default_options(void); /* NOLINT(bugprone-reserved-identifier) */
const char *__asan_default_options(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return "max_allocation_size_mb=256:quarantine_size_mb=8:detect_leaks=1:exitcode=99";
}
#endif

struct totals {
    uint64_t rounds, files, untouched, answered, whole, refused, wrong, expected;
};

/* A round under way. */
struct slot {
    pid_t child; /* 0: none */
    uint64_t seed;
    const struct sample *sample;
    bool none; /* no damage */
    char folder[PATH_BYTES];
    struct round_result *result; /* shared with the child */
};

struct campaign {
    struct samples samples;
    uint64_t seed, count, next; /* `next` counts undamaged samples, then rounds */
    unsigned jobs;
    bool keep, quiet;
    const char *only;
    char work[PATH_BYTES / 2];
    struct slot slots[JOBS_MAX];
    struct totals of_kind[DAMAGE_KINDS];
    uint64_t failures;
    double slowest;
    uint64_t slowest_seed;
    long peak; /* KiB */
    uint64_t peak_seed;
};

/* ---- folders ------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    (void)remove(path);
    return 0;
}

static void remove_folder(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- a child ------------------------------------------------------------------------------ */

static void limit(unsigned what, rlim_t soft)
{
    struct rlimit limits = {soft, soft + 2};

    (void)setrlimit(what, &limits);
}

__attribute__((noreturn)) static void run_child(const struct campaign *campaign, struct slot *slot)
{
    char path[PATH_BYTES + 16];
    struct damage damage;
    int report;

    (void)snprintf(path, sizeof(path), "%s/stderr", slot->folder);
    report = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (report < 0 || dup2(report, STDERR_FILENO) < 0)
        _exit(2);
    (void)close(report);
    (void)setenv("TMPDIR", slot->folder, 1);
    limit(RLIMIT_CPU, SECONDS_CPU);
    limit(RLIMIT_CORE, 0);
    if (!HAS_ASAN) /* it reserves terabytes */
        limit(RLIMIT_AS, (rlim_t)4 << 30);
    (void)alarm(SECONDS_CLOCK);
    damage_make(slot->sample, slot->seed, slot->none, &damage);
    slot->result->kind = damage.kind;
    memcpy(slot->result->text, damage.text, sizeof(slot->result->text));
    round_run(&campaign->samples, slot->sample, &damage, slot->folder, slot->seed % 2 == 1,
              slot->result);
    damage_free(&damage);
    if (slot->seed % LEAKS_EVERY == 0)
        exit(0);
    _exit(0);
}

static const struct sample *choose_sample(const struct campaign *campaign, uint64_t seed)
{
    const struct samples *samples = &campaign->samples;
    size_t i;

    for (i = 0; campaign->only != NULL && i < samples->count; i++) {
        if (strcmp(samples->list[i].name, campaign->only) == 0)
            return &samples->list[i];
    }
    return &samples->list[damage_number(seed, 0) % samples->count];
}

static void start(struct campaign *campaign, struct slot *slot)
{
    bool none = campaign->next < campaign->samples.count;

    slot->none = none;
    slot->seed = none ? 0 : campaign->seed + campaign->next - campaign->samples.count;
    slot->sample =
        none ? &campaign->samples.list[campaign->next] : choose_sample(campaign, slot->seed);
    campaign->next++;
    memset(slot->result, 0, sizeof(*slot->result));
    (void)snprintf(slot->folder, sizeof(slot->folder), "%s/%s-%llu", campaign->work,
                   none ? slot->sample->name : "round", (unsigned long long)slot->seed);
    remove_folder(slot->folder);
    if (mkdir(slot->folder, 0700) != 0)
        die(strerror(errno), slot->folder);
    (void)fflush(NULL);
    slot->child = fork();
    if (slot->child < 0)
        die(strerror(errno), "fork");
    if (slot->child == 0)
        run_child(campaign, slot);
}

/* ---- judging ------------------------------------------------------------------------------ */

static bool is_c_library(const char *frame)
{
    static const char *const places[] = {"/libasan.so", "/libubsan.so", "/libc.so", " ../",
                                         " nptl/",      " stdlib/",     " string/", " libio/"};
    size_t i;

    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strstr(frame, places[i]) != NULL)
            return true;
    }
    return false;
}

/* Of a report that was begun: whether a library that is kept in a process of its own, because it
 * was not made for hostile files, did what it is kept there for.  Reads up to the frame that says
 * so. */
static bool is_contained(FILE *file)
{
    char line[400];

    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "    #", 5) == 0 && !is_c_library(line))
            return strstr(line, "/libdsk.so") != NULL || strstr(line, "/libunshield.so") != NULL;
    }
    return false;
}

/* The first line of a sanitizer's report. */
static bool has_report(const struct slot *slot, char *text, size_t room)
{
    char path[PATH_BYTES + 16], line[400];
    bool found = false, contained = false;
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/stderr", slot->folder);
    file = fopen(path, "r");
    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(text, room, "%s", line);
        if (strstr(line, "ERROR: AddressSanitizer") != NULL && is_contained(file))
            contained = true; /* and so are the lines that end it */
        else
            found = strstr(line, "runtime error") != NULL || strstr(line, "mutate:") != NULL ||
                    (strstr(line, "Sanitizer: ") != NULL &&
                     !(contained && strstr(line, "SUMMARY: ") != NULL));
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static void tell_failure(struct campaign *campaign, const struct slot *slot, char *what)
{
    char *at;

    for (at = what; *at != '\0'; at++) { /* names from damaged media may be in it */
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            *at = '?';
    }
    campaign->failures++;
    if (campaign->failures <= FAILURES_SHOWN)
        printf("FAILED: seed %llu: %s, %s: %s\n    %s\n", (unsigned long long)slot->seed,
               slot->sample->name, damage_kind_name(slot->result->kind), slot->result->text, what);
}

static void add_totals(struct campaign *campaign, const struct slot *slot)
{
    struct totals *totals = &campaign->of_kind[slot->result->kind];
    const struct round_result *result = slot->result;

    totals->rounds++;
    totals->files += result->files;
    totals->untouched += result->untouched;
    totals->answered += result->answered;
    totals->whole += result->whole;
    totals->refused += result->refused;
    totals->wrong += result->wrong;
    totals->expected += result->expected;
}

static void settle(struct campaign *campaign, struct slot *slot, int status,
                   const struct rusage *usage)
{
    double seconds = (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
                     (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
    uint64_t failures = campaign->failures;
    char text[512] = "";

    if (has_report(slot, text, sizeof(text)))
        tell_failure(campaign, slot, text);
    else if (WIFSIGNALED(status)) {
        (void)snprintf(text, sizeof(text), "ended by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
        tell_failure(campaign, slot, text);
    } else if (WEXITSTATUS(status) != 0 || !slot->result->finished) {
        (void)snprintf(text, sizeof(text), "ended with %d", WEXITSTATUS(status));
        tell_failure(campaign, slot, text);
    } else if (slot->result->failure[0] != '\0')
        tell_failure(campaign, slot, slot->result->failure);
    else if (usage->ru_maxrss / 1024 > MEGABYTES_MOST) {
        (void)snprintf(text, sizeof(text), "took %ld MiB of memory", usage->ru_maxrss / 1024);
        tell_failure(campaign, slot, text);
    }
    add_totals(campaign, slot);
    if (seconds > campaign->slowest) {
        campaign->slowest = seconds;
        campaign->slowest_seed = slot->seed;
    }
    if (usage->ru_maxrss > campaign->peak) {
        campaign->peak = usage->ru_maxrss;
        campaign->peak_seed = slot->seed;
    }
    if (!campaign->keep || (failures == campaign->failures && (campaign->count > 1 || slot->none)))
        remove_folder(slot->folder);
    slot->child = 0;
}

/* ---- the campaign ------------------------------------------------------------------------- */

static void run(struct campaign *campaign)
{
    uint64_t all = campaign->count + campaign->samples.count, done = 0;
    struct rusage usage;
    unsigned i;
    int status;
    pid_t child;

    while (done < all) {
        for (i = 0; i < campaign->jobs; i++) {
            if (campaign->slots[i].child == 0 && campaign->next < all)
                start(campaign, &campaign->slots[i]);
        }
        child = wait4(-1, &status, 0, &usage);
        if (child < 0)
            die(strerror(errno), "wait");
        for (i = 0; i < campaign->jobs; i++) {
            if (campaign->slots[i].child != child)
                continue;
            settle(campaign, &campaign->slots[i], status, &usage);
            done++;
            if (!campaign->quiet && done % 1000 == 0)
                (void)fprintf(stderr, "%llu of %llu rounds, %llu failed\n",
                              (unsigned long long)done, (unsigned long long)all,
                              (unsigned long long)campaign->failures);
            break;
        }
    }
}

static void tell_row(const char *name, const struct totals *totals)
{
    printf("%-10s %8llu %9llu %9llu %9llu %9llu %9llu %9llu\n", name,
           (unsigned long long)totals->rounds, (unsigned long long)totals->files,
           (unsigned long long)totals->untouched, (unsigned long long)totals->answered,
           (unsigned long long)totals->whole, (unsigned long long)totals->refused,
           (unsigned long long)totals->wrong);
}

static void tell_totals(const struct campaign *campaign)
{
    struct totals all = {0};
    unsigned i;

    printf("%-10s %8s %9s %9s %9s %9s %9s %9s\n", "damage", "rounds", "files", "untouched",
           "answered", "whole", "refused", "unnoticed");
    for (i = 0; i < DAMAGE_KINDS; i++) {
        const struct totals *totals = &campaign->of_kind[i];

        tell_row(damage_kind_name((enum damage_kind)i), totals);
        all.rounds += totals->rounds;
        all.files += totals->files;
        all.untouched += totals->untouched;
        all.answered += totals->answered;
        all.whole += totals->whole;
        all.refused += totals->refused;
        all.wrong += totals->wrong;
        all.expected += totals->expected;
    }
    tell_row("all", &all);
    printf("%llu demands on %zu samples, %llu rounds failed; slowest %.2f s (seed %llu), "
           "peak %ld MiB (seed %llu)\n",
           (unsigned long long)all.expected, campaign->samples.count,
           (unsigned long long)campaign->failures, campaign->slowest,
           (unsigned long long)campaign->slowest_seed, campaign->peak / 1024,
           (unsigned long long)campaign->peak_seed);
}

static uint64_t number(const char *text, uint64_t most)
{
    char *end = NULL;
    unsigned long long value;

    errno = 0;
    value = text == NULL ? 0 : strtoull(text, &end, 10);
    if (text == NULL || *text == '\0' || *end != '\0' || errno != 0 || value > most)
        die("a number is expected", text == NULL ? "the last argument" : text);
    return value;
}

static void read_arguments(struct campaign *campaign, int argc, char **argv)
{
    const char *work = getenv("TMPDIR");
    int i;

    campaign->seed = 1;
    campaign->count = 20000;
    campaign->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    if (argc < 2)
        die("name the folder of samples", "arguments");
    for (i = 2; i < argc; i++) {
        const char *value = argv[i + 1]; /* NULL at the end */

        if (strcmp(argv[i], "--keep") == 0)
            campaign->keep = true;
        else if (strcmp(argv[i], "-q") == 0)
            campaign->quiet = true;
        else {
            if (strcmp(argv[i], "--seed") == 0)
                campaign->seed = number(value, UINT64_MAX / 2);
            else if (strcmp(argv[i], "--count") == 0)
                campaign->count = number(value, 1U << 30);
            else if (strcmp(argv[i], "--jobs") == 0)
                campaign->jobs = (unsigned)number(value, JOBS_MAX);
            else if (strcmp(argv[i], "--work") == 0)
                work = value;
            else if (strcmp(argv[i], "--only") == 0)
                campaign->only = value;
            else
                die("is not known", argv[i]);
            i++;
        }
    }
    if (campaign->jobs == 0 || campaign->jobs > JOBS_MAX)
        campaign->jobs = 1;
    (void)snprintf(campaign->work, sizeof(campaign->work), "%s/mutate-XXXXXX",
                   work == NULL ? "/tmp" : work);
}

int main(int argc, char **argv)
{
    static struct campaign campaign;
    struct round_result *results;
    unsigned i;

    read_arguments(&campaign, argc, argv);
    samples_load(argv[1], &campaign.samples);
    if (campaign.samples.count == 0)
        die("holds no samples", argv[1]);
    if (mkdtemp(campaign.work) == NULL)
        die(strerror(errno), campaign.work);
    results = mmap(NULL, JOBS_MAX * sizeof(*results), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED)
        die(strerror(errno), "memory");
    for (i = 0; i < JOBS_MAX; i++)
        campaign.slots[i].result = &results[i];
    run(&campaign);
    tell_totals(&campaign);
    if (campaign.keep && (campaign.failures > 0 || campaign.count == 1))
        printf("folders are kept in %s\n", campaign.work);
    else
        remove_folder(campaign.work);
    samples_free(&campaign.samples);
    (void)munmap(results, JOBS_MAX * sizeof(*results));
    return campaign.failures > 0;
}
