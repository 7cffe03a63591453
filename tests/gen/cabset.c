/* cabset.c: see cabset.h. How a cabinet gets its exact size: each block has a target, its share of
 * what is left, which the encoder comes near; blocks to come make up for the difference. In a
 * cabinet that is cut, the cut block takes what is left over; in one that isn't, the last blocks
 * are encoded again and again with slightly different targets until the size is right. */
#include "cabset.h"
#include "mszip.h"
#include "quantum.h"

#include <stdlib.h>
#include <string.h>

enum { MSZIP_METHOD = 1, QUANTUM_LEVEL_7 = 0x72, SMALL_TAIL = 4096, TRIALS = 4000 };

/* A folder while it is written. */
struct run {
    uint8_t *data;
    size_t size;
    size_t next; /* first byte not yet encoded */
    bool mszip;
    struct wcgen_quantum encoder;        /* unless it is MSZIP */
    const struct wcgen_member *crossing; /* the members that go on in the next cabinet */
    size_t crossing_count;
    size_t crossing_offset; /* where the first of them starts */
    uint8_t *rest;          /* the part of the cut block that belongs to the next cabinet */
    size_t rest_size;
    size_t rest_uncompressed;
};

/* The blocks of one cabinet; payloads lie in `payloads`, `at` is the place there. */
struct parts {
    struct wcgen_buffer payloads;
    struct wcgen_block *blocks;
    size_t *at;
    size_t count;
};

static size_t frame_size(const struct run *run, size_t offset)
{
    size_t left = run->size - offset;
    return left < WCGEN_FRAME ? left : WCGEN_FRAME;
}

static size_t frames_left(const struct run *run)
{
    return (run->size - run->next + WCGEN_FRAME - 1) / WCGEN_FRAME;
}

static void parts_add(struct parts *parts, size_t at, size_t size, size_t uncompressed)
{
    parts->blocks = wcgen_util_grow(parts->blocks, parts->count + 1, sizeof *parts->blocks);
    parts->at = wcgen_util_grow(parts->at, parts->count + 1, sizeof *parts->at);
    parts->blocks[parts->count] =
        (struct wcgen_block){.size = (uint16_t)size, .uncompressed = (uint16_t)uncompressed};
    parts->at[parts->count++] = at;
}

static void parts_free(struct parts *parts)
{
    wcgen_buffer_free(&parts->payloads);
    free(parts->blocks);
    free(parts->at);
}

/* Encodes the next frame of the folder towards the target; returns the size of its payload. */
static size_t encode_next(struct run *run, size_t target, struct parts *parts)
{
    size_t count = frame_size(run, run->next);
    size_t at = parts->payloads.length;
    if (run->mszip)
        wcgen_mszip_encode_to(run->data, run->next, count, target, &parts->payloads);
    else
        wcgen_quantum_encode(&run->encoder, run->data, run->next, count, target, &parts->payloads);
    size_t size = parts->payloads.length - at;
    parts_add(parts, at, size, count);
    run->next += count;
    return size;
}

static void run_free(struct run *run)
{
    wcgen_quantum_free(&run->encoder);
    free(run->data);
    free(run->rest);
    *run = (struct run){0};
}

static size_t members_size(const struct wcgen_cabinet_plan *plan)
{
    size_t size = 0;
    for (size_t i = 0; i < plan->member_count; i++)
        size += plan->members[i].size;
    return size;
}

static size_t entries_size(const struct wcgen_member *members, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += wcgen_cabinet_entry_size(members[i].name_length);
    return size;
}

/* How many bytes of the last file of plan i should at least be left to the next cabinet, so that
 * this one can be filled; a sixth more, for some choice. */
static size_t least_rest(const struct wcgen_set *set, size_t i)
{
    const struct wcgen_cabinet_plan *plan = &set->plans[i];
    if (!plan->cut || i + 1 >= set->plan_count)
        return 0;
    const struct wcgen_cabinet_plan *next = &set->plans[i + 1];
    size_t needs = next->size + next->size / 6 + least_rest(set, i + 1);
    size_t has = 0;
    for (size_t m = 0; m < next->member_count; m++)
        has += next->members[m].largest;
    if (needs <= has)
        return 0;
    const struct wcgen_member *last = &plan->members[plan->member_count - 1];
    return (size_t)((uint64_t)(needs - has) * last->size / (last->largest ? last->largest : 1));
}

