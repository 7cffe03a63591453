/*
 * Code pages: the tables against iconv, and the guess on names of many languages.
 */
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "catalog_fixture.h"
#include "core/code_page.h"
#include "core/text.h"
#include "indexer/code_page_guess.h"
#include "indexer/name_pages.h"

static const int known[] = {437, 737,  775,  850,  852,  855,  857,  858, 860, 861,
                            862, 863,  864,  865,  866,  869,  874,  932, 936, 949,
                            950, 1250, 1251, 1252, 1253, 1254, 1256, 1257};

/* Converts with the C library; the number of bytes, 0 when it does not go. */
static size_t convert(const char *to, const char *from, const char *text, size_t length, char *out,
                      size_t size)
{
    iconv_t converter = iconv_open(to, from);
    char *in = (char *)(uintptr_t)text, *start = out;
    size_t in_left = length, result;

    CHECK(converter != (iconv_t)-1);
    result = iconv(converter, &in, &in_left, &out, &size);
    (void)iconv_close(converter);
    return result == 0 && in_left == 0 ? (size_t)(out - start) : 0;
}

static void check_bytes(int page, const char *bytes, size_t length)
{
    char name[16], expected[16] = "";
    struct wci_name raw = {{bytes, length}, WCI_ENCODING_RAW};
    struct wci_buffer text;
    size_t size;
    bool whole;

    (void)snprintf(name, sizeof(name), "CP%d", page);
    size = convert("UTF-8", name, bytes, length, expected, sizeof(expected));
    if ((uint8_t)expected[0] == 0xC2 && (uint8_t)expected[1] < 0xA0)
        size = 0; /* a control character */
    wci_buffer_init(&text);
    whole = wci_text_to_utf8(raw, page, &text);
    CHECK_EQ_INT(whole, size > 0);
    if (size > 0 && whole) {
        CHECK_EQ_INT(text.size, size);
        CHECK_EQ_MEM(text.data, expected, size);
    }
    wci_buffer_free(&text);
}

static void tables_are_those_of_the_c_library(void)
{
    size_t i;
    unsigned lead, trail;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        CHECK(wci_code_page_is_known(known[i]));
        for (lead = 0x80; lead <= 0xFF; lead++) {
            char bytes[2] = {(char)lead, 0};

            check_bytes(known[i], bytes, 1);
            if (known[i] != 932 && known[i] != 950)
                continue;
            for (trail = 0x40; trail <= 0xFF; trail += 3) {
                bytes[1] = (char)trail;
                check_bytes(known[i], bytes, 2);
            }
        }
    }
    CHECK(!wci_code_page_is_known(0));
    CHECK(!wci_code_page_is_known(65001));
    CHECK(!wci_code_page_is_known(1255)); /* Hebrew is written with combining signs */
}

struct sample {
    int page;
    const char *names; /* '|' between */
};

static void guess_of(const char *names, int page, struct wci_guess *guess)
{
    char code[16], raw[256];

    memset(guess, 0, sizeof(*guess));
    (void)snprintf(code, sizeof(code), "CP%d", page);
    while (*names != '\0') {
        size_t length = strcspn(names, "|");
        struct wci_bytes name = {raw, 0};

        name.length = convert(code, "UTF-8", names, length, raw, sizeof(raw));
        CHECK(name.length > 0);
        wci_guess_add(guess, name);
        names += length;
        names += *names == '|';
    }
}

