# Windows 98 Second Edition on CD-ROM, English.
# Sources: a copy of its folder WIN98 that was read from end to end, Q158238 (release, dates),
# Q257915 (RICHED32.DLL in WIN98_40), Windows 98 Resource Kit, appendix B (groups of cabinets).

[profile]
id = win98se-cd-en
title = Windows 98 Second Edition (CD-ROM, English)
release = 4.10.2222 A
publisher = Microsoft
language = en-US
kind = cd
code_page = 437
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
note = RICHED32.DLL is in WIN98_40 here and in WIN98_37 on the first edition (Q257915).
note = The listing covers the folder WIN98 only; dates of loose files are not known, and 13 of them are named by LAYOUT.INF alone.
