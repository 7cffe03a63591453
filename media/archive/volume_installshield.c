/*
 * volume_installshield - see volume_installshield.h.
 *
 * A cabinet is a header with the list of files and volumes with their bytes; small ones have the
 * header in the first volume.  libunshield reads both, by name: so the header is copied to a
 * temporary file when the volume is walked, and the volumes that a file lies in when it is opened.
 * A file is listed as group/folder/name: groups may hold the same file in several forms, one for
 * each language or system.
 */
#include "media/archive/volume_installshield.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "media/archive/shield_header.h"

enum { NAME_BYTES = 256, VOLUMES_MAX = 100 };

/* The name of one of the files: stem, number, extension. */
struct set_name {
    char stem[NAME_BYTES];
    bool numbered;   /* data1, not data */
    unsigned number; /* from 1 on */
    bool is_header;  /* .hdr */
    bool upper;
};

/* False: it is called like none of them. */
static bool take_name_apart(const char *path, struct set_name *name)
{
    struct wci_bytes base = wci_bytes_base_name(wci_bytes_of(path));
    const char *dot = base.length > 0 ? memrchr(base.data, '.', base.length) : NULL;
    size_t stem = dot == NULL ? 0 : (size_t)(dot - base.data), digits = 0;
    struct wci_bytes extension;

    if (dot == NULL || base.length >= NAME_BYTES)
        return false;
    extension = (struct wci_bytes){dot, base.length - stem};
    name->is_header = wci_text_equal_folded(extension, wci_bytes_of(".hdr"));
    if (!name->is_header && !wci_text_equal_folded(extension, wci_bytes_of(".cab")))
        return false;
    name->upper = dot[1] == 'C' || dot[1] == 'H';
    while (digits < stem && digits < 3 && isdigit((unsigned char)base.data[stem - digits - 1]))
        digits++;
    name->numbered = digits > 0;
    name->number = digits > 0 ? (unsigned)strtoul(base.data + stem - digits, NULL, 10) : 1;
    memcpy(name->stem, base.data, stem - digits);
    name->stem[stem - digits] = '\0';
    return name->number > 0;
}

/* What another file of the set is called. */
static void name_of(const struct set_name *name, unsigned number, bool header,
                    char text[NAME_BYTES + 16])
{
    const char *extension =
        header ? (name->upper ? ".HDR" : ".hdr") : (name->upper ? ".CAB" : ".cab");

    if (name->numbered || number > 1)
        (void)snprintf(text, NAME_BYTES + 16, "%s%u%s", name->stem, number, extension);
    else
        (void)snprintf(text, NAME_BYTES + 16, "%s%s", name->stem, extension);
}

/* NOTFOUND: there is none; what is wrong with one that is there else. */
static enum wcab_err open_sibling(const struct wci_siblings *siblings, const struct set_name *name,
                                  unsigned number, bool header, struct wci_source **source,
                                  struct wcab_error *err)
{
    char text[NAME_BYTES + 16];

    name_of(name, number, header, text);
    if (strlen(text) >= NAME_BYTES)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "name is too long");
    return siblings->open(siblings->context, text, source, err);
}

static bool has_sibling(const struct wci_siblings *siblings, const struct set_name *name,
                        unsigned number, bool header)
{
    struct wci_source *source = NULL;
    bool there = open_sibling(siblings, name, number, header, &source, NULL) == WCAB_OK;

    wci_source_close(source);
    return there;
}

