# Microsoft Office 95 Standard (CD-ROM).  No listing of it is published; it is recognised by its setup table.
# Sources: Q123069 (setup table Off95std.stf), Q137878 (CD versions have no cabinets).

[profile]
id = office95std-cd
title = Microsoft Office 95 Standard (CD-ROM)
release = 7.0
publisher = Microsoft
kind = cd
code_page = 1252

[notes]
note = CD versions of Office 95 have no cabinets (Q137878). An administrative installation on a server has the same setup table and is taken for the CD.

[rule table]
has = OFF95STD.STF
has = SETUP.EXE
text = has the setup table OFF95STD.STF
