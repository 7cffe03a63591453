/*
 * verify_text - see verify_text.h.
 */
#include "cli/verify_text.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

enum { NAMES_SHOWN = 10 };

/* ---- places ------------------------------------------------------------------------------- */

static void print_name(const struct verify_text *text, const char *image)
{
    output_linked(text->links, (const uint8_t *)image, strlen(image), image);
}

static void print_place(const struct verify_text *text, const struct wcab_verify_event *event)
{
    print_name(text, event->image);
    if (event->container != NULL && event->container[0] != '\0') {
        printf(" > ");
        output_masked(stdout, event->container);
    }
    if (event->name != NULL) {
        printf(" > ");
        output_masked(stdout, event->name);
    }
}

static const char *word_of(const struct wcab_verify_event *event)
{
    return event->kind == WCAB_VERIFY_DAMAGED   ? "damaged"
           : event->kind == WCAB_VERIFY_MISSING ? "not whole"
           : event->kind == WCAB_VERIFY_FAULT   ? "could not be read"
                                                : "not read here";
}

/* " > container > name: word: reason", malloc'd; NULL without memory. */
static char *finding(const struct wcab_verify_event *event)
{
    const char *container = event->container != NULL ? event->container : "";
    const char *name = event->name != NULL ? event->name : "";
    char offset[48] = "";
    char *text = NULL;

    if (event->kind == WCAB_VERIFY_FAULT && event->error->offset != WCAB_NO_OFFSET)
        (void)snprintf(offset, sizeof(offset), " (at byte %llu)",
                       (unsigned long long)event->error->offset);
    if (asprintf(&text, "%s%s%s%s: %s: %s%s", container[0] != '\0' ? " > " : "", container,
                 name[0] != '\0' ? " > " : "", name, word_of(event), event->error->text,
                 offset) < 0)
        return NULL;
    return text;
}

/* ---- findings of one image ---------------------------------------------------------------- */

/* Appends ", name" to the names that are shown. */
static void add_name(struct verify_kind *kind, const char *name)
{
    char *longer = NULL;

    if (name == NULL || kind->named == NAMES_SHOWN ||
        asprintf(&longer, "%s%s%s", kind->names != NULL ? kind->names : "",
                 kind->names != NULL ? ", " : "", name) < 0)
        return;
    free(kind->names);
    kind->names = longer;
    kind->named++;
}

static void take_finding(struct verify_text *text, struct verify_kind *kind,
                         const struct wcab_verify_event *event)
{
    char *found = kind->count > 0 && !text->verbose ? NULL : finding(event);

    kind->count++;
    add_name(kind, event->name);
    if (text->verbose && found != NULL) {
        print_name(text, event->image);
        output_masked(stdout, found);
        printf("\n");
    }
    if (kind->first == NULL)
        kind->first = found;
    else
        free(found);
}

static void forget(struct verify_kind *kind)
{
    free(kind->first);
    free(kind->names);
    memset(kind, 0, sizeof(*kind));
}

/* "12 of 120 files lost: A, B and 10 more; the first > WIN95_07.CAB > A: damaged: ..." */
static void print_kind(const struct verify_text *text, const struct verify_kind *kind,
                       const char *what, uint64_t files)
{
    if (files > 0)
        printf("%llu of %llu file%s %s", (unsigned long long)kind->count, (unsigned long long)files,
               output_s(files), what);
    else
        printf("%llu place%s %s", (unsigned long long)kind->count, output_s(kind->count), what);
    if (kind->names != NULL) {
        printf(": ");
        output_masked(stdout, kind->names);
        if (kind->count > kind->named)
            printf(" and %llu more", (unsigned long long)(kind->count - kind->named));
    }
    if (!text->verbose && kind->first != NULL) {
        printf("; the first: ");
        output_masked(stdout, kind->first + (kind->first[0] == ' ' ? 3 : 2));
    }
}

static uint64_t all_findings(const struct verify_text *text)
{
    return text->lost.count + text->partial.count + text->faults.count + text->unread.count;
}

/* Of a single finding all is said in its own words. */
static bool print_single(const struct verify_text *text, const struct wcab_verify_event *event)
{
    const struct verify_kind *kinds[] = {&text->lost, &text->partial, &text->faults, &text->unread};
    size_t i;

    if (all_findings(text) != 1)
        return false;
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i]->count == 1 && kinds[i]->first != NULL) {
            print_name(text, event->image);
            output_masked(stdout, kinds[i]->first);
            printf("\n");
        }
    }
    return true;
}