/* How far the files that a cut in this frame would cross are from those that should cross: 0: none
 * besides; 1: others as well; 2: not all of them. */
static unsigned crossing_fault(const struct wcgen_cabinet_plan *plan, size_t total, size_t frame)
{
    size_t first = plan->member_count - plan->crossing;
    size_t start = total;
    for (size_t i = first; i < plan->member_count; i++)
        start -= plan->members[i].size;
    if (frame * WCGEN_FRAME >= start + plan->members[first].size)
        return 2;
    return frame * WCGEN_FRAME < start;
}

/* The frame of the new folder in which the cabinet is cut: one with a byte of the last file; best
 * one that no other file crosses, and where contents are compressed to about 1 : 2.7. */
static size_t choose_cut(const struct wcgen_set *set, size_t i, size_t total, size_t before,
                         size_t room)
{
    const struct wcgen_cabinet_plan *plan = &set->plans[i];
    size_t last = plan->members[plan->member_count - 1].size;
    size_t rest = least_rest(set, i);
    size_t best = 0;
    uint64_t best_fault = UINT64_MAX;
    for (size_t frame = (total - last) / WCGEN_FRAME; frame * WCGEN_FRAME < total; frame++) {
        size_t middle = frame * WCGEN_FRAME + WCGEN_FRAME / 2;
        uint64_t ratio = (uint64_t)(before + middle) * 1000 / (room ? room : 1);
        uint64_t fault = ratio > 2700 ? ratio - 2700 : 2700 - ratio;
        fault += 1000000ull * crossing_fault(plan, total, frame);
        if (middle + rest > total)
            fault += 100000ull * (middle + rest - total) / WCGEN_FRAME;
        if (fault < best_fault) {
            best = frame;
            best_fault = fault;
        }
    }
    return best;
}

/* Notes which members have a byte in the cut frame; they go on in the next cabinet. */
static void note_crossing(struct run *run, const struct wcgen_cabinet_plan *plan, size_t cut)
{
    size_t offset = 0;
    for (size_t i = 0; i < plan->member_count; i++) {
        if (offset + plan->members[i].size > cut * WCGEN_FRAME) {
            run->crossing = &plan->members[i];
            run->crossing_count = plan->member_count - i;
            run->crossing_offset = offset;
            return;
        }
        offset += plan->members[i].size;
    }
}

/* What the blocks of a cabinet still have to share. */
struct budget {
    size_t bytes;        /* left for CFDATA headers and payloads; 0 in `limited` false */
    size_t blocks;       /* to come */
    size_t uncompressed; /* to come; half of a block that is cut */
    bool limited;
};

static size_t block_target(const struct budget *budget, size_t count)
{
    if (!budget->limited)
        return count * 10 / 27;
    size_t heads = 8 * budget->blocks;
    if (budget->bytes <= heads || !budget->uncompressed)
        return 1;
    return (budget->bytes - heads) * count / budget->uncompressed;
}

static void budget_take(struct budget *budget, size_t size, size_t uncompressed)
{
    budget->bytes -= budget->bytes < size + 8 ? budget->bytes : size + 8;
    budget->blocks--;
    budget->uncompressed -= uncompressed;
}

static void encode_until(struct run *run, size_t end, struct budget *budget, struct parts *parts)
{
    while (run->next < end) {
        size_t count = frame_size(run, run->next);
        budget_take(budget, encode_next(run, block_target(budget, count), parts), count);
    }
}

/* The state to which a trial goes back. */
struct checkpoint {
    struct wcgen_quantum encoder; /* a copy of its own */
    size_t next, payloads, count;
};

static void go_back(const struct checkpoint *to, struct run *run, struct parts *parts)
{
    if (!run->mszip) /* which keeps nothing from frame to frame */
        wcgen_quantum_copy(&run->encoder, &to->encoder);
    run->next = to->next;
    parts->payloads.length = to->payloads;
    parts->count = to->count;
}

