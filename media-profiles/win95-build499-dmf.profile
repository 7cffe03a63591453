# Windows 95 build 499, a pre-release of June 1995, on 13 DMF floppies.
# Source: directories of dumps published by the PCjs project.

[profile]
id = win95-build499-dmf
title = Windows 95 build 499 (DMF floppies)
release = 4.00.499
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-13
label = disk%
format = DMF
insert = Windows 95 build 499 disk % of 13
extract = EXTRACT.EXE
extract_disk = 1

[disk 1]
format = 1.44 MB

[roles]
MINI.CAB = mini : mini-Windows that Setup runs in
PRECOPY?.CAB/COMMCTRL.DLL = setup : as in the release: used by Setup only (Q143054)
PRECOPY?.CAB/KOMMCTRL.DLL = system : as in the release (Q143054)
PRECOPY?.CAB = setup
WIN95_??.CAB = system

[notes]
note = Only the directories of the disks are known, not the contents of the cabinets.
