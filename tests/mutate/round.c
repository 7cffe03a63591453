/*
 * round - see round.h.
 */
#include "round.h"

#include "whichcab.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096, JUDGED_MAX = FILES_MAX + 1 };

/* What was seen of a file. */
struct judged {
    const struct sample_file *file;
    bool must_list, must_come, must_tell; /* demanded: an answer; its bytes; no other bytes */
    bool listed, hashed, hash_right;
    unsigned whole, other, failed;
    char why[200]; /* the first failure to extract, or verify's words */
    bool called_damaged;
};

struct round {
    const struct samples *samples;
    const struct sample *sample;
    const struct damage *damage;
    const char *folder;
    char images[PATH_BYTES], catalog[PATH_BYTES], out[PATH_BYTES];
    struct judged judged[JUDGED_MAX];
    size_t judged_count;
    uint64_t faults; /* told while it was indexed */
    struct round_result *result;
};

__attribute__((format(printf, 2, 3))) static void demand_failed(struct round *round,
                                                                const char *format, ...)
{
    va_list arguments;

    if (round->result->failure[0] != '\0')
        return;
    va_start(arguments, format);
    (void)vsnprintf(round->result->failure, sizeof(round->result->failure), format, arguments);
    va_end(arguments);
}

/* A call whose only allowed outcome is success. */
static void must_succeed(struct round *round, const char *what, enum wcab_err code,
                         const struct wcab_error *err)
{
    if (code != WCAB_OK)
        demand_failed(round, "%s: %s: %s", what, err->place, err->text);
}

/* ---- the media ---------------------------------------------------------------------------- */

static void make_folder(const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        die("can't be made", path);
}

static void write_file(const char *folder, const char *name, const struct bytes *bytes)
{
    char path[PATH_BYTES + NAME_BYTES];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes->data, 1, bytes->size, file) != bytes->size ||
        fclose(file) != 0)
        die("can't be written", path);
}

static void write_media(const struct round *round)
{
    size_t i;

    make_folder(round->images);
    for (i = 0; i < round->sample->image_count; i++) {
        const struct sample_image *image = &round->sample->images[i];

        write_file(round->images, image->name,
                   image == round->damage->image ? &round->damage->bytes : &image->bytes);
    }
    write_file(round->images, "WITNESS.CAB", &round->samples->witness_image);
}

/* ---- what is demanded --------------------------------------------------------------------- */

static void add_judged(struct round *round, const struct sample_file *file)
{
    struct judged *judged = &round->judged[round->judged_count++];
    uint64_t touched = round->damage->touched & file->needs;

    judged->file = file;
    judged->must_come = touched == 0;
    judged->must_list = (touched & ~file->payloads) == 0;
    judged->must_tell = file->in_cabinet && judged->must_list && touched != 0 &&
                        (touched & ~round->damage->undetected) != 0;
}

static struct judged *judged_named(struct round *round, const char *name)
{
    const char *last = name == NULL ? NULL : strrchr(name, '/');
    size_t i;

    for (i = 0; name != NULL && i < round->judged_count; i++) {
        if (strcasecmp(round->judged[i].file->name, last == NULL ? name : last + 1) == 0)
            return &round->judged[i];
    }
    return NULL;
}

/* ---- index, ask, extract, verify ---------------------------------------------------------- */

static void run_index(struct round *round)
{
    const char *const paths[] = {round->images};
    struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                         .paths = paths,
                                         .path_count = 1,
                                         .threads = 1,
                                         .profiles = round->samples->profiles};
    struct wcab_index_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;

    must_succeed(round, "index", wcab_index(round->catalog, &options, &result, &err), &err);
    round->faults = result.faults + result.images_failed;
}

static enum wcab_err ignore_item(void *context, const struct wcab_list_item *item)
{
    unsigned *items = context;

    *items += item->name != NULL;
    return WCAB_OK;
}

static void run_list(struct round *round)
{
    unsigned items = 0;
    struct wcab_list_options options = {
        .sizeof_options = sizeof(options), .context = &items, .item = ignore_item};
    char path[PATH_BYTES + NAME_BYTES];
    struct wcab_error err;

    (void)snprintf(path, sizeof(path), "%s/%s", round->images, round->damage->image->name);
    /* Any outcome will do: nothing else may be known of the image than that it can't be read. */
    (void)wcab_list(path, &options, &err);
}

/* Asks for all files by name; `deep`: after verification, hashes are looked at. */
static void run_search(struct round *round, struct wcab_catalog *catalog, bool deep)
{
    const char *names[JUDGED_MAX];
    struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                          .names = names,
                                          .name_count = round->judged_count,
                                          .match = WCAB_MATCH_EXACT,
                                          .all = true};
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    struct wcab_error err;
    enum wcab_err code;
    size_t i;

    for (i = 0; i < round->judged_count; i++)
        names[i] = round->judged[i].file->name;
    code = wcab_search_open(catalog, &options, &search, &err);
    while (code == WCAB_OK) {
        struct judged *judged;

        code = wcab_search_next(search, &answer, &err);
        if (code != WCAB_OK || answer == NULL)
            break;
        judged = judged_named(round, answer->query);
        if (judged == NULL || answer->source != WCAB_SOURCE_INDEXED)
            continue;
        judged->listed = true;
        if (deep && answer->sha256 != NULL && judged->file->sha256 != NULL) {
            judged->hashed = true;
            if (strcmp(answer->sha256, judged->file->sha256) == 0)
                judged->hash_right = true;
        }
    }
    must_succeed(round, "where", code, &err);
    wcab_search_close(search);
}

