/* real.c: see real.h. */
#include "real.h"
#include "executable.h"
#include "fat.h"
#include "iso.h"
#include "listing.h"
#include "realcab.h"
#include "realtext.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

enum { LOOSE = -1, DISKS_MAX = 30 };

/* What listing and facts don't say about a medium. */
struct medium {
    const char *id, *listing;
    bool floppies;
    const char *modified;                    /* of files whose date is lost */
    const char *disk_text, *other_disk_text; /* in LAYOUT.INF; % is the disk's number */
    const char *label, *sub_version, *product_type, *locale;
    const char *not_in_layout[3];
};

static const struct medium media[] = {
    {"win95-osr2-dmf",
     "win95-osr2-dmf",
     true,
     "1996-08-24 11:11:10",
     "Windows 95 Disk %",
     "Vindozo 95 Disko %",
     "WIN95_OSR2",
     " B",
     "9",
     "00000409",
     {NULL}},
    {"win98se-cd",
     "win98se-cd-en",
     false,
     "1999-04-23 22:22:00",
     "Windows 98 Second Edition CD-ROM",
     "KD-ROM de Vindozo 98, dua eldono",
     "WIN98 SE",
     " A ",
     "1",
     "00000409",
     {"intl.txt", "WIN98_OL.CAB", NULL}},
    {"win98-cd-ptbr",
     "win98-cd-ptbr",
     false,
     "1998-05-15 20:01:00",
     "CD-ROM do Windows 98 ",
     "KD-ROM de Vindozo 98 ",
     "WIN98",
     " ",
     "9",
     "00000416",
     {NULL}},
};

/* The language that never was: one that Windows 9x was not made in. */
static const char other_locale[] = "00000476";

/* A row of the listing as it is written. */
struct file {
    const struct wcgen_row *row;
    char *name;
    uint32_t size;
    char modified[24];
    int cabinet; /* number in the set, or LOOSE */
    int ends_in;
    char sha256[65];
    char version[24];
};

struct job {
    const struct wcgen_real *real;
    const struct medium *medium;
    struct wcgen_listing listing;
    struct file *files;
    struct wcgen_member *members; /* of the same numbers as the files */
    struct wcgen_real_set set;
    struct wcgen_texts texts;
};

/* --- Files ------------------------------------------------------------------------------------ */

static const char *const own_words[] = {"layout.inf", "layout1.inf", "layout2.inf",  "setuppp.inf",
                                        "locale.inf", "setupx.dll",  "suwin.exe",    "user.exe",
                                        "gdi.exe",    "krnl386.exe", "commctrl.dll", NULL};

static bool is_kept(const char *name)
{
    for (size_t i = 0; own_words[i]; i++)
        if (strcasecmp(own_words[i], name) == 0)
            return true;
    return false;
}

static bool is_localised(const struct job *job, const char *name)
{
    static const char *const types[] = {".txt", ".hlp", ".wav", ".cnt", ".htm", ".chm", NULL};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && types[i]; i++)
        if (strcasecmp(dot, types[i]) == 0)
            return wcgen_hash_text(job->real->seed, name) % 4 == 0;
    return false;
}

/* The day, 40 days later, with the same time. */
static void move_day(char modified[24])
{
    struct tm day = {0};
    char text[11];
    if (sscanf(modified, "%4d-%2d-%2d", &day.tm_year, &day.tm_mon, &day.tm_mday) != 3)
        return;
    day.tm_year -= 1900;
    day.tm_mon--;
    day.tm_mday += 40;
    time_t when = timegm(&day);
    gmtime_r(&when, &day);
    if (strftime(text, sizeof text, "%Y-%m-%d", &day) == 10)
        memcpy(modified, text, 10);
}

