/*
 * media.h - the media of a catalog, what was not read, the profiles.
 */
#ifndef WHICHCAB_MEDIA_H
#define WHICHCAB_MEDIA_H

#include "whichcab/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- media -------------------------------------------------------------------------------- */

enum wcab_disk_status {
    WCAB_DISK_PRESENT = 1,
    WCAB_DISK_MISSING = 2,   /* no image of it is in the catalog */
    WCAB_DISK_OFFLINE = 3,   /* its image is gone */
    WCAB_DISK_DAMAGED = 4,   /* something on it could not be read */
    WCAB_DISK_DUPLICATE = 5, /* a further image of a disk that is there already */
    WCAB_DISK_FOREIGN = 6    /* an image that contradicts its set: another disk of that number */
};

struct wcab_disk {
    const char *disk;         /* "7", "boot"; NULL when the medium has no disks */
    const char *insert;       /* how to ask for it */
    const char *label;        /* volume label: of the image, or as it should be */
    const char *format;       /* of the image's volume, or as it should be */
    const char *image;        /* path; NULL when it is missing */
    const uint8_t *image_raw; /* its bytes as the host has them */
    size_t image_raw_length;
    const char *container; /* of one of several in the image: "disk07.img", or
                              "set.zip > disk07.img"; NULL for a whole image */
    enum wcab_disk_status status;
    const char *reason;     /* why the image was taken for what it is */
    uint64_t files;         /* names on it, those in cabinets included */
    uint32_t faults;        /* places that could not be read */
    const char *fault;      /* the first of them */
    uint32_t damaged_files; /* found by decoding them (deep index or verify) */
    uint32_t unread_places; /* of faults: what is not read here or encrypted, and not damaged */
    uint32_t unread_files;  /* found by verification: the same of files */
    int code_page; /* of names on it that are not Unicode; 0: there are none but ASCII ones */
    const char *code_page_reason;       /* why that one; NULL when there is none */
    const struct wcab_note *user_notes; /* of its image: see wcab_image_note */
    size_t user_note_count;
};

/* A medium of the catalog: one set of disks, or one CD. */
struct wcab_medium {
    const char *medium; /* profile id; NULL: not recognised */
    const char *title;
    const char *release;
    const char *kind;          /* "cd", "floppies", "download", "folder"; NULL when unknown */
    const char *language;      /* "pt-BR"; NULL when nothing tells */
    const char *language_name; /* "Portuguese (Brazil)" */
    const char *layout;        /* "22 DMF disks", "CD-ROM"; NULL when nothing tells */
    bool told;                 /* its disks are those that its own table of contents names */
    uint32_t set;              /* 1 for the first set of this medium, 2 for the second ... */
    uint32_t disks_known, disks_present; /* 0 when the medium has no disks */
    bool complete;                       /* nothing is missing, offline or damaged */
    const struct wcab_disk *disks; /* in the medium's order, then duplicates and foreign ones */
    size_t disk_count;
    const char *const *notes; /* of the profile: known bad pressings, remarks */
    size_t note_count;
    /* What images that no profile knows were put together by, probably one set: "cabinets", "labels",
     * "names"; else NULL */
    const char *probable;
    /* What its own cabinets contradict each other in, a sentence; NULL: nothing */
    const char *contradiction;
};

struct wcab_media;
/* `filter` as medium of struct wcab_search_options, may be NULL.  Errors as wcab_search_open. */
WCAB_API enum wcab_err wcab_media_open(struct wcab_catalog *catalog, const char *filter,
                                       struct wcab_media **media, struct wcab_error *err);
/* The media in order of their ids, those not recognised last.  Borrowed. */
WCAB_API const struct wcab_medium *wcab_media_get(const struct wcab_media *media, size_t index);
WCAB_API void wcab_media_close(struct wcab_media *media);
/* As one JSON object and a newline; as text for people. */
WCAB_API enum wcab_err wcab_medium_json(const struct wcab_medium *medium, wcab_text_sink *sink,
                                        void *context);
