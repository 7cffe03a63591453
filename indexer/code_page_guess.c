/*
 * code_page_guess - see code_page_guess.h.
 */
#include "indexer/code_page_guess.h"

#include <stdbool.h>

#include "core/code_page.h"

static const int pages[WCI_GUESS_PAGES] = {437,  850,  852, 866, 1252, 1250,
                                           1251, 1253, 932, 936, 949,  950};

/* What a character is worth.  A letter of the script counts for it; what no name has counts against
 * it, more than a letter can make up for.  Characters of two bytes count for both. */
enum {
    WORTH_INVALID = -100,
    WORTH_SYMBOL = -12,
    WORTH_LETTER = 6,
    WORTH_RARE_LETTER = 2,
    WORTH_NEIGHBOUR = 2, /* another letter of a script other than Latin beside it */
    WORTH_MIXED = -6,    /* letters of two scripts, or a capital behind a small letter */
    WORTH_LONG_RUN = -4, /* a third accented letter in a row */
    WORTH_KANA = 18,
    WORTH_HANGUL = 16,
    WORTH_HAN = 14,
    WORTH_RARE_HAN = 2,
    WORTH_HALF_KANA = 3,
    WORTH_LINE = 12, /* in a name that is a drawing; more than letters and their neighbours */
    WORTH_SIGN = 0   /* punctuation of East Asian pages */
};

enum script {
    SCRIPT_NONE,
    SCRIPT_ASCII,
    SCRIPT_LATIN,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_ASIAN
};
enum letter_case { CASE_NONE, CASE_UPPER, CASE_LOWER };

struct character {
    enum script script;
    enum letter_case letter_case;
    int worth;
};

/* Letters of Western European languages that stand in names; the rest of Latin-1 is rare. */
static bool is_western(uint32_t c)
{
    return (c >= 0xC0 && c <= 0xFF && c != 0xD0 && c != 0xD7 && c != 0xDD && c != 0xDE &&
            c != 0xF0 && c != 0xF7 && c != 0xFD && c != 0xFE && c != 0xFF);
}

/* Letters of Czech, Slovak, Polish, Hungarian, Romanian, Croatian and Slovene beyond Latin-1. */
static bool is_central(uint32_t c)
{
    static const uint16_t letters[] = {
        0xDD,  0xFD,  0x102, 0x103, 0x104, 0x105, 0x106, 0x107, 0x10C, 0x10D, 0x10E, 0x10F, 0x110,
        0x111, 0x118, 0x119, 0x11A, 0x11B, 0x13D, 0x13E, 0x141, 0x142, 0x143, 0x144, 0x147, 0x148,
        0x150, 0x151, 0x158, 0x159, 0x15A, 0x15B, 0x15E, 0x15F, 0x160, 0x161, 0x162, 0x163, 0x164,
        0x165, 0x16E, 0x16F, 0x170, 0x171, 0x179, 0x17A, 0x17B, 0x17C, 0x17D, 0x17E};
    size_t i;

    for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        if (letters[i] == c)
            return true;
    }
    return false;
}

static enum letter_case latin_case(uint32_t c)
{
    bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);

    if (c == 0xDF)
        return CASE_NONE;
    if (c < 0x100)
        return c < 0xDF ? CASE_UPPER : CASE_LOWER;
    return ((c & 1U) != 0) == odd_is_upper ? CASE_UPPER : CASE_LOWER;
}

static void weigh_latin(int page, uint32_t c, struct character *character)
{
    bool central = page == 852 || page == 1250;

    character->script = SCRIPT_LATIN;
    character->letter_case = latin_case(c);
    character->worth =
        is_western(c) || (central && is_central(c)) ? WORTH_LETTER : WORTH_RARE_LETTER;
}

static void weigh_greek(int page, uint32_t c, struct character *character)
{
    bool upper = (c >= 0x386 && c <= 0x38F) || (c >= 0x391 && c <= 0x3AB);

    if (page == 437) { /* there they are signs of mathematics */
        character->worth = WORTH_SYMBOL;
        return;
    }
    character->script = SCRIPT_GREEK;
    character->letter_case = upper ? CASE_UPPER : CASE_LOWER;
    character->worth = WORTH_LETTER;
}

