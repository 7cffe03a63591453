/*
 * test_profile - media profiles: their text form, their listings, and the project's own ones held
 * against facts from Microsoft's articles (tests/data/facts.tsv).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "core/dostime.h"
#include "core/glob.h"
#include "core/text.h"
#include "profiles/profile.h"

#define PROFILES WCAB_SOURCE_DIR "/media-profiles"
#define FACTS WCAB_SOURCE_DIR "/tests/data/facts.tsv"

static struct wci_bytes of(const char *text)
{
    return wci_bytes_of(text);
}

static const char small[] = "# a comment\n"
                            "[profile]\n"
                            "id = set-1\n"
                            "title = A set\n"
                            "release = 1.0\n"
                            "kind = floppies\n"
                            "code_page = 850\n"
                            "disks = boot 1-3\n"
                            "label = SET#%\n"
                            "format = DMF\n"
                            "extract = EXTRACT.EXE\n"
                            "extract_disk = 1\n"
                            "chain = A_1.CAB\r\n"
                            "chain = B_1.CAB\n"
                            "\n"
                            "[disk boot]\n"
                            "insert = the Boot disk\n"
                            "[disk 2]\n"
                            "serial = 0E3F-0ADD\n"
                            "label = TWO\n"
                            "[roles]\n"
                            "MINI.CAB = mini : for Setup\n"
                            "PRE?.CAB/comm*.dll = setup\n"
                            "PRE?.CAB = system\n"
                            "/SETUP.EXE = setup\n"
                            "[renames]\n"
                            "PRE?.CAB/KOMM.DLL = Comm.dll : Q1\n"
                            "A_1.CAB/X.NEW = X.DLL, probable : by its name\n"
                            "[digests]\n"
                            "2 = 000102030405060708090a0b0c0d0eFF\n"
                            "2/A_1.CAB = 8fb85e80ede0dbaa9c497e4968a7666f\n"
                            "[notes]\n"
                            "note = a remark\n"
                            "bad 3 = scratched\n"
                            "[rule one]\n"
                            "has = A_?.CAB\n"
                            "size = A_1.CAB 1716224\n"
                            "dated = SETUP.EXE 1995-07-11\n"
                            "set_id = 42000\n"
                            "disk = 3\n"
                            "text = because\n"
                            "[rule two]\n"
                            "lacks = *.ZIP\n";

static struct wci_profile *parse_small(void)
{
    struct wci_profile *profile = NULL;
    struct wcab_error err;

    if (wci_profile_parse(of(small), &profile, &err) != WCAB_OK) {
        CHECK_FAIL("does not parse: %s", err.text);
        exit(1);
    }
    return profile;
}

static void test_text_is_read(void)
{
    struct wci_profile *profile = parse_small();

    CHECK_EQ_BYTES(profile->id, "set-1");
    CHECK_EQ_BYTES(profile->title, "A set");
    CHECK_EQ_BYTES(profile->release, "1.0");
    CHECK_EQ_INT(profile->kind, WCI_PROFILE_FLOPPIES);
    CHECK_EQ_INT(profile->code_page, 850);
    CHECK_EQ_BYTES(profile->extract_path, "EXTRACT.EXE");
    CHECK_EQ_BYTES(profile->extract_disk, "1");
    CHECK_EQ_INT(profile->chain_count, 2);
    CHECK_EQ_BYTES(profile->chains[0], "A_1.CAB");
    CHECK_EQ_BYTES(profile->text, small);
    wci_profile_free(profile);
}

static void test_disks(void)
{
    struct wci_profile *profile = parse_small();

    CHECK_EQ_INT(profile->disk_count, 4);
    CHECK_EQ_BYTES(profile->disks[0].id, "boot");
    CHECK_EQ_BYTES(profile->disks[0].insert, "the Boot disk");
    CHECK_EQ_BYTES(profile->disks[0].label, "");
    CHECK_EQ_BYTES(profile->disks[1].label, "SET#1");
    CHECK_EQ_BYTES(profile->disks[1].insert, "A set, disk 1");
    CHECK_EQ_BYTES(profile->disks[2].label, "TWO");
    CHECK_EQ_INT(profile->disks[2].serial, 0x0E3F0ADD);
    CHECK_EQ_BYTES(profile->disks[3].format, "DMF");
    CHECK(wci_profile_find_disk(profile, of("3")) == &profile->disks[3]);
    CHECK(wci_profile_find_disk(profile, of("4")) == NULL);
    wci_profile_free(profile);
}

static void test_roles_and_renames(void)
{
    struct wci_profile *profile = parse_small();
    const struct wci_profile_rename *rename;
    struct wci_bytes text;
    size_t at = 0;

    CHECK_EQ_INT(wci_profile_role(profile, of("mini.cab"), of("user.exe"), &text), WCI_ROLE_MINI);
    CHECK_EQ_BYTES(text, "for Setup");
    CHECK_EQ_INT(wci_profile_role(profile, of("Pre1.cab"), of("Commctrl.dll"), &text),
                 WCI_ROLE_SETUP);
    CHECK_EQ_BYTES(text, "");
    CHECK_EQ_INT(wci_profile_role(profile, of("PRE2.CAB"), of("user.exe"), NULL), WCI_ROLE_SYSTEM);
    CHECK_EQ_INT(wci_profile_role(profile, of(""), of("setup.exe"), NULL), WCI_ROLE_SETUP);
    CHECK_EQ_INT(wci_profile_role(profile, of("OTHER.CAB"), of("setup.exe"), NULL),
                 WCI_ROLE_UNKNOWN);
    rename = wci_profile_installed_as(profile, of("pre1.cab"), of("komm.dll"));
    CHECK(rename != NULL && !rename->probable);
    rename = wci_profile_next_source(profile, of("x.dll"), &at);
    CHECK(rename != NULL && rename->probable);
    CHECK(wci_profile_next_source(profile, of("x.dll"), &at) == NULL);
    CHECK(wci_profile_installed_as(profile, of("pre1.cab"), of("x.new")) == NULL);
    wci_profile_free(profile);
}

static void test_notes_digests_rules(void)
{
    struct wci_profile *profile = parse_small();

    CHECK_EQ_INT(profile->note_count, 2);
    CHECK(!profile->notes[0].bad && profile->notes[1].bad);
    CHECK_EQ_BYTES(profile->notes[1].disk, "3");
    CHECK_EQ_INT(profile->digest_count, 2);
    CHECK_EQ_INT(profile->digests[0].md5[15], 0xFF);
    CHECK_EQ_BYTES(profile->digests[1].file, "A_1.CAB");
    CHECK_EQ_INT(profile->rule_count, 2);
    CHECK_EQ_INT(profile->rules[0].condition_count, 4);
    CHECK_EQ_BYTES(profile->rules[0].disk, "3");
    CHECK_EQ_INT(profile->rules[0].conditions[1].number, 1716224);
    CHECK_EQ_INT(profile->rules[0].conditions[2].number,
                 wci_dostime_make(1995, 7, 11, 0, 0, 0) >> 16);
    CHECK_EQ_INT(profile->rules[1].conditions[0].test, WCI_RULE_LACKS);
    wci_profile_free(profile);
}

#define HEAD "[profile]\nid = x\ntitle = X\nkind = cd\n"

static void test_broken_texts(void)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"", "line 0: the text ends without an id"},
        {"id = x\n", "line 1: stands before the first section"},
        {"[profile\n", "line 1: no ] at its end"},
        {"[]\n", "line 1: unknown section"},
        {"[nonsense]\n", "line 1: unknown section"},
        {"[profile x]\n", "line 1: unknown section"},
        {"[rule]\n", "line 1: section without its name"},
        {"[disk 1]\n", "line 1: no such disk (key disks comes first)"},
        {"[profile]\nid\n", "line 2: neither \"key = value\" nor [section]"},
        {"[profile]\nid =\n", "line 2: no value"},
        {"[profile]\n= x\n", "line 2: neither \"key = value\" nor [section]"},
        {"[profile]\nid = x\nid = y\n", "line 3: key given twice"},
        {"[profile]\ncolour = red\n", "line 2: unknown key in [profile]"},
        {"[profile]\nkind = tape\n", "line 2: kind is cd, floppies, download or folder"},
        {"[profile]\ncode_page = four\n", "line 2: code_page is a number such as 437"},
        {"[profile]\ndisks = 5-2\n", "line 2: not a range of disks"},
        {"[profile]\ndisks = 1-1000\n", "line 2: not a range of disks"},
        {"[profile]\ndisks = 1 1\n", "line 2: disk named twice"},
        {"[profile]\nid = ../x\ntitle = X\nkind = cd\n",
         "line 4: an id has letters, digits, '-', '_' and '.' only"},
        {"[profile]\nid = x\nkind = cd\n", "line 3: the text ends without a title"},
        {"[profile]\nid = x\ntitle = X\n", "line 3: the text ends without a kind"},
        {HEAD "extract_disk = 9\n", "line 5: no such disk"},
        {HEAD "[roles]\nA.CAB = boss\n", "line 6: a role is system, setup or mini"},
        {HEAD "[roles]\nA.CAB/ = setup\n", "line 6: no file name behind the slash"},
        {HEAD "[renames]\nA.CAB = B\n", "line 6: a rename needs a file name"},
        {HEAD "[renames]\nA.CAB/B = C, maybe\n",
         "line 6: only \"probable\" may stand behind the comma"},
        {HEAD "[digests]\nimage = 12\n", "line 6: an MD5 digest has 32 hexadecimal digits"},
        {HEAD "[digests]\nimage = 8fb85e80ede0dbaa9c497e4968a7666g\n",
         "line 6: an MD5 digest has 32 hexadecimal digits"},
        {HEAD "[notes]\nbad 3 = x\n", "line 6: no such disk"},
        {HEAD "[notes]\nhint = x\n", "line 6: unknown key in [notes]"},
        {HEAD "[rule a]\n[rule b]\nhas = x\n", "line 6: the rule above has no condition"},
        {HEAD "[rule a]\nsize = x\n", "line 6: a name and a value are wanted"},
        {HEAD "[rule a]\nsize = x y\n", "line 6: not a number of bytes"},
        {HEAD "[rule a]\ndated = x 1995-13-11\n", "line 6: not a date (YYYY-MM-DD)"},
        {HEAD "[rule a]\nset_id = 70000\n", "line 6: a set id is a number up to 65535"},
        {"[profile]\nid = \xFF\n", "a profile is UTF-8 text"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wci_profile *profile = NULL;
        struct wcab_error err;

        CHECK_EQ_INT(wci_profile_parse(of(cases[i].text), &profile, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_STR(err.text, cases[i].says);
        CHECK(profile == NULL);
    }
}

/* Every prefix of a text, and every text with one byte changed, is read or refused, never worse. */
static void test_mutilated_texts(void)
{
    char text[sizeof(small)];
    size_t i;

    for (i = 0; i < sizeof(small) - 1; i++) {
        struct wci_profile *profile = NULL;
        struct wci_bytes bytes = {small, i};

        if (wci_profile_parse(bytes, &profile, NULL) == WCAB_OK)
            CHECK(profile->id.length > 0);
        wci_profile_free(profile);
        memcpy(text, small, sizeof(small));
        text[i] = (char)(i * 37 + 11);
        profile = NULL;
        bytes.data = text;
        bytes.length = sizeof(small) - 1;
        if (wci_profile_parse(bytes, &profile, NULL) == WCAB_OK)
            CHECK(profile->title.length > 0);
        wci_profile_free(profile);
    }
}

