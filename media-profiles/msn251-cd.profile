# The Microsoft Network 2.51 on CD-ROM; its cabinets are named, not opened.
# Sources: Q175660.

[profile]
id = msn251-cd
title = MSN 2.51 (CD-ROM)
release = 2.51
publisher = Microsoft
language = en-US
kind = cd
code_page = 1252
folder = MSNSETUP
