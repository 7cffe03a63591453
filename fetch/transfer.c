/*
 * transfer - see transfer.h.
 */
#include "fetch/transfer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/error.h"
#include "core/url/url.h"
#include "fetch/network.h"

enum {
    HOPS = 5,                 /* redirections that are followed */
    ATTEMPTS = 3,             /* of a request that failed by chance */
    HEADER_BYTES = 64 * 1024, /* of an answer, at most */
    SLOWEST = 1024            /* bytes a second that a server may be down to */
};

/* What the headers of one answer say. */
struct answer {
    long status;
    uint64_t first, last, size; /* of Content-Range */
    bool has_range, bad_range, encoded, multipart;
    char tag[WCI_FETCH_TAG], modified[WCI_FETCH_TAG];
    char location[WCI_FETCH_URL];
};

/* What becomes of an answer, once its headers are there. */
enum verdict {
    VERDICT_NONE,
    VERDICT_TAKE,
    VERDICT_ENOUGH,
    VERDICT_MOVED,
    VERDICT_RETRY,
    VERDICT_BAD
};

struct transfer {
    CURL *curl;
    int in, out;
    const struct wci_fetch_ask *ask;
    struct wci_fetch_head head;
    struct wci_fetch_end end;
    bool headed, reader_gone;
    uint64_t sent; /* bytes of the answer, over all attempts */
    /* of one request */
    char url[WCI_FETCH_URL];
    unsigned hop;
    bool from_open; /* the first server is not of a private network */
    bool refused;   /* the address that a server sent us to is not asked */
    size_t header_bytes;
    struct answer answer;
    enum verdict verdict;
    uint64_t wanted, received;
    char error[CURL_ERROR_SIZE];
};

/* ---- frames ------------------------------------------------------------------------------- */

static void put(struct transfer *transfer, const void *data, size_t length)
{
    const uint8_t *bytes = data;

    while (length > 0 && !transfer->reader_gone) {
        ssize_t count = write(transfer->out, bytes, length);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            transfer->reader_gone = true;
            return;
        }
        bytes += count;
        length -= (size_t)count;
    }
}

static void put_frame(struct transfer *transfer, enum wci_fetch_kind kind, const void *data,
                      size_t length)
{
    const struct wci_fetch_frame frame = {kind, (uint32_t)length};

    put(transfer, &frame, sizeof(frame));
    put(transfer, data, length);
}

static void put_head(struct transfer *transfer)
{
    struct wci_fetch_head *head = &transfer->head;

    if (transfer->headed)
        return;
    transfer->headed = true;
    head->from_open = transfer->from_open;
    (void)snprintf(head->url, sizeof(head->url), "%s", transfer->url);
    (void)snprintf(head->tag, sizeof(head->tag), "%s", transfer->answer.tag);
    (void)snprintf(head->last_modified, sizeof(head->last_modified), "%s",
                   transfer->answer.modified);
    head->modified = INT64_MIN;
    if (head->last_modified[0] != '\0') {
        time_t when = curl_getdate(head->last_modified, NULL);

        head->modified = when == (time_t)-1 ? INT64_MIN : (int64_t)when;
    }
    put_frame(transfer, WCI_FETCH_HEAD, head, sizeof(*head));
}

/* Sets what went wrong; the verdict stands from then on. */
static void __attribute__((format(printf, 4, 5)))
judge(struct transfer *transfer, enum verdict verdict, enum wcab_err code, const char *format, ...)
{
    va_list arguments;

    transfer->verdict = verdict;
    transfer->end.code = code;
    va_start(arguments, format);
    (void)vsnprintf(transfer->end.text, sizeof(transfer->end.text), format, arguments);
    va_end(arguments);
}

/* ---- headers ------------------------------------------------------------------------------ */

/* The value of the header `name` in the line, without blanks around it; false: another header. */
static bool value_of(const char *line, size_t length, const char *name, char *value, size_t size)
{
    size_t skipped = strlen(name), kept = 0;

    if (length <= skipped || strncasecmp(line, name, skipped) != 0 || line[skipped] != ':')
        return false;
    line += skipped + 1;
    length -= skipped + 1;
    while (length > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        length--;
    }
    while (length > 0 && ((uint8_t)line[length - 1] <= ' '))
        length--;
    value[0] = '\0';
    if (length >= size)
        return true; /* too long to mean anything: as if it was empty */
    for (; kept < length; kept++) {
        if ((uint8_t)line[kept] < ' ' || (uint8_t)line[kept] >= 0x7f)
            return true;
    }
    memcpy(value, line, length);
    value[length] = '\0';
    return true;
}