static void test_bounds(void)
{
    static char text[WCI_PROFILE_TEXT_BYTES + 2];
    struct wci_profile *profile = NULL;
    struct wci_bytes bytes = {text, sizeof(text) - 1};
    struct wcab_error err;
    size_t at;

    memset(text, '#', sizeof(text) - 1);
    CHECK_EQ_INT(wci_profile_parse(bytes, &profile, &err), WCAB_ERR_LIMIT);
    at = (size_t)snprintf(text, sizeof(text), "%s[notes]\n", HEAD);
    while (at + 10 < sizeof(text) - 1) {
        memcpy(text + at, "note = xx\n", 10);
        at += 10;
    }
    bytes.length = at;
    CHECK_EQ_INT(wci_profile_parse(bytes, &profile, &err), WCAB_ERR_LIMIT);
    at = (size_t)snprintf(text, sizeof(text), "%stitle2 = ", HEAD);
    memset(text + at, 'x', WCI_PROFILE_LINE_BYTES);
    bytes.length = at + WCI_PROFILE_LINE_BYTES;
    CHECK_EQ_INT(wci_profile_parse(bytes, &profile, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(err.text, "line 5: too long");
}

/* ---- listings ----------------------------------------------------------------------------- */

#define COLUMNS "disk\tpath\tcabinet\tname\tsize\tmodified\tlong_name\tstatus\tnote\tsource"

static void test_listing_is_read(void)
{
    static const char listing[] =
        COLUMNS "\tcontinues_in\n"
                "1\t\t\tA_1.CAB\t-\t1995-07-11\t\tadded\tn\tQ1\t\n"
                "1\t\tA_1.CAB\tAT&TMA~1.HT\t12\t1995-07-11 09:50\tat&t mail.ht\t\t\tQ1\tA_2.CAB\n"
                "2\t\tA_2.CAB\tB.DLL\t5\t\t\tdoubtful\twhy\tQ1";
    struct wci_profile *profile = parse_small();
    struct wcab_error err;

    CHECK_EQ_INT(wci_profile_add_listing(profile, of(listing), &err), WCAB_OK);
    CHECK_EQ_INT(profile->row_count, 3);
    CHECK(profile->rows[0].size == WCI_ROW_SIZE_UNKNOWN);
    CHECK_EQ_INT(profile->rows[0].status, WCI_ROW_ADDED);
    CHECK(!profile->rows[0].has_time && profile->rows[1].has_time);
    CHECK_EQ_BYTES(profile->rows[1].long_name, "at&t mail.ht");
    CHECK_EQ_BYTES(profile->rows[1].continues_in, "A_2.CAB");
    CHECK_EQ_INT(profile->rows[1].modified, wci_dostime_make(1995, 7, 11, 9, 50, 0));
    CHECK_EQ_INT(profile->rows[2].status, WCI_ROW_DOUBTFUL);
    CHECK(wci_profile_find_cabinet(profile, of("a_1.cab")) == &profile->rows[0]);
    CHECK(wci_profile_find_cabinet(profile, of("a_2.cab")) == NULL); /* doubtful rows only */
    CHECK_EQ_INT(wci_profile_add_listing(profile, of(listing), &err), WCAB_ERR_USAGE);
    wci_profile_free(profile);
}

static void test_broken_listings(void)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"", "the listing has no rows"},
        {COLUMNS "\n", "the listing has no rows"},
        {"name\tsize\nx\t1\n", "line 1: not the header of a listing"},
        {COLUMNS "\n1\t\t\tX\n", "line 2: not 10 to 13 columns"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\t\t\t\t\t\t\t\n", "line 2: not 10 to 13 columns"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\t\t\t\t\t4.0.950\t\n",
         "line 2: version is four numbers with dots between, or empty"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\t\t\t\t\t4.0.0.65536\t\n",
         "line 2: version is four numbers with dots between, or empty"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\t\t\t\t\t\t0123456789ABCDEF\n",
         "line 2: sha256 is 64 lower-case hexadecimal digits, or empty"},
        {COLUMNS "\n1\t\t\t\t1\t\t\t\t\t\n", "line 2: no name"},
        {COLUMNS "\n1\t\t\tX\t1,0\t\t\t\t\t\n", "line 2: size is a number of bytes or -"},
        {COLUMNS "\n1\t\t\tX\t1\t1995-02-30\t\t\t\t\n",
         "line 2: modified is YYYY-MM-DD HH:MM[:SS], a date, or empty"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\tmaybe\t\t\n",
         "line 2: status is empty, added, corrected or doubtful"},
        {COLUMNS "\n1\t\t\tX\t1\t\t\t\t\t\n9\t\t\tX\t1\t\t\t\t\t\n",
         "line 3: the profile has no such disk"},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wci_profile *profile = parse_small();
        struct wcab_error err;

        CHECK_EQ_INT(wci_profile_add_listing(profile, of(cases[i].text), &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_STR(err.text, cases[i].says);
        CHECK_EQ_INT(profile->row_count, 0);
        wci_profile_free(profile);
    }
}

static void test_glob(void)
{
    CHECK(wci_glob_fits(of("*"), of("")));
    CHECK(wci_glob_fits(of(""), of("")));
    CHECK(!wci_glob_fits(of(""), of("A")));
    CHECK(wci_glob_fits(of("WIN95_??.CAB"), of("WIN95_02.CAB")));
    CHECK(!wci_glob_fits(of("WIN95_??.CAB"), of("WIN95_2.CAB")));
    CHECK(wci_glob_fits(of("*A*B*C"), of("XXAYYBZZBC")));
    CHECK(!wci_glob_fits(of("*A*B*C"), of("XXAYYBZZBCD")));
    CHECK(wci_glob_fits(of("*.*"), of("A.B.C")));
    CHECK(!wci_glob_fits(of("*.*"), of("NETWORKS")));
}

/* ---- folders ------------------------------------------------------------------------------ */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void remove_file(const char *folder, const char *name)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    CHECK_EQ_INT(unlink(path), 0);
}

