/*
 * record - what the indexer finds and the catalog stores.
 *
 * The one place where indexer and catalog meet.  A `wci_image` is everything known of one indexed
 * item (an image file, a folder tree, a drive, or a published listing): a tree of containers
 * (volumes, cabinets, archives ...), each with its entries in on-medium order.  All memory of an
 * image lies in its arena; names are raw bytes as the medium holds them.
 */
#ifndef WCI_RECORD_H
#define WCI_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/mem.h"

#define WCI_NONE UINT32_MAX

/* Bytes of the quick digest by which an image is known again (indexer/quick_digest). */
enum { WCI_QUICK_BYTES = 16 };

/* How the bytes of a name are to be read. */
enum wci_encoding {
    WCI_ENCODING_UTF8 = 0, /* converted from UCS-2 (Joliet, VFAT), or marked UTF-8 (CAB, ZIP) */
    WCI_ENCODING_RAW = 1   /* bytes of an unknown OEM or ANSI code page, kept as they are */
};

struct wci_name {
    struct wci_bytes bytes;
    enum wci_encoding encoding;
};

/* FAT, ISO and CAB attribute bits, as DOS has them. */
enum {
    WCI_ATTRIBUTE_READONLY = 0x01,
    WCI_ATTRIBUTE_HIDDEN = 0x02,
    WCI_ATTRIBUTE_SYSTEM = 0x04,
    WCI_ATTRIBUTE_LABEL = 0x08,
    WCI_ATTRIBUTE_FOLDER = 0x10,
    WCI_ATTRIBUTE_ARCHIVE = 0x20
};

enum {
    WCI_ENTRY_CONTINUED = 0x01, /* the file began in the cabinet before (iFolder FFFD or FFFF) */
    WCI_ENTRY_CONTINUES = 0x02, /* the file goes on in the next cabinet (iFolder FFFE or FFFF) */
    WCI_ENTRY_PACKED = 0x04,    /* SZDD or KWAJ file: `size` is the unpacked size when known */
    WCI_ENTRY_DOUBTFUL = 0x08,  /* published row that an erratum calls into question */
    WCI_ENTRY_DAMAGED = 0x10,   /* bad chain, extent outside the volume, bad sector */
    WCI_ENTRY_SIZE_UNKNOWN = 0x20,
    WCI_ENTRY_PROBABLE = 0x40 /* `name` is concluded from the name that the file is stored under */
};

enum { WCI_ALIAS_MAX = 5 };

/* A file (or, on a volume, an empty folder: attribute FOLDER) inside a container. */
struct wci_entry {
    struct wci_bytes folder; /* folder part of the path: raw bytes, '/' between parts on volumes,
                                as stored ('\') in cabinets; empty at the top */
    struct wci_name name;    /* last part of the path: the longest form the medium has */
    struct wci_name alias[WCI_ALIAS_MAX]; /* its other names (8.3, Joliet); alias_count valid */
    uint8_t alias_count;
    uint8_t stored;     /* by which of its names it lies in the container: 0 `name`, n alias[n - 1];
                           another than `name` where that is the name of what is packed in it */
    uint16_t flags;     /* WCI_ENTRY_* */
    uint8_t attributes; /* WCI_ATTRIBUTE_* */
    uint32_t modified;  /* DOS date << 16 | DOS time, local; 0 = none */
    uint64_t size;      /* bytes, unpacked */
    uint32_t cab_folder; /* cabinets: index of the CFFOLDER in this cabinet that holds its bytes
                            here (FFFD and FFFF resolve to 0, FFFE to the last); else WCI_NONE */
    uint64_t data; /* where its first bytes lie in the source of the volume that is walked; 0: not
                      known, or they are packed.  Not stored */
    uint64_t locator; /* where the container keeps it: cabinets: uoffFolderStart, bytes into
                    the uncompressed folder; volumes: see the readers in media/volume/volume.h */
};

enum wci_container_kind {
    WCI_CONTAINER_DIRECTORY = 1, /* a folder tree of the host */
    WCI_CONTAINER_ISO9660 = 2,
    WCI_CONTAINER_FAT = 3,
    WCI_CONTAINER_CABINET = 4,
    WCI_CONTAINER_PARTITIONS = 5, /* MBR; its entries are nested volumes */
    WCI_CONTAINER_ARCHIVE = 6,    /* ZIP, LZH, TAR ...: libarchive reads it */
    WCI_CONTAINER_WRAPPER = 7,    /* gz, IMZ, BIN/CUE, NRG ...: one image inside */
    WCI_CONTAINER_INSTALLSHIELD = 8,
    WCI_CONTAINER_OLE = 9,       /* MSI and other OLE2 compound files */
    WCI_CONTAINER_W4 = 10,       /* VMM32.VXD-style W3/W4 archive of VxDs */
    WCI_CONTAINER_CONTENTS = 11, /* a table of contents: rows of files wherever they may lie */
    WCI_CONTAINER_LAST = WCI_CONTAINER_CONTENTS
};

