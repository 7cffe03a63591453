# Microsoft Word 97 on CD-ROM; nothing listed is in cabinets.
# Sources: Q161500 to Q161503, Q161505 to Q161507.

[profile]
id = word97-cd
title = Microsoft Word 97 (CD-ROM)
release = 8.0
publisher = Microsoft
language = en-US
kind = cd
code_page = 1252

[notes]
note = The folder CLIPART/OFFICE is cut off in the article (Q161500).
