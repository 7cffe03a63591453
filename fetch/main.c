/*
 * main - whichcab-fetch: asks servers for parts of images, for a process that reads images and has no
 * network (see media/bytes/fetch.h).
 *
 * It is started by that one, with pairs of pipes from WCI_FETCH_FIRST_FD on, and is no command of its
 * own.  A thread answers each pair; the end of a pipe ends its thread, the last thread the process.
 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch/fence.h"
#include "fetch/transfer.h"

struct channel {
    pthread_t thread;
    int in, out;
    int started;
};

/* One question; false at the end of the pipe, and for what no caller of this build sends. */
static int read_ask(int fd, struct wci_fetch_ask *ask)
{
    uint8_t *to = (uint8_t *)ask;
    size_t left = sizeof(*ask);

    while (left > 0) {
        ssize_t count = read(fd, to, left);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return 0;
        to += count;
        left -= (size_t)count;
    }
    return memchr(ask->url, '\0', sizeof(ask->url)) != NULL &&
           memchr(ask->tag, '\0', sizeof(ask->tag)) != NULL &&
           memchr(ask->modified, '\0', sizeof(ask->modified)) != NULL && ask->length > 0 &&
           ask->length <= WCI_FETCH_RANGE && ask->offset <= UINT64_MAX / 2 && ask->seconds > 0;
}

static void *serve(void *context)
{
    struct channel *channel = context;
    struct transfer *transfer = transfer_new(channel->in, channel->out);
    struct wci_fetch_ask ask;

    while (transfer != NULL && read_ask(channel->in, &ask) && transfer_run(transfer, &ask))
        continue;
    transfer_free(transfer);
    (void)close(channel->out);
    (void)close(channel->in);
    return NULL;
}

int main(void)
{
    struct channel channels[WCI_FETCH_CHANNELS];
    int i;

    if (fcntl(WCI_FETCH_FIRST_FD + 2 * WCI_FETCH_CHANNELS - 1, F_GETFD) < 0) {
        (void)fputs("whichcab-fetch: is run by whichcab\n", stderr);
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* who asked says when it is over */
    fence_enter();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    for (i = 0; i < WCI_FETCH_CHANNELS; i++) {
        channels[i].in = WCI_FETCH_FIRST_FD + 2 * i;
        channels[i].out = channels[i].in + 1;
        channels[i].started = pthread_create(&channels[i].thread, NULL, serve, &channels[i]) == 0;
    }
    for (i = 0; i < WCI_FETCH_CHANNELS; i++) {
        if (channels[i].started)
            (void)pthread_join(channels[i].thread, NULL);
    }
    curl_global_cleanup();
    return 0;
}