/* Encodes the last one or two frames, the first of them towards the target; returns the bytes they
 * take, heads included. */
static size_t encode_tail(struct run *run, size_t target, struct budget left, struct parts *parts)
{
    size_t count = frame_size(run, run->next);
    size_t size = encode_next(run, target, parts);
    size_t total = size + 8;
    budget_take(&left, size, count);
    if (run->next < run->size) {
        count = frame_size(run, run->next);
        total += 8 + encode_next(run, block_target(&left, count), parts);
    }
    return total;
}

/* A target for the next trial: corrected by the last one's miss, with a little noise, as sizes jump
 * where a match more or less is used. */
static size_t next_target(size_t target, size_t total, size_t wanted, size_t trial)
{
    size_t noise = trial * 2654435761u / 65536 % (1 + trial / 4);
    size_t up = target + wanted + noise;
    size_t down = total + trial / 8;
    return up > down + 1 ? up - down : 1;
}

/* Encodes the last one or two frames so that they fill the budget to the byte. */
static void encode_exactly(const struct wcgen_set *set, size_t plan, struct run *run,
                           const struct budget *budget, struct parts *parts)
{
    struct checkpoint start = {
        .next = run->next, .payloads = parts->payloads.length, .count = parts->count};
    if (!run->mszip)
        wcgen_quantum_copy(&start.encoder, &run->encoder);
    size_t target = block_target(budget, frame_size(run, run->next));
    size_t total = 0;
    for (size_t trial = 0; trial < TRIALS && total != budget->bytes; trial++) {
        if (trial)
            target = next_target(target, total, budget->bytes, trial);
        go_back(&start, run, parts);
        run->encoder.literals_at_once -= trial % 16;
        total = encode_tail(run, target, *budget, parts);
    }
    wcgen_quantum_free(&start.encoder);
    if (total == budget->bytes)
        return;
    wcgen_util_fail("%s: %s can't get exactly %u bytes", set->title, set->plans[plan].name,
                    set->plans[plan].size);
}

static void encode_whole(const struct wcgen_set *set, size_t plan, struct run *run,
                         struct budget *budget, struct parts *parts)
{
    size_t tail = run->size % WCGEN_FRAME ? run->size % WCGEN_FRAME : WCGEN_FRAME;
    if (budget->limited) {
        size_t exact = tail < SMALL_TAIL && run->size > tail ? tail + WCGEN_FRAME : tail;
        encode_until(run, run->size - exact, budget, parts);
        encode_exactly(set, plan, run, budget, parts);
    } else {
        encode_until(run, run->size, budget, parts);
    }
}

/* Encodes the cut frame; *room: the bytes of it that the budget has left for this cabinet. Returns
 * its size. */
static size_t encode_cut_frame(struct run *run, const struct budget *budget, struct parts *parts,
                               size_t *room)
{
    *room = budget->bytes > 8 ? budget->bytes - 8 : 0;
    return encode_next(run, 2 * *room, parts);
}

/* Encodes the frame before the cut one, again and again if need be, and the cut one, so that the
 * cabinet is full somewhere in the latter, however short that is. */
static size_t encode_cut_pair(struct run *run, const struct budget *budget, struct parts *parts,
                              size_t *room)
{
    struct checkpoint start = {
        .next = run->next, .payloads = parts->payloads.length, .count = parts->count};
    wcgen_quantum_copy(&start.encoder, &run->encoder);
    size_t target = block_target(budget, WCGEN_FRAME);
    size_t size = 0;
    for (size_t trial = 0, before = 0; trial < TRIALS; trial++) {
        struct budget left = *budget;
        size_t wanted = budget->bytes > 16 + size / 2 ? budget->bytes - 16 - size / 2 : 1;
        if (trial)
            target = next_target(target, before, wanted, trial);
        go_back(&start, run, parts);
        run->encoder.literals_at_once -= trial % 16;
        before = encode_next(run, target, parts);
        budget_take(&left, before, WCGEN_FRAME);
        size = encode_cut_frame(run, &left, parts, room);
        if (*room >= 1 && *room < size)
            break;
    }
    wcgen_quantum_free(&start.encoder);
    return size;
}

