# Windows 95 OEM Service Release 2 (950 B) on DMF floppies: 22 disks, and a boot disk that is not known.
# Source: a set of images that was read from end to end. Roles and renames: as on the CD, which
# holds the same files.

[profile]
id = win95-osr2-dmf
title = Windows 95 OSR2 (DMF floppies)
release = 4.00.950 B
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-22
label = DISK%
format = DMF
insert = Windows 95 OSR2 disk % of 22 (DMF set)
extract = EXTRACT.EXE
extract_disk = 1
chain = PRECOPY1.CAB
chain = WIN95_02.CAB
disk_text = %

[disk 1]
format = 1.44 MB
serial = 3E5A-6323

[disk 2]
serial = 2CC0-6DAD

[disk 3]
serial = 3235-AA95

[disk 4]
serial = 2712-C9B0

[disk 5]
serial = 36FA-74F8

[disk 6]
serial = FE06-DDDD

[disk 7]
serial = 573F-CA31

[disk 8]
serial = CD83-C8A2

[disk 9]
serial = 1108-E9B9

[disk 10]
serial = DB2B-74E6

[disk 11]
serial = 5233-9914

[disk 12]
serial = B32B-39D7

[disk 13]
serial = E3D2-DEAB

[disk 14]
serial = 1F23-0E26

[disk 15]
serial = D47B-2288

[disk 16]
serial = 61E5-8E44

[disk 17]
serial = 8652-08C6

[disk 18]
serial = C161-D37B

[disk 19]
serial = 5022-07F3

[disk 20]
serial = D7FB-604E

[disk 21]
serial = D022-E2B2

[disk 22]
serial = C3E6-BA3D

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
note = Disk 1's boot sector was written to by Windows 95, which puts an OEM id of its own there; its image differs from that of an untouched disk.
note = The files are those of the CD, laid out anew; 499 of the CD's extras are left out.
note = LAYOUT.INF in PRECOPY2.CAB names the cabinet of every file, and for nine files another size.
