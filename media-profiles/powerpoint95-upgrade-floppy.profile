# Microsoft PowerPoint for Windows 95, the upgrade's variant of disk 1; disks 2 to 12 are those of
# the retail set.
# Sources: Q136174, Q135560.

[profile]
id = powerpoint95-upgrade-floppy
title = Microsoft PowerPoint for Windows 95 (upgrade, disk 1)
release = 7.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1
insert = Microsoft PowerPoint Setup: Disk %
extract = EXTRACT.EXE
extract_disk = 1
chain = PPT1.CAB
disk_text = Microsoft PowerPoint Setup: Disk %

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system
