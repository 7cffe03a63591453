# Microsoft SNA Server 4.0 on CD-ROM; only the folder CLIENTS/WEB is documented.
# Sources: Q241420.

[profile]
id = snaserver40-cd
title = Microsoft SNA Server 4.0 (CD-ROM, Web clients)
release = 4.0
publisher = Microsoft
language = en-US
kind = cd
code_page = 1252
folder = CLIENTS/WEB

[roles]
*.CAB = system
