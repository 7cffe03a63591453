/*
 * make_lzx - a cabinet of one LZX folder, which media-gen doesn't write.
 *
 *   make_lzx CABINET FOLDER NAME...
 *
 * Holds the files NAME of FOLDER.  Layout: Microsoft Cabinet Format, "CAB File Layout".
 */
#include "lzx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 36,
    FOLDER_ENTRY = 8,
    FILE_ENTRY = 16,
    BLOCK_HEADER = 8,
    WINDOW_BITS = 15,
    SIZE_MOST = 1 << 20,
    BLOCKS_MOST = SIZE_MOST / LZX_FRAME,
    LZX_METHOD = 3 | WINDOW_BITS << 8,
    DATE = 15 << 9 | 7 << 5 | 11, /* 1995-07-11 */
    TIME = 9 << 11 | 50 << 5      /* 09:50:00 */
};

struct output {
    uint8_t data[SIZE_MOST * 2];
    size_t size;
};

static void die(const char *what, const char *name)
{
    (void)fprintf(stderr, "make_lzx: %s: %s\n", name, what);
    exit(2);
}

static void put(struct output *out, size_t value, size_t bytes)
{
    for (; bytes > 0; bytes--, value >>= 8)
        out->data[out->size++] = (uint8_t)(value & 0xFF);
}

static void put_bytes(struct output *out, const void *data, size_t size)
{
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

/* The exclusive or of all little-endian 32-bit words; the last one to three bytes count in reverse
 * order. */
static uint32_t checksum(const uint8_t *data, size_t size, uint32_t sum)
{
    uint32_t rest = 0;

    for (; size >= 4; size -= 4, data += 4)
        sum ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
               (uint32_t)data[3] << 24;
    for (; size > 0; size--)
        rest = rest << 8 | *data++;
    return sum ^ rest;
}

static size_t read_file(const char *folder, const char *name, uint8_t *to, size_t room)
{
    char path[4096];
    FILE *file;
    size_t size;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL)
        die("can't be read", path);
    size = fread(to, 1, room, file);
    (void)fclose(file);
    if (size == 0 || size == room)
        die("is empty or too large", path);
    return size;
}

static void put_blocks(struct output *out, const uint8_t *contents, size_t size)
{
    uint8_t *payloads[BLOCKS_MOST];
    size_t sizes[BLOCKS_MOST], i, count = (size + LZX_FRAME - 1) / LZX_FRAME;

    if (!lzx_encode(contents, size, WINDOW_BITS, true, payloads, sizes))
        die("out of memory", "contents");
    for (i = 0; i < count; i++) {
        size_t frame = i + 1 < count ? (size_t)LZX_FRAME : size - i * LZX_FRAME;
        uint32_t sizes_word = (uint32_t)(sizes[i] | frame << 16);

        put(out, checksum(payloads[i], sizes[i], sizes_word), 4);
        put(out, sizes_word, 4);
        put_bytes(out, payloads[i], sizes[i]);
        free(payloads[i]);
    }
}

int main(int argc, char **argv)
{
    static struct output out;
    static uint8_t contents[SIZE_MOST];
    size_t sizes[16], size = 0, files_at = HEADER + FOLDER_ENTRY, data_at = files_at;
    int i, count = argc - 3;
    FILE *file;

    if (count < 1 || count > 16)
        die("give a cabinet, a folder and 1 to 16 names", "arguments");
    for (i = 0; i < count; i++) {
        sizes[i] = read_file(argv[2], argv[i + 3], contents + size, sizeof(contents) - size);
        size += sizes[i];
        data_at += FILE_ENTRY + strlen(argv[i + 3]) + 1;
    }
    put_bytes(&out, "MSCF\0\0\0", 8);
    put(&out, 0, 4 + 4); /* its size comes last */
    put(&out, files_at, 4);
    put(&out, 0, 4);
    put(&out, 0x0103, 2);
    put(&out, 1, 2);
    put(&out, (size_t)count, 2);
    put(&out, 0, 2 + 2 + 2);
    put(&out, data_at, 4);
    put(&out, (size + LZX_FRAME - 1) / LZX_FRAME, 2);
    put(&out, LZX_METHOD, 2);
    for (i = 0, size = 0; i < count; size += sizes[i], i++) {
        put(&out, sizes[i], 4);
        put(&out, size, 4);
        put(&out, 0, 2);
        put(&out, DATE, 2);
        put(&out, TIME, 2);
        put(&out, 0x20, 2);
        put_bytes(&out, argv[i + 3], strlen(argv[i + 3]) + 1);
    }
    put_blocks(&out, contents, size);
    size = out.size;
    out.size = 8;
    put(&out, size, 4);
    out.size = size;
    file = fopen(argv[1], "wb");
    if (file == NULL || fwrite(out.data, 1, out.size, file) != out.size || fclose(file) != 0)
        die("can't be written", argv[1]);
    return 0;
}
