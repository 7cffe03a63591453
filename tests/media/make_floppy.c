/*
 * make_floppy - plain floppies in forms that no public tool writes.
 *
 *   make_floppy td0 IN OUT           a plain Teledisk dump as one with advanced compression: the
 *                                    bytes behind its header as LZHUF, and "td" for "TD"
 *   make_floppy d88 GEOMETRY IN OUT  a PC-98 emulator's D88
 *   make_floppy fdi GEOMETRY IN OUT  a PC-98 emulator's FDI
 *   make_floppy dskf GEOMETRY IN OUT IBM's SaveDskF, the second half of the floppy left out
 *   make_floppy imd GEOMETRY IN OUT  ImageDisk, read in a drive of twice the tracks: records for
 *                                    each second cylinder with maps that say which one it is
 *
 * GEOMETRY is CYLINDERS:HEADS:SECTORS:BYTES.
 *
 * LZHUF: greedy matches, and Yoshizaki's adaptive Huffman code written as in his description:
 * symbols are sent from the leaf up.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 12,
    WINDOW = 4096,
    LONGEST = 60,
    SHORTEST = 3,
    SYMBOLS = 314,
    TABLE = 2 * SYMBOLS - 1,
    TOP = TABLE - 1,
    INPUT_MAX = 4 * 1024 * 1024
};

static unsigned freq[TABLE + 1], son[TABLE], dad[TABLE + SYMBOLS];
static FILE *out;
static unsigned bits, bit_count;

static void put_bit(unsigned bit)
{
    bits = bits << 1 | bit;
    if (++bit_count == 8) {
        (void)fputc((int)bits, out);
        bits = bit_count = 0;
    }
}

static void put_bits(unsigned value, unsigned count)
{
    while (count > 0)
        put_bit(value >> --count & 1);
}

static void start(void)
{
    unsigned i, j;

    for (i = 0; i < SYMBOLS; i++) {
        freq[i] = 1;
        son[i] = i + TABLE;
        dad[i + TABLE] = i;
    }
    for (i = 0, j = SYMBOLS; j <= TOP; i += 2, j++) {
        freq[j] = freq[i] + freq[i + 1];
        son[j] = i;
        dad[i] = dad[i + 1] = j;
    }
    freq[TABLE] = 0xFFFF;
    dad[TOP] = 0;
}

static void halve(void)
{
    unsigned i, j, k;

    for (i = j = 0; i < TABLE; i++) {
        if (son[i] >= TABLE) {
            freq[j] = (freq[i] + 1) / 2;
            son[j++] = son[i];
        }
    }
    for (i = 0, j = SYMBOLS; j < TABLE; i += 2, j++) {
        unsigned sum = freq[i] + freq[i + 1];

        for (k = j; sum < freq[k - 1]; k--) {
            freq[k] = freq[k - 1];
            son[k] = son[k - 1];
        }
        freq[k] = sum;
        son[k] = i;
    }
    for (i = 0; i < TABLE; i++) {
        dad[son[i]] = i;
        if (son[i] < TABLE)
            dad[son[i] + 1] = i;
    }
}

static void swap_nodes(unsigned a, unsigned b)
{
    unsigned kept = son[a];

    son[a] = son[b];
    son[b] = kept;
    dad[son[a]] = a;
    if (son[a] < TABLE)
        dad[son[a] + 1] = a;
    dad[son[b]] = b;
    if (son[b] < TABLE)
        dad[son[b] + 1] = b;
}

static void update(unsigned symbol)
{
    unsigned node, last;

    if (freq[TOP] == 0x8000)
        halve();
    for (node = dad[symbol + TABLE];; node = dad[node]) {
        unsigned count = ++freq[node];

        for (last = node; count > freq[last + 1]; last++)
            ;
        if (last != node) {
            freq[node] = freq[last];
            freq[last] = count;
            swap_nodes(node, last);
            node = last;
        }
        if (dad[node] == 0)
            return;
    }
}

static void put_symbol(unsigned symbol)
{
    unsigned char way[TABLE];
    unsigned length = 0, node;

    for (node = dad[symbol + TABLE]; node != TOP; node = dad[node])
        way[length++] = node & 1; /* of a pair the second has the odd number */
    while (length > 0)
        put_bit(son[TOP] % 2 == 0 ? way[--length] : !way[--length]);
    update(symbol);
}

