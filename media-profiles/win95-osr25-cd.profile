# Windows 95 OEM Service Release 2.5.  No listing of it is published.
# Sources: Q158238, Q161020.

[profile]
id = win95-osr25-cd
title = Windows 95 OSR2.5 (CD-ROM)
release = 4.00.950 C, files 4.03.1214
publisher = Microsoft
kind = cd
code_page = 437
folder = WIN95

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
PRECOPY?.CAB/WINBOOT.SYS = IO.SYS : as in OSR2 (Q170456)
WIN95_??.CAB/COMMDLG.NEW = COMMDLG.DLL, probable : the COMMDLG.DLL in PRECOPY1 (97,936 bytes) is another version, which Setup runs with
WIN95_??.CAB/SHELL.NEW = SHELL.DLL, probable : the SHELL.DLL in PRECOPY (41,600 bytes) is another version, which Setup runs with
WIN95_??.CAB/VER.NEW = VER.DLL, probable : the VER.DLL in PRECOPY2 and MINI.CAB (9,008 bytes) is another version, which Setup runs with
WIN95_??.CAB/WINOA386.NEW = WINOA386.MOD, probable : no WINOA386.MOD lies on the medium, and installed systems have one

[notes]
note = Its own files are dated up to 1997-11-18 (Q158238).

[rule dates]
has = WIN95_??.CAB
dated = WIN95_*.CAB 1997-11-18
text = has cabinets WIN95_nn, dated 1997-11-18

# What System Properties shows behind the version.
[rule letter]
has = PRECOPY?.CAB
lacks = WIN98_??.CAB
says = subversion C
text = its Setup gives Windows 95 the letter C
