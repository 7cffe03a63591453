# Windows 95 build 121 (Chicago beta 1, June 1994) on 17 plain floppies, cabinets CHICOn.CAB.
# Source: directories of dumps published by the PCjs project.

[profile]
id = win95-build121-floppy
title = Windows 95 build 121 (Chicago beta 1, floppies)
release = 4.00.121
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-17
format = 1.44 MB
insert = Chicago build 121 disk % of 17
extract = EXTRACT.EXE
extract_disk = 1

[roles]
MINI.CAB = mini : mini-Windows that Setup runs in
PRECOPY*.CAB = setup
CHICO*.CAB = system

[notes]
note = Only the directories of the disks are known, not the contents of the cabinets.
note = The disks have no volume label, and eight bytes of rubbish for an OEM id.
