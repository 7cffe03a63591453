/*
 * formats - see formats.h.
 *
 * Signatures from the formats' specifications and the file(1) database.
 */
#include "media/formats.h"

#include <ctype.h>
#include <string.h>

#include "core/text.h"
#include "media/archive/volume_installshield.h"
#include "media/archive/volume_is3.h"
#include "media/disc/disc.h"
#include "media/disc/disk_d88.h"
#include "media/disc/disk_headed.h"
#include "media/disc/disk_imd.h"
#include "media/disc/disk_libdsk.h"
#include "media/disc/disk_libyal.h"
#include "media/disc/disk_td0.h"
#include "media/disc/disk_vdi.h"
#include "media/disc/disk_vhd.h"
#include "media/disc/partitions.h"
#include "media/hidden.h"
#include "media/volume/volume_udf.h"

enum {
    TELL_HEAD = 4096,
    TAIL = 512, /* how far before the end signatures lie */
    FLOPPY_LEAST = 80 * 1024,
    ARC_HEADER = 25, /* of the oldest method */
    ARC_NAME = 13,
    ARC_LAST_METHOD = 11,
    ARJ_LEAST_HEADER = 30,
    ARJ_MOST_HEADER = 2600,
    DISCJUGGLER_LEAST = 1024 * 1024
};

static bool has_bytes(const struct wci_format_head *head, size_t at, const char *bytes,
                      size_t length)
{
    return head->size >= at + length && memcmp(head->bytes + at, bytes, length) == 0;
}

static unsigned u16_at(const struct wci_format_head *head, size_t at)
{
    return head->bytes[at] | (unsigned)head->bytes[at + 1] << 8;
}

static bool is_power_of_two(unsigned value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* A jump, and a BIOS parameter block behind it; or none of them, and a media byte where the first
 * table begins. */
static bool may_be_fat(const struct wci_format_head *head)
{
    const uint8_t *bytes = head->bytes;
    unsigned media;

    if (head->size < 515 || head->file_size < FLOPPY_LEAST)
        return false;
    media = bytes[21];
    if (is_power_of_two(u16_at(head, 11)) && u16_at(head, 11) >= 128 &&
        is_power_of_two(bytes[13]) && bytes[16] >= 1 && bytes[16] <= 4 &&
        (media >= 0xF8 || media == 0xF0))
        return true;
    if (head->size >= 1027 && has_bytes(head, 1024, "\xFE\xFF\xFF", 3)) /* PC-98 */
        return head->file_size % 1024 == 0;
    media = bytes[512];
    return head->file_size % 512 == 0 && (media >= 0xF8 || media == 0xF0) && bytes[513] == 0xFF &&
           bytes[514] == 0xFF;
}

static bool may_be_fdi(const struct wci_format_head *head)
{
    return wci_disk_fdi_is_header(head->bytes, head->size, head->file_size);
}

static bool may_be_d88(const struct wci_format_head *head)
{
    return wci_disk_d88_is_header(head->bytes, head->size, head->file_size);
}

static bool may_have_partitions(const struct wci_format_head *head)
{
    return head->size >= 512 && head->file_size % 512 == 0 && has_bytes(head, 510, "\x55\xAA", 2);
}

/* A text whose first line is a command of such sheets. */
static bool may_be_cue(const struct wci_format_head *head)
{
    static const char *const commands[] = {"FILE",  "REM",       "CATALOG",   "CDTEXTFILE",
                                           "TITLE", "PERFORMER", "SONGWRITER"};
    size_t at = has_bytes(head, 0, "\xEF\xBB\xBF", 3) ? 3 : 0, i;

    while (at < head->size && isspace(head->bytes[at]))
        at++;
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        size_t length = strlen(commands[i]);

        if (head->size > at + length && head->bytes[at + length] == ' ' &&
            strncasecmp((const char *)head->bytes + at, commands[i], length) == 0)
            return true;
    }
    return false;
}

/* The main header's sizes and its file type. */
static bool is_arj(const struct wci_format_head *head)
{
    size_t size;

    if (!has_bytes(head, 0, "\140\352", 2) || head->size < ARJ_LEAST_HEADER + 4)
        return false;
    size = u16_at(head, 2);
    return size >= ARJ_LEAST_HEADER && size <= ARJ_MOST_HEADER &&
           head->bytes[4] >= ARJ_LEAST_HEADER && head->bytes[4] <= size && head->bytes[10] == 2;
}

