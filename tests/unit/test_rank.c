/*
 * The order of answers: what decides, in which order, and what is only a further copy.
 */
#include "check.h"
#include "query/rank.h"

/* A copy with the image that it lies in; `listing` is not looked at and tells which copy it is. */
struct copy {
    struct wci_found found;
    struct wci_known_image image;
};

static void set(struct copy *copy)
{
    memset(copy, 0, sizeof(*copy));
    copy->image.id = 5;
    copy->image.image.path = wci_bytes_of("/m/m.img");
    copy->image.image.identity.medium = wci_bytes_of("toy");
    copy->found.container = 5;
    copy->found.row = 5;
    copy->found.entry.name.bytes = wci_bytes_of("USER.EXE");
    copy->found.entry.folder = wci_bytes_of("");
    copy->found.cabinet = wci_bytes_of("TOY_1.CAB");
    copy->found.path = wci_bytes_of("WIN/TOY_1.CAB");
    copy->found.entry.size = 100;
    copy->found.entry.modified = 7;
    copy->found.role = WCI_ROLE_SETUP;
}

/* What decides, the strongest first: turns a copy into a worse or a better one. */
static void published_only(struct copy *copy, bool better)
{
    copy->image.published = !better;
    copy->found.missing = false;
}

static void medium_known(struct copy *copy, bool better)
{
    copy->image.image.identity.medium = wci_bytes_of(better ? "zzz" : "");
}

static void medium_name(struct copy *copy, bool better)
{
    copy->image.image.identity.medium = wci_bytes_of(better ? "aaa" : "bbb");
}

static void role(struct copy *copy, bool better)
{
    copy->found.role = better ? WCI_ROLE_SYSTEM : WCI_ROLE_MINI;
}

static void other_machine(struct copy *copy, bool better)
{
    copy->found.machine = better ? NULL : "MIPS";
}

static void headless(struct copy *copy, bool better)
{
    copy->found.headless = !better;
}

static void damaged(struct copy *copy, bool better)
{
    copy->found.damaged = !better;
}

static void offline(struct copy *copy, bool better)
{
    copy->image.state.offline = !better;
}

/* One that is published, while other disks of its medium are indexed. */
static void published(struct copy *copy, bool better)
{
    copy->image.published = !better;
    copy->found.missing = !better;
}

/* Told by a table of contents alone. */
static void told(struct copy *copy, bool better)
{
    static const struct wci_contents table = {0};

    copy->found.contents = better ? NULL : &table;
}

static void path(struct copy *copy, bool better)
{
    copy->image.image.path = wci_bytes_of(better ? "/a" : "/z");
}

static void container(struct copy *copy, bool better)
{
    copy->found.container = better ? 1 : 9;
}

static void row(struct copy *copy, bool better)
{
    copy->found.row = better ? 1 : 9;
}

typedef void decider(struct copy *copy, bool better);
static decider *const copies_of_a_medium[] = {
    role, other_machine, headless, damaged, offline, published, told, path, container, row};
enum { DECIDERS = sizeof(copies_of_a_medium) / sizeof(copies_of_a_medium[0]) };

/* Whether `better` comes first, wherever it stood. */
static void check_order(const struct copy *better, const struct copy *worse, const char *what)
{
    int turn;

    for (turn = 0; turn < 2; turn++) {
        struct wci_found two[2] = {turn == 0 ? better->found : worse->found,
                                   turn == 0 ? worse->found : better->found};

        two[turn].listing = 1;
        two[1 - turn].listing = 2;
        two[turn].image = &better->image;
        two[1 - turn].image = &worse->image;
        wci_rank_sort(two, 2);
        if (two[0].listing != 1)
            CHECK_FAIL("%s decides wrongly, turn %d", what, turn);
        wci_rank_sort_by_name(two, 2);
        if (two[0].listing != 1)
            CHECK_FAIL("%s decides wrongly by name, turn %d", what, turn);
    }
}

