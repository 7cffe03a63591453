# Microsoft Visual FoxPro 3.0 Standard Edition on 12 floppies.
# Sources: Q135683.

[profile]
id = vfp30-std-floppy
title = Microsoft Visual FoxPro 3.0 Standard (floppies)
release = 3.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-12
label = VFP30US#%
format = DMF
insert = Disk %
extract = EXTRACT.EXE
extract_disk = 1
chain = VFP1.CAB
disk_text = Disk %

[disk 1]
# Q129260: disk 1 of every DMF set is a plain 1.44 MB disk
format = 1.44 MB

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
VFP*.CAB = system
