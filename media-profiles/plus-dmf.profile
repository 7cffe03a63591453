# Microsoft Plus! for Windows 95 on six floppies.
# Sources: Q137646, Q137647, Q137272.

[profile]
id = plus-dmf
title = Microsoft Plus! for Windows 95 (floppies)
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-6
format = DMF
insert = Microsoft Plus! Disk %
extract = EXTRACT.EXE
extract_disk = 1
chain = PLUS_1.CAB
disk_text = Microsoft Plus! Disk %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB

[roles]
PLUS_1.CAB/ACMSETUP.* = setup
PLUS_?.CAB/MINI.CAB = setup : the MINI.CAB that DriveSpace needs (Q136830)
PLUS_?.CAB = system

[notes]
bad 1 = Non-DMF disks with the assembly number 320-051-013 in the lower right corner have a damaged PLUS_1.CAB (Q137272).
note = MINI.CAB lies inside PLUS_1.CAB (Q136830) and goes on in PLUS_2.CAB.
