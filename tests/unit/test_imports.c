/*
 * test_imports - modules that NE, LE and PE executables import; cut off and absurd ones.
 */
#include <stdlib.h>

#include "check.h"
#include "jobs/check/imports.h"
#include "program_maker.h"

static struct wci_arena *arena;
static uint8_t image[PROGRAM_SIZE];
static const char *const modules[] = {"KERNEL32", "user32.dll", "KERNEL32", "MAPI32.DLL"};
enum { MODULES = 4, DIFFERENT = 3 };

static enum wcab_err read_image(size_t size, struct wci_imports *imports)
{
    struct wci_source *source = NULL;
    struct wcab_error err;
    /* of its very size, so that reading behind it is noticed */
    uint8_t *copy = malloc(size > 0 ? size : 1);
    enum wcab_err code;

    memcpy(copy, image, size);
    code = wci_source_open_memory_take(copy, size, &source, &err);
    wci_arena_reset(arena);
    if (code == WCAB_OK)
        code = wci_imports_read(source, arena, imports, &err);
    wci_source_close(source);
    return code;
}

static void check_form(enum program_form form, enum wci_program_kind kind)
{
    struct wci_imports imports;

    program_make(form, modules, MODULES, image);
    CHECK_EQ_INT(read_image(PROGRAM_SIZE, &imports), WCAB_OK);
    CHECK_EQ_INT(imports.kind, kind);
    CHECK_EQ_INT(imports.count, DIFFERENT);
    CHECK_EQ_BYTES(imports.names[0], "KERNEL32");
    CHECK_EQ_BYTES(imports.names[1], "user32.dll");
    CHECK_EQ_BYTES(imports.names[2], "MAPI32.DLL");
    CHECK_EQ_BYTES(imports.module, kind == WCI_PROGRAM_PE ? "" : "TESTPROG");
    CHECK(!imports.cut);
}

static void test_forms(void)
{
    check_form(PROGRAM_PE, WCI_PROGRAM_PE);
    check_form(PROGRAM_NE, WCI_PROGRAM_NE);
    check_form(PROGRAM_LE, WCI_PROGRAM_LE);
}

static void test_none(void)
{
    struct wci_imports imports;

    memset(image, 0, sizeof(image));
    CHECK_EQ_INT(read_image(PROGRAM_SIZE, &imports), WCAB_OK);
    CHECK_EQ_INT(imports.kind, WCI_PROGRAM_NONE);
    CHECK_EQ_INT(read_image(0, &imports), WCAB_OK);
    memcpy(image, "MZ", 2); /* a DOS program */
    CHECK_EQ_INT(read_image(PROGRAM_SIZE, &imports), WCAB_OK);
    CHECK_EQ_INT(imports.kind, WCI_PROGRAM_NONE);
    CHECK_EQ_INT(imports.count, 0);
}

/* Sections and pages that end behind the file show that it was cut off. */
static void test_cut(void)
{
    struct wci_imports imports;
    size_t size;

    program_make(PROGRAM_PE, modules, MODULES, image);
    CHECK_EQ_INT(read_image(PROGRAM_SIZE - 1, &imports), WCAB_OK);
    CHECK(imports.cut);
    CHECK_EQ_INT(imports.end, PROGRAM_SIZE);
    CHECK_EQ_INT(imports.count, DIFFERENT);
    program_make(PROGRAM_LE, modules, MODULES, image);
    CHECK_EQ_INT(read_image(4096 + 511, &imports), WCAB_OK);
    CHECK(imports.cut);
    CHECK_EQ_INT(imports.end, 4096 + 512);
    for (size = 0; size < 2048; size++) {
        program_make((enum program_form)(size % 3), modules, MODULES, image);
        CHECK_EQ_INT(read_image(size, &imports), WCAB_OK);
        CHECK(imports.count <= DIFFERENT);
    }
}

/* Every byte of the headers with the values that hurt. */
static void test_absurd(void)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    struct wci_imports imports;
    int form;
    size_t at, i;

    for (form = PROGRAM_PE; form <= PROGRAM_LE; form++) {
        for (at = 60; at < 420; at++) {
            for (i = 0; i < sizeof(values); i++) {
                program_make((enum program_form)form, modules, MODULES, image);
                image[at] = values[i];
                CHECK_EQ_INT(read_image(PROGRAM_SIZE, &imports), WCAB_OK);
                CHECK(imports.count <= WCI_IMPORTS_MOST);
            }
        }
    }
}

int main(void)
{
    arena = wci_arena_new();
    if (arena == NULL)
        return 1;
    RUN(test_forms);
    RUN(test_none);
    RUN(test_cut);
    RUN(test_absurd);
    wci_arena_free(arena);
    return check_report();
}