/* Encodes the new folder up to its frame `cut`, which is cut so that the cabinet is full, and keeps
 * the rest of that. */
static void encode_cut(const struct wcgen_set *set, size_t plan, struct run *run, size_t cut,
                       struct budget *budget, struct parts *parts)
{
    size_t count = frame_size(run, cut * WCGEN_FRAME);
    bool is_pair = cut > 0 && count < SMALL_TAIL;
    size_t room, size;
    encode_until(run, (is_pair ? cut - 1 : cut) * WCGEN_FRAME, budget, parts);
    size = is_pair ? encode_cut_pair(run, budget, parts, &room)
                   : encode_cut_frame(run, budget, parts, &room);
    if (room < 1 || room >= size)
        wcgen_util_fail("%s: %s can't be cut in its last file: %zu bytes left, the block has %zu",
                        set->title, set->plans[plan].name, room, size);
    struct wcgen_block *block = &parts->blocks[parts->count - 1];
    run->rest_size = size - room;
    run->rest = wcgen_util_alloc(run->rest_size, 1);
    memcpy(run->rest, parts->payloads.bytes + parts->at[parts->count - 1] + room, run->rest_size);
    run->rest_uncompressed = count;
    block->size = (uint16_t)room;
    block->uncompressed = 0;
    block->no_checksum = true; /* as in Windows 95; that of the second part covers its own bytes */
}

static void start_run(const struct wcgen_set *set, const struct wcgen_cabinet_plan *plan,
                      struct run *run)
{
    *run = (struct run){.size = members_size(plan)};
    run->data = wcgen_util_alloc(run->size, 1);
    size_t offset = 0;
    for (size_t i = 0; i < plan->member_count; i++) {
        set->fill(set->context, &plan->members[i], run->data + offset);
        offset += plan->members[i].size;
    }
    run->mszip = set->window_bits == 0;
    if (!run->mszip)
        wcgen_quantum_start(&run->encoder, set->window_bits, false);
}

/* The cabinet while it is put together. */
struct making {
    struct wcgen_set *set;
    size_t plan;
    struct run *old;
    struct run *new;
    struct parts old_parts, new_parts;
};

static void describe(const struct making *making, struct wcgen_cabinet *cabinet)
{
    const struct wcgen_set *set = making->set;
    size_t i = making->plan;
    *cabinet = (struct wcgen_cabinet){.set_id = set->plans[i].set_id,
                                      .index = (uint16_t)(set->first_index + i),
                                      .folder_count = making->old->data ? 2 : 1};
    if (i > 0) {
        cabinet->previous = set->plans[i - 1].name;
        cabinet->previous_disk = set->plans[i - 1].disk;
    }
    if (i + 1 < set->plan_count && !set->plans[i].names_no_next) {
        cabinet->next = set->plans[i + 1].name;
        cabinet->next_disk = set->plans[i + 1].disk;
    }
}

static void add_entry(struct wcgen_cabinet *cabinet, const struct wcgen_member *member,
                      size_t offset, unsigned folder)
{
    cabinet->entries[cabinet->entry_count++] =
        (struct wcgen_entry){.size = member->size,
                             .offset = (uint32_t)offset,
                             .folder = (uint16_t)folder,
                             .date = member->date,
                             .time = member->time,
                             .attributes = member->attributes,
                             .name = member->name,
                             .name_length = member->name_length};
}

static void add_entries(struct making *making, struct wcgen_cabinet *cabinet)
{
    const struct wcgen_cabinet_plan *plan = &making->set->plans[making->plan];
    const struct run *old = making->old;
    const struct run *new = making->new;
    cabinet->entries =
        wcgen_util_alloc(old->crossing_count + plan->member_count, sizeof *cabinet->entries);
    size_t offset = old->crossing_offset;
    for (size_t i = 0; i < old->crossing_count; i++) {
        add_entry(cabinet, &old->crossing[i], offset, WCGEN_FOLDER_FROM_PREVIOUS);
        offset += old->crossing[i].size;
    }
    offset = 0;
    for (size_t i = 0; i < plan->member_count; i++) {
        bool goes_on = i + new->crossing_count >= plan->member_count;
        plan->members[i].ends_in = making->plan + (goes_on ? 1 : 0);
        add_entry(cabinet, &plan->members[i], offset,
                  goes_on ? (unsigned)WCGEN_FOLDER_TO_NEXT : old->data != NULL);
        offset += plan->members[i].size;
    }
}

