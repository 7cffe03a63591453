/*
 * disk_libyal - see disk_libyal.h.
 *
 * All four libraries take their input through libbfio, which is given the caller's source here.
 */
#include "media/disc/disk_libyal.h"

#include <string.h>

#include "core/cursor.h"
#include "media/disc/nest.h"
#include "media/disc/segments.h"

#ifdef WHICHCAB_LIBYAL
#define HAVE_LIBBFIO 1 /* for the other headers */
#include <libbfio.h>
#include <libewf.h>
#include <libqcow.h>
#include <libvhdi.h>
#include <libvmdk.h>
#include <stdio.h>

#include "media/bytes/remote.h"
#else
struct wci_remote_library {
    const char *name, *advice;
};
#endif

enum {
    SIGNATURE_MAX = 16,
    VMDK_HEADER = 64,
    VMDK_CAPACITY = 12,
    VMDK_DIRECTORY = 56,
    VMDK_DESCRIPTOR = 28 /* the sector where it lies; 0: none */
};

/* What the description of a VMDK begins with. */
#define VMDK_TEXT "# Disk DescriptorFile"

struct kind {
    const struct wci_remote_library *library;
    const char *signature;
    uint8_t length;
    const char *reason;
};

#ifdef WHICHCAB_LIBYAL

/* ---- the input, in the child ---------------------------------------------------------------- */

struct input {
    struct wci_remote_side *side;
    off64_t at;
    uint64_t start, size; /* of it in what the caller gives */
};

static int input_free(intptr_t **handle, libbfio_error_t **error)
{
    (void)error;
    *handle = NULL;
    return 1;
}

static int input_clone(intptr_t **to, intptr_t *from, libbfio_error_t **error)
{
    (void)error;
    *to = from;
    return 1;
}

static int input_open(intptr_t *handle, int flags, libbfio_error_t **error)
{
    (void)handle;
    (void)flags;
    (void)error;
    return 1;
}

static int input_close(intptr_t *handle, libbfio_error_t **error)
{
    (void)handle;
    (void)error;
    return 0;
}

static ssize_t input_read(intptr_t *handle, uint8_t *buffer, size_t size, libbfio_error_t **error)
{
    struct input *input = (struct input *)handle;
    uint64_t left = input->size - (uint64_t)input->at;

    (void)error;
    if (input->at < 0 || (uint64_t)input->at >= input->size)
        return 0;
    if (size > left)
        size = (size_t)left;
    if (!wci_remote_input(input->side, input->start + (uint64_t)input->at, buffer, size))
        return -1;
    input->at += (off64_t)size;
    return (ssize_t)size;
}

static ssize_t input_write(intptr_t *handle, const uint8_t *buffer, size_t size,
                           libbfio_error_t **error)
{
    (void)handle;
    (void)buffer;
    (void)size;
    (void)error;
    return -1;
}

static off64_t input_seek(intptr_t *handle, off64_t offset, int whence, libbfio_error_t **error)
{
    struct input *input = (struct input *)handle;
    off64_t base = whence == SEEK_CUR ? input->at : whence == SEEK_END ? (off64_t)input->size : 0;

    (void)error;
    if (offset < -base || offset > INT64_MAX - base)
        return -1;
    input->at = base + offset;
    return input->at;
}

static int input_exists(intptr_t *handle, libbfio_error_t **error)
{
    (void)handle;
    (void)error;
    return 1;
}

static int input_size(intptr_t *handle, size64_t *size, libbfio_error_t **error)
{
    (void)error;
    *size = ((struct input *)handle)->size;
    return 1;
}

static libbfio_handle_t *open_part(struct input *input)
{
    libbfio_handle_t *handle = NULL;

    if (libbfio_handle_initialize(&handle, (intptr_t *)input, input_free, input_clone, input_open,
                                  input_close, input_read, input_write, input_seek, input_exists,
                                  input_exists, input_size, LIBBFIO_FLAG_IO_HANDLE_NON_MANAGED,
                                  NULL) != 1)
        return NULL;
    return handle;
}

/* The child has one input, for as long as it lives. */
static libbfio_handle_t *open_input(struct wci_remote_side *side)
{
    static struct input input;

    input = (struct input){side, 0, 0, side->input_size};
    return open_part(&input);
}

static bool add_to_pool(libbfio_pool_t *pool, libbfio_handle_t *handle)
{
    int entry = 0;

    return handle != NULL &&
           libbfio_pool_append_handle(pool, &entry, handle, LIBBFIO_OPEN_READ, NULL) == 1;
}

static libbfio_pool_t *open_pool(struct wci_remote_side *side)
{
    libbfio_pool_t *pool = NULL;

    return libbfio_pool_initialize(&pool, 0, LIBBFIO_POOL_UNLIMITED_NUMBER_OF_OPEN_HANDLES, NULL) ==
                       1 &&
                   add_to_pool(pool, open_input(side))
               ? pool
               : NULL;
}