/*
 * A container of kind CONTENTS holds what a medium's own table of contents says (indexer/toc).  It
 * lies in the container that the table was read from.  Its entries:
 *   disks: no name, attributes WCI_CONTENTS_DISK, `folder` is "id TAB title TAB cabinet TAB tag TAB
 *     folder"; tag is a file or volume label that tells the disk;
 *   facts of the release: no name, WCI_CONTENTS_FACT, `folder` is "key=value";
 *   files: name (the first alias: the packed one), size, `folder` on the disk; `cab_folder` is the
 *     row of its disk, or WCI_NONE; `locator` the version as four 16-bit numbers, 0 when not told.
 */
enum {
    WCI_CONTENTS_DISK = 0x08,
    WCI_CONTENTS_FACT = 0x04,
    WCI_CONTENTS_ROUNDED = 0x40 /* of a file: its size is rounded up to 512 bytes */
};

/* Compression of a CFFOLDER: typeCompress & 15. */
enum wci_method {
    WCI_METHOD_STORED = 0,
    WCI_METHOD_MSZIP = 1,
    WCI_METHOD_QUANTUM = 2,
    WCI_METHOD_LZX = 3
};

/* "stored", "mszip", "quantum", "lzx" of a typeCompress value; NULL for another method. */
const char *wci_method_name(unsigned type_compress);

struct wci_cab_folder {
    uint32_t first_block;   /* coffCabStart: bytes from the cabinet's start to its first CFDATA */
    uint16_t block_count;   /* cCFData in this cabinet */
    uint16_t type_compress; /* method | level << 4 | window bits << 8 */
};

enum { WCI_CAB_HAS_PREVIOUS = 0x0001, WCI_CAB_HAS_NEXT = 0x0002, WCI_CAB_HAS_RESERVE = 0x0004 };

/* Facts of a cabinet's header (MS-CAB specification, CFHEADER). */
struct wci_cab {
    uint32_t size;    /* cbCabinet */
    uint16_t version; /* major << 8 | minor */
    uint16_t flags;   /* WCI_CAB_* */
    uint16_t set_id;
    uint16_t index;       /* iCabinet */
    uint8_t data_reserve; /* cbCFData: bytes of reserve in each CFDATA header */
    struct wci_bytes previous_cabinet, previous_disk, next_cabinet, next_disk; /* raw */
    uint32_t folder_count;
    struct wci_cab_folder *folders;
    /* Joints: 0 when the cabinet does not continue on that side; else a hash of what both sides
     * of the cut know (set id, index of the cut, the continued entries' names folded, sizes, folder
     * offsets and dates, the folder's typeCompress).  Cabinet B may follow A when
     * A.joint_next == B.joint_previous.  Computed by the cabinet reader. */
    uint64_t joint_previous, joint_next;
};

struct wci_entries;

struct wci_container {
    enum wci_container_kind kind;
    uint32_t parent;       /* index of the container that holds it; WCI_NONE for the outermost */
    uint32_t parent_entry; /* entry of the parent that it is; WCI_NONE when it isn't a file there
                              (El Torito image, partition, track) */
    struct wci_bytes name; /* path in its parent, '/' separated, or a description such as
                              "El Torito boot image", "partition 1", "embedded at 12345" */
    uint64_t offset,
        size; /* bytes in the parent's file where it lies inside one (embedded cabinet) */
    struct wci_bytes format; /* exact variant, UTF-8: "FAT12 (DMF)", "ISO 9660 + Joliet", "MSZIP" */
    struct wci_name label;   /* volume label without its padding; empty when none */
    uint32_t serial;         /* FAT volume serial number, 0 when none */
    uint64_t created;        /* volume creation as DOS date << 16 | time, 0 when none */
    struct wci_cab *cab;     /* only for WCI_CONTAINER_CABINET */
    uint32_t entry_count;
    /* Its entries, as an array or, when they are many, packed (core/packed/entries): by
     * wci_container_entry, which knows both. */
    struct wci_entry *entries;
    struct wci_entries *packed;
    /* first 16 bytes of SHA-256 over the bytes that metadata reading saw of this container (a
     * cabinet: header, folders, files, first CFDATA header); equal digests mean equal listings. */
    uint8_t digest[16];
    bool partial; /* a fault kept part of it from being read */
};

/* A fault of one item: the walk went on. */
struct wci_fault {
    uint32_t container;     /* where it was met, WCI_NONE when the image itself can't be read */
    int code;               /* enum wcab_err */
    uint64_t offset;        /* bytes into that container, or WCAB_NO_OFFSET */
    struct wci_bytes place; /* chain below the image, "WIN95_02.CAB > mapi32.dll" */
    struct wci_bytes text;
};