static void test_user_folder(void)
{
    char folder[] = "/tmp/whichcab-profiles-XXXXXX";
    struct wci_profile_list list = {NULL, 0};
    struct wcab_error err;

    if (mkdtemp(folder) == NULL) {
        CHECK_FAIL("no temporary folder");
        return;
    }
    write_file(folder, "x.profile", HEAD);
    write_file(folder, "x.tsv", COLUMNS "\n\t\tA.CAB\tB.DLL\t7\t\t\t\t\tmine\n");
    write_file(folder, "notes.txt", "no profile");
    CHECK_EQ_INT(wci_profile_load_folder(folder, &list, &err), WCAB_OK);
    CHECK_EQ_INT(list.count, 1);
    CHECK_EQ_INT(list.profiles[0]->row_count, 1);
    /* read again, with another title: the later one wins */
    write_file(folder, "x.profile", "[profile]\nid = x\ntitle = Y\nkind = cd\n");
    write_file(folder, "a.profile", "[profile]\nid = a\ntitle = A\nkind = cd\n");
    CHECK_EQ_INT(wci_profile_load_folder(folder, &list, &err), WCAB_OK);
    CHECK_EQ_INT(list.count, 2);
    CHECK_EQ_BYTES(list.profiles[0]->id, "a");
    CHECK_EQ_BYTES(list.profiles[1]->title, "Y");
    CHECK(wci_profile_list_find(&list, of("x")) == list.profiles[1]);
    CHECK(wci_profile_list_find(&list, of("y")) == NULL);
    /* a broken one is an error that names its file, and the list stays */
    write_file(folder, "a.profile", "[profile]\nid = b\ntitle = A\nkind = cd\n");
    CHECK_EQ_INT(wci_profile_load_folder(folder, &list, &err), WCAB_ERR_CORRUPT);
    CHECK(strstr(err.place, "/a.profile") != NULL);
    write_file(folder, "a.profile", "[profile]\nid = a\ntitle = A\nkind = cd\n");
    write_file(folder, "a.tsv", COLUMNS "\nbroken\n");
    CHECK_EQ_INT(wci_profile_load_folder(folder, &list, &err), WCAB_ERR_CORRUPT);
    CHECK(strstr(err.place, "/a.tsv") != NULL);
    CHECK_EQ_INT(list.count, 2);
    wci_profile_list_free(&list);
    CHECK_EQ_INT(list.count, 0);
    remove_file(folder, "a.tsv");
    remove_file(folder, "a.profile");
    remove_file(folder, "x.tsv");
    remove_file(folder, "x.profile");
    remove_file(folder, "notes.txt");
    CHECK_EQ_INT(rmdir(folder), 0);
    CHECK_EQ_INT(wci_profile_load_folder(folder, &list, &err), WCAB_ERR_NOTFOUND);
}

