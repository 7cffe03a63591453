/*
 * Tests of join: which cabinet follows which, with evidence that is scripted.
 */
#include "check.h"
#include "core/record.h"
#include "indexer/join.h"

/* Listings 10..19 are one set, 20..29 its look-alike. */
static int same_set(void *context, uint32_t listing, uint32_t next)
{
    unsigned *asked = context;

    (*asked)++;
    return listing / 10 == next / 10 ? WCI_JOIN_YES : WCI_JOIN_NO;
}

static int cannot_tell(void *context, uint32_t listing, uint32_t next)
{
    (void)context;
    (void)listing;
    (void)next;
    return WCI_JOIN_UNKNOWN;
}

static int never_together(void *context, uint32_t listing, uint32_t next)
{
    unsigned *asked = context;

    (void)listing;
    (void)next;
    (*asked)++;
    return WCI_JOIN_NO;
}

static int near_when_same_set(void *context, uint32_t listing, uint32_t next)
{
    (void)context;
    return listing / 10 == next / 10 ? 50 : 0;
}

static int nowhere_near(void *context, uint32_t listing, uint32_t next)
{
    (void)context;
    (void)listing;
    (void)next;
    return 0;
}

static struct wci_join_part part(uint32_t listing, uint64_t previous, uint64_t next)
{
    struct wci_join_part made = {
        .listing = listing, .joint_previous = previous, .joint_next = next, .next = 99};
    return made;
}

static void a_single_chain_needs_no_evidence(void)
{
    struct wci_join_part parts[] = {part(12, 2, 0), part(10, 0, 1), part(11, 1, 2)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[1].next, 11);
    CHECK_EQ_INT(parts[2].next, 12);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
    CHECK_EQ_INT(asked, 0);
}

