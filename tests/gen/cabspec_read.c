/* cabspec_read.c: see cabspec_read.h. */
#include "cabspec_read.h"

#include <stdlib.h>
#include <string.h>

static char *numbered(const char *pattern, size_t number)
{
    size_t before = strcspn(pattern, "%");
    if (!pattern[before])
        return wcgen_util_copy(pattern);
    return wcgen_util_format("%.*s%zu%s", (int)before, pattern, number, pattern + before + 1);
}

static void read_set(struct description *said, struct wcgen_spec_line *line)
{
    uint64_t sizes[CABINETS_MAX], reserve[3] = {0};
    const char *name = wcgen_spec_value(line, "name"), *disk = wcgen_spec_value(line, "disk");
    const char *cut = wcgen_spec_value(line, "cut"), *sums = wcgen_spec_value(line, "checksums");
    size_t count = wcgen_spec_numbers(line, "size", sizes, CABINETS_MAX);
    wcgen_spec_numbers(line, "reserve", reserve, 3);
    said->model.set_id = (uint16_t)wcgen_spec_number(line, "id", 1);
    said->model.index = (uint16_t)wcgen_spec_number(line, "index", 0);
    said->model.header_reserve = (uint16_t)reserve[0];
    said->model.folder_reserve = (uint8_t)reserve[1];
    said->model.data_reserve = (uint8_t)reserve[2];
    said->model.no_checksums = sums && strcmp(sums, "no") == 0;
    if (cut)
        said->style = strcmp(cut, "block") == 0     ? CUT_AT_BLOCK
                      : strcmp(cut, "running") == 0 ? CUT_RUNNING
                                                    : CUT_BY_RULE;
    uint64_t seed = wcgen_spec_number(line, "seed", 1);
    wcgen_content_free(&said->content);
    wcgen_content_start(&said->content, seed, true);
    for (size_t i = 0; i < CABINETS_MAX; i++) {
        struct wish *wish = &said->wishes[i];
        free(wish->name);
        free(wish->disk);
        wish->name = numbered(name ? name : "SET%.CAB", i + 1);
        wish->disk = numbered(disk ? disk : "Disk %", i + 1);
        wish->called = wish->name;
        wish->size = count ? sizes[i < count ? i : count - 1] : 0;
    }
}

static void read_cabinet(struct description *said, struct wcgen_spec_line *line)
{
    const char *number = wcgen_spec_word(line, 1);
    size_t n = number ? strtoul(number, NULL, 10) : 0;
    if (n < 1 || n > CABINETS_MAX)
        wcgen_spec_fail(line, "the cabinet's number is missing");
    struct wish *wish = &said->wishes[n - 1];
    const char *name = wcgen_spec_value(line, "name"), *disk = wcgen_spec_value(line, "disk");
    const char *called = wcgen_spec_value(line, "called");
    if (name) {
        free(wish->name);
        wish->called = wish->name = wcgen_util_copy(name);
    }
    if (disk) {
        free(wish->disk);
        wish->disk = wcgen_util_copy(disk);
    }
    if (called)
        wish->called = called;
    wish->size = wcgen_spec_number(line, "size", wish->size);
    wish->previous = wcgen_spec_value(line, "previous");
    wish->previous_disk = wcgen_spec_value(line, "previous-disk");
    wish->next = wcgen_spec_value(line, "next");
    wish->next_disk = wcgen_spec_value(line, "next-disk");
    wish->empty = wcgen_spec_has(line, "empty");
    wish->missing = wcgen_spec_has(line, "missing");
}

static void add_group(struct description *said, const struct group *group)
{
    said->groups = wcgen_util_grow(said->groups, said->group_count + 1, sizeof *said->groups);
    said->groups[said->group_count] = *group;
    said->groups[said->group_count++].first = said->item_count;
}

