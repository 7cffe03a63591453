/*
 * handle - an open catalog: what was indexed and what was published, each opened when it is first
 * asked, with the media profiles and the images that a query has met.
 */
#ifndef WCI_HANDLE_H
#define WCI_HANDLE_H

#include "catalog/catalog.h"
#include "profiles/profile.h"
#include "whichcab.h"

/* One half: the user's own catalog, or the published one. */
struct wci_half {
    bool published;
    bool tried;                /* opening was tried; reader NULL: there is none */
    struct wci_store *store;   /* owned */
    struct wci_reader *reader; /* owned; NULL when there is none */
};

/* A profile that was asked for. */
struct wci_known_profile {
    struct wci_bytes id;
    struct wci_profile *profile; /* owned; NULL: there is none with that id */
};

struct wcab_catalog {
    char *path;           /* owned: folder of the own catalog */
    char *published_path; /* owned; NULL: without */
    char *profile_folder; /* owned: the user's profiles */
    struct wci_half own, published;
    struct wcab_cancel cancel;             /* asked by all that the handle is used for */
    struct wcab_fetch *fetch;              /* borrowed; NULL: nothing is fetched */
    struct wci_profile_list user_profiles; /* owned; valid when user_profiles_read */
    bool user_profiles_read;
    struct wci_profile *family_rules;   /* owned: wci_family_rules; NULL until asked for */
    struct wci_arena *arena;            /* ids */
    struct wci_known_profile *profiles; /* owned: the project's, as they were asked for */
    size_t profile_count, profile_capacity;
    struct wci_bytes *media; /* owned: ids of the media that are indexed, when media_known */
    size_t media_count, media_capacity;
    bool media_known;
};

/* Opens the half's reader: NULL in *reader when there is no such catalog (an empty one).  VERSION,
 * CORRUPT, UNSUPPORTED, IO, NOMEM, with the catalog's path as place. */
enum wcab_err wci_handle_reader(struct wcab_catalog *catalog, bool published,
                                struct wci_reader **reader, struct wcab_error *err);

/* Closes the readers, so that the next use sees what was written since. */
void wci_handle_refresh(struct wcab_catalog *catalog);

/* The profile with that id: the user's own, else the project's; NULL when there is none.  Borrowed
 * from the handle.  CORRUPT: the user's profile is broken (its file is the place). */
enum wcab_err wci_handle_profile(struct wcab_catalog *catalog, struct wci_bytes id,
                                 const struct wci_profile **profile, struct wcab_error *err);

/* Each profile's id and text in order of ids, a user's profile in place of the project's. */
typedef enum wcab_err wci_profile_text_visitor(void *context, struct wci_bytes id,
                                               struct wci_bytes text, bool user);
enum wcab_err wci_handle_each_profile(struct wcab_catalog *catalog, wci_profile_text_visitor *visit,
                                      void *context, struct wcab_error *err);

/* Whether any image of this medium is indexed. */
enum wcab_err wci_handle_has_medium(struct wcab_catalog *catalog, struct wci_bytes medium,
                                    bool *has, struct wcab_error *err);

/* The reader of the own catalog; NOTFOUND when there is none. */
enum wcab_err wci_handle_existing(struct wcab_catalog *catalog, struct wci_reader **reader,
                                  struct wcab_error *err);
/* Opens the own catalog for writing; NOTFOUND when it must be there and is not.  The caller closes
 * writer and store, also after an error. */
enum wcab_err wci_handle_write(struct wcab_catalog *catalog, bool must_exist,
                               struct wci_store **store, struct wci_writer **writer,
                               struct wcab_error *err);

#endif