static void weigh_cyrillic(uint32_t c, struct character *character)
{
    bool upper = c <= 0x42F || c == 0x490;
    bool russian = (c >= 0x410 && c <= 0x44F) || c == 0x401 || c == 0x451;

    character->script = SCRIPT_CYRILLIC;
    character->letter_case = upper ? CASE_UPPER : CASE_LOWER;
    character->worth = russian ? WORTH_LETTER : WORTH_RARE_LETTER;
}

/* Chinese pages and the Japanese one have common characters first, by use, then the rare ones. */
static bool is_common_han(int page, uint8_t lead, uint8_t trail)
{
    switch (page) {
    case 932:
        return lead >= 0x88 && lead <= 0x98;
    case 936:
        return lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1;
    case 950:
        return lead >= 0xA4 && lead <= 0xC6;
    default:
        return false; /* Korean names are in Hangul */
    }
}

static void weigh_pair(int page, struct wci_bytes text, uint32_t c, struct character *character)
{
    uint8_t lead = (uint8_t)text.data[0], trail = (uint8_t)text.data[1];

    character->script = SCRIPT_ASIAN;
    if (page == 932 && c >= 0x3041 && c <= 0x30FE)
        character->worth = WORTH_KANA;
    else if (c >= 0xAC00 && c <= 0xD7A3)
        character->worth = lead >= 0xB0 && trail >= 0xA1 ? WORTH_HANGUL : WORTH_RARE_HAN;
    else if (c >= 0x3400 && c <= 0x9FFF)
        character->worth = is_common_han(page, lead, trail) ? WORTH_HAN : WORTH_RARE_HAN;
    else if (c >= 0x3000 && c <= 0xFFEF && (c < 0xE000 || c >= 0xF900))
        character->worth = WORTH_SIGN;
    else
        character->worth = WORTH_SYMBOL; /* lines, letters of other scripts, private ones */
}

static enum letter_case ascii_case(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return CASE_UPPER;
    return c >= 'a' && c <= 'z' ? CASE_LOWER : CASE_NONE;
}

static void weigh_character(int page, struct wci_bytes text, size_t length, uint32_t c,
                            struct character *character)
{
    character->script = SCRIPT_NONE;
    character->letter_case = CASE_NONE;
    character->worth = 0;
    if (c == 0 && (uint8_t)text.data[0] >= 0x80) {
        character->worth = WORTH_INVALID;
    } else if (c < 0x80) {
        character->letter_case = ascii_case(c);
        character->script = character->letter_case == CASE_NONE ? SCRIPT_NONE : SCRIPT_ASCII;
    } else if (length == 2) {
        weigh_pair(page, text, c, character);
    } else if ((c >= 0xC0 && c <= 0x17E && c != 0xD7 && c != 0xF7)) {
        weigh_latin(page, c, character);
    } else if (c >= 0x386 && c <= 0x3CE && c != 0x387) {
        weigh_greek(page, c, character);
    } else if (c >= 0x401 && c <= 0x491) {
        weigh_cyrillic(c, character);
    } else if (c >= 0xFF66 && c <= 0xFF9F) {
        character->script = SCRIPT_ASIAN;
        character->worth = WORTH_HALF_KANA;
    } else {
        character->worth = WORTH_SYMBOL;
    }
}

static bool is_latin(enum script script)
{
    return script == SCRIPT_ASCII || script == SCRIPT_LATIN;
}

/* What two neighbours are worth beside each other; `first`: a word begins with the left one. */
static int weigh_pair_of(const struct character *left, const struct character *right, bool first)
{
    if (left->script == SCRIPT_NONE || right->script == SCRIPT_NONE ||
        (left->script == SCRIPT_ASCII && right->script == SCRIPT_ASCII))
        return 0;
    if (is_latin(left->script) != is_latin(right->script) ||
        (!is_latin(left->script) && left->script != right->script))
        return WORTH_MIXED;
    if ((left->letter_case == CASE_LOWER && right->letter_case == CASE_UPPER) ||
        (left->letter_case == CASE_UPPER && right->letter_case == CASE_LOWER && !first))
        return WORTH_MIXED;
    return left->script == SCRIPT_GREEK || left->script == SCRIPT_CYRILLIC ? WORTH_NEIGHBOUR : 0;
}