/* The header of a member by SEA's ARC and its like: a mark, a method, a name of DOS and its end, the
 * packed size, a date, a time, a checksum, the size. */
static bool is_arc(const struct wci_format_head *head)
{
    const uint8_t *bytes = head->bytes;
    uint64_t packed;
    unsigned date;
    size_t i;

    if (head->size < ARC_HEADER || bytes[0] != 0x1A || bytes[1] < 1 || bytes[1] > ARC_LAST_METHOD ||
        bytes[2] <= ' ' || memchr(bytes + 2, '\0', ARC_NAME) == NULL)
        return false;
    for (i = 2; bytes[i] != '\0'; i++) {
        if (bytes[i] <= ' ' || bytes[i] == 0x7F)
            return false;
    }
    packed = u16_at(head, 15) | (uint64_t)u16_at(head, 17) << 16;
    date = u16_at(head, 19);
    return packed <= head->file_size - ARC_HEADER && (date & 31) != 0 && (date >> 5 & 15) >= 1 &&
           (date >> 5 & 15) <= 12;
}

/* The last cylinder and the number of sides, behind two comments. */
static bool is_transcopy(const struct wci_format_head *head)
{
    return has_bytes(head, 0, "\x5A\xA5", 2) && head->size > 260 && head->bytes[257] == 0 &&
           head->bytes[258] >= 30 && head->bytes[258] < 90 && head->bytes[259] >= 1 &&
           head->bytes[259] <= 2;
}

static const char flux[] = "holds magnetic flux, not sectors; convert it: gw convert or "
                           "hxcfe -conv:RAW_LOADER";
static const char qemu[] = "convert it: qemu-img convert -O raw IMAGE disk.img";

#define CUBE "\x88\xF0\x27"

