/* Patterns over folded names, and distances between names. */
#include <stdlib.h>

#include "check.h"
#include "core/bytes.h"
#include "query/pattern.h"

static struct wci_pattern *compiled(const char *text, enum wcab_match match)
{
    struct wci_pattern *pattern = NULL;
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_pattern_compile(text, match, &pattern, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
    return pattern;
}

/* Whether the folded name fits the pattern. */
static int fits(const char *text, enum wcab_match match, const char *name)
{
    struct wci_pattern *pattern = compiled(text, match);
    int result = wci_pattern_fits(pattern, wci_bytes_of(name));

    wci_pattern_free(pattern);
    return result;
}

static enum wcab_err refused(const char *text, enum wcab_match match)
{
    struct wci_pattern *pattern = NULL;
    struct wcab_error err = {.text = ""};
    enum wcab_err code = wci_pattern_compile(text, match, &pattern, &err);

    CHECK(code == WCAB_OK || err.text[0] != '\0');
    wci_pattern_free(pattern);
    return code;
}

static void test_exact(void)
{
    struct wci_pattern *pattern = compiled("Mapi32.dll", WCAB_MATCH_AUTO);

    CHECK_EQ_BYTES(wci_pattern_exact(pattern), "MAPI32.DLL");
    CHECK_EQ_BYTES(wci_pattern_prefix(pattern), "MAPI32.DLL");
    CHECK(wci_pattern_fits(pattern, wci_bytes_of("MAPI32.DLL")));
    CHECK(!wci_pattern_fits(pattern, wci_bytes_of("MAPI32.DL")));
    CHECK(!wci_pattern_has_folders(pattern));
    wci_pattern_free(pattern);
    CHECK_EQ_INT(fits("\xC3\xBC.txt", WCAB_MATCH_AUTO, "\xC3\x9C.TXT"), 1);
    CHECK_EQ_INT(fits("a*b", WCAB_MATCH_EXACT, "A*B"), 1);
    CHECK_EQ_INT(fits("a*b", WCAB_MATCH_EXACT, "AXB"), 0);
    wci_pattern_free(NULL);
}

static void test_glob(void)
{
    static const struct {
        const char *glob, *name;
        int fits;
    } cases[] = {
        {"mapi*.dll", "MAPI32.DLL", 1},
        {"mapi*.dll", "MAPI.DLL", 1},
        {"mapi*.dll", "XMAPI.DLL", 0},
        {"mapi??.dll", "MAPI32.DLL", 1},
        {"mapi??.dll", "MAPI3.DLL", 0},
        {"*", "ANYTHING", 1},
        {"*.*", "ANY.THING", 1},
        {"*.*", "NETWORKS", 1},
        {"setup.*", "SETUP", 1},
        {"setup.*", "SETUP.EXE", 1},
        {"setup.*", "SETUPX", 0},
        {"win95_[01]?.cab", "WIN95_07.CAB", 1},
        {"win95_[01]?.cab", "WIN95_21.CAB", 0},
        {"win95_[!01]?.cab", "WIN95_21.CAB", 1},
        {"win95_[^01]?.cab", "WIN95_07.CAB", 0},
        {"[a-c]x", "BX", 1},
        {"[a-c]x", "DX", 0},
        {"[]x]y", "]Y", 1},
        {"*[x", "AB[X", 1},
        {"*a*a*a*a*b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0},
        {"*.dl?", "MAPI32.DL_", 1},
        {"?", "", 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (fits(cases[i].glob, WCAB_MATCH_AUTO, cases[i].name) != cases[i].fits)
            CHECK_FAIL("%s against %s should give %d", cases[i].glob, cases[i].name, cases[i].fits);
    }
}

static void test_glob_prefix(void)
{
    struct wci_pattern *pattern = compiled("mapi*.dll", WCAB_MATCH_AUTO);

    CHECK_EQ_BYTES(wci_pattern_prefix(pattern), "MAPI");
    CHECK_EQ_BYTES(wci_pattern_exact(pattern), "");
    wci_pattern_free(pattern);
    /* SETUP fits, too, so that the dot is no part of the prefix. */
    pattern = compiled("setup.*", WCAB_MATCH_AUTO);
    CHECK_EQ_BYTES(wci_pattern_prefix(pattern), "SETUP");
    wci_pattern_free(pattern);
}

static void test_regex(void)
{
    CHECK_EQ_INT(fits("^mapi(sp)?32\\.", WCAB_MATCH_REGEX, "MAPISP32.EXE"), 1);
    CHECK_EQ_INT(fits("^mapi(sp)?32\\.", WCAB_MATCH_REGEX, "XMAPI32.DLL"), 0);
    CHECK_EQ_INT(fits("[0-9]{2}\\.cab$", WCAB_MATCH_REGEX, "WIN95_07.CAB"), 1);
    CHECK_EQ_INT(fits("\\w+\\.dll", WCAB_MATCH_REGEX, "A.DLL"), 1);
    CHECK_EQ_INT(fits("\xC3\xBC", WCAB_MATCH_REGEX, "X\xC3\x9C"), 1);
    CHECK_EQ_INT(refused("(", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("(a)\\1", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("((a{200}){200})", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("a{1,300}", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("a{2,255}", WCAB_MATCH_REGEX), WCAB_OK);
    /* each + makes two copies of what is before it */
    CHECK_EQ_INT(refused("a++++++++++++++++++++++++", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("a{2}+", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("((((((((a)+)+)+)+)+)+)+)+", WCAB_MATCH_REGEX), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("a+b+c+d+e+f+g+h+i+j+k+", WCAB_MATCH_REGEX), WCAB_OK);
    CHECK_EQ_INT(fits("^a\\++$", WCAB_MATCH_REGEX, "A++"), 1);
    CHECK_EQ_INT(fits("^[]*+]+$", WCAB_MATCH_REGEX, "*+]"), 1);
    CHECK_EQ_INT(fits("^[[:alpha:]+]{2}$", WCAB_MATCH_REGEX, "A+"), 1);
}

static void test_substring(void)
{
    CHECK_EQ_INT(fits("pisp32", WCAB_MATCH_SUBSTRING, "MAPISP32.EXE"), 1);
    CHECK_EQ_INT(fits("pi*32", WCAB_MATCH_SUBSTRING, "MAPISP32.EXE"), 0);
    CHECK_EQ_INT(fits("mapisp32.exe2", WCAB_MATCH_SUBSTRING, "MAPISP32.EXE"), 0);
}

static int fits_path(const char *text, const char *folded_path)
{
    struct wci_pattern *pattern = compiled(text, WCAB_MATCH_AUTO);
    int result = wci_pattern_fits_folders(pattern, wci_bytes_of(folded_path));

    wci_pattern_free(pattern);
    return result;
}

static void test_folders(void)
{
    struct wci_pattern *pattern = compiled("OS\\System\\Vba32.dll", WCAB_MATCH_AUTO);

    CHECK(wci_pattern_has_folders(pattern));
    CHECK_EQ_BYTES(wci_pattern_exact(pattern), "VBA32.DLL");
    CHECK(wci_pattern_fits_folders(pattern, wci_bytes_of("X.CAB/OS\\SYSTEM")));
    CHECK(!wci_pattern_fits_folders(pattern, wci_bytes_of("X.CAB/ZOS\\SYSTEM")));
    CHECK(!wci_pattern_fits_folders(pattern, wci_bytes_of("SYSTEM")));
    wci_pattern_free(pattern);
    CHECK_EQ_INT(fits_path("win95/setup.exe", "/IMAGES/CD.ISO/WIN95"), 1);
    CHECK_EQ_INT(fits_path("/win95//setup.exe", "/IMAGES/CD.ISO/WIN95"), 1);
    CHECK_EQ_INT(fits_path("win95/setup.exe", "/IMAGES/WIN95/CD.ISO"), 0);
    CHECK_EQ_INT(fits_path("win95_0?.cab/*.dll", "/I/WIN95_07.CAB"), 1);
    CHECK_EQ_INT(fits_path("setup.exe", ""), 1);
}

static void test_bad(void)
{
    char longer[WCI_PATTERN_BYTES + 2];

    memset(longer, 'a', sizeof(longer));
    longer[sizeof(longer) - 1] = '\0';
    CHECK_EQ_INT(refused("", WCAB_MATCH_AUTO), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("win95/", WCAB_MATCH_AUTO), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused(longer, WCAB_MATCH_AUTO), WCAB_ERR_USAGE);
    CHECK_EQ_INT(refused("a", (enum wcab_match)99), WCAB_ERR_USAGE);
    longer[WCI_PATTERN_BYTES] = '\0';
    CHECK_EQ_INT(refused(longer, WCAB_MATCH_AUTO), WCAB_OK);
}

static unsigned distance(const char *a, const char *b, unsigned limit)
{
    return wci_pattern_distance(wci_bytes_of(a), wci_bytes_of(b), limit);
}

static void test_distance(void)
{
    char longer[80];

    CHECK_EQ_INT(distance("MAPI32.DLL", "MAPI32.DLL", 3), 0);
    CHECK_EQ_INT(distance("MAPI33.DLL", "MAPI32.DLL", 3), 1);
    CHECK_EQ_INT(distance("MAPI2.DLL", "MAPI32.DLL", 3), 1);
    CHECK_EQ_INT(distance("MAPI332.DLL", "MAPI32.DLL", 3), 1);
    CHECK_EQ_INT(distance("AMPI32.DLL", "MAPI32.DLL", 1), 1);
    CHECK_EQ_INT(distance("ABC", "CBA", 3), 2);
    CHECK_EQ_INT(distance("ABCDEF", "UVWXYZ", 3), 4);
    CHECK_EQ_INT(distance("", "AB", 3), 2);
    CHECK_EQ_INT(distance("A", "ABCDE", 3), 4);
    memset(longer, 'A', sizeof(longer));
    longer[79] = '\0';
    CHECK_EQ_INT(distance(longer, longer, 3), 4);
}

int main(void)
{
    RUN(test_exact);
    RUN(test_glob);
    RUN(test_glob_prefix);
    RUN(test_regex);
    RUN(test_substring);
    RUN(test_folders);
    RUN(test_bad);
    RUN(test_distance);
    return check_report();
}
