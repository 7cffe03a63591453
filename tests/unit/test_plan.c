/*
 * The order of disks that files are taken from: as few as will do, each once.
 */
#include "check.h"
#include "jobs/repair/plan.h"

enum { FILES = 8, COPIES = 4 };

static struct wci_copy copies[FILES][COPIES];
static struct wci_copies files[FILES];
static const char *inserts[FILES][COPIES][3];

/* "7" or "12>13": a copy on that disk, that goes on on another one. */
static void add(size_t file, const char *medium, const char *disk, const char *further)
{
    size_t number = files[file].count++;
    struct wci_copy *copy = &copies[file][number];

    inserts[file][number][0] = disk;
    inserts[file][number][1] = further;
    *copy = (struct wci_copy){.medium = medium,
                              .disk = disk,
                              .inserts = inserts[file][number],
                              .insert_count = further != NULL ? 2 : 1,
                              .is_reached = true};
    files[file].items = copies[file];
}

static void forget(void)
{
    memset(files, 0, sizeof(files));
}

static char text[256];

/* The disks in their order, then each file's. */
static const char *plan_of(size_t count)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_plan plan;
    struct wcab_error err;
    size_t used = 0, i;

    CHECK_EQ_INT(wci_plan_make(files, count, arena, &plan, &err), WCAB_OK);
    used += (size_t)snprintf(text, sizeof(text), "%s:", plan.medium != NULL ? plan.medium : "-");
    for (i = 0; i < plan.insert_count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, " %s", plan.inserts[i]);
    for (i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, ", %s",
                                 plan.chosen[i] != NULL ? plan.chosen[i]->disk : "-");
    wci_arena_free(arena);
    forget();
    return text;
}

static void disks_come_in_order(void)
{
    add(0, "set", "12", NULL);
    add(1, "set", "7", NULL);
    add(2, "set", "boot", NULL);
    add(3, "set", "7", NULL);
    CHECK_EQ_STR(plan_of(4), "set: boot 7 12, 12, 7, boot, 7");
    CHECK_EQ_STR(plan_of(0), "-:");
}

static void a_disk_that_others_need_is_taken(void)
{
    add(0, "set", "1", NULL);
    add(0, "set", "3", NULL);
    add(1, "set", "3", NULL);
    CHECK_EQ_STR(plan_of(2), "set: 3, 3, 3");
    add(0, "set", "1", NULL);
    add(0, "set", "3", NULL);
    add(1, "set", "2", NULL);
    add(1, "set", "3", NULL);
    add(2, "set", "1", NULL);
    add(2, "set", "3", NULL);
    CHECK_EQ_STR(plan_of(3), "set: 3, 3, 3, 3");
}

static void what_goes_on_comes_last(void)
{
    add(0, "set", "4", "5");
    add(1, "set", "4", NULL);
    add(2, "set", "5", NULL);
    CHECK_EQ_STR(plan_of(3), "set: 4 5, 4, 4, 5");
}

static void the_medium_with_fewest_changes(void)
{
    add(0, "floppies", "4", NULL);
    add(0, "cd", "", NULL);
    add(1, "floppies", "5", NULL);
    add(1, "cd", "", NULL);
    CHECK_EQ_STR(plan_of(2), "cd: , , ");
    add(0, "floppies", "4", NULL);
    copies[0][0].id = "1.0.0.1";
    add(0, "cd", "", NULL);
    add(1, "floppies", "5", NULL);
    add(1, "cd", "", NULL);
    CHECK_EQ_STR(plan_of(2), "floppies: 4 5, 4, 5");
    add(0, "floppies", "4", NULL);
    add(1, "floppies", "5", NULL);
    add(1, "cd", "", NULL);
    CHECK_EQ_STR(plan_of(2), "floppies: 4 5, 4, 5");
    add(0, "floppies", "4", NULL);
    copies[0][0].is_reached = false;
    CHECK_EQ_STR(plan_of(1), "-:, -");
}

int main(void)
{
    RUN(disks_come_in_order);
    RUN(a_disk_that_others_need_is_taken);
    RUN(what_goes_on_comes_last);
    RUN(the_medium_with_fewest_changes);
    return check_report();
}
