# Windows 95 retail on DMF floppies: a Boot disk and 13 disks.
# Sources: Q135542, Q135543, Q135544, Q135545 (contents), Q148682 (Boot disk), disk directories and
# digests published by the PCjs project for dumps of the set.

[profile]
id = win95-dmf
title = Windows 95 (retail, DMF floppies)
release = 4.00.950
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = boot 1-13
# PCjs: volume labels DISK1 to DISK13
label = DISK%
# Q129260, Q136174: disk 1 of every DMF set is a plain 1.44 MB disk
format = DMF
insert = Windows 95 disk % of 13 (DMF set)
extract = EXTRACT.EXE
extract_disk = 1
# Where EXTRACT /A has to start to see every cabinet of its chain.  Whether PRECOPY leads on to
# WIN95_02 is not documented, so both are named.
chain = PRECOPY1.CAB
chain = WIN95_02.CAB
# The real WIN95_13.CAB calls the disk before it just "12".
disk_text = %

[disk boot]
label = BOOT_DISK
# Q148682: labelled DMF and formatted as 1.44 MB
format = 1.44 MB
insert = Windows 95 Boot disk

[disk 1]
format = 1.44 MB

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

[digests]
# MD5 of dumps published by the PCjs project.  DISK = the image, DISK/FILE = a file on it.
13 = 8fb85e80ede0dbaa9c497e4968a7666f
13/WIN95_13.CAB = 3a7d75fce4bda22a0de218c900596307
1 = 17d39ecce9379dd5d8c202b9d8bd1688
1/MINI.CAB = da53d44fd34d53d1f8565f8e6f4f19fd
1/PRECOPY1.CAB = 1ea30dc1eef91a7f562dfbe17bce1147
1/EXTRACT.EXE = 6d1206fcaa0f0df38d438fce2f8bb59a
1/SETUP.EXE = e3b0d8d9d678870e8ef40e2dc77333f0
1/WINSETUP.BIN = 2c928add4ca3903e333a679460ffdd64
1/DOSSETUP.BIN = a1226b43f7ecf43122c99141df9f278a

[notes]
note = Disks 2 to 13 are in Distribution Media Format: COPY, XCOPY and DISKCOPY can't copy them, EXTRACT /C can (Q150535, Q135518).
note = "Disk n" without more in Microsoft's articles means this set.
note boot = The Boot disk is as far as printed the same in the DMF and the non-DMF set; upgrade and full set differ in it only (Q148682).
note 2 = Setup writes the registration to this disk, so a virus shows here first (Q136111).
note = Article Q135542 prints MONITOR3.INF as "monitor3.in" and misses what is hidden or has no extension; the listing has both.
