/*
 * url - see url.h.
 */
#include "core/url/url.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/error.h"

/* The parts of an address, borrowed. */
enum { OWN_LENGTH = 6 };

struct parts {
    bool secure, own;
    struct wci_bytes authority, path, query; /* the path begins with '/' or is empty; the query
                                                with its '?' */
};

/* Text that grows within its bounds; what does not fit any more is noted. */
struct out {
    char *text;
    size_t size, length;
    bool full;
};

static void put(struct out *out, char c)
{
    if (out->length + 1 < out->size)
        out->text[out->length++] = c;
    else
        out->full = true;
}

static void put_text(struct out *out, const char *text)
{
    for (; *text != '\0'; text++)
        put(out, *text);
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void put_escaped(struct out *out, char c)
{
    static const char digits[] = "0123456789ABCDEF";

    put(out, '%');
    put(out, digits[(uint8_t)c >> 4]);
    put(out, digits[(uint8_t)c & 15]);
}

/* ---- taking it apart ---------------------------------------------------------------------- */

static size_t scheme_length(struct wci_bytes path)
{
    if (path.length >= 7 && strncasecmp(path.data, "http://", 7) == 0)
        return 7;
    if (wci_url_is_own(path))
        return OWN_LENGTH;
    return path.length >= 8 && strncasecmp(path.data, "https://", 8) == 0 ? 8 : 0;
}

bool wci_url_is_own(struct wci_bytes path)
{
    return path.length >= OWN_LENGTH && strncasecmp(path.data, "own://", OWN_LENGTH) == 0;
}

static const char *scheme_of(const struct parts *parts)
{
    return parts->own ? "own://" : parts->secure ? "https://" : "http://";
}

bool wci_url_is(struct wci_bytes path)
{
    return scheme_length(path) > 0;
}

static bool take_apart(const char *text, struct parts *parts)
{
    size_t scheme = scheme_length(wci_bytes_of(text)), length;

    if (scheme == 0)
        return false;
    parts->secure = scheme == 8;
    parts->own = scheme == OWN_LENGTH;
    text += scheme;
    length = parts->own ? 0 : strcspn(text, "/?#"); /* the caller's names have no server */
    parts->authority = (struct wci_bytes){text, length};
    text += length;
    length = strcspn(text, "?#");
    parts->path = (struct wci_bytes){text, length};
    text += length;
    parts->query = (struct wci_bytes){text, strcspn(text, "#")};
    return true;
}

static bool has_user(const struct parts *parts)
{
    return parts->authority.length > 0 &&
           memchr(parts->authority.data, '@', parts->authority.length) != NULL;
}

/* What services call the keys in the addresses that they sign or guard. */
static bool is_key_name(const char *name, size_t length)
{
    static const char *const names[] = {"access_token",
                                        "accesskey",
                                        "api_key",
                                        "apikey",
                                        "auth",
                                        "awsaccesskeyid",
                                        "jwt",
                                        "key",
                                        "key-pair-id",
                                        "passwd",
                                        "password",
                                        "secret",
                                        "sig",
                                        "signature",
                                        "token",
                                        "user",
                                        "username",
                                        "x-amz-credential",
                                        "x-amz-security-token",
                                        "x-amz-signature",
                                        "x-goog-credential",
                                        "x-goog-signature"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return true;
    }
    return false;
}

static bool has_key(const struct parts *parts)
{
    const char *text = parts->query.data, *end = text + parts->query.length;

    while (text < end) {
        const char *name = ++text; /* behind '?' or '&' */

        while (text < end && *text != '&' && *text != ';')
            text++;
        if (is_key_name(name, strcspn(name, "=&;#")))
            return true;
    }
    return false;
}

/* ---- putting it together ------------------------------------------------------------------ */

/* A name, a number with dots, or an IPv6 address in brackets; then perhaps a port. */
static bool put_authority(struct out *out, const struct parts *parts)
{
    const char *text = parts->authority.data;
    size_t length = parts->authority.length, host = 0, i;
    unsigned long port = 0;

    if (length > 0 && text[0] == '[') {
        while (host < length && text[host] != ']')
            host++;
        if (host++ == length)
            return false;
    } else {
        while (host < length && text[host] != ':')
            host++;
    }
    if (host == 0 || host > 255)
        return false;
    for (i = 0; i < host; i++) {
        if (!is_letter_or_digit(text[i]) &&
            strchr(text[0] == '[' ? "[]:." : "-._", text[i]) == NULL)
            return false;
        put(out, small(text[i]));
    }
    if (host == length)
        return true;
    if (text[host] != ':')
        return false;
    for (i = host + 1; i < length && port < 65536; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        port = port * 10 + (unsigned long)(text[i] - '0');
    }
    if (port > 65535 || (port == 0 && host + 1 < length))
        return false;
    if (port != 0 && port != (parts->secure ? 443 : 80)) {
        char number[16];

        (void)snprintf(number, sizeof(number), ":%lu", port);
        put_text(out, number);
    }
    return true;
}

static void put_rest(struct out *out, struct wci_bytes bytes)
{
    size_t i;

    for (i = 0; i < bytes.length; i++) {
        if (is_letter_or_digit(bytes.data[i]) ||
            (bytes.data[i] != '\0' && strchr("-._~!$&'()*+,;=:@/?%", bytes.data[i]) != NULL))
            put(out, bytes.data[i]);
        else
            put_escaped(out, bytes.data[i]);
    }
}

static enum wcab_err finish(struct out *out, struct wcab_error *err)
{
    if (out->full)
        return wci_error_set(err, WCAB_ERR_LIMIT, "address has more than %zu bytes", out->size - 1);
    out->text[out->length] = '\0';
    return WCAB_OK;
}

enum wcab_err wci_url_normalise(const char *text, char *out, size_t size, struct wcab_error *err)
{
    struct out made = {out, size, 0, false};
    struct parts parts;

    if (!take_apart(text, &parts))
        return wci_error_set(err, WCAB_ERR_USAGE, "only http and https are read");
    if (parts.own) {
        put_text(&made, scheme_of(&parts));
        put_rest(&made, parts.path);
        put_rest(&made, parts.query);
        return finish(&made, err);
    }
    if (has_user(&parts))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "address has a user's name or password in it: the catalog keeps none");
    if (has_key(&parts))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "address has a key in its query: the catalog keeps none");
    put_text(&made, scheme_of(&parts));
    if (!put_authority(&made, &parts))
        return wci_error_set(err, WCAB_ERR_USAGE, "address names no server");
    if (parts.path.length == 0)
        put(&made, '/');
    put_rest(&made, parts.path);
    put_rest(&made, parts.query);
    return finish(&made, err);
}

