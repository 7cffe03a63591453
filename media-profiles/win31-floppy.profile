# Windows 3.1 (3.5-inch floppies).  No listing of it is published; each disk is recognised by its tag file and date.
# Sources: directories of the retail disks as published by archives of old software: every file is dated 1992-03-10 3:10, DISKn has 8 bytes.

[profile]
id = win31-floppy
title = Windows 3.1 (3.5-inch floppies)
release = 3.10
publisher = Microsoft
kind = floppies
code_page = 437
disks = 1-6
insert = Windows 3.1 disk % of 6

[notes]
note = Files are packed one by one (SZDD): EXPAND unpacks them. Sets on smaller floppies have more disks than the six of 1.44 MB, and their further disks are not recognised.

[rule disk1]
disk = 1
has = DISK1
dated = DISK1 1992-03-10
text = has the tag file DISK1, dated 1992-03-10

[rule disk2]
disk = 2
has = DISK2
dated = DISK2 1992-03-10
text = has the tag file DISK2, dated 1992-03-10

[rule disk3]
disk = 3
has = DISK3
dated = DISK3 1992-03-10
text = has the tag file DISK3, dated 1992-03-10

[rule disk4]
disk = 4
has = DISK4
dated = DISK4 1992-03-10
text = has the tag file DISK4, dated 1992-03-10

[rule disk5]
disk = 5
has = DISK5
dated = DISK5 1992-03-10
text = has the tag file DISK5, dated 1992-03-10

[rule disk6]
disk = 6
has = DISK6
dated = DISK6 1992-03-10
text = has the tag file DISK6, dated 1992-03-10