static const struct wci_format formats[] = {
    {.name = "Microsoft cabinet",
     .use = WCI_FORMAT_CABINET,
     .signatures = {{0, 4, "MSCF"}},
     .extensions = "cab dab",
     .in_folder = true},
    {.name = "SZDD",
     .use = WCI_FORMAT_PACKED,
     .signatures = {{0, 8, "SZDD" CUBE "\x33"}, {0, 8, "SZ " CUBE "\x33\xD1"}},
     .open_beside = wci_hidden_packed_open,
     .in_folder = true},
    {.name = "KWAJ",
     .use = WCI_FORMAT_PACKED,
     .signatures = {{0, 8, "KWAJ" CUBE "\xD1"}},
     .open_beside = wci_hidden_packed_open,
     .in_folder = true},
    /* archives and compressed files: their signatures at the very start are sure */
    {.name = "zip", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_ZIP, .extensions = "zip imz"},
    {.name = "7z", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_7ZIP, .extensions = "7z"},
    {.name = "RAR", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_RAR, .extensions = "rar"},
    {.name = "RAR 5", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_RAR5, .extensions = "rar"},
    {.name = "tar", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_TAR, .extensions = "tar"},
    {.name = "cpio", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_CPIO, .extensions = "cpio"},
    {.name = "LHA", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_LHA, .extensions = "lzh lha"},
    {.name = "gzip", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_GZIP, .extensions = "gz tgz"},
    {.name = "bzip2",
     .use = WCI_FORMAT_IMAGE,
     .wrapper = WCI_WRAPPER_BZIP2,
     .extensions = "bz2 tbz tbz2"},
    {.name = "xz", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_XZ, .extensions = "xz txz"},
    {.name = "lzip", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_LZIP, .extensions = "lz"},
    {.name = "zstd",
     .use = WCI_FORMAT_IMAGE,
     .wrapper = WCI_WRAPPER_ZSTD,
     .extensions = "zst tzst"},
    {.name = "LZ4", .use = WCI_FORMAT_IMAGE, .wrapper = WCI_WRAPPER_LZ4, .extensions = "lz4"},
    {.name = "compress",
     .use = WCI_FORMAT_IMAGE,
     .wrapper = WCI_WRAPPER_COMPRESS,
     .extensions = "z"},
    {.name = "InstallShield 5 and later",
     .use = WCI_FORMAT_CABINET,
     .signatures = {{0, 4, "ISc("}},
     .extensions = "cab hdr",
     .open_beside = wci_volume_installshield_open,
     .in_folder = true},
    {.name = "InstallShield 3",
     .use = WCI_FORMAT_CABINET,
     .signatures = {{0, 4, "\023\135\145\214"}},
     .extensions = "lib 1 2 3 4 5 6 7 8 9",
     .seldom = "z",
     .open_beside = wci_volume_is3_open,
     .in_folder = true},
    {.name = "OLE2 file",
     .use = WCI_FORMAT_CABINET,
     .signatures = {{0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"}},
     .extensions = "msi msp msm",
     .open = wci_volume_ole_open},
    /* A Nero image may begin with a whole file system, which would hide its later sessions; it is
     * known by its end.  Then file systems, and what wraps them. */
    {.name = "Nero (NRG)",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{-12, 4, "NER5"}, {-8, 4, "NERO"}},
     .extensions = "nrg",
     .open = wci_disc_nrg_open},
    {.name = "ISO 9660",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{32769, 5, "CD001"}},
     .extensions = "iso img ima image raw mdf cdr udf dsk toast",
     .seldom = "bin dat cd nrg",
     .open = wci_volume_iso_open},
    {.name = "High Sierra",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{32777, 5, "CDROM"}},
     .extensions = "iso",
     .open = wci_volume_iso_open},
    {.name = "UDF",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{32769, 5, "BEA01"}},
     .extensions = "udf",
     .open = wci_volume_udf_open},
    {.name = "FAT12, FAT16, FAT32",
     .use = WCI_FORMAT_IMAGE,
     .fits = may_be_fat,
     .extensions = "img ima dmf vfd flp dsk xdf hdm raw 144 12 720 360 fd0",
     .seldom = "bin dat image",
     .open = wci_volume_fat_open},
    {.name = "partitions",
     .use = WCI_FORMAT_IMAGE,
     .fits = may_have_partitions,
     .open = wci_partitions_open},
    {.name = "BIN, IMG of 2,336, 2,352, 2,368 or 2,448 bytes a sector",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 12, "\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"}},
     .extensions = "img mdf",
     .seldom = "bin",
     .open = wci_disc_raw_open},
    {.name = "CUE",
     .use = WCI_FORMAT_IMAGE,
     .fits = may_be_cue,
     .extensions = "cue",
     .open_beside = wci_disc_cue_open},
    {.name = "CloneCD",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 9, "[CloneCD]"}},
     .extensions = "ccd",
     .open_beside = wci_disc_ccd_open},
    {.name = "Alcohol 120%",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 16, "MEDIA DESCRIPTOR"}},
     .extensions = "mds",
     .open_beside = wci_disc_mds_open},
    {.name = "VHD",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 8, "conectix"}, {-512, 8, "conectix"}},
     .extensions = "vhd",
     .open = wci_disk_vhd_open},
    {.name = "QCOW",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 4, "QFI\xFB"}},
     .extensions = "qcow qcow2",
     .open = wci_disk_qcow_open},
    {.name = "VMDK",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 4, "KDMV"}},
     .extensions = "vmdk",
     .open = wci_disk_vmdk_open},
    {.name = "VHDX",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 8, "vhdxfile"}},
     .extensions = "vhdx",
     .open = wci_disk_vhdx_open},
    {.name = "EnCase (E01)",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 9, "EVF\x09\x0D\x0A\xFF\0\x01"}},
     .extensions = "e01",
     .open_beside = wci_disk_ewf_open},
    {.name = "VDI",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{64, 4, "\x7F\x10\xDA\xBE"}},
     .extensions = "vdi",
     .open = wci_disk_vdi_open},
    {.name = "ImageDisk (IMD)",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 4, "IMD "}},
     .extensions = "imd",
     .open = wci_disk_imd_open},
    {.name = "Teledisk (TD0)",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 3, "TD\0"}, {0, 3, "td\0"}},
     .extensions = "td0",
     .open = wci_disk_td0_open},
    {.name = "FDI (PC-98)",
     .use = WCI_FORMAT_IMAGE,
     .fits = may_be_fdi,
     .extensions = "fdi",
     .open = wci_disk_fdi_open},
    {.name = "D88",
     .use = WCI_FORMAT_IMAGE,
     .fits = may_be_d88,
     .extensions = "d88 88d d77 d98",
     .open = wci_disk_d88_open},
    {.name = "SaveDskF (OS/2)",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 2, "\xAA\x58"}, {0, 2, "\xAA\x59"}, {0, 2, "\xAA\x5A"}},
     .extensions = "dsk",
     .open = wci_disk_savedskf_open},
    {.name = "CopyQM",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 3, "CQ\x14"}},
     .extensions = "cqm",
     .open = wci_disk_libdsk_open},
    {.name = "extended DSK",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 23, "EXTENDED CPC DSK File\r\n"}},
     .extensions = "dsk",
     .open = wci_disk_libdsk_open},
    {.name = "DSK",
     .use = WCI_FORMAT_IMAGE,
     .signatures = {{0, 8, "MV - CPC"}},
     .extensions = "dsk",
     .open = wci_disk_libdsk_open},
    {.name = "CFI", .use = WCI_FORMAT_IMAGE, .extensions = "cfi", .open = wci_disk_libdsk_open},
    /* last: an image of a disc may begin as a program does */
    {.name = "executables",
     .use = WCI_FORMAT_PROGRAM,
     .signatures = {{0, 2, "MZ"}},
     .extensions = "exe",
     .open = wci_hidden_program_open},
    {.name = "W3 and W4 archives of drivers",
     .use = WCI_FORMAT_DRIVER,
     .extensions = "vxd 386",
     .in_folder = true},
    /* ---- only recognised ---- */
    {.name = "ACE archive",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{7, 7, "**ACE**"}},
     .extensions = "ace",
     .advice = "not read here, unpack it with `unace x`"},
    {.name = "ZOO archive",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{20, 4, "\334\247\304\375"}},
     .extensions = "zoo",
     .advice = "not read here, unpack it with `unar`"},
    {.name = "ARC archive",
     .use = WCI_FORMAT_TOLD,
     .fits = is_arc,
     .extensions = "arc ark pak",
     .advice = "not read here, unpack it with `unar` or `nomarch`"},
    {.name = "part of a ZIP archive cut into several files",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 6, "PK\007\010PK"}},
     .advice = "join it with `zip -s 0`"},
    {.name = "StuffIt archive",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "SIT!"}, {0, 16, "StuffIt (c)1997-"}},
     .extensions = "sit",
     .advice = "not read here, unpack it with `unar`"},
    {.name = "ARJ archive",
     .use = WCI_FORMAT_TOLD,
     .fits = is_arj,
     .extensions = "arj",
     .advice = "not read here, unpack it with `arj x`"},
    {.name = "HFE floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 8, "HXCPICFE"}},
     .extensions = "hfe",
     .advice = flux},
    {.name = "HFE floppy image, version 3",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 8, "HXCHFEV3"}},
     .advice = flux},
    {.name = "86F floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "86BF"}},
     .extensions = "86f",
     .advice = "convert it with 86Box or hxcfe -conv:RAW_LOADER to sectors"},
    {.name = "SuperCard Pro floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 3, "SCP"}},
     .extensions = "scp",
     .advice = flux},
    {.name = "IPF floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "CAPS"}},
     .extensions = "ipf",
     .advice = flux},
    {.name = "Applesauce floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 3, "A2R"}},
     .extensions = "a2r",
     .advice = flux},
    {.name = "WOZ floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "WOZ2"}, {0, 4, "WOZ1"}},
     .extensions = "woz",
     .advice = flux},
    {.name = "PCE flux image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "PFI "}},
     .extensions = "pfi",
     .advice = flux},
    {.name = "PCE raw floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "PRI "}},
     .extensions = "pri",
     .advice = flux},
    {.name = "MAME floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 16, "MAMEFLOPPYIMAGE\0"}, {0, 16, "MESSFLOPPYIMAGE\0"}},
     .extensions = "mfi",
     .advice = "convert it: floptool flopconvert auto pc IMAGE disk.img"},
    {.name = "HxC MFM floppy image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 7, "HXCMFM\0"}},
     .extensions = "mfm",
     .advice = flux},
    {.name = "TransCopy floppy image",
     .use = WCI_FORMAT_TOLD,
     .fits = is_transcopy,
     .extensions = "tc",
     .advice = flux},
    {.name = "PCE sector image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "PSI "}},
     .extensions = "psi",
     .advice = "convert it: psi convert -I psi -O raw"},
    {.name = "CHD image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 8, "MComprHD"}},
     .extensions = "chd",
     .advice = "convert it: chdman extractcd -i IMAGE -o disc.cue"},
    {.name = "ECM image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "ECM\0"}},
     .extensions = "ecm",
     .advice = "unpack it: ecm2bin IMAGE (or unecm)"},
    {.name = "CSO image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "CISO"}},
     .extensions = "cso",
     .advice = "convert it: maxcso --decompress IMAGE"},
    {.name = "PowerISO image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "DAA\0"}},
     .extensions = "daa",
     .advice = "convert it: poweriso convert IMAGE -o disc.iso -ot iso"},
    {.name = "ISZ image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "IsZ!"}},
     .extensions = "isz",
     .advice = "convert it with UltraISO to ISO"},
    {.name = "BlindWrite image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 16, "BWT5 STREAM SIGN"}, {0, 16, "BWT4 STREAM SIGN"}},
     .extensions = "b5t b6t",
     .advice = "convert it with BlindWrite to BIN/CUE"},
    {.name = "Roxio image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 23, "Adaptec CeQuadrat Virtu"}, {0, 20, "Roxio Image File For"}},
     .advice = "save it as ISO on Windows"},
    {.name = "Apple disk image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{-512, 4, "koly"}},
     .extensions = "dmg",
     .advice = "convert it: dmg2img IMAGE disc.img, or 7z x IMAGE"},
    {.name = "VMDK image, version 1",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "COWD"}},
     .advice = qemu},
    {.name = "VMDK descriptor",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 21, "# Disk DescriptorFile"}},
     .advice = "convert it: qemu-img convert -O raw IMAGE disk.img"},
    {.name = "Parallels image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 16, "WithoutFreeSpace"}, {0, 16, "WithouFreSpacExt"}},
     .extensions = "hdd",
     .advice = qemu},
    {.name = "Bochs image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 18, "Bochs Virtual HD I"}},
     .advice = qemu},
    {.name = "Norton Ghost image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 3, "\xFE\xEF\x01"}},
     .extensions = "gho",
     .advice = "restore it with Ghost Explorer"},
    {.name = "WIM archive",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 8, "MSWIM\0\0\0"}},
     .extensions = "wim",
     .advice = "unpack it: wimlib-imagex extract IMAGE 1"},
    {.name = "NTFS volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{3, 8, "NTFS    "}},
     .advice = "copy its files: ntfscp or mount -t ntfs3"},
    {.name = "exFAT volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{3, 8, "EXFAT   "}},
     .advice = "copy its files: mount -t exfat"},
    {.name = "XFS volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "XFSB"}},
     .advice = "copy its files: mount -t xfs"},
    {.name = "ext2/3/4 volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{1080, 2, "\x53\xEF"}},
     .advice = "copy its files: mount, or debugfs -R rdump"},
    {.name = "HFS volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{1024, 2, "BD"}},
     .advice = "copy its files: hmount and hcopy, or mount -t hfs"},
    {.name = "HFS+ volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{1024, 4, "H+\0\x04"}},
     .advice = "copy its files: mount -t hfsplus"},
    {.name = "APFS volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{32, 4, "NXSB"}},
     .advice = "copy its files: apfs-fuse, or on macOS"},
    {.name = "HPFS volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{54, 8, "HPFS    "}},
     .advice = "copy its files: 7z x IMAGE"},
    {.name = "Amiga volume",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "DOS\0"}, {0, 4, "DOS\1"}},
     .advice = "copy its files: unadf IMAGE"},
    {.name = "SquashFS image",
     .use = WCI_FORMAT_TOLD,
     .signatures = {{0, 4, "hsqs"}},
     .extensions = "squashfs",
     .advice = "unpack it: unsquashfs IMAGE"},
};

