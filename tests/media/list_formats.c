/*
 * list_formats - prints the table of formats for the scripts beside it.
 *
 *   list_formats          each row: what is done with such files, its name, whether a sample can be
 * made of its signature, and its first extension
 *   list_formats ROW OUT  a file that has the signature of row ROW (counted from 1), and nothing
 * else of the format
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/formats.h"

enum { SAMPLE_BYTES = 65536 };

static const char *const uses[] = {
    [WCI_FORMAT_ORDINARY] = "ordinary", [WCI_FORMAT_CABINET] = "read", [WCI_FORMAT_IMAGE] = "read",
    [WCI_FORMAT_PACKED] = "read",       [WCI_FORMAT_PROGRAM] = "read", [WCI_FORMAT_DRIVER] = "read",
    [WCI_FORMAT_TOLD] = "told"};

static void print_row(const struct wci_format *format)
{
    const char *extensions = format->extensions == NULL ? "" : format->extensions;

    printf("%s\t%s\t%s\t%.*s\t%s\n", uses[format->use], format->name,
           format->signatures[0].length > 0 ? "signature" : "-", (int)strcspn(extensions, " "),
           extensions, format->advice == NULL ? "" : format->advice);
}

static int write_sample(const struct wci_format *format, const char *path)
{
    static unsigned char bytes[SAMPLE_BYTES];
    const struct wci_signature *signature = &format->signatures[0];
    size_t at = (size_t)(signature->at < 0 ? SAMPLE_BYTES + signature->at : signature->at);
    FILE *file = fopen(path, "wb");
    size_t i;

    if (file == NULL || signature->length == 0 || at + signature->length > SAMPLE_BYTES)
        return 1;
    for (i = 0; i < SAMPLE_BYTES; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 256);
    memcpy(bytes + at, signature->bytes, signature->length);
    return fwrite(bytes, 1, SAMPLE_BYTES, file) == SAMPLE_BYTES && fclose(file) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    size_t count, i;
    const struct wci_format *formats = wci_formats(&count);

    if (argc == 3) {
        i = strtoul(argv[1], NULL, 10);
        return i >= 1 && i <= count ? write_sample(&formats[i - 1], argv[2]) : 1;
    }
    for (i = 0; i < count; i++)
        print_row(&formats[i]);
    return 0;
}
