/*
 * verify_json - what verification found as JSON, one object a line: docs/json.md describes it.
 */
#include <string.h>

#include "core/sized.h"
#include "query/output/json.h"
#include "whichcab.h"

static const char *name_of(const struct wcab_verify_event *event)
{
    switch (event->kind) {
    case WCAB_VERIFY_PROGRESS:
        return "progress";
    case WCAB_VERIFY_IMAGE:
    case WCAB_VERIFY_SKIPPED:
        return "image";
    case WCAB_VERIFY_DAMAGED:
        return "damaged";
    case WCAB_VERIFY_MISSING:
        return "missing";
    case WCAB_VERIFY_UNREAD:
        return event->error->code == WCAB_ERR_ENCRYPTED ? "encrypted" : "unsupported";
    case WCAB_VERIFY_FAULT:
        return "fault";
    case WCAB_VERIFY_LISTING:
        return "listing";
    case WCAB_VERIFY_DIGEST:
        return "digest";
    case WCAB_VERIFY_COPY:
        return "copy";
    case WCAB_VERIFY_CONTRADICTION:
        return "contradiction";
    }
    return "unknown";
}

static const char *name_of_difference(enum wcab_listing_difference difference)
{
    switch (difference) {
    case WCAB_LISTING_MISSING:
        return "missing";
    case WCAB_LISTING_EXTRA:
        return "extra";
    case WCAB_LISTING_SIZE:
        return "size";
    case WCAB_LISTING_BYTES:
        return "bytes";
    case WCAB_LISTING_DATE:
        return "date";
    }
    return "unknown";
}

static void put_image(struct wci_json *json, const struct wcab_verify_event *event)
{
    wci_json_number(json, "files", event->files);
    wci_json_number(json, "damaged", event->damaged);
    wci_json_number(json, "missing", event->missing);
    wci_json_number(json, "unsupported", event->unsupported);
    wci_json_number(json, "encrypted", event->encrypted);
    wci_json_number(json, "faults", event->faults);
    wci_json_number(json, "zeroes", event->zeroes);
    wci_json_bool(json, "verified_before", event->kind == WCAB_VERIFY_SKIPPED);
    if (event->bytes_same + event->bytes_other > 0) {
        wci_json_begin(json, "real_medium", '{');
        wci_json_text(json, "title", event->real_medium);
        wci_json_number(json, "same_bytes", event->bytes_same);
        wci_json_number(json, "other_bytes", event->bytes_other);
        wci_json_end(json, '}');
    } else {
        wci_json_null(json, "real_medium");
    }
    if (event->has_listing) {
        wci_json_begin(json, "listing", '{');
        wci_json_number(json, "missing", event->listing_missing);
        wci_json_number(json, "other", event->listing_other);
        wci_json_number(json, "extra", event->listing_extra);
        wci_json_end(json, '}');
    } else {
        wci_json_null(json, "listing");
    }
}

static void put_listed(struct wci_json *json, const char *key, const struct wcab_listed *listed,
                       bool there)
{
    if (!there) {
        wci_json_null(json, key);
        return;
    }
    wci_json_begin(json, key, '{');
    if (listed->size_known)
        wci_json_number(json, "size", listed->size);
    else
        wci_json_null(json, "size");
    wci_json_text(json, "modified", listed->modified[0] != '\0' ? listed->modified : NULL);
    wci_json_end(json, '}');
}

static void put_error(struct wci_json *json, const struct wcab_error *error)
{
    wci_json_text(json, "reason", error->text);
    if (error->offset != WCAB_NO_OFFSET)
        wci_json_number(json, "offset", error->offset);
    else
        wci_json_null(json, "offset");
}

static enum wcab_err do_verify_event_json(const struct wcab_verify_event *event,
                                          wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    wci_json_open(&json, name_of(event));
    wci_json_text(&json, "image", event->image);
    if (event->image != NULL)
        wci_json_raw(&json, "image_raw", (const uint8_t *)event->image, strlen(event->image));
    wci_json_text(&json, "medium", event->medium);
    wci_json_text(&json, "disk", event->disk);
    if (event->kind == WCAB_VERIFY_IMAGE || event->kind == WCAB_VERIFY_SKIPPED)
        put_image(&json, event);
    else if (event->kind != WCAB_VERIFY_LISTING && event->kind != WCAB_VERIFY_DIGEST)
        wci_json_text(&json, "container", event->container);
    else if (event->kind == WCAB_VERIFY_LISTING)
        wci_json_text(&json, "cabinet", event->container[0] != '\0' ? event->container : NULL);
    if (event->kind != WCAB_VERIFY_IMAGE && event->kind != WCAB_VERIFY_SKIPPED)
        wci_json_text(&json, "name", event->name);
    if (event->kind == WCAB_VERIFY_LISTING) {
        wci_json_text(&json, "difference", name_of_difference(event->difference));
        wci_json_text(&json, "source", event->told_by_medium ? "medium" : "published");
        put_listed(&json, "published", &event->published, event->difference != WCAB_LISTING_EXTRA);
        put_listed(&json, "found", &event->found, event->difference != WCAB_LISTING_MISSING);
    }
    if (event->kind == WCAB_VERIFY_DIGEST)
        wci_json_bool(&json, "matches", event->matches);
    if (event->kind == WCAB_VERIFY_COPY)
        wci_json_text(&json, "elsewhere", event->elsewhere);
    if (event->error != NULL)
        put_error(&json, event->error);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_verify_event_json(const struct wcab_verify_event *event, wcab_text_sink *sink,
                                     void *context)
{
    return event == NULL || sink == NULL ? WCAB_ERR_USAGE
                                         : do_verify_event_json(event, sink, context);
}

static enum wcab_err do_verify_result_json(const struct wcab_verify_result *result,
                                           wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    wci_json_open(&json, "summary");
    wci_json_number(&json, "images", result->images);
    wci_json_number(&json, "images_verified_before", result->skipped);
    wci_json_number(&json, "files", result->files);
    wci_json_number(&json, "damaged", result->damaged);
    wci_json_number(&json, "missing", result->missing);
    wci_json_number(&json, "unsupported", result->unsupported);
    wci_json_number(&json, "encrypted", result->encrypted);
    wci_json_number(&json, "faults", result->faults);
    wci_json_number(&json, "zeroes", result->zeroes);
    wci_json_number(&json, "bytes", result->bytes);
    wci_json_number(&json, "listing_missing", result->listing_missing);
    wci_json_number(&json, "listing_other", result->listing_other);
    wci_json_number(&json, "listing_extra", result->listing_extra);
    wci_json_number(&json, "digests_equal", result->digests_equal);
    wci_json_number(&json, "digests_other", result->digests_other);
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_verify_result_json(const struct wcab_verify_result *result, wcab_text_sink *sink,
                                      void *context)
{
    struct wcab_verify_result taken;

    if (sink == NULL || wci_sized_take(&taken, sizeof(taken), result, NULL) != WCAB_OK)
        return WCAB_ERR_USAGE;
    return do_verify_result_json(&taken, sink, context);
}
