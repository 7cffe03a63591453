# GPS add-on of Automap Streets on one floppy with the volume label AMS4GPS; its cabinet is not
# documented.
# Sources: Q151676.

[profile]
id = streetsgps-floppy
title = Microsoft Automap Streets GPS (floppy)
publisher = Microsoft
language = en-US
kind = floppies
code_page = 1252
disks = 1
label = AMS4GPS
insert = Automap Streets GPS disk
extract = EXTRACT.EXE
extract_disk = 1
