# The Startup disk that Windows 95 retail makes (Emergency Boot Disk).
# Source: directory of a dump published by the PCjs project.

[profile]
id = win95-startup-floppy
title = Windows 95 Startup disk
release = 4.00.950
publisher = Microsoft
language = en-US
kind = floppies
code_page = 437

[roles]
/* = setup : on the Startup disk, made by the user

[notes]
note = MSDOS.SYS, CONFIG.SYS and EBD.SYS are written when the disk is made.