static bool read_number(const char **text, uint64_t *number)
{
    const char *start = *text;

    for (*number = 0; **text >= '0' && **text <= '9'; (*text)++) {
        if (*number > (UINT64_MAX >> 1) / 10)
            return false;
        *number = *number * 10 + (uint64_t)(**text - '0');
    }
    return *text > start;
}

/* "bytes 0-499/1234", and "bytes * / 1234" without the blanks of a range that does not exist. */
static bool read_range(const char *text, struct answer *answer)
{
    if (strncasecmp(text, "bytes ", 6) != 0)
        return false;
    text += 6;
    if (*text == '*') {
        text++;
        answer->first = answer->last = WCI_FETCH_UNKNOWN;
    } else if (!read_number(&text, &answer->first) || *text++ != '-' ||
               !read_number(&text, &answer->last)) {
        return false;
    }
    return *text++ == '/' && read_number(&text, &answer->size) && *text == '\0';
}

static size_t on_header(char *line, size_t one, size_t length, void *context)
{
    struct transfer *transfer = context;
    struct answer *answer = &transfer->answer;
    char value[WCI_FETCH_TAG];

    length *= one;
    transfer->header_bytes += length;
    if (transfer->header_bytes > HEADER_BYTES) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_LIMIT, "the server's headers do not come to an end");
        return 0;
    }
    if (length > 5 && strncasecmp(line, "HTTP/", 5) == 0) /* another answer begins */
        memset(answer, 0, sizeof(*answer));
    else if (value_of(line, length, "Content-Range", value, sizeof(value))) {
        answer->bad_range = answer->has_range || !read_range(value, answer);
        answer->has_range = true;
    } else if (value_of(line, length, "Content-Encoding", value, sizeof(value)))
        answer->encoded = strcasecmp(value, "identity") != 0;
    else if (value_of(line, length, "Content-Type", value, sizeof(value)))
        answer->multipart = strncasecmp(value, "multipart/", 10) == 0;
    else if (value_of(line, length, "ETag", value, sizeof(value)))
        memcpy(answer->tag, value, sizeof(value));
    else if (value_of(line, length, "Last-Modified", value, sizeof(value)))
        memcpy(answer->modified, value, sizeof(value));
    else
        (void)value_of(line, length, "Location", answer->location, sizeof(answer->location));
    return length;
}

/* ---- what an answer is worth -------------------------------------------------------------- */

/* Whether it has the validators that the file had before. */
static bool is_same_file(const struct transfer *transfer)
{
    const struct wci_fetch_ask *ask = transfer->ask;
    const char *tag = transfer->headed ? transfer->head.tag : ask->tag;
    const char *modified = transfer->headed ? transfer->head.last_modified : ask->modified;

    return (tag[0] == '\0' || strcmp(tag, transfer->answer.tag) == 0) &&
           (modified[0] == '\0' || strcmp(modified, transfer->answer.modified) == 0);
}

static bool is_first(const struct transfer *transfer)
{
    return !transfer->headed && transfer->ask->size == WCI_FETCH_UNKNOWN;
}

static void judge_changed(struct transfer *transfer)
{
    judge(transfer, VERDICT_BAD, WCAB_ERR_CHANGED, "has changed on the server while it was read");
}

/* 206: the range that was asked for, or nothing. */
static void judge_range(struct transfer *transfer, uint64_t first, uint64_t length)
{
    const struct answer *answer = &transfer->answer;
    uint64_t last = first + length - 1;

    if (answer->multipart || !answer->has_range || answer->bad_range ||
        answer->first == WCI_FETCH_UNKNOWN || answer->size == 0) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_CORRUPT,
              "the server sends a part of the file and does not say which");
        return;
    }
    if (!is_same_file(transfer) ||
        (transfer->ask->size != WCI_FETCH_UNKNOWN && answer->size != transfer->ask->size)) {
        judge_changed(transfer);
        return;
    }
    if (last >= answer->size)
        last = answer->size - 1;
    if (answer->first != first || answer->last != last) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_CORRUPT,
              "the server sends bytes %llu-%llu of %llu where %llu-%llu were asked for",
              (unsigned long long)answer->first, (unsigned long long)answer->last,
              (unsigned long long)answer->size, (unsigned long long)first,
              (unsigned long long)last);
        return;
    }
    transfer->wanted = last - first + 1;
    transfer->head.size = answer->size;
    transfer->head.ranges = 1;
    put_head(transfer);
    transfer->verdict = VERDICT_TAKE;
}

