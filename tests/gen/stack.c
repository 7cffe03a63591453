/* stack.c: see stack.h. One worker makes one medium: first its cabinet sets, then its images. */
#include "stack.h"
#include "cabset.h"
#include "content.h"
#include "executable.h"
#include "fat.h"
#include "iso.h"
#include "listing.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALL_SHARE = 4, WINDOW_BITS = 21 };

/* The sum of the bytes of the 15 loose names of disk 1 that LAYOUT.INF gives to no cabinet: where the
 * sums of set IDs begin. */
enum { LOOSE_NAMES = 16152 };

/* What the listings don't say about a medium. */
struct medium {
    const char *id;
    bool floppies;
    const char *label; /* of the CD */
    bool joliet;
    const char *modified;
    uint32_t full_size;     /* of a cabinet that is cut and whose size isn't listed */
    const char *short_name; /* a cabinet that is smaller, as it shares disk 2's place */
    uint32_t short_size;
};

/* Retail CD: "2 MB" a cabinet; WIN95_02 is what PRECOPY2 leaves of that, less the 14,336 bytes that
 * disk 2 of the DMF set has free too. Plain floppies: all a 1.44 MB disk holds. */
static const struct medium media[] = {
    {"win95-cd", false, "WIN95", false, "1995-07-11 09:50", 2097152, "WIN95_02.CAB", 1357824},
    {"win95-dmf", true, NULL, false, "1995-07-11 09:50", 1716224, NULL, 0},
    {"win95-nondmf", true, NULL, false, "1995-07-11 09:50", 1457664, NULL, 0},
    {"win95-osr2-cd", false, "WIN95_OSR2", true, "1996-08-24 11:11", 1716224, NULL, 0},
};

enum { MEDIA_COUNT = sizeof media / sizeof *media };

/* A row of the listing and what became of it. */
struct file {
    const struct wcgen_row *row;
    char *name; /* as it is stored */
    size_t size;
    char sha256[65];
    char version[WCGEN_VERSION_TEXT];
    const char *ends_in;
    const char *method;
    unsigned attributes;
};

struct cabinet_made {
    const char *name; /* on the medium */
    char *header_name;
    char *disk;
    const struct wcgen_row *first;
    struct wcgen_buffer bytes;
};

struct job {
    const struct wcgen_stack *stack;
    const struct wcgen_content *content;
    const struct medium *medium;
    struct wcgen_listing listing;
    struct file *files;
    struct cabinet_made *cabinets;
    size_t cabinet_count;
    size_t set_start; /* number of the first cabinet of the set being made */
    struct wcgen_member *members;
    struct wcgen_buffer manifest;
};

/* Another edition's file: up to a fiftieth longer. Loose files stay, as disk 1 has no room left. */
static size_t edition_size(const struct job *job, const struct wcgen_row *row)
{
    size_t size = row->size > 0 ? (size_t)row->size : 0;
    if (!job->stack->edition || !*row->cabinet)
        return size;
    struct wcgen_random random = {wcgen_hash_text(job->stack->edition, row->name)};
    return size + wcgen_random_below(&random, (uint32_t)size / 50 + 1);
}

