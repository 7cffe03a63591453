/*
 * foreign - see foreign.h.
 *
 * Signatures from the formats' specifications and the file(1) database.
 */
#include "media/foreign.h"

#include <stdbool.h>
#include <string.h>

enum { HEAD_BYTES = 4096, FROM_END = -512, SIGNATURE_MAX = 24 };

struct foreign {
    int at; /* byte offset; below 0: from the end */
    uint8_t length;
    char signature[SIGNATURE_MAX];
    const char *name;
    const char *advice;
};

static const char flux[] = "holds magnetic flux, not sectors; convert it: gw convert or "
                           "hxcfe -conv:RAW_LOADER";
static const char qemu[] = "convert it: qemu-img convert -O raw IMAGE disk.img";

static const struct foreign formats[] = {
    /* floppies */
    {0, 8, "HXCPICFE", "HFE floppy image", flux},
    {0, 8, "HXCHFEV3", "HFE floppy image, version 3", flux},
    {0, 4, "86BF", "86F floppy image",
     "convert it with 86Box or hxcfe -conv:RAW_LOADER to sectors"},
    {0, 3, "SCP", "SuperCard Pro floppy image", flux},
    {0, 4, "CAPS", "IPF floppy image", flux},
    {0, 3, "A2R", "Applesauce floppy image", flux},
    {0, 4, "WOZ2", "WOZ floppy image", flux},
    {0, 4, "WOZ1", "WOZ floppy image", flux},
    {0, 4, "PFI ", "PCE flux image", flux},
    {0, 4, "PRI ", "PCE raw floppy image", flux},
    {0, 4, "PSI ", "PCE sector image", "convert it: psi convert -I psi -O raw"},
    /* discs */
    {0, 8, "MComprHD", "CHD image", "convert it: chdman extractcd -i IMAGE -o disc.cue"},
    {0, 4, "ECM\0", "ECM image", "unpack it: ecm2bin IMAGE (or unecm)"},
    {0, 4, "CISO", "CSO image", "convert it: maxcso --decompress IMAGE"},
    {0, 4, "DAA\0", "PowerISO image", "convert it: poweriso convert IMAGE -o disc.iso -ot iso"},
    {0, 4, "IsZ!", "ISZ image", "convert it with UltraISO to ISO"},
    {0, 16, "BWT5 STREAM SIGN", "BlindWrite image", "convert it with BlindWrite to BIN/CUE"},
    {0, 16, "BWT4 STREAM SIGN", "BlindWrite image", "convert it with BlindWrite to BIN/CUE"},
    {0, 23, "Adaptec CeQuadrat Virtu", "Roxio image", "save it as ISO on Windows"},
    {0, 20, "Roxio Image File For", "Roxio image", "save it as ISO on Windows"},
    {FROM_END, 4, "koly", "Apple disk image", "convert it: dmg2img IMAGE disc.img, or 7z x IMAGE"},
    /* hard disks */
    {0, 8, "vhdxfile", "VHDX image", qemu},
    {0, 4, "KDMV", "VMDK image", qemu},
    {0, 4, "COWD", "VMDK image", qemu},
    {0, 21, "# Disk DescriptorFile", "VMDK descriptor",
     "convert it: qemu-img convert -O raw IMAGE disk.img"},
    {0, 4, "QFI\xFB", "QCOW image", qemu},
    {64, 4, "\x7F\x10\xDA\xBE", "VDI image", qemu},
    {0, 16, "WithoutFreeSpace", "Parallels image", qemu},
    {0, 16, "WithouFreSpacExt", "Parallels image", qemu},
    {0, 18, "Bochs Virtual HD I", "Bochs image", qemu},
    {0, 3, "\xFE\xEF\x01", "Norton Ghost image", "restore it with Ghost Explorer"},
    {0, 8, "MSWIM\0\0\0", "WIM archive", "unpack it: wimlib-imagex extract IMAGE 1"},
    {0, 14, "EVF\x09\x0D\x0A\xFF\0\x01\x01\0\0\0", "EnCase image",
     "convert it: ewfexport -f raw IMAGE"},
    /* file systems */
    {3, 8, "NTFS    ", "NTFS volume", "copy its files: ntfscp or mount -t ntfs3"},
    {3, 8, "EXFAT   ", "exFAT volume", "copy its files: mount -t exfat"},
    {0, 4, "XFSB", "XFS volume", "copy its files: mount -t xfs"},
    {1080, 2, "\x53\xEF", "ext2/3/4 volume", "copy its files: mount, or debugfs -R rdump"},
    {1024, 2, "BD", "HFS volume", "copy its files: hmount and hcopy, or mount -t hfs"},
    {1024, 4, "H+\0\x04", "HFS+ volume", "copy its files: mount -t hfsplus"},
    {0, 4, "hsqs", "SquashFS image", "unpack it: unsquashfs IMAGE"},
};

/* DiscJuggler images end with their version and a length. */
static bool is_discjuggler(const uint8_t *tail)
{
    const uint8_t *version = tail + 504; /* little-endian 80000004 to 80000006 */

    return version[0] >= 4 && version[0] <= 6 && version[1] == 0 && version[2] == 0 &&
           version[3] == 0x80;
}

static bool has_signature(const struct foreign *format, const uint8_t *head, size_t head_size,
                          const uint8_t *tail)
{
    if (format->at < 0)
        return memcmp(tail + (512 + format->at), format->signature, format->length) == 0;
    return (size_t)format->at + format->length <= head_size &&
           memcmp(head + format->at, format->signature, format->length) == 0;
}

enum wcab_err wci_foreign_recognise(struct wci_source *source, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t head[HEAD_BYTES] = {0}, tail[512] = {0};
    size_t got = 0, i;
    enum wcab_err code = wci_source_read_some(source, 0, head, sizeof(head), &got, err);

    if (code != WCAB_OK)
        return code;
    if (size >= sizeof(tail) &&
        wci_source_read_at(source, size - sizeof(tail), tail, sizeof(tail), NULL) != WCAB_OK)
        memset(tail, 0, sizeof(tail));
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (has_signature(&formats[i], head, got, tail))
            return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "%s: %s", formats[i].name,
                                 formats[i].advice);
    }
    if (size > 1024 * 1024 && is_discjuggler(tail))
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "DiscJuggler image: convert it: cdirip IMAGE, or iat IMAGE disc.iso");
    return wci_error_set(err, WCAB_ERR_FORMAT, "none of the known other formats");
}