/* 200: the server gives no ranges, or the file is not the one that was asked for. */
static void judge_whole(struct transfer *transfer)
{
    const struct wci_fetch_ask *ask = transfer->ask;
    curl_off_t told = -1;

    (void)curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
    if (!is_same_file(transfer) ||
        (told >= 0 && ask->size != WCI_FETCH_UNKNOWN && (uint64_t)told != ask->size)) {
        judge_changed(transfer);
        return;
    }
    transfer->head.size = told < 0 ? WCI_FETCH_UNKNOWN : (uint64_t)told;
    transfer->head.ranges = 0;
    if ((ask->flags & WCI_FETCH_LOOK) != 0) {
        put_head(transfer);
        transfer->verdict = VERDICT_ENOUGH;
    } else if ((ask->flags & WCI_FETCH_WHOLE) == 0) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_UNSUPPORTED,
              "the server gives no parts of it any more");
    } else if (told >= 0 && (uint64_t)told > ask->most) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_LIMIT, "is too large to be fetched as a whole");
    } else if (transfer->sent > 0) { /* it can't go on where it broke off */
        judge(transfer, VERDICT_BAD, WCAB_ERR_IO, "the connection broke off");
    } else {
        transfer->wanted = told < 0 ? WCI_FETCH_UNKNOWN : (uint64_t)told;
        put_head(transfer);
        transfer->verdict = VERDICT_TAKE;
    }
}

/* The address that a Location means; to be freed, NULL when it is none. */
static char *resolve(const char *base, const char *location)
{
    CURLU *url = curl_url();
    char *target = NULL;

    if (url == NULL || location[0] == '\0' ||
        curl_url_set(url, CURLUPART_URL, base, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_URL, location,
                     CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_ALLOW_SPACE) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_URL, &target, 0) != CURLUE_OK)
        target = NULL;
    curl_url_cleanup(url);
    return target;
}

/* Where it is sent to, as an address that may be asked. */
static void judge_moved(struct transfer *transfer)
{
    char *target = resolve(transfer->url, transfer->answer.location), made[WCI_FETCH_URL];
    struct wcab_error err;

    if (target == NULL)
        judge(transfer, VERDICT_BAD, WCAB_ERR_CORRUPT, "the server sends us on to nowhere");
    else if (transfer->hop >= HOPS)
        judge(transfer, VERDICT_BAD, WCAB_ERR_LIMIT, "more than %d redirections", HOPS);
    else if (wci_url_normalise(target, made, sizeof(made), &err) != WCAB_OK)
        judge(transfer, VERDICT_BAD, WCAB_ERR_UNSUPPORTED,
              "redirection that is not followed: %.120s", err.text);
    else if (strncmp(transfer->url, "https:", 6) == 0 && strncmp(made, "https:", 6) != 0)
        judge(transfer, VERDICT_BAD, WCAB_ERR_UNSUPPORTED,
              "redirection that is not followed: from https to http");
    else {
        memcpy(transfer->url, made, sizeof(made));
        transfer->hop++;
        transfer->verdict = VERDICT_MOVED;
    }
    curl_free(target);
}

static void judge_status(struct transfer *transfer)
{
    const struct answer *answer = &transfer->answer;
    long status = answer->status;

    if (status == 416 && answer->has_range && !answer->bad_range &&
        answer->first == WCI_FETCH_UNKNOWN && is_first(transfer) && answer->size == 0) {
        transfer->head.size = 0;
        transfer->head.ranges = 1;
        put_head(transfer);
        transfer->verdict = VERDICT_ENOUGH;
    } else if (status == 416 || status == 412) {
        if (is_first(transfer))
            judge(transfer, VERDICT_BAD, WCAB_ERR_CORRUPT,
                  "the server says %ld to a range of the file", status);
        else
            judge_changed(transfer);
    } else if (status == 404 || status == 410) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_NOTFOUND, "the server has no such file (%ld)",
              status);
    } else if (status == 401 || status == 403 || status == 407) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_IO, "the server refuses it (%ld)", status);
    } else if (status == 408 || status == 429 || (status >= 500 && status != 501)) {
        judge(transfer, VERDICT_RETRY, WCAB_ERR_IO, "the server can't serve it now (%ld)", status);
    } else {
        judge(transfer, VERDICT_BAD, WCAB_ERR_IO, "the server says %ld", status);
    }
}

