# Windows 95 retail on floppies without DMF: a Boot disk and 21 disks (replacement sets).
# Sources: Q143326, Q143327, Q141603 (contents), Q148682 (Boot disk), Q129710 (what it is).

[profile]
id = win95-nondmf
title = Windows 95 (retail, non-DMF floppies)
release = 4.00.950
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = boot 1-21
format = 1.44 MB
insert = Windows 95 disk % of 21 (non-DMF set)
extract = EXTRACT.EXE
extract_disk = 1
chain = PRECOPY1.CAB
chain = WIN95_03.CAB

[disk boot]
insert = Windows 95 Boot disk

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
PRECOPY?.CAB/WINBOOT.SYS = IO.SYS : has the size of the IO.SYS on the Boot disk (223,148)
WIN95_??.CAB/COMMDLG.NEW = COMMDLG.DLL, probable : the COMMDLG.DLL in PRECOPY1 (97,936 bytes) is another version, which Setup runs with
WIN95_??.CAB/SHELL.NEW = SHELL.DLL, probable : the SHELL.DLL in PRECOPY (41,600 bytes) is another version, which Setup runs with
WIN95_??.CAB/VER.NEW = VER.DLL, probable : the VER.DLL in PRECOPY2 and MINI.CAB (9,008 bytes) is another version, which Setup runs with
WIN95_??.CAB/WINOA386.NEW = WINOA386.MOD, probable : no WINOA386.MOD lies on the medium, and installed systems have one

[notes]
note = Number of disks tells the sets apart: 13 is DMF, 21 is non-DMF (Q155672).
note = The articles leave out eleven files that lie across two disks; the listing puts them where the DMF listing has its only gap.
note = The cabinets are cut for 1.2 MB disks (concluded: PRECOPY2.CAB has exactly the 1,213,952 bytes that such a disk can hold).
note boot = The Boot disk is as far as printed the same in the DMF and the non-DMF set.
