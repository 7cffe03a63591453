/*
 * check_medium_infs - the information files of the release's medium, for a Windows whose own ones are lost.
 *
 * They are taken out of an indexed image; a published listing has no contents.
 */
#include <string.h>

#include "core/error.h"
#include "jobs/check/check_run.h"

enum { INF_BYTES = 1024 * 1024, ALL_BYTES = 64 * 1024 * 1024 };

struct taking {
    struct wci_check *check;
    enum wcab_err (*inf)(struct wci_check *check, struct wci_bytes name, struct wci_bytes text);
    struct wci_buffer text; /* of the file at hand */
    size_t taken;           /* bytes of all */
    enum wcab_err code;     /* of `inf` */
};

static enum wcab_err put(void *context, const void *data, size_t size)
{
    struct taking *taking = context;

    if (taking->text.size < INF_BYTES)
        wci_buffer_put(&taking->text, data, size);
    return taking->text.ok ? WCAB_OK : WCAB_ERR_NOMEM;
}

/* A file has come to its end. */
static void on_event(void *context, const struct wcab_extract_event *event)
{
    struct taking *taking = context;
    struct wci_bytes text = wci_buffer_view(&taking->text), name;
    bool is_taken = event->kind == WCAB_EXTRACT_DONE && taking->code == WCAB_OK &&
                    text.length <= INF_BYTES && text.length <= ALL_BYTES - taking->taken;

    if (is_taken) {
        taking->taken += text.length;
        text = wci_arena_bytes(taking->check->arena, text);
        name = wci_arena_bytes(taking->check->arena, wci_bytes_of(event->name));
        taking->code = text.data == NULL || name.data == NULL
                           ? wci_error_nomem(taking->check->err)
                           : taking->inf(taking->check, name, text);
    }
    wci_buffer_clear(&taking->text);
}

enum wcab_err wci_check_each_medium_inf(struct wci_check *check,
                                        enum wcab_err (*inf)(struct wci_check *check,
                                                             struct wci_bytes name,
                                                             struct wci_bytes text))
{
    static const char *const names[] = {"*.inf"};
    const struct wcab_search_options search = {.sizeof_options = sizeof(search),
                                               .names = names,
                                               .name_count = 1,
                                               .match = WCAB_MATCH_GLOB,
                                               .medium = check->told.medium};
    struct taking taking = {.check = check, .inf = inf};
    const struct wcab_extract_options options = {.sizeof_options = sizeof(options),
                                                 .search = &search,
                                                 .context = &taking,
                                                 .put = put,
                                                 .on_event = on_event};
    struct wcab_error error;
    enum wcab_err code;

    if (check->told.medium == NULL)
        return WCAB_OK;
    wci_buffer_init(&taking.text);
    code = wcab_extract(check->catalog, &options, NULL, &error);
    wci_buffer_free(&taking.text);
    if (taking.code != WCAB_OK)
        return taking.code;
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    return WCAB_OK; /* no image has any, or some can't be read: what there is, is enough */
}