/* ---- the project's own profiles ----------------------------------------------------------- */

static struct wci_profile_list own;

static void test_own_profiles(void)
{
    DIR *directory = opendir(PROFILES);
    struct dirent *entry;
    size_t listings = 0, with_rows = 0, i;

    CHECK(directory != NULL);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');

        listings += dot != NULL && strcmp(dot, ".tsv") == 0;
    }
    if (directory != NULL)
        closedir(directory);
    for (i = 0; i < own.count; i++) {
        with_rows += own.profiles[i]->row_count > 0;
        CHECK(own.profiles[i]->row_count > 0 || own.profiles[i]->rule_count > 0);
    }
    CHECK_EQ_INT(with_rows, listings); /* every listing belongs to a profile */
}

/* Figures of the articles: rows as printed, and the sums of what was added and doubted. */
static void test_own_totals(void)
{
    static const struct {
        const char *id;
        size_t in_cabinets, loose, cabinets;
    } totals[] = {
        {"win95-cd", 1844, 34, 19},
        {"win95-dmf", 1532, 48, 15},
        {"win95-nondmf", 1529, 57, 23},
        {"win95-osr2-cd", 2539, 56, 30},
        {"win95-cdextras-dmf", 100, 114, 2},
        {"plus-cd", 783, 18, 7},
        {"plus-dmf", 618, 14, 6},
        {"word97-floppy", 470, 29, 18},
        {"vfp30-pro-floppy", 1477, 23, 14},
        {"powerpoint95-floppy", 294, 38, 10},
        {"returnofarcade-dmf", 174, 10, 3},
        {"msdun13-download", 147, 32, 6},
    };
    size_t t, i;

    for (t = 0; t < sizeof(totals) / sizeof(totals[0]); t++) {
        const struct wci_profile *profile = wci_profile_list_find(&own, of(totals[t].id));
        size_t in_cabinets = 0, loose = 0, cabinets = 0;
        struct wci_bytes last = {NULL, 0};

        CHECK(profile != NULL);
        for (i = 0; profile != NULL && i < profile->row_count; i++) {
            const struct wci_profile_row *row = &profile->rows[i];

            if (row->status == WCI_ROW_DOUBTFUL)
                continue;
            in_cabinets += row->cabinet.length > 0;
            loose += row->cabinet.length == 0;
            if (row->cabinet.length > 0 && !wci_bytes_equal(row->cabinet, last))
                cabinets++;
            if (row->cabinet.length > 0)
                last = row->cabinet;
        }
        CHECK_EQ_INT(in_cabinets, totals[t].in_cabinets);
        CHECK_EQ_INT(loose, totals[t].loose);
        CHECK_EQ_INT(cabinets, totals[t].cabinets);
    }
}

