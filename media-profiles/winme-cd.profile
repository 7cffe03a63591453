# Windows Millennium Edition on CD-ROM.  No listing of it is published.
# Sources: Q314565 (folder WIN9X), Q312611 (preinstalled: C:/WINDOWS/OPTIONS/INSTALL), Q177060
# (cabinets WIN_nn).

[profile]
id = winme-cd
title = Windows Me (CD-ROM)
# as its VER command prints it
release = 4.90.3000
publisher = Microsoft
kind = cd
code_page = 437
folder = WIN9X

[roles]
# Groups of cabinets: Windows 98 Resource Kit, appendix B.
MINI.CAB = mini : mini-Windows that Setup and DriveSpace run in; its USER.EXE, GDI.EXE, KRNL386.EXE and SETUPX.DLL are not those of an installed system (Q192832)
PRECOPY?.CAB/WSOCK32.DLL = system : (Q153614)
PRECOPY?.CAB/*.INF = system
PRECOPY?.CAB = setup : Setup and INF files; many of them stay in the installed system
EBD.CAB = setup : files of the Startup disk
BASE?.CAB = system : files needed for the first start
NET*.CAB = system : network drivers
DRIVER*.CAB = system : drivers
CATALOG*.CAB = system : driver certification
CHL*.CAB = system : Web pages of the channel bar
WIN_*.CAB = system

[notes]
note = System files are protected: use MSCONFIG, General, Extract File (Q314565).

[rule folder]
folder = WIN9X
has = WIN_?*.CAB
has = PRECOPY1.CAB
text = has a folder WIN9X with cabinets WIN_n

# Setup's own version: the file version of its SETUPX.DLL.
[rule version]
has = PRECOPY?.CAB
says = setup_version 4.90.0.3000
text = its Setup is that of Windows Me
