/*
 * link - see link.h.
 *
 * OSC 8: gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda; URLs: RFC 8089, RFC 3986.  All
 * bytes of a path but the unreserved ones are written as %XX, so that none can end the link.
 */
#include "query/output/link.h"

#include <string.h>
#include <unistd.h>

#include "query/output/columns.h"
#include "whichcab.h"

/* Terminals drop longer URLs. */
enum { URL_MOST = 2083, HOST_BYTES = 256 };

static const char unreserved[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

static void put_escaped(struct wci_buffer *out, struct wci_bytes text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t i;

    for (i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte != 0 && strchr(unreserved, byte) != NULL) {
            wci_buffer_u8(out, byte);
        } else {
            wci_buffer_u8(out, '%');
            wci_buffer_u8(out, (uint8_t)digits[byte >> 4]);
            wci_buffer_u8(out, (uint8_t)digits[byte & 15]);
        }
    }
}

/* A terminal that shows another machine's output must not look on its own disk: so the host is
 * named. */
static bool put_url(struct wci_buffer *out, struct wci_bytes path)
{
    char host[HOST_BYTES] = "";
    size_t start = out->size;

    if (path.length == 0 || path.data[0] != '/' || gethostname(host, sizeof(host) - 1) != 0)
        return false;
    wci_buffer_put(out, "\033]8;;file://", 12);
    put_escaped(out, wci_bytes_of(host));
    put_escaped(out, path);
    if (out->ok && out->size - start > URL_MOST) {
        out->size = start;
        return false;
    }
    wci_buffer_put(out, "\033\\", 2);
    return true;
}

void wci_link_put(struct wci_buffer *out, bool wanted, struct wci_bytes path, const char *text)
{
    bool linked = wanted && put_url(out, path);

    wci_columns_put(out, text);
    if (linked)
        wci_buffer_put(out, "\033]8;;\033\\", 7);
}

enum wcab_err wcab_link_text(const uint8_t *path, size_t length, const char *text,
                             wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;
    enum wcab_err code = WCAB_ERR_NOMEM;

    if (path == NULL || text == NULL || sink == NULL)
        return WCAB_ERR_USAGE;
    wci_buffer_init(&out);
    wci_link_put(&out, true, (struct wci_bytes){(const char *)path, length}, text);
    if (out.ok)
        code = sink(context, (const char *)out.data, out.size);
    wci_buffer_free(&out);
    return code;
}