/* Another language's names, sizes and days: the sum of the sizes in a folder stays. */
static void translate(struct job *job)
{
    size_t count = job->listing.count;
    for (size_t i = 0; i < count; i++) {
        struct file *file = &job->files[i];
        move_day(file->modified);
        if (!is_kept(file->name) && is_localised(job, file->name))
            file->name[0] = file->name[0] >= 'a' ? 'q' : 'Q';
        if (i + 1 >= count || file->cabinet == LOOSE || file->cabinet != file[1].cabinet ||
            *file[1].row->continues_in || is_kept(file->name) || is_kept(file[1].name))
            continue;
        uint32_t more = (uint32_t)(wcgen_hash_text(job->real->seed, file->name) % 64);
        if (file->size > 4096 && file[1].size > 4096 && i % 2 == 0) {
            file->size += more;
            file[1].size -= more;
        }
    }
}

static void fill(const struct job *job, const struct file *file, uint8_t *bytes, char version[24])
{
    version[0] = 0;
    struct wcgen_buffer text = wcgen_realtext_make(&job->texts, file->name);
    if (file->cabinet != LOOSE && text.length == file->size) {
        memcpy(bytes, text.bytes, text.length);
        wcgen_buffer_free(&text);
        return;
    }
    wcgen_buffer_free(&text);
    memset(bytes, 0, file->size);
    char folded[300];
    size_t length = strlen(file->name);
    for (size_t i = 0; i <= length && i < sizeof folded; i++)
        folded[i] = (char)toupper((unsigned char)file->name[i]);
    struct wcgen_random random = {wcgen_hash_text(job->real->seed + file->size, folded)};
    for (size_t i = 0; i < 24 && i < file->size; i++) /* no two files are alike */
        bytes[file->size - 1 - i] = (uint8_t)wcgen_random_next(&random);
    wcgen_executable_dress_as(folded, file->row->version, bytes, file->size, version);
}

static void fill_member(void *context, const struct wcgen_member *member, uint8_t *bytes)
{
    struct job *job = context;
    struct file *file = &job->files[(const struct wcgen_row *)member->source - job->listing.rows];
    fill(job, file, bytes, file->version);
    wcgen_sha256_hex(bytes, file->size, file->sha256);
}

static int find_cabinet(const struct job *job, const char *name)
{
    for (size_t i = 0; i < job->set.count; i++)
        if (strcasecmp(job->set.cabinets[i].name, name) == 0)
            return (int)i;
    return LOOSE;
}

static void take_rows(struct job *job)
{
    job->files = wcgen_util_alloc(job->listing.count, sizeof *job->files);
    for (size_t i = 0; i < job->listing.count; i++) {
        struct file *file = &job->files[i];
        const struct wcgen_row *row = &job->listing.rows[i];
        file->row = row;
        file->name = wcgen_util_copy(row->name);
        file->size = (uint32_t)row->size;
        snprintf(file->modified, sizeof file->modified, "%.19s",
                 *row->modified ? row->modified : job->medium->modified);
        file->ends_in = file->cabinet = *row->cabinet ? find_cabinet(job, row->cabinet) : LOOSE;
        if (*row->cabinet && file->cabinet == LOOSE)
            wcgen_util_fail("%s: no facts of cabinet %s", job->medium->id, row->cabinet);
    }
}

static void make_members(struct job *job)
{
    job->members = wcgen_util_alloc(job->listing.count, sizeof *job->members);
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct file *file = &job->files[i];
        struct wcgen_member *member = &job->members[i];
        *member = (struct wcgen_member){.name = file->name,
                                        .name_length = strlen(file->name),
                                        .size = file->size,
                                        .attributes = WCGEN_ARCHIVE,
                                        .source = file->row};
        wcgen_tree_dos_time(file->modified, &member->date, &member->time);
        if (file->cabinet == LOOSE)
            continue;
        struct wcgen_real_cabinet *cabinet = &job->set.cabinets[file->cabinet];
        if (!cabinet->members)
            cabinet->members = member;
        if (cabinet->members + cabinet->member_count++ != member)
            wcgen_util_fail("%s: the rows of %s are apart", job->medium->id, cabinet->name);
    }
}

