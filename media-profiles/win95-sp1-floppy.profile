# Windows 95 Service Pack 1 on 14 floppies; the containers are self-extracting DISKnn.EXE files.
# Sources: Q150445, Q158238.

[profile]
id = win95-sp1-floppy
title = Windows 95 Service Pack 1 (floppies)
release = 4.00.950a
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-14
insert = Windows 95 Service Pack 1 disk % of 14

[roles]
DISK*.EXE = system

[notes]
note = The listing's "cabinets" are self-extracting programs DISK3.EXE to DISK14.EXE.
