/*
 * make_program - a small executable that imports modules, for tests.
 *
 *   make_program pe|ne FILE MODULE...
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 8192, HEADER = 64, RVA = 0x1000, DATA = 1024 };

static uint8_t image[SIZE];

static void put16(size_t at, unsigned value)
{
    image[at] = (uint8_t)value;
    image[at + 1] = (uint8_t)(value >> 8);
}

static void put32(size_t at, unsigned value)
{
    put16(at, value & 0xFFFF);
    put16(at + 2, value >> 16);
}

/* One section, which holds the import directory and behind it the names. */
static void make_pe(char **modules, int count)
{
    size_t names = DATA + 20 * (size_t)(count + 1);
    int i;

    memcpy(image + HEADER, "PE\0", 4);
    put16(HEADER + 4, 0x14C);
    put16(HEADER + 6, 1);
    put16(HEADER + 20, 224);
    put16(HEADER + 24, 0x10B);
    put32(HEADER + 24 + 92, 16);
    put32(HEADER + 24 + 96 + 8, RVA);
    put32(HEADER + 24 + 224 + 8, SIZE - DATA);
    put32(HEADER + 24 + 224 + 12, RVA);
    put32(HEADER + 24 + 224 + 16, SIZE - DATA);
    put32(HEADER + 24 + 224 + 20, DATA);
    for (i = 0; i < count; i++) {
        put32(DATA + 20 * (size_t)i + 12, (unsigned)(RVA + names - DATA));
        memcpy(image + names, modules[i], strlen(modules[i]) + 1);
        names += strlen(modules[i]) + 1;
    }
}

static size_t put_counted(size_t at, const char *name)
{
    image[at] = (uint8_t)strlen(name);
    memcpy(image + at + 1, name, strlen(name));
    return at + 1 + strlen(name);
}

static void make_ne(char **modules, int count)
{
    size_t residents = HEADER + 64, references = residents + 32, names = references + 256;
    size_t at = names + 1;
    int i;

    memcpy(image + HEADER, "NE", 2);
    put16(HEADER + 30, (unsigned)count);
    put16(HEADER + 34, 64);
    put16(HEADER + 36, 64);
    put16(HEADER + 38, (unsigned)(residents - HEADER));
    put16(HEADER + 40, (unsigned)(references - HEADER));
    put16(HEADER + 42, (unsigned)(names - HEADER));
    (void)put_counted(residents, "TESTPROG");
    for (i = 0; i < count; i++) {
        put16(references + 2 * (size_t)i, (unsigned)(at - names));
        at = put_counted(at, modules[i]);
    }
}

int main(int argc, char **argv)
{
    FILE *file;
    int ok;

    if (argc < 3 || argc > 64)
        return 2;
    memcpy(image, "MZ", 2);
    put32(60, HEADER);
    if (strcmp(argv[1], "pe") == 0)
        make_pe(argv + 3, argc - 3);
    else
        make_ne(argv + 3, argc - 3);
    file = fopen(argv[2], "wb");
    if (file == NULL)
        return 1;
    ok = fwrite(image, sizeof(image), 1, file) == 1;
    return fclose(file) == 0 && ok ? 0 : 1;
}
