/* test_packed.c: libmspack must unpack what packed.c packed, name and size included. */
#include "content.h"
#include "packed.h"

#include <mspack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned failures;

static void expect(bool condition, const char *what, size_t size)
{
    if (condition)
        return;
    fprintf(stderr, "%s, %zu bytes: failed\n", what, size);
    failures++;
}

static void compare(const char *path, const uint8_t *bytes, size_t size, const char *what)
{
    struct wcgen_buffer got = wcgen_file_read(path);
    expect(got.length == size && memcmp(got.bytes, bytes, size) == 0, what, size);
    wcgen_buffer_free(&got);
}

static void check_szdd(const uint8_t *bytes, size_t size, const char *packed, const char *unpacked)
{
    struct wcgen_buffer file = wcgen_packed_szdd(bytes, size, 'L');
    wcgen_file_write(packed, file.bytes, file.length);
    wcgen_buffer_free(&file);
    struct msszdd_decompressor *reader = mspack_create_szdd_decompressor(NULL);
    struct msszddd_header *header = reader->open(reader, packed);
    expect(header != NULL, "SZDD header", size);
    if (header) {
        expect(header->length == (off_t)size, "SZDD size", size);
        expect(header->missing_char == 'L', "SZDD missing letter", size);
        expect(reader->extract(reader, header, unpacked) == MSPACK_ERR_OK, "SZDD data", size);
        compare(unpacked, bytes, size, "SZDD");
        reader->close(reader, header);
    }
    mspack_destroy_szdd_decompressor(reader);
}

static void check_kwaj(enum wcgen_kwaj_method method, const uint8_t *bytes, size_t size,
                       const char *packed, const char *unpacked)
{
    struct wcgen_buffer file = wcgen_packed_kwaj(method, bytes, size, "MAPI32.DLL");
    wcgen_file_write(packed, file.bytes, file.length);
    wcgen_buffer_free(&file);
    struct mskwaj_decompressor *reader = mspack_create_kwaj_decompressor(NULL);
    struct mskwajd_header *header = reader->open(reader, packed);
    expect(header != NULL, "KWAJ header", size);
    if (header) {
        expect(header->length == (off_t)size, "KWAJ size", size);
        expect(header->filename && strcmp(header->filename, "MAPI32.DLL") == 0, "KWAJ name", size);
        expect(reader->extract(reader, header, unpacked) == MSPACK_ERR_OK, "KWAJ data", size);
        compare(unpacked, bytes, size, "KWAJ");
        reader->close(reader, header);
    }
    mspack_destroy_kwaj_decompressor(reader);
}

int main(void)
{
    static const size_t sizes[] = {1, 17, 4096, 20000, 70000};
    static const enum wcgen_kwaj_method methods[] = {WCGEN_KWAJ_STORED, WCGEN_KWAJ_INVERTED,
                                                     WCGEN_KWAJ_LZSS, WCGEN_KWAJ_MSZIP};
    char packed[] = "/tmp/wcgen-packed-XXXXXX", unpacked[] = "/tmp/wcgen-unpacked-XXXXXX";
    struct wcgen_content content;
    int first = mkstemp(packed), second = mkstemp(unpacked);
    if (first < 0 || second < 0)
        wcgen_util_fail("can't make a temporary file");
    close(first);
    close(second);
    wcgen_content_start(&content, 1, true);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char version[WCGEN_VERSION_TEXT];
        uint8_t *bytes = wcgen_util_alloc(sizes[i], 1);
        wcgen_content_file(&content, "MAPI32.DLL", sizes[i], "1995-07-11", bytes, version);
        check_szdd(bytes, sizes[i], packed, unpacked);
        for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
            check_kwaj(methods[m], bytes, sizes[i], packed, unpacked);
        free(bytes);
    }
    wcgen_content_free(&content);
    unlink(packed);
    unlink(unpacked);
    printf("%s\n", failures ? "failed" : "all packed files unpack to what they were");
    return failures != 0;
}
