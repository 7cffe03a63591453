/*
 * Which names of files on media may be made, whoever asks: the last guard before the file system.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "jobs/extract/output_file.h"

static enum wcab_err check_name(const char *name)
{
    return wci_output_name_check((struct wci_bytes){name, strlen(name)}, NULL);
}

static void plain_names_are_taken(void)
{
    static const char *const names[] = {
        "MAPI32.DLL", "Long name.txt",         "a..b", "CONFIG.SYS", "COM10",
        "NULL",       "gr\xC3\xBC\xC3\x9F.txt"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (check_name(names[i]) != WCAB_OK)
            CHECK_FAIL("%s is refused", names[i]);
    }
}

static void others_are_refused(void)
{
    static const char *const names[] = {
        "",
        ".",
        "..",
        "../a",
        "a/b",
        "/a",
        "a\\b",
        "..\\a",
        "C:a",
        "a:b",
        "a\nb",
        "a\x1B[m",
        "a\x7F",
        "\x01",
        "a.",
        "a ",
        "CON",
        "nul.txt",
        "Com1.dll",
        "LPT9 .a",
        "CLOCK$",
        "caf\x82",
        "\xFF\xFE",
        "PRN",
        "aux.",
        "..a",
        ".profile",
        "a\xC2\x9B"
        "b",
        "a\xE2\x80\xAE"
        "txt",
        "a\xE2\x80\xA8"
        "b",
        "COM\xC2\xB9.txt",
        "CONIN$",
        "conout$.a",
        "CON .txt",
        "COM0",
    };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (check_name(names[i]) != WCAB_ERR_USAGE)
            CHECK_FAIL("name %zu (%s) is taken", i, names[i]);
    }
}

/* What such files are called instead: what can't be made of them is refused. */
static void others_are_masked(void)
{
    static const char *const pairs[][2] = {{"MAPI32.DLL", "MAPI32.DLL"},
                                           {"a:b", "a_b"},
                                           {"a\nb", "a_b"},
                                           {"a\xC2\x9B"
                                            "b",
                                            "a_b"},
                                           {"a\xE2\x80\xAE"
                                            "b",
                                            "a_b"},
                                           {"a\xE2\x80\xA8"
                                            "b",
                                            "a_b"},
                                           {"a.", "a_"},
                                           {"a. .", "a___"},
                                           {"...", "___"},
                                           {".profile", "_profile"},
                                           {"..a", "_.a"},
                                           {"CON", "CON_"},
                                           {"nul.txt", "nul_.txt"},
                                           {"LPT9 .a", "LPT9 _.a"},
                                           {"COM\xC2\xB9.txt", "COM\xC2\xB9_.txt"},
                                           {"CONIN$", "CONIN$_"},
                                           {"CONOUT$.x.y", "CONOUT$_.x.y"},
                                           {"CLOCK$ ", "CLOCK$_"},
                                           {"gr\xC3\xBC\xC3\x9F.txt", "gr\xC3\xBC\xC3\x9F.txt"},
                                           {"", NULL},
                                           {".", NULL},
                                           {"..", NULL},
                                           {"../a", NULL},
                                           {"a\\b", NULL},
                                           {"\xFF\xFE", NULL}};
    size_t i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct wci_buffer made;
        enum wcab_err code;

        wci_buffer_init(&made);
        code = wci_output_name_make(wci_bytes_of(pairs[i][0]), &made, NULL);
        wci_buffer_u8(&made, 0);
        CHECK_EQ_INT(code, pairs[i][1] != NULL ? WCAB_OK : WCAB_ERR_USAGE);
        if (pairs[i][1] != NULL)
            CHECK_EQ_STR((const char *)made.data, pairs[i][1]);
        wci_buffer_free(&made);
    }
}

static void a_folder_in_the_way_is_no_failure_of_the_output(void)
{
    char path[] = "/tmp/whichcab-output-XXXXXX", inner[64];
    struct wci_output_folder folder = {.fd = -1};
    struct wci_output_file file;
    struct wcab_error err = {.text = ""};

    CHECK(mkdtemp(path) != NULL);
    (void)snprintf(inner, sizeof(inner), "%s/dir", path);
    CHECK_EQ_INT(mkdir(inner, 0700), 0);
    CHECK_EQ_INT(wci_output_folder_open(path, &folder, &err), WCAB_OK);
    CHECK_EQ_INT(wci_output_file_begin(&folder, false, &file, &err), WCAB_OK);
    CHECK_EQ_INT(wci_output_file_finish(&file, "dir", 0, true, &err), WCAB_ERR_USAGE);
    CHECK(strstr(err.text, "dir is in the way") != NULL);
    wci_output_folder_close(&folder);
    CHECK_EQ_INT(rmdir(inner), 0);
    CHECK_EQ_INT(rmdir(path), 0);
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
    RUN(others_are_masked);
    RUN(a_folder_in_the_way_is_no_failure_of_the_output);
    RUN(long_names_end_at_255_bytes);
    return check_report();
}
