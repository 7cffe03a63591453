# Microsoft Visual FoxPro 3.0 Professional Edition on 16 floppies.
# Sources: Q141976, Q141977.

[profile]
id = vfp30-pro-floppy
title = Microsoft Visual FoxPro 3.0 Professional (floppies)
release = 3.0
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1-16
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
serial = 4131-1301

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
VFP*.CAB = system

[notes]
note = VFP4.CAB and VFP16.CAB hold nothing but parts of FOXHELP.HLP and VFP300.ESL.
note = Only disk 1's label and serial number are documented; the other labels follow its pattern.