/* Whether the list of files hangs on this one: FORMAT when it hangs on another. */
static enum wcab_err choose(const struct set_name *name, const struct wci_shield_start *start,
                            const struct wci_siblings *siblings, struct wcab_error *err)
{
    char header[NAME_BYTES + 16], own[NAME_BYTES + 16];

    name_of(name, name->is_header ? name->number : 1, true, header);
    name_of(name, name->number, name->is_header, own);
    if (name->is_header)
        return has_sibling(siblings, name, name->number, false)
                   ? wci_error_set(err, WCAB_ERR_FORMAT, "header of the cabinet beside it")
                   : WCAB_OK;
    if (name->number == 1)
        return start->descriptor_size != 0 || has_sibling(siblings, name, 1, true)
                   ? WCAB_OK
                   : wci_error_set(err, WCAB_ERR_NOTFOUND,
                                   "InstallShield cabinet without a list of files: its header %s "
                                   "is missing beside it",
                                   header);
    if (has_sibling(siblings, name, 1, false) || has_sibling(siblings, name, 1, true))
        return wci_error_set(err, WCAB_ERR_FORMAT, "further volume of the cabinet beside it");
    return wci_error_set(err, WCAB_ERR_NOTFOUND,
                         "volume %u of an InstallShield cabinet: its header %s, which lists the "
                         "files, is missing beside it",
                         name->number, header);
}

#ifdef WHICHCAB_UNSHIELD

#include "core/limits.h"
#include "media/archive/shield_library.h"
#include "media/bytes/member_path.h"

struct shield {
    struct wci_volume base;
    struct wci_budget own_budget; /* used when the volume was given none */
    struct set_name name;
    uint8_t *bytes; /* the header, owned */
    struct wci_shield_header header;
    struct wci_source *volumes[VOLUMES_MAX + 1]; /* by number, owned but the one that is
                                                    base.source; NULL: not there */
    struct wci_named_files files;
    bool is_listed;
    struct wci_shield_list list;
};

static uint64_t packed_size(const struct shield *shield)
{
    uint64_t size = 0;
    unsigned i;

    for (i = 1; i <= VOLUMES_MAX; i++)
        size += shield->volumes[i] != NULL ? wci_source_size(shield->volumes[i]) : 0;
    return size;
}

/* ---- the list ------------------------------------------------------------------------------ */

static enum wcab_err need_list(struct shield *shield, struct wcab_error *err)
{
    struct wci_budget *budget = wci_volume_start_budget(&shield->base, &shield->own_budget);
    struct wci_source *header = NULL;
    enum wcab_err code;

    if (shield->is_listed)
        return WCAB_OK;
    code = wci_source_open_memory(shield->bytes, shield->header.size, &header, err);
    if (code == WCAB_OK)
        code =
            wci_named_files_add(&shield->files, "1.hdr", header, shield->header.size, budget, err);
    wci_source_close(header);
    if (code == WCAB_OK)
        code = wci_shield_library_list(&shield->files, budget, &shield->list, err);
    shield->is_listed = code == WCAB_OK;
    return code;
}

static bool make_path(const struct wci_shield_entry *entry, struct wci_member_path *path)
{
    wci_member_path_start(path);
    if (!wci_member_path_add(path, entry->group, "/\\") ||
        !wci_member_path_add(path, entry->folder, "/\\") ||
        !wci_member_path_add(path, entry->name, "/\\"))
        return false;
    wci_member_path_end(path, (uint64_t)entry->index + 1);
    return true;
}

static enum wcab_err visit(const struct wci_shield_entry *listed, const struct wci_visitor *visitor,
                           struct wcab_error *err)
{
    struct wci_member_path path;
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = listed->index};

    if (!make_path(listed, &path)) {
        wci_error_set(err, WCAB_ERR_LIMIT, "name of file %lu is too long",
                      (unsigned long)listed->index + 1);
        visitor->fault(visitor->context, err);
        return WCAB_OK;
    }
    wci_member_path_put(&path, &entry);
    entry.size = listed->size;
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err shield_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                                 struct wcab_error *err)
{
    struct shield *shield = (struct shield *)volume;
    struct wcab_error ignored;
    enum wcab_err code;
    size_t i;

    if (err == NULL)
        err = &ignored;
    code = need_list(shield, err);
    for (i = 0; code == WCAB_OK && i < shield->list.count; i++) {
        struct wci_shield_entry entry = wci_shield_list_entry(&shield->list, i);

        code = visit(&entry, visitor, err);
    }
    if (code == WCAB_OK && !shield->list.whole) {
        wci_error_set(err, WCAB_ERR_CORRUPT,
                      "damaged InstallShield header: libunshield gave up after %zu of %lu files",
                      shield->list.count, (unsigned long)shield->header.file_count);
        visitor->fault(visitor->context, err);
    }
    return code;
}

