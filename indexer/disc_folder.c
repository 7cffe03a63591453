/*
 * disc_folder - see disc_folder.h.
 */
#include "indexer/disc_folder.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/vfs.h>

#include "core/mem.h"

enum {
    MOST_NAMES = 4096,
    ALIKE_LEAST = 2, /* names that two trees share to be two discs of a kind */
    ISO9660_MAGIC = 0x9660,
    UDF_MAGIC = 0x15013346
};

/* FNV-1a over the folded name. */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 0xCBF29CE484222325ULL;

    for (; *name != '\0'; name++) {
        uint8_t c = (uint8_t)*name;

        hash = (hash ^ (c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c)) * 0x100000001B3ULL;
    }
    return hash;
}

/* Where the hash is, or belongs. */
static size_t place_of(const struct wci_disc_names *names, uint64_t hash)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (names->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has(const struct wci_disc_names *names, uint64_t hash)
{
    size_t at = place_of(names, hash);

    return at < names->count && names->hashes[at] == hash;
}

static bool add_hash(struct wci_disc_names *names, uint64_t hash)
{
    size_t at = place_of(names, hash);

    if (names->count >= MOST_NAMES || (at < names->count && names->hashes[at] == hash))
        return true;
    if (!wci_mem_grow(&names->hashes, names->count, &names->capacity, sizeof(*names->hashes)))
        return false;
    memmove(names->hashes + at + 1, names->hashes + at,
            (names->count - at) * sizeof(*names->hashes));
    names->hashes[at] = hash;
    names->count++;
    return true;
}

bool wci_disc_names_add(struct wci_disc_names *names, const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot == NULL || strcasecmp(dot, ".cab") != 0 || add_hash(names, hash_of(name));
}

bool wci_disc_names_merge(struct wci_disc_names *names, const struct wci_disc_names *other,
                          bool *alike)
{
    size_t smaller = names->count < other->count ? names->count : other->count;
    size_t common = 0, i;
    bool ok = true;

    for (i = 0; i < other->count; i++)
        common += has(names, other->hashes[i]);
    *alike = *alike || (common >= ALIKE_LEAST && 2 * common >= smaller);
    for (i = 0; ok && i < other->count; i++)
        ok = add_hash(names, other->hashes[i]);
    return ok;
}

void wci_disc_names_free(struct wci_disc_names *names)
{
    free(names->hashes);
    memset(names, 0, sizeof(*names));
}

static bool has_any(char *const *names, size_t count, const char *const *wanted,
                    size_t wanted_count)
{
    size_t i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < wanted_count; k++) {
            if (strcasecmp(names[i], wanted[k]) == 0)
                return true;
        }
    }
    return false;
}

bool wci_disc_folder_has_root_file(char *const *names, size_t count)
{
    static const char *const files[] = {"AUTORUN.INF"};

    return has_any(names, count, files, 1);
}

bool wci_disc_folder_has_setup(char *const *names, size_t count)
{
    static const char *const files[] = {"SETUP.EXE", "INSTALL.EXE", "SETUP.BAT", "INSTALL.BAT"};

    return has_any(names, count, files, sizeof(files) / sizeof(files[0]));
}

bool wci_disc_folder_is_setup_folder(const char *name)
{
    static const char *const folders[] = {"WIN95", "WIN98", "WIN9X", "I386",
                                          "MIPS",  "ALPHA", "PPC"};
    size_t i;

    for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (strcasecmp(name, folders[i]) == 0)
            return true;
    }
    return false;
}

bool wci_disc_folder_is_mount(const char *path)
{
    struct statfs status;

    return statfs(path, &status) == 0 &&
           (status.f_type == ISO9660_MAGIC || status.f_type == UDF_MAGIC);
}