static void put_distance(unsigned distance)
{
    unsigned high = distance >> 6, first = 0, code = 0, length;
    static const unsigned counts[] = {1, 3, 8, 12, 24, 16};

    for (length = 3; high >= first + counts[length - 3]; length++) {
        code = (code + counts[length - 3]) << 1;
        first += counts[length - 3];
    }
    put_bits(code + (high - first), length);
    put_bits(distance & 63, 6);
}

/* The longest earlier occurrence; the distance less one. */
static unsigned longest(const uint8_t *bytes, size_t at, size_t size, unsigned *distance)
{
    unsigned best = 0;
    size_t back;

    for (back = 1; back <= at && back <= WINDOW - LONGEST; back++) {
        unsigned length = 0;

        while (length < LONGEST && at + length < size &&
               bytes[at + length] == bytes[at + length - back])
            length++;
        if (length > best) {
            best = length;
            *distance = (unsigned)back - 1;
            if (best == LONGEST)
                break;
        }
    }
    return best;
}

static void pack(const uint8_t *bytes, size_t size)
{
    size_t at = 0;

    start();
    while (at < size) {
        unsigned distance = 0, length = longest(bytes, at, size, &distance);

        if (length < SHORTEST) {
            put_symbol(bytes[at++]);
            continue;
        }
        put_symbol(256 + length - SHORTEST);
        put_distance(distance);
        at += length;
    }
    while (bit_count > 0)
        put_bit(0);
}

/* Of the header's first ten bytes: polynomial A097, the highest bit first. */
static void put_checksum(uint8_t header[HEADER])
{
    unsigned sum = 0, i, bit;

    for (i = 0; i < HEADER - 2; i++) {
        sum ^= (unsigned)header[i] << 8;
        for (bit = 0; bit < 8; bit++)
            sum = (sum & 0x8000 ? sum << 1 ^ 0xA097 : sum << 1) & 0xFFFF;
    }
    header[HEADER - 2] = (uint8_t)sum;
    header[HEADER - 1] = (uint8_t)(sum >> 8);
}

/* ---- floppies ----------------------------------------------------------------------------- */

static uint8_t floppy[INPUT_MAX];

struct geometry {
    unsigned cylinders, heads, sectors, bytes, code;
};

static void put_le(unsigned long value, unsigned count)
{
    for (; count > 0; count--, value >>= 8)
        (void)fputc((int)(value & 0xFF), out);
}

static void put_zeroes(unsigned count)
{
    while (count-- > 0)
        (void)fputc(0, out);
}

static const uint8_t *sector_at(const struct geometry *g, unsigned track, unsigned sector)
{
    return floppy + ((size_t)track * g->sectors + sector) * g->bytes;
}

static void make_d88(const struct geometry *g)
{
    unsigned tracks = g->cylinders * g->heads, track, sector;
    unsigned long of_track = (unsigned long)g->sectors * (16 + g->bytes);

    put_zeroes(0x1B);
    put_le(0x20, 1);
    put_le(0x2B0 + tracks * of_track, 4);
    for (track = 0; track < 164; track++)
        put_le(track < tracks ? 0x2B0 + track * of_track : 0, 4);
    for (track = 0; track < tracks; track++) {
        for (sector = 0; sector < g->sectors; sector++) {
            put_le(track / g->heads, 1);
            put_le(track % g->heads, 1);
            put_le(sector + 1, 1);
            put_le(g->code, 1);
            put_le(g->sectors, 2);
            put_zeroes(8);
            put_le(g->bytes, 2);
            (void)fwrite(sector_at(g, track, sector), 1, g->bytes, out);
        }
    }
}

