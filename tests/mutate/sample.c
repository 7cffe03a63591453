/*
 * sample - see sample.h.
 */
#include "sample.h"
#include "fields.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 2048,
    RAW_SECTOR = 2352,
    SECTOR = 512,
    PATH_BYTES = 8192,
    FAT_ENTRY = 32,
    FAT_NAME = 11
};

void die(const char *what, const char *name)
{
    fprintf(stderr, "mutate: %s: %s\n", name, what);
    exit(2);
}

size_t le16(const uint8_t *at)
{
    return (size_t)at[0] | (size_t)at[1] << 8;
}

size_t le32(const uint8_t *at)
{
    return le16(at) | le16(at + 2) << 16;
}

struct bytes read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct bytes bytes = {NULL, 0};
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        die("can't be read", path);
    rewind(file);
    bytes.size = (size_t)size;
    bytes.data = malloc(bytes.size + 1);
    if (bytes.data == NULL || fread(bytes.data, 1, bytes.size, file) != bytes.size)
        die("can't be read", path);
    (void)fclose(file);
    return bytes;
}

/* ---- cabinets ----------------------------------------------------------------------------- */

static size_t after_text(const uint8_t *data, size_t size, size_t at)
{
    while (at < size && data[at] != 0)
        at++;
    return at + 1;
}

static bool add_blocks(const uint8_t *data, size_t size, unsigned folder, size_t reserve,
                       struct cabinet_layout *layout)
{
    const uint8_t *entry = data + layout->folders_at + 8 * folder;
    size_t at = le32(entry), count = le16(entry + 4);

    if (folder == 0)
        layout->data_at = at;
    for (; count > 0; count--) {
        struct cabinet_block *block = &layout->blocks[layout->block_count];

        if (layout->block_count == BLOCKS_MAX || at + 8 + reserve > size)
            return false;
        block->folder = folder;
        block->at = at;
        block->size = 8 + reserve + le16(data + at + 4);
        block->unpacked = le16(data + at + 6);
        layout->block_count++;
        at += block->size;
    }
    return at <= size;
}

/* Microsoft Cabinet Format, "CAB File Layout".  Folders' reserved areas are not used by samples. */
bool cabinet_layout(const uint8_t *data, size_t size, struct cabinet_layout *layout)
{
    size_t at = 36, i, reserve = 0, flags;

    memset(layout, 0, sizeof(*layout));
    if (size < 44 || memcmp(data, "MSCF\0\0\0", 8) != 0)
        return false;
    flags = le16(data + 30);
    if (flags & 4) {
        reserve = data[39];
        at += 4 + le16(data + 36);
    }
    for (i = (flags & 1 ? 2U : 0U) + (flags & 2 ? 2U : 0U); i > 0; i--)
        at = after_text(data, size, at);
    layout->folders_at = at;
    layout->folder_count = (unsigned)le16(data + 26);
    layout->file_count = (unsigned)le16(data + 28);
    if (at + 8 * layout->folder_count > size || layout->file_count > FILES_MAX)
        return false;
    at = le32(data + 16);
    for (i = 0; i < layout->file_count; i++) {
        struct cabinet_file *file = &layout->files[i];

        if (at + 17 > size)
            return false;
        file->at = at;
        file->size = le32(data + at);
        file->offset = le32(data + at + 4);
        file->folder = (unsigned)le16(data + at + 8);
        file->name = (const char *)data + at + 16;
        at = after_text(data, size, at + 16);
    }
    for (i = 0; i < layout->folder_count; i++) {
        if (!add_blocks(data, size, (unsigned)i, reserve, layout))
            return false;
    }
    return at <= size;
}

/* ---- regions ------------------------------------------------------------------------------ */

size_t place_offset(const struct place *place, size_t at)
{
    return place->start + at / PIECE * place->stride + at % PIECE;
}

static bool find_content(struct sample *sample, const struct bytes *content, struct place *place)
{
    size_t first = content->size < PIECE ? content->size : PIECE, i, at;

    for (i = 0; i < sample->image_count; i++) {
        struct sample_image *image = &sample->images[i];
        const uint8_t *found = memmem(image->bytes.data, image->bytes.size, content->data, first);

        if (found == NULL)
            continue;
        place->image = image;
        place->start = (size_t)(found - image->bytes.data);
        for (place->stride = PIECE; place->stride <= RAW_SECTOR;
             place->stride += RAW_SECTOR - PIECE) {
            for (at = 0; at < content->size; at++) {
                size_t here = place_offset(place, at);

                if (here >= image->bytes.size || image->bytes.data[here] != content->data[at])
                    break;
            }
            if (at == content->size)
                return true;
        }
    }
    return false;
}

