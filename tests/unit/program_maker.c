/*
 * program_maker - see program_maker.h.
 */
#include "program_maker.h"

#include <string.h>

enum { HEADER = 64, RVA = 0x1000, DATA = 1024 };

static void put16(uint8_t *image, size_t at, unsigned value)
{
    image[at] = (uint8_t)value;
    image[at + 1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *image, size_t at, unsigned value)
{
    put16(image, at, value & 0xFFFF);
    put16(image, at + 2, value >> 16);
}

/* One section, which holds the import directory and behind it the names. */
static void make_pe(const char *const *modules, size_t count, uint8_t *image)
{
    size_t names = DATA + 20 * (count + 1);
    size_t i;

    memcpy(image + HEADER, "PE\0", 4);
    put16(image, HEADER + 4, 0x14C);
    put16(image, HEADER + 6, 1);
    put16(image, HEADER + 20, 224);
    put16(image, HEADER + 24, 0x10B);
    put32(image, HEADER + 24 + 92, 16);
    put32(image, HEADER + 24 + 96 + 8, RVA);
    put32(image, HEADER + 24 + 224 + 8, PROGRAM_SIZE - DATA);
    put32(image, HEADER + 24 + 224 + 12, RVA);
    put32(image, HEADER + 24 + 224 + 16, PROGRAM_SIZE - DATA);
    put32(image, HEADER + 24 + 224 + 20, DATA);
    for (i = 0; i < count; i++) {
        put32(image, DATA + 20 * i + 12, (unsigned)(RVA + names - DATA));
        memcpy(image + names, modules[i], strlen(modules[i]) + 1);
        names += strlen(modules[i]) + 1;
    }
}

static size_t put_counted(uint8_t *image, size_t at, const char *name)
{
    image[at] = (uint8_t)strlen(name);
    memcpy(image + at + 1, name, strlen(name));
    return at + 1 + strlen(name);
}

/* Module references, which lead to imported names. */
static void make_ne(const char *const *modules, size_t count, uint8_t *image)
{
    size_t residents = HEADER + 64, references = residents + 32, names = references + 256;
    size_t at = names + 1;
    size_t i;

    memcpy(image + HEADER, "NE", 2);
    put16(image, HEADER + 30, (unsigned)count);
    put16(image, HEADER + 34, 64);
    put16(image, HEADER + 36, 64);
    put16(image, HEADER + 38, (unsigned)(residents - HEADER));
    put16(image, HEADER + 40, (unsigned)(references - HEADER));
    put16(image, HEADER + 42, (unsigned)(names - HEADER));
    (void)put_counted(image, residents, "TESTPROG");
    for (i = 0; i < count; i++) {
        put16(image, references + 2 * i, (unsigned)(at - names));
        at = put_counted(image, at, modules[i]);
    }
}

/* One page, and imported names between the header and it. */
static void make_le(const char *const *modules, size_t count, uint8_t *image)
{
    size_t residents = HEADER + 192, names = residents + 32, at = names, i;

    memcpy(image + HEADER, "LE", 2);
    put32(image, HEADER + 20, 1);
    put32(image, HEADER + 40, 4096);
    put32(image, HEADER + 44, 512);
    put32(image, HEADER + 88, (unsigned)(residents - HEADER));
    put32(image, HEADER + 112, (unsigned)(names - HEADER));
    put32(image, HEADER + 116, (unsigned)count);
    put32(image, HEADER + 128, DATA * 4);
    (void)put_counted(image, residents, "TESTPROG");
    for (i = 0; i < count; i++)
        at = put_counted(image, at, modules[i]);
    put32(image, HEADER + 120, (unsigned)(at - HEADER));
}

/* Behind the directory the drivers, each no more than a header. */
static void make_w3(const char *const *modules, size_t count, uint8_t *image)
{
    size_t i;

    memcpy(image + HEADER, "W3", 2);
    put16(image, HEADER + 2, 0x400);
    put16(image, HEADER + 4, (unsigned)count);
    for (i = 0; i < count; i++) {
        size_t at = HEADER + 16 + 16 * i;

        memset(image + at, ' ', 8);
        memcpy(image + at, modules[i], strlen(modules[i]) < 8 ? strlen(modules[i]) : 8);
        put32(image, at + 8, (unsigned)(DATA + 128 * i));
        put32(image, at + 12, 128);
        memcpy(image + DATA + 128 * i, "LE", 2);
    }
}

void program_make(enum program_form form, const char *const *modules, size_t count, uint8_t *image)
{
    memset(image, 0, PROGRAM_SIZE);
    memcpy(image, "MZ", 2);
    put32(image, 60, HEADER);
    if (form == PROGRAM_PE)
        make_pe(modules, count, image);
    else if (form == PROGRAM_NE)
        make_ne(modules, count, image);
    else if (form == PROGRAM_W3)
        make_w3(modules, count, image);
    else
        make_le(modules, count, image);
}