static void on_extracted(void *context, const struct wcab_extract_event *event)
{
    struct round *round = context;
    struct judged *judged = judged_named(round, event->name);
    char path[PATH_BYTES * 2];
    struct bytes bytes;

    if (judged == NULL)
        return;
    if (event->kind != WCAB_EXTRACT_DONE) {
        judged->failed++;
        if (event->error != NULL && judged->why[0] == '\0')
            (void)snprintf(judged->why, sizeof(judged->why), "%.100s: %.90s", event->error->place,
                           event->error->text);
        return;
    }
    if (event->written == NULL)
        return;
    (void)snprintf(path, sizeof(path), "%s/%s", round->out, event->written);
    bytes = read_whole(path);
    if (bytes.size == judged->file->content->size &&
        memcmp(bytes.data, judged->file->content->data, bytes.size) == 0)
        judged->whole++;
    else
        judged->other++;
    free(bytes.data);
}

static void run_extract(struct round *round, struct wcab_catalog *catalog, bool salvage)
{
    static const char *const everything[] = {"*"};
    const struct wcab_search_options search = {
        .sizeof_options = sizeof(search), .names = everything, .name_count = 1, .all = true};
    struct wcab_extract_options options = {.sizeof_options = sizeof(options),
                                           .search = &search,
                                           .folder = round->out,
                                           .salvage = salvage,
                                           .context = round,
                                           .on_event = on_extracted};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;

    must_succeed(round, "extract", wcab_extract(catalog, &options, &result, &err), &err);
}

static void on_verified(void *context, const struct wcab_verify_event *event)
{
    struct round *round = context;
    struct judged *judged;

    if (event->kind != WCAB_VERIFY_DAMAGED && event->kind != WCAB_VERIFY_MISSING)
        return;
    judged = judged_named(round, event->name);
    if (judged == NULL)
        return;
    judged->called_damaged = true;
    if (event->error != NULL && judged->why[0] == '\0')
        (void)snprintf(judged->why, sizeof(judged->why), "%.100s: %.90s", event->error->place,
                       event->error->text);
}

static void run_verify(struct round *round)
{
    struct wcab_verify_options options = {
        .sizeof_options = sizeof(options), .threads = 1, .context = round, .on_event = on_verified};
    struct wcab_verify_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;

    must_succeed(round, "verify", wcab_verify(round->catalog, &options, &result, &err), &err);
}

static void on_contradiction(void *context, const char *what)
{
    demand_failed(context, "catalog check: %s", what);
}

/* ---- judging ------------------------------------------------------------------------------ */

static void judge(struct round *round, struct judged *judged)
{
    const char *name = judged->file->name;
    struct round_result *result = round->result;

    result->expected += (unsigned)judged->must_come + (unsigned)judged->must_list +
                        (unsigned)judged->must_tell + (unsigned)judged->file->sealed;
    if (judged->must_list && !judged->listed)
        demand_failed(round, "%s is not answered", name);
    if (judged->must_come && judged->other > 0)
        demand_failed(round, "%s is extracted with wrong bytes though it is undamaged", name);
    if (judged->must_come && judged->whole == 0)
        demand_failed(round, "%s is not extracted though it is undamaged: %s", name, judged->why);
    if (judged->must_come && judged->called_damaged)
        demand_failed(round, "%s is called damaged and isn't: %s", name, judged->why);
    if (judged->must_come && judged->file->sha256 != NULL && !judged->hash_right)
        demand_failed(round, "%s is undamaged and its hash is %s", name,
                      judged->hashed ? "wrong" : "not there");
    if (judged->must_tell && judged->other > 0)
        demand_failed(round, "%s is damaged, its checksum says so, and is extracted as good", name);
    if (judged->must_tell && !judged->called_damaged)
        demand_failed(round, "%s is damaged, its checksum says so, and verify does not", name);
    if (judged->file->sealed && judged->other > 0 && round->faults == 0)
        demand_failed(round, "%s has other bytes, a checksum over all says so, and nothing is told",
                      name);
    if (judged->file == &round->samples->witness)
        return;
    result->files++;
    result->untouched += judged->must_come;
    result->answered += judged->listed;
    result->whole += judged->whole > 0;
    result->wrong += judged->whole == 0 && judged->other > 0;
    result->refused += judged->listed && judged->whole == 0 && judged->other == 0;
}

void round_run(const struct samples *samples, const struct sample *sample,
               const struct damage *damage, const char *folder, bool salvage,
               struct round_result *result)
{
    struct round round = {
        .samples = samples, .sample = sample, .damage = damage, .folder = folder, .result = result};
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err;
    size_t i;

    (void)snprintf(round.images, sizeof(round.images), "%s/images", folder);
    (void)snprintf(round.catalog, sizeof(round.catalog), "%s/catalog", folder);
    (void)snprintf(round.out, sizeof(round.out), "%s/out", folder);
    for (i = 0; i < sample->file_count; i++)
        add_judged(&round, &sample->files[i]);
    add_judged(&round, &samples->witness);
    write_media(&round);
    run_list(&round);
    run_index(&round);
    must_succeed(&round, "open", wcab_catalog_open(round.catalog, NULL, &catalog, &err), &err);
    if (catalog != NULL) {
        run_search(&round, catalog, false);
        run_extract(&round, catalog, salvage);
    }
    wcab_catalog_close(catalog);
    catalog = NULL;
    run_verify(&round);
    must_succeed(&round, "open", wcab_catalog_open(round.catalog, NULL, &catalog, &err), &err);
    if (catalog != NULL) {
        run_search(&round, catalog, true);
        must_succeed(&round, "catalog check",
                     wcab_catalog_check(catalog, on_contradiction, &round, &err), &err);
    }
    wcab_catalog_close(catalog);
    for (i = 0; i < round.judged_count; i++)
        judge(&round, &round.judged[i]);
    result->finished = true;
}
