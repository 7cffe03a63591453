# Windows 98 Second Edition on CD-ROM.  Of the English one there is a listing (win98se-cd-en).
# Sources: Q158238 (release, dates), Q257915 (RICHED32.DLL in WIN98_40), Q235200 (no DRIVER21),
# Windows 98 Resource Kit, appendix B (groups of cabinets).

[profile]
id = win98se-cd
title = Windows 98 Second Edition (CD-ROM)
release = 4.10.2222 A
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
note = RICHED32.DLL is in WIN98_40 here and in WIN98_37 on the first edition (Q257915).

[rule release]
has = WIN98_??.CAB
has = PRECOPY1.CAB
lacks = DRIVER21.CAB
dated = WIN98_*.CAB 1999-04-23
text = has Windows 98's cabinets WIN98_nn, dated 1999-04-23, and no DRIVER21.CAB

# The time of day is the version, in every language.
[rule entries]
has = WIN98_??.CAB
entry_time = WIN98_??.CAB 22:22
text = has cabinets WIN98_nn with files of 22:22, the time of Windows 98 Second Edition in every language

[rule setup]
has = PRECOPY?.CAB
lacks = WIN98_??.CAB
entry_time = PRECOPY?.CAB 22:22
text = has Setup's cabinets with files of 22:22, the time of Windows 98 Second Edition in every language

# Setup's own version: the file version of its SETUPX.DLL, and what System Properties shows.
[rule version]
has = PRECOPY?.CAB
says = setup_version 4.10.0.2222
text = its Setup is that of Windows 98 Second Edition

[rule letter]
has = BASE?.CAB
has = PRECOPY?.CAB
says = subversion A
text = its Setup gives Windows 98 the letter A
