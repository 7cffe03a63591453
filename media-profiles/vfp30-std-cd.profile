# Microsoft Visual FoxPro 3.0 Standard Edition on CD-ROM; its volume serial number is 2281-63BA.
# Sources: Q137854.

[profile]
id = vfp30-std-cd
title = Microsoft Visual FoxPro 3.0 Standard (CD-ROM)
release = 3.0
publisher = Microsoft
language = en-US
kind = cd
code_page = 1252
extract = EXTRACT.EXE
chain = VFP1.CAB
disk_text = Disk %

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
VFP*.CAB = system

[notes]
note = VFP4.CAB and VFP8.CAB hold nothing but the middle of FOXHELP.HLP and VFP.EXE.
note = The article prints 1,716,220 bytes for VFP11.CAB; every other full cabinet has 1,716,224.
