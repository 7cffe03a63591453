/*
 * bench_decode - decoding alone, ours against libmspack: no reading of files, no hashing.
 *
 *   bench_decode [-m METHOD] [FILE...]
 *
 * The files' bytes, one behind the other (the first 16 MB; without any, the test media's synthetic
 * contents), are compressed by each method into one folder and decoded from memory, in turn by us
 * and by libmspack. Printed: MB of uncompressed data a second (medians), and the median and range
 * of the pairs' ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "content.h"
#include "lzx.h"
#include "media/cabinet/decode.h"
#include "mszip.h"
#include "quantum.h"

enum { PAIRS = 7, CONTENTS_MAX = 16 << 20, SYNTHETIC_FILES = 60, SYNTHETIC_SIZE = 256 * 1024 };

struct folder {
    uint16_t type_compress;
    const uint8_t *data;
    size_t size;
    size_t count;
    uint8_t **payloads;
    size_t *payload_sizes;
    size_t next; /* block that the reader gives next */
};

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static struct wcgen_buffer read_contents(int count, char **paths)
{
    struct wcgen_buffer contents = {0};
    int i;

    for (i = 0; i < count && contents.length < CONTENTS_MAX; i++) {
        struct wcgen_buffer file = wcgen_file_read(paths[i]);

        wcgen_buffer_append(&contents, file.bytes, file.length);
        wcgen_buffer_free(&file);
    }
    if (contents.length > CONTENTS_MAX)
        contents.length = CONTENTS_MAX;
    return contents;
}

/* Three executables for each text, as on the media. */
static struct wcgen_buffer make_contents(void)
{
    struct wcgen_buffer contents = {0};
    struct wcgen_content content = {0};
    char version[WCGEN_VERSION_TEXT], name[32];
    uint8_t *file = wcgen_util_alloc(SYNTHETIC_SIZE, 1);
    int i;

    wcgen_content_start(&content, 1995, false);
    for (i = 0; i < SYNTHETIC_FILES; i++) {
        (void)snprintf(name, sizeof(name), i % 4 == 0 ? "TEXT%d.TXT" : "FILE%d.DLL", i);
        wcgen_content_file(&content, name, SYNTHETIC_SIZE, "1995-07-11 09:50", file, version);
        wcgen_buffer_append(&contents, file, SYNTHETIC_SIZE);
    }
    wcgen_content_free(&content);
    free(file);
    return contents;
}

static size_t block_size(const struct folder *folder, size_t block)
{
    size_t left = folder->size - block * WCI_CAB_BLOCK_BYTES;

    return left < WCI_CAB_BLOCK_BYTES ? left : WCI_CAB_BLOCK_BYTES;
}

/* Blocks of the kinds that Microsoft's encoder writes, with calls as addresses. */
static void compress_lzx(struct folder *folder, unsigned window)
{
    struct wcgen_lzx how = {.window_bits = window, .blocks = "va", .calls = WCGEN_LZX_CALLS};
    struct wcgen_buffer *frames = wcgen_util_alloc(folder->count, sizeof(*frames));
    size_t i;

    wcgen_lzx_encode(&how, folder->data, folder->size, frames);
    for (i = 0; i < folder->count; i++) {
        folder->payloads[i] = frames[i].bytes;
        folder->payload_sizes[i] = frames[i].length;
    }
    free(frames);
}

static void compress_folder(struct folder *folder)
{
    struct wcgen_quantum quantum = {0};
    unsigned window = folder->type_compress >> 8;
    size_t i;

    folder->count = (folder->size + WCI_CAB_BLOCK_BYTES - 1) / WCI_CAB_BLOCK_BYTES;
    folder->payloads = wcgen_util_alloc(folder->count, sizeof(*folder->payloads));
    folder->payload_sizes = wcgen_util_alloc(folder->count, sizeof(*folder->payload_sizes));
    if (wci_decode_method(folder->type_compress) == WCI_METHOD_LZX) {
        compress_lzx(folder, window);
        return;
    }
    if (wci_decode_method(folder->type_compress) == WCI_METHOD_QUANTUM)
        wcgen_quantum_start(&quantum, window, false);
    for (i = 0; i < folder->count; i++) {
        struct wcgen_buffer out = {0};
        size_t offset = i * WCI_CAB_BLOCK_BYTES;

        if (wci_decode_method(folder->type_compress) == WCI_METHOD_QUANTUM)
            wcgen_quantum_encode(&quantum, folder->data, offset, block_size(folder, i), 0, &out);
        else
            wcgen_mszip_encode(folder->data, offset, block_size(folder, i), &out);
        folder->payloads[i] = out.bytes;
        folder->payload_sizes[i] = out.length;
    }
    wcgen_quantum_free(&quantum);
}