/* The listing's name; where it is printed in mixed case, as articles do for once, in lower case. */
static char *stored_name(const struct wcgen_row *row)
{
    char *name = wcgen_util_copy(row->name);
    bool upper = false, lower = false;
    for (const char *c = name; *c; c++) {
        upper = upper || isupper((unsigned char)*c);
        lower = lower || islower((unsigned char)*c);
    }
    for (char *c = name; upper && lower && *row->cabinet && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

static void make_content(struct job *job, struct file *file, uint8_t *bytes)
{
    const char *modified = *file->row->modified ? file->row->modified : job->medium->modified;
    wcgen_content_file(job->content, file->row->name, file->size, modified, bytes, file->version);
    wcgen_sha256_hex(bytes, file->size, file->sha256);
}

static void fill_member(void *context, const struct wcgen_member *member, uint8_t *bytes)
{
    struct job *job = context;
    make_content(job, &job->files[(const struct wcgen_row *)member->source - job->listing.rows],
                 bytes);
}

static void take_cabinet(void *context, size_t plan, const uint8_t *bytes, size_t count)
{
    struct job *job = context;
    wcgen_buffer_append(&job->cabinets[job->set_start + plan].bytes, bytes, count);
}

static bool same_cabinet(const struct wcgen_row *a, const struct wcgen_row *b)
{
    return strcmp(a->cabinet, b->cabinet) == 0 && strcmp(a->disk, b->disk) == 0 &&
           strcmp(a->path, b->path) == 0;
}

static bool has_start(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* What other cabinets' headers call the cabinet's disk: the floppy's number, "1" to "3" for
 * PRECOPYn and "nn" for WIN95_nn; on the CDs the same. */
static char *disk_text(const struct wcgen_row *row)
{
    if (*row->disk)
        return wcgen_util_copy(row->disk);
    const char *digits = row->cabinet + strcspn(row->cabinet, "0123456789");
    if (has_start(row->cabinet, "WIN95_"))
        digits = row->cabinet + strlen("WIN95_");
    return wcgen_util_format("%lu", strtoul(digits, NULL, 10));
}

/* Finds the cabinets in the listing's rows, in order. */
static void find_cabinets(struct job *job)
{
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct wcgen_row *row = &job->listing.rows[i];
        if (!*row->cabinet)
            continue;
        if (job->cabinet_count && same_cabinet(job->cabinets[job->cabinet_count - 1].first, row))
            continue;
        job->cabinets =
            wcgen_util_grow(job->cabinets, job->cabinet_count + 1, sizeof *job->cabinets);
        struct cabinet_made *made = &job->cabinets[job->cabinet_count++];
        *made = (struct cabinet_made){.name = row->cabinet, .first = row, .disk = disk_text(row)};
        made->header_name = wcgen_util_copy(row->cabinet);
        for (char *c = made->header_name; *c; c++)
            *c = (char)tolower((unsigned char)*c);
    }
}

/* The size that the listing gives the cabinet, or 0. */
static uint32_t listed_size(const struct job *job, const struct cabinet_made *cabinet)
{
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct wcgen_row *row = &job->listing.rows[i];
        if (!*row->cabinet && strcmp(row->name, cabinet->name) == 0 && row->size > 0 &&
            strcmp(row->disk, cabinet->first->disk) == 0)
            return (uint32_t)row->size;
    }
    return 0;
}

static void plan_members(struct job *job, const struct cabinet_made *cabinet,
                         struct wcgen_cabinet_plan *plan)
{
    size_t first = (size_t)(cabinet->first - job->listing.rows);
    plan->members = &job->members[first];
    for (size_t i = first; i < job->listing.count; i++) {
        const struct wcgen_row *row = &job->listing.rows[i];
        if (!same_cabinet(row, cabinet->first))
            break;
        struct wcgen_member *member = &job->members[i];
        *member = (struct wcgen_member){
            .name = job->files[i].name,
            .name_length = strlen(job->files[i].name),
            .size = (uint32_t)job->files[i].size,
            .largest = (uint32_t)wcgen_content_largest(row->name, job->files[i].size),
            .attributes = WCGEN_ARCHIVE,
            .source = row};
        wcgen_tree_dos_time(row->modified, &member->date, &member->time);
        if (*row->continues_in)
            plan->crossing++;
        plan->member_count++;
    }
    if (!plan->crossing)
        plan->crossing = 1;
}

static void plan_cabinet(struct job *job, size_t i, size_t end, struct wcgen_cabinet_plan *plan)
{
    const struct cabinet_made *cabinet = &job->cabinets[i];
    *plan = (struct wcgen_cabinet_plan){.name = cabinet->header_name, .disk = cabinet->disk};
    plan_members(job, cabinet, plan);
    /* PRECOPYn ends with a cabinet that isn't full: nothing of it goes on in WIN95_nn. */
    plan->cut = i + 1 < end && !(has_start(cabinet->name, "PRECOPY") &&
                                 has_start(job->cabinets[i + 1].name, "WIN95_"));
    plan->size = listed_size(job, cabinet);
    if (!plan->size && job->medium->short_name &&
        strcmp(cabinet->name, job->medium->short_name) == 0)
        plan->size = job->medium->short_size;
    if (!plan->size && plan->cut)
        plan->size = job->medium->full_size;
    if (job->stack->small)
        plan->size /= SMALL_SHARE;
}

static unsigned names_sum(const struct wcgen_cabinet_plan *plan)
{
    unsigned sum = 0;
    for (size_t m = 0; m < plan->member_count; m++)
        for (const char *c = plan->members[m].name; *c; c++)
            sum += (unsigned char)*c;
    return sum;
}

/* Gives the cabinets their set IDs: the sum of the bytes of all names placed so far, those of the
 * loose files first. PRECOPYn have one, what follows another. */
static void number_sets(struct wcgen_cabinet_plan *plans, size_t count, unsigned sum)
{
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        sum += names_sum(&plans[i]);
        if (i + 1 < count && plans[i].cut)
            continue;
        plans[i].names_no_next = true;
        for (; first <= i; first++)
            plans[first].set_id = (uint16_t)sum;
    }
}

