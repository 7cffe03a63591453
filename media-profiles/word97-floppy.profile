# Microsoft Word 97 on 18 floppies.
# Sources: Q169930, Q169931, Q169933.

[profile]
id = word97-floppy
title = Microsoft Word 97 (floppies)
release = 8.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-18
format = DMF
insert = Microsoft Word 97 disk % of 18
extract = EXTRACT.EXE
extract_disk = 1
chain = WRD97_1.CAB
disk_text = %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system

[notes]
note 1 = CABVIEW.DLL and CABVIEW.INF on this disk add a viewer for cabinets to Windows 95's Explorer (Q169930).