/* --- The medium's own words ------------------------------------------------------------------- */

static bool in_set(const struct wcgen_real_cabinet *cabinet)
{
    return cabinet->previous || cabinet->next;
}

/* Name of a loose file in LAYOUT.INF: lower case, except Windows 95's MINI.CAB. */
static char *layout_name(const struct job *job, const struct file *file)
{
    char *name = wcgen_util_copy(file->name);
    if (file->cabinet != LOOSE)
        return name;
    bool upper = job->medium->floppies && strcasecmp(name, "MINI.CAB") == 0;
    for (char *c = name; *c; c++)
        *c = (char)(upper ? toupper((unsigned char)*c) : tolower((unsigned char)*c));
    return name;
}

static bool in_layout(const struct job *job, const struct file *file)
{
    const char *const *left_out = job->medium->not_in_layout;
    if (file->cabinet != LOOSE)
        return in_set(&job->set.cabinets[file->cabinet]);
    for (; *left_out; left_out++)
        if (strcasecmp(*left_out, file->name) == 0)
            return false;
    int cabinet = find_cabinet(job, file->name);
    return cabinet == LOOSE || !in_set(&job->set.cabinets[cabinet]);
}

static char *with_number(const char *pattern, const char *number)
{
    size_t before = strcspn(pattern, "%");
    return wcgen_util_format("%.*s%s%s", (int)before, pattern, pattern[before] ? number : "",
                             pattern + before + (pattern[before] != 0));
}

static const char *disk_of(const struct job *job, const char *cabinet)
{
    for (size_t i = 0; i < job->listing.count; i++)
        if (!*job->listing.rows[i].cabinet && strcasecmp(job->listing.rows[i].name, cabinet) == 0)
            return job->listing.rows[i].disk;
    return "";
}

static void name_disks(struct job *job)
{
    struct wcgen_texts *texts = &job->texts;
    const char *pattern =
        job->real->other_language ? job->medium->other_disk_text : job->medium->disk_text;
    texts->cabinets = wcgen_util_alloc(job->set.count, sizeof *texts->cabinets);
    texts->disks = wcgen_util_alloc(job->set.count, sizeof *texts->disks);
    for (size_t i = 0; i < job->set.count; i++) {
        const struct wcgen_real_cabinet *cabinet = &job->set.cabinets[i];
        if (!in_set(cabinet))
            continue;
        texts->cabinets[texts->cabinet_count] = cabinet->name;
        texts->disks[texts->cabinet_count++] = with_number(pattern, disk_of(job, cabinet->name));
    }
}

static long said_size(const struct job *job, const struct file *file)
{
    static const char says[] = "LAYOUT.INF says ";
    if (strncmp(file->row->note, says, strlen(says)) == 0 && !job->real->other_language)
        return strtol(file->row->note + strlen(says), NULL, 10);
    return file->size;
}

static void note_size(struct wcgen_texts *texts, const struct file *file)
{
    if (strcasecmp(file->name, "layout.inf") == 0)
        texts->layout_size[0] = file->size;
    else if (strcasecmp(file->name, "layout1.inf") == 0)
        texts->layout_size[1] = file->size;
    else if (strcasecmp(file->name, "layout2.inf") == 0)
        texts->layout_size[2] = file->size;
    else if (strcasecmp(file->name, "setuppp.inf") == 0)
        texts->setuppp_size = file->size;
    else if (strcasecmp(file->name, "locale.inf") == 0)
        texts->locale_size = file->size;
}

