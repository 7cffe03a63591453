/*
 * fuzz_lha - LHA archives: the list of members that liblhasa's process hands over.
 */
#include "fuzz.h"
#include "media/archive/lha_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wci_lha_list list = {.count = 0};
    volatile uint64_t sum = 0;
    size_t i, k;

    wci_buffer_init(&list.bytes);
    wci_buffer_put(&list.bytes, data, size);
    if (wci_lha_list_take_members(&list, NULL) == WCAB_OK) {
        for (i = 0; i < list.count; i++) {
            for (k = 0; k < list.members[i].name.length; k++)
                sum = sum + (uint8_t)list.members[i].name.data[k];
            for (k = 0; k < list.members[i].folder.length; k++)
                sum = sum + (uint8_t)list.members[i].folder.data[k];
        }
    }
    wci_lha_list_free(&list);
    return 0;
}
