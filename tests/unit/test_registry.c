/*
 * test_registry - values of both registry formats; damaged ones, circles, absurd numbers.
 */
#include <stdlib.h>

#include "check.h"
#include "jobs/check/registry.h"
#include "registry_maker.h"

static uint8_t file[REGISTRY_MOST];
static const struct registry_value values[] = {
    {"System\\CurrentControlSet\\Services\\VxD\\VNETSUP", "StaticVxD", "vnetsup.vxd"},
    {"System\\CurrentControlSet\\Services\\VxD\\VNETSUP", "Start", "#2"},
    {"System\\CurrentControlSet\\Services\\VxD\\VSHARE", "StaticVxD", "*vshare"},
    {"Software\\Classes\\CLSID", "", "the default"},
};
enum { VALUES = 4 };

struct seen {
    unsigned count;
    char text[1024];
    enum wcab_err answer;
};

static enum wcab_err on_value(void *context, const struct wci_registry_value *value,
                              struct wcab_error *err)
{
    struct seen *seen = context;
    size_t used = strlen(seen->text);

    (void)err;
    seen->count++;
    (void)snprintf(seen->text + used, sizeof(seen->text) - used,
                   "%.*s|%.*s=", (int)value->key.length, value->key.data, (int)value->name.length,
                   value->name.data);
    used = strlen(seen->text);
    if (value->type == WCI_REGISTRY_TEXT)
        (void)snprintf(seen->text + used, sizeof(seen->text) - used, "%.*s\n",
                       (int)value->data.length, value->data.data);
    else
        (void)snprintf(seen->text + used, sizeof(seen->text) - used, "#%u\n", value->number);
    return seen->answer;
}

static enum wcab_err read_file(size_t size, struct seen *seen, struct wcab_error *err)
{
    const struct wci_registry_visitor visitor = {seen, on_value};
    struct wci_source *source = NULL;
    uint8_t *copy =
        malloc(size > 0 ? size : 1); /* of its very size: reading behind it is noticed */
    enum wcab_err code;

    memcpy(copy, file, size);
    code = wci_source_open_memory_take(copy, size, &source, err);
    seen->count = 0;
    seen->text[0] = '\0';
    if (code == WCAB_OK)
        code = wci_registry_read(source, &visitor, err);
    wci_source_close(source);
    return code;
}

static void check_values(enum registry_form form)
{
    struct seen seen = {.answer = WCAB_OK};
    struct wcab_error err;
    size_t size = registry_make(form, values, VALUES, file);

    CHECK_EQ_INT(read_file(size, &seen, &err), WCAB_OK);
    CHECK_EQ_STR(seen.text,
                 "System\\CurrentControlSet\\Services\\VxD\\VNETSUP|StaticVxD=vnetsup.vxd\n"
                 "System\\CurrentControlSet\\Services\\VxD\\VNETSUP|Start=#2\n"
                 "System\\CurrentControlSet\\Services\\VxD\\VSHARE|StaticVxD=*vshare\n"
                 "Software\\Classes\\CLSID|=the default\n");
    seen.answer = WCAB_ERR_CANCELLED;
    CHECK_EQ_INT(read_file(size, &seen, &err), WCAB_ERR_CANCELLED);
    CHECK_EQ_INT(seen.count, 1);
}

static void test_values(void)
{
    check_values(REGISTRY_9X);
    check_values(REGISTRY_NT);
}

static void test_no_registry(void)
{
    struct seen seen = {.answer = WCAB_OK};
    struct wcab_error err;

    memset(file, 0, sizeof(file));
    CHECK_EQ_INT(read_file(100, &seen, &err), WCAB_ERR_FORMAT);
    CHECK_EQ_INT(read_file(0, &seen, &err), WCAB_ERR_FORMAT);
    memcpy(file, "CREG", 4);
    CHECK_EQ_INT(read_file(4, &seen, &err), WCAB_ERR_CORRUPT);
    memcpy(file, "regf", 4);
    CHECK_EQ_INT(read_file(4, &seen, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(read_file(4096, &seen, &err), WCAB_ERR_CORRUPT);
}

/* However it is cut off: an end, and a sentence. */
static void check_cut(enum registry_form form)
{
    struct seen seen = {.answer = WCAB_OK};
    struct wcab_error err;
    size_t size = registry_make(form, values, VALUES, file), at;

    for (at = 4; at < size; at += at < 64 ? 1 : 7) {
        enum wcab_err code = read_file(at, &seen, &err);

        CHECK(code == WCAB_OK || code == WCAB_ERR_CORRUPT);
        CHECK(seen.count <= VALUES);
    }
    CHECK_EQ_INT(read_file(size * 2 / 3, &seen, &err), WCAB_ERR_CORRUPT);
}

static void test_cut(void)
{
    check_cut(REGISTRY_9X);
    check_cut(REGISTRY_NT);
}

/* Any 32-bit word with any of a few hostile values, circles among them. */
static void check_words(enum registry_form form)
{
    static const uint32_t hostile[] = {0,          0x20,       0x3C,      0x7FFFFFFF,
                                       0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    struct seen seen = {.answer = WCAB_OK};
    struct wcab_error err;
    size_t size = registry_make(form, values, VALUES, file), at, i;
    size_t from = form == REGISTRY_NT ? 4096 : 4;

    for (at = from; at + 4 <= size; at += 4) {
        for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
            uint8_t old[4];
            enum wcab_err code;

            memcpy(old, file + at, 4);
            memcpy(file + at, &hostile[i], 4);
            code = read_file(size, &seen, &err);
            CHECK(code == WCAB_OK || code == WCAB_ERR_CORRUPT);
            memcpy(file + at, old, 4);
        }
    }
}

static void test_words(void)
{
    check_words(REGISTRY_9X);
    check_words(REGISTRY_NT);
}

/* A key whose first child is itself: what Windows NT and 9x alike would run in for ever. */
static void test_circle(void)
{
    struct seen seen = {.answer = WCAB_OK};
    struct wcab_error err;
    size_t size = registry_make(REGISTRY_9X, values, VALUES, file);
    const uint8_t self[4] = {32 + 28, 0, 0, 0};

    memcpy(file + 32 + 32 + 28 + 16, self, 4); /* child of key 1 */
    CHECK_EQ_INT(read_file(size, &seen, &err), WCAB_ERR_CORRUPT);
    CHECK(strstr(err.text, "tree of keys") != NULL);
    CHECK(err.offset != WCAB_NO_OFFSET);
}

int main(void)
{
    RUN(test_values);
    RUN(test_no_registry);
    RUN(test_cut);
    RUN(test_words);
    RUN(test_circle);
    return check_report();
}