/* Makes the cabinets from `start` to `end` as one chain. */
static void make_set(struct job *job, size_t start, size_t end, unsigned window_bits,
                     unsigned names_before)
{
    struct wcgen_cabinet_plan *plans = wcgen_util_alloc(end - start, sizeof *plans);
    for (size_t i = start; i < end; i++)
        plan_cabinet(job, i, end, &plans[i - start]);
    number_sets(plans, end - start, names_before);
    struct wcgen_set set = {.title = job->medium->id,
                            .window_bits = window_bits,
                            .plans = plans,
                            .plan_count = end - start,
                            .fill = fill_member,
                            .take = take_cabinet,
                            .context = job};
    job->set_start = start;
    wcgen_cabset_build(&set);
    for (size_t p = 0; p < set.plan_count; p++) {
        for (size_t m = 0; m < plans[p].member_count; m++) {
            const struct wcgen_row *row = plans[p].members[m].source;
            struct file *file = &job->files[row - job->listing.rows];
            file->ends_in = job->cabinets[start + plans[p].members[m].ends_in].name;
            file->method = window_bits ? "quantum" : "mszip";
            file->attributes = WCGEN_ARCHIVE;
        }
    }
    free(plans);
}

/* MINI.CAB is MSZIP and a set of its own; the numbers of PRECOPYn go on in WIN95_nn: so WIN95_13 gets
 * the number 13 that the real one has. */
static void make_sets(struct job *job)
{
    size_t i = 0;
    while (i < job->cabinet_count && strcmp(job->cabinets[i].name, "MINI.CAB") == 0) {
        make_set(job, i, i + 1, 0, 0);
        i++;
    }
    if (i < job->cabinet_count)
        make_set(job, i, job->cabinet_count, WINDOW_BITS, LOOSE_NAMES);
}

static const struct cabinet_made *find_made(const struct job *job, const struct wcgen_row *row)
{
    for (size_t i = 0; i < job->cabinet_count; i++)
        if (strcmp(job->cabinets[i].name, row->name) == 0 &&
            strcmp(job->cabinets[i].first->disk, row->disk) == 0)
            return &job->cabinets[i];
    return NULL;
}

/* Adds the loose file of this row to the tree of its disk. */
static void add_loose(struct job *job, struct file *file, struct wcgen_node *root)
{
    const struct wcgen_row *row = file->row;
    struct wcgen_buffer content = {0};
    const struct cabinet_made *made = find_made(job, row);
    if (made) {
        wcgen_buffer_append(&content, made->bytes.bytes, made->bytes.length);
        file->size = content.length;
        wcgen_sha256_hex(content.bytes, content.length, file->sha256);
    } else {
        content = (struct wcgen_buffer){wcgen_util_alloc(file->size, 1), file->size, file->size};
        make_content(job, file, content.bytes);
    }
    uint16_t date, time;
    wcgen_tree_dos_time(*row->modified ? row->modified : job->medium->modified, &date, &time);
    bool is_system = strcmp(row->disk, "boot") == 0 &&
                     (strcmp(row->name, "IO.SYS") == 0 || strcmp(row->name, "MSDOS.SYS") == 0);
    file->attributes =
        is_system ? WCGEN_ARCHIVE | WCGEN_READ_ONLY | WCGEN_HIDDEN | WCGEN_SYSTEM : WCGEN_ARCHIVE;
    char *path =
        *row->path ? wcgen_util_format("%s/%s", row->path, row->name) : wcgen_util_copy(row->name);
    wcgen_tree_add(root, path, &content, date, time, file->attributes);
    free(path);
}

