/*
 * Which bytes of a file are said to be damaged, from what was told of the blocks of its folder.
 */
#include <stdlib.h>

#include "check.h"
#include "media/cabinet/damage_list.h"

/* A block: kind, where it begins, its bytes, and how many of them came out. */
static void tell(struct wci_damage_list *list, enum wci_damage_kind kind, uint64_t offset,
                 uint32_t size, uint32_t intact)
{
    struct wci_damage_sink sink = wci_damage_list_sink(list);
    struct wci_damage damage = {.kind = kind,
                                .block = (uint32_t)(offset / 100),
                                .offset = offset,
                                .size = size,
                                .intact = intact};

    sink.damage(sink.context, &damage);
}

/* "0+100 100+50! ": start and size of each range, ! for lost ones. */
static const char *ranges(const struct wci_damage_list *list, uint64_t start, uint64_t size)
{
    static char text[512];
    struct wcab_damaged_range *found = NULL;
    size_t count = 0, used = 0, i;

    text[0] = '\0';
    CHECK_EQ_INT(wci_damage_list_ranges(list, start, size, &found, &count, NULL), WCAB_OK);
    for (i = 0; i < count && used < sizeof(text) - 60; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%llu+%llu%s",
                                 i > 0 ? " " : "", (unsigned long long)found[i].start,
                                 (unsigned long long)found[i].size, found[i].lost ? "!" : "");
    free(found);
    return text;
}

/* Blocks of 100 bytes: 1 with a wrong checksum, 2 that follows it, 4 and 5 lost, 7 decoded for 30.
 */
static void fill(struct wci_damage_list *list)
{
    memset(list, 0, sizeof(*list));
    tell(list, WCI_DAMAGE_CHECKSUM, 100, 100, 0);
    tell(list, WCI_DAMAGE_HISTORY, 200, 100, 0);
    tell(list, WCI_DAMAGE_LOST, 400, 100, 0);
    tell(list, WCI_DAMAGE_LOST, 500, 100, 0);
    tell(list, WCI_DAMAGE_CONTENT, 700, 100, 30);
}

static void ranges_of_a_file(void)
{
    struct wci_damage_list list;

    fill(&list);
    CHECK_EQ_STR(ranges(&list, 0, 1000), "100+200 400+200! 700+30 730+70!");
    CHECK_EQ_STR(ranges(&list, 0, 100), "");
    CHECK_EQ_STR(ranges(&list, 300, 100), "");
    CHECK_EQ_STR(ranges(&list, 800, 100), "");
    CHECK_EQ_STR(ranges(&list, 100, 0), "");
    /* counted from the file's start, cut at both of its ends */
    CHECK_EQ_STR(ranges(&list, 150, 100), "0+100");
    CHECK_EQ_STR(ranges(&list, 50, 51), "50+1");
    CHECK_EQ_STR(ranges(&list, 299, 102), "0+1 101+1!");
    CHECK_EQ_STR(ranges(&list, 599, 101), "0+1!");
    CHECK_EQ_STR(ranges(&list, 710, 50), "0+20 20+30!");
    CHECK_EQ_STR(ranges(&list, 740, 10), "0+10!");
    wci_damage_list_free(&list);
    CHECK_EQ_STR(ranges(&list, 0, 1000), "");
}

/* Told twice: what is told later is the truth, of the whole block or of its end. */
static void told_twice(void)
{
    struct wci_damage_list list;

    memset(&list, 0, sizeof(list));
    tell(&list, WCI_DAMAGE_CHECKSUM, 0, 100, 0);
    tell(&list, WCI_DAMAGE_CHECKSUM, 100, 100, 0);
    tell(&list, WCI_DAMAGE_LOST, 100, 100, 0);
    CHECK_EQ_STR(ranges(&list, 0, 200), "0+100 100+100!");
    wci_damage_list_free(&list);
    tell(&list, WCI_DAMAGE_CHECKSUM, 0, 100, 0);
    tell(&list, WCI_DAMAGE_CONTENT, 0, 100, 40);
    tell(&list, WCI_DAMAGE_LOST, 100, 50, 0);
    CHECK_EQ_STR(ranges(&list, 0, 200), "0+40 40+110!");
    CHECK_EQ_STR(ranges(&list, 60, 200), "0+90!");
    wci_damage_list_free(&list);
    /* of several that begin behind, all go */
    tell(&list, WCI_DAMAGE_CHECKSUM, 0, 100, 0);
    tell(&list, WCI_DAMAGE_LOST, 100, 100, 0);
    tell(&list, WCI_DAMAGE_HISTORY, 50, 150, 0);
    CHECK_EQ_STR(ranges(&list, 0, 200), "0+200");
    wci_damage_list_free(&list);
}

static void lost_bytes(void)
{
    struct wci_damage_list list;

    fill(&list);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 0, 1000), 270);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 100, 200), 0);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 450, 100), 100);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 0, 401), 1);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 599, 200), 70);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 700, 30), 0);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 799, 1), 1);
    CHECK_EQ_INT(wci_damage_list_lost(&list, 800, 100), 0);
    wci_damage_list_free(&list);
}

static void first_damage(void)
{
    struct wci_damage_list list;

    fill(&list);
    CHECK(wci_damage_list_find(&list, 0, 100) == NULL);
    CHECK(wci_damage_list_find(&list, 300, 100) == NULL);
    CHECK(wci_damage_list_find(&list, 100, 0) == NULL);
    CHECK(wci_damage_list_find(&list, 0, 101) == &list.damages[0]);
    CHECK(wci_damage_list_find(&list, 199, 1) == &list.damages[0]);
    CHECK(wci_damage_list_find(&list, 200, 1) == &list.damages[1]);
    CHECK(wci_damage_list_find(&list, 150, 1000) == &list.damages[0]);
    wci_damage_list_free(&list);
}

static void what_is_said(void)
{
    struct wci_damage damage = {.kind = WCI_DAMAGE_HISTORY, .block = 3, .offset = 98304};
    struct wcab_error err;

    wci_damage_list_error(&damage, &err);
    CHECK_EQ_STR(err.text, "block 3 of its folder may have copied damaged bytes");
    CHECK_EQ_INT(err.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(err.offset, 98304);
    damage.kind = WCI_DAMAGE_CHECKSUM;
    wci_damage_list_error(&damage, &err);
    CHECK_EQ_STR(err.text, "block 3 of its folder is damaged");
    damage.kind = WCI_DAMAGE_LOST;
    damage.error.code = WCAB_ERR_IO;
    (void)snprintf(damage.error.text, sizeof(damage.error.text), "bad sector");
    wci_damage_list_error(&damage, &err);
    CHECK_EQ_STR(err.text, "block 3 of its folder: bad sector");
    CHECK_EQ_INT(err.code, WCAB_ERR_IO);
}

int main(void)
{
    RUN(ranges_of_a_file);
    RUN(told_twice);
    RUN(lost_bytes);
    RUN(first_damage);
    RUN(what_is_said);
    return check_report();
}
