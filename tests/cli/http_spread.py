#!/usr/bin/env python3
"""Spreads the files of an ISO 9660 image over one of 600 MB, with holes between them.

    http_spread.py FROM TO
"""
import struct
import sys

SECTOR = 2048
SECTORS = 300000


def records(data, lba, size):
    """Places of the records of a folder, with what each names."""
    at = lba * SECTOR
    end = at + size
    while at < end:
        length = data[at]
        if length == 0:  # the rest of the sector is empty
            at = (at // SECTOR + 1) * SECTOR
            continue
        where, = struct.unpack_from("<I", data, at + 2)
        bytes_, = struct.unpack_from("<I", data, at + 10)
        name = bytes(data[at + 33:at + 33 + data[at + 32]])
        yield at, where, bytes_, data[at + 25] & 2, name
        at += length


def main():
    with open(sys.argv[1], "rb") as source:
        data = bytearray(source.read())
    files = {}  # where a file lies: its size, and the records that say so
    last = 0    # sector behind the folders
    descriptor = 16
    while data[descriptor * SECTOR] != 255:
        at = descriptor * SECTOR
        if data[at] in (1, 2):  # primary, Joliet
            struct.pack_into("<I", data, at + 80, SECTORS)
            struct.pack_into(">I", data, at + 84, SECTORS)
            root, = struct.unpack_from("<I", data, at + 158)
            size, = struct.unpack_from("<I", data, at + 166)
            folders = [(root, size)]
            while folders:
                lba, size = folders.pop()
                last = max(last, lba + (size + SECTOR - 1) // SECTOR)
                for place, where, length, is_folder, name in records(data, lba, size):
                    if name in (b"\0", b"\1"):
                        continue
                    if is_folder:
                        folders.append((where, length))
                    elif length > 0:
                        files.setdefault(where, (length, []))[1].append(place)
        descriptor += 1
    gap = (SECTORS - last - len(data) // SECTOR) // (len(files) + 1)
    lba = last + gap
    moved = []
    for where, (length, places) in sorted(files.items()):
        for place in places:
            struct.pack_into("<I", data, place + 2, lba)
            struct.pack_into(">I", data, place + 6, lba)
        moved.append((where, lba, length))
        lba += (length + SECTOR - 1) // SECTOR + gap
    with open(sys.argv[2], "wb") as target:
        target.write(data[:min(files) * SECTOR])
        for where, lba, length in moved:
            target.seek(lba * SECTOR)
            target.write(data[where * SECTOR:where * SECTOR + length])
        target.truncate(SECTORS * SECTOR)


main()
