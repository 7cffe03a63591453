# Microsoft Office Professional 7.0b on 32 floppies; only disks 11 to 20 are documented.
# Sources: Q151037.

[profile]
id = officepro95b-dmf
title = Microsoft Office Professional for Windows 95 7.0b (floppies)
release = 7.0b
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-32
format = DMF
insert = Microsoft Office Setup: Disk %
chain = MSOFF1.CAB
disk_text = Microsoft Office Setup: Disk %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system

[notes]
note = Only disks 11 to 20 are listed; six files are known to begin on disk 10.