static void look_alikes_are_told_apart_by_content(void)
{
    struct wci_join_part parts[] = {part(20, 0, 1), part(10, 0, 1), part(11, 1, 2),
                                    part(21, 1, 2), part(22, 2, 0), part(12, 2, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(parts, 6, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 21);
    CHECK_EQ_INT(parts[1].next, 11);
    CHECK_EQ_INT(parts[2].next, 12);
    CHECK_EQ_INT(parts[3].next, 22);
    CHECK(asked > 0);
}

static void nearness_decides_where_content_cannot(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(20, 0, 1), part(21, 1, 0), part(11, 1, 0)};
    struct wci_join_evidence evidence = {NULL, cannot_tell, near_when_same_set};

    CHECK_EQ_INT(wci_join_parts(parts, 4, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    CHECK_EQ_INT(parts[1].next, 21);
}

static void a_part_is_not_given_twice(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(20, 0, 1), part(11, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    CHECK_EQ_INT(parts[1].next, WCI_NONE);
}

static void block_numbers_must_add_up(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(11, 1, 0), part(21, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};
    size_t i;

    parts[0].next_begins_here = true;
    parts[0].next_blocks = 52;
    for (i = 1; i < 3; i++) {
        parts[i].previous_ends_here = true;
        parts[i].previous_end = 60 * 32768 - 5; /* 60 blocks in all */
    }
    parts[1].previous_blocks = 9; /* 52 + 9 - 1: the cut block counts twice */
    parts[2].previous_blocks = 12;
    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    CHECK_EQ_INT(asked, 0); /* numbers alone told it */
    parts[1].previous_blocks = 20;
    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE); /* rather a missing disk than a wrong one */
}

static void describing_finds_the_cut_folders(void)
{
    struct wci_cab_folder folders[] = {{0, 2, 0x1572}, {0, 82, 0x1572}};
    struct wci_cab cab = {.folder_count = 2, .folders = folders, .joint_previous = 5};
    struct wci_entry entries[] = {
        {.flags = WCI_ENTRY_CONTINUED, .cab_folder = 0, .locator = 4853129, .size = 41075},
        {.flags = WCI_ENTRY_CONTINUED, .cab_folder = 0, .locator = 4894204, .size = 23897},
        {.cab_folder = 1, .size = 21657},
    };
    struct wci_join_part described = {0};

    wci_join_describe(&cab, entries, 3, &described);
    CHECK_EQ_INT(described.previous_end, 4918101);
    CHECK_EQ_INT(described.previous_blocks, 2);
    CHECK(described.previous_ends_here);
    CHECK(described.next_begins_here);
    CHECK_EQ_INT(described.next_blocks, 82);
    CHECK_EQ_INT(described.joint_previous, 5);
}

/* The cut folder is the last one to the one side and the first one to the other. */
static void describing_a_cabinet_that_goes_on(void)
{
    struct wci_cab_folder folders[] = {{0, 7, 0x1572}, {0, 9, 0x1572}};
    struct wci_cab cab = {
        .folder_count = 2, .folders = folders, .joint_previous = 0, .joint_next = 6};
    struct wci_entry entries[] = {
        {.cab_folder = 0, .locator = 0, .size = 100},
        {.flags = WCI_ENTRY_CONTINUES, .cab_folder = 1, .locator = 0, .size = 500000},
        {.flags = WCI_ENTRY_CONTINUED, .cab_folder = 1}, /* not of this cabinet any more */
    };
    struct wci_join_part described = {.next = 5};

    wci_join_describe(&cab, entries, 2, &described);
    CHECK_EQ_INT(described.joint_next, 6);
    CHECK_EQ_INT(described.next, WCI_NONE);
    CHECK(described.next_begins_here);
    CHECK_EQ_INT(described.next_blocks, 9);
    CHECK_EQ_INT(described.previous_blocks, 7);
    CHECK(described.previous_ends_here);     /* it is another folder that goes on */
    CHECK_EQ_INT(described.previous_end, 0); /* and none comes from before */
}

static void describing_a_middle_part(void)
{
    struct wci_cab_folder folders[] = {{0, 50, 0x1572}};
    struct wci_cab cab = {
        .folder_count = 1, .folders = folders, .joint_previous = 5, .joint_next = 6};
    struct wci_entry entries[] = {
        {.flags = WCI_ENTRY_CONTINUED, .cab_folder = 0, .locator = 900, .size = 100},
        {.flags = WCI_ENTRY_CONTINUED | WCI_ENTRY_CONTINUES, .locator = 100, .size = 800},
    };
    struct wci_join_part described = {.previous_end = 5000};

    wci_join_describe(&cab, entries, 2, &described);
    CHECK(!described.next_begins_here);
    CHECK(!described.previous_ends_here);
    CHECK_EQ_INT(described.previous_end, 1000); /* the largest end, in whatever order they come */
}

static void describing_an_empty_cabinet(void)
{
    struct wci_cab cab = {.joint_next = 6};
    struct wci_join_part described = {.next_blocks = 5, .previous_blocks = 5, .previous_end = 5};

    wci_join_describe(&cab, NULL, 0, &described);
    CHECK_EQ_INT(described.next_blocks, 0);
    CHECK_EQ_INT(described.previous_blocks, 0);
    CHECK_EQ_INT(described.previous_end, 0);
}

/* Some writers cut where a block ends: then no block counts twice. */
static void cuts_at_the_end_of_a_block(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(11, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    parts[0].next_begins_here = true;
    parts[0].next_blocks = 52;
    parts[1].previous_ends_here = true;
    parts[1].previous_end = 60 * 32768;
    parts[1].previous_blocks = 8;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    parts[1].previous_blocks = 10;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
}

/* The length of a folder that goes through more than two cabinets isn't known from two. */
static void numbers_of_a_middle_part_tell_nothing(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(11, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    parts[0].next_blocks = 52;
    parts[1].previous_blocks = 99;
    parts[1].previous_end = 60 * 32768;
    parts[0].next_begins_here = false;
    parts[1].previous_ends_here = true;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    parts[0].next_begins_here = true;
    parts[1].previous_ends_here = false;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    parts[1].previous_ends_here = true;
    parts[1].previous_end = 0;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    parts[1].previous_end = 60 * 32768;
    CHECK_EQ_INT(wci_join_parts(parts, 2, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE); /* these two would have it whole */
}

/* The same of the other side: numbers alone tell which of two comes before. */
static void block_numbers_tell_what_comes_before(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(20, 0, 1), part(21, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    parts[0].next_begins_here = parts[1].next_begins_here = parts[2].previous_ends_here = true;
    parts[0].next_blocks = 40;
    parts[1].next_blocks = 52;
    parts[2].previous_blocks = 9;
    parts[2].previous_end = 60 * 32768;
    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
    CHECK_EQ_INT(parts[1].next, 21);
    CHECK_EQ_INT(asked, 0);
}

/* Contents are asked for as soon as either side has a choice. */
static void a_choice_on_one_side_is_enough(void)
{
    struct wci_join_part two_before[] = {part(10, 0, 1), part(20, 0, 1), part(21, 1, 0)};
    struct wci_join_part two_after[] = {part(20, 0, 1), part(11, 1, 0), part(21, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(two_before, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(two_before[0].next, WCI_NONE);
    CHECK_EQ_INT(two_before[1].next, 21);
    CHECK_EQ_INT(asked, 2);
    CHECK_EQ_INT(wci_join_parts(two_after, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(two_after[0].next, 21);
    CHECK_EQ_INT(asked, 4);
}

/* However near it lies: what does not decode across the cut is not what follows. */
static void nearness_does_not_outweigh_content(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(11, 1, 0), part(21, 1, 0)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, never_together, near_when_same_set};

    CHECK_EQ_INT(wci_join_parts(parts, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
    CHECK_EQ_INT(asked, 2);
}

static int nearer_the_larger(void *context, uint32_t listing, uint32_t next)
{
    (void)context;
    return (int)(listing + next);
}

/* Copies of a set whose contents are the same: the nearest pair first, each of them once. */
static void the_best_pair_comes_first(void)
{
    struct wci_join_part parts[] = {part(10, 0, 1), part(20, 0, 1), part(21, 1, 0), part(11, 1, 0)};
    struct wci_join_part one[] = {part(10, 0, 1), part(11, 1, 0), part(12, 1, 0)};
    struct wci_join_evidence evidence = {NULL, cannot_tell, nearer_the_larger};

    CHECK_EQ_INT(wci_join_parts(parts, 4, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, 11);
    CHECK_EQ_INT(parts[1].next, 21);
    CHECK_EQ_INT(wci_join_parts(one, 3, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(one[0].next, 12);
}

/* Where nothing tells them apart it is the order of listings that decides, not that of parts. */
static void the_order_of_parts_does_not_matter(void)
{
    static const uint32_t orders[][4] = {{10, 20, 11, 21}, {21, 11, 20, 10}, {20, 21, 10, 11}};
    struct wci_join_evidence evidence = {NULL, cannot_tell, nowhere_near};
    size_t i, k;

    for (i = 0; i < 3; i++) {
        struct wci_join_part parts[4];

        for (k = 0; k < 4; k++)
            parts[k] = orders[i][k] % 10 == 0 ? part(orders[i][k], 0, 1) : part(orders[i][k], 1, 0);
        CHECK_EQ_INT(wci_join_parts(parts, 4, &evidence, NULL), WCAB_OK);
        for (k = 0; k < 4; k++)
            CHECK_EQ_INT(parts[k].next, orders[i][k] % 10 == 0 ? orders[i][k] + 1 : WCI_NONE);
    }
}

/* Each cut for itself, in whatever order they come. */
static void cuts_are_not_mixed(void)
{
    struct wci_join_part parts[] = {part(13, 3, 0), part(11, 1, 2), part(14, 0, 9), part(12, 2, 3),
                                    part(10, 0, 1), part(15, 4, 0), part(16, 5, 4)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(parts, 7, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[4].next, 11);
    CHECK_EQ_INT(parts[1].next, 12);
    CHECK_EQ_INT(parts[3].next, 13);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
    CHECK_EQ_INT(parts[2].next, WCI_NONE);
    CHECK_EQ_INT(parts[6].next, 15);
    CHECK_EQ_INT(asked, 0);
}

/* A collection with many releases: more pairs of one cut than fit a small table. */
static void many_look_alikes(void)
{
    enum { SETS = 20 };
    struct wci_join_part parts[2 * SETS];
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};
    struct wci_join_evidence unknown = {NULL, cannot_tell, near_when_same_set};
    uint32_t i;

    for (i = 0; i < SETS; i++) {
        parts[i] = part(10 * (i + 1), 0, 1);
        parts[SETS + i] = part(10 * (SETS - i) + 1, 1, 0);
    }
    CHECK_EQ_INT(wci_join_parts(parts, (size_t)2 * SETS, &evidence, NULL), WCAB_OK);
    for (i = 0; i < SETS; i++)
        CHECK_EQ_INT(parts[i].next, 10 * (i + 1) + 1);
    CHECK_EQ_INT(asked, SETS * SETS);
    CHECK_EQ_INT(wci_join_parts(parts, (size_t)2 * SETS, &unknown, NULL), WCAB_OK);
    for (i = 0; i < SETS; i++)
        CHECK_EQ_INT(parts[i].next, 10 * (i + 1) + 1);
}

static void no_cabinet_follows_itself(void)
{
    struct wci_join_part parts[] = {part(10, 1, 1)};
    unsigned asked = 0;
    struct wci_join_evidence evidence = {&asked, same_set, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(parts, 1, &evidence, NULL), WCAB_OK);
    CHECK_EQ_INT(parts[0].next, WCI_NONE);
}

static void no_parts_at_all(void)
{
    struct wci_join_evidence evidence = {NULL, cannot_tell, nowhere_near};

    CHECK_EQ_INT(wci_join_parts(NULL, 0, &evidence, NULL), WCAB_OK);
}

int main(void)
{
    RUN(a_single_chain_needs_no_evidence);
    RUN(look_alikes_are_told_apart_by_content);
    RUN(nearness_decides_where_content_cannot);
    RUN(a_part_is_not_given_twice);
    RUN(block_numbers_must_add_up);
    RUN(describing_finds_the_cut_folders);
    RUN(describing_a_cabinet_that_goes_on);
    RUN(describing_a_middle_part);
    RUN(describing_an_empty_cabinet);
    RUN(cuts_at_the_end_of_a_block);
    RUN(numbers_of_a_middle_part_tell_nothing);
    RUN(block_numbers_tell_what_comes_before);
    RUN(a_choice_on_one_side_is_enough);
    RUN(nearness_does_not_outweigh_content);
    RUN(the_best_pair_comes_first);
    RUN(the_order_of_parts_does_not_matter);
    RUN(cuts_are_not_mixed);
    RUN(many_look_alikes);
    RUN(no_cabinet_follows_itself);
    RUN(no_parts_at_all);
    return check_report();
}
