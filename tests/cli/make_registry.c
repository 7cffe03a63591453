/*
 * make_registry - a small registry file, for sessions.
 *
 *   make_registry 9x|nt FILE [KEY NAME DATA]...
 */
#include <stdio.h>
#include <string.h>

#include "registry_maker.h"

enum { VALUES = 64 };

int main(int argc, char **argv)
{
    static uint8_t content[REGISTRY_MOST];
    struct registry_value values[VALUES];
    size_t count = 0, size;
    FILE *file;
    int i, ok;

    if (argc < 3 || argc % 3 != 0 || argc > 3 * VALUES)
        return 2;
    for (i = 3; i + 2 < argc; i += 3)
        values[count++] = (struct registry_value){argv[i], argv[i + 1], argv[i + 2]};
    size = registry_make(strcmp(argv[1], "9x") == 0 ? REGISTRY_9X : REGISTRY_NT, values, count,
                         content);
    file = fopen(argv[2], "wb");
    if (file == NULL)
        return 1;
    ok = fwrite(content, size, 1, file) == 1;
    return fclose(file) == 0 && ok ? 0 : 1;
}