static void make_fdi(const struct geometry *g)
{
    unsigned long size = (unsigned long)g->cylinders * g->heads * g->sectors * g->bytes;

    put_le(0, 4);
    put_le(0x90, 4);
    put_le(4096, 4);
    put_le(size, 4);
    put_le(g->bytes, 4);
    put_le(g->sectors, 4);
    put_le(g->heads, 4);
    put_le(g->cylinders, 4);
    put_zeroes(4096 - 32);
    (void)fwrite(floppy, 1, size, out);
}

static void make_dskf(const struct geometry *g)
{
    unsigned long sectors = (unsigned long)g->cylinders * g->heads * g->sectors;

    put_le(0x59AA, 2);
    put_le(floppy[21], 2);
    put_le(g->bytes, 2);
    put_zeroes(18); /* the rest of the BIOS parameter block, and a checksum */
    put_le(g->cylinders, 2);
    put_le(g->heads, 2);
    put_le(g->sectors, 2);
    put_zeroes(4);
    put_le(sectors / 2, 2);
    put_le(0, 2);
    put_le(0x29, 2);
    put_zeroes(1);
    (void)fwrite(floppy, 1, sectors / 2 * g->bytes, out);
}

static void make_imd(const struct geometry *g)
{
    unsigned track, i;

    (void)fputs("IMD 1.18: 01/01/1996 00:00:00\r\nmade by hand\x1a", out);
    for (track = 0; track < g->cylinders * g->heads; track++) {
        unsigned cylinder = track / g->heads, head = track % g->heads;

        put_le(5, 1);
        put_le(cylinder * 2, 1);
        put_le(head | 0xC0, 1);
        put_le(g->sectors, 1);
        put_le(g->code, 1);
        for (i = 1; i <= g->sectors; i++)
            put_le(i, 1);
        for (i = 0; i < g->sectors; i++)
            put_le(cylinder, 1);
        for (i = 0; i < g->sectors; i++)
            put_le(head, 1);
        for (i = 0; i < g->sectors; i++) {
            put_le(1, 1);
            (void)fwrite(sector_at(g, track, i), 1, g->bytes, out);
        }
        put_le(5, 1); /* nothing between */
        put_le(cylinder * 2 + 1, 1);
        put_le(head, 1);
        put_zeroes(2);
    }
}

/* ---- the program -------------------------------------------------------------------------- */

static size_t read_all(const char *path)
{
    FILE *in = fopen(path, "rb");
    size_t size = in != NULL ? fread(floppy, 1, sizeof(floppy), in) : 0;

    if (in != NULL)
        (void)fclose(in);
    return size;
}

static int make(const char *kind, const char *text)
{
    struct geometry g = {0, 0, 0, 0, 0};

    if (sscanf(text, "%u:%u:%u:%u", &g.cylinders, &g.heads, &g.sectors, &g.bytes) != 4 ||
        (size_t)g.cylinders * g.heads * g.sectors * g.bytes > sizeof(floppy))
        return 2;
    while (128U << g.code < g.bytes)
        g.code++;
    if (strcmp(kind, "d88") == 0)
        make_d88(&g);
    else if (strcmp(kind, "fdi") == 0)
        make_fdi(&g);
    else if (strcmp(kind, "dskf") == 0)
        make_dskf(&g);
    else if (strcmp(kind, "imd") == 0)
        make_imd(&g);
    else
        return 2;
    return 0;
}

int main(int argc, char **argv)
{
    size_t size = argc > 3 ? read_all(argv[argc - 2]) : 0;
    int status = 2;

    out = size > HEADER ? fopen(argv[argc - 1], "wb") : NULL;
    if (out != NULL && argc == 4 && strcmp(argv[1], "td0") == 0) {
        memcpy(floppy, "td", 2);
        put_checksum(floppy);
        (void)fwrite(floppy, 1, HEADER, out);
        pack(floppy + HEADER, size - HEADER);
        status = 0;
    } else if (out != NULL && argc == 5) {
        status = make(argv[1], argv[2]);
    }
    if (status != 0)
        (void)fprintf(stderr, "see the head of make_floppy.c\n");
    return out != NULL && fclose(out) != 0 ? 1 : status;
}
