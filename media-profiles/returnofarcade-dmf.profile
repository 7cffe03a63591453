# Microsoft Return of Arcade on three floppies.
# Sources: Q148766.

[profile]
id = returnofarcade-dmf
title = Microsoft Return of Arcade (floppies)
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-3
label = DISK%
format = DMF
insert = Return of Arcade Disk %
chain = ARCADE1.CAB
disk_text = Return of Arcade Disk %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB
serial = 0E3F-0ADD

[disk 2]
serial = 7032-306A

[disk 3]
serial = B187-9786

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
*/ADMIN.INF = setup
*.CAB = system
