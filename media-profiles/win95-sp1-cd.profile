# Windows 95 Service Pack 1 on CD-ROM; nothing on it is in cabinets.
# Sources: Q150436, Q150437, Q150440, Q150441, Q150444, Q158238.

[profile]
id = win95-sp1-cd
title = Windows 95 Service Pack 1 (CD-ROM)
release = 4.00.950a
publisher = Microsoft
language = en-US
kind = cd
code_page = 437
