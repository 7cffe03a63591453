/*
 * datafile - see datafile.h.
 */
#include "catalog/datafile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"

enum { PAGE_IS_META = 0x08, DATA_VERSION = 1 };
enum { ATTEMPTS = 3, SMALLEST_PAGE = 512, LARGEST_PAGE = 65536, DEEPEST_TREE = 32 };
#define META_MAGIC UINT32_C(0xBEEFC0DE)

void wci_datafile_tree(const uint8_t *record, struct wci_datafile_tree *tree)
{
    const uint8_t *words = record + 8;

    tree->value_size = wci_datafile_u32(record);
    tree->flags = wci_datafile_u16(record + 4);
    tree->depth = wci_datafile_u16(record + 6);
    tree->branch_pages = wci_datafile_word(words);
    tree->leaf_pages = wci_datafile_word(words + WCI_DATAFILE_WORD);
    tree->overflow_pages = wci_datafile_word(words + 2 * (size_t)WCI_DATAFILE_WORD);
    tree->entries = wci_datafile_word(words + 3 * (size_t)WCI_DATAFILE_WORD);
    tree->root = wci_datafile_word(words + 4 * (size_t)WCI_DATAFILE_WORD);
}

/* The size of a page stands in the free tree's pad. */
static enum wcab_err read_meta(const uint8_t *meta, unsigned number, struct wci_datafile *datafile,
                               struct wcab_error *err)
{
    const uint8_t *at = meta + WCI_DATAFILE_HEADER;

    if ((wci_datafile_u16(meta + WCI_DATAFILE_FLAGS) & PAGE_IS_META) == 0 ||
        wci_datafile_u32(at) != META_MAGIC)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "no catalog, or damaged: meta page %u is none",
                             number);
    if (wci_datafile_u32(at + 4) != DATA_VERSION)
        return wci_error_set(err, WCAB_ERR_VERSION,
                             "the catalog's file is of LMDB format %u, this program reads %d; "
                             "index again into a new catalog",
                             wci_datafile_u32(at + 4), DATA_VERSION);
    at += 8 + 2 * (size_t)WCI_DATAFILE_WORD;
    wci_datafile_tree(at, &datafile->free_tree);
    wci_datafile_tree(at + WCI_DATAFILE_TREE, &datafile->main_tree);
    at += 2 * (size_t)WCI_DATAFILE_TREE;
    datafile->page_size = datafile->free_tree.value_size;
    datafile->last_page = wci_datafile_word(at);
    datafile->transaction = wci_datafile_word(at + WCI_DATAFILE_WORD);
    return WCAB_OK;
}

static bool is_tree_sound(const struct wci_datafile *datafile, const struct wci_datafile_tree *tree)
{
    if (tree->root == WCI_DATAFILE_NO_PAGE)
        return tree->depth == 0;
    return tree->root > 1 && tree->root <= datafile->last_page &&
           tree->root < datafile->size / datafile->page_size && tree->depth > 0 &&
           tree->depth <= DEEPEST_TREE;
}

static enum wcab_err check_meta(const struct wci_datafile *datafile, struct wcab_error *err)
{
    uint32_t page_size = datafile->page_size;

    if (page_size < SMALLEST_PAGE || page_size > LARGEST_PAGE || (page_size & (page_size - 1)) != 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: page size %u",
                             page_size);
    if (datafile->last_page < 1 || datafile->last_page > WCI_DATAFILE_MOST_PAGES ||
        datafile->size / page_size < 2)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: it has %" PRIu64
                             " bytes, its last page is number %" PRIu64,
                             datafile->size, datafile->last_page);
    /* The last page itself may lie behind the file's end: LMDB does not write a page that it has
     * given up in the transaction that took it. */
    if (!is_tree_sound(datafile, &datafile->free_tree) ||
        !is_tree_sound(datafile, &datafile->main_tree))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: a root page lies outside the file");
    return WCAB_OK;
}

enum wcab_err wci_datafile_meta(const uint8_t *meta, unsigned number, uint64_t size,
                                struct wci_datafile *datafile, struct wcab_error *err)
{
    struct wci_datafile read = {.size = size};
    enum wcab_err code = read_meta(meta, number, &read, err);

    if (code == WCAB_OK)
        code = check_meta(&read, err);
    if (code == WCAB_OK)
        *datafile = read;
    return code;
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

static enum wcab_err read_metas(int file, uint64_t size, struct wci_datafile metas[2],
                                struct wcab_error *err)
{
    uint8_t bytes[WCI_DATAFILE_META];
    enum wcab_err code = WCAB_OK;
    unsigned i;

    for (i = 0; code == WCAB_OK && i < 2; i++) {
        code = read_at(file, i == 0 ? 0 : metas[0].page_size, bytes, sizeof(bytes), err);
        if (code == WCAB_OK)
            code = wci_datafile_meta(bytes, i, size, &metas[i], err);
        /* Transactions write to the two pages in turn; a new file has number 0 on both. */
        if (code == WCAB_OK && metas[i].transaction != 0 && (metas[i].transaction & 1) != i)
            code = wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "the catalog is damaged: meta page %u has transaction %" PRIu64, i,
                                 metas[i].transaction);
    }
    if (code == WCAB_OK && metas[0].page_size != metas[1].page_size)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: page sizes %u and %u",
                             metas[0].page_size, metas[1].page_size);
    return code;
}

static enum wcab_err inspect(int file, struct wci_datafile *datafile, struct wcab_error *err)
{
    struct wci_datafile metas[2];
    enum wcab_err code = WCAB_ERR_CORRUPT;
    struct stat status;
    int attempt;

    memset(metas, 0, sizeof(metas));
    /* A writer may be at work: what looks wrong is looked at again. */
    for (attempt = 0; attempt < ATTEMPTS && code == WCAB_ERR_CORRUPT; attempt++) {
        if (fstat(file, &status) != 0)
            return wci_error_set_sys(err, errno, "can't examine the catalog's data file");
        if (status.st_size == 0)
            return wci_error_set(err, WCAB_ERR_NOTFOUND, "the catalog is empty");
        code = read_metas(file, (uint64_t)status.st_size, metas, err);
    }
    if (code == WCAB_OK)
        *datafile = metas[metas[1].transaction > metas[0].transaction ? 1 : 0];
    return code;
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