/* Each of them decides, though everything behind it says the contrary. */
static void each_comes_before_the_next(void)
{
    static decider *const all[] = {published_only, medium_known, medium_name};
    char what[32];
    size_t first, i;

    for (first = 0; first < DECIDERS; first++) {
        struct copy better, worse;

        set(&better);
        set(&worse);
        for (i = first; i < DECIDERS; i++) {
            copies_of_a_medium[i](&better, i == first);
            copies_of_a_medium[i](&worse, i != first);
        }
        (void)snprintf(what, sizeof(what), "number %zu", first);
        check_order(&better, &worse, what);
    }
    for (first = 0; first < sizeof(all) / sizeof(all[0]); first++) {
        struct copy better, worse;

        set(&better);
        set(&worse);
        for (i = DECIDERS; i-- > 0;) {
            copies_of_a_medium[i](&better, false);
            copies_of_a_medium[i](&worse, true);
        }
        better.image.published = worse.image.published = false;
        for (i = sizeof(all) / sizeof(all[0]); i-- > first;) {
            all[i](&better, i == first);
            all[i](&worse, i != first);
        }
        (void)snprintf(what, sizeof(what), "number %zu of the media", first);
        check_order(&better, &worse, what);
    }
}

/* A copy that nothing is known of is taken for an ordinary one. */
static void roles_in_order(void)
{
    static const enum wci_role order[] = {WCI_ROLE_SYSTEM, WCI_ROLE_UNKNOWN, WCI_ROLE_SETUP,
                                          WCI_ROLE_MINI, (enum wci_role)77};
    size_t i;

    for (i = 0; i + 1 < sizeof(order) / sizeof(order[0]); i++) {
        struct copy better, worse;

        set(&better);
        set(&worse);
        better.found.role = order[i];
        worse.found.role = order[i + 1];
        better.found.damaged = true;
        check_order(&better, &worse, "a role");
    }
}

/* Images that were not recognised: those of a set belong together, others stand alone. */
static void unknown_media(void)
{
    struct copy one, other;

    set(&one);
    set(&other);
    one.found.image = &one.image;
    other.found.image = &other.image;
    CHECK(wci_rank_same_medium(&one.found, &other.found));
    other.image.id = 6;
    CHECK(wci_rank_same_medium(&one.found, &other.found));
    other.image.image.identity.group = 9; /* sets don't part what is recognised */
    CHECK(wci_rank_same_medium(&one.found, &other.found));
    other.image.image.identity.medium = wci_bytes_of("toys");
    CHECK(!wci_rank_same_medium(&one.found, &other.found));
    one.image.image.identity.medium = other.image.image.identity.medium = wci_bytes_of("");
    CHECK(!wci_rank_same_medium(&one.found, &other.found));
    check_order(&one, &other, "the number of an image against that of a set");
    one.image.image.identity.group = 9;
    CHECK(wci_rank_same_medium(&one.found, &other.found));
    one.image.image.identity.group = other.image.image.identity.group = 0;
    CHECK(!wci_rank_same_medium(&one.found, &other.found));
    other.image.id = 5;
    CHECK(wci_rank_same_medium(&one.found, &other.found));
    /* published, and no disk of it indexed: a medium of its own */
    one.image.published = true;
    CHECK(!wci_rank_same_medium(&one.found, &other.found));
    one.found.missing = true;
    CHECK(wci_rank_same_medium(&one.found, &other.found));
}