static enum wcab_err shield_describe(struct wci_volume *volume, struct wci_arena *arena,
                                     struct wci_container *container, struct wcab_error *err)
{
    const struct shield *shield = (const struct shield *)volume;
    char format[40];

    (void)snprintf(format, sizeof(format), "InstallShield %u cabinet", shield->header.start.major);
    container->kind = WCI_CONTAINER_INSTALLSHIELD;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* ---- files --------------------------------------------------------------------------------- */

/* Copies a volume; its first fields go to `start`. */
static enum wcab_err need_volume(struct shield *shield, unsigned number,
                                 struct wci_shield_start *start, struct wcab_error *err)
{
    struct wci_source *source = number <= VOLUMES_MAX ? shield->volumes[number] : NULL;
    char suffix[WCI_NAMED_FILES_SUFFIX], name[NAME_BYTES + 16];
    enum wcab_err code;

    if (source == NULL) {
        name_of(&shield->name, number, false, name);
        return wci_error_set(err, WCAB_ERR_NOTFOUND,
                             "lies in volume %u of the InstallShield cabinet: %s is missing beside "
                             "it",
                             number, name);
    }
    code = wci_shield_start_read(source, start, err);
    (void)snprintf(suffix, sizeof(suffix), "%u.cab", number);
    if (code == WCAB_OK)
        code =
            wci_named_files_add(&shield->files, suffix, source, wci_source_size(source),
                                wci_volume_start_budget(&shield->base, &shield->own_budget), err);
    return code == WCAB_ERR_FORMAT ? wci_error_set(err, WCAB_ERR_CORRUPT,
                                                   "volume %u of the InstallShield cabinet does "
                                                   "not begin with ISc(",
                                                   number)
                                   : code;
}

/* Whether the file goes on behind a volume; `done` counts its packed bytes so far. */
static bool goes_on(const struct shield *shield, const struct wci_shield_start *start,
                    uint32_t index, const struct wci_shield_file *file, uint64_t *done)
{
    bool is_v5 = shield->header.start.major <= 5;

    if (is_v5 && index > start->last_file)
        return true; /* it does not begin before the next */
    *done += index == start->last_file    ? start->last_here
             : index == start->first_file ? start->first_here
                                          : file->packed_size;
    /* version 5 has no flag, and its last volume may say nothing of the cabinet's last file */
    return index == start->last_file && *done < file->packed_size &&
           (file->split || (is_v5 && index + 1 < shield->header.file_count));
}

/* Copies all volumes that libunshield opens for the file. */
static enum wcab_err need_volumes(struct shield *shield, uint32_t index,
                                  struct wci_shield_file *file, struct wcab_error *err)
{
    struct wci_shield_start start = {0};
    unsigned number;
    uint64_t done = 0;
    enum wcab_err code;

    if (!wci_shield_header_file(&shield->header, &index, file))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the InstallShield header does not say where file %lu lies",
                             (unsigned long)index + 1);
    number = file->volume > 0 ? file->volume : 1;
    do
        code = need_volume(shield, number++, &start, err);
    while (code == WCAB_OK && goes_on(shield, &start, index, file, &done));
    return code;
}

static bool is_listed_as(const struct shield *shield, const struct wci_entry *entry)
{
    size_t low = 0, high = shield->list.count; /* ascending numbers */
    struct wci_shield_entry listed;
    struct wci_member_path path;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (wci_shield_list_entry(&shield->list, middle).index < entry->locator)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == shield->list.count)
        return false;
    listed = wci_shield_list_entry(&shield->list, low);
    return listed.index == entry->locator && make_path(&listed, &path) &&
           wci_member_path_is(&path, listed.size, entry);
}

static enum wcab_err save(struct shield *shield, uint32_t index, bool old, uint64_t size,
                          struct wci_source **source, struct wcab_error *err)
{
    struct wci_spool spool;
    enum wcab_err code;