static void print_findings(const struct verify_text *text, const struct wcab_verify_event *event)
{
    const char *divider = ": ";

    if (all_findings(text) == 0)
        return;
    if (text->verbose ? text->lost.count + text->partial.count == 0 : print_single(text, event))
        return; /* told already */
    print_name(text, event->image);
    if (text->lost.count > 0) {
        printf("%s", divider);
        print_kind(text, &text->lost, "lost", event->files);
        divider = "; ";
    }
    if (text->partial.count > 0) { /* what is here of them has been checked */
        printf("%s", divider);
        print_kind(text, &text->partial, "not whole, a cabinet is missing", event->files);
        divider = "; ";
    }
    if (text->unread.count > 0 && !text->verbose) {
        printf("%s", divider);
        print_kind(text, &text->unread, "not read here", event->files);
        divider = "; ";
    }
    if (text->faults.count > 0 && !text->verbose) {
        printf("%s", divider);
        print_kind(text, &text->faults, "could not be read", 0);
    }
    printf("\n");
}

/* ---- what is known of the medium ---------------------------------------------------------- */

static void print_listed(const struct wcab_listed *listed)
{
    if (listed->size_known)
        printf("%llu byte%s", (unsigned long long)listed->size, output_s(listed->size));
    else
        printf("size unknown");
    if (listed->modified[0] != '\0')
        printf(" of %s", listed->modified);
}

static const char *list_of(const struct wcab_verify_event *event)
{
    return event->told_by_medium ? "the medium's own table of contents" : "the published listing";
}

static void print_difference(const struct verify_text *text, const struct wcab_verify_event *event)
{
    print_place(text, event);
    switch (event->difference) {
    case WCAB_LISTING_MISSING:
        printf(": is in %s and not here", list_of(event));
        break;
    case WCAB_LISTING_EXTRA:
        printf(": is not in %s", list_of(event));
        break;
    case WCAB_LISTING_BYTES:
        printf(": other bytes than on a real one");
        break;
    case WCAB_LISTING_SIZE:
    case WCAB_LISTING_DATE:
        printf(": ");
        print_listed(&event->found);
        printf(event->told_by_medium ? ", told as " : ", published as ");
        print_listed(&event->published);
        break;
    }
    printf("\n");
}

static void print_digest(const struct verify_text *text, const struct wcab_verify_event *event)
{
    print_place(text, event);
    printf(event->matches ? ": equal to a known good dump (MD5)\n"
                          : ": not equal to the known good dump (MD5): another pressing, or "
                            "changed\n");
}

static void print_listing(const struct verify_text *text, const struct wcab_verify_event *event)
{
    print_name(text, event->image);
    if (event->listing_missing + event->listing_other + event->listing_extra > 0)
        printf(": against its published listing %llu missing, %llu of another size or date, "
               "%llu extra\n",
               (unsigned long long)event->listing_missing, (unsigned long long)event->listing_other,
               (unsigned long long)event->listing_extra);
    else
        printf(": as its published listing says\n");
}

/* ---- images ------------------------------------------------------------------------------- */

/* Of a sound image only with --verbose. */
static void print_sound(const struct verify_text *text, const struct wcab_verify_event *event)
{
    uint64_t unread = event->unsupported + event->encrypted;
    const char *before = event->kind == WCAB_VERIFY_SKIPPED ? " (verified before)" : "";

    print_name(text, event->image);
    if (unread > 0)
        printf(": %llu of %llu file%s not read here, the others are sound%s\n",
               (unsigned long long)unread, (unsigned long long)event->files, output_s(event->files),
               before);
    else
        printf(event->files == 1 ? ": its %llu file is sound%s\n"
                                 : ": all %llu files are sound%s\n",
               (unsigned long long)event->files, before);
}

static void print_zeroes(const struct verify_text *text, const struct wcab_verify_event *event)
{
    print_name(text, event->image);
    printf(": nothing but zeroes in %llu of %llu file%s\n", (unsigned long long)event->zeroes,
           (unsigned long long)event->files, output_s(event->files));
}

