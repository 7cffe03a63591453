/*
 * fuzz_profile - texts of media profiles and listings: the first line says which.
 */
#include <string.h>

#include "fuzz.h"
#include "profiles/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char plain[] = "[profile]\nid = x\ntitle = X\nkind = cd\n";
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_bytes text = {(const char *)guarded.data, guarded.size};
    struct wci_profile *profile = NULL;
    struct wcab_error err;

    if (wci_profile_parse(text, &profile, &err) == WCAB_OK)
        (void)wci_profile_role(profile, wci_bytes_of("MINI.CAB"), wci_bytes_of("USER.EXE"), NULL);
    wci_profile_free(profile);
    profile = NULL;
    if (wci_profile_parse(wci_bytes_of(plain), &profile, &err) == WCAB_OK)
        (void)wci_profile_add_listing(profile, text, &err);
    wci_profile_free(profile);
    fuzz_unguard(&guarded);
    return 0;
}