static void prepare_texts(struct job *job)
{
    struct wcgen_texts *texts = &job->texts;
    struct wcgen_layout_row *rows = wcgen_util_alloc(job->listing.count, sizeof *rows);
    name_disks(job);
    texts->sub_version = job->medium->sub_version;
    texts->product_type = job->medium->product_type;
    texts->locale = job->real->other_language ? other_locale : job->medium->locale;
    texts->rows = rows;
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct file *file = &job->files[i];
        if (file->cabinet != LOOSE)
            note_size(texts, file);
        if (!in_layout(job, file))
            continue;
        struct wcgen_layout_row *row = &rows[texts->row_count++];
        row->name = layout_name(job, file);
        row->size = said_size(job, file);
        for (size_t c = 0; file->cabinet != LOOSE && c < texts->cabinet_count; c++)
            if (texts->cabinets[c] == job->set.cabinets[file->cabinet].name)
                row->cabinet = (unsigned)c + 1;
    }
}

static unsigned name_sum(const char *name)
{
    unsigned sum = 0;
    for (; *name; name++)
        sum += (uint8_t)*name;
    return sum;
}

static bool is_precopy(const struct wcgen_real_cabinet *cabinet)
{
    return strncmp(cabinet->name, "PRECOPY", 7) == 0;
}

static void give_id(const struct job *job, struct wcgen_real_cabinet *cabinet, unsigned sum)
{
    if (!job->real->other_language && cabinet->set_id != (sum & 0xFFFF))
        wcgen_util_fail("%s: set ID %u instead of the real %u", cabinet->name, sum & 0xFFFF,
                        cabinet->set_id);
    cabinet->set_id = (uint16_t)sum;
}

/* A set's ID is the sum of the bytes of all names that were placed so far: the loose ones and those
 * of PRECOPY1 and 2 make the first, all others in the chain the second; a cabinet that stands alone
 * has the sum of its own. */
static void number_sets(struct job *job)
{
    unsigned sum = 0;
    for (size_t i = 0; i < job->texts.row_count; i++)
        if (!job->texts.rows[i].cabinet)
            sum += name_sum(job->texts.rows[i].name);
    unsigned all[2] = {sum, sum};
    for (size_t c = 0; c < job->set.count; c++) {
        struct wcgen_real_cabinet *cabinet = &job->set.cabinets[c];
        unsigned own = 0;
        for (size_t m = 0; m < cabinet->member_count; m++)
            own += name_sum(cabinet->members[m].name);
        all[0] += is_precopy(cabinet) ? own : 0;
        all[1] += in_set(cabinet) ? own : 0;
        if (!in_set(cabinet))
            give_id(job, cabinet, own);
    }
    for (size_t c = 0; c < job->set.count; c++) {
        struct wcgen_real_cabinet *cabinet = &job->set.cabinets[c];
        if (in_set(cabinet))
            give_id(job, cabinet, all[is_precopy(cabinet) ? 0 : 1]);
    }
}

/* --- Writing ---------------------------------------------------------------------------------- */

static struct wcgen_buffer loose_content(struct job *job, struct file *file)
{
    struct wcgen_buffer content = {0};
    int made = find_cabinet(job, file->row->name);
    if (made != LOOSE) {
        content = job->set.cabinets[made].bytes;
        job->set.cabinets[made].bytes = (struct wcgen_buffer){0};
    } else {
        content =
            (struct wcgen_buffer){wcgen_util_alloc(file->size + 1, 1), file->size, file->size};
        fill(job, file, content.bytes, file->version);
    }
    wcgen_sha256_hex(content.bytes, content.length, file->sha256);
    return content;
}

static char *loose_path(const struct job *job, const struct file *file, bool with_folder)
{
    char *path = with_folder && *file->row->path
                     ? wcgen_util_format("%s/%s", file->row->path, file->name)
                     : wcgen_util_copy(file->name);
    for (char *c = path; *c; c++)
        *c = (char)(job->real->lower ? tolower((unsigned char)*c) : *c);
    return path;
}