static void languages_are_told_apart(void)
{
    static const struct sample samples[] = {
        {437, "GRÖSSE.TXT|ÜBER.DOC|STRAßE.TXT"},
        {437, "Übersicht.txt|Lösung.hlp|café.doc"},
        {437, "RÉSUMÉ.DOC|FRANÇAIS.TXT|NIÑO.TXT"},
        {850, "À LIRE.TXT|FORÊT.DOC|ÉTÉ.TXT"},
        {850, "LEIA-ME.TXT|INFORMAÇÃO.TXT|NÃO.DOC"},
        {852, "ŘEZ.TXT|ČTIMNE.TXT|ŽÁDOST.DOC"},
        {852, "ŁÓDŹ.TXT|ŻÓŁW.DOC|WIĘCEJ.TXT"},
        {852, "OLVASS~1.TXT|SZERZŐ.DOC|FŰTÉS.TXT"},
        {866, "ЧИТАЙ.TXT|ПРОЧТИ.DOC"},
        {866, "Прочти.txt|Справка.hlp|печать.drv"},
        {1252, "Übersicht.txt|Lösung.hlp|Größe.doc"},
        {1252, "À lire.txt|Français.doc|forêt.bmp"},
        {1252, "Läs mig.txt|Överföring.doc|Ångström.txt"},
        {1250, "Žádost.doc|čtimne.txt|Příručka.hlp"},
        {1250, "Żółw.doc|Łódź.txt|więcej.txt"},
        {1251, "Прочти меня.txt|Справка.hlp|Игры"},
        {1251, "ЧИТАЙ.TXT|ПРОГРАММА.EXE"},
        {437, "┌─┬─┬─┐|│T│G│S│|└─┴─┴─┘"},
        {437, "╔═════╗|║ MENU ║|╚═════╝|README.TXT"},
        {850, "┌─┬─┬─┐|└─┴─┴─┘|NÃO.DOC"},
        {1251, "ДВД|ПИСЬМО.TXT|НОВЫЙ"},
        {1253, "Βοήθεια.hlp|Διαβάστε.txt|Παιχνίδια"},
        {932, "はじめに.txt|新しいフォルダ|日本語.doc"},
        {932, "テスト.TXT|説明書.DOC"},
        {936, "中文说明.txt|新建文件夹|安装程序.doc"},
        {949, "한글.txt|새 폴더|읽어보기.doc"},
        {950, "說明檔.txt|新資料夾|安裝程式.doc"},
    };
    size_t i;

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct wci_guess guess;
        int next, best;

        guess_of(samples[i].names, samples[i].page, &guess);
        best = wci_guess_best(&guess, &next);
        if (best != samples[i].page)
            (void)fprintf(stderr, "%s in %d: %d (%lld) rather than %lld\n", samples[i].names,
                          samples[i].page, best, (long long)wci_guess_score(&guess, best),
                          (long long)wci_guess_score(&guess, samples[i].page));
        CHECK_EQ_INT(best, samples[i].page);
        CHECK(next != best);
    }
}

static void ties_fall_to_437(void)
{
    struct wci_guess guess = {.names = 0};
    int next;

    CHECK_EQ_INT(wci_guess_best(&guess, &next), 437);
    wci_guess_add(&guess, wci_bytes_of("README.TXT"));
    CHECK_EQ_INT(guess.names, 0);
    /* U umlaut stands at the same place in 437, 850 and 852 */
    wci_guess_add(&guess, wci_bytes_of("\x9A"
                                       "BER.TXT"));
    CHECK_EQ_INT(guess.names, 1);
    CHECK_EQ_INT(wci_guess_best(&guess, &next), 437);
    CHECK_EQ_INT(next, 850);
    CHECK(wci_guess_score(&guess, 437) == wci_guess_score(&guess, 850));
}

static struct wci_image *image_of(const char *name, struct wci_entry **entry)
{
    struct wci_image *image = fixture_image("/i/disk.img");
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");

    memset(volume->digest, 7, sizeof(volume->digest));
    *entry = fixture_entry(volume, "", name, 10);
    return image;
}

