/* Command lines for the real machine. */
#include <stdlib.h>

#include "check.h"
#include "query/answer/dos_command.h"

static const struct wci_dos_options plain = {NULL, NULL, NULL};

struct lines {
    struct wci_arena *arena;
    const char *text[WCI_DOS_COMMAND_LINES];
    size_t count;
};

static struct lines lines_of(struct wci_dos_file file, struct wci_dos_options options)
{
    struct lines lines = {.arena = wci_arena_new()};

    lines.count = wci_dos_command_lines(&file, &options, lines.arena, lines.text);
    return lines;
}

/* Compares the only line of a file. */
static void check_line(struct wci_dos_file file, struct wci_dos_options options,
                       const char *expected)
{
    struct lines lines = lines_of(file, options);

    CHECK_EQ_INT(lines.count, 1);
    if (lines.count == 1)
        CHECK_EQ_STR(lines.text[0], expected);
    wci_arena_free(lines.arena);
}

static void test_cabinet(void)
{
    struct wci_dos_file file = {.drive = WCI_DOS_FLOPPY,
                                .dmf = true,
                                .folder = "",
                                .cabinet = "Win95_07.cab",
                                .name = "mapi32.dll"};

    check_line(file, plain, "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM A:\\WIN95_07.CAB MAPI32.DLL");
    file.drive = WCI_DOS_CD;
    file.folder = "win95";
    file.cabinet = "WIN95_06.CAB";
    check_line(file, plain, "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM D:\\WIN95\\WIN95_06.CAB MAPI32.DLL");
    check_line(file, (struct wci_dos_options){"B:", "E:", "C:\\TEMP"},
               "EXTRACT /Y /L C:\\TEMP E:\\WIN95\\WIN95_06.CAB MAPI32.DLL");
}

static void test_words(void)
{
    struct wci_bytes words[WCI_DOS_COMMAND_WORDS];

    CHECK_EQ_INT(wci_dos_command_words("EXTRACT /Y /L \"C:\\A B\" A:\\X.CAB \"Y Z.DLL\"", words,
                                       WCI_DOS_COMMAND_WORDS),
                 6);
    CHECK(wci_bytes_equal(words[3], wci_bytes_of("\"C:\\A B\"")));
    CHECK(wci_bytes_equal(words[5], wci_bytes_of("\"Y Z.DLL\"")));
    CHECK_EQ_INT(wci_dos_command_words("DEL  C:\\X ", words, WCI_DOS_COMMAND_WORDS), 2);
    CHECK_EQ_INT(wci_dos_command_words("A B C", words, 2), 2);
}

static void test_spanning(void)
{
    struct wci_dos_file file = {.drive = WCI_DOS_FLOPPY,
                                .folder = "",
                                .cabinet = "WIN95_02.CAB",
                                .spans = true,
                                .name = "SHELL32.DLL"};

    check_line(file, plain, "EXTRACT /Y /A /L C:\\WINDOWS\\SYSTEM A:\\WIN95_02.CAB SHELL32.DLL");
}

static void test_stored_path(void)
{
    struct wci_dos_file file = {.drive = WCI_DOS_CD,
                                .folder = "",
                                .cabinet = "OFF95_01.CAB",
                                .name = "OS\\System\\Vba32.dll"};

    check_line(file, plain,
               "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM D:\\OFF95_01.CAB OS\\SYSTEM\\VBA32.DLL");
    file.name = "A long name.dll";
    file.folder = "Some folder";
    check_line(file, plain,
               "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM \"D:\\SOME FOLDER\\OFF95_01.CAB\" "
               "\"A long name.dll\"");
}

static void test_rename(void)
{
    struct wci_dos_file file = {.drive = WCI_DOS_FLOPPY,
                                .folder = "",
                                .cabinet = "PRECOPY1.CAB",
                                .name = "kommctrl.dll",
                                .installed_as = "COMMCTRL.DLL"};
    struct lines lines = lines_of(file, plain);

    CHECK_EQ_INT(lines.count, 3);
    if (lines.count == 3) {
        CHECK_EQ_STR(lines.text[0],
                     "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM A:\\PRECOPY1.CAB KOMMCTRL.DLL");
        CHECK_EQ_STR(lines.text[1], "COPY /Y C:\\WINDOWS\\SYSTEM\\KOMMCTRL.DLL "
                                    "C:\\WINDOWS\\SYSTEM\\COMMCTRL.DLL");
        CHECK_EQ_STR(lines.text[2], "DEL C:\\WINDOWS\\SYSTEM\\KOMMCTRL.DLL");
    }
    wci_arena_free(lines.arena);
    /* The root needs no second backslash. */
    file.name = "WINBOOT.SYS";
    file.installed_as = "IO.SYS";
    lines = lines_of(file, plain);
    CHECK_EQ_INT(lines.count, 3);
    if (lines.count == 3)
        CHECK_EQ_STR(lines.text[1], "COPY /Y C:\\WINBOOT.SYS C:\\IO.SYS");
    wci_arena_free(lines.arena);
}

static void test_loose(void)
{
    struct wci_dos_file file = {
        .drive = WCI_DOS_FLOPPY, .folder = "", .name = "EXTRACT.EXE", .dmf = false};

    check_line(file, plain, "COPY /Y A:\\EXTRACT.EXE C:\\WINDOWS\\COMMAND\\EXTRACT.EXE");
    file.dmf = true;
    check_line(file, plain, "EXTRACT /Y /C A:\\EXTRACT.EXE C:\\WINDOWS\\COMMAND\\EXTRACT.EXE");
    file.dmf = false;
    file.name = "mapi32.dll";
    file.packed_name = "mapi32.dl_";
    check_line(file, plain, "EXPAND A:\\MAPI32.DL_ C:\\WINDOWS\\SYSTEM\\MAPI32.DLL");
}

