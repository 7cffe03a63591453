# Microsoft Visual FoxPro 3.0 Professional Edition on CD-ROM; only VFP7 to VFP17 are documented.
# Sources: Q136577.

[profile]
id = vfp30-pro-cd
title = Microsoft Visual FoxPro 3.0 Professional (CD-ROM)
release = 3.0
publisher = Microsoft
language = en-US
kind = cd
code_page = 1252
chain = VFP1.CAB
disk_text = Disk %

[roles]
*/ACMSETUP.* = setup : Microsoft's Setup program
*/MSSETUP.DLL = setup : Microsoft's Setup program
VFP*.CAB = system