static bool read_word(struct wci_remote_side *side, uint64_t index, uint64_t *value)
{
    uint8_t bytes[8];
    unsigned i;

    if (!wci_remote_input(side, index * sizeof(bytes), bytes, sizeof(bytes)))
        return false;
    *value = 0;
    for (i = 0; i < sizeof(bytes); i++)
        *value |= (uint64_t)bytes[i] << (8 * i);
    return true;
}

/* The segments of an image, as media/disc/segments puts them together. */
static libbfio_pool_t *open_segments(struct wci_remote_side *side)
{
    static struct input inputs[WCI_SEGMENTS_MAX];
    libbfio_pool_t *pool = NULL;
    uint64_t count, start, i;

    if (!read_word(side, 0, &count) || count > WCI_SEGMENTS_MAX ||
        libbfio_pool_initialize(&pool, 0, LIBBFIO_POOL_UNLIMITED_NUMBER_OF_OPEN_HANDLES, NULL) != 1)
        return NULL;
    start = 8 * (1 + count);
    for (i = 0; i < count; i++) {
        inputs[i] = (struct input){side, 0, start, 0};
        if (!read_word(side, i + 1, &inputs[i].size) || !add_to_pool(pool, open_part(&inputs[i])))
            return NULL;
        start += inputs[i].size;
    }
    return pool;
}

static bool all_read(ssize_t got, size_t length)
{
    return got >= 0 && (size_t)got == length;
}

/* ---- the libraries, in the child ------------------------------------------------------------ */

static bool qcow_open(struct wci_remote_side *side, uint64_t *size)
{
    libqcow_file_t *file = NULL;
    libbfio_handle_t *input = open_input(side);
    libqcow_error_t *error = NULL;

    if (input != NULL && libqcow_file_initialize(&file, NULL) == 1 &&
        libqcow_file_open_file_io_handle(file, input, LIBQCOW_OPEN_READ, &error) == 1 &&
        libqcow_file_get_media_size(file, size, NULL) == 1) {
        side->own = file;
        return true;
    }
    (void)snprintf(side->text, sizeof(side->text), "libqcow can't read its header or tables");
    return false;
}

static bool qcow_read(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length)
{
    return all_read(
        libqcow_file_read_buffer_at_offset(side->own, bytes, length, (off64_t)offset, NULL),
        length);
}

static bool vmdk_open(struct wci_remote_side *side, uint64_t *size)
{
    libvmdk_handle_t *handle = NULL;
    libbfio_handle_t *input = open_input(side);

    if (input != NULL && libvmdk_handle_initialize(&handle, NULL) == 1 &&
        libvmdk_handle_open_file_io_handle(handle, input, LIBVMDK_OPEN_READ, NULL) == 1 &&
        libvmdk_handle_open_extent_data_files_file_io_pool(handle, open_pool(side), NULL) == 1 &&
        libvmdk_handle_get_media_size(handle, size, NULL) == 1) {
        side->own = handle;
        return true;
    }
    (void)snprintf(side->text, sizeof(side->text),
                   "libvmdk can't read it: is it one file of several?");
    return false;
}

static bool vmdk_read(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length)
{
    return all_read(
        libvmdk_handle_read_buffer_at_offset(side->own, bytes, length, (off64_t)offset, NULL),
        length);
}

static bool vhdx_open(struct wci_remote_side *side, uint64_t *size)
{
    libvhdi_file_t *file = NULL;
    libbfio_handle_t *input = open_input(side);

    if (input != NULL && libvhdi_file_initialize(&file, NULL) == 1 &&
        libvhdi_file_open_file_io_handle(file, input, LIBVHDI_OPEN_READ, NULL) == 1 &&
        libvhdi_file_get_media_size(file, size, NULL) == 1) {
        side->own = file;
        return true;
    }
    (void)snprintf(side->text, sizeof(side->text), "libvhdi can't read its header or tables");
    return false;
}

static bool vhdx_read(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length)
{
    return all_read(
        libvhdi_file_read_buffer_at_offset(side->own, bytes, length, (off64_t)offset, NULL),
        length);
}

static bool ewf_open(struct wci_remote_side *side, uint64_t *size)
{
    libewf_handle_t *handle = NULL;
    libbfio_pool_t *pool = open_segments(side);

    if (pool != NULL && libewf_handle_initialize(&handle, NULL) == 1 &&
        libewf_handle_open_file_io_pool(handle, pool, LIBEWF_OPEN_READ, NULL) == 1 &&
        libewf_handle_get_media_size(handle, size, NULL) == 1) {
        side->own = handle;
        return true;
    }
    (void)snprintf(side->text, sizeof(side->text), "libewf can't read its headers or tables");
    return false;
}

static bool ewf_read(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length)
{
    return all_read(libewf_handle_read_random(side->own, bytes, length, (off64_t)offset, NULL),
                    length);
}

static const struct wci_remote_library qcow = {"QCOW", qcow_open, qcow_read};
static const struct wci_remote_library vmdk = {"VMDK", vmdk_open, vmdk_read};
static const struct wci_remote_library vhdx = {"VHDX", vhdx_open, vhdx_read};
static const struct wci_remote_library ewf = {"EnCase", ewf_open, ewf_read};

