/*
 * make_shelf - a shelf of distinct CDs, as skeletons: what indexing reads, and holes.
 *
 *   make_shelf FOLDER IMAGES FILES
 *
 * Each image is an ISO 9660 volume of 600 MB with one LZX cabinet, DATA.CAB, that lists FILES files (at
 * most 60000).  Names come from a dictionary of 30,000, half of all rows from its first tenth, as media
 * have it; sizes and dates differ, so no two cabinets are the same.  100 images lie in a folder.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SECTOR = 2048,
    DESCRIPTORS_AT = 16,
    ROOT_AT = 18,
    CABINET_AT = 19,
    IMAGE_SECTORS = 300000,
    CABINET_BYTES = 590000000,
    NAMES = 30000,
    NAME_BYTES = 16,
    CAB_HEADER = 36,
    CAB_FOLDER = 8,
    CAB_FILE = 16,
    FILES_MOST = 60000,
    IMAGES_IN_FOLDER = 100
};

static char names[NAMES][NAME_BYTES];
static uint64_t state = 88172645463325252U;
static uint8_t image[(CABINET_AT + 1) * SECTOR + CAB_HEADER + CAB_FOLDER +
                     FILES_MOST * (CAB_FILE + NAME_BYTES)];

static uint64_t draw(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static void make_names(void)
{
    static const char *const ends[] = {"DLL", "EXE", "INF", "HLP", "VXD", "TXT"};
    static const char letters[] = "ABCDEFGHIKLMNOPRSTUVWXY0123456789";
    size_t i, j;

    for (i = 0; i < NAMES; i++) {
        size_t length = 5 + draw(4);

        for (j = 0; j < length; j++)
            names[i][j] = letters[draw(sizeof(letters) - 1)];
        (void)snprintf(names[i] + length, NAME_BYTES - length, ".%s", ends[draw(6)]);
    }
}

/* Little-endian; ISO 9660 has many numbers in both orders. */
static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
    unsigned i;

    for (i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put_both(uint8_t *at, uint32_t value, unsigned bytes)
{
    unsigned i;

    put(at, value, bytes);
    for (i = 0; i < bytes; i++)
        at[2 * bytes - 1 - i] = (uint8_t)(value >> 8 * i);
}

/* A directory record; its length. */
static size_t put_record(uint8_t *at, const char *name, size_t name_length, uint32_t sector,
                         uint32_t size, uint8_t flags)
{
    static const uint8_t time[7] = {98, 5, 11, 20, 1, 0, 0};
    size_t length = 33 + name_length + (name_length % 2 == 0);

    at[0] = (uint8_t)length;
    put_both(at + 2, sector, 4);
    put_both(at + 10, size, 4);
    memcpy(at + 18, time, sizeof(time));
    at[25] = flags;
    put_both(at + 28, 1, 2);
    at[32] = (uint8_t)name_length;
    memcpy(at + 33, name, name_length);
    return length;
}

static void put_volume(uint32_t number)
{
    uint8_t *volume = image + DESCRIPTORS_AT * SECTOR, *root = image + ROOT_AT * SECTOR;
    size_t at;
    char label[33];

    volume[0] = 1;
    memcpy(volume + 1, "CD001\1", 6);
    (void)snprintf(label, sizeof(label), "SHELF_%-26u", (unsigned)number);
    memset(volume + 8, ' ', 32);
    memcpy(volume + 40, label, 32);
    put_both(volume + 80, IMAGE_SECTORS, 4);
    put_both(volume + 120, 1, 2);
    put_both(volume + 124, 1, 2);
    put_both(volume + 128, SECTOR, 2);
    (void)put_record(volume + 156, "\0", 1, ROOT_AT, SECTOR, 2);
    volume[881] = 1;
    volume[SECTOR] = 255;
    memcpy(volume + SECTOR + 1, "CD001\1", 6);
    at = put_record(root, "\0", 1, ROOT_AT, SECTOR, 2);
    at += put_record(root + at, "\1", 1, ROOT_AT, SECTOR, 2);
    (void)put_record(root + at, "DATA.CAB;1", 10, CABINET_AT, CABINET_BYTES, 0);
}

/* The cabinet up to its first block; bytes. */
static size_t put_cabinet(uint32_t number, uint32_t files)
{
    uint8_t *cab = image + CABINET_AT * SECTOR, *entry = cab + CAB_HEADER + CAB_FOLDER;
    uint32_t i, offset = 0;

    for (i = 0; i < files; i++) {
        size_t which = draw(2) == 0 ? draw(NAMES / 10) : draw(NAMES);
        uint32_t size = 1 + (uint32_t)draw(60000);
        size_t length = strlen(names[which]) + 1;

        put(entry, size, 4);
        put(entry + 4, offset, 4);
        put(entry + 10, 0x26AB + 32 * (uint32_t)draw(8), 2);
        put(entry + 12, 0xB2E0, 2);
        put(entry + 14, 0x20, 2);
        memcpy(entry + CAB_FILE, names[which], length);
        entry += CAB_FILE + length;
        offset += size;
    }
    memcpy(cab, "MSCF", 4);
    put(cab + 8, CABINET_BYTES, 4);
    put(cab + 16, CAB_HEADER + CAB_FOLDER, 4);
    put(cab + 24, 0x0103, 2);
    put(cab + 26, 1, 2);
    put(cab + 28, files, 2);
    put(cab + 32, number & 0xFFFF, 2);
    put(cab + CAB_HEADER, (uint32_t)(entry - cab), 4);
    put(cab + CAB_HEADER + 4, (offset + 32767) / 32768, 2);
    put(cab + CAB_HEADER + 6, 0x1503, 2);
    return (size_t)(entry - image);
}

static void fail(const char *path)
{
    perror(path);
    exit(2);
}

static void make_image(const char *folder, uint32_t number, uint32_t files)
{
    char path[4096];
    size_t size, head = DESCRIPTORS_AT * SECTOR;
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%04u", folder, (unsigned)(number / IMAGES_IN_FOLDER));
    if (number % IMAGES_IN_FOLDER == 0 && mkdir(path, 0777) != 0)
        fail(path);
    (void)snprintf(path, sizeof(path), "%s/%04u/cd%06u.iso", folder,
                   (unsigned)(number / IMAGES_IN_FOLDER), (unsigned)number);
    memset(image, 0, sizeof(image));
    put_volume(number);
    size = put_cabinet(number, files);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, (off_t)IMAGE_SECTORS * SECTOR) != 0 ||
        pwrite(fd, image + head, size - head, (off_t)head) != (ssize_t)(size - head) ||
        close(fd) != 0)
        fail(path);
}

int main(int argc, char **argv)
{
    uint32_t images = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0, i;
    uint32_t files = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;

    if (images == 0 || files == 0 || files > FILES_MOST) {
        (void)fputs("usage: make_shelf FOLDER IMAGES FILES\n", stderr);
        return 2;
    }
    if (mkdir(argv[1], 0777) != 0)
        fail(argv[1]);
    make_names();
    for (i = 0; i < images; i++)
        make_image(argv[1], i, files);
    return 0;
}