static int64_t weigh_name(int page, struct wci_bytes name)
{
    struct character before = {SCRIPT_NONE, CASE_NONE, 0};
    unsigned word = 0, run = 0; /* letters of the word so far; accented ones in a row */
    int64_t score = 0;

    while (name.length > 0) {
        struct character here;
        uint32_t c;
        size_t length = wci_code_page_next(page, name, &c);

        weigh_character(page, name, length, c, &here);
        score += here.worth + weigh_pair_of(&before, &here, word == 1);
        run = here.script == SCRIPT_LATIN ? run + 1 : 0;
        score += run > 2 ? WORTH_LONG_RUN : 0;
        word = here.script == SCRIPT_NONE ? 0 : word + 1;
        before = here;
        name.data += length;
        name.length -= length;
    }
    return score;
}

/* ---- drawings ------------------------------------------------------------------------------- */

enum { ARM_LEFT = 0x01, ARM_RIGHT = 0x02, IS_LINE = 0x04 };

/* How a character joins its neighbours in a frame; 0: it is none of a frame. */
static unsigned arms_of(uint32_t c)
{
    static const uint16_t both[] = {0x2500, 0x252C, 0x2534, 0x253C, 0x2550, 0x2564, 0x2565,
                                    0x2566, 0x2567, 0x2568, 0x2569, 0x256A, 0x256B, 0x256C};
    static const uint16_t left[] = {0x2510, 0x2518, 0x2524, 0x2555, 0x2556, 0x2557,
                                    0x255B, 0x255C, 0x255D, 0x2561, 0x2562, 0x2563};
    size_t i;

    if (c < 0x2500 || c > 0x2593)
        return 0;
    if (c == 0x2502 || c == 0x2551)
        return IS_LINE;
    if (c >= 0x2580)
        return IS_LINE | ARM_LEFT | ARM_RIGHT; /* blocks and shades */
    for (i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
        if (both[i] == c)
            return IS_LINE | ARM_LEFT | ARM_RIGHT;
    }
    for (i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        if (left[i] == c)
            return IS_LINE | ARM_LEFT;
    }
    return IS_LINE | ARM_RIGHT;
}

/* Names of files of no bytes that show a frame in a directory's list: lines that join where they
 * meet, from the name's first character to its last, and but for them only ASCII.  In other pages
 * the same bytes may be fine letters.  Returns what that is worth, 0 when it is none. */
static int64_t weigh_drawing(int page, struct wci_bytes name)
{
    enum { LEAST_JOINED = 4, LEAST_BARS = 2 };
    unsigned before = 0, lines = 0, joined = 0, bars = 0;
    bool first = true;

    while (name.length > 0) {
        uint32_t c;
        size_t length = wci_code_page_next(page, name, &c);
        unsigned here = arms_of(c);

        if ((here == 0 && (c >= 0x80 || c == 0)) || (first && here == 0))
            return 0;
        if (here != 0 && before != 0) {
            if ((before & ARM_RIGHT) == 0 || (here & ARM_LEFT) == 0)
                return 0;
            joined++;
        }
        lines += here != 0;
        bars += here == IS_LINE;
        before = here;
        first = false;
        name.data += length;
        name.length -= length;
    }
    if (before == 0 || (joined < LEAST_JOINED && bars < LEAST_BARS))
        return 0;
    return (int64_t)lines * WORTH_LINE;
}

void wci_guess_add(struct wci_guess *guess, struct wci_bytes name)
{
    size_t i;

    for (i = 0; i < name.length && (uint8_t)name.data[i] < 0x80; i++)
        ;
    if (i == name.length)
        return;
    guess->names++;
    for (i = 0; i < WCI_GUESS_PAGES; i++) {
        int64_t drawing = weigh_drawing(pages[i], name);

        guess->scores[i] += drawing > 0 ? drawing : weigh_name(pages[i], name);
    }
}

int wci_guess_best(const struct wci_guess *guess, int *next)
{
    size_t best = 0, second, i;

    for (i = 1; i < WCI_GUESS_PAGES; i++) {
        if (guess->scores[i] > guess->scores[best])
            best = i;
    }
    second = best == 0 ? 1 : 0;
    for (i = 0; i < WCI_GUESS_PAGES; i++) {
        if (i != best && guess->scores[i] > guess->scores[second])
            second = i;
    }
    *next = pages[second];
    return pages[best];
}

int64_t wci_guess_score(const struct wci_guess *guess, int page)
{
    size_t i;

    for (i = 0; i < WCI_GUESS_PAGES; i++) {
        if (pages[i] == page)
            return guess->scores[i];
    }
    return 0;
}