static enum wcab_err open_disk(struct wci_source *source, const struct kind *kind,
                               struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_source *disk = NULL;
    struct wci_nest *nest = NULL;
    enum wcab_err code = wci_remote_open(source, kind->library, &disk, err);

    if (code != WCAB_OK)
        return code;
    code = wci_nest_new(source, kind->library->name, kind->reason, &nest, err);
    if (code != WCAB_OK) {
        wci_source_close(disk);
        return code;
    }
    code = wci_nest_add_take(nest, "disk", 0, disk, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

static enum wcab_err open_evidence(struct wci_source *source, const struct wci_siblings *siblings,
                                   struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_source *joined = NULL, *disk = NULL;
    struct wci_nest *nest = NULL;
    enum wcab_err code = wci_nest_new(source, "EnCase", "EnCase: EVF at byte 0", &nest, err);

    if (code == WCAB_OK)
        code = wci_segments_open(source, siblings, nest, &joined, err);
    if (code == WCAB_OK)
        code = wci_remote_open(joined, &ewf, &disk, err);
    if (code == WCAB_OK)
        code = wci_nest_add_take(nest, "disk", 0, disk, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

#else

static const char qemu[] = "qemu-img convert -O raw IMAGE disk.img";
static const struct wci_remote_library qcow = {"QCOW", qemu};
static const struct wci_remote_library vmdk = {"VMDK", qemu};
static const struct wci_remote_library vhdx = {"VHDX", qemu};
static const struct wci_remote_library ewf = {"EnCase", "ewfexport -f raw IMAGE"};

static enum wcab_err open_disk(struct wci_source *source, const struct kind *kind,
                               struct wci_volume **volume, struct wcab_error *err)
{
    (void)source;
    (void)volume;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "%s image: built without its library; convert it: %s", kind->library->name,
                         kind->library->advice);
}

#endif

#ifndef WHICHCAB_LIBYAL
static enum wcab_err open_evidence(struct wci_source *source, const struct wci_siblings *siblings,
                                   struct wci_volume **volume, struct wcab_error *err)
{
    const struct kind kind = {&ewf, "", 0, ""};

    (void)siblings;
    return open_disk(source, &kind, volume, err);
}
#endif

/* ---- recognition ---------------------------------------------------------------------------- */

static enum wcab_err open_kind(struct wci_source *source, const struct kind *kind,
                               struct wci_volume **volume, struct wcab_error *err)
{
    uint8_t bytes[SIGNATURE_MAX] = {0};
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < sizeof(bytes) || memcmp(bytes, kind->signature, kind->length) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no %s signature at byte 0",
                             kind->library->name);
    return open_disk(source, kind, volume, err);
}

enum wcab_err wci_disk_qcow_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err)
{
    static const struct kind kind = {&qcow, "QFI\xFB", 4, "QCOW: QFI at byte 0"};

    return open_kind(source, &kind, volume, err);
}

/* Whether the file has no description of a whole disk in it, as a part of one has none. */
static bool is_vmdk_part(struct wci_source *source)
{
    uint8_t bytes[VMDK_HEADER], text[sizeof(VMDK_TEXT) - 1];
    struct wci_cursor cursor;
    uint64_t sector, capacity, directory;
    uint32_t version;

    if (wci_source_read_at(source, 0, bytes, sizeof(bytes), NULL) != WCAB_OK ||
        memcmp(bytes, "KDMV", 4) != 0)
        return false;
    cursor = wci_cursor_of(bytes, sizeof(bytes));
    wci_cursor_seek(&cursor, 4);
    version = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, VMDK_CAPACITY);
    capacity = wci_cursor_u64(&cursor);
    wci_cursor_seek(&cursor, VMDK_DIRECTORY);
    directory = wci_cursor_u64(&cursor);
    if (version == 0 || version > 3 || capacity == 0 || directory == 0) /* no sound header */
        return false;
    wci_cursor_seek(&cursor, VMDK_DESCRIPTOR);
    sector = wci_cursor_u64(&cursor);
    return sector == 0 ||
           (sector < wci_source_size(source) / 512 &&
            wci_source_read_at(source, sector * 512, text, sizeof(text), NULL) == WCAB_OK &&
            memcmp(text, VMDK_TEXT, sizeof(text)) != 0);
}

enum wcab_err wci_disk_vmdk_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err)
{
    static const struct kind kind = {&vmdk, "KDMV", 4, "VMDK: KDMV at byte 0"};

    if (is_vmdk_part(source))
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "one of several files of a VMDK image: convert it by the one that "
                             "names them: qemu-img convert -O raw NAME.vmdk disk.img");
    return open_kind(source, &kind, volume, err);
}

enum wcab_err wci_disk_vhdx_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err)
{
    static const struct kind kind = {&vhdx, "vhdxfile", 8, "VHDX: vhdxfile at byte 0"};

    return open_kind(source, &kind, volume, err);
}

enum wcab_err wci_disk_ewf_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err)
{
    uint8_t bytes[SIGNATURE_MAX] = {0};
    unsigned number;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < sizeof(bytes) || !wci_segments_is_header(bytes, &number))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no EnCase signature at byte 0");
    return open_evidence(source, siblings, volume, err);
}
