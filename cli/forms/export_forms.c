/*
 * export_forms - see export_forms.h.
 *
 * SQL is a script for sqlite3(1).  DFXML is that of dfxml-working-group/dfxml_schema, 1.3: a
 * diskimageobject for each image, a fileobject for each file.  DAT is Logiqx XML
 * (www.logiqx.com/Dats/datafile.dtd) with the attribute sha256 that newer programs know.  NSRL is
 * NSRLFile.txt of the Reference Data Set 2 (www.nist.gov, "Data Formats of the NSRL RDS").
 */
#include "cli/forms/export_forms.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct form {
    void (*begin)(FILE *out);
    void (*image)(FILE *out, const struct wcab_medium *medium, const struct wcab_disk *disk);
    bool (*file)(FILE *out, const struct wcab_answer *answer); /* false: it was left out */
    void (*image_end)(FILE *out);
    void (*end)(FILE *out);
};

/* ---- SQL ---------------------------------------------------------------------------------- */

static void put_sql(FILE *out, const char *text, const char *behind)
{
    if (text == NULL || text[0] == '\0') {
        fprintf(out, "NULL%s", behind);
        return;
    }
    (void)fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            (void)fputc('\'', out);
        (void)fputc(*text, out);
    }
    fprintf(out, "'%s", behind);
}

static void sql_begin(FILE *out)
{
    fputs("BEGIN;\n"
          "CREATE TABLE images (path TEXT, container TEXT, medium TEXT, title TEXT, release TEXT, "
          "disk TEXT, volume_label TEXT, format TEXT, files INTEGER, faults INTEGER);\n"
          "CREATE TABLE files (image TEXT, container TEXT, path TEXT, cabinet TEXT, stored_path "
          "TEXT, "
          "name TEXT, alias TEXT, size INTEGER, modified TEXT, method TEXT, sha256 TEXT, "
          "file_version TEXT, complete INTEGER, md5 TEXT, sha1 TEXT);\n",
          out);
}

static void sql_image(FILE *out, const struct wcab_medium *medium, const struct wcab_disk *disk)
{
    fputs("INSERT INTO images VALUES (", out);
    put_sql(out, disk->image, ",");
    put_sql(out, disk->container, ",");
    put_sql(out, medium->medium, ",");
    put_sql(out, medium->title, ",");
    put_sql(out, medium->release, ",");
    put_sql(out, disk->disk, ",");
    put_sql(out, disk->label, ",");
    put_sql(out, disk->format, ",");
    fprintf(out, "%llu,%u);\n", (unsigned long long)disk->files, disk->faults);
}

static bool sql_file(FILE *out, const struct wcab_answer *answer)
{
    fputs("INSERT INTO files VALUES (", out);
    put_sql(out, answer->image, ",");
    put_sql(out, answer->container, ",");
    put_sql(out, answer->path, ",");
    put_sql(out, answer->cabinet, ",");
    put_sql(out, answer->stored_path, ",");
    put_sql(out, answer->name, ",");
    put_sql(out, answer->alias, ",");
    if (answer->size_known)
        fprintf(out, "%llu,", (unsigned long long)answer->size);
    else
        fputs("NULL,", out);
    put_sql(out, answer->modified, ",");
    put_sql(out, answer->method, ",");
    put_sql(out, answer->sha256, ",");
    put_sql(out, answer->file_version, ",");
    fprintf(out, "%d,", answer->complete ? 1 : 0);
    put_sql(out, answer->md5, ",");
    put_sql(out, answer->sha1, ");\n");
    return true;
}

static void no_end(FILE *out)
{
    (void)out;
}

static void sql_end(FILE *out)
{
    fputs("CREATE INDEX files_name ON files (name COLLATE NOCASE);\n"
          "CREATE INDEX files_sha256 ON files (sha256);\n"
          "COMMIT;\n",
          out);
}

/* ---- XML ---------------------------------------------------------------------------------- */

/* Text of an element or attribute; what XML has no place for becomes '?'. */
static void put_xml(FILE *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            (void)fputc((unsigned char)*text < ' ' ? '?' : *text, out);
        }
    }
}

static void put_element(FILE *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    fprintf(out, "<%s>", name);
    put_xml(out, text);
    fprintf(out, "</%s>", name);
}

