# Windows 95 retail on CD-ROM.
# Sources: Q135537, Q135538, Q135539, Q135540, Q135541 (contents of the folder WIN95), Q158238.

[profile]
id = win95-cd
title = Windows 95 (retail, CD-ROM)
release = 4.00.950
publisher = Microsoft
language = en-US
kind = cd
code_page = 437
folder = WIN95
# The listing has EXTRACT.EXE in \WIN95 (Q135540); Q201110 looks for it in the root.
extract = WIN95/EXTRACT.EXE
chain = PRECOPY1.CAB
chain = WIN95_02.CAB

[roles]
# The first line that matches counts.  A key is CABINET or CABINET/FILE, wildcards allowed.
# Windows 98's System File Checker took files of MINI.CAB for the real ones and left machines that
# would not start (Q192832); Windows 95's MINI.CAB is its forerunner.
MINI.CAB = mini : mini-Windows that Setup and DriveSpace run in; its USER.EXE, GDI.EXE, KRNL386.EXE and others are not those of an installed system (Q192832, Q136830)
PRECOPY?.CAB/COMMCTRL.DLL = setup : used by Setup only; KOMMCTRL.DLL is the one that belongs in an installed system (Q143054)
PRECOPY?.CAB/KOMMCTRL.DLL = system : becomes COMMCTRL.DLL when installed (Q143054)
PRECOPY?.CAB/WINBOOT.SYS = system : becomes IO.SYS in the root of the boot drive
PRECOPY?.CAB/COMMAND.COM = system
PRECOPY?.CAB/DRVSPACE.BIN = system : (Q152612)
PRECOPY?.CAB/DSKMAINT.DLL = system : (Q155000)
PRECOPY?.CAB/MSTCP.DLL = system : (Q179705)
PRECOPY?.CAB/MSPRINT*.DLL = system : (Q152187)
PRECOPY?.CAB/LAYOUT*.INF = system : tells Setup which cabinet holds which file (Q139426)
PRECOPY?.CAB/*.INF = system : (Q152187)
PRECOPY?.CAB = setup : copied before Setup proper starts; many of its files stay in the installed system
WIN95_??.CAB = system

[renames]
# FILE ON THE MEDIUM = NAME WHEN INSTALLED; "probable": concluded, no article says so.
PRECOPY?.CAB/KOMMCTRL.DLL = COMMCTRL.DLL : Q143054
PRECOPY?.CAB/WINBOOT.SYS = IO.SYS : has the size of the IO.SYS on the Boot disk of the floppy sets (223,148)
WIN95_??.CAB/COMMDLG.NEW = COMMDLG.DLL, probable : the COMMDLG.DLL in PRECOPY1 (97,936 bytes) is another version, which Setup runs with
WIN95_??.CAB/SHELL.NEW = SHELL.DLL, probable : the SHELL.DLL in PRECOPY (41,600 bytes) is another version, which Setup runs with
WIN95_??.CAB/VER.NEW = VER.DLL, probable : the VER.DLL in PRECOPY2 and MINI.CAB (9,008 bytes) is another version, which Setup runs with
WIN95_??.CAB/WINOA386.NEW = WINOA386.MOD, probable : no WINOA386.MOD lies on the medium, and installed systems have one

[notes]
note = The listing covers the folder WIN95 only, not the rest of the CD.
note = Article Q135540 has an IOS.VXD of 32,841 bytes first in WIN95_03; the row is doubtful, the size is that of BIOS.VXD.
note = No volume label of this CD is documented.

# The time of day is the version, in every language.
[rule entries]
has = WIN95_??.CAB
entry_time = WIN95_??.CAB 09:50
text = has cabinets WIN95_nn with files of 09:50, the time of Windows 95 in every language

[rule setup]
has = PRECOPY?.CAB
lacks = WIN95_??.CAB
entry_time = PRECOPY?.CAB 09:50
text = has Setup's cabinets with files of 09:50, the time of Windows 95 in every language

# Setup's own version: the file version of its SETUPX.DLL.
[rule version]
has = PRECOPY?.CAB
says = setup_version 4.0.0.950
text = its Setup is that of Windows 95