static void names_come_first(void)
{
    struct copy first, last;

    set(&first);
    set(&last);
    first.found.entry.name.bytes = wci_bytes_of("a.exe");
    last.found.entry.name.bytes = wci_bytes_of("B.EXE"); /* below "a" as bytes */
    last.found.role = WCI_ROLE_SYSTEM;
    first.found.role = WCI_ROLE_MINI;
    first.found.image = &first.image;
    last.found.image = &last.image;
    {
        struct wci_found two[2] = {last.found, first.found};

        wci_rank_sort_by_name(two, 2);
        CHECK_EQ_BYTES(two[0].entry.name.bytes, "a.exe");
        wci_rank_sort(two, 2);
        CHECK_EQ_BYTES(two[0].entry.name.bytes, "B.EXE");
        wci_rank_sort(two, 0);
        wci_rank_sort_by_name(two, 1);
        wci_rank_sort(NULL, 0);
        wci_rank_sort_by_name(NULL, 0);
        CHECK_EQ_BYTES(two[0].entry.name.bytes, "B.EXE");
    }
}

/* ---- further copies ----------------------------------------------------------------------- */

static enum wci_rank rank_beside(const struct copy *first, const struct copy *second)
{
    struct wci_found two[2] = {first->found, second->found};
    enum wci_rank ranks[2] = {0, 0};

    wci_rank_medium(two, 2, ranks);
    CHECK_EQ_INT(ranks[0], WCI_RANK_ANSWER);
    return ranks[1];
}

static void same_and_other_copies(void)
{
    struct copy first, second;

    set(&first);
    set(&second);
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_SAME);
    second.found.entry.name.bytes = wci_bytes_of("user.exe");
    second.found.cabinet = wci_bytes_of("toy_1.cab");
    second.found.path = wci_bytes_of("elsewhere"); /* a cabinet's name tells */
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_SAME);
    /* the same place in another set of the medium, with other bytes */
    second.found.entry.size = 101;
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_ANSWER);
    second.found.entry.size = 100;
    second.found.entry.modified = 8;
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_ANSWER);
    set(&second);
    second.found.entry.name.bytes = wci_bytes_of("USER.EX_");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_COPY);
    set(&second);
    second.found.entry.folder = wci_bytes_of("SUB");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_COPY);
    set(&second);
    second.found.cabinet = wci_bytes_of("MINI.CAB");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_COPY);
    set(&second); /* one of them loose, on the same path */
    second.found.cabinet = wci_bytes_of("");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_COPY);
    CHECK_EQ_INT(rank_beside(&second, &first), WCI_RANK_COPY);
    first.found.cabinet = wci_bytes_of("");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_SAME);
    second.found.path = wci_bytes_of("win/toy_1.cab");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_SAME);
    second.found.path = wci_bytes_of("DRIVERS");
    CHECK_EQ_INT(rank_beside(&first, &second), WCI_RANK_COPY);
}

/* As many different copies are told apart as the header says; a double of a later one is not known
 * as such. */
static void many_different_copies(void)
{
    enum { COUNT = WCI_RANK_DIFFERENT + 8 };
    static struct wci_found found[COUNT];
    static enum wci_rank ranks[COUNT];
    struct copy copy;
    size_t i;

    set(&copy);
    for (i = 0; i < COUNT; i++) {
        found[i] = copy.found;
        found[i].entry.size = i;
    }
    found[WCI_RANK_DIFFERENT].entry.size = 0; /* as the first */
    found[WCI_RANK_DIFFERENT + 1].entry.size =
        WCI_RANK_DIFFERENT - 1;              /* as the last that is kept */
    found[COUNT - 1].entry.size = COUNT - 2; /* as one behind them */
    wci_rank_medium(found, COUNT, ranks);
    for (i = 0; i < COUNT; i++) {
        bool is_same = i == WCI_RANK_DIFFERENT || i == WCI_RANK_DIFFERENT + 1;

        CHECK_EQ_INT(ranks[i], is_same ? WCI_RANK_SAME : WCI_RANK_ANSWER);
    }
}

int main(void)
{
    RUN(each_comes_before_the_next);
    RUN(roles_in_order);
    RUN(unknown_media);
    RUN(names_come_first);
    RUN(same_and_other_copies);
    RUN(many_different_copies);
    return check_report();
}
