/*
 * extract_paths - where an extracted file lies when the folders of its medium are kept.
 *
 * The text of an answer is taken apart: its containers, each a folder NAME.files, then the file's own
 * folders.  Names come from media: each part is made into a plain name, so none leads out of the
 * output folder.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/extract/extract_run.h"

static const char container_end[] = ".files";

/* A part as a name that can be made, '/' behind it; _ for what can't be. */
static void put_part(const char *part, size_t length, const char *end, struct wci_buffer *out)
{
    struct wci_bytes name = {part, length};
    struct wci_buffer made;
    struct wcab_error ignored;

    wci_buffer_init(&made);
    if (length > 255 - strlen(end) || wci_output_name_make(name, &made, &ignored) != WCAB_OK) {
        wci_buffer_clear(&made);
        wci_buffer_u8(&made, '_');
    }
    wci_buffer_put(out, made.data, made.size);
    wci_buffer_put(out, end, strlen(end));
    wci_buffer_u8(out, '/');
    out->ok = out->ok && made.ok;
    wci_buffer_free(&made);
}

/* The folders before the last part of a path, and with `end` that part, too, as a folder. */
static void put_path(const char *path, size_t length, const char *end, struct wci_buffer *out)
{
    size_t start = 0, i;

    for (i = 0; i < length; i++) {
        if (path[i] != '/' && path[i] != '\\')
            continue;
        if (i > start)
            put_part(path + start, i - start, "", out);
        start = i + 1;
    }
    if (end != NULL && length > start)
        put_part(path + start, length - start, end, out);
}

static void put_containers(const char *chain, struct wci_buffer *out)
{
    static const char between[] = " > ";

    while (chain != NULL && *chain != '\0') {
        const char *next = strstr(chain, between);
        size_t length = next != NULL ? (size_t)(next - chain) : strlen(chain);

        put_path(chain, length, container_end, out);
        chain = next != NULL ? next + strlen(between) : NULL;
    }
}

static const char *keep(struct wci_arena *arena, struct wci_buffer *text)
{
    const char *kept;

    wci_buffer_u8(text, 0);
    kept = text->ok ? wci_arena_strdup(arena, (const char *)text->data) : NULL;
    wci_buffer_free(text);
    return kept;
}

const char *wci_extract_folders(struct wci_arena *arena, const struct wcab_answer *answer)
{
    const char *path = answer->stored_path != NULL ? answer->stored_path : answer->path;
    struct wci_buffer text;

    wci_buffer_init(&text);
    put_containers(answer->container, &text);
    if (path != NULL)
        put_path(path, strlen(path), NULL, &text);
    return keep(arena, &text);
}

enum wcab_err wci_extract_divide(struct wci_extraction *run, struct wcab_error *err)
{
    size_t i;

    for (i = 1; i < run->count && run->targets[i].image == run->targets[0].image; i++)
        ;
    if (i >= run->count)
        return WCAB_OK;
    for (i = 0; i < run->count; i++) {
        struct wci_target *target = &run->targets[i];
        const char *slash = strrchr(target->image_path, '/');
        const char *name = slash != NULL ? slash + 1 : target->image_path;
        struct wci_buffer text;

        wci_buffer_init(&text);
        put_path(name, strlen(name), container_end, &text);
        wci_buffer_put(&text, target->folders, strlen(target->folders));
        target->folders = keep(run->arena, &text);
        if (target->folders == NULL)
            return wci_error_nomem(err);
    }
    return WCAB_OK;
}
