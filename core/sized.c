/*
 * sized - see sized.h.
 */
#include "core/sized.h"

#include <string.h>

/* Larger than any struct will ever be: such a size was never set. */
enum { LARGEST = 4096 };

static size_t size_of(const void *given)
{
    size_t size;

    memcpy(&size, given, sizeof(size));
    return size;
}

static bool is_size(size_t size)
{
    return size >= sizeof(size_t) && size <= LARGEST;
}

static enum wcab_err no_size(struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_USAGE, "a struct's first member is not its size");
}

enum wcab_err wci_sized_take(void *own, size_t own_size, const void *given, struct wcab_error *err)
{
    const uint8_t *bytes = given;
    size_t size, i;

    if (given == NULL)
        return wci_error_null(err);
    size = size_of(given);
    if (!is_size(size))
        return no_size(err);
    for (i = own_size; i < size; i++) {
        if (bytes[i] != 0)
            return wci_error_set(err, WCAB_ERR_USAGE,
                                 "an option is set that this version of the library does not know");
    }
    memset(own, 0, own_size);
    memcpy(own, given, size < own_size ? size : own_size);
    memcpy(own, &own_size, sizeof(own_size));
    return WCAB_OK;
}

enum wcab_err wci_sized_check_names(const char *const *names, size_t count, struct wcab_error *err)
{
    size_t i;

    if (count > 0 && names == NULL)
        return wci_error_null(err);
    for (i = 0; i < count; i++) {
        if (names[i] == NULL)
            return wci_error_set(err, WCAB_ERR_USAGE, "a name is NULL");
    }
    return WCAB_OK;
}

enum wcab_err wci_sized_check(const void *given, struct wcab_error *err)
{
    return given == NULL || is_size(size_of(given)) ? WCAB_OK : no_size(err);
}

enum wcab_err wci_sized_begin(const void *result, void *own, size_t own_size, const void *options,
                              struct wcab_error *err)
{
    enum wcab_err code = wci_sized_check(result, err);

    return code == WCAB_OK ? wci_sized_take(own, own_size, options, err) : code;
}

void wci_sized_give(void *given, const void *own, size_t own_size)
{
    size_t size;

    if (given == NULL || !is_size(size_of(given)))
        return;
    size = size_of(given);
    memset(given, 0, size);
    memcpy(given, own, size < own_size ? size : own_size);
    memcpy(given, &size, sizeof(size));
}
