/*
 * sandbox - wcab_sandbox_enter; see sandbox.h.
 */
#include "query/rights/sandbox.h"

#include "core/error.h"
#include "core/sized.h"

enum wcab_err wci_sandbox_take(const struct wcab_sandbox_options *given,
                               struct wcab_sandbox_options *taken, struct wcab_error *err)
{
    enum wcab_err code = wci_sized_take(taken, sizeof(*taken), given, err);

    if (code == WCAB_OK)
        code = wci_sized_check_names(taken->folders, taken->folder_count, err);
    if (code == WCAB_OK && taken->readable != NULL)
        code = wci_sized_check_names(taken->readable, taken->readable_count, err);
    return code;
}

struct wci_rights_dropped wci_sandbox_drop(const struct wcab_sandbox_options *options)
{
    const struct wci_rights rights = {.folders = options->folders,
                                      .folder_count = options->folder_count,
                                      .makes_folders = options->makes_folders,
                                      .sets_times = options->sets_times,
                                      .serves = options->serves,
                                      .readable = options->readable,
                                      .readable_count = options->readable_count};
    struct wci_rights_dropped dropped;

    wci_rights_drop(&rights, &dropped);
    return dropped;
}

enum wcab_err wcab_sandbox_enter(const struct wcab_sandbox_options *options,
                                 struct wcab_sandbox_result *result, struct wcab_error *err)
{
    struct wcab_sandbox_options taken;
    struct wcab_sandbox_result made = {.files = false};
    struct wcab_error own;
    enum wcab_err code;

    wci_error_clear(&own);
    code = wci_sized_check(result, &own);
    if (code == WCAB_OK)
        code = wci_sandbox_take(options, &taken, &own);
    if (code == WCAB_OK) {
        struct wci_rights_dropped dropped = wci_sandbox_drop(&taken);

        made.files = dropped.files;
        made.calls = dropped.calls;
    }
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
