/*
 * Which names of files on media may be made, whoever asks: the last guard before the file system.
 */
#include "check.h"
#include "jobs/extract/output_file.h"

static enum wcab_err check_name(const char *name)
{
    return wci_output_name_check((struct wci_bytes){name, strlen(name)}, NULL);
}

static void plain_names_are_taken(void)
{
    static const char *const names[] = {
        "MAPI32.DLL", "Long name.txt", "..a",  "a..b",
        "CONFIG.SYS", "COM10",         "NULL", "gr\xC3\xBC\xC3\x9F.txt"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (check_name(names[i]) != WCAB_OK)
            CHECK_FAIL("%s is refused", names[i]);
    }
}

static void others_are_refused(void)
{
    static const char *const names[] = {
        "",         ".",       "..",      "../a",    "a/b",      "/a",  "a\\b", "..\\a", "C:a",
        "a:b",      "a\nb",    "a\x1B[m", "a\x7F",   "\x01",     "a.",  "a ",   "CON",   "nul.txt",
        "Com1.dll", "LPT9 .a", "CLOCK$",  "caf\x82", "\xFF\xFE", "PRN", "aux.",
    };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (check_name(names[i]) != WCAB_ERR_USAGE)
            CHECK_FAIL("name %zu (%s) is taken", i, names[i]);
    }
}

static void long_names_end_at_255_bytes(void)
{
    char name[257];

    memset(name, 'n', 256);
    name[256] = '\0';
    CHECK_EQ_INT(check_name(name), WCAB_ERR_USAGE);
    CHECK_EQ_INT(check_name(name + 1), WCAB_OK);
}

int main(void)
{
    RUN(plain_names_are_taken);
    RUN(others_are_refused);
    RUN(long_names_end_at_255_bytes);
    return check_report();
}
