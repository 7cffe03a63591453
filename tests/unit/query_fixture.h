/*
 * query_fixture - small catalogs made by hand, an own and a published one, for the query's tests.
 *
 * The media: "toy-cd" (a CD with cabinets in the folder WIN) and "toy-floppy" (disks 1 to 3, one
 * cabinet each: TOY_1.CAB to TOY_3.CAB, MINI.CAB on disk 1).
 */
#ifndef QUERY_FIXTURE_H
#define QUERY_FIXTURE_H

#include "catalog_fixture.h"
#include "whichcab.h"

static const char toy_cd[] = "[profile]\n"
                             "id = toy-cd\n"
                             "title = Toy (CD-ROM)\n"
                             "release = 1.0\n"
                             "kind = cd\n"
                             "code_page = 437\n"
                             "folder = WIN\n"
                             "[roles]\n"
                             "MINI.CAB = mini : of the mini-Windows\n"
                             "PRE.CAB/COMMCTRL.DLL = setup : for Setup only\n"
                             "TOY_?.CAB = system\n"
                             "PRE.CAB/KOMMCTRL.DLL = system\n"
                             "[renames]\n"
                             "PRE.CAB/KOMMCTRL.DLL = COMMCTRL.DLL : known\n";
static const char toy_floppy[] = "[profile]\n"
                                 "id = toy-floppy\n"
                                 "title = Toy (floppies)\n"
                                 "kind = floppies\n"
                                 "code_page = 437\n"
                                 "disks = 1-3\n"
                                 "label = TOY%\n"
                                 "format = DMF\n"
                                 "insert = Toy disk % of 3\n"
                                 "disk_text = Disk %\n"
                                 "[roles]\n"
                                 "MINI.CAB = mini : of the mini-Windows\n"
                                 "TOY_?.CAB = system\n";

/* Both halves of a catalog while it is filled, then the handle. */
struct query_fixture {
    char own[128], published[128];
    struct wci_store *store, *published_store;
    struct wci_writer *writer, *published_writer;
    struct wcab_catalog *catalog;
};

static inline void query_put_profile(struct wci_writer *writer, const char *id, const char *text)
{
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_writer_put_profile(writer, wci_bytes_of(id), wci_bytes_of(text), &err),
                 WCAB_OK);
}

static inline void query_begin(struct query_fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture_folder(fixture->own);
    fixture_folder(fixture->published);
    fixture->store = fixture_store(fixture->own, WCI_STORE_WRITE);
    fixture->published_store = fixture_store(fixture->published, WCI_STORE_WRITE);
    fixture->writer = fixture_writer(fixture->store);
    fixture->published_writer = fixture_writer(fixture->published_store);
    query_put_profile(fixture->published_writer, "toy-cd", toy_cd);
    query_put_profile(fixture->published_writer, "toy-floppy", toy_floppy);
}

/* Commits what was put and opens the handle on it. */
static inline void query_open(struct query_fixture *fixture)
{
    struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                           .published = fixture->published};
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_writer_commit(fixture->writer, &err), WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(fixture->published_writer, &err), WCAB_OK);
    wci_writer_close(fixture->writer);
    wci_writer_close(fixture->published_writer);
    wci_store_close(fixture->store);
    wci_store_close(fixture->published_store);
    CHECK_EQ_INT(wcab_catalog_open(fixture->own, &options, &fixture->catalog, &err), WCAB_OK);
}

static inline void query_end(struct query_fixture *fixture)
{
    wcab_catalog_close(fixture->catalog);
    fixture_remove(fixture->own);
    fixture_remove(fixture->published);
}

/* ---- images ------------------------------------------------------------------------------- */

/* A floppy of the toy set, without files yet. */
static inline struct wci_image *query_floppy(const char *path, const char *disk, const char *label)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");

    image->identity.medium = wci_bytes_of("toy-floppy");
    image->identity.disk = wci_bytes_of(disk);
    volume->format = wci_bytes_of("FAT12 (DMF)");
    volume->label = fixture_name(label);
    return image;
}

static inline struct wci_image *query_cd(const char *path)
{
    struct wci_image *image = fixture_image(path);
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_ISO9660, WCI_NONE, "");

    image->identity.medium = wci_bytes_of("toy-cd");
    volume->label = fixture_name("TOYCD");
    return image;
}

/* A cabinet file in `folder` of the image's volume, and the cabinet in it with one Quantum
 * folder. */