const struct wci_format *wci_formats(size_t *count)
{
    *count = sizeof(formats) / sizeof(formats[0]);
    return formats;
}

/* ---- by content ------------------------------------------------------------------------------ */

static bool has_signature(const struct wci_format *format, const struct wci_format_head *head,
                          const uint8_t tail[TAIL])
{
    size_t i;

    for (i = 0; i < WCI_FORMAT_SIGNATURES && format->signatures[i].length > 0; i++) {
        const struct wci_signature *signature = &format->signatures[i];

        if (signature->at < 0 && tail != NULL &&
            memcmp(tail + (TAIL + signature->at), signature->bytes, signature->length) == 0)
            return true;
        if (signature->at >= 0 &&
            has_bytes(head, (size_t)signature->at, signature->bytes, signature->length))
            return true;
    }
    return false;
}

const struct wci_format *wci_format_of_head(const struct wci_format_head *head)
{
    struct wci_wrapper wrapper = {0};
    bool is_wrapper = wci_wrapper_of_head(head->bytes, head->size, &wrapper);
    size_t i;

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].wrapper != 0 ? is_wrapper && formats[i].wrapper == wrapper.kind
                                    : has_signature(&formats[i], head, NULL))
            return &formats[i];
    }
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].fits != NULL && formats[i].fits(head))
            return &formats[i];
    }
    return NULL;
}