/* The file's place in its image: containers, folders and name with '/' between. */
static void put_place(FILE *out, const struct wcab_answer *answer)
{
    const char *rest = answer->container, *next;

    while (rest != NULL) {
        next = strstr(rest, " > ");
        if (next == NULL) {
            put_xml(out, rest);
        } else {
            for (; rest < next; rest++) {
                const char one[] = {*rest, '\0'};

                put_xml(out, one);
            }
            next += strlen(" > ");
        }
        (void)fputc('/', out);
        rest = next;
    }
    put_xml(out, answer->stored_path != NULL ? answer->stored_path
                 : answer->path != NULL      ? answer->path
                                             : answer->name);
}

static void dfxml_begin(FILE *out)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<dfxml xmlns=\"http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML\" "
            "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" version=\"1.3.0\">\n"
            "<metadata><dc:type>Disk Image</dc:type></metadata>\n"
            "<creator><program>whichcab</program><version>%s</version></creator>\n",
            wcab_version());
}

static void dfxml_image(FILE *out, const struct wcab_medium *medium, const struct wcab_disk *disk)
{
    (void)medium;
    fputs("<diskimageobject>", out);
    put_element(out, "image_filename", disk->image);
    (void)fputc('\n', out);
}

static void put_digest(FILE *out, const char *type, const char *digest)
{
    if (digest != NULL)
        fprintf(out, "<hashdigest type=\"%s\">%s</hashdigest>", type, digest);
}

static bool dfxml_file(FILE *out, const struct wcab_answer *answer)
{
    fputs("<fileobject><filename>", out);
    put_place(out, answer);
    fputs("</filename>", out);
    if (answer->size_known)
        fprintf(out, "<filesize>%llu</filesize>", (unsigned long long)answer->size);
    put_element(out, "mtime", answer->modified);
    put_digest(out, "md5", answer->md5);
    put_digest(out, "sha1", answer->sha1);
    put_digest(out, "sha256", answer->sha256);
    fputs("</fileobject>\n", out);
    return true;
}

static void dfxml_image_end(FILE *out)
{
    fputs("</diskimageobject>\n", out);
}

static void dfxml_end(FILE *out)
{
    fputs("</dfxml>\n", out);
}

static void dat_begin(FILE *out)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<!DOCTYPE datafile PUBLIC \"-//Logiqx//DTD ROM Management Datafile//EN\" "
            "\"http://www.logiqx.com/Dats/datafile.dtd\">\n"
            "<datafile>\n<header><name>whichcab</name><description>Files of the indexed images"
            "</description><version>%s</version><author>whichcab</author></header>\n",
            wcab_version());
}

static void dat_image(FILE *out, const struct wcab_medium *medium, const struct wcab_disk *disk)
{
    const char *slash = strrchr(disk->image, '/');

    fputs("<game name=\"", out);
    put_xml(out, slash != NULL ? slash + 1 : disk->image);
    fputs("\">", out);
    fputs("<description>", out);
    put_xml(out, medium->title != NULL ? medium->title : disk->image);
    if (disk->disk != NULL) {
        fputs(", disk ", out);
        put_xml(out, disk->disk);
    }
    fputs("</description>\n", out);
}

/* Files that were read in full: only those can be told again. */
static bool dat_file(FILE *out, const struct wcab_answer *answer)
{
    if (answer->sha256 == NULL || !answer->size_known)
        return false;
    fputs("<rom name=\"", out);
    put_place(out, answer);
    fprintf(out, "\" size=\"%llu\"", (unsigned long long)answer->size);
    if (answer->md5 != NULL && answer->sha1 != NULL)
        fprintf(out, " md5=\"%s\" sha1=\"%s\"", answer->md5, answer->sha1);
    fprintf(out, " sha256=\"%s\"/>\n", answer->sha256);
    return true;
}

static void dat_image_end(FILE *out)
{
    fputs("</game>\n", out);
}

static void dat_end(FILE *out)
{
    fputs("</datafile>\n", out);
}

/* ---- NSRL --------------------------------------------------------------------------------- */

static void nsrl_begin(FILE *out)
{
    fputs("\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\","
          "\"SpecialCode\"\r\n",
          out);
}

