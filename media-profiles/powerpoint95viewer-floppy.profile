# Microsoft PowerPoint Viewer for Windows 95 on two floppies.
# Sources: Q143019.

[profile]
id = powerpoint95viewer-floppy
title = Microsoft PowerPoint Viewer for Windows 95 (floppies)
release = 7.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-2
insert = Microsoft PowerPoint Viewer disk % of 2
extract = EXTRACT.EXE
extract_disk = 1
chain = VIEW951.CAB

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system
