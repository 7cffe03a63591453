# Microsoft Plus! for Windows 95 on CD-ROM.
# Sources: Q137817, Q137818.

[profile]
id = plus-cd
title = Microsoft Plus! for Windows 95 (CD-ROM)
publisher = Microsoft
language = en-US
kind = cd
code_page = 437
extract = EXTRACT.EXE
chain = PLUS_1.CAB
disk_text = Microsoft Plus! Disk %

[roles]
PLUS_1.CAB/ACMSETUP.* = setup
PLUS_?.CAB/MINI.CAB = setup : the MINI.CAB that DriveSpace needs (Q136830)
PLUS_?.CAB = system

[notes]
note = The folders MMCAT and WIN95 of the CD are named and not listed (Q137818).
note = MINI.CAB lies inside PLUS_2.CAB (Q136830).
