/*
 * make_disc - makes disc images for the tests out of plain ones, as no public tool writes them.
 *
 *   make_disc sectors STRIDE MODE LBA ISO OUT   appends ISO to OUT as sectors of STRIDE bytes
 * (2048, 2336, 2352, 2448) of mode 1 or 2, the first one at address LBA; error correction is left
 * zero make_disc silence COUNT STRIDE OUT          appends COUNT sectors of zeroes make_disc KIND
 * OUT TRACK...                 Nero image; KIND: nrg1-dao nrg1-tao nrg2-dao nrg2-tao make_disc mds
 * OUT.mds OUT.mdf TRACK...      Alcohol image
 *
 * A TRACK is SESSION:MODE:STRIDE:LBA:FILE, FILE as `sectors` made it, MODE 0 for audio.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATA = 2048, TRACKS_MAX = 20 };

struct track {
    unsigned session, mode, stride;
    unsigned long lba;
    char file[512];
    unsigned long offset, size; /* in the image */
};

static void die(const char *what)
{
    fprintf(stderr, "make_disc: %s\n", what);
    exit(2);
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);

    if (file == NULL)
        die(path);
    return file;
}

static void put(FILE *out, const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, out) != size)
        die("can't write");
}

static void put_le(FILE *out, uint64_t value, int bytes)
{
    for (; bytes > 0; bytes--, value >>= 8) {
        uint8_t byte = (uint8_t)value;

        put(out, &byte, 1);
    }
}

static void put_be(FILE *out, uint64_t value, int bytes)
{
    while (bytes-- > 0)
        put_le(out, value >> (8 * bytes), 1);
}

static void put_zeroes(FILE *out, size_t count)
{
    while (count-- > 0)
        put_le(out, 0, 1);
}

static uint8_t to_bcd(unsigned long value)
{
    return (uint8_t)(value / 10 << 4 | value % 10);
}

/* ---- sectors ------------------------------------------------------------------------------ */

static void put_sector(FILE *out, const uint8_t *data, unsigned stride, unsigned mode,
                       unsigned long lba)
{
    static const uint8_t sync[12] = {0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    unsigned long address = lba + 150;
    size_t before = 0;

    if (stride >= 2352) {
        put(out, sync, sizeof(sync));
        put_le(out, to_bcd(address / 75 / 60), 1);
        put_le(out, to_bcd(address / 75 % 60), 1);
        put_le(out, to_bcd(address % 75), 1);
        put_le(out, mode, 1);
        before = 16;
    }
    if (mode == 2 && stride > DATA) { /* the subheader, twice: data of form 1 */
        put(out, "\0\0\x08\0\0\0\x08\0", 8);
        before += 8;
    }
    put(out, data, DATA);
    put_zeroes(out, stride - before - DATA);
}

static void make_sectors(char **argv)
{
    unsigned stride = (unsigned)atoi(argv[0]), mode = (unsigned)atoi(argv[1]);
    unsigned long lba = strtoul(argv[2], NULL, 10);
    FILE *in = open_file(argv[3], "rb"), *out = open_file(argv[4], "ab");
    uint8_t data[DATA];
    size_t got;

    while ((got = fread(data, 1, sizeof(data), in)) > 0) {
        memset(data + got, 0, sizeof(data) - got);
        put_sector(out, data, stride, mode, lba++);
    }
    fclose(in);
    if (fclose(out) != 0)
        die("can't write");
}

static void make_silence(char **argv)
{
    FILE *out = open_file(argv[2], "ab");

    put_zeroes(out, (size_t)atoi(argv[0]) * (size_t)atoi(argv[1]));
    if (fclose(out) != 0)
        die("can't write");
}

/* ---- tracks ------------------------------------------------------------------------------- */

static void read_track(const char *text, struct track *track)
{
    memset(track, 0, sizeof(*track));
    if (sscanf(text, "%u:%u:%u:%lu:%511s", &track->session, &track->mode, &track->stride,
               &track->lba, track->file) != 5)
        die(text);
}

/* Appends the track's sectors to the image. */
static void copy_track(FILE *out, struct track *track)
{
    FILE *in = open_file(track->file, "rb");
    char bytes[65536];
    size_t got;

    track->offset = (unsigned long)ftell(out);
    while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0) {
        put(out, bytes, got);
        track->size += got;
    }
    fclose(in);
}

