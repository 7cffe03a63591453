/*
 * kit - see kit.h.
 */
#include "jobs/repair/kit.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/paths.h"
#include "core/read_file.h"
#include "jobs/repair/fat12_image.h"
#include "jobs/repair/iso_image.h"
#include "jobs/repair/restore_batch.h"

enum {
    DISKS_MOST = 99,
    SHORT_NAME = 13,
    KB = 1024,
    CD_SECTOR = 2048,
    CD_BYTES = 640 * 1024 * 1024
};

/* Of RESTORE.BAT: 1995-07-11 09:50, so that the same kit has the same bytes. */
#define WCI_KIT_DATE ((uint32_t)((15 << 9 | 7 << 5 | 11) << 16 | (9 << 11 | 50 << 5)))

/* A file of the kit. */
struct item {
    struct wci_restore_file on_pc; /* arena */
    struct wci_bytes content;      /* arena */
    uint32_t modified;
    unsigned disk; /* 0: none */
};

struct disk {
    size_t count;
    size_t bytes; /* of content, in whole clusters */
};

struct wci_kit {
    struct wci_arena *arena; /* owned */
    enum wcab_kit_form form;
    const char *windows, *folder;
    struct item *items; /* owned */
    size_t count, capacity;
    struct disk disks[DISKS_MOST];
    unsigned disk_count;
    bool has_startup;
    struct wci_fat12_image startup; /* owned: what the first disk begins as */
    struct wci_bytes commands;      /* of the form BATCH */
};

enum wcab_err wci_kit_new(enum wcab_kit_form form, const char *windows, const char *folder,
                          struct wci_kit **kit, struct wcab_error *err)
{
    struct wci_kit *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return wci_error_nomem(err);
    made->arena = wci_arena_new();
    made->form = form;
    made->windows = windows;
    made->folder = folder;
    if (made->arena == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    *kit = made;
    return WCAB_OK;
}

void wci_kit_free(struct wci_kit *kit)
{
    if (kit == NULL)
        return;
    free(kit->items);
    if (kit->has_startup)
        wci_fat12_image_free(&kit->startup);
    wci_arena_free(kit->arena);
    free(kit);
}

enum wcab_err wci_kit_begin_startup(struct wci_kit *kit, const char *path, struct wcab_error *err)
{
    struct wci_buffer file;
    enum wcab_err code;

