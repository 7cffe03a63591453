# Windows for Workgroups 3.11 (3.5-inch floppies).  No listing of it is published; each disk is recognised by its tag file and date.
# Sources: directories of the retail disks as published by archives of old software: every file is dated 1993-11-01 3:11, DISKn has 8 bytes; Q110162 (disk 8).

[profile]
id = wfw311-floppy
title = Windows for Workgroups 3.11 (3.5-inch floppies)
release = 3.11
publisher = Microsoft
kind = floppies
code_page = 437
disks = 1-8
insert = Windows for Workgroups 3.11 disk % of 8

[notes]
note = Files are packed one by one (KWAJ, SZDD): EXPAND unpacks them. Some sets have further disks with network drivers; those, and the further disks of sets on smaller floppies, are not recognised.

[rule disk1]
disk = 1
has = DISK1
dated = DISK1 1993-11-01
text = has the tag file DISK1, dated 1993-11-01

[rule disk2]
disk = 2
has = DISK2
dated = DISK2 1993-11-01
text = has the tag file DISK2, dated 1993-11-01

[rule disk3]
disk = 3
has = DISK3
dated = DISK3 1993-11-01
text = has the tag file DISK3, dated 1993-11-01

[rule disk4]
disk = 4
has = DISK4
dated = DISK4 1993-11-01
text = has the tag file DISK4, dated 1993-11-01

[rule disk5]
disk = 5
has = DISK5
dated = DISK5 1993-11-01
text = has the tag file DISK5, dated 1993-11-01

[rule disk6]
disk = 6
has = DISK6
dated = DISK6 1993-11-01
text = has the tag file DISK6, dated 1993-11-01

[rule disk7]
disk = 7
has = DISK7
dated = DISK7 1993-11-01
text = has the tag file DISK7, dated 1993-11-01

[rule disk8]
disk = 8
has = DISK8
dated = DISK8 1993-11-01
text = has the tag file DISK8, dated 1993-11-01