/* ---- Nero --------------------------------------------------------------------------------- */

static unsigned nero_mode(const struct track *track)
{
    if (track->mode == 0)
        return 0x07;
    if (track->stride == 2048)
        return track->mode == 1 ? 0x00 : 0x02;
    if (track->stride == 2336)
        return 0x03;
    if (track->stride == 2448)
        return track->mode == 1 ? 0x0F : 0x11;
    return track->mode == 1 ? 0x05 : 0x06;
}

static void put_cue_chunk(FILE *out, const struct track *tracks, int first, int count)
{
    int i;

    put(out, "CUEX", 4);
    put_be(out, (uint64_t)count * 8, 4);
    for (i = 0; i < count; i++) {
        put_le(out, tracks[i].mode == 0 ? 0x01 : 0x41, 1);
        put_le(out, to_bcd((unsigned long)(first + i)), 1);
        put_le(out, 1, 1);
        put_le(out, 0, 1);
        put_be(out, tracks[i].lba, 4);
    }
}

static void put_dao_chunk(FILE *out, const struct track *tracks, int first, int count, int wide)
{
    int width = wide ? 8 : 4, i;
    uint64_t size = 22 + (uint64_t)count * (wide ? 42 : 30);

    put(out, wide ? "DAOX" : "DAOI", 4);
    put_be(out, size, 4);
    put_le(out, size, 4);
    put_zeroes(out, 16);
    put_le(out, (uint64_t)first, 1);
    put_le(out, (uint64_t)(first + count - 1), 1);
    for (i = 0; i < count; i++) {
        put_zeroes(out, 12);
        put_be(out, tracks[i].stride, 2);
        put_le(out, nero_mode(&tracks[i]), 1);
        put_zeroes(out, 3);
        put_be(out, tracks[i].offset, width);
        put_be(out, tracks[i].offset, width);
        put_be(out, tracks[i].offset + tracks[i].size, width);
    }
}

static void put_etn_chunk(FILE *out, const struct track *tracks, int count, int wide)
{
    int width = wide ? 8 : 4, i;

    put(out, wide ? "ETN2" : "ETNF", 4);
    put_be(out, (uint64_t)count * (wide ? 32 : 20), 4);
    for (i = 0; i < count; i++) {
        put_be(out, tracks[i].offset, width);
        put_be(out, tracks[i].size, width);
        put_be(out, nero_mode(&tracks[i]), 4);
        put_be(out, tracks[i].lba, 4);
        put_zeroes(out, wide ? 8 : 4);
    }
}

static void make_nero(const char *kind, const char *path, struct track *tracks, int count)
{
    FILE *out = open_file(path, "wb");
    int wide = kind[3] == '2', dao = strstr(kind, "dao") != NULL, i, end;
    unsigned long chunks;

    for (i = 0; i < count; i++)
        copy_track(out, &tracks[i]);
    chunks = (unsigned long)ftell(out);
    for (i = 0; i < count; i = end) {
        for (end = i; end < count && tracks[end].session == tracks[i].session; end++)
            ;
        if (dao && wide)
            put_cue_chunk(out, tracks + i, i + 1, end - i);
        if (dao)
            put_dao_chunk(out, tracks + i, i + 1, end - i, wide);
        else
            put_etn_chunk(out, tracks + i, end - i, wide);
        put(out, "SINF", 4);
        put_be(out, 4, 4);
        put_be(out, (uint64_t)(end - i), 4);
    }
    put(out, "END!\0\0\0\0", 8);
    put(out, wide ? "NER5" : "NERO", 4);
    put_be(out, chunks, wide ? 8 : 4);
    if (fclose(out) != 0)
        die("can't write");
}

/* ---- Alcohol ------------------------------------------------------------------------------ */