enum wci_image_kind {
    WCI_IMAGE_FILE = 1,
    WCI_IMAGE_DIRECTORY = 2,
    WCI_IMAGE_DEVICE = 3,
    WCI_IMAGE_PUBLISHED = 4
};

/* What an image, or one of several media in it, was recognised as. */
struct wci_identity {
    struct wci_bytes medium;           /* profile id; empty when not recognised */
    struct wci_bytes disk;             /* "boot", "7"; empty when unknown or not a set of disks */
    struct wci_bytes reason;           /* why it was recognised, for -v */
    uint16_t code_page;                /* of its raw names; 0: it has none that are not ASCII */
    struct wci_bytes code_page_reason; /* why that one, for -v */
    uint64_t group; /* given by the catalog: media of one set of disks share it; 0 = none */
    bool several;   /* may be one of several media until its neighbours decide; not stored */
};

/* One of several media that an image holds: a floppy of a set in a ZIP, of a folder on a CD. */
struct wci_part {
    uint32_t container; /* its outermost one; what lies in that belongs to the part, unless it
                           belongs to a further part in there */
    struct wci_identity identity;
};

/* What the user says of an image: box = B3.  UTF-8; the key as wci_note_key_is_valid has it. */
struct wci_note {
    struct wci_bytes key, value;
};

struct wci_image {
    struct wci_arena *arena; /* owns everything below */
    struct wci_bytes path;   /* absolute path of the host; "profile:<id>/<disk>" when published */
    enum wci_image_kind kind;
    uint64_t size;
    int64_t mtime_ns;
    /* Hints alone: they change with a mount, a copy, a new name. */
    uint64_t inode, device;
    int64_t changed_ns;             /* when the file's status last changed; 0: not known */
    uint8_t quick[WCI_QUICK_BYTES]; /* digest of a few of its blocks; zeros: not known */
    uint32_t container_count;       /* in depth-first order: a container follows its parent */
    struct wci_container *containers;
    uint32_t fault_count, faults_dropped;
    struct wci_fault *faults;
    struct wci_limits limits; /* with which it was read, and is opened again */
    /* An image of several media: by ascending container.  What is in none of them belongs to the
     * image itself, and this identity is its. */
    struct wci_identity identity;
    uint32_t part_count;
    struct wci_part *parts;
    /* By ascending keys.  They belong to the path: an image that is put in place of another of the
     * same path and brings none keeps its notes. */
    uint32_t note_count;
    struct wci_note *notes;
};

/* Whether a note can be called so: 1 to 32 of a-z, 0-9, '-' and '_'. */
bool wci_note_key_is_valid(struct wci_bytes key);
/* Whether a note can say that: 1 to WCI_LIMIT_NOTE bytes of UTF-8 without control characters. */
bool wci_note_value_is_valid(struct wci_bytes value);
/* Whether an image can have these notes: few enough, valid, in order. */
bool wci_notes_are_valid(const struct wci_note *notes, uint32_t count);

/* Moves what an entry points to into the arena.  *last_folder, empty at first, is the folder kept last: the
 * next entry of the same one shares it.  False without memory. */
bool wci_entry_keep(struct wci_entry *entry, struct wci_arena *arena,
                    struct wci_bytes *last_folder);

/* The name by which the container knows the entry. */
struct wci_bytes wci_entry_stored_name(const struct wci_entry *entry);

/* "folder/name": as the bytes that are stored, and as UTF-8. */
void wci_entry_put_path(const struct wci_entry *entry, struct wci_buffer *out);
void wci_entry_put_path_utf8(const struct wci_entry *entry, int code_page, struct wci_buffer *out);

/* Whether one of its names is this one, in any letter case. */
bool wci_entry_is_called(const struct wci_entry *entry, struct wci_bytes name);

/* An entry that the container has; `room` is where one that is packed is put. */
const struct wci_entry *wci_container_entry(const struct wci_container *container, uint32_t row,
                                            struct wci_entry *room);
/* Puts another in its place.  False without memory. */
bool wci_container_set_entry(struct wci_container *container, uint32_t row,
                             const struct wci_entry *entry);

/* Whether files lie directly in it: a file system or a folder of the host. */
bool wci_container_is_volume(enum wci_container_kind kind);

/* Gives the image another path; a folder of the host is called by it as a container, too. */
void wci_image_set_path(struct wci_image *image, struct wci_bytes path);

/* A new image in its own arena with nothing in it; NULL without memory. */
struct wci_image *wci_image_new(void);
void wci_image_free(struct wci_image *image);

#endif
