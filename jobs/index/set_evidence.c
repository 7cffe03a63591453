/*
 * set_evidence - see set_evidence.h.
 */
#include "jobs/index/set_evidence.h"

#include <stdlib.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/text.h"
#include "indexer/join.h"
#include "jobs/index/cut.h"

enum {
    PLACES_MAX = 16, /* copies of a cabinet that are looked at */
    NEAR_IMAGE = 100,
    NEAR_FOLDER = 50,
    NEAR_NAME = 10
};

struct wci_set_evidence {
    struct wci_reader *reader;
    const struct wcab_cancel *cancel;
};

/* Where copies of one cabinet lie. */
struct places {
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct wci_cab *cab;
    size_t count;
    uint32_t images[PLACES_MAX];
    struct wci_bytes folders[PLACES_MAX]; /* of the host */
    struct wci_bytes names[PLACES_MAX];   /* of the cabinet, last part */
};

enum wcab_err wci_set_evidence_new(struct wci_reader *reader, const struct wcab_cancel *cancel,
                                   struct wci_set_evidence **evidence, struct wcab_error *err)
{
    struct wci_set_evidence *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return wci_error_nomem(err);
    made->reader = reader;
    made->cancel = cancel;
    *evidence = made;
    return WCAB_OK;
}

void wci_set_evidence_free(struct wci_set_evidence *evidence)
{
    free(evidence);
}

/* What stands behind the folder part. */
static struct wci_bytes file_part(struct wci_bytes path)
{
    size_t folder = wci_bytes_folder(path).length;

    path.data += folder;
    path.length -= folder;
    return path;
}

static enum wcab_err add_place(void *context, uint32_t image_id, uint32_t container)
{
    struct places *places = context;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;

    if (places->count == PLACES_MAX)
        return WCAB_OK;
    code = wci_reader_image(places->reader, image_id, places->arena, &image, &state, NULL);
    if (code != WCAB_OK || container >= image.container_count)
        return code;
    places->images[places->count] = image_id;
    places->folders[places->count] = wci_bytes_folder(image.path);
    places->names[places->count] = file_part(image.containers[container].name);
    places->count++;
    return WCAB_OK;
}

static enum wcab_err find_places(const struct wci_set_evidence *evidence, uint32_t listing_id,
                                 struct wci_arena *arena, struct places *places)
{
    struct wci_listing listing;
    enum wcab_err code;

    places->reader = evidence->reader;
    places->arena = arena;
    places->count = 0;
    code = wci_reader_listing(evidence->reader, listing_id, &listing, NULL);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, arena, &places->cab, NULL);
    if (code == WCAB_OK)
        code = wci_reader_each_place(evidence->reader, listing_id, add_place, places, NULL);
    return code;
}

static int nearness_of(const struct places *a, size_t i, const struct places *b, size_t j)
{
    int nearness = 0;

    if (a->images[i] == b->images[j])
        nearness += NEAR_IMAGE;
    if (wci_bytes_equal(a->folders[i], b->folders[j]))
        nearness += NEAR_FOLDER;
    if (wci_text_equal_folded(a->cab->next_cabinet, b->names[j]))
        nearness += NEAR_NAME;
    if (wci_text_equal_folded(b->cab->previous_cabinet, a->names[i]))
        nearness += NEAR_NAME;
    return nearness;
}

int wci_set_evidence_nearness(void *context, uint32_t listing, uint32_t next)
{
    const struct wci_set_evidence *evidence = context;
    struct wci_arena *arena = wci_arena_new();
    struct places a, b;
    int best = 0;
    size_t i, j;

    if (arena != NULL && find_places(evidence, listing, arena, &a) == WCAB_OK &&
        find_places(evidence, next, arena, &b) == WCAB_OK) {
        for (i = 0; i < a.count; i++) {
            for (j = 0; j < b.count; j++) {
                int nearness = nearness_of(&a, i, &b, j);

                best = nearness > best ? nearness : best;
            }
        }
    }
    wci_arena_free(arena);
    return best;
}

int wci_set_evidence_content(void *context, uint32_t listing, uint32_t next)
{
    const struct wci_set_evidence *evidence = context;

    if (wci_cancel_is_set(evidence->cancel))
        return WCI_JOIN_UNKNOWN;
    return wci_cut_fits(evidence->reader, listing, next);
}
