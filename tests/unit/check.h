/*
 * check - the unit tests' comparisons.
 *
 * A test is a function without arguments named in a list for RUN.  Comparisons take two arguments,
 * so that `=` for `==` can't hide; a failed one prints both values and the place, and the test goes
 * on. The program ends with "N passed, M failed" and exit status 1 when any failed.
 */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int check_failed_here;
static int check_passed_count, check_failed_count;

#define CHECK_FAIL(...)                                                                            \
    do {                                                                                           \
        check_failed_here = 1;                                                                     \
        printf("%s:%d: ", __FILE__, __LINE__);                                                     \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
    } while (0)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            CHECK_FAIL("not true: %s", #condition);                                                \
    } while (0)

#define CHECK_EQ_INT(actual, expected)                                                             \
    do {                                                                                           \
        intmax_t check_a = (intmax_t)(actual);                                                     \
        intmax_t check_b = (intmax_t)(expected);                                                   \
        if (check_a != check_b)                                                                    \
            CHECK_FAIL("%s is %" PRIdMAX ", expected %" PRIdMAX, #actual, check_a, check_b);       \
    } while (0)

#define CHECK_EQ_STR(actual, expected)                                                             \
    do {                                                                                           \
        const char *check_a = (actual);                                                            \
        const char *check_b = (expected);                                                          \
        if (check_a == NULL || check_b == NULL ? check_a != check_b                                \
                                               : strcmp(check_a, check_b) != 0)                    \
            CHECK_FAIL("%s is \"%s\", expected \"%s\"", #actual,                                   \
                       check_a == NULL ? "(null)" : check_a,                                       \
                       check_b == NULL ? "(null)" : check_b);                                      \
    } while (0)

/* `struct wci_bytes` or anything with data and length against a C string. */
#define CHECK_EQ_BYTES(actual, expected)                                                           \
    do {                                                                                           \
        const char *check_b = (expected);                                                          \
        if ((actual).length != strlen(check_b) ||                                                  \
            ((actual).length > 0 && memcmp((actual).data, check_b, (actual).length) != 0))         \
            CHECK_FAIL("%s is \"%.*s\", expected \"%s\"", #actual, (int)(actual).length,           \
                       (actual).data == NULL ? "" : (const char *)(actual).data, check_b);         \
    } while (0)

#define CHECK_EQ_MEM(actual, expected, size)                                                       \
    do {                                                                                           \
        if (memcmp((actual), (expected), (size)) != 0)                                             \
            CHECK_FAIL("%s differs from %s", #actual, #expected);                                  \
    } while (0)

#define RUN(test)                                                                                  \
    do {                                                                                           \
        check_failed_here = 0;                                                                     \
        test();                                                                                    \
        if (check_failed_here) {                                                                   \
            printf("FAILED %s\n", #test);                                                          \
            check_failed_count++;                                                                  \
        } else {                                                                                   \
            check_passed_count++;                                                                  \
        }                                                                                          \
    } while (0)

static inline int check_report(void)
{
    printf("%d passed, %d failed\n", check_passed_count, check_failed_count);
    return check_failed_count > 0 || check_passed_count == 0;
}

#endif
