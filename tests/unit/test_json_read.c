/*
 * test_json_read - objects and members of JSON; what is none, and what never ends.
 */
#include <stdlib.h>

#include "check.h"
#include "core/json_read.h"

static struct wci_arena *arena;

static struct wci_bytes member(const char *object, const char *name)
{
    return wci_json_member_text(wci_bytes_of(object), name, arena);
}

static void test_objects(void)
{
    const struct wci_bytes text = wci_bytes_of(" [{\"a\":1} ,\n{\"b\":{\"a\":\"}\"}}]\n{ }\n");
    struct wci_bytes object;
    size_t at = 0;

    CHECK(wci_json_next_object(text, &at, &object));
    CHECK_EQ_BYTES(object, "{\"a\":1}");
    CHECK(wci_json_next_object(text, &at, &object));
    CHECK_EQ_BYTES(object, "{\"b\":{\"a\":\"}\"}}");
    CHECK(wci_json_next_object(text, &at, &object));
    CHECK_EQ_BYTES(object, "{ }");
    CHECK(!wci_json_next_object(text, &at, &object));
    CHECK_EQ_INT(at, text.length);
}

static void test_members(void)
{
    static const char object[] = "{ \"n\" : 12 , \"list\":[1,{\"text\":\"no\"}], \"text\" : "
                                 "\"a\\\"\\\\\\n\\u00e4\\ud83d\\ude00\", "
                                 "\"null\":null, \"empty\":\"\"}";
    struct wci_bytes value;

    CHECK_EQ_BYTES(member(object, "text"), "a\"\\\n\xC3\xA4\xF0\x9F\x98\x80");
    CHECK_EQ_BYTES(member(object, "empty"), "");
    CHECK(member(object, "empty").data != NULL);
    CHECK(member(object, "null").data == NULL);
    CHECK(member(object, "n").data == NULL);
    CHECK(member(object, "nothing").data == NULL);
    CHECK(wci_json_member(wci_bytes_of(object), "n", &value));
    CHECK_EQ_BYTES(value, "12");
    CHECK(wci_json_member(wci_bytes_of(object), "list", &value));
    CHECK_EQ_BYTES(value, "[1,{\"text\":\"no\"}]");
}

/* Cut off at any byte it has an end, and what is no JSON stays where it is. */
static void test_damaged(void)
{
    static const char whole[] = "{\"a\":[{\"b\":\"\\u00e4\"}],\"text\":\"x\"}";
    struct wci_bytes object;
    size_t length, at;

    for (length = 0; length < sizeof(whole) - 1; length++) {
        char *copy = malloc(length + 1); /* of its very size */
        struct wci_bytes cut = {copy, length};

        memcpy(copy, whole, length);
        at = 0;
        CHECK(!wci_json_next_object(cut, &at, &object));
        CHECK(wci_json_member_text(cut, "nothing", arena).data == NULL);
        free(copy);
    }
    at = 0;
    CHECK(!wci_json_next_object(wci_bytes_of("no json"), &at, &object));
    CHECK_EQ_INT(at, 0);
    CHECK(member("{\"text\":\"\\u12\"}", "text").data == NULL);
    CHECK(member("{\"text\":\"\\q\"}", "text").data == NULL);
    CHECK_EQ_BYTES(member("{\"text\":\"\\ud800\"}", "text"), "\xEF\xBF\xBD");
}

static void test_deep(void)
{
    char text[1000];
    struct wci_bytes object;
    size_t at = 0;

    text[0] = '{';
    memset(text + 1, '[', sizeof(text) - 1);
    CHECK(!wci_json_next_object((struct wci_bytes){text, sizeof(text)}, &at, &object));
}

int main(void)
{
    arena = wci_arena_new();
    if (arena == NULL)
        return 1;
    RUN(test_objects);
    RUN(test_members);
    RUN(test_damaged);
    RUN(test_deep);
    wci_arena_free(arena);
    return check_report();
}