void wci_url_show(const char *text, char *out, size_t size)
{
    struct out made = {out, size, 0, false};
    struct parts parts;
    struct wci_bytes host;

    if (size == 0)
        return;
    if (!take_apart(text, &parts)) {
        put_text(&made, text);
        made.text[made.length] = '\0';
        return;
    }
    host = parts.authority;
    while (has_user(&parts)) {
        parts.authority.data++;
        parts.authority.length--;
    }
    put_text(&made, scheme_of(&parts));
    if (host.length != parts.authority.length)
        put_text(&made, "...@");
    put_rest(&made, parts.authority);
    put_rest(&made, parts.path);
    if (has_key(&parts))
        put_text(&made, "?...");
    else
        put_rest(&made, parts.query);
    made.text[made.length] = '\0';
}

struct wci_bytes wci_url_name(const char *url)
{
    struct parts parts;
    size_t start;

    if (!take_apart(url, &parts))
        return (struct wci_bytes){"", 0};
    for (start = parts.path.length; start > 0 && parts.path.data[start - 1] != '/';)
        start--;
    return (struct wci_bytes){parts.path.data + start, parts.path.length - start};
}

enum wcab_err wci_url_beside(const char *url, const char *name, char *out, size_t size,
                             struct wcab_error *err)
{
    struct out made = {out, size, 0, false};
    struct wci_bytes last = wci_url_name(url);

    for (; url < last.data; url++)
        put(&made, *url);
    for (; *name != '\0'; name++) { /* one part of a path: nothing in it means anything */
        if (is_letter_or_digit(*name) || strchr("-._~!$'()*+,=@", *name) != NULL)
            put(&made, *name);
        else
            put_escaped(&made, *name);
    }
    return finish(&made, err);
}
