/*
 * damage - see damage.h.
 */
#include "damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, INSERTED_MOST = 600, LOOKS_FOR_USED = 12 };

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

uint64_t damage_number(uint64_t seed, uint64_t purpose)
{
    uint64_t state = seed * 0x2545F4914F6CDD1DU + purpose;

    return next(&state);
}

static size_t below(uint64_t *state, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(next(state) % limit);
}

const char *damage_kind_name(enum damage_kind kind)
{
    static const char *const names[DAMAGE_KINDS] = {
        [DAMAGE_NONE] = "none",         [DAMAGE_BITS] = "bits",
        [DAMAGE_CUT] = "cut",           [DAMAGE_SECTORS] = "sectors",
        [DAMAGE_SWAPPED] = "swapped",   [DAMAGE_REPEATED] = "repeated",
        [DAMAGE_INSERTED] = "inserted", [DAMAGE_FIELDS] = "fields"};

    return names[kind];
}

/* A byte of the image that mostly is not one of its free room. */
static size_t some_place(const struct sample_image *image, uint64_t *state)
{
    size_t at = below(state, image->bytes.size), tries;

    for (tries = 0; tries < LOOKS_FOR_USED && image->region_of[at] == REGION_UNUSED; tries++)
        at = below(state, image->bytes.size);
    return at;
}

static size_t some_sector(const struct sample_image *image, uint64_t *state)
{
    return some_place(image, state) / SECTOR * SECTOR;
}

/* Bytes of the sector at `at` that there are. */
static size_t sector_size(const struct damage *damage, size_t at)
{
    return damage->bytes.size - at < SECTOR ? damage->bytes.size - at : (size_t)SECTOR;
}

static void damage_bits(struct damage *damage, uint64_t *state)
{
    size_t count = 1 + below(state, 8), length = 0, at;
    unsigned bit;

    if (below(state, 2) == 0)
        count = 1;
    while (count-- > 0) {
        at = some_place(damage->image, state);
        bit = (unsigned)below(state, 8);
        damage->bytes.data[at] ^= (uint8_t)(1U << bit);
        if (length < sizeof(damage->text))
            length += (size_t)snprintf(damage->text + length, sizeof(damage->text) - length,
                                       "bit %u of byte %zu; ", bit, at);
    }
}

static void damage_cut(struct damage *damage, uint64_t *state)
{
    damage->bytes.size = some_place(damage->image, state);
    (void)snprintf(damage->text, sizeof(damage->text), "cut to %zu bytes", damage->bytes.size);
}

static void damage_sectors(struct damage *damage, uint64_t *state)
{
    static const char filler[] = "-=[BAD SECTOR]=-";
    size_t count = 1 + below(state, 4), at = some_sector(damage->image, state), i;
    size_t what = below(state, 6);

    (void)snprintf(damage->text, sizeof(damage->text), "%zu sectors at %zu hold %s", count, at,
                   what == 0   ? "FF"
                   : what == 1 ? "F6"
                   : what == 2 ? "a filler"
                   : what == 3 ? "noise"
                               : "zeros");
    for (; count > 0 && at < damage->bytes.size; count--, at += SECTOR) {
        for (i = 0; i < sector_size(damage, at); i++)
            damage->bytes.data[at + i] = what == 0   ? 0xFF
                                         : what == 1 ? 0xF6
                                         : what == 2 ? (uint8_t)filler[i % 16]
                                         : what == 3 ? (uint8_t)next(state)
                                                     : 0;
    }
}

static void damage_swapped(struct damage *damage, uint64_t *state)
{
    size_t one = some_sector(damage->image, state), other = some_sector(damage->image, state), i;
    size_t size = sector_size(damage, one > other ? one : other);

    for (i = 0; i < size; i++) {
        uint8_t kept = damage->bytes.data[one + i];

        damage->bytes.data[one + i] = damage->bytes.data[other + i];
        damage->bytes.data[other + i] = kept;
    }
    (void)snprintf(damage->text, sizeof(damage->text), "sectors at %zu and %zu swapped", one,
                   other);
}

static void damage_repeated(struct damage *damage, uint64_t *state)
{
    size_t from = some_sector(damage->image, state), to = some_sector(damage->image, state);

    memmove(damage->bytes.data + to, damage->bytes.data + from,
            sector_size(damage, from > to ? from : to));
    (void)snprintf(damage->text, sizeof(damage->text), "sector at %zu again at %zu", from, to);
}

static void damage_inserted(struct damage *damage, uint64_t *state)
{
    size_t at = some_place(damage->image, state), i;
    size_t count = below(state, 3) == 0 ? (size_t)SECTOR : 1 + below(state, INSERTED_MOST);

    memmove(damage->bytes.data + at + count, damage->bytes.data + at, damage->bytes.size - at);
    for (i = 0; i < count; i++)
        damage->bytes.data[at + i] = (uint8_t)next(state);
    damage->bytes.size += count;
    (void)snprintf(damage->text, sizeof(damage->text), "%zu bytes inserted at %zu", count, at);
}

/* Numbers that are wrong in ways that hurt: none, the most, one off, a power of two, any. */
static uint32_t bad_number(uint32_t old, unsigned width, uint64_t *state)
{
    switch (below(state, 9)) {
    case 0:
        return 0;
    case 1:
        return UINT32_MAX;
    case 2:
        return (1U << (8 * width - 1)) - 1;
    case 3:
        return old + 1;
    case 4:
        return old - 1;
    case 5:
        return 1U << below(state, (size_t)8 * width);
    case 6:
        return old * 2;
    case 7:
        return old + (uint32_t)below(state, 64) - 32;
    default:
        return (uint32_t)next(state);
    }
}

