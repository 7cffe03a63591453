/*
 * datafile - see datafile.h.
 *
 * LMDB 0.9's file format, from its source (mdb.c: MDB_page, MDB_meta, MDB_db).  Everything is in
 * the machine's own byte order, and page numbers and counters have the size of a size_t: a data
 * file belongs to one kind of machine, export and import carry a catalog to another.
 *
 *   page header   pgno (word), pad u16, flags u16, lower u16, upper u16 or page count u32
 *   meta page     header, magic u32, version u32, address (word), map size (word),
 *                 free tree, main tree, last page (word), transaction (word)
 *   tree          pad u32, flags u16, depth u16, branch pages, leaf pages, overflow pages, entries,
 *                 root (words)
 */
#include "datafile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

enum { WORD = sizeof(size_t), PAGE_HEADER = WORD + 8, META_BYTES = PAGE_HEADER + 8 + 2 * WORD };
enum { TREE_BYTES = 8 + 5 * WORD, META_WHOLE = META_BYTES + 2 * TREE_BYTES + 2 * WORD };
enum { PAGE_IS_META = 0x08, DATA_VERSION = 1 };
enum { SMALLEST_PAGE = 512, LARGEST_PAGE = 65536, DEEPEST_TREE = 32 };
#define META_MAGIC UINT32_C(0xBEEFC0DE)

static uint16_t native16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint32_t native32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint64_t native_word(const uint8_t *at)
{
    size_t value;

    memcpy(&value, at, sizeof(value));
    return value == SIZE_MAX ? UINT64_MAX : value;
}

static void read_tree(const uint8_t *at, struct wci_datafile_tree *tree)
{
    tree->value_size = native32(at);
    tree->flags = native16(at + 4);
    tree->depth = native16(at + 6);
    tree->branch_pages = native_word(at + 8);
    tree->leaf_pages = native_word(at + 8 + WORD);
    tree->overflow_pages = native_word(at + 8 + 2 * WORD);
    tree->entries = native_word(at + 8 + 3 * WORD);
    tree->root = native_word(at + 8 + 4 * WORD);
}

/* One meta page; the size of a page stands in the free tree's pad. */
static enum wcab_err read_meta(const uint8_t *meta, unsigned number, struct wci_datafile *datafile,
                               struct wcab_error *err)
{
    const uint8_t *at = meta + PAGE_HEADER;

    if ((native16(meta + WORD + 2) & PAGE_IS_META) == 0 || native32(at) != META_MAGIC)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "no catalog, or damaged: meta page %u is none",
                             number);
    if (native32(at + 4) != DATA_VERSION)
        return wci_error_set(err, WCAB_ERR_VERSION,
                             "the catalog's file is of LMDB format %u, this program reads %d; "
                             "index again into a new catalog",
                             native32(at + 4), DATA_VERSION);
    at = meta + META_BYTES;
    read_tree(at, &datafile->free_tree);
    read_tree(at + TREE_BYTES, &datafile->main_tree);
    datafile->page_size = datafile->free_tree.value_size;
    datafile->last_page = native_word(at + 2 * TREE_BYTES);
    datafile->transaction = native_word(at + 2 * TREE_BYTES + WORD);
    return WCAB_OK;
}

static bool is_tree_sound(const struct wci_datafile *datafile, const struct wci_datafile_tree *tree)
{
    if (tree->root == WCI_DATAFILE_NO_PAGE)
        return tree->depth == 0;
    return tree->root > 1 && tree->root <= datafile->last_page && tree->depth > 0 &&
           tree->depth <= DEEPEST_TREE;
}

static enum wcab_err check_meta(const struct wci_datafile *datafile, struct wcab_error *err)
{
    uint32_t page_size = datafile->page_size;

    if (page_size < SMALLEST_PAGE || page_size > LARGEST_PAGE || (page_size & (page_size - 1)) != 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: page size %u",
                             page_size);
    if (datafile->last_page < 1 || datafile->last_page >= datafile->size / page_size)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: it has %" PRIu64
                             " bytes, its last page is number %" PRIu64,
                             datafile->size, datafile->last_page);
    if (!is_tree_sound(datafile, &datafile->free_tree) ||
        !is_tree_sound(datafile, &datafile->main_tree))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: a root page lies outside the file");
    return WCAB_OK;
}

static enum wcab_err read_at(int file, uint64_t offset, uint8_t *buffer, size_t size,
                             struct wcab_error *err)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = pread(file, buffer + done, size - done, (off_t)(offset + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return wci_error_set_sys(err, errno, "can't read the catalog's data file");
        if (got == 0)
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "the catalog is damaged: its data file ends after %" PRIu64
                                 " bytes",
                                 offset + done);
        done += (size_t)got;
    }
    return WCAB_OK;
}

static enum wcab_err inspect(int file, struct wci_datafile *datafile, struct wcab_error *err)
{
    uint8_t bytes[META_WHOLE];
    struct wci_datafile metas[2];
    struct stat status;
    enum wcab_err code;
    unsigned i;

    if (fstat(file, &status) != 0)
        return wci_error_set_sys(err, errno, "can't examine the catalog's data file");
    if (status.st_size == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "the catalog is empty");
    memset(metas, 0, sizeof(metas));
    for (i = 0; i < 2; i++) {
        uint64_t offset = i == 0 ? 0 : metas[0].page_size;

        metas[i].size = (uint64_t)status.st_size;
        code = read_at(file, offset, bytes, sizeof(bytes), err);
        if (code == WCAB_OK)
            code = read_meta(bytes, i, &metas[i], err);
        if (code == WCAB_OK)
            code = check_meta(&metas[i], err);
        if (code != WCAB_OK)
            return code;
    }
    if (metas[0].page_size != metas[1].page_size)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: page sizes %u and %u",
                             metas[0].page_size, metas[1].page_size);
    *datafile = metas[metas[1].transaction > metas[0].transaction ? 1 : 0];
    return WCAB_OK;
}

enum wcab_err wci_datafile_inspect(const char *path, struct wci_datafile *datafile,
                                   struct wcab_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    enum wcab_err code;

    if (file < 0)
        return wci_error_set_sys(err, errno, "can't open the catalog");
    code = inspect(file, datafile, err);
    (void)close(file);
    return code;
}