enum wcab_medium_flags {
    WCAB_MEDIUM_VERBOSE = 1,
    WCAB_MEDIUM_LINKS = 2 /* images are links to their files: see wcab_link_text */
};
WCAB_API enum wcab_err wcab_medium_text(const struct wcab_medium *medium, unsigned flags,
                                        wcab_text_sink *sink, void *context);

/* What images are called in tables: by the shortest end of their path that no other image has. */
struct wcab_image_names;
/* CORRUPT, IO, NOMEM. */
WCAB_API enum wcab_err wcab_image_names_open(struct wcab_catalog *catalog,
                                             struct wcab_image_names **names,
                                             struct wcab_error *err);
/* Points into `path`; all of it when it is no indexed image's. */
WCAB_API const char *wcab_image_name(const struct wcab_image_names *names, const char *path);
/* NULL is harmless. */
WCAB_API void wcab_image_names_close(struct wcab_image_names *names);

/* Text for a terminal that knows hyperlinks (OSC 8): `text`, masked, leads to the file of this host
 * whose absolute path has these bytes.  NOMEM, or what `sink` returned. */
WCAB_API enum wcab_err wcab_link_text(const uint8_t *path, size_t length, const char *text,
                                      wcab_text_sink *sink, void *context);

/* ---- images ------------------------------------------------------------------------------- */

/* An image on record.  Strings live for the call. */
struct wcab_image {
    const char *path;        /* UTF-8 */
    const uint8_t *path_raw; /* its bytes as the host has them */
    size_t path_raw_length;
    const char *kind;           /* "file", "folder", "device" */
    uint64_t size;              /* bytes of the host */
    const char *medium, *disk;  /* profile id, number of the disk; NULL when not known */
    const char *label;          /* volume label, or NULL */
    uint64_t containers, files; /* in it; a file that lies in an archive of it counts, too */
    uint32_t faults;            /* places that could not be read */
    bool offline;               /* it is gone */
    bool unread;                /* nothing of it is on record */
    bool deep;                  /* all of its files were read */
    const struct wcab_note *notes;
    size_t note_count;
};

/* Tells of each image on record, in order of their paths.  `filter` as medium of struct
 * wcab_search_options, may be NULL.  Errors as wcab_search_open, or what `visit` returned. */
WCAB_API enum wcab_err wcab_image_each(struct wcab_catalog *catalog, const char *filter,
                                       enum wcab_err (*visit)(void *context,
                                                              const struct wcab_image *image),
                                       void *context, struct wcab_error *err);

/* As one JSON object and a newline. */
WCAB_API enum wcab_err wcab_image_json(const struct wcab_image *image, wcab_text_sink *sink,
                                       void *context);

/* A file of an image on record.  Strings live for the call. */
struct wcab_image_file {
    const char *container; /* chain of containers below the image, "WIN95/WIN95_02.CAB"; "" for
                              the outermost */
    const char *name;      /* with its folders, '/' between, UTF-8 */
    const char *alias;     /* its other name (8.3), or NULL */
    uint64_t size;         /* bytes, unpacked */
    bool size_known;
    char modified[20];        /* "1995-07-11T09:50:00" local; "" when it has none */
    int64_t modified_seconds; /* the same as a number, or WCAB_NO_TIME: see base.h */
    bool is_folder;
    /* "ok", "damaged", "missing", "unsupported", "encrypted"; NULL: not read in full yet */
    const char *state;
    const char *sha256;       /* hexadecimal; NULL when not known */
    const char *file_version; /* "4.0.0.950"; NULL when not known */
    const char *id;           /* for wcab_read */
};

/* Tells of each file of one image, in the order of its record.  `path` is the image's on the host;
 * NOTFOUND: no image of that path is on record.  CORRUPT, IO, NOMEM, or what `visit` returned. */
WCAB_API enum wcab_err wcab_image_files(struct wcab_catalog *catalog, const char *path,
                                        enum wcab_err (*visit)(void *context,
                                                               const struct wcab_image_file *file),
                                        void *context, struct wcab_error *err);

