/*
 * own - see own.h.
 */
#include "media/bytes/own.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static const char scheme[] = "own://";

struct own_source {
    struct wci_source base;
    struct wci_own own;
    _Atomic uint64_t *counter;
    char *name; /* owned */
};

/* What the caller's function has returned; it need not say more. */
static enum wcab_err failed(enum wcab_err code, uint64_t offset, struct wcab_error *err)
{
    if ((unsigned)code > WCAB_ERR_ENCRYPTED)
        code = WCAB_ERR_IO;
    return wci_error_set_at(err, code, offset, "who hands out its bytes says: %s",
                            wcab_err_text(code));
}

enum wcab_err wci_own_look(const struct wci_own *own, const char *url,
                           struct wci_fetch_facts *facts, struct wcab_error *err)
{
    enum wcab_err code;

    if (own->read == NULL)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "nobody hands out its bytes here");
    *facts = (struct wci_fetch_facts){.size = 0};
    code = own->look(own->context, url + strlen(scheme), &facts->size, &facts->tag);
    if (code == WCAB_OK && facts->size == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "is empty");
    return code == WCAB_OK ? WCAB_OK : failed(code, WCAB_NO_OFFSET, err);
}

static enum wcab_err own_read(struct wci_source *base, uint64_t offset, void *buffer, size_t length,
                              size_t *got, struct wcab_error *err)
{
    struct own_source *source = (struct own_source *)base;
    enum wcab_err code =
        source->own.read(source->own.context, source->name, offset, buffer, length);

    if (code != WCAB_OK)
        return failed(code, offset, err);
    if (source->counter != NULL)
        atomic_fetch_add_explicit(source->counter, length, memory_order_relaxed);
    *got = length;
    return WCAB_OK;
}

static void own_close(struct wci_source *base)
{
    struct own_source *source = (struct own_source *)base;

    free(source->name);
    free(source);
}

static const struct wci_source_ops own_ops = {own_read, own_close};

enum wcab_err wci_own_open(const struct wci_own *own, const char *url, _Atomic uint64_t *counter,
                           struct wci_source **source, struct wcab_error *err)
{
    struct own_source *made;
    struct wci_fetch_facts facts;
    enum wcab_err code = wci_own_look(own, url, &facts, err);

    if (code != WCAB_OK)
        return code;
    made = wci_mem_calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->name = strdup(url + strlen(scheme));
    if (made->name == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    made->base.ops = &own_ops;
    made->base.size = facts.size;
    made->own = *own;
    made->counter = counter;
    *source = &made->base;
    return WCAB_OK;
}
