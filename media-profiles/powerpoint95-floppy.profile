# Microsoft PowerPoint for Windows 95 on 12 floppies; disk 12 is the viewer.
# Sources: Q136174, Q136175, Q135560.

[profile]
id = powerpoint95-floppy
title = Microsoft PowerPoint for Windows 95 (floppies)
release = 7.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-12
format = DMF
insert = Microsoft PowerPoint Setup: Disk %
extract = EXTRACT.EXE
extract_disk = 1
chain = PPT1.CAB
disk_text = Microsoft PowerPoint Setup: Disk %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB

[disk 12]
format = 1.44 MB
insert = Microsoft PowerPoint Viewer disk

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system

[notes]
note = PPT9.CAB holds nothing but the middle of POWERPNT.EXE, which begins in PPT8.CAB and ends in PPT10.CAB.
note = Q136174 prints the loose files of disks 1 and 12 two hours later than Q135560: time zones.