static void finish_folder(const struct wcgen_set *set, struct parts *parts,
                          struct wcgen_folder *folder)
{
    for (size_t i = 0; i < parts->count; i++)
        parts->blocks[i].payload = parts->payloads.bytes + parts->at[i];
    folder->method =
        (uint16_t)(set->window_bits ? QUANTUM_LEVEL_7 | set->window_bits << 8 : MSZIP_METHOD);
    folder->blocks = parts->blocks;
    folder->block_count = parts->count;
}

static void finish_cabinet(struct making *making, struct wcgen_cabinet *cabinet)
{
    const struct wcgen_set *set = making->set;
    struct wcgen_folder folders[2];
    size_t first = making->old->data ? 0 : 1;
    finish_folder(set, &making->old_parts, &folders[0]);
    finish_folder(set, &making->new_parts, &folders[1]);
    cabinet->folders = folders + first;
    add_entries(making, cabinet);
    struct wcgen_buffer out = {0};
    wcgen_cabinet_write(cabinet, &out);
    const struct wcgen_cabinet_plan *plan = &set->plans[making->plan];
    if (plan->size && out.length != plan->size)
        wcgen_util_fail("%s: %s has %zu bytes instead of %u", set->title, plan->name, out.length,
                        plan->size);
    set->take(set->context, making->plan, out.bytes, out.length);
    wcgen_buffer_free(&out);
    free(cabinet->entries);
}

static void build_one(struct making *making)
{
    struct wcgen_set *set = making->set;
    const struct wcgen_cabinet_plan *plan = &set->plans[making->plan];
    struct run *old = making->old;
    struct run *new = making->new;
    struct wcgen_cabinet cabinet;
    start_run(set, plan, new);
    describe(making, &cabinet);
    size_t head = wcgen_cabinet_head_size(&cabinet) +
                  entries_size(old->crossing, old->crossing_count) +
                  entries_size(plan->members, plan->member_count);
    if (plan->size && plan->size <= head)
        wcgen_util_fail("%s: the directory of %s needs %zu bytes", set->title, plan->name, head);
    struct budget budget = {.bytes = plan->size - (plan->size ? head : 0),
                            .limited = plan->size != 0,
                            .blocks = (old->data ? 1 + frames_left(old) : 0)};
    if (old->data) {
        parts_add(&making->old_parts, 0, old->rest_size, old->rest_uncompressed);
        wcgen_buffer_append(&making->old_parts.payloads, old->rest, old->rest_size);
        budget_take(&budget, old->rest_size, 0);
    }
    size_t old_left = old->size - old->next;
    budget.uncompressed = old_left + new->size;
    budget.blocks += frames_left(new);
    size_t cut = 0;
    if (plan->cut) {
        cut = choose_cut(set, making->plan, new->size, old_left, budget.bytes);
        budget.uncompressed = old_left + cut * WCGEN_FRAME + frame_size(new, cut * WCGEN_FRAME) / 2;
        budget.blocks -= frames_left(new) - cut - 1;
    }
    encode_until(old, old->size, &budget, &making->old_parts);
    if (plan->cut) {
        encode_cut(set, making->plan, new, cut, &budget, &making->new_parts);
        note_crossing(new, plan, cut);
    } else {
        encode_whole(set, making->plan, new, &budget, &making->new_parts);
    }
    finish_cabinet(making, &cabinet);
}

void wcgen_cabset_build(struct wcgen_set *set)
{
    struct run old = {0};
    for (size_t i = 0; i < set->plan_count; i++) {
        struct run new = {0};
        struct making making = {.set = set, .plan = i, .old = &old, .new = &new};
        build_one(&making);
        parts_free(&making.old_parts);
        parts_free(&making.new_parts);
        run_free(&old);
        old = new;
        if (!set->plans[i].cut)
            run_free(&old);
    }
    run_free(&old);
}
