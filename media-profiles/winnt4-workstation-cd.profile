# Windows NT Workstation 4.0 (CD-ROM).  No listing of it is published; it is recognised by the tag file in its root.
# Sources: Q151388, Q162565 (tag files, I386), Q174333 (single packed files).

[profile]
id = winnt4-workstation-cd
title = Windows NT Workstation 4.0 (CD-ROM)
release = 4.0
publisher = Microsoft
kind = cd
code_page = 1252
folder = I386

[notes]
note = Files lie packed one by one (NAME.EX_); EXPAND unpacks them, there are no cabinets of system files.

[rule tag]
has = CDROM_W.40
lacks = CDROM_S.40
folder = I386
text = has the tag file CDROM_W.40 and a folder I386