/* A region of its own for some bytes of a file; the set with it alone. */
static uint64_t add_region(struct sample *sample, const struct place *place, size_t from, size_t to)
{
    unsigned region = ++sample->region_count;

    if (region >= REGION_UNUSED)
        die("too many regions", sample->name);
    for (; from < to; from++)
        place->image->region_of[place_offset(place, from)] = (uint8_t)region;
    return REGION_BIT(region);
}

/* The entry of a file in a FAT directory is a region of its own, but for its first byte, which may
 * end the directory.  NONE where there is none. */
static uint64_t add_fat_entry(struct sample *sample, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t stem = dot == NULL ? strlen(name) : (size_t)(dot - name), i, at;
    char packed[FAT_NAME + 1];

    if (stem > 8 || (dot != NULL && strlen(dot + 1) > 3))
        return REGIONS_NONE;
    (void)snprintf(packed, sizeof(packed), "%-8.*s%-3s", (int)stem, name,
                   dot == NULL ? "" : dot + 1);
    for (i = 0; i < sample->image_count; i++) {
        struct place place = {&sample->images[i], 0, PIECE};
        const struct bytes *bytes = &sample->images[i].bytes;

        for (at = SECTOR; at + FAT_ENTRY <= bytes->size; at += FAT_ENTRY) {
            if (memcmp(bytes->data + at, packed, FAT_NAME) == 0) {
                place.start = at;
                return add_region(sample, &place, 1, FAT_ENTRY);
            }
        }
    }
    return REGIONS_NONE;
}

/* Large runs of one byte that belong to nothing else: free sectors, room behind the last file. */
static void mark_unused(struct sample_image *image)
{
    const uint8_t *data = image->bytes.data;
    size_t at, i;

    for (at = 0; at + PIECE <= image->bytes.size; at += SECTOR) {
        bool unused = memcmp(data + at, data + at + 1, PIECE - 1) == 0;

        for (i = 0; unused && i < PIECE; i++)
            unused = image->region_of[at + i] == REGION_STRUCTURE ||
                     image->region_of[at + i] == REGION_UNUSED;
        if (unused)
            memset(image->region_of + at, REGION_UNUSED, PIECE);
    }
}

/* Zeros between the end of a file and that of its sector. */
static void mark_slack(const struct place *place, size_t size)
{
    size_t at = place_offset(place, size), sector = place->stride == RAW_SECTOR ? PIECE : SECTOR;

    for (; size % sector != 0 && at < place->image->bytes.size &&
           place->image->bytes.data[at] == 0 && place->image->region_of[at] == REGION_STRUCTURE;
         size++, at = place_offset(place, size))
        place->image->region_of[at] = REGION_UNUSED;
}

/* One block of a folder that may go on over cabinets. */
struct link {
    uint64_t regions, payload;
    size_t start; /* of its bytes in the unpacked folder */
};

struct chain {
    struct link links[BLOCKS_MAX * CABINETS_MAX];
    unsigned count;
    size_t end;
};

static bool goes_on(const struct cabinet_file *file)
{
    return file->folder == 0xFFFE || file->folder == 0xFFFF;
}

static bool came_from_before(const struct cabinet_file *file)
{
    return file->folder == 0xFFFD || file->folder == 0xFFFF;
}

static bool is_of(const struct cabinet_file *file, unsigned folder, unsigned folder_count)
{
    return file->folder == folder || (folder == 0 && came_from_before(file)) ||
           (folder + 1 == folder_count && goes_on(file));
}

static struct sample_file *file_named(struct sample *sample, const char *name)
{
    size_t i;

    for (i = 0; i < sample->file_count; i++) {
        if (strcmp(sample->files[i].name, name) == 0)
            return &sample->files[i];
    }
    return NULL;
}