    wci_buffer_init(&file);
    code = wci_read_file(path, WCI_FAT12_BYTES, &file, err);
    if (code == WCAB_OK)
        code = wci_fat12_image_copy(&kit->startup, wci_buffer_view(&file), err);
    wci_buffer_free(&file);
    kit->has_startup = code == WCAB_OK;
    if (code == WCAB_OK && wci_fat12_image_has(&kit->startup, "RESTORE.BAT"))
        code = wci_error_set(err, WCAB_ERR_USAGE, "has a RESTORE.BAT already");
    if (code != WCAB_OK)
        wci_error_push_place(err, path, strlen(path));
    return code;
}

unsigned wci_kit_disk_count(const struct wci_kit *kit)
{
    return kit->disk_count;
}

unsigned wci_kit_disk_of(const struct wci_kit *kit, size_t number)
{
    return kit->items[number].disk;
}

void wci_kit_set_commands(struct wci_kit *kit, struct wci_bytes commands)
{
    kit->commands = commands;
}

/* ---- putting in --------------------------------------------------------------------------- */

static size_t cluster_of(const struct wci_kit *kit, const struct disk *disk)
{
    size_t cluster =
        kit->has_startup && disk == &kit->disks[0] ? wci_fat12_image_cluster(&kit->startup) : KB;

    return kit->form == WCAB_KIT_ISO ? CD_SECTOR : cluster > KB ? cluster : KB;
}

static size_t in_clusters(size_t size, size_t cluster)
{
    return (size + cluster - 1) / cluster * cluster;
}

static size_t capacity(const struct wci_kit *kit, const struct disk *disk)
{
    switch (kit->form) {
    case WCAB_KIT_FLOPPY_720:
        return wci_fat12_capacity(&wci_fat12_720);
    case WCAB_KIT_STARTUP:
        if (disk == &kit->disks[0])
            return wci_fat12_image_free_clusters(&kit->startup) *
                   wci_fat12_image_cluster(&kit->startup);
        return wci_fat12_capacity(&wci_fat12_1440);
    case WCAB_KIT_FLOPPY_1440:
        return wci_fat12_capacity(&wci_fat12_1440);
    case WCAB_KIT_ISO:
        return CD_BYTES;
    case WCAB_KIT_FOLDER:
    case WCAB_KIT_BATCH:
    case WCAB_KIT_PLAN:
        break;
    }
    return SIZE_MAX / 2;
}

/* Entries of the root folder but for the label and RESTORE.BAT. */
static size_t files_of_disk(const struct wci_kit *kit, const struct disk *disk)
{
    switch (kit->form) {
    case WCAB_KIT_FLOPPY_720:
        return 110;
    case WCAB_KIT_STARTUP:
        if (disk == &kit->disks[0]) {
            unsigned entries = wci_fat12_image_free_entries(&kit->startup);

            return entries > 0 ? entries - 1 : 0;
        }
        return 222;
    case WCAB_KIT_FLOPPY_1440:
        return 222;
    case WCAB_KIT_ISO:
    case WCAB_KIT_FOLDER:
    case WCAB_KIT_BATCH:
    case WCAB_KIT_PLAN:
        break;
    }
    return WCI_ISO_FILES - 1;
}

static bool has_room(const struct wci_kit *kit, const struct disk *disk, size_t size)
{
    size_t cluster = cluster_of(kit, disk);
    size_t batch = in_clusters(wci_restore_batch_room(disk->count + 1), cluster);

    return disk->count < files_of_disk(kit, disk) &&
           disk->bytes + in_clusters(size, cluster) + batch <=
               capacity(kit, disk) / cluster * cluster;
}

static bool is_name_used(const struct wci_kit *kit, const char *name)
{
    size_t i;

    if (strcmp(name, "RESTORE.BAT") == 0 ||
        (kit->has_startup && wci_fat12_image_has(&kit->startup, name)))
        return true;
    for (i = 0; i < kit->count; i++) {
        if (strcmp(kit->items[i].on_pc.kit_name, name) == 0)
            return true;
    }
    return false;
}

/* The file's own name in upper case; another one where the kit has that already. */
static const char *kit_name(struct wci_kit *kit, const char *name)
{
    char text[SHORT_NAME];
    size_t i;

    for (i = 0; i < sizeof(text) - 1 && name[i] != '\0'; i++)
        text[i] = (char)toupper((unsigned char)name[i]);
    text[i] = '\0';
    if (is_name_used(kit, text))
        (void)snprintf(text, sizeof(text), "FILE%04u.NEW", (unsigned)(kit->count % 10000));
    return wci_arena_strdup(kit->arena, text);
}

enum wcab_err wci_kit_add(struct wci_kit *kit, const struct wci_kit_file *file,
                          struct wcab_error *err)
{
    struct item item = {.modified = file->modified};

    item.on_pc.name = wci_arena_strdup(kit->arena, file->name);
    item.on_pc.folder = wci_arena_strdup(kit->arena, file->folder);
    item.on_pc.kit_name = kit_name(kit, file->name);
    item.content = wci_arena_bytes(kit->arena, file->content);
    if (item.on_pc.name == NULL || item.on_pc.folder == NULL || item.on_pc.kit_name == NULL ||
        item.content.data == NULL ||
        !wci_mem_grow(&kit->items, kit->count, &kit->capacity, sizeof(*kit->items)))
        return wci_error_nomem(err);
    kit->items[kit->count++] = item;
    return WCAB_OK;
}

/* ---- disks -------------------------------------------------------------------------------- */

/* The first with room; NULL: none has. */
static struct disk *disk_for(struct wci_kit *kit, size_t size)
{
    unsigned i;

