/*
 * fuzz_replay - runs a fuzz target over files and folders of files: the corpus as a test.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned replayed;

static int replay_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size > 0 ? size : 1);
    FILE *file = fopen(path, "rb");
    int bad = data == NULL || file == NULL || fread(data, 1, size, file) != size;

    if (bad) {
        printf("%s: can't be read\n", path);
    } else {
        (void)LLVMFuzzerTestOneInput(data, size);
        replayed++;
    }
    if (file != NULL)
        (void)fclose(file);
    free(data);
    return bad;
}

static int replay(const char *path)
{
    struct dirent *entry;
    struct stat status;
    int bad = 0;
    DIR *folder;

    if (stat(path, &status) != 0) {
        printf("%s: not there\n", path);
        return 1;
    }
    if (!S_ISDIR(status.st_mode))
        return replay_file(path, (size_t)status.st_size);
    folder = opendir(path);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char name[4096];

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        bad |= replay(name);
    }
    if (folder != NULL)
        (void)closedir(folder);
    return bad;
}

int main(int argc, char **argv)
{
    int bad = 0;
    int i;

    for (i = 1; i < argc; i++)
        bad |= replay(argv[i]);
    printf("%u passed, %d failed\n", replayed, bad);
    return bad || replayed == 0;
}
