# Windows 95 CD-ROM Extras: what the CD has beyond the floppies, on five disks.
# Source: Q150330.

[profile]
id = win95-cdextras-dmf
title = Windows 95 CD-ROM Extras (floppies)
release = 4.00.950
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437
disks = 1-5
insert = Windows 95 CD-ROM Extras disk % of 5
chain = SUPPDSK1.CAB

[roles]
SUPPDSK?.CAB = system

[notes]
note 1 = PASTE.AVI begins in SUPPDSK1.CAB and ends in SUPPDSK2.CAB; the article prints the part on disk 1 (681,393 bytes) as its size.