static struct wcgen_node *disk_tree(struct job *job, const char *disk)
{
    struct wcgen_node *root = wcgen_tree_new();
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct wcgen_row *row = &job->listing.rows[i];
        if (!*row->cabinet && strcmp(row->disk, disk) == 0)
            add_loose(job, &job->files[i], root);
    }
    return root;
}

static char *image_name(const struct job *job, const char *disk)
{
    if (!job->medium->floppies)
        return wcgen_util_format("%s.iso", job->medium->id);
    if (strcmp(disk, "boot") == 0)
        return wcgen_util_format("%s/boot.img", job->medium->id);
    return wcgen_util_format("%s/disk%02lu.img", job->medium->id, strtoul(disk, NULL, 10));
}

static void write_floppy(struct job *job, const char *disk)
{
    struct wcgen_node *root = disk_tree(job, disk);
    bool plain = strcmp(disk, "boot") == 0 || strcmp(disk, "1") == 0 ||
                 strcmp(job->medium->id, "win95-dmf") != 0;
    struct wcgen_fat_format format = *wcgen_fat_known(plain ? "1440" : "dmf");
    char label[12];
    snprintf(label, sizeof label, strcmp(disk, "boot") == 0 ? "BOOT_DISK" : "DISK%.7s", disk);
    format.label = label;
    wcgen_tree_dos_time(job->medium->modified, &format.label_date, &format.label_time);
    size_t used;
    struct wcgen_buffer image = wcgen_fat_write(&format, root, &used);
    char *name = image_name(job, disk);
    char *path = wcgen_util_format("%s/%s", job->stack->folder, name);
    wcgen_file_write(path, image.bytes, used);
    if (truncate(path, (off_t)image.length) != 0)
        wcgen_util_fail("can't give %s its size", path);
    free(path);
    free(name);
    wcgen_buffer_free(&image);
    wcgen_tree_free(root);
}

static void write_images(struct job *job)
{
    if (!job->medium->floppies) {
        struct wcgen_iso_format format = {.label = job->medium->label,
                                          .modified = job->medium->modified,
                                          .joliet = job->medium->joliet};
        struct wcgen_node *root = disk_tree(job, "");
        char *path = wcgen_util_format("%s/%s.iso", job->stack->folder, job->medium->id);
        wcgen_iso_write(&format, root, path);
        free(path);
        wcgen_tree_free(root);
        return;
    }
    char *folder = wcgen_util_format("%s/%s", job->stack->folder, job->medium->id);
    wcgen_folder_make(folder);
    free(folder);
    const char *last = NULL;
    for (size_t i = 0; i < job->listing.count; i++) {
        const char *disk = job->listing.rows[i].disk;
        if (last && strcmp(last, disk) == 0)
            continue;
        write_floppy(job, disk);
        last = disk;
    }
}

static const char *role_hint(const struct wcgen_row *row)
{
    if (!*row->cabinet)
        return "";
    if (strcmp(row->cabinet, "MINI.CAB") == 0)
        return "mini";
    return has_start(row->cabinet, "PRECOPY") ? "precopy" : "system";
}

static void write_manifest(struct job *job)
{
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct file *file = &job->files[i];
        const struct wcgen_row *row = file->row;
        const char *modified = *row->modified ? row->modified : job->medium->modified;
        char *image = image_name(job, row->disk);
        wcgen_buffer_append_format(
            &job->manifest, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%zu\t%s%s\t%02X\t%s\t%s\t%s\t%s\n",
            job->medium->id, row->disk, image, row->path, row->cabinet,
            file->ends_in ? file->ends_in : "", file->name, file->size, modified,
            strlen(modified) == 16 ? ":00" : "", file->attributes, file->sha256, file->version,
            file->method ? file->method : "", role_hint(row));
        free(image);
    }
}