/* No name twice in one cabinet, names and sources present, dates of the century. */
static void test_own_rows(void)
{
    uint32_t first = wci_dostime_make(1990, 1, 1, 0, 0, 0);
    uint32_t last = wci_dostime_make(1999, 12, 31, 0, 0, 0);
    size_t p, i, j;

    for (p = 0; p < own.count; p++) {
        const struct wci_profile *profile = own.profiles[p];

        for (i = 0; i < profile->row_count; i++) {
            const struct wci_profile_row *row = &profile->rows[i];

            CHECK(row->source.length > 0);
            CHECK(row->status == WCI_ROW_PRINTED || row->note.length > 0);
            CHECK(row->modified == 0 || (row->modified >= first && row->modified <= last));
            CHECK(wci_text_is_utf8(row->name));
            for (j = i; j > 0 && wci_bytes_equal(profile->rows[j - 1].cabinet, row->cabinet) &&
                        wci_bytes_equal(profile->rows[j - 1].path, row->path) &&
                        wci_bytes_equal(profile->rows[j - 1].disk, row->disk);
                 j--) {
                if (row->status != WCI_ROW_DOUBTFUL &&
                    profile->rows[j - 1].status != WCI_ROW_DOUBTFUL &&
                    wci_text_equal_folded(profile->rows[j - 1].name, row->name))
                    CHECK_FAIL("%.*s: %.*s stands twice", (int)profile->id.length, profile->id.data,
                               (int)row->name.length, row->name.data);
            }
        }
    }
}

