/*
 * api_fixture - media made for the tests of the public interface, and a catalog of them.
 *
 * media/disk.img is a floppy with loose files, media/cabs a set of two cabinets whose middle file is
 * cut; NOTE.TXT is on both.
 */
#ifndef API_FIXTURE_H
#define API_FIXTURE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cabspec.h"
#include "check.h"
#include "imagespec.h"
#include "whichcab.h"

struct api_fixture {
    char folder[64];
    char media[96], catalog[96], image[128], cabs[128];
};

static const char api_disk[] = "image fat format=1440 label=SHELF\n"
                               "file README.TXT size=3000 content=phrases\n"
                               "file NOTE.TXT text=\"the same on both\"\n"
                               "file BIG.BIN size=200000 content=random\n";
static const char api_cabs[] = "set size=60000 name=PART%.CAB\n"
                               "folder mszip\n"
                               "file first.txt size=20000 content=random\n"
                               "file cut.bin size=60000 content=random\n"
                               "file NOTE.TXT text=\"the same on both\"\n";

static inline enum wcab_err api_index(const struct api_fixture *fixture, bool force,
                                      struct wcab_error *err)
{
    const char *const paths[] = {fixture->media};
    struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                         .paths = paths,
                                         .path_count = 1,
                                         .threads = 1,
                                         .force = force,
                                         .wait = true,
                                         .profiles = WCAB_SOURCE_DIR "/media-profiles"};
    struct wcab_index_result result = {.sizeof_result = sizeof(result)};

    return wcab_index(fixture->catalog, &options, &result, err);
}

static inline void api_write(const struct api_fixture *fixture, const char *text, char path[160])
{
    FILE *file;

    (void)snprintf(path, 160, "%s/description", fixture->folder);
    file = fopen(path, "w");
    CHECK(file != NULL);
    if (file == NULL)
        return;
    (void)fputs(text, file);
    (void)fclose(file);
}

static inline void api_begin(struct api_fixture *fixture)
{
    struct wcab_error err = {.text = ""};
    char description[160];

    (void)strcpy(fixture->folder, "/tmp/whichcab-api-XXXXXX");
    CHECK(mkdtemp(fixture->folder) != NULL);
    (void)snprintf(fixture->media, sizeof(fixture->media), "%s/media", fixture->folder);
    (void)snprintf(fixture->catalog, sizeof(fixture->catalog), "%s/catalog", fixture->folder);
    (void)snprintf(fixture->image, sizeof(fixture->image), "%s/disk.img", fixture->media);
    (void)snprintf(fixture->cabs, sizeof(fixture->cabs), "%s/cabs", fixture->media);
    (void)mkdir(fixture->media, 0700);
    (void)mkdir(fixture->cabs, 0700);
    api_write(fixture, api_disk, description);
    wcgen_imagespec_build(description, fixture->image);
    api_write(fixture, api_cabs, description);
    wcgen_cabspec_build(description, fixture->cabs);
    (void)snprintf(description, sizeof(description), "%s/manifest.tsv", fixture->cabs);
    (void)unlink(description);
    CHECK_EQ_INT(api_index(fixture, false, &err), WCAB_OK);
}

static inline void api_end(const struct api_fixture *fixture)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -rf %s", fixture->folder);
    CHECK_EQ_INT(system(command), 0);
}

static inline struct wcab_catalog *api_open(const struct api_fixture *fixture)
{
    struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                           .without_published = true};
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wcab_catalog_open(fixture->catalog, &options, &catalog, &err), WCAB_OK);
    return catalog;
}

#endif