/* Decides on the answer, when its headers are complete. */
static void judge_answer(struct transfer *transfer)
{
    struct answer *answer = &transfer->answer;
    const struct wci_fetch_ask *ask = transfer->ask;
    char *address = NULL;

    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_PRIMARY_IP, &address);
    if (transfer->hop == 0)
        transfer->from_open = address != NULL && !network_is_private_text(address);
    if (answer->status >= 300 && answer->status < 400 && answer->status != 304)
        judge_moved(transfer);
    else if ((answer->status == 200 || answer->status == 206) && answer->encoded)
        judge(transfer, VERDICT_BAD, WCAB_ERR_UNSUPPORTED,
              "the server sends it packed (Content-Encoding), which was not asked for");
    else if (answer->status == 206)
        judge_range(transfer, ask->offset + transfer->sent, ask->length - transfer->sent);
    else if (answer->status == 200)
        judge_whole(transfer);
    else
        judge_status(transfer);
}

/* ---- libcurl's calls ---------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t one, size_t length, void *context)
{
    struct transfer *transfer = context;
    size_t left;

    length *= one;
    if (transfer->verdict == VERDICT_NONE)
        judge_answer(transfer);
    if (transfer->verdict != VERDICT_TAKE)
        return 0; /* the rest is not wanted */
    if (length > transfer->wanted - transfer->received) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_CORRUPT, "the server sends more bytes than it said");
        return 0;
    }
    transfer->received += length;
    if (transfer->wanted == WCI_FETCH_UNKNOWN && transfer->received > transfer->ask->most) {
        judge(transfer, VERDICT_BAD, WCAB_ERR_LIMIT, "is too large to be fetched as a whole");
        return 0;
    }
    transfer->sent += length;
    for (left = length; left > 0 && (transfer->ask->flags & WCI_FETCH_LOOK) == 0;) {
        size_t piece = left < WCI_FETCH_PIECE ? left : WCI_FETCH_PIECE;

        put_frame(transfer, WCI_FETCH_DATA, bytes + (length - left), piece);
        left -= piece;
    }
    return transfer->reader_gone ? 0 : length;
}

/* Whether nobody waits any more, after so many milliseconds at most. */
static bool is_abandoned(const struct transfer *transfer, int milliseconds)
{
    struct pollfd in = {transfer->in, 0, 0};

    return poll(&in, 1, milliseconds) > 0;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct transfer *transfer = context;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    transfer->reader_gone = transfer->reader_gone || is_abandoned(transfer, 0);
    return transfer->reader_gone;
}

/* A server of the open network does not send us into the private one that we are in. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;

    (void)purpose;
    if (transfer->hop > 0 && transfer->from_open && network_is_private(&address->addr)) {
        transfer->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- one request -------------------------------------------------------------------------- */

static void set_callbacks(struct transfer *transfer)
{
    CURL *curl = transfer->curl;

    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static void set_bounds(struct transfer *transfer)
{
    const struct wci_fetch_ask *ask = transfer->ask;
    uint64_t bytes = (ask->flags & WCI_FETCH_WHOLE) != 0 ? ask->most : ask->length;
    const char *authorities = getenv("SSL_CERT_FILE");
    CURL *curl = transfer->curl;

    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)ask->seconds);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)ask->seconds);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)(2 * ask->seconds + bytes / SLOWEST));
    if (authorities != NULL && authorities[0] != '\0')
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
}

/* Only a strong ETag may stand in If-Range (RFC 9110, 13.1.5); weak ones are held against each other
 * in the answers. */
static struct curl_slist *condition_of(const struct transfer *transfer)
{
    const struct wci_fetch_ask *ask = transfer->ask;
    const char *tag = transfer->headed ? transfer->head.tag : ask->tag;
    const char *modified = transfer->headed ? transfer->head.last_modified : ask->modified;
    char line[WCI_FETCH_TAG + 16];

    if (tag[0] == '"')
        (void)snprintf(line, sizeof(line), "If-Range: %s", tag);
    else if (modified[0] != '\0')
        (void)snprintf(line, sizeof(line), "If-Range: %s", modified);
    else
        return NULL;
    return curl_slist_append(NULL, line);
}

static void count(struct transfer *transfer)
{
    long headers = 0;
    curl_off_t body = 0;

    (void)curl_easy_getinfo(transfer->curl, CURLINFO_HEADER_SIZE, &headers);
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_SIZE_DOWNLOAD_T, &body);
    transfer->end.requests++;
    transfer->end.received += (uint64_t)headers + (uint64_t)body;
}