static struct wcgen_lzx read_lzx(struct wcgen_spec_line *line)
{
    struct wcgen_lzx lzx = {.window_bits = (unsigned)wcgen_spec_number(line, "window", 21),
                            .blocks = wcgen_spec_value(line, "blocks"),
                            .block_size = wcgen_spec_number(line, "block-size", 0),
                            .calls = (uint32_t)wcgen_spec_number(line, "calls", 0)};
    if (lzx.window_bits < 15 || lzx.window_bits > 21 || lzx.block_size > WCGEN_LZX_BLOCK_MAX)
        wcgen_spec_fail(line, "windows are 15 to 21, blocks smaller than 2^24 bytes");
    if (lzx.blocks && (!*lzx.blocks || lzx.blocks[strspn(lzx.blocks, "vau")]))
        wcgen_spec_fail(line, "blocks are v, a or u");
    return lzx;
}

static void read_folder(struct description *said, struct wcgen_spec_line *line, bool new_cabinet)
{
    const char *name = wcgen_spec_word(line, 1);
    uint64_t window = wcgen_spec_number(line, "window", 21);
    struct group group = {.new_cabinet = new_cabinet};
    if (!name)
        wcgen_spec_fail(line, "a folder needs a method");
    group.may_wrap = wcgen_spec_has(line, "wrap");
    if (strcmp(name, "quantum") == 0)
        group.method = (uint16_t)(QUANTUM | QUANTUM_LEVEL << 4 | window << 8);
    else if (strcmp(name, "lzx") == 0)
        group.method = (uint16_t)(LZX | window << 8);
    else if (strcmp(name, "mszip") == 0)
        group.method = 1;
    else if (strcmp(name, "stored") != 0)
        wcgen_spec_fail(line, "methods are quantum, lzx, mszip and stored");
    if (group.method && (group.method & 15) == LZX)
        group.lzx = read_lzx(line);
    add_group(said, &group);
}

static void read_file(struct description *said, struct wcgen_spec_line *line)
{
    if (!said->group_count)
        wcgen_spec_fail(line, "a folder line has to come first");
    const char *modified = wcgen_spec_value(line, "modified");
    struct item item = {.name = wcgen_spec_word(line, 1),
                        .starts_in = NOT_STARTED,
                        .attributes = (uint16_t)wcgen_spec_number(line, "attributes", 0x20)};
    if (!item.name)
        wcgen_spec_fail(line, "the file has no name");
    if (wcgen_spec_has(line, "utf8"))
        item.attributes |= WCGEN_NAME_IS_UTF8;
    wcgen_tree_dos_time(modified ? modified : "1995-07-11 09:50", &item.date, &item.time);
    item.content = wcgen_spec_content(&said->spec, line, &said->content, item.name);
    said->items = wcgen_util_grow(said->items, said->item_count + 1, sizeof *said->items);
    said->items[said->item_count++] = item;
    said->groups[said->group_count - 1].count++;
}

void wcgen_cabspec_read(struct description *said, const char *path)
{
    struct wcgen_spec_line defaults = {.path = path};
    read_set(said, &defaults);
    wcgen_spec_read(&said->spec, path);
    bool new_cabinet = false;
    for (size_t i = 0; i < said->spec.count; i++) {
        struct wcgen_spec_line *line = &said->spec.lines[i];
        const char *keyword = wcgen_spec_word(line, 0);
        if (strcmp(keyword, "set") == 0) {
            read_set(said, line);
        } else if (strcmp(keyword, "cabinet") == 0) {
            read_cabinet(said, line);
        } else if (strcmp(keyword, "break") == 0) {
            new_cabinet = true;
        } else if (strcmp(keyword, "folder") == 0) {
            read_folder(said, line, new_cabinet);
            new_cabinet = false;
        } else if (strcmp(keyword, "file") == 0) {
            read_file(said, line);
        } else if (strcmp(keyword, "defect") != 0) {
            wcgen_spec_fail(line, "known are set, cabinet, folder, file, break and defect");
        }
        if (strcmp(keyword, "defect") != 0)
            wcgen_spec_end_line(line);
    }
}

void wcgen_cabspec_free(struct description *said)
{
    for (size_t i = 0; i < CABINETS_MAX; i++) {
        free(said->wishes[i].name);
        free(said->wishes[i].disk);
    }
    for (size_t i = 0; i < said->item_count; i++)
        wcgen_buffer_free(&said->items[i].content);
    free(said->items);
    free(said->groups);
    wcgen_content_free(&said->content);
    wcgen_spec_free(&said->spec);
}
