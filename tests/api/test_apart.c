/*
 * Work in a process of its own in the sandbox: it does what it is asked, may no more than that, and its
 * end is no more than an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api_fixture.h"

static struct api_fixture fixture;

struct text {
    char bytes[1 << 16];
    size_t size;
    bool refuses;
};

static enum wcab_err keep(void *context, const char *bytes, size_t length)
{
    struct text *text = context;

    if (text->refuses || length > sizeof(text->bytes) - text->size)
        return WCAB_ERR_LIMIT;
    memcpy(text->bytes + text->size, bytes, length);
    text->size += length;
    return WCAB_OK;
}

static enum wcab_err
run(enum wcab_err (*work)(void *, wcab_text_sink *, void *, struct wcab_error *),
    const struct wcab_sandbox_options *rights, struct text *text, struct wcab_error *err)
{
    const struct wcab_apart_options options = {.sizeof_options = sizeof(options),
                                               .rights = rights,
                                               .seconds = 20,
                                               .work = work,
                                               .take = keep,
                                               .take_context = text};

    text->size = 0;
    memset(err, 0, sizeof(*err));
    return wcab_apart_run(&options, err);
}

/* ---- what it does ------------------------------------------------------------------------- */

struct lister {
    wcab_text_sink *out;
    void *context;
};

static enum wcab_err put_item(void *context, const struct wcab_list_item *item)
{
    const struct lister *lister = context;

    return wcab_list_item_json(item, "image", lister->out, lister->context);
}

static enum wcab_err list(void *context, wcab_text_sink *out, void *out_context,
                          struct wcab_error *err)
{
    struct lister lister = {out, out_context};
    const struct wcab_list_options options = {
        .sizeof_options = sizeof(options), .context = &lister, .item = put_item};

    (void)context;
    return wcab_list(fixture.image, &options, err);
}

static void an_image_is_listed(void)
{
    static struct text here, there;
    struct wcab_error err;

    here.size = 0;
    CHECK_EQ_INT(list(NULL, keep, &here, &err), WCAB_OK);
    CHECK(here.size > 300);
    CHECK_EQ_INT(run(list, NULL, &there, &err), WCAB_OK);
    CHECK_EQ_INT(there.size, here.size);
    CHECK(memcmp(here.bytes, there.bytes, here.size) == 0);
}

static char catalog[4200];

static enum wcab_err index_it(void *context, wcab_text_sink *out, void *out_context,
                              struct wcab_error *err)
{
    const char *const paths[] = {fixture.image};
    const struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                               .paths = paths,
                                               .path_count = 1,
                                               .threads = 2,
                                               .profiles = WCAB_SOURCE_DIR "/media-profiles"};

    (void)context;
    (void)out;
    (void)out_context;
    return wcab_index(catalog, &options, NULL, err);
}

static void an_image_is_indexed(void)
{
    const char *const folders[] = {catalog};
    const struct wcab_sandbox_options rights = {
        .sizeof_options = sizeof(rights), .folders = folders, .folder_count = 1};
    struct wcab_catalog_stats stats = {.sizeof_stats = sizeof(stats)};
    struct wcab_catalog *opened = NULL;
    static struct text text;
    struct wcab_error err;

    (void)snprintf(catalog, sizeof(catalog), "%s-apart", fixture.catalog);
    CHECK_EQ_INT(mkdir(catalog, 0700), 0);
    CHECK_EQ_INT(run(index_it, &rights, &text, &err), WCAB_OK);
    CHECK_EQ_INT(wcab_catalog_open(catalog, NULL, &opened, &err), WCAB_OK);
    CHECK_EQ_INT(wcab_catalog_stats(opened, &stats, &err), WCAB_OK);
    CHECK_EQ_INT(stats.images, 1);
    wcab_catalog_close(opened);
}

/* ---- what it may not ---------------------------------------------------------------------- */

static char outside[4200];

static enum wcab_err misbehave(void *context, wcab_text_sink *out, void *out_context,
                               struct wcab_error *err)
{
    int file = open(outside, O_WRONLY | O_CREAT, 0600);
    int network = socket(AF_INET, SOCK_STREAM, 0);

    (void)context;
    (void)err;
    if (file >= 0)
        (void)out(out_context, "f", 1);
    if (network >= 0)
        (void)out(out_context, "n", 1);
    return out(out_context, "done", 4);
}

static void it_writes_nowhere_else(void)
{
    struct wcab_apart_options options = {
        .sizeof_options = sizeof(options), .strict = true, .work = misbehave};
    static struct text text;
    struct wcab_error err;
    enum wcab_err code;

    (void)snprintf(outside, sizeof(outside), "%s-outside", fixture.catalog);
    options.take = keep;
    options.take_context = &text;
    code = wcab_apart_run(&options, &err);
    if (code == WCAB_ERR_UNSUPPORTED) {
        printf("this system has no whole sandbox\n");
        return;
    }
    CHECK_EQ_INT(code, WCAB_OK);
    CHECK_EQ_INT(text.size, 4); /* "done" alone */
    CHECK(access(outside, F_OK) != 0);
}

/* ---- how it ends -------------------------------------------------------------------------- */

static enum wcab_err die(void *context, wcab_text_sink *out, void *out_context,
                         struct wcab_error *err)
{
    (void)context;
    (void)err;
    (void)out(out_context, "half", 4);
    _exit(0);
}

static enum wcab_err lie(void *context, wcab_text_sink *out, void *out_context,
                         struct wcab_error *err)
{
    (void)context;
    (void)out;
    (void)out_context;
    memset(err, 'x', sizeof(*err)); /* no code, no end */
    return (enum wcab_err)1000;
}

static enum wcab_err complain(void *context, wcab_text_sink *out, void *out_context,
                              struct wcab_error *err)
{
    (void)context;
    (void)out;
    (void)out_context;
    (void)snprintf(err->text, sizeof(err->text), "nothing is there");
    return WCAB_ERR_NOTFOUND;
}

static int always(void *context)
{
    (void)context;
    return 1;
}

static enum wcab_err sleep_on(void *context, wcab_text_sink *out, void *out_context,
                              struct wcab_error *err)
{
    (void)context;
    (void)out;
    (void)out_context;
    (void)err;
    while (sleep(1000) <= 1000)
        continue;
    return WCAB_OK;
}

static void its_end_is_an_error(void)
{
    const struct wcab_cancel cancel = {always, NULL};
    const struct wcab_apart_options cancelled = {
        .sizeof_options = sizeof(cancelled), .work = sleep_on, .cancel = &cancel};
    static struct text text;
    struct wcab_error err;

    CHECK_EQ_INT(run(die, NULL, &text, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(text.size, 4);
    CHECK_EQ_INT(run(lie, NULL, &text, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(run(complain, NULL, &text, &err), WCAB_ERR_NOTFOUND);
    CHECK_EQ_STR(err.text, "nothing is there");
    text.refuses = true;
    CHECK_EQ_INT(run(die, NULL, &text, &err), WCAB_ERR_LIMIT);
    text.refuses = false;
    CHECK_EQ_INT(wcab_apart_run(&cancelled, &err), WCAB_ERR_CANCELLED);
}

int main(void)
{
    api_begin(&fixture);
    RUN(an_image_is_listed);
    RUN(an_image_is_indexed);
    RUN(it_writes_nowhere_else);
    RUN(its_end_is_an_error);
    api_end(&fixture);
    return check_report();
}
