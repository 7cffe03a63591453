/*
 * volume_lha - see volume_lha.h.
 */
#include "media/archive/volume_lha.h"

#include <stdlib.h>

#include "core/dostime.h"
#include "core/text.h"
#include "media/archive/lha_library.h"
#include "media/bytes/member_path.h"

struct lha {
    struct wci_volume base;
    struct wci_budget own_budget; /* used when the volume was given none */
    struct wci_named_files files; /* the archive's copy */
    bool is_listed;
    struct wci_lha_list list;
};

static enum wcab_err need_list(struct lha *lha, struct wcab_error *err)
{
    struct wci_budget *budget = wci_volume_start_budget(&lha->base, &lha->own_budget);
    enum wcab_err code;

    if (lha->is_listed)
        return WCAB_OK;
    code = wci_named_files_add(&lha->files, "1.lzh", lha->base.source,
                               wci_source_size(lha->base.source), budget, err);
    if (code == WCAB_OK)
        code = wci_lha_library_list(&lha->files, budget, &lha->list, err);
    lha->is_listed = code == WCAB_OK;
    return code;
}

/* Adds the folders that have a field of their own, where FF parts them. */
static bool add_folders(struct wci_member_path *path, struct wci_bytes given)
{
    char text[WCI_LIMIT_PATH];
    size_t i;

    if (given.length > sizeof(text))
        return false;
    for (i = 0; i < given.length; i++)
        text[i] = given.data[i] == '\xFF' ? '/' : given.data[i];
    return wci_member_path_add(path, (struct wci_bytes){text, given.length}, "/");
}

static bool make_path(const struct wci_lha_member *member, size_t number,
                      struct wci_member_path *path)
{
    wci_member_path_start(path);
    if (!add_folders(path, member->folder) ||
        !wci_member_path_add(path, member->name, member->has_path ? "/\\" : "/"))
        return false;
    wci_member_path_end(path, number + 1);
    return true;
}

static enum wcab_err visit(const struct wci_lha_member *member, size_t number,
                           const struct wci_visitor *visitor, struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = number};
    struct wci_member_path path;

    if (!member->is_file)
        return WCAB_OK;
    if (!make_path(member, number, &path)) {
        struct wcab_error fault;

        (void)wci_error_set(&fault, WCAB_ERR_LIMIT, "name of member %zu is too long", number + 1);
        visitor->fault(visitor->context, &fault);
        return WCAB_OK;
    }
    wci_member_path_put(&path, &entry);
    entry.size = member->size;
    entry.flags = member->size_known ? 0 : WCI_ENTRY_SIZE_UNKNOWN;
    entry.modified = member->time == 0 ? 0 : wci_dostime_local((int64_t)member->time);
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err lha_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct lha *lha = (struct lha *)volume;
    enum wcab_err code = need_list(lha, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < lha->list.count; i++)
        code = visit(&lha->list.members[i], i, visitor, err);
    if (code == WCAB_OK && (!lha->list.whole || lha->list.broke)) {
        struct wcab_error fault;

        (void)wci_error_set_at(&fault, WCAB_ERR_CORRUPT, lha->list.end,
                               "LHA archive: cut off or damaged behind member %zu",
                               lha->list.count);
        visitor->fault(visitor->context, &fault);
    }
    return code;
}

static enum wcab_err lha_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct lha *lha = (struct lha *)volume;
    const struct wci_lha_member *member = NULL;
    struct wci_member_path path;
    struct wci_spool spool;
    enum wcab_err code = need_list(lha, err);

    if (code != WCAB_OK)
        return code;
    if (entry->locator < lha->list.count)
        member = &lha->list.members[entry->locator];
    if (member == NULL || !member->is_file || !make_path(member, (size_t)entry->locator, &path) ||
        !wci_member_path_is(&path, member->size, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "member %llu of the archive is another file",
                             (unsigned long long)entry->locator + 1);
    wci_spool_init(&spool, wci_volume_start_budget(&lha->base, &lha->own_budget),
                   wci_source_size(lha->base.source));
    spool.expected = member->size;
    code = wci_spool_check_claim(&spool, member->size, err);
    if (code == WCAB_OK)
        code = wci_lha_library_save(&lha->files, (size_t)entry->locator, &spool, err);
    if (code == WCAB_OK && member->size_known && spool.size != member->size)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "ends after %llu of %lu bytes",
                             (unsigned long long)spool.size, (unsigned long)member->size);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, source, err);
    wci_spool_discard(&spool);
    return code;
}

static enum wcab_err lha_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    (void)volume;
    return wci_volume_say_format(arena, container, WCI_CONTAINER_ARCHIVE, "LHA", err);
}

static void lha_close(struct wci_volume *volume)
{
    struct lha *lha = (struct lha *)volume;

    wci_named_files_remove(&lha->files);
    wci_lha_list_free(&lha->list);
    free(lha);
}

static const struct wci_volume_ops lha_ops = {
    .describe = lha_describe, .walk = lha_walk, .open_entry = lha_open_entry, .close = lha_close};

enum wcab_err wci_volume_lha_open(struct wci_source *source, const char *reason,
                                  struct wci_volume **volume, struct wcab_error *err)
{
    struct lha *lha = calloc(1, sizeof(*lha));

    if (lha == NULL)
        return wci_error_nomem(err);
    wci_volume_begin(&lha->base, &lha_ops, source, reason);
    wci_named_files_init(&lha->files);
    wci_buffer_init(&lha->list.bytes);
    *volume = &lha->base;
    return WCAB_OK;
}
