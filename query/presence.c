/*
 * presence - see presence.h.
 */
#include "query/presence.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/limits.h"
#include "core/url/url.h"

static bool is_gone(struct wci_bytes path, bool on_record)
{
    char text[WCI_LIMIT_PATH];
    struct stat status;

    if (path.length >= sizeof(text) || wci_url_is(path)) /* only a server could tell */
        return on_record;
    memcpy(text, path.data, path.length);
    text[path.length] = '\0';
    if (stat(text, &status) == 0)
        return false;
    return errno == ENOENT || errno == ENOTDIR ? true : on_record;
}

bool wci_presence_is_gone(const struct wci_image *image, bool on_record)
{
    if (image->kind == WCI_IMAGE_PUBLISHED || (image->inode == 0 && image->device == 0))
        return on_record;
    return is_gone(image->path, on_record);
}

bool wci_presence_stamp_is_gone(struct wci_bytes path, const struct wci_image_stamp *stamp)
{
    if (stamp->inode == 0 && stamp->device == 0)
        return stamp->offline;
    return is_gone(path, stamp->offline);
}