/* The loose files of this disk (NULL: of all) as a tree. */
static struct wcgen_node *make_tree(struct job *job, const char *disk, const char *folder)
{
    struct wcgen_node *root = wcgen_tree_new();
    for (size_t i = 0; i < job->listing.count; i++) {
        struct file *file = &job->files[i];
        if (file->cabinet != LOOSE || (disk && strcmp(file->row->disk, disk) != 0))
            continue;
        struct wcgen_buffer content = loose_content(job, file);
        char *path = loose_path(job, file, !disk);
        char *whole = *folder ? wcgen_util_format("%s/%s", folder, path) : wcgen_util_copy(path);
        uint16_t date, time;
        wcgen_tree_dos_time(job->real->dates_lost ? "2021-03-04 05:06" : file->modified, &date,
                            &time);
        wcgen_tree_add(root, whole, &content, date, time, WCGEN_ARCHIVE);
        free(whole);
        free(path);
    }
    return root;
}

static char *out_path(const struct job *job, const char *name, const char *type)
{
    if (!job->real->odd_names)
        return wcgen_util_format("%s/%s%s", job->real->folder, name, type);
    unsigned number = (unsigned)(wcgen_hash_text(job->real->seed, name) >> 40);
    return wcgen_util_format("%s/%06x%s", job->real->folder, number, *type ? ".bin" : "");
}

/* Reads oem, label and serial of the disk from real/ID-disks.tsv. */
static void read_disk(const struct job *job, const char *disk, char oem[9], char label[12],
                      uint32_t *serial)
{
    char *path = wcgen_util_format("%s/%s-disks.tsv", job->real->facts, job->medium->id);
    struct wcgen_buffer text = wcgen_file_read(path);
    wcgen_buffer_append_u8(&text, 0);
    char *start = wcgen_util_format("\n%s\t", disk);
    const char *line = strstr((char *)text.bytes, start);
    if (!line || sscanf(line + strlen(start), "%8[^\t]\t%11[^\t]\t%x", oem, label, serial) != 3)
        wcgen_util_fail("%s knows no disk %s", path, disk);
    free(start);
    free(path);
    wcgen_buffer_free(&text);
}

static void write_floppy(struct job *job, const char *disk)
{
    struct wcgen_node *root = make_tree(job, disk, "");
    struct wcgen_fat_format format = *wcgen_fat_known(strcmp(disk, "1") == 0 ? "1440" : "dmf");
    char oem[9], label[12];
    read_disk(job, disk, oem, label, &format.serial);
    format.oem_id = oem;
    format.label = label;
    wcgen_tree_dos_time(job->medium->modified, &format.label_date, &format.label_time);
    struct wcgen_buffer image = wcgen_fat_write(&format, root, NULL);
    char *name = wcgen_util_format("disk%02lu", strtoul(disk, NULL, 10));
    char *path = out_path(job, name, ".img");
    wcgen_file_write(path, image.bytes, image.length);
    free(path);
    free(name);
    wcgen_buffer_free(&image);
    wcgen_tree_free(root);
}

static void write_floppies(struct job *job)
{
    const char *last = NULL;
    for (size_t i = 0; i < job->listing.count; i++) {
        const char *disk = job->listing.rows[i].disk;
        if (last && strcmp(last, disk) == 0)
            continue;
        write_floppy(job, disk);
        last = disk;
    }
}

static void write_iso(struct job *job)
{
    struct wcgen_iso_format format = {.label = job->real->odd_names ? "" : job->medium->label,
                                      .modified = job->medium->modified,
                                      .joliet = job->real->form == WCGEN_REAL_JOLIET};
    struct wcgen_node *root = make_tree(job, NULL, job->medium->floppies ? "WIN95" : "");
    char *path = out_path(job, job->medium->id, ".iso");
    wcgen_iso_write(&format, root, path);
    free(path);
    wcgen_tree_free(root);
}

