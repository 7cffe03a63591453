/*
 * Addresses of images: how they are kept, which are refused, how they are shown; and which networks a
 * server of the open one does not send us into.
 */
#include <string.h>

#include "check.h"
#include "core/url/url.h"
#include "fetch/network.h"

static void addresses_are_kept_alike(void)
{
    static const char *const cases[][2] = {
        {"http://example.org/a.iso", "http://example.org/a.iso"},
        {"HTTPS://Example.ORG:443/A.iso#part", "https://example.org/A.iso"},
        {"http://example.org:80", "http://example.org/"},
        {"http://example.org:8080/x?y=1&z", "http://example.org:8080/x?y=1&z"},
        {"http://[::1]:80/a b.img", "http://[::1]/a%20b.img"},
        {"http://h/100%25/\xc3\xa4\"<>\\", "http://h/100%25/%C3%A4%22%3C%3E%5C"},
        {"http://h?monkey=1", "http://h/?monkey=1"}};
    char made[256];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK(wci_url_is(wci_bytes_of(cases[i][0])));
        CHECK_EQ_INT(wci_url_normalise(cases[i][0], made, sizeof(made), NULL), WCAB_OK);
        CHECK_EQ_STR(made, cases[i][1]);
    }
    CHECK(!wci_url_is(wci_bytes_of("/http://x")));
    CHECK(!wci_url_is(wci_bytes_of("http:/x")));
}

static void others_are_refused(void)
{
    static const char *const cases[] = {"ftp://h/a",
                                        "file:///etc/passwd",
                                        "/a.iso",
                                        "http://",
                                        "http:///a",
                                        "http://u@h/a",
                                        "http://u:p@h/a",
                                        "https://u:p@h",
                                        "http://h:0x50/a",
                                        "http://h:99999/a",
                                        "http://h:1:2/a",
                                        "http://[::1/a",
                                        "http://h h/a",
                                        "http://h%00/a",
                                        "http://h\\@x/a",
                                        "http://h/a?token=1",
                                        "http://h/a?x=1&X-Amz-Signature=2",
                                        "http://h?Key=3",
                                        "http://h/a?a;sig=4"};
    char made[256], small[20];
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK_EQ_INT(wci_url_normalise(cases[i], made, sizeof(made), NULL), WCAB_ERR_USAGE);
    CHECK_EQ_INT(wci_url_normalise("http://example.org/a", small, sizeof(small), NULL),
                 WCAB_ERR_LIMIT);
}

static void secrets_are_not_shown(void)
{
    char shown[256];

    wci_url_show("http://me:pass@w@h/a", shown, sizeof(shown));
    CHECK_EQ_STR(shown, "http://...@h/a");
    wci_url_show("http://h/a?token=1", shown, sizeof(shown));
    CHECK_EQ_STR(shown, "http://h/a?...");
    wci_url_show("http://h/a?b=1", shown, sizeof(shown));
    CHECK_EQ_STR(shown, "http://h/a?b=1");
}

static void files_beside_it_stay_beside_it(void)
{
    char made[256];

    CHECK_EQ_INT(wci_url_beside("http://h/d/a.cue?v=1", "a b.bin", made, sizeof(made), NULL),
                 WCAB_OK);
    CHECK_EQ_STR(made, "http://h/d/a%20b.bin");
    CHECK_EQ_INT(wci_url_beside("http://h/d/a.cue", "../x?y#z", made, sizeof(made), NULL), WCAB_OK);
    CHECK_EQ_STR(made, "http://h/d/..%2Fx%3Fy%23z");
    CHECK_EQ_INT(wci_url_beside("http://h/d/a.cue", "x", made, 12, NULL), WCAB_ERR_LIMIT);
}

static void private_networks_are_known(void)
{
    static const char *const closed[] = {
        "127.0.0.1",        "10.1.2.3",        "172.16.0.1", "172.31.255.255",
        "192.168.1.1",      "169.254.169.254", "0.0.0.0",    "100.64.0.1",
        "224.0.0.1",        "255.255.255.255", "::1",        "::",
        "fe80::1",          "fc00::1",         "fdff::1",    "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "nonsense"};
    static const char *const open[] = {"8.8.8.8",       "172.15.0.1",  "172.32.0.1",
                                       "192.167.1.1",   "100.128.0.1", "2001:4860:4860::8888",
                                       "::ffff:8.8.8.8"};
    size_t i;

    for (i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
        CHECK(network_is_private_text(closed[i]));
    for (i = 0; i < sizeof(open) / sizeof(open[0]); i++)
        CHECK(!network_is_private_text(open[i]));
}

int main(void)
{
    RUN(addresses_are_kept_alike);
    RUN(others_are_refused);
    RUN(secrets_are_not_shown);
    RUN(files_beside_it_stay_beside_it);
    RUN(private_networks_are_known);
    return check_report();
}
