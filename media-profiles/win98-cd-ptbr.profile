# Windows 98 on CD-ROM, Portuguese (Brazil).
# Sources: a copy of the CD that was read from end to end (the folder WIN98), Q158238 (release, dates), Q133365 and others (cabinets WIN98_nn), Q235200 (DRIVER21),
# Q312611, Q285327 (folders), Windows 98 Resource Kit, appendix B (groups of cabinets).

[profile]
id = win98-cd-ptbr
title = Windows 98 (CD-ROM, Portuguese)
release = 4.10.1998
publisher = Microsoft
language = pt-BR
kind = cd
code_page = 850
folder = WIN98
chain = PRECOPY1.CAB
chain = CATALOG3.CAB

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
note = The listing covers the folder WIN98 only; dates of loose files are not known.