/*
 * Notes: what the user says of an image, kept with it when it is indexed again, moves or is copied.
 * A key is 1 to 32 of a-z, 0-9, '-' and '_', a text 1 to 1,024 bytes; an image has at most 64.
 * Those with other keys than "note" and "known" tell where a medium lies, and stand behind what is
 * to be inserted.  "known" is what a list calls an image of these very bytes: it goes when the image
 * is indexed with others.
 */
struct wcab_note_result {
    size_t sizeof_result; /* sizeof(struct wcab_note_result), set by the caller */
    uint64_t images;      /* that the filter named */
};
/* Gives notes to each image that `filter` (as medium of struct wcab_search_options) names; an empty
 * value, or NULL, takes the note away.  USAGE: a note that can't be kept.  NOTFOUND: no such image.
 * BUSY, IO, NOMEM. */
WCAB_API enum wcab_err wcab_image_note(struct wcab_catalog *catalog, const char *filter,
                                       const struct wcab_note *notes, size_t note_count,
                                       struct wcab_note_result *result, struct wcab_error *err);

/* ---- what was not read ----------------------------------------------------------------------- */

/* A file or place that was found and not read.  Strings are UTF-8 and live for the call. */
struct wcab_unread {
    const char *image;
    const uint8_t *image_raw; /* its bytes as the host has them */
    size_t image_raw_length;
    bool is_whole;     /* nothing of the image is on record */
    const char *place; /* in the image, "disk1.img > WIN95_02.CAB"; NULL: the image itself */
    uint64_t size;     /* bytes, of a file; 0 when it is not known */
    /* "unknown" no reader knows it; "unsupported" the format or method is known and not read here;
     * "encrypted"; "damaged" it contradicts its format; "limit" a stated limit was reached;
     * "unreadable" the host could not read it */
    const char *state;
    const char *reason; /* with the command that helps, where there is one */
    uint64_t offset;    /* byte of the innermost item, or WCAB_NO_OFFSET */
};

/* Tells of each, image by image.  `filter` as medium of struct wcab_search_options, may be NULL.
 * Errors as wcab_search_open, or what `visit` returned. */
WCAB_API enum wcab_err wcab_unread_each(struct wcab_catalog *catalog, const char *filter,
                                        enum wcab_err (*visit)(void *context,
                                                               const struct wcab_unread *item),
                                        void *context, struct wcab_error *err);
/* Number of files of which nothing was read. */
WCAB_API enum wcab_err wcab_unread_count(struct wcab_catalog *catalog, uint64_t *count,
                                         struct wcab_error *err);
/* As one JSON object and a newline; as text for people. */
WCAB_API enum wcab_err wcab_unread_json(const struct wcab_unread *item, wcab_text_sink *sink,
                                        void *context);
WCAB_API enum wcab_err wcab_unread_text(const struct wcab_unread *item, wcab_text_sink *sink,
                                        void *context);

/* ---- media profiles ----------------------------------------------------------------------- */

struct wcab_profile_item {
    const char *id, *title, *release, *kind;
    bool user; /* the user's own, not the project's */
};
/* Every known profile in order of ids.  The strings live for the call only. */
WCAB_API enum wcab_err
wcab_profile_each(struct wcab_catalog *catalog,
                  enum wcab_err (*visit)(void *context, const struct wcab_profile_item *item),
                  void *context, struct wcab_error *err);
/* The text of a profile.  NOTFOUND. */
WCAB_API enum wcab_err wcab_profile_show(struct wcab_catalog *catalog, const char *id,
                                         wcab_text_sink *sink, void *context,
                                         struct wcab_error *err);
/* Checks the profile in the file `path` (and the listing of the same name beside it, NAME.tsv, if
 * there is one) and copies it to the user's profiles, over one of the same id.  CORRUPT names the
 * line; USAGE: the file is not named <id>.profile. */
WCAB_API enum wcab_err wcab_profile_add(struct wcab_catalog *catalog, const char *path,
                                        struct wcab_error *err);
/* Removes one of the user's profiles.  NOTFOUND: the user has none with that id. */
WCAB_API enum wcab_err wcab_profile_remove(struct wcab_catalog *catalog, const char *id,
                                           struct wcab_error *err);

#ifdef __cplusplus
}
#endif

#endif