/* What the files of a folder need: its blocks up to their last byte, and these blocks' cabinets. */
static void add_needs(struct sample *sample, const struct cabinet_layout *layout, unsigned folder,
                      uint64_t header, const struct chain *chain)
{
    unsigned i, k;

    for (i = 0; i < layout->file_count; i++) {
        const struct cabinet_file *entry = &layout->files[i];
        struct sample_file *file = file_named(sample, entry->name);

        if (file == NULL || !is_of(entry, folder, layout->folder_count))
            continue;
        file->in_cabinet = true;
        file->needs = REGION_BIT(REGION_STRUCTURE) | header;
        file->payloads = REGIONS_NONE;
        for (k = 0; k < chain->count && chain->links[k].start < entry->offset + entry->size; k++) {
            file->needs |= chain->links[k].regions;
            file->payloads |= chain->links[k].payload;
        }
        if (chain->end < entry->offset + entry->size)
            file->needs = REGIONS_ALL; /* the next cabinet says it all */
    }
}

static uint64_t add_block(struct sample *sample, const struct place *place,
                          const struct cabinet_block *block)
{
    struct sample_block *added = &sample->blocks[sample->block_count++];

    if (sample->block_count == SAMPLE_BLOCKS_MAX)
        die("too many blocks", sample->name);
    added->place = *place;
    added->at = block->at;
    added->size = block->size;
    added->region = sample->region_count + 1;
    return add_region(sample, place, block->at, block->at + block->size);
}

/* Regions of a cabinet.  `chain` is the folder that goes on from the cabinet before; with `links`
 * as they are when the last folder goes on. */
static void add_cabinet(struct sample *sample, const struct truth *truth, struct chain *chain)
{
    const struct bytes *content = &truth->content;
    struct cabinet_layout layout;
    struct place place;
    uint64_t header;
    unsigned i, folder;

    if (!find_content(sample, content, &place))
        return;
    if (!cabinet_layout(content->data, content->size, &layout))
        die("a cabinet isn't understood", sample->name);
    mark_slack(&place, content->size);
    header = add_region(sample, &place, 0, layout.data_at) | add_fat_entry(sample, truth->name);
    for (folder = 0; folder < layout.folder_count; folder++) {
        bool continued = false;

        for (i = 0; folder == 0 && i < layout.file_count; i++)
            continued = continued || came_from_before(&layout.files[i]);
        if (!continued) {
            chain->count = 0;
            chain->end = 0;
        }
        for (i = 0; i < layout.block_count; i++) {
            const struct cabinet_block *block = &layout.blocks[i];
            struct link *link = &chain->links[chain->count];

            if (block->folder != folder)
                continue;
            link->payload = add_block(sample, &place, block);
            link->regions = header | link->payload;
            link->start = chain->end;
            chain->end += block->unpacked;
            chain->count++;
        }
        add_needs(sample, &layout, folder, header, chain);
    }
}

static const struct truth *truth_named(struct samples *samples, const char *folder,
                                       const char *name, const char *sha256)
{
    char path[PATH_BYTES];
    struct truth *truth;
    size_t i;

    for (i = 0; i < samples->truth_count; i++) {
        if (strcmp(samples->truths[i].name, name) == 0)
            return &samples->truths[i];
    }
    if (i == FILES_MAX)
        die("too many files", name);
    truth = &samples->truths[samples->truth_count++];
    (void)snprintf(truth->name, sizeof(truth->name), "%s", name);
    (void)snprintf(truth->sha256, sizeof(truth->sha256), "%s", sha256);
    (void)snprintf(path, sizeof(path), "%s/truth/%s", folder, name);
    truth->content = read_whole(path);
    return truth;
}

/* ---- loading ------------------------------------------------------------------------------ */

static void load_images(struct sample *sample, const char *folder)
{
    char path[PATH_BYTES];
    struct dirent **entries;
    int count, i;

    (void)snprintf(path, sizeof(path), "%s/samples/%s", folder, sample->name);
    count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        die("can't be read", path);
    for (i = 0; i < count; i++) {
        struct sample_image *image = &sample->images[sample->image_count];

        if (entries[i]->d_name[0] != '.') {
            if (sample->image_count == IMAGES_MAX)
                die("too many images", path);
            (void)snprintf(image->name, sizeof(image->name), "%.63s", entries[i]->d_name);
            (void)snprintf(path, sizeof(path), "%s/samples/%s/%s", folder, sample->name,
                           image->name);
            image->bytes = read_whole(path);
            image->region_of = calloc(1, image->bytes.size + 1);
            if (image->region_of == NULL)
                die("out of memory", path);
            sample->image_count++;
        }
        free(entries[i]);
    }
    free(entries);
}

