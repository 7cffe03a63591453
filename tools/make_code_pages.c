/*
 * make_code_pages - writes the tables of DOS and Windows code pages as C, from what the C library
 * of the machine that builds knows of them.
 *
 * So nothing has to be loaded at run time, where names are converted in a process that may open no
 * files, and a name is converted in the same way wherever the program runs.
 */
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_HIGH = 0x80, FIRST_TRAIL = 0x40, LEAD_BYTE = 1 };

static const int numbers[] = {437, 737,  775,  850,  852,  855,  857,  858, 860, 861,
                              862, 863,  864,  865,  866,  869,  874,  932, 936, 949,
                              950, 1250, 1251, 1252, 1253, 1254, 1256, 1257};

/* The code point of one or two bytes: 0 when there is none, LEAD_BYTE for the first of two. */
static unsigned convert(iconv_t converter, const unsigned char *bytes, size_t count)
{
    char in[2] = {(char)bytes[0], (char)(count > 1 ? bytes[1] : 0)};
    uint32_t out[4] = {0};
    char *from = in, *to = (char *)out;
    size_t from_left = count, to_left = sizeof(out);
    size_t result;

    (void)iconv(converter, NULL, NULL, NULL, NULL);
    result = iconv(converter, &from, &from_left, &to, &to_left);
    if (from_left > 0 && count == 1 && result == (size_t)-1) {
        /* the first of two, when any second one goes with it */
        unsigned char pair[2] = {bytes[0], 0};
        unsigned trail;

        for (trail = FIRST_TRAIL; trail <= 0xFF; trail++) {
            pair[1] = (unsigned char)trail;
            if (convert(converter, pair, 2) > LEAD_BYTE)
                return LEAD_BYTE;
        }
        return 0;
    }
    /* a single character, not a control one */
    return result == 0 && from_left == 0 && sizeof(out) - to_left == sizeof(out[0]) &&
                   out[0] >= 0xA0 && out[0] <= 0xFFFF
               ? out[0]
               : 0;
}

static iconv_t open_page(int number)
{
    char name[16];
    iconv_t converter;

    (void)snprintf(name, sizeof(name), "CP%d", number);
    converter = iconv_open("UCS-4LE", name);
    if (converter == (iconv_t)-1) {
        (void)fprintf(stderr, "make_code_pages: iconv does not know %s\n", name);
        exit(1);
    }
    return converter;
}

static void put_pairs(iconv_t converter, int number, const unsigned *high)
{
    unsigned lead, trail;

    printf("static const uint16_t pairs_%d[][%d] = {\n", number, 256 - FIRST_TRAIL);
    for (lead = FIRST_HIGH; lead <= 0xFF; lead++) {
        if (high[lead - FIRST_HIGH] != LEAD_BYTE)
            continue;
        printf("    [%u] = {", lead - FIRST_HIGH);
        for (trail = FIRST_TRAIL; trail <= 0xFF; trail++) {
            unsigned char bytes[2] = {(unsigned char)lead, (unsigned char)trail};

            printf("%u,", convert(converter, bytes, 2));
        }
        printf("},\n");
    }
    printf("};\n");
}

/* Returns whether the page has characters of two bytes. */
static int put_page(int number)
{
    iconv_t converter = open_page(number);
    unsigned high[256 - FIRST_HIGH], byte;
    int has_pairs = 0;

    printf("static const uint16_t high_%d[] = {", number);
    for (byte = FIRST_HIGH; byte <= 0xFF; byte++) {
        unsigned char one = (unsigned char)byte;

        high[byte - FIRST_HIGH] = convert(converter, &one, 1);
        has_pairs = has_pairs || high[byte - FIRST_HIGH] == LEAD_BYTE;
        printf("%u,", high[byte - FIRST_HIGH]);
    }
    printf("};\n");
    if (has_pairs)
        put_pairs(converter, number, high);
    (void)iconv_close(converter);
    return has_pairs;
}

int main(void)
{
    int has_pairs[sizeof(numbers) / sizeof(numbers[0])];
    size_t count = sizeof(numbers) / sizeof(numbers[0]), i;

    printf("/* Made by make_code_pages. */\n#include \"core/code_page_table.h\"\n");
    for (i = 0; i < count; i++)
        has_pairs[i] = put_page(numbers[i]);
    printf("const struct wci_code_page_table wci_code_page_tables[] = {\n");
    for (i = 0; i < count; i++) {
        printf("    {%d, high_%d, ", numbers[i], numbers[i]);
        if (has_pairs[i])
            printf("pairs_%d, sizeof(pairs_%d) / sizeof(pairs_%d[0])},\n", numbers[i], numbers[i],
                   numbers[i]);
        else
            printf("NULL, 0},\n");
    }
    printf("};\nconst size_t wci_code_page_table_count = %zu;\n", count);
    return 0;
}