/* A name from a medium must not start a line of its own. */
static void test_control_bytes(void)
{
    struct wci_dos_file file = {
        .drive = WCI_DOS_FLOPPY, .folder = "", .cabinet = "A.CAB", .name = "X\r\nDEL *.*\x1b"};

    check_line(file, plain, "EXTRACT /Y /L C:\\WINDOWS A:\\A.CAB \"X??DEL *.*?\"");
}

/* What CMD.EXE would act on stands in quotes. */
static void test_quotes(void)
{
    struct wci_dos_file file = {
        .drive = WCI_DOS_CD, .folder = "A&B", .cabinet = "X.CAB", .name = "A^B.DLL"};

    check_line(file, plain, "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM \"D:\\A&B\\X.CAB\" \"A^B.DLL\"");
    file.cabinet = NULL;
    file.folder = "";
    file.name = "A;B,C=D.DLL";
    check_line(file, plain, "COPY /Y \"D:\\A;B,C=D.DLL\" \"C:\\WINDOWS\\SYSTEM\\A;B,C=D.DLL\"");
    file.name = "(A).DLL";
    check_line(file, plain, "COPY /Y \"D:\\(A).DLL\" \"C:\\WINDOWS\\SYSTEM\\(A).DLL\"");
}

static struct wcab_answer answer_of(const char *name, const char *line)
{
    static const struct wcab_need need = {.insert = "disk 1", .disk = "1", .present = true};
    static const char *commands[1];

    commands[0] = line;
    return (struct wcab_answer){.name = name,
                                .medium = "m",
                                .cabinet = "A.CAB",
                                .needs = &need,
                                .need_count = 1,
                                .commands = commands,
                                .command_count = 1};
}

static enum wcab_err add_named(const char *name)
{
    struct wcab_batch *batch = NULL;
    char line[200];
    struct wcab_answer answer = answer_of(name, line);
    enum wcab_err code;

    (void)snprintf(line, sizeof(line), "EXTRACT /Y /L C:\\WINDOWS A:\\A.CAB %s", name);
    CHECK_EQ_INT(wcab_batch_open(&batch, NULL), WCAB_OK);
    code = wcab_batch_add(batch, &answer, NULL);
    wcab_batch_close(batch);
    return code;
}

/* Names that mean something else to the machine that runs the file are left out of it. */
static void test_names_in_batch_files(void)
{
    static const char *const refused[] = {
        "CON",           "con.dll",  "NUL.TXT",      "CONIN$",         "COM1.DLL",
        "LPT\xC2\xB9.X", "..\\EVIL", "A\\..\\B.DLL", "OS/../../A.DLL", "A\\PRN\\B.DLL",
        "A|B.DLL",       "A>B.DLL",  "A\"B.DLL",     "CLOCK$"};
    static const char *const taken[] = {"CONTROL.EXE", "COM10.DLL", "A..B.DLL", "A%B.DLL",
                                        "X!Y.DLL"};
    char percents[100];
    size_t i;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        CHECK_EQ_INT(add_named(refused[i]), WCAB_ERR_UNSUPPORTED);
    for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        CHECK_EQ_INT(add_named(taken[i]), WCAB_OK);
    /* doubled, it would be longer than COMMAND.COM reads */
    memset(percents, '%', 60);
    percents[60] = '\0';
    CHECK_EQ_INT(add_named(percents), WCAB_ERR_UNSUPPORTED);
}

static void test_targets(void)
{
    CHECK_EQ_STR(wci_dos_command_target("MAPI32.DLL"), "C:\\WINDOWS\\SYSTEM");
    CHECK_EQ_STR(wci_dos_command_target("user.exe"), "C:\\WINDOWS\\SYSTEM");
    CHECK_EQ_STR(wci_dos_command_target("notepad.exe"), "C:\\WINDOWS");
    CHECK_EQ_STR(wci_dos_command_target("OS\\SYSTEM\\X.HLP"), "C:\\WINDOWS\\HELP");
    CHECK_EQ_STR(wci_dos_command_target("NETWORKS"), "C:\\WINDOWS");
    CHECK_EQ_STR(wci_dos_command_target("io.sys"), "C:\\");
}

static void test_short_names(void)
{
    CHECK(wci_dos_command_is_short("MAPI32.DLL"));
    CHECK(wci_dos_command_is_short("NETWORKS"));
    CHECK(wci_dos_command_is_short("MAPI32.DL_"));
    CHECK(wci_dos_command_is_short("PROGRA~1"));
    CHECK(!wci_dos_command_is_short("PROGRAMME"));
    CHECK(!wci_dos_command_is_short("A.HTML"));
    CHECK(!wci_dos_command_is_short("A.B.C"));
    CHECK(!wci_dos_command_is_short("A B"));
    CHECK(!wci_dos_command_is_short(".X"));
    CHECK(!wci_dos_command_is_short(""));
}

int main(void)
{
    RUN(test_cabinet);
    RUN(test_words);
    RUN(test_spanning);
    RUN(test_stored_path);
    RUN(test_rename);
    RUN(test_loose);
    RUN(test_control_bytes);
    RUN(test_quotes);
    RUN(test_names_in_batch_files);
    RUN(test_targets);
    RUN(test_short_names);
    return check_report();
}