/* Where a real medium's bytes are known. */
static void print_real(const struct verify_text *text, const struct wcab_verify_event *event)
{
    if (event->bytes_same + event->bytes_other == 0)
        return;
    print_name(text, event->image);
    if (event->bytes_other == 0)
        printf(": the same bytes as on a real ");
    else
        printf(": %llu file%s with the same bytes as, %llu with others than on a real ",
               (unsigned long long)event->bytes_same, output_s(event->bytes_same),
               (unsigned long long)event->bytes_other);
    output_masked(stdout, event->real_medium != NULL ? event->real_medium : "medium");
    printf(" (%llu file%s compared)\n", (unsigned long long)event->bytes_same + event->bytes_other,
           output_s(event->bytes_same + event->bytes_other));
}

static void print_image(struct verify_text *text, const struct wcab_verify_event *event)
{
    bool sound = event->damaged + event->missing == 0;
    bool none = event->files == 0 && event->faults > 0; /* which has been told */
    bool differs = event->listing_missing + event->listing_other + event->listing_extra > 0;

    print_findings(text, event);
    print_real(text, event);
    if (sound && text->verbose && !none)
        print_sound(text, event);
    if (text->verbose && event->zeroes > 0)
        print_zeroes(text, event);
    if (event->has_listing && (differs || text->verbose))
        print_listing(text, event);
    forget(&text->lost);
    forget(&text->partial);
    forget(&text->faults);
    forget(&text->unread);
}

/* ---- equal copies ------------------------------------------------------------------------- */

static void end_copies(struct verify_text *text)
{
    if (text->copies > 0 && text->copies_of != NULL && text->copy != NULL) {
        print_name(text, text->copies_of);
        printf(": equal copies of %llu lost file%s are there, as of ",
               (unsigned long long)text->copies, output_s(text->copies));
        output_masked(stdout, text->copy);
        printf("\n");
    }
    free(text->copies_of);
    free(text->copy);
    text->copies_of = text->copy = NULL;
    text->copies = 0;
}

static void count_copy(struct verify_text *text, const struct wcab_verify_event *event)
{
    if (text->copies_of == NULL || strcmp(text->copies_of, event->image) != 0) {
        end_copies(text);
        text->copies_of = strdup(event->image);
        if (asprintf(&text->copy, "%s: %s", event->name, event->elsewhere) < 0)
            text->copy = NULL;
    }
    text->copies++;
}

static void print_copy(struct verify_text *text, const struct wcab_verify_event *event)
{
    if (!text->any_copy)
        printf("Equal copies of what is lost:\n");
    text->any_copy = true;
    printf("  ");
    output_masked(stdout, event->name);
    printf(": ");
    output_masked(stdout, event->elsewhere);
    printf("\n");
}

/* ---- events ------------------------------------------------------------------------------- */

void verify_text_event(struct verify_text *text, const struct wcab_verify_event *event)
{
    switch (event->kind) {
    case WCAB_VERIFY_PROGRESS:
        break;
    case WCAB_VERIFY_IMAGE:
    case WCAB_VERIFY_SKIPPED:
        print_image(text, event);
        break;
    case WCAB_VERIFY_DAMAGED:
        take_finding(text, &text->lost, event);
        break;
    case WCAB_VERIFY_MISSING:
        take_finding(text, &text->partial, event);
        break;
    case WCAB_VERIFY_UNREAD:
        take_finding(text, &text->unread, event);
        break;
    case WCAB_VERIFY_FAULT:
        take_finding(text, &text->faults, event);
        break;
    case WCAB_VERIFY_LISTING:
        if (text->verbose || event->told_by_medium) /* no count tells of these */
            print_difference(text, event);
        break;
    case WCAB_VERIFY_DIGEST:
        if (text->verbose)
            print_digest(text, event);
        break;
    case WCAB_VERIFY_CONTRADICTION:
        output_masked(stdout, event->image);
        printf(": ");
        output_masked(stdout, event->error->text);
        printf("\n");
        break;
    case WCAB_VERIFY_COPY:
        if (text->verbose)
            print_copy(text, event);
        else
            count_copy(text, event);
        break;
    }
}

void verify_text_end(struct verify_text *text)
{
    end_copies(text);
    forget(&text->lost);
    forget(&text->partial);
    forget(&text->faults);
    forget(&text->unread);
}