static void damage_fields(const struct sample *sample, struct damage *damage, uint64_t *state)
{
    size_t count = 1 + below(state, 3), length = 0, i;

    damage->text[0] = '\0';
    while (count > 0) {
        const struct sample_field *field = &sample->fields[below(state, sample->field_count)];
        uint32_t value = 0;

        if (field->image != damage->image)
            continue; /* the image was taken from one of its fields: there is one */
        for (i = field->width; i > 0; i--)
            value = value << 8 | damage->bytes.data[field->at + i - 1];
        value = bad_number(value, field->width, state);
        for (i = 0; i < field->width; i++)
            damage->bytes.data[field->at + i] = (uint8_t)(value >> 8 * i);
        if (length < sizeof(damage->text))
            length +=
                (size_t)snprintf(damage->text + length, sizeof(damage->text) - length,
                                 "%u bytes at %zu are 0x%X; ", field->width, field->at, value);
        count--;
    }
}

/* Which regions have other bytes now. */
static uint64_t regions_touched(const struct damage *damage)
{
    const struct bytes *before = &damage->image->bytes;
    uint64_t touched = REGIONS_NONE;
    size_t i;

    for (i = 0; i < before->size; i++) {
        bool same = i < damage->bytes.size && damage->bytes.data[i] == before->data[i];

        /* Behind bytes too many nothing is where it was, even where it looks alike. */
        if (!same)
            touched |= REGION_BIT(damage->image->region_of[i]);
        if (!same && damage->kind == DAMAGE_INSERTED) {
            for (; i < before->size; i++)
                touched |= REGION_BIT(damage->image->region_of[i]);
        }
    }
    return touched;
}

/* The exclusive or of a block's words, the last bytes in reverse order, of what was changed in it:
 * 0 when the checksum stays right (Microsoft Cabinet Format, "CFDATA", csum). */
static bool checksum_tells(const struct damage *damage, const struct sample_block *block)
{
    uint32_t sum = 0, word = 0, stored = 0;
    size_t i, whole = (block->size - 4) / 4 * 4;

    for (i = 0; i < block->size; i++) {
        size_t at = place_offset(&block->place, block->at + i);
        uint8_t changed = damage->bytes.data[at] ^ damage->image->bytes.data[at];

        if (i < 4)
            stored |= (uint32_t)damage->bytes.data[at] << 8 * i;
        if (i >= 4 && i < 8 && changed != 0)
            return false; /* another size: other bytes are summed up */
        if (i < 4 + whole)
            sum ^= (uint32_t)changed << 8 * (i % 4);
        else
            word = word << 8 | changed;
    }
    return (sum ^ word) != 0 && stored != 0;
}

static uint64_t regions_undetected(const struct sample *sample, const struct damage *damage)
{
    uint64_t undetected = REGIONS_NONE;
    size_t i;

    for (i = 0; i < sample->block_count; i++) {
        const struct sample_block *block = &sample->blocks[i];

        if (block->place.image != damage->image ||
            (damage->touched & REGION_BIT(block->region)) == 0)
            continue;
        if (damage->kind == DAMAGE_CUT || damage->kind == DAMAGE_INSERTED ||
            !checksum_tells(damage, block))
            undetected |= REGION_BIT(block->region);
    }
    return undetected;
}

void damage_make(const struct sample *sample, uint64_t seed, bool none, struct damage *damage)
{
    uint64_t state = damage_number(seed, 1);
    const struct sample_image *image;

    memset(damage, 0, sizeof(*damage));
    damage->kind = none ? DAMAGE_NONE : (enum damage_kind)(1 + below(&state, DAMAGE_KINDS - 1));
    image = &sample->images[below(&state, sample->image_count)];
    if (damage->kind == DAMAGE_FIELDS)
        image = sample->fields[below(&state, sample->field_count)].image;
    damage->image = image;
    damage->bytes.size = image->bytes.size;
    damage->bytes.data = malloc(image->bytes.size + INSERTED_MOST);
    if (damage->bytes.data == NULL || image->bytes.data == NULL)
        die("out of memory", sample->name);
    memcpy(damage->bytes.data, image->bytes.data, image->bytes.size);
    switch (damage->kind) {
    case DAMAGE_BITS:
        damage_bits(damage, &state);
        break;
    case DAMAGE_CUT:
        damage_cut(damage, &state);
        break;
    case DAMAGE_SECTORS:
        damage_sectors(damage, &state);
        break;
    case DAMAGE_SWAPPED:
        damage_swapped(damage, &state);
        break;
    case DAMAGE_REPEATED:
        damage_repeated(damage, &state);
        break;
    case DAMAGE_INSERTED:
        damage_inserted(damage, &state);
        break;
    case DAMAGE_FIELDS:
        damage_fields(sample, damage, &state);
        break;
    default:
        (void)snprintf(damage->text, sizeof(damage->text), "nothing");
        break;
    }
    damage->touched = regions_touched(damage);
    damage->undetected = regions_undetected(sample, damage);
}

void damage_free(struct damage *damage)
{
    free(damage->bytes.data);
    damage->bytes.data = NULL;
}
