# Microsoft Office 97 Professional (CD-ROM).  No listing of it is published; it is recognised by its setup table.
# Sources: Q158281 (setup table Off97pro.stf), Q162048.

[profile]
id = office97pro-cd
title = Microsoft Office 97 Professional (CD-ROM)
release = 8.0
publisher = Microsoft
kind = cd
code_page = 1252

[notes]
note = An administrative installation on a server has the same setup table and is taken for the CD.

[rule table]
has = OFF97PRO.STF
has = SETUP.EXE
text = has the setup table OFF97PRO.STF