/* Cuts the next column off a line. */
static char *next_column(char **line)
{
    char *column = *line;
    char *end = strpbrk(column, "\t\n");

    if (end != NULL) {
        *line = end + 1;
        *end = '\0';
    }
    return column;
}

static bool row_has_fact(const struct wci_profile_row *row, struct wci_bytes name_glob,
                         const char *disk, const char *cabinet)
{
    char buffer[512];
    struct wci_bytes name = row->name, folded = {buffer, 0};
    size_t i;

    if (row->status == WCI_ROW_DOUBTFUL || row->name.length > 200 ||
        !wci_text_equal_folded(row->cabinet, of(cabinet)) ||
        (disk[0] != '\0' && !wci_bytes_equal(row->disk, of(disk))))
        return false;
    for (i = name.length; i > 0 && name.data[i - 1] != '\\'; i--)
        continue;
    name.data += i;
    name.length -= i;
    folded.length = wci_text_fold(name, buffer, sizeof(buffer));
    return wci_glob_fits(name_glob, folded);
}

static void check_fact(char *line)
{
    char folded[512];
    const char *name = next_column(&line), *medium = next_column(&line);
    const char *disk = next_column(&line), *cabinet = next_column(&line);
    const struct wci_profile *profile = wci_profile_list_find(&own, of(medium));
    struct wci_bytes glob = {folded, 0};
    bool found = false;
    size_t i;

    glob.length = wci_text_fold(of(name), folded, sizeof(folded));
    for (i = 0; profile != NULL && !found && i < profile->row_count; i++)
        found = row_has_fact(&profile->rows[i], glob, disk, cabinet);
    if (!found)
        CHECK_FAIL("%s is not in \"%s\" of %s, disk \"%s\"", name, cabinet, medium, disk);
}

