# Windows 95 OEM Service Release 2 (950 B) on CD-ROM, as delivered to OEMs.
# Sources: Q158190, Q158194, Q158210, Q158209, Q158193, Q158191 (contents), Q158238 (release).

[profile]
id = win95-osr2-cd
title = Windows 95 OSR2 (CD-ROM)
release = 4.00.950 B
publisher = Microsoft
language = en-US
kind = cd
code_page = 437
folder = WIN95
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
PRECOPY?.CAB/WINBOOT.SYS = IO.SYS : the update of Q170456 replaces IO.SYS by a WINBOOT.SYS of the same size (214,836)
WIN95_??.CAB/COMMDLG.NEW = COMMDLG.DLL, probable : the COMMDLG.DLL in PRECOPY1 (97,936 bytes) is another version, which Setup runs with
WIN95_??.CAB/SHELL.NEW = SHELL.DLL, probable : the SHELL.DLL in PRECOPY (41,600 bytes) is another version, which Setup runs with
WIN95_??.CAB/VER.NEW = VER.DLL, probable : the VER.DLL in PRECOPY2 and MINI.CAB (9,008 bytes) is another version, which Setup runs with
WIN95_??.CAB/WINOA386.NEW = WINOA386.MOD, probable : no WINOA386.MOD lies on the medium, and installed systems have one

[notes]
note = OEMs may change the CD, so that a real OSR2 CD can differ from the listing (Q158190).
note = Article Q158191 prints the 28 files of WIN95_25 again under WIN95_26; those rows are doubtful.
note = The listing covers the folder WIN95 only, not the rest of the CD.
note = SETUP25I.EXE and SETUP32.EXE lie beside the cabinets and, with other sizes, in them.

# The time of day is the version, in every language.
[rule entries]
has = WIN95_??.CAB
entry_time = WIN95_??.CAB 11:11
text = has cabinets WIN95_nn with files of 11:11, the time of Windows 95 B in every language

[rule setup]
has = PRECOPY?.CAB
lacks = WIN95_??.CAB
entry_time = PRECOPY?.CAB 11:11
text = has Setup's cabinets with files of 11:11, the time of Windows 95 B in every language

# Setup's own version: the file version of its SETUPX.DLL, and what System Properties shows.
[rule version]
has = PRECOPY?.CAB
says = setup_version 4.0.0.1111
text = its Setup is that of Windows 95 B

[rule letter]
has = PRECOPY?.CAB
lacks = WIN98_??.CAB
says = subversion B
text = its Setup gives Windows 95 the letter B
