/*
 * make_program - a small executable that imports modules, for sessions.
 *
 *   make_program pe|ne|le|w3 FILE MODULE...
 */
#include <stdio.h>
#include <string.h>

#include "program_maker.h"

int main(int argc, char **argv)
{
    static uint8_t image[PROGRAM_SIZE];
    enum program_form form;
    FILE *file;
    int ok;

    if (argc < 3 || argc > 48)
        return 2;
    form = strcmp(argv[1], "pe") == 0   ? PROGRAM_PE
           : strcmp(argv[1], "ne") == 0 ? PROGRAM_NE
           : strcmp(argv[1], "w3") == 0 ? PROGRAM_W3
                                        : PROGRAM_LE;
    program_make(form, (const char *const *)argv + 3, (size_t)argc - 3, image);
    file = fopen(argv[2], "wb");
    if (file == NULL)
        return 1;
    ok = fwrite(image, sizeof(image), 1, file) == 1;
    return fclose(file) == 0 && ok ? 0 : 1;
}