static inline struct wci_container *query_cabinet(struct wci_image *image, const char *folder,
                                                  const char *name, uint8_t digest)
{
    struct wci_container *volume = &image->containers[0];
    struct wci_container *cabinet;
    char *path = wci_arena_alloc(image->arena, strlen(folder) + strlen(name) + 2);

    (void)sprintf(path, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    (void)fixture_entry(volume, folder, name, 1716224);
    cabinet = fixture_cabinet(image, 0, path, digest);
    cabinet->parent_entry = volume->entry_count - 1;
    cabinet->cab->folder_count = 1;
    cabinet->cab->folders = wci_arena_calloc(image->arena, 1, sizeof(struct wci_cab_folder));
    cabinet->cab->folders[0].type_compress = 0x1572;
    cabinet->cab->folders[0].block_count = 10;
    return cabinet;
}

/* A file at `locator` of the cabinet's only folder. */
static inline struct wci_entry *query_file(struct wci_container *cabinet, const char *name,
                                           uint64_t size, uint64_t locator, uint8_t flags)
{
    struct wci_entry *entry = fixture_entry(cabinet, "", name, size);

    entry->cab_folder = 0;
    entry->locator = locator;
    entry->flags = flags;
    return entry;
}

/* The same as a published image: no folders, no locators. */
static inline struct wci_image *query_published(struct wci_image *image, const char *path)
{
    uint32_t i;

    image->kind = WCI_IMAGE_PUBLISHED;
    image->path = wci_bytes_of(path);
    for (i = 0; i < image->container_count; i++) {
        uint32_t row;

        if (image->containers[i].cab != NULL)
            image->containers[i].cab->folder_count = 0;
        for (row = 0; row < image->containers[i].entry_count; row++) {
            image->containers[i].entries[row].cab_folder = WCI_NONE;
            image->containers[i].entries[row].locator = 0;
        }
    }
    return image;
}

/* The id of the listing with the row `folded`, by a look into what was put. */
static inline enum wcab_err query_note_listing(void *context, uint32_t listing, uint32_t row)
{
    (void)row;
    *(uint32_t *)context = listing;
    return WCAB_OK;
}

static inline uint32_t query_listing(struct wci_writer *writer, const char *folded)
{
    struct wci_reader *reader = NULL;
    struct wcab_error err = {.text = ""};
    uint32_t listing = 0;

    CHECK_EQ_INT(wci_writer_reader(writer, &reader, &err), WCAB_OK);
    CHECK_EQ_INT(wci_reader_find(reader, wci_bytes_of(folded), query_note_listing, &listing, &err),
                 WCAB_OK);
    return listing;
}

/* ---- searching ---------------------------------------------------------------------------- */

/* What a check of an answer looks at when there is none. */
static inline const struct wcab_answer *query_nothing(void)
{
    static const struct wcab_need needs[4] = {{.disk = "no answer"}};
    static const struct wcab_copy copies[4] = {{.role = "no answer"}};
    static const char *const commands[4] = {"no answer", "no answer", "no answer", "no answer"};
    static const struct wcab_answer nothing = {.name = "no answer",
                                               .needs = needs,
                                               .need_count = 4,
                                               .commands = commands,
                                               .command_count = 4,
                                               .copies = copies,
                                               .copy_count = 4};

    return &nothing;
}

/* A search with one name, and its answers one after the other. */
struct query_run {
    const char *names[1];
    struct wcab_search_options options;
    struct wcab_search *search;
    const struct wcab_answer *answer; /* the last one, or query_nothing() */
};

/* The next answer; NULL at the end. */
static inline const struct wcab_answer *query_next(struct query_run *run)
{
    struct wcab_error err = {.text = ""};
    const struct wcab_answer *answer = NULL;

    if (run->search != NULL && wcab_search_next(run->search, &answer, &err) != WCAB_OK)
        CHECK_FAIL("the search failed: %s", err.text);
    run->answer = answer != NULL ? answer : query_nothing();
    return answer;
}

/* The next answer, which must be there: never NULL. */
static inline const struct wcab_answer *query_more(struct query_run *run)
{
    if (query_next(run) == NULL)
        CHECK_FAIL("no answer, or no further one, to %s", run->names[0]);
    return run->answer;
}

/* Starts the search with the options set in `run` beside the name; returns the first answer or
 * NULL. */
static inline const struct wcab_answer *
query_start(struct query_run *run, const struct query_fixture *fixture, const char *name)
{
    struct wcab_error err = {.text = ""};

    run->names[0] = name;
    run->options.sizeof_options = sizeof(run->options);
    run->options.names = run->names;
    run->options.name_count = 1;
    if (wcab_search_open(fixture->catalog, &run->options, &run->search, &err) != WCAB_OK)
        CHECK_FAIL("the search does not start: %s", err.text);
    return query_next(run);
}

/* The same where the answer must be there: never NULL. */
static inline const struct wcab_answer *
query_first(struct query_run *run, const struct query_fixture *fixture, const char *name)
{
    if (query_start(run, fixture, name) == NULL)
        CHECK_FAIL("no answer to %s", name);
    return run->answer;
}

static inline void query_stop(struct query_run *run)
{
    wcab_search_close(run->search);
    memset(run, 0, sizeof(*run));
}

/* Number of answers that are left. */
static inline int query_rest(struct query_run *run)
{
    int count = 0;

    while (query_next(run) != NULL)
        count++;
    return count;
}

#endif