/* DiscJuggler images end with their version and a length. */
static bool is_discjuggler(const uint8_t tail[TAIL])
{
    const uint8_t *version = tail + 504; /* little-endian 80000004 to 80000006 */

    return version[0] >= 4 && version[0] <= 6 && version[1] == 0 && version[2] == 0 &&
           version[3] == 0x80;
}

enum wcab_err wci_format_tell(struct wci_source *source, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t bytes[TELL_HEAD] = {0}, tail[TAIL] = {0};
    struct wci_format_head head = {bytes, 0, size};
    size_t i;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &head.size, err);

    if (code != WCAB_OK)
        return code;
    if (size >= sizeof(tail) &&
        wci_source_read_at(source, size - sizeof(tail), tail, sizeof(tail), NULL) != WCAB_OK)
        memset(tail, 0, sizeof(tail));
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].use == WCI_FORMAT_TOLD &&
            (has_signature(&formats[i], &head, tail) ||
             (formats[i].fits != NULL && formats[i].fits(&head))))
            return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "%s: %s", formats[i].name,
                                 formats[i].advice);
    }
    if (size > DISCJUGGLER_LEAST && is_discjuggler(tail))
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "DiscJuggler image: convert it: cdirip IMAGE, or iat IMAGE disc.iso");
    return wci_error_set(err, WCAB_ERR_FORMAT, "none of the known other formats");
}