    for (i = 0; i < DISKS_MOST && i <= kit->disk_count + 1; i++) {
        if (!has_room(kit, &kit->disks[i], size))
            continue; /* of unused ones the first may be a startup disk that is too full */
        if (i >= kit->disk_count)
            kit->disk_count = i + 1;
        return &kit->disks[i];
    }
    return NULL;
}

static void place(struct wci_kit *kit, struct item *item)
{
    struct disk *disk = disk_for(kit, item->content.length);

    if (disk == NULL)
        return;
    disk->count++;
    disk->bytes += in_clusters(item->content.length, cluster_of(kit, disk));
    item->disk = (unsigned)(disk - kit->disks) + 1;
}

/* The largest item that has not been tried; NULL: all were. */
static struct item *largest(struct wci_kit *kit, const bool *tried)
{
    struct item *found = NULL;
    size_t i;

    for (i = 0; i < kit->count; i++) {
        if (!tried[i] && (found == NULL || kit->items[i].content.length > found->content.length))
            found = &kit->items[i];
    }
    return found;
}

enum wcab_err wci_kit_place(struct wci_kit *kit, struct wcab_error *err)
{
    bool *tried = wci_mem_calloc(kit->count + 1, sizeof(*tried));
    struct item *item;

    if (tried == NULL)
        return wci_error_nomem(err);
    while ((item = largest(kit, tried)) != NULL) {
        tried[item - kit->items] = true;
        place(kit, item);
    }
    free(tried);
    return WCAB_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* Nothing of the user's is overwritten. */
static enum wcab_err write_new(const char *path, struct wci_bytes content, struct wcab_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    size_t done = 0;
    enum wcab_err code = WCAB_OK;

    if (fd < 0)
        return wci_error_set_sys(err, errno, "can't be made");
    while (code == WCAB_OK && done < content.length) {
        ssize_t wrote = write(fd, content.data + done, content.length - done);

        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            code = wci_error_set_sys(err, errno, "can't be written");
    }
    if (close(fd) != 0 && code == WCAB_OK)
        code = wci_error_set_sys(err, errno, "can't be written");
    if (code != WCAB_OK)
        (void)unlink(path);
    return code;
}

static enum wcab_err write_file(const struct wci_kit *kit, const char *name,
                                struct wci_bytes content, struct wcab_error *err)
{
    char *path = wci_paths_join(kit->folder, name);
    enum wcab_err code;

    if (path == NULL)
        return wci_error_nomem(err);
    code = write_new(path, content, err);
    if (code != WCAB_OK)
        wci_error_push_place(err, path, strlen(path));
    free(path);
    return code;
}

/* RESTORE.BAT of a disk, or REPAIR.BAT; the startup disk may have got none of the files. */
static enum wcab_err make_batch(const struct wci_kit *kit, unsigned number,
                                struct wci_buffer *batch, struct wcab_error *err)
{
    size_t count = kit->disks[number - 1].count, i;
    struct wci_restore_file *files = wci_mem_calloc(count + 1, sizeof(*files));
    struct wci_restore_disk restore = {
        .windows = kit->windows,
        .number = number,
        .count = kit->disk_count,
        .files = files,
    };

    if (files == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < kit->count; i++) {
        if (kit->items[i].disk == number)
            files[restore.file_count++] = kit->items[i].on_pc;
    }
    if (kit->form == WCAB_KIT_BATCH)
        wci_restore_batch_put_commands(&restore, kit->commands, batch);
    else if (count > 0)
        wci_restore_batch_put(&restore, batch);
    free(files);
    return batch->ok ? WCAB_OK : wci_error_nomem(err);
}

/* The disk to put files on: a new one, or the startup disk. */
static bool begin_image(struct wci_kit *kit, unsigned number, struct wci_fat12_image *image)
{
    char label[12];

    if (kit->has_startup && number == 1) {
        *image = kit->startup;
        kit->has_startup = false; /* freed with the image */
        return true;
    }
    (void)snprintf(label, sizeof(label), "REPAIR%u", number % 100);
    return wci_fat12_image_init(image,
                                kit->form == WCAB_KIT_FLOPPY_720 ? &wci_fat12_720 : &wci_fat12_1440,
                                label, 0x57434142U + number);
}

static enum wcab_err write_image(struct wci_kit *kit, unsigned number, const char *name,
                                 struct wci_bytes batch, struct wcab_error *err)
{
    struct wci_fat12_image image;
    bool ok;
    size_t i;
    enum wcab_err code;

