/*
 * udf_library - see udf_library.h.
 */
#include "media/volume/udf_library.h"

#ifdef WHICHCAB_UDF

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udfread/blockinput.h>
#include <udfread/udfread.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/mem.h"
#include "media/bytes/remote.h"

enum { CONTENTS_ALIGNED = 4096, LIST_FIELD = 8, SIZE_BITS = 50 };

/* A file whose contents can be asked for. */
struct file {
    uint64_t start, size;
    size_t path; /* offset in `paths` */
};

/* The child's state, for as long as it lives. */
struct udf {
    struct udfread_block_input input; /* first: the library hands it back */
    struct wci_remote_side *side;
    udfread *library;
    struct wci_buffer list, paths;
    struct file *files;
    size_t count, capacity;
    uint64_t next; /* where the next file's contents begin, without the list */
    UDFFILE *open;
    size_t open_number;
    char path[WCI_LIMIT_PATH + 1]; /* of the folder that is listed */
    size_t path_length;
};

static int input_read(udfread_block_input *input, uint32_t block, void *bytes, uint32_t count,
                      int flags)
{
    struct udf *udf = (struct udf *)input;
    uint64_t blocks = udf->side->input_size / UDF_BLOCK_SIZE;

    (void)flags;
    if (block >= blocks)
        return -1;
    if (count > blocks - block)
        count = (uint32_t)(blocks - block);
    if (count > INT32_MAX / UDF_BLOCK_SIZE ||
        !wci_remote_input(udf->side, (uint64_t)block * UDF_BLOCK_SIZE, bytes,
                          (size_t)count * UDF_BLOCK_SIZE))
        return -1;
    return (int)count;
}

static uint32_t input_blocks(udfread_block_input *input)
{
    uint64_t blocks = ((struct udf *)input)->side->input_size / UDF_BLOCK_SIZE;

    return blocks < UINT32_MAX ? (uint32_t)blocks : UINT32_MAX;
}

/* ---- the list ------------------------------------------------------------------------------- */

static void put_record(struct udf *udf, enum wci_udf_what what, uint64_t size, uint64_t start)
{
    wci_buffer_u8(&udf->list, (uint8_t)what);
    wci_buffer_u64(&udf->list, size);
    wci_buffer_u64(&udf->list, start);
    wci_buffer_u16(&udf->list, (uint16_t)udf->path_length);
    wci_buffer_put(&udf->list, udf->path, udf->path_length);
}

/* Adds a part to the path; the length before it in *before.  False when it gets too long. */
static bool enter(struct udf *udf, const char *name, size_t *before)
{
    size_t length = strlen(name);

    *before = udf->path_length;
    if (length > WCI_LIMIT_PATH - 1 - udf->path_length)
        return false;
    udf->path[udf->path_length++] = '/';
    memcpy(udf->path + udf->path_length, name, length + 1);
    udf->path_length += length;
    return true;
}

static void leave(struct udf *udf, size_t before)
{
    udf->path_length = before;
    udf->path[before] = '\0';
}

static bool add_file(struct udf *udf, UDFDIR *folder, const char *name)
{
    UDFFILE *opened = udfread_file_openat(folder, name);
    int64_t size = opened == NULL ? -1 : udfread_file_size(opened);
    struct file *file;

    udfread_file_close(opened);
    if (size < 0 || size >> SIZE_BITS != 0) {
        put_record(udf, WCI_UDF_BAD_FILE, 0, 0);
        return udf->list.ok;
    }
    if (udf->next >> 62 != 0 ||
        !wci_mem_grow(&udf->files, udf->count, &udf->capacity, sizeof(*udf->files)))
        return false;
    file = &udf->files[udf->count++];
    *file = (struct file){udf->next, (uint64_t)size, udf->paths.size};
    wci_buffer_put(&udf->paths, udf->path, udf->path_length + 1);
    put_record(udf, WCI_UDF_FILE, file->size, file->start);
    udf->next += (file->size + CONTENTS_ALIGNED) / CONTENTS_ALIGNED * CONTENTS_ALIGNED;
    return udf->list.ok && udf->paths.ok;
}

static bool list_folder(struct udf *udf, UDFDIR *folder, unsigned depth);

static bool add_folder(struct udf *udf, UDFDIR *parent, const char *name, unsigned depth)
{
    UDFDIR *folder = depth < WCI_LIMIT_FOLDER_DEPTH ? udfread_opendir_at(parent, name) : NULL;
    bool fine = true;

    if (depth >= WCI_LIMIT_FOLDER_DEPTH)
        put_record(udf, WCI_UDF_TOO_MUCH, 0, 0);
    else if (folder == NULL)
        put_record(udf, WCI_UDF_BAD_FOLDER, 0, 0);
    else
        fine = list_folder(udf, folder, depth);
    udfread_closedir(folder);
    return fine && udf->list.ok;
}