static void names_are_converted_beside_the_raw_ones(void)
{
    struct wci_entry *entry, *other;
    struct wci_image *image = image_of("\x9A"
                                       "BER.TXT",
                                       &entry),
                     *same, *plain;

    CHECK_EQ_INT(wci_name_pages_settle(image, NULL, 0, NULL), WCAB_OK);
    CHECK_EQ_INT(image->identity.code_page, 437);
    CHECK_EQ_BYTES(image->identity.code_page_reason,
                   "guessed from 1 name: 437 scores 6, as much as 850 6");
    CHECK_EQ_INT(entry->alias_count, 1);
    CHECK_EQ_BYTES(entry->name.bytes, "\x9A"
                                      "BER.TXT");
    CHECK_EQ_BYTES(entry->alias[0].bytes, "\xC3\x9C"
                                          "BER.TXT");
    CHECK_EQ_INT(entry->alias[0].encoding, WCI_ENCODING_UTF8);
    /* in another page it is another listing */
    same = image_of("\x9A"
                    "BER.TXT",
                    &other);
    CHECK_EQ_INT(wci_name_pages_settle(same, NULL, 866, NULL), WCAB_OK);
    CHECK_EQ_INT(same->identity.code_page, 866);
    CHECK_EQ_BYTES(same->identity.code_page_reason, "asked for with --codepage");
    CHECK_EQ_BYTES(other->alias[0].bytes, "\xD0\xAA"
                                          "BER.TXT");
    CHECK(memcmp(image->containers[0].digest, same->containers[0].digest, 16) != 0);
    /* ASCII names are the same everywhere */
    plain = image_of("UEBER.TXT", &entry);
    CHECK_EQ_INT(wci_name_pages_settle(plain, NULL, 866, NULL), WCAB_OK);
    CHECK_EQ_INT(plain->identity.code_page, 0);
    CHECK_EQ_INT(entry->alias_count, 0);
    CHECK_EQ_INT(plain->containers[0].digest[0], 7);
    wci_image_free(image);
    wci_image_free(same);
    wci_image_free(plain);
}

static void what_means_nothing_is_not_converted(void)
{
    struct wci_entry *entry;
    struct wci_image *image = image_of("\x81\x9A.TXT", &entry); /* 81 is not in 1252 */

    CHECK_EQ_INT(wci_name_pages_settle(image, NULL, 1252, NULL), WCAB_OK);
    CHECK_EQ_INT(entry->alias_count, 0);
    wci_image_free(image);
    image = image_of("\x9A.TXT", &entry); /* no room */
    while (entry->alias_count < WCI_ALIAS_MAX)
        entry->alias[entry->alias_count++] = fixture_name("A");
    CHECK_EQ_INT(wci_name_pages_settle(image, NULL, 0, NULL), WCAB_OK);
    CHECK_EQ_INT(entry->alias_count, WCI_ALIAS_MAX);
    wci_image_free(image);
}

/* A path in a cabinet that was cut at its last 5C; what becomes of it in the page. */
static void check_cut(const char *folder, const char *name, int page, const char *right_folder,
                      const char *right_name)
{
    struct wci_image *image = fixture_image("/i/a.cab");
    struct wci_container *cabinet =
        fixture_container(image, WCI_CONTAINER_CABINET, WCI_NONE, "a.cab");
    struct wci_entry *entry = wci_arena_calloc(image->arena, 1, sizeof(*entry));

    entry->folder = wci_bytes_of(folder);
    entry->name.bytes = wci_bytes_of(name);
    entry->name.encoding = WCI_ENCODING_RAW;
    cabinet->entries = entry;
    cabinet->entry_count = 1;
    CHECK_EQ_INT(wci_name_pages_settle(image, NULL, page, NULL), WCAB_OK);
    CHECK_EQ_BYTES(entry->folder, right_folder);
    CHECK_EQ_BYTES(entry->name.bytes, right_name);
    wci_image_free(image);
}

static void paths_in_cabinets_are_cut_between_characters(void)
{
    check_cut("\x83", "t\x83g\x95\x5C.txt", 932, "", "\x83\x5Ct\x83g\x95\x5C.txt");
    check_cut("DIR\\\x83", "a.txt", 932, "DIR",
              "\x83\x5C"
              "a.txt");
    check_cut("\x83\x5C\x83", "a.txt", 932, "",
              "\x83\x5C\x83\x5C"
              "a.txt");
    check_cut("\x83\x5C\x83", "a.txt", 1251, "\x83\x5C\x83", "a.txt");
    check_cut("\x8E\xAF", "a.txt", 866, "\x8E\xAF", "a.txt");
    check_cut("DIR", "\x8E\xAF.txt", 932, "DIR", "\x8E\xAF.txt");
}

int main(void)
{
    RUN(tables_are_those_of_the_c_library);
    RUN(languages_are_told_apart);
    RUN(ties_fall_to_437);
    RUN(names_are_converted_beside_the_raw_ones);
    RUN(what_means_nothing_is_not_converted);
    RUN(paths_in_cabinets_are_cut_between_characters);
    return check_report();
}