static void make_medium(struct job *job)
{
    char *path = wcgen_util_format("%s/%s.tsv", job->stack->profiles, job->medium->id);
    wcgen_listing_read(&job->listing, path);
    free(path);
    job->files = wcgen_util_alloc(job->listing.count, sizeof *job->files);
    job->members = wcgen_util_alloc(job->listing.count, sizeof *job->members);
    for (size_t i = 0; i < job->listing.count; i++) {
        job->files[i].row = &job->listing.rows[i];
        job->files[i].name = stored_name(&job->listing.rows[i]);
        job->files[i].size = edition_size(job, &job->listing.rows[i]);
    }
    find_cabinets(job);
    make_sets(job);
    write_images(job);
    write_manifest(job);
}

static void free_job(struct job *job)
{
    for (size_t i = 0; i < job->cabinet_count; i++) {
        free(job->cabinets[i].header_name);
        free(job->cabinets[i].disk);
        wcgen_buffer_free(&job->cabinets[i].bytes);
    }
    for (size_t i = 0; i < job->listing.count; i++)
        free(job->files[i].name);
    free(job->cabinets);
    free(job->files);
    free(job->members);
    wcgen_listing_free(&job->listing);
    wcgen_buffer_free(&job->manifest);
}

static bool is_wanted(const char *list, const char *id)
{
    if (!list)
        return true;
    size_t length = strlen(id);
    for (const char *at = list; (at = strstr(at, id)); at += length)
        if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
            return true;
    return false;
}

struct queue {
    struct job *jobs;
    size_t count, next;
    pthread_mutex_t lock;
};

static void *work(void *context)
{
    struct queue *queue = context;
    for (;;) {
        pthread_mutex_lock(&queue->lock);
        size_t i = queue->next;
        if (i < queue->count)
            queue->next++;
        pthread_mutex_unlock(&queue->lock);
        if (i >= queue->count)
            return NULL;
        make_medium(&queue->jobs[queue->count - 1 - i]); /* the largest, OSR2, is the last */
    }
}

static void save_manifest(const struct wcgen_stack *stack, const struct queue *queue)
{
    struct wcgen_buffer manifest = {0};
    wcgen_buffer_append_format(
        &manifest, "medium\tdisk\timage\tpath\tcabinet\tends_in\tname\tsize\tmodified\tattributes\t"
                   "sha256\tfile_version\tmethod\trole\n");
    for (size_t i = 0; i < queue->count; i++)
        wcgen_buffer_append(&manifest, queue->jobs[i].manifest.bytes,
                            queue->jobs[i].manifest.length);
    char *path = wcgen_util_format("%s/manifest.tsv", stack->folder);
    wcgen_file_write(path, manifest.bytes, manifest.length);
    free(path);
    wcgen_buffer_free(&manifest);
}

void wcgen_stack_build(const struct wcgen_stack *stack)
{
    struct wcgen_content content;
    struct job jobs[MEDIA_COUNT] = {0};
    struct queue queue = {.jobs = jobs};
    pthread_t threads[MEDIA_COUNT];
    wcgen_folder_make(stack->folder);
    wcgen_content_start(&content, stack->seed, stack->small);
    content.repeating = stack->small;
    for (size_t i = 0; i < MEDIA_COUNT; i++)
        if (is_wanted(stack->media, media[i].id))
            jobs[queue.count++] =
                (struct job){.stack = stack, .content = &content, .medium = &media[i]};
    if (!queue.count)
        wcgen_util_fail("no medium of this name: %s", stack->media);
    pthread_mutex_init(&queue.lock, NULL);
    size_t workers = stack->threads < queue.count ? stack->threads : queue.count;
    for (size_t i = 1; i < workers; i++)
        if (pthread_create(&threads[i], NULL, work, &queue) != 0)
            wcgen_util_fail("can't start a thread");
    work(&queue);
    for (size_t i = 1; i < workers; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&queue.lock);
    save_manifest(stack, &queue);
    for (size_t i = 0; i < queue.count; i++)
        free_job(&jobs[i]);
    wcgen_content_free(&content);
}