static bool list_folder(struct udf *udf, UDFDIR *folder, unsigned depth)
{
    struct udfread_dirent entry;
    bool fine = true, any = false;

    while (fine && udfread_readdir(folder, &entry) != NULL) {
        size_t before;

        if (strcmp(entry.d_name, ".") == 0 || strcmp(entry.d_name, "..") == 0)
            continue;
        any = true;
        if (udf->count >= WCI_LIMIT_ENTRIES || udf->list.size >= WCI_UDF_LIST_MOST / 2 ||
            !enter(udf, entry.d_name, &before)) {
            put_record(udf, WCI_UDF_TOO_MUCH, 0, 0);
            return true;
        }
        fine = entry.d_type == UDF_DT_DIR ? add_folder(udf, folder, entry.d_name, depth + 1)
                                          : add_file(udf, folder, entry.d_name);
        leave(udf, before);
    }
    if (!any && udf->path_length > 0)
        put_record(udf, WCI_UDF_EMPTY_FOLDER, 0, 0);
    return fine;
}

/* ---- what the caller asks for ---------------------------------------------------------------- */

static bool make_list(struct udf *udf)
{
    UDFDIR *root = udfread_opendir(udf->library, "/");
    const char *label = udfread_get_volume_id(udf->library);
    size_t length = label == NULL ? 0 : strlen(label), i;
    bool fine;

    if (root == NULL)
        return false;
    wci_buffer_u64(&udf->list, 0); /* its size, written below */
    wci_buffer_u16(&udf->list, (uint16_t)(length < UINT8_MAX ? length : UINT8_MAX));
    wci_buffer_put(&udf->list, label == NULL ? "" : label, length < UINT8_MAX ? length : UINT8_MAX);
    fine = list_folder(udf, root, 0);
    udfread_closedir(root);
    for (i = 0; fine && i < LIST_FIELD; i++)
        udf->list.data[i] = (uint8_t)((uint64_t)udf->list.size >> (8 * i));
    return fine && udf->list.ok;
}

static bool udf_open(struct wci_remote_side *side, uint64_t *size)
{
    struct udf *udf = calloc(1, sizeof(*udf));

    if (udf == NULL)
        return false;
    side->own = udf;
    udf->side = side;
    udf->input.read = input_read;
    udf->input.size = input_blocks;
    wci_buffer_init(&udf->list);
    wci_buffer_init(&udf->paths);
    udf->library = udfread_init();
    if (udf->library == NULL || udfread_open_input(udf->library, &udf->input) < 0 ||
        !make_list(udf)) {
        (void)snprintf(side->text, sizeof(side->text),
                       "libudfread can't read its descriptors or its root folder");
        return false;
    }
    udf->next += CONTENTS_ALIGNED;
    *size = udf->list.size + udf->next;
    return true;
}

/* The last file whose contents begin at the place or before it; NULL when there is none. */
static const struct file *find_file(const struct udf *udf, uint64_t place)
{
    size_t low = 0, high = udf->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (udf->files[middle].start <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &udf->files[low - 1];
}

static bool read_file(struct udf *udf, const struct file *file, uint64_t within, uint8_t *bytes,
                      size_t length)
{
    size_t number = (size_t)(file - udf->files);

    if (udf->open == NULL || udf->open_number != number) {
        udfread_file_close(udf->open);
        udf->open = udfread_file_open(udf->library, (const char *)udf->paths.data + file->path);
        udf->open_number = number;
    }
    if (udf->open == NULL ||
        udfread_file_seek(udf->open, (int64_t)within, UDF_SEEK_SET) != (int64_t)within)
        return false;
    while (length > 0) {
        ssize_t got = udfread_file_read(udf->open, bytes, length);

        if (got <= 0)
            return false;
        bytes += got;
        length -= (size_t)got;
    }
    return true;
}

static bool udf_read(struct wci_remote_side *side, uint64_t offset, uint8_t *bytes, size_t length)
{
    struct udf *udf = side->own;
    const struct file *file;

    if (offset < udf->list.size && length <= udf->list.size - offset) {
        memcpy(bytes, udf->list.data + offset, length);
        return true;
    }
    file = offset < udf->list.size ? NULL : find_file(udf, offset - udf->list.size);
    (void)snprintf(side->text, sizeof(side->text), "file can't be read");
    if (file == NULL || offset - udf->list.size - file->start > file->size ||
        length > file->size - (offset - udf->list.size - file->start))
        return false;
    return read_file(udf, file, offset - udf->list.size - file->start, bytes, length);
}

static const struct wci_remote_library library = {"UDF", udf_open, udf_read};

enum wcab_err wci_udf_library_open(struct wci_source *source, struct wci_source **found,
                                   struct wcab_error *err)
{
    return wci_remote_open(source, &library, found, err);
}

#else

enum wcab_err wci_udf_library_open(struct wci_source *source, struct wci_source **found,
                                   struct wcab_error *err)
{
    (void)source;
    (void)found;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "UDF volume: built without libudfread; copy its files: mount -t udf, or "
                         "7z x IMAGE");
}

#endif
