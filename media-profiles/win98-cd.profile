# Windows 98 on CD-ROM.  It is recognised by folder, names and
# dates; of the Brazilian one there is a listing (win98-cd-ptbr).
# Sources: Q158238 (release, dates), Q133365 and others (cabinets WIN98_nn), Q235200 (DRIVER21),
# Q312611, Q285327 (folders), Windows 98 Resource Kit, appendix B (groups of cabinets).

[profile]
id = win98-cd
title = Windows 98 (CD-ROM)
release = 4.10.1998
publisher = Microsoft
kind = cd
code_page = 437
folder = WIN98

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
WIN98_??.CAB = system

[notes]
note = System File Checker may put MINI.CAB's USER.EXE, GDI.EXE, KRNL386.EXE or SETUPX.DLL in place of the real ones (Q192832).
note = SFC, "Extract one file from installation disk", and EXT on the Startup disk find the cabinet themselves (Q285327, Q312611).
note = Windows 98 has DRIVER21.CAB, Second Edition lacks it (Q235200).

[rule release]
has = WIN98_??.CAB
has = PRECOPY1.CAB
dated = WIN98_*.CAB 1998-05-11
text = has Windows 98's cabinets WIN98_nn, dated 1998-05-11

# The time of day is the version, in every language.
[rule entries]
has = WIN98_??.CAB
entry_time = WIN98_??.CAB 20:01
text = has cabinets WIN98_nn with files of 20:01, the time of Windows 98 in every language

[rule setup]
has = PRECOPY?.CAB
lacks = WIN98_??.CAB
entry_time = PRECOPY?.CAB 20:01
text = has Setup's cabinets with files of 20:01, the time of Windows 98 in every language

# Setup's own version: the file version of its SETUPX.DLL.
[rule version]
has = PRECOPY?.CAB
says = setup_version 4.10.0.1998
text = its Setup is that of Windows 98