static void save_node(const struct wcgen_node *node, const char *folder)
{
    char *path = wcgen_util_format("%s/%s", folder, node->name);
    if (node->attributes & WCGEN_FOLDER) {
        wcgen_folder_make(path);
        for (size_t i = 0; i < node->child_count; i++)
            save_node(node->children[i], path);
    } else {
        wcgen_file_write(path, node->bytes, node->size);
    }
    struct tm day = {.tm_year = (node->date >> 9) + 80,
                     .tm_mon = (node->date >> 5 & 15) - 1,
                     .tm_mday = node->date & 31,
                     .tm_hour = node->time >> 11,
                     .tm_min = node->time >> 5 & 63,
                     .tm_sec = (node->time & 31) * 2};
    const struct timespec times[2] = {{.tv_sec = timegm(&day)}, {.tv_sec = timegm(&day)}};
    if (node->date && utimensat(AT_FDCWD, path, times, 0) != 0)
        wcgen_util_fail("can't set the time of %s", path);
    free(path);
}

static void write_folder(struct job *job)
{
    char *path = out_path(job, job->medium->id, "");
    struct wcgen_node *root = make_tree(job, NULL, "");
    wcgen_folder_make(path);
    for (size_t i = 0; i < root->child_count; i++)
        save_node(root->children[i], path);
    wcgen_tree_free(root);
    free(path);
}

static void write_manifest(const struct job *job)
{
    struct wcgen_buffer out = {0};
    wcgen_buffer_append_format(
        &out, "disk\tpath\tcabinet\tends_in\tname\tsize\tmodified\tsha256\tfile_version\n");
    for (size_t i = 0; i < job->listing.count; i++) {
        const struct file *file = &job->files[i];
        bool loose = file->cabinet == LOOSE;
        wcgen_buffer_append_format(
            &out, "%s\t%s\t%s\t%s\t%s\t%u\t%s\t%s\t%s\n", file->row->disk, file->row->path,
            loose ? "" : job->set.cabinets[file->cabinet].name,
            loose ? "" : job->set.cabinets[job->members[i].ends_in].name, file->name, file->size,
            file->modified, file->sha256, file->version);
    }
    char *path = wcgen_util_format("%s/manifest.tsv", job->real->folder);
    wcgen_file_write(path, out.bytes, out.length);
    free(path);
    wcgen_buffer_free(&out);
}

static void free_job(struct job *job)
{
    for (size_t i = 0; i < job->listing.count; i++)
        free(job->files[i].name);
    for (size_t i = 0; i < job->texts.row_count; i++)
        free((void *)(uintptr_t)job->texts.rows[i].name);
    for (size_t i = 0; i < job->texts.cabinet_count; i++)
        free((void *)(uintptr_t)job->texts.disks[i]);
    free((void *)(uintptr_t)job->texts.rows);
    free(job->texts.cabinets);
    free(job->texts.disks);
    free(job->files);
    free(job->members);
    wcgen_realcab_free(&job->set);
    wcgen_listing_free(&job->listing);
}

void wcgen_real_build(const struct wcgen_real *real)
{
    struct job job = {.real = real};
    for (size_t i = 0; i < sizeof media / sizeof *media; i++)
        if (strcmp(media[i].id, real->id) == 0)
            job.medium = &media[i];
    if (!job.medium)
        wcgen_util_fail("no real medium is called %s", real->id);
    char *facts = wcgen_util_format("%s/%s.tsv", real->facts, real->id);
    char *listing = wcgen_util_format("%s/%s.tsv", real->listings, job.medium->listing);
    wcgen_realcab_read(&job.set, facts);
    wcgen_listing_read(&job.listing, listing);
    free(facts);
    free(listing);
    take_rows(&job);
    if (real->other_language)
        translate(&job);
    make_members(&job);
    prepare_texts(&job);
    number_sets(&job);
    job.set.first_parts_unchecked = job.medium->floppies;
    job.set.exact = !real->other_language;
    job.set.fill = fill_member;
    job.set.context = &job;
    wcgen_realcab_build(&job.set);
    wcgen_folder_make(real->folder);
    if (real->form == WCGEN_REAL_FOLDER)
        write_folder(&job);
    else if (real->form == WCGEN_REAL_IMAGES && job.medium->floppies)
        write_floppies(&job);
    else
        write_iso(&job);
    write_manifest(&job);
    free_job(&job);
}
