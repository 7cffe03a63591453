/*
 * fuzz_disk - hard disks and floppies in a form of their own, each reader by itself, so that no
 * signature has to be guessed before it gets to work: the first byte says which one.
 */
#include "fuzz.h"
#include "media/disc/disk_d88.h"
#include "media/disc/disk_headed.h"
#include "media/disc/disk_imd.h"
#include "media/disc/disk_td0.h"
#include "media/disc/disk_vdi.h"
#include "media/disc/disk_vhd.h"
#include "media/disc/partitions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum wcab_err (*const open[])(struct wci_source *, struct wci_volume **,
                                         struct wcab_error *) = {
        wci_disk_imd_open, wci_disk_vhd_open,      wci_partitions_open, wci_disk_td0_open,
        wci_disk_fdi_open, wci_disk_savedskf_open, wci_disk_d88_open,   wci_disk_vdi_open};
    struct fuzz_guarded guarded;
    struct wci_source *source;
    struct wci_volume *volume = NULL;

    if (size == 0)
        return 0;
    guarded = fuzz_guard(data + 1, size - 1);
    source = fuzz_source(&guarded);
    if (open[data[0] % (sizeof(open) / sizeof(open[0]))](source, &volume, NULL) == WCAB_OK)
        fuzz_nest(volume);
    wci_volume_close(volume);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
