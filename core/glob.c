/*
 * glob - see glob.h.
 */
#include "core/glob.h"

enum { SET_BYTES = 64 /* longest [set] */ };

size_t wci_glob_set_end(struct wci_bytes pattern, size_t at)
{
    size_t i = at + 1;

    if (i < pattern.length && (pattern.data[i] == '!' || pattern.data[i] == '^'))
        i++;
    if (i < pattern.length && pattern.data[i] == ']')
        i++;
    for (; i < pattern.length && i - at <= SET_BYTES; i++) {
        if (pattern.data[i] == ']')
            return i + 1;
    }
    return 0;
}

static bool set_has(struct wci_bytes pattern, size_t at, size_t end, char byte)
{
    const unsigned char c = (unsigned char)byte;
    size_t i = at + 1;
    bool negated = pattern.data[i] == '!' || pattern.data[i] == '^';
    bool found = false;

    if (negated)
        i++;
    while (i < end - 1) {
        unsigned char low = (unsigned char)pattern.data[i], high = low;

        if (i + 2 < end - 1 && pattern.data[i + 1] == '-') {
            high = (unsigned char)pattern.data[i + 2];
            i += 2;
        }
        i++;
        found = found || (c >= low && c <= high);
    }
    return found != negated;
}

/* One step: whether the element of the pattern at *at (not '*') fits the byte; moves *at behind
 * the element when it does. */
static bool step(struct wci_bytes pattern, size_t *at, char byte, bool sets)
{
    size_t end;

    if (pattern.data[*at] == '?') {
        (*at)++;
        return true;
    }
    end = sets && pattern.data[*at] == '[' ? wci_glob_set_end(pattern, *at) : 0;
    if (end == 0) {
        if (pattern.data[*at] != byte)
            return false;
        (*at)++;
        return true;
    }
    if (!set_has(pattern, *at, end, byte))
        return false;
    *at = end;
    return true;
}

static bool fits(struct wci_bytes pattern, struct wci_bytes text, bool sets)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    while (t < text.length) {
        if (p < pattern.length && pattern.data[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.length && step(pattern, &p, text.data[t], sets)) {
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.data[p] == '*')
        p++;
    return p == pattern.length;
}

bool wci_glob_fits(struct wci_bytes pattern, struct wci_bytes text)
{
    return fits(pattern, text, false);
}

bool wci_glob_fits_sets(struct wci_bytes pattern, struct wci_bytes text)
{
    return fits(pattern, text, true);
}