/* The connection failed, or the answer broke off: by chance, or for good. */
static void judge_failure(struct transfer *transfer, CURLcode result)
{
    const char *why = result == CURLE_PARTIAL_FILE ? "the answer broke off"
                      : transfer->error[0] != '\0' ? transfer->error
                                                   : curl_easy_strerror(result);

    if (transfer->refused)
        judge(transfer, VERDICT_BAD, WCAB_ERR_UNSUPPORTED,
              "redirection that is not followed: from the open network into a private one");
    else if (result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST ||
             result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE ||
             result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_WEIRD_SERVER_REPLY ||
             result == CURLE_URL_MALFORMAT || result == CURLE_OPERATION_TIMEDOUT)
        judge(transfer, VERDICT_BAD, WCAB_ERR_IO, "%.180s", why);
    else if (result == CURLE_OUT_OF_MEMORY) /* which a line without end is to libcurl, too */
        judge(transfer, VERDICT_BAD, WCAB_ERR_LIMIT, "the server's headers do not come to an end");
    else
        judge(transfer, VERDICT_RETRY, WCAB_ERR_IO, "%.180s", why);
}

static void request(struct transfer *transfer)
{
    const struct wci_fetch_ask *ask = transfer->ask;
    struct curl_slist *condition = condition_of(transfer);
    uint64_t first = ask->offset + transfer->sent;
    char range[48];
    CURLcode result;

    (void)snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)first,
                   (unsigned long long)(ask->offset + ask->length - 1));
    transfer->verdict = VERDICT_NONE;
    transfer->wanted = transfer->received = 0;
    transfer->header_bytes = 0;
    transfer->refused = false;
    transfer->error[0] = '\0';
    memset(&transfer->answer, 0, sizeof(transfer->answer));
    curl_easy_reset(transfer->curl);
    set_callbacks(transfer);
    set_bounds(transfer);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_URL, transfer->url);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_USERAGENT, "whichcab/" WHICHCAB_VERSION);
    if ((ask->flags & WCI_FETCH_WHOLE) == 0)
        (void)curl_easy_setopt(transfer->curl, CURLOPT_RANGE, range);
    (void)curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, condition);
    result = curl_easy_perform(transfer->curl);
    if (result == CURLE_OK && transfer->verdict == VERDICT_NONE)
        judge_answer(transfer);
    count(transfer);
    if (transfer->verdict == VERDICT_NONE ||
        (transfer->verdict == VERDICT_TAKE && result != CURLE_OK))
        judge_failure(transfer, result);
    else if (transfer->verdict == VERDICT_TAKE && transfer->wanted != WCI_FETCH_UNKNOWN &&
             transfer->received < transfer->wanted)
        judge(transfer, VERDICT_RETRY, WCAB_ERR_IO,
              "the answer broke off behind %llu of %llu bytes",
              (unsigned long long)transfer->received, (unsigned long long)transfer->wanted);
    curl_slist_free_all(condition);
}

int transfer_run(struct transfer *transfer, const struct wci_fetch_ask *ask)
{
    unsigned attempt = 1;

    transfer->ask = ask;
    transfer->headed = false;
    transfer->sent = 0;
    memset(&transfer->head, 0, sizeof(transfer->head));
    memset(&transfer->end, 0, sizeof(transfer->end));
    memcpy(transfer->url, ask->url, sizeof(transfer->url));
    transfer->hop = (ask->flags & WCI_FETCH_FOLLOWED) != 0;
    transfer->from_open = transfer->hop > 0;
    for (;;) {
        request(transfer);
        if (transfer->verdict == VERDICT_MOVED)
            continue;
        if (transfer->verdict != VERDICT_RETRY || attempt == ATTEMPTS ||
            is_abandoned(transfer, 250 * (int)(attempt * attempt)))
            break;
        attempt++;
    }
    if (transfer->verdict == VERDICT_TAKE || transfer->verdict == VERDICT_ENOUGH)
        transfer->end.code = WCAB_OK;
    put_frame(transfer, WCI_FETCH_END, &transfer->end, sizeof(transfer->end));
    return !transfer->reader_gone;
}

struct transfer *transfer_new(int in, int out)
{
    struct transfer *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return NULL;
    made->curl = curl_easy_init();
    made->in = in;
    made->out = out;
    if (made->curl != NULL)
        return made;
    free(made);
    return NULL;
}

void transfer_free(struct transfer *transfer)
{
    if (transfer == NULL)
        return;
    curl_easy_cleanup(transfer->curl);
    free(transfer);
}
