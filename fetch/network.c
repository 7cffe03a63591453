/*
 * network - see network.h.
 */
#include "fetch/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static bool is_private_4(uint32_t address)
{
    static const struct {
        uint32_t network, bits;
    } known[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
                 {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0a80000, 16}, {0xe0000000, 3}};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if ((address ^ known[i].network) >> (32 - known[i].bits) == 0)
            return true;
    }
    return false;
}

static bool is_private_6(const struct in6_addr *address)
{
    const uint8_t *bytes = address->s6_addr;
    uint32_t last;

    memcpy(&last, bytes + 12, sizeof(last));
    if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address))
        return is_private_4(ntohl(last));
    return IN6_IS_ADDR_UNSPECIFIED(address) || IN6_IS_ADDR_LOOPBACK(address) ||
           IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_SITELOCAL(address) ||
           IN6_IS_ADDR_MULTICAST(address) || (bytes[0] & 0xfe) == 0xfc;
}

bool network_is_private(const struct sockaddr *address)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    if (address->sa_family == AF_INET) {
        memcpy(&four, address, sizeof(four));
        return is_private_4(ntohl(four.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&six, address, sizeof(six));
        return is_private_6(&six.sin6_addr);
    }
    return true; /* of no network at all */
}

bool network_is_private_text(const char *address)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, address, &four) == 1)
        return is_private_4(ntohl(four.s_addr));
    return inet_pton(AF_INET6, address, &six) != 1 || is_private_6(&six);
}