static struct sample *sample_named(struct samples *samples, const char *folder, const char *name)
{
    struct sample *sample = &samples->list[samples->count];

    if (samples->count > 0 && strcmp(sample[-1].name, name) == 0)
        return sample - 1;
    if (samples->count == SAMPLES_MAX)
        die("too many samples", name);
    (void)snprintf(sample->name, sizeof(sample->name), "%s", name);
    load_images(sample, folder);
    samples->count++;
    return sample;
}

static struct sample_file *add_file(struct sample *sample, const struct truth *truth)
{
    struct sample_file *file = &sample->files[sample->file_count++];

    (void)snprintf(file->name, sizeof(file->name), "%s", truth->name);
    file->content = &truth->content;
    file->sha256 = truth->sha256;
    file->needs = REGIONS_ALL;
    return file;
}

/* One line of the truth.  The lines of a sample name its files before its cabinets. */
struct line {
    char sample[NAME_BYTES], file[NAME_BYTES], kind[NAME_BYTES], sha256[HASH_BYTES];
};

static void load_line(struct samples *samples, const char *folder, const struct line *line,
                      struct chain *chain)
{
    struct sample *sample = sample_named(samples, folder, line->sample);
    const struct truth *truth = truth_named(samples, folder, line->file, line->sha256);
    struct sample_file *file;
    struct place place;

    if (sample->file_count == FILES_MAX)
        die("too many files", line->sample);
    if (strcmp(line->kind, "cabinet") == 0) {
        add_cabinet(sample, truth, chain);
        return;
    }
    file = add_file(sample, truth);
    file->sealed = strcmp(line->kind, "sealed") == 0;
    if (strcmp(line->kind, "file") == 0 && find_content(sample, &truth->content, &place)) {
        file->payloads = add_region(sample, &place, 0, truth->content.size);
        mark_slack(&place, truth->content.size);
        file->needs =
            REGION_BIT(REGION_STRUCTURE) | file->payloads | add_fat_entry(sample, file->name);
    }
}

void samples_load(const char *folder, struct samples *samples)
{
    char path[PATH_BYTES], text[512];
    struct line line;
    size_t i, k;
    struct chain *chain = calloc(1, sizeof(*chain));
    FILE *list;

    memset(samples, 0, sizeof(*samples));
    (void)snprintf(path, sizeof(path), "%s/truth.tsv", folder);
    list = fopen(path, "r");
    if (list == NULL || chain == NULL)
        die("can't be read (samples.sh makes it)", path);
    while (fgets(text, sizeof(text), list) != NULL) {
        if (sscanf(text, "%63[^\t]\t%63[^\t]\t%63[^\t]\t%64s", line.sample, line.file, line.kind,
                   line.sha256) != 4)
            die("a line isn't understood", path);
        load_line(samples, folder, &line, chain);
    }
    (void)fclose(list);
    free(chain);
    (void)snprintf(path, sizeof(path), "%s/witness/WITNESS.CAB", folder);
    samples->witness_image = read_whole(path);
    (void)snprintf(samples->witness.name, sizeof(samples->witness.name), "witness.txt");
    samples->witness.content = &truth_named(samples, folder, "witness.txt", "")->content;
    samples->witness.sha256 = NULL;
    (void)snprintf(samples->profiles, sizeof(samples->profiles), "%.4000s/profiles", folder);
    for (i = 0; i < samples->count; i++) {
        for (k = 0; k < samples->list[i].image_count; k++)
            mark_unused(&samples->list[i].images[k]);
        fields_find(&samples->list[i]);
    }
}

void samples_free(struct samples *samples)
{
    size_t i, k;

    for (i = 0; i < samples->count; i++) {
        for (k = 0; k < samples->list[i].image_count; k++) {
            free(samples->list[i].images[k].bytes.data);
            free(samples->list[i].images[k].region_of);
        }
    }
    for (i = 0; i < samples->truth_count; i++)
        free(samples->truths[i].content.data);
    free(samples->witness_image.data);
}
