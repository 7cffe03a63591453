/* realtext.c: see realtext.h. Sections and keys: Windows 95 DDK, "INF files". */
#include "realtext.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 72 };

/* Fills up to `size` with comment lines. */
static void pad(struct wcgen_buffer *out, size_t size, const char *name)
{
    if (out->length > size)
        wcgen_util_fail("%s has %zu bytes, more than %zu", name, out->length, size);
    while (out->length < size) {
        size_t left = size - out->length, count = left < LINE ? left : LINE;
        for (size_t i = 0; i < count; i++)
            wcgen_buffer_append_u8(out, i == 0 ? ';' : '-');
        if (count >= 3)
            memcpy(out->bytes + out->length - 2, "\r\n", 2);
    }
}

static void append_head(struct wcgen_buffer *out, const char *more)
{
    wcgen_buffer_append_format(out, "[Version]\r\nSignature=\"$CHICAGO$\"\r\n%s\r\n", more);
}

static struct wcgen_buffer layout_head(const struct wcgen_texts *texts)
{
    struct wcgen_buffer out = {0};
    append_head(&out, "Class=\r\n");
    wcgen_buffer_append_format(&out, "[SourceDisksNames]\r\n");
    for (size_t i = 0; i < texts->cabinet_count; i++)
        wcgen_buffer_append_format(&out, "%zu=\"%s\",\"%s\",0\r\n", i + 1, texts->disks[i],
                                   texts->cabinets[i]);
    wcgen_buffer_append_format(&out, "\r\n[SourceDisksFiles]\r\n");
    return out;
}

/* Shares the rows out to the three texts, as far as each has room. */
static struct wcgen_buffer make_layout(const struct wcgen_texts *texts, size_t wanted,
                                       const char *name)
{
    struct wcgen_buffer parts[3] = {layout_head(texts), layout_head(texts), layout_head(texts)};
    for (size_t i = 0; i < texts->row_count; i++) {
        const struct wcgen_layout_row *row = &texts->rows[i];
        char *line = wcgen_util_format("%s=%u,,%ld\r\n", row->name, row->cabinet, row->size);
        size_t length = strlen(line), tries = 0;
        size_t part = (size_t)(wcgen_hash_text(3, row->name) % 3);
        while (tries < 3 && parts[part].length + length > texts->layout_size[part]) {
            part = (part + 1) % 3;
            tries++;
        }
        if (tries == 3)
            wcgen_util_fail("%s: the layout files have no room for %s", name, row->name);
        wcgen_buffer_append(&parts[part], line, length);
        free(line);
    }
    for (size_t i = 0; i < 3; i++)
        if (i != wanted)
            wcgen_buffer_free(&parts[i]);
    pad(&parts[wanted], texts->layout_size[wanted], name);
    return parts[wanted];
}

static struct wcgen_buffer make_setuppp(const struct wcgen_texts *texts)
{
    struct wcgen_buffer out = {0};
    append_head(&out, "");
    wcgen_buffer_append_format(&out,
                               "[data]\r\nProductType=%s\r\n\r\n[Strings]\r\n"
                               "SubVersionString=\"%s\"\r\n\r\n",
                               texts->product_type, texts->sub_version);
    pad(&out, texts->setuppp_size, "setuppp.inf");
    return out;
}

static struct wcgen_buffer make_locale(const struct wcgen_texts *texts)
{
    struct wcgen_buffer out = {0};
    append_head(&out, "");
    wcgen_buffer_append_format(&out,
                               "[BaseWinOptions]\r\nLocale\r\n\r\n[Locale]\r\n"
                               "AddReg=Locale.reg\r\n\r\n[Locale.reg]\r\n"
                               "HKLM,System\\CurrentControlSet\\control\\Nls\\Locale,%%Resource_"
                               "Locale%%,,\"1\"\r\n\r\n[Strings]\r\n"
                               "Resource_Locale=\"%s\"\r\n\r\n",
                               texts->locale);
    pad(&out, texts->locale_size, "locale.inf");
    return out;
}

struct wcgen_buffer wcgen_realtext_make(const struct wcgen_texts *texts, const char *name)
{
    static const char *const layouts[] = {"layout.inf", "layout1.inf", "layout2.inf"};
    for (size_t i = 0; i < 3; i++)
        if (strcasecmp(name, layouts[i]) == 0 && texts->layout_size[i])
            return make_layout(texts, i, name);
    if (strcasecmp(name, "setuppp.inf") == 0 && texts->setuppp_size)
        return make_setuppp(texts);
    if (strcasecmp(name, "locale.inf") == 0 && texts->locale_size)
        return make_locale(texts);
    return (struct wcgen_buffer){0};
}