/* ---- by name --------------------------------------------------------------------------------- */

static uint8_t ascii_lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (uint8_t)(letter - 'A' + 'a') : (uint8_t)letter;
}

/* Whether the words of a list, parted by blanks, have this one, in any letter case. */
static bool has_word(const char *words, struct wci_bytes word)
{
    uint8_t first = word.length > 0 ? ascii_lower(word.data[0]) : 0;

    if (words == NULL)
        return false;
    while (*words != '\0') {
        size_t length = 1;

        while (words[length] != '\0' && words[length] != ' ')
            length++;
        /* Each name on a medium is held against some two hundred words: most differ at once. */
        if (ascii_lower(*words) == first && length == word.length &&
            wci_text_equal_folded((struct wci_bytes){words, length}, word))
            return true;
        words += length;
        words += strspn(words, " ");
    }
    return false;
}

/* What stands behind the last dot; empty when there is none, or nothing before it. */
static struct wci_bytes extension_of(struct wci_bytes name)
{
    const char *dot = name.length > 0 ? memrchr(name.data, '.', name.length) : NULL;
    struct wci_bytes extension = {"", 0};

    if (dot != NULL && dot != name.data) {
        extension.data = dot + 1;
        extension.length = (size_t)(name.data + name.length - extension.data);
    }
    return extension;
}

const struct wci_format *wci_format_of_name(struct wci_bytes name)
{
    struct wci_bytes extension = extension_of(name);
    size_t i;

    for (i = 0; extension.length > 0 && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (has_word(formats[i].extensions, extension))
            return &formats[i];
    }
    return NULL;
}

bool wci_format_has_extension(const char *words, struct wci_bytes name)
{
    struct wci_bytes extension = extension_of(name);

    return extension.length > 0 && has_word(words, extension);
}

bool wci_format_is_called(const struct wci_format *format, struct wci_bytes name)
{
    struct wci_bytes extension = extension_of(name);

    return extension.length > 0 &&
           (has_word(format->extensions, extension) || has_word(format->seldom, extension));
}