static void no_image(FILE *out, const struct wcab_medium *medium, const struct wcab_disk *disk)
{
    (void)out;
    (void)medium;
    (void)disk;
}

/* Hashes are in capitals there.  Its readers count on a CRC-32 of eight digits and look nothing up by
 * it; none is on record. */
static bool nsrl_file(FILE *out, const struct wcab_answer *answer)
{
    const char *c;

    if (answer->md5 == NULL || answer->sha1 == NULL || !answer->size_known)
        return false;
    (void)fputc('"', out);
    for (c = answer->sha1; *c != '\0'; c++)
        (void)fputc(toupper((unsigned char)*c), out);
    fputs("\",\"", out);
    for (c = answer->md5; *c != '\0'; c++)
        (void)fputc(toupper((unsigned char)*c), out);
    fputs("\",\"00000000\",\"", out);
    for (c = answer->name; *c != '\0'; c++) {
        if (*c == '"')
            (void)fputc('"', out);
        (void)fputc((unsigned char)*c < ' ' ? '?' : *c, out);
    }
    fprintf(out, "\",%llu,0,\"\",\"\"\r\n", (unsigned long long)answer->size);
    return true;
}

/* ---- the run ------------------------------------------------------------------------------ */

static const struct form forms[] = {
    {sql_begin, sql_image, sql_file, no_end, sql_end},
    {dfxml_begin, dfxml_image, dfxml_file, dfxml_image_end, dfxml_end},
    {dat_begin, dat_image, dat_file, dat_image_end, dat_end},
    {nsrl_begin, no_image, nsrl_file, no_end, no_end}};

/* Every file of an image, which is called by the bytes that the host has. */
static enum wcab_err write_files(struct wcab_catalog *catalog, const struct form *form,
                                 const struct wcab_disk *disk, FILE *out, uint64_t *left_out,
                                 struct wcab_error *err)
{
    static const char *const every[] = {"*"};
    char *image = strndup((const char *)disk->image_raw, disk->image_raw_length);
    const struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                                .names = every,
                                                .name_count = 1,
                                                .match = WCAB_MATCH_GLOB,
                                                .medium = image,
                                                .all = true};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    enum wcab_err code;

    if (image == NULL) {
        memset(err, 0, sizeof(*err));
        return err->code = WCAB_ERR_NOMEM;
    }
    code = wcab_search_open(catalog, &options, &search, err);
    while (code == WCAB_OK && !ferror(out)) {
        code = wcab_search_next(search, &answer, err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (answer->source == WCAB_SOURCE_INDEXED && !form->file(out, answer))
            (*left_out)++;
    }
    wcab_search_close(search);
    free(image);
    return code;
}

/* The image's files come once, with the first disk in it. */
static bool is_further_disk(const struct wcab_medium *medium, size_t index)
{
    size_t i;

    for (i = 0; i < index; i++) {
        if (medium->disks[i].image != NULL &&
            strcmp(medium->disks[i].image, medium->disks[index].image) == 0)
            return true;
    }
    return false;
}

static enum wcab_err write_medium(struct wcab_catalog *catalog, const struct form *form,
                                  const struct wcab_medium *medium, FILE *out, uint64_t *left_out,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < medium->disk_count; i++) {
        const struct wcab_disk *disk = &medium->disks[i];

        if (disk->image == NULL)
            continue;
        if (is_further_disk(medium, i)) {
            if (form == &forms[EXPORT_SQL])
                form->image(out, medium, disk);
            continue;
        }
        form->image(out, medium, disk);
        code = write_files(catalog, form, disk, out, left_out, err);
        form->image_end(out);
    }
    return code;
}

enum wcab_err export_forms_write(struct wcab_catalog *catalog, enum export_form form, FILE *out,
                                 uint64_t *left_out, struct wcab_error *err)
{
    const struct wcab_medium *medium;
    struct wcab_media *media = NULL;
    enum wcab_err code = wcab_media_open(catalog, NULL, &media, err);
    size_t i;

    *left_out = 0;
    if (code != WCAB_OK)
        return code;
    forms[form].begin(out);
    for (i = 0; code == WCAB_OK && (medium = wcab_media_get(media, i)) != NULL; i++)
        code = write_medium(catalog, &forms[form], medium, out, left_out, err);
    forms[form].end(out);
    wcab_media_close(media);
    return code;
}