static void free_folder(struct folder *folder)
{
    size_t i;

    for (i = 0; i < folder->count; i++)
        free(folder->payloads[i]);
    free(folder->payloads);
    free(folder->payload_sizes);
}

static enum wcab_err next_block(void *context, struct wci_cab_block *block, struct wcab_error *err)
{
    struct folder *folder = context;

    (void)err;
    if (folder->next == folder->count)
        return WCAB_OK;
    block->payload = folder->payloads[folder->next];
    block->payload_size = folder->payload_sizes[folder->next];
    block->size = block_size(folder, folder->next++);
    return WCAB_OK;
}

/* Where the bytes that came out are held against what went in. */
struct comparison {
    const uint8_t *data;
    size_t at;
};

static enum wcab_err compare(void *context, const uint8_t *data, size_t size,
                             struct wcab_error *err)
{
    struct comparison *comparison = context;

    if (memcmp(comparison->data + comparison->at, data, size) != 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "decodes to other bytes");
    comparison->at += size;
    return WCAB_OK;
}

/* Decodes once; CPU seconds. */
static double decode(struct folder *folder, enum wci_decoder_choice choice)
{
    struct comparison comparison = {folder->data, 0};
    struct wci_block_reader reader = {folder, next_block};
    struct wci_byte_sink sink = {&comparison, compare};
    struct wcab_error err = {0};
    double start = now();

    folder->next = 0;
    if (wci_decode_folder(folder->type_compress, choice, &reader, &sink, &err) != WCAB_OK ||
        comparison.at != folder->size)
        wcgen_util_fail("%s: %s", wci_decode_method_name(folder->type_compress), err.text);
    return now() - start;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, PAIRS, sizeof(*values), compare_doubles);
    return values[PAIRS / 2];
}

static void measure(const char *title, uint16_t type_compress, const struct wcgen_buffer *contents)
{
    struct folder folder = {
        .type_compress = type_compress, .data = contents->bytes, .size = contents->length};
    double ours[PAIRS], theirs[PAIRS], ratio[PAIRS], mb = (double)contents->length / 1e6, middle;
    size_t packed = 0, i;

    compress_folder(&folder);
    for (i = 0; i < folder.count; i++)
        packed += folder.payload_sizes[i];
    for (i = 0; i < PAIRS; i++) {
        ours[i] = decode(&folder, WCI_DECODER_BEST);
        theirs[i] = decode(&folder, WCI_DECODER_LIBMSPACK);
        ratio[i] = theirs[i] / ours[i];
    }
    middle = median(ratio);
    printf("%-16s %5.1f MB in %5.1f MB  ours %7.1f MB/s  libmspack %7.1f MB/s  ratio %5.2f "
           "(%.2f..%.2f)\n",
           title, mb, (double)packed / 1e6, mb / median(ours), mb / median(theirs), middle,
           ratio[0], ratio[PAIRS - 1]);
    free_folder(&folder);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *title;
        uint16_t type_compress;
    } methods[] = {{"mszip", 0x0001},
                   {"quantum, 2^21", 0x1572},
                   {"quantum, 2^16", 0x1072},
                   {"lzx, 2^21", 0x1503}};
    const char *only = argc > 2 && strcmp(argv[1], "-m") == 0 ? argv[2] : "";
    int given = only[0] != '\0' ? 3 : 1;
    size_t i;
    struct wcgen_buffer contents =
        argc > given ? read_contents(argc - given, argv + given) : make_contents();

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strncmp(methods[i].title, only, strlen(only)) == 0)
            measure(methods[i].title, methods[i].type_compress, &contents);
    }
    wcgen_buffer_free(&contents);
    return 0;
}
