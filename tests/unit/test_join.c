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
    RUN(no_parts_at_all);
    return check_report();
}