/* What other articles say about single files has to hold in the listings. */
static void test_facts(void)
{
    FILE *file = fopen(FACTS, "rb");
    char line[1024];
    size_t count = 0;

    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (count++ > 0)
            check_fact(line);
    }
    if (file != NULL)
        fclose(file);
    CHECK_EQ_INT(count, 283);
}

static void test_own_roles(void)
{
    const struct wci_profile *dmf = wci_profile_list_find(&own, of("win95-dmf"));
    const struct wci_profile_rename *rename;
    size_t at = 0;

    CHECK(dmf != NULL);
    if (dmf == NULL)
        return;
    CHECK_EQ_INT(wci_profile_role(dmf, of("mini.cab"), of("user.exe"), NULL), WCI_ROLE_MINI);
    CHECK_EQ_INT(wci_profile_role(dmf, of("WIN95_04.CAB"), of("USER.EXE"), NULL), WCI_ROLE_SYSTEM);
    CHECK_EQ_INT(wci_profile_role(dmf, of("precopy1.cab"), of("commctrl.dll"), NULL),
                 WCI_ROLE_SETUP);
    CHECK_EQ_INT(wci_profile_role(dmf, of("precopy1.cab"), of("kommctrl.dll"), NULL),
                 WCI_ROLE_SYSTEM);
    rename = wci_profile_next_source(dmf, of("COMMCTRL.DLL"), &at);
    CHECK(rename != NULL && wci_bytes_equal(rename->place.name, of("KOMMCTRL.DLL")));
    rename = wci_profile_installed_as(dmf, of("PRECOPY1.CAB"), of("winboot.sys"));
    CHECK(rename != NULL && wci_bytes_equal(rename->installed, of("IO.SYS")));
    CHECK_EQ_BYTES(dmf->disks[13].label, "DISK13");
    CHECK_EQ_BYTES(dmf->disks[0].label, "BOOT_DISK");
    CHECK_EQ_BYTES(dmf->disks[1].format, "1.44 MB");
    CHECK_EQ_BYTES(dmf->disks[2].format, "DMF");
}

int main(void)
{
    struct wcab_error err;

    RUN(test_text_is_read);
    RUN(test_disks);
    RUN(test_roles_and_renames);
    RUN(test_notes_digests_rules);
    RUN(test_broken_texts);
    RUN(test_mutilated_texts);
    RUN(test_bounds);
    RUN(test_listing_is_read);
    RUN(test_broken_listings);
    RUN(test_glob);
    RUN(test_user_folder);
    if (wci_profile_load_folder(PROFILES, &own, &err) != WCAB_OK) {
        printf("%s: %s\n", err.place, err.text);
        return 1;
    }
    RUN(test_own_profiles);
    RUN(test_own_totals);
    RUN(test_own_rows);
    RUN(test_facts);
    RUN(test_own_roles);
    wci_profile_list_free(&own);
    return check_report();
}
