/*
 * iso_image - see iso_image.h.
 */
#include "jobs/repair/iso_image.h"

#include <archive.h>
#include <archive_entry.h>
#include <time.h>

#include "core/dostime.h"

static la_ssize_t put(struct archive *archive, void *context, const void *data, size_t size)
{
    struct wci_buffer *out = context;

    (void)archive;
    wci_buffer_put(out, data, size);
    return out->ok ? (la_ssize_t)size : ARCHIVE_FATAL;
}

static enum wcab_err failure(struct archive *archive, const struct wci_buffer *out,
                             struct wcab_error *err)
{
    const char *text = archive == NULL ? NULL : archive_error_string(archive);

    if (!out->ok || text == NULL)
        return wci_error_nomem(err);
    return wci_error_set(err, WCAB_ERR_IO, "the CD image can't be made: %.200s", text);
}

/* Local time, which the writer writes as such. */
static void set_time(struct archive_entry *entry, uint32_t modified)
{
    struct tm fields;

    if (!wci_dostime_fields(modified, &fields))
        return;
    fields.tm_isdst = -1;
    archive_entry_set_mtime(entry, mktime(&fields), 0);
}

static bool put_file(struct archive *archive, const struct wci_iso_file *file)
{
    struct archive_entry *entry = archive_entry_new();
    bool ok = entry != NULL;

    if (ok) {
        archive_entry_set_pathname(entry, file->name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0444);
        archive_entry_set_size(entry, (la_int64_t)file->content.length);
        set_time(entry, file->modified);
        ok = archive_write_header(archive, entry) == ARCHIVE_OK;
    }
    if (ok && file->content.length > 0)
        ok = archive_write_data(archive, file->content.data, file->content.length) ==
             (la_ssize_t)file->content.length;
    archive_entry_free(entry);
    return ok;
}

static bool begin(struct archive *archive, const char *label, struct wci_buffer *out)
{
    return archive_write_set_format_iso9660(archive) == ARCHIVE_OK &&
           archive_write_add_filter_none(archive) == ARCHIVE_OK &&
           archive_write_set_bytes_per_block(archive, 0) == ARCHIVE_OK &&
           archive_write_set_options(archive, "iso-level=1,joliet,!rockridge,!pad") == ARCHIVE_OK &&
           archive_write_set_format_option(archive, "iso9660", "volume-id", label) == ARCHIVE_OK &&
           archive_write_open(archive, out, NULL, put, NULL) == ARCHIVE_OK;
}

enum wcab_err wci_iso_image_put(const struct wci_iso_file *files, size_t count, const char *label,
                                struct wci_buffer *out, struct wcab_error *err)
{
    struct archive *archive = archive_write_new();
    bool ok = archive != NULL && begin(archive, label, out);
    size_t i;
    enum wcab_err code;

    for (i = 0; ok && i < count; i++)
        ok = put_file(archive, &files[i]);
    ok = ok && archive_write_close(archive) == ARCHIVE_OK;
    code = ok && out->ok ? WCAB_OK : failure(archive, out, err);
    if (archive != NULL)
        (void)archive_write_free(archive);
    return code;
}