    if (!begin_image(kit, number, &image))
        return wci_error_nomem(err);
    ok = batch.length == 0 || wci_fat12_image_add(&image, "RESTORE.BAT", batch, WCI_KIT_DATE);
    for (i = 0; ok && i < kit->count; i++) {
        const struct item *item = &kit->items[i];

        ok = item->disk != number ||
             wci_fat12_image_add(&image, item->on_pc.kit_name, item->content, item->modified);
    }
    if (ok)
        code =
            write_file(kit, name, (struct wci_bytes){(const char *)image.bytes, image.size}, err);
    else
        code = wci_error_set(err, WCAB_ERR_LIMIT, "disk %u of the kit is too full", number);
    wci_fat12_image_free(&image);
    return code;
}

/* All files lie on its one disk, but for those that have no room. */
static enum wcab_err write_iso(const struct wci_kit *kit, const char *name, struct wci_bytes batch,
                               struct wcab_error *err)
{
    struct wci_iso_file *files = wci_mem_calloc(kit->count + 1, sizeof(*files));
    struct wci_buffer image;
    size_t count = 1, i;
    enum wcab_err code;

    if (files == NULL)
        return wci_error_nomem(err);
    wci_buffer_init(&image);
    files[0] = (struct wci_iso_file){"RESTORE.BAT", batch, WCI_KIT_DATE};
    for (i = 0; i < kit->count; i++) {
        const struct item *item = &kit->items[i];

        if (item->disk > 0)
            files[count++] =
                (struct wci_iso_file){item->on_pc.kit_name, item->content, item->modified};
    }
    code = wci_iso_image_put(files, count, "REPAIR", &image, err);
    if (code == WCAB_OK)
        code = write_file(kit, name, wci_buffer_view(&image), err);
    wci_buffer_free(&image);
    free(files);
    return code;
}

static enum wcab_err write_folder(const struct wci_kit *kit, struct wci_bytes batch,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < kit->count; i++) {
        if (kit->items[i].disk > 0)
            code = write_file(kit, kit->items[i].on_pc.kit_name, kit->items[i].content, err);
    }
    return code == WCAB_OK ? write_file(kit, "RESTORE.BAT", batch, err) : code;
}

static void put_name(const struct wci_kit *kit, unsigned number, char *name, size_t size)
{
    if (kit->form == WCAB_KIT_FOLDER)
        (void)snprintf(name, size, "RESTORE.BAT");
    else if (kit->form == WCAB_KIT_BATCH)
        (void)snprintf(name, size, "REPAIR.BAT");
    else if (kit->form == WCAB_KIT_ISO)
        (void)snprintf(name, size, "REPAIR.ISO");
    else
        (void)snprintf(name, size, "REPAIR%u.IMG", number);
}

enum wcab_err wci_kit_write(struct wci_kit *kit, unsigned number, const char **written,
                            struct wcab_error *err)
{
    struct wci_buffer batch;
    struct wci_bytes text;
    char name[32], *path;
    enum wcab_err code;

    put_name(kit, number, name, sizeof(name));
    wci_buffer_init(&batch);
    code = wci_paths_make_folders(kit->folder, "can't be made", err);
    if (code == WCAB_OK)
        code = make_batch(kit, number, &batch, err);
    text = (struct wci_bytes){(const char *)batch.data, batch.size};
    if (code == WCAB_OK)
        code = kit->form == WCAB_KIT_FOLDER  ? write_folder(kit, text, err)
               : kit->form == WCAB_KIT_ISO   ? write_iso(kit, name, text, err)
               : kit->form == WCAB_KIT_BATCH ? write_file(kit, name, text, err)
                                             : write_image(kit, number, name, text, err);
    wci_buffer_free(&batch);
    path = code == WCAB_OK ? wci_paths_join(kit->folder, name) : NULL;
    *written = path != NULL ? wci_arena_strdup(kit->arena, path) : NULL;
    free(path);
    return code == WCAB_OK && *written == NULL ? wci_error_nomem(err) : code;
}