    wci_spool_init(&spool, wci_volume_start_budget(&shield->base, &shield->own_budget),
                   packed_size(shield));
    spool.expected = size;
    code = wci_spool_check_claim(&spool, size, err);
    if (code == WCAB_OK)
        code = wci_shield_library_save(&shield->files, index, old, &spool, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, source, err);
    wci_spool_discard(&spool);
    return code;
}

/* Some releases kept a product's files packed beside the cabinet, which has only their list. */
static enum wcab_err need_inside(const struct shield *shield, const struct wci_shield_file *file,
                                 struct wcab_error *err)
{
    unsigned number = file->volume > 0 ? file->volume : 1;
    bool is_only = file->volume > 0 || (number < VOLUMES_MAX && shield->volumes[2] == NULL);

    if (!is_only || file->split || file->packed_size == 0 || number > VOLUMES_MAX ||
        shield->volumes[number] == NULL || file->data != wci_source_size(shield->volumes[number]))
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "lies packed in a file of its own beside the cabinet, which is not read "
                         "here: `unshield -O x` of a version behind 1.4 unpacks it");
}

static enum wcab_err shield_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                       struct wci_source **source, struct wcab_error *err)
{
    struct shield *shield = (struct shield *)volume;
    struct wci_shield_file file;
    uint32_t index = (uint32_t)entry->locator;
    enum wcab_err code = need_list(shield, err);