static unsigned mds_mode(const struct track *track)
{
    return track->mode == 0 ? 0xA9 : track->mode == 1 ? 0xAA : track->stride == 2048 ? 0xAC : 0xAB;
}

static void put_mds_session(FILE *out, const struct track *tracks, int first, int count,
                            unsigned long blocks)
{
    const struct track *last = &tracks[count - 1];

    put_le(out, tracks[0].lba, 4);
    put_le(out, last->lba + last->size / last->stride, 4);
    put_le(out, tracks[0].session, 2);
    put_le(out, (uint64_t)count, 1);
    put_le(out, 0, 1);
    put_le(out, (uint64_t)first, 2);
    put_le(out, (uint64_t)(first + count - 1), 2);
    put_le(out, 0, 4);
    put_le(out, blocks, 4);
}

static void put_mds_track(FILE *out, const struct track *track, int number, unsigned long extra,
                          unsigned long footer)
{
    put_le(out, mds_mode(track), 1);
    put_le(out, track->stride == 2448 ? 8 : 0, 1);
    put_le(out, track->mode == 0 ? 0x10 : 0x14, 1);
    put_le(out, 0, 1);
    put_le(out, (uint64_t)number, 1);
    put_zeroes(out, 7);
    put_le(out, extra, 4);
    put_le(out, track->stride, 2);
    put_zeroes(out, 18);
    put_le(out, track->lba, 4);
    put_le(out, track->offset, 8);
    put_le(out, 1, 4);
    put_le(out, footer, 4);
    put_zeroes(out, 24);
}

static void make_mds(const char *path, const char *image, struct track *tracks, int count)
{
    FILE *mds = open_file(path, "wb"), *mdf = open_file(image, "wb");
    unsigned sessions = tracks[count - 1].session;
    unsigned long blocks = 88 + 24UL * sessions;
    unsigned long extras = blocks + 80UL * (unsigned long)count;
    unsigned long footer = extras + 8UL * (unsigned long)count;
    int i, end;

    for (i = 0; i < count; i++)
        copy_track(mdf, &tracks[i]);
    put(mds, "MEDIA DESCRIPTOR\1\3", 18);
    put_le(mds, 0, 2); /* CD-ROM */
    put_le(mds, sessions, 2);
    put_zeroes(mds, 58);
    put_le(mds, 88, 4);
    put_zeroes(mds, 4);
    for (i = 0; i < count; i = end) {
        for (end = i; end < count && tracks[end].session == tracks[i].session; end++)
            ;
        put_mds_session(mds, tracks + i, i + 1, end - i, blocks + 80UL * (unsigned long)i);
    }
    for (i = 0; i < count; i++)
        put_mds_track(mds, &tracks[i], i + 1, extras + 8UL * (unsigned long)i, footer);
    for (i = 0; i < count; i++) {
        put_le(mds, 0, 4);
        put_le(mds, tracks[i].size / tracks[i].stride, 4);
    }
    put_le(mds, footer + 16, 4);
    put_zeroes(mds, 12);
    put(mds, "*.mdf", 6);
    if (fclose(mds) != 0 || fclose(mdf) != 0)
        die("can't write");
}

int main(int argc, char **argv)
{
    struct track tracks[TRACKS_MAX];
    int first = argc > 1 && strcmp(argv[1], "mds") == 0 ? 4 : 3, i;

    if (argc == 7 && strcmp(argv[1], "sectors") == 0) {
        make_sectors(argv + 2);
        return 0;
    }
    if (argc == 5 && strcmp(argv[1], "silence") == 0) {
        make_silence(argv + 2);
        return 0;
    }
    if (argc <= first || argc - first > TRACKS_MAX)
        die("see the head of make_disc.c");
    for (i = first; i < argc; i++)
        read_track(argv[i], &tracks[i - first]);
    if (first == 4)
        make_mds(argv[2], argv[3], tracks, argc - first);
    else if (strncmp(argv[1], "nrg", 3) == 0)
        make_nero(argv[1], argv[2], tracks, argc - first);
    else
        die("see the head of make_disc.c");
    return 0;
}