    if (code != WCAB_OK)
        return code;
    if (!is_listed_as(shield, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED,
                             "file %llu of the InstallShield cabinet is another one",
                             (unsigned long long)entry->locator + 1);
    code = need_volumes(shield, index, &file, err);
    if (code == WCAB_OK)
        code = need_inside(shield, &file, err);
    if (code == WCAB_OK)
        code = save(shield, index, false, entry->size, source, err);
    /* no check is lost: the newer way has one from version 6 on */
    if (code == WCAB_ERR_CORRUPT && shield->header.start.major <= 5 && file.compressed &&
        save(shield, index, true, entry->size, source, NULL) == WCAB_OK)
        code = WCAB_OK;
    return code;
}

/* ---- opening ------------------------------------------------------------------------------- */

static void shield_close(struct wci_volume *volume)
{
    struct shield *shield = (struct shield *)volume;
    unsigned i;

    for (i = 1; i <= VOLUMES_MAX; i++) {
        if (shield->volumes[i] != shield->base.source)
            wci_source_close(shield->volumes[i]);
    }
    wci_named_files_remove(&shield->files);
    wci_shield_list_free(&shield->list);
    free(shield->bytes);
    free(shield);
}

static const struct wci_volume_ops shield_ops = {.describe = shield_describe,
                                                 .walk = shield_walk,
                                                 .open_entry = shield_open_entry,
                                                 .close = shield_close};

/* Reads the header: all of a .hdr, of a volume what stands before the files' bytes. */
static enum wcab_err read_header(struct shield *shield, struct wci_source *source, bool is_volume,
                                 struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    struct wci_shield_start start;
    enum wcab_err code = wci_shield_start_read(source, &start, err);

    if (code == WCAB_ERR_FORMAT)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the InstallShield header does not begin with ISc(");
    if (code != WCAB_OK)
        return code;
    if (is_volume)
        size = wci_shield_header_size(&start, size);
    if (is_volume && size > WCI_LIMIT_FOLDER_BYTES)
        size = WCI_LIMIT_FOLDER_BYTES;
    if (size > WCI_LIMIT_FOLDER_BYTES)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "an InstallShield header of %llu bytes: more than %d",
                             (unsigned long long)size, (int)WCI_LIMIT_FOLDER_BYTES);
    shield->bytes = malloc((size_t)size + 1);
    if (shield->bytes == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(source, 0, shield->bytes, (size_t)size, err);
    if (code == WCAB_OK)
        code = wci_shield_header_parse(shield->bytes, (size_t)size, &start, &shield->header, err);
    return code;
}

/* The highest volume that a file lies in, as the header says; 0: version 5 does not say. */
static unsigned last_volume(const struct shield *shield)
{
    unsigned most = 0;
    uint32_t i;

    for (i = 0; shield->header.start.major > 5 && i < shield->header.file_count; i++) {
        struct wci_shield_file file;
        uint32_t index = i;

        if (wci_shield_header_file(&shield->header, &index, &file) && file.volume > most)
            most = file.volume;
    }
    return most < VOLUMES_MAX ? most : VOLUMES_MAX;
}

/* Opens the volumes that are there: one after the other, and all that the header knows of. */
static enum wcab_err open_volumes(struct shield *shield, const struct wci_siblings *siblings,
                                  struct wcab_error *err)
{
    unsigned known = last_volume(shield), number;
    bool there = true;

    for (number = 1; number <= VOLUMES_MAX && (there || number <= known); number++) {
        enum wcab_err code = WCAB_OK;

        if (!shield->name.is_header && number == shield->name.number)
            shield->volumes[number] = shield->base.source;
        else if (siblings != NULL)
            code =
                open_sibling(siblings, &shield->name, number, false, &shield->volumes[number], err);
        if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
            return code;
        there = shield->volumes[number] != NULL;
    }
    return WCAB_OK;
}

static enum wcab_err open_set(struct wci_source *source, const struct set_name *name,
                              const struct wci_shield_start *start,
                              const struct wci_siblings *siblings, struct wci_volume **volume,
                              struct wcab_error *err)
{
    struct shield *shield = calloc(1, sizeof(*shield));
    struct wci_source *header = NULL;
    enum wcab_err code = WCAB_OK;

    if (shield == NULL)
        return wci_error_nomem(err);
    shield->base.ops = &shield_ops;
    shield->base.source = source;
    shield->name = *name;
    wci_named_files_init(&shield->files);
    wci_buffer_init(&shield->list.bytes);
    if (!name->is_header && siblings != NULL)
        code = open_sibling(siblings, name, 1, true, &header, err);
    if (code == WCAB_ERR_NOTFOUND && start->descriptor_size != 0)
        code = WCAB_OK; /* within the volume */
    if (code == WCAB_OK)
        code = read_header(shield, header != NULL ? header : source,
                           header == NULL && !name->is_header, err);
    wci_source_close(header);
    if (code == WCAB_OK)
        code = open_volumes(shield, siblings, err);
    if (code != WCAB_OK) {
        shield_close(&shield->base);
        return code;
    }
    (void)snprintf(shield->base.reason, sizeof(shield->base.reason),
                   "InstallShield %u cabinet: ISc( at byte 0", shield->header.start.major);
    *volume = &shield->base;
    return WCAB_OK;
}

#else

static enum wcab_err open_set(struct wci_source *source, const struct set_name *name,
                              const struct wci_shield_start *start,
                              const struct wci_siblings *siblings, struct wci_volume **volume,
                              struct wcab_error *err)
{
    (void)source;
    (void)name;
    (void)siblings;
    (void)volume;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "InstallShield %u cabinet: this build has no libunshield; unpack it with "
                         "`unshield x data1.cab`",
                         start->major);
}

#endif

enum wcab_err wci_volume_installshield_open(struct wci_source *source,
                                            const struct wci_siblings *siblings,
                                            struct wci_volume **volume, struct wcab_error *err)
{
    struct set_name name = {.stem = "data", .numbered = true, .number = 1};
    struct wci_shield_start start;
    enum wcab_err code = wci_shield_start_read(source, &start, err);

    if (code != WCAB_OK)
        return code;
    if (siblings != NULL && take_name_apart(siblings->own_name, &name))
        code = choose(&name, &start, siblings, err);
    else if (start.descriptor_size == 0)
        code = wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "volume of an InstallShield cabinet whose other files can't be "
                             "reached from here: put all of them into one folder");
    return code == WCAB_OK ? open_set(source, &name, &start, siblings, volume, err) : code;
}
